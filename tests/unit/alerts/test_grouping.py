"""Wait, interval and repeat: when an alert is raised and when its growth is pushed."""

from typing import Any

from libs.schemas.alerts import AlertGrew, AlertRaised
from libs.schemas.common import Sentiment
from services.alerts.detecting import weigh
from services.alerts.lifecycle import grow, is_new_episode
from services.alerts.state import AlertState, Turn
from tests.support.builders import NOON, a_story
from tests.unit.alerts.lives import CLOCKS, OPERATOR, RULES, a_count_story, acknowledged, after, opened, raised, ticks


def _grown(state: AlertState, publications: int, *, at: float, **changes: Any) -> Turn | None:
    story = a_count_story(publications, 3, **({"severity_max": 3} | changes))
    now = after(at)
    return grow(state, story, weigh(story, RULES, now), rules=RULES, at=now, now=now, clocks=CLOCKS)


def test_an_ordinary_alert_gathers_for_thirty_seconds_before_anybody_is_told() -> None:
    turn = opened(a_story(severity_max=3))
    assert not turn.said and not turn.state.raised and turn.state.due_at == after(30)
    state, heard = ticks(turn.state, until=40)
    assert [(second, said.event, said.call.reason, said.call.rungs) for second, said in heard] == [
        (30, AlertRaised, "dibuka", (1,))
    ]
    assert state.alert.opened_at == after(30)


def test_a_critical_alert_does_not_wait() -> None:
    turn = opened(a_story(severity_max=4))
    assert [said.event for said in turn.said] == [AlertRaised] and turn.said[0].alert.level == "krisis"


def test_what_arrives_during_the_wait_is_in_the_alert_when_it_is_raised() -> None:
    turn = _grown(opened(a_count_story(1, 1, severity_max=3)).state, 6, at=10)
    assert turn is not None and not turn.said
    state, heard = ticks(turn.state, until=30)
    assert state.publications == 6 and len(heard) == 1


def test_turning_critical_during_the_wait_ends_the_wait() -> None:
    turn = _grown(opened(a_story(severity_max=3)).state, 2, at=10, severity_max=4)
    assert turn is not None and [said.event for said in turn.said] == [AlertRaised]


def test_growth_is_announced_at_once_but_pushed_no_more_often_than_the_interval() -> None:
    state = raised(a_count_story(4, 3, severity_max=3))
    turn = _grown(state, 8, at=60)
    assert turn is not None and [(said.event, said.call) for said in turn.said] == [(AlertGrew, None)]
    _, heard = ticks(turn.state, until=301)
    pushes = [(second, said.call.reason) for second, said in heard if said.event is AlertGrew]
    assert pushes == [(300, "bertambah")]


def test_who_is_called_first_when_growth_and_climb_fall_together_is_told_once() -> None:
    state = raised(a_count_story(4, 3, severity_max=3))
    turn = _grown(state, 8, at=60)
    assert turn is not None
    _, heard = ticks(turn.state, until=301)
    assert [(said.call.reason, said.call.rungs) for second, said in heard if second == 300 and said.call] == [
        ("bertambah", (1,)),
        ("naik", (2,)),
    ]


def test_growth_long_after_the_last_push_is_pushed_at_once() -> None:
    state = acknowledged(raised(a_count_story(4, 3, severity_max=3)))
    turn = _grown(state, 8, at=400)
    assert turn is not None and turn.said[0].call is not None and turn.said[0].call.rungs == (1,)


def test_small_growth_is_shown_but_calls_nobody() -> None:
    state = raised(a_count_story(10, 3, severity_max=3))
    turn = _grown(state, 12, at=400)
    assert turn is not None and turn.said[0].call is None and "grow" not in turn.state.clocks


def test_the_same_story_state_again_changes_nothing() -> None:
    story = a_count_story(4, 3, severity_max=3)
    state = raised(story)
    assert grow(state, story, weigh(story, RULES, NOON), rules=RULES, at=NOON, now=NOON, clocks=CLOCKS) is None


def test_several_rules_join_in_one_alert_and_its_level_is_the_highest() -> None:
    state = raised(a_count_story(1, 1, severity_max=3))
    assert [match.rule_id for match in state.alert.rules_matched] == ["serius-1"]
    turn = _grown(state, 8, at=20, severity_max=4, within=(2, 2, 2, 2))
    assert turn is not None
    alert = turn.state.alert
    assert {match.rule_id for match in alert.rules_matched} == {
        "serius-1",
        "kritis-1",
        "lonjakan-1",
        "sebaran-negatif-1",
    }
    assert (alert.level, alert.severity) == ("krisis", 4)


def test_turning_critical_calls_the_critical_rungs_at_once_even_when_acknowledged() -> None:
    state = acknowledged(raised(a_count_story(1, 1, severity_max=3)))
    turn = _grown(state, 2, at=120, severity_max=4)
    assert turn is not None and turn.said[0].call is not None and turn.said[0].call.rungs == (1, 2)
    assert turn.state.alert.status == "diakui" and turn.state.alert.escalates_at is None


def test_an_alert_does_not_calm_down_by_itself() -> None:
    state = raised(a_story(severity_max=3))
    turn = _grown(state, 5, at=60, severity_max=1, sentiment=Sentiment(label="netral", score=0.5), polarity="none")
    assert turn is not None and (turn.state.alert.severity, turn.state.alert.level) == (3, "siaga")


def test_a_closed_matter_warns_again_only_when_it_grew_worse() -> None:
    from services.alerts.acting import dismiss, resolve

    state = raised(a_count_story(4, 3, severity_max=3))
    resolved = resolve(state, by=OPERATOR, note=None, now=after(60), clocks=CLOCKS)
    false = dismiss(state, by=OPERATOR, reason="latihan", note=None, now=after(60), clocks=CLOCKS)
    assert isinstance(resolved, Turn) and isinstance(false, Turn)

    def again(closed: AlertState, publications: int, **changes: Any) -> bool:
        story = a_count_story(publications, 3, **({"severity_max": 3} | changes))
        return is_new_episode(closed, story, weigh(story, RULES, NOON), CLOCKS)

    assert not again(resolved.state, 5)
    assert again(resolved.state, 9)
    assert not again(false.state, 40)
    assert again(false.state, 4, severity_max=4)
