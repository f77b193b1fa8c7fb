"""Whose rows an imported file holds: outlets known by id, by name or by the domain of an address; else a new one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from libs.reference.domains import registrable
from libs.reference.outlets import Outlet, load_outlets
from libs.reference.registry import shipped_registry
from libs.runtime.mongo import Database
from services.ingest.dating import ZONES
from services.ingest.settings import IngestSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlets:
    """What is known of outlets, each under three keys."""

    by_id: dict[str, Outlet] = field(default_factory=dict)
    by_name: dict[str, Outlet] = field(default_factory=dict)
    by_domain: dict[str, Outlet] = field(default_factory=dict)

    @classmethod
    def of(cls, known: Iterable[Outlet]) -> Outlets:
        """The first one wins where two have the same name or domain."""
        outlets = cls()
        for one in known:
            outlets.by_id.setdefault(one.outlet_id, one)
            outlets.by_name.setdefault(one.name.casefold(), one)
            outlets.by_domain.setdefault(one.domain.casefold(), one)
        return outlets

    def find(self, *, outlet_id: str | None, name: str, link: str, zone: str) -> Outlet:
        """By id, else by name, else by the address; one that nobody knows yet is named as it is called here."""
        host = (urlsplit(link).hostname or "").removeprefix("www.")
        domain = registrable(host) or host
        known = self.by_id.get(outlet_id or "") or self.by_name.get(name.casefold())
        if known is None and not (outlet_id or name):
            known = self.by_domain.get(domain)
        if known is not None:
            return known
        called = name or outlet_id or domain
        return Outlet(outlet_id=outlet_id or _slug(called), name=called, domain=domain, zone=zone)


async def known_outlets(database: Database, settings: IngestSettings) -> Outlets:
    """As they stand in the store, then those of the registry and of the source files."""
    stored = database["outlets"].find({}, {"state.outlet": 1})
    found = [_outlet(raw["state"]["outlet"]) async for raw in stored]
    registry = shipped_registry().outlets.values()
    found += [Outlet(outlet_id=one.outlet_id, name=one.name, domain=one.domain, zone=one.zone) for one in registry]
    for file in (settings.sources_file, settings.sample_sources_file):
        found += load_outlets(file).values() if file is not None else ()
    return Outlets.of(found)


def _outlet(told: dict[str, str]) -> Outlet:
    zone = told["zone"]
    return Outlet(outlet_id=told["outlet_id"], name=told["name"], domain=told["domain"], zone=ZONES.get(zone, zone))


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80] or "tanpa-nama"
