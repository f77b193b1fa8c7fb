"""What ingest keeps beside an item: its earlier versions, what was withheld of it, who carried its title first."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from libs.privacy import GATE_VERSION, Outcome, gate_parts
from libs.schemas.topics import ITEMS_COLLECTED
from tests.support.feeds import Article, feed_server, rss, sources_file
from tests.support.listening import listening
from tests.support.running import Running, Service
from tests.support.waiting import eventually

LINK = "https://harian.contoh.example/berita/1"
NIK = "3201014101900001"
# One name after another without a sentence: a list of people is no news, and the gate will not vouch for it.
LIST = "Daftar: " + "; ".join(f"NIK {int(NIK) + n} alias Contoh{n} bin Rekaan{n}" for n in range(60))


def kept(running: Running, collection: str) -> list[dict[str, Any]]:
    client: MongoClient[dict[str, Any]] = MongoClient(running.stack.mongodb_url, tz_aware=True)
    with client:
        names = [n for n in client.list_database_names() if n.endswith(f"ingest_{running.namespace}")]
        return [raw for name in names for raw in client[name][collection].find({})]


async def start(running: Running, address: str, file: Path) -> Service:
    running.env |= {"PASOPATI_LOCAL_ADDRESSES": address, "PASOPATI_SAMPLE_SOURCES_FILE": str(file)}
    return await running.start("ingest")


async def test_every_version_is_kept_masked_and_a_b_a_is_right(running: Running, tmp_path: Path) -> None:
    async with feed_server() as feeds, listening(running, ITEMS_COLLECTED) as heard:
        texts = [f"Naskah A, NIK {NIK}.", "Naskah B.", f"Naskah A, NIK {NIK}."]

        def has(number: int) -> bool:
            return len(heard.distinct()) == number

        url = feeds.serve("/rss.xml", rss([Article(link=LINK, body=texts[0])]))
        file = sources_file(tmp_path / "s.yaml", {"harian-contoh": [url]}, interval_seconds=1)
        service = await start(running, feeds.address, file)
        for number, text in enumerate(texts, start=1):
            feeds.serve("/rss.xml", rss([Article(link=LINK, body=text)]))
            await eventually(partial(has, number), within=60, what=f"revision {number}")
            if number == 2:
                # Whoever dies after the item is written leaves the superseded version in the item.
                service.kill()
                await service.restart()
        await eventually(lambda: len(kept(running, "versions")) == 2, within=60, what="two versions filed")
    versions = sorted(kept(running, "versions"), key=lambda one: int(one["rev_no"]))
    assert [(one["rev_no"], one["text"], one["gate_version"]) for one in versions] == [
        (1, "Naskah A, NIK [NIK].", GATE_VERSION),
        (2, "Naskah B.", GATE_VERSION),
    ]
    assert [event.data.rev_no for event in heard.distinct().values()] == [1, 2, 3]


async def test_what_the_gate_doubts_is_withheld_until_it_passes(running: Running, tmp_path: Path) -> None:
    assert gate_parts({"title": "Daftar nama", "text": LIST}, channel="news").outcome is Outcome.QUARANTINE
    async with feed_server() as feeds, listening(running, ITEMS_COLLECTED) as heard:
        other = Article(link="https://harian.contoh.example/berita/2", title="CONTOH: berita lain yang biasa saja")
        doubted = Article(link=LINK, title="Daftar nama", body=LIST)
        url = feeds.serve("/rss.xml", rss([doubted, other]))
        file = sources_file(tmp_path / "s.yaml", {"harian-contoh": [url]}, interval_seconds=1)
        service = await start(running, feeds.address, file)
        await eventually(lambda: len(heard.events) == 1 and kept(running, "quarantine"), within=60, what="one withheld")
        asked = feeds.asked("/rss.xml")
        await eventually(lambda: feeds.asked("/rss.xml") >= asked + 2, within=60, what="read again")
        assert [event.data.title for event in heard.events] == [other.title]
        (record,) = kept(running, "quarantine")
        assert (record["host"], record["texts"], record["gate_version"]) == ("harian.contoh.example", 1, GATE_VERSION)
        assert record["classes"]["nik"] >= 60 and set(record) == {
            "_id", "classes", "gate_version", "text_hash", "host", "source_id", "first_seen_at", "last_seen_at",
            "texts",
        }  # fmt: skip
        assert LINK not in repr(record) and "Rekaan" not in repr(record)
        assert "pasopati_ingest_quarantined_total" in await service.metrics()

        feeds.serve("/rss.xml", rss([Article(link=LINK, title="Daftar nama", body="Daftar itu dicabut."), other]))
        await eventually(lambda: len(heard.events) == 2, within=60, what="the revision that passes")
    assert heard.events[-1].data.text == "Daftar itu dicabut."
    assert all(NIK not in repr(one) for name in ("items", "versions", "titles") for one in kept(running, name))


async def test_a_title_told_elsewhere_is_named_and_nothing_is_dropped(running: Running, tmp_path: Path) -> None:
    title = "CONTOH: Lapas Contoh Utara panen raya sayur"
    async with feed_server() as feeds, listening(running, ITEMS_COLLECTED) as heard:
        first = feeds.serve("/a.xml", rss([Article(link="https://harian-contoh.example/1", title=title)]))
        file = sources_file(tmp_path / "a.yaml", {"harian-contoh": [first]}, interval_seconds=1)
        service = await start(running, feeds.address, file)
        await eventually(lambda: len(heard.events) == 1, within=60, what="the first")
        second = feeds.serve(
            "/b.xml", rss([Article(link="https://kabar-contoh.example/9", title=f"VIDEO: {title.upper()}")])
        )
        sources_file(file, {"harian-contoh": [first], "kabar-contoh": [second]}, interval_seconds=1)
        service.kill()
        await service.restart()
        await eventually(lambda: len(heard.distinct()) == 2, within=60, what="the second")
    one, two = (event.data for event in heard.distinct().values())
    assert one.same_title_as is None
    assert (two.same_title_as, two.outlet_id) == (one.item_id, "kabar-contoh")
    titles = kept(running, "titles")
    assert len(titles) == 2 and len({raw["title"] for raw in titles}) == 1
    assert "panen" not in repr(titles)
