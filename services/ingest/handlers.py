"""Commands on sources → their documents and the plan of polls; the shipped sources at start."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import cast

from libs.reference.outlets import Outlet, SourceSeed
from libs.runtime.clock import Clock
from libs.runtime.commands import Answer, Applied, CommandDesk, Rejected, Unchanged
from libs.runtime.http import check_form
from libs.runtime.outbox import Cause, Document, Entities, Intent
from libs.runtime.telemetry import log
from libs.schemas.commands import AddSource, ChangeSource, PollNow
from libs.schemas.envelope import OpMode
from libs.schemas.sources import SourceKind
from services.ingest import sourcing
from services.ingest.addresses import host_of
from services.ingest.dating import ZONES, is_zone
from services.ingest.outlet_desk import OutletDesk
from services.ingest.scheduling import in_words
from services.ingest.sources import ADAPTERS
from services.ingest.store import FetchLedger


@dataclass(slots=True, kw_only=True)
class SourceDesk:
    """What a person may ask of sources. `outlets` finds the outlet of a new address, or makes it."""

    sources: Entities
    desk: CommandDesk
    ledger: FetchLedger
    clock: Clock
    outlets: OutletDesk
    local: frozenset[tuple[str, int]]

    async def add_source(self, command: AddSource) -> None:
        """A new feed: its address is judged by form here and by resolution at each poll."""
        asked = command.data
        already_there = Rejected(code=409, kode="sumber_sudah_ada", message="Sumber dengan alamat ini sudah ada.")
        refusal = self._refusal(asked.kind, asked.url, asked.zone)
        if refusal is None and await self._is_taken(command):
            refusal = already_there
        wanted = sourcing.Wanted(
            source_id=command.subject,
            outlet_id=await self.outlets.id_of(asked.url),
            outlet_name=asked.outlet_name,
            url=asked.url,
            opmode=command.opmode,
            drillid=command.drillid,
            interval_seconds=asked.interval_seconds,
            zone=ZONES.get(asked.zone, asked.zone),
            enabled=asked.enabled,
            kind=asked.kind,
            name=asked.name,
            full_text=asked.full_text,
        )

        def decide(doc: Document | None) -> Answer:
            if doc is not None:
                return already_there
            return refusal or Applied(sourcing.add(wanted, switched_by="person", seeded=False))

        doc = await self.desk.carry_out(command, wanted.source_id, decide)
        if doc is not None:
            # After the source: a refused one makes no outlet, and a command that comes again makes up for a crash.
            await self.outlets.meet(command, doc.state["source"]["outlet_id"])
        await self._plan(doc, switched=True)

    async def change_source(self, command: ChangeSource) -> None:
        """On or off, by a person: the shipped file no longer decides, and what is off stays off."""

        def decide(doc: Document | None) -> Answer:
            if doc is None:
                return _unknown()
            if doc.state["source"].get("kind") == "impor":
                return Rejected(code=409, kode="sumber_impor", message="Impor berkas tidak dibaca berkala.")
            decision = sourcing.switch(doc, enabled=command.data.enabled, why=command.data.why)
            return Applied(decision) if decision else Unchanged()

        cause = await self._cause(command)
        await self._plan(await self.desk.carry_out(command, command.subject, decide, cause=cause), switched=True)

    async def poll_now(self, command: PollNow) -> None:
        """Due at once, also when the system gave it up; the source itself does not change."""

        def decide(doc: Document | None) -> Answer:
            if doc is None:
                return _unknown()
            if not sourcing.may_be_read(doc.state["source"]):
                return Rejected(code=409, kode="sumber_dimatikan", message="Sumber ini dimatikan; nyalakan dahulu.")
            return Unchanged()

        cause = await self._cause(command)
        await self._plan(await self.desk.carry_out(command, command.subject, decide, cause=cause), switched=False)

    async def _plan(self, doc: Document | None, *, switched: bool) -> None:
        if doc is None:
            return
        source = doc.state["source"]
        if not sourcing.may_be_read(source):
            await self.ledger.unschedule([doc.id])
        elif switched and source["enabled"]:
            await self.ledger.switched_on(doc.id, host_of(source["url"]), doc.state.get("switches", 0))
        elif not switched:
            await self.ledger.ask_now(doc.id, host_of(source["url"]))

    async def _cause(self, command: ChangeSource | PollNow) -> Cause:
        """State changes carry the mode of the source, whatever the command said."""
        doc = await self.sources.get(command.subject)
        cause = Cause.of(command)
        if doc is None:
            return cause
        return Cause(
            opmode=doc.state["opmode"],
            drillid=doc.state["drillid"],
            correlationid=cause.correlationid,
            causationid=cause.causationid,
            traceparent=cause.traceparent,
        )

    def _refusal(self, kind: str, url: str, zone: str) -> Rejected | None:
        reason = check_form(url, local=self.local) or ADAPTERS[kind].refuse(url)
        if reason is not None:
            return Rejected(code=422, kode=reason, message=f"Alamat tidak dapat dipakai: {in_words(reason)}.")
        if not is_zone(zone):
            return Rejected(code=422, kode="zone", message="Zona waktu tidak dikenal.")
        return None

    async def _is_taken(self, command: AddSource) -> bool:
        """Another source of the mode has this address. Two presses at once on two replicas may both pass: then one feed
        is read twice, and its items are still one each."""
        same = {"state.source.url": command.data.url, "state.opmode": command.opmode, "_id": {"$ne": command.subject}}
        return await self.sources.collection.find_one(same, {"_id": 1}) is not None


def _unknown() -> Rejected:
    return Rejected(code=404, kode="sumber_tidak_ada", message="Sumber tidak ditemukan.")


async def seed_sources(
    seeds: Iterable[SourceSeed],
    outlets: dict[str, Outlet],
    sources: Entities,
    ledger: FetchLedger,
    *,
    live: bool,
    clock: Clock,
) -> None:
    """Makes or follows the shipped sources, retires those whose file is gone, and plans what is switched on."""
    wanted = [_wanted(seed, outlets, live) for seed in seeds]
    intents = [
        Intent(
            entity_id=one.source_id,
            cause=Cause.origin(opmode=one.opmode),
            decide=partial(sourcing.seed, wanted=one),
        )
        for one in wanted
    ]
    mine = {one.source_id for one in wanted}
    known = sources.collection.find({"state.seeded": True}, {"state.opmode": 1})
    for raw in [raw async for raw in known]:
        if raw["_id"] not in mine:
            cause = Cause.origin(opmode=raw["state"]["opmode"])
            intents.append(Intent(entity_id=raw["_id"], cause=cause, decide=sourcing.retire))
    if intents:
        await sources.apply(intents)
    fields = ("enabled", "disabled_by", "retry_at", "url")
    found = sources.collection.find({}, {f"state.source.{name}": 1 for name in fields})
    known_now = {raw["_id"]: raw["state"]["source"] async for raw in found}
    now = clock.now()
    on = {id_: host_of(source["url"]) for id_, source in known_now.items() if source["enabled"]}
    await ledger.unschedule(id_ for id_, source in known_now.items() if not sourcing.may_be_read(source))
    await ledger.schedule(on, now)
    for id_, source in known_now.items():
        if sourcing.is_given_up(source):
            await ledger.schedule({id_: host_of(source["url"])}, source.get("retry_at") or now)
    log.info("sources known", total=len(known_now), switched_on=len(on))


def _wanted(seed: SourceSeed, outlets: dict[str, Outlet], live: bool) -> sourcing.Wanted:
    return sourcing.Wanted(
        source_id=seed.source_id,
        outlet_id=seed.outlet_id,
        outlet_name=outlets[seed.outlet_id].name,
        url=seed.url,
        opmode=cast(OpMode, seed.opmode),
        drillid=None,
        interval_seconds=seed.interval_seconds,
        zone=ZONES.get(seed.zone, seed.zone),
        enabled=seed.enabled or (live and seed.opmode == "live"),
        kind=cast(SourceKind, seed.kind),
        name=seed.name,
    )
