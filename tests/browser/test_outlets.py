"""Outlets: what is known and who says so, what nobody says, and domains that imitate another's."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from playwright.async_api import expect

from libs.schemas.sources import Copycat, Outlet, OutletAdded, OutletFact
from tests.browser.conftest import PHONE, WIDE, People
from tests.browser.site import Site, shown_in
from tests.browser.test_pages import findings
from tests.browser.test_sources import a_feed, tell
from tests.support.builders import an_outlet, envelope_of
from tests.support.feeds import Article, rss

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def know(site: Site, outlet: Outlet) -> Outlet:
    await site.publish(envelope_of(OutletAdded, outlet, opmode="sample", time=datetime.now(UTC)))
    await shown_in(site, "/api/v1/outlets", outlet.outlet_id)
    return outlet


def a_name() -> str:
    return f"kabar{uuid4().hex[:6]}"


def an_imitation(name: str) -> Copycat:
    return Copycat(
        domain=f"{name}-news.example", of_outlet_id="harian-contoh", of_domain="harian.contoh.example",
        how="kata_tambahan",
    )  # fmt: skip


async def test_every_figure_lists_as_many_outlets_and_the_unknown_is_said(site: Site, people: People) -> None:
    name = a_name()
    fact = OutletFact(value="Grup Contoh", source="laporan tahunan contoh 2025")
    await know(site, an_outlet(outlet_id=f"{name}.example", name=f"{name} satu", domain=f"{name}.example", region=None))
    await know(site, an_outlet(outlet_id=f"{name}-b", name=f"{name} dua", domain=f"{name}b.example", owner_group=fact))
    page = await people.opens(f"/media?cari={name}")
    rows = page.locator("tr[data-baris]")
    await expect(rows).to_have_count(2)
    assert "laporan tahunan contoh 2025" in await rows.nth(0).inner_text()
    assert (await rows.nth(1).inner_text()).count("belum diketahui") == 4
    await page.get_by_role("link", name="Kelompok pemilik belum diketahui").click()
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text(f"{name} satu")

    await page.goto(f"{site.url}/media")
    for position in range(1, 6):
        figure = page.locator(".figs > div").nth(position)
        count = int((await figure.locator("b").inner_text()).replace(".", ""))
        await figure.locator("a").click()
        listed = await rows.count()
        while await page.get_by_role("link", name="Berikutnya").count():
            await page.get_by_role("link", name="Berikutnya").click()
            listed += await rows.count()
        assert listed == count, await figure.inner_text()
        await page.goto(f"{site.url}/media")


async def test_an_imitation_is_flagged_on_the_outlet_and_on_its_sources(site: Site, people: People) -> None:
    name = a_name()
    outlet = an_outlet(outlet_id=name, name=name, domain=f"{name}-news.example", copycat=an_imitation(name))
    await know(site, outlet)
    source = await tell(site, a_feed(31, outlet_id=name, outlet_name=name, name=f"{name} umpan"))
    await shown_in(site, "/api/v1/sources", source.source_id)
    page = await people.opens(f"/media/{name}", role="editor")
    warning = f"Domain {name}-news.example mirip harian.contoh.example: nama yang sama dengan kata tambahan."
    await expect(page.locator(".awas")).to_contain_text(warning)
    await expect(page.locator("main form")).to_have_count(0)
    await page.get_by_role("link", name=f"{name} umpan").click()
    await expect(page.locator(".awas")).to_contain_text(warning)
    await page.goto(f"{site.url}/sumber?cari={name}")
    await expect(page.locator("tr[data-baris]")).to_contain_text("Mirip media lain")


async def test_a_person_writes_what_they_know_and_who_says_so(site: Site, people: People) -> None:
    name = a_name()
    url = site.feeds.serve(f"/{name}.xml", rss([Article(link=f"https://{name}.example/1", title="CONTOH")], title=name))
    async with site.client("analis") as client:
        body = {"outlet_name": name, "url": url}
        made = (await client.post("/api/v1/sources", json=body, headers={"Idempotency-Key": name})).json()
    outlet_id = made["row"]["data"]["outlet_id"]
    await shown_in(site, "/api/v1/outlets", outlet_id)
    page = await people.opens(f"/media/{outlet_id}")
    await page.locator("#m-owner_group").fill("Grup Contoh")
    await page.locator("#m-sumber").fill("CONTOH: laporan tahunan 2025")
    await page.get_by_role("button", name="Simpan").click()
    facts = page.locator("main dl.kv")
    await expect(facts).to_contain_text("Grup Contoh")
    await expect(facts).to_contain_text("menurut CONTOH: laporan tahunan 2025")
    await expect(page.locator("main")).to_contain_text("Terakhir diubah oleh Analis")
    # Another fact by another source leaves the first one its own; an empty one goes.
    await page.locator("#m-region").fill("Contoh Utara")
    await page.locator("#m-sumber").fill("CONTOH: halaman redaksi")
    await page.get_by_role("button", name="Simpan").click()
    await expect(facts).to_contain_text("menurut CONTOH: halaman redaksi")
    await expect(facts).to_contain_text("menurut CONTOH: laporan tahunan 2025")
    await page.locator("#m-owner_group").fill("")
    await page.locator("#m-sumber").fill("CONTOH: ralat")
    await page.get_by_role("button", name="Simpan").click()
    await expect(facts).not_to_contain_text("Grup Contoh")
    await expect(facts).to_contain_text("belum diketahui")


@pytest.mark.parametrize("theme", ["terang", "gelap"])
async def test_axe_finds_nothing_and_nothing_is_too_wide(
    site: Site, people: People, axe_source: str, theme: str
) -> None:
    name = a_name()
    await know(site, an_outlet(outlet_id=name, name=name, domain=f"{name}-news.example", copycat=an_imitation(name)))
    page = await people.opens("/media", theme=theme)
    for path in (f"/media?cari={name}", "/media", f"/media/{name}"):
        await page.goto(site.url + path)
        await page.evaluate(axe_source)
        for size in (WIDE, PHONE, (320, 700)):
            await page.set_viewport_size({"width": size[0], "height": size[1]})
            assert await findings(page) == [], path
            over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert await page.evaluate(over) <= 0, f"{path} at {size[0]}"
