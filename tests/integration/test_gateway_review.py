"""The review queue on the real store: every label in doubt has its place, however many there are."""

from datetime import timedelta

import pytest

from libs.schemas.common import UnitMention
from libs.schemas.items import ClassifiedItem, ItemClassified, ItemRelabelled, NeedsReview, Severity, TopicLabel
from services.gateway.review_views import (
    ReviewQuery,
    first_after,
    last_before,
    opened_place,
    place_of,
    sealed_place,
    stretch,
    waiting,
)
from services.gateway.views import View
from services.gateway.views_store import Views
from tests.integration.test_gateway_views import a_database, tell, views_in
from tests.support.builders import NOON, a_classified_item, envelope_of
from tests.support.stack import Stack

MANY = 450


def a_doubt(n: int) -> ClassifiedItem:
    """Every third is about a unit, every fifth about narcotics; several are of one moment."""
    unit = UnitMention(unit_id="lapas-a" if n % 3 else "lapas-b", name="Lapas A", score=0.5, how="nama")
    topic = TopicLabel(name="layanan" if n % 5 else "narkoba", score=0.5)
    review = NeedsReview(yes=True, reason="topik tidak jelas" if n % 2 else "unit tidak pasti; topik tidak jelas")
    return a_classified_item(
        n, first_seen_at=NOON + timedelta(minutes=n // 4), severity=Severity(value=n % 4), units=[unit],
        topics=[topic], needs_review=review,
    )  # fmt: skip


async def walked(views: Views, query: ReviewQuery) -> list[View[ClassifiedItem]]:
    """As somebody who presses `next` until the queue begins again."""
    seen: list[View[ClassifiedItem]] = []
    card = await first_after(views, query, None)
    while card is not None and (not seen or card.id != seen[0].id):
        seen.append(card)
        card = await first_after(views, query, opened_place(views, sealed_place(views, card)))
    return seen


async def test_next_and_previous_pass_everything_that_waits(stack: Stack, namespace: str) -> None:
    async with a_database(stack, namespace) as database:
        views = views_in(database)
        await views.prepare()
        doubts = [a_doubt(n) for n in range(MANY)]
        await tell(views, *(envelope_of(ItemClassified, item) for item in doubts))
        everything = ReviewQuery()
        seen = await walked(views, everything)
        assert len(seen) == MANY == await waiting(views) and [one.id for one in seen] == [
            one.id for one in sorted(seen, key=place_of, reverse=True)
        ]
        back = await last_before(views, everything, place_of(seen[300]))
        assert back is not None and back.id == seen[299].id
        told = await stretch(views, everything, seen[300])
        assert (told.position, told.total, len(told.before) + 1 + len(told.after)) == (301, MANY, 12)
        assert told.counts["topik"] == MANY and told.counts["unit"] == MANY // 2
        assert (told.topics, told.units) == (("layanan", "narkoba"), ("lapas-a", "lapas-b"))


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        (ReviewQuery(kind="unit"), lambda n: n % 2 == 0),
        (ReviewQuery(topic="narkoba"), lambda n: n % 5 == 0),
        (ReviewQuery(unit_id="lapas-b", topic="narkoba"), lambda n: n % 15 == 0),
        (ReviewQuery(kind="nada"), lambda _: False),
    ],
    ids=["reason", "topic", "unit and topic", "nothing"],
)
async def test_what_is_narrowed_is_counted_and_passed_exactly(
    stack: Stack, namespace: str, query: ReviewQuery, fits: object
) -> None:
    async with a_database(stack, namespace) as database:
        views = views_in(database)
        await views.prepare()
        await tell(views, *(envelope_of(ItemClassified, a_doubt(n)) for n in range(90)))
        wanted = {a_doubt(n).item_id for n in range(90) if fits(n)}  # type: ignore[operator]
        seen = await walked(views, query)
        assert {one.id for one in seen} == wanted and len(seen) == await waiting(views, query)


async def test_what_somebody_has_put_right_is_passed_over(stack: Stack, namespace: str) -> None:
    async with a_database(stack, namespace) as database:
        views = views_in(database)
        await views.prepare()
        doubts = [a_doubt(n) for n in range(8)]
        await tell(views, *(envelope_of(ItemClassified, item) for item in doubts))
        first, second, third = (await walked(views, ReviewQuery()))[:3]
        sure = second.data.model_copy(update={"needs_review": NeedsReview()})
        await tell(views, envelope_of(ItemRelabelled, sure, sequence=2))
        after = await first_after(views, ReviewQuery(), place_of(first))
        assert after is not None and after.id == third.id and await waiting(views) == 7
