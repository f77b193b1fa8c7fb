"""When two titles are the same, and whose came first."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.titling import SameTitle, Titled, normalised_title, same_title, title_hash

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
PLAIN = "lapas contoh utara panen raya sayur"


@pytest.mark.parametrize(
    "title",
    [
        "Lapas Contoh Utara Panen Raya Sayur",
        "LAPAS CONTOH UTARA PANEN RAYA SAYUR!",
        "Lapas Contoh Utara: Panen Raya, Sayur",
        "  Lapas  Contoh\u00a0Utara “Panen Raya” Sayur ",
        "VIDEO: Lapas Contoh Utara Panen Raya Sayur",
        "[FOTO] Lapas Contoh Utara Panen Raya Sayur",
        "Breaking News: Lapas Contoh Utara Panen Raya Sayur",
        "[VIDEO] Update: Lapas Contoh Utara Panen Raya Sayur",
        "Lapas Contoh Utara Panen Raya Sayur - Harian Contoh",
        "Lapas Contoh Utara Panen Raya Sayur | harian-contoh.example",
        "Lapas Contoh Utara Panen Raya Sayur – HarianContoh",
        "Ｌａｐａｓ Contoh Utara Panen Raya Sayur",
    ],
)
def test_one_title_in_many_dresses(title: str) -> None:
    title = title.replace("harian-contoh.example", "kabarcontoh.co.id")
    assert normalised_title(title, "Harian Contoh") == PLAIN


@pytest.mark.parametrize("title", ["", "Lapas", "Jadwal salat", "Panen raya lapas", "[WBP]", "VIDEO: Panen", "1 2 3 4"])
def test_a_title_that_tells_too_little_matches_nothing(title: str) -> None:
    assert normalised_title(title) is None


def test_other_words_are_another_title() -> None:
    assert normalised_title("Lapas Contoh Utara panen raya jagung") != PLAIN
    assert normalised_title("Lapas Contoh Utara panen raya sayur - tiga hektare lahan") != PLAIN


def test_the_hash_is_keyed_and_of_one_mode() -> None:
    hashes = {title_hash(key, mode, PLAIN) for key in (b"a", b"b") for mode in ("live", "sample")}
    assert len(hashes) == 4 and not any(PLAIN.split()[0] in one for one in hashes)


def carrier(item_id: str, hours: float, outlet_id: str = "harian-contoh") -> Titled:
    return Titled(item_id=item_id, outlet_id=outlet_id, at=NOW + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("others", "found"),
    [
        ([], None),
        ([carrier("b", 0)], None),
        ([carrier("c", 0)], None),
        ([carrier("a", 0)], SameTitle(item_id="a", own=True)),
        ([carrier("z", -1)], SameTitle(item_id="z", own=True)),
        ([carrier("z", -1, "lain")], SameTitle(item_id="z", own=False)),
        ([carrier("z", -1), carrier("y", -71.9, "lain")], SameTitle(item_id="y", own=False)),
        ([carrier("z", -72.1)], None),
        ([carrier("z", 1)], None),
    ],
)
def test_the_earliest_of_three_days_is_named(others: list[Titled], found: SameTitle | None) -> None:
    assert same_title(carrier("b", 0), others) == found


def test_of_two_at_once_exactly_one_is_first() -> None:
    both = [carrier("a", 0), carrier("b", 0, "lain")]
    assert [same_title(one, both) for one in both] == [None, SameTitle(item_id="a", own=False)]


@given(st.text(max_size=200), st.text(max_size=30))
def test_no_title_breaks_it(title: str, outlet: str) -> None:
    normalised_title(title, outlet)


@pytest.mark.parametrize("piece", ["- ", "[", "video: ", "| a", "foto "])
def test_a_hostile_title_is_no_work(piece: str) -> None:
    began = time.perf_counter()
    normalised_title(piece * 20_000, piece * 50)
    assert time.perf_counter() - began < 0.5
