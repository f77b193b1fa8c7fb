"""Search on the real store: what is found, by whom, in which order; written with the views, and never twice."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from libs.runtime.clock import SystemClock
from libs.runtime.mongo import Database, connect
from libs.schemas.common import Role
from libs.schemas.envelope import OpMode
from libs.schemas.items import ItemClassified, ItemCollected, ItemRelabelled, Privacy, Relevance, Severity
from services.gateway.auth import Person
from services.gateway.cursors import Cursors
from services.gateway.freshness import Freshness
from services.gateway.problems import Problem
from services.gateway.projections import Place, project
from services.gateway.rebuilding import digest_of
from services.gateway.saved_searches import MOST, SavedSearch, SavedSearches
from services.gateway.search_index import SMALL_WINDOW, Filters, Found, SearchIndex
from services.gateway.views_store import Views
from tests.support.builders import NOON, a_classified_item, an_item, an_item_id, envelope_of
from tests.support.stack import Stack

NOBODY: Role = "editor"


class Archive:
    """Views and index on one database, told of publications."""

    def __init__(self, database: Database, opmodes: Sequence[OpMode] = ("live", "drill", "sample")) -> None:
        self.database = database
        cursors = Cursors(b"k" * 32)
        self.views = Views(database, cursors=cursors, clock=SystemClock(), freshness=Freshness(), opmodes=opmodes)
        self.index = SearchIndex(database, cursors=cursors, opmodes=opmodes)

    async def tell(self, *events: Any) -> None:
        puts = [put for n, event in enumerate(events) for put in project(event, Place(0, n))]
        await self.views.put_all(puts)
        await self.index.follow(puts)

    async def publish(self, n: int, title: str, text: str = "", *, opmode: OpMode = "live", **labels: Any) -> str:
        head = {"title": title, "excerpt": "", "first_seen_at": NOON + timedelta(minutes=n)}
        if privacy := labels.pop("privacy", None):
            head["privacy"] = privacy
        collected = envelope_of(ItemCollected, an_item(n, **head, text=text), opmode=opmode)
        classified = envelope_of(ItemClassified, a_classified_item(n, **head, **labels), opmode=opmode)
        await self.tell(collected, classified)
        return an_item_id(n)

    async def find(self, question: str, *, role: Role = NOBODY, **options: Any) -> Found:
        filters = options.pop("filters", Filters())
        return await self.index.find(question, filters, role=role, **options)

    async def titles(self, question: str, **options: Any) -> list[str]:
        return [row.data.title for row in (await self.find(question, **options)).rows]


@asynccontextmanager
async def an_archive(stack: Stack, namespace: str, **options: Any) -> AsyncIterator[Archive]:
    client = connect(stack.mongodb_url)
    name = f"pasopati_gateway_{namespace}"
    archive = Archive(client[name], **options)
    await archive.views.prepare()
    await archive.index.prepare()
    yield archive
    await client.drop_database(name)
    client.close()


async def test_words_are_found_in_title_and_text_by_their_stem_and_the_title_comes_first(
    stack: Stack, namespace: str
) -> None:
    async with an_archive(stack, namespace) as archive:
        await archive.publish(1, "Penyelundupan sabu digagalkan", "Barang dilempar dari luar tembok.")
        await archive.publish(2, "Barang dilempar ke halaman", "Petugas menduga sabu hendak menyelundup.")
        await archive.publish(3, "Panen sayur di lapas", "Hasilnya dijual ke pasar.")
        assert await archive.titles("menyelundupkan sabu") == [
            "Penyelundupan sabu digagalkan", "Barang dilempar ke halaman",
        ]  # fmt: skip
        assert await archive.titles('"luar tembok"') == ["Penyelundupan sabu digagalkan"]
        assert await archive.titles('"tembok luar"') == []
        assert await archive.titles("barang -tembok") == ["Barang dilempar ke halaman"]
        assert await archive.titles("-sabu") == ["Panen sayur di lapas"]
        assert len(await archive.titles("")) == 3
        assert await archive.titles("tidakadakataini") == []


async def test_what_is_not_relevant_is_not_found_and_a_person_can_change_that(stack: Stack, namespace: str) -> None:
    async with an_archive(stack, namespace) as archive:
        no = Relevance(score=0.1, relevant=False)
        await archive.publish(1, "Tahanan imbang di stadion", relevance=no)
        assert await archive.titles("imbang") == []
        yes = a_classified_item(1, title="Tahanan imbang di stadion", first_seen_at=NOON + timedelta(minutes=1))
        await archive.tell(envelope_of(ItemRelabelled, yes, sequence=2))
        assert await archive.titles("imbang") == ["Tahanan imbang di stadion"]
        back = yes.model_copy(update={"relevance": no})
        await archive.tell(envelope_of(ItemRelabelled, back, sequence=3))
        assert await archive.titles("imbang") == []
        assert await archive.database["search"].count_documents({}) == 0


async def test_the_same_told_twice_or_the_other_way_round_is_the_same_index(stack: Stack, namespace: str) -> None:
    async with an_archive(stack, namespace) as archive:
        collected = envelope_of(ItemCollected, an_item(1, text="Sumur baru dibuka."))
        classified = envelope_of(ItemClassified, a_classified_item(1))
        await archive.tell(classified)
        assert await archive.titles("sumur") == []
        await archive.tell(collected)
        assert await archive.titles("sumur") == [classified.data.title]
        before = await digest_of(archive.database, "search")
        await archive.tell(collected, classified)
        await archive.tell(classified)
        assert await digest_of(archive.database, "search") == before


async def test_a_restricted_text_is_found_only_by_who_may_read_it(stack: Stack, namespace: str) -> None:
    async with an_archive(stack, namespace) as archive:
        closed = Privacy(mode="child", gate_version="1", visibility="terbatas")
        await archive.publish(1, "Anak binaan mengikuti ujian", "Ia belajar di perpustakaan kecil.", privacy=closed)
        assert await archive.titles("ujian") == ["Anak binaan mengikuti ujian"]
        for question in ("perpustakaan", "ujian perpustakaan", '"perpustakaan kecil"', '"ujian" perpustakaan'):
            assert await archive.titles(question) == [], question
            assert await archive.titles(question, role="analis") == ["Anak binaan mengikuti ujian"], question
        # Nor can it be told from what is left out.
        assert await archive.titles("ujian -perpustakaan") == ["Anak binaan mengikuti ujian"]
        assert await archive.titles("ujian -perpustakaan", role="analis") == []


@pytest.mark.parametrize(("shown", "found"), [(("live",), 1), (("live", "sample"), 2)])
async def test_modes_that_are_not_shown_here_are_not_found(
    stack: Stack, namespace: str, shown: tuple[OpMode, ...], found: int
) -> None:
    async with an_archive(stack, namespace, opmodes=shown) as archive:
        await archive.publish(1, "Sumur dibuka", opmode="live")
        await archive.publish(2, "Sumur contoh dibuka", opmode="sample")
        assert len(await archive.titles("sumur")) == found
        assert len(await archive.titles("sumur", opmodes=("live",))) == 1


async def test_filters_hold_and_facets_count_what_they_would_leave(stack: Stack, namespace: str) -> None:
    async with an_archive(stack, namespace) as archive:
        for n in range(1, 9):
            await archive.publish(
                n, f"Sumur nomor {n} dibuka", severity=Severity(value=n % 4), outlet_id=f"media-{n % 2}"
            )
        found = await archive.find("sumur")
        assert dict(found.facets["outlet_id"]) == {"media-0": 4, "media-1": 4} and found.total == 8
        for outlet, count in found.facets["outlet_id"]:
            assert (await archive.find("sumur", filters=Filters(outlet_id=outlet))).total == count
        assert (await archive.find("sumur", filters=Filters(severity_min=2))).total == 4
        assert (await archive.find("sumur", filters=Filters(since=NOON + timedelta(minutes=7)))).total == 2
        assert (await archive.find("sumur", filters=Filters(until=NOON + timedelta(minutes=7)))).total == 6
        assert (await archive.find("sumur", filters=Filters(topic="narkoba"))).total == 0
        assert (await archive.find("sumur", filters=Filters(province="Contoh Utara"))).total == 8


async def test_pages_show_every_hit_once_also_while_new_ones_come(stack: Stack, namespace: str) -> None:
    async with an_archive(stack, namespace) as archive:
        for n in range(1, 26):
            await archive.publish(n, f"Sumur {n} dibuka" if n % 3 else f"Berita {n}", "Ada sumur di blok.")
        seen, cursor = [], None
        while True:
            found = await archive.find("sumur", limit=7, cursor=cursor)
            seen += [row.id for row in found.rows]
            if (cursor := found.next) is None:
                break
            await archive.publish(100 + len(seen), "Sumur baru lagi")
        assert sorted(seen) == sorted(an_item_id(n) for n in range(1, 26))
        first = (await archive.find("sumur", limit=7)).next
        with pytest.raises(Problem):
            await archive.find("blok", limit=7, cursor=first)


async def test_common_words_are_dropped_but_alone_they_answer(stack: Stack, namespace: str) -> None:
    async with an_archive(stack, namespace) as archive:
        for n in range(1, 221):
            await archive.publish(n, f"Lapas Contoh kabar {n}" + (" sumur" if n == 7 else ""))
        await archive.index.recount()
        found = await archive.find("lapas sumur")
        assert [row.id for row in found.rows] == [an_item_id(7)]
        assert found.common == ("lapas",) and not found.only_common
        alone = await archive.find("kabar lapas", limit=5)
        assert alone.only_common and set(alone.common) == {"lapas", "kabar"}
        assert [row.id for row in alone.rows] == [an_item_id(n) for n in range(220, 215, -1)]
        assert alone.total == 220 <= SMALL_WINDOW and not alone.more


async def test_fifty_searches_a_person_seen_by_them_and_shared_ones_by_their_role(stack: Stack, namespace: str) -> None:
    async with an_archive(stack, namespace) as archive:
        saved = SavedSearches(archive.database)
        await saved.prepare()
        one, same = (Person(person_id=name, role="analis", label=name, key_id=name, via="sesi") for name in "ab")
        other = Person(person_id="c", role="editor", label="c", key_id="c", via="sesi")
        for n in range(MOST):
            wish = SavedSearch(id=f"s{n}", name=f"Cari {n}", question="sumur", shared=n == 3)
            await saved.keep(one, wish, at=NOON)
        with pytest.raises(Problem) as refused:
            await saved.keep(one, SavedSearch(id="lebih", name="Lebih", question=""), at=NOON)
        assert refused.value.status == 409
        assert [(s.id, s.own) for s in await saved.of(same)] == [("s3", False)]
        assert await saved.of(other) == [] and len(await saved.of(one)) == MOST
        assert not await saved.forget(same, "s3") and await saved.forget(one, "s3")
        assert await saved.of(same) == []
