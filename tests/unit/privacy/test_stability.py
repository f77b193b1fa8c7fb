"""Masking what is masked changes nothing, whatever stood there and however it came."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from libs.privacy import Channel, gate

_PIECES = st.sampled_from(
    [
        "NIK",
        "3201015703900012",
        "0812-3456-7890",
        "(021) 555-1234",
        "nol delapan satu dua tiga empat lima enam tujuh delapan",
        "B.I 45/2024",
        "12/Pid.Sus-Anak/2024/PN Mks",
        "a@b.example",
        "NPWP 01.234.567.8-901.000",
        "BPJS 0001234567890",
        "paspor A1234567",
        "mobil B 1234 XYZ",
        "rumah korban di Jl. Mawar No. 5 RT 02/RW 03",
        "warga Desa Sukamaju",
        "seorang napi mengidap HIV.",
        "berinisial MR (15)",
        "A.B.",
        "SMPN 3 Contoh",
        "bocah 10 tahun",
        "@akun.korban",
        "tersangka",
        "Kalapas",
        "&#51;",
        "\\u0032",
        "%20",
        "<b>",
        "\u200b",
        "1",
        "O",
        "[",
        "/",
        "\n",
        ".",
    ]
)
_CHANNELS = st.sampled_from(["news", "social", "unit_report", "release"])


@settings(max_examples=600, deadline=None)
@given(st.lists(_PIECES, max_size=12).map(" ".join), _CHANNELS)
def test_a_masked_text_passes_unchanged(text: str, channel: Channel) -> None:
    masked = gate(text, channel=channel).text
    assert gate(masked, channel=channel).text == masked


@settings(max_examples=400, deadline=None)
@given(st.lists(_PIECES, max_size=12).map("".join), _CHANNELS)
def test_spans_are_in_order_apart_and_counted(text: str, channel: Channel) -> None:
    result = gate(text, channel=channel)
    position = 0
    for span in result.spans:
        assert position <= span.start < span.end <= len(text)
        position = span.end
    if result.spans:
        assert sum(result.classes.values()) == len(result.spans)
