"""A unit's report from the phone's request to both topics and back to the reader."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from libs.schemas.topics import INGEST_COMMANDS, ITEMS_COLLECTED, REPORTS
from tests.integration.reports_world import UNIT, a_jpeg, a_report_body, start_reporting
from tests.support.inside import everything_on
from tests.support.listening import listening
from tests.support.running import Running
from tests.support.waiting import eventually


async def test_a_report_with_photo_is_taken_told_twice_over_and_read_again(running: Running, tmp_path: Path) -> None:
    world = await start_reporting(running, tmp_path)
    async with (
        listening(running, REPORTS) as reports,
        listening(running, ITEMS_COLLECTED) as items,
        world.client("pelapor") as reporter,
        world.client("analis") as analyst,
    ):
        kept = await reporter.post("/api/v1/reports/photos", content=a_jpeg())
        assert kept.status_code == 201, kept.text
        photo = kept.json()
        body = a_report_body(photos=[photo["sha256"]], figures=[{"name": "peserta", "value": 24}])
        answer = await world.send("pelapor", body)
        assert answer.status_code == 200, answer.text
        said = answer.json()
        assert said["bukti"].startswith("L-")
        report = said["row"]["data"]
        assert (report["unit_id"], report["zone"], report["photos"][0]["sha256"]) == (UNIT, "WIB", photo["sha256"])
        local = datetime.fromisoformat(body["happened_at"])
        assert datetime.fromisoformat(report["happened_at"]) == local.replace(tzinfo=UTC) - timedelta(hours=7)

        await eventually(lambda: len(reports.events) == 1 and len(items.events) == 1, within=10, what="both told")
        told, item = reports.events[0], items.events[0].data
        assert (told.opmode, told.data.text, told.sequence) == ("sample", body["text"], 1)
        assert (item.kind, item.unit_id, item.report_id, item.outlet_id) == (
            "laporan", UNIT, told.data.report_id, f"upt:{UNIT}",
        )  # fmt: skip
        assert items.events[0].correlationid == told.correlationid

        place = f"/api/v1/reports/{said['entity_id']}"
        for client in (reporter, analyst):
            assert (await client.get(place)).json()["data"]["title"] == body["title"]
            assert [row["id"] for row in (await client.get("/api/v1/reports")).json()["rows"]] == [said["entity_id"]]
        picture = await analyst.get(f"/api/v1/photos/{photo['sha256']}")
        assert (picture.status_code, picture.headers["content-type"]) == (200, "image/jpeg")
        assert b"Rahasia" not in picture.content and b"rahasia" not in picture.content
        assert (await reporter.get(f"/api/v1/photos/{photo['sha256']}")).status_code == 403


async def test_a_phone_that_sends_twice_has_sent_once(running: Running, tmp_path: Path) -> None:
    world = await start_reporting(running, tmp_path)
    async with listening(running, REPORTS) as reports, listening(running, ITEMS_COLLECTED) as items:
        body = a_report_body()
        answers = await asyncio.gather(
            *(world.send("pelapor", body, key=key) for key in ("satu", "satu", "dua", "tiga"))
        )
        assert [answer.status_code for answer in answers] == [200] * 4
        assert len({answer.json()["entity_id"] for answer in answers}) == 1
        again = await world.send("pelapor", body, key="empat")
        assert (again.status_code, again.json()["kode"]) == (200, "tidak_berubah")
        other = await world.send("pelapor", body | {"text": "Isi yang lain sama sekali."}, key="lima")
        assert (other.status_code, other.json()["kode"]) == (409, "laporan_lain")
        bound = await world.send("pelapor", a_report_body(), key="lima")
        assert (bound.status_code, bound.json()["kode"]) == (422, "kunci_dipakai_ulang")
        await eventually(lambda: reports.events and items.events, within=10, what="told")
        assert len(reports.distinct()) == len(items.distinct()) == 1


async def test_what_names_an_inmate_goes_back_to_its_writer_and_reaches_nothing(
    running: Running, tmp_path: Path
) -> None:
    world = await start_reporting(running, tmp_path)
    nik = "3201014508950003"
    text = f"Warga binaan dengan NIK {nik} mengikuti panen."
    answer = await world.send("pelapor", a_report_body(text=text))
    assert (answer.status_code, answer.json()["kode"]) == (422, "data_pribadi")
    error = answer.json()["errors"][0]
    assert (error["isian"], error["kode"]) == ("text", "nik")
    assert text[error["mulai"] : error["akhir"]] == nik
    assert nik not in answer.text
    assert await _values(running, INGEST_COMMANDS.name) == []
    assert nik not in world.gateway.log + world.ingest.log


async def test_contacts_are_masked_and_the_reporter_is_told(running: Running, tmp_path: Path) -> None:
    world = await start_reporting(running, tmp_path)
    phone = "0812-3456-7890"
    answer = await world.send("pelapor", a_report_body(text=f"Layanan kunjungan dapat dihubungi di {phone}."))
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert said["disamarkan"] == {"telepon": 1}
    assert said["catatan"] == "Disamarkan sebelum disimpan: 1 nomor telepon."
    assert said["row"]["data"]["text"] == "Layanan kunjungan dapat dihubungi di [TELEPON]."
    for name in (INGEST_COMMANDS.name, REPORTS.name, ITEMS_COLLECTED.name):
        assert all(phone.encode() not in value for value in await _values(running, name))


async def test_a_reporter_reads_and_writes_for_one_unit_only(running: Running, tmp_path: Path) -> None:
    units = {"satu": UNIT, "dua": "contoh-lapas-iia-barat"}
    world = await start_reporting(running, tmp_path, units=units)
    made = (await world.send("satu", a_report_body())).json()["entity_id"]
    async with world.client("dua") as other, world.client("satu") as own:
        assert (await other.get(f"/api/v1/reports/{made}")).status_code == 404
        assert (await other.get("/api/v1/reports")).json()["rows"] == []
        assert (await other.get("/api/v1/reports", params={"unit_id": UNIT})).status_code == 403
        assert (await own.get(f"/api/v1/reports/{made}")).status_code == 200
    body: dict[str, Any] = a_report_body()
    for name in ("operator", "analis", "admin", "sistem"):
        assert (await world.send(name, body)).status_code == 403
    assert (await world.send("satu", body | {"unit_id": "contoh-lapas-iia-barat"})).status_code == 422


async def _values(running: Running, topic: str) -> list[bytes]:
    return [record.value for record in await everything_on(running.stack, f"{topic}.{running.namespace}")]
