"""What the bench says of its figures."""

import os
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.arithmetic import Lag, Spread
from tests.bench.articles import LONGEST, Writer
from tests.bench.chain import Chained
from tests.bench.feeding import OUTLETS, Newsroom
from tests.bench.machine import describe, full_collections, usage
from tests.bench.relaying import OURS, RAW, RAW_PYDANTIC, TRACED, Relayed
from tests.bench.report import document, figures, lines

UNITS = ("Lapas Kelas IIA Contoh Utara", "Rutan Kelas IIB Contoh Timur", "Lapas Kelas I Contoh Barat")


def a_relay(ours: float) -> Relayed:
    rounds = {RAW: [20_000.0], RAW_PYDANTIC: [10_000.0], OURS: [ours], TRACED: [0.9 * ours]}
    cpu = dict.fromkeys(rounds, 50.0)
    return Relayed(rounds=rounds, cpu_microseconds=cpu, value_bytes=1400, warm_seconds=30)


def test_a_goal_that_was_missed_is_called_missed() -> None:
    told = lines(figures(a_relay(7_000.0), None))
    assert told[0].startswith("hop_ratio=0.35  goal ≥ 0.40  NOT REACHED")
    assert told[1].startswith("hop_pydantic_ratio=0.70  goal ≥ 0.75  NOT REACHED")
    assert told[2].startswith("telemetry_ratio=0.90  goal ≥ 0.80  reached")


def test_what_was_not_measured_is_not_reached() -> None:
    told = {figure.name: figure for figure in figures(None, Chained())}
    assert told["live_p99"].shown == "not measured"
    assert not told["live_p99"].reached
    assert not told["sustained"].reached


def test_a_latency_under_less_load_than_asked_for_is_not_reached() -> None:
    light = Chained(live_rate=80, clients=200, live=Spread.of([0.01]), commands=Spread.of([0.01]))
    assert [figure.reached for figure in figures(None, light)[1:]] == [False, False, False]
    assert "(the goal is at 200 with 200)" in lines(figures(None, light))[1]


def test_the_sustained_rate_is_the_highest_with_a_flat_lag() -> None:
    growing = Lag(rate=500, came_out_per_second=420, grows_per_second=80, last=4_000)
    flat = Lag(rate=410, came_out_per_second=409, grows_per_second=0.5, last=260)
    assert Chained(steady=[growing, flat]).sustained_rate == 410
    assert Chained(steady=[growing]).sustained_rate == 0


def test_the_document_names_machine_figures_and_goals() -> None:
    chained = Chained(live_rate=200, live=Spread.of([0.05, 0.06]), clients=200, command_answers={200: 3})
    text = document(
        describe(2), a_relay(9_000.0), chained, at=datetime(2026, 11, 22, tzinfo=UTC), seconds=400, command="make bench"
    )
    assert "2026-11-22 00:00 UTC" in text
    assert "| `hop_ratio` | 0.45 | ≥ 0.40 | yes |" in text
    assert "| `live_p50` | 50 ms | < 100 ms | yes |" in text
    assert "| `commands_p99` | not measured | < 150 ms | **no** |" in text


def test_articles_are_short_and_mostly_different() -> None:
    writer = Writer(UNITS)
    written = [writer.everyday() for _ in range(300)]
    assert all(len(article.text) <= LONGEST for article in written)
    assert len({article.text for article in written}) > 250


def test_every_unit_has_one_incident_that_four_outlets_tell() -> None:
    writer = Writer(UNITS)
    incidents = [writer.incident() for _ in UNITS]
    assert all(len(told) == 4 for told in incidents)
    assert writer.incident() == []


def test_an_item_stays_in_its_feed_for_two_polls_and_counts_from_the_first() -> None:
    newsroom = Newsroom(UNITS, port=1, incidents_per_second=0)
    newsroom.add_many(OUTLETS * 50)
    feed = newsroom._feeds[0]
    assert feed.page().count(b"<item>") == 50
    first = dict(newsroom.served)
    assert feed.page().count(b"<item>") == 50
    assert newsroom.served == first
    assert len(first) == 50
    assert feed.page().count(b"<item>") == 20


def test_full_collections_are_read_from_the_log_of_the_machine(tmp_path: Path) -> None:
    (tmp_path / "gc-7.log").write_text(
        "[1.0s][info][gc] GC(0) Pause Young (Allocation Failure) 68M->12M(247M) 9.120ms\n"
        "[2.0s][info][gc] GC(1) Pause Full (Metadata GC Threshold) 40M->12M(247M) 20.500ms\n"
    )
    assert full_collections(tmp_path, 7) == [20.5]
    assert full_collections(tmp_path, 8) == []


def test_a_process_has_a_size() -> None:
    assert usage(os.getpid()).megabytes > 1
