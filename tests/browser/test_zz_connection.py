"""The server dies: the page says so and how old it is; it returns: the page goes on and has missed nothing."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import People
from tests.browser.site import Site
from tests.browser.test_live_feed import connected

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_dead_server_is_told_and_its_return_needs_no_hand(site: Site, people: People) -> None:
    page = await people.opens("/umpan")
    await connected(page)
    await page.evaluate("window.belumDimuatUlang = true")
    site.gateway.kill()
    await expect(page.locator("#sambungan")).to_have_text("Menyambung…", timeout=5_000)
    await expect(page.locator("#pita-putus")).to_be_visible(timeout=15_000)
    await expect(page.locator("#pita-putus")).to_contain_text("Data terakhir")
    missed = await site.tell(901)
    await site.gateway.restart()
    await expect(page.locator("#sambungan")).to_contain_text("Langsung", timeout=20_000)
    await expect(page.locator("#pita-putus")).to_be_hidden()
    # Nobody touched the page for ten seconds: what was missed comes in by itself.
    await expect(page.locator(f"#isu-{missed.story_id}")).to_be_visible()
    assert await page.evaluate("window.belumDimuatUlang")
