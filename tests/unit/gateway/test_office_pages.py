"""The words of the pages about what is heard: states, rhythm, silence, what is unknown. Pure view models."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from libs.reference.registry import KnownOutlet, Registry
from libs.schemas.items import Privacy
from libs.schemas.outcomes import PreviewEntry, SourcePreview
from libs.schemas.sources import Outlet, OutletFact, Quiet, Source, SourceAdded, SourceChanged, SourceFailing
from services.gateway.console.item_marks import marks_of, seen_by
from services.gateway.console.outlets_view import Counts, outlet_page, outlets_page
from services.gateway.console.outlets_view import Wish as OutletWish
from services.gateway.console.silence_view import BASIS_DAYS, basis_words
from services.gateway.console.source_view import hosts_of, imitation_words, past_words, preview_page, source_page
from services.gateway.console.sources_view import PAGE, Wish, every, percent, quiet_words, sources_page, state_of
from services.gateway.documents import upsert
from services.gateway.outlets_views import known_outlet_id
from services.gateway.projections import PAST_LENGTH, Place, fold, order_of, project, time_of
from services.gateway.reports_views import Reporting
from services.gateway.views import T, View
from services.ingest.unit_silence import MIN_BASIS_DAYS
from tests.support.builders import NOON, a_classified_item, a_source, an_outlet, envelope_of

QUIET = Quiet(since=NOON - timedelta(hours=7), items_per_day=41, expected_meanwhile=9.4, chance=0.0001, basis_days=23.4)


def may(_: str, __: str) -> bool:
    return True


def view(data: T, id_: str = "x", opmode: Any = "live") -> View[T]:
    return View(id=id_, sequence=1, opmode=opmode, drillid=None, event="source.added", at=NOON, data=data)


def listed(sources: list[Source], **params: str) -> Any:
    views = [view(source, source.source_id) for source in sources]
    return sources_page(views, [], {}, wish=Wish.of(params), may=may, now=NOON)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"state": "baru"}, "baru"),
        ({"state": "hidup"}, "hidup"),
        ({"state": "hidup", "quiet": QUIET}, "diam"),
        ({"state": "gagal", "quiet": QUIET}, "gagal"),
        ({"state": "dimatikan", "enabled": False, "disabled_by": "sistem"}, "berhenti"),
        ({"state": "dimatikan", "enabled": False, "disabled_by": "orang"}, "mati"),
        ({"state": "dimatikan", "enabled": False}, "mati"),
    ],
)
def test_a_source_has_one_state_and_quiet_is_not_failing(changes: dict[str, Any], state: str) -> None:
    assert state_of(a_source(1, **changes)) == state


@pytest.mark.parametrize(
    ("chance", "words"),
    [(0.5, "50 %"), (0.0321, "3 %"), (0.005, "0,5 %"), (0.0001, "0,01 %"), (0.00001, "0,001 %"),
     (1e-9, "kurang dari 0,001 %"), (0.0, "kurang dari 0,001 %")],
)  # fmt: skip
def test_a_chance_is_said_with_as_many_digits_as_it_needs(chance: float, words: str) -> None:
    assert percent(chance) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(5, "tiap 5 dtk"), (720, "tiap 12 mnt"), (5400, "tiap 90 mnt"), (9000, "tiap 2,5 jam")]
)
def test_a_pause_is_said_in_the_unit_that_fits(seconds: int, words: str) -> None:
    assert every(seconds) == words


def test_quiet_is_told_with_its_figures_in_the_zone_of_the_source() -> None:
    assert quiet_words(QUIET, "WITA", NOON) == (
        "Biasanya 41 berita sehari. Sejak 06.00 WITA tidak ada; seharusnya ±9,4. Peluang kebetulan 0,01 %. "
        "Dasar: 23 hari riwayatnya."
    )
    assert "Sejak 22 November 2026, 06.00 WITA tidak ada" in quiet_words(QUIET, "WITA", NOON + timedelta(days=1))


def test_what_needs_a_person_stands_first_and_the_chips_count_what_they_list() -> None:
    off = {"state": "dimatikan", "enabled": False}
    sources = [
        a_source(1, **off), a_source(2), a_source(3, quiet=QUIET), a_source(4, state="gagal"),
        a_source(5, **off, disabled_by="sistem"), a_source(6, state="baru"),
    ]  # fmt: skip
    page = listed(sources)
    words = ["Gagal dibaca", "Dihentikan sistem", "Diam", "Baru", "Hidup", "Dimatikan"]
    assert [line.state_word for line in page.sources] == words
    assert [(chip.label, chip.count) for chip in page.chips] == [("Semua", "6"), *((word, "1") for word in words)]
    assert [line.state_word for line in listed(sources, keadaan="diam").sources] == ["Diam"]


def test_pages_hold_a_hundred_and_beyond_the_last_is_the_last() -> None:
    sources = [a_source(n) for n in range(2 * PAGE + 10)]
    first, last, beyond = listed(sources), listed(sources, hal="3"), listed(sources, hal="99999")
    assert (len(first.sources), len(last.sources)) == (PAGE, 10)
    assert (first.range_words, last.range_words) == ("1–100 dari 210", "201–210 dari 210")
    assert first.after_href == "/sumber?hal=2" and last.before_href == "/sumber?hal=2" and not last.after_href
    assert beyond.range_words == last.range_words
    assert not listed(sources[:PAGE]).range_words


@pytest.mark.parametrize("params", [{"hal": "-1"}, {"hal": "²"}, {"hal": "9" * 9}, {"keadaan": "$ne"}, {"hal": "0"}])
def test_an_odd_address_shows_the_first_page_of_all(params: dict[str, str]) -> None:
    assert [len(listed([a_source(n) for n in range(3)], **params).sources)] == [3]


def test_nothing_found_names_the_filter() -> None:
    page = listed([a_source(1)], cari="tidak ada", keadaan="gagal")
    assert page.empty_words == "Tidak ada sumber yang cocok. Saringan: “tidak ada”, Gagal dibaca."
    assert page.clear_href == "/sumber"
    assert listed([]).empty_words == "Belum ada sumber. Tambahkan yang pertama."


def detail(source: Source, **changes: Any) -> Any:
    values: dict[str, Any] = {"outlet": None, "items": [], "past": [], "may": may, "now": NOON}
    return source_page(view(source), **(values | changes))


def test_little_history_is_said_and_a_failing_source_is_not_judged() -> None:
    assert "Belum cukup riwayat" in detail(a_source(1)).quiet_words
    assert "Tidak dinilai" in detail(a_source(1, state="gagal", items_per_day=4)).quiet_words
    assert detail(a_source(1, quiet=QUIET)).quiet


def test_the_history_of_a_source_leaves_out_that_it_is_well() -> None:
    source = a_source(1)
    off = source.model_copy(update={"enabled": False, "state": "dimatikan", "disabled_by": "orang", "why": "pindah"})
    failing = source.model_copy(update={"state": "gagal", "failures": 3, "failure": "tidak menjawab"})
    told = [
        envelope_of(SourceAdded, source, sequence=1), envelope_of(SourceChanged, source, sequence=2),
        envelope_of(SourceFailing, failing, sequence=3), envelope_of(SourceChanged, off, sequence=4),
    ]  # fmt: skip
    (put,) = fold([put for n, event in enumerate(told) for put in project(event, Place(0, n))])
    assert [entry["seq"] for entry in put.past] == [1, 3, 4]
    assert [past_words(entry) for entry in put.past] == [
        "Ditambahkan", "Gagal dibaca, 3 kali berturut-turut: tidak menjawab", "Dimatikan petugas: pindah",
    ]  # fmt: skip
    change: Any = upsert(put, rewrite=False)._doc
    pushed = change["$push"]["past"]
    assert pushed["$slice"] == -PAST_LENGTH and len(pushed["$each"]) == 3


def test_a_time_survives_the_order_of_a_document() -> None:
    at = datetime(2026, 11, 22, 5, 0, 0, 123_000, tzinfo=UTC)
    assert time_of(order_of(at, "a-b-c")) == at


def test_an_outlets_facts_name_their_source_and_the_others_are_unknown() -> None:
    fact = OutletFact(value="Grup Contoh", source="laporan contoh")
    page = outlet_page(view(an_outlet(owner_group=fact, region=None)), [], may=may)
    assert [(cell.value, cell.source) for cell in page.facts] == [
        ("Grup Contoh", "laporan contoh"), ("belum diketahui", ""), ("belum diketahui", ""), ("belum diketahui", ""),
    ]  # fmt: skip
    counts = Counts(
        found=1, all=250, known={"owner_group": 1, "reach_tier": 0, "region": 0, "press_council": 0}, copycats=0
    )
    listed_page = outlets_page([view(an_outlet())], OutletWish.of({"tahu": "owner_group"}), counts)
    assert [figure.value for figure in listed_page.figures] == ["250", "1", "0", "0", "0", "0"]
    assert listed_page.figures[1].href == "/media?tahu=owner_group"
    assert OutletWish.of({"tahu": "$where", "hal": "0"}).query.known == "" and OutletWish.of({"hal": "0"}).page == 1


@pytest.mark.parametrize(("value", "known"), [("bbc.com", True), ("detik", True), ("../x", False), ("a b", False)])
def test_only_what_can_be_an_outlet_is_asked_for(value: str, known: bool) -> None:
    assert known_outlet_id(value) is known


def test_a_look_names_the_outlet_it_knows_and_the_one_it_imitates() -> None:
    preview = SourcePreview(
        form="RSS 2.0", title="Kabar", entries_count=14,
        entries=[PreviewEntry(title="CONTOH", link="https://www.liputan6-berita.com/1")],
    )  # fmt: skip
    registry = Registry([KnownOutlet(outlet_id="liputan6", name="Liputan6", domain="liputan6.com", zone="WIB")])
    assert hosts_of(preview) == ["liputan6-berita.com"]
    words = imitation_words(hosts_of(preview), registry)
    assert "liputan6-berita.com mirip liputan6.com: nama yang sama dengan kata tambahan" in words
    assert imitation_words(["bisnis.liputan6.com"], registry) == ""
    shown = preview_page(preview, Outlet(outlet_id="k", name="Kompas.com", domain="kompas.com", zone="WITA"), "", NOON)
    assert (shown.outlet_name, shown.zone) == ("Kompas.com", "Asia/Makassar")
    assert shown.count_words == "14 berita, 1 yang pertama di bawah"
    assert preview_page(preview, None, "", NOON).outlet_name == "Kabar"


def test_marks_say_what_an_item_is_and_whose_title_it_shares() -> None:
    first = a_classified_item(1, outlet_name="Harian Satu")
    item = a_classified_item(
        2, rev_no=3, language="su", kind="laporan", report_id="r1", same_title_as=first.item_id,
        privacy=Privacy(gate_version="1", visibility="terbatas", mode="child"),
    )  # fmt: skip
    assert [(mark.text, mark.href) for mark in marks_of(item, [first])] == [
        ("Terbatas", ""), ("Laporan unit", "/laporan/r1"), ("Bahasa Sunda", ""), ("versi 3", ""),
        ("judul sama dengan Harian Satu", ""),
    ]  # fmt: skip
    assert marks_of(first) == ()
    assert [each.link for each in seen_by("operator", [first, item])] == [first.link, None]
    assert [each.link for each in seen_by("analis", [item])] == [item.link]


def test_units_are_judged_after_as_many_days_as_the_page_says() -> None:
    assert BASIS_DAYS == MIN_BASIS_DAYS


@pytest.mark.parametrize(
    ("ages", "words"),
    [
        ([], "Belum ada laporan unit."),
        ([1, 2], "2 unit pernah melapor. Belum cukup riwayat"),
        ([1, 40, 50], "3 unit pernah melapor. 1 belum cukup riwayat (di bawah 14 hari) dan belum dinilai."),
        ([40], "1 unit pernah melapor. Semuanya dinilai"),
    ],
)
def test_how_many_units_can_be_judged_is_said(ages: list[int], words: str) -> None:
    reporting = [
        Reporting(unit_id=f"u{n}", first_at=NOON - timedelta(days=age), reports=1) for n, age in enumerate(ages)
    ]
    assert basis_words(reporting, NOON).startswith(words)
