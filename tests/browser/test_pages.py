"""Every page: readable for everybody (axe), no CSP complaint, whole on a phone; refusals that say what to do."""

import asyncio
from dataclasses import dataclass
from xml.etree import ElementTree

import feedparser
import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, People
from tests.browser.site import Site
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")
ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(slots=True)
class Things:
    """One of each kind, to have pages of."""

    alert_id: str
    story_id: str
    code: str
    draft_id: str


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def things(site: Site) -> Things:
    alert_id = await site.raise_alert(501, severity=3)
    await site.tell_items(502, 3)
    story = await site.tell(502, publications=3)
    code = await site.published_release("Contoh siaran: jadwal kunjungan")
    async with site.client("editor") as client:
        drafts = (await client.get("/api/v1/drafts")).json()["rows"]
    return Things(alert_id, story.story_id, code, next(d["id"] for d in drafts if d["data"]["status"] == "terbit"))


async def findings(page: Page, *rules: str) -> list[str]:
    """What axe-core says (its WCAG 2.2 AA rules and best practices), or those rules only."""
    only = f", runOnly: {list(rules)!r}" if rules else ""
    found = await page.evaluate(f"axe.run(document, {{resultTypes: ['violations']{only}}})")
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found["violations"]]


async def test_axe_finds_nothing_on_any_page_in_both_themes_and_widths(
    site: Site, people: People, things: Things, axe_source: str
) -> None:
    paths: dict[str | None, list[str]] = {
        "analis": [
            "/umpan?sev=3",
            "/peringatan",
            f"/peringatan/{things.alert_id}",
            f"/isu/{things.story_id}",
            "/sumber",
        ],
        "editor": ["/rilis", "/rilis/baru", "/tidak-ada"],
        "penyetuju": [f"/rilis/{things.draft_id}"],
        "operator": ["/kotak-contoh"],
        "admin": ["/umpan"],
        None: ["/masuk", "/", f"/siaran/{things.code}", "/siaran/XXXX-1"],
    }
    wrong = []
    for role, of_role in paths.items():
        page = await people.opens("/masuk", role=role)
        for path in of_role:
            await page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
            await page.goto(site.url + path)
            await page.evaluate(axe_source)
            if path.startswith("/umpan?"):
                await page.keyboard.press("j")
                await expect(page.locator("#pratinjau h2")).to_be_visible()
            for size in (WIDE, PHONE):
                await page.set_viewport_size({"width": size[0], "height": size[1]})
                for theme in ("terang", "gelap"):
                    # As the server would say it; a theme changes nothing but colours.
                    await page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
                    rules = () if theme == "terang" else ("color-contrast",)
                    wrong += [f"{path} {size[0]} {theme}: {said}" for said in await findings(page, *rules)]
    assert wrong == []


async def test_on_a_phone_the_menu_is_below_and_keys_are_thumb_sized(
    site: Site, people: People, things: Things
) -> None:
    page = await people.opens(f"/peringatan/{things.alert_id}", size=PHONE)
    bar = await page.locator(".rail").bounding_box()
    assert bar is not None and bar["y"] + bar["height"] == pytest.approx(PHONE[1], abs=1) and bar["y"] > 700
    for box in [await b.bounding_box() for b in await page.locator(".head .acts .btn").all()]:
        assert box is not None and box["height"] >= 44
    paths = ["/umpan", f"/peringatan/{things.alert_id}", "/sumber", "/rilis", "/kotak-contoh", "/"]
    paths += [f"/isu/{things.story_id}", f"/siaran/{things.code}", f"/rilis/{things.draft_id}"]
    for width in (320, PHONE[0]):
        for path in paths:
            await page.set_viewport_size({"width": width, "height": 700})
            await page.goto(site.url + path)
            over = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert over <= 0, f"{path} is {over} px too wide at {width} px"


async def test_the_menu_shows_what_the_role_may_open_and_refusals_name_the_role(site: Site, people: People) -> None:
    page = await people.opens("/sumber", role="admin")
    assert await page.locator(".rail .go").all_inner_texts() == ["Sumber", "Media"]
    assert await page.locator("[data-sumber]").count() == 0
    await page.goto(f"{site.url}/umpan")
    await expect(page.locator("h1")).to_have_text("Halaman ini bukan untuk peran Anda")
    await expect(page.locator("main")).to_contain_text("admin")
    await page.get_by_role("link", name="Ke halaman kerja").click()
    await expect(page).to_have_url(f"{site.url}/sumber")


async def test_a_wrong_key_is_told_and_a_right_one_leads_to_the_page_that_was_asked_for(
    site: Site, people: People
) -> None:
    page = await people.opens("/rilis", role=None)
    await page.locator("#kunci").fill("psp_salah")
    await page.keyboard.press("Enter")
    await expect(page.locator("#kunci-galat")).to_contain_text("Kunci tidak dikenal")
    await page.locator("#kunci").fill(site.keys["editor"])
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{site.url}/rilis")
    await page.locator(".akun summary").click()
    await page.get_by_role("button", name="Gelap").click()
    await expect(page.locator("html")).to_have_attribute("data-theme", "gelap")


async def test_public_pages_are_without_script_and_cookie_and_show_what_is_published(
    site: Site, people: People, things: Things
) -> None:
    async with httpx.AsyncClient(base_url=site.url) as client:
        for path in ("/", f"/siaran/{things.code}", "/feed.atom"):
            answer = await client.get(path)
            assert answer.status_code == 200
            assert "<script" not in answer.text and "set-cookie" not in answer.headers
            assert answer.headers["cache-control"] == "public, max-age=60"
            assert "Contoh siaran: jadwal kunjungan" in answer.text
    page = await people.opens("/", role=None)
    await page.locator("#kode").fill(things.code.lower())
    await page.get_by_role("button", name="Periksa").click()
    await expect(page.locator("main")).to_contain_text("Isi contoh kedua.")
    await page.goto(f"{site.url}/siaran/PSP-0000-0000")
    await expect(page.locator("h1")).to_have_text("Kode tidak dikenal")


async def test_the_feed_keeps_the_rules_of_atom(site: Site, things: Things) -> None:
    async with httpx.AsyncClient(base_url=site.url) as client:
        answer = await client.get("/feed.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    assert feed.tag == f"{ATOM}feed"
    for entry in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (only,) = entry.findall(f"{ATOM}{name}")
            assert only.text and only.text.strip()
        assert len({link.get("href") for link in entry.findall(f"{ATOM}link[@rel='alternate']")}) == 1
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
    assert ids and len(set(ids)) == len(ids) and all(str(i).startswith("urn:uuid:") for i in ids)
    assert feed.find(f"{ATOM}link[@rel='self']") is not None and feed.findtext(f"{ATOM}author/{ATOM}name")
    assert feed.findtext(f"{ATOM}updated") == max(
        str(e.findtext(f"{ATOM}updated")) for e in feed.findall(f"{ATOM}entry")
    )
    read = await asyncio.to_thread(feedparser.parse, answer.content)
    assert not read.bozo and read.version == "atom10"
    assert read.entries[0].link == f"{site.url}/siaran/{things.code}"


async def test_a_push_arrives_in_the_sample_inbox_and_can_be_acknowledged_there(site: Site, people: People) -> None:
    page = await people.opens("/kotak-contoh", role="operator")
    await page.evaluate("window.belumDimuatUlang = true")
    alert_id = await site.raise_alert(521, severity=4)
    pushed = page.locator(f'li:has([data-peringatan="{alert_id}"])')
    await expect(pushed.first).to_be_visible(timeout=15_000)

    async def both_ways() -> bool:
        texts = " ".join(await pushed.all_inner_texts())
        return "webhook" in texts and "surat-e" in texts

    await eventually(both_ways, within=15, what="a webhook and a mail")
    await pushed.first.get_by_role("button", name="Akui").click()
    await expect(pushed.first.locator(".badge.ok")).to_have_text("Diakui Operator")
    assert await page.evaluate("window.belumDimuatUlang")


@pytest.mark.parametrize("role", ["analis", "editor"])
async def test_no_address_gives_a_server_error(site: Site, things: Things, role: str) -> None:
    odd = ["%00", "%ED%A0%80", "..%2f..%2fetc", "%F0%9F%99%82", "$where", "x" * 200, things.alert_id, "isu-", "-"]
    places = [
        "/sumber/",
        "/sumber/pratinjau/",
        "/media/",
        "/laporan/",
        "/isu/",
        "/peringatan/",
        "/rilis/",
        "/umpan/pratinjau/",
        "/umpan/anak/",
        "/umpan/baris/",
        "/siaran/",
    ]
    queries = [
        "/cari?cari=%00%ED%A0%80&unit=$ne&wilayah=%3Cb%3E&sev=9&hari=-1&media=%00", "/cari?cari=%22-%22%20-&sejak=x",
        "/telaah?alasan=$ne&butir=%00", "/telaah?butir=..%2f", "/umpan?sejak=x",
        "/umpan?tampilan=%00&topik=$ne&wilayah=%ED%A0%80", "/umpan?jam=99999999999999999999&sev=-1",
        "/peringatan?status=diakui&sejak=%00", "/rilis/baru?peringatan=%00", "/siaran?kode=%00",
        "/masuk?lanjut=//jahat",
        "/sumber?hal=-1&keadaan=%00&cari=%00%ED%A0%80", "/sumber?hal=99999", "/media?cari=%00([$&tahu=$ne&hal=99999",
        f"/isu/{things.story_id}?tampak=%F0%9F%99%82",
    ]  # fmt: skip
    async with site.client(role) as client:
        client.headers["Accept"] = "text/html"
        for path in [*queries, *(place + part for place in places for part in odd)]:
            answer = await client.get(path)
            assert answer.status_code < 500, f"{path}: {answer.status_code}"


async def test_an_odd_login_form_is_refused_and_the_next_good_one_is_not(site: Site) -> None:
    async with httpx.AsyncClient(base_url=site.url) as stranger:
        for body in ({}, {"kunci": "\x00"}, {"kunci": "x" * 5000, "lanjut": "//jahat"}):
            assert (await stranger.post("/masuk", data=body)).status_code == 401
        assert (await stranger.post("/setelan", data={"tema": "gelap"})).status_code in (303, 401)
    assert await site.cookies("operator")
