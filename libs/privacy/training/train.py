"""`make train-names`: training text → libs/privacy/names/model.bin and its sha256; same text, same bytes."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

import pycrfsuite

from libs.privacy.names.features import END, LABELS, OFFSETS, START, attributes, joints, look, manner, small
from libs.privacy.names.reading import read, sentences
from libs.privacy.training import perturbing
from libs.privacy.training.corpus import (
    DEVELOP,
    TEST,
    TRAIN,
    Sentence,
    default_shared,
    labelled,
    listed_names,
    own_sentences,
    published,
    words_of,
)
from libs.privacy.training.roles import fit_roles, role_weights
from libs.privacy.training.wordlist import UNKNOWN, forgetting, places, word_sorts

MODEL = Path(__file__).parents[1] / "names" / "model.bin"
DIGEST = MODEL.with_suffix(".sha256")
_SETTINGS = {"c1": 0.1, "c2": 0.05, "max_iterations": 120, "feature.possible_transitions": True}


def items(words: list[str], sorts: Mapping[str, str]) -> list[list[str]]:
    """Of one sentence, the attributes of each place."""
    how = manner(words)
    padded = [START, START, *words, END, END]
    kinds = [sorts.get(word.lower(), UNKNOWN) for word in padded]
    looks = [look(word, how, kind) for word, kind in zip(padded, kinds, strict=True)]
    low = [small(word) for word in padded]
    return [
        [
            *(a for off in OFFSETS for a in attributes(padded[i + off], how, kinds[i + off], off)),
            *joints(i, low, looks),
        ]
        for i in range(2, len(padded) - 2)
    ]


def varied(sentence: Sentence, names: list[str], random: Random) -> Iterator[Sentence]:
    """One of our own sentences, itself and written in other ways."""
    yield sentence
    for _ in range(4):
        yield perturbing.with_names(sentence, names, random)
    swapped = perturbing.with_names(sentence, names, random)
    other = perturbing.with_names(sentence, names, random)
    yield random.choice((perturbing.with_initials, perturbing.with_typos, perturbing.broken_lines))(other, random)
    yield random.choice((perturbing.small, perturbing.capitals, perturbing.headline))(swapped)
    if random.random() < 0.4:
        yield perturbing.small(perturbing.with_names(sentence, names, random))


def training_text(shared: Path, names: list[str], parts: Sequence[str]) -> Iterator[Sentence]:
    random = Random(20261122)
    pool = perturbing.name_pool(names, sorted(set(places(shared))), random)
    for sentence in own_sentences(*parts):
        yield from varied(sentence, pool, random)
    known = set(words_of([*names, *(text for text in _names_in(own_sentences(*parts)))]))
    for sentence in published(shared / "ner", "nergrit_train_preprocess.txt"):
        if misses_a_name(sentence, known):
            continue
        yield sentence
        if random.random() < 0.4:
            yield random.choice((perturbing.small, perturbing.capitals, perturbing.headline))(sentence)
    for sentence in published(shared / "ner", "nerp_train_preprocess.txt"):
        yield sentence
        if random.random() < 0.15:
            yield random.choice((perturbing.capitals, perturbing.headline))(sentence)


def _names_in(text: Iterable[Sentence]) -> Iterator[str]:
    for sentence in text:
        yield from (sentence.text[name.start : name.end] for name in sentence.names)


def misses_a_name(sentence: Sentence, known: set[str]) -> bool:
    """Of the published tags not all are right: a capitalised word that our lists know as a name bears none."""
    return any(
        label == "O" and word[0].isupper() and len(word) > 3 and word.lower() in known
        for word, label in zip(*labelled(sentence), strict=True)
    )


def role_text(shared: Path, parts: Sequence[str]) -> Iterator[Sentence]:
    # Twice: the published texts are many and seldom speak of prisons.
    yield from own_sentences(*parts) * 2
    yield from published(shared / "ner", "nerp_train_preprocess.txt")
    yield from published(shared / "ner", "nergrit_train_preprocess.txt")


def fit(text: Iterable[Sentence], sorts: Mapping[str, str], path: Path) -> None:
    random = Random(4)
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params(_SETTINGS)
    forgetful = [forgetting(sorts, random) for _ in range(8)]
    for sentence in text:
        words, labels = labelled(sentence)
        known = forgetful[random.randrange(8)]
        for first, last in sentences(read(sentence.text)):
            trainer.append(items(words[first:last], known), labels[first:last])
    trainer.train(str(path))


def weights(path: Path) -> tuple[dict[str, list[float]], list[list[float]]]:
    tagger = pycrfsuite.Tagger()
    tagger.open(str(path))
    told = tagger.info()
    state: dict[str, list[float]] = {}
    for (attribute, label), weight in told.state_features.items():
        if abs(weight) >= 0.004:
            state.setdefault(attribute, [0.0] * len(LABELS))[LABELS.index(label)] = round(weight, 3)
    moves = [[round(told.transitions.get((a, b), 0.0), 3) for b in LABELS] for a in LABELS]
    return state, moves


def packed(
    state: Mapping[str, list[float]],
    moves: list[list[float]],
    sorts: Mapping[str, str],
    roles: Mapping[str, list[float]],
) -> bytes:
    """Only B and I against O are kept. Words per sort in one string each."""
    table = {key: [round(b - o, 3), round(i - o, 3)] for key, (o, b, i) in sorted(state.items())}
    lists = {sort: " ".join(sorted(word for word, one in sorts.items() if one == sort)) for sort in "NACP"}
    content = {"moves": moves, "weights": table, "words": lists, "roles": roles}
    return zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), 9)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make train-names")
    parser.add_argument("--shared", type=Path, default=default_shared())
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument(
        "--without", choices=["nothing", "test", "develop"], default="nothing",
        help="test: what measuring.py measures by; develop: also what choices are made by",
    )  # fmt: skip
    args = parser.parse_args(argv)
    parts = {"nothing": (TRAIN, DEVELOP, TEST), "test": (TRAIN, DEVELOP), "develop": (TRAIN,)}[args.without]
    # Names of the lists' test part are never learnt: documents made for measuring are filled with them.
    names = listed_names(*(part for part in parts if part != TEST))
    text = list(training_text(args.shared, names, parts))
    sorts = word_sorts(text, names, args.shared)
    with tempfile.TemporaryDirectory() as folder:
        crf, maxent = Path(folder) / "names.crf", Path(folder) / "roles.crf"
        fit(text, sorts, crf)
        fit_roles(role_text(args.shared, parts), maxent)
        content = packed(*weights(crf), sorts, role_weights(maxent))
    args.out.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    args.out.with_suffix(".sha256").write_text(f"{digest}  {args.out.name}\n")
    print(f"{len(text)} sentences, {len(names)} names, {len(content)} bytes, sha256 {digest}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
