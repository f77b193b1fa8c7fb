"""Words of lists and of the training text → what each is: N name, A name and word, C common, P place."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from random import Random

from libs.privacy.names.reading import read
from libs.privacy.training.corpus import Sentence, labelled, published_places, words_of

# A word met once outside a name may be a name somebody forgot to mark.
_COMMON_FROM = 2
UNKNOWN = "U"


def word_sorts(sentences: Iterable[Sentence], names: Iterable[str], shared: Path) -> dict[str, str]:
    named, common = Counter(words_of(list(names))), Counter[str]()
    for sentence in sentences:
        for word, label in zip(*labelled(sentence), strict=True):
            if word[0].isalpha():
                (common if label == "O" else named)[word.lower()] += 1
    listed = set(_listed(shared))
    for word in listed:
        common[word] += _COMMON_FROM
    where = {word.lower() for word in places(shared)}
    for source in ("nerp", "nergrit"):
        told = published_places(shared / "ner", f"{source}_train_preprocess.txt")
        where |= {word.lower() for word in told if len(word) > 3 and word.isalpha()}
    # Yogyakarta is told often, and never as a word.
    for word in where - listed:
        common[word] = 0
    return {word: sort for word in sorted({*named, *common, *where}) if (sort := _sort(word, named, common, where))}


def _sort(word: str, named: Mapping[str, int], common: Mapping[str, int], places: set[str]) -> str:
    if named[word] and common[word] <= 0.3 * named[word] and word not in places:
        return "N"
    if named[word] and named[word] >= 0.02 * common[word]:
        return "A"
    if word in places and common[word] < _COMMON_FROM:
        return "P"
    return "C" if common[word] >= _COMMON_FROM else ""


def _listed(shared: Path) -> Iterator[str]:
    lexicons = shared / "lexicons"
    for name in ("louisowen6_combined_root_words.txt", "louisowen6_combined_stop_words.txt"):
        for line in (lexicons / name).read_text(encoding="utf-8").splitlines():
            yield from (word for word in read(line.lower()).low if word[0].isalpha())
    slang = json.loads((lexicons / "louisowen6_combined_slang_words.txt").read_text(encoding="utf-8"))
    yield from (word.lower() for word in slang if word.isalpha())
    # Small letters only: a capital may be a name.
    for path in sorted((shared / "nusax").glob("*_train.csv")):
        counted = Counter(
            word for word in read(path.read_text(encoding="utf-8")).words if word.isalpha() and word.islower()
        )
        yield from (word for word, times in counted.items() if times > 1)


def places(shared: Path) -> Iterator[str]:
    with (shared / "wilayah" / "wilayah_level_1_to_3.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            yield from (word for word in read(row["nama"]).words if len(word) > 3 and word.isalpha())
    with (shared / "units" / "daftar_upt_nasional_transcribed.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            yield from (word for word in read(row["tempat"].title()).words if len(word) > 3 and word.isalpha())


def forgetting(sorts: Mapping[str, str], random: Random) -> Mapping[str, str]:
    """The list as if some names stood in none: the tagger must also learn to do without."""
    return {word: sort for word, sort in sorts.items() if sort not in "NA" or random.random() > 0.35}
