"""A release walked by the people it takes: written, submitted, refused to its author's key, approved, published."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import People
from tests.browser.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_from_the_first_line_to_the_public_page(site: Site, people: People) -> None:
    editor = await people.opens("/rilis", role="editor")
    await editor.get_by_role("link", name="Tulis rilis").click()
    await editor.locator("#r-judul").fill("Contoh rilis: layanan kunjungan dibuka lagi")
    await editor.locator("#r-isi").fill("Layanan kunjungan contoh dibuka lagi.\n\nJadwalnya seperti biasa.")
    await editor.get_by_role("button", name="Simpan konsep").click()
    await expect(editor.get_by_role("button", name="Ajukan")).to_be_visible()
    address = editor.url
    await editor.get_by_role("button", name="Ajukan").click()
    await expect(editor.locator(".head")).to_contain_text("Menunggu kunci")

    approver = await people.opens(address.removeprefix(site.url), role="penyetuju")
    await expect(approver.get_by_role("button", name="Terbitkan")).to_be_disabled()
    await approver.get_by_role("button", name="Putar kunci pusat").click()
    await expect(approver.locator(".slot.turned")).to_contain_text("Penyetuju")
    await approver.get_by_role("button", name="Terbitkan").click()
    await expect(approver.locator(".head")).to_contain_text("Terbit")
    code = await approver.locator("b.seal").inner_text()

    reader = await people.opens(f"/siaran/{code}", role=None)
    await expect(reader.locator("h1")).to_have_text("Contoh rilis: layanan kunjungan dibuka lagi")
    await expect(reader.locator("main")).to_contain_text("Jadwalnya seperti biasa.")
