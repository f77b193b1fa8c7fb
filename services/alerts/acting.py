"""What people do to an alert: acknowledge, verify, dismiss, resolve; or why they cannot (pure)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from libs.schemas.alerts import (
    AlertAcknowledged,
    AlertDismissed,
    AlertResolved,
    AlertVerified,
    Change,
    DismissReason,
)
from libs.schemas.common import Actor, Actuality, Role

from . import escalating, grouping
from .clocks import Clocks
from .rules import RuleSet
from .state import AlertState, Call, Judged, Said, Turn, changed, with_clocks, without_clocks

ROLE_NAMES: Final[dict[Role, str]] = {
    "operator": "Operator",
    "analis": "Analis",
    "editor": "Editor",
    "penyetuju": "Penyetuju",
    "juru_bicara": "Juru bicara",
    "pimpinan_krisis": "Pimpinan krisis",
    "pelapor_upt": "Pelapor UPT",
    "auditor": "Auditor",
    "admin": "Admin",
    "sistem_pelanggan": "Sistem pelanggan",
    "layar_dinding": "Layar dinding",
    "sistem": "Sistem",
}
DISMISS_WORDS: Final[dict[DismissReason, str]] = {
    "bukan_unit_kita": "bukan unit kita",
    "konten_lama": "konten lama",
    "latihan": "latihan",
    "salah_paham_kalimat": "salah paham kalimat",
    "lainnya": "lainnya",
}
_CLOSED_WORDS: Final = {
    "selesai": "sudah diselesaikan",
    "salah": "sudah ditandai alarm palsu",
    "digabung": "sudah digabung ke peringatan lain",
}
_WIB: Final = ZoneInfo("Asia/Jakarta")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a command is not carried out, for programs (`kode`) and for people (`message`)."""

    code: Literal[404, 409, 422]
    kode: str
    message: str


@dataclass(frozen=True, slots=True)
class Standing:
    """It already stands so; nothing to do."""


Answer = Turn | Refusal | Standing
NOT_FOUND: Final = Refusal(
    code=404, kode="tidak_ditemukan", message="Peringatan tidak ditemukan. Mungkin digabung atau diarsipkan."
)


def acknowledge(state: AlertState, *, by: Actor, note: str | None, now: datetime, clocks: Clocks) -> Answer:
    """Take the alert: the ladder stops until the acknowledgement lapses. The holder's further press extends it."""
    if refused := _refused(state):
        return refused
    alert = state.alert
    lapse = now + timedelta(seconds=clocks.acknowledgement_lapses_seconds)
    if alert.status == "diakui":
        if alert.acknowledged_by != by:
            return _too_late(state)
        # A press right after the first is the same press; later it is the wish to hold it longer.
        if state.clocks.get("lapse", now) - now > 0.9 * (lapse - now):
            return Standing()
        state = changed(
            with_clocks(state, lapse=lapse),
            clocks,
            now,
            "",
            change=Change(what="Akui diperpanjang", by=by, note=note),
        )
        return _said(state, AlertAcknowledged)
    state = with_clocks(state, escalate=None, lapse=lapse, remind=grouping.remind_at(clocks, state.kind, now))
    state = changed(
        state,
        clocks,
        now,
        "",
        change=Change(what="Diakui", by=by, note=note),
        status="diakui",
        acknowledged_by=by,
        acknowledged_at=now,
    )
    return _said(state, AlertAcknowledged)


def verify(
    state: AlertState, *, by: Actor, actuality: Actuality, severity: int, note: str | None, now: datetime,
    clocks: Clocks, rules: RuleSet
) -> Answer:  # fmt: skip
    """A person says that it is real, how new and how bad. Their severity stands until the story's own rises."""
    if refused := _refused(state):
        return refused
    alert, kind = state.alert, state.kind
    same = alert.stage == "terverifikasi" and alert.actuality == actuality and alert.severity == severity
    if same and not note:
        return Standing()
    state = replace(state, judged=Judged(severity=severity, story_severity=state.story_severity))
    state = _further_act(state, clocks, now)
    fields = {
        "stage": "terverifikasi",
        "actuality": actuality,
        "severity": severity,
        "level": rules.level_by_severity[severity],
    }
    call = None
    state = replace(state, alert=alert.model_copy(update=fields))
    if state.kind != kind:
        state, call = _other_ladder(state, clocks, now)
    change = Change(what="Diverifikasi", by=by, note=note)
    state = changed(state, clocks, now, "", change=change, **fields)
    return _said(state, AlertVerified, call)


def dismiss(
    state: AlertState, *, by: Actor, reason: DismissReason, note: str | None, now: datetime, clocks: Clocks
) -> Answer:
    """A false alarm, with the reason."""
    if state.alert.status == "salah":
        return Standing()
    if refused := _refused(state):
        return refused
    change = Change(what=f"Alarm palsu: {DISMISS_WORDS[reason]}", by=by, reason=reason, note=note)
    return _said(changed(without_clocks(state), clocks, now, "", change=change, status="salah"), AlertDismissed)


def resolve(state: AlertState, *, by: Actor, note: str | None, now: datetime, clocks: Clocks) -> Answer:
    """It is over."""
    if state.alert.status == "selesai":
        return Standing()
    if refused := _refused(state):
        return refused
    change = Change(what="Diselesaikan", by=by, note=note)
    return _said(changed(without_clocks(state), clocks, now, "", change=change, status="selesai"), AlertResolved)


def _refused(state: AlertState) -> Refusal | None:
    if not state.raised:
        return NOT_FOUND
    if not state.open:
        words = _CLOSED_WORDS[state.alert.status]
        return Refusal(code=409, kode="sudah_ditutup", message=f"Peringatan ini {words}.")
    return None


def _too_late(state: AlertState) -> Refusal:
    holder, at = state.alert.acknowledged_by, state.alert.acknowledged_at
    who = ROLE_NAMES[holder.role] if holder else "orang lain"
    when = f" pada {at.astimezone(_WIB):%H.%M} WIB" if at else ""
    return Refusal(code=409, kode="sudah_diakui", message=f"Sudah diakui {who}{when}, lebih dulu dari Anda.")


def _further_act(state: AlertState, clocks: Clocks, now: datetime) -> AlertState:
    if "lapse" not in state.clocks:
        return state
    return with_clocks(state, lapse=now + timedelta(seconds=clocks.acknowledgement_lapses_seconds))


def _other_ladder(state: AlertState, clocks: Clocks, now: datetime) -> tuple[AlertState, Call | None]:
    """The new severity belongs to another class: up, its first rungs are called at once; down, the ladder slows."""
    round_no, running = state.place.round, "escalate" in state.clocks
    if state.kind == "kritis":
        climb = escalating.climb(clocks, "kritis", escalating.Place(round=round_no), now)
        state = replace(state, place=climb.place, reached={**state.reached, **dict.fromkeys(climb.rungs, now)})
        if running:
            state = with_clocks(state, escalate=climb.next_at)
        return state, Call(reason="terverifikasi", rungs=climb.rungs)
    place = escalating.place_after(clocks, state.kind, rung=state.alert.rung, round_no=round_no)
    state = replace(state, place=place)
    if running:
        state = with_clocks(state, escalate=now + escalating.gap_before(clocks, state.kind, place))
    return state, None


def _said(state: AlertState, event: type, call: Call | None = None) -> Turn:
    return Turn(state=state, said=(Said(event=event, alert=state.alert, call=call),))
