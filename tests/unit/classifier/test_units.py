"""Which unit a text names, and when the classifier rather says that it does not know."""

import pytest

from libs.reference.units import Gazetteer
from services.classifier.normalising import read
from services.classifier.unit_mentions import Names
from services.classifier.units import GazetteerUnits
from services.classifier.verdicts import UnitReading


def found(title: str, text: str = "", *, opmode: str = "live") -> UnitReading:
    return GazetteerUnits().find(read(title, text), opmode=opmode)


@pytest.mark.parametrize(
    ("unit_id", "title"),
    [
        ("lapas-iia-kediri", "Napi kabur dari Lapas Kediri"),
        ("lapas-iia-kediri", "Napi kabur dari Lapas Kelas IIA Kediri"),
        ("lapas-iia-kediri", "Napi kabur dari LAPAS KELAS II-A KEDIRI"),
        ("lapas-iia-kediri", "Lembaga Pemasyarakatan Klas II A Kediri dijaga ketat"),
        ("lapas-i-cipinang", "Kalapas Cipinang tinjau dapur"),
        ("rutan-iib-krui", "Karutan Krui minta maaf"),
        ("rutan-iib-krui", "Rumah Tahanan Negara Kelas IIB Krui"),
        ("lapas-narkotika-iia-jakarta", "Lapas Narkotika Kelas IIA Jakarta panen sayur"),
        ("rutan-i-ujung-pandang", "Rutan Makassar gelar bazar"),
        ("rutan-iib-krui", "Dua orang di Krui kabur, pihak rutan mencari"),
    ],
)
def test_a_unit_by_its_names(unit_id: str, title: str) -> None:
    reading = found(title)
    assert [u.unit_id for u in reading.units] == [unit_id]
    assert not reading.unsure


def test_the_full_name_is_surer_than_the_everyday_one() -> None:
    full, short = found("Lapas Kelas IIA Kediri").units[0], found("Lapas Kediri").units[0]
    assert full.score > short.score
    assert (full.how, short.how) == ("nama lengkap", "jenis dan tempat")


def test_shared_names_are_left_open_with_the_candidates() -> None:
    reading = found("Napi Lapas Nusakambangan dipindah")
    assert reading.units == ()
    assert reading.unsure
    assert len(reading.candidates) > 1
    assert reading.why


def test_another_mention_settles_an_ambiguous_name() -> None:
    reading = found("Lapas Nusakambangan berbenah", "Lapas Narkotika Kelas IIA Nusakambangan mengecat blok.")
    assert [u.unit_id for u in reading.units] == ["lapas-narkotika-iia-nusakambangan"]


def test_two_units_in_one_text() -> None:
    reading = found("Napi Lapas Kediri dipindah ke Rutan Krui")
    assert {u.unit_id for u in reading.units} == {"lapas-iia-kediri", "rutan-iib-krui"}


def test_the_type_spelt_out_is_not_the_unit_named_negara() -> None:
    assert found("Puluhan orang di rumah tahanan negara itu sehat").units == ()
    assert found("Rutan Negara Kelas I entah di mana").units == ()


@pytest.mark.parametrize("title", ["Kediri diguyur hujan", "Wisata Krui ramai", "Pasar Cipinang dipugar", "", "..."])
def test_a_bare_place_is_no_unit(title: str) -> None:
    reading = found(title)
    assert reading.units == ()
    assert not reading.unsure


def test_fictional_units_exist_only_in_the_sample() -> None:
    title = "Apel pagi di Lapas Kelas IIA Contoh Utara"
    assert [u.unit_id for u in found(title, opmode="sample").units] == ["contoh-lapas-iia-utara"]
    assert found(title).units == ()
    assert found("Apel pagi di Lapas Kediri", opmode="sample").units == ()


def test_the_place_shown_is_where_the_name_stands() -> None:
    title = "Sore ini, Lapas Kelas IIA Kediri sepi"
    place = found(title).units[0].place
    assert place is not None
    assert title[place.start : place.end] == "Lapas Kelas IIA Kediri"


def test_every_unit_is_found_by_its_own_full_name() -> None:
    """Or left open where the list itself has two of one name; never taken for another unit."""
    wrong, open_ones = [], 0
    for unit in Gazetteer.for_mode("live"):
        reading = found(f"Kegiatan di {unit.name} hari ini")
        if reading.unsure or not reading.units:
            open_ones += 1
        elif unit.unit_id not in {u.unit_id for u in reading.units}:
            wrong.append((unit.name, [u.unit_id for u in reading.units]))
    assert wrong == []
    assert open_ones <= 0.05 * len(Gazetteer.for_mode("live")), open_ones


@pytest.mark.parametrize(
    ("unit_id", "title"),
    [
        ("rutan-i-jakarta-pusat", "Rutan Salemba batasi kunjungan"),
        ("lapas-iia-salemba", "LP Salemba batasi kunjungan"),
        ("lapas-narkotika-iia-jakarta", "LPN Cipinang gelar tes urine"),
        ("lapas-i-cirebon", "Kunjungan di L.P. Cirebon dibuka"),
        ("lapas-iia-bojonegoro", "Razia di Lapas Kls. II A Bojonegoro"),
        ("lapas-iia-banyuwangi", "Senam pagi #LapasBanyuwangi"),
        ("rutan-iib-ponorogo", "Terima kasih @rutanponorogo"),
        ("lapas-iib-padang-sidempuan", "Lapas Padangsidimpuan tenang"),
        ("lapas-iia-waingapu", "Lapas Sumba Timur panen"),
        ("rutan-iib-raba-bima", "Rutan Bima kebanjiran"),
        ("lapas-narkotika-iia-bandar-lampung", "Lapas Narkotika Lampung berbenah"),
        ("rutan-iib-sukadana", "Buron Lapas Sukadana dipulangkan"),
        ("lapas-i-sukamiskin", "Dua tahun mendekam di Sukamiskin"),
        ("rsu-cipinang", "RS Pengayoman Cipinang tambah ruang"),
    ],
)
def test_everyday_short_old_and_misspelt_names(unit_id: str, title: str) -> None:
    assert [u.unit_id for u in found(title).units][:1] == [unit_id]


@pytest.mark.parametrize(
    "title",
    [
        "Tersangka ditahan di Rutan Salemba Cabang Kejaksaan Agung",
        "Tahanan Polres Kediri kabur",
        "Narapidana asal Kediri menikah",
        "Rusak 84 rumah di Sidrap",
        "Kalapas meninjau dapur",
        "Empat rutan Aceh Timur difoto",
        "Timnas tahanan imbang di Kediri",
        "Suasana Natal di rutan",
        "Wisata Nusakambangan dibuka",
        "Lapas Tanjung Liman berbenah",
    ],
)
def test_what_only_looks_like_a_unit_is_none(title: str) -> None:
    assert found(title).units == ()


def test_the_place_right_behind_settles_a_shared_name() -> None:
    assert [u.unit_id for u in found("Lapas Teluk Dalam Banjarmasin tertib").units] == ["lapas-iia-banjarmasin"]
    assert [u.unit_id for u in found("Lapas Teluk Dalam, Nias Selatan, tertib").units] == ["lapas-iii-teluk-dalam"]
    assert set(found("Lapas Teluk Dalam tertib").candidates) == {"lapas-iia-banjarmasin", "lapas-iii-teluk-dalam"}


def test_a_province_in_the_text_settles_where_the_place_alone_does_not() -> None:
    assert [u.unit_id for u in found("Lapas Perempuan Martapura, Kalsel").units] == ["lapas-perempuan-iia-martapura"]


def test_a_place_with_several_prisons_is_left_open() -> None:
    reading = found("Sebuah lapas di Medan disorot")
    assert (reading.units, set(reading.candidates)) == ((), {"lapas-i-medan", "lapas-perempuan-iia-medan"})


def test_one_name_behind_two_types_means_both() -> None:
    assert {u.unit_id for u in found("Lapas dan Rutan Batam dirazia").units} == {"lapas-iia-batam", "rutan-iia-batam"}


def test_a_long_text_costs_as_many_times_more_as_it_is_longer() -> None:
    """Every word is looked at a bounded number of times: no name is sought from every type to the end."""
    names = Names("live")
    reading = read("", "lapas kelas lapas di " * 400)
    assert len(names.mentions(reading)) == 0
