"""The feed lives, and nothing on it moves under the reader."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import People
from tests.browser.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")
CHOSEN = ".row[aria-current=true]"


async def connected(page: Page) -> None:
    await expect(page.locator("#sambungan")).to_contain_text("Langsung")


async def top_of_chosen(page: Page) -> float:
    box = await page.locator(CHOSEN).bounding_box()
    assert box is not None
    return box["y"]


async def test_a_story_and_a_critical_alert_appear_without_reload(site: Site, people: People) -> None:
    page = await people.opens("/umpan")
    await connected(page)
    await page.evaluate("window.belumDimuatUlang = true")
    story = await site.tell(101)
    await expect(page.locator("#pil")).to_contain_text("1 isu baru")
    await page.keyboard.press("n")
    await expect(page.locator(f"#isu-{story.story_id} h3")).to_have_text(
        story.title.replace("Kelas IIA", "Kelas\u00a0IIA")
    )

    alert_id = await site.raise_alert(102, severity=4)
    row = page.locator(f"#tunggu #peringatan-{alert_id}")
    await expect(row).to_be_visible()
    await expect(row).to_contain_text("Naik dalam")
    await expect(page).to_have_title(re.compile(r"\(\d+\) Umpan · Pasopati"))
    await expect(page.locator("#suara-segera")).to_contain_text("keparahan 4")
    assert await page.evaluate("window.belumDimuatUlang")


async def test_the_chosen_row_stays_where_it_is_under_fifty_changes(site: Site, people: People) -> None:
    for n in range(200, 212):
        await site.tell(n)
    page = await people.opens("/umpan")
    await connected(page)
    await expect(page.locator("#arus .row")).not_to_have_count(0)
    for _ in range(5):
        await page.keyboard.press("j")
    before, title = await top_of_chosen(page), await page.locator(f"{CHOSEN} h3").inner_text()

    for n in range(200, 212):
        await site.tell(n, severity_max=2)
    for n in range(212, 249):
        await site.tell(n)
    alert_id = await site.raise_alert(249, severity=4)
    await expect(page.locator(f"#tunggu #peringatan-{alert_id}")).to_be_attached()
    await expect(page.locator("#pil")).to_contain_text("37 isu baru")
    assert abs(await top_of_chosen(page) - before) < 1
    assert await page.locator(f"{CHOSEN} h3").inner_text() == title
    assert await page.evaluate("document.activeElement.closest('.row')?.getAttribute('aria-current')") == "true"

    await page.keyboard.press("n")
    await expect(page.locator("#pil")).to_be_hidden()
    assert abs(await top_of_chosen(page) - before) < 1
    orders = await page.eval_on_selector_all("#arus > .row", "rows => rows.map(row => +row.dataset.urut)")
    assert orders == sorted(orders, reverse=True)


async def test_paused_means_only_the_critical_comes_in(site: Site, people: People) -> None:
    page = await people.opens("/umpan")
    await connected(page)
    await page.keyboard.press("p")
    await expect(page.locator("#pita-jeda")).to_be_visible()
    story = await site.tell(301)
    alert_id = await site.raise_alert(302, severity=4)
    await expect(page.locator(f"#tunggu #peringatan-{alert_id}")).to_be_visible()
    await expect(page.locator("#pita-jeda")).to_contain_text("isu menunggu")
    assert await page.locator(f"#isu-{story.story_id}").count() == 0
    await page.keyboard.press("p")
    await expect(page.locator(f"#isu-{story.story_id}")).to_be_visible()


async def test_filters_are_the_address_and_hold_for_what_streams_in(site: Site, people: People) -> None:
    page = await people.opens("/umpan?tampilan=negatif&sev=2")
    await connected(page)
    minor, serious = await site.tell(311, severity_max=1), await site.tell(312, severity_max=2)
    await expect(page.locator("#pil")).to_contain_text("1 isu baru")
    await page.keyboard.press("n")
    await expect(page.locator(f"#isu-{serious.story_id}")).to_be_visible()
    assert await page.locator(f"#isu-{minor.story_id}").count() == 0
    assert await page.locator('.views a[aria-current="page"]').inner_text() != ""


async def test_every_figure_links_to_exactly_that_many(site: Site, people: People) -> None:
    await site.tell_items(321, 6)
    story = await site.tell(321, publications=6)
    page = await people.opens(f"/isu/{story.story_id}")
    await expect(page.locator("#daftar tbody tr")).to_have_count(6)
    figures = page.locator(".figs > div")
    for i in range(await figures.count()):
        link = figures.nth(i).locator("a")
        if await link.count() == 0:
            continue
        value, href = await figures.nth(i).locator("b").inner_text(), await link.get_attribute("href")
        other = await people.opens(str(href))
        assert f"{value} {await link.inner_text()}" == await other.locator("#daftar h2").inner_text()


async def test_the_choice_follows_a_story_that_is_merged_into_another(site: Site, people: People) -> None:
    lives, ends = await site.tell(331), await site.tell(332)
    page = await people.opens("/umpan")
    await connected(page)
    await page.locator(f"#isu-{ends.story_id} h3 a").click()
    await expect(page.locator(CHOSEN)).to_have_id(f"isu-{ends.story_id}")
    await site.tell(332, status="digabung", into=lives.story_id)
    await expect(page.locator(CHOSEN)).to_have_id(f"isu-{lives.story_id}")
    await expect(page.locator("#pratinjau h2")).to_be_visible()
