"""Shared by the tests of the alert's life: the shipped clocks and rules, and an alert at any point of it."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from libs.schemas.stories import Story, Timeline
from services.alerts import acting
from services.alerts.clocks import load_clocks
from services.alerts.detecting import weigh
from services.alerts.lifecycle import open_alert, raise_alert, tick
from services.alerts.rules import load_rules
from services.alerts.state import AlertState, Turn
from tests.support.builders import NOON, a_story, an_actor

DATA = Path(acting.__file__).parent / "data"
CLOCKS = load_clocks(DATA / "ladder.yaml")
RULES = load_rules(DATA / "rules.yaml")
OPERATOR, ANALYST = an_actor("operator", "kunci-1"), an_actor("analis", "kunci-2")


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def a_timeline(*last: int, at: datetime = NOON) -> Timeline:
    """24 hours of quarter hours that end with `last`; the last bucket is the running one at `at`."""
    start = at - timedelta(minutes=15 * 95)
    return Timeline(start_at=start, counts=[0] * (96 - len(last)) + list(last))


def a_count_story(publications: int, media: int, *, within: tuple[int, ...] = (), **changes: Any) -> Story:
    story = a_story()
    counts = [story.counts[0].model_copy(update={"value": publications})]
    counts.append(story.counts[1].model_copy(update={"value": media}))
    return a_story(counts=counts, timeline=a_timeline(*(within or (publications,))), **changes)


def opened(story: Story | None = None, *, now: datetime = NOON, episode: int = 1) -> Turn:
    story = story or a_story()
    return open_alert(
        story, weigh(story, RULES, now), alert_id="peringatan-1", episode=episode, at=now, now=now, clocks=CLOCKS
    )


def raised(story: Story | None = None, *, now: datetime = NOON) -> AlertState:
    """An alert that stands since `now`, whatever its wait was."""
    turn = opened(story, now=now)
    return turn.state if turn.state.raised else raise_alert(turn.state, CLOCKS, now).state


def ticks(state: AlertState, *, until: float, step: float = 1.0) -> tuple[AlertState, list[tuple[float, Any]]]:
    """Look every `step` seconds after noon; the state at the end and (second, said) of everything that fell due."""
    heard: list[tuple[float, Any]] = []
    second = (state.alert.opened_at - NOON).total_seconds()
    while second <= until:
        turn = tick(state, now=after(second), clocks=CLOCKS)
        if turn is not None:
            state = turn.state
            heard += [(second, said) for said in turn.said]
        second += step
    return state, heard


def acknowledged(state: AlertState, *, at: float = 60, by: Any = OPERATOR) -> AlertState:
    answer = acting.acknowledge(state, by=by, note=None, now=after(at), clocks=CLOCKS)
    assert isinstance(answer, Turn)
    return answer.state
