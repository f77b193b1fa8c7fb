"""`make train`: labelled text (and corrections by people) → models/labels.model; same input, same sha256."""

import argparse
import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, vstack

from services.classifier.blending import Voices
from services.classifier.evaluating_items import tell_certainty
from services.classifier.judging import (
    judge_level,
    judge_relevance,
    judge_topics,
    topic_certainty,
    topic_chances,
    topic_standing,
)
from services.classifier.labelling import Labeller, decide
from services.classifier.models.linear import (
    MODEL,
    VECTORS,
    Arrays,
    LinearModel,
    ModelFileError,
    built,
    load_model,
    load_vectors,
    packed,
    unpacked,
)
from services.classifier.models.meanings import digest as digest_of_meanings
from services.classifier.rules import load_rules
from services.classifier.training import figures
from services.classifier.training.calibrating import blend_of, certainty_of, curve_of, sure_of
from services.classifier.training.corpus import Example, load
from services.classifier.training.corrections import corrected
from services.classifier.training.folds import PARTS, parts_of
from services.classifier.training.general import SHARED, general_news
from services.classifier.training.learning import HEADS, ORDER, RULE_SCALE, Seen, Space, answers, fit, see, text_of
from services.classifier.training.promoting import Ruling, mark_of, on_fresh, on_yardstick, ruling
from services.classifier.units import GazetteerUnits
from services.classifier.verdicts import Verdict

VERSION: Final = "2026.11.4"
Floats = npt.NDArray[np.float64]
# A title whose lead is left out teaches what a bare headline looks like; its labels rest partly on the lead.
BARE: Final = 0.5
# Of so many texts the intervals need fewer draws than those of the yardstick.
RESAMPLES: Final = 200
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
        self.general_of = general
        self.general = see(labeller, [text_of(example) for example in general])
        self.vectors, self.vectors_sha256 = load_vectors()
        self.space = Space.of(self.seen, self.vectors, kinds)
        self.rows, self.bare_rows = self.space.rows(self.seen), self.space.rows(self.bare)
        self.general_rows = self.space.rows(self.general)
        self.nothing = np.array([answers(example) for example in general])
        self.wanted = np.array([answers(example) for example in examples])
        self.weight = np.array([example.weight for example in examples])

    def fit(self, part: int | None) -> tuple[Floats, Floats]:
        """Learnt from everything but one part (None: from everything)."""
        own = np.flatnonzero(self.parts != (-1 if part is None else part))
        cut = np.flatnonzero(np.isin(self.titled, own))
        rows: csr_matrix = vstack([self.rows[own], self.bare_rows[cut], self.general_rows]).tocsr()
        wanted = np.vstack([self.wanted[own], self.wanted[self.titled[cut]], self.nothing])
        weight = np.full(len(wanted), BARE)
        weight[: own.size] = self.weight[own]
        weight[own.size : own.size + cut.size] *= self.weight[self.titled[cut]]
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


def packed_model(course: Course, arrays: Arrays, blend: Mapping[str, Any], told: Mapping[str, float]) -> bytes:
    head = {
        "kind": "labels",
        "version": VERSION,
        "vectors": course.vectors_sha256,
        "meanings": digest_of_meanings(),
        "heads": {task: list(HEADS[task]) for task in ORDER},
        "order": list(ORDER),
        "blend": blend,
        "rule_features": list(course.space.names),
        "examples": len(course.examples),
        "learnt": sorted(mark_of(example) for example in course.examples),
        "held_out": told,
    }
    return packed(head, arrays)


def read_back(raw: bytes) -> LinearModel:
    """The model as the service will read it."""
    head, arrays = unpacked(raw)
    return built(head, arrays, unpacked(VECTORS.read_bytes())[1], hashlib.sha256(raw).hexdigest())


def blended(course: Course, scores: Floats, arrays: Arrays) -> LinearModel:
    """Weights, and how rules and model are weighed, calibrated and doubted, from texts held out."""
    blend = {**blend_of(scores, course.wanted, course.seen.findings), "sure": {}}
    topic = {**blend["topic"], "curve": []}
    model = read_back(packed_model(course, arrays, {**blend, "topic": topic}, {}))
    voices = [Voices(one, model, row) for one, row in zip(course.seen.findings, scores.tolist(), strict=True)]
    called = [n for n, one in enumerate(voices) if judge_relevance(one).relevant]
    chances = [topic_chances(voices[n]) for n in called]
    right = [next(iter(chances[n])) == course.examples[at].topics[0] for n, at in enumerate(called)]
    topic["certainty"] = certainty_of(
        [topic_standing(voices[n], c) for n, c in zip(called, chances, strict=True)], right
    )
    model = replace(model, blend={**blend, "topic": topic})
    sure = [
        topic_certainty(Voices(voices[n].found, model, voices[n].row), c) for n, c in zip(called, chances, strict=True)
    ]
    topic["curve"] = curve_of(sure, right)
    model = replace(model, blend={**blend, "topic": topic})
    return replace(model, blend={**model.blend, "sure": doubt_levels(model, course, scores)})


def held_out_verdicts(course: Course) -> list[Verdict]:
    """What would be said of each text by a model that has not seen it."""
    scores = course.held_out()
    return judged(blended(course, scores, arrays_of(course.space, *course.fit(None))), course.seen, scores)


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


def tell(course: Course, verdicts: Sequence[Verdict]) -> dict[str, float]:
    """Prints what the held-out parts say; returns the figures."""
    said, true = [told_by(v) for v in verdicts], [truth_of(e) for e in course.examples]
    told = figures.figures(said, true, resamples=RESAMPLES)
    for name, figure in told.items():
        print(f"  {name:22} {figure}")
    bare = [n for n, e in enumerate(course.examples) if not e.lead and e.voice in ("nasional", "daerah")]
    print(f"of these, {len(bare)} bare headlines of media:")
    for name, figure in figures.figures([said[n] for n in bare], [true[n] for n in bare], resamples=RESAMPLES).items():
        print(f"  {name:22} {figure}")
    tell_certainty(verdicts, true)
    return {name: round(figure.value, 4) for name, figure in told.items()}


def take_over(
    course: Course, verdicts: Sequence[Verdict], raw: bytes, out: Path, yardstick: Path, *, force: bool
) -> str:
    """Writes the model where the service reads it, if it beats the one that is there."""
    digest = hashlib.sha256(raw).hexdigest()
    if out.exists() and not force:
        if hashlib.sha256(out.read_bytes()).hexdigest() == digest:
            return "the same model as before"
        decided = _compared(course, verdicts, raw, out, yardstick)
        if not decided.promoted:
            _write(raw, digest, out.with_suffix(".candidate"))
            return f"not taken over ({decided.why}); kept as {out.with_suffix('.candidate').name}"
        _write(raw, digest, out)
        return f"taken over: {decided.why}"
    _write(raw, digest, out)
    return "taken over"


def _compared(course: Course, verdicts: Sequence[Verdict], raw: bytes, out: Path, yardstick: Path) -> Ruling:
    rules, units = load_rules(), GazetteerUnits()
    try:
        old = load_model(out)
    except ModelFileError as error:
        return Ruling(True, f"the present model cannot be used: {error}")
    if not yardstick.exists():
        return Ruling(False, f"no yardstick at {yardstick}")
    present = Labeller(rules, units, old)
    before = on_yardstick(present, yardstick)
    after = on_yardstick(Labeller(rules, units, read_back(raw)), yardstick)
    learnt = unpacked(out.read_bytes())[0].get("learnt", ())
    said, true = [told_by(v) for v in verdicts], [truth_of(e) for e in course.examples]
    fresh = on_fresh(present, learnt, course.examples, said, true)
    return ruling(before, {name: figure.value for name, figure in after.items()}, fresh=fresh)


def _write(raw: bytes, digest: str, path: Path) -> None:
    path.write_bytes(raw)
    path.with_name(f"{path.name}.sha256").write_text(f"{digest}  {path.name}\n")


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make train")
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--corrections", type=Path, help="JSONL of `pasopati corrections export`")
    parser.add_argument("--force", action="store_true", help="take over without comparing")
    arguments = parser.parse_args(argv)
    labeller = Labeller(load_rules(), GazetteerUnits())
    own = load()
    people = corrected(arguments.corrections, labeller) if arguments.corrections else []
    course = Course(labeller, [*own, *people], general_news(labeller, arguments.shared))
    space = course.space
    print(
        f"{len(own)} labelled texts, {len(people)} corrected by people, {len(course.titled)} titles also without lead,"
    )
    print(
        f"{len(course.general_of)} sentences of general news; {space.buckets.size} n-grams, {len(space.names)} findings"
    )
    scores = course.held_out()
    arrays = arrays_of(space, *course.fit(None))
    model = blended(course, scores, arrays)
    print(f"held out in {PARTS} parts, near-duplicates on one side:")
    verdicts = judged(model, course.seen, scores)
    told = tell(course, verdicts)
    raw = packed_model(course, arrays, model.blend, told)
    print(f"{len(raw)} bytes, sha256 {hashlib.sha256(raw).hexdigest()}")
    yardstick = arguments.shared / "gold_dev" / "corrections_gold.jsonl"
    print(take_over(course, verdicts, raw, arguments.out, yardstick, force=arguments.force))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
