"""Same event over two documents, and the command that answers for pairs of them."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libs.schemas.common import Topic22
from services.classifier.labelling import Labeller
from services.classifier.moments import moment
from services.classifier.pairing import answer_lines, pair_up
from services.classifier.particulars import elsewhere, particulars
from services.classifier.rules import load_rules
from services.classifier.same_event import model, read_model, same_event
from services.classifier.training.same_event import FOLDS, best_threshold, told_of_elsewhere, with_our_topics
from services.classifier.training.same_event_stream import folds_of
from services.classifier.training.story_pairs import SAME, Pair, Side, our_topics, own_pairs, real_events
from services.classifier.traits import Traits, numbers_of, traits
from services.classifier.units import GazetteerUnits
from services.classifier.wordings import load_synonyms, stems_of, synonyms, word_table

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def doc(title: str, *, hours: float | None = 0, unit: str = "", topic: str = "lainnya", text: str = "") -> Traits:
    return traits(
        item_id=title,
        at=None if hours is None else NOON + timedelta(hours=hours),
        title=title,
        text=text,
        units=[unit] if unit else [],
        unit_names=[unit.replace("-", " ")] if unit else [],
        topic=topic,
    )


@pytest.fixture(scope="module")
def labeller() -> Labeller:
    return Labeller(load_rules(), GazetteerUnits())


def answered(labeller: Labeller, *lines: str | bytes) -> tuple[list[dict[str, Any]], str]:
    out, err = io.StringIO(), io.StringIO()
    raw = [line if isinstance(line, bytes) else line.encode() for line in lines]
    assert answer_lines(labeller, raw, out=out, err=err) == 0
    return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue()


def test_other_words_for_one_deed_are_one_event() -> None:
    a = doc("Tiga napi kabur dari Lapas Contoh lewat atap")
    b = doc("3 narapidana Lapas Contoh melarikan diri, atap dijebol", hours=2)
    assert same_event(a, b).same


def test_other_numbers_of_inmates_speak_against_one_event() -> None:
    a, b = doc("10 napi kabur dari lapas di Solok"), doc("12 napi kabur dari lapas di Solok", hours=5)
    same = doc("10 narapidana kabur dari lapas di Solok", hours=5)
    assert same_event(a, b).score < same_event(a, same).score


def test_the_price_that_rose_is_not_the_price_that_fell() -> None:
    a = doc("Harga cabai naik di Pasar Induk Contoh")
    risen, fallen = (doc(f"Harga cabai {deed} di Pasar Induk Contoh", hours=4) for deed in ("melonjak", "turun"))
    assert same_event(a, fallen).score < same_event(a, risen).score


def test_time_takes_certainty_away() -> None:
    a = doc("Gempa guncang Garut, warga berhamburan")
    scores = [same_event(a, doc("Gempa guncang Garut, warga panik", hours=h)).score for h in (0, 10, 30, 60)]
    assert scores == sorted(scores, reverse=True)
    assert not same_event(a, doc("Gempa guncang Garut, warga panik", hours=73)).same


def test_other_units_never_tell_of_one_event() -> None:
    a, b = doc("Tiga napi kabur", unit="lapas-a"), doc("Tiga napi kabur", unit="lapas-b")
    assert same_event(a, b) == same_event(b, a)
    assert (same_event(a, b).same, same_event(a, b).why) == (False, "unit berbeda")


def test_what_shares_no_word_and_no_unit_is_two_events() -> None:
    assert not same_event(doc("Warga panen lele"), doc("Pengajian rutin digelar")).same


def test_a_yes_gives_its_reason_in_indonesian() -> None:
    decision = same_event(doc("Sabu dalam tahu isi disita"), doc("Tahu isi berisi sabu disita sipir", hours=1))
    assert decision.same
    assert decision.why in {"judul serupa", "kata langka yang sama", "kejadian sejenis"}


def test_texts_tell_apart_what_headlines_do_not() -> None:
    title = "Rumah warga terbakar semalam"
    in_solo = (
        "Api membakar tiga rumah petak di Kelurahan Mojosongo Kota Solo Jumat dini hari. Enam mobil pemadam datang "
        "setelah ketua RT menelepon posko; penghuni mengungsi ke balai warga, kerugian ditaksir ratusan juta."
    )
    in_palu = (
        "Sebuah rumah panggung di Donggala Sulawesi Tengah ludes ketika kompor minyak meledak. Nelayan setempat "
        "menyiram bara memakai ember air laut, seorang nenek luka bakar di lengan dan dirawat di puskesmas."
    )
    same = same_event(doc(title, text=in_solo), doc(title, text=in_solo, hours=3))
    other = same_event(doc(title, text=in_solo), doc(title, text=in_palu, hours=3))
    assert other.score < 0.95 * same.score


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_two_texts_get_a_symmetric_answer_between_nought_and_one(a: str, b: str, text: str) -> None:
    left, right = doc(a, text=text), doc(b, hours=None)
    assert same_event(left, right) == same_event(right, left)
    assert 0.0 <= same_event(left, right).score <= 1.0


def test_numbers_know_what_they_count() -> None:
    assert numbers_of("12 napi kabur, kerugian Rp 1,5 miliar pada 2026") == {("12", "orang"), ("1.5", "uang")}
    assert numbers_of("Tiga tahanan sakit, dua puluh ponsel disita") >= {("3", "orang")}
    assert numbers_of("1.200 orang terima remisi") == {("1200", "orang")}


def test_phrases_and_inflections_fall_into_one_class() -> None:
    known = synonyms()
    assert stems_of(["melarikan", "diri"], known) == stems_of(["kabur"], known)
    assert stems_of(["meninggal", "dunia"], known) == stems_of(["tewas"], known)
    assert stems_of(["warga", "binaan"], known) == stems_of(["narapidana"], known)


def test_a_word_belongs_to_one_class_and_opposites_are_known_classes() -> None:
    own = load_synonyms(["k_a: satu, dua kata", "k_b: tiga", "k_a >< k_b"])
    assert own.words["satu"] == "k_a"
    assert own.opposed == {("k_a", "k_b"), ("k_b", "k_a")}
    assert {name for pair in synonyms().opposed for name in pair} <= _classes()


def _classes() -> set[str]:
    known = synonyms()
    return {*known.words.values(), *(name for phrases in known.phrases.values() for _, name in phrases)}


def test_words_not_in_the_table_are_the_rarest() -> None:
    table = word_table()
    assert table.rarity("qwertyuiop") == table.unseen >= max(table.rarities.values())
    assert table.rarity("k_lapas") < table.rarity("ekshumasi")


def test_a_model_that_weighs_other_figures_is_refused() -> None:
    given = {"version": "x", "headline": {"decision": {"bias": 0, "threshold": 0.5}, "figures": {"cosine": 1}}}
    with pytest.raises(ValueError, match="other figures"):
        read_model(json.dumps(given))
    assert len(model().by) == 4


def test_dates_of_outlets_and_machines_are_read() -> None:
    at = datetime(2025, 6, 18, 12, 58, tzinfo=UTC)
    for written in (
        "Rabu, 18 Jun 2025 19:58 WIB",
        "Diperbarui 18 Jun 2025, 19:58 WIB",
        "Kompas.com- 18/06/2025, 19:58 WIB",
        ",\xa0Jurnalis-Rabu, 18 Juni 2025 |19:58 WIB",
        "18 Juni 2025 | 19.58 WIB",
        "18 Juni 2025 20.58 WITA",
        "2025-06-18T12:58:00Z",
        "2025-06-18T19:58:00",
        "Wed, 18 Jun 2025 19:58:00 +0700",
    ):
        assert moment(written) == at, written


@pytest.mark.parametrize("written", ["", "kemarin", "32/13/2025", "18 Foo 2025", "99:99", "0/0/0000"])
def test_what_is_no_date_is_none(written: str) -> None:
    assert moment(written) is None


def test_the_command_answers_each_pair(labeller: Labeller) -> None:
    pair = {"id": "p1", "a": {"title": "Tiga napi kabur di Solok"}, "b": {"title": "3 napi di Solok melarikan diri"}}
    (answer,), err = answered(labeller, json.dumps(pair))
    assert err == ""
    assert answer["id"] == "p1"
    assert (answer["same_event"], answer["near_copy"]) == (True, False)
    assert 0.0 <= answer["score"] <= 1.0


def test_a_copied_text_is_a_near_copy_and_so_one_event(labeller: Labeller) -> None:
    body = " ".join(f"kata{n} tentang peristiwa" for n in range(60))
    answer = pair_up(
        labeller, {"title": "Judul lama", "text": body}, {"title": "Kepala lain", "text": body + " Tamat."}
    )
    assert (answer.same, answer.near_copy) == (True, True)


@pytest.mark.parametrize(
    "line",
    [b"bukan json", b"[1, 2]", b"{}", b'{"a": {}, "b": 3}', b"\xff\xfe", b'{"a": {"title": "x"}}', b"[" * 100_000],
)
def test_a_line_that_is_no_pair_is_named_and_the_rest_goes_on(labeller: Labeller, line: bytes) -> None:
    good = json.dumps({"id": 2, "a": {"title": "x"}, "b": {"title": "y"}})
    answers, err = answered(labeller, line, good)
    assert [a["id"] for a in answers] == [2]
    assert err.startswith("line 1: ")


@pytest.mark.parametrize(
    "side", [{}, {"title": ""}, {"title": None, "text": 7}, {"title": "🔥" * 50}, {"title": "a" * 10**6}]
)
def test_odd_documents_are_answered(labeller: Labeller, side: dict[str, Any]) -> None:
    answer = pair_up(labeller, side, {"title": "Napi kabur", "published": "entah"})
    assert answer.same is False


def test_our_own_pairs_are_enough_and_mostly_hard_negatives() -> None:
    pairs = own_pairs()
    assert sum(p.label == SAME for p in pairs) >= 300
    assert sum(p.label != SAME for p in pairs) >= 900
    assert len({side.title for p in pairs for side in (p.a, p.b)}) >= 350


def test_each_headline_of_the_families_has_its_topic() -> None:
    assert {side.title for pair in own_pairs() for side in (pair.a, pair.b)} <= our_topics().keys()
    assert set(our_topics().values()) <= set(get_args(Topic22))


def test_what_is_learnt_from_made_pairs_names_two_towns_in_one_headline() -> None:
    made = told_of_elsewhere(with_our_topics(own_pairs()))
    assert len(made) >= 200
    assert not any(pair.same for pair in made)
    apart = sum(elsewhere(particulars(p.a.title), particulars(p.b.title)) for p in made)
    assert apart >= 0.6 * len(made), "most name the towns where a reader sees them"


def test_articles_of_one_event_are_held_out_together() -> None:
    def article(row: int) -> Side:
        return Side(key=str(row), title=f"judul {row}")

    pairs = [Pair(a=article(a), b=article(b), label=SAME, group="isu-1") for a, b in ((3, 7), (7, 11))]
    found = folds_of(12, [*pairs, Pair(a=article(3), b=article(5), label="different", group="jauh")])
    assert len({found[row] for row in (3, 7, 11)}) == 1
    assert set(found) <= set(range(FOLDS))


def test_the_threshold_is_where_a_ragged_curve_is_best_on_the_whole() -> None:
    same = np.array([True] * 70 + [False] * 30)
    scores = np.concatenate([np.linspace(0.55, 0.99, 70), np.linspace(0.05, 0.52, 30)])
    assert 0.5 <= best_threshold(scores, same, [np.ones(100, bool)]) <= 0.58


def test_no_article_of_the_real_day_tells_of_two_events() -> None:
    rows = [row for event in real_events() for row in event]
    assert len(rows) == len(set(rows)) >= 300


def test_the_shipped_model_knows_what_it_learnt() -> None:
    """A floor, not a figure: held-out figures are printed by the training."""
    right = total = 0
    for pair in own_pairs():
        a, b = (
            traits(
                item_id=s.key,
                at=s.at,
                title=s.title,
                units=[s.unit] if s.unit else [],
                unit_names=[s.unit_name] if s.unit_name else [],
                topic=s.topic,
            )
            for s in (pair.a, pair.b)
        )
        right += same_event(a, b).same == pair.same
        total += 1
    assert right / total >= 0.88
