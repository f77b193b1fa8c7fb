"""What is kept of a reading, and what today's rules make of it later."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from libs.privacy import GATE_VERSION, WITHHELD
from libs.runtime.outbox import Cause, Decision, Document
from libs.schemas.items import Item, ItemCollected, ItemRevised
from services.ingest import regating
from services.ingest.archiving import Payload, date_as_written, payload_of
from services.ingest.collecting import Masked, Quarantined, decide, told
from services.ingest.masking import mask
from services.ingest.regating import again, as_it_stands, revise
from tests.unit.ingest.test_collecting import KEYS, NOW, an_entry, an_origin

NIK = "3201234506870008"
LIVE = Cause.origin(opmode="live")


def read_once(**changes: Any) -> tuple[Payload, Document]:
    """One entry as it was read: its payload, and the item that came of it."""
    origin = an_origin()
    entry = told(an_entry(**changes), origin, KEYS)
    assert entry is not None
    masked = mask(entry, origin, KEYS, NOW)
    assert isinstance(masked, Masked)
    payload = payload_of(origin, LIVE, {entry.item_id: entry}, {entry.item_id: masked})
    made = decide(None, entry, masked, origin, NOW)
    assert made is not None
    return replace(payload, at=NOW), standing(made, entry.item_id)


def standing(decision: Decision, item_id: str) -> Document:
    return Document(id=item_id, version=1, state=decision.state, sequences={}, seen={}, applied=())


def reprocessed(payload: Payload, doc: Document | None, *, at: datetime = NOW) -> Decision | None:
    (entry,) = payload.entries
    return revise(doc, again(as_it_stands(entry, doc), payload, KEYS, at), at)


def aged(payload: Payload, **changes: Any) -> Payload:
    """As an older gate would have left it."""
    (entry,) = payload.entries
    old = {**entry, **changes, "privacy": {**entry["privacy"], "gate_version": "0"}}
    return replace(payload, entries=[old])


def with_item(doc: Document, **changes: Any) -> Document:
    return replace(doc, state={**doc.state, "item": {**doc.state["item"], **changes}})


def item_of(decision: Decision | None) -> Item:
    assert decision is not None
    (announcement,) = decision.announcements
    assert isinstance(announcement.data, Item)
    return announcement.data


def test_nothing_raw_is_in_a_payload() -> None:
    payload, _ = read_once(text=f"Petugas mencatat NIK {NIK} pagi tadi.", published=NIK)
    packed = zlib.decompress(payload.pack()).decode()
    assert NIK not in packed and packed.count("[NIK]") == 1


@pytest.mark.parametrize(
    "written",
    ["Rabu, 18 Jun 2025 19:58 WIB", "Sat, 21 Nov 2026 11:00:00 +0700", "2025-06-18T19:58:00+07:00", "3 jam lalu",
     "Jum'at, 5 Desember 2025 | 08.15 WITA", "20250618T195800Z"],
)  # fmt: skip
def test_a_date_is_kept_as_it_was_written(written: str) -> None:
    assert date_as_written(written) == written


@pytest.mark.parametrize(
    "written", [NIK, " ".join(NIK), "3201 2345 0687 0008", "081234567890", "Sat Made Rai Sudiarta", "18 Jun " * 20]
)
def test_what_hides_in_a_date_is_not_kept(written: str) -> None:
    assert date_as_written(written) == ""


def test_the_same_said_again_is_the_same_payload_and_another_word_another() -> None:
    first, again_ = read_once()[0], read_once()[0]
    assert first.name == again_.name
    assert read_once(title="CONTOH: lain")[0].name != first.name
    assert Payload.unpack(first.pack(), NOW) == first


def test_sealed_addresses_travel_with_it_but_do_not_name_it() -> None:
    link = f"https://contoh.example/napi/{NIK}"
    first, again_ = read_once(link=link)[0], read_once(link=link)[0]
    assert first.sealed and first.sealed != again_.sealed
    assert first.name == again_.name and NIK not in zlib.decompress(first.pack()).decode()


@pytest.mark.parametrize("published", ["Sat, 21 Nov 2026 11:00:00 +0700", "3 jam lalu", "kemarin dulu", ""])
def test_the_same_rules_change_nothing_however_late(published: str) -> None:
    payload, doc = read_once(published=published, text=f"NIK {NIK}, kata Kalapas Hendra Wiguna.")
    assert reprocessed(payload, doc, at=NOW + timedelta(days=20)) is None


def test_a_newer_gate_revises_what_it_masks_and_keeps_what_was_found_before() -> None:
    payload, doc = read_once(text="Nomor [NIK] tercatat.")
    leaky = f"Nomor NIK {NIK} tercatat."
    old = aged(payload, text=leaky)
    old.entries[0]["privacy"]["classes"] = {"telepon": 2}
    decision = reprocessed(old, with_item(doc, text=leaky, excerpt=leaky))
    item = item_of(decision)
    assert decision is not None and decision.announcements[0].event is ItemRevised
    assert (item.revision_cause, item.rev_no, item.text) == ("gate", 2, "Nomor NIK [NIK] tercatat.")
    assert (item.privacy.classes, item.privacy.gate_version) == ({"nik": 1, "telepon": 2}, GATE_VERSION)
    assert [former["rev_no"] for former in decision.state["former"]] == [1]
    assert reprocessed(old, standing(decision, doc.id)) is None


def test_an_item_that_is_gone_is_collected_again_with_its_sealed_address() -> None:
    payload, doc = read_once(link=f"https://contoh.example/napi/{NIK}")
    decision = reprocessed(payload, None)
    assert decision is not None and decision.announcements[0].event is ItemCollected
    assert decision.state["sealed_link"] == doc.state["sealed_link"] is not None
    assert item_of(decision).link_id == doc.state["item"]["link_id"]


def test_what_its_source_has_replaced_since_is_left_alone() -> None:
    payload, doc = read_once()
    later = replace(doc, state={**doc.state, "digest": "lain"})
    assert reprocessed(aged(payload, text=f"NIK {NIK}"), later) is None


def test_the_text_of_an_articles_page_is_not_put_back_to_the_feeds() -> None:
    payload, doc = read_once()
    text = "Seluruh halaman, lebih panjang daripada umpan."
    page = with_item(doc, text=text, excerpt=text)
    page = replace(page, state={**page.state, "page": {"outcome": "read", "at": NOW}})
    assert reprocessed(payload, page) is None
    leaky = with_item(
        page, text=f"Halaman dengan NIK {NIK}.", privacy={**page.state["item"]["privacy"], "gate_version": "0"}
    )
    assert item_of(reprocessed(payload, leaky)).text == "Halaman dengan NIK [NIK]."


def test_what_two_persons_lifted_is_not_restricted_again() -> None:
    payload, doc = read_once(text="Anak binaan berinisial MR (15) di LPKA Contoh ikut lomba.")
    privacy = doc.state["item"]["privacy"]
    assert privacy["visibility"] == "terbatas"
    by = [{"role": "pimpinan_krisis", "key_id": key} for key in ("a", "b")]
    lifted = with_item(doc, privacy={**privacy, "visibility": "biasa", "lifted_by": by})
    assert reprocessed(payload, lifted) is None


def test_what_todays_gate_would_withhold_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    payload, doc = read_once()

    def doubts(entry: Any, origin: Any, keys: Any, now: Any) -> Quarantined:
        return Quarantined(item_id=doc.id, address_hash="a", text_hash="t", classes={}, gate_version=GATE_VERSION,
                           source_id="s", host="contoh.example", at=NOW)  # fmt: skip

    monkeypatch.setattr(regating, "mask", doubts)
    item = item_of(reprocessed(aged(payload), doc))
    assert (item.title, item.text, item.excerpt, item.revision_cause) == (WITHHELD, "", "", "gate")
    # Today's gate passed it when it was read: it does not come to another view of its own work.
    assert reprocessed(payload, doc) is None
