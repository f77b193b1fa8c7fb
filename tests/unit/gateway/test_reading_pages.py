"""What the search, review and story pages say: marks, doubts, copies, shares, addresses. Pure view models."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from libs.schemas.common import Span
from libs.schemas.items import ClassifiedItem, ItemClassified, NeedsReview, Privacy, Reason, Severity
from services.gateway.console import review_view, search_view
from services.gateway.console.search_view import NOTHING, Wish, href_of, wish_of
from services.gateway.doubts import KINDS, doubts_of, kinds_of
from services.gateway.projections import Place, project
from services.gateway.review_views import BEFORE, ReviewQuery, Stretch, place_of
from services.gateway.saved_searches import SavedSearch
from services.gateway.search_index import Found
from services.gateway.views import T, View
from tests.support.builders import NOON, a_classified_item, a_story, an_item, an_item_id, envelope_of


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
    ordered = sorted(views, key=place_of, reverse=True)
    assert [one.data.severity.value for one in ordered] == [3, 3, 1, 1] and ordered[2].id == views[2].id


def test_what_the_views_keep_for_the_queue_is_where_a_card_says_it_stands() -> None:
    told = doubted(5, "unit tidak pasti", 2)
    event = envelope_of(ItemClassified, told.data)
    (put,) = project(event, Place(0, 0))
    assert put.fields["review_rank"] == place_of(told) and put.fields["review"] == ["unit"]
    (done,) = project(envelope_of(ItemClassified, doubted(5, "").data), Place(0, 1))
    assert done.fields["review_rank"] is None and done.fields["review"] == []


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


def a_stretch(queue: list[View[ClassifiedItem]], at: int, **changes: Any) -> Stretch:
    values: dict[str, Any] = {
        "chosen": queue[at], "before": tuple(queue[max(0, at - BEFORE) : at]), "after": tuple(queue[at + 1 : at + 10]),
        "position": at + 1, "counts": dict.fromkeys(("", *KINDS), 0) | {"": len(queue), "unit": len(queue)},
        "total": len(queue), "topics": ("layanan",), "units": ("lapas-a",),
    }  # fmt: skip
    return Stretch(**(values | changes))


def a_review_page(told: Stretch, query: ReviewQuery) -> review_view.ReviewPage:
    return review_view.review_page(
        told, None, query=query, place="disini", end="ujung", units={"lapas-a": "Lapas A"}, role="analis"
    )


def test_the_next_of_the_queue_is_whoever_stands_behind_the_card_by_then() -> None:
    queue = [doubted(n, "unit tidak pasti") for n in range(1, 4)]
    query = ReviewQuery(kind="unit", topic="layanan")
    first, middle, last = (a_review_page(a_stretch(queue, at), query) for at in range(3))
    assert first.next_href == "/telaah?alasan=unit&topik=layanan&sesudah=disini" and first.before_href == ""
    assert last.next_href == "/telaah?alasan=unit&topik=layanan" and middle.before_href.endswith("sebelum=disini")
    assert [chip.label for chip in first.chips] == ["Semua", "Unit"]
    assert first.words == "Nomor 1 dari 3 menunggu, paling parah dan terbaru di atas"
    assert [choice.label for choice in first.units] == ["Lapas A"] and first.topics[0].current


def test_a_queue_longer_than_its_list_says_how_many_more_and_leads_there() -> None:
    queue = [doubted(n, "unit tidak pasti") for n in range(1, 300)]
    page = a_review_page(a_stretch(queue, 249), ReviewQuery())
    assert [line.item_id for line in page.queue][2] == queue[249].id and page.queue[2].current
    assert (len(page.queue), page.more) == (12, 299 - 247 - 12)
    assert page.page_before == "/telaah" and page.page_after == "/telaah?sesudah=ujung"
    assert page.words.startswith("Nomor 250 dari 299 menunggu")


def test_an_empty_queue_says_whether_a_filter_made_it_so() -> None:
    nothing = Stretch(
        chosen=None, before=(), after=(), position=1, counts=dict.fromkeys(("", *KINDS), 0), total=0, topics=(),
        units=(),
    )  # fmt: skip
    empty = a_review_page(nothing, ReviewQuery())
    assert empty.card is None and empty.empty_words == "Antrean telaah habis. Berikutnya masuk sendiri."
    narrowed = a_review_page(nothing, ReviewQuery(topic="narkoba"))
    assert narrowed.empty_words == "Tidak ada lagi dengan saringan ini." and narrowed.home_href == "/telaah"


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


def test_a_question_that_names_a_unit_leads_to_all_that_is_said_of_it() -> None:
    asked = Wish(cari="napi kabur rutan medaeng", nada="negatif")
    page = search_view.search_page(NOTHING, asked, stories={}, outlets={}, kept=[], role="analis", key="k")
    (chip,) = page.meant
    assert chip.label.endswith("Surabaya dan napi kabur")
    assert chip.href.startswith("/cari?cari=napi+kabur&unit=rutan-") and chip.href.endswith("nada=negatif")
    there = Wish(cari="napi kabur rutan medaeng", unit="rutan-i-surabaya")
    again = search_view.search_page(NOTHING, there, stories={}, outlets={}, kept=[], role="analis", key="k")
    assert again.meant == (), "it is narrowed to one already"


def test_words_that_find_nothing_together_are_offered_alone() -> None:
    found = replace(NOTHING, frequencies={"sumur": 3, "kering": 0, "air": 2})
    page = search_view.search_page(
        found, Wish(cari="sumur kering air", wilayah="Banten"), stories={}, outlets={}, kept=[], role="analis", key="k"
    )
    assert page.empty_words == "Tidak ada publikasi yang cocok dengan saringan ini."
    assert [(chip.label, chip.href) for chip in page.apart] == [
        ("sumur", "/cari?cari=sumur&wilayah=Banten"), ("air", "/cari?cari=air&wilayah=Banten"),
    ]  # fmt: skip
    assert ("Banten", "Banten") in page.provinces
