"""Questions to the read model about outlets: searched, counted, found by the host of an address."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from libs.reference.outlet_weights import outlet_weights
from libs.schemas.sources import Outlet
from services.gateway.projections import OUTLET_FACTS
from services.gateway.views import View
from services.gateway.views_store import Views

# A domain or a slug: what ingest makes of an address.
_ID = re.compile(r"[A-Za-z0-9._:-]{1,120}")
MOST_COPYCATS = 500
MOST_WEIGHED = 2_000


def known_outlet_id(value: str) -> bool:
    """Whether it can be the id of an outlet at all."""
    return _ID.fullmatch(value) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletQuery:
    """`known`, `unknown`: a fact (see OUTLET_FACTS) that somebody states, or nobody does."""

    words: str = ""
    known: str = ""
    unknown: str = ""
    copycat: bool = False


async def list_outlets(views: Views, query: OutletQuery, *, skip: int, limit: int) -> list[View[Outlet]]:
    """By name."""
    return await views.some("outlets", Outlet, _conditions(query), sort="name_key", skip=skip, limit=limit)


async def count_outlets(views: Views, query: OutletQuery) -> int:
    return await views.count("outlets", _conditions(query))


def _conditions(query: OutletQuery) -> dict[str, Any]:
    wanted: list[dict[str, Any]] = []
    for word in query.words.casefold().split()[:8]:
        pattern = {"$regex": re.escape(word)}
        wanted.append({"$or": [{"name_key": pattern}, {"domain": pattern}]})
    if query.known in OUTLET_FACTS:
        wanted.append({"known": query.known})
    if query.unknown in OUTLET_FACTS:
        wanted.append({"known": {"$ne": query.unknown}})
    if query.copycat:
        wanted.append({"copycat": True})
    return {"$and": wanted} if wanted else {}


async def copycats(views: Views) -> Mapping[str, Outlet]:
    """outlet_id → outlet, for those whose domain imitates another's."""
    found = await views.some("outlets", Outlet, {"copycat": True}, sort="name_key", limit=MOST_COPYCATS)
    return {view.id: view.data for view in found}


async def outlet_weights_of(views: Views, outlet_ids: Iterable[str]) -> dict[str, float]:
    """Outlet id → how much it counts in a ranking (libs/reference/outlet_weights.py); of those we know of."""
    wanted = sorted(set(outlet_ids))[:MOST_WEIGHED]
    if not wanted:
        return {}
    found = await views.some("outlets", Outlet, {"_id": {"$in": wanted}}, sort="_id", limit=len(wanted))
    return {view.id: weight_of(view.data) for view in found}


def weight_of(outlet: Outlet) -> float:
    tier, standing = outlet.reach_tier, outlet.press_council
    return outlet_weights().weight(
        reach_tier=tier.value if tier else None,
        press_council=standing.value if standing else None,
        is_copycat=outlet.copycat is not None,
    )


async def outlet_of_hosts(views: Views, hosts: Sequence[str]) -> Outlet | None:
    """The outlet whose domain one of the hosts is, or lies below."""
    domains = {domain for host in hosts for domain in _domains(host)}
    if not domains:
        return None
    found = await views.some("outlets", Outlet, {"domain": {"$in": sorted(domains)}}, sort="domain", limit=20)
    return max((view.data for view in found), key=lambda outlet: len(outlet.domain), default=None)


def _domains(host: str) -> list[str]:
    parts = host.split(".")
    return [".".join(parts[start:]) for start in range(len(parts) - 1)]
