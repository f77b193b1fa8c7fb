"""What stories and time do to an alert: it is raised, grows, climbs the ladder, lapses, reminds, merges (pure)."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from libs.schemas.alerts import (
    Alert,
    AlertAcknowledgementLapsed,
    AlertEscalated,
    AlertGrew,
    AlertMerged,
    AlertRaised,
    AlertReminded,
    Change,
    RuleMatch,
)
from libs.schemas.stories import Story

from . import escalating, grouping
from .clocks import Clocks
from .detecting import LEVELS, highest
from .grouping import Pushed
from .rules import RuleSet
from .state import (
    AlertState,
    Call,
    Clock,
    Judged,
    Said,
    Turn,
    changed,
    evidence_of,
    joined,
    with_clocks,
    without_clocks,
)

_MAX_TITLE: Final = 300
# A tick that finds several clocks due takes them in order; more than this in one write would be a defect.
_MAX_DUE: Final = 8


def open_alert(
    story: Story, matches: tuple[RuleMatch, ...], *, alert_id: str, episode: int, at: datetime, now: datetime,
    clocks: Clocks
) -> Turn:  # fmt: skip
    """A story that a rule holds for, without an open alert: gather for the wait, or raise at once (kritis)."""
    alert = Alert(
        alert_id=alert_id,
        rule_id=matches[0].rule_id,
        rules_matched=list(matches),
        group_key=story.story_id,
        episode=episode,
        level=highest([match.level for match in matches]),
        severity=story.severity_max,
        title=story.title[:_MAX_TITLE],
        summary=matches[0].why,
        evidence=evidence_of(story, at),
        units=story.units,
        topics=[topic.name for topic in story.topics],
        sentiment=story.sentiment,
        actuality=story.actuality,
        story_ids=[story.story_id],
        opened_at=now,
        changed_at=now,
        change=Change(what="Menunggu kabar lain sebelum dibuka"),
    )
    state = AlertState(alert=alert, story_severity=story.severity_max)
    due = grouping.raise_at(clocks, state.kind, now)
    return raise_alert(state, clocks, now) if due <= now else Turn(state=with_clocks(state, **{"raise": due}))


def raise_alert(state: AlertState, clocks: Clocks, now: datetime) -> Turn:
    """The end of the wait: the alert stands and the first rung is called."""
    state = replace(with_clocks(state, **{"raise": None}), raised=True)
    state, rungs = _climbed(state, clocks, now)
    state = changed(_told(state, now), clocks, now, "Peringatan dibuka", opened_at=now)
    return _turn(state, AlertRaised, Call(reason="dibuka", rungs=rungs))


def is_new_episode(closed: AlertState, story: Story, matches: tuple[RuleMatch, ...], clocks: Clocks) -> bool:
    """Whether a story whose alert was closed warns again: it grew worse, or grew much since."""
    if story.severity_max > closed.story_severity:
        return True
    if closed.alert.status == "salah":
        # A false alarm does not come back because more outlets copy the same words.
        return False
    publications = next((count.value for count in story.counts if count.what == "publikasi"), 0)
    return publications >= closed.publications * (1 + clocks.growth_share) and any(
        match.rule_id not in {held.rule_id for held in closed.alert.rules_matched} or match.observed is not None
        for match in matches
    )


def grow(
    state: AlertState, story: Story, matches: tuple[RuleMatch, ...], *, rules: RuleSet, at: datetime, now: datetime,
    clocks: Clocks
) -> Turn | None:  # fmt: skip
    """The story of an open alert changed. None: nothing that the alert shows is different."""
    before, kind_before = state.alert, state.kind
    severity, judged = _severity(state, story)
    rules_matched = joined(before.rules_matched, matches)
    fields: dict[str, Any] = {
        "title": story.title[:_MAX_TITLE],
        "evidence": evidence_of(story, at),
        "rules_matched": rules_matched,
        "severity": severity,
        "level": rules.level_by_severity[severity] if judged else highest([match.level for match in rules_matched]),
        "units": story.units,
        "topics": [topic.name for topic in story.topics],
        "sentiment": story.sentiment,
        "actuality": before.actuality if before.stage == "terverifikasi" else story.actuality,
    }
    after = before.model_copy(update=fields)
    if after == before and judged == state.judged:
        return None
    top = max(rules_matched, key=lambda match: LEVELS[match.level])
    state = replace(state, judged=judged, story_severity=max(state.story_severity, story.severity_max))
    state = changed(state, clocks, now, _growth_words(before, after), summary=top.why, **fields)
    if not state.raised:
        if state.kind == "kritis":
            return raise_alert(state, clocks, now)
        return Turn(state=state)
    if state.kind != kind_before:
        return _new_class(state, clocks, now)
    return _maybe_push(state, clocks, now)


def tick(state: AlertState, *, now: datetime, clocks: Clocks) -> Turn | None:
    """Everything that is due at `now`, oldest first. None: nothing is."""
    said: list[Said] = []
    for _ in range(_MAX_DUE):
        due = [(at, name) for name, at in state.clocks.items() if at <= now]
        if not due or not state.open:
            break
        # Growth first: those who climb in at the same look are told once, with the present figures.
        turn = _fire(state, min(due, key=lambda one: (one[1] != "grow", one))[1], clocks, now)
        state, said = turn.state, [*said, *turn.said]
    return Turn(state=state, said=tuple(said)) if said else None


def take_story(state: AlertState, into: str | None, *, now: datetime, clocks: Clocks) -> Turn | None:
    """The alert's story merged into another: from now on the alert rests on that one too, ladder and all."""
    if into is None or into in state.alert.story_ids:
        return None
    stories = [*state.alert.story_ids, into]
    state = changed(state, clocks, now, "Isunya digabung ke isu lain", story_ids=stories)
    return _turn(state, AlertGrew, None) if state.raised else Turn(state=state)


def merge(survivor: AlertState, loser: AlertState, *, now: datetime, clocks: Clocks) -> tuple[Turn | None, Turn]:
    """Two open alerts on one story: the survivor takes acknowledgement, rung and stories; the other ends.

    The survivor's part is None when it already has everything (the write was done before a crash).
    """
    ended = without_clocks(loser)
    ended = changed(
        ended, clocks, now, "Digabung ke peringatan yang lebih dulu", status="digabung", into=survivor.alert.alert_id
    )
    # Nobody was told of an alert that still gathered: it ends without a word.
    ending = _turn(ended, AlertMerged, None) if loser.raised else Turn(state=ended)
    return _absorb(survivor, loser, now, clocks), ending


def goes_first(one: AlertState, other: AlertState) -> bool:
    """Which of two alerts lives on: the one people heard of first."""
    return (not one.raised, one.alert.opened_at, one.alert.alert_id) < (
        not other.raised,
        other.alert.opened_at,
        other.alert.alert_id,
    )


def _absorb(survivor: AlertState, loser: AlertState, now: datetime, clocks: Clocks) -> Turn | None:
    mine, theirs = survivor.alert, loser.alert
    story_ids = list(dict.fromkeys([*mine.story_ids, *theirs.story_ids]))
    takes_acknowledgement = mine.status == "terbuka" and theirs.status == "diakui" and survivor.raised
    reached = {**loser.reached, **survivor.reached}
    if story_ids == mine.story_ids and not takes_acknowledgement and reached.keys() == survivor.reached.keys():
        return None
    severity = max(mine.severity, theirs.severity)
    state = replace(
        survivor,
        reached=reached,
        place=max(survivor.place, loser.place, key=lambda place: (place.round, place.step)),
        story_severity=max(survivor.story_severity, loser.story_severity),
        judged=survivor.judged or loser.judged,
    )
    fields: dict[str, Any] = {
        "story_ids": story_ids,
        "severity": severity,
        "level": highest([mine.level, theirs.level]),
        "rules_matched": joined(theirs.rules_matched, tuple(mine.rules_matched)),
        "stage": "terverifikasi" if "terverifikasi" in (mine.stage, theirs.stage) else "awal",
    }
    if takes_acknowledgement:
        state = with_clocks(state, escalate=None, lapse=loser.clocks.get("lapse"), remind=loser.clocks.get("remind"))
        fields |= {
            "status": "diakui",
            "acknowledged_by": theirs.acknowledged_by,
            "acknowledged_at": theirs.acknowledged_at,
        }
    state = changed(state, clocks, now, "Peringatan lain bergabung ke sini", **fields)
    return _turn(state, AlertGrew, None) if state.raised else Turn(state=state)


def _fire(state: AlertState, clock: Clock, clocks: Clocks, now: datetime) -> Turn:
    match clock:
        case "raise":
            return raise_alert(state, clocks, now)
        case "escalate":
            return _escalate(state, clocks, now)
        case "grow":
            return _push_growth(state, clocks, now)
        case "lapse":
            return _lapse(state, clocks, now)
        case "remind":
            return _remind(state, clocks, now)


def _escalate(state: AlertState, clocks: Clocks, now: datetime) -> Turn:
    climb = escalating.climb(clocks, state.kind, state.place, now)
    if climb.failed:
        state = changed(
            with_clocks(state, escalate=None),
            clocks,
            now,
            f"Tidak ada yang menjawab setelah {clocks.rounds} putaran; semua orang di tangga diberi tahu",
            ladder_failed=True,
        )
        return _turn(state, AlertEscalated, Call(reason="tangga_habis", rungs=climb.rungs))
    state, rungs = _climbed(state, clocks, now)
    names = ", ".join(clocks.name_of(rung) for rung in rungs)
    # The rungs below have not heard of a growth that waits for its interval: that clock stays.
    state = changed(state, clocks, now, f"Naik ke {names}, putaran {state.place.round}")
    return _turn(state, AlertEscalated, Call(reason="naik", rungs=rungs))


def _lapse(state: AlertState, clocks: Clocks, now: datetime) -> Turn:
    # The rungs that had it are called again; the ladder goes on after its usual gap.
    again = escalating.gap_before(clocks, state.kind, state.place)
    state = with_clocks(state, lapse=None, remind=None, escalate=now + again)
    state = changed(
        state,
        clocks,
        now,
        "Akui berakhir tanpa tindakan; naik lagi",
        status="terbuka",
        acknowledged_by=None,
        acknowledged_at=None,
        ladder_failed=False,
    )
    return _turn(_told(state, now), AlertAcknowledgementLapsed, Call(reason="akui_berakhir", rungs=_heard(state)))


def _remind(state: AlertState, clocks: Clocks, now: datetime) -> Turn:
    state = with_clocks(state, remind=grouping.remind_at(clocks, state.kind, now))
    state = changed(_told(state, now), clocks, now, "Diingatkan: sudah diakui, belum selesai")
    return _turn(state, AlertReminded, Call(reason="diingatkan", rungs=_heard(state)))


def _maybe_push(state: AlertState, clocks: Clocks, now: datetime) -> Turn:
    pushed, alert = state.pushed, state.alert
    if pushed is None or not grouping.is_material(
        pushed,
        publications=state.publications,
        severity=alert.severity,
        level=alert.level,
        share=clocks.growth_share,
    ):
        return _turn(state, AlertGrew, None)
    due = grouping.push_at(clocks, state.kind, pushed, now)
    if due > now:
        return _turn(with_clocks(state, grow=due), AlertGrew, None)
    return _turn(_told(state, now), AlertGrew, Call(reason="bertambah", rungs=_heard(state)))


def _push_growth(state: AlertState, clocks: Clocks, now: datetime) -> Turn:
    state = changed(_told(state, now), clocks, now, "Bertambah sejak kabar terakhir")
    return _turn(state, AlertGrew, Call(reason="bertambah", rungs=_heard(state)))


def _new_class(state: AlertState, clocks: Clocks, now: datetime) -> Turn:
    """Severity crossed the line to kritis: the kritis ladder begins at once, also when somebody had acknowledged."""
    acknowledged = state.alert.status == "diakui"
    state = replace(state, place=escalating.Place(round=state.place.round))
    state, rungs = _climbed(state, clocks, now)
    if acknowledged:
        state = with_clocks(state, escalate=None, remind=grouping.remind_at(clocks, state.kind, now))
    state = changed(_told(state, now), clocks, now, "Menjadi kritis", ladder_failed=False)
    return _turn(state, AlertGrew, Call(reason="bertambah", rungs=rungs))


def _climbed(state: AlertState, clocks: Clocks, now: datetime) -> tuple[AlertState, tuple[int, ...]]:
    climb = escalating.climb(clocks, state.kind, state.place, now)
    kept = state.reached if climb.place.round == state.place.round else {}
    reached = {**kept, **dict.fromkeys(climb.rungs, now)}
    return with_clocks(replace(state, place=climb.place, reached=reached), escalate=climb.next_at), climb.rungs


def _told(state: AlertState, now: datetime) -> AlertState:
    alert = state.alert
    pushed = Pushed(at=now, publications=state.publications, severity=alert.severity, level=alert.level)
    return replace(with_clocks(state, grow=None), pushed=pushed)


def _heard(state: AlertState) -> tuple[int, ...]:
    return tuple(range(1, max(state.alert.rung, 1) + 1))


def _severity(state: AlertState, story: Story) -> tuple[int, Judged | None]:
    if state.judged is not None and story.severity_max <= state.judged.story_severity:
        return state.judged.severity, state.judged
    # An alert does not calm down because one item of its story was labelled again.
    return max(story.severity_max, state.alert.severity if state.judged is None else 0), None


def _growth_words(before: Alert, after: Alert) -> str:
    new = [
        match.name for match in after.rules_matched if match.rule_id not in {m.rule_id for m in before.rules_matched}
    ]
    if new:
        return f"Aturan lain cocok: {', '.join(new)}"
    return "Keparahan naik" if after.severity > before.severity else "Bertambah"


def _turn(state: AlertState, event: type, call: Call | None) -> Turn:
    return Turn(state=state, said=(Said(event=event, alert=state.alert, call=call),))
