"""How certain it is that what is told has happened: confirmed, told as fact, supposed, denied."""

import pytest

from services.classifier.certainty import told_certain
from services.classifier.labelling import Labeller
from services.classifier.summarising import summarise
from services.classifier.verdicts import CertaintyLevel
from tests.unit.classifier.test_summarising import NOON, a_member


def level(labeller: Labeller, title: str, kind: str = "berita", text: str = "") -> CertaintyLevel:
    verdict = labeller.label(title, text)
    return told_certain(verdict.held_certain, verdict.certain_why, kind)[0]


@pytest.mark.parametrize(
    ("title", "kind", "wanted"),
    [
        ("Dua napi Lapas Tanjung Liman kabur lewat plafon", "berita", "sangat_mungkin"),
        ("Kalapas Tanjung Liman benarkan dua napi kabur", "berita", "teramati"),
        ("Kalapas Tanjung Liman belum benarkan kabar napi kabur", "berita", "sangat_mungkin"),
        ("Napi Lapas Tanjung Liman diduga kendalikan sabu dari sel", "berita", "mungkin"),
        ("Sel Lapas Tanjung Liman terbakar, diduga akibat korsleting", "berita", "sangat_mungkin"),
        ("Benarkah ada pungli di Lapas Tanjung Liman", "berita", "mungkin"),
        ("Ada bilik asmara di Lapas Tanjung Liman?", "berita", "mungkin"),
        ("Kalapas Tanjung Liman bantah kabar napi kabur", "berita", "tidak_mungkin"),
        ("Napi Lapas Tanjung Liman kabur tadi malam", "unggahan", "mungkin"),
        ("Dua napi Lapas Tanjung Liman kabur lewat plafon", "laporan", "teramati"),
        ("Napi Lapas Tanjung Liman diduga sakit, dibawa ke puskesmas", "laporan", "teramati"),
    ],
)
def test_a_text_is_as_certain_as_its_words_and_its_teller(
    labeller: Labeller, title: str, kind: str, wanted: CertaintyLevel
) -> None:
    assert level(labeller, title, kind) == wanted


def test_an_officer_who_tells_of_it_in_the_text_confirms_it(labeller: Labeller) -> None:
    text = "Peristiwa itu terjadi Minggu pagi. Kalapas Tanjung Liman mengatakan dua orang masih dicari."
    assert level(labeller, "Dua napi kabur dari Lapas Tanjung Liman", "unggahan", text) == "teramati"


def test_every_certainty_says_why(labeller: Labeller) -> None:
    for title in ("Napi kabur dari Lapas Tanjung Liman", "Napi diduga kabur dari Lapas Tanjung Liman"):
        verdict = labeller.label(title)
        assert told_certain(verdict.held_certain, verdict.certain_why, "berita")[1]


def test_what_is_not_ours_is_not_weighed(labeller: Labeller) -> None:
    assert labeller.label("Harga cabai diduga naik lagi").held_certain is None


@pytest.mark.parametrize(
    ("levels", "wanted"),
    [
        (("mungkin", "sangat_mungkin", "teramati"), "teramati"),
        (("mungkin", "tidak_mungkin"), "tidak_mungkin"),
        (("sangat_mungkin", "tidak_mungkin"), "sangat_mungkin"),
        ((None, "mungkin"), "mungkin"),
        ((None,), None),
    ],
)
def test_a_story_is_a_rumour_until_somebody_confirms_or_denies_it(
    levels: tuple[CertaintyLevel | None, ...], wanted: CertaintyLevel | None
) -> None:
    story = summarise("isu-1", [a_member(n, certainty=one) for n, one in enumerate(levels)], now=NOON)
    assert story is not None and story.certainty == wanted
