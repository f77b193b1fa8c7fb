"""sources.yaml (and files of the same form) → the outlets and the sources that ingest begins with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

import yaml

SHIPPED = Path(__file__).parent / "data" / "sources.yaml"
ZONES = ("WIB", "WITA", "WIT")
OPMODES = ("live", "drill", "sample")
# Marks our own ids within the namespace of URLs, so that no other use of uuid5 over an address meets them.
_ID_PREFIX = "pasopati/source"
# Words that every feed's address has and that tell nothing.
_FEED_WORDS = frozenset({"", "www", "rss", "feed", "index.php", "rss2.0", "sindikasi"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A publisher. `zone` is assumed for its dates that name none."""

    outlet_id: str
    name: str
    domain: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSeed:
    """A source to begin with. The id stays when the address of a feed with a `key` changes (the sample's port)."""

    source_id: str
    outlet_id: str
    name: str
    url: str
    kind: str
    opmode: str
    enabled: bool
    interval_seconds: int
    zone: str


def load_sources(path: Path) -> list[SourceSeed]:
    """Every feed once, in the order of the file. Raises ValueError naming what breaks the form."""
    data = _read(path)
    seeds: dict[str, SourceSeed] = {}
    urls: set[str] = set()
    for entry in data["outlets"]:
        outlet = _outlet(entry, path)
        for seed in _seeds(outlet, entry.get("feeds", ()), data):
            if seed.source_id in seeds or seed.url in urls:
                raise ValueError(f"{path.name}: {seed.url} appears twice")
            seeds[seed.source_id] = seed
            urls.add(seed.url)
    return list(seeds.values())


def load_outlets(path: Path) -> dict[str, Outlet]:
    """outlet_id → outlet, also those whose feeds no adapter reads yet."""
    outlets: dict[str, Outlet] = {}
    for entry in _read(path)["outlets"]:
        outlet = _outlet(entry, path)
        if outlet.outlet_id in outlets:
            raise ValueError(f"{path.name}: outlet {outlet.outlet_id} appears twice")
        outlets[outlet.outlet_id] = outlet
    return outlets


def source_id(*, opmode: str, outlet_id: str, key: str) -> str:
    """The same for the same feed on every machine; `key` is the address unless the file gives a lasting one."""
    return str(uuid5(NAMESPACE_URL, f"{_ID_PREFIX}/{opmode}/{outlet_id}/{key}"))


def _read(path: Path) -> Mapping[str, Any]:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict) or not isinstance(data.get("outlets"), list):
        raise ValueError(f"{path.name}: a list named outlets is expected")
    if data.get("opmode") not in OPMODES:
        raise ValueError(f"{path.name}: opmode is one of {', '.join(OPMODES)}")
    if not isinstance(data.get("enabled"), bool) or not _is_interval(data.get("interval_seconds")):
        raise ValueError(f"{path.name}: enabled (true, false) and interval_seconds (1 to 86400) are expected")
    return data


def _is_interval(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 86_400


def _outlet(entry: Mapping[str, Any], path: Path) -> Outlet:
    missing = [field for field in ("outlet_id", "name", "domain", "zone") if not isinstance(entry.get(field), str)]
    if missing:
        raise ValueError(f"{path.name}: outlet {entry.get('outlet_id')} lacks {', '.join(missing)}")
    if entry["zone"] not in ZONES:
        raise ValueError(f"{path.name}: outlet {entry['outlet_id']} has unknown zone {entry['zone']}")
    return Outlet(outlet_id=entry["outlet_id"], name=entry["name"], domain=entry["domain"], zone=entry["zone"])


def _seeds(outlet: Outlet, feeds: list[Any], data: Mapping[str, Any]) -> Iterator[SourceSeed]:
    for feed in feeds:
        fields = {"url": feed} if isinstance(feed, str) else feed
        url = fields["url"]
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            raise ValueError(f"outlet {outlet.outlet_id}: not a feed address: {url}")
        yield SourceSeed(
            source_id=source_id(opmode=data["opmode"], outlet_id=outlet.outlet_id, key=fields.get("key", url)),
            outlet_id=outlet.outlet_id,
            name=fields.get("name") or _feed_name(outlet, url),
            url=url,
            kind="rss",
            opmode=data["opmode"],
            enabled=data["enabled"],
            interval_seconds=data["interval_seconds"],
            zone=outlet.zone,
        )


def _feed_name(outlet: Outlet, url: str) -> str:
    """detikcom · finance/berita: what is left of the address without the words that every feed has."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removesuffix(outlet.domain).strip(".")
    words = [host, *parts.path.split("/")]
    told = [
        word for word in words if word.lower() not in ("", "www", "rss", "feed", "index.php", "rss2.0", "sindikasi")
    ]
    return f"{outlet.name} · {'/'.join(told)}" if told else outlet.name
