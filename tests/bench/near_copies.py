"""`make bench-near-copies`: what a document costs (words, shingles, MinHash, look-up), among 10,000 and 100,000 heads.

Processor seconds of one process. Texts are put together from the words of the training text; memory by tracemalloc."""

import argparse
import time
import tracemalloc
from random import Random

from services.classifier.near_copies import CopyIndex, signature
from services.classifier.normalising import read
from services.classifier.training.corpus import load

SMALL, LARGE, ASKED, WEIGHED = 10_000, 100_000, 2_000, 5_000
TEXT_WORDS = 180
CHANGED = 0.6  # of the words, so that invented texts repeat each other no more than articles of different events do
GOAL_US, GOAL_RATIO = 115.0, 1.5


class Writer:
    """Texts that never end: sentences of the training text in chance order, a few words of each changed."""

    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)
        self._sentences = [f"{one.title}. {one.lead}".split() for one in load()]
        self._words = sorted({word for sentence in self._sentences for word in sentence})

    def text(self) -> str:
        words: list[str] = []
        while len(words) < TEXT_WORDS:
            sentence = self._chance.choice(self._sentences)
            words += [self._chance.choice(self._words) if self._chance.random() < CHANGED else w for w in sentence]
        return " ".join(words[:TEXT_WORDS])


def signature_us(texts: list[str]) -> tuple[float, float]:
    """(reading, shingles and MinHash) per document."""
    began = time.process_time()
    readings = [read("", text) for text in texts]
    between = time.process_time()
    for reading in readings:
        signature(reading)
    return 1e6 * (between - began) / len(texts), 1e6 * (time.process_time() - between) / len(texts)


def lookup_us(index: CopyIndex, signatures: list[list[int]]) -> float:
    began = time.process_time()
    for sig in signatures:
        index.head_of(sig, TEXT_WORDS)
    return 1e6 * (time.process_time() - began) / len(signatures)


def bytes_a_head(writer: Writer) -> float:
    signatures = [signature(read("", writer.text())) for _ in range(WEIGHED)]
    tracemalloc.start()
    index = CopyIndex()
    for number, sig in enumerate(signatures):
        index.add(f"item-{number}", sig, TEXT_WORDS)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size / WEIGHED


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", type=int, default=LARGE)
    large = parser.parse_args().large
    writer = Writer(1)
    asked_texts = [writer.text() for _ in range(ASKED)]
    asked = [signature(read("", text)) for text in asked_texts]
    signature_us(asked_texts[:200])
    reading, hashing = signature_us(asked_texts)
    index, cost = CopyIndex(), {}
    for size in (SMALL, large):
        for number in range(len(index), size):
            index.add(f"item-{number}", signature(read("", writer.text())), TEXT_WORDS)
        lookup_us(index, asked[:200])
        cost[size] = lookup_us(index, asked)
    copies = {size: hashing + us for size, us in cost.items()}
    print(f"document of {TEXT_WORDS} words: words {reading:.0f} us (shared with the labels)")
    told = ", ".join(f"among {n:,} heads {us:.0f} us" for n, us in cost.items())
    print(f"shingles and MinHash {hashing:.0f} us, " + told)
    reached = "reached" if copies[large] <= GOAL_US else "not reached"
    print(
        f"us_a_document={copies[large]:.0f} goal<={GOAL_US:.0f} {reached}; with reading {copies[large] + reading:.0f}"
    )
    ratio = copies[large] / copies[SMALL]
    flat = "reached" if ratio <= GOAL_RATIO else "not reached"
    print(f"ratio={ratio:.2f} goal<={GOAL_RATIO} {flat}; of the look-up alone {cost[large] / cost[SMALL]:.2f}")
    print(f"bytes_a_head={bytes_a_head(writer):.0f}")


if __name__ == "__main__":
    main()
