"""The API through its door: commands, lists, and no input that gives a 5xx."""

import json
import string
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.errors import AutoReconnect

from libs.schemas.outcomes import CommandRejected, CommandUnchanged, Done, Refused
from libs.schemas.topics import ALERTS
from services.gateway.policy import API
from tests.support.builders import SHA, an_alert, envelope_of
from tests.unit.gateway.fakes import World
from tests.unit.gateway.test_doors import ACKNOWLEDGE, ALERT, KEY, is_problem


async def test_a_command_is_in_the_audit_before_it_is_sent(world: World) -> None:
    async with world.client("operator") as client:
        answer = await client.post(ACKNOWLEDGE, headers=KEY, json={"note": "Dicek"})
    body = answer.json()
    assert (answer.status_code, body["kode"], body["row"]["id"]) == (200, "diterapkan", ALERT)
    (entry,) = world.audit_entries.documents.values()
    (command,) = world.sent
    assert (entry["action"], entry["target"], entry["command_id"]) == ("AcknowledgeAlert", ALERT, command.id)
    assert "Dicek" not in str(entry), "texts are in the audit as hashes only"
    assert (command.data.note, command.data.by.role, command.subject) == ("Dicek", "operator", ALERT)
    assert command.data.by.key_id not in world.gateway.settings.people_file.read_text()  # type: ignore[union-attr]


async def test_without_an_audit_entry_nothing_is_sent(world: World) -> None:
    world.audit_entries.broken = AutoReconnect("away")
    async with world.client("operator") as client:
        answer = await client.post(ACKNOWLEDGE, headers=KEY)
    assert is_problem(answer, 503, "audit_tidak_tertulis") and not world.sent


async def test_a_refusal_is_a_problem_in_the_words_of_the_owner(world: World) -> None:
    refused = Refused(command_id="x", entity_id=ALERT, code=409, kode="sudah_diakui", message="Sudah diakui Operator 2")
    world.outcome = lambda command: envelope_of(CommandRejected, refused, subject=command.id)
    async with world.client("operator") as client:
        answer = await client.post(ACKNOWLEDGE, headers=KEY)
    assert is_problem(answer, 409, "sudah_diakui") and answer.json()["title"] == "Sudah diakui Operator 2"


async def test_what_stood_so_already_is_no_error(world: World) -> None:
    world.outcome = lambda command: envelope_of(
        CommandUnchanged, Done(command_id=command.id, entity_id=ALERT, topic=ALERTS.name, sequence=2)
    )
    async with world.client("operator") as client:
        assert (await client.post(ACKNOWLEDGE, headers=KEY)).json()["kode"] == "tidak_berubah"


async def test_silence_is_not_yet_and_the_same_key_asks_again_for_the_same_command(world: World) -> None:
    world.outcome = lambda _: None
    async with world.client("operator") as client:
        first = await client.post(ACKNOWLEDGE, headers=KEY)
        assert (first.status_code, first.json()["kode"]) == (202, "menunggu")
        assert first.headers["location"] == f"/api/v1/perintah/{first.json()['command_id']}"
        assert (await client.get(first.headers["location"])).status_code == 202
        await client.post(ACKNOWLEDGE, headers=KEY)
    assert len(world.audit_entries.documents) == 1
    assert len({command.model_dump_json(exclude={"traceparent"}) for command in world.sent}) == 1


async def test_a_key_is_bound_to_its_body_and_to_its_person(world: World) -> None:
    async with world.client("operator") as operator, world.client("analis") as analyst:
        await operator.post(ACKNOWLEDGE, headers=KEY, json={"note": "a"})
        other = await operator.post(ACKNOWLEDGE, headers=KEY, json={"note": "b"})
        assert is_problem(other, 422, "kunci_dipakai_ulang")
        assert (await analyst.post(ACKNOWLEDGE, headers=KEY, json={"note": "b"})).status_code == 200
    assert len({command.id for command in world.sent}) == 2


async def test_every_post_needs_a_key(world: World) -> None:
    async with world.client("operator") as client:
        answer = await client.post(ACKNOWLEDGE)
    assert is_problem(answer, 422) and "Idempotency-Key" in json.dumps(answer.json()["errors"])


@pytest.mark.parametrize(
    ("note", "kind"),
    [
        ("NIK 3201011501900001", "nik"),
        ("Perkara 45/Pid.Sus/2025/PN Contoh", "perkara"),
        ("Narapidana Asep bin Karta sudah kembali", "wbp"),
        ("NPWP 01.234.567.8-901.000", "npwp"),
        ("Kendaraan bernopol B 1234 XYZ", "pelat"),
    ],
)
async def test_what_identifies_an_inmate_goes_back_to_whoever_typed_it(world: World, note: str, kind: str) -> None:
    async with world.client("operator") as client:
        answer = await client.post(ACKNOWLEDGE, headers=KEY, json={"note": note})
    assert is_problem(answer, 422, "data_pribadi") and answer.json()["errors"][0]["kode"] == kind
    assert "3201011501900001" not in answer.text and "Asep" not in answer.text
    assert not world.sent and not world.audit_entries.documents


async def test_a_phone_number_in_a_note_is_masked(world: World) -> None:
    async with world.client("operator") as client:
        await client.post(ACKNOWLEDGE, headers=KEY, json={"note": "Telepon 0812-3456-7890 sudah dihubungi"})
    assert world.sent[0].data.note == "Telepon [TELEPON] sudah dihubungi"


async def test_openapi_describes_every_action(world: World) -> None:
    async with world.client("sistem") as client:
        document = (await client.get("/api/v1/openapi.json")).json()
    described = {f"{m.upper()} {path}" for path, methods in document["paths"].items() for m in methods}
    assert set(API) - {"GET /api/v1/openapi.json", "GET /api/v1/arus"} <= described
    post = document["paths"]["/api/v1/alerts/{alert_id}/acknowledge"]["post"]
    assert any(p["name"] == "Idempotency-Key" and p["required"] for p in post["parameters"])


BODIES: dict[str, dict[str, Any]] = {
    "acknowledge": {"note": "a"},
    "verify": {"actuality": "kejadian_baru", "severity": 3},
    "dismiss": {"reason": "latihan"},
}
ROUTES: dict[str, tuple[str, dict[str, Any]]] = {
    f"/api/v1/alerts/{ALERT}/verify": ("analis", BODIES["verify"]),
    f"/api/v1/alerts/{ALERT}/dismiss": ("analis", BODIES["dismiss"]),
    ACKNOWLEDGE: ("analis", BODIES["acknowledge"]),
    "/api/v1/sources": ("analis", {"outlet_name": "Harian Contoh", "url": "https://harian.contoh/rss"}),
    f"/api/v1/sources/{ALERT}/switch": ("analis", {"enabled": True}),
    "/api/v1/sources/preview": ("analis", {"url": "https://harian.contoh/rss"}),
    "/api/v1/outlets/harian.contoh/edit": ("analis", {"region": "Contoh", "source": "daftar contoh"}),
    "/api/v1/releases": ("editor", {"kind": "klarifikasi", "title": "a", "body": "b"}),
    f"/api/v1/releases/{ALERT}/approve": ("penyetuju", {"body_sha256": SHA}),
}
NASTY: list[bytes] = [
    b"", b"{", b"null", b"[]", b'"x"', b"\xff\xfe", b'{"note": "\\ud800"}', b'{"note": "a\\u0000b"}',
    b'{"\\ud800": 1}', b'{"$where": 1}', b'{"a.b": 1}', b'{"__proto__": {}}', b'{"note": 99999999999999999999}',
    b'{"severity": 1e400, "actuality": "kejadian_baru"}', b'{"severity": NaN}', b'{"severity": 3.0000001}',
    b'{"severity": true, "actuality": "kejadian_baru"}', b"[" * 50_000, b'{"a":' * 20_000,
    b'{"note": "' + b"x" * 200_000 + b'"}', b'{"note": ' + b"9" * 5_000 + b"}", b'{"note": {"a": 1}}',
    b'{"note": ["a"]}', b'{"note": null, "note": 1}', b"\xef\xbb\xbf{}", b'{"enabled": "true"}', b'{"enabled": 1}',
    b'{"kind": "klarifikasi", "title": " \\u200b ", "body": "\\u202e"}', b'{"url": "file:///etc/passwd"}',
    b'{"kind": "klarifikasi", "title": "a", "body": "b", "embargo_until": "0001-01-01T00:00:00+14:00"}',
    b'{"kind": "klarifikasi", "title": "a", "body": "b", "embargo_until": "9999-12-31T23:59:59-14:00"}',
    b'{"kind": "klarifikasi", "title": "a", "body": "b", "units": ["' + b'","'.join([b"u"] * 4000) + b'"]}',
]  # fmt: skip


@pytest.mark.parametrize("path", ROUTES)
async def test_nasty_bodies_are_refused_never_an_error_of_ours(world: World, path: str) -> None:
    role, _ = ROUTES[path]
    async with world.client(role) as client:
        for number, body in enumerate(NASTY):
            headers = {"Idempotency-Key": f"jahat-{number}", "Content-Type": "application/json"}
            answer = await client.post(path, headers=headers, content=body)
            allowed = {200} if path == ACKNOWLEDGE and body in (b"", b"null") else set()
            assert answer.status_code in {400, 413, 415, 422} | allowed, (number, body[:60], answer.text)
            if answer.status_code != 200:
                assert is_problem(answer, answer.status_code), body[:60]


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec="utf-8", exclude_categories=[]) | st.sampled_from("\ud800\x00$.\u202e"), max_size=40),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=10), children, max_size=4),
    max_leaves=12,
)


@given(value=json_values, path=st.sampled_from(sorted(ROUTES)), field=st.sampled_from(["", "severity", "note", "body"]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_body_gives_a_5xx(world: World, value: Any, path: str, field: str) -> None:
    role, good = ROUTES[path]
    body = json.dumps({**good, field: value} if field else value).encode()
    async with world.client(role) as client:
        headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
        answer = await client.post(path, headers=headers, content=body)
    assert answer.status_code < 500, answer.text


LISTS = ["alerts", "stories", "items", "releases", "drafts", "sources"]
PARAMETERS = [
    "limit", "cursor", "since", "severity_min", "topic", "unit_id", "opmode", "status", "relevant", "story_id", "asing"
]  # fmt: skip


@given(
    path=st.sampled_from(LISTS) | st.text(string.printable, max_size=20).map(lambda text: f"alerts/{text}"),
    query=st.dictionaries(st.sampled_from(PARAMETERS), st.text(max_size=30), max_size=4),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_address_gives_a_5xx(world: World, path: str, query: dict[str, str]) -> None:
    async with world.client("analis") as client:
        answer = await client.get("http://pasopati.contoh/api/v1/" + _quoted(path), params=query)
    assert answer.status_code < 500, answer.text


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(path)


@pytest.mark.parametrize(
    "query",
    [
        "since=0001-01-01T00:00:00%2B14:00", "since=2026-11-22", "since=99999999999999999999", "limit=0", "limit=1e9",
        "limit=" + "9" * 5000, "severity_min=5", "unit_id=%00", "unit_id=$ne", "topic=apa", "opmode=palsu",
        "cursor=" + "a" * 700,
    ],
)  # fmt: skip
async def test_parameters_out_of_range_are_named(world: World, query: str) -> None:
    async with world.client("analis") as client:
        answer = await client.get(f"/api/v1/items?{query}")
    assert is_problem(answer, 422) and answer.json()["errors"][0]["isian"].startswith("query.")


async def test_an_unknown_id_is_404(world: World) -> None:
    async with world.client("analis") as client:
        for path in ("alerts/x", "alerts/" + "a" * 199, "stories/%00", "items/..%2f", f"sources/{SHA}"):
            assert is_problem(await client.get(f"/api/v1/{path}"), 404), path
        assert (await client.get(f"/api/v1/alerts/{an_alert().alert_id}")).status_code == 200
