"""`pasopati import` on the real broker and store: the backfill lane, once each, and what was refused."""

from __future__ import annotations

import json
from pathlib import Path

from libs.reference.registry import shipped_registry
from libs.schemas.topics import COMMAND_OUTCOMES, ITEMS_BACKFILL, ITEMS_COLLECTED, SOURCES
from tests.integration.test_ingest_commands import asking, switching
from tests.support.feeds import NOON
from tests.support.listening import listening
from tests.support.running import Running
from tests.support.waiting import eventually
from tests.support.workbooks import workbook

HEADING = "Judul,Isi,Tautan,Tanggal\n"


def rows(count: int) -> str:
    return HEADING + "".join(
        f"CONTOH: berita {n},Warga binaan memanen sayur ke-{n}.,https://a.contoh.example/{n},2026-11-{n % 20 + 1:02}\n"
        for n in range(count)
    )


async def test_rows_travel_in_the_backfill_lane_with_their_own_dates(running: Running, tmp_path: Path) -> None:
    path = tmp_path / "kliping.csv"
    path.write_text(rows(3))
    await running.topics()
    async with listening(running, ITEMS_BACKFILL) as heard, listening(running, ITEMS_COLLECTED) as live:
        said = await running.command("import", str(path), "--name", "Harian Contoh", "--kind", "klipping")
        await eventually(lambda: len(heard.events) == 3, within=20, what="three items")
        assert live.events == []
    assert said.startswith("3 baris: 3 baru atau berubah, 0 sudah ada, 0 ditolak.")
    first = next(event for event in heard.events if event.data.title == "CONTOH: berita 0")
    assert (first.lane, first.data.kind, first.data.outlet_id) == ("backfill", "klipping", "harian-contoh")
    assert first.data.published_at.date().isoformat() == "2026-10-31", "midnight in Jakarta, told in UTC"
    assert first.data.first_seen_at > NOON


async def test_the_same_file_again_is_no_news_and_a_changed_row_is_a_revision(running: Running, tmp_path: Path) -> None:
    path = tmp_path / "kliping.csv"
    path.write_text(rows(50))
    await running.topics()
    async with listening(running, ITEMS_BACKFILL) as heard:
        await running.command("import", str(path), "--name", "Harian Contoh")
        again = await running.command("import", str(path), "--name", "Harian Contoh")
        path.write_text(rows(50).replace("CONTOH: berita 7,", "CONTOH: berita 7 (ralat),"))
        changed = await running.command("import", str(path), "--name", "Harian Contoh")
        await eventually(lambda: len(heard.events) == 51, within=20, what="fifty items and a revision")
    assert again.startswith("50 baris: 0 baru atau berubah, 50 sudah ada, 0 ditolak.")
    assert changed.startswith("50 baris: 1 baru atau berubah, 49 sudah ada, 0 ditolak.")
    assert [event.data.title for event in heard.of("ItemRevised")] == ["CONTOH: berita 7 (ralat)"]


async def test_a_workbook_is_masked_and_what_is_refused_is_told_without_its_value(
    running: Running, tmp_path: Path
) -> None:
    secret = "3201015703900012"
    table: list[list[str | float]] = [
        ["Judul", "Isi", "Tautan", "Tanggal", "Media"],
        ["CONTOH: panen", f"Pelapor dengan NIK {secret} datang.", "https://a.contoh.example/1", 46346.5, "Harian A"],
        ["", "", "https://a.contoh.example/2", 46346, "Harian A"],
        ["CONTOH: lain", "isi", f"javascript:{secret}", 46346, "Harian A"],
        ["CONTOH: lain", "isi", "https://a.contoh.example/4", secret, "Harian A"],
        ["CONTOH: panen", "isi lain", "https://a.contoh.example/1", 46346, "Harian A"],
        ["CONTOH: tanpa media", "isi", "", 46346, ""],
    ]
    path, report = workbook(tmp_path / "kliping.xlsx", table), tmp_path / "laporan.json"
    await running.topics()
    async with listening(running, ITEMS_BACKFILL) as heard:
        said = await running.command("import", str(path), "--report", str(report))
        await eventually(lambda: len(heard.events) == 1, within=20, what="one item")
    assert "[NIK]" in heard.events[0].data.text
    told = json.loads(report.read_text())
    assert (told["rows"], told["taken"], told["known"], told["refused"]) == (6, 1, 0, 5)
    assert [(one["row"], one["field"], one["reason"]) for one in told["refusals"]] == [
        (3, "title", "empty"),
        (4, "url", "address_form"),
        (5, "published", "no_date"),
        (6, "row", "same_row"),
        (7, "outlet", "no_outlet"),
    ]
    assert secret not in report.read_text() + said
    assert "tautan: bukan alamat http atau https yang sah" in said


async def test_the_import_of_an_outlet_is_a_source_that_is_never_read(running: Running, tmp_path: Path) -> None:
    path = tmp_path / "kliping.csv"
    path.write_text(rows(2))
    async with (
        listening(running, SOURCES) as told,
        listening(running, ITEMS_BACKFILL) as heard,
        listening(running, COMMAND_OUTCOMES) as outcomes,
        asking(running, outcomes) as ask,
    ):
        for _ in range(2):
            await running.command("import", str(path), "--name", "Harian Contoh")
        await eventually(lambda: len(heard.events) == 2 and told.events, within=20, what="items and their source")
        source = told.events[0].data
        assert (source.kind, source.enabled, source.outlet_id) == ("impor", False, "harian-contoh")
        assert [event.data.seen_via for event in heard.events] == [[source.source_id]] * 2
        assert len(told.events) == 1
        await running.start("ingest")
        refused = await ask(switching(source.source_id, key="nyalakan-1", enabled=True))
        assert (refused.data.code, refused.data.kode) == (409, "sumber_impor")


async def test_rows_find_their_outlet_by_column_and_by_address(running: Running, tmp_path: Path) -> None:
    path = tmp_path / "kliping.jsonl"
    told = [
        {"title": "CONTOH: satu", "tanggal": "2026-11-20", "url": "https://regional.kompas.com/read/1"},
        {"title": "CONTOH: dua", "tanggal": "2026-11-20", "media": "Warta Contoh Baru"},
    ]
    path.write_text("\n".join(map(json.dumps, told)))
    async with listening(running, ITEMS_BACKFILL) as heard:
        await running.command("import", str(path))
        await eventually(lambda: len(heard.events) == 2, within=20, what="both")
    outlets = {event.data.title[-3:]: event.data.outlet_id for event in heard.events}
    known = shipped_registry().of_host("regional.kompas.com")
    assert known is not None
    assert outlets == {"atu": known.outlet_id, "dua": "warta-contoh-baru"}


async def test_a_running_stack_is_found_by_its_state_file(running: Running, tmp_path: Path) -> None:
    path = tmp_path / "kliping.csv"
    path.write_text(rows(1))
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "pasopati_secret_key").write_text(running.common_env()["PASOPATI_SECRET_KEY"])
    state = tmp_path / "state.json"
    stack = running.stack
    state.write_text(json.dumps({"kafka_bootstrap": stack.kafka_bootstrap, "mongodb_url": stack.mongodb_url}))
    async with listening(running, ITEMS_BACKFILL) as heard:
        said = await running.command(
            "import",
            str(path),
            "--name",
            "Harian Contoh",
            "--state",
            str(state),
            KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:1",
            MONGODB_URL="mongodb://127.0.0.1:1",
        )
        await eventually(lambda: len(heard.events) == 1, within=20, what="the item")
    assert said.startswith("1 baris: 1 baru")
    code, said = await running.ended_command("import", str(path), "--state", str(tmp_path / "tidak-ada.json"))
    assert code == 1 and "tidak ada yang berjalan" in said


async def test_killed_half_way_and_repeated_every_row_is_there_once(running: Running, tmp_path: Path) -> None:
    path = tmp_path / "kliping.csv"
    path.write_text(rows(200))
    await running.start("ingest")
    async with listening(running, ITEMS_BACKFILL) as heard:
        for point in ("store.after_write:2", "relay.after_send:60", "ingest.import.after_rows:2"):
            code, _ = await running.ended_command(
                "import", str(path), "--name", "Harian Contoh", PASOPATI_CRASHPOINT=point
            )
            assert code == -9, point
        said = await running.command("import", str(path), "--name", "Harian Contoh")
        assert said.startswith("200 baris: ")
        await eventually(lambda: len(heard.distinct()) == 200, within=30, what="every row")
    assert {event.sequence for event in heard.events} == {1}


async def test_a_file_that_cannot_be_read_is_refused_in_words(running: Running, tmp_path: Path) -> None:
    path = tmp_path / "kliping.xlsx"
    path.write_bytes(b"bukan zip")
    await running.topics()
    code, said = await running.ended_command("import", str(path), "--name", "Harian Contoh")
    assert (code, said.strip()) == (2, "Berkas tidak dapat dibaca: bukan berkas XLSX yang sah.")
