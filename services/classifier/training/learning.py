"""Examples → the matrix of what the models see of them; and linear heads learnt from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.svm import LinearSVC

from services.classifier.findings import Findings, features
from services.classifier.judging import NO_CRISIS
from services.classifier.labelling import Document, Labeller
from services.classifier.models.hashing import BITS, Grams, grams, pieces
from services.classifier.models.linear import GramTable, Vectors
from services.classifier.rules import TOPICS
from services.classifier.training.corpus import Example

Floats = npt.NDArray[np.float64]
ORDER: Final = (
    *("relevance", "topic", "severity", "sentiment", "polarity", "crisis", "urgency", "impact", "actuality"),
)
HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    "relevance": ("relevan",),
    "topic": TOPICS,
    "severity": ("1", "2", "3", "4"),
    "sentiment": ("positif", "netral", "negatif", "campuran"),
    "polarity": ("officials_acted", "officials_failed", "none"),
    "crisis": (
        *("keamanan_ketertiban", "halinar", "integritas", "kematian_kesehatan", "hunian_sarana", "bencana"),
        *("perlakuan_hukum", "opini_publik", "tata_kelola", "eksternal", NO_CRISIS),
    ),
    "urgency": ("rendah", "sedang", "tinggi", "kritis"),
    "impact": ("upt", "kanwil", "nasional", "lintas_instansi", "perhatian_publik_luas"),
    "actuality": (
        *("kejadian_baru", "perkembangan_kasus_lama", "konten_lama_kembali_viral", "tidak_dapat_dipastikan"),
    ),
}
# How strongly errors are paid for, and how much a rule that holds counts beside one word: chosen on held-out parts.
COST: Final = 0.3
RULE_SCALE: Final = 0.3
# How much a text that is not ours counts: what is asked only of relevant texts is learnt from them, or tone would
# learn that neutral means "not ours". A little of the others is heard all the same, for those taken
# for ours by mistake.
ASIDE: Final[Mapping[str, float]] = {"relevance": 1.0, "topic": 1.0, "severity": 0.1, "sentiment": 0.3}
# A rule, class or n-gram seen in fewer texts than this is not learnt.
LEAST_TEXTS: Final = 2
LEAST_FINDINGS: Final = 3


def columns() -> dict[str, slice]:
    found, at = {}, 0
    for task in ORDER:
        found[task] = slice(at, at + len(HEADS[task]))
        at += len(HEADS[task])
    return found


def answers(example: Example) -> npt.NDArray[np.bool_]:
    """For each column whether it holds of this example."""
    told = {
        "relevance": [example.relevant],
        "topic": [name == example.topics[0] for name in TOPICS],
        "severity": [example.severity >= level for level in (1, 2, 3, 4)],
        "sentiment": [name == example.sentiment for name in HEADS["sentiment"]],
        "polarity": [name == example.polarity for name in HEADS["polarity"]],
        "crisis": [name == (example.crisis or NO_CRISIS) for name in HEADS["crisis"]],
        "urgency": [name == example.urgency for name in HEADS["urgency"]],
        "impact": [name == example.impact for name in HEADS["impact"]],
        "actuality": [name == example.actuality for name in HEADS["actuality"]],
    }
    return np.array([flag for task in ORDER for flag in told[task]])


@dataclass(frozen=True, slots=True)
class Seen:
    """Texts as rules and n-grams see them."""

    findings: list[Findings]
    named: list[Mapping[str, float]]
    grams: list[Grams]


def see(labeller: Labeller, texts: Sequence[tuple[str, str]]) -> Seen:
    found = [labeller.findings(Document(title=title, text=lead)) for title, lead in texts]
    named = [features(labeller.matcher, one) for one in found]
    return Seen(found, named, [grams(piece) for _, piece in pieces([one.reading for one in found])])


@dataclass(frozen=True, slots=True)
class Space:
    """Which n-grams and findings are learnt from, and how texts become rows."""

    buckets: npt.NDArray[np.int64]
    rarity: npt.NDArray[np.float32]
    names: tuple[str, ...]
    vectors: Vectors
    kinds: frozenset[str] = frozenset({"grams", "vectors", "rules"})

    @classmethod
    def of(cls, seen: Seen, vectors: Vectors, kinds: frozenset[str]) -> "Space":
        texts = np.zeros(1 << BITS, dtype=np.int64)
        for piece in seen.grams:
            both = np.unique(piece.text * (1 << BITS) + piece.bucket)
            texts += np.bincount(both % (1 << BITS), minlength=1 << BITS)
        buckets = np.flatnonzero(texts >= LEAST_TEXTS)
        rarity = np.log((1 + len(seen.findings)) / (1 + texts[buckets])) + 1
        held: dict[str, int] = {}
        for named in seen.named:
            for name in named:
                held[name] = held.get(name, 0) + 1
        names = tuple(sorted(name for name, times in held.items() if times >= LEAST_FINDINGS))
        return cls(buckets, rarity.astype(np.float32), names, vectors, kinds)

    def rows(self, seen: Seen) -> csr_matrix:
        parts = []
        if "grams" in self.kinds:
            parts.append(self._gram_rows(seen))
        if "vectors" in self.kinds:
            parts.append(csr_matrix(np.vstack([self.vectors.mean(piece) for piece in seen.grams])))
        if "rules" in self.kinds:
            parts.append(self._rule_rows(seen) * RULE_SCALE)
        return hstack(parts).tocsr()

    def _gram_rows(self, seen: Seen) -> csr_matrix:
        row = np.full(1 << BITS, -1, dtype=np.int64)
        row[self.buckets] = np.arange(self.buckets.size)
        table = GramTable(row, self.rarity)
        blocks = []
        for piece in seen.grams:
            at, value, _, edges = table.known(piece)
            blocks.append(csr_matrix((value, at, edges), shape=(piece.count, self.buckets.size)))
        return vstack(blocks).tocsr()

    def _rule_rows(self, seen: Seen) -> csr_matrix:
        number = {name: n for n, name in enumerate(self.names)}
        rows, at, values = [], [], []
        for text, named in enumerate(seen.named):
            for name, value in named.items():
                if name in number:
                    rows.append(text)
                    at.append(number[name])
                    values.append(value)
        return csr_matrix((values, (rows, at)), shape=(len(seen.named), len(self.names)))


def fit(rows: csr_matrix, wanted: npt.NDArray[np.bool_], weight: Floats, cost: float = COST) -> tuple[Floats, Floats]:
    """One linear separator a column: coefficients (features × columns) and biases. The same input gives the same."""
    coefficients = np.zeros((rows.shape[1], wanted.shape[1]))
    bias = np.full(wanted.shape[1], -1.0)
    ours = wanted[:, columns()["relevance"].start]
    for task, place in columns().items():
        counted = weight * np.where(ours, 1.0, ASIDE.get(task, 0.0))
        kept = np.flatnonzero(counted)
        learnt, counted = rows[kept], counted[kept]
        for column in range(place.start, place.stop):
            holds = wanted[kept, column]
            if holds.any() and not holds.all():
                svm = LinearSVC(C=cost, random_state=0).fit(learnt, holds, sample_weight=counted)
                coefficients[:, column], bias[column] = svm.coef_[0], svm.intercept_[0]
    return coefficients, bias


def text_of(example: Example) -> tuple[str, str]:
    return example.title, example.lead
