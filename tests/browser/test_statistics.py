"""Statistics: each figure opens exactly what it counted, the chart's points too; a table says the same without one."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.async_api import expect

from libs.schemas.common import Sentiment
from libs.schemas.items import ItemClassified, Severity, TopicLabel
from tests.browser.conftest import PHONE, WIDE, People
from tests.browser.site import Site, shown_in
from tests.browser.test_pages import findings
from tests.support.builders import a_classified_item, envelope_of
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def published(site: Site, outlet: str, *, count: int, label: str = "netral") -> None:
    """Relevant sample publications of one outlet within the last hour."""
    now = datetime.now(UTC)
    for n in range(count):
        number = uuid4().int % 10**9
        item = a_classified_item(
            number, outlet_id=outlet, outlet_name=outlet.title(), title=f"CONTOH: berita {outlet} {n}",
            first_seen_at=now - timedelta(minutes=n + 1), sentiment=Sentiment(label=label, score=0.9),
            topics=[TopicLabel(name="layanan", score=0.9)], severity=Severity(value=1),
        )  # fmt: skip
        await site.publish(envelope_of(ItemClassified, item, opmode="sample", time=now))
        await shown_in(site, "/api/v1/items", item.item_id)


async def test_a_figure_opens_exactly_the_publications_it_counted(site: Site, people: People) -> None:
    outlet = f"kabar{uuid4().hex[:6]}"
    await published(site, outlet, count=3)
    await published(site, outlet, count=2, label="negatif")
    page = await people.opens("/statistik?hari=1")
    row = page.locator("tr", has_text=outlet).first
    while not await row.count():
        # Figures are kept for half a minute.
        await page.reload()
    await expect(row.locator("td").nth(1).locator("a")).to_have_text("5")
    await expect(row.locator("td").nth(3).locator("a")).to_have_text("2")
    await row.locator("td").nth(1).locator("a").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("5 publikasi")
    await expect(page.locator("li[data-baris]")).to_have_count(5)
    await page.go_back()
    await page.locator("tr", has_text=outlet).first.locator("td").nth(3).locator("a").click()
    await expect(page.locator("li[data-baris]")).to_have_count(2)


async def test_the_chart_and_its_table_say_the_same_and_open_their_publications(site: Site, people: People) -> None:
    await published(site, f"kabar{uuid4().hex[:6]}", count=2)
    page = await people.opens("/statistik?hari=1")

    async def table_and_list_agree() -> bool:
        # The chart's figures are kept for half a minute; what came in since then is in the list already.
        await page.goto(f"{site.url}/statistik?hari=1")
        await expect(page.locator("[data-grafik] canvas")).to_be_visible()
        await page.get_by_text("Tabel angka").click()
        link = page.locator("[data-grafik-tabel] td a").last
        counted = int(await link.inner_text())
        await link.click()
        return await page.get_by_role("heading", level=1).inner_text() == f"{counted} publikasi"

    await eventually(table_and_list_agree, within=60, what="the table says what the list holds")
    await page.go_back()
    await expect(page.locator("[data-grafik] canvas")).to_be_visible()
    await page.locator("[data-grafik]").focus()
    # By key: each step is said, the other lines are reached, Enter opens the point.
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("[data-grafik-titik]")).to_have_text(
        re.compile(r", Publikasi: (\d+ publikasi|tidak ada data)$")
    )
    await page.keyboard.press("End")
    # The hour may have begun since they were published.
    while (await page.locator("[data-grafik-titik]").inner_text()).endswith(": 0 publikasi"):
        await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("/statistik/publikasi"))


async def test_every_number_opens_as_many_as_it_says(site: Site, people: People) -> None:
    await published(site, f"kabar{uuid4().hex[:6]}", count=3, label="positif")
    page = await people.opens("/statistik?hari=1")

    async def all_agree() -> bool:
        # Figures are kept for half a minute; what other tests tell meanwhile is in a list already.
        await page.goto(f"{site.url}/statistik?hari=1")
        links = page.locator(".angka dd > a.n, .stack5 td[data-kolom] > a, .kerabat a")
        told = [(await one.get_attribute("href"), await one.inner_text()) for one in await links.all()]
        assert len(told) > 6
        for href, said in told:
            answer = await page.request.get(f"{site.url}{href}")
            heading = re.search(r"<h1>(.*?)</h1>", await answer.text())
            counted = re.match(r"[\d.]+", said)
            if not heading or not counted or not heading[1].startswith(f"{counted[0]} "):
                return False
        return True

    await eventually(all_agree, within=90, what="every number opens as many as it says")
    bare = await page.locator(".angka dd > span.n").all_inner_texts()
    counted = [said for said in bare if said not in ("0", "—")]
    assert len(counted) <= 1, "only the ratio has no list, and its parts have theirs"
    await page.get_by_role("link", name="Semua media").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^\d+ media$"))
    rows = await page.locator("[data-baris]").count()
    assert (await page.get_by_role("heading", level=1).inner_text()) == f"{rows} media"


async def test_without_a_script_the_table_holds_the_numbers(site: Site, people: People) -> None:
    await published(site, f"kabar{uuid4().hex[:6]}", count=2)
    async with site.client("analis") as client:

        async def table() -> bool:
            text = (await client.get("/statistik?hari=1", headers={"Accept": "text/html"})).text
            return bool(re.search(r'data-grafik-tabel>.*?<td class="n"><a href="/statistik/publikasi', text, re.S))

        await eventually(table, within=60, what="the table comes from the server")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
async def test_it_can_be_read_by_everybody_and_on_a_phone(
    site: Site, people: People, axe_source: str, size: tuple[int, int]
) -> None:
    page = await people.opens("/statistik", size=size, theme="gelap" if size == PHONE else "terang")
    for path in ("/statistik", "/statistik?hari=30&deret=topik", "/statistik/rincian?by=unit", "/statistik/publikasi"):
        await page.goto(site.url + path)
        await page.evaluate(axe_source)
        if await page.locator("[data-grafik]").count():
            await expect(page.locator("[data-grafik]")).not_to_be_empty()
            await page.get_by_text("Tabel angka").click()
        assert await findings(page) == [], path
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
