"""Figures with intervals, certainty against truth, who takes over, corrections as text to learn from."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.classifier.labelling import Labeller
from services.classifier.training.corpus import load
from services.classifier.training.corrections import corrected, line_of
from services.classifier.training.figures import Answer, Figure, calibration, figures, promised_at, risk_at
from services.classifier.training.folds import PARTS, groups_of, parts_of
from services.classifier.training.promoting import ruling


def test_figures_come_with_intervals_that_hold_them_and_repeat() -> None:
    true = [Answer(n % 3 != 0, "pelarian" if n % 2 else "layanan", "netral", 3 if n % 5 == 0 else 0) for n in range(60)]
    said = [
        Answer(not t.relevant if n % 10 == 0 else t.relevant, t.topic, t.tone, t.severity) for n, t in enumerate(true)
    ]
    told = figures(said, true, resamples=200)
    assert told == figures(said, true, resamples=200)
    assert all(f.low <= f.value <= f.high for f in told.values())
    assert told["topic accuracy"].value == 1.0 and told["relevance F1"].value < 1.0


def test_mixed_counts_as_neutral_where_three_tones_are_compared() -> None:
    told = figures([Answer(True, "layanan", "campuran", 0)], [Answer(True, "layanan", "netral", 0)], resamples=10)
    assert told["sentiment accuracy"].value == 1.0


def test_certainty_that_keeps_its_word_has_no_error() -> None:
    error, lines = calibration([0.75] * 4, [True, True, True, False])
    assert error == pytest.approx(0.0) and lines == ["0.7-0.8 0.750 0.750 4"]
    assert calibration([0.95] * 4, [False] * 4)[0] == pytest.approx(0.95)


def test_the_surest_are_kept_first() -> None:
    assert risk_at([0.9, 0.8, 0.7, 0.1], [True, True, True, False], 1.0) == 0.25
    assert risk_at([0.9, 0.8, 0.7, 0.1], [True, True, True, False], 0.75) == 0.0


def test_what_certainty_promises_is_told_beside_what_is_measured() -> None:
    assert promised_at([0.9, 0.8, 0.7, 0.1], 1.0) == pytest.approx(0.375)
    assert promised_at([0.9, 0.8, 0.7, 0.1], 0.75) == pytest.approx(0.2)


OLD = {"topic accuracy": Figure(0.80, 0.74, 0.86), "relevance F1": Figure(0.95, 0.92, 0.98)}


@pytest.mark.parametrize(
    ("new", "promoted"),
    [
        ({"topic accuracy": 0.82, "relevance F1": 0.95}, True),
        ({"topic accuracy": 0.80, "relevance F1": 0.95}, False),
        ({"topic accuracy": 0.99, "relevance F1": 0.91}, False),
    ],
)
def test_a_model_takes_over_only_when_better_on_the_whole_and_nowhere_clearly_worse(
    new: dict[str, float], promoted: bool
) -> None:
    assert ruling(OLD, new).promoted is promoted


def test_near_duplicates_are_never_on_both_sides() -> None:
    examples = load()[:400]
    group, part = groups_of(examples), parts_of(examples)
    assert set(part) == set(range(PARTS))
    assert all(part[n] == part[first] for n, first in enumerate(group))
    twice = [*examples, examples[0]]
    assert groups_of(twice)[-1] == groups_of(twice)[0]


def test_further_text_moves_no_earlier_text_to_another_part() -> None:
    examples = load()[:200]
    assert parts_of(examples)[:150] == parts_of(examples[:150])


def _record(item: str, after: dict[str, str], *, day: int) -> dict[str, object]:
    return {
        "_id": f"c{day}", "item_id": item, "title": "Napi kabur dari Lapas Kelas IIA Contoh", "text": "",
        "role": "analis", "by": "kunci-orang", "reason": "salah", "confirmed": False, "fields": list(after),
        "before": {}, "after": after, "at": datetime(2026, 11, day, tzinfo=UTC),
    }  # fmt: skip


def test_corrections_are_learnt_as_people_left_them(tmp_path: Path, labeller: Labeller) -> None:
    records = [
        _record("item-1", {"severity": "1", "urgency": "rendah"}, day=1),
        _record("item-1", {"topics": "hoaks_klarifikasi, pelarian"}, day=2),
        _record("item-2", {"relevant": "tidak", "topics": "luar_lingkup", "severity": "0"}, day=3),
    ]
    lines = [line_of(record) for record in records]
    assert all("kunci-orang" not in line for line in lines)
    assert json.loads(lines[0])["role"] == "analis"
    file = tmp_path / "koreksi.jsonl"
    file.write_text("\n".join(lines))
    first, second = corrected(file, labeller)
    assert (first.severity, first.topics, first.relevant) == (1, ("hoaks_klarifikasi", "pelarian"), True)
    assert not second.relevant and second.topics == ("luar_lingkup",)
