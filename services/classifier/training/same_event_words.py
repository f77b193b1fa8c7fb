"""Texts → the table of words same-event compares with: how rare each stem is."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path

from services.classifier.normalising import read
from services.classifier.stopwords import STOPWORDS
from services.classifier.training.corpus import load
from services.classifier.wordings import MOST_RARE, Synonyms, WordTable, stems_of, synonyms

LEAST_RARE = 0.4
SEEN = 3


@dataclass(frozen=True, slots=True)
class Text:
    """One document of the corpus: `source` is the outlet, or the collection it comes from."""

    source: str
    title: str
    body: str


def articles(path: Path) -> list[Text]:
    """A day of general news, in the order of its rows."""
    csv.field_size_limit(10**8)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [Text(row["sumber"], row["judul"].strip(), row["isi_berita"]) for row in csv.DictReader(lines)]


def own_texts() -> list[Text]:
    # Contrasts tell one scene several times: its words would seem common.
    return [Text("sendiri", example.title, example.lead) for example in load() if example.weight == 1.0]


def sentences(path: Path, *, together: int = 4) -> Iterator[Text]:
    """A file of one word and tag a line, sentences parted by empty lines → texts of a few sentences."""
    for number, block in enumerate(_blocks(path.read_text("utf-8"), together)):
        yield Text(f"kalimat-{number % 2}", "", block)


def _blocks(text: str, together: int) -> Iterator[str]:
    lines = [" ".join(line.split("\t")[0] for line in part.split("\n")) for part in text.split("\n\n")]
    for start in range(0, len(lines), together):
        yield " ".join(lines[start : start + together])


def make_table(texts: Sequence[Text]) -> WordTable:
    """A stem that only one outlet writes is as often as not the name of a private person: it stays out."""
    known = synonyms()
    seen: Counter[str] = Counter()
    sources: defaultdict[str, set[str]] = defaultdict(set)
    for text in texts:
        for stem in _stems(text, known):
            seen[stem] += 1
            sources[stem].add(text.source)
    kept = (s for s, n in seen.items() if n >= SEEN and (len(sources[s]) > 1 or "sendiri" in sources[s]))
    count = len(texts)
    return WordTable({s: round(min(MOST_RARE, max(LEAST_RARE, log(count / seen[s]))), 2) for s in kept}, MOST_RARE)


def write_table(table: WordTable, path: Path, *, source: str) -> None:
    lines = [f"# {source}", "# stem, rarity", f"\t{table.unseen}"]
    lines += [f"{stem}\t{rarity}" for stem, rarity in sorted(table.rarities.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _stems(text: Text, known: Synonyms) -> set[str]:
    words = read(text.title, text.body).words
    return {s for s in stems_of(words, known) if s not in STOPWORDS and len(s) > 1 and (s.isalpha() or s[:2] == "k_")}


def publication_dates(path: Path) -> list[str]:
    """As the outlets write them, in the order of the rows."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [row["tanggal_publikasi"] for row in csv.DictReader(lines)]
