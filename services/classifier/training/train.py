"""`make train`: labelled text (and corrections by people) → models/labels.model; same input, same sha256."""

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, vstack

from services.classifier.blending import Voices
from services.classifier.judging import judge_level, judge_relevance, judge_topics
from services.classifier.labelling import Labeller, decide
from services.classifier.models.linear import MODEL, VECTORS, Arrays, LinearModel, built, load_vectors, packed, unpacked
from services.classifier.rules import load_rules
from services.classifier.training import figures
from services.classifier.training.calibrating import blend_of, sure_of
from services.classifier.training.corpus import Example, load
from services.classifier.training.corrections import corrected
from services.classifier.training.folds import PARTS, parts_of
from services.classifier.training.general import general_news
from services.classifier.training.learning import HEADS, ORDER, RULE_SCALE, Seen, Space, answers, fit, see, text_of
from services.classifier.units import GazetteerUnits
from services.classifier.verdicts import Verdict

VERSION: Final = "2026.11.1"
Floats = npt.NDArray[np.float64]
# A title whose lead is left out teaches what a bare headline looks like; its labels rest partly on the lead.
BARE: Final = 0.5
_EVERYTHING: Final = frozenset({"grams", "vectors", "rules"})


class Course:
    """Everything that is learnt from, as rows; `bare`: the same titles without their leads;
    `general`: news that concerns no prison, learnt from and never measured by."""

    def __init__(
        self,
        labeller: Labeller,
        examples: Sequence[Example],
        general: Sequence[Example],
        kinds: frozenset[str] = _EVERYTHING,
    ) -> None:
        self.examples = examples
        self.parts = np.array(parts_of(examples))
        self.seen = see(labeller, [text_of(example) for example in examples])
        self.titled = np.array([n for n, e in enumerate(examples) if e.title and e.lead], dtype=np.int64)
        self.bare = see(labeller, [(examples[n].title, "") for n in self.titled])
        self.general = see(labeller, [text_of(example) for example in general])
        self.vectors, self.vectors_sha256 = load_vectors()
        self.space = Space.of(self.seen, self.vectors, kinds)
        self.rows, self.bare_rows = self.space.rows(self.seen), self.space.rows(self.bare)
        self.general_rows = self.space.rows(self.general)
        self.nothing = np.array([answers(example) for example in general])
        self.wanted = np.array([answers(example) for example in examples])

    def fit(self, part: int | None) -> tuple[Floats, Floats]:
        """Learnt from everything but one part (None: from everything)."""
        own = np.flatnonzero(self.parts != (-1 if part is None else part))
        cut = np.flatnonzero(np.isin(self.titled, own))
        rows: csr_matrix = vstack([self.rows[own], self.bare_rows[cut], self.general_rows]).tocsr()
        wanted = np.vstack([self.wanted[own], self.wanted[self.titled[cut]], self.nothing])
        weight = np.full(len(wanted), BARE)
        weight[: own.size] = 1.0
        return fit(rows, wanted, weight)

    def held_out(self) -> Floats:
        """Scores of every example by a model that has not seen its part."""
        scores = np.zeros(self.wanted.shape)
        for part in range(PARTS):
            coefficients, bias = self.fit(part)
            chosen = self.parts == part
            scores[chosen] = self.rows[chosen] @ coefficients + bias
        return scores


def arrays_of(space: Space, coefficients: Floats, bias: Floats) -> Arrays:
    """Weights as they are shipped: n-grams in eighths of a byte's range per column, the few others in full."""
    grams = space.buckets.size
    dimensions = space.vectors.rows.shape[1]
    weights = coefficients[:grams]
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
    return {
        "bucket": space.buckets.astype(np.int32),
        "rarity": space.rarity.astype(np.float32),
        "gram_scale": scale.astype(np.float32),
        "gram_weights": np.round(weights / scale).astype(np.int8),
        "vector_weights": coefficients[grams : grams + dimensions].astype(np.float32),
        "rule_weights": (coefficients[grams + dimensions :] * RULE_SCALE).astype(np.float32),
        "bias": bias.astype(np.float32),
    }


def model_of(course: Course, blend: dict[str, Any]) -> tuple[bytes, LinearModel]:
    head = {
        "kind": "labels",
        "version": VERSION,
        "vectors": course.vectors_sha256,
        "heads": {task: list(HEADS[task]) for task in ORDER},
        "order": list(ORDER),
        "blend": blend,
        "rule_features": list(course.space.names),
        "examples": len(course.examples),
    }
    raw = packed(head, arrays_of(course.space, *course.fit(None)))
    read_head, arrays = unpacked(raw)
    words = unpacked(VECTORS.read_bytes())[1]
    return raw, built(read_head, arrays, words, hashlib.sha256(raw).hexdigest())


def judged(model: LinearModel, seen: Seen, scores: Floats) -> list[Verdict]:
    """What the running service would say, had its model not seen these texts."""
    return [decide(Voices(one, model, row)) for one, row in zip(seen.findings, scores.tolist(), strict=True)]


def doubt_levels(model: LinearModel, course: Course, scores: Floats) -> dict[str, float]:
    """How sure the surest nine tenths of the held-out relevant texts are, for each label that can be in doubt."""
    relevance, topic, severity = [], [], []
    for example, one, row in zip(course.examples, course.seen.findings, scores.tolist(), strict=True):
        voices = Voices(one, model, row)
        score = judge_relevance(voices).score
        relevance.append(max(score, 1 - score))
        if example.relevant:
            topics = judge_topics(voices)
            topic.append(topics[0].score)
            serious = judge_level(voices, topics[0].name).score or 0.0
            severity.append(max(serious, 1 - serious))
    return {"relevance": sure_of(relevance), "topic": sure_of(topic), "severity": sure_of(severity)}


def truth_of(example: Example) -> figures.Answer:
    return figures.Answer(example.relevant, example.topics[0], example.sentiment, example.severity)


def told_by(verdict: Verdict) -> figures.Answer:
    return figures.Answer(verdict.relevance.relevant, verdict.topic, verdict.sentiment.label, verdict.severity.value)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make train")
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--corrections", type=Path, help="JSONL of `pasopati corrections export`")
    arguments = parser.parse_args(argv)
    labeller = Labeller(load_rules(), GazetteerUnits())
    examples = load()
    if arguments.corrections:
        examples += corrected(arguments.corrections, labeller)
    course = Course(labeller, examples, general_news(arguments.shared, labeller))
    scores = course.held_out()
    blend = blend_of(scores, course.wanted, course.seen.findings)
    blend["sure"] = {}
    _, model = model_of(course, blend)
    blend["sure"] = doubt_levels(model, course, scores)
    raw, model = model_of(course, blend)
    verdicts = judged(model, course.seen, scores)
    for name, figure in figures.figures([told_by(v) for v in verdicts], [truth_of(e) for e in examples]).items():
        print(f"{name:22} {figure}")
    print(blend)
    arguments.out.write_bytes(raw)
    digest = hashlib.sha256(raw).hexdigest()
    arguments.out.with_name(f"{arguments.out.name}.sha256").write_text(f"{digest}  {arguments.out.name}\n")
    print(f"{len(examples)} examples, {course.space.buckets.size} n-grams, {len(course.space.names)} findings")
    print(f"{len(raw)} bytes, sha256 {digest}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
