"""Mastodon posts from a local server to `items.collected`, on the real broker and store."""

from __future__ import annotations

from typing import Any

from libs.schemas import ids
from libs.schemas.commands import AddSource, NewSource
from libs.schemas.topics import COMMAND_OUTCOMES, ITEMS_COLLECTED, SOURCES
from tests.integration.test_ingest_commands import BY, asking
from tests.support.builders import a_command
from tests.support.listening import listening
from tests.support.mastodon import answering, mastodon_server, post
from tests.support.running import Running
from tests.support.waiting import eventually


def adding(url: str, *, key: str = "tambah-1") -> Any:
    fields = {"by": BY, "outlet_name": "Sosial Contoh", "url": url, "interval_seconds": 5, "kind": "mastodon"}
    subject = ids.from_command("source", ids.command_id("orang-1", key))
    return a_command(AddSource, subject, NewSource(**fields), key=key)


async def test_posts_are_items_of_their_own_kind_and_no_author_is_named(running: Running) -> None:
    async with (
        mastodon_server() as server,
        listening(running, COMMAND_OUTCOMES) as outcomes,
        listening(running, ITEMS_COLLECTED) as heard,
        asking(running, outcomes) as ask,
    ):
        told = "<p>Ricuh di Lapas Contoh kata @saksi.contoh@lain.example</p>"
        server.posts = [post(1), post(2, content=told, media_attachments=[{"type": "image"}])]
        service = await running.start("ingest", env={"PASOPATI_LOCAL_ADDRESSES": server.address})
        await ask(adding(server.url("/tags/lapas")))
        await eventually(lambda: len(heard.events) == 2, within=30, what="two posts")
        # An edit is a revision, the same post in another page is nothing.
        server.posts[0] = post(1, content="<p>CONTOH: ralat</p>")
        await eventually(lambda: len(heard.events) == 3, within=30, what="the edit")
        metrics = await service.metrics()
    item = next(event.data for event in heard.events if "Ricuh" in event.data.text)
    assert (item.kind, item.language, item.author_role) == ("unggahan", "id", "akun media sosial")
    assert (item.reach.followers, item.reach.shares) == (1200, 2)
    assert [media.kind for media in item.media] == ["foto"]
    assert item.link is None and item.link_id is not None
    assert heard.events[2].data.text == "CONTOH: ralat" and heard.events[2].data.rev_no == 2
    everything = "".join(event.model_dump_json() for event in heard.events) + metrics
    for name in ("saksi.contoh", "Warga Contoh", "/@warga"):
        assert name not in everything


async def test_a_walk_over_pages_survives_kill_9_and_brings_every_post_once(running: Running) -> None:
    async with (
        mastodon_server() as server,
        listening(running, COMMAND_OUTCOMES) as outcomes,
        listening(running, ITEMS_COLLECTED) as heard,
        asking(running, outcomes) as ask,
    ):
        server.posts = [post(n) for n in range(10)]
        service = await running.start("ingest", env={"PASOPATI_LOCAL_ADDRESSES": server.address})
        await ask(adding(server.url("/@warga")))
        await eventually(lambda: len(heard.events) == 10, within=30, what="the first page")
        service.kill()
        server.posts += [post(n) for n in range(10, 200)]
        for point in ("store.after_write:1", "ingest.written:2", "ingest.planned:1"):
            await service.restart(wait=False, PASOPATI_CRASHPOINT=point)
            assert await service.ended(within=60) == -9, point
        await service.restart(PASOPATI_CRASHPOINT="")
        await eventually(lambda: len(heard.distinct()) == 200, within=60, what="every post")
        older = server.times("max_id=")
        assert older >= 4
    assert {event.sequence for event in heard.events} == {1}
    assert {type(event).__name__ for event in heard.events} == {"ItemCollected"}


async def test_a_server_that_answers_badly_is_a_failing_source_and_recovers(running: Running) -> None:
    async with (
        mastodon_server() as server,
        listening(running, COMMAND_OUTCOMES) as outcomes,
        listening(running, SOURCES) as sources,
        asking(running, outcomes) as ask,
    ):
        server.posts = [post(1)]
        server.special["/api/v1/timelines/tag/lapas"] = answering("<html>masuk</html>", content_type="text/html")
        await running.start("ingest", env={"PASOPATI_LOCAL_ADDRESSES": server.address})
        await ask(adding(server.url("/tags/lapas")))
        await eventually(lambda: sources.of("SourceFailing"), within=30, what="failing")
        assert sources.of("SourceFailing")[0].data.failure == "jawabannya bukan JSON"
        del server.special["/api/v1/timelines/tag/lapas"]
        await eventually(lambda: sources.of("SourceRecovered"), within=60, what="recovered")
    assert sources.of("SourceRecovered")[0].data.kind == "mastodon"
