"""Which item an entry belongs to, also when the rules for addresses have changed since it was first met."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from libs.schemas import ids
from services.ingest.collecting import Keys, Origin
from services.ingest.intake import Intake

ORIGIN = Origin(
    source_id="sumber-1",
    outlet_id="contoh",
    outlet_name="Contoh",
    url="https://contoh.co.id/rss",
    mode="live",
    zone="WIB",
)
ARTICLE = "http://m.contoh.co.id/amp/berita/1/"


class Store:
    """A collection that answers by id; the items in it are known under the ids given."""

    def __init__(self, *known: str) -> None:
        self.known = known
        self.asked: list[list[str]] = []

    def find(self, condition: dict[str, Any], _: object) -> AsyncIterator[dict[str, Any]]:
        wanted: list[str] = condition["_id"]["$in"]
        self.asked.append(wanted)

        async def found() -> AsyncIterator[dict[str, Any]]:
            for id_ in self.known:
                if id_ in wanted:
                    yield {
                        "_id": id_,
                        "state": {"digest": "lama", "text_from": "sumber-1", "seen": {}, "item": {"rev_no": 1}},
                    }

        return found()


def an_intake(store: Store) -> Intake:
    nothing: Any = SimpleNamespace()
    items: Any = SimpleNamespace(collection=store)
    clock: Any = SimpleNamespace(now=lambda: datetime(2026, 11, 22, tzinfo=UTC))
    keys = Keys(revision=b"r" * 32, link=b"l" * 32)
    return Intake(items=items, archive=nothing, payloads=nothing, memory=nothing, keys=keys, clock=clock)


def an_entry(link: str, title: str = "CONTOH") -> dict[str, Any]:
    return {
        "guid": link, "link": link, "title": title, "text": "", "published": "", "language": "",
        "direction_marks": False,
    }  # fmt: skip


def the_id(identity: str) -> str:
    return ids.item_id("live", "contoh", identity)


async def recognised(store: Store, *links: str) -> list[str]:
    entries, *_ = await an_intake(store)._recognised([an_entry(link) for link in links], ORIGIN)
    return list(entries)


async def test_what_is_new_gets_the_id_of_todays_rules() -> None:
    assert await recognised(Store(), ARTICLE) == [the_id("https://www.contoh.co.id/berita/1")]


async def test_an_item_of_the_first_rules_stays_under_its_id() -> None:
    assert await recognised(Store(the_id(ARTICLE)), ARTICLE) == [the_id(ARTICLE)]


async def test_todays_id_wins_where_both_are_known_and_nobody_looks_further() -> None:
    today = the_id("https://www.contoh.co.id/berita/1")
    store = Store(the_id(ARTICLE), today)
    assert await recognised(store, ARTICLE) == [today]
    assert store.asked == [[today]]


async def test_twins_in_one_feed_are_one_item() -> None:
    twins = (ARTICLE, "https://www.contoh.co.id/berita/1?utm_source=rss", "https://contoh.co.id/berita/1")
    assert await recognised(Store(), *twins) == [the_id("https://www.contoh.co.id/berita/1")]
