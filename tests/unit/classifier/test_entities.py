"""Who and what a text speaks of: people by role or office, bodies, places; never a guess from a headline's capitals."""

from __future__ import annotations

from typing import Literal

import pytest

from services.classifier.announcing import classified_item
from services.classifier.entities import Spoken, entities_of
from services.classifier.evaluating_entities import measure
from services.classifier.labelling import Labeller
from services.classifier.normalising import read
from services.classifier.units import GazetteerUnits
from tests.support.builders import an_item

Visibility = Literal["biasa", "terbatas"]


def spoken(title: str, text: str = "") -> tuple[Spoken, ...]:
    reading = read(title, text)
    return entities_of(reading, title, text, GazetteerUnits().find(reading, opmode="live").spans)


def told(title: str, text: str = "") -> list[tuple[str, str, str | None]]:
    return [(entity.kind, entity.text, entity.role) for entity in spoken(title, text)]


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("Napi itu tenang.", ("orang", "Napi", "narapidana")),
        ("Korban [WBP] dirawat.", ("orang", "[WBP]", "narapidana")),
        ("Kalapas Kediri tersenyum.", ("orang", "Kalapas Kediri", "kalapas")),
        ("Kepala Rutan Kelas I Salemba Jakarta Pusat, Damar Sagara, hadir.", ("orang", "Damar Sagara", "karutan")),
        ("Kapolres Sampang AKBP Guntur Wirabumi datang.", ("orang", "Guntur Wirabumi", "kapolres")),
        ("Ketua Komnas HAM datang.", ("orang", "Ketua Komnas HAM", "ketua lembaga")),
        ("Tim dari Polres Jombang datang.", ("lembaga", "Polres Jombang", None)),
        ("Badan Narkotika Nasional menyita ganja.", ("lembaga", "Badan Narkotika Nasional", None)),
        ("Direktorat Jenderal Pemasyarakatan menjawab.", ("lembaga", "Ditjen PAS", None)),
        ("Hujan di Jawa Tengah.", ("tempat", "Jawa Tengah", "provinsi")),
        ("Ia lahir di Kabupaten Bogor.", ("tempat", "Kabupaten Bogor", "kabupaten")),
        ("Ia ditangkap di Serang.", ("tempat", "Serang", "kota")),
    ],
)
def test_an_entity_by_its_words(text: str, entity: tuple[str, str, str | None]) -> None:
    assert entity in told("", text)


@pytest.mark.parametrize(
    ("title", "text", "absent"),
    [
        ("Kalapas Kediri Bantah Keras Kabar Itu", "", "Bantah Keras Kabar Itu"),
        ("", "Napi serang petugas.", "serang"),
        ("", "Nasibnya malang.", "malang"),
        ("", "Kadivpas Kanwil Kemenkumham Banten hadir.", "Kanwil Kemenkumham Banten Hadir"),
        ("", "Jaksa Pengadilan Negeri Medan hadir.", "Jaksa Pengadilan Negeri Medan"),
    ],
)
def test_what_is_none(title: str, text: str, absent: str) -> None:
    assert absent not in [entity.text for entity in spoken(title, text)]


def test_a_place_inside_a_bodys_or_units_name_is_not_told_twice() -> None:
    assert [e for e in told("", "Polres Jombang menjaga Lapas Kediri.") if e[0] == "tempat"] == []


def test_places_are_where_the_words_stand_and_one_name_is_one_entity() -> None:
    title, text = "Napi ditemukan", "Setelah dicari, napi itu ditemukan. 😀 Napi sehat."
    (entity,) = [e for e in spoken(title, text) if e.role == "narapidana"]
    assert [(p.field, (title if p.field == "judul" else text)[p.start : p.end]) for p in entity.places] == [
        ("judul", "Napi"),
        ("isi", "napi"),
        ("isi", "Napi"),
    ]


def test_many_names_stay_within_what_an_event_carries() -> None:
    found = spoken("", " ".join(f"Polres {name}." for name in ("Jombang", "Kediri", "Tuban") * 40) + " napi" * 200)
    assert len(found) <= 30
    assert all(len(entity.places) <= 10 for entity in found)


def test_only_relevant_items_are_heard(labeller: Labeller) -> None:
    inside = labeller.label("Kalapas Kediri bantah ada napi kabur dari Lapas Kediri")
    assert {e.role for e in inside.entities} == {"kalapas", "narapidana"}
    assert [(q.words, q.by) for q in inside.quotes] == [("ada napi kabur dari Lapas Kediri", "Kalapas Kediri")]
    outside = labeller.label("Bupati Garut: panen padi naik")
    assert (outside.entities, outside.quotes) == ((), ())


def test_the_labelled_texts_hold_the_floor() -> None:
    for counted in measure():
        assert counted.precision >= 0.9, counted
        assert counted.recall >= 0.9, counted


@pytest.mark.parametrize(("visibility", "heard"), [("biasa", True), ("terbatas", False)])
def test_of_a_restricted_case_nobody_is_told(labeller: Labeller, visibility: Visibility, heard: bool) -> None:
    text = "Kalapas Kediri mengatakan, narapidana itu kabur dari lapas."
    item = an_item(title="Napi kabur dari Lapas Kediri", text=text)
    item = item.model_copy(update={"privacy": item.privacy.model_copy(update={"visibility": visibility})})
    units = GazetteerUnits()
    verdict = labeller.label(item.title, item.text)
    told = classified_item(item, verdict, labeller=labeller, units=units, opmode="live")
    assert (bool(told.entities), bool(told.quotes)) == (heard, heard)
