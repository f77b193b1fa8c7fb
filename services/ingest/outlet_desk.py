"""Outlets at the store: the registry at start, the outlet of a new source, a person's edits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import cast

from libs.reference.outlets import Outlet as FileOutlet
from libs.reference.registry import Fact, KnownOutlet, Registry
from libs.runtime.commands import Answer, CommandDesk
from libs.runtime.outbox import Cause, Document, Entities, Intent
from libs.runtime.telemetry import log
from libs.schemas.commands import AddSource, EditOutlet
from libs.schemas.envelope import OpMode
from services.ingest import outlets
from services.ingest.outlets import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletDesk:
    """One document an outlet. `registry` also knows whose name is imitated."""

    entities: Entities
    desk: CommandDesk
    registry: Registry

    async def prepare(self) -> None:
        await self.entities.index([("state.outlet.domain", 1)])

    async def seed(self, of_files: Iterable[FileOutlet], modes: Mapping[str, str]) -> None:
        """The registry and the outlets of the source files: made or followed, what a person edited stays. `modes`: of
        the sources of each outlet; those of the registry are real."""
        known = {one.outlet_id: _known(one, "live", one.facts) for one in self.registry.outlets.values()}
        for one in of_files:
            known.setdefault(one.outlet_id, _known(one, modes.get(one.outlet_id, "live"), {}))
        intents = [
            Intent(
                entity_id=one.outlet_id,
                cause=Cause.origin(opmode=one.opmode),
                decide=partial(outlets.seed, known=one, registry=self.registry),
            )
            for one in known.values()
        ]
        if intents:
            await self.entities.apply(intents)
        log.info("outlets known", total=len(known))

    async def id_of(self, url: str) -> str:
        """The outlet of an address: the one whose domain it lies under, else a new one named by its host."""
        host = outlets.outlet_host(url)
        domains = outlets.domains_of(host)
        found = {
            raw["state"]["outlet"]["domain"]: str(raw["_id"])
            async for raw in self.entities.collection.find(
                {"state.outlet.domain": {"$in": domains}}, {"state.outlet.domain": 1}
            )
        }
        stored = next((found[domain] for domain in domains if domain in found), None)
        if stored is not None:
            return stored
        # Before the registry is in the store, or without it.
        known = self.registry.of_host(host)
        return known.outlet_id if known else host[:100]

    async def meet(self, command: AddSource, outlet_id: str) -> None:
        """The outlet of a source that was added; drills use the outlets there are."""
        if command.drillid is not None:
            return
        known = Known(
            outlet_id=outlet_id,
            name=command.data.outlet_name,
            domain=outlets.outlet_host(command.data.url),
            zone=command.data.zone,
            opmode=command.opmode,
        )
        intent = Intent(
            entity_id=outlet_id,
            cause=Cause.of(command),
            decide=partial(outlets.meet, known=known, registry=self.registry),
        )
        await self.entities.apply([intent])

    async def edit(self, command: EditOutlet) -> None:
        """What a person knows of it, with its source."""
        taken = await self._is_taken(command)
        doc = await self.entities.get(command.subject)

        def decide(stood: Document | None) -> Answer:
            return outlets.edit(stood, command.data, self.registry, taken=taken)

        cause = Cause.of(command)
        if doc is not None:
            cause = Cause(
                opmode=doc.state["opmode"],
                drillid=doc.state["drillid"],
                correlationid=cause.correlationid,
                causationid=cause.causationid,
                traceparent=cause.traceparent,
            )
        await self.desk.carry_out(command, command.subject, decide, cause=cause)

    async def _is_taken(self, command: EditOutlet) -> bool:
        domain = outlets.domain_wanted(command.data)
        if domain is None:
            return False
        other = {"state.outlet.domain": domain, "_id": {"$ne": command.subject}}
        return await self.entities.collection.find_one(other, {"_id": 1}) is not None


def _known(outlet: FileOutlet | KnownOutlet, opmode: str, facts: Mapping[str, Fact]) -> Known:
    return Known(
        outlet_id=outlet.outlet_id,
        name=outlet.name,
        domain=outlet.domain,
        zone=outlet.zone,
        opmode=cast(OpMode, opmode),
        facts=facts,
    )
