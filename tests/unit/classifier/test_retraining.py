"""Learning anew: corrections are learnt, the same text gives the same file, a worse model does not take over."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.classifier.labelling import Labeller
from services.classifier.models.linear import MODEL
from services.classifier.rules import load_rules
from services.classifier.training.calibrating import certainty_of
from services.classifier.training.corpus import Example, load
from services.classifier.training.corrections import corrected, line_of
from services.classifier.training.figures import Figure
from services.classifier.training.promoting import mark_of, on_fresh, ruling
from services.classifier.training.train import (
    Course,
    arrays_of,
    blended,
    judged,
    packed_model,
    read_back,
    take_over,
    told_by,
    truth_of,
)
from services.classifier.units import GazetteerUnits

TITLES = tuple(
    f"Gerobok {place} kuwalik, warga heran" for place in ("Melati", "Kenanga", "Anggrek", "Dahlia", "Teratai")
)
UNSEEN = "Gerobok Cempaka kuwalik lagi"


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    """every forty-fifth text, so that every file and most labels are among them."""
    return load()[::45]


def _course(labeller: Labeller, examples: list[Example]) -> Course:
    outside = [example for example in load()[1::60] if not example.relevant][:40]
    return Course(labeller, examples, outside)


@pytest.fixture(scope="module")
def course(labeller: Labeller, examples: list[Example]) -> Course:
    return _course(labeller, examples)


def _packed(course: Course) -> bytes:
    scores = course.held_out()
    arrays = arrays_of(course.space, *course.fit(None))
    return packed_model(course, arrays, blended(course, scores, arrays).blend, {})


@pytest.fixture(scope="module")
def raw(course: Course) -> bytes:
    return _packed(course)


def _exported(folder: Path) -> Path:
    """What `pasopati corrections export` writes after people said that this is an escape."""
    after = {"relevant": "ya", "topics": "pelarian", "severity": "3", "sentiment": "negatif"}
    records = [
        {"_id": f"c{n}", "item_id": f"item-{n}", "title": title, "text": "", "role": "analis", "by": "kunci-orang",
         "reason": "bahasa sandi warga", "confirmed": False, "fields": list(after), "before": {}, "after": after,
         "at": datetime(2026, 11, 1 + n, tzinfo=UTC)}
        for n, title in enumerate(TITLES)
    ]  # fmt: skip
    file = folder / "koreksi.jsonl"
    file.write_text("\n".join(line_of(record) for record in records), "utf-8")
    return file


def test_the_same_text_gives_the_same_file(labeller: Labeller, examples: list[Example], raw: bytes) -> None:
    again = _packed(_course(labeller, examples))
    assert hashlib.sha256(again).hexdigest() == hashlib.sha256(raw).hexdigest()


def test_what_people_corrected_changes_what_is_said_of_texts_like_it(
    labeller: Labeller, examples: list[Example], raw: bytes, tmp_path: Path
) -> None:
    people = corrected(_exported(tmp_path), labeller)
    assert [(e.relevant, e.topics, e.severity) for e in people] == [(True, ("pelarian",), 3)] * len(TITLES)
    taught = _packed(_course(labeller, [*examples, *people]))
    before, after = (Labeller(load_rules(), GazetteerUnits(), read_back(one)).label(UNSEEN) for one in (raw, taught))
    assert not before.relevance.relevant
    assert after.relevance.score > before.relevance.score + 0.2


def _yardstick(folder: Path, examples: list[Example]) -> Path:
    tones = {"positif": "positive", "negatif": "negative", "netral": "neutral", "campuran": "neutral"}
    rows = [
        {"id": e.at, "kind": "headline", "text": e.title, "relevant": "yes" if e.relevant else "no",
         "category": e.topics[0], "sentiment": tones[e.sentiment], "severity": e.severity}
        for e in examples if e.title and not e.lead
    ]  # fmt: skip
    path = folder / "tolok.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return path


def test_a_model_that_has_learnt_little_does_not_replace_one_that_has_learnt_much(
    course: Course, raw: bytes, tmp_path: Path
) -> None:
    out = tmp_path / MODEL.name
    for name in (MODEL.name, f"{MODEL.name}.sha256"):
        (tmp_path / name).write_bytes(MODEL.with_name(name).read_bytes())
    verdicts = judged(read_back(raw), course.seen, course.held_out())
    yardstick = _yardstick(tmp_path, load()[7::40])
    said = take_over(course, verdicts, raw, out, yardstick, force=False)
    assert said.startswith("not taken over"), said
    assert out.read_bytes() == MODEL.read_bytes()
    assert (tmp_path / "labels.candidate").read_bytes() == raw


def test_the_same_model_again_is_no_new_one(course: Course, raw: bytes, tmp_path: Path) -> None:
    out = tmp_path / MODEL.name
    assert take_over(course, [], raw, out, tmp_path / "none", force=False) == "taken over"
    assert take_over(course, [], raw, out, tmp_path / "none", force=False) == "the same model as before"


OLD = {"topic accuracy": Figure(0.80, 0.74, 0.86), "relevance F1": Figure(0.95, 0.92, 0.98)}


def test_texts_that_neither_has_learnt_count_as_much_as_the_yardstick() -> None:
    worse = {"topic accuracy": 0.78, "relevance F1": 0.95}
    assert not ruling(OLD, worse).promoted
    unseen = {"topic accuracy": 0.60, "relevance F1": 0.90}, {"topic accuracy": 0.70, "relevance F1": 0.92}
    assert ruling(OLD, worse, fresh=unseen).promoted
    assert not ruling(OLD, {"topic accuracy": 0.70, "relevance F1": 0.99}, fresh=unseen).promoted


def test_a_model_that_is_only_another_does_not_take_over() -> None:
    assert not ruling(OLD, {"topic accuracy": 0.802, "relevance F1": 0.951}).promoted


def test_a_model_that_remembers_nothing_is_not_measured_on_unseen_texts(labeller: Labeller, course: Course) -> None:
    true = [truth_of(example) for example in course.examples]
    assert on_fresh(labeller, (), course.examples, true, true) is None
    known = [mark_of(example) for example in course.examples]
    assert on_fresh(labeller, known, course.examples, true, true) is None


def test_the_certainty_of_a_topic_is_learnt_from_how_it_stands() -> None:
    bias, ahead = certainty_of([[n / 50] for n in range(-50, 50)], [n > 0 for n in range(-50, 50)])
    assert ahead > 1 and abs(bias) < 1


def test_verdicts_of_held_out_texts_are_those_of_the_service(course: Course, raw: bytes) -> None:
    answers = [told_by(verdict) for verdict in judged(read_back(raw), course.seen, course.held_out())]
    assert len(answers) == len(course.examples)
    assert sum(a.relevant == e.relevant for a, e in zip(answers, course.examples, strict=True)) > 0.7 * len(answers)
