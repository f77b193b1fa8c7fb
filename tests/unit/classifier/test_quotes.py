"""What was said and by whom: quoted, retold, or behind a colon; a term in quotation marks is no quote."""

from __future__ import annotations

import pytest

from services.classifier.entities import entities_of
from services.classifier.normalising import read
from services.classifier.quotes import Said, quotes_of
from services.classifier.units import GazetteerUnits


def said(title: str, text: str = "") -> tuple[Said, ...]:
    reading = read(title, text)
    units = GazetteerUnits().find(reading, opmode="live").spans
    return quotes_of(title, text, entities_of(reading, title, text, units))


@pytest.mark.parametrize(
    ("text", "words", "by"),
    [
        ('"Semua sudah aman," ujar Kalapas Kediri, Senin.', "Semua sudah aman", "Kalapas Kediri"),
        ("“Semua sudah aman”, kata Karutan.", "Semua sudah aman", "Karutan"),
        ('Karutan mengatakan, "Semua sudah aman."', "Semua sudah aman", "Karutan"),
        ("Kalapas Kediri menegaskan bahwa tidak ada yang kabur.", "tidak ada yang kabur", "Kalapas Kediri"),
        ("Menurut Karutan, pintu belakang rusak.", "pintu belakang rusak", "Karutan"),
        ("Pintu belakang memang rusak, kata Karutan.", "Pintu belakang memang rusak", "Karutan"),
        ("Seperti dikutip dari keterangan Kapolda Riau, tiga orang lari.", "tiga orang lari", "Kapolda Riau"),
        ("Karutan datang. Ia menambahkan, pintu sudah diganti.", "pintu sudah diganti", "Karutan"),
        ('ICJR hadir. "Penjara bukan jawaban," tulis lembaga itu.', "Penjara bukan jawaban", "ICJR"),
        ("Pengacara [TAHANAN] menyebut kliennya sakit.", "kliennya sakit", "Pengacara"),
    ],
)
def test_a_quote_and_its_speaker(text: str, words: str, by: str) -> None:
    assert [(quote.words, quote.by) for quote in said("", text)] == [(words, by)]


def test_a_headline_puts_the_words_behind_a_colon() -> None:
    (quote,) = said("Karutan: makanan layak")
    assert (quote.words, quote.by, quote.role) == ("makanan layak", "Karutan", "karutan")


@pytest.mark.parametrize(
    "text",
    [
        'Fasilitas "bilik asmara" di lapas itu dibongkar.',
        "Hujan menyebut namamu.",
        "Jakarta: hujan lebat",
        '"Tanpa penutup ujar Karutan',
        "",
    ],
)
def test_what_is_no_quote(text: str) -> None:
    assert said("", text) == ()


def test_the_place_is_where_the_words_stand() -> None:
    text = 'Sore itu, "Kami cek lagi," tegas Kalapas.'
    (quote,) = said("", text)
    assert text[quote.place.start : quote.place.end] == quote.words == "Kami cek lagi"


def test_many_quotes_stay_within_what_an_event_carries() -> None:
    assert len(said("", '"Kami cek lagi nanti," kata Kalapas. ' * 50)) == 10
    (long,) = said("", f"Karutan mengatakan {'panjang ' * 200}.")
    assert len(long.words) <= 500
