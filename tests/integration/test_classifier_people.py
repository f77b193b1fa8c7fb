"""What people say of labels and stories: it holds at once, through revisions, restarts and repeats."""

from __future__ import annotations

from typing import Any

from libs.runtime.mongo import connect
from libs.schemas.commands import (
    LabelsCorrected,
    MergeStories,
    PinStory,
    RelabelItem,
    RenameStory,
    SplitStory,
    StoriesJoined,
    StoryHeld,
    StoryNamed,
    StoryParted,
)
from libs.schemas.ids import keyed
from libs.schemas.outcomes import CommandApplied, CommandRejected, CommandUnchanged
from tests.integration.classifier_visitor import Visitor, publications, visiting
from tests.support.builders import an_actor
from tests.support.running import Running
from tests.support.stack import Stack
from tests.support.waiting import eventually

ANALYST = an_actor("analis")
WHY: dict[str, Any] = {"by": ANALYST, "reason": "Terbaca di isinya"}


async def corrections(stack: Stack, namespace: str) -> list[dict[str, Any]]:
    client = connect(stack.mongodb_url)
    try:
        found = client[f"pasopati_classifier_{namespace}"]["corrections"].find().sort("at", 1)
        return [raw async for raw in found]
    finally:
        client.close()


async def test_a_correction_overrides_at_once_and_reaches_the_story(
    stack: Stack, running: Running, namespace: str
) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor:
        await running.start("classifier")
        item = visitor.item(1, "Tiga napi kabur dari Lapas Kediri", text="Mereka lewat atap pada malam hari.")
        await visitor.send(item)
        await eventually(lambda: visitor.open_stories(), within=20)
        answer = await visitor.ask(RelabelItem, item.item_id, LabelsCorrected(**WHY, severity=2), key="a")
        assert isinstance(answer, CommandApplied) and answer.data.sequence == 2
        labels = visitor.classified(item)
        assert (labels.severity.value, labels.decided_by) == (2, "analis")
        assert labels.correction.before == {"severity": "3"}
        assert labels.model.version, "which machine was corrected stays known"
        await eventually(lambda: [s.severity_max for s in visitor.open_stories()] == [2], within=20)
        (kept,) = await corrections(stack, namespace)
        assert (kept["item_id"], kept["role"], kept["reason"]) == (item.item_id, "analis", "Terbaca di isinya")
        assert (kept["before"]["severity"], kept["after"]["severity"]) == ("3", "2")
        assert (kept["title"], kept["text"]) == (item.title, item.text)


async def test_the_same_press_again_is_answered_and_done_once(stack: Stack, running: Running, namespace: str) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor:
        service = await running.start("classifier")
        item = visitor.item(1, "Tiga napi kabur dari Lapas Kediri")
        await visitor.send(item)
        await eventually(lambda: visitor.open_stories(), within=20)
        asked = LabelsCorrected(**WHY, severity=2)
        first = await visitor.ask(RelabelItem, item.item_id, asked, key="a")
        await service.restart()
        again = await visitor.ask(RelabelItem, item.item_id, asked, key="a")
        assert again.data == first.data
        same = await visitor.ask(RelabelItem, item.item_id, asked, key="b")
        assert isinstance(same, CommandUnchanged)
        assert sorted(visitor.seen["items_classified"][item.item_id]) == [1, 2]
        assert len(await corrections(stack, namespace)) == 1


async def test_a_revision_keeps_the_persons_word(stack: Stack, running: Running, namespace: str) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor:
        await running.start("classifier")
        item = visitor.item(1, "Tiga napi kabur dari Lapas Kediri")
        await visitor.send(item)
        await eventually(lambda: visitor.open_stories(), within=20)
        await visitor.ask(RelabelItem, item.item_id, LabelsCorrected(**WHY, severity=1), key="a")
        revised = item.model_copy(update={"title": "Empat napi kabur dari Lapas Kediri", "rev_no": 2})
        await visitor.send(revised, sequence=2)
        await eventually(lambda: visitor.classified(item).rev_no == 2, within=20)
        labels = visitor.classified(item)
        assert (labels.severity.value, labels.decided_by, labels.correction.fields) == (1, "analis", ["severity"])


async def test_what_a_person_calls_out_of_scope_leaves_its_story_and_comes_back_by_a_person(
    stack: Stack, running: Running, namespace: str
) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor:
        await running.start("classifier")
        item = visitor.item(1, "Tiga napi kabur dari Lapas Kediri")
        await visitor.send(item)
        await eventually(lambda: visitor.open_stories(), within=20)
        await visitor.ask(RelabelItem, item.item_id, LabelsCorrected(**WHY, relevant=False), key="a")
        await eventually(lambda: [s.status for s in visitor.stories().values()] == ["ditutup"], within=20)
        back = LabelsCorrected(**WHY, topics=["pelarian"], severity=3)
        await visitor.ask(RelabelItem, item.item_id, back, key="b")
        await eventually(lambda: [publications(s) for s in visitor.open_stories()] == [1], within=20)


async def test_a_person_finds_what_the_machine_missed(stack: Stack, running: Running, namespace: str) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor:
        await running.start("classifier")
        item = visitor.item(1, "Warga mendengar keributan di gedung tua itu semalam", text="Sirene terdengar.")
        await visitor.send(item)
        await eventually(lambda: visitor.classified(item), within=20)
        assert not visitor.classified(item).relevance.relevant
        said = LabelsCorrected(**WHY, topics=["kerusuhan"], severity=3, units=["lapas-iia-kediri"])
        assert isinstance(await visitor.ask(RelabelItem, item.item_id, said, key="a"), CommandApplied)
        await eventually(lambda: [s.severity_max for s in visitor.open_stories()] == [3], within=20)
        (story,) = visitor.open_stories()
        assert [u.unit_id for u in story.units] == ["lapas-iia-kediri"]


async def test_refusals_are_told_in_words(stack: Stack, running: Running, namespace: str) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor:
        await running.start("classifier")
        item = visitor.item(1, "Tiga napi kabur dari Lapas Kediri")
        await visitor.send(item)
        (story,) = await eventually(lambda: visitor.open_stories(), within=20)
        nobody = keyed("tidak ada")
        asked: list[tuple[Any, str, Any, int, str]] = [
            (RelabelItem, nobody, LabelsCorrected(**WHY, severity=1), 404, "tidak_ditemukan"),
            (RelabelItem, item.item_id, LabelsCorrected(**WHY), 422, "tidak_ada_label"),
            (RelabelItem, item.item_id, LabelsCorrected(**WHY, units=["x"]), 422, "unit_tidak_dikenal"),
            (RenameStory, nobody, StoryNamed(by=ANALYST, title="Lain"), 404, "tidak_ditemukan"),
            (MergeStories, story.story_id, StoriesJoined(**WHY, others=[nobody]), 422, "isu_lain_tidak_ditemukan"),
            (MergeStories, story.story_id, StoriesJoined(**WHY, others=[story.story_id]), 422, "isu_sama"),
            (SplitStory, story.story_id, StoryParted(**WHY, item_ids=[nobody]), 422, "bukan_publikasi_isu"),
            (SplitStory, story.story_id, StoryParted(**WHY, item_ids=[item.item_id]), 422, "isu_menjadi_kosong"),
        ]
        for n, (command, subject, data, code, kode) in enumerate(asked):
            answer = await visitor.ask(command, subject, data, key=f"k{n}")
            assert isinstance(answer, CommandRejected), kode
            assert (answer.data.code, answer.data.kode) == (code, kode)
            assert answer.data.message.endswith(".")


async def two_stories(visitor: Visitor) -> tuple[Any, Any]:
    """Two that the machine keeps apart, the earlier first."""
    await visitor.send(visitor.item(1, "Kebakaran melanda gudang arsip, puluhan napi dievakuasi ke halaman", outlet=1))
    await eventually(lambda: len(visitor.open_stories()) == 1, within=20)
    await visitor.send(visitor.item(2, "Petugas Lapas Sleman gagalkan penyelundupan sabu", outlet=2, minutes=5))
    await eventually(lambda: len(visitor.open_stories()) == 2, within=20)
    one, two = sorted(visitor.open_stories(), key=lambda s: s.first_item_at)
    return one, two


async def test_a_person_merges_stories_and_later_items_follow(stack: Stack, running: Running, namespace: str) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor:
        service = await running.start("classifier")
        one, two = await two_stories(visitor)
        joined = StoriesJoined(**WHY, others=[two.story_id])
        assert isinstance(await visitor.ask(MergeStories, one.story_id, joined, key="a"), CommandApplied)
        await eventually(lambda: [publications(s) for s in visitor.open_stories()] == [2], within=20)
        gone, (stays,) = visitor.stories()[two.story_id], visitor.open_stories()
        assert (gone.status, gone.into, gone.changed_by) == ("digabung", one.story_id, ANALYST)
        assert (stays.story_id, stays.merged_from) == (one.story_id, [two.story_id])
        assert visitor.kinds_of(two.story_id)[-1] == "StoryMerged"
        late = "Petugas Lapas Sleman gagalkan penyelundupan sabu, pengunjung ditahan"
        await visitor.send(visitor.item(3, late, outlet=3, minutes=9))
        await eventually(lambda: [publications(s) for s in visitor.open_stories()] == [3], within=20)
        await service.restart()
        await visitor.send(visitor.item(4, f"{late} polisi", outlet=4, minutes=11))
        await eventually(lambda: [publications(s) for s in visitor.open_stories()] == [4], within=30)


TITLES = [
    "Napi kabur dari Rutan Krui lewat atap", "Polisi buru napi kabur Rutan Krui lewat atap",
    "Rutan Krui: petugas diperiksa usai napi kabur lewat atap", "Napi kabur lewat atap Rutan Krui, petugas diperiksa",
]  # fmt: skip


async def test_a_split_item_is_not_pulled_back(stack: Stack, running: Running, namespace: str) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor:
        service = await running.start("classifier")
        items = [visitor.item(n, t, outlet=n, minutes=n) for n, t in enumerate(TITLES, 1)]
        await visitor.send_all(items)
        await eventually(lambda: [publications(s) for s in visitor.open_stories()] == [4], within=20)
        (story,) = visitor.open_stories()
        leaving = StoryParted(**WHY, item_ids=[items[2].item_id, items[3].item_id], title="Petugas Krui diperiksa")
        assert isinstance(await visitor.ask(SplitStory, story.story_id, leaving, key="a"), CommandApplied)
        await eventually(lambda: [publications(s) for s in visitor.open_stories()] == [2, 2], within=20)
        fresh = next(s for s in visitor.open_stories() if s.story_id != story.story_id)
        assert (fresh.split_from, fresh.title, fresh.titled_by) == (story.story_id, "Petugas Krui diperiksa", "orang")
        assert visitor.stories()[story.story_id].split_into == [fresh.story_id]
        assert visitor.kinds_of(story.story_id)[-1] == "StorySplit"
        # Fits both, and would tie them: a machine merges, but not what a person took apart.
        await visitor.send(
            visitor.item(5, "Napi kabur lewat atap Rutan Krui, polisi buru, petugas diperiksa", minutes=9)
        )
        await eventually(lambda: sum(map(publications, visitor.open_stories())) == 5, within=20)
        await service.restart()
        await visitor.send(visitor.item(6, "Rutan Krui: napi kabur lewat atap, petugas diperiksa polisi", minutes=10))
        await eventually(lambda: sum(map(publications, visitor.open_stories())) == 6, within=30)
        assert len(visitor.open_stories()) == 2
        moved = {line.item_id for line in visitor.stories()[fresh.story_id].head_items}
        assert {items[2].item_id, items[3].item_id} <= moved


async def test_a_persons_title_and_pin_stay_while_the_story_grows(
    stack: Stack, running: Running, namespace: str
) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor:
        await running.start("classifier")
        await visitor.send(visitor.item(1, TITLES[0], outlet=1))
        (story,) = await eventually(lambda: visitor.open_stories(), within=20)
        named = StoryNamed(by=ANALYST, title="Pelarian di Krui")
        assert isinstance(await visitor.ask(RenameStory, story.story_id, named, key="a"), CommandApplied)
        assert isinstance(await visitor.ask(RenameStory, story.story_id, named, key="b"), CommandUnchanged)
        held = StoryHeld(by=ANALYST, pinned=True)
        assert isinstance(await visitor.ask(PinStory, story.story_id, held, key="c"), CommandApplied)
        await visitor.send(visitor.item(2, TITLES[1], outlet=2, minutes=3))
        await eventually(lambda: [publications(s) for s in visitor.open_stories()] == [2], within=20)
        (grown,) = visitor.open_stories()
        assert (grown.title, grown.titled_by, grown.pinned) == ("Pelarian di Krui", "orang", True)
        assert visitor.kinds_of(story.story_id) == ["StoryOpened", "StoryChanged", "StoryChanged", "StoryGrew"]
