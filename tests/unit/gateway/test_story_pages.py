"""A story's page: every figure has its list, its whole life is drawn, old content says what it is. Pure view models."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from libs.schemas.common import Count
from libs.schemas.items import ClassifiedItem
from libs.schemas.stories import Copies, OldEvent, OurStatement, SentimentMix, Story, StoryChanged, StoryGrew
from services.gateway.console import rendering, story_view
from services.gateway.console.old_content import old_mark, old_of
from services.gateway.console.rows import story_row
from services.gateway.console.story_life import Moment, life_of, moments_of, step_of
from services.gateway.console.story_lists import LISTED, Asked, lines_of, placed_of, title_of
from services.gateway.console.story_view import Listed, busiest, story_page
from services.gateway.projections import Place, members_of, project
from services.gateway.statistics import Fact
from services.gateway.views import View
from tests.support.builders import NOON, a_classified_item, a_story, an_item_id, envelope_of
from tests.unit.gateway.test_statistics import a_fact


def may(_: str, __: str) -> bool:
    return True


def view(story: Story, event: str = "story.grew", at: datetime = NOON) -> View[Story]:
    return View(id=story.story_id, sequence=1, opmode="live", drillid=None, event=event, at=at, data=story)


def counted(publications: int, media: int = 2) -> list[Count]:
    return [Count(what="publikasi", value=publications, items_ref="/"), Count(what="media", value=media, items_ref="/")]


# Five publications of two outlets, the newest first; 2 and 4 repeat 5.
FACTS = [
    a_fact(n, id=an_item_id(n), at=NOON - timedelta(minutes=n), outlet_id="harian-a" if n % 2 else "harian-b",
           sentiment="negatif" if n < 4 else "netral")
    for n in range(1, 6)
]  # fmt: skip
STORY = a_story(
    1, counts=counted(5), copies=[Copies(head_item_id=an_item_id(5), item_ids=[an_item_id(2), an_item_id(4)])],
    copies_count=2, sentiment_mix=SentimentMix(negatif=3, netral=2), item_ids=[fact.id for fact in FACTS],
    carries_our_statement=OurStatement(
        item_ids=[an_item_id(3)], count=Count(what="publikasi", value=1, items_ref="/"), share=0.2
    ),
)  # fmt: skip


def items_of(facts: list[Fact]) -> list[ClassifiedItem]:
    return [
        a_classified_item(int(fact.id[-4:], 16), item_id=fact.id, outlet_id=fact.outlet_id, outlet_name=fact.outlet_id)
        for fact in facts
    ]


def page_of(story: Story, facts: list[Fact], asked: Asked, **changes: Any) -> story_view.StoryPage:
    placed = placed_of(facts, story, asked)
    drawn = placed[(asked.page - 1) * LISTED : asked.page * LISTED]
    items = items_of(facts)
    listed = Listed(
        asked=asked, placed=drawn, total=len(placed), items=items, outlets={"harian-a": "Harian A"},
        names={item.item_id: item.outlet_name for item in items},
    )  # fmt: skip
    values: dict[str, Any] = {
        "alert": None, "times": [fact.at for fact in reversed(facts)], "past": [], "kin": {}, "later": [],
        "releases": [], "may": may, "now": NOON,
    }  # fmt: skip
    return story_page(view(story), listed, **(values | changes))


@pytest.mark.parametrize(
    ("told", "many", "title"),
    [
        ({}, 5, "5 publikasi"),
        ({"tampak": "salinan"}, 2, "2 salinan"),
        ({"tampak": "negatif"}, 3, "3 Negatif"),
        ({"tampak": "kita"}, 1, "1 memuat pernyataan kita"),
        ({"tampak": "media"}, 2, "2 media"),
        ({"media": "harian-a"}, 3, "3 publikasi, dari Harian A"),
        ({"tampak": "jahat", "media": "$ne", "hal": "9" * 5000, "dari": "kemarin"}, 5, "5 publikasi"),
    ],
)
def test_a_list_has_as_many_as_its_figure_and_says_so(told: dict[str, str], many: int, title: str) -> None:
    asked = Asked.of(told)
    placed = placed_of(FACTS, STORY, asked)
    assert len(placed) == many
    assert title_of(len(placed), STORY, asked, {"harian-a": "Harian A"}) == title


def test_every_figure_of_the_page_leads_to_a_list_of_as_many() -> None:
    page = page_of(STORY.model_copy(update={"peak_per_hour": 5}), FACTS, Asked())
    assert page.ours is not None and page.ours.href is not None
    figures = [(figure.href, int(figure.value)) for figure in page.figures]
    figures += [(tone.href, tone.count) for tone in page.tones] + [(page.ours.href, 1)]
    figures += [(step.href, step.count) for step in page.life.steps]
    for href, value in figures:
        assert href is not None
        assert len(placed_of(FACTS, STORY, asked_at(href))) == value, href
    assert sum(step.count for step in page.life.steps) == 5, "the chart shows all of them"


def asked_at(href: str) -> Asked:
    from urllib.parse import parse_qsl, urlsplit

    return Asked.of(dict(parse_qsl(urlsplit(href).query)))


def test_near_copies_stand_under_their_head_and_alone_they_say_whose_they_are() -> None:
    items, names = items_of(FACTS), {an_item_id(5): "harian-a"}
    lines = lines_of(placed_of(FACTS, STORY, Asked()), items, STORY, names=names, reviews=False)
    assert [line.item_id for line in lines] == [an_item_id(n) for n in (1, 3, 5, 2, 4)]
    assert (lines[2].copies, lines[3].copy_of) == (2, "harian-a")
    alone = lines_of(placed_of(FACTS, STORY, Asked(facet="salinan")), items, STORY, names=names, reviews=False)
    assert [line.copy_of for line in alone] == ["harian-a", "harian-a"]


def test_outlets_are_lines_that_open_their_publications_who_was_first_first() -> None:
    lines = lines_of(placed_of(FACTS, STORY, Asked(facet="media")), items_of(FACTS), STORY, names={}, reviews=False)
    assert [(line.outlet_name, line.publications) for line in lines] == [("harian-a", 3), ("harian-b", 2)]
    assert [len(placed_of(FACTS, STORY, asked_at(line.outlet_href))) for line in lines] == [3, 2]


def test_a_long_list_has_pages_and_what_cannot_be_listed_is_said() -> None:
    facts = [a_fact(n, id=f"{n:036x}", at=NOON - timedelta(minutes=n)) for n in range(250)]
    story = a_story(1, counts=counted(300), copies=[], item_ids=[fact.id for fact in facts])
    page = page_of(story, facts, Asked(page=2))
    assert page.list_title == "250 dari 300 publikasi, yang terbaru" and page.range_words == "101 sampai 200"
    assert (page.before_href, page.after_href) == (f"/isu/{story.story_id}", f"/isu/{story.story_id}?hal=3#daftar")
    assert "250 publikasi terbaru dari 300" in page.life.caption


def test_tones_fill_the_bar_and_a_closed_story_offers_no_deeds() -> None:
    story = a_story(1, sentiment_mix=SentimentMix(negatif=2, positif=1, campuran=1), status="digabung", into="y")
    page = page_of(story, [], Asked())
    assert sum(tone.width for tone in page.tones) == pytest.approx(100)
    assert [tone.count for tone in page.tones] == [2, 1, 1]
    assert not page.deeds.any and page.into is not None and page.into.href == ""


@pytest.mark.parametrize(
    ("hours", "word", "most"), [(2, "5 menit", 25), (30, "jam", 32), (24 * 20, "hari", 22), (24 * 400, "minggu", 60)]
)
def test_the_step_of_the_chart_follows_the_span_of_the_story(hours: int, word: str, most: int) -> None:
    begin = NOON - timedelta(hours=hours)
    story = a_story(1, first_item_at=begin, last_item_at=NOON, counts=counted(3))
    times = [begin, begin + timedelta(hours=hours / 2), NOON]
    life = life_of(story, times, [], now=NOON)
    assert step_of(NOON - begin)[1] == word and f"per {word}" in life.caption
    assert sum(step.count for step in life.steps) == 3 and life.steps[0].x < 8 and life.steps[-1].x > 90
    assert 100 / life.steps[0].width < most * 1.3


def test_a_story_at_rest_ends_with_what_happened_last_and_not_now() -> None:
    asleep = a_story(1, asleep=True, first_item_at=NOON - timedelta(days=9), last_item_at=NOON - timedelta(days=8))
    slept = NOON - timedelta(days=5)
    life = life_of(asleep, [asleep.first_item_at], [Moment(at=slept, words="Tidak bergerak lagi")], now=NOON)
    assert not life.now and life.marks[0].x == pytest.approx(100, abs=0.1)


def past_of(*events: tuple[Any, Story, datetime]) -> list[dict[str, Any]]:
    """As the views keep it."""
    puts = [
        project(envelope_of(event, story, sequence=n, time=at), Place(0, n))[0]
        for n, (event, story, at) in enumerate(events, 1)
    ]
    return [told for put in puts for told in put.past]


def test_sleep_waking_merging_and_splitting_are_told_with_their_hour() -> None:
    day = [NOON + timedelta(days=n) for n in range(12)]
    asleep, child = a_story(1, asleep=True), a_story(3, title="Rutan lain")
    past = past_of(
        (StoryChanged, asleep, day[3]), (StoryChanged, asleep, day[4]), (StoryGrew, a_story(1), day[5]),
        (StoryChanged, asleep, day[9]),
    )  # fmt: skip
    assert len(past) == 3, "that it grew is told by its publications"
    split = {"at": day[6], "event": "story.split", "asleep": False, "split": [child.story_id], "seq": 9}
    merged = view(a_story(2, title="Kabar yang sama", into="x"), "story.merged", day[5] + timedelta(hours=2))
    here = view(a_story(1, merged_from=[merged.id], asleep=True))
    found = moments_of(
        here, past=[*past, split], times=[day[0], day[5], day[6]], kin={merged.id: merged, child.story_id: view(child)}
    )
    assert [(moment.words, moment.at) for moment in found] == [
        ("Tidak bergerak lagi", day[3]), ("Bergerak lagi", day[5]), ("Digabung ke sini", merged.at),
        ("Dipisah menjadi", day[6]), ("Tidak bergerak lagi", day[9]),
    ]  # fmt: skip
    assert found[2].title == "Kabar yang sama" and found[3].href == f"/isu/{child.story_id}"


def test_the_busiest_hour_is_listed_only_where_it_is_the_one_that_was_counted() -> None:
    times = [NOON, NOON + timedelta(minutes=90), NOON + timedelta(minutes=100), NOON + timedelta(minutes=149)]
    asked = busiest(times, 3)
    assert asked is not None and (asked.since, asked.until) == (times[1], times[3] + timedelta(milliseconds=1))
    assert busiest(times, 4) is None and busiest([], 0) is None


def test_old_content_is_marked_with_its_day_and_what_was_said_of_it_then() -> None:
    event = OldEvent(
        story_id="lama", event_at=datetime(2024, 3, 12, tzinfo=UTC), title="Kericuhan", release_id="r",
        release_title="Klarifikasi 2024",
    )  # fmt: skip
    story = a_story(1, old_event=event, actuality="konten_lama_kembali_viral")
    words = "Konten Lama Kembali Viral · pertama 12 Maret 2024 · klarifikasi lama siap"
    assert story_row(view(story), NOON).badges[0].text == "Konten Lama Kembali Viral", "a row has no room for more"
    assert [badge.text for badge in page_of(story, [], Asked()).badges].count(words) == 1
    assert "Konten Lama Kembali Viral" not in [badge.text for badge in page_of(story, [], Asked()).badges]
    (mark,) = old_mark(story)
    assert (mark.text, mark.href) == (words, "/isu/lama")
    old = old_of(story)
    assert old is not None and (old.when, old.release_href) == ("12 Maret 2024", "/rilis/r")
    assert old_mark(a_story(2)) == () and old_of(None) is None
    banner = str(cast(Any, rendering.environment().get_template("_potongan.html").module).lama(old))
    assert '<a href="/isu/lama">Kericuhan</a>' in banner and '<a href="/rilis/r">Klarifikasi 2024</a>' in banner
    assert "12 Maret 2024" in banner


def test_a_publication_finds_its_story_by_all_that_the_story_counts() -> None:
    assert members_of(STORY) == [fact.id for fact in FACTS]
    before = a_story(1, item_ids=[])
    assert set(members_of(before)) == {an_item_id(1), an_item_id(1001)}, "one told before it said so names heads"
