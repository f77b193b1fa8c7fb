"""A word is found by any of its forms; what a question calls a unit leads to the unit."""

import pytest

from services.gateway.stemming import forms_of, read_roots, stem_of
from services.gateway.unit_questions import units_meant


@pytest.mark.parametrize(
    "family",
    [
        "kebakaran terbakar membakar dibakar pembakaran",
        "tangkap ditangkap menangkap tertangkap penangkapan penangkapannya",
        "keluhan dikeluhkan mengeluh mengeluhkan",
        "temuan ditemukan menemukan penemuan",
        "pengeroyokan dikeroyok mengeroyok keroyokan",
        "perkelahian berkelahi",
        "ditusuk penusukan tusukan menusuk",
        "dirusak perusakan kerusakan merusak",
        "penahanan ditahan menahan tahanan",
        "diperiksa pemeriksaan memeriksa",
        "napi narapidana",
        "hp ponsel handphone",
        "kunjungan dikunjungi berkunjung pengunjung",
    ],
)
def test_the_forms_of_a_word_are_one(family: str) -> None:
    assert len({stem_of(word) for word in family.split()}) == 1


@pytest.mark.parametrize(
    "pair", ["lapas rutan", "kabur kubur", "remisi razia", "tahan tahun", "tugas tegas", "kunci kunjung"]
)
def test_words_that_only_look_alike_stay_apart(pair: str) -> None:
    first, second = pair.split()
    assert stem_of(first) != stem_of(second)


def test_a_form_that_two_roots_share_is_the_earlier_ones_and_a_root_is_its_own() -> None:
    known = read_roots(["# kata", "tahan ahan", "kota = kt"])
    assert (known["menahan"], known["ahan"], known["kt"]) == ("tahan", "ahan", "kota")
    assert {"menangkap", "penangkapan", "ditangkap", "tertangkap"} <= set(forms_of("tangkap"))
    assert "mengklarifikasi" in forms_of("klarifikasi")


@pytest.mark.parametrize(
    ("question", "names", "rest"),
    [
        ("lp cipinang", ["Lapas Kelas I Cipinang"], ""),
        ("kerusuhan lapas kelas 1 cipinang", ["Lapas Kelas I Cipinang"], "kerusuhan"),
        ("pungli rutan medaeng kemarin", ["Rutan Kelas I Surabaya"], "pungli kemarin"),
        ("kebakaran lapas perempuan tangerang", ["Lapas Perempuan Kelas IIA Tangerang"], "kebakaran"),
        ("lapas tanjung gusta", ["Lapas Kelas I Medan", "Lapas Perempuan Kelas IIA Medan"], ""),
        ("air bersih", [], None),
        ('"lapas cipinang"', [], None),
        ("kerusuhan -cipinang", [], None),
        ("", [], None),
    ],
)
def test_a_unit_is_known_by_what_people_call_it(question: str, names: list[str], rest: str | None) -> None:
    found = units_meant(question, ("live",))
    assert [one.unit.name for one in found] == names
    assert {one.rest for one in found} == ({rest} if rest is not None else set())
