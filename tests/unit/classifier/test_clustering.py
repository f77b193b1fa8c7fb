"""What is answered of two documents is what the grouper does with them; what a story wants beyond that."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.classifier.announcing import classified_item, groupable_item
from services.classifier.clustering import (
    AMONG_RIVALS,
    MERGE,
    OF_SEVERAL,
    RIVAL,
    Features,
    Likeness,
    belongs,
    has_rival,
)
from services.classifier.labelled import text_of
from services.classifier.labelling import Document, Labeller
from services.classifier.near_copies import signature
from services.classifier.normalising import read
from services.classifier.pairing import answer, document, pair_up
from services.classifier.particulars import elsewhere, particulars
from services.classifier.remembering import Memory, features_of, take_in
from services.classifier.story_index import StoryIndex
from services.classifier.summarising import Member, member_of
from services.classifier.training.story_pairs import Pair, Side, own_pairs
from services.classifier.traits import traits
from services.classifier.units import GazetteerUnits
from tests.support.builders import an_item, an_item_id

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
BODY = (
    "Petugas menemukan sebuah bungkusan di bawah tumpukan sayur pada pemeriksaan pagi. Bungkusan itu berisi serbuk "
    "putih yang kemudian diserahkan kepada penyidik bersama seorang pengantar barang. Kepala pengamanan menyebut "
    "pemeriksaan semacam ini dilakukan setiap hari dan akan diperketat menjelang libur panjang bersama kepolisian. "
)


def as_grouped(labeller: Labeller, n: int, title: str, text: str, at: datetime) -> Member:
    """The way of an item through the service: labelled, announced, read by the grouper."""
    item = an_item(n, item_id=an_item_id(n), title=title, text=text, published_at=at, first_seen_at=at)
    (verdict,) = labeller.label_many([Document(title=title, text=text)])
    labels = classified_item(item, verdict, labeller=labeller, units=GazetteerUnits(), opmode="live")
    announced = groupable_item(labels, text_of(text), signature(read(title, text)))
    return member_of(announced, story_id="", mode="live", sequence=1, lane="live")


def as_asked(side: Side) -> dict[str, Any]:
    return {"title": side.title, "text": side.text, "published": side.at.isoformat() if side.at else None}


def share_a_story(first: Member, second: Member) -> bool:
    """The second arrives when the grouper's memory holds nothing but the first."""
    index = Memory().of("live")
    stories = []
    for member in (first, second):
        item = features_of(member)
        placed = index.place(item)
        take_in(index, Member(**{**_fields(member), "story_id": placed.story_id, "copy_of": placed.copy_of}), item)
        stories.append(placed.story_id)
    return stories[0] == stories[1]


def _fields(member: Member) -> dict[str, Any]:
    return {name: getattr(member, name) for name in member.__slots__}


def everything(item: Features) -> dict[str, Any]:
    return {name: getattr(item, name) for name in item.__slots__ if name != "item_id"}


@pytest.mark.parametrize("text", ["", BODY, BODY * 9])
def test_a_document_is_compared_as_the_item_it_would_be(labeller: Labeller, text: str) -> None:
    for title in ("Tiga napi Lapas Kelas IIA Jember kabur lewat atap", "Rutan Medaeng panen lele", "Harga cabai naik"):
        asked = document(labeller, {"title": title, "text": text, "published": NOON.isoformat()}, name="a")
        grouped = features_of(as_grouped(labeller, 1, title, text, NOON))
        assert everything(asked) == everything(grouped)


def test_of_every_own_pair_the_answer_is_what_the_grouper_does_in_either_order(labeller: Labeller) -> None:
    pairs = own_pairs()
    sides = {side.key: side for pair in pairs for side in (pair.a, pair.b)}
    asked = {key: document(labeller, as_asked(side), name=key) for key, side in sides.items()}
    grouped = {
        key: as_grouped(labeller, n, side.title, side.text, side.at or NOON)
        for n, (key, side) in enumerate(sides.items(), 1)
    }
    said = {(p.a.key, p.b.key): answer(asked[p.a.key], asked[p.b.key]) for p in pairs}
    assert {a.same for a in said.values()} == {True, False}
    for (a, b), found in said.items():
        assert found == answer(asked[b], asked[a])
        assert found.same == share_a_story(grouped[a], grouped[b]) == share_a_story(grouped[b], grouped[a]), (a, b)


def test_a_copied_text_is_answered_and_grouped_alike(labeller: Labeller) -> None:
    other = "Judul yang lain sama sekali", BODY.replace("pagi", "siang") * 2 + "Tamat."
    pair = {"a": {"title": "Sayur isi serbuk", "text": BODY * 2}, "b": {"title": other[0], "text": other[1]}}
    found = pair_up(labeller, pair["a"], pair["b"])
    assert (found.same, found.near_copy) == (True, True)
    first = as_grouped(labeller, 1, pair["a"]["title"], pair["a"]["text"], NOON)
    assert share_a_story(first, as_grouped(labeller, 2, *other, NOON + timedelta(hours=1)))


def test_without_dates_the_order_of_asking_changes_nothing() -> None:
    for pair in own_pairs()[::7]:
        a, b = (_undated(side) for side in (pair.a, pair.b))
        assert answer(a, b) == answer(b, a)
        # One date alone says nothing of how far apart they are.
        assert answer(a, _dated(pair.b)) == answer(a, b)


def _undated(side: Side) -> Features:
    return traits(item_id=side.key, at=None, title=side.title)


def _dated(side: Side) -> Features:
    return traits(item_id=side.key, at=side.at, title=side.title)


def test_a_score_agrees_with_its_answer() -> None:
    """Whoever asks with another threshold gets the answers in the order of the scores."""
    said = [_answered(pair) for pair in own_pairs()[::5]]
    assert max(a.score for a in said if not a.same) <= min(a.score for a in said if a.same)


def _answered(pair: Pair) -> Any:
    return answer(_dated(pair.a), _dated(pair.b))


def like(score: float, *, certain: bool = False) -> Likeness:
    return Likeness(same=score >= 0.5, score=score, why="", certain=certain)


def test_a_story_of_one_headline_takes_what_two_documents_alone_would_share() -> None:
    item, head = (traits(item_id=name, at=NOON, title="kebun") for name in "ab")
    assert belongs(item, [head], [like(0.55)])
    assert not belongs(item, [head], [])


def test_among_rivals_only_a_sure_likeness_counts() -> None:
    item, head = (traits(item_id=name, at=NOON, title="kebun") for name in "ab")
    assert not belongs(item, [head], [like(AMONG_RIVALS - 0.01)], rivals=True)
    assert belongs(item, [head], [like(AMONG_RIVALS)], rivals=True)
    assert belongs(item, [head], [like(0.6, certain=True)], rivals=True)


def test_a_rival_is_a_story_nearly_as_alike() -> None:
    assert has_rival(0.7, [0.1, 0.45])
    assert not has_rival(0.8, [0.1, 0.45])
    assert not has_rival(0.3, [RIVAL - 0.01])
    assert not has_rival(0.7, [])


def test_of_several_headlines_half_must_be_alike() -> None:
    item = traits(item_id="x", at=NOON, title="kebun")
    heads = [traits(item_id=str(n), at=NOON, title=f"kebun {n}") for n in range(4)]

    def alike_to(*these: str) -> bool:
        said = {h.item_id: like(OF_SEVERAL if h.item_id in these else 0.1) for h in heads}
        alike = [found for found in said.values() if found.same]
        return belongs(item, heads, alike, decide=lambda _, head: said[head.item_id])

    assert alike_to("0", "1")
    assert not alike_to("0")
    assert belongs(item, heads, [like(MERGE)], decide=lambda *_: like(0.0))


def test_a_weak_likeness_joins_alone_and_stays_out_beside_a_rival() -> None:
    scores = {("x", "a"): 0.7, ("x", "b"): 0.45}

    def decide(one: Features, other: Features) -> Likeness:
        return like(scores.get((one.item_id, other.item_id), 0.0))

    a, b, item = (traits(item_id=name, at=NOON, title="gudang arsip terbakar") for name in "abx")
    alone, crowded = StoryIndex("live", decide), StoryIndex("live", decide)
    alone.add(a, "isu-a")
    crowded.add(a, "isu-a")
    crowded.add(b, "isu-b")
    assert alone.place(item).story_id == "isu-a"
    assert crowded.place(item).is_new


def test_places_are_elsewhere_unless_one_lies_in_the_other() -> None:
    def apart(a: str, b: str) -> bool:
        return elsewhere(particulars(a), particulars(b))

    assert apart("Napi kabur di Jember", "Napi kabur di Garut")
    assert not apart("Napi kabur di Jember", "Napi kabur di Jawa Timur")
    assert not apart("Napi kabur di Jember", "Napi kabur saat hujan")
    assert particulars("Napi serang petugas lapas").places == frozenset()
    assert particulars("Napi kabur di Serang").places == {"serang"}


def test_units_are_known_by_kind_and_the_word_behind_it() -> None:
    found = particulars("Lapas Kelas IIA Tanjung Liman dan Rutan Wonotirto dirazia")
    assert (set(found.named), set(found.kinds)) == ({"tanjung", "wonotirto"}, {"lapas", "rutan"})


def test_dates_days_and_hours_of_a_headline_are_read() -> None:
    found = particulars("Jadwal sidang Rabu 18 Juni 2025 pukul 13.30 WIB")
    assert [set(said) for said in (found.dates, found.days, found.clocks)] == [{"18"}, {"rabu"}, {"13.30"}]
    assert particulars("Sidang digelar jam 13.30").clocks == {"13.30"}


@pytest.mark.parametrize(
    ("headline", "a_list"),
    [
        ("7 model gelang emas terbaru", True),
        ("5 fakta kebakaran rutan", True),
        ("12 napi kabur lewat atap", False),
        ("9 HP disita dari kamar", False),
        ("Napi kabur 3 hari", False),
    ],
)
def test_a_list_is_no_count_of_people(headline: str, a_list: bool) -> None:
    assert particulars(headline).a_list is a_list


def test_what_went_before_is_told_by_a_headline() -> None:
    assert particulars("Buntut napi kabur, kalapas dicopot").later
    assert particulars("Sepekan setelah kebakaran, bengkel dibuka").later
    assert not particulars("Napi kabur ditangkap lagi").later
    assert not particulars("Napi kabur lewat atap").later


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sabu dalam tahu isi disita di Lapas Jember", "Sabu dalam tahu isi disita di Lapas Garut"),
        ("Jadwal kunjungan lapas Rabu 18 Juni", "Jadwal kunjungan lapas Selasa 17 Juni"),
    ],
)
def test_another_place_or_day_is_another_event(one: str, other: str) -> None:
    a, b, same = (traits(item_id=name, at=NOON, title=title) for name, title in (("a", one), ("b", other), ("c", one)))
    assert answer(a, b).score < answer(a, same).score
    assert not answer(a, b).same


def test_another_kind_of_unit_speaks_against_one_event() -> None:
    """Outlets confuse prisons and detention houses of one town, so it alone does not decide."""
    a, b, same = (
        traits(item_id=kind, at=NOON, title=f"Api di dapur {kind} Brebes, penghuni dievakuasi")
        for kind in ("lapas", "rutan", "lapas")
    )
    assert answer(a, b).score < answer(a, same).score
