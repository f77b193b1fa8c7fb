"""Texts → the table of words same-event compares with: rarity, share of capitals, place in meaning, neighbours."""

import csv
import re
from base64 import b64encode
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.decomposition import TruncatedSVD

from services.classifier.normalising import fold, read
from services.classifier.stopwords import STOPWORDS
from services.classifier.training.corpus import load
from services.classifier.wordings import Synonyms, Word, WordTable, stems_of, synonyms

SIZE = 56
CHUNK = 70  # words: what stands together within so many belongs together
MOST_RARE, LEAST_RARE = 8.0, 0.4
SEEN_FOR_TABLE, SEEN_FOR_PLACE = 3, 4
NEIGHBOURS, NEAR = 6, 0.62
_CASED = re.compile(r"(?<=[a-z,] )([A-Za-z][a-zA-Z]+)")


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
    return [Text("sendiri", example.title, example.lead) for example in load()]


def sentences(path: Path, *, together: int = 4) -> Iterator[Text]:
    """A file of one word and tag a line, sentences parted by empty lines → texts of a few sentences."""
    for number, block in enumerate(_blocks(path.read_text("utf-8"), together)):
        yield Text(f"kalimat-{number % 2}", "", block)


def _blocks(text: str, together: int) -> Iterator[str]:
    lines = [" ".join(line.split("\t")[0] for line in part.split("\n")) for part in text.split("\n\n")]
    for start in range(0, len(lines), together):
        yield " ".join(lines[start : start + together])


def make_table(texts: Sequence[Text]) -> WordTable:
    """Deterministic: the same texts in the same order give the same table."""
    known = synonyms()
    stems = [_stems(text, known) for text in texts]
    seen: Counter[str] = Counter()
    sources: defaultdict[str, set[str]] = defaultdict(set)
    for text, words in zip(texts, stems, strict=True):
        for stem in set(words):
            seen[stem] += 1
            sources[stem].add(text.source)
    # A stem that only one outlet writes is as often as not the name of a private person: it stays out of the file.
    kept = sorted(
        w for w, n in seen.items() if n >= SEEN_FOR_TABLE and (len(sources[w]) > 1 or "sendiri" in sources[w])
    )
    placed = [w for w in kept if seen[w] >= SEEN_FOR_PLACE]
    places = _places(stems, placed, seen)
    named = _name_shares(texts)
    where = {word: index for index, word in enumerate(placed)}
    count = len(texts)
    table = {
        word: Word(
            round(min(MOST_RARE, max(LEAST_RARE, log(count / seen[word]))), 2),
            round(named.get(word, 0.0), 2),
            tuple(places[where[word]].tolist()) if word in where else (),
        )
        for word in kept
    }
    return WordTable(table, _neighbours(placed, places), SIZE)


def write_table(table: WordTable, path: Path, *, source: str) -> None:
    lines = [f"# {source}", "# stem, rarity, share written with a capital, place (signed bytes, base64)"]
    for stem, word in sorted(table.words.items()):
        place = b64encode(np.rint(np.array(word.place) * 127).astype(np.int8).tobytes()).decode() if word.place else ""
        lines.append(f"{stem}\t{word.rarity}\t{word.name}\t{place}".rstrip())
    for stem, near in sorted(table.neighbours.items()):
        lines.append(f"~\t{stem}\t" + " ".join(f"{other}:{value}" for other, value in near))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _stems(text: Text, known: Synonyms) -> list[str]:
    words = read(text.title, text.body).words
    return [s for s in stems_of(words, known) if s not in STOPWORDS and len(s) > 1 and not s.isdecimal()]


def _places(stems: Sequence[Sequence[str]], placed: Sequence[str], seen: Counter[str]) -> NDArray[np.float64]:
    where = {word: index for index, word in enumerate(placed)}
    chunks = [words[i : i + CHUNK] for words in stems for i in range(0, max(1, len(words) - CHUNK // 3), CHUNK)]
    rows, columns, values = [], [], []
    count = len(stems)
    for row, chunk in enumerate(chunks):
        for word, times in Counter(chunk).items():
            if word in where:
                rows.append(row)
                columns.append(where[word])
                values.append((1 + log(times)) * log(count / seen[word]))
    matrix = csr_matrix((values, (rows, columns)), shape=(len(chunks), len(placed)))
    svd = TruncatedSVD(n_components=SIZE, random_state=11, n_iter=7)
    svd.fit(matrix)
    # The root of the singular values: between frequent associations and rare ones.
    places = svd.components_.T * np.sqrt(svd.singular_values_)
    unit: NDArray[np.float64] = places / np.maximum(np.linalg.norm(places, axis=1, keepdims=True), 1e-9)
    return unit


def _neighbours(placed: Sequence[str], places: NDArray[np.float64]) -> dict[str, tuple[tuple[str, float], ...]]:
    found: dict[str, tuple[tuple[str, float], ...]] = {}
    for start in range(0, len(placed), 1000):
        near = places[start : start + 1000] @ places.T
        for offset, row in enumerate(near):
            row[start + offset] = 0.0
            best = np.argsort(-row, kind="stable")[:NEIGHBOURS]
            pairs = tuple((placed[i], round(float(row[i]), 2)) for i in best if row[i] >= NEAR)
            if pairs:
                found[placed[start + offset]] = pairs
    return found


def _name_shares(texts: Iterable[Text]) -> dict[str, float]:
    """How often a stem is written with a capital where running text would not."""
    capital: Counter[str] = Counter()
    total: Counter[str] = Counter()
    known = synonyms()
    for text in texts:
        if text.body.islower():
            continue  # a collection that was lowered says nothing of capitals
        for word in _CASED.findall(text.body):
            stem = stems_of([fold(word)], known)[0]
            total[stem] += 1
            capital[stem] += word[0].isupper()
    return {stem: capital[stem] / n for stem, n in total.items() if n >= SEEN_FOR_TABLE}


def publication_dates(path: Path) -> list[str]:
    """As the outlets write them, in the order of the rows."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [row["tanggal_publikasi"] for row in csv.DictReader(lines)]
