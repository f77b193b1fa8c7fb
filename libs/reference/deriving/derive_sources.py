"""The collected lists of feed addresses → libs/reference/data/sources.yaml, checked for form, without repeats."""

from __future__ import annotations

import argparse
import csv
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from urllib.parse import urlsplit

HEADER = """\
# Outlets and their feeds, switched off as shipped: `make run LIVE=1` or one press on the sources page switches them on.
# Derived by libs/reference/deriving/derive_sources.py; change that script or add sources through the API.
# Addresses: github.com/plenaryapp/awesome-rss-feeds at 9ff012e43711 (CC0-1.0) and
#   github.com/gikirima/indonews-scrapper at 9cabd3b1116c (facts). None was opened: only their form is checked.
# `zone` is the outlet's own for dates without one. Sitemaps are kept for the adapter that will read them.
"""
# Registered domain → id and the name the outlet gives itself. A domain that is not here stops the build.
OUTLETS = {
    "detik.com": ("detik", "detikcom"),
    "fimela.com": ("fimela", "Fimela"),
    "kapanlagi.com": ("kapanlagi", "KapanLagi.com"),
    "kompas.com": ("kompas", "Kompas.com"),
    "liputan6.com": ("liputan6", "Liputan6.com"),
    "merdeka.com": ("merdeka", "Merdeka.com"),
    "okezone.com": ("okezone", "Okezone"),
    "posmetro.co.id": ("posmetro", "Posmetro"),
    "republika.co.id": ("republika", "Republika"),
    "sindonews.com": ("sindonews", "SINDOnews"),
    "suara.com": ("suara", "Suara.com"),
    "tempo.co": ("tempo", "Tempo"),
    "tribunnews.com": ("tribunnews", "Tribunnews"),
}


def addresses(folder: Path) -> list[str]:
    with (folder / "rss_links_gikirima.csv").open(encoding="utf-8-sig", newline="") as lines:
        found = [row["link"].strip() for row in csv.DictReader(lines)]
    # The file is a small list handed over with the data, not something a stranger sends.
    root = ElementTree.parse(folder / "Indonesia.opml").getroot()
    return found + [node.attrib["xmlUrl"].strip() for node in root.iter("outline") if "xmlUrl" in node.attrib]


def well_formed(url: str) -> bool:
    parts = urlsplit(url)
    return (
        parts.scheme in ("http", "https")
        and parts.username is None
        and parts.port is None
        and "." in (parts.hostname or "")
        and not any(sign.isspace() or ord(sign) < 33 for sign in url)
    )


def outlet_domain(url: str) -> str:
    """The outlet is told by the address: two lines of the list name the wrong one."""
    host = urlsplit(url).hostname or ""
    for domain in OUTLETS:
        if host == domain or host.endswith("." + domain):
            return domain
    raise SystemExit(f"no outlet for {url}; add it to OUTLETS")


def without_repeats(urls: list[str]) -> list[str]:
    """http and https of one address are one feed, read over https."""
    chosen: dict[str, str] = {}
    for url in urls:
        key = url.split("://", 1)[1].rstrip("/")
        if key not in chosen or url.startswith("https://") > chosen[key].startswith("https://"):
            chosen[key] = url
    return sorted(chosen.values(), key=lambda url: url.split("://", 1)[1])


def rendered(urls: list[str]) -> str:
    lines = [HEADER + "version: 1", "opmode: live", "enabled: false", "interval_seconds: 300", "outlets:"]
    for domain, (outlet_id, name) in sorted(OUTLETS.items(), key=lambda entry: entry[1][0]):
        own = [url for url in urls if outlet_domain(url) == domain]
        lines += [f"  - outlet_id: {outlet_id}", f"    name: {name}", f"    domain: {domain}", "    zone: WIB"]
        for key, wanted in (("feeds", False), ("sitemaps", True)):
            kept = [url for url in own if ("sitemap" in url) is wanted]
            lines += [f"    {key}:"] * bool(kept) + [f"      - {url}" for url in kept]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder with feeds/")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent / "data" / "sources.yaml")
    arguments = parser.parse_args()
    found = addresses(arguments.data / "feeds")
    good = without_repeats([url for url in found if well_formed(url)])
    arguments.out.write_text(rendered(good), encoding="utf-8")
    print(f"{len(found)} lines, {len(found) - sum(map(well_formed, found))} malformed, {len(good)} kept")


if __name__ == "__main__":
    main()
