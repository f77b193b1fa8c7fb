"""Who is silent: units whose reports do not come and sources with nothing new, each with the figures behind."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import expect

from libs.schemas.reports import ReportReceived
from libs.schemas.sources import SilentUnit, SourceQuiet, UnitSilent, UnitSpoke
from tests.browser.conftest import PHONE, WIDE, People
from tests.browser.site import Site
from tests.browser.test_pages import findings
from tests.browser.test_sources import a_feed, a_quiet, tell
from tests.support.builders import a_report, a_silent_unit, envelope_of
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def tell_unit(site: Site, unit: SilentUnit, event: Any = UnitSilent, *, sequence: int = 1) -> None:
    await site.publish(envelope_of(event, unit, sequence=sequence, opmode="sample", time=datetime.now(UTC)))


def a_unit_of(place: str, **changes: Any) -> SilentUnit:
    values: dict[str, Any] = {
        "unit_id": f"rutan-{place}", "unit_name": f"Rutan Kelas IIB Contoh {place}", "zone": "WITA",
        "last_report_at": datetime.now(UTC) - timedelta(hours=49, minutes=5), "expected_per_day": 1.44, "missed": 2.87,
        "basis_days": 31, "since": datetime(2026, 11, 22, 1, 30, tzinfo=UTC),
    }  # fmt: skip
    return a_silent_unit(**(values | changes))


async def test_a_silent_unit_shows_what_was_expected_in_its_own_time_until_it_speaks(
    site: Site, people: People
) -> None:
    place = uuid4().hex[:6]
    unit = a_unit_of(place)
    await tell_unit(site, unit)
    page = await people.opens("/laporan")
    await page.get_by_role("link", name="Unit diam").click()
    row = page.locator("tr", has_text=f"Contoh {place}")

    async def listed() -> bool:
        await page.reload()
        return await row.count() == 1

    await eventually(listed, within=20, what="the silent unit")
    await expect(row).to_contain_text("Unit diam 49 jam")
    cells = [text.replace("\n", " ") for text in await row.locator("td").all_inner_texts()]
    assert cells[2:] == ["1,4", "±2,9", "31 hari", "22 November 2026, 09.30 WITA"]
    assert "WITA" in cells[1]
    await page.evaluate("window.belumDimuatUlang = true")
    await tell_unit(site, unit.model_copy(update={"silent": False}), UnitSpoke, sequence=2)
    await expect(row).to_have_count(0)
    assert await page.evaluate("window.belumDimuatUlang")


async def test_too_little_history_is_said_and_quiet_sources_stand_below(site: Site, people: People) -> None:
    name = f"kabar{uuid4().hex[:6]}"
    report = a_report(8801, received_at=datetime.now(UTC))
    await site.publish(envelope_of(ReportReceived, report, opmode="sample", time=datetime.now(UTC)))
    await tell(site, a_feed(41, name=name, quiet=a_quiet()), SourceQuiet)
    page = await people.opens("/laporan/diam")

    async def listed() -> bool:
        await page.reload()
        return name in await page.locator("main").inner_text()

    await eventually(listed, within=20, what="the quiet source")
    words = page.locator("main")
    await expect(words).to_contain_text("pernah melapor")
    await expect(words).to_contain_text("elum cukup riwayat")
    await expect(words).to_contain_text("Biasanya 41 berita sehari. Sejak")
    await page.get_by_role("link", name=name).click()
    await expect(page.locator("h1")).to_have_text(name)


@pytest.mark.parametrize("theme", ["terang", "gelap"])
async def test_axe_finds_nothing_and_nothing_is_too_wide(
    site: Site, people: People, axe_source: str, theme: str
) -> None:
    await tell_unit(site, a_unit_of(uuid4().hex[:6]))
    page = await people.opens("/laporan/diam", theme=theme)
    await page.evaluate(axe_source)
    for size in (WIDE, PHONE, (320, 700)):
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        assert await findings(page) == []
        over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await page.evaluate(over) <= 0, size
