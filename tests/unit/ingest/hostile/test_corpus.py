"""Every hostile case ends as its table says, within its bound; all of them in one process stay within memory."""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from services.ingest.parsing import START_SECONDS, ParserPool
from tests.support.feeds import FeedServer, feed_server
from tests.unit.ingest.hostile import addresses, answers, bodies
from tests.unit.ingest.hostile.case import SECRET, SLACK_SECONDS, Case, timed

PARSE_SECONDS = 2.0
# For what costs a parser nothing: a busy machine must not turn its end into a deadline missed.
PATIENT_SECONDS = 10.0
AT_ONCE = 8
# Eight bodies of at most 5 MiB at once, each also as the request to a parser, and what our own server holds of them.
MEGABYTES_AT_MOST = 250
MEGABYTES_LEFT = 80
CASES = [*addresses.cases(), *answers.cases(), *bodies.cases()]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def feeds() -> AsyncIterator[FeedServer]:
    async with feed_server() as server:
        server.serve(SECRET, b"<rss/>")
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[ParserPool]:
    made = ParserPool(deadline_seconds=PARSE_SECONDS)
    yield made
    await made.aclose()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_hostile_case_ends_as_named_within_its_bound(case: Case, feeds: FeedServer, pool: ParserPool) -> None:
    hurts = any(end.endswith("parse_timeout") for end in case.allowed)
    pool.deadline_seconds = PARSE_SECONDS if hurts else PATIENT_SECONDS
    ended, seconds = await timed(case, feeds, pool)
    assert ended in case.allowed
    assert seconds < case.seconds + (pool.deadline_seconds + START_SECONDS if case.kind else 0) + SLACK_SECONDS
    assert feeds.asked(SECRET) == 0


def test_no_two_cases_share_a_name() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 80


def _resident_megabytes() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


async def _most_memory(ended: asyncio.Event) -> float:
    most = _resident_megabytes()
    while not ended.is_set():
        most = max(most, _resident_megabytes())
        await asyncio.sleep(0.02)
    return most


def _cpu_seconds() -> float:
    return time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])


async def test_all_of_them_in_one_process_stay_within_memory_and_processor_time(
    record_property: Callable[[str, object], None],
) -> None:
    """Eight at a time; the server that attacks lives in the same process, so that its share is counted with ours."""
    # What the corpus itself keeps (packed bombs, long literals) is made before the first look.
    for case in CASES:
        if not case.location:
            case.page()
    places, ended = asyncio.Semaphore(AT_ONCE), asyncio.Event()
    pool = ParserPool(deadline_seconds=PARSE_SECONDS)
    before, cpu = _resident_megabytes(), _cpu_seconds()
    watching = asyncio.create_task(_most_memory(ended))

    async def one(case: Case, feeds: FeedServer) -> str:
        async with places:
            return (await timed(case, feeds, pool))[0]

    async with feed_server() as feeds:
        found = await asyncio.gather(*(one(case, feeds) for case in CASES))
    await pool.aclose()
    ended.set()
    most, left, spent = await watching, _resident_megabytes(), _cpu_seconds() - cpu
    record_property("rss_megabytes", f"before {before:.0f}, most {most:.0f}, after {left:.0f}")
    record_property("cpu_seconds", f"{spent:.1f} for {len(CASES)} cases")
    print(f"{len(CASES)} cases: RSS {before:.0f} MB, most {most:.0f}, after {left:.0f}; CPU {spent:.1f} s")
    unnamed = [f"{case.name}: {end}" for case, end in zip(CASES, found, strict=True) if not end]
    assert not unnamed
    assert most - before < MEGABYTES_AT_MOST and left - before < MEGABYTES_LEFT
    # A bound of two seconds each would allow many times as much.
    assert spent < len(CASES) * 0.5
