"""What people ask of sources, over the command topic."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer

from libs.schemas import ids
from libs.schemas.commands import AddSource, Asked, ChangeSource, NewSource, PollNow, SourceSwitch
from libs.schemas.common import Actor
from libs.schemas.topics import COMMAND_OUTCOMES, INGEST_COMMANDS, ITEMS_COLLECTED, SOURCES, Topic
from tests.support.builders import a_command
from tests.support.feeds import Article, feed_server, rss, sources_file
from tests.support.listening import Listener, listening
from tests.support.running import Running
from tests.support.waiting import eventually

BY = Actor(role="analis", key_id="orang-1")
Ask = Callable[[Any], Awaitable[Any]]


@asynccontextmanager
async def sending(running: Running, topic: Topic) -> AsyncIterator[Callable[[bytes, str], Awaitable[None]]]:
    """Puts bytes on a topic."""
    producer = AIOKafkaProducer(bootstrap_servers=running.stack.kafka_bootstrap, acks="all")
    await producer.start()

    async def send(value: bytes, key: str) -> None:
        await producer.send_and_wait(f"{topic.name}.{running.namespace}", value, key=key.encode())

    try:
        yield send
    finally:
        await producer.stop()


@asynccontextmanager
async def asking(running: Running, outcomes: Listener) -> AsyncIterator[Ask]:
    """Sends a command as the gateway does and waits for one more outcome of it."""
    async with sending(running, INGEST_COMMANDS) as send:

        async def ask(command: Any) -> Any:
            def answers() -> list[Any]:
                return [event for event in outcomes.events if event.subject == command.id]

            before = len(answers())
            await send(command.model_dump_json().encode(), command.subject)
            await eventually(lambda: len(answers()) > before, within=20, what="an answer")
            return answers()[-1]

        yield ask


def adding(url: str, *, key: str, **changes: Any) -> Any:
    fields: dict[str, Any] = {"by": BY, "outlet_name": "Kabar Contoh", "url": url, "interval_seconds": 3600}
    data = NewSource(**(fields | changes))
    return a_command(AddSource, ids.from_command("source", ids.command_id("orang-1", key)), data, key=key)


def switching(source_id: str, *, key: str, enabled: bool) -> Any:
    return a_command(ChangeSource, source_id, SourceSwitch(by=BY, enabled=enabled), key=key)


def polling(source_id: str, *, key: str) -> Any:
    return a_command(PollNow, source_id, Asked(by=BY), key=key)


async def test_a_source_is_added_polled_switched_and_asked_again(running: Running, tmp_path: Path) -> None:
    async with (
        feed_server() as feeds,
        listening(running, COMMAND_OUTCOMES) as outcomes,
        listening(running, ITEMS_COLLECTED) as items,
        listening(running, SOURCES) as sources,
        asking(running, outcomes) as ask,
    ):
        shipped = feeds.serve("/contoh.xml", rss([]))
        file = sources_file(tmp_path / "s.yaml", {"harian-contoh": [shipped]}, opmode="live", enabled=False)
        running.env |= {"PASOPATI_LOCAL_ADDRESSES": feeds.address, "PASOPATI_SOURCES_FILE": str(file)}
        await running.start("ingest")
        url = feeds.serve("/rss.xml", rss([Article(link="https://kabar.contoh.example/1")]))
        added = await ask(adding(url, key="tambah", name="Kabar · utama", full_text=True))
        assert (type(added).__name__, added.data.sequence) == ("CommandApplied", 1)
        source_id = added.data.entity_id
        assert source_id == adding(url, key="tambah").subject
        await eventually(lambda: len(items.events) == 1, within=20, what="its item")
        assert items.events[0].opmode == "live"

        first = next(event.data for event in sources.of("SourceAdded") if event.subject == source_id)
        assert (first.kind, first.name, first.full_text) == ("rss", "Kabar · utama", True)

        repeated = await ask(adding(url, key="tambah"))
        assert (repeated.id, type(repeated).__name__) == (added.id, "CommandApplied")
        assert len([e for e in sources.of("SourceAdded") if e.subject == source_id]) == 1

        for command, code, kode in (
            (adding(url, key="lagi"), 409, "sumber_sudah_ada"),
            (adding(shipped, key="kiriman"), 409, "sumber_sudah_ada"),
            (adding("http://169.254.169.254/latest", key="dalam"), 422, "address_private"),
            (adding("https://a:b@kabar.contoh.example/", key="nama"), 422, "userinfo"),
            (adding("https://kabar.contoh.example/x", key="zona", zone="Bulan"), 422, "zone"),
            (adding("https://kabar.contoh.example/bukan-akun", key="akun", kind="mastodon"), 422, "mastodon_form"),
            (polling(ids.keyed("tidak ada"), key="hantu"), 404, "sumber_tidak_ada"),
            (switching(ids.keyed("tidak ada"), key="hantu-2", enabled=False), 404, "sumber_tidak_ada"),
        ):
            refused = await ask(command)
            assert (refused.data.code, refused.data.kode) == (code, kode)

        asked = feeds.asked("/rss.xml")
        now = await ask(polling(source_id, key="sekarang"))
        assert type(now).__name__ == "CommandUnchanged"
        await eventually(lambda: feeds.asked("/rss.xml") == asked + 1, within=20, what="polled at once")

        off = await ask(switching(source_id, key="mati", enabled=False))
        assert type(off).__name__ == "CommandApplied"
        assert type(await ask(switching(source_id, key="mati-2", enabled=False))).__name__ == "CommandUnchanged"
        assert (await ask(polling(source_id, key="mati-3"))).data.kode == "sumber_dimatikan"
        on = await ask(switching(source_id, key="nyala", enabled=True))
        assert on.data.sequence > off.data.sequence
        await eventually(lambda: feeds.asked("/rss.xml") == asked + 2, within=20, what="polled when switched on")
        states = [event.data.state for event in sources.events if event.subject == source_id]
        await eventually(
            lambda: [e.data.state for e in sources.events if e.subject == source_id][-1] == "hidup", what="alive again"
        )
        assert states[:4] == ["baru", "hidup", "dimatikan", "baru"]


async def test_what_is_no_command_is_parked_or_ignored_and_the_next_one_goes_on(
    running: Running, tmp_path: Path
) -> None:
    async with (
        feed_server() as feeds,
        listening(running, COMMAND_OUTCOMES) as outcomes,
        asking(running, outcomes) as ask,
        sending(running, INGEST_COMMANDS) as send,
    ):
        file = sources_file(tmp_path / "s.yaml", {"harian-contoh": []}, opmode="live", enabled=False)
        running.env |= {"PASOPATI_LOCAL_ADDRESSES": feeds.address, "PASOPATI_SOURCES_FILE": str(file)}
        service = await running.start("ingest")
        good = adding(feeds.serve("/rss.xml", rss([])), key="baik")
        parcel = good.model_dump(mode="json")
        for value in (
            b"\x00\xff\xfe bukan json",
            b"{}",
            json.dumps({**parcel, "specversion": "9.9"}).encode(),
            json.dumps({**parcel, "data": {"by": "siapa"}}).encode(),
            json.dumps({**parcel, "type": parcel["type"].replace("add-source", "hapus-semua")}).encode(),
            json.dumps({**parcel, "lain": "x" * 300_000}).encode(),
        ):
            await send(value, good.subject)
        answer = await ask(good)
        assert type(answer).__name__ == "CommandApplied"
        assert answer.data.sequence == 1

        async def parked() -> bool:
            counted = [line for line in (await service.metrics()).splitlines() if 'fate="parked"' in line]
            return sum(float(line.rsplit(" ", 1)[1]) for line in counted if "_total{" in line) >= 4

        await eventually(parked, within=10, what="garbage parked")


async def test_two_replicas_read_a_feed_once(running: Running, tmp_path: Path) -> None:
    async with feed_server() as feeds, listening(running, ITEMS_COLLECTED) as items:
        articles = [Article(link=f"https://harian.contoh.example/{n}") for n in range(50)]
        urls = [feeds.serve(f"/{n}.xml", rss(articles)) for n in range(6)]
        file = sources_file(tmp_path / "s.yaml", {"harian-contoh": urls}, interval_seconds=3600)
        running.env |= {"PASOPATI_LOCAL_ADDRESSES": feeds.address, "PASOPATI_SAMPLE_SOURCES_FILE": str(file)}
        await asyncio.gather(running.start("ingest", replica="a"), running.start("ingest", replica="b"))
        await eventually(lambda: len(feeds.requests) >= 6, within=30, what="all read")
        await eventually(lambda: len(items.distinct()) == 50, within=30, what="all items")
        assert [feeds.asked(f"/{n}.xml") for n in range(6)] == [1] * 6
        assert {event.sequence for event in items.events} == {1}
