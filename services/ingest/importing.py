"""`pasopati import`: rows of a person's file → items in the backfill lane, and a report of what was refused and why."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr

from libs.reference.outlets import source_id
from libs.runtime.announcing import Renderer
from libs.runtime.bus import Bus
from libs.runtime.clock import Clock, SystemClock
from libs.runtime.crashpoint import crashpoint
from libs.runtime.errors import TransientError
from libs.runtime.mongo import Database, PyMongoError, connect
from libs.runtime.outbox import Cause, Decision, Document, Entities, Intent
from libs.runtime.relay import Relay
from libs.runtime.telemetry import Tracing
from libs.schemas.envelope import OpMode
from libs.schemas.ids import mode_of
from services.ingest import sourcing
from services.ingest.archiving import Archive
from services.ingest.collecting import Keys, Origin, told
from services.ingest.dating import ZONES
from services.ingest.fetching import SourceRead
from services.ingest.import_files import Row, UnreadableFile, rows_of
from services.ingest.import_outlets import Outlets, known_outlets
from services.ingest.import_rows import COLUMNS, Accepted, Field, Kind, Refusal, entry_of
from services.ingest.intake import Intake
from services.ingest.remembering import Memory
from services.ingest.settings import IngestSettings

ROWS_AT_ONCE: Final = 40
REFUSALS_LISTED: Final = 10_000
STARTED_WITHIN_SECONDS: Final = 20

FILE_WORDS: Final = {
    "file_kind": "hanya .csv, .xlsx dan .jsonl yang dibaca",
    "file_missing": "berkas tidak ditemukan",
    "file_too_large": "berkas terlalu besar (CSV/JSONL 128 MiB, XLSX 64 MiB)",
    "not_a_workbook": "bukan berkas XLSX yang sah",
    "workbook_too_large": "isi XLSX terlalu besar setelah dibuka",
    "workbook_locked": "XLSX dikunci dengan sandi",
    "doctype_refused": "XLSX memuat DOCTYPE, ditolak demi keamanan",
    "too_deep": "susunan XLSX terlalu dalam",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the person asked for. Without `outlet_id` and `name` each row names its outlet (column or address)."""

    path: Path
    kind: Kind
    opmode: OpMode
    zone: str
    outlet_id: str | None = None
    name: str | None = None
    columns: Mapping[Field, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Report:
    """What became of the rows. Values of cells are nowhere in it."""

    rows: int = 0
    taken: int = 0
    known: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)

    def refuse(self, refusal: Refusal) -> None:
        self.reasons[refusal.reason] += 1
        if len(self.refusals) < REFUSALS_LISTED:
            self.refusals.append(refusal)

    def as_json(self) -> dict[str, Any]:
        listed = [
            {"row": one.row, "field": one.field, "reason": one.reason, "words": one.in_words()}
            for one in sorted(self.refusals, key=lambda one: one.row)
        ]
        refused = self.reasons.total()
        return {
            "rows": self.rows, "taken": self.taken, "known": self.known, "refused": refused,
            "reasons": dict(self.reasons.most_common()), "refusals": listed, "refusals_left_out": refused - len(listed),
        }  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Importer:
    """Takes a file in, some rows at a time. Killed at any moment and started again, every row is there once."""

    intake: Intake
    sources: Entities
    outlets: Outlets
    keys: Keys
    clock: Clock
    wish: Wish
    report: Report = field(default_factory=Report)
    _first_rows: dict[str, int] = field(default_factory=dict)
    _told_sources: set[str] = field(default_factory=set)

    async def take_in(self, rows: Iterable[Row]) -> Report:
        waiting: list[Accepted] = []
        for row in rows:
            self.report.rows += row.trouble != "too_many_rows"
            accepted = self._accepted(row)
            if accepted is None:
                continue
            waiting.append(accepted)
            if len(waiting) >= ROWS_AT_ONCE:
                await self._write(waiting)
                waiting = []
                # The store, the bus and a person's Ctrl-C get their turn.
                await asyncio.sleep(0)
        await self._write(waiting)
        return self.report

    def _accepted(self, row: Row) -> Accepted | None:
        wish = self.wish
        found = entry_of(
            row, wish.columns, kind=wish.kind, zone=wish.zone, now=self.clock.now(),
            has_outlet=bool(wish.outlet_id or wish.name),
        )  # fmt: skip
        if isinstance(found, Accepted):
            return found
        self.report.refuse(found)
        return None

    async def _write(self, rows: Sequence[Accepted]) -> None:
        by_outlet: dict[str, list[Accepted]] = {}
        sources: dict[str, dict[str, Any]] = {}
        for row in rows:
            source = await self._source(row)
            sources[source["source_id"]] = source
            by_outlet.setdefault(source["source_id"], []).append(row)
        for id_, mine in by_outlet.items():
            await self._write_of(sources[id_], mine)

    async def _write_of(self, source: dict[str, Any], rows: Sequence[Accepted]) -> None:
        cause = Cause.origin(opmode=self.wish.opmode, lane="backfill")
        origin = Origin(
            source_id=source["source_id"], outlet_id=source["outlet_id"], outlet_name=source["outlet_name"],
            url="", mode=mode_of(cause.opmode, cause.drillid), zone=source["zone"], backfill=True,
        )  # fmt: skip
        fresh: dict[str, Accepted] = {}
        for row in rows:
            entry = told(row.entry, origin, self.keys)
            assert entry is not None, "a row has an address or an identity of its own"
            if entry.item_id in self._first_rows:
                self.report.refuse(Refusal(row=row.row, field="row", reason="same_row"))
                continue
            self._first_rows[entry.item_id] = row.row
            fresh[entry.item_id] = row
        if not fresh:
            return
        read = SourceRead(url="", entries=[row.entry for row in fresh.values()], kept={})
        collected = await self.intake.take_in(source, read, cause)
        crashpoint("ingest.import.after_rows")
        for item_id in collected.withheld_ids:
            if item_id in fresh:
                self.report.refuse(Refusal(row=fresh[item_id].row, field="row", reason="withheld"))
        self.report.taken += collected.news
        self.report.known += len(fresh) - collected.news - len(collected.withheld_ids & fresh.keys())

    async def _source(self, row: Accepted) -> dict[str, Any]:
        """The source that imports of an outlet count under; told once, so that `seen_via` leads somewhere."""
        wish = self.wish
        outlet = self.outlets.find(
            outlet_id=wish.outlet_id, name=wish.name or row.outlet, link=row.entry["link"], zone=wish.zone
        )
        wanted = sourcing.Wanted(
            source_id=source_id(opmode=wish.opmode, outlet_id=outlet.outlet_id, key="impor"),
            outlet_id=outlet.outlet_id,
            outlet_name=outlet.name,
            url=f"impor:{outlet.outlet_id}",
            opmode=wish.opmode,
            drillid=None,
            interval_seconds=86_400,
            zone=ZONES.get(outlet.zone, outlet.zone),
            enabled=False,
            kind="impor",
            name="Impor berkas",
        )
        if wanted.source_id not in self._told_sources:
            self._told_sources.add(wanted.source_id)
            cause = Cause.origin(opmode=wish.opmode)
            await self.sources.apply(
                [Intent(entity_id=wanted.source_id, cause=cause, decide=partial(_added, wanted=wanted))]
            )
        return {
            "source_id": wanted.source_id,
            "outlet_id": wanted.outlet_id,
            "outlet_name": wanted.outlet_name,
            "zone": wanted.zone,
        }


def _added(doc: Document | None, wanted: sourcing.Wanted) -> Decision | None:
    return sourcing.add(wanted, switched_by="person", seeded=False) if doc is None else None


@asynccontextmanager
async def _importer(settings: IngestSettings, wish: Wish) -> AsyncIterator[Importer]:
    """The intake of ingest, in this process, on the store and the bus of the running stack."""
    client, bus, clock = connect(settings.mongodb_url.get_secret_value()), Bus(settings), SystemClock()
    database: Database = client[settings.database_name("ingest")]
    tracing = Tracing.to("ingest", settings.otlp_endpoint)
    # A name of its own: what it leaves behind when it is killed is swept by the running ingest.
    replica = f"impor-{secrets.token_hex(4)}"
    relays = [Relay(database[name], bus, clock, replica=replica) for name in ("items", "sources")]
    renderer = Renderer(service="ingest", node=settings.node, clock=clock, tracing=tracing)
    items, sources = [
        Entities(database[name], relay, renderer) for name, relay in zip(("items", "sources"), relays, strict=True)
    ]
    keys = Keys(revision=settings.derived_key("revision"), link=settings.derived_key("link"))
    memory = Memory.of(database)
    payloads = Archive.of(database, clock=clock, bounds=settings.archive_bounds)
    intake = Intake(items=items, archive=database["archive"], payloads=payloads, memory=memory, keys=keys, clock=clock)
    await asyncio.wait_for(bus.start(), STARTED_WITHIN_SECONDS)
    for relay in relays:
        await relay.start()
    try:
        outlets = await known_outlets(database, settings)
        yield Importer(intake=intake, sources=sources, outlets=outlets, keys=keys, clock=clock, wish=wish)
    finally:
        await asyncio.gather(*(relay.stop() for relay in relays))
        await bus.stop()
        client.close()
        await asyncio.to_thread(tracing.close)


async def _run(settings: IngestSettings, wish: Wish) -> Report:
    async with _importer(settings, wish) as importer:
        return await importer.take_in(_shown(rows_of(wish.path)))


def _shown(rows: Iterable[Row]) -> Iterator[Row]:
    """Tells on a terminal how far it is."""
    for count, row in enumerate(rows, start=1):
        if count % 1000 == 0 and sys.stderr.isatty():
            print(f"\r{count} baris …", end="", file=sys.stderr)
        yield row


def settings_of(state_file: Path | None) -> IngestSettings:
    """From the environment; or of a running `make run`: addresses from its state file, secrets from beside it."""
    if state_file is None:
        return IngestSettings()
    state = json.loads(state_file.read_text())
    os.environ.setdefault("PASOPATI_SECRETS_DIR", str(state_file.parent / "secrets"))
    return IngestSettings(kafka_bootstrap_servers=state["kafka_bootstrap"], mongodb_url=SecretStr(state["mongodb_url"]))


def _columns(chosen: Sequence[str]) -> dict[Field, str]:
    """`title=Judul Berita` → which column of the file holds which field; raises ValueError."""
    found: dict[Field, str] = {}
    for one in chosen:
        name, _, column = one.partition("=")
        if name not in COLUMNS or not column:
            raise ValueError(name)
        found[name] = column
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pasopati import", description=__doc__)
    parser.add_argument("file", type=Path, help=".csv, .xlsx or .jsonl")
    parser.add_argument("--outlet", default=None, help="outlet id that all rows belong to")
    parser.add_argument("--name", default=None, help="name of the outlet that all rows belong to")
    parser.add_argument("--kind", choices=("berita", "klipping"), default="berita")
    parser.add_argument("--zone", default="WIB", help="zone of dates that name none (WIB, WITA, WIT)")
    parser.add_argument("--opmode", choices=("live", "drill", "sample"), default="live")
    parser.add_argument("--column", action="append", default=[], metavar="FIELD=COLUMN",
                        help=f"where a field stands: {', '.join(COLUMNS)}")  # fmt: skip
    parser.add_argument("--report", type=Path, default=None, help="write what was refused and why to this JSON file")
    parser.add_argument("--state", type=Path, default=None, help="state file of a running `make run`")
    return parser


def command(argv: Sequence[str]) -> int:
    """`import FILE [--outlet ID | --name NAME] [--kind berita|klipping] [--report OUT.json] [--state FILE]`."""
    options = _parser().parse_args(argv)
    if options.state is not None and not options.state.exists():
        print(f"{options.state} tidak ada: tidak ada yang berjalan di sini (make run)", file=sys.stderr)
        return 1
    try:
        columns = _columns(options.column)
    except ValueError as wrong:
        print(f"--column {wrong}=…: nama bidang tidak dikenal", file=sys.stderr)
        return 2
    wish = Wish(
        path=options.file, kind=options.kind, opmode=options.opmode, zone=ZONES.get(options.zone, options.zone),
        outlet_id=options.outlet, name=options.name, columns=columns,
    )  # fmt: skip
    try:
        report = asyncio.run(_run(settings_of(options.state), wish))
    except UnreadableFile as broken:
        print(f"Berkas tidak dapat dibaca: {FILE_WORDS[str(broken)]}.", file=sys.stderr)
        return 2
    except (TimeoutError, PyMongoError, TransientError, KeyboardInterrupt):
        # What is in is recognised: the same command goes on where this one ended.
        print("Terputus (broker, penyimpanan, atau dihentikan). Ulangi perintah yang sama.", file=sys.stderr)
        return 1
    told_ = report.as_json()
    if options.report is not None:
        options.report.write_text(json.dumps(told_, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(_in_words(report))
    return 0


def _in_words(report: Report) -> str:
    lines = [
        f"{report.rows} baris: {report.taken} baru atau berubah, {report.known} sudah ada, "
        f"{report.reasons.total()} ditolak."
    ]
    kinds = Counter(refusal.in_words() for refusal in report.refusals)
    lines += [f"  {count:>6}  {words}" for words, count in kinds.most_common()]
    return "\n".join(lines)
