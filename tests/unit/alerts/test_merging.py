"""Stories of a batch and the alerts that stand: which alert takes what, and how two become one."""

from dataclasses import dataclass, field
from typing import Any

from libs.runtime.outbox import Decision, Document
from libs.schemas.alerts import AlertGrew, AlertMerged
from libs.schemas.ids import alert_id
from libs.schemas.stories import StoryChanged, StoryGrew, StoryMerged, StoryOpened, StorySplit
from services.alerts import acting
from services.alerts.lifecycle import merge
from services.alerts.state import AlertState, Turn
from services.alerts.store import alert_of_state
from services.alerts.weighing import decider, latest_of_each, plan, rivals
from tests.support.builders import NOON, a_story, envelope_of
from tests.unit.alerts.lives import CLOCKS, OPERATOR, RULES, acknowledged, after, raised, ticks


@dataclass
class Kept:
    """Documents as the store would keep them: a decision becomes the next version, sequences counted."""

    docs: dict[str, Document] = field(default_factory=dict)

    def weigh(self, *events: Any, now: float = 0) -> list[Decision]:
        made = []
        held = list(self.docs.values())
        for planned in plan(latest_of_each(events).values(), held, rules=RULES, clocks=CLOCKS):
            doc = self.docs.get(planned.alert_id)
            decision = decider(planned, rules=RULES, clocks=CLOCKS, now=after(now))(doc)
            if decision is not None:
                self.keep(planned.alert_id, decision, dict(planned.seen))
                made.append(decision)
        return made

    def keep(self, identity: str, decision: Decision, seen: dict[str, int]) -> None:
        before = self.docs.get(identity)
        self.docs[identity] = Document(
            id=identity,
            version=before.version + 1 if before else 1,
            state=decision.state,
            sequences={"alerts": (before.sequences["alerts"] if before else 0) + len(decision.announcements)},
            seen={**(before.seen if before else {}), **seen},
            applied=(),
        )

    def state(self, n: int = 0) -> AlertState:
        return alert_of_state(list(self.docs.values())[n].state)


def _grew(n: int = 1, sequence: int = 1, event: Any = StoryGrew, **changes: Any) -> Any:
    opmode = changes.pop("opmode", "live")
    lane = changes.pop("lane", "live")
    return envelope_of(
        event, a_story(n, **({"severity_max": 4} | changes)), sequence=sequence, opmode=opmode, lane=lane
    )


def test_one_story_is_one_alert_however_often_it_is_told() -> None:
    kept = Kept()
    first, repeat = _grew(sequence=1), _grew(sequence=1)
    assert len(kept.weigh(first)) == 1
    assert kept.weigh(repeat) == []
    assert len(kept.docs) == 1


def test_an_older_state_of_the_story_is_dropped() -> None:
    kept = Kept()
    kept.weigh(_grew(sequence=5))
    assert kept.weigh(_grew(sequence=3, title="Judul lama")) == []
    assert kept.state().alert.title == a_story().title


def test_a_story_without_reason_makes_no_alert_and_backfill_warns_nobody() -> None:
    kept = Kept()
    assert kept.weigh(_grew(severity_max=0, polarity="none")) == []
    assert kept.weigh(_grew(lane="backfill")) == []


def test_the_alerts_identity_is_the_story_the_mode_and_the_episode() -> None:
    kept = Kept()
    kept.weigh(_grew())
    story = a_story().story_id
    assert list(kept.docs) == [alert_id("live", RULES.group, story, 1)]
    sample = Kept()
    sample.weigh(_grew(opmode="sample"))
    assert list(sample.docs) == [alert_id("sample", RULES.group, story, 1)]


def test_a_closed_alert_is_followed_by_a_new_episode_when_the_story_grew_worse() -> None:
    kept = Kept()
    kept.weigh(_grew(sequence=1, severity_max=3))
    (identity,) = kept.docs
    state = raised(a_story(severity_max=3))
    done = acting.resolve(state, by=OPERATOR, note=None, now=after(10), clocks=CLOCKS)
    assert isinstance(done, Turn)
    from services.alerts.announcing import decision_of, origin_of

    kept.keep(identity, decision_of(done, origin_of(_grew()), kept.docs[identity]), {})
    assert kept.weigh(_grew(sequence=1, severity_max=4)) == [], "an event it has seen says nothing new"
    assert kept.weigh(_grew(sequence=2, severity_max=3)) == []
    kept.weigh(_grew(sequence=3, severity_max=4))
    assert [doc.state["alert"]["episode"] for doc in kept.docs.values()] == [1, 2]


def test_a_story_that_is_renamed_pinned_split_or_falls_asleep_keeps_its_one_alert() -> None:
    kept = Kept()
    kept.weigh(_grew(sequence=1))
    told: list[tuple[Any, dict[str, Any]]] = [
        (StoryChanged, {"title": "Pelarian di Krui", "titled_by": "orang"}),
        (StoryChanged, {"title": "Pelarian di Krui", "pinned": True}),
        (StorySplit, {"title": "Pelarian di Krui", "split_into": [a_story(2).story_id]}),
        (StoryChanged, {"title": "Pelarian di Krui", "asleep": True}),
    ]
    for sequence, (event, changes) in enumerate(told, start=2):
        kept.weigh(_grew(sequence=sequence, event=event, **changes))
    assert len(kept.docs) == 1
    assert kept.state().alert.title == "Pelarian di Krui"


def test_a_severe_story_that_is_split_off_has_an_alert_of_its_own_and_a_harmless_one_none() -> None:
    kept = Kept()
    kept.weigh(_grew(1, sequence=1))
    kept.weigh(_grew(1, sequence=2, event=StorySplit, split_into=[a_story(2).story_id]))
    kept.weigh(_grew(3, event=StoryOpened, split_from=a_story(1).story_id, severity_max=0, polarity="none"))
    assert len(kept.docs) == 1
    kept.weigh(_grew(2, event=StoryOpened, split_from=a_story(1).story_id))
    assert len(kept.docs) == 2


def test_when_a_story_merges_its_alert_follows_it() -> None:
    kept = Kept()
    kept.weigh(_grew(1, sequence=1))
    target = a_story(2).story_id
    kept.weigh(_grew(1, sequence=2, event=StoryMerged, status="digabung", into=target))
    assert kept.state().alert.story_ids == [a_story(1).story_id, target]
    kept.weigh(_grew(2, sequence=4, title="Judul isu gabungan"))
    assert len(kept.docs) == 1 and kept.state().alert.title == "Judul isu gabungan"


def test_of_two_alerts_on_one_story_the_earlier_survives() -> None:
    kept = Kept()
    kept.weigh(_grew(1), now=0)
    kept.weigh(_grew(2), now=30)
    first, second = kept.docs
    kept.weigh(_grew(2, sequence=2, event=StoryMerged, status="digabung", into=a_story(1).story_id), now=40)
    assert rivals(kept.docs.values()) == [(first, second)]


def test_the_survivor_takes_acknowledgement_and_rung_of_the_other() -> None:
    early = raised(a_story(1, severity_max=3))
    late, _ = ticks(raised(a_story(2, severity_max=3), now=after(30)), until=30 + 620)
    assert late.alert.rung == 3
    held = acknowledged(late, at=700)
    absorbed, ended = merge(early, held, now=after(710), clocks=CLOCKS)
    assert absorbed is not None
    alert = absorbed.state.alert
    assert (alert.status, alert.acknowledged_by, alert.rung) == ("diakui", OPERATOR, 3)
    assert alert.escalates_at is None and alert.lapses_at == after(700 + 1800)
    assert alert.story_ids == [a_story(1).story_id, a_story(2).story_id]
    assert [said.event for said in absorbed.said] == [AlertGrew]
    assert [said.event for said in ended.said] == [AlertMerged]
    assert (ended.state.alert.status, ended.state.alert.into) == ("digabung", alert.alert_id)
    assert ended.state.due_at is None


def test_merging_again_after_a_crash_does_nothing_twice() -> None:
    early, late = raised(a_story(1, severity_max=3)), raised(a_story(2, severity_max=3), now=after(30))
    absorbed, _ = merge(early, late, now=after(60), clocks=CLOCKS)
    assert absorbed is not None
    assert merge(absorbed.state, late, now=after(61), clocks=CLOCKS)[0] is None


def test_state_survives_the_store_unchanged() -> None:
    state = acknowledged(raised(a_story(severity_max=4)))
    from services.alerts.announcing import origin_of
    from services.alerts.store import alert_to_state

    again = alert_of_state(alert_to_state(state, origin_of(_grew())))
    assert again == state
    assert alert_to_state(state, origin_of(_grew()))["due_at"] == min(state.clocks.values()) > NOON
