"""A story's page: copies, tones, outlets, our share, old events, kin; merged, split, renamed, pinned by people."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import expect

from libs.schemas.commands import MergeStories, PinStory, RenameStory, SplitStory
from libs.schemas.common import Count, Sentiment
from libs.schemas.envelope import Command
from libs.schemas.items import ItemClassified
from libs.schemas.stories import (
    Copies,
    OldEvent,
    OurStatement,
    OutletCount,
    SentimentMix,
    Story,
    StoryChanged,
    StoryGrew,
    StoryMerged,
    StorySplit,
)
from tests.browser.conftest import PHONE, WIDE, People
from tests.browser.correcting import an_owner
from tests.browser.site import Site, shown_in
from tests.browser.test_pages import findings
from tests.support.builders import a_classified_item, a_source_line, a_story, an_item_id, envelope_of
from tests.support.stack import Stack

pytestmark = pytest.mark.asyncio(loop_scope="session")
STORIES = "/api/v1/stories"


async def tell(site: Site, n: int, **changes: Any) -> Story:
    """Story n with three publications, the third a near-copy of the first."""
    now = datetime.now(UTC)
    for i, tone in enumerate(("negatif", "netral", "negatif")):
        item = a_classified_item(
            n * 100 + i, title=f"CONTOH {n}: kabar {i} tentang rutan", first_seen_at=now - timedelta(minutes=i),
            outlet_id=f"media-{i % 2}", outlet_name=f"Harian Contoh {i % 2}",
            sentiment=Sentiment(label=tone, score=0.8),
        )  # fmt: skip
        await site.publish(envelope_of(ItemClassified, item, opmode="sample", time=now))
    heads = [a_source_line(n * 100 + i, at=now) for i in range(2)]
    values: dict[str, Any] = {
        "item_ids": [an_item_id(n * 100 + i) for i in range(3)], "first_item_at": now - timedelta(minutes=2),
        "peak_per_hour": 3,
        "counts": [
            Count(what="publikasi", value=3, items_ref="/"), Count(what="media", value=2, items_ref="/"),
        ],
        "copies": [Copies(head_item_id=an_item_id(n * 100), item_ids=[an_item_id(n * 100 + 2)])], "copies_count": 1,
        "sentiment_mix": SentimentMix(negatif=2, netral=1), "publications": 3, "head_items": heads,
        "outlets": [
            OutletCount(outlet_id="media-0", outlet_name="Harian Contoh 0", publications=2),
            OutletCount(outlet_id="media-1", outlet_name="Harian Contoh 1", publications=1),
        ],
    }  # fmt: skip
    story = await site.tell(n, **(values | changes))
    await shown_in(site, STORIES, story.story_id)
    return story


async def test_copies_stand_under_their_head_and_every_tone_lists_as_many_as_it_says(
    site: Site, people: People
) -> None:
    story = await tell(site, 811)
    page = await people.opens(f"/isu/{story.story_id}")
    rows = page.locator("#daftar tbody tr")
    await expect(rows).to_have_count(3)
    await expect(rows.nth(0)).to_contain_text("+1 salinan")
    await expect(rows.nth(1)).to_contain_text("salinan dari Harian Contoh 0")
    await expect(page.locator(".media-isu li").first).to_contain_text("Harian Contoh 0")
    await expect(page.locator("main")).to_contain_text("Belum ada pernyataan kita dalam isu ini.")
    for tone in ("Negatif", "Netral"):
        chip = page.locator(".card", has_text="Nada").locator(".chip", has_text=tone)
        count = int(await chip.locator("b").inner_text())
        await chip.click()
        await expect(page.locator("#daftar h2")).to_have_text(f"{count} {tone}")
        await expect(rows).to_have_count(count)
        await page.get_by_role("link", name="Semua publikasi").click()


async def test_every_figure_and_every_bar_opens_as_many_as_it_says(site: Site, people: People) -> None:
    story = await tell(site, 815)
    page = await people.opens(f"/isu/{story.story_id}")
    rows = page.locator("#daftar tbody tr")
    figures = page.locator(".figs > div")
    await expect(figures.locator("a")).to_have_count(4)
    for position in range(4):
        value = int(await figures.nth(position).locator("b").inner_text())
        await figures.nth(position).locator("a").click()
        await expect(rows).to_have_count(value)
        await page.goto(f"{site.url}/isu/{story.story_id}")
    await page.get_by_text("Tabel angka").click()
    bars = page.locator(".tabel-angka td a")
    counts = [int(text) for text in await bars.all_inner_texts()]
    assert sum(counts) == 3
    await bars.first.click()
    await expect(rows).to_have_count(counts[0])
    # The outlets are lines that open what they published; a copy says whose text it repeats.
    await page.goto(f"{site.url}/isu/{story.story_id}?tampak=media")
    await page.locator("#daftar").get_by_role("link", name="2 publikasi").click()
    await expect(page.locator("#daftar h2")).to_have_text("2 publikasi, dari Harian Contoh 0")
    await page.goto(f"{site.url}/isu/{story.story_id}?tampak=salinan")
    await expect(rows).to_contain_text("salinan dari Harian Contoh 0")


async def test_a_long_life_is_drawn_whole_with_what_became_of_it(site: Site, people: People) -> None:
    n, now = 816, datetime.now(UTC)
    other = await tell(site, 817)
    ages = [timedelta(days=20), timedelta(days=19), timedelta(days=10), timedelta(hours=1)]
    for i, age in enumerate(ages):
        item = a_classified_item(n * 100 + i, title=f"CONTOH {n}: kabar {i}", first_seen_at=now - age)
        await site.publish(envelope_of(ItemClassified, item, opmode="sample", time=now - age))
    values: dict[str, Any] = {
        "item_ids": [an_item_id(n * 100 + i) for i in range(4)], "first_item_at": now - ages[0], "last_item_at": now,
        "counts": [Count(what="publikasi", value=4, items_ref="/"), Count(what="media", value=1, items_ref="/")],
        "head_items": [a_source_line(n * 100 + i, at=now - ages[i]) for i in range(4)], "copies": [],
    }  # fmt: skip
    story = await site.tell(n, **values)
    await shown_in(site, STORIES, story.story_id)
    asleep = story.model_copy(update={"asleep": True})
    slept = envelope_of(StoryChanged, asleep, sequence=2, opmode="sample", time=now - timedelta(days=16))
    await site.publish(slept)
    merged = story.model_copy(update={"merged_from": [other.story_id]})
    await site.publish(envelope_of(StoryGrew, merged, sequence=3, opmode="sample", time=now))
    ended = other.model_copy(update={"status": "digabung", "into": story.story_id})
    at = now - timedelta(days=2)
    await site.publish(envelope_of(StoryMerged, ended, sequence=2, opmode="sample", time=at))
    page = await people.opens(f"/isu/{story.story_id}")
    told = page.locator(".peristiwa li")
    while await told.count() < 3:
        await page.reload()
    await expect(told.nth(0)).to_contain_text("Tidak bergerak lagi")
    await expect(told.nth(1)).to_contain_text("Bergerak lagi")
    await expect(told.nth(2)).to_contain_text(f"Digabung ke sini: {other.title}")
    await expect(page.locator("svg.hidup text.tonggak")).to_have_text(["1", "2", "3"])
    await expect(page.locator("figcaption")).to_contain_text("Publikasi per hari, sejak awal isu.")
    await expect(page.locator("svg.hidup a")).to_have_count(4)


async def test_an_old_event_kin_and_our_share_are_told_with_their_links(site: Site, people: People) -> None:
    old, grown, whole = await tell(site, 821), await tell(site, 822), await tell(site, 823)
    here = a_story(824).story_id
    old_event = OldEvent(
        story_id=old.story_id, event_at=datetime(2024, 3, 12, tzinfo=UTC), title="CONTOH kericuhan lama",
        release_title="CONTOH klarifikasi 2024", release_id=an_item_id(9),
    )  # fmt: skip
    carried = Count(what="publikasi", value=1, items_ref=f"/isu/{here}")
    ours = OurStatement(item_ids=[an_item_id(82401)], count=carried, share=1 / 3)
    await tell(
        site, 824, actuality="konten_lama_kembali_viral", old_event=old_event, carries_our_statement=ours,
        development_of=whole.story_id, merged_from=[grown.story_id], pinned=True,
    )  # fmt: skip
    page = await people.opens(f"/isu/{here}")
    banner = page.locator(".awas")
    await expect(banner).to_contain_text("Konten Lama Kembali Viral. Peristiwanya 12 Maret 2024: CONTOH kericuhan lama")
    await expect(banner.get_by_role("link", name="CONTOH klarifikasi 2024")).to_have_attribute(
        "href", f"/rilis/{an_item_id(9)}"
    )
    await expect(page.locator("main")).to_contain_text("33,3 %")
    await page.get_by_role("link", name="1 publikasi memuat pernyataan kita").click()
    await expect(page.locator("#daftar h2")).to_have_text("1 memuat pernyataan kita")
    await expect(page.locator("#daftar tbody tr")).to_contain_text("CONTOH 824: kabar 1 tentang rutan")
    await expect(page.locator(".head")).to_contain_text("Disematkan")
    said = "Konten Lama Kembali Viral · pertama 12 Maret 2024 · klarifikasi lama siap"
    await expect(page.locator(".head .chip.warn")).to_have_text(said)
    kin = page.locator(".kerabat li")
    await expect(kin).to_have_count(2)
    await expect(kin.first).to_contain_text("Perkembangan dari")
    await kin.first.get_by_role("link").click()
    await expect(page).to_have_url(f"{site.url}/isu/{whole.story_id}")
    await expect(page.locator(".kerabat")).to_contain_text("Perkembangannya")


async def test_a_merged_story_leads_to_the_one_it_lives_on_in(site: Site, people: People) -> None:
    lives, ends = await tell(site, 831), await tell(site, 832)
    await site.tell(832, status="digabung", into=lives.story_id)
    page = await people.opens(f"/isu/{ends.story_id}")
    merged = page.locator(".why", has_text="Isu ini digabung ke")
    await expect(merged).to_be_visible()
    await expect(page.get_by_role("button", name="Gabungkan")).to_have_count(0)
    await merged.get_by_role("link").click()
    await expect(page).to_have_url(f"{site.url}/isu/{lives.story_id}")


async def test_an_analyst_renames_pins_merges_and_splits(site: Site, people: People, stack: Stack) -> None:
    story, other = await tell(site, 841), await tell(site, 842)
    stands = [story]

    def carry(command: Command[Any]) -> StoryChanged | StoryGrew | StorySplit:
        now, said = stands[-1], command.data
        event: Any = StoryChanged
        if isinstance(command, RenameStory):
            now = now.model_copy(update={"title": said.title, "titled_by": "orang"})
        elif isinstance(command, PinStory):
            now = now.model_copy(update={"pinned": said.pinned})
        elif isinstance(command, MergeStories):
            event, now = StoryGrew, now.model_copy(update={"merged_from": said.others})
        elif isinstance(command, SplitStory):
            event, now = StorySplit, now.model_copy(update={"split_into": [other.story_id]})
        stands.append(now)
        at = datetime.now(UTC)
        made: StoryChanged = envelope_of(event, now, sequence=len(stands), opmode="sample", time=at)
        return made

    page = await people.opens(f"/isu/{story.story_id}")
    dialog = page.locator("dialog[open]")
    async with an_owner(site, stack, carry) as owner:
        await page.get_by_role("button", name="Ubah judul").click()
        await dialog.locator("input[name=title]").fill("CONTOH judul dari analis")
        await dialog.get_by_role("button", name="Ubah judul").click()
        await expect(page.locator("h1")).to_have_text("CONTOH judul dari analis")
        await page.get_by_role("button", name="Sematkan").click()
        await dialog.get_by_role("button", name="Sematkan").click()
        await expect(page.locator(".head")).to_contain_text("Disematkan")
        await page.get_by_role("button", name="Gabungkan").click()
        await dialog.locator(f"input[value='{other.story_id}']").check()
        await dialog.locator("input[name=reason]").fill("Peristiwa yang sama")
        await dialog.get_by_role("button", name="Gabungkan").click()
        await expect(page.locator(".kerabat")).to_contain_text("Digabung ke sini")
        await page.get_by_role("button", name="Pisahkan").click()
        for i in range(2):
            await dialog.locator("input[name=item_ids]").nth(i).check()
        await dialog.locator("input[name=reason]").fill("Rutan yang lain")
        await dialog.get_by_role("button", name="Pisahkan").click()
        await expect(page.locator(".kerabat")).to_contain_text("Dipisah menjadi")
        merge, split = (command.data for command in owner.asked[2:])
    assert merge.others == [other.story_id] and merge.reason == "Peristiwa yang sama"
    assert len(split.item_ids) == 2 and split.title is None
    editor = await people.opens(f"/isu/{story.story_id}", role="editor")
    await expect(editor.locator("h1")).to_have_text("CONTOH judul dari analis")
    await expect(editor.locator("main .acts .btn")).to_have_count(0)


@pytest.mark.parametrize("theme", ["terang", "gelap"])
async def test_axe_finds_nothing_and_nothing_is_too_wide(
    site: Site, people: People, axe_source: str, theme: str
) -> None:
    n = 851 if theme == "terang" else 852
    old = await tell(site, n + 10)
    old_event = OldEvent(story_id=old.story_id, event_at=datetime(2024, 3, 12, tzinfo=UTC), title="CONTOH lama")
    story = await tell(site, n, old_event=old_event, merged_from=[old.story_id])
    page = await people.opens(f"/isu/{story.story_id}", theme=theme)
    await page.evaluate(axe_source)
    for size in (WIDE, PHONE, (320, 700)):
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        assert await findings(page) == []
        over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await page.evaluate(over) <= 0, f"at {size[0]}"
    for name in ("Ubah judul", "Gabungkan", "Pisahkan", "Sematkan"):
        await page.get_by_role("button", name=name).click()
        assert await findings(page) == [], name
        await page.keyboard.press("Escape")
