"""One run: canaries in everywhere, then every place searched."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.leaks import by_desk, by_feed, by_file, by_person, by_wire
from tests.leaks.entrances import ENTRANCES, Fates
from tests.leaks.needles import Hit, Search
from tests.leaks.places import Lying, in_folders, in_the_store, on_the_bus
from tests.leaks.world import World, prepared, started
from tests.support.stack import Stack
from tests.support.waiting import eventually

_ALL = (by_feed, by_file, by_person, by_desk, by_wire)
CANARIES_AT_LEAST = 60
_ASKED = {"search": {"q": "lapas", "limit": "100"}, "stats/items": {"limit": "200"}}


@dataclass(slots=True, kw_only=True)
class Findings:
    """`never`: entrances whose canaries did not arrive, and why."""

    world: World
    hits: list[Hit] = field(default_factory=list)
    fates: dict[str, Fates] = field(default_factory=dict)
    never: dict[str, str] = field(default_factory=dict)
    places: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)

    @property
    def clean(self) -> bool:
        return not self.hits and not self.never

    def leaking(self) -> set[str]:
        return {hit.canary.entrance for hit in self.hits}


async def run(stack: Stack, namespace: str, directory: Path, *, mutant: str | None = None) -> Findings:
    async with prepared(stack, namespace, directory, mutant=mutant) as world:
        findings = Findings(world=world)
        for one in ENTRANCES.values():
            if one.prepare:
                one.prepare(world)
        async with started(world):
            await _let_in(world, findings)
            await _read_everything(world)
            await _search(world, findings, directory)
        return findings


async def _let_in(world: World, findings: Findings) -> None:
    """Records that no service understands come last: they are what people would be called for."""
    for one in ENTRANCES.values():
        if one.act is not None:
            try:
                findings.fates[one.name] = await one.act(world)
            except (AssertionError, KeyError, LookupError) as error:
                findings.never[one.name] = f"{type(error).__name__}: {str(error)[:300]}"
    # Together they get as long as the slowest may need: what is late is late for all the same reason.
    until = time.monotonic() + (120 if world.mutant is None else 25)
    for one in ENTRANCES.values():
        if one.fates is None:
            continue
        fates = one.fates

        def told(fates: object = fates) -> Fates:
            return fates(world)  # type: ignore[operator,no-any-return]

        try:
            found = await eventually(told, within=max(1.0, until - time.monotonic()), what=one.name)
            findings.fates.setdefault(one.name, []).extend(found)
        except AssertionError as error:
            findings.never[one.name] = str(error)[:300]


async def _read_everything(world: World) -> None:
    """What others are given: lists, details and pages, as everybody who may read them."""
    for who in ("analis", "penyetuju", "operator"):
        for path in by_person.GETS:
            answer = await world.ask(f"{who} reading", who, "GET", f"{by_person.API}/{path}", params={"limit": "200"})
            if answer.status_code == 200 and who == "analis":
                for row in answer.json()["rows"][:5]:
                    await world.ask("reading one", who, "GET", f"{by_person.API}/{path}/{row['id']}")
                    if path == "stories":
                        await world.ask("pages", who, "GET", f"/isu/{row['id']}", headers={"Accept": "text/html"})
        for path in ("search", "search/saved", *(f"stats/{one}" for one in by_desk.STATS)):
            answer = await world.ask(f"{who} reading", who, "GET", f"{by_person.API}/{path}", params=_ASKED.get(path))
            assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:200]}"
    exported = world.running.directory / "koreksi.jsonl"
    code, said = await world.command("corrections", "export", "--out", str(exported))
    assert code == 0 and exported.exists(), said[-300:]
    for path in (*by_person.PAGES, *by_desk.READ, "/feed.atom"):
        await world.ask("pages", "analis", "GET", path, headers={"Accept": "text/html"})
    # Spans leave the services twice a second.
    await asyncio.sleep(1.2)


async def _search(world: World, findings: Findings, directory: Path) -> None:
    search = Search(world.aviary.let_out)
    for place, content in await _lying(world, directory):
        findings.places[place] += 1
        findings.bytes[place] += len(content)
        findings.hits += search.find(content, place)


async def _lying(world: World, directory: Path) -> Iterable[Lying]:
    found = await on_the_bus(world.running, world.planted)
    found += await asyncio.to_thread(lambda: list(in_the_store(world.running)))
    found += list(in_folders({"state": world.running.directory, "temp": directory / "temp"}))
    found += [("spans", body) for body in world.collector.received]
    for name, service in world.services.items():
        found.append((f"metrics {name}", (await service.metrics()).encode()))
    found += world.answers
    found.append(("live feeds", b"".join(world.streamed)))
    found.append(("pushes", b"\n".join(world.tap.received)))
    return found
