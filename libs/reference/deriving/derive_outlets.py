"""Every file that shows an outlet → libs/reference/data/outlets.yaml: domain, name, and which files show it."""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from libs.reference.deriving.derive_sources import OUTLETS as NAMED
from libs.reference.deriving.derive_sources import addresses
from libs.reference.domains import registrable

HEADER = """\
# Outlets that a file of the reference data shows, by registered domain. Derived by
# libs/reference/deriving/derive_outlets.py; change that script, or say what you know through the sources page.
# Owner group, reach tier, region and press-council status are absent unless a named source states them. None of these
# files does: they read "belum diketahui". A fact is written {value: …, source: …}.
# `name` is the domain where no file gives another; `zone` is assumed. None of the addresses was opened.
"""
# A word before a domain that says: here somebody is quoted who publishes.
_QUOTED = re.compile(
    r"^(?:dikutip|dilansir|lansir|dinukil|kepada|menurut|dihimpun|ditayangkan|ditulis|disalin|diterima|dihubungi|dipaparkan|"
    r"disebutkan|dikabarkan|laman|warta|dalam|melalui|pantauan)$"
)
_DOMAIN = re.compile(r"(?:www\.)?[a-z0-9-]{2,}(?:\.[a-z]{2,4}){1,2}")
# Quoted in those texts as companies, not as papers: shops, an online petition, a research house.
NO_OUTLETS = {
    "biography.com", "blibli.com", "carlist.my", "change.org", "cipika.co.id", "ihs.com", "jd.id", "tiket.com",
    "wifi.id",
}  # fmt: skip
# Cut by the tokenizer of the corpus: the whole name stands in the same corpus.
CUT_SHORT = {"kontan.co": "kontan.co.id"}

Shown = dict[str, set[str]]


def of_feeds(data: Path) -> Iterator[tuple[str, str]]:
    for url in addresses(data / "feeds"):
        yield urlsplit(url).hostname or "", "feeds"


def of_news(data: Path) -> Iterator[tuple[str, str]]:
    csv.field_size_limit(10**9)
    for path in sorted((data / "news_sample").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                yield row["sumber"], "news_sample"
                yield urlsplit(row["url"]).hostname or "", "news_sample"


def of_gold(data: Path) -> Iterator[tuple[str, str]]:
    """A label that is no domain (detikJatim, medsos) tells nothing by itself; its address does."""
    for line in (data / "gold_dev" / "corrections_gold.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield (row["outlet"] or "").lower(), "gold_dev/corrections_gold"
        yield urlsplit(row["url"] or "").hostname or "", "gold_dev/corrections_gold"
    for line in (data / "gold_dev" / "story_pairs.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        for side in ("a", "b"):
            yield row[side]["outlet"].lower(), "gold_dev/story_pairs"


def of_quotes(data: Path) -> Iterator[tuple[str, str]]:
    """Domains that the texts of the named-entity corpora quote."""
    for path in sorted((data / "ner").glob("*_preprocess.txt")):
        tokens = [line.partition("\t")[0].lower() for line in path.read_text(encoding="utf-8").splitlines()]
        for number, token in enumerate(tokens):
            before = tokens[max(0, number - 3) : number]
            if _DOMAIN.fullmatch(token) and any(map(_QUOTED.match, before)):
                yield token, "ner"


def shown(data: Path) -> Shown:
    """Registered domain → the files that show it."""
    found: Shown = defaultdict(set)
    for host, file in (*of_feeds(data), *of_news(data), *of_gold(data), *of_quotes(data)):
        domain = registrable(host)
        domain = CUT_SHORT.get(domain or "", domain)
        if domain and domain not in NO_OUTLETS and _DOMAIN.fullmatch(domain):
            found[domain].add(file)
    return found


def rendered(found: Shown) -> str:
    lines = [HEADER + "version: 1", "date: 2026-11-22", "outlets:"]
    for domain in sorted(found):
        outlet_id, name = NAMED.get(domain, (domain.removeprefix("www."), domain))
        lines += [
            f"  - outlet_id: {outlet_id}",
            f"    name: {name}",
            f"    domain: {domain}",
            "    zone: WIB",
            f"    seen_in: [{', '.join(sorted(found[domain]))}]",
        ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent / "data" / "outlets.yaml")
    arguments = parser.parse_args()
    found = shown(arguments.data)
    arguments.out.write_text(rendered(found), encoding="utf-8")
    by_file: dict[str, int] = defaultdict(int)
    for files in found.values():
        for file in files:
            by_file[file] += 1
    print(f"{len(found)} outlets", dict(sorted(by_file.items())))


if __name__ == "__main__":
    main()
