"""Photos that no report shows end after two days, the others with their report; a record proves what went."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from libs.runtime.blobs import Blobs
from libs.runtime.mongo import Database, connect
from services.gateway.photo_keeping import PhotoKeeping
from tests.support.stack import Stack

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


class Hands:
    """A clock that is set by hand."""

    moment = NOW

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def database(stack: Stack, namespace: str) -> Database:
    return connect(stack.mongodb_url)[f"pasopati_photos_{namespace}"]


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(folder=tmp_path / "foto")


async def test_an_unused_photo_ends_after_two_days_and_a_used_one_with_its_report(
    database: Database, blobs: Blobs
) -> None:
    clock = Hands()
    keeping = PhotoKeeping.of(database, clock)
    await keeping.prepare()
    unused, used = await blobs.put(b"tak dipakai"), await blobs.put(b"dipakai")
    for photo in (unused, used):
        await keeping.taken(photo)
    await keeping.used([used])
    clock.moment = NOW + timedelta(days=1)
    assert await keeping.sweep(blobs) == 0
    clock.moment = NOW + timedelta(days=2, minutes=1)
    assert await keeping.sweep(blobs) == 1
    assert await blobs.get(unused) is None and await blobs.get(used) == b"dipakai"
    (record,) = [raw async for raw in database["purges"].find({})]
    assert (record["what"], record["count"]) == ("foto", 1)
    assert unused not in str(record)
    clock.moment = NOW + timedelta(days=1827)
    assert await keeping.sweep(blobs) == 1
    assert await blobs.get(used) is None


async def test_one_replica_an_hour_sweeps_and_a_picture_sent_again_begins_anew(
    database: Database, blobs: Blobs
) -> None:
    clock = Hands()
    keeping = PhotoKeeping.of(database, clock)
    photo = await blobs.put(b"isi")
    await keeping.taken(photo)
    clock.moment = NOW + timedelta(days=1, hours=23)
    assert await keeping.sweep(blobs) == 0
    await keeping.taken(photo)
    clock.moment = NOW + timedelta(days=2, minutes=1)
    assert await keeping.sweep(blobs) == 0, "another replica was here within the hour"
    clock.moment = NOW + timedelta(days=3)
    assert await keeping.sweep(blobs) == 0, "it was sent again"
    assert await blobs.get(photo) == b"isi"


async def test_a_photo_from_before_there_were_records_is_kept_like_one_of_a_report(
    database: Database, blobs: Blobs
) -> None:
    clock = Hands()
    keeping = PhotoKeeping.of(database, clock)
    photo = await blobs.put(b"lama")
    assert await keeping.sweep(blobs) == 0
    kept = await database["photos"].find_one({"_id": photo})
    assert kept is not None and kept["ends_at"] == NOW + timedelta(days=1826)
