"""Entrances from a person's disk: files that `pasopati import` takes in."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

from tests.leaks.by_feed import SITE
from tests.leaks.canaries import KINDS
from tests.leaks.entrances import Entrance, Fates, entrance
from tests.leaks.world import World
from tests.support.waiting import eventually

_TOLD = re.compile(r"(?P<rows>\d+) baris: (?P<taken>\d+) baru atau berubah, \d+ sudah ada, (?P<refused>\d+) ditolak")


async def _cells(world: World) -> Fates:
    """Every column, also those that nobody reads; rows that are refused, and a name of the file that names somebody."""
    name = "imported tables"
    head = ["Judul", "Isi", "Tautan", "Tanggal", "Media", "Catatan"]
    rows: list[list[str]] = []
    for n, canary in enumerate(world.aviary.some(name, *KINDS)):
        rows.append(
            [
                "CONTOH: baris",
                f"Petugas mencatat {canary.sentence}.",
                f"{SITE}/impor/{n}",
                "2026-11-01",
                "Harian Impor",
                "",
            ]
        )
    title, link, day, day_name, media, note, broken = world.aviary.some(
        name, "wbp", "nik", "nik", "wbp", "nik", "wbp", "surel", plain=True
    )
    rows += [
        [f"CONTOH: {title.sentence} kabur", "isi", f"{SITE}/impor/judul", "2026-11-01", "Harian Impor", ""],
        ["CONTOH: tautan", "isi", f"{SITE}/{link.slug}", "2026-11-01", "Harian Impor", ""],
        ["CONTOH: tanggal", "isi", f"{SITE}/impor/tanggal", day.value, "Harian Impor", ""],
        ["CONTOH: tanggal", "isi", f"{SITE}/impor/tanggal2", day_name.sentence, "Harian Impor", ""],
        ["CONTOH: media", "isi", f"{SITE}/impor/media", "2026-11-01", f"Warta {media.sentence}", ""],
        ["CONTOH: catatan", "isi", f"{SITE}/impor/catatan", "2026-11-01", "Harian Impor", note.sentence],
        ["CONTOH: rusak", "isi", f"javascript:{broken.value}", "2026-11-01", "Harian Impor", ""],
    ]
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    (inmate,) = world.aviary.some(name, "wbp", plain=True)
    path = world.given / f"{inmate.slug}.csv"
    path.write_text(out.getvalue(), encoding="utf-8")
    report = world.running.directory / "laporan-impor.json"
    return await _fates(world, name, len(rows), await _imported(world, name, str(path), "--report", str(report)))


async def _imported(world: World, name: str, *arguments: str) -> str:
    code, said = await world.command("import", *arguments)
    world.answers.append((f"answer to {name}", said.encode()))
    assert code == 0, said[-500:]
    return said


async def _fates(world: World, name: str, rows: int, said: str) -> Fates:
    """As the command told it, and as the items it says it took in were announced."""
    told = _TOLD.match(said)
    assert told and int(told["rows"]) == rows, f"{name}: {said[:300]}"
    before = world.imported

    def announced() -> bool:
        return len(world.backfill.distinct()) >= before + int(told["taken"])

    await eventually(announced, within=30, what=f"what {name} took in is announced")
    items = [event.data for event in list(world.backfill.distinct().values())[before:]]
    world.imported = len(world.backfill.distinct())
    fates = ["masked" if "[" in f"{one.title} {one.text}" else _unmasked(one) for one in items]
    return fates + ["refused"] * int(told["refused"])


def _unmasked(one: Any) -> str:
    return "left out" if one.link else "sealed"


async def _lines(world: World) -> Fates:
    name = "imported lines"
    title, text, field = world.aviary.some(name, "nik", "wbp", "nik")
    lines: list[Any] = [
        {"judul": f"CONTOH: {title.sentence}", "isi": text.sentence, "url": f"{SITE}/baris/1", "tanggal": "2026-11-01"},
        {field.sentence: "x", "judul": "CONTOH: nama isian", "url": f"{SITE}/baris/2", "tanggal": "2026-11-01"},
    ]
    broken = world.aviary.take(name, "surel", plain=True)
    path = world.given / "baris.jsonl"
    path.write_text("\n".join([*map(json.dumps, lines), f'{{"judul": "{broken.value}', ""]), encoding="utf-8")
    return await _fates(world, name, 3, await _imported(world, name, str(path), "--name", "Warta Impor"))


entrance(Entrance(name="imported tables", guard="gate", act=_cells))
entrance(Entrance(name="imported lines", guard="gate", act=_lines))
