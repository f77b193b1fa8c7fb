"""The server dies: the page says so and how old it is; it returns: the page goes on and has missed nothing."""

import re

import pytest
from playwright.async_api import expect

from libs.schemas.sources import Source, SourceChanged, SourceFailing, SourceRecovered
from tests.browser.conftest import People
from tests.browser.site import Site
from tests.browser.test_live_feed import connected
from tests.support.builders import a_source, envelope_of

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


async def only_what_is_told_here(site: Site) -> None:
    """Switches off the sources that other tests told of: the band counts those that are on."""
    async with site.client("analis") as client:
        cursor: str | None = None
        while True:
            said = (await client.get("/api/v1/sources", params={"cursor": cursor} if cursor else {})).json()
            for row in said["rows"]:
                off = Source(**(row["data"] | {"enabled": False, "state": "dimatikan"}))
                told = envelope_of(SourceChanged, off, sequence=row["sequence"] + 1, opmode=row["opmode"])
                await site.publish(told)
            cursor = said["next"]
            if cursor is None:
                return


async def test_silent_sources_turn_the_page_amber_until_they_are_back(site: Site, people: People) -> None:
    await only_what_is_told_here(site)
    page = await people.opens("/umpan")
    await connected(page)
    silent = {"source_id": "sumber-diam", "outlet_name": "Contoh Diam"}
    broken = a_source(2, **silent, enabled=True, state="gagal", failures=3, failure="tidak menjawab")
    await site.publish(envelope_of(SourceFailing, broken, sequence=1, opmode="sample"))
    await expect(page.locator("#pita-lama")).to_contain_text(re.compile(r"\b1 dari \d+ sumber diam"))
    await page.goto(f"{site.url}/sumber")
    await expect(page.locator("#sumber-sumber-diam")).to_contain_text("tidak menjawab")
    mended = a_source(2, **silent, enabled=True, state="hidup")
    await site.publish(envelope_of(SourceRecovered, mended, sequence=2, opmode="sample"))
    await expect(page.locator("#pita-lama")).to_be_hidden()
    await expect(page.locator("#sumber-sumber-diam")).to_contain_text("Hidup")
