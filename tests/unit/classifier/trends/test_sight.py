"""What could not be read is remembered with its hours, from the last success on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from libs.schemas.sources import Quiet, SourceAdded, SourceChanged, SourceFailing, SourceQuiet, SourceRecovered
from services.classifier.trends.rules import TrendRules
from services.classifier.trends.sight import Sights, Spell, Watched, watched
from tests.support.builders import a_source, envelope_of

NOW = datetime(2026, 11, 20, 5, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
HOUR = 3600


def told(before: Watched | None, event: Any, sequence: int, *, at: datetime = NOW, **source: Any) -> Watched | None:
    return watched(before, envelope_of(event, a_source(**source), sequence=sequence, time=at), "live")


def a_failing(sequence: int = 2) -> Watched:
    found = told(None, SourceFailing, sequence, state="gagal", last_success_at=NOW - timedelta(hours=2))
    assert found is not None
    return found


def test_a_source_is_blind_from_its_last_success_on() -> None:
    assert a_failing().spells == (Spell(SECONDS - 2 * HOUR, None),)


def test_when_it_is_read_again_the_spell_ends() -> None:
    back = told(a_failing(), SourceRecovered, 3, at=NOW + timedelta(hours=1))
    assert back is not None and back.spells == (Spell(SECONDS - 2 * HOUR, SECONDS + HOUR),)


def test_an_older_event_changes_nothing() -> None:
    assert told(a_failing(3), SourceAdded, 2, state="baru") is None


def test_a_quiet_source_is_blind_since_it_fell_quiet() -> None:
    quiet = Quiet(since=NOW - timedelta(hours=5), items_per_day=40, expected_meanwhile=9, chance=1e-5, basis_days=30)
    found = told(None, SourceQuiet, 1, quiet=quiet)
    assert found is not None and found.spells == (Spell(SECONDS - 5 * HOUR, None),)


def test_what_people_switch_off_is_no_blindness() -> None:
    off = told(a_failing(), SourceChanged, 3, enabled=False, state="dimatikan", disabled_by="orang")
    assert off is not None and off.weight == 0 and off.spells[-1].last is not None


def test_what_the_system_gave_up_stays_blind() -> None:
    off = told(a_failing(), SourceChanged, 3, enabled=False, state="dimatikan", disabled_by="sistem")
    assert off is not None and off.weight > 0 and off.spells[-1].last is None


def test_files_that_people_bring_are_not_watched() -> None:
    assert told(None, SourceAdded, 1, kind="impor") is None


@pytest.mark.parametrize(("hours", "seeing"), [(0, "penuh"), (1, "sebagian"), (3, "buta"), (4, "buta")])
def test_a_window_is_as_blind_as_its_sources_were(rules: TrendRules, hours: int, seeing: str) -> None:
    spell = (Spell(SECONDS - hours * HOUR, None),) if hours else ()
    sources = [
        Watched(source_id="a", mode="live", sequence=1, of="berita", weight=30, spells=spell),
        Watched(source_id="b", mode="live", sequence=1, of="berita", weight=10),
    ]
    assert Sights(rules.sight, sources).seeing("berita", SECONDS - 4 * HOUR, SECONDS) == seeing


def test_social_media_do_not_go_blind_with_a_feed(rules: TrendRules) -> None:
    sources = [
        Watched(source_id="a", mode="live", sequence=1, of="berita", weight=9, spells=(Spell(0, None),)),
        Watched(source_id="b", mode="live", sequence=1, of="sosial", weight=1),
    ]
    sights = Sights(rules.sight, sources)
    assert sights.seeing("sosial", SECONDS - HOUR, SECONDS) == "penuh"
    assert sights.seeing("semua", SECONDS - HOUR, SECONDS) == "buta"


def test_without_known_sources_nothing_is_said_to_be_blind(rules: TrendRules) -> None:
    assert Sights(rules.sight).seeing("semua", SECONDS - HOUR, SECONDS) == "penuh"
