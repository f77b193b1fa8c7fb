"""Stories over days: they develop, sleep and wake, drift apart, come again as old content; and survive restarts."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from libs.schemas.items import RelevantItem
from libs.schemas.releases import ReleasePublished
from services.classifier.releases import Releases
from services.classifier.training.corpus import load
from tests.integration.classifier_visitor import publications
from tests.support.builders import a_release, envelope_of
from tests.support.grouping import MORNING, Stories, stories_in, told
from tests.support.inside import Inside, inside
from tests.support.running import Running
from tests.support.stack import Stack

DAY = 24
BODY = (
    "Petugas menemukan sebuah bungkusan di bawah tumpukan sayur pada pemeriksaan pagi. Bungkusan itu berisi serbuk "
    "putih yang kemudian diserahkan kepada penyidik bersama seorang pengantar barang. Kepala pengamanan menyebut "
    "pemeriksaan semacam ini dilakukan setiap hari dan akan diperketat menjelang libur panjang bersama kepolisian."
)


@pytest.fixture
async def plumbing(stack: Stack, running: Running, namespace: str) -> AsyncIterator[Inside]:
    await running.topics()
    async with inside(stack, namespace) as plumbing:
        yield plumbing


@pytest.fixture
async def world(plumbing: Inside) -> Stories:
    return await stories_in(plumbing)


async def test_a_case_that_goes_on_after_a_silence_is_a_development_of_the_first(world: Stories) -> None:
    await world.take(told(1, "Napi kabur lewat plafon Lapas Kediri, Kalapas Hartono diperiksa", unit="kediri"))
    await world.take(
        told(2, "Sidang napi kabur Lapas Kediri: Hartono dimintai keterangan", unit="kediri", hours=6 * DAY)
    )
    first, second = await world.all()
    assert second.development_of == first.story_id
    assert first.development_of is None


async def test_another_case_at_the_same_unit_is_no_development(world: Stories) -> None:
    await world.take(told(1, "Napi kabur lewat plafon Lapas Kediri", unit="kediri"))
    await world.take(told(2, "Dua tahanan melarikan diri saat kerja bakti di sawah", unit="kediri", hours=6 * DAY))
    _, second = await world.all()
    assert second.development_of is None


async def test_a_story_falls_asleep_after_three_days_and_wakes_with_an_item(world: Stories) -> None:
    title = "Petugas Lapas Sleman gagalkan penyelundupan sabu"
    await world.take(told(1, title, unit="sleman", topic="penyelundupan", text=BODY))
    world.clock.at = MORNING + timedelta(hours=71)
    assert await world.grouper.put_to_sleep() == 0
    world.clock.at = MORNING + timedelta(hours=72)
    assert await world.grouper.put_to_sleep() == 1
    assert await world.grouper.put_to_sleep() == 0
    (story,) = await world.all()
    assert story.asleep
    # A copy, five days after: the words are the old ones.
    await world.take(told(2, title, unit="sleman", topic="penyelundupan", text=BODY, hours=5 * DAY))
    (story,) = await world.all()
    assert not story.asleep and publications(story) == 2


async def test_a_pinned_story_never_sleeps(world: Stories) -> None:
    await world.take(told(1, "Napi kabur lewat plafon", unit="kediri"))
    (story,) = await world.all()
    pinned = {"$set": {"state.pinned": True, "state.marked": True}, "$unset": {"state.sleeps_at": ""}}
    await world.stories.collection.update_one({"_id": story.story_id}, pinned)
    world.clock.at = MORNING + timedelta(days=9)
    assert await world.grouper.put_to_sleep() == 0


# The fourth speaks of both matters: the second half came in through it alone.
TWO_MATTERS = [
    "Kebakaran hebat landa gudang arsip, asap hitam membubung",
    "Gudang arsip dilanda kebakaran hebat, asap hitam membubung tinggi",
    "Asap hitam membubung dari gudang arsip yang kebakaran hebat",
    "Kebakaran hebat landa gudang arsip asap hitam, panen melon hidroponik dihadiri bupati tetap meriah",
    "Panen melon hidroponik dihadiri bupati, warga meriah",
    "Bupati hadiri panen melon hidroponik yang meriah",
    "Panen melon hidroponik meriah, bupati hadir bersama warga",
]


async def test_a_story_whose_halves_have_nothing_in_common_is_split_and_stays_split(world: Stories) -> None:
    coverage = [told(n, title, topic="lainnya", hours=n) for n, title in enumerate(TWO_MATTERS)]
    await world.each(coverage[:6])
    assert [publications(s) for s in await world.open()] == [6]
    await world.take(coverage[6])
    first, second = await world.open()
    assert [publications(first), publications(second)] == [4, 3]
    assert (second.split_from, first.split_into) == (first.story_id, [second.story_id])
    # It fits both: a machine would merge them, had it not just split them.
    await world.take(told(20, TWO_MATTERS[3] + " sekali", topic="lainnya", hours=9))
    assert sum(publications(s) for s in await world.open()) == 8
    assert len(await world.open()) == 2


async def test_a_story_of_one_matter_is_never_split(world: Stories) -> None:
    title = "Kebakaran hebat landa gudang arsip, asap hitam membubung"
    await world.each(told(n, f"{title} kata saksi ke-{n}", topic="lainnya", hours=n / 4) for n in range(30))
    assert [publications(s) for s in await world.open()] == [30]


async def test_killed_between_parting_and_telling_the_new_story_is_told_later(world: Stories) -> None:
    coverage = [told(n, title, topic="lainnya", hours=n) for n, title in enumerate(TWO_MATTERS)]
    await world.each(coverage[:6])
    (story,) = await world.open()
    leaving = [e.data.item_id for e in coverage[4:6]]
    await world.members.part(leaving, story_id=story.story_id, into="isu-baru", held=False)
    world.restart()
    await world.take(told(30, "Napi kabur lewat plafon", unit="kediri", hours=8))
    stories = {s.story_id: s for s in await world.open()}
    assert publications(stories["isu-baru"]) == 2 and stories["isu-baru"].split_from == story.story_id
    assert publications(stories[story.story_id]) == 4
    assert stories[story.story_id].split_into == ["isu-baru"]


async def test_an_old_article_told_as_new_wakes_its_story_and_says_how_old_it_is(world: Stories) -> None:
    title = "Petugas Lapas Sleman gagalkan penyelundupan sabu dalam sayur"
    await world.take(told(1, title, unit="sleman", topic="penyelundupan", text=BODY))
    await world.take(told(2, title, unit="sleman", topic="penyelundupan", text=BODY, hours=12 * DAY))
    (story,) = await world.all()
    assert story.old_event is not None
    assert (story.old_event.event_at, story.old_event.story_id) == (MORNING, story.story_id)
    assert story.actuality == "konten_lama_kembali_viral"


async def test_an_old_headline_in_other_words_opens_a_story_that_names_the_old_one(world: Stories) -> None:
    old = "Napi kabur lewat plafon Lapas Kediri saat hujan deras, tiga sipir diperiksa"
    new = "Viral napi kabur lewat plafon Lapas Kediri saat hujan deras, tiga sipir diperiksa warganet heboh"
    await world.take(told(1, old, unit="kediri", signature=[]))
    await world.take(told(2, new, unit="kediri", hours=10 * DAY, signature=[]))
    first, second = await world.all()
    assert second.old_event is not None and second.old_event.story_id == first.story_id
    assert second.old_event.title == first.title
    assert second.actuality == "konten_lama_kembali_viral"


async def test_an_item_put_into_a_story_after_its_end_is_found_and_moved(world: Stories) -> None:
    """By a frozen grouper, or beside a person's merge."""
    await world.take(told(1, "Napi kabur lewat plafon", unit="kediri"))
    await world.take(told(2, "Petugas gagalkan penyelundupan sabu", unit="sleman", topic="penyelundupan", hours=1))
    first, second = await world.all()
    ended = {"$set": {"state.status": "digabung", "state.into": first.story_id, "state.marked": True}}
    await world.stories.collection.update_one({"_id": second.story_id}, ended)
    world.restart()
    await world.take(told(3, "Warga binaan panen lele", unit="krui", topic="pembinaan", hours=2))
    stories = {s.story_id: s for s in await world.open()}
    assert publications(stories[first.story_id]) == 2


CLARIFICATION = (
    "Lapas Sleman menyatakan bungkusan yang beredar dalam rekaman adalah temuan petugas pada pemeriksaan rutin dan "
    "sudah diserahkan kepada polisi pada hari yang sama. Tidak ada petugas yang terlibat dan pemeriksaan barang "
    "titipan diperketat dengan pemindai di pintu utama sesuai ketentuan yang berlaku."
)


def a_clarification(hours: float, **changes: Any) -> ReleasePublished:
    values: dict[str, Any] = {
        "code": "PSP-7K2M-9QXA", "title": "Bungkusan di Lapas Sleman adalah temuan petugas sendiri",
        "plain": CLARIFICATION, "units": ["lapas-sleman"], "path": "/siaran/PSP-7K2M-9QXA",
        "published_at": MORNING + timedelta(hours=hours), "kind": "klarifikasi",
    }  # fmt: skip
    event: ReleasePublished = envelope_of(ReleasePublished, a_release(**(values | changes)))
    return event


def releases_of(world: Stories) -> Releases:
    return Releases(world.stories, world.members, world.statements, world.signals, world.clock)


async def test_old_content_brings_what_we_said_of_it_then(world: Stories) -> None:
    title = "Petugas Lapas Sleman gagalkan penyelundupan sabu dalam sayur"
    smuggling: dict[str, Any] = {"unit": "sleman", "topic": "penyelundupan", "text": BODY}
    await world.take(told(1, title, **smuggling))
    release = a_clarification(6)
    await releases_of(world).hear([release])
    await world.take(told(2, title, hours=12 * DAY, **smuggling))
    (story,) = await world.all()
    assert story.old_event is not None
    assert story.old_event.release_id == release.data.release_id
    assert story.old_event.release_url == "/siaran/PSP-7K2M-9QXA"


async def test_items_that_carry_our_statement_are_counted(world: Stories) -> None:
    await world.take(told(1, "Heboh bungkusan di Lapas Sleman", unit="sleman", topic="penyelundupan"))
    release = a_clarification(1)
    await releases_of(world).hear([release])
    same: dict[str, Any] = {"unit": "sleman", "topic": "penyelundupan"}
    cited = "Kode siaran PSP-7K2M-9QXA dapat diperiksa di laman pusat media."
    await world.each(
        [
            told(2, "Heboh bungkusan di Lapas Sleman, ini penjelasannya", hours=2, text=CLARIFICATION, **same),
            told(3, "Bungkusan di Lapas Sleman bikin heboh warga", hours=3, text=cited, **same),
            told(4, "Heboh bungkusan di Lapas Sleman, warga bertanya", hours=4, **same),
        ]
    )
    (story,) = await world.all()
    carried = story.carries_our_statement
    assert carried is not None
    assert (carried.count.value, carried.share, carried.release_ids) == (2, 0.5, [release.data.release_id])


async def test_a_release_heard_of_late_is_found_in_what_was_placed_already(world: Stories) -> None:
    await world.take(told(1, "Heboh bungkusan di Lapas Sleman, ini penjelasannya", unit="sleman", text=CLARIFICATION))
    await releases_of(world).hear([a_clarification(0)])
    await releases_of(world).hear([a_clarification(0)])
    (story,) = await world.all()
    assert story.carries_our_statement is not None and story.carries_our_statement.count.value == 1
    assert (await world.stories.load([story.story_id]))[story.story_id].sequences == {"stories": 2}


async def test_killed_between_finding_a_release_and_telling_of_it_the_story_is_told_later(world: Stories) -> None:
    placed = told(1, "Heboh bungkusan di Lapas Sleman, ini penjelasannya", unit="sleman", text=CLARIFICATION)
    await world.take(placed)
    release = a_clarification(0)
    await world.members.carry([placed.data.item_id], release.data.release_id)
    await releases_of(world).hear([release])
    (story,) = await world.all()
    assert story.carries_our_statement is not None and story.carries_our_statement.count.value == 1


async def test_nobody_carries_a_statement_before_it_was_made_or_of_another_mode(world: Stories) -> None:
    await releases_of(world).hear([a_clarification(30)])
    await world.take(told(1, "Heboh bungkusan di Lapas Sleman", unit="sleman", text=CLARIFICATION))
    sample = a_clarification(0).model_copy(update={"opmode": "sample"})
    await releases_of(world).hear([sample])
    await world.take(told(2, "Bungkusan di Lapas Sleman bikin heboh", unit="sleman", hours=1, text=CLARIFICATION))
    assert all(story.carries_our_statement is None for story in await world.all())


async def test_what_says_itself_that_it_is_old_or_goes_on_is_no_old_content(world: Stories) -> None:
    title = "Petugas Lapas Sleman gagalkan penyelundupan sabu dalam sayur"
    await world.take(told(1, title, unit="sleman", topic="penyelundupan", text=BODY))
    await world.take(
        told(
            2,
            title,
            unit="sleman",
            topic="penyelundupan",
            text=BODY,
            hours=12 * DAY,
            actuality="perkembangan_kasus_lama",
        )
    )
    (story,) = await world.all()
    assert story.old_event is None


async def test_an_item_that_left_its_story_attracts_nothing_and_may_come_back(world: Stories) -> None:
    await world.take(told(1, "Napi kabur lewat plafon", unit="kediri"))
    await world.take(told(1, "Napi kabur lewat plafon", unit="kediri", sequence=2, relevant=False))
    await world.take(told(2, "Napi kabur lewat plafon", unit="kediri", hours=1))
    assert [publications(s) for s in await world.open()] == [1]
    await world.take(told(1, "Napi kabur lewat plafon", unit="kediri", sequence=3))
    assert sorted(publications(s) for s in await world.open()) == [1, 1]


def a_month() -> list[RelevantItem]:
    """Items on 40 matters over 24 days in the words of the training text: copies, revisions, some that leave."""
    chance = random.Random(11)
    events: list[RelevantItem] = []
    texts = [e for e in load() if e.relevant][::31][:40]
    places = ("kediri", "sleman", "palopo", "nabire", "krui", "")
    for matter, text in enumerate(texts):
        begins, unit = chance.uniform(0, 24 * DAY), places[matter % len(places)]
        for n in range(chance.randint(1, 7)):
            number = matter * 10 + n + 1
            words = text.title.split()
            chance.shuffle(words)
            title = text.title if n % 3 == 0 else " ".join(words[: max(4, len(words) - n)])
            lead = text.lead or ""
            hours = begins + n * chance.uniform(0.1, 50)
            event = told(number, title, unit=unit, topic=text.topics[0], hours=hours, text=lead)
            events.append(event)
            if chance.random() < 0.25:
                # It says what another matter said: what comes next is compared with that.
                other = texts[(matter + 6) % len(texts)]
                events.append(told(number, other.title, unit=unit, topic=other.topics[0], hours=hours, sequence=2))
            elif chance.random() < 0.1:
                events.append(told(number, title, unit=unit, hours=hours, sequence=2, relevant=False))
    return sorted(events, key=lambda e: (e.data.first_seen_at, e.sequence))


async def test_a_restart_gives_the_same_stories_as_an_uninterrupted_run(plumbing: Inside) -> None:
    through, broken = await stories_in(plumbing, name="through"), await stories_in(plumbing, name="broken")
    events = a_month()
    for start in range(0, len(events), 7):
        part = events[start : start + 7]
        for world in (through, broken):
            await world.take(*part)
            await world.grouper.put_to_sleep()
        if start % 3 == 0:
            # Killed after the work and before the commit: the batch comes again to a grouper without memory.
            broken.restart()
            broken.offset -= len(part)
            await broken.take(*part)
    one, other = await through.states(), await broken.states()
    assert len(one) > 30
    assert one == other


async def test_the_same_input_twice_changes_nothing(plumbing: Inside) -> None:
    world = await stories_in(plumbing)
    events = a_month()
    for start in range(0, len(events), 50):
        await world.take(*events[start : start + 50])
    # The clock's own doing: an item again of a story that has fallen asleep meanwhile would tell just that.
    await world.grouper.put_to_sleep()
    before = {raw["_id"]: raw["version"] async for raw in world.stories.collection.find()}
    world.offset = 0
    for start in range(0, len(events), 50):
        await world.take(*events[start : start + 50])
    assert {raw["_id"]: raw["version"] async for raw in world.stories.collection.find()} == before
