"""outlets.yaml → every outlet we know of, with the facts that a named source states; `pasopati outlets` prints them."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from libs.reference.copycats import Copycats, Imitation
from libs.reference.domains import registrable
from libs.reference.outlets import ZONES

FILE: Final = Path(__file__).parent / "data" / "outlets.yaml"
FACTS: Final = ("owner_group", "reach_tier", "region", "press_council")
FACT_LABELS: Final[Mapping[str, str]] = {
    "owner_group": "grup pemilik",
    "reach_tier": "tingkat jangkauan",
    "region": "wilayah",
    "press_council": "status Dewan Pers",
}
UNKNOWN: Final = "belum diketahui"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing known of an outlet, and the named source that says so."""

    value: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownOutlet:
    """An outlet of the registry. `facts`: only what a source states; `seen_in`: the files that show it."""

    outlet_id: str
    name: str
    domain: str
    zone: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    seen_in: tuple[str, ...] = ()


class Registry:
    """All known outlets, by id and by domain."""

    def __init__(self, outlets: Iterable[KnownOutlet]) -> None:
        self.outlets = {outlet.outlet_id: outlet for outlet in outlets}
        self._by_domain = {outlet.domain: outlet for outlet in self.outlets.values()}
        self.copycats = Copycats((outlet.outlet_id, outlet.domain) for outlet in self.outlets.values())

    def of_host(self, host: str) -> KnownOutlet | None:
        """The outlet whose registered domain a host belongs to."""
        return self._by_domain.get(registrable(host) or host.lower())

    def imitated_by(self, host: str) -> Imitation | None:
        return self.copycats.imitated_by(host)

    def known_facts(self) -> Counter[str]:
        """How many outlets have each fact."""
        return Counter(name for outlet in self.outlets.values() for name in outlet.facts)


def load_registry(path: Path = FILE) -> Registry:
    """Raises ValueError naming the entry that breaks the form."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict) or not isinstance(data.get("outlets"), list):
        raise ValueError(f"{path.name}: a list named outlets is expected")
    outlets = [_outlet(entry, path) for entry in data["outlets"]]
    counted = Counter([one.outlet_id for one in outlets]) | Counter([one.domain for one in outlets])
    twice = [value for value, count in counted.items() if count > 1]
    if twice:
        raise ValueError(f"{path.name}: {twice[0]} appears twice")
    return Registry(outlets)


def _outlet(entry: Mapping[str, Any], path: Path) -> KnownOutlet:
    missing = [name for name in ("outlet_id", "name", "domain", "zone") if not isinstance(entry.get(name), str)]
    if missing or entry["zone"] not in ZONES:
        raise ValueError(f"{path.name}: outlet {entry.get('outlet_id')} lacks {', '.join(missing) or 'a known zone'}")
    if registrable(entry["domain"]) != entry["domain"]:
        raise ValueError(f"{path.name}: {entry['domain']} is no registered domain")
    return KnownOutlet(
        outlet_id=entry["outlet_id"],
        name=entry["name"],
        domain=entry["domain"],
        zone=entry["zone"],
        facts={name: _fact(name, entry, path) for name in FACTS if name in entry},
        seen_in=tuple(entry.get("seen_in", ())),
    )


def _fact(name: str, entry: Mapping[str, Any], path: Path) -> Fact:
    told = entry[name]
    if not isinstance(told, dict) or not all(
        told.get(key) and isinstance(told[key], str) for key in ("value", "source")
    ):
        raise ValueError(f"{path.name}: {name} of {entry['outlet_id']} needs a value and the source that states it")
    return Fact(value=told["value"], source=told["source"])


@lru_cache(maxsize=1)
def shipped_registry() -> Registry:
    return load_registry()


def command(argv: list[str]) -> int:
    """`pasopati outlets`: the registry in figures; with --list every outlet, with --check HOST whom a name imitates."""
    parser = argparse.ArgumentParser(prog="pasopati outlets", description=command.__doc__)
    parser.add_argument("--list", action="store_true", help="setiap media")
    parser.add_argument("--check", metavar="HOST", nargs="+", default=[], help="apakah nama ini meniru media lain")
    parser.add_argument("--file", type=Path, default=FILE)
    arguments = parser.parse_args(argv)
    registry = load_registry(arguments.file)
    for host in arguments.check:
        found = registry.imitated_by(host)
        print(f"{host}: " + (f"mirip {found.of_domain} ({found.how})" if found else "tidak mirip media yang dikenal"))
    if arguments.check:
        return 0
    if arguments.list:
        for outlet in registry.outlets.values():
            facts = {name: outlet.facts[name].value if name in outlet.facts else UNKNOWN for name in FACTS}
            told = "; ".join(f"{FACT_LABELS[name]}: {value}" for name, value in facts.items())
            print(f"{outlet.domain}\t{outlet.name}\t{told}\tterlihat di {', '.join(outlet.seen_in)}")
    total, known = len(registry.outlets), registry.known_facts()
    print(f"{total} media")
    for name in FACTS:
        print(f"  {FACT_LABELS[name]}: {known[name]} diketahui, {total - known[name]} {UNKNOWN}")
    for file, count in sorted(Counter(file for one in registry.outlets.values() for file in one.seen_in).items()):
        print(f"  terlihat di {file}: {count}")
    return 0
