"""Unit reports at the gateway: whose, when, gated before anything of them is written or sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from libs.schemas import ids
from libs.schemas.commands import SubmitReport
from libs.schemas.envelope import Command, Event
from libs.schemas.outcomes import CommandRejected, Finding, Refused
from services.gateway.keys import command as keys_command
from services.gateway.people import BadPeopleFile, read_people
from tests.integration.reports_world import a_jpeg
from tests.support.builders import envelope_of
from tests.unit.gateway.fakes import World, a_world

UNIT = "contoh-lapas-iia-utara"
NIK = "3201014508950003"
KEY = {"Idempotency-Key": "tekan-1"}


def body(**changes: Any) -> dict[str, Any]:
    made = {
        "client_id": "ponsel-0001", "kind": "kegiatan", "title": "Panen sayur di kebun lapas",
        "text": "Warga binaan memanen 40 kg sayur.", "happened_at": "2026-11-22T09:15",
    }  # fmt: skip
    return made | changes


async def post(world: World, sent: dict[str, Any], *, role: str = "pelapor", key: str = "tekan-1") -> Any:
    async with world.client(role) as client:
        return await client.post("/api/v1/reports", json=sent, headers={"Idempotency-Key": key})


def the_command(world: World) -> SubmitReport:
    (command,) = world.sent
    assert isinstance(command, SubmitReport)
    return command


async def test_a_report_leaves_for_its_own_unit_in_the_units_mode_and_time(world: World) -> None:
    answer = await post(world, body())
    assert answer.status_code == 200, answer.text
    command = the_command(world)
    assert (command.opmode, command.data.unit_id) == ("sample", UNIT)
    assert command.data.happened_at.isoformat() == "2026-11-22T02:15:00+00:00"
    assert command.subject == ids.report_id("sample", UNIT, command.data.client_id)
    assert answer.json()["bukti"] == f"L-{command.subject[:6].upper()}"


async def test_the_phones_own_id_goes_no_further(world: World) -> None:
    await post(world, body(client_id=f"hp-{NIK}"))
    assert NIK not in the_command(world).model_dump_json()


async def test_the_same_client_id_is_the_same_report_under_any_press(world: World) -> None:
    await post(world, body(), key="satu")
    await post(world, body(), key="dua")
    first, second = world.sent
    assert first.subject == second.subject and first.id != second.id


async def test_what_identifies_an_inmate_is_refused_before_anything_is_written(world: World) -> None:
    sent = body(
        title=f"Pembinaan NIK {NIK}", text=f"NIK {NIK} ikut.", figures=[{"name": f"NIK {NIK}", "value": 1}],
    )  # fmt: skip
    answer = await post(world, sent)
    assert (answer.status_code, answer.json()["kode"]) == (422, "data_pribadi")
    texts = {"title": sent["title"], "text": sent["text"], "figures.0.name": f"NIK {NIK}"}
    found = {
        e["isian"]: texts[e["isian"]][e["mulai"] : e["akhir"]] for e in answer.json()["errors"] if e["kode"] == "nik"
    }
    assert found == dict.fromkeys(texts, NIK)
    assert NIK not in answer.text
    assert world.sent == []
    assert world.audit_entries.documents == {}


async def test_a_number_can_be_somebodys_too(world: World) -> None:
    answer = await post(world, body(figures=[{"name": "nomor telepon", "value": 6281234567890}]))
    assert answer.status_code == 422


async def test_places_are_those_of_the_text_as_it_is_read(world: World) -> None:
    # Combining marks are joined, marks of direction and outer blanks go: the client does the same before it sends.
    answer = await post(world, body(text=f"  e\u0301\u200b NIK {NIK} ikut."))
    (error,) = answer.json()["errors"]
    assert f"é NIK {NIK} ikut."[error["mulai"] : error["akhir"]] == NIK


async def test_contacts_are_masked_and_said(world: World) -> None:
    answer = await post(world, body(text="Hubungi 0812-3456-7890 untuk kunjungan."))
    assert answer.status_code == 200
    assert the_command(world).data.text == "Hubungi [TELEPON] untuk kunjungan."
    assert answer.json()["catatan"] == "Disamarkan sebelum disimpan: 1 nomor telepon."


async def test_findings_of_the_owner_come_back_as_the_gateways_own(world: World) -> None:
    def refused(command: Command[Any]) -> Event[Any]:
        data = Refused(
            command_id=command.id, entity_id=command.subject, code=422, kode="data_pribadi", message="Ada.",
            findings=[Finding(field="text", kind="nik", start=3, end=9)],
        )  # fmt: skip
        made: Event[Any] = envelope_of(CommandRejected, data)
        return made

    world.outcome = refused
    answer = await post(world, body())
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["isian"], error["mulai"], error["akhir"]) == ("text", 3, 9)
    assert error["pesan"] == "Ada nomor yang mirip NIK pada huruf 4–9. Hapus nomornya."


@pytest.mark.parametrize(
    ("changes", "field", "kode"),
    [
        ({"happened_at": "2026-11-22T11:00"}, "happened_at", "waktu_di_depan"),
        ({"happened_at": "2026-02-30T09:00"}, "happened_at", "waktu_keliru"),
        ({"happened_at": "0001-01-01T00:00"}, "happened_at", "waktu_keliru"),
        ({"ended_at": "2026-11-22T09:00"}, "ended_at", "waktu_terbalik"),
        ({"ended_at": "2026-11-23T09:00"}, "ended_at", "waktu_di_depan"),
        ({"happened_at": "kemarin"}, "happened_at", "string_pattern_mismatch"),
        ({"photos": ["0" * 64]}, "photos.0", "foto_tidak_ada"),
        ({"photos": ["0" * 64] * 6}, "photos", "too_long"),
        ({"kind": "rahasia"}, "kind", "literal_error"),
        ({"unit_id": "contoh-lapas-iia-barat"}, "unit_id", "extra_forbidden"),
        ({"text": "\u200b \u202e"}, "text", "too_short"),
        ({"client_id": "pendek"}, "client_id", "string_pattern_mismatch"),
        ({"figures": [{"name": "x", "value": -1}]}, "figures.0.value", "greater_than_equal"),
    ],
)
async def test_what_cannot_be_is_named_by_its_field(world: World, changes: Any, field: str, kode: str) -> None:
    answer = await post(world, body(**changes))
    assert answer.status_code == 422
    assert (answer.json()["errors"][0]["isian"], answer.json()["errors"][0]["kode"]) == (field, kode)
    assert world.sent == []


async def test_a_time_with_an_offset_is_that_moment(world: World) -> None:
    await post(world, body(happened_at="2026-11-22T01:00:00Z"))
    assert the_command(world).data.happened_at.isoformat() == "2026-11-22T01:00:00+00:00"


async def test_photos_are_uploaded_raw_and_named_by_what_is_kept(world: World) -> None:
    async with world.client("pelapor") as client:
        large = a_jpeg(3000, 2000) + b"\x00" * 600_000
        kept = await client.post("/api/v1/reports/photos", content=large, headers={"Content-Type": "text/plain"})
        assert kept.status_code == 201, kept.text
        photo = kept.json()
        answer = await client.post("/api/v1/reports", json=body(photos=[photo["sha256"]]), headers=KEY)
        assert answer.status_code == 200, answer.text
        assert the_command(world).data.photos[0].model_dump() == photo
        too_large = await client.post("/api/v1/reports/photos", content=b"\xff\xd8\xff" + b"\x00" * 9_000_000)
        assert too_large.status_code == 413
        assert (await client.post("/api/v1/reports/photos", content=b"GIF89a")).status_code == 415
        assert (await client.post("/api/v1/reports/photos", content=b"\xff\xd8\xff\xe0rusak")).status_code == 422
        # Only this route takes so much.
        assert (await client.post("/api/v1/reports", content=b"{" + b" " * 300_000)).status_code == 413
        assert (await client.get(f"/api/v1/photos/{photo['sha256']}")).status_code == 403
    async with world.client("operator") as client:
        seen = await client.get(f"/api/v1/photos/{photo['sha256']}")
        assert seen.headers["content-type"] == "image/jpeg"
        assert "immutable" in seen.headers["cache-control"] and "private" in seen.headers["cache-control"]
        assert seen.headers["x-content-type-options"] == "nosniff"
        for name in ("0" * 64, "x", "..%2f..%2fetc"):
            assert (await client.get(f"/api/v1/photos/{name}")).status_code == 404
    await world.gateway.album.aclose()


async def test_a_session_uploads_only_with_its_form_token(world: World) -> None:
    client, csrf = await world.session("pelapor")
    async with client:
        assert (await client.post("/api/v1/reports/photos", content=a_jpeg())).status_code == 403
        kept = await client.post("/api/v1/reports/photos", content=a_jpeg(), headers={"X-CSRF-Token": csrf})
        assert kept.status_code == 201
    await world.gateway.album.aclose()


async def test_a_reporter_without_a_unit_is_told_whom_to_ask(tmp_path: Path) -> None:
    world = a_world(tmp_path)
    file = tmp_path / "people.yaml"
    file.write_text(file.read_text().replace(f"unit_id: {UNIT}", "unit_id: unit-yang-tutup"))
    world.gateway.people.look(60.0)
    answer = await post(world, body())
    assert (answer.status_code, answer.json()["kode"]) == (403, "tanpa_unit")


def test_only_a_reporter_has_a_unit() -> None:
    with pytest.raises(BadPeopleFile, match="pelapor_upt"):
        read_people(f"people: [{{person_id: a-1, role: operator, label: A, unit_id: {UNIT}, keys: []}}]")


def test_keys_are_made_for_a_unit_that_exists(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = ["--people", str(tmp_path / "p.yaml"), "--keys", str(tmp_path / "k.json")]
    assert keys_command(["init", *files, "--unit", "lapas-entah"]) == 1
    assert "is no known unit" in capsys.readouterr().err
    assert not (tmp_path / "p.yaml").exists()


@pytest.fixture
def shared_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    yield a_world(tmp_path_factory.mktemp("world"))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(sorted(body() | {"ended_at": "", "figures": [], "photos": [], "answering": {}})), value=_JSON
)
async def test_no_value_of_any_field_gives_a_5xx(shared_world: World, name: str, value: Any) -> None:
    try:
        answer = await post(shared_world, body(**{name: value}), key=str(len(shared_world.sent)))
    except ValueError:
        return  # no JSON: NaN, or a lone surrogate
    assert answer.status_code < 500, answer.text
