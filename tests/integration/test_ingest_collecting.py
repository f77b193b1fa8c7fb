"""From a feed to `items.collected`, on the real broker and store."""

from __future__ import annotations

from pathlib import Path

from libs.schemas.topics import ITEMS_COLLECTED, SOURCES
from services.ingest.scheduling import in_words
from tests.support.feeds import (
    Answer,
    Article,
    FeedServer,
    compressed,
    feed_server,
    huge,
    never_ending,
    redirect,
    rss,
    sources_file,
    status,
)
from tests.support.listening import listening
from tests.support.running import Running, Service
from tests.support.waiting import eventually


async def start_ingest(running: Running, feeds: FeedServer, file: Path, **env: str) -> Service:
    running.env |= {"PASOPATI_LOCAL_ADDRESSES": feeds.address, "PASOPATI_SAMPLE_SOURCES_FILE": str(file), **env}
    return await running.start("ingest")


def articles(count: int) -> list[Article]:
    return [
        Article(link=f"https://harian.contoh.example/berita/{n}", title=f"CONTOH: berita {n}") for n in range(count)
    ]


async def polled(feeds: FeedServer, path: str, times: int) -> None:
    await eventually(lambda: feeds.asked(path) >= times, within=30, what=f"{path} asked {times} times")


async def test_an_item_is_announced_once_and_an_edit_makes_one_revision(running: Running, tmp_path: Path) -> None:
    async with feed_server() as feeds, listening(running, ITEMS_COLLECTED) as heard:
        url = feeds.serve("/rss.xml", rss(articles(3)))
        file = sources_file(tmp_path / "sources.yaml", {"harian-contoh": [url]}, interval_seconds=1)
        await start_ingest(running, feeds, file)
        await eventually(lambda: len(heard.events) == 3, within=30, what="three items")
        await polled(feeds, "/rss.xml", feeds.asked("/rss.xml") + 2)
        assert len(heard.events) == 3
        assert feeds.requests[-1].headers["if-none-match"].startswith('"')

        edited = [*articles(3)[1:], Article(link=articles(3)[0].link, title="CONTOH: berita 0 (ralat)")]
        feeds.serve("/rss.xml", rss(edited))
        await eventually(lambda: len(heard.events) == 4, within=30, what="one revision")
        await polled(feeds, "/rss.xml", feeds.asked("/rss.xml") + 2)
        assert len(heard.events) == 4

    revised = heard.of("ItemRevised")[0]
    assert (revised.data.rev_no, revised.sequence, revised.data.title) == (2, 2, "CONTOH: berita 0 (ralat)")
    assert revised.opmode == "sample"
    assert {event.sequence for event in heard.of("ItemCollected")} == {1}


async def test_a_switched_off_source_is_never_contacted(running: Running, tmp_path: Path) -> None:
    async with feed_server() as feeds, listening(running, SOURCES) as heard:
        url = feeds.serve("/rss.xml", rss(articles(1)))
        other = feeds.serve("/other.xml", rss(articles(1)))
        off = sources_file(tmp_path / "off.yaml", {"harian-contoh": [url]}, opmode="live", enabled=False)
        on = sources_file(tmp_path / "on.yaml", {"kabar-contoh": [other]}, interval_seconds=1)
        await start_ingest(running, feeds, on, PASOPATI_SOURCES_FILE=str(off))
        await polled(feeds, "/other.xml", 3)
        await eventually(lambda: len(heard.events) >= 3, within=10, what="both added, one read")
    assert feeds.asked("/rss.xml") == 0
    states = {event.data.url: event.data.state for event in heard.events}
    assert states == {url: "dimatikan", other: "hidup"}


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}/cmdline").exists() and b"parser_worker" in Path(f"/proc/{pid}/cmdline").read_bytes()


async def test_stopped_or_killed_it_leaves_no_process_behind(running: Running, tmp_path: Path) -> None:
    async with feed_server() as feeds:
        url = feeds.serve("/rss.xml", rss(articles(1)))
        file = sources_file(tmp_path / "sources.yaml", {"harian-contoh": [url]}, interval_seconds=1)
        service = await start_ingest(running, feeds, file)
        await polled(feeds, "/rss.xml", 2)
        parsers = _children(service.pid)
        assert parsers and all(map(_is_running, parsers))
        service.kill()
        await eventually(lambda: not any(map(_is_running, parsers)), within=10, what="parsers of the killed end")

        await service.restart()
        feeds.serve("/rss.xml", rss(articles(2)))
        await eventually(lambda: _children(service.pid), within=20, what="a parser of the new one")
        parsers = _children(service.pid)
        assert await service.stop() == 0
        assert not any(map(_is_running, parsers))


HOSTILE: dict[str, tuple[str, bytes | Answer]] = {
    "/bukan-xml": ("not_a_feed", b"\x00\xff bukan umpan \x80"),
    "/lima-puluh-mb": ("too_large", huge(50 * 1024 * 1024)),
    "/tanpa-akhir": ("timeout", never_ending(piece=b" ", every_seconds=0.2)),
    "/berputar": ("too_many_redirects", redirect("/berputar")),
    "/ke-dalam": ("address_private", redirect("http://169.254.169.254/")),
    "/bom": ("too_large", compressed(b"\0" * 50_000_000)),
    "/bom-ganda": ("encoding_refused", compressed(b"\0" * 50_000_000, encoding="gzip, gzip", times=2)),
    "/doctype": ("doctype_refused", b'<!DOCTYPE rss [<!ENTITY a "b">]><rss><channel/></rss>'),
    "/halaman": ("html_page", b"<!DOCTYPE html><html><body>situs</body></html>"),
    "/tidak-ada": ("http_404", status("404 Not Found")),
    "/jeda": ("http_429", status("429 Too Many Requests", retry_after="120")),
}


async def test_hostile_feeds_are_reported_and_disturb_no_other(running: Running, tmp_path: Path) -> None:
    title = "CONTOH: Kalapas “tertib” – baik"
    async with (
        feed_server() as feeds,
        listening(running, ITEMS_COLLECTED) as items,
        listening(running, SOURCES) as heard,
    ):
        urls = {feeds.serve(path, page): reason for path, (reason, page) in HOSTILE.items()}
        lying = rss([Article(link="https://kabar.contoh.example/1", title=title)], encoding="iso-8859-1")
        good = feeds.serve("/bohong", lying, content_type="text/xml; charset=iso-8859-1")
        file = sources_file(
            tmp_path / "s.yaml", {"jahat-contoh": list(urls), "kabar-contoh": [good]}, interval_seconds=1
        )
        service = await start_ingest(running, feeds, file, PASOPATI_FETCH_SECONDS="3")
        await eventually(lambda: len(heard.of("SourceFailing")) == len(HOSTILE), within=60, what="all reported")
        await eventually(lambda: len(items.events) == 1, within=10, what="the good one collected")
        assert "[" not in "".join(event.data.failure for event in heard.of("SourceFailing"))
        told = {event.data.url: event.data.failure for event in heard.of("SourceFailing")}
        assert told == {url: in_words(reason) for url, reason in urls.items()}
        assert items.events[0].data.title == title
        # The host that asked for two minutes got them; the others are tried again with growing pauses.
        await eventually(lambda: feeds.asked("/tidak-ada") >= 2, within=20, what="tried again")
        assert feeds.asked("/jeda") == 1
        metrics = await service.metrics()
        assert 'outcome="too_many_redirects"' in metrics


# The whole list, each hit, under load: `make faults`.
CRASH_POINTS = (
    "ingest.lease_taken:1",
    "ingest.fetched:1",
    "store.before_write:1",
    "store.after_write:1",
    "relay.after_send:3",
    "ingest.written:1",
    "ingest.published:1",
    "ingest.planned:1",
)


async def test_no_kill_loses_or_doubles_an_item(running: Running, tmp_path: Path) -> None:
    """kill -9 before and after each step of a poll that brings five new items; every item is heard, each as itself."""
    async with feed_server() as feeds, listening(running, ITEMS_COLLECTED) as heard:
        url = feeds.serve("/rss.xml", rss(articles(5)))
        file = sources_file(tmp_path / "sources.yaml", {"harian-contoh": [url]}, interval_seconds=1)
        service = await start_ingest(running, feeds, file)
        await eventually(lambda: len(heard.events) == 5, within=30, what="five items")
        for round_no, point in enumerate(CRASH_POINTS, start=2):
            service.kill()
            feeds.serve("/rss.xml", rss(articles(5 * round_no)))
            await service.restart(wait=False, PASOPATI_CRASHPOINT=point)
            assert await service.ended(within=40) == -9, point
        await service.restart(PASOPATI_CRASHPOINT="")
        expected = 5 * (len(CRASH_POINTS) + 1)
        await eventually(lambda: len(heard.distinct()) == expected, within=40, what="every item")
        before = feeds.asked("/rss.xml")
        await polled(feeds, "/rss.xml", before + 2)
    assert len(heard.distinct()) == expected
    assert {event.sequence for event in heard.events} == {1}
    assert {event.data.title for event in heard.events} == {article.title for article in articles(expected)}
