"""The CONTOH day itself: enough of everything, nothing real, nothing that repeats, no private person."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from deploy.local.sample.day import DAY_SECONDS, TRICKLE_GAP_SECONDS, load_day
from libs.privacy import NAMES, gate
from libs.reference.units import Gazetteer, normalised

DAY = load_day()
EVERYTHING = DAY.items + DAY.pool


def test_the_day_is_full_and_spread_over_its_ten_minutes_and_outlets() -> None:
    assert len(DAY.items) >= 220
    assert len({item.outlet_id for item in DAY.items}) == 12
    per_minute = Counter(int(item.at_seconds // 60) for item in DAY.items)
    assert all(per_minute[minute] >= 10 for minute in range(10))


def test_no_two_items_share_an_id_and_texts_are_written_not_made() -> None:
    assert len({item.item_id for item in EVERYTHING}) == len(EVERYTHING)
    # Copies of an agency's text are meant; everything else has words of its own.
    own = [
        item
        for item in EVERYTHING
        if not any(item.item_id == f"{other.item_id}-{item.outlet_id}" for other in EVERYTHING)
    ]
    openings = Counter(" ".join(item.text.split()[:8]) for item in own)
    assert max(openings.values()) <= 3
    assert len({item.text for item in own}) == len(own)


def test_every_unit_named_is_fictional() -> None:
    live = Gazetteer.for_mode("live").by_form()
    sure = {form for form in live if len(form.split()) >= 2 and not form.startswith("lp ")}
    for item in EVERYTHING:
        words = normalised(f"{item.title} {item.text}").split()
        for length in (2, 3, 4, 5):
            for start in range(len(words) - length + 1):
                assert " ".join(words[start : start + length]) not in sure, item.item_id


def test_units_named_in_the_day_are_in_the_sample_gazetteer() -> None:
    known = set(Gazetteer.for_mode("sample").by_form())
    unit = re.compile(
        r"\b(?:Lapas|Rutan|LPKA|Bapas|Rupbasan)(?: (?:Perempuan|Narkotika|Terbuka))?(?: Kelas (?:IIA|IIB|III|II|I))? "
        r"Contoh (?:Raya|Utara|Barat|Selatan|Hilir|Sari|Hulu|Jaya|Tengah|Pesisir|Asri|Timur|Ayu|Samudra|Teluk|Kepulauan"
        r"|Muara|Mutiara)\b"
    )
    named = {normalised(found) for item in EVERYTHING for found in unit.findall(f"{item.title}. {item.text}")}
    shortened = {
        "lapas contoh hilir",
        "lapas contoh sari",
        "lapas contoh mutiara",
        "lapas contoh asri",
        "rutan contoh ayu",
    }
    assert len(named) >= 30
    assert named - shortened <= known


def test_the_day_holds_nothing_that_the_gate_would_mask() -> None:
    found = [gate(f"{item.title}\n{item.text}", channel="news").classes for item in EVERYTHING]
    assert not any(set(classes) - NAMES for classes in found)
    # Nobody is named in the day; the reader of names may take a word for somebody twice in a hundred items.
    assert sum(map(bool, found)) <= len(EVERYTHING) / 50


def test_a_story_grows_over_outlets_from_vague_to_confirmed() -> None:
    escape = [item for item in DAY.items if item.item_id.startswith("pelarian-")]
    assert len({item.outlet_id for item in escape}) >= 10
    first_sure = next(item for item in escape if "melarikan diri" in item.title)
    vague = [item for item in escape if item.at_seconds < first_sure.at_seconds]
    assert len(vague) >= 3
    assert escape[-1].at_seconds - escape[0].at_seconds > DAY_SECONDS / 2


def test_items_come_out_when_their_time_has_come() -> None:
    assert DAY.until(0) == []
    half = DAY.until(DAY_SECONDS / 2)
    assert half and all(item.at_seconds <= DAY_SECONDS / 2 for item in half)
    assert len(DAY.until(DAY_SECONDS)) == len(DAY.items)


def test_the_pool_trickles_for_ever_under_new_ids() -> None:
    rounds = DAY.until(DAY_SECONDS + TRICKLE_GAP_SECONDS * (2 * len(DAY.pool) + 0.5))
    trickled = rounds[len(DAY.items) :]
    assert len(trickled) == 2 * len(DAY.pool)
    assert len({item.item_id for item in rounds}) == len({item.slug for item in rounds}) == len(rounds)
    assert len({item.text for item in trickled}) == len(trickled)


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        ("- {id: a, outlet: tidak-ada, at: 1, title: x, text: y}", "a breaks the form"),
        ("- {id: a, outlet: harian-contoh, at: 601, title: x, text: y}", "a: at"),
        ("- {id: a, outlet: harian-contoh, at: 1, title: x}", "a breaks the form"),
        ("- {id: a, outlet: harian-contoh, at: 1, title: x, text: y, jenis: z}", "jenis"),
        ("- {id: a, outlet: harian-contoh, at: 1, title: x, text: y}\n" * 2, "twice"),
        ("- {id: a, outlet: harian-contoh, at: 1, title: x, text: y, copies: [{outlet: z, at: 2}]}", "unknown outlet"),
    ],
)
def test_an_item_that_breaks_the_form_is_named(tmp_path: Path, entry: str, named: str) -> None:
    (tmp_path / "satu.yaml").write_text(entry, encoding="utf-8")
    with pytest.raises(ValueError, match=named):
        load_day(tmp_path)
