"""The page of one alert while that alert grows: it reads itself again and stays a page."""

import pytest
from playwright.async_api import expect

from libs.schemas.common import Count
from libs.schemas.ids import story_id
from tests.browser.conftest import People
from tests.browser.site import Site
from tests.support.builders import an_item_id

pytestmark = pytest.mark.asyncio(loop_scope="session")
N = 930


async def test_an_alert_page_stays_whole_while_its_alert_grows(site: Site, people: People) -> None:
    alert_id = await site.raise_alert(N)
    page = await people.opens(f"/peringatan/{alert_id}")
    figures = page.locator("#isi").get_by_text("Bukti", exact=True)
    await expect(figures).to_be_visible()
    story = story_id("live", an_item_id(N))
    for publications in (41, 42, 43):
        counts = [
            Count(what="publikasi", value=publications, items_ref=f"/isu/{story}"),
            Count(what="media", value=9, items_ref=f"/isu/{story}"),
        ]
        title = f"Contoh {N}: tahanan kabur dari Rutan Contoh Timur"
        await site.tell(N, severity_max=4, title=title, counts=counts, publications=publications)
        await expect(page.locator("#isi")).to_contain_text(str(publications), timeout=10_000)
    await expect(page.locator("h1")).to_have_text(title)
    for heading in ("Bukti", "Sumber pertama", "Siapa berikutnya", "Pemberitahuan", "Riwayat"):
        await expect(page.get_by_role("heading", name=heading)).to_be_visible()
    assert await page.locator("#isi .row").count() == 0, "a row of the feed took the page's place"
