"""NusaX and real Indonesian leads → data/languages.txt, always the same bytes; prints what it reaches."""

from __future__ import annotations

import argparse
import csv
import math
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from libs.reference.languages import MODEL_FILE, Languages, grams_of, load_languages, words_of

CODES = {
    "acehnese": "ace", "balinese": "ban", "banjarese": "bjn", "buginese": "bug", "english": "en", "indonesian": "id",
    "javanese": "jv", "madurese": "mad", "minangkabau": "min", "ngaju": "nij", "sundanese": "su", "toba_batak": "bbc",
}  # fmt: skip
LANGUAGES = sorted(CODES.values())
HEADER = """\
# Naive Bayes over runs of one to five letters of a word. Made by `make train-language`; change that script, not this.
# Learned from NusaX (github.com/IndoNLP/nusax at 75b0be5d9823, CC BY-SA 4.0: this file is a derivative under the same
# licence), training part, and from the first 300 characters of every eighth article of
# github.com/gikirima/indonews-scrapper at 9cabd3b1116c (counts of letters only; for Indonesian as papers write it).
"""
UNITS_PER_NAT = 16
SMOOTHING = 0.1
RARER_IS_LEFT_OUT = 3
GRAMS_KEPT = 24_000
LEAD_CHARS = 300
# More of them and everyday Indonesian is taken for other languages; fewer and titles are.
ARTICLE_STEP = 8
# Chosen on the validation part and on titles: below one Indonesian title in a hundred is taken for another language.
MARGIN_NATS, MARGIN_NATS_PER_WORD = 10.0, 1.0

Example = tuple[str, str]


def nusax(folder: Path, split: str) -> list[Example]:
    """(text, code) of all twelve languages."""
    found = []
    for name, code in CODES.items():
        with (folder / f"{name}_{split}.csv").open(encoding="utf-8", newline="") as lines:
            found += [(row["text"], code) for row in csv.DictReader(lines)]
    return found


def articles(folder: Path) -> list[tuple[str, str]]:
    """(title, beginning of the text) of real Indonesian articles."""
    csv.field_size_limit(10**9)
    found = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            found += [(row["judul"], row["isi_berita"][:LEAD_CHARS]) for row in csv.DictReader(lines)]
    return found


def counted(examples: Iterable[Example]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {code: Counter() for code in LANGUAGES}
    for text, code in examples:
        for word in words_of(text):
            counts[code].update(grams_of(word))
    return counts


def costs(counts: dict[str, Counter[str]]) -> dict[str, list[int]]:
    """Letters → what they cost each language more than the one that likes them best, in sixteenths of a nat."""
    total: Counter[str] = Counter()
    for of_language in counts.values():
        total.update(of_language)
    grams = [gram for gram, count in total.items() if count >= RARER_IS_LEFT_OUT]
    sums = {code: sum(counts[code].values()) + SMOOTHING * len(grams) for code in LANGUAGES}
    table = {}
    for gram in grams:
        logs = [math.log((counts[code][gram] + SMOOTHING) / sums[code]) for code in LANGUAGES]
        table[gram] = [min(255, round((max(logs) - one) * UNITS_PER_NAT)) for one in logs]
    # What is frequent and tells languages apart; ties by spelling, so that the file is the same everywhere.
    ranked = sorted(table, key=lambda gram: (-total[gram] * sum(table[gram]), gram))[:GRAMS_KEPT]
    return {gram: table[gram] for gram in sorted(ranked)}


def written(table: dict[str, list[int]]) -> str:
    head = [
        f"languages {' '.join(LANGUAGES)}", f"units_per_nat {UNITS_PER_NAT}", f"margin_nats {MARGIN_NATS}",
        f"margin_nats_per_word {MARGIN_NATS_PER_WORD}",
    ]  # fmt: skip
    lines = [f"{gram}\t{bytes(values).hex()}" for gram, values in table.items()]
    return HEADER + "\n".join(head) + "\n\n" + "\n".join(lines) + "\n"


def f1_scores(pairs: Sequence[tuple[str, str]]) -> dict[str, float]:
    scores = {}
    for code in LANGUAGES:
        hit = sum(true == code == said for true, said in pairs)
        wrong = sum(said == code != true for true, said in pairs)
        missed = sum(true == code != said for true, said in pairs)
        scores[code] = 2 * hit / max(1, 2 * hit + wrong + missed)
    return scores


def report(name: str, examples: Sequence[Example], tell: Callable[[str], str]) -> None:
    scores = f1_scores([(code, tell(text)) for text, code in examples])
    each = " ".join(f"{code}={score:.3f}" for code, score in scores.items())
    print(f"{name}: macro-F1={sum(scores.values()) / len(scores):.4f} ({len(examples)} texts) {each}")


def headline(text: str) -> str:
    """As short as a title: the first nine words."""
    return " ".join(text.split()[:9])


def evaluate(languages: Languages, test: Sequence[Example], unseen: Sequence[tuple[str, str]]) -> None:
    def likeliest(text: str) -> str:
        margins, _ = languages.margins(text)
        return max(margins, key=lambda code: margins[code])

    report("NusaX test, likeliest", test, likeliest)
    report("NusaX test, id when in doubt", test, languages.language_of)
    report("NusaX test, first nine words, likeliest", [(headline(text), code) for text, code in test], likeliest)
    short = [(headline(text), code) for text, code in test]
    report("NusaX test, first nine words, id when in doubt", short, languages.language_of)
    for name, texts in (
        ("titles", [title for title, _ in unseen]),
        ("titles with lead", [f"{title}\n{lead}" for title, lead in unseen]),
    ):
        other = Counter(code for text in texts if (code := languages.language_of(text)) != "id")
        print(f"real articles not learned from, {name}: {sum(other.values())} of {len(texts)} not id {dict(other)}")
    texts = [(text * 10)[:800] for text, _ in random.Random(1).sample(list(test), 500)]
    fresh = Languages(languages.model)
    for name in ("words met for the first time", "words met before"):
        began = time.process_time()
        for text in texts:
            fresh.language_of(text)
        print(f"800 characters, {name}, processor time: {(time.process_time() - began) / len(texts) * 1000:.3f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder with nusax/ and news_sample/")
    parser.add_argument("--out", type=Path, default=MODEL_FILE)
    parser.add_argument("--only-measure", action="store_true", help="measure the file that is there")
    arguments = parser.parse_args()
    real = articles(arguments.data / "news_sample")
    if not arguments.only_measure:
        learned = [(f"{title}\n{lead}", "id") for title, lead in real[::ARTICLE_STEP]]
        table = costs(counted([*nusax(arguments.data / "nusax", "train"), *learned]))
        arguments.out.write_text(written(table), encoding="utf-8")
    model = load_languages(arguments.out)
    print(f"{len(model.costs)} runs of letters, {arguments.out.stat().st_size} bytes, sha256 {model.sha256}")
    evaluate(Languages(model), nusax(arguments.data / "nusax", "test"), real[1::2])


if __name__ == "__main__":
    main()
