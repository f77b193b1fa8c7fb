"""Sightings of items → what is written and announced; masked before anything else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from libs.privacy import GATE_VERSION, Channel, Outcome, Parts, gate_parts
from libs.runtime.outbox import Decision, Document
from libs.schemas import ids
from libs.schemas.items import Item, ItemCollected, ItemRevised
from services.ingest.collecting import (
    Keys,
    Masked,
    Origin,
    Quarantined,
    Told,
    decide,
    former_ids,
    meaning,
    told,
)
from services.ingest.masking import mask
from services.ingest.sealing import unseal
from services.ingest.titling import SameTitle

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
KEYS = Keys(revision=b"r" * 32, link=b"l" * 32)


def an_origin(source_id: str = "sumber-1", **changes: Any) -> Origin:
    fields: dict[str, Any] = {
        "outlet_id": "harian-contoh",
        "outlet_name": "Harian Contoh",
        "url": "https://contoh.example/rss",
        "mode": "live",
        "zone": "Asia/Jakarta",
    }
    return Origin(source_id=source_id, **(fields | changes))


def an_entry(**changes: Any) -> dict[str, Any]:
    entry = {
        "guid": "77",
        "link": "https://contoh.example/berita/1?utm_source=rss",
        "title": "CONTOH: Lapas Kelas IIA Contoh Utara panen raya",
        "text": "Warga binaan memanen sayur.",
        "published": "Sat, 21 Nov 2026 11:00:00 +0700",
        "language": "id-ID",
        "direction_marks": False,
    }
    return entry | changes


def the_told(origin: Origin | None = None, **changes: Any) -> Told:
    entry = told(an_entry(**changes), origin or an_origin(), KEYS)
    assert entry is not None
    return entry


def sight(
    doc: Document | None, origin: Origin | None = None, *, now: datetime = NOW, **changes: Any
) -> Decision | None:
    origin = origin or an_origin()
    entry = the_told(origin, **changes)
    return decide(doc, entry, the_masked(entry, origin, now), origin, now)


def the_masked(entry: Told, origin: Origin | None = None, now: datetime = NOW) -> Masked:
    masked = mask(entry, origin or an_origin(), KEYS, now)
    assert isinstance(masked, Masked)
    return masked


def after(decision: Decision | None, before: Document | None = None) -> Document:
    assert decision is not None
    version = before.version + 1 if before else 1
    return Document(id="x", version=version, state=decision.state, sequences={}, seen={}, applied=())


def item_of(decision: Decision | None) -> Item:
    assert decision is not None
    data = decision.announcements[0].data
    assert isinstance(data, Item)
    return data


def test_a_first_sighting_is_collected_with_everything_said() -> None:
    decision = sight(None)
    item = item_of(decision)
    assert decision is not None and decision.announcements[0].event is ItemCollected
    assert (item.rev_no, item.link, item.language) == (1, "https://contoh.example/berita/1", "id")
    assert (item.published_at, item.published_zone) == (datetime(2026, 11, 21, 4, 0, tzinfo=UTC), "known")
    assert (item.first_seen_at, item.seen_via, item.outlet_name) == (NOW, ["sumber-1"], "Harian Contoh")
    assert item.excerpt == "Warga binaan memanen sayur."


def test_the_same_again_is_nothing() -> None:
    assert sight(after(sight(None))) is None


def test_a_b_a_is_three_revisions() -> None:
    one = after(sight(None, text="A"))
    two_decision = sight(one, text="B")
    two = after(two_decision, one)
    three = sight(two, text="A")
    assert [item_of(d).rev_no for d in (two_decision, three)] == [2, 3]
    assert two_decision is not None and two_decision.announcements[0].event is ItemRevised
    assert item_of(three).revision_cause == "source"


def test_a_revision_keeps_the_first_sight_and_clamps_against_it() -> None:
    one = after(sight(None))
    later = NOW + timedelta(hours=5)
    item = item_of(sight(one, now=later, text="B", published="Sun, 22 Nov 2026 11:00:00 +0700"))
    assert item.first_seen_at == NOW
    assert item.published_at == NOW


def test_white_space_is_no_change() -> None:
    assert sight(after(sight(None, text="satu dua")), text="satu\n dua ") is None


def test_a_second_feed_of_the_outlet_is_noted_silently() -> None:
    one = after(sight(None))
    noted = sight(one, an_origin("sumber-2"))
    assert noted is not None and noted.announcements == ()
    two = after(noted, one)
    assert two.state["item"]["seen_via"] == ["sumber-1", "sumber-2"]
    assert sight(two, an_origin("sumber-2")) is None


def test_two_feeds_with_two_lengths_of_one_text_do_not_make_it_flap() -> None:
    doc = after(sight(None, text="panjang sekali"))
    for _ in range(3):
        noted = sight(doc, an_origin("sumber-2"), text="pendek")
        if noted is not None:
            assert noted.announcements == ()
            doc = after(noted, doc)
        assert sight(doc, text="panjang sekali") is None


def test_an_edit_seen_in_both_feeds_is_one_revision_whichever_comes_first() -> None:
    one = after(sight(None, text="lama"))
    both = after(sight(one, an_origin("sumber-2"), text="lama"), one)
    revised = sight(both, an_origin("sumber-2"), text="baru")
    assert item_of(revised).rev_no == 2
    noted = sight(after(revised, both), text="baru")
    assert noted is not None and noted.announcements == ()


def test_without_a_masked_text_a_lost_race_writes_nothing() -> None:
    one = after(sight(None, text="A"))
    entry = the_told(text="B")
    assert decide(one, entry, None, an_origin(), NOW) is None


def test_identity_is_mode_outlet_and_address() -> None:
    same = the_told(link="https://CONTOH.example/berita/1#komentar").item_id
    assert the_told().item_id == same
    assert the_told(an_origin(mode="sample")).item_id != same
    assert the_told(an_origin(outlet_id="kabar-contoh")).item_id != same
    assert the_told(link="https://contoh.example/berita/2").item_id != same


def test_a_guid_stands_in_where_there_is_no_address_and_nothing_is_no_item() -> None:
    assert the_told(link="", guid="77").item_id == the_told(link="", guid="77", title="lain").item_id
    assert the_told(link="", guid="https://contoh.example/berita/1").item_id == the_told().item_id
    assert told(an_entry(link="", guid=""), an_origin(), KEYS) is None


def test_changed_is_keyed_and_before_masking() -> None:
    one, two = (the_told(text=f"NIK {n} tersebar") for n in ("3201010101010001", "3201010101010002"))
    assert one.digest != two.digest
    other = told(an_entry(), an_origin(), Keys(revision=b"x" * 32, link=b"l" * 32))
    assert other is not None and other.digest != the_told().digest
    assert meaning({"digest": one.digest, "text_from": "sumber-1", "seen": {}}, "sumber-1", two.digest) == "revised"


NIK = "3201014101900001"


@pytest.mark.parametrize("where", ["title", "text"])
def test_a_number_of_a_person_is_nowhere_in_what_is_written(where: str) -> None:
    told_of_a_person: dict[str, Any] = {
        where: f"Data NIK {NIK} dan surel budi@contoh.example beredar, hp 0812-3456-7890."
    }
    decision = sight(None, **told_of_a_person)
    assert decision is not None
    written = repr(decision.state) + decision.announcements[0].data.model_dump_json()
    for canary in (NIK, "budi@contoh.example", "0812-3456-7890"):
        assert canary not in written
    item = item_of(decision)
    assert item.privacy.classes["nik"] == 1
    assert "[NIK]" in (item.title if where == "title" else item.text)


def test_an_address_that_names_a_person_is_sealed() -> None:
    address = f"https://contoh.example/nik-{NIK}"
    decision = sight(None, link=address)
    item = item_of(decision)
    assert item.link is None and item.link_id is not None
    assert decision is not None and address not in repr(decision.state)
    assert unseal(KEYS.link, item.item_id, decision.state["sealed_link"]) == address
    with pytest.raises(InvalidTag):
        unseal(KEYS.link, "lain", decision.state["sealed_link"])


def test_what_is_not_masked_yet_shows_in_no_repr() -> None:
    entry = the_told(text=f"NIK {NIK}", link=f"https://contoh.example/{NIK}")
    assert NIK not in repr(entry) + repr(KEYS)


def test_a_long_text_is_cut_and_its_whole_kept_apart() -> None:
    entry = the_told(text="kata " * 30_000)
    masked = the_masked(entry)
    assert masked.text_truncated and masked.full_text is not None
    assert len(json.dumps(masked.text).encode()) < 200_000


def test_what_was_revised_is_kept_until_it_is_filed() -> None:
    one = after(sight(None, text="A"))
    two = after(sight(one, now=NOW + timedelta(hours=1), text="B"), one)
    assert [(old["rev_no"], old["text"]) for old in two.state["former"]] == [(1, "A")]
    three_entry = the_told(text="A")
    unfiled = decide(two, three_entry, the_masked(three_entry), an_origin(), NOW)
    filed = decide(two, three_entry, the_masked(three_entry), an_origin(), NOW, filed_up_to=1)
    assert unfiled is not None and [old["rev_no"] for old in unfiled.state["former"]] == [1, 2]
    assert filed is not None and [old["rev_no"] for old in filed.state["former"]] == [2]


def test_a_version_says_which_gate_masked_it_and_when_it_was_superseded() -> None:
    one = after(sight(None, text="A"))
    old = after(sight(one, text="B"), one).state["former"][0]
    assert (old["gate_version"], old["visibility"], old["superseded_at"]) == (GATE_VERSION, "biasa", NOW)


def test_an_item_keeps_the_id_that_earlier_rules_gave_it() -> None:
    entry = an_entry(link="http://m.contoh.example/amp/berita/1/?amp=1")
    now = told(entry, an_origin(), KEYS)
    assert now is not None and now.item_id == the_told(link="https://www.contoh.example/berita/1").item_id
    first = ids.item_id("live", "harian-contoh", "http://m.contoh.example/amp/berita/1/")
    assert first in former_ids(entry, an_origin(), now.item_id)
    assert now.item_id not in former_ids(entry, an_origin(), now.item_id)


def test_a_page_that_names_its_own_address_is_found_again_by_the_feeds() -> None:
    entry = an_entry(link="https://contoh.example/?p=77", canonical="https://contoh.example/berita/panen")
    named = told(entry, an_origin(), KEYS)
    assert named is not None and named.address == "https://contoh.example/berita/panen"
    before = the_told(link="https://contoh.example/?p=77").item_id
    assert before in former_ids(entry, an_origin(), named.item_id)


def test_a_page_is_not_believed_about_another_site() -> None:
    named = told(an_entry(canonical="https://lain.example/berita/1"), an_origin(), KEYS)
    assert named is not None and named.item_id == the_told().item_id


def test_an_old_date_is_kept_and_marked() -> None:
    old = sight(None, published="Sat, 01 Aug 2026 11:00:00 +0700")
    assert item_of(old).published_at == datetime(2026, 8, 1, 4, 0, tzinfo=UTC)
    fresh = sight(None)
    assert old is not None and old.state["old_content"] is True
    assert fresh is not None and fresh.state["old_content"] is False


def test_when_it_happened_is_kept_apart_from_when_it_was_published() -> None:
    told_of = "Kebakaran terjadi di Lapas Contoh, Jumat (20/11/2026) pukul 19.58 WITA."
    item = item_of(sight(None, text=told_of))
    assert item.event_at == datetime(2026, 11, 20, 11, 58, tzinfo=UTC)
    assert item.published_at == datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


def test_a_relative_date_counts_from_when_it_was_read() -> None:
    assert item_of(sight(None, published="3 jam lalu")).published_at == NOW - timedelta(hours=3)


def test_a_restricted_case_stays_restricted_when_its_text_changes() -> None:
    one = after(sight(None, text="A"))
    one.state["item"]["privacy"]["visibility"] = "terbatas"
    assert item_of(sight(one, text="B")).privacy.visibility == "terbatas"


def test_what_a_child_is_told_in_is_for_few() -> None:
    child = "Seorang anak binaan, Made Contoh (15), mengikuti ujian di LPKA Contoh."
    assert item_of(sight(None, text=child)).privacy.visibility == "terbatas"
    assert item_of(sight(None)).privacy.visibility == "biasa"


def test_a_post_seals_the_address_that_names_its_author() -> None:
    post = sight(
        None, link="https://server.example/@warga/1", kind="unggahan", channel="social", link_names_author=True,
        author_role="akun media sosial", reach={"followers": 7}, media=["foto"], licence="CC BY",
    )  # fmt: skip
    item = item_of(post)
    assert (item.link, item.kind, item.author_role, item.licence) == (None, "unggahan", "akun media sosial", "CC BY")
    assert item.link_id is not None and item.reach is not None and item.reach.followers == 7
    assert [media.kind for media in item.media] == ["foto"]


def test_the_first_with_a_title_is_named_and_nobody_is_dropped() -> None:
    entry = the_told()
    masked = replace(the_masked(entry), same_title=SameTitle(item_id="77", own=False))
    decision = decide(None, entry, masked, an_origin(), NOW)
    item = item_of(decision)
    assert item.same_title_as == "77"
    assert decision is not None and decision.state["same_title_own"] is False
    revised = sight(after(decision), text="B", now=NOW + timedelta(days=9))
    assert item_of(revised).same_title_as == "77"


def test_what_the_gate_would_not_vouch_for_leaves_no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def doubting(parts: Mapping[str, str], *, channel: Channel) -> Parts:
        return replace(gate_parts(parts, channel=channel), outcome=Outcome.QUARANTINE)

    monkeypatch.setattr("services.ingest.masking.gate_parts", doubting)
    entry = the_told(text=f"NIK {NIK} milik seseorang")
    withheld = mask(entry, an_origin(), KEYS, NOW)
    assert isinstance(withheld, Quarantined)
    assert withheld.classes["nik"] == 1 and withheld.host == "contoh.example"
    assert "contoh.example/berita" not in repr(withheld) and NIK not in repr(withheld)
    other = told(an_entry(text=f"NIK {NIK} milik seseorang"), an_origin(), replace(KEYS, revision=b"x" * 32))
    assert other is not None and other.address_hash != withheld.address_hash and other.digest != withheld.text_hash


def test_a_date_without_zone_says_that_it_was_assumed() -> None:
    item = item_of(sight(None, an_origin(zone="Asia/Jayapura"), published="2026-11-21 13:00"))
    assert (item.published_at, item.published_zone) == (datetime(2026, 11, 21, 4, 0, tzinfo=UTC), "assumed")
    assert item_of(sight(None, published="segera")).published_at is None
