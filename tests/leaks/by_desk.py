"""Entrances for those who correct, search and count: reasons, titles, kept searches, parameters."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.faults.world import live_units
from tests.leaks.by_feed import SITE, feed_entrance, item
from tests.leaks.by_person import API, fate
from tests.leaks.canaries import KINDS
from tests.leaks.entrances import Entrance, Fates, entrance
from tests.leaks.world import World
from tests.support.waiting import eventually

Deed = tuple[str, dict[str, Any]]


def _quotes(world: World, name: str) -> list[str]:
    """Who is spoken of and what is said travels with an item's labels: somebody inside a quotation, and beside it."""
    units = [unit for unit in live_units() if unit.startswith("Rutan")][: len(KINDS)]
    made = []
    for n, (unit, canary) in enumerate(zip(units, world.aviary.some(name, *KINDS, plain=True), strict=True)):
        said = f"“Kami sudah memeriksa {canary.sentence} tadi pagi,” kata Kepala {unit}, Senin (16/11/2026)."
        beside = f"“Kamar hunian penuh,” ujar {canary.sentence} kepada petugas {unit}."
        body = f"Petugas {unit} menggeledah kamar hunian. {said if n % 2 else beside}"
        made.append(item(f"CONTOH: {unit} geledah kamar hunian", link=f"{SITE}/kutipan/{n}", body=body))
    return made


feed_entrance("quotes and who is spoken of", "kutipan", _quotes)


async def _some(world: World, name: str, what: str, *, least: int, **asked: str) -> list[dict[str, Any]]:
    """Rows that are there to be corrected."""

    async def found() -> list[dict[str, Any]]:
        answer = await world.ask(name, "analis", "GET", f"{API}/{what}", params={"limit": "200", **asked})
        rows: list[dict[str, Any]] = answer.json()["rows"]
        return rows if len(rows) >= least else []

    rows: list[dict[str, Any]] = await eventually(found, within=60, what=f"{least} {what}")
    return rows


def _gated(world: World, answer: httpx.Response) -> str:
    """Taken with what it named masked, or refused because of it: another reason would prove nothing."""
    if answer.status_code >= 400 and world.mutant is None:
        assert answer.json()["kode"] == "data_pribadi", f"{answer.request.url.path}: {answer.text[:200]}"
    return fate(answer)


async def _relabels(world: World) -> Fates:
    """Why a label is wrong: in the item's record, and in what is kept to learn from."""
    name, fates = "reasons for other labels", []
    rows = await _some(world, name, "items", least=3, relevant="true", opmode="live")
    for n, canary in enumerate(world.aviary.some(name, *KINDS)):
        place = f"{API}/items/{rows[n % len(rows)]['id']}/relabel"
        body = {"reason": f"Menurut petugas, {canary.sentence} terlibat.", "severity": n % 3}
        fates.append(_gated(world, await world.ask(name, "analis", "POST", place, json=body)))
    clean: dict[str, Any] = {"reason": "Kegiatan biasa.", "confirmed": True}
    answer = await world.ask(name, "analis", "POST", f"{API}/items/{rows[0]['id']}/relabel", json=clean)
    assert answer.status_code < 300, answer.text[:300]
    assert "masked" in fates, "no reason was taken"

    async def exported() -> bool:
        code, said = await world.command("corrections", "export")
        world.answers.append((f"answer to {name}", said.encode()))
        return code == 0 and clean["reason"] in said

    await eventually(exported, within=30, what=f"what was said of {rows[0]['opmode']} items is exported")
    return fates


async def _stories(world: World) -> Fates:
    """Titles that people give, and why stories are joined and parted."""
    name, fates = "titles and reasons of stories", []
    rows = await _some(world, name, "stories", least=3, status="terbuka")
    ids = [row["id"] for row in sorted(rows, key=lambda row: -len(row["data"]["head_items"]))]
    for n, canary in enumerate(world.aviary.some(name, *KINDS)):
        body = {"title": f"Keributan, {canary.sentence}"}
        answer = await world.ask(name, "analis", "POST", f"{API}/stories/{ids[n % len(ids)]}/rename", json=body)
        fates.append(_gated(world, answer))
    kinds = ("nik", "wbp", "telepon", "anak", "surel", "perkara")
    parting, joining = ids[0], ids[-1]
    heads = [line["item_id"] for row in rows if row["id"] == parting for line in row["data"]["head_items"]]
    for n, canary in enumerate(world.aviary.some(name, *kinds, *kinds, plain=True)):
        why = {"reason": f"Perkara lain, {canary.sentence}"}
        deeds: tuple[Deed, ...] = (
            (f"{parting}/split", {"item_ids": heads[-1:], "reason": "Perkara lain", "title": f"Isu {canary.sentence}"}),
            (f"{parting}/split", {"item_ids": heads[-1:], **why}),
            (f"{parting}/merge", {"others": [joining], **why}),
        )
        path, body = deeds[n % 3]
        answer = await world.ask(name, "analis", "POST", f"{API}/stories/{path}", json=body)
        # A second press finds it done: its words have passed the gate by then, and lie in the command.
        done = answer.status_code in (409, 422) and answer.json()["kode"] != "data_pribadi"
        fates.append("masked" if done else _gated(world, answer))
    return fates


async def _kept_searches(world: World) -> Fates:
    """Names and questions of searches that people keep: by the API, and by the form of the page."""
    name, fates = "kept searches", []
    for n, canary in enumerate(world.aviary.some(name, *KINDS, *KINDS)):
        field = ("name", "query")[n // len(KINDS)]
        body = {"name": f"Pencarian {n}", "query": "lapas", field: f"Kabar {canary.sentence}"[:80], "shared": True}
        fates.append(_gated(world, await world.ask(name, "analis", "POST", f"{API}/search/saved", json=body)))
    nik, phone, inmate = world.aviary.some(name, "nik", "telepon", "wbp", plain=True)
    async with httpx.AsyncClient(base_url=world.gateway, timeout=20, follow_redirects=False) as browser:
        await browser.post("/masuk", data={"kunci": world.keys["analis"]})
        page = await browser.get("/cari", params={"cari": "lapas"})
        token = re.search(r'name="_csrf" value="([^"]+)"', page.text)
        assert token, "the form has no token"
        for number, canary in enumerate((nik, phone, inmate)):
            form = {"_csrf": token[1], "_kunci": f"simpan-{number}", "nama": f"Kabar {canary.sentence}"}
            answer = await browser.post("/cari/simpan", data=form | {"pencarian": urlencode({"cari": "lapas"})})
            world.keep(name, answer)
            assert answer.status_code < 500
            fates.append("masked" if answer.status_code == 303 else f"refused {answer.status_code}")
    kept = (await world.ask(name, "analis", "GET", f"{API}/search/saved")).json()["rows"]
    assert kept, "nothing was kept"
    return fates


STATS = ("overview", "shares", "series", "concentration", "units", "precursors", "trends", "items")
_SEARCH_FIELDS = ("q", "unit_id", "province", "outlet_id", "topic", "language", "cursor", "since")
_STATS_FIELDS = ("key", "by", "since", "until", "bucket", "unit", "wilayah", "media", "topik", "sev", "opmode")
_PAGES = (
    ("/cari", ("cari", "unit", "wilayah", "media", "sejak", "hari")),
    ("/telaah", ("alasan", "butir")),
    ("/statistik", ("hari", "deret")),
    ("/statistik/publikasi", ("dari", "sampai", "id", "wilayah", "unit", "sev")),
)

READ = ("/cari?cari=lapas", "/telaah", "/statistik", "/statistik?deret=unit", "/statistik/publikasi?luar=1")


async def _asked(world: World) -> Fates:
    """What is searched and counted by: each field of each route holds somebody once."""
    name, fates = "what is searched and counted by", []
    asked = [(f"{API}/search", field) for field in _SEARCH_FIELDS]
    asked += [(f"{API}/stats/{STATS[n % len(STATS)]}", field) for n, field in enumerate(_STATS_FIELDS)]
    asked += [(f"{API}/stats/{field}", one) for field in ("series", "items") for one in ("key", "unit")]
    asked += [(page, field) for page, names in _PAGES for field in names]
    kinds = [KINDS[n % len(KINDS)] for n in range(len(asked))]
    for (path, field), canary in zip(asked, world.aviary.some(name, *kinds, plain=True), strict=True):
        who = "own words" if path.startswith("/") and not path.startswith(API) else name
        answer = await world.ask(who, "analis", "GET", path, params={field: canary.sentence})
        fates.append(fate(answer, taken="not kept"))
    return fates


entrance(Entrance(name="reasons for other labels", guard="gate", act=_relabels))
entrance(Entrance(name="titles and reasons of stories", guard="gate", act=_stories))
entrance(Entrance(name="kept searches", guard="gate", act=_kept_searches))
entrance(Entrance(name="what is searched and counted by", guard="not kept", act=_asked))
