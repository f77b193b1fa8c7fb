"""Entrances for people: what they type into the API and the form, and what their programs send along."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import httpx

from tests.integration.reports_world import a_jpeg, a_report_body
from tests.leaks.canaries import KINDS, Canary
from tests.leaks.entrances import Entrance, Fates, entrance
from tests.leaks.world import REPORTER, World
from tests.support.waiting import eventually

API = "/api/v1"


def fate(answer: httpx.Response, *, taken: str = "masked") -> str:
    """200: taken (masked); 4xx: refused. Anything else is a defect."""
    assert answer.status_code < 500, f"{answer.request.method} answered {answer.status_code}"
    return taken if answer.status_code < 300 else f"refused {answer.status_code}"


async def _reports(world: World) -> Fates:
    name, fates = "unit reports", []
    for canary in world.aviary.some(name, *KINDS):
        body = a_report_body(text=f"Kegiatan pagi diikuti {canary.sentence} di aula.")
        fates.append(fate(await world.ask(name, REPORTER, "POST", f"{API}/reports", json=body)))
    title, figure, number, client, visitor = world.aviary.some(
        name, "wbp", "telepon", "telepon", "nik", "telepon", plain=True
    )
    bodies: list[dict[str, Any]] = [
        {"title": f"Kunjungan {title.sentence}"},
        {"figures": [{"name": figure.sentence, "value": 3}]},
        {"figures": [{"name": "peserta", "value": int(f"62{number.value[1:]}")}]},
        {"client_id": f"ponsel-{client.value}"},
        {"text": f"Pengunjung dapat menghubungi {visitor.written} setiap pagi."},
    ]
    for body in bodies:
        fates.append(fate(await world.ask(name, REPORTER, "POST", f"{API}/reports", json=a_report_body(**body))))
    assert any(one == "masked" for one in fates) and any(one.startswith("refused") for one in fates), fates
    return fates


async def _photos(world: World) -> Fates:
    """In the picture's own fields, behind its last byte, and in the heads that carry a file's name."""
    name, fates = "photos", []
    taken = world.aviary.some(name, "nik", "wbp", "surel", plain=True)
    for canary in taken:
        heads = {"Content-Disposition": f'attachment; filename="{canary.slug}.jpg"', "Content-Type": "image/jpeg"}
        answer = await world.ask(
            name, REPORTER, "POST", f"{API}/reports/photos", content=_loud_photo(canary), headers=heads
        )
        assert answer.status_code == 201, answer.text[:300]
        body = a_report_body(photos=[answer.json()["sha256"]])
        fates.append(fate(await world.ask(name, REPORTER, "POST", f"{API}/reports", json=body), taken="left out"))
        seen = await world.ask(name, "analis", "GET", f"{API}/photos/{answer.json()['sha256']}")
        assert seen.status_code == 200
    return fates


def _loud_photo(canary: Canary) -> bytes:
    import io

    from PIL import Image

    said = canary.sentence.encode("ascii", "replace")
    opened = Image.open(io.BytesIO(a_jpeg()))
    exif = opened.getexif()
    exif[0x010E], exif[0x013B], exif[0x8298] = canary.sentence, canary.value, canary.sentence
    out = io.BytesIO()
    opened.save(out, "JPEG", exif=exif, comment=said)
    return out.getvalue() + said


async def _form(world: World) -> Fates:
    """As a browser without JavaScript sends it."""
    name, fates = "the report form", []
    nik, inmate, phone = world.aviary.some(name, "nik", "wbp", "telepon")
    texts = (f"Dicatat {nik.sentence}.", f"Diikuti {inmate.sentence}.", f"Hubungi {phone.written} untuk kunjungan.")
    async with httpx.AsyncClient(base_url=world.gateway, timeout=20, follow_redirects=False) as browser:
        entered = await browser.post("/masuk", data={"kunci": world.keys[REPORTER]})
        assert entered.status_code == 303, entered.text[:300]
        for text in texts:
            page = await browser.get("/lapor")
            token = re.search(r'name="_csrf" value="([^"]+)"', page.text)
            assert token, "the form has no token"
            report = a_report_body(text=text)
            form = {k: report[k] for k in ("client_id", "kind", "title", "text", "happened_at")}
            answer = await browser.post("/lapor", data=form | {"_csrf": token[1]})
            world.keep(name, answer)
            assert answer.status_code < 500
            fates.append("masked" if answer.status_code == 303 else f"refused {answer.status_code}")
    return fates


async def _alerts(world: World) -> Fates:
    """Notes on alerts: each class in one."""
    name, fates = "notes on alerts", []
    found = await world.ask(name, "analis", "GET", f"{API}/alerts")
    alerts = [row["id"] for row in found.json()["rows"]]
    assert alerts, "there is no alert to write a note on"
    judged = {"actuality": "kejadian_baru", "severity": 3}
    for n, canary in enumerate(world.aviary.some(name, *KINDS)):
        note = f"Dicek: {canary.sentence}."
        deed, more = (
            ("acknowledge", {}),
            ("verify", judged),
            ("resolve", {}),
            ("dismiss", {"reason": "bukan_kejadian"}),
        )[n % 4]
        answer = await world.ask(
            name, "analis", "POST", f"{API}/alerts/{alerts[0]}/{deed}", json={"note": note, **more}
        )
        fates.append(fate(answer))
    return fates


async def _drafts(world: World) -> Fates:
    name, fates = "drafts and what is said of them", []
    # A press contact stands in a release on purpose: phones and mail addresses are its owner's to decide.
    for canary in world.aviary.some(name, *(kind for kind in KINDS if kind not in ("telepon", "surel"))):
        draft = {"kind": "klarifikasi", "title": "Klarifikasi", "body": f"Kami sampaikan {canary.sentence} hari ini."}
        fates.append(
            fate(await world.ask(name, "editor", "POST", f"{API}/releases", json=draft), taken="left to approvers")
        )
    title, reason = world.aviary.some(name, "wbp", "wbp", plain=True)
    draft = {"kind": "klarifikasi", "title": title.sentence, "body": "Isi."}
    fates.append(fate(await world.ask(name, "editor", "POST", f"{API}/releases", json=draft)))
    clean = {"kind": "klarifikasi", "title": "Klarifikasi", "body": "Kegiatan berjalan aman."}
    made = await world.ask(name, "editor", "POST", f"{API}/releases", json=clean)
    place = f"{API}/releases/{made.json()['entity_id']}"
    sha256 = made.json()["row"]["data"]["body_sha256"]
    await world.ask(name, "editor", "POST", f"{place}/submit", json={"body_sha256": sha256})
    fates.append(fate(await world.ask(name, "penyetuju", "POST", f"{place}/return", json={"reason": reason.sentence})))
    return fates


async def _sources(world: World) -> Fates:
    """Names, addresses and reasons."""
    name, fates = "sources", []
    nik, mail, link, query, why, why_name = world.aviary.some(
        name, "nik", "surel", "nik", "surel", "telepon", "wbp", plain=True
    )
    bodies = [
        {"outlet_name": f"Warta {nik.sentence}", "url": "https://warta.contoh.example/rss"},
        {"outlet_name": f"Warta {mail.value}", "url": "https://warta2.contoh.example/rss"},
        {"outlet_name": "Warta", "url": f"https://warta3.contoh.example/{link.slug}.xml"},
        {"outlet_name": "Warta", "url": f"https://warta4.contoh.example/rss?q={quote(query.value)}"},
    ]
    for body in bodies:
        fates.append(fate(await world.ask(name, "analis", "POST", f"{API}/sources", json=body | {"enabled": False})))
    row = (await world.ask(name, "analis", "GET", f"{API}/sources")).json()["rows"][0]["id"]
    for canary in (why, why_name):
        switched = {"enabled": True, "why": f"Diminta {canary.sentence}"}
        fates.append(fate(await world.ask(name, "analis", "POST", f"{API}/sources/{row}/switch", json=switched)))
    return fates


async def _outlets(world: World) -> Fates:
    """What somebody says of an outlet, and who says so."""
    name, fates = "what is said of outlets", []
    rows = (await world.ask(name, "analis", "GET", f"{API}/outlets")).json()["rows"]
    assert rows, "there is no outlet to say anything of"
    place = f"{API}/outlets/{rows[0]['id']}/edit"
    fields = ("name", "owner_group", "reach_tier", "region", "press_council", "source")
    kinds = ("nik", "telepon", "surel", "register", "nik", "kk")
    for field, canary in zip(fields, world.aviary.some(name, *kinds, plain=True), strict=True):
        body = {"source": "situs media itu sendiri", field: canary.sentence}
        fates.append(fate(await world.ask(name, "analis", "POST", place, json=body)))
    return fates


def _prepare_look(world: World) -> None:
    taken = world.aviary.some("a look before adding", "nik", "wbp", "telepon", "surel", "tahanan", "keluarga")
    entries = "".join(
        f"<item><title>CONTOH: {c.sentence}</title><link>https://a.contoh.example/{n}</link></item>"
        for n, c in enumerate(taken)
    )
    feed = f"<rss version='2.0'><channel><title>{taken[0].sentence}</title>{entries}</channel></rss>"
    world.feeds.serve("/lihat.xml", feed)


async def _look(world: World) -> Fates:
    """A feed that is only looked at, and addresses that are not even asked for."""
    name = "a look before adding"
    seen = await world.ask(
        name, "analis", "POST", f"{API}/sources/preview", json={"url": world.feeds.url("/lihat.xml")}
    )
    assert seen.status_code == 200, f"no look: {seen.status_code} {seen.text[:200]}"
    fates = [fate(seen)]
    nik, mail = world.aviary.some(name, "nik", "surel", plain=True)
    for path in (f"{nik.slug}.xml", f"umpan?q={quote(mail.value)}"):
        body = {"url": f"https://lihat.contoh.example/{path}"}
        fates.append(fate(await world.ask(name, "analis", "POST", f"{API}/sources/preview", json=body)))
    return fates


async def _lifts(world: World) -> Fates:
    """Why a restricted case may be read by all."""
    name, fates = "reasons to lift a restriction", []
    restricted = [one.item_id for one in world.items() if one.privacy.visibility == "terbatas"]
    assert restricted or world.mutant, "no case is restricted"
    kinds = ("nik", "wbp", "anak", "register", "telepon")
    for canary in world.aviary.some(name, *kinds, plain=True):
        place = f"{API}/items/{(restricted or [one.item_id for one in world.items()])[0]}/lift"
        body = {"reason": f"Diminta keluarga, {canary.sentence}"}
        fates.append(fate(await world.ask(name, "pimpinan_krisis", "POST", place, json=body)))
    return fates


GETS = ("search", "items", "stories", "alerts", "releases", "drafts", "sources", "outlets", "reports", "units/silent")
PAGES = (
    "/cari",
    "/telaah",
    "/media",
    "/umpan",
    "/peringatan",
    "/rilis",
    "/sumber",
    "/laporan",
    "/laporan/diam",
    "/",
    "/siaran",
    "/masuk",
)


async def _queries(world: World) -> Fates:
    name, fates = "search terms", []
    names = (
        "q",
        "cari",
        "unit_id",
        "province",
        "cursor",
        "since",
        "opmode",
        "kind",
        "limit",
        "story_id",
        "lanjut",
        "sejak",
    )
    paths = [*(f"{API}/{path}" for path in GETS), *PAGES]
    for n, canary in enumerate(world.aviary.some(name, *KINDS, plain=True)):
        for path in (paths[n % len(paths)], paths[(n + 7) % len(paths)]):
            params = {one: canary.sentence for one in names[n % 3 :: 3]}
            # A search box shows what one searches for: a page that was found may hold the asker's own words.
            asked = "own words" if path in PAGES else name
            answer = await world.ask(asked, "analis", "GET", path, params=params, headers={"Accept": "text/html"})
            fates.append(fate(answer, taken="not kept"))
    return fates


async def _paths(world: World) -> Fates:
    name, fates = "paths", []
    routes = (
        "items/{}", "stories/{}", "alerts/{}", "alerts/{}/history", "drafts/{}", "sources/{}", "reports/{}",
        "photos/{}", "perintah/{}", "stories/{}/items", "tidak-ada/{}",
    )  # fmt: skip
    pages = (
        "/isu/{}",
        "/peringatan/{}",
        "/rilis/{}",
        "/siaran/{}",
        "/umpan/baris/{}",
        "/laporan/{}",
        "/{}",
        "/aset/{}.js",
    )
    every = [*(f"{API}/{route}" for route in routes), *pages]
    kinds = [KINDS[n % len(KINDS)] for n in range(len(every))]
    for route, canary in zip(every, world.aviary.some(name, *kinds, plain=True), strict=True):
        path = route.format(quote(canary.sentence, safe=""))
        fates.append(
            fate(await world.ask(name, "analis", "GET", path, headers={"Accept": "text/html"}), taken="not kept")
        )
    return fates


async def _heads(world: World) -> Fates:
    name, fates = "heads of requests", []
    heads = (
        "User-Agent", "Referer", "X-Forwarded-For", "Accept-Language", "traceparent", "tracestate", "baggage",
        "Last-Event-ID", "Cookie", "Origin", "X-Request-ID", "If-None-Match", "Content-Type", "Idempotency-Key",
    )  # fmt: skip
    for head, canary in zip(
        heads, world.aviary.some(name, *(["nik", "wbp", "surel"] * 5)[: len(heads)], plain=True), strict=True
    ):
        value = canary.sentence.replace(" ", "_") if head == "Idempotency-Key" else canary.sentence
        body = {"kind": "klarifikasi", "title": "Klarifikasi", "body": "Isi tanpa orang."}
        answer = await world.ask(name, "editor", "POST", f"{API}/releases", json=body, headers={head: value})
        fates.append(fate(answer, taken="not kept"))
    stranger = world.aviary.take(name, "nik", plain=True)
    heads_ = {"Authorization": f"Bearer {stranger.value}"}
    fates.append(fate(await world.ask(name, None, "GET", f"{API}/items", headers=heads_)))
    return fates


async def _fields(world: World) -> Fates:
    """Values where names of fields belong."""
    name, fates = "names of fields", []
    for n, canary in enumerate(world.aviary.some(name, *KINDS, plain=True)):
        key = canary.sentence.replace(".", "")[:90]
        who, path, body = _bodies()[n % 3]
        answer = await world.ask(name, who, "POST", path, json=body | {key: 1})
        fates.append(fate(answer))
        deeper = body | {"figures": [{key: 1}], "units": [{key: 2}]}
        fates.append(fate(await world.ask(name, who, "POST", path, json=deeper)))
    return fates


def _bodies() -> Sequence[tuple[str, str, dict[str, Any]]]:
    draft = {"kind": "klarifikasi", "title": "Klarifikasi", "body": "Isi."}
    source = {"outlet_name": "Warta", "url": "https://warta9.contoh.example/rss"}
    return (
        (REPORTER, f"{API}/reports", a_report_body()),
        ("editor", f"{API}/releases", draft),
        ("analis", f"{API}/sources", source),
    )


async def _broken(world: World) -> Fates:
    """Bodies that are refused before anybody understands them."""
    name, fates = "broken bodies", []
    for n, canary in enumerate(world.aviary.some(name, *KINDS, plain=True)):
        who, path, body = _bodies()[n % 3]
        said = canary.sentence
        sent: list[dict[str, Any]] = [
            {"content": f'{{"title": "{said}'.encode(), "headers": {"Content-Type": "application/json"}},
            {"json": [said]},
            {"json": body | {"kind": said, "enabled": said, "interval_seconds": said}},
            {"json": body | {"title": [said], "outlet_name": {said[:20]: said}}},
            {"content": said.encode("utf-16"), "headers": {"Content-Type": "application/json"}},
            {"data": {"title": said}},
            {"files": {"foto": (f"{said}.jpg", said.encode(), "image/jpeg")}},
        ]
        for one in sent[n % 2 :: 2]:
            fates.append(fate(await world.ask(name, who, "POST", path, **one)))
    return fates


async def _alert_is_there(world: World) -> Fates:
    async def there() -> bool:
        return bool((await world.ask("notes on alerts", "analis", "GET", f"{API}/alerts")).json()["rows"])

    await eventually(there, within=60, what="an alert is shown")
    return await _alerts(world)


entrance(Entrance(name="a look before adding", guard="gate", prepare=_prepare_look, act=_look))
for _name, _guard, _act in (
    ("unit reports", "gate", _reports),
    ("photos", "not kept", _photos),
    ("the report form", "gate", _form),
    ("notes on alerts", "gate", _alert_is_there),
    ("drafts and what is said of them", "gate", _drafts),
    ("sources", "gate", _sources),
    ("what is said of outlets", "gate", _outlets),
    ("reasons to lift a restriction", "gate", _lifts),
    ("search terms", "not kept", _queries),
    ("paths", "not kept", _paths),
    ("heads of requests", "not kept", _heads),
    ("names of fields", "not kept", _fields),
    ("broken bodies", "not kept", _broken),
):
    entrance(Entrance(name=_name, guard=_guard, act=_act))  # type: ignore[arg-type]
