"""The ladder of the domain, minute by minute."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from libs.schemas.alerts import AlertAcknowledgementLapsed, AlertEscalated, AlertReminded
from services.alerts.clocks import load_clocks
from services.alerts.escalating import Place, called_next, climb, place_after
from services.alerts.lifecycle import tick
from tests.support.builders import NOON, a_story
from tests.unit.alerts.lives import CLOCKS, DATA, acknowledged, after, raised, ticks


def _calls(heard: list[tuple[float, Any]]) -> list[tuple[float, tuple[int, ...]]]:
    return [(second / 60, said.call.rungs) for second, said in heard if said.event is AlertEscalated]


def test_without_an_answer_rungs_are_called_at_0_5_and_10_minutes_and_the_round_begins_again_5_later() -> None:
    state = raised(a_story(severity_max=3))
    assert [state.alert.rung, state.alert.round] == [1, 1]
    _, heard = ticks(state, until=30 * 60)
    assert _calls(heard) == [(5, (2,)), (10, (3,)), (15, (1,)), (20, (2,)), (25, (3,)), (30, (1,))]


def test_a_critical_alert_calls_rungs_1_and_2_at_once_and_rung_3_after_five_minutes() -> None:
    state = raised(a_story(severity_max=4))
    assert state.alert.rung == 2
    _, heard = ticks(state, until=20 * 60)
    assert _calls(heard) == [(5, (3,)), (10, (1, 2)), (15, (3,)), (20, (1, 2))]


def test_after_five_rounds_the_failure_itself_is_told_to_everyone_and_the_ladder_ends() -> None:
    state, heard = ticks(raised(a_story(severity_max=3)), until=3 * 3600)
    calls = _calls(heard)
    assert calls[-1:] == [(75, (1, 2, 3))]
    assert len(calls) == 2 + 4 * 3 + 1
    assert [said.call.reason for _, said in heard][-2:] == ["naik", "tangga_habis"]
    assert [state.alert.ladder_failed, state.alert.escalates_at, state.due_at] == [True, None, None]
    assert state.alert.change.what.startswith("Tidak ada yang menjawab setelah 5 putaran")


def test_the_alert_shows_who_is_called_next_and_when() -> None:
    state = raised(a_story(severity_max=3))
    assert state.alert.escalates_at == after(300) and state.alert.escalates_to == ["analis"]
    lines = [(line.rung, line.role, (line.at - NOON).total_seconds(), line.reached) for line in state.alert.ladder]
    assert lines == [(1, "operator", 0, True), (2, "analis", 300, False), (3, "pimpinan_krisis", 600, False)]


def test_a_late_look_does_not_call_several_rungs_at_once() -> None:
    # The service was away for an hour: the next rung is called, the others follow at their usual distance.
    turn = tick(raised(a_story(severity_max=3)), now=after(3600), clocks=CLOCKS)
    assert turn is not None and [said.call.rungs for said in turn.said if said.call] == [(2,)]
    assert turn.state.alert.escalates_at == after(3600 + 300)


def test_an_acknowledgement_stops_the_ladder_and_lapses_after_thirty_minutes() -> None:
    state = acknowledged(raised(a_story(severity_max=3)), at=60)
    assert (state.alert.escalates_at, state.alert.lapses_at) == (None, after(60 + 1800))
    state, heard = ticks(state, until=60 + 1800 + 301)
    assert [(second, said.event) for second, said in heard] == [
        (1860, AlertAcknowledgementLapsed),
        (2160, AlertEscalated),
    ]
    assert [said.call.rungs for _, said in heard] == [(1,), (2,)]
    assert (state.alert.status, state.alert.acknowledged_by) == ("terbuka", None)


def test_the_holder_of_a_critical_alert_is_reminded_every_fifteen_minutes() -> None:
    state = acknowledged(raised(a_story(severity_max=4)), at=60)
    _, heard = ticks(state, until=60 + 1799)
    assert [(second, said.event, said.call.reason) for second, said in heard] == [(960, AlertReminded, "diingatkan")]


def test_a_ladder_is_climbed_from_any_place() -> None:
    end_of_last_round = Place(round=5, step=3)
    assert climb(CLOCKS, "biasa", end_of_last_round, NOON).failed
    assert called_next(CLOCKS, "biasa", end_of_last_round) == (1, 2, 3)
    assert called_next(CLOCKS, "biasa", Place(round=2, step=3)) == (1,)
    assert place_after(CLOCKS, "biasa", rung=2, round_no=1) == Place(round=1, step=2)


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("classes", "biasa", "steps", 0, "after_seconds"), 5, "start at 0"),
        (("classes", "biasa", "steps", 1, "after_seconds"), 900, "each comes after"),
        (("classes", "kritis", "steps", 0, "rungs"), [7], "no name"),
        (("delivery", "webhook", "lease_seconds"), 3, "lease_seconds must exceed"),
        (("rounds",), 0, "rounds"),
    ],
)
def test_a_bad_ladder_file_is_refused_by_name(tmp_path: Path, path: tuple[Any, ...], value: Any, named: str) -> None:
    content = yaml.safe_load((DATA / "ladder.yaml").read_text())
    inner = content
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    file = tmp_path / "ladder.yaml"
    file.write_text(yaml.safe_dump(content))
    with pytest.raises(ValidationError, match=named):
        load_clocks(file)
