"""What a source said is kept masked, bounded, and can be put through newer rules."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from libs.runtime.mongo import Database, connect
from libs.schemas.topics import ITEMS_BACKFILL, ITEMS_COLLECTED
from services.ingest.archiving import Archive, Bounds, Payload
from tests.support.feeds import Article, FeedServer, feed_server, rss, sources_file
from tests.support.listening import listening
from tests.support.running import Running
from tests.support.waiting import eventually

NIK = "3201234506870008"
NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


class At:
    """A clock that stands where it is put."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def articles(count: int) -> list[Article]:
    return [
        Article(
            link=f"https://harian.contoh.example/berita/{n}",
            title=f"CONTOH: warga binaan panen sayur {n}",
            body=f"<p>Petugas mencatat NIK {NIK} dan mengulangnya dalam berita ke-{n}.</p>",
        )
        for n in range(count)
    ]


def database_of(running: Running) -> Database:
    return connect(running.stack.mongodb_url)[f"pasopati_ingest_{running.namespace}"]


async def start(running: Running, feeds: FeedServer, file: Path) -> Any:
    running.env |= {"PASOPATI_LOCAL_ADDRESSES": feeds.address, "PASOPATI_SAMPLE_SOURCES_FILE": str(file)}
    return await running.start("ingest")


async def payloads_in(database: Database) -> list[dict[str, Any]]:
    return [raw async for raw in database["payloads"].find({}).sort("at", 1)]


async def test_what_was_new_is_archived_masked_and_reprocessing_it_changes_nothing(
    running: Running, tmp_path: Path
) -> None:
    async with (
        feed_server() as feeds,
        listening(running, ITEMS_COLLECTED) as live,
        listening(running, ITEMS_BACKFILL) as backfill,
    ):
        url = feeds.serve("/rss.xml", rss(articles(3)))
        file = sources_file(tmp_path / "s.yaml", {"harian-contoh": [url]}, interval_seconds=1)
        await start(running, feeds, file)
        await eventually(lambda: len(live.events) == 3, within=30, what="three items")
        feeds.serve("/rss.xml", rss(articles(5)))
        await eventually(lambda: len(live.events) == 5, within=30, what="two more")
        database = database_of(running)
        kept = await payloads_in(database)
        assert [raw["entries"] for raw in kept] == [3, 2]
        for raw in kept:
            unpacked = zlib.decompress(raw["packed"]).decode()
            assert NIK not in unpacked and "[NIK]" in unpacked and "panen sayur" in unpacked
            assert Payload.unpack(raw["packed"]).name == raw["_id"]

        said = await running.command("reprocess")
        assert "2 muatan arsip: 0 butir diperbarui, 0 dibuat lagi, 5 tetap" in said
        assert "0 dibuat lagi, 2 tetap" in await running.command("reprocess", "--since", kept[1]["at"].isoformat())
        assert "0 muatan arsip" in await running.command("reprocess", "--source", "sumber-lain")
        assert backfill.events == [] and len(live.events) == 5


async def test_a_newer_gate_revises_once_in_the_backfill_lane_and_what_is_missing_comes_back(
    running: Running, tmp_path: Path
) -> None:
    async with (
        feed_server() as feeds,
        listening(running, ITEMS_COLLECTED) as live,
        listening(running, ITEMS_BACKFILL) as backfill,
    ):
        url = feeds.serve("/rss.xml", rss(articles(3)))
        file = sources_file(tmp_path / "s.yaml", {"harian-contoh": [url]}, interval_seconds=2)
        await start(running, feeds, file)
        await eventually(lambda: len(live.events) == 3, within=30, what="three items")
        database = database_of(running)
        # As an older gate would have left them: a number it did not know stands in one text, in item and archive.
        (raw,) = await payloads_in(database)
        old = Payload.unpack(raw["packed"])
        for entry in old.entries:
            entry["privacy"]["gate_version"] = "0"
        leaky = old.entries[0]
        leaky["text"] = leaky["text"].replace("[NIK]", NIK)
        await database["payloads"].update_one({"_id": raw["_id"]}, {"$set": {"packed": old.pack()}})
        as_old = {"state.item.text": leaky["text"], "state.item.excerpt": leaky["text"]}
        await database["items"].update_one({"_id": leaky["item_id"]}, {"$set": as_old})
        await database["items"].delete_one({"_id": old.entries[2]["item_id"]})

        said = await running.command("reprocess", PASOPATI_CRASHPOINT="")
        assert "1 butir diperbarui, 1 dibuat lagi, 1 tetap" in said
        await eventually(lambda: len(backfill.events) == 2, within=20, what="both on the backfill lane")
        (revised,), (again,) = backfill.of("ItemRevised"), backfill.of("ItemCollected")
        assert (revised.data.revision_cause, revised.data.rev_no, revised.sequence) == ("gate", 2, 2)
        assert NIK not in revised.model_dump_json() and "[NIK]" in revised.data.text
        assert (revised.lane, again.lane, again.subject) == ("backfill", "backfill", old.entries[2]["item_id"])

        assert "0 butir diperbarui, 0 dibuat lagi, 3 tetap" in await running.command("reprocess")
        assert len(backfill.distinct()) == 2 and len(live.events) == 3


async def test_days_and_bytes_bound_the_archive_and_every_deletion_is_written_down(running: Running) -> None:
    clock, database = At(NOON), database_of(running)
    archive = Archive.of(database, clock=clock, bounds=Bounds(days=10, total_bytes=3_000))
    await archive.prepare()
    for day in range(20):
        clock.at = NOON + timedelta(days=day)
        origin = {"source_id": f"s{day % 2}", "outlet_id": "o", "outlet_name": "O", "zone": "Asia/Jakarta"}
        payload = Payload(origin=origin, entries=[{"text": f"berita {day}" * (1 + day)}], sealed={})
        await archive.keep(payload)
        await archive.keep(payload)
    assert await database["payloads"].count_documents({}) == 20

    assert await archive.sweep() == 9
    assert await archive.sweep() == 0  # not its turn again within the hour, nor another replica's
    (record,) = [raw async for raw in database["purges"].find({})]
    assert (record["what"], record["why"], record["count"]) == ("payloads", "retention_days", 9)
    assert (record["oldest_at"], record["newest_at"]) == (NOON, NOON + timedelta(days=8))

    total = sum(raw["bytes"] for raw in await payloads_in(database))
    small = Archive.of(database, clock=clock, bounds=Bounds(days=100, total_bytes=total - 1))
    clock.at += timedelta(hours=1, seconds=1)
    assert await small.sweep() == 1
    assert (await payloads_in(database))[0]["at"] == NOON + timedelta(days=10)
    assert await database["purges"].count_documents({"why": "total_bytes", "count": 1}) == 1
