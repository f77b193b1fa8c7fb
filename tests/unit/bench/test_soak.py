"""What a soak is judged by: each item once, nothing lost on the way, a part never told as the whole."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from libs.schemas.topics import ITEMS_CLASSIFIED, STORIES
from tests.bench.machine import Machine
from tests.bench.soak_clocked import ItemsClock
from tests.bench.soak_ledger import Ledger, Tally, faults, line_through, total
from tests.bench.soak_plan import Feed, Limits, Now, beyond, bounded
from tests.bench.soak_report import CLASSIFIER, INGEST, Outcome, headline, put_section, section
from tests.bench.soak_watch import Look, Swept, by_minutes, progress_line, settled

NOON = datetime(2026, 7, 1, 5, 0, tzinfo=UTC)
GOOD = Tally(
    wanted=1_000_000, fed=1_000_000, answered=1_000_000, repeats=2, doubled=0, strange=0, relevant=60_000,
    members=14_000, members_purged=46_000, counted=16_000, counted_purged=44_000, without_story=0, outbox=0, parked=0,
    most_documents=90_000,
)  # fmt: skip
LOOK = Look(
    seconds=60, fed=1_000, answered=900, documents={"labels": 700, "stories": 40}, outbox=3, classifier_mb=200,
    store_mb=500, broker_mb=400, store_disk_gb=0.5, broker_disk_gb=1.5,
    lags={"classifier": 100, "classifier.stories": 5, "classifier.trends": 0}, stories=40, series=80,
)  # fmt: skip
MACHINE = Machine(
    model="a processor", cores=2, cores_of_machine=2, memory_gb=8, system="Linux", load=0.5, versions={}
)  # fmt: skip


def an_answer(number: int, sequence: int = 1) -> bytes:
    return f'{{"data":{{"link":"https://harian.contoh.example/berita/{number}"}},"sequence":{sequence}}}'.encode()


def an_outcome(tally: Tally = GOOD, *, ended: str | None = None) -> Outcome:
    return Outcome(
        tally=tally, looks=[replace(LOOK, seconds=5.0 * n) for n in range(100)], seconds=2_000.0,
        swept=Swept(turns=200, gone={"label": 950_000}), cpu={"classifier": 1_900.0}, ended_early=ended,
        faults=faults(tally, most=100_000),
    )  # fmt: skip


def test_each_item_is_answered_once() -> None:
    ledger = Ledger(10)
    for value in (an_answer(1), an_answer(2), an_answer(2), an_answer(1, 2), an_answer(11), an_answer(9), b"{}"):
        ledger.answer(value, fed=8)
    assert (ledger.answered, ledger.repeats, ledger.doubled, ledger.strange) == (2, 1, 1, 3)


def test_what_is_fed_can_be_told_by_its_answer() -> None:
    feed, ledger = Feed(3, NOON), Ledger(3)
    records = [*feed.next(2), *feed.next(2)]
    for _, value in records:
        ledger.answer(value, fed=feed.fed)
    assert (ledger.answered, ledger.strange, feed.fed) == (3, 0, 3)
    assert len({key for key, _ in records}) == 3
    assert feed.simulated_at == NOON + timedelta(days=133)
    assert b'"lane":"live"' in records[0][1]


def test_the_clock_of_the_items_never_runs_back() -> None:
    clock = ItemsClock(NOON)
    clock.reach(NOON + timedelta(hours=2, microseconds=1_999))
    clock.reach(NOON + timedelta(hours=1))
    assert clock.now() == NOON + timedelta(hours=2, milliseconds=1)


def test_a_run_in_which_all_adds_up_has_no_fault() -> None:
    assert faults(GOOD, most=100_000) == []
    assert an_outcome().kept_its_promise


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"answered": 999_990}, "10 of 1,000,000 fed items were not classified"),
        ({"doubled": 1}, "1 items were labelled twice"),
        ({"strange": 2}, "2 were never fed"),
        ({"members": 13_999}, "59,999 came into stories"),
        ({"counted_purged": 44_001}, "60,001 were counted"),
        ({"without_story": 1}, "without a document"),
        ({"outbox": 4}, "4 documents still had something to announce"),
        ({"parked": 1}, "1 records were parked"),
        ({"most_documents": 100_001}, "100,001 documents at once"),
    ],
)
def test_what_does_not_add_up_is_named(change: dict[str, int], said: str) -> None:
    tally = replace(GOOD, **change)
    (fault,) = faults(tally, most=100_000)
    assert said in fault
    lines, kept = section(an_outcome(tally), MACHINE)
    assert not kept and any("NOT as promised" in line and said in line for line in lines)


def test_memory_that_grows_is_not_flat_and_a_short_run_is_not_judged() -> None:
    warm = [(5.0 * n, 100.0 + 10 * n) for n in range(50)]
    flat = [(5.0 * n, 600.0 + n % 3) for n in range(50, 150)]
    rising = [(5.0 * n, 600.0 + n) for n in range(50, 150)]
    assert line_through(warm + flat).flat is True
    assert line_through(warm + rising).flat is False
    assert line_through(rising[:30]).flat is None and line_through([]).mean == 0


def test_a_run_that_ended_early_says_so_first_and_keeps_no_promise() -> None:
    tally = replace(GOOD, fed=400_000, answered=400_000)
    outcome = an_outcome(tally, ended="somebody stopped it")
    said = headline(outcome)
    assert said.startswith("**Ended early** at 400,000 of 1,000,000 items, because somebody stopped it: 200 items/s")
    assert not outcome.kept_its_promise
    assert headline(an_outcome(replace(GOOD, wanted=20_000))).startswith("**A short look**, 20,000 items instead of")
    assert headline(an_outcome()).startswith("1,000,000 items: 500 items/s over 33.3 minutes, at most 90,000 documents")


def test_limits_are_named_when_they_are_passed() -> None:
    well = Now(hours=1, free_disk_gb=60, own_disk_gb=4, classifier_mb=300, silent_seconds=1)
    assert beyond(Limits(), well) is None
    for change, said in (
        ({"hours": 4.1}, "longer than 4 hours"), ({"free_disk_gb": 4.0}, "only 4.0 GB"),
        ({"own_disk_gb": 21.0}, "21.0 GB"),
        ({"classifier_mb": 3_100.0}, "3100 MB"), ({"silent_seconds": 181.0}, "nothing was classified for 181 s"),
    ):  # fmt: skip
        assert said in str(beyond(Limits(), replace(well, **change)))


def test_topics_are_bounded_by_bytes_and_stay_what_they_are() -> None:
    assert bounded(ITEMS_CLASSIFIED)["retention.bytes"] and bounded(ITEMS_CLASSIFIED)["cleanup.policy"] == "delete"
    assert bounded(STORIES)["cleanup.policy"] == "compact" and "retention.bytes" not in bounded(STORIES)


def test_metrics_are_summed_by_their_labels() -> None:
    lags = '# HELP lag x\nlag{group="a",topic="t"} 3.0\nlag{group="a",topic="u"} 4.0\nlag{group="b"} 5\n'
    text = f"{lags}lag_more 9\nopen 7.0\n"
    assert (total(text, "lag", group="a"), total(text, "lag")) == (7, 12)
    assert (total(text, "open"), total(text, "none")) == (7, 0)


def test_one_section_is_written_and_the_other_stays(tmp_path: Path) -> None:
    page = tmp_path / "docs" / "soak.md"
    put_section(page, INGEST, ["flat"])
    put_section(page, CLASSIFIER, ["a million", "", "| a |"])
    put_section(page, CLASSIFIER, ["a million, again"])
    text = page.read_text("utf-8")
    assert text.index("## The classifier\n\na million, again\n") < text.index("## Ingest\n\nflat\n")
    assert "| a |" not in text and text.count("# Memory and documents") == 1


def test_a_line_of_progress_has_the_rate_of_late_and_what_was_swept() -> None:
    later = replace(LOOK, seconds=90, answered=2_400)
    said = progress_line(later, LOOK, Swept(turns=3, gone={"label": 10}), count=5_000, most=750, days=12)
    assert "2,400 of 5,000 (27/s, lately 50/s), day 12" in said and "sweeps 3, 10 deleted" in said
    assert not settled(later) and settled(replace(later, outbox=0, lags={"classifier": 0}))


def test_looks_of_a_long_run_are_thinned_out_and_end_with_the_last() -> None:
    looks = [replace(LOOK, seconds=5.0 * n) for n in range(500)]
    shown = by_minutes(looks)
    assert len(shown) <= 27 and shown[0] is looks[0] and shown[-1] is looks[-1]
    assert by_minutes([]) == []
