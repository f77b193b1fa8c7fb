"""Article pages of a source with full text: the feed's item at once, the page as a revision, on the real stack."""

from __future__ import annotations

from typing import Any

from libs.schemas import ids
from libs.schemas.commands import AddSource, NewSource
from libs.schemas.topics import COMMAND_OUTCOMES, ITEMS_COLLECTED
from tests.integration.test_ingest_commands import BY, asking, polling
from tests.support.builders import a_command
from tests.support.feeds import Answer, Article, feed_server, never_ending, redirect, rss, status
from tests.support.listening import listening
from tests.support.pages import all_pages
from tests.support.running import Running
from tests.support.waiting import eventually

PAGES = {page.name: page for page in all_pages()}
KIND = "text/html; charset=utf-8"


def adding(url: str, *, key: str = "tambah-1", full_text: bool = True) -> Any:
    subject = ids.from_command("source", ids.command_id("orang-1", key))
    data = NewSource(by=BY, outlet_name="Harian Contoh", url=url, interval_seconds=3600, full_text=full_text)
    return a_command(AddSource, subject, data, key=key)


async def test_the_feed_is_told_at_once_and_the_page_as_a_revision(running: Running) -> None:
    page = PAGES["portal-0"]
    async with (
        feed_server() as feeds,
        listening(running, COMMAND_OUTCOMES) as outcomes,
        listening(running, ITEMS_COLLECTED) as heard,
        asking(running, outcomes) as ask,
    ):
        link = feeds.serve("/baca/1", page.html, content_type=KIND)
        short = Article(link=link, title=page.headline, body="<p>Ringkas saja.</p>", published="")
        url = feeds.serve("/rss.xml", rss([short]))
        service = await running.start("ingest", env={"PASOPATI_LOCAL_ADDRESSES": feeds.address})
        source = adding(url)
        await ask(source)
        await eventually(lambda: len(heard.events) == 2, within=30, what="the item and its page")
        asked = feeds.asked("/baca/1")
        before = feeds.asked("/rss.xml")
        await ask(polling(source.subject, key="sekarang-1"))
        await eventually(lambda: feeds.asked("/rss.xml") > before, within=20, what="the feed once more")
        # The feed's summary again is no news beside the page's text, and the page is not asked for twice.
        feeds.serve("/rss.xml", rss([short, Article(link="https://harian.contoh.example/2", body="<p>dua</p>")]))
        await ask(polling(source.subject, key="sekarang-2"))
        await eventually(lambda: len(heard.events) == 3, within=30, what="another item")
        assert (asked, feeds.asked("/baca/1")) == (1, 1)
        metrics = await service.metrics()
    first, second = heard.events[0].data, heard.events[1].data
    assert (first.text, first.rev_no, first.published_at) == ("Ringkas saja.", 1, None)
    assert (second.rev_no, second.revision_cause, second.title) == (2, "source", page.headline)
    assert second.text == page.gold
    assert second.published_at is not None, "the date that the feed did not give"
    assert 'pasopati_ingest_pages_total{outcome="read"} 1.0' in metrics


async def test_a_page_that_fails_costs_the_item_nothing(running: Running) -> None:
    answers: dict[str, bytes | Answer] = {
        "/tidak-ada": status("404 Not Found"),
        "/ke-dalam": redirect("http://169.254.169.254/"),
        "/tanpa-akhir": never_ending(piece=b"<p>", every_seconds=0.2),
        "/pdf": b"%PDF-1.4",
        "/kosong": b"<html><body><h1>judul</h1></body></html>",
    }
    async with (
        feed_server() as feeds,
        listening(running, COMMAND_OUTCOMES) as outcomes,
        listening(running, ITEMS_COLLECTED) as heard,
        asking(running, outcomes) as ask,
    ):
        kinds = {"/pdf": "application/pdf"}
        links = [feeds.serve(path, page, content_type=kinds.get(path, KIND)) for path, page in answers.items()]
        url = feeds.serve("/rss.xml", rss([Article(link=link, title=f"CONTOH {link[-5:]}") for link in links]))
        env = {"PASOPATI_LOCAL_ADDRESSES": feeds.address, "PASOPATI_FETCH_SECONDS": "2"}
        service = await running.start("ingest", env=env)
        await ask(adding(url))
        await eventually(lambda: all(feeds.asked(path) for path in answers), within=60, what="every page asked for")

        async def counted() -> bool:
            metrics = await service.metrics()
            outcomes = ("http_404", "address_private", "timeout", "not_a_page", "no_more")
            return all(f'pages_total{{outcome="{one}"}}' in metrics for one in outcomes)

        await eventually(counted, within=30, what="every outcome counted")
    assert len(heard.events) == len(answers)
    assert {event.data.rev_no for event in heard.events} == {1}


async def test_the_page_passes_the_gate_and_a_child_in_it_restricts_the_item(running: Running) -> None:
    told = "Pelaku berinisial RS berusia 15 tahun ditahan di LPKA Contoh setelah mencuri sepeda tetangganya. " * 2
    nik = "Ibu pelapor dengan NIK 3201015703900012 sudah dimintai keterangan oleh penyidik kepolisian setempat."
    async with (
        feed_server() as feeds,
        listening(running, COMMAND_OUTCOMES) as outcomes,
        listening(running, ITEMS_COLLECTED) as heard,
        asking(running, outcomes) as ask,
    ):
        page = f"<html><body><h1>CONTOH</h1><article><p>{told}</p><p>{nik}</p></article></body></html>"
        link = feeds.serve("/baca/1", page, content_type=KIND)
        url = feeds.serve("/rss.xml", rss([Article(link=link, title="CONTOH: sepeda dicuri", body="<p>Singkat.</p>")]))
        await running.start("ingest", env={"PASOPATI_LOCAL_ADDRESSES": feeds.address})
        await ask(adding(url))
        await eventually(lambda: heard.events, within=30, what="the item")
        await eventually(lambda: feeds.asked("/baca/1"), within=30, what="the page")
        everything = "".join(event.model_dump_json() for event in heard.events)
    assert "3201015703900012" not in everything and "berinisial RS" not in everything
    assert all(event.data.privacy.visibility == "terbatas" for event in heard.of("ItemRevised"))


async def test_a_kill_between_page_and_item_reads_the_page_again_and_tells_it_once(running: Running) -> None:
    names = [name for name in PAGES if name.startswith(("portal", "wordpress", "subheads"))]
    async with (
        feed_server() as feeds,
        listening(running, COMMAND_OUTCOMES) as outcomes,
        listening(running, ITEMS_COLLECTED) as heard,
        asking(running, outcomes) as ask,
    ):
        links = [feeds.serve(f"/baca/{name}", PAGES[name].html, content_type=KIND) for name in names]
        url = feeds.serve("/rss.xml", rss([Article(link=link, body="<p>Ringkas.</p>") for link in links]))
        env = {"PASOPATI_LOCAL_ADDRESSES": feeds.address}
        service = await running.start("ingest", env=env)
        service.kill()
        await service.restart(wait=False, PASOPATI_CRASHPOINT="ingest.page.fetched:1")
        await ask(adding(url))
        assert await service.ended(within=60) == -9
        await service.restart(wait=False, PASOPATI_CRASHPOINT="ingest.page.told:2")
        assert await service.ended(within=60) == -9
        await service.restart(PASOPATI_CRASHPOINT="")
        await eventually(lambda: len(heard.distinct()) == 2 * len(names), within=120, what="every page")
    texts = {event.data.item_id: event.data.text for event in heard.of("ItemRevised")}
    assert sorted(texts.values()) == sorted(PAGES[name].gold for name in names)
    assert {event.sequence for event in heard.of("ItemRevised")} == {2}
