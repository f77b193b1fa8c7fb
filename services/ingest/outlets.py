"""What happens to an outlet: seeded by the registry, met in a source, edited by a person. Pure decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from libs.reference.domains import registrable
from libs.reference.registry import FACTS, Fact, Registry
from libs.runtime.commands import Answer, Applied, Rejected, Unchanged
from libs.runtime.outbox import Announcement, Decision, Document
from libs.schemas.commands import OutletEdit
from libs.schemas.envelope import OpMode
from libs.schemas.sources import Copycat, Outlet, OutletAdded, OutletChanged, OutletFact
from services.ingest.addresses import host_named
from services.ingest.dating import ZONES

NOT_THERE = Rejected(code=404, kode="media_tidak_ada", message="Media ini tidak ditemukan.")
NO_DOMAIN = Rejected(code=422, kode="domain", message="Domain ini tidak dapat dipakai. Tulis seperti contoh.co.id.")
TAKEN = Rejected(code=409, kode="domain_dipakai", message="Domain ini sudah dipakai media lain.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An outlet as a file or a source's address tells of it."""

    outlet_id: str
    name: str
    domain: str
    zone: str
    opmode: OpMode
    facts: Mapping[str, Fact] = field(default_factory=dict)


def outlet_host(url: str) -> str:
    """The name by which the outlet of an address is looked for: its host without www; "tanpa-nama" without one."""
    return (urlsplit(url).hostname or "").lower().strip(".").removeprefix("www.")[:253] or "tanpa-nama"


def domains_of(host: str) -> list[str]:
    """The domains an outlet of this host may stand under, the nearest first: itself, and what it lies below."""
    labels = host.split(".")
    least = len((registrable(host) or host).split("."))
    return [".".join(labels[at:]) for at in range(max(1, len(labels) - least + 1))]


def seed(doc: Document | None, known: Known, registry: Registry) -> Decision | None:
    """An outlet of a file at start: made once, then following the file, except for what a person has edited."""
    if doc is None:
        return _announced(_kept(known, "file"), _outlet(known, registry), OutletAdded)
    edited = doc.state["edited"]
    fresh = _outlet(known, registry).model_dump()
    stands = doc.state["outlet"]
    follows = {name: fresh[name] for name in ("name", "domain", "zone", *FACTS) if name not in edited}
    outlet = Outlet(**{**stands, **follows})
    outlet = outlet.model_copy(update={"copycat": _copycat(outlet, registry)})
    if outlet.model_dump() == stands:
        return None
    return _announced(doc.state, outlet, OutletChanged)


def meet(doc: Document | None, known: Known, registry: Registry) -> Decision | None:
    """An outlet whose first source a person adds; one that is known stays as it is."""
    return None if doc is not None else _announced(_kept(known, "source"), _outlet(known, registry), OutletAdded)


def edit(doc: Document | None, asked: OutletEdit, registry: Registry, *, taken: bool) -> Answer:
    """What a person knows: a fact left out stays, an empty one goes; each says its source. `taken`: the wanted domain
    belongs to another outlet."""
    if doc is None:
        return NOT_THERE
    stands = Outlet(**doc.state["outlet"])
    domain = domain_wanted(asked) if asked.domain is not None else stands.domain
    if domain is None:
        return NO_DOMAIN
    if taken and domain != stands.domain:
        return TAKEN
    changes: dict[str, Any] = {"name": asked.name or stands.name, "domain": domain}
    for name in FACTS:
        told = getattr(asked, name)
        if told is not None:
            changes[name] = OutletFact(value=told, source=asked.source) if told else None
    outlet = stands.model_copy(update=changes)
    outlet = outlet.model_copy(update={"copycat": _copycat(outlet, registry)})
    if outlet == stands:
        return Unchanged()
    named = [name for name in ("name", "domain", *FACTS) if getattr(asked, name) is not None]
    edited = {**doc.state["edited"], **dict.fromkeys(named, asked.source)}
    outlet = outlet.model_copy(update={"edited_by": asked.by})
    return Applied(_announced({**doc.state, "edited": edited}, outlet, OutletChanged))


def _announced(kept: Mapping[str, Any], outlet: Outlet, event: type[OutletAdded] | type[OutletChanged]) -> Decision:
    state = {**kept, "outlet": outlet.model_dump()}
    return Decision(state=state, announcements=(Announcement(event=event, data=outlet),))


def _kept(known: Known, origin: str) -> dict[str, Any]:
    """`edited`: field → the source a person named for it; a newer file never changes these."""
    return {"opmode": known.opmode, "drillid": None, "origin": origin, "edited": {}}


def _outlet(known: Known, registry: Registry) -> Outlet:
    facts = {name: OutletFact(value=fact.value, source=fact.source) for name, fact in known.facts.items()}
    outlet = Outlet(
        outlet_id=known.outlet_id,
        name=known.name[:200],
        domain=known.domain,
        zone=ZONES.get(known.zone, known.zone),
        **facts,
    )
    return outlet.model_copy(update={"copycat": _copycat(outlet, registry)})


def _copycat(outlet: Outlet, registry: Registry) -> Copycat | None:
    """Whom the domain imitates; nobody, once a person has named a source for its standing with the press council."""
    if outlet.press_council is not None:
        return None
    found = registry.imitated_by(outlet.domain)
    if found is None or found.of_outlet_id == outlet.outlet_id:
        return None
    return Copycat(domain=outlet.domain, of_outlet_id=found.of_outlet_id, of_domain=found.of_domain, how=found.how)


def domain_wanted(asked: OutletEdit) -> str | None:
    """contoh.co.id of https://www.Contoh.co.id/; None for what is no registered name, or where none is wanted."""
    host = host_named(asked.domain or "")
    return host.removeprefix("www.") if host and registrable(host) else None
