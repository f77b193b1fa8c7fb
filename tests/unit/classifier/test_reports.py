"""What units report of themselves: the unit is known, and an ordinary day opens no story."""

from __future__ import annotations

from libs.runtime.outbox import Decision
from libs.schemas.items import Item, ItemCollected
from services.classifier.handlers import label_all
from services.classifier.labelling import Labeller
from services.classifier.units import GazetteerUnits
from tests.support.builders import an_item, envelope_of

UNIT = "contoh-lapas-iia-utara"


def _decided(labeller: Labeller, item: Item) -> Decision:
    event = envelope_of(ItemCollected, item, opmode="sample")
    (intent,) = label_all([[event]], labeller=labeller, units=GazetteerUnits())
    decision = intent.decide(None)
    assert decision is not None
    return decision


def _report(title: str, text: str) -> Item:
    return an_item(kind="laporan", unit_id=UNIT, title=title, text=text)


def test_the_reporting_unit_is_meant_though_the_text_names_none(labeller: Labeller) -> None:
    decision = _decided(labeller, _report("Panen sayur di kebun", "Warga binaan memanen 40 kg sayur."))
    units = decision.state["item"]["units"]
    assert [(u["unit_id"], u["how"], u["score"], u["zone"]) for u in units] == [(UNIT, "pelapor", 1.0, "WIB")]


def test_the_reporting_unit_comes_before_another_that_the_text_names(labeller: Labeller) -> None:
    text = "Petugas Lapas Kelas IIA Contoh Barat ikut membantu pemindahan warga binaan."
    units = _decided(labeller, _report("Pemindahan warga binaan", text)).state["item"]["units"]
    assert [u["unit_id"] for u in units] == [UNIT, "contoh-lapas-iia-barat"]


def test_a_unit_that_nobody_knows_is_not_invented(labeller: Labeller) -> None:
    item = an_item(kind="laporan", unit_id="lapas-entah", title="Panen sayur", text="Warga binaan memanen sayur.")
    assert _decided(labeller, item).state["item"]["units"] == []


def test_an_ordinary_day_is_labelled_but_no_story(labeller: Labeller) -> None:
    decision = _decided(labeller, _report("Panen sayur di kebun lapas", "Warga binaan memanen 40 kg sayur."))
    assert [a.event.__name__ for a in decision.announcements] == ["ItemClassified"]


def test_an_escape_that_a_unit_reports_is_for_the_stories(labeller: Labeller) -> None:
    text = "Seorang narapidana melarikan diri dari lapas pada pukul 03.00. Pengejaran berlangsung."
    decision = _decided(labeller, _report("Narapidana kabur dari lapas", text))
    assert [a.event.__name__ for a in decision.announcements] == ["ItemClassified", "RelevantItem"]
