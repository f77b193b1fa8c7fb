"""A shift without a mouse: choosing, opening, acknowledging, and a colleague who sees it."""

import time

import pytest
from playwright.async_api import expect

from tests.browser.conftest import People
from tests.browser.site import Site
from tests.browser.test_live_feed import CHOSEN, connected

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_keys_choose_unfold_open_and_help(site: Site, people: People) -> None:
    for n in (401, 402, 403):
        await site.tell_items(n, 4)
        await site.tell(n, publications=4)
    page = await people.opens("/umpan")
    await connected(page)
    await expect(page.locator("#arus .row")).not_to_have_count(0)
    waiting = await page.locator("#tunggu .row").count()
    for _ in range(waiting + 2):
        await page.keyboard.press("j")
    second = await page.locator(CHOSEN).get_attribute("id")
    await page.keyboard.press("k")
    assert await page.locator(CHOSEN).get_attribute("id") != second
    await page.keyboard.press("j")
    assert await page.locator(CHOSEN).get_attribute("id") == second
    await expect(page.locator("#pratinjau h2")).to_have_text(await page.locator(f"{CHOSEN} h3").inner_text())

    await page.keyboard.press("o")
    await expect(page.locator(".kids li")).to_have_count(4)
    await page.keyboard.press("o")
    await expect(page.locator(".kids")).to_have_count(0)
    await page.keyboard.press("r")
    await expect(page.locator(CHOSEN)).not_to_have_class("row unread")
    await page.keyboard.press("?")
    await expect(page.locator("#bantuan")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#bantuan")).to_be_hidden()
    title = await page.locator(f"{CHOSEN} h3").inner_text()
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text(title)
    await page.keyboard.press("g")
    await page.keyboard.press("u")
    await expect(page).to_have_url(f"{site.url}/umpan")


async def test_acknowledging_by_key_is_seen_in_a_second_browser_within_a_second(site: Site, people: People) -> None:
    mine, theirs = await people.opens("/umpan", role="operator"), await people.opens("/umpan", role="analis")
    for page in (mine, theirs):
        await connected(page)
    took = []
    for n in (411, 412, 413):
        alert_id = await site.raise_alert(n, severity=4)
        state = f"#peringatan-{alert_id} .st >> nth=0"
        await expect(theirs.locator(state)).to_contain_text("Naik dalam")
        await expect(mine.locator(state)).to_contain_text("Naik dalam")
        await mine.keyboard.press("Escape")
        for _ in range(await mine.locator("#tunggu .row").count()):
            await mine.keyboard.press("j")
            if await mine.locator(CHOSEN).get_attribute("id") == f"peringatan-{alert_id}":
                break
        start = time.monotonic()
        await mine.keyboard.press("a")
        await expect(theirs.locator(state)).to_have_text("Diakui Operator")
        took.append(time.monotonic() - start)
        await expect(mine.locator(state)).to_have_text("Diakui Operator")
        if took[-1] < 1:
            break
    print(f"seen in the second browser after {', '.join(f'{t * 1000:.0f}' for t in took)} ms")
    # A machine busy with other tests may miss it once, not three times.
    assert min(took) < 1

    await theirs.goto(f"{site.url}/peringatan/{alert_id}")
    await expect(theirs.locator(".head .flex").first).to_contain_text("Diakui")
    await expect(theirs.locator('[data-aksi="akui"]')).to_have_count(0)
    await expect(theirs.locator("main")).to_contain_text("Diakui oleh Operator")


async def test_who_comes_second_is_told_who_was_first(site: Site, people: People) -> None:
    alert_id = await site.raise_alert(421, severity=4)
    page = await people.opens(f"/peringatan/{alert_id}", role="analis")
    await connected(page)
    # Cut off from the stream, this browser still offers the deed that a colleague has done meanwhile.
    await page.route("**/umpan/arus*", lambda route: route.abort())
    await page.evaluate("document.getElementById('aliran').remove()")
    async with site.client("operator") as operator:
        done = await operator.post(f"/api/v1/alerts/{alert_id}/acknowledge", headers={"Idempotency-Key": "x1"}, json={})
        assert done.status_code == 200
    await page.keyboard.press("a")
    await expect(page.locator("#toast")).to_contain_text("Sudah diakui")


async def test_verifying_asks_what_it_is_and_opens_a_draft(site: Site, people: People) -> None:
    alert_id = await site.raise_alert(422, severity=4)
    page = await people.opens(f"/peringatan/{alert_id}", role="analis")
    await connected(page)
    await page.keyboard.press("v")
    await page.locator("#dv-a").select_option("kejadian_baru")
    await page.locator("#dialog-verifikasi button[type=submit]").click()
    await expect(page.locator(".head .flex").first).to_contain_text("Terverifikasi")
    await expect(page.locator("#dialog-verifikasi")).to_be_hidden()
