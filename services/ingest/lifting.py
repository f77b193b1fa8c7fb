"""Two persons agree that all staff may read a restricted case: what was masked stays masked. Pure, and its desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from libs.privacy import Outcome, gate
from libs.runtime.clock import Clock
from libs.runtime.commands import Answer, Applied, CommandDesk, Rejected, Unchanged
from libs.runtime.outbox import Announcement, Cause, Decision, Document, Entities
from libs.schemas.commands import LiftRestriction
from libs.schemas.items import Item, ItemRevised

# Who agreed on Monday has not read what stands there on Wednesday.
AGREED_FOR: Final = timedelta(hours=24)

UNKNOWN = Rejected(code=404, kode="berita_tidak_ada", message="Berita ini tidak ditemukan.")
SECOND_PERSON = Rejected(
    code=409, kode="perlu_orang_kedua", message="Anda sudah menyetujui. Pembatasan dibuka setelah orang kedua setuju."
)
NAMES_SOMEBODY = Rejected(code=422, kode="data_pribadi", message="Alasan memuat data pribadi. Tulis tanpa identitas.")


def lift(doc: Document | None, command: LiftRestriction, now: datetime) -> Answer:
    """The first agreement is kept with the text it was given for; the second, of another person, opens that text."""
    if doc is None:
        return UNKNOWN
    privacy = doc.state["item"]["privacy"]
    if privacy.get("visibility") != "terbatas":
        return Unchanged()
    if gate(command.data.reason, channel="release").outcome is not Outcome.PASS:
        return NAMES_SOMEBODY
    by = command.data.by
    first = _standing(doc.state, now)
    if first is None:
        agreed = {"by": by.model_dump(), "at": now, "digest": doc.state["digest"], "reason": command.data.reason}
        return Applied(Decision(state={**doc.state, "lifting": agreed}))
    if first["by"]["key_id"] == by.key_id:
        return SECOND_PERSON
    lifted = {**privacy, "visibility": "biasa", "lifted_by": [first["by"], by.model_dump()]}
    item = {**doc.state["item"], "privacy": lifted, "revision_cause": "gate"}
    state = {**doc.state, "item": item, "lifting": None}
    return Applied(Decision(state=state, announcements=(Announcement(event=ItemRevised, data=Item(**item)),)))


def _standing(state: Mapping[str, Any], now: datetime) -> Mapping[str, Any] | None:
    """The first agreement, while it is young and the text is the one that was read."""
    first: Mapping[str, Any] | None = state.get("lifting")
    if first is None or first["digest"] != state["digest"] or now - first["at"] > AGREED_FOR:
        return None
    return first


@dataclass(slots=True, kw_only=True)
class LiftDesk:
    """`items`: the documents of collected items; `desk`: their commands."""

    items: Entities
    desk: CommandDesk
    clock: Clock

    async def lift(self, command: LiftRestriction) -> None:
        now = self.clock.now()
        cause = await self._cause(command)
        await self.desk.carry_out(command, command.subject, lambda doc: lift(doc, command, now), cause=cause)

    async def _cause(self, command: LiftRestriction) -> Cause:
        """A live event of the item's own mode, wherever the item came in."""
        doc = await self.items.get(command.subject)
        cause = Cause.of(command)
        if doc is None:
            return cause
        opmode, _, drillid = str(doc.state["mode"]).partition(":")
        return Cause(
            opmode=opmode,  # type: ignore[arg-type]  # written by us from an OpMode
            drillid=drillid or None,
            correlationid=cause.correlationid,
            causationid=cause.causationid,
            traceparent=cause.traceparent,
        )
