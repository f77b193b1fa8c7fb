"""A letter that numbers a thing is masked nowhere; one that stands for a person is."""

import pytest

from libs.privacy import gate


@pytest.mark.parametrize(
    "text",
    [
        "Peminjam terbanyak adalah peserta kejar paket C.",
        "Setiap pekan 230 buku dipinjam. Peminjam terbanyak adalah peserta kejar Paket C.\nMereka belajar lagi.",
        "Warga binaan Blok A dan blok B bertanding voli.",
        "Vaksin hepatitis B diberikan kepada warga binaan kamar D.",
    ],
)
@pytest.mark.parametrize("channel", ["news", "unit_report"])
def test_the_letter_of_a_thing_stays(text: str, channel: str) -> None:
    assert gate(text, channel=channel).text == text  # type: ignore[arg-type]


def test_a_small_letter_alone_is_nobody() -> None:
    assert gate("x", channel="release").text == "x"
    assert "«x»" in gate("Isi kolom «x» dengan angka.", channel="unit_report").text


def test_the_initial_of_a_person_goes() -> None:
    assert "MR" not in gate("Narapidana berinisial MR (32) di Blok A kabur.", channel="news").text
