"""A unit's report on a phone: written, refused at the words, queued without a network, sent once."""

import io
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, expect

from deploy.local.toolchain import chromium_path
from tests.browser.conftest import FLAGS, PHONE, People
from tests.browser.site import Site
from tests.browser.test_pages import findings
from tests.integration.reports_world import a_jpeg
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")
SEND = "Simpan dan kirim saat tersambung"


async def write(page: Page, title: str, text: str = "Warga binaan memanen 40 kg sayur di kebun.") -> None:
    await page.locator("#l-judul").fill(title)
    await page.locator("#l-isi").fill(text)


async def reports_called(site: Site, title: str) -> list[dict[str, Any]]:
    async with site.client("analis") as client:
        rows = (await client.get("/api/v1/reports", params={"limit": 200})).json()["rows"]
    return [row["data"] for row in rows if row["data"]["title"] == title]


async def worker_ready(page: Page) -> None:
    """The page and all it needs are kept on the phone."""
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    kept = "caches.match('/lapor').then((found) => Boolean(found))"
    await eventually(lambda: page.evaluate(kept), what="the page is kept on the phone")


async def test_a_report_with_photos_and_figures_is_sent_from_a_phone(site: Site, people: People) -> None:
    title = f"Panen contoh {uuid4().hex[:6]}"
    page = await people.opens("/lapor", role="pelapor", size=PHONE)
    await expect(page.locator("h1")).to_have_text("Apa yang terjadi di unit Anda?")
    await write(page, title)
    await expect(page.locator("#l-isi-hitung")).to_contain_text("42 dari 20.000 huruf")
    await page.get_by_role("button", name="Tambah angka").click()
    await page.get_by_label("Yang dihitung, baris 1").fill("peserta")
    await page.get_by_label("Jumlah, baris 1").fill("24")
    files = [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": a_jpeg(3000, 2000)} for n in (1, 2)]
    await page.locator("#l-foto").set_input_files(files)  # type: ignore[arg-type]
    await expect(page.locator("#foto li")).to_have_count(2)
    await page.get_by_role("button", name="Hapus foto 2").click()
    await expect(page.locator("#foto li")).to_have_count(1)
    await page.get_by_role("button", name=SEND).click()
    await expect(page.locator("#daftar li").first).to_contain_text("Terkirim")
    await expect(page.locator("#daftar li").first).to_contain_text("bukti L-")
    await expect(page.locator("#l-judul")).to_have_value("")

    (report,) = await reports_called(site, title)
    assert report["figures"] == [{"name": "peserta", "value": 24.0}]
    (photo,) = report["photos"]
    assert photo["bytes"] <= 400_000
    reader = await people.opens("/laporan", role="operator")
    await reader.get_by_role("link", name=title).click()
    await expect(reader.locator("h1")).to_have_text(title)
    await expect(reader.locator(".album img")).to_have_js_property("complete", True)
    assert await reader.locator(".album img").evaluate("image => image.naturalWidth") > 0


async def test_a_refusal_is_shown_at_the_words_and_the_report_can_be_mended(site: Site, people: People) -> None:
    title = f"Pembinaan contoh {uuid4().hex[:6]}"
    page = await people.opens("/lapor", role="pelapor", size=PHONE)
    nik = "3201014508950003"
    # Signs beyond the basic plane count as one for the server and as two for the browser.
    await write(page, title, f"🌱🌱 Narapidana dengan NIK {nik} ikut panen.")
    await page.get_by_role("button", name=SEND).click()
    await expect(page.locator("#l-isi-g")).to_contain_text("Ada nomor yang mirip NIK pada huruf 26–41.")
    await expect(page.locator("#l-isi-g mark")).to_have_text(nik)
    await expect(page.locator("#l-isi")).to_be_focused()
    chosen = "field => field.value.slice(field.selectionStart, field.selectionEnd)"
    assert await page.locator("#l-isi").evaluate(chosen) == nik
    await expect(page.locator("#daftar li")).to_have_count(0)
    await write(page, title, "Narapidana ikut panen.")
    await page.get_by_role("button", name=SEND).click()
    await expect(page.locator("#daftar li").first).to_contain_text("Terkirim")
    assert len(await reports_called(site, title)) == 1


async def test_without_a_network_it_waits_on_the_phone_and_is_sent_once_afterwards(site: Site, people: People) -> None:
    titles = [f"Kunjungan contoh {n} {uuid4().hex[:6]}" for n in (1, 2)]
    page = await people.opens("/lapor", role="pelapor", size=PHONE)
    await worker_ready(page)
    await page.context.set_offline(True)
    for title in titles:
        await write(page, title)
        await page.get_by_role("button", name=SEND).click()
        await expect(page.locator("#daftar li").first).to_contain_text(title)
        await expect(page.locator("#daftar li").first).to_contain_text("Menunggu jaringan")
    await expect(page.locator("#tanpa-jaringan")).to_contain_text("2 laporan tersimpan di ponsel ini")
    # Closed and opened again, still without a network.
    await page.reload()
    await expect(page.locator("#daftar li")).to_have_count(2)
    assert [await reports_called(site, title) for title in titles] == [[], []]

    await page.context.set_offline(False)
    await expect(page.locator('#daftar li[data-keadaan="terkirim"]')).to_have_count(2)
    sent = [await reports_called(site, title) for title in titles]
    assert [len(found) for found in sent] == [1, 1]
    assert sent[0][0]["received_at"] < sent[1][0]["received_at"]


async def test_a_queue_outlives_the_browser(site: Site, people: People, tmp_path: Path) -> None:
    title = f"Penyuluhan contoh {uuid4().hex[:6]}"
    playwright = people.browser.browser_type

    async def opened() -> Any:
        return await playwright.launch_persistent_context(
            tmp_path / "profile", executable_path=chromium_path(), args=list(FLAGS), locale="id-ID",
            viewport={"width": PHONE[0], "height": PHONE[1]},
        )  # fmt: skip

    phone = await opened()
    await phone.add_cookies(await site.cookies("pelapor"))
    page = await phone.new_page()
    await page.goto(f"{site.url}/lapor")
    await worker_ready(page)
    await phone.set_offline(True)
    await write(page, title)
    await page.get_by_role("button", name=SEND).click()
    await expect(page.locator("#daftar li").first).to_contain_text("Menunggu jaringan")
    await phone.close()

    phone = await opened()
    await phone.add_cookies(await site.cookies("pelapor"))
    page = await phone.new_page()
    await page.goto(f"{site.url}/lapor")
    await expect(page.locator("#daftar li").first).to_contain_text("Terkirim")
    assert len(await reports_called(site, title)) == 1
    await phone.close()


async def test_an_answer_that_is_lost_makes_no_second_report(site: Site, people: People) -> None:
    title = f"Olahraga contoh {uuid4().hex[:6]}"
    page = await people.opens("/lapor", role="pelapor", size=PHONE)
    lost = 0

    async def lose_the_first(route: Any) -> None:
        nonlocal lost
        if lost:
            await route.continue_()
            return
        lost += 1
        await route.fetch()
        await route.abort()

    await page.context.route("**/api/v1/reports", lose_the_first)
    await write(page, title)
    await page.get_by_role("button", name=SEND).click()
    await expect(page.locator("#daftar li").first).to_contain_text(title)
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(page.locator("#daftar li").first).to_contain_text("Terkirim")
    assert lost == 1
    assert len(await reports_called(site, title)) == 1


async def test_a_draft_outlives_a_reload_and_logging_out_forgets_everything(site: Site, people: People) -> None:
    page = await people.opens("/lapor", role="pelapor", size=PHONE)
    await worker_ready(page)
    await write(page, "Draf contoh", "Belum selesai ditulis.")
    await expect(page.locator("#l-isi-hitung")).to_contain_text("22 dari")
    await page.reload()
    await expect(page.locator("#l-isi")).to_have_value("Belum selesai ditulis.")
    await page.get_by_role("button", name="Keluar").click()
    await page.wait_for_url("**/masuk*")
    kept = """() => new Promise((done) => { const asked = indexedDB.open('pasopati-lapor'); asked.onsuccess = () => {
        const got = asked.result.transaction(['antrean', 'catatan']);
        const counts = ['antrean', 'catatan'].map((name) => got.objectStore(name).count());
        got.oncomplete = () => done(counts.map((one) => one.result)); }; })"""
    assert await page.evaluate(kept) == [0, 0]
    assert await page.evaluate("caches.match('/lapor').then((found) => Boolean(found))") is False


async def test_it_works_without_javascript(site: Site, chromium: Browser) -> None:
    title = f"Pelatihan contoh {uuid4().hex[:6]}"
    context = await chromium.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]}, java_script_enabled=False, locale="id-ID"
    )
    await context.add_cookies(await site.cookies("pelapor"))  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"{site.url}/lapor")
    await write(page, title, "Narapidana dengan NIK 3201014508950003 ikut panen.")
    await page.get_by_role("button", name=SEND).click()
    await expect(page.locator("#l-isi-g")).to_contain_text("Ada nomor yang mirip NIK")
    await expect(page.locator("#l-judul")).to_have_value(title)
    await page.locator("#l-isi").fill("Narapidana ikut panen.")
    await page.get_by_role("button", name=SEND).click()
    await expect(page.locator("main")).to_contain_text("Diterima. Bukti L-")
    assert len(await reports_called(site, title)) == 1
    await context.close()


@pytest.mark.parametrize("theme", ["terang", "gelap"])
async def test_axe_finds_nothing_on_the_form_and_its_lists(
    site: Site, people: People, axe_source: str, theme: str
) -> None:
    title = f"Layanan contoh {uuid4().hex[:6]}"
    form = await people.opens("/lapor", role="pelapor", size=PHONE, theme=theme)
    await write(form, title)
    await form.get_by_role("button", name=SEND).click()
    await expect(form.locator("#daftar li").first).to_contain_text("Terkirim")
    await write(form, title, "Narapidana dengan NIK 3201014508950003 ikut panen.")
    await form.get_by_role("button", name="Tambah angka").click()
    await form.locator("#l-foto").set_input_files(
        [{"name": "1.png", "mimeType": "image/png", "buffer": _png()}]  # type: ignore[arg-type]
    )
    await form.get_by_role("button", name=SEND).click()
    await expect(form.locator("#l-isi-g mark")).to_have_count(1)
    pages = [form]
    (report,) = await reports_called(site, title)
    for path in ("/laporan", f"/laporan/{report['report_id']}", "/laporan/diam"):
        pages += [await people.opens(path, theme=theme), await people.opens(path, theme=theme, size=PHONE)]
    for page in pages:
        await page.evaluate(axe_source)
        assert await findings(page) == []
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await page.evaluate(wide) <= 0, page.url


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), (90, 60, 30)).save(out, "PNG")
    return out.getvalue()
