"""The gate: what identifies a person is found in every noise form, and ordinary text passes untouched."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libs.privacy import GATE_VERSION, Channel, Mode, Outcome, gate, redact

# Invented numbers in the form of real ones: province, regency, district, day, month, year, serial.
NIK = "3201015703900012"
LOOK_ALIKE = str.maketrans("0158", "OlSB")

NOISE: dict[str, Callable[[str], str]] = {
    "plain": lambda number: number,
    "blocks of four": lambda number: " ".join(number[i : i + 4] for i in range(0, 16, 4)),
    "dots by field": lambda number: ".".join((number[:2], number[2:4], number[4:6], number[6:12], number[12:])),
    "dashes": lambda number: "-".join(number[i : i + 4] for i in range(0, 16, 4)),
    "a blank between all": lambda number: " ".join(number),
    "three signs between all": lambda number: " - ".join(number),
    "new lines": lambda number: "\n".join((number[:6], number[6:12], number[12:])),
    "zero width": lambda number: "\u200b".join(number),
    "soft hyphen and joiner": lambda number: "\u00ad\u200d".join(number),
    "struck through": lambda number: "".join(sign + "\u0336" for sign in number),
    "full width": lambda number: "".join(chr(0xFF10 + int(sign)) for sign in number),
    "Arabic-Indic": lambda number: "".join(chr(0x0660 + int(sign)) for sign in number),
    "mathematical bold": lambda number: "".join(chr(0x1D7CE + int(sign)) for sign in number),
    "circled": lambda number: "".join("⓪①②③④⑤⑥⑦⑧⑨"[int(sign)] for sign in number),
    "look-alike letters": lambda number: number.translate(LOOK_ALIKE),
    "Cyrillic look-alikes": lambda number: number.replace("0", "О"),
    "mixed": lambda number: number[:6].translate(LOOK_ALIKE) + "\u200b. " + number[6:12] + "\n" + number[12:],
}


@st.composite
def niks(draw: st.DrawFn) -> str:
    province = draw(st.sampled_from(["11", "17", "21", "31", "36", "54", "62", "75", "82", "91", "96"]))
    region = draw(st.integers(0, 9999))
    day = draw(st.integers(1, 31)) + draw(st.sampled_from([0, 40]))
    month, year = draw(st.integers(1, 12)), draw(st.integers(0, 99))
    return f"{province}{region:04}{day:02}{month:02}{year:02}{draw(st.integers(1, 9999)):04}"


@pytest.mark.parametrize("noise", NOISE)
@pytest.mark.parametrize("channel", ["news", "unit_report"])
def test_a_nik_is_masked_in_every_noise_form(noise: str, channel: Channel) -> None:
    written = NOISE[noise](NIK)
    text = f"Pelaku dengan NIK {written} diserahkan kepada polisi."
    result = gate(text, channel=channel)
    assert result.text == "Pelaku dengan NIK [NIK] diserahkan kepada polisi."
    assert result.classes == {"nik": 1}
    [span] = result.spans
    assert text[span.start : span.end] == written


@settings(max_examples=300, deadline=None)
@given(nik=niks(), noise=st.sampled_from(sorted(NOISE)))
def test_no_digit_of_any_nik_is_left(nik: str, noise: str) -> None:
    result = gate(f"nik: {NOISE[noise](nik)}, lalu 12 orang lain", channel="news")
    assert result.classes == {"nik": 1}
    left = unicodedata.normalize("NFKC", result.text)
    assert [sign for sign in left if sign.isdigit()] == ["1", "2"]


@pytest.mark.parametrize(
    "keyword", ["NIK", "nik:", "N.I.K.", "No. KTP", "e-KTP", "nomor induk kependudukan", "N\u200bI\u200bK"]
)
def test_in_news_a_keyword_nearby_makes_it_a_nik(keyword: str) -> None:
    assert gate(f"Tertera {keyword} {NIK} pada berkas", channel="news").classes == {"nik": 1}
    assert gate(f"Tertera angka {NIK} pada berkas", channel="news").outcome == Outcome.PASS


def test_in_news_a_keyword_behind_counts_and_one_far_away_does_not() -> None:
    assert gate(f"{NIK} adalah NIK pelaku", channel="news").classes == {"nik": 1}
    assert gate(f"NIK{' kata' * 40} {NIK}", channel="news").outcome == Outcome.PASS


def test_a_list_behind_one_keyword_is_masked_to_its_end() -> None:
    listed = ", ".join(f"32010157039{i:05}" for i in range(12, 42))
    assert gate(f"NIK para pelaku: {listed}.", channel="news").classes == {"nik": 30}


@pytest.mark.parametrize("channel", ["unit_report", "social", "release"])
def test_elsewhere_structure_alone_is_enough(channel: Channel) -> None:
    assert gate(f"Tertera angka {NIK} pada berkas", channel=channel).classes == {"nik": 1}


@pytest.mark.parametrize(
    "number",
    [
        "9901015703900012",  # no such province
        "3201013203900012",  # day 32
        "3201017203900012",  # day 72 - 40 = 32
        "3201015713900012",  # month 13
        "3201015703900000",  # serial 0000
        "32010157039000123",  # 17 digits in one piece
        "320101570390001",  # 15
    ],
)
def test_sixteen_digits_without_the_structure_are_a_number(number: str) -> None:
    assert gate(f"NIK {number}", channel="unit_report").outcome == Outcome.PASS


def test_the_family_card_is_told_by_its_word() -> None:
    result = gate("Nomor Kartu Keluarga 3201015703100012, NIK 3201015703900012", channel="news")
    assert result.text == "Nomor Kartu Keluarga [KK], NIK [NIK]"


@pytest.mark.parametrize(
    "number",
    [
        "081234567890",
        "0812-3456-7890",
        "0812 3456 7890",
        "0812.3456.7890",
        "+62 812 3456 7890",
        "+6281234567890",
        "62812 3456 7890",
        "(+62) 812-3456-7890",
        "+62 (0) 812 3456 7890",
        "0062 812 3456 789",
        "O8l2 3456 789O",
        "0 8 1 2 3 4 5 6 7 8 9 0",
        "0\u200b8\u200b1\u200b2\u200b3\u200b4\u200b5\u200b6\u200b7\u200b8\u200b9",
        "０８１２３４５６７８９０",
    ],
)
def test_mobile_numbers_are_masked(number: str) -> None:
    result = gate(f"Hubungi {number} segera", channel="news")
    assert result.classes == {"telepon": 1}
    assert not any(sign.isdigit() for sign in unicodedata.normalize("NFKC", result.text))
    assert result.text.endswith("segera")


@pytest.mark.parametrize(
    "text",
    [
        "pada Sabtu, 21/11/2026 08.15 WIB",
        "pukul 08.15 21/11/2026 di aula",
        "jadwal 08.00 - 10.00, 13.00 WIB",
        "senilai Rp62.812.345.678 dari anggaran",
        "sebanyak 1.234.567 orang",
        "kapasitas 500, isi 1.234 orang",
        "UU 22/2022 pasal 12 ayat 3",
        "08.00-12.00 dan 13.00-16.00",
        "blok A 12 dan B 3",
        "kode pos 40123",
        "bobot 0.812345678 dan 0,8998765432",
        "rekening 1234567890 atas nama",
        "SOS oOo Solo BISOL",
        "skor 2-1 (1-0) 3-2 4-4 0-0 1-1 2-2",
        "torsi 6,6 kW @ 7.500 rpm",
        "nomor register perkara di pengadilan",
        "kepada @akun.contoh dan @lain",
    ],
)
def test_ordinary_figures_pass(text: str) -> None:
    assert gate(text, channel="news").text == text


def _as_full_width(code: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in code)


def _with_digits_of(first: int) -> Callable[[str], str]:
    return lambda code: "".join(chr(first + int(sign)) if sign.isdigit() else sign for sign in code)


CODE_NOISE: dict[str, Callable[[str], str]] = {
    "plain": lambda code: code,
    "zero width": lambda code: "\u200b".join(code),
    "soft hyphens": lambda code: "\u00ad".join(code),
    "struck through": lambda code: "".join(sign + "\u0336" for sign in code),
    "full width": _as_full_width,
    "Arabic-Indic": _with_digits_of(0x0660),
    "mathematical bold": _with_digits_of(0x1D7CE),
    "look-alike letters": lambda code: code.translate(LOOK_ALIKE),
    "Cyrillic look-alikes": lambda code: code.replace("0", "О"),
    "a new line inside": lambda code: code[: len(code) // 2] + "\n" + code[len(code) // 2 :],
    "hard blanks": lambda code: code.replace(" ", "\u00a0"),
    "blanks between all": lambda code: " ".join(code),
    "tabs between all": lambda code: "\t".join(code),
}
# Seven digits at most behind the operator's: more of them are look-alikes than a word could have.
_PHONES = st.builds(
    lambda head, operator, rest: f"{head}{operator}{rest[:3]}-{rest[3:]}",
    st.sampled_from(["0", "62", "+62", "+62 "]),
    st.sampled_from(["812", "813", "822", "838", "859", "877", "896"]),
    st.from_regex(r"[1-9][0-9][23467]{2}[0-9]{3,5}", fullmatch=True),
)
_REGISTERS = st.builds(
    lambda kind, gap, number, year: f"{kind}{gap}{number}/{year}",
    st.sampled_from(["A.I", "A.II", "A.III", "A.IV", "A.V", "B.I", "B.IIa", "B.IIb", "B.III", "BI", "BIIa", "AIII"]),
    st.sampled_from([" ", ".", "/", " No. "]),
    st.integers(1, 9999),
    st.sampled_from(["2018", "2024", "2025", "2026", "24", "26"]),
)
_CASES = st.builds(
    lambda number, kind, year, court: f"{number}/{kind}/{year}/{court}",
    st.integers(1, 2500),
    st.sampled_from(["Pid.B", "Pid.Sus", "Pid.Sus-Anak", "Pid.Sus-TPK", "Pid.C", "Pdt.G", "JN"]),
    st.integers(2015, 2026),
    st.sampled_from(["PN Mks", "PN Jkt.Sel", "PN.Sby", "PT DKI", "MS Bna"]),
)


@settings(max_examples=600, deadline=None)
@given(code=st.one_of(_PHONES, _REGISTERS, _CASES), noise=st.sampled_from(sorted(CODE_NOISE)))
def test_no_digit_of_a_phone_a_register_or_a_case_is_left(code: str, noise: str) -> None:
    result = gate(f"Tertulis {CODE_NOISE[noise](code)} pada lembar itu", channel="news")
    assert not any(sign.isdigit() for sign in unicodedata.normalize("NFKC", result.text))
    assert result.text.startswith("Tertulis ") and result.text.endswith(" pada lembar itu")


@pytest.mark.parametrize(
    "code",
    [
        "A.I 12/2025",
        "A.III.123/2025",
        "AIV 5/25",
        "A.V/7/2024",
        "B.I 45/2024",
        "B.I/45/2024",
        "BI. 123/2023",
        "B.IIa.12/2025",
        "BIIb 9/2026",
        "B.III 1/2020",
        "B. I. No. 45/2024",
        "B.I l2/2O25",
        "B.\u200bI\u200b 45\u200b/2024",
        "B.I\n45 / 2024",
    ],
)
def test_register_numbers_are_masked(code: str) -> None:
    assert gate(f"WBP dengan {code} pindah blok", channel="unit_report").text == "WBP dengan [REGISTER] pindah blok"


@pytest.mark.parametrize("code", ["C.12/2025", "D 4/2024", "123/2025", "0451", "B.I 45/2024"])
def test_behind_the_word_register_any_code_is_masked(code: str) -> None:
    assert gate(f"Nomor Register: {code}, pindah", channel="news").text == "Nomor Register: [REGISTER], pindah"


@pytest.mark.parametrize(
    "code",
    [
        "45/Pid.B/2024/PN Mks",
        "45/Pid.Sus/2025/PN Jkt.Sel",
        "123 / Pid.Sus-TPK / 2025 / PN.Sby",
        "14/Pdt.G/2018/PN.Jkt.Pst",
        "2401 K/Pid.Sus/2023",
        "7 PK/Pid/2024",
        "9/JN/2025/MS Bna",
        "45/P\u200bid.Sus/2025/PN Mks",
        "l2/Pid.B/2O25/PN Dps",
        "45/PID.SUS/2025/PT DKI",
    ],
)
def test_case_numbers_are_masked(code: str) -> None:
    assert gate(f"Putusan nomor {code}, dibacakan", channel="news").text == "Putusan nomor [PERKARA], dibacakan"


def test_a_childs_case_puts_the_text_into_child_mode() -> None:
    assert gate("Perkara 4/Pid.Sus-Anak/2025/PN Bdg diputus", channel="news").mode == Mode.CHILD
    assert gate("Perkara 4/Pid.Sus/2025/PN Bdg diputus", channel="news").mode == Mode.NORMAL


@pytest.mark.parametrize(
    "address",
    [
        "orang.contoh@surat.example",
        "orang @ surat.example",
        "orang [at] surat [dot] example",
        "orang(at)surat.example",
        "orang＠surat.example",
        "orang@sub.surat.example",
        "o\u200brang@surat\u200b.example",
        "ORANG+1@SURAT.EXAMPLE",
    ],
)
def test_mail_addresses_are_masked(address: str) -> None:
    assert gate(f"Kirim ke {address}. Lalu tunggu.", channel="news").text == "Kirim ke [SUREL]. Lalu tunggu."


def test_reports_with_an_identity_go_back_others_are_masked() -> None:
    assert gate(f"NIK {NIK}", channel="unit_report").outcome == Outcome.REJECT
    assert gate("Hubungi 081234567890", channel="unit_report").outcome == Outcome.REDACT
    assert gate(f"NIK {NIK}", channel="news").outcome == Outcome.REDACT
    assert gate("Panen sayur hari ini", channel="unit_report").outcome == Outcome.PASS


def test_redact_needs_no_keyword_and_keeps_the_rest() -> None:
    assert redact(f"duplicate key {{nik: {NIK}}} from 081234567890") == "duplicate key {nik: [NIK]} from [TELEPON]"


def test_neighbours_are_told_apart() -> None:
    result = gate(f"NIK {NIK} 081234567890 orang@surat.example", channel="news")
    assert result.text == "NIK [NIK] [TELEPON] [SUREL]"


def test_the_version_travels_as_text() -> None:
    assert isinstance(GATE_VERSION, str) and GATE_VERSION


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=300), st.sampled_from(["news", "unit_report", "social", "release"]))
def test_any_text_passes_without_an_exception_and_spans_fit(text: str, channel: Channel) -> None:
    result = gate(text, channel=channel)
    assert sum(result.classes.values()) == len(result.spans)
    position = 0
    for span in result.spans:
        assert position <= span.start < span.end <= len(text)
        position = span.end
    if not result.spans:
        assert result.text == text


_PIECES = st.sampled_from(
    [
        "NIK ",
        NIK,
        " 0812 3456 7890 ",
        "B.I 45/2024",
        "a@b.example",
        "\u200b",
        "1",
        "O",
        "/",
        " ",
        ", KK ",
        "12/Pid.B/2024/PN Mks",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(_PIECES, max_size=14).map(" ".join))
def test_a_masked_text_passes_the_gate_again_unchanged(text: str) -> None:
    masked = gate(text, channel="unit_report").text
    assert gate(masked, channel="unit_report").text == masked
