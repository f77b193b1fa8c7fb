"""The model file read: n-grams, word vectors and rule findings of a batch → one score a label, and why."""

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from services.classifier.models.hashing import BITS, Grams, grams, pieces
from services.classifier.models.meanings import FILE as MEANINGS
from services.classifier.models.meanings import digest as digest_of_meanings
from services.classifier.normalising import Reading

MODEL: Final = Path(__file__).parent / "labels.model"
VECTORS: Final = Path(__file__).parent / "words.vectors"
_MAGIC: Final = b"pasopati-model-1\n"

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
Arrays = dict[str, npt.NDArray[Any]]


class ModelFileError(Exception):
    """The model file cannot be used; says why."""


@dataclass(frozen=True, slots=True)
class Vectors:
    """Word vectors by the word's hash (sorted); `weight` is small for words that stand everywhere."""

    hashes: npt.NDArray[np.uint64]
    rows: Floats
    weight: Floats

    def mean(self, found: Grams) -> Floats:
        """One vector of length 1 a text; zeros where no word is known."""
        total = np.zeros((found.count, self.rows.shape[1]), dtype=np.float32)
        if not self.hashes.size or not found.word_hash.size:
            return total
        at = np.minimum(np.searchsorted(self.hashes, found.word_hash), self.hashes.size - 1)
        known = self.hashes[at] == found.word_hash
        at, text = at[known], found.word_text[known]
        edges = np.searchsorted(text, np.arange(found.count + 1))
        for number in range(found.count):
            low, high = edges[number], edges[number + 1]
            if low < high:
                row = self.weight[at[low:high]] @ self.rows[at[low:high]]
                total[number] = row / max(float(np.sqrt(row @ row)), 1e-6)
        return total


@dataclass(frozen=True, slots=True)
class GramTable:
    """`row` of each bucket (-1: never learnt) and its weight by rarity."""

    row: Integers
    rarity: Floats

    def known(self, found: Grams) -> tuple[Integers, Floats, Integers, Integers]:
        """(row, value, start, edges): values of a text have length 1; text i has [edges[i], edges[i + 1])."""
        row = self.row[found.bucket]
        keep = row >= 0
        row, text, start = row[keep], found.text[keep], found.start[keep]
        value = self.rarity[row]
        edges = np.searchsorted(text, np.arange(found.count + 1))
        length = np.sqrt(np.bincount(text, weights=value * value, minlength=found.count)).astype(np.float32)
        return row, (value / np.maximum(length, 1e-6)[text]).astype(np.float32), start, edges.astype(np.int64)


@dataclass(frozen=True, slots=True)
class Known:
    """The n-grams of one text the model knows: their rows, their values, and where they begin in `joined`."""

    row: Integers
    value: Floats
    start: Integers


@dataclass(frozen=True, slots=True)
class Look:
    """What the model makes of one text: a score a column, and the n-grams they rest on."""

    scores: list[float]
    known: Known


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearModel:
    """Linear scores over three kinds of features; `heads`: task → its labels, in the order of the columns."""

    version: str
    sha256: str
    heads: Mapping[str, tuple[str, ...]]
    columns: Mapping[str, slice]
    blend: Mapping[str, Any]
    table: GramTable
    vectors: Vectors
    gram_weights: Floats
    vector_weights: Floats
    rule_rows: Mapping[str, int]
    rule_weights: Floats
    bias: Floats

    def look(self, readings: Sequence[Reading], findings: Sequence[Mapping[str, float]]) -> list[Look]:
        """`findings`: names of rules and classes that hold in each text, and how much."""
        told = np.empty((len(readings), self.bias.size), dtype=np.float32)
        seen: list[Known] = []
        for first, texts in pieces(readings):
            found = grams(texts)
            row, value, start, edges = self.table.known(found)
            told[first : first + found.count] = self.vectors.mean(found) @ self.vector_weights
            for number in range(found.count):
                part = slice(int(edges[number]), int(edges[number + 1]))
                seen.append(Known(row[part], value[part], start[part]))
                if part.start < part.stop:
                    told[first + number] += value[part] @ self.gram_weights[row[part]]
        told += self.bias
        for number, names in enumerate(findings):
            held = [(self.rule_rows[name], much) for name, much in names.items() if name in self.rule_rows]
            if held:
                rows, values = zip(*held, strict=True)
                told[number] += np.array(values, dtype=np.float32) @ self.rule_weights[list(rows)]
        return [Look(scores, known) for scores, known in zip(told.tolist(), seen, strict=True)]

    def words_for(self, reading: Reading, known: Known, column: int, limit: int = 2) -> list[int]:
        """The words of the text that speak most for a label, strongest first."""
        if not known.row.size:
            return []
        share = known.value * self.gram_weights[known.row, column]
        word = np.searchsorted(np.asarray(reading.starts), known.start + 1, side="right") - 1
        sums = np.bincount(np.maximum(word, 0), weights=share, minlength=len(reading.words))
        best = np.argsort(-sums, kind="stable")[:limit]
        return [int(w) for w in best if sums[w] > 0]


def load_model(path: Path = MODEL, vectors: Path = VECTORS) -> LinearModel:
    """Read and check both files; ModelFileError when one is damaged or not what its digest says."""
    raw, digest = _checked(path)
    words, words_digest = _checked(vectors)
    head, arrays = unpacked(raw)
    if head["vectors"] != words_digest:
        raise ModelFileError(f"{path.name} dibuat dengan {vectors.name} yang lain")
    if head.get("meanings", digest_of_meanings()) != digest_of_meanings():
        raise ModelFileError(f"{path.name} dibuat dengan {MEANINGS.name} yang lain")
    return built(head, arrays, unpacked(words)[1], digest)


def load_vectors(path: Path = VECTORS) -> tuple[Vectors, str]:
    raw, digest = _checked(path)
    return vectors_from(unpacked(raw)[1]), digest


def _checked(path: Path) -> tuple[bytes, str]:
    try:
        raw = path.read_bytes()
        wanted = path.with_name(f"{path.name}.sha256").read_text("ascii").split()[0]
    except (OSError, IndexError) as error:
        raise ModelFileError(f"berkas model tidak terbaca: {error}") from error
    digest = hashlib.sha256(raw).hexdigest()
    if digest != wanted:
        raise ModelFileError(f"berkas model {path.name} tidak cocok dengan sidik jarinya")
    return raw, digest


def unpacked(raw: bytes) -> tuple[dict[str, Any], Arrays]:
    """Header and arrays of a file's bytes; ModelFileError when they are no model."""
    if not raw.startswith(_MAGIC):
        raise ModelFileError("bukan berkas model label")
    try:
        content = zlib.decompress(raw[len(_MAGIC) :])
        head_end = content.index(b"\n")
        head = json.loads(content[:head_end])
    except (zlib.error, ValueError) as error:
        raise ModelFileError(f"berkas model rusak: {error}") from error
    arrays: Arrays = {}
    at = head_end + 1
    for name, kind, shape in head["arrays"]:
        size = int(np.prod(shape)) * np.dtype(kind).itemsize
        arrays[name] = np.frombuffer(content[at : at + size], dtype=kind).reshape(shape)
        at += size
    return head, arrays


def vectors_from(arrays: Arrays) -> Vectors:
    rows = arrays["word_rows"].astype(np.float32) * arrays["word_scale"]
    return Vectors(arrays["word_hash"], rows, arrays["word_weight"])


def built(head: Mapping[str, Any], arrays: Arrays, words: Arrays, digest: str) -> LinearModel:
    heads = {task: tuple(labels) for task, labels in head["heads"].items()}
    columns, at = {}, 0
    for task in head["order"]:
        columns[task] = slice(at, at + len(heads[task]))
        at += len(heads[task])
    row = np.full(1 << BITS, -1, dtype=np.int64)
    row[arrays["bucket"].astype(np.int64)] = np.arange(arrays["bucket"].size)
    return LinearModel(
        version=head["version"],
        sha256=digest,
        heads=heads,
        columns=columns,
        blend=head["blend"],
        table=GramTable(row, arrays["rarity"]),
        vectors=vectors_from(words),
        gram_weights=arrays["gram_weights"].astype(np.float32) * arrays["gram_scale"],
        vector_weights=arrays["vector_weights"],
        rule_rows={name: number for number, name in enumerate(head["rule_features"])},
        rule_weights=arrays["rule_weights"],
        bias=arrays["bias"],
    )


def packed(head: Mapping[str, Any], arrays: Arrays) -> bytes:
    """The bytes of a model file: a header line and its arrays, compressed; same content, same bytes."""
    listed = [[name, array.dtype.str, list(array.shape)] for name, array in arrays.items()]
    line = json.dumps({**head, "arrays": listed}, sort_keys=True, separators=(",", ":")).encode()
    content = b"".join([line, b"\n", *(np.ascontiguousarray(a).tobytes() for a in arrays.values())])
    return _MAGIC + zlib.compress(content, 9)
