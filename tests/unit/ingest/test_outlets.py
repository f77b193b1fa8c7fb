"""Outlets: made by files and sources, edited by people, suspected of imitation."""

from __future__ import annotations

from typing import Any

import pytest

from libs.reference.registry import Fact, KnownOutlet, Registry
from libs.runtime.commands import Answer, Applied, Unchanged
from libs.runtime.outbox import Decision, Document
from libs.schemas.commands import OutletEdit
from libs.schemas.common import Actor
from libs.schemas.sources import Outlet, OutletAdded, OutletChanged
from services.ingest.outlets import NO_DOMAIN, NOT_THERE, TAKEN, Known, domains_of, edit, meet, outlet_host, seed

BY = Actor(role="analis", key_id="orang-1")
DETIK = KnownOutlet(outlet_id="detik", name="detikcom", domain="detik.com", zone="WIB")
REGISTRY = Registry([DETIK])


def a_known(**changes: Any) -> Known:
    fields: dict[str, Any] = {
        "outlet_id": "kabar-contoh", "name": "Kabar Contoh", "domain": "kabarcontoh.co.id", "zone": "WITA",
        "opmode": "live",
    }  # fmt: skip
    return Known(**(fields | changes))


def after(decision: Decision | None) -> Document:
    assert decision is not None
    return Document(id="x", version=1, state=decision.state, sequences={}, seen={}, applied=())


def outlet_of(decision: Decision | None) -> Outlet:
    assert decision is not None
    data = decision.announcements[0].data
    assert isinstance(data, Outlet)
    return data


def asked(**changes: Any) -> OutletEdit:
    return OutletEdit(by=BY, **({"source": "Data Dewan Pers, 22 November 2026"} | changes))


def applied(answer: Answer) -> Decision:
    assert isinstance(answer, Applied)
    return answer.decision


def test_the_registry_makes_an_outlet_without_facts_nobody_states() -> None:
    decision = seed(None, a_known(), REGISTRY)
    outlet = outlet_of(decision)
    assert decision is not None and decision.announcements[0].event is OutletAdded
    assert (outlet.zone, outlet.owner_group, outlet.press_council, outlet.copycat) == (
        "Asia/Makassar",
        None,
        None,
        None,
    )


def test_the_same_file_again_tells_nothing_and_a_newer_one_is_followed() -> None:
    doc = after(seed(None, a_known(), REGISTRY))
    assert seed(doc, a_known(), REGISTRY) is None
    newer = seed(doc, a_known(name="Kabar", facts={"region": Fact(value="Jambi", source="a.csv")}), REGISTRY)
    assert newer is not None and newer.announcements[0].event is OutletChanged
    outlet = outlet_of(newer)
    assert outlet.name == "Kabar" and outlet.region is not None and outlet.region.source == "a.csv"


def test_what_a_person_knows_says_its_source_and_outlives_a_newer_file() -> None:
    doc = after(seed(None, a_known(), REGISTRY))
    edited = after(applied(edit(doc, asked(region="Jambi", name="Kabar Jambi"), REGISTRY, taken=False)))
    newer = a_known(
        name="KABAR",
        facts={"region": Fact(value="Riau", source="b.csv"), "reach_tier": Fact(value="1", source="b.csv")},
    )
    outlet = outlet_of(seed(edited, newer, REGISTRY))
    assert outlet.region is not None and outlet.reach_tier is not None
    assert (outlet.name, outlet.region.value, outlet.reach_tier.value) == ("Kabar Jambi", "Jambi", "1")
    assert outlet.region.source == "Data Dewan Pers, 22 November 2026"
    assert outlet.edited_by == BY


def test_a_fact_left_out_stays_an_empty_one_goes_and_the_same_again_is_no_change() -> None:
    doc = after(seed(None, a_known(), REGISTRY))
    doc = after(applied(edit(doc, asked(region="Jambi", owner_group="Grup Contoh"), REGISTRY, taken=False)))
    doc = after(applied(edit(doc, asked(owner_group=""), REGISTRY, taken=False)))
    outlet = Outlet(**doc.state["outlet"])
    assert outlet.owner_group is None and outlet.region is not None
    assert isinstance(edit(doc, asked(region="Jambi"), REGISTRY, taken=False), Unchanged)
    assert isinstance(edit(doc, asked(), REGISTRY, taken=False), Unchanged)


def test_what_cannot_be_edited_is_refused() -> None:
    doc = after(seed(None, a_known(), REGISTRY))
    assert edit(None, asked(name="X"), REGISTRY, taken=False) is NOT_THERE
    assert edit(doc, asked(domain="kabar.example"), REGISTRY, taken=True) is TAKEN
    for bad in ("co.id", "127.0.0.1", "a b.com", "javascript:x", "", "https://x:y@contoh.id/"):
        assert edit(doc, asked(domain=bad), REGISTRY, taken=False) is NO_DOMAIN


def test_a_domain_is_read_from_what_people_paste() -> None:
    doc = after(seed(None, a_known(), REGISTRY))
    outlet = outlet_of(applied(edit(doc, asked(domain="https://www.Kabar-Jambi.co.id/berita"), REGISTRY, taken=False)))
    assert outlet.domain == "kabar-jambi.co.id"


def test_a_source_makes_the_outlet_it_needs_and_changes_none() -> None:
    met = meet(None, a_known(zone="Asia/Jakarta"), REGISTRY)
    assert outlet_of(met).zone == "Asia/Jakarta"
    assert meet(after(met), a_known(name="Lain"), REGISTRY) is None


def test_an_imitation_is_flagged_until_a_person_names_its_standing() -> None:
    doc = after(meet(None, a_known(outlet_id="detik-news.com", domain="detik-news.com"), REGISTRY))
    copycat = Outlet(**doc.state["outlet"]).copycat
    assert copycat is not None
    assert (copycat.of_outlet_id, copycat.of_domain, copycat.how) == ("detik", "detik.com", "kata_tambahan")
    vouched = outlet_of(applied(edit(doc, asked(press_council="terverifikasi faktual"), REGISTRY, taken=False)))
    assert vouched.copycat is None
    assert outlet_of(seed(None, a_known(outlet_id="detik", domain="detik.com"), REGISTRY)).copycat is None


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.Contoh.co.id/rss", "contoh.co.id"),
        ("https://kabar.contoh.example/rss", "kabar.contoh.example"),
        ("http://127.0.0.1:8099/x", "127.0.0.1"),
        ("", "tanpa-nama"),
    ],
)
def test_an_outlet_is_looked_for_by_the_host_of_its_source(url: str, host: str) -> None:
    assert outlet_host(url) == host


def test_an_outlet_may_stand_at_any_level_down_to_what_is_registered() -> None:
    assert domains_of("rss.news.contoh.co.id") == ["rss.news.contoh.co.id", "news.contoh.co.id", "contoh.co.id"]
    assert domains_of("contoh.co.id") == ["contoh.co.id"]
    assert domains_of("127.0.0.1") == ["127.0.0.1"]
    assert domains_of("tanpa-nama") == ["tanpa-nama"]
