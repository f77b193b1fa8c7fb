"""The gateway with the real owners behind it: a source is added, a text is written, approved by another, published."""

from html import unescape
from pathlib import Path
from uuid import uuid4

import httpx

from tests.integration.gateway_world import Watcher, write_people
from tests.support.running import Running
from tests.support.stack import Stack
from tests.support.waiting import eventually


def press() -> dict[str, str]:
    return {"Idempotency-Key": uuid4().hex}


def read(page: httpx.Response) -> str:
    """The page's text; titles keep a unit's name on one line."""
    return unescape(page.text).replace("\u00a0", " ")


async def test_from_a_source_to_a_published_answer_through_the_api(
    stack: Stack, running: Running, tmp_path: Path
) -> None:
    people_file, keys = write_people(tmp_path)
    services = await running.start_all("ingest", "publisher", "gateway", PASOPATI_PEOPLE_FILE=str(people_file))
    gateway = services["gateway"]

    def client(role: str | None) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {keys[role]}"} if role else {}
        return httpx.AsyncClient(base_url=gateway.url, headers=headers, timeout=15)

    async with client("analis") as analyst:
        new = {"outlet_name": "Harian Contoh", "url": "http://127.0.0.1:9/rss.xml", "enabled": False}
        added = await analyst.post("/api/v1/sources", headers=press(), json=new)
        # Loopback is no public address: whether it may be added at all is for its owner to say.
        assert added.status_code in (200, 422), added.text
        new["url"] = "https://harian-contoh.example/rss.xml"
        added = await analyst.post("/api/v1/sources", headers=press(), json=new)
        assert added.status_code == 200, added.text
        source = added.json()["row"]
        assert source["data"]["enabled"] is False and source["data"]["url"] == new["url"]
        listed = (await analyst.get("/api/v1/sources")).json()["rows"]
        assert source["id"] in {row["id"] for row in listed}

    watcher = Watcher(gateway.url, keys["sistem"])
    text = {
        "kind": "klarifikasi",
        "title": "Klarifikasi Lapas Kelas IIA Contoh Utara",
        "body": "Kabar itu *tidak benar*.",
    }
    async with client("editor") as editor, client("penyetuju") as approver, watcher.watching():
        saved = await editor.post("/api/v1/releases", headers=press(), json=text)
        assert saved.status_code == 200, saved.text
        release_id, sha = saved.json()["entity_id"], saved.json()["row"]["data"]["body_sha256"]
        path, named = f"/api/v1/releases/{release_id}", {"body_sha256": sha}
        assert (await editor.post(f"{path}/submit", headers=press(), json=named)).status_code == 200
        assert (await editor.post(f"{path}/approve", headers=press(), json=named)).status_code == 403
        early = await approver.post(f"{path}/publish", headers=press(), json=named)
        assert early.status_code in (409, 422), early.text
        assert (await approver.post(f"{path}/approve", headers=press(), json=named)).status_code == 200
        published = await approver.post(f"{path}/publish", headers=press(), json=named)
        assert published.status_code == 200, published.text
        again = await approver.post(f"{path}/publish", headers=press(), json=named)
        assert again.json()["kode"] in ("tidak_berubah", "sudah_terbit"), again.text
        await eventually(lambda: watcher.transitions == [(release_id, 1)], what="one release on the feed")
        draft = (await editor.get(f"/api/v1/drafts/{release_id}")).json()["data"]
        assert draft["status"] == "terbit"
        release = (await editor.get(f"/api/v1/releases/{release_id}")).json()["data"]
    async with client(None) as stranger:
        page = await stranger.get(f"/siaran/{release['code']}")
        assert page.status_code == 200 and text["title"] in read(page)
        assert text["title"] in read(await stranger.get("/"))
        assert release["code"] in (await stranger.get("/feed.atom")).text
        assert (await stranger.get("/api/v1/drafts")).status_code == 401
    assert "whole:" in await running.command("audit", "verify")
