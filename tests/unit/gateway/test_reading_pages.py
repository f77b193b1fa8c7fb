"""What the search, review and story pages say: marks, doubts, copies, shares, addresses. Pure view models."""

from datetime import timedelta
from typing import Any

import pytest

from libs.schemas.common import Sentiment, Span
from libs.schemas.items import ClassifiedItem, NeedsReview, Privacy, Reason, Severity
from libs.schemas.stories import Copies, SentimentMix
from services.gateway.console import review_view, search_view, story_view
from services.gateway.console.search_view import NOTHING, Wish, href_of, wish_of
from services.gateway.doubts import KINDS, doubts_of, kinds_of
from services.gateway.review_views import in_order
from services.gateway.saved_searches import SavedSearch
from services.gateway.search_index import Found
from services.gateway.views import T, View
from tests.support.builders import NOON, a_classified_item, a_source_line, a_story, an_item, an_item_id


def may(_: str, __: str) -> bool:
    return True


def view(data: T, id_: str = "x") -> View[T]:
    return View(id=id_, sequence=1, opmode="live", drillid=None, event="item.classified", at=NOON, data=data)


def doubted(n: int, reason: str, severity: int = 1, **changes: Any) -> View[ClassifiedItem]:
    review = NeedsReview(yes=bool(reason), reason=reason or None)
    item = a_classified_item(n, needs_review=review, severity=Severity(value=severity), **changes)
    return view(item, item.item_id)


@pytest.mark.parametrize(
    ("reason", "kinds"),
    [
        ("relevansi di dekat ambang", ["relevansi"]),
        ("topik tidak jelas; unit tidak pasti", ["topik", "unit"]),
        ("dua topik sama kuat: pelarian dan narkoba; topik tidak jelas", ["topik"]),
        ("tingkat keparahan di dekat ambang serius", ["keparahan"]),
        ("sebab yang belum dikenal", ["lainnya"]),
        (None, ["lainnya"]),
    ],
)
def test_doubts_are_sorted_by_what_they_are_about(reason: str | None, kinds: list[str]) -> None:
    assert kinds_of(NeedsReview(yes=True, reason=reason)) == kinds
    assert set(kinds) <= set(KINDS)
    assert kinds_of(NeedsReview(yes=False, reason=reason)) == [] == doubts_of(NeedsReview())


def test_the_most_severe_wait_first_and_then_the_newest() -> None:
    later = NOON + timedelta(hours=1)
    views = [doubted(1, "a", 1), doubted(2, "a", 3), doubted(3, "a", 1, first_seen_at=later), doubted(4, "a", 3)]
    ordered = [one.data.severity.value for one in in_order(views)]
    assert ordered == [3, 3, 1, 1] and in_order(views)[2].id == views[2].id


def test_a_card_marks_what_the_labels_rest_on_in_title_and_text_and_loses_nothing() -> None:
    title, text = "Tahanan kabur dari rutan", "Ia kabur lewat plafon. Kabur lagi."
    spans = [
        Span(field="title", start=8, end=13, words="kabur"),
        Span(field="text", start=3, end=8, words="kabur"),
        # What does not stand there (the text has changed since) is not drawn.
        Span(field="text", start=0, end=2, words="plafon"),
    ]
    why = [Reason(rule="pelarian-1", words="kata pelarian", spans=spans)]
    labels = doubted(1, "unit tidak pasti", title=title)
    labels = view(labels.data.model_copy(update={"severity": Severity(value=3, why=why, score=0.62)}), labels.id)
    card = review_view.card_of(labels, view(an_item(1, title=title, text=text)), "analis")
    assert "".join(part.text for part in card.title) == title and "".join(part.text for part in card.text) == text
    assert [part.text for part in (*card.title, *card.text) if part.hit] == ["kabur", "kabur"]
    severity = next(label for label in card.labels if label.heading == "Keparahan")
    assert (severity.value, severity.sure) == ("3 serius", "62 %")
    assert [part.text for part in severity.reasons[0].quote] == ["kabur", "plafon"]
    assert next(label for label in card.labels if label.heading == "Unit").unsure


def test_a_card_shows_a_restricted_text_only_to_who_may_read_it() -> None:
    closed = Privacy(mode="child", gate_version="1", visibility="terbatas")
    labels = doubted(1, "unit tidak pasti", privacy=closed, excerpt="Ia belajar.")
    collected = view(an_item(1, privacy=closed, text="Ia belajar di perpustakaan."))
    assert review_view.card_of(labels, collected, "analis").text
    assert review_view.card_of(labels, collected, "editor").text == ()
    assert review_view.card_of(labels, collected, "editor").link == ""


def test_the_next_of_the_queue_is_the_one_after_the_card() -> None:
    queue = [doubted(n, "unit tidak pasti") for n in range(1, 4)]
    counts = dict.fromkeys(KINDS, 0) | {"unit": 3}

    def page(at: int) -> review_view.ReviewPage:
        return review_view.review_page(queue, queue[at], None, kind="unit", counts=counts, total=3, role="analis")

    assert page(0).next_href == f"/telaah?alasan=unit&butir={queue[1].id}" and page(0).before_href == ""
    assert page(2).next_href == "/telaah?alasan=unit" and page(1).before_href.endswith(queue[0].id)
    assert [chip.label for chip in page(0).chips] == ["Semua", "Unit"]
    empty = review_view.review_page([], None, None, kind="", counts=dict.fromkeys(KINDS, 0), total=0, role="analis")
    assert empty.card is None and empty.empty_words == "Antrean telaah habis. Berikutnya masuk sendiri."


def test_copies_stand_under_their_head_and_every_list_says_how_many_it_has() -> None:
    items = [a_classified_item(n, sentiment=Sentiment(label="negatif", score=1)) for n in (1, 2, 3)]
    story = a_story(
        1, head_items=[a_source_line(1), a_source_line(2)], copies_count=1, sentiment_mix=SentimentMix(negatif=3),
        copies=[Copies(head_item_id=an_item_id(1), item_ids=[an_item_id(3)])],
    )  # fmt: skip
    lines = story_view.lines_of(items, story, may_review=False)
    assert [line.item_id for line in lines] == [an_item_id(1), an_item_id(3), an_item_id(2)]
    assert (lines[0].copies, lines[1].copy_of, lines[2].copies) == (1, "Harian Contoh", 0)
    assert story_view.listed("salinan", story, items, may_review=False)[1] == "1 salinan"
    assert story_view.listed("negatif", story, items, may_review=False)[1] == "3 Negatif"
    # A story that has outgrown its event says so: four publications, three of them can be listed.
    assert story_view.listed("", story, items, may_review=False)[1] == "3 dari 4 publikasi, yang terbaru"


def test_tones_fill_the_bar_and_a_closed_story_offers_no_deeds() -> None:
    story = a_story(1, sentiment_mix=SentimentMix(negatif=2, positif=1, campuran=1), status="digabung", into="y")
    page = story_view.story_page(
        view(story, story.story_id), alert=None, items=[], facet="", titles={}, later=[], releases=[], may=may, now=NOON
    )
    assert sum(tone.width for tone in page.tones) == pytest.approx(100)
    assert [tone.count for tone in page.tones] == [2, 1, 1]
    assert not page.deeds.any and page.into is not None and page.into.href == ""


def test_a_search_is_its_address_and_a_kept_one_opens_the_same() -> None:
    told = {"cari": '"air bersih" -pemilu', "topik": "layanan", "sev": "2", "wilayah": "Jawa Barat", "hari": "7"}
    wish = Wish.of(told | {"nada": "jahat", "unit": "$ne", "media": "a" * 200, "jenis": "", "bahasa": "xx"})
    assert href_of(wish) == "/cari?cari=%22air+bersih%22+-pemilu&topik=layanan&wilayah=Jawa+Barat&sev=2&hari=7"
    saved = SavedSearch(
        id="s", name="Air", question=wish.cari,
        filters={"topic": "layanan", "severity_min": "2", "province": "Jawa Barat", "days": "7"},
    )  # fmt: skip
    assert wish_of(saved) == wish
    filters = wish.filters(NOON)
    assert (filters.severity_min, filters.since) == (2, NOON - timedelta(days=7))


def test_hits_of_one_story_are_one_group_and_common_words_are_said() -> None:
    story = a_story(1)
    rows = [view(a_classified_item(n, title=f"Sumur {n}"), an_item_id(n)) for n in (1, 2, 3)]
    found = Found(
        rows=rows, next=None, total=3, more=True, common=("lapas",), only_common=False,
        frequencies={"sumur": 3}, facets={"outlet_id": [("harian-contoh", 2), ("lain", 1)]},
    )  # fmt: skip
    stories = {an_item_id(n): view(story, story.story_id) for n in (1, 3)}
    page = search_view.search_page(
        found,
        Wish(cari="sumur lapas"),
        stories=stories,
        outlets={"lain": "Media Lain"},
        kept=[],
        role="analis",
        key="k",
    )
    assert [(len(group.others), bool(group.story_href)) for group in page.groups] == [(1, True), (0, False)]
    assert page.words == "lebih dari 3 publikasi relevan yang cocok"
    assert "lebih dari 5 % publikasi: lapas" in page.notes[0] and len(page.notes) == 2
    (facet,) = page.facets
    assert [(chip.label, chip.count) for chip in facet.chips] == [("harian-contoh", "2"), ("Media Lain", "1")]
    empty = search_view.search_page(NOTHING, Wish(cari="x"), stories={}, outlets={}, kept=[], role="analis", key="k")
    assert empty.empty_words == "Tidak ada publikasi yang cocok."
