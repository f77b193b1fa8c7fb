"""An address looked at before it becomes a source, over the command topic: masked, and nothing kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from libs.schemas import ids
from libs.schemas.commands import PreviewSource, SourceLook
from libs.schemas.topics import COMMAND_OUTCOMES, ITEMS_COLLECTED
from tests.integration.test_ingest_commands import BY, asking
from tests.support.builders import a_command
from tests.support.feeds import Article, feed_server, never_ending, rss
from tests.support.listening import listening
from tests.support.mastodon import mastodon_server, post
from tests.support.running import Running

CANARY = "3201015703900012"


def looking(url: str, *, key: str, kind: str = "rss") -> Any:
    subject = ids.from_command("source", ids.command_id("orang-1", key))
    return a_command(PreviewSource, subject, SourceLook(by=BY, url=url, kind=kind), key=key)


def everything_stored(running: Running) -> str:
    """Every document of ingest's database, as text."""
    client: MongoClient[dict[str, Any]] = MongoClient(running.stack.mongodb_url)
    with client:
        database = client[f"pasopati_ingest_{running.namespace}"]
        names = database.list_collection_names()
        return "\n".join(repr(document) for name in names for document in database[name].find({}))


async def test_a_feed_is_shown_masked_and_nothing_of_it_is_kept(running: Running, tmp_path: Path) -> None:
    articles = [Article(link=f"https://h.contoh.example/{n}", title=f"CONTOH: berita {n}") for n in range(15)]
    articles[3] = Article(link="https://h.contoh.example/3", title="CONTOH", body=f"Warga dengan NIK {CANARY} melapor.")
    async with (
        feed_server() as feeds,
        listening(running, COMMAND_OUTCOMES) as outcomes,
        listening(running, ITEMS_COLLECTED) as items,
        asking(running, outcomes) as ask,
    ):
        url = feeds.serve("/rss.xml", rss(articles, title="Harian Contoh"))
        await running.start("ingest", env={"PASOPATI_LOCAL_ADDRESSES": feeds.address})
        answer = await ask(looking(url, key="pratinjau-1"))
        again = await ask(looking(url, key="pratinjau-1"))
        assert type(answer).__name__ == type(again).__name__ == "CommandUnchanged"
        assert items.events == []
    preview = answer.data.preview
    assert (preview.form, preview.title, preview.entries_count) == ("RSS 2.0", "Harian Contoh", 15)
    assert [entry.title for entry in preview.entries[:2]] == ["CONTOH: berita 0", "CONTOH: berita 1"]
    assert len(preview.entries) == 10
    assert preview.entries[3].excerpt == "Warga dengan NIK [NIK] melapor."
    assert preview.newest_at is not None
    stored = everything_stored(running)
    assert url not in stored and "berita 1" not in stored and CANARY not in stored


async def test_what_cannot_be_a_source_is_refused_in_words(running: Running, tmp_path: Path) -> None:
    async with (
        feed_server() as feeds,
        listening(running, COMMAND_OUTCOMES) as outcomes,
        asking(running, outcomes) as ask,
    ):
        page = feeds.serve("/", "<!doctype html><html><body>situs</body></html>", content_type="text/html")
        slow = feeds.serve("/lambat", never_ending(piece=b" ", every_seconds=0.2))
        env = {"PASOPATI_LOCAL_ADDRESSES": feeds.address, "PASOPATI_FETCH_SECONDS": "2"}
        await running.start("ingest", env=env)
        cases = {
            page: ("html_page", "Sumber tidak dapat dibaca: isinya halaman web, bukan umpan."),
            feeds.url("/tidak-ada"): ("http_404", "Sumber tidak dapat dibaca: menjawab dengan kode 404."),
            "http://169.254.169.254/": ("address_private", None),
            "https://user:sandi@h.contoh.example/rss": ("userinfo", None),
            slow: ("timeout", "Sumber tidak dapat dibaca: tidak menjawab dalam batas waktu."),
        }
        for number, (url, (reason, words)) in enumerate(cases.items()):
            refused = await ask(looking(url, key=f"pratinjau-{number}"))
            assert (type(refused).__name__, refused.data.code) == ("CommandRejected", 422), url
            assert refused.data.kode == reason
            assert words is None or refused.data.message == words
        refused = await ask(looking(feeds.url("/rss.xml"), key="pratinjau-9", kind="mastodon"))
        assert refused.data.kode == "mastodon_form"
        assert "sandi" not in json.dumps([event.model_dump(mode="json") for event in outcomes.events])


async def test_a_mastodon_account_is_looked_up_and_shown_without_its_authors_name(running: Running) -> None:
    async with (
        mastodon_server() as server,
        listening(running, COMMAND_OUTCOMES) as outcomes,
        asking(running, outcomes) as ask,
    ):
        server.posts = [post(n) for n in range(3)]
        await running.start("ingest", env={"PASOPATI_LOCAL_ADDRESSES": server.address})
        answer = await ask(looking(server.url("/@warga"), key="pratinjau-1", kind="mastodon"))
    preview = answer.data.preview
    assert (preview.form, preview.entries_count) == ("Mastodon", 3)
    assert preview.entries[0].link is None, "the address of a post holds its author's handle"
