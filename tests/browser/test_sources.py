"""Sources as people tend them: found, judged by their figures, looked at before they are added, read at once."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import Page, expect

from libs.schemas import ids
from libs.schemas.items import ItemClassified
from libs.schemas.sources import Quiet, Source, SourceAdded, SourceDisabled, SourceFailing, SourceQuiet
from tests.browser.conftest import PHONE, WIDE, People
from tests.browser.site import Site, shown_in
from tests.browser.test_pages import findings
from tests.support.builders import a_classified_item, a_source, envelope_of
from tests.support.feeds import Article, rss, status
from tests.support.mastodon import post
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")
CANARY = "3201014508950003"
_SLOW_SECONDS = 5.0


def a_feed(n: int, **changes: Any) -> Source:
    url = f"https://kabar{n}.contoh.example/rss/{uuid4().hex[:6]}.xml"
    values: dict[str, Any] = {
        "source_id": ids.source_id("live", url), "url": url, "outlet_id": f"kabar{n}", "outlet_name": f"Kabar {n}",
        "name": f"Kabar {n} · daerah", "last_item_at": datetime.now(UTC) - timedelta(minutes=8),
        "items_per_day": 41.2, "reading_every_seconds": 720,
    }  # fmt: skip
    return a_source(1, **(values | changes))


async def tell(site: Site, source: Source, event: Any = SourceAdded, *, sequence: int = 1) -> Source:
    await site.publish(envelope_of(event, source, sequence=sequence, opmode="sample", time=datetime.now(UTC)))
    return source


def a_quiet() -> Quiet:
    return Quiet(
        since=datetime.now(UTC) - timedelta(hours=5), items_per_day=41.2, expected_meanwhile=9.1, chance=0.0001,
        basis_days=23.4,
    )  # fmt: skip


@pytest.fixture
def word() -> str:
    """Marks a test's own sources among those of the others."""
    return f"uji{uuid4().hex[:6]}"


async def test_states_are_counted_on_chips_and_each_chip_lists_exactly_that_many(
    site: Site, people: People, word: str
) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    sources = [
        a_feed(1, name=f"{word} satu"),
        a_feed(2, name=f"{word} dua"),
        a_feed(3, name=f"{word} tiga", state="gagal", failures=4, failure_score=2.4, failure="tidak menjawab"),
        a_feed(4, name=f"{word} empat", quiet=a_quiet()),
        a_feed(5, name=f"{word} lima", enabled=False, state="dimatikan", disabled_by="sistem", retry_at=tomorrow,
               failure="menjawab dengan kode 404", failure_score=10.5),
        a_feed(6, name=f"{word} enam", enabled=False, state="dimatikan", disabled_by="orang", why="ganti alamat"),
    ]  # fmt: skip
    for source in sources:
        await tell(site, source)
    for source in sources:
        await shown_in(site, "/api/v1/sources", source.source_id)
    page = await people.opens(f"/sumber?cari={word}")
    chips = page.locator('nav[aria-label="Keadaan"] a')
    wanted = ["Semua 6", "Gagal dibaca 1", "Dihentikan sistem 1", "Diam 1", "Hidup 2", "Dimatikan 1"]
    assert await chips.all_text_contents() == wanted
    rows = page.locator("tr[data-baris]")
    assert await rows.locator("a.buka").all_inner_texts() == [
        f"{word} tiga", f"{word} lima", f"{word} empat", f"{word} satu", f"{word} dua", f"{word} enam",
    ]  # fmt: skip
    failing, stopped, quiet, live, _, off = [await rows.nth(n).inner_text() for n in range(6)]
    assert "tidak menjawab" in failing and "4 beruntun\nnilai 2,4" in failing
    assert "menjawab dengan kode 404; dicoba lagi" in stopped
    assert "seharusnya ±9,1 berita" in quiet and "Diam" in quiet
    assert "41 sehari" in live and "dibaca tiap 12 mnt" in live and "8 mnt lalu" in live
    assert "oleh petugas: ganti alamat" in off
    for position, text in enumerate(wanted):
        await chips.nth(position).click()
        await expect(rows).to_have_count(int(text.split()[-1]))


async def test_a_source_is_found_by_name_and_chosen_opened_and_searched_by_keys(
    site: Site, people: People, word: str
) -> None:
    sources = [await tell(site, a_feed(n, name=f"{word} {n}")) for n in range(3)]
    await shown_in(site, "/api/v1/sources", sources[-1].source_id)
    page = await people.opens("/sumber")
    await page.keyboard.press("/")
    await page.keyboard.type(word.upper())
    await page.keyboard.press("Enter")
    await expect(page.locator("tr[data-baris]")).to_have_count(3)
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("k")
    chosen = page.locator('tr[aria-current="true"]')
    await expect(chosen.locator("a.buka")).to_have_text(f"{word} 1")
    # The list is read again when a source changes; the choice stays.
    await tell(site, sources[2].model_copy(update={"state": "gagal", "failures": 3}), SourceFailing, sequence=2)
    await expect(page.locator("tr[data-baris]").first).to_contain_text("Gagal dibaca")
    await expect(chosen.locator("a.buka")).to_have_text(f"{word} 1")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text(f"{word} 1")


async def test_one_source_shows_its_figures_its_history_and_its_news(site: Site, people: People, word: str) -> None:
    source = await tell(site, a_feed(7, name=f"{word} kabar"))
    failing = {"state": "gagal", "failures": 3, "failure": "tidak menjawab dalam batas waktu"}
    await tell(site, source.model_copy(update=failing), SourceFailing, sequence=2)
    await tell(site, source.model_copy(update={"quiet": a_quiet()}), SourceQuiet, sequence=3)
    child = {"visibility": "terbatas", "mode": "child"}
    items = [
        a_classified_item(901, title=f"{word} biasa", rev_no=3, language="su"),
        a_classified_item(902, title=f"{word} terbatas"),
        a_classified_item(903, title=f"{word} sama", same_title_as=ids.item_id("live", "x", "y")),
    ]
    items[1] = items[1].model_copy(update={"privacy": items[1].privacy.model_copy(update=child)})
    for item in items:
        told = item.model_copy(update={"seen_via": [source.source_id], "first_seen_at": datetime.now(UTC)})
        await site.publish(envelope_of(ItemClassified, told, opmode="sample", time=datetime.now(UTC)))
    await shown_in(site, "/api/v1/sources", source.source_id)
    page = await people.opens(f"/sumber/{source.source_id}")
    await expect(page.locator("h1")).to_have_text(f"{word} kabar")
    await expect(page.locator("main")).to_contain_text("Biasanya 41 berita sehari. Sejak")
    await expect(page.locator("main")).to_contain_text("tidak ada; seharusnya ±9,1.")
    await expect(page.locator("main")).to_contain_text("Peluang kebetulan 0,01 %. Dasar: 23 hari riwayatnya.")
    history = page.locator(".riwayat li")
    await expect(history).to_have_count(3)
    assert [text.split("\n")[-1] for text in await history.all_inner_texts()] == [
        "Diam menurut kebiasaannya sendiri",
        "Gagal dibaca, 3 kali berturut-turut: tidak menjawab dalam batas waktu",
        "Ditambahkan",
    ]
    await page.reload()
    news = page.locator("table tbody tr")
    await expect(news.filter(has_text=f"{word} biasa")).to_contain_text("versi 3")
    await expect(news.filter(has_text=f"{word} biasa")).to_contain_text("Bahasa Sunda")
    await expect(news.filter(has_text=f"{word} sama")).to_contain_text("judul sama dengan berita lain")
    await expect(page.locator("table tbody .badge", has_text="Terbatas")).to_have_count(1)


async def test_a_stopped_source_says_when_it_is_tried_again(site: Site, people: People, word: str) -> None:
    off = {
        "enabled": False, "state": "dimatikan", "disabled_by": "sistem", "failures": 44, "failure_score": 11.0,
        "failure": "alamat tidak terjangkau", "retry_at": datetime(2026, 11, 29, 1, 0, tzinfo=UTC),
    }  # fmt: skip
    source = await tell(site, a_feed(8, name=f"{word} kabar"))
    await tell(site, source.model_copy(update=off), SourceDisabled, sequence=2)
    await shown_in(site, "/api/v1/sources", source.source_id)
    page = await people.opens(f"/sumber/{source.source_id}", role="admin")
    await expect(page.locator(".head")).to_contain_text("Dihentikan sistem")
    await expect(page.locator("main")).to_contain_text("dicoba lagi 29 November 2026, 08.00 WIB")
    await expect(page.locator("main")).to_contain_text("44 kali berturut-turut: alamat tidak terjangkau. Nilai 11.")
    await expect(page.locator("[data-baca], [data-sumber]")).to_have_count(0)


async def looked_at(page: Page, url: str, *, mastodon: bool = False) -> None:
    if mastodon:
        await page.get_by_label("Mastodon (akun atau tagar)").check()
    await page.locator("#s-url").fill(url)
    await page.get_by_role("button", name="Lihat dulu").click()


async def test_a_feed_is_looked_at_added_read_and_switched_off(site: Site, people: People, word: str) -> None:
    link = f"https://{word}.contoh.example"
    articles = [Article(link=f"{link}/{n}", title=f"CONTOH: berita {n} {word}") for n in range(14)]
    articles[2] = Article(link=f"{link}/2", title="CONTOH", body=f"Warga dengan NIK {CANARY} melapor.")
    url = site.feeds.serve(f"/{word}.xml", rss(articles, title=f"Kabar {word}"))
    page = await people.opens("/sumber")
    await page.get_by_role("link", name="Tambah sumber").click()
    await looked_at(page, url)
    await expect(page.locator("#lihatan h2").first).to_have_text(f"Kabar {word}")
    await expect(page.locator("#lihatan h2").first).to_be_focused()
    await expect(page.locator("#lihatan")).to_contain_text("RSS 2.0 14 berita, 10 yang pertama di bawah · terbaru")
    await expect(page.locator(".lihatan li")).to_have_count(10)
    await expect(page.locator(".lihatan li").nth(2)).to_contain_text("[NIK]")
    assert CANARY not in await page.content()
    await expect(page.locator("#lihatan")).to_contain_text("Domain ini belum dikenal di daftar media.")

    await page.locator("#t-media").fill(f"Media {word}")
    await page.locator("#t-selang").select_option("900")
    await page.get_by_label("Baca juga halaman beritanya").check()
    await page.get_by_role("button", name="Tambah", exact=True).click()
    await expect(page.locator("h1")).to_have_text(f"Kabar {word}")
    await expect(page.locator("main")).to_contain_text("dibaca tiap 15 mnt")
    await expect(page.locator("main")).to_contain_text("halaman beritanya ikut dibaca")
    # Added and read by itself; the page follows.
    await expect(page.locator(".head .badge").first).to_have_text("Hidup")
    await expect(page.locator("main")).to_contain_text("Belum cukup riwayat")

    asked = site.feeds.asked(f"/{word}.xml")
    await page.get_by_role("button", name="Baca sekarang").click()
    await expect(page.locator("#toast")).to_contain_text("dibaca sekarang")

    async def read_again() -> bool:
        return site.feeds.asked(f"/{word}.xml") > asked

    await eventually(read_again, within=20, what="the source is read at once")
    await page.get_by_role("button", name="Matikan").click()
    await page.locator("#dm-a").fill("batal saja")
    await page.get_by_role("button", name="Batal").click()
    await page.get_by_role("button", name="Matikan").click()
    await expect(page.locator("#dm-a")).to_have_value("")
    await page.locator("#dm-a").fill("alamatnya pindah")
    await page.locator("#dialog-matikan button[type=submit]").click()
    await expect(page.locator(".head .badge").first).to_have_text("Dimatikan")
    await expect(page.locator(".riwayat li").first).to_contain_text("Dimatikan petugas: alamatnya pindah")
    await page.get_by_role("button", name="Hidupkan").click()
    await expect(page.locator(".riwayat li").first).to_contain_text("Dihidupkan")


async def test_a_mastodon_account_is_looked_at_and_added(site: Site, people: People, word: str) -> None:
    site.mastodon.posts = [post(n) for n in range(3)]
    page = await people.opens("/sumber/tambah")
    await looked_at(page, site.mastodon.url("/@warga"), mastodon=True)
    await expect(page.locator("#lihatan")).to_contain_text("Mastodon 3 berita")
    await expect(page.locator(".lihatan a")).to_have_count(0)
    await page.locator("#t-media").fill(f"Akun {word}")
    await page.locator("#t-nama").fill(f"Akun {word}")
    await page.get_by_role("button", name="Tambah", exact=True).click()
    await expect(page.locator("h1")).to_have_text(f"Akun {word}")
    await expect(page.locator("main")).to_contain_text("Mastodon")
    await expect(page.locator(".head .badge").first).to_have_text("Hidup")


async def test_an_address_that_is_no_feed_says_why_and_nothing_is_added(site: Site, people: People, word: str) -> None:
    page_url = site.feeds.serve(f"/{word}.html", "<!doctype html><html><body>Beranda</body></html>")
    gone_url = site.feeds.serve(f"/{word}.xml", status("404 Not Found"))
    page = await people.opens("/sumber/tambah")
    message = page.locator("form[data-lihat] .msg")
    for url, words in (
        (page_url, "isinya halaman web, bukan umpan"),
        (gone_url, "menjawab dengan kode 404"),
        ("http://10.0.0.8/rss", "alamat tidak terbuka untuk umum"),
        ("https://contoh.example:8443/rss", "porta selain 80 dan 443"),
    ):
        await looked_at(page, url)
        await expect(message).to_contain_text(words)
    await looked_at(page, "https://mastodon.contoh.example/lain", mastodon=True)
    await expect(message).to_contain_text("bukan alamat akun atau tagar Mastodon")
    await expect(page.locator("#lihatan form")).to_have_count(0)
    async with site.client("analis") as client:
        urls = {row["data"]["url"] for row in (await client.get("/api/v1/sources")).json()["rows"]}
    assert not urls & {page_url, gone_url}


async def test_a_slow_site_is_waited_for_and_the_page_says_so(site: Site, people: People, word: str) -> None:
    body = rss([Article(link=f"https://{word}.contoh.example/1", title="CONTOH: lambat")], title=f"Lambat {word}")

    async def slowly(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(_SLOW_SECONDS)
        content = body.encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: {len(content)}\r\n"
        writer.write(head.encode() + b"Connection: close\r\n\r\n" + content)
        await writer.drain()

    page = await people.opens("/sumber/tambah")
    async with page.expect_request("**/api/v1/perintah/*", timeout=20_000):
        await looked_at(page, site.feeds.serve(f"/{word}.xml", slowly))
        await expect(page.locator("form[data-lihat] .kirim")).to_contain_text("Membaca alamatnya…")
        await expect(page.get_by_role("button", name="Lihat dulu")).to_be_disabled()
    await expect(page.locator("#lihatan h2").first).to_have_text(f"Lambat {word}", timeout=20_000)


async def test_several_hundred_sources_stay_pages_of_a_hundred(site: Site, people: People, word: str) -> None:
    made = [a_feed(n, name=f"{word} {n:03d}") for n in range(210)]
    await asyncio.gather(*(tell(site, source) for source in made))
    page = await people.opens("/sumber")

    async def all_there() -> bool:
        await page.goto(f"{site.url}/sumber?cari={word}")
        return "Semua 210" in str(await page.locator('nav[aria-label="Keadaan"]').text_content())

    await eventually(all_there, within=30, what="210 sources")
    await expect(page.locator("tr[data-baris]")).to_have_count(100)
    seen = set[str]()
    for words in ("1–100 dari 210", "101–200 dari 210", "201–210 dari 210"):
        await expect(page.locator(".lembar")).to_contain_text(words)
        seen |= set(await page.locator("a.buka").all_inner_texts())
        if not words.startswith("201"):
            await page.get_by_role("link", name="Berikutnya").click()
    assert len(seen) == 210
    await expect(page.get_by_role("link", name="Berikutnya")).to_have_count(0)


@pytest.mark.parametrize("theme", ["terang", "gelap"])
async def test_axe_finds_nothing_and_nothing_is_too_wide(
    site: Site, people: People, axe_source: str, word: str, theme: str
) -> None:
    long = "kanal-berita-daerah-yang-panjang-sekali-tanpa-jeda" * 3
    source = await tell(site, a_feed(9, name=f"{word} {long}", quiet=a_quiet(), url=f"https://{word}.example/{long}"))
    await tell(site, source.model_copy(update={"state": "gagal", "failures": 3}), SourceFailing, sequence=2)
    await tell(site, a_feed(10, name=f"{word} b", enabled=False, state="dimatikan", disabled_by="sistem"))
    await shown_in(site, "/api/v1/sources", source.source_id)
    url = site.feeds.serve(f"/{word}.xml", rss([Article(link="https://a.example/1", title=long)], title=long))
    page = await people.opens(f"/sumber?cari={word}", theme=theme)
    for path in (f"/sumber?cari={word}", f"/sumber/{source.source_id}", "/sumber/tambah"):
        await page.goto(site.url + path)
        if path.endswith("tambah"):
            await looked_at(page, url)
            await expect(page.locator("#lihatan form")).to_be_visible()
        await page.evaluate(axe_source)
        for size in (WIDE, PHONE, (320, 700)):
            await page.set_viewport_size({"width": size[0], "height": size[1]})
            assert await findings(page) == [], path
            over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert await page.evaluate(over) <= 0, f"{path} at {size[0]}"
