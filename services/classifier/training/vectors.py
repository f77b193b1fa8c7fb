"""`make train-vectors`: running text → one vector a word by the company it keeps; words are kept as hashes only."""

import argparse
import csv
import hashlib
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.utils.extmath import randomized_svd

from services.classifier.models.hashing import grams
from services.classifier.models.linear import VECTORS, packed
from services.classifier.normalising import read

DIMENSIONS: Final = 100
WORDS: Final = 24_000
_LEAST: Final = 3
_WINDOW: Final = 4
_END = re.compile(r"[.!?\n]+")
_MARK = re.compile(r"\[\w+ ([^\]]*)\]")
_DIGIT = re.compile(r"\d")
NAMES_SENTENCES: Final = Path("libs/privacy/training/sentences")


def running_text(shared: Path) -> Iterator[str]:
    """General news and posts of ../shared/data, and the sentences of the names model; none of the labelled text."""
    csv.field_size_limit(10**8)
    for path in sorted((shared / "news_sample").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                yield from _END.split(f"{row['judul']}. {row['isi_berita']}")
    for line in (shared / "smsa" / "train_preprocess.tsv").read_text("utf-8").splitlines():
        yield line.split("\t")[0]
    for path in sorted((shared / "ner").glob("*_train_preprocess.txt")):
        for block in path.read_text("utf-8").split("\n\n"):
            yield " ".join(line.split()[0] for line in block.splitlines() if line.strip())
    for path in sorted(NAMES_SENTENCES.glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            if not line.startswith("#"):
                yield _MARK.sub(r"\1", line)


def vectors_of(sentences: Sequence[Sequence[str]]) -> tuple[list[str], Any, Any]:
    """Words, their vectors (positive pointwise information, reduced), and how often each stands."""
    counts = Counter(word for sentence in sentences for word in sentence)
    words = [w for w, n in sorted(counts.items(), key=lambda i: (-i[1], i[0]))[:WORDS] if n >= _LEAST and len(w) < 60]
    number = {word: n for n, word in enumerate(words)}
    rows: list[int] = []
    columns: list[int] = []
    near: list[float] = []
    for sentence in sentences:
        known = [number.get(word, -1) for word in sentence]
        for at, one in enumerate(known):
            for gap, other in enumerate(known[at + 1 : at + 1 + _WINDOW], 1):
                if one >= 0 and other >= 0:
                    rows.append(one)
                    columns.append(other)
                    near.append(1 / gap)
    table = csr_matrix((near, (rows, columns)), shape=(len(words), len(words)))
    table = (table + table.T).tocoo()
    total = np.bincount(table.row, weights=table.data, minlength=len(words))
    smooth = total**0.75
    information = np.log(table.data * smooth.sum() / (total[table.row] * smooth[table.col])) - 0.3
    kept = information > 0
    reduced = csr_matrix((information[kept], (table.row[kept], table.col[kept])), shape=table.shape)
    left, sizes, _ = randomized_svd(reduced, DIMENSIONS, n_iter=4, random_state=0)
    found = left * np.sqrt(sizes)
    found /= np.linalg.norm(found, axis=1, keepdims=True) + 1e-9
    often = np.array([counts[word] for word in words], dtype=np.float64)
    return words, found, often


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make train-vectors")
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=VECTORS)
    arguments = parser.parse_args(argv)
    sentences = [[_DIGIT.sub("0", w) for w in read("", text).words] for text in running_text(arguments.shared)]
    words, found, often = vectors_of(sentences)
    blocks = [[f" {word} " for word in words[at : at + 500]] for at in range(0, len(words), 500)]
    hashes = np.concatenate([grams(block).word_hash for block in blocks])
    order = np.argsort(hashes)
    scale = np.abs(found).max(axis=0) / 127
    arrays = {
        "word_hash": hashes[order],
        "word_rows": np.round(found / scale).astype(np.int8)[order],
        "word_scale": scale.astype(np.float32),
        # What stands everywhere says little: weight falls with frequency.
        "word_weight": (1e-3 / (1e-3 + often / often.sum())).astype(np.float32)[order],
    }
    raw = packed({"kind": "vectors"}, arrays)
    arguments.out.write_bytes(raw)
    digest = hashlib.sha256(raw).hexdigest()
    arguments.out.with_name(f"{arguments.out.name}.sha256").write_text(f"{digest}  {arguments.out.name}\n")
    print(f"{sum(map(len, sentences))} words running, {len(words)} vectors, {len(raw)} bytes, sha256 {digest}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
