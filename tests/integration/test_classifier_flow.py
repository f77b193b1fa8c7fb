"""The classifier as a process: items in, labels and stories out, on the real broker and store."""

from tests.integration.classifier_visitor import publications, visiting
from tests.support.running import Running
from tests.support.stack import Stack
from tests.support.waiting import eventually


async def test_an_item_is_labelled_and_opens_a_story(stack: Stack, running: Running, namespace: str) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor:
        await running.start("classifier")
        escape = visitor.item(1, "Tiga napi kabur dari Lapas Kediri, polisi buru pelaku")
        football = visitor.item(2, "Persib tahan imbang tamunya di kandang")
        await visitor.send_all([escape, football])
        labels = await eventually(lambda: visitor.classified(escape), within=20)
        assert labels.relevance.relevant
        assert labels.topics[0].name == "pelarian"
        assert labels.severity.value == 3
        assert [u.unit_id for u in labels.units] == ["lapas-iia-kediri"]
        assert labels.severity.why[0].spans[0].words in escape.title
        assert len(labels.model.sha256) == 64
        other = await eventually(lambda: visitor.classified(football), within=20)
        assert not other.relevance.relevant
        assert other.topics[0].name == "luar_lingkup"
        await eventually(lambda: len(visitor.open_stories()) == 1, within=20)
        (story,) = visitor.open_stories()
        assert visitor.kinds_of(story.story_id) == ["StoryOpened"]
        assert story.severity_max == 3
        assert sum(story.timeline.counts) == 1


async def test_coverage_of_one_event_grows_one_story(stack: Stack, running: Running, namespace: str) -> None:
    titles = [
        "Napi kabur dari Rutan Krui lewat atap",
        "Rutan Krui kecolongan, seorang napi melarikan diri",
        "Polisi bantu buru napi kabur dari Rutan Krui",
        "Karutan Krui: napi yang kabur masih dikejar",
    ]
    await running.topics()
    async with visiting(stack, namespace) as visitor:
        await running.start("classifier")
        await visitor.send_all(visitor.item(n, t, outlet=n, minutes=n) for n, t in enumerate(titles, 1))
        await visitor.send(visitor.item(9, "Warga binaan Lapas Sleman panen lele bersama", outlet=2))

        def grouped() -> bool:
            return sorted(publications(s) for s in visitor.open_stories()) == [1, 4]

        await eventually(grouped, within=20)
        story = max(visitor.open_stories(), key=publications)
        assert [t.name for t in story.topics] == ["pelarian"]
        assert len(story.outlets) == 4
        assert story.title in titles
        assert story.sentiment.label == "negatif"


async def test_a_copy_counts_as_exposure_and_keeps_its_head(stack: Stack, running: Running, namespace: str) -> None:
    text = (
        "Petugas Lapas Sleman menggagalkan penyelundupan sabu yang disembunyikan dalam nasi bungkus. Barang itu "
        "ditemukan saat pemeriksaan titipan di pintu utama pada pagi hari dan seorang pengunjung diserahkan kepada "
        "polisi setempat untuk pemeriksaan lebih lanjut bersama barang bukti."
    )
    await running.topics()
    async with visiting(stack, namespace) as visitor:
        await running.start("classifier")
        first = visitor.item(1, "Petugas Lapas Sleman gagalkan penyelundupan sabu", outlet=1, text=text)
        copy = visitor.item(2, "Petugas Lapas Sleman gagalkan penyelundupan sabu", outlet=2, minutes=3, text=text)
        await visitor.send(first)
        await eventually(lambda: visitor.open_stories(), within=20)
        await visitor.send(copy)
        await eventually(lambda: [publications(s) for s in visitor.open_stories()] == [2], within=20)
        (story,) = visitor.open_stories()
        assert story.copies_count == 1
        assert [(c.head_item_id, c.item_ids) for c in story.copies] == [(first.item_id, [copy.item_id])]
        assert [line.item_id for line in story.head_items] == [first.item_id]
        assert story.polarity == "officials_acted"


async def test_modes_never_meet(stack: Stack, running: Running, namespace: str) -> None:
    title = "Napi kabur dari Lapas Kelas IIA Contoh Utara"
    await running.topics()
    async with visiting(stack, namespace) as visitor:
        await running.start("classifier")
        real = visitor.item(1, title, outlet=1)
        sample = visitor.item(1, title, outlet=1, mode="sample")
        await visitor.send(real)
        await visitor.send(sample, opmode="sample")
        await eventually(lambda: len(visitor.open_stories()) == 2, within=20)
        labels = await eventually(lambda: visitor.classified(sample), within=20)
        assert [u.unit_id for u in labels.units] == ["contoh-lapas-iia-utara"]
        # The fictional unit exists only in the sample's gazetteer.
        assert visitor.classified(real).units == []


async def test_a_revision_is_labelled_again_and_an_older_one_never(
    stack: Stack, running: Running, namespace: str
) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor:
        await running.start("classifier")
        first = visitor.item(1, "Napi Lapas Kediri kabur")
        second = first.model_copy(update={"title": "Lapas Kediri bantah kabar napi kabur", "rev_no": 2})
        await visitor.send(first)
        await eventually(lambda: visitor.open_stories(), within=20)
        await visitor.send(second, sequence=2)
        await eventually(lambda: visitor.classified(first).rev_no == 2, within=20)
        await eventually(lambda: all(s.severity_max < 3 for s in visitor.open_stories()), within=20)
        # Late and repeated: dropped by sequence.
        await visitor.send(first, sequence=1)
        await visitor.send(second, sequence=2)
        marker = visitor.item(2, "Kalapas Sleman resmikan dapur", outlet=3)
        await visitor.send(marker)
        await eventually(lambda: visitor.classified(marker), within=20)
        assert sorted(visitor.seen["items_classified"][first.item_id]) == [1, 2]
        assert visitor.out_of_order == 0


async def test_an_item_that_stops_being_relevant_leaves_its_story(
    stack: Stack, running: Running, namespace: str
) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor:
        await running.start("classifier")
        item = visitor.item(1, "Napi kabur dari Lapas Kediri")
        await visitor.send(item)
        await eventually(lambda: visitor.open_stories(), within=20)
        await visitor.send(item.model_copy(update={"title": "Harga cabai naik", "rev_no": 2}), sequence=2)
        await eventually(lambda: [s.status for s in visitor.stories().values()] == ["ditutup"], within=20)
        (story,) = visitor.stories().values()
        assert publications(story) == 0
        assert story.severity_max == 0


async def test_a_later_item_ties_two_stories_into_the_earlier(stack: Stack, running: Running, namespace: str) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor:
        await running.start("classifier")
        one = visitor.item(1, "Kebakaran melanda gudang arsip, puluhan napi dievakuasi ke halaman", outlet=1)
        two = visitor.item(2, "Asap tebal membubung, narapidana mengungsi sementara di aula", outlet=2, minutes=5)
        both = visitor.item(
            3,
            "Kebakaran melanda gudang arsip, asap tebal membubung, puluhan napi mengungsi sementara ke halaman aula",
            outlet=3,
            minutes=9,
        )
        await visitor.send(one)
        await eventually(lambda: len(visitor.open_stories()) == 1, within=20)
        await visitor.send(two)
        await eventually(lambda: len(visitor.open_stories()) == 2, within=20)
        await visitor.send(both)
        await eventually(lambda: [publications(s) for s in visitor.open_stories()] == [3], within=20)
        (story,) = visitor.open_stories()
        (gone,) = [s for s in visitor.stories().values() if s.status == "digabung"]
        assert gone.into == story.story_id
        assert story.merged_from == [gone.story_id]
        assert visitor.kinds_of(gone.story_id)[-1] == "StoryMerged"


async def test_backfill_stays_backfill(stack: Stack, running: Running, namespace: str) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor:
        await running.start("classifier")
        await visitor.send(visitor.item(1, "Napi kabur dari Lapas Kediri"), lane="backfill")
        await eventually(lambda: visitor.open_stories(), within=20)
        for slug in ("items_classified", "items_relevant", "stories"):
            lanes = {e.lane for events in visitor.seen[slug].values() for e in events.values()}
            assert lanes == {"backfill"}
