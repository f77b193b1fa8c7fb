"""What people may do to an alert, and what they are told when they may not."""

import pytest

from libs.schemas.alerts import AlertAcknowledged, AlertDismissed, AlertResolved, AlertVerified
from libs.schemas.common import Actuality
from services.alerts.acting import Refusal, Standing, acknowledge, dismiss, resolve, verify
from services.alerts.detecting import weigh
from services.alerts.lifecycle import grow
from services.alerts.state import AlertState, Turn
from tests.support.builders import a_story
from tests.unit.alerts.lives import (
    ANALYST,
    CLOCKS,
    OPERATOR,
    RULES,
    a_count_story,
    acknowledged,
    after,
    opened,
    raised,
    ticks,
)


def _verified(state: AlertState, severity: int, *, at: float = 120, actuality: Actuality = "kejadian_baru") -> Turn:
    answer = verify(
        state, by=ANALYST, actuality=actuality, severity=severity, note=None, now=after(at), clocks=CLOCKS, rules=RULES
    )
    assert isinstance(answer, Turn)
    return answer


def test_the_first_to_acknowledge_holds_it_and_the_second_is_told_who_was_first() -> None:
    state = acknowledged(raised(), at=60)
    assert (state.alert.status, state.alert.acknowledged_by) == ("diakui", OPERATOR)
    late = acknowledge(state, by=ANALYST, note=None, now=after(61), clocks=CLOCKS)
    assert late == Refusal(
        code=409, kode="sudah_diakui", message="Sudah diakui Operator pada 12.01 WIB, lebih dulu dari Anda."
    )


def test_the_holders_second_press_is_the_same_and_a_later_one_extends() -> None:
    state = acknowledged(raised(), at=60)
    assert acknowledge(state, by=OPERATOR, note=None, now=after(62), clocks=CLOCKS) == Standing()
    later = acknowledge(state, by=OPERATOR, note=None, now=after(60 + 1500), clocks=CLOCKS)
    assert isinstance(later, Turn) and later.said[0].event is AlertAcknowledged
    assert later.state.alert.lapses_at == after(60 + 1500 + 1800)
    assert later.state.alert.acknowledged_at == after(60)


def test_a_further_act_keeps_the_acknowledgement_alive() -> None:
    state = _verified(acknowledged(raised(), at=60), 3, at=1700).state
    assert state.alert.lapses_at == after(1700 + 1800)


def test_verifying_sets_stage_actuality_and_severity_and_leaves_the_ladder_alone() -> None:
    turn = _verified(raised(a_story(severity_max=3)), 3, actuality="perkembangan_kasus_lama")
    alert = turn.state.alert
    assert (alert.stage, alert.actuality, alert.severity) == ("terverifikasi", "perkembangan_kasus_lama", 3)
    assert turn.said[0].event is AlertVerified and turn.said[0].call is None
    assert alert.escalates_at == after(300) and alert.change.by == ANALYST


def test_verifying_as_critical_calls_the_critical_rungs_at_once() -> None:
    turn = _verified(raised(a_story(severity_max=3)), 4)
    assert turn.said[0].call is not None and turn.said[0].call.rungs == (1, 2)
    assert turn.state.alert.level == "krisis" and turn.state.alert.escalates_at == after(120 + 300)


def test_verifying_a_critical_alert_as_less_slows_its_ladder() -> None:
    turn = _verified(raised(a_story(severity_max=4)), 2)
    assert turn.said[0].call is None
    assert (turn.state.alert.level, turn.state.alert.escalates_to) == ("waspada", ["pimpinan_krisis"])
    _, heard = ticks(turn.state, until=3600)
    assert heard[0][0] == 420


def test_a_persons_severity_stands_until_the_story_itself_grows_worse() -> None:
    state = _verified(raised(a_story(severity_max=3)), 1).state

    def grown(severity: int) -> int:
        story = a_count_story(9, 4, severity_max=severity)
        turn = grow(
            state, story, weigh(story, RULES, after(200)), rules=RULES, at=after(200), now=after(200), clocks=CLOCKS
        )
        assert turn is not None
        return turn.state.alert.severity

    assert [grown(3), grown(4)] == [1, 4]


def test_the_same_verification_again_changes_nothing() -> None:
    state = _verified(raised(), 3).state
    again = verify(
        state, by=ANALYST, actuality="kejadian_baru", severity=3, note=None, now=after(130), clocks=CLOCKS, rules=RULES
    )
    assert again == Standing()


def test_a_closed_alert_has_no_clock_and_refuses_further_acts() -> None:
    done = resolve(acknowledged(raised()), by=ANALYST, note="padam", now=after(90), clocks=CLOCKS)
    assert isinstance(done, Turn) and done.said[0].event is AlertResolved
    assert (done.state.alert.status, done.state.due_at, done.state.alert.change.note) == ("selesai", None, "padam")
    refused = acknowledge(done.state, by=OPERATOR, note=None, now=after(91), clocks=CLOCKS)
    assert refused == Refusal(code=409, kode="sudah_ditutup", message="Peringatan ini sudah diselesaikan.")
    assert resolve(done.state, by=OPERATOR, note=None, now=after(92), clocks=CLOCKS) == Standing()


def test_a_false_alarm_carries_its_reason() -> None:
    false = dismiss(raised(), by=ANALYST, reason="konten_lama", note=None, now=after(90), clocks=CLOCKS)
    assert isinstance(false, Turn) and false.said[0].event is AlertDismissed
    assert false.state.alert.change.what == "Alarm palsu: konten lama"
    assert false.state.alert.change.reason == "konten_lama"


@pytest.mark.parametrize("act", [acknowledge, resolve])
def test_an_alert_that_still_gathers_is_unknown_to_people(act: object) -> None:
    answer = act(opened(a_story(severity_max=3)).state, by=OPERATOR, note=None, now=after(5), clocks=CLOCKS)  # type: ignore[operator]
    assert isinstance(answer, Refusal) and answer.code == 404
