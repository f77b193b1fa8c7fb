"""Near-copies, likeness and the index that places items in stories."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.classifier.clustering import Features, features, likeness
from services.classifier.near_copies import CopyIndex, is_near_copy, resemblance, signature
from services.classifier.normalising import read
from services.classifier.story_index import StoryIndex

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
BODY = (
    "Petugas menemukan sebuah bungkusan di bawah tumpukan sayur pada pemeriksaan pagi. Bungkusan itu berisi serbuk "
    "putih yang kemudian diserahkan kepada penyidik bersama seorang pengantar barang. Kepala pengamanan menyebut "
    "pemeriksaan semacam ini dilakukan setiap hari dan akan diperketat menjelang libur panjang bersama kepolisian."
)


def feats(
    n: int,
    title: str,
    *,
    text: str = "",
    minutes: float = 0,
    unit: str = "",
    topic: str = "lainnya",
    sign: bool = False,
) -> Features:
    return features(
        item_id=f"item-{n}",
        at=NOON + timedelta(minutes=minutes),
        title=title,
        text=text,
        units=[unit] if unit else [],
        unit_names=[unit.replace("-", " ")] if unit else [],
        topic=topic,
        signature=signature(read(title, text)) if sign else [],
    )


def sig(text: str) -> list[int]:
    return signature(read("", text))


def test_a_few_changed_words_leave_a_copy_a_copy() -> None:
    edited = BODY.replace("pagi", "siang").replace("seorang", "dua")
    assert is_near_copy(sig(BODY), sig(edited), words=45)
    assert resemblance(sig(BODY), sig(BODY)) == 1.0


def test_another_text_is_no_copy() -> None:
    other = "Warga binaan memanen sayur dari kebun di belakang blok hunian. " + " ".join(reversed(BODY.split()))
    assert not is_near_copy(sig(BODY), sig(other), words=45)


def test_short_headlines_must_agree_almost_wholly() -> None:
    a, b = (
        "Petugas lapas gagalkan penyelundupan sabu dalam nasi",
        "Petugas rutan gagalkan penyelundupan ganja dalam nasi",
    )
    assert not is_near_copy(sig(a), sig(b), words=7)
    assert is_near_copy(sig(a), sig(a), words=7)


def test_a_signature_needs_a_few_words() -> None:
    assert sig("terlalu pendek") == []
    assert resemblance([], []) == 0.0


def test_the_copy_index_finds_heads_and_forgets_whole_generations() -> None:
    index = CopyIndex(generation=2)
    texts = [BODY, BODY.replace("Petugas", "Seseorang") + " Selesai sudah.", " ".join(reversed(BODY.split()))]
    index.add("a", sig(texts[0]), 45)
    assert index.head_of(sig(texts[1]), 45) is not None
    assert index.head_of(sig(texts[2]), 45) is None
    for n in range(5):
        index.add(f"lain-{n}", sig(f"kabar nomor {n} tentang hal lain yang tidak ada hubungannya sama sekali {n}"), 12)
    assert len(index) <= 4
    assert index.head_of(sig(texts[0]), 45) is None


def test_two_known_units_never_share_a_story() -> None:
    a = feats(1, "Tiga napi kabur lewat atap", unit="lapas-a", topic="pelarian")
    b = feats(2, "Tiga napi kabur lewat atap", unit="lapas-b", topic="pelarian")
    assert not likeness(a, b).same
    index = StoryIndex("live")
    index.add(a, index.place(a).story_id)
    assert index.place(b).is_new


def test_the_same_unit_and_rare_incident_within_a_day_is_one_event() -> None:
    a = feats(1, "Tiga napi kabur lewat atap", unit="lapas-a", topic="pelarian")
    b = feats(2, "Pengejaran diperluas, napi belum tertangkap", unit="lapas-a", topic="pelarian", minutes=300)
    late = feats(3, "Pengejaran diperluas, napi belum tertangkap", unit="lapas-a", topic="pelarian", minutes=60 * 100)
    assert likeness(a, b).certain
    assert not likeness(a, late).same


def test_routine_of_one_unit_stays_apart() -> None:
    a = feats(1, "Warga binaan panen lele", unit="lapas-a", topic="pembinaan")
    b = feats(2, "Pengajian rutin diikuti puluhan orang", unit="lapas-a", topic="pembinaan", minutes=20)
    assert not likeness(a, b).same


def test_the_denial_belongs_to_what_it_denies() -> None:
    a = feats(1, "Napi dikabarkan rusuh semalam", unit="lapas-a", topic="kerusuhan")
    b = feats(2, "Kalapas bantah kabar rusuh", unit="lapas-a", topic="hoaks_klarifikasi", minutes=60)
    assert likeness(a, b).same


def test_likeness_is_symmetric() -> None:
    a = feats(1, "Gudang arsip terbakar, napi dievakuasi", topic="kebakaran_bencana")
    b = feats(2, "Napi dievakuasi saat gudang arsip dilalap api", topic="kebakaran_bencana", minutes=9)
    assert likeness(a, b) == likeness(b, a)
    assert likeness(a, b).same


def test_a_placed_item_keeps_its_story() -> None:
    index = StoryIndex("live")
    a = feats(1, "Tiga napi kabur lewat atap", unit="lapas-a", topic="pelarian")
    first = index.place(a)
    index.add(a, first.story_id)
    again = index.place(a)
    assert (first.is_new, again.is_new) == (True, False)
    assert first.story_id == again.story_id


def test_ids_depend_on_the_mode_and_the_first_item() -> None:
    a = feats(1, "Tiga napi kabur lewat atap")
    assert StoryIndex("live").place(a).story_id == StoryIndex("live").place(a).story_id
    assert StoryIndex("live").place(a).story_id != StoryIndex("sample").place(a).story_id


def test_a_copy_joins_the_story_of_its_head_and_is_no_head() -> None:
    index = StoryIndex("live")
    head = feats(1, "Sabu dalam sayur ditemukan", text=BODY, sign=True)
    index.add(head, index.place(head).story_id)
    copy = feats(2, "Sabu dalam sayur ditemukan petugas", text=BODY, minutes=30, sign=True)
    placement = index.place(copy)
    assert placement.copy_of == "item-1"
    assert not placement.is_new


def test_merged_stories_redirect_and_can_be_merged_on() -> None:
    index = StoryIndex("live")
    for n, title in enumerate(["alfa satu kebun", "beta dua sungai", "gama tiga gunung"], 1):
        item = feats(n, title, minutes=n)
        index.add(item, f"isu-{n}")
    index.merge("isu-3", "isu-2")
    index.merge("isu-2", "isu-1")
    assert index.resolve("isu-3") == "isu-1"
    assert len(index) == 1
    assert index.place(feats(9, "gama tiga gunung lagi", minutes=9)).story_id == "isu-1"


def test_quiet_stories_are_forgotten() -> None:
    index = StoryIndex("live")
    old, young = feats(1, "alfa satu kebun"), feats(2, "beta dua sungai", minutes=60 * 24 * 40)
    index.add(old, "isu-1")
    index.add(young, "isu-2")
    assert index.forget_before(NOON + timedelta(days=30)) == 1
    assert len(index) == 1
    assert index.place(feats(3, "alfa satu kebun")).is_new


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", ""]), st.sampled_from(["pelarian", "pembinaan"]), st.integers(0, 500)),
        max_size=25,
    )
)
def test_the_same_items_in_the_same_order_give_the_same_stories(items: list[tuple[str, str, int]]) -> None:
    def run() -> list[str]:
        index = StoryIndex("live")
        placed = []
        for n, (unit, topic, minutes) in enumerate(items):
            item = feats(n, f"napi {topic} kabar {minutes % 7}", unit=unit, topic=topic, minutes=minutes)
            placement = index.place(item)
            index.add(item, placement.story_id, copy_of=placement.copy_of)
            for tie in placement.ties:
                index.merge(tie, placement.story_id)
            placed.append(placement.story_id)
        return placed

    assert run() == run()


def test_a_dropped_head_is_found_no_more_and_takes_nobody_with_it() -> None:
    copies = CopyIndex()
    for name in ("satu", "dua", "tiga"):
        copies.add(name, sig(BODY), 45)
    assert copies.drop("dua") and not copies.drop("dua")
    assert copies.head_of(sig(BODY), 45) == ("satu", 1.0)
    assert copies.drop("satu") and copies.drop("tiga")
    assert copies.head_of(sig(BODY), 45) is None
    copies.add("dua", sig(BODY), 45)
    assert copies.head_of(sig(BODY), 45) == ("dua", 1.0)
