"""`make bench-privacy`: texts per second through the gate on one core, names included, and the cost of hostile text."""

from __future__ import annotations

import argparse
import csv
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from random import Random
from statistics import median

from deploy.local.places import PROJECT
from libs.privacy import gate
from libs.privacy.folding import fold
from libs.privacy.names import find_names
from libs.privacy.names.spotting import shipped_spotter
from libs.privacy.outcomes import Channel
from libs.privacy.training.corpus import TEST, TRAIN, Sentence, own_sentences
from libs.privacy.training.measuring import count_screen
from tests.bench.machine import describe

_NEWS = PROJECT.parent / "shared" / "data" / "news_sample" / "2025-06-18.csv"
_SECONDS, _ROUNDS = 2.0, 3
# Half as long and whole: linear cost doubles between them.
_HOSTILE: Mapping[str, str] = {
    "digits": "3201015703900012 ",
    "digits without a blank": "7",
    "bin": "bin ",
    "Budi bin": "Budi bin ",
    "combining marks": "a\u0301\u0302\u0303",
    "Capitals": "Sudarmo Wibowo ",
    "napi": "napi ",
    "initials": "A.B. ",
    "brackets": "((((",
    "line breaks": "\n \n",
    "at-signs": "a@b.c ",
    "emoji": "😀",
    "one long word": "sudarmo",
}


def articles(characters: int) -> list[str]:
    """Of the sample of real news, cut; of our own sentences where the sample is not there."""
    if not _NEWS.exists():
        return reports(characters)
    csv.field_size_limit(10**8)
    with _NEWS.open(encoding="utf-8-sig") as lines:
        told = [f"{row['judul']}. {row['isi_berita']}" for row in csv.DictReader(lines)]
    return [text[:characters] for text in told if len(text) >= characters][:400]


def reports(characters: int) -> list[str]:
    """Made of marked sentences of unit reports: far more names than a real report has."""
    random, told = Random(1), [sentence.text for sentence in own_sentences(TRAIN, TEST)]
    return [" ".join(random.sample(told, 12))[:characters] for _ in range(400)]


def plain_reports(characters: int) -> list[str]:
    """Three sentences with names among others without, as reports are written."""
    random, told = Random(2), own_sentences(TRAIN, TEST)
    named = [sentence.text for sentence in told if sentence.names]
    nobody = [sentence.text for sentence in told if not sentence.names]
    return [" ".join([*random.sample(named, 3), *random.sample(nobody, 9)])[:characters] for _ in range(400)]


def per_second(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Median of rounds over processor time, so that other work on the machine counts less; the first round warms up."""
    rates = []
    for _ in range(_ROUNDS + 1):
        began, done = time.process_time(), 0
        while time.process_time() - began < _SECONDS / _ROUNDS or done == 0:
            shipped_spotter().forget()
            for text in texts:
                work(text)
            done += len(texts)
        rates.append(done / (time.process_time() - began))
    return median(rates[1:])


def first_time(texts: Sequence[str]) -> float:
    """Texts per second when no word was met before."""
    began = time.process_time()
    for text in texts:
        gate(text, channel="news")
    return len(texts) / (time.process_time() - began)


def ratio(unit: str, channel: Channel) -> tuple[float, float]:
    """Seconds for 100 KB, and by how much they exceed those for 50 KB."""
    took = []
    for characters in (50_000, 100_000):
        text = (unit * (characters // len(unit) + 1))[:characters]
        fastest = min(_timed(text, channel) for _ in range(2))
        took.append(fastest)
    return took[1], took[1] / max(took[0], 1e-9)


def _timed(text: str, channel: Channel) -> float:
    shipped_spotter().forget()
    began = time.process_time()
    gate(text, channel=channel)
    return time.process_time() - began


def speeds() -> None:
    kinds: Sequence[tuple[str, Channel, list[str]]] = (
        ("headline_with_lead", "news", articles(300)),
        ("article_800", "news", articles(800)),
        ("article_2kb", "news", articles(2048)),
        ("unit_report_800", "unit_report", plain_reports(800)),
        ("unit_report_800_of_names", "unit_report", reports(800)),
    )
    print(f"cold_texts_per_s_article_800={first_time(kinds[1][2]):.0f}")
    for name, channel, texts in kinds:
        whole = per_second(lambda text, channel=channel: gate(text, channel=channel), texts)  # type: ignore[misc]
        names = per_second(
            lambda text, channel=channel: find_names([fold(text)], channel=channel, child=False),  # type: ignore[misc]
            texts,
        )
        print(f"texts_per_s_{name}={whole:.0f}  names_alone_ms={1000 / names:.3f}")


def screen() -> None:
    """Of marked sentences, and of real articles only the share that is read."""
    for name, text in (
        ("own_test_sentences", own_sentences(TEST)),
        ("articles", [Sentence(text, ()) for text in articles(2048)]),
    ):
        looked, read_on, told, kept = count_screen(text)
        recall = f"  recall={kept / told:.4f} ({kept}/{told} names)" if told else ""
        print(f"prescreen_share_{name}={read_on / looked:.3f} ({read_on}/{looked} sentences){recall}")


def linearity() -> float:
    worst = 0.0
    for name, unit in _HOSTILE.items():
        for channel in ("news", "unit_report"):
            seconds, grew = ratio(unit, channel)
            worst = max(worst, grew)
            print(f"hostile_{name.replace(' ', '_')}_{channel}_100kb_s={seconds:.3f}  ratio_to_50kb={grew:.2f}")
    return worst


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make bench-privacy")
    parser.add_argument("--only", choices=("speeds", "screen", "linearity"))
    only = parser.parse_args(argv).only
    machine = describe(len(os.sched_getaffinity(0)))
    print(f"machine={machine.model} cores={machine.cores} load={machine.load:.1f}")
    if only in (None, "speeds"):
        speeds()
    if only in (None, "screen"):
        screen()
    if only in (None, "linearity"):
        print(f"worst_ratio={linearity():.2f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
