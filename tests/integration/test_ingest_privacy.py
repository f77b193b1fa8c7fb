"""What identifies a person, fed in everywhere a feed can carry it, is nowhere we keep or say."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import quote

from aiokafka import AIOKafkaConsumer
from pymongo import MongoClient

from libs.schemas.topics import CATALOGUE, ITEMS_COLLECTED
from tests.support.feeds import Article, feed_server, rss, sources_file
from tests.support.listening import listening
from tests.support.running import Running
from tests.support.waiting import eventually

NIK = "3201014101900001"
PHONE = "0812-3456-7890"
MAIL = "budi.contoh@surat.example"
CASE = "45/Pid.Sus/2025/PN Jkt.Utr"


def canaries() -> set[bytes]:
    """Each value raw, as digits, base64, hexadecimal and percent-encoded."""
    found: set[bytes] = set()
    for value in (NIK, PHONE, MAIL, CASE):
        raw = value.encode()
        digits = "".join(char for char in value if char.isdigit()).encode()
        found |= {raw, base64.b64encode(raw), raw.hex().encode(), quote(value, safe="").encode()}
        found |= {digits} if len(digits) >= 10 else set()
    return found


async def everything_on_the_bus(running: Running) -> bytes:
    names = [f"{topic.name}.{running.namespace}" for topic in CATALOGUE]
    consumer = AIOKafkaConsumer(
        *names,
        bootstrap_servers=running.stack.kafka_bootstrap,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    kept: list[bytes] = []
    try:
        ends = await consumer.end_offsets(consumer.assignment())
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                for record in records:
                    kept += [record.value or b"", record.key or b"", *(value for _, value in record.headers)]
    finally:
        await consumer.stop()
    return b"\n".join(kept)


def everything_in_the_store(running: Running) -> bytes:
    """Values of every document as they are held, sealed bytes included."""
    kept = []
    client: MongoClient[dict[str, object]] = MongoClient(running.stack.mongodb_url)
    with client:
        for name in client.list_database_names():
            if name.endswith(f"_{running.namespace}"):
                for collection in client[name].list_collection_names():
                    kept += [repr(document) for document in client[name][collection].find({})]
    return "\n".join(kept).encode()


async def test_no_canary_is_left_anywhere(running: Running, tmp_path: Path) -> None:
    address = "https://harian.contoh.example"
    articles = [
        Article(link=f"{address}/1", title=f"CONTOH: NIK {NIK} beredar", body=f"<p>Hubungi {PHONE} atau {MAIL}.</p>"),
        Article(link=f"{address}/nik-{NIK}/foto", title="CONTOH: alamat memuat nomor", guid=f"guid-{NIK}"),
        Article(link=f"{address}/cari?q={quote(MAIL)}", title="CONTOH: alamat memuat surel"),
        Article(link="", guid=f"NIK {NIK}", title="CONTOH: hanya guid", body=f"Perkara {CASE} disidangkan."),
        Article(link=f"{address}/5", title="CONTOH: naskah panjang", body=f"NIK {NIK} " + "kata " * 30_000 + PHONE),
    ]
    async with feed_server() as feeds, listening(running, ITEMS_COLLECTED) as heard:
        url = feeds.serve("/rss.xml", rss(articles))
        # What is no feed at all carries them as well: refusals are logged.
        broken = feeds.serve("/rusak.xml", f"<html>{NIK} {MAIL}</html>")
        file = sources_file(tmp_path / "s.yaml", {"harian-contoh": [url, broken]}, interval_seconds=1)
        running.env |= {
            "PASOPATI_LOCAL_ADDRESSES": feeds.address,
            "PASOPATI_SAMPLE_SOURCES_FILE": str(file),
            "PASOPATI_LOG_LEVEL": "DEBUG",
        }
        service = await running.start("ingest")
        await eventually(lambda: len(heard.events) == 5, within=30, what="five items")
        await eventually(lambda: feeds.asked("/rusak.xml") >= 2, within=20, what="the broken one tried twice")
        told = {
            "topics": await everything_on_the_bus(running),
            "store": everything_in_the_store(running),
            "log": service.log.encode(),
            "metrics": (await service.metrics()).encode(),
        }
    for place, content in told.items():
        assert b"CONTOH" in content or place in ("log", "metrics"), place
        left = [canary for canary in canaries() if canary in content]
        assert not left, f"{len(left)} canaries left in {place}"
    items = {event.data.title: event.data for event in heard.events}
    assert "CONTOH: NIK [NIK] beredar" in items
    assert items["CONTOH: alamat memuat nomor"].link is None and items["CONTOH: alamat memuat nomor"].link_id
    assert items["CONTOH: alamat memuat surel"].link is None
    assert items["CONTOH: naskah panjang"].text_truncated
