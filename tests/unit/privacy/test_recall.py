"""Numbers of people in every noise form, made independently of the gate: what share of them it finds."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable

import pytest

from libs.privacy import Channel, gate
from tests.unit.privacy.generators import (
    AREAS,
    NOISE,
    PHONE_WRITINGS,
    a_case,
    a_nik,
    a_phone,
    a_register,
)

TRIES = 500
REPORTS = (
    "Penggeledahan blok hunian menemukan kartu dengan nomor {} di bawah kasur.",
    "Data terlampir: {} (mohon dicek kembali).",
    "{}",
)
NEWS = (
    "Pelaku yang tercatat dengan NIK {} itu kini ditahan.",
    "Nomor KTP milik pelapor, yaitu {}, beredar di grup.",
    "Dalam tangkapan layar tampak {} sebagai NIK seorang warga.",
)


def _figures_left(text: str) -> int:
    return sum(sign.isdigit() for sign in unicodedata.normalize("NFKC", text))


def _share_found(
    make: Callable[[random.Random], str], templates: tuple[str, ...], channel: Channel, kind: str
) -> float:
    rng = random.Random(f"{channel} {kind}")
    found = 0
    for index in range(TRIES):
        value = make(rng)
        text = templates[index % len(templates)].format(value)
        result = gate(text, channel=channel)
        whole = any(
            span.kind in kind.split("|")
            and span.start <= text.index(value)
            and span.end >= text.index(value) + len(value)
            for span in result.spans
        )
        found += whole and _figures_left(result.text) == 0
    return found / TRIES


@pytest.mark.parametrize("noise", NOISE)
def test_niks_in_reports_are_found_by_structure_alone(noise: str) -> None:
    disguise = NOISE[noise]
    # Look-alike letters alone can hide all but the digits that have no twin: still a NIK.
    assert _share_found(lambda rng: disguise(a_nik(rng)), REPORTS, "unit_report", "nik|npwp") >= 0.999


@pytest.mark.parametrize("noise", NOISE)
def test_niks_in_news_are_found_near_their_word(noise: str) -> None:
    disguise = NOISE[noise]
    assert _share_found(lambda rng: disguise(a_nik(rng)), NEWS, "news", "nik|kk") >= 0.999


@pytest.mark.parametrize("writing", PHONE_WRITINGS)
@pytest.mark.parametrize("channel", ["news", "unit_report"])
def test_mobile_numbers_are_found_in_every_writing(writing: str, channel: Channel) -> None:
    write = PHONE_WRITINGS[writing]
    templates = ("Hubungi {} sekarang.", "Nomornya {} tidak aktif.", "wa {}")
    assert _share_found(lambda rng: write(a_phone(rng)), templates, channel, "telepon") >= 0.98


@pytest.mark.parametrize("form", ["({0}) {1}-{2}", "({0}) {1} {2}", "{0}-{1}{2}", "{0} - {1} {2}", "( {0} ){1}{2}"])
def test_landlines_are_found_with_their_area_code(form: str) -> None:
    def make(rng: random.Random) -> str:
        return form.format(rng.choice(AREAS), rng.randrange(200, 1000), rng.randrange(1000, 10_000))

    assert _share_found(make, ("Pesan tempat di {} sebelum Jumat.",), "news", "telepon") >= 0.98


def test_landlines_in_blanks_are_found_behind_their_word() -> None:
    def make(rng: random.Random) -> str:
        return " ".join(f"{rng.choice(AREAS)}{rng.randrange(200, 1000)}{rng.randrange(1000, 10_000)}")

    assert _share_found(make, ("Telepon {} pada jam kerja.", "telp. {}"), "news", "telepon") >= 0.98


@pytest.mark.parametrize(
    "noise", ["plain", "5 signs without width", "9 letters drawn like digits", "11 struck through"]
)
@pytest.mark.parametrize(("make", "kind"), [(a_register, "register"), (a_case, "perkara")])
def test_registers_and_cases_are_found(make: Callable[[random.Random], str], kind: str, noise: str) -> None:
    disguise = NOISE.get(noise, str)
    templates = ("WBP dengan nomor {} pindah blok.", "Tertera {} pada map merah.")
    assert _share_found(lambda rng: disguise(make(rng)), templates, "unit_report", f"{kind}|register|perkara") >= 0.99
