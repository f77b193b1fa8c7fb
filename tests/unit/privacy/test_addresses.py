"""Addresses that name a person are told from those that do not, however they are wrapped."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.privacy import AddressVerdict, gate_address

NIK = "3201015703900012"


@pytest.mark.parametrize(
    "url",
    [
        f"https://contoh.example/berita/{NIK}",
        f"https://contoh.example/cari?nik={NIK}&hal=2",
        f"https://contoh.example/cari#nik-{NIK}",
        "https://contoh.example/3201-0157-0390-0012/napi",
        "https://contoh.example/" + "".join(f"%{ord(sign):02X}" for sign in NIK),
        "https://contoh.example/" + quote(quote("".join(f"%{ord(sign):02X}" for sign in NIK))),
        "https://contoh.example/a" + "%2525252541" * 3,
        "https://wa.me/6281234567890",
        "https://contoh.example/kontak/0812-3456-7890",
        "https://contoh.example/?surel=orang%40surat.example",
        "mailto:orang@surat.example",
        "https://orang:sandi@contoh.example/",
        "https://contoh.example/putusan/45%2FPid.B%2F2024%2FPN%20Mks",
        "https://[contoh",
    ],
)
def test_addresses_that_name_a_person(url: str) -> None:
    assert gate_address(url) == AddressVerdict.NAMES_A_PERSON


@pytest.mark.parametrize(
    "url",
    [
        "https://contoh.example/",
        "https://news.contoh.example/berita/d-8049699/wacana-pemenuhan-ham",
        "https://contoh.example/read/6055295/2026/11/21/petugas-gagalkan-penyelundupan",
        "https://contoh.example/nasional/20261121140512-20-1234567/lapas",
        "https://contoh.example/amp/?page=2&utm_source=umpan",
        "http://127.0.0.1:8099/feeds/harian-contoh.xml",
        "https://contoh.example/berita/petugas%20lapas",
    ],
)
def test_ordinary_addresses_are_clean(url: str) -> None:
    assert gate_address(url) == AddressVerdict.CLEAN


@given(st.text(max_size=200))
def test_no_address_raises(url: str) -> None:
    assert gate_address(url) in set(AddressVerdict)
