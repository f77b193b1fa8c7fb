"""A source that answers and says nothing for longer than it ever did: told once with figures, and when it speaks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from libs.runtime.mongo import connect
from libs.schemas.sources import Source
from libs.schemas.topics import ITEMS_COLLECTED, SOURCES
from services.ingest.rhythm import Rhythm
from tests.support.feeds import Article, feed_server, rss, sources_file
from tests.support.listening import Listener, listening
from tests.support.running import Running
from tests.support.waiting import eventually

# Ten items an hour at every hour, ten days of it; a little more just now, so that it is nobody's night.
HOUR_NOW = (datetime.now(UTC).hour + 7) % 24
ITEMS = [120.0 if (hour - HOUR_NOW) % 24 < 2 else 100.0 for hour in range(24)]


def habit(at: datetime, *, meanwhile: float) -> dict[str, Any]:
    return Rhythm(at=at, items=ITEMS, looked=[10.0] * 24, meanwhile=meanwhile, longest=5.0).kept()


def told(heard: Listener, name: str, url: str) -> list[Source]:
    return [event.data for event in heard.of(name) if event.data.url == url]


def article(number: int) -> Article:
    return Article(link=f"https://harian.contoh.example/{number}", title=f"CONTOH: kabar {number}")


async def test_silence_is_told_once_with_its_figures_and_ends_when_it_speaks(running: Running, tmp_path: Path) -> None:
    async with (
        feed_server() as feeds,
        listening(running, SOURCES) as heard,
        listening(running, ITEMS_COLLECTED) as items,
    ):
        silent = feeds.serve("/diam.xml", rss([article(1)]))
        lively = feeds.serve("/ramai.xml", rss([article(2)]))
        outlets = {"harian-contoh": [silent], "kabar-contoh": [lively]}
        file = sources_file(tmp_path / "s.yaml", outlets, interval_seconds=1)
        running.env |= {"PASOPATI_LOCAL_ADDRESSES": feeds.address, "PASOPATI_SAMPLE_SOURCES_FILE": str(file)}
        service = await running.start("ingest")
        await eventually(lambda: len(items.distinct()) == 2, within=40, what="both read")
        service.kill()

        ledger = connect(running.stack.mongodb_url)[f"pasopati_ingest_{running.namespace}"]["fetching"]
        now = datetime.now(UTC)
        ids = {event.data.url: event.subject for event in heard.of("SourceAdded")}
        for url, meanwhile in ((silent, 60.0), (lively, 2.0)):
            change = {
                "rhythm": habit(now, meanwhile=meanwhile),
                "last_item_at": now - timedelta(hours=6),
                "due_at": now,
            }
            await ledger.update_one({"_id": ids[url]}, {"$set": change})
        await service.restart()
        await eventually(lambda: bool(told(heard, "SourceQuiet", silent)), within=40, what="told")
        quiet = told(heard, "SourceQuiet", silent)[0]
        assert (quiet.state, quiet.enabled, quiet.failure) == ("hidup", True, None)
        assert quiet.quiet is not None and 60 <= quiet.quiet.expected_meanwhile < 63
        assert quiet.quiet.since == (now - timedelta(hours=6)).replace(microsecond=now.microsecond // 1000 * 1000)
        assert 235 < quiet.quiet.items_per_day < 250 and 9.9 < quiet.quiet.basis_days < 10.1
        assert quiet.quiet.chance < 1e-20
        before = feeds.asked("/diam.xml")
        await eventually(lambda: feeds.asked("/diam.xml") >= before + 3, within=40, what="polled on")
        assert len(told(heard, "SourceQuiet", silent)) == 1

        feeds.serve("/diam.xml", rss([article(3), article(1)]))
        await eventually(lambda: bool(told(heard, "SourceRecovered", silent)), within=40, what="it speaks again")
        assert told(heard, "SourceRecovered", silent)[0].quiet is None
        assert told(heard, "SourceQuiet", lively) == []
