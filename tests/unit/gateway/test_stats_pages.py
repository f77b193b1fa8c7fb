"""The statistics page: every number on it leads to a list of as many, and what cannot be seen is no calm."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import pytest

from libs.schemas.common import Count
from libs.schemas.trends import Series
from services.gateway import statistics
from services.gateway.console.stats_figures import KEYS, PUBLICATIONS, Compared, Number, Span, narrowed_words
from services.gateway.console.stats_view import Names, Risen, StatsPage, risen, span_of, stats_page
from services.gateway.facts import Told
from services.gateway.routes.stats import shares_of, year_before
from services.gateway.seeing import Outage, Seeing
from services.gateway.statistics import Fact
from tests.support.builders import a_trend
from tests.unit.gateway.fakes import a_view
from tests.unit.gateway.test_statistics import NOW, a_fact

NAMES = Names(units={"lapas-a": "Lapas A"}, places={}, outlets={}, sources={"s1": "Harian Satu"})
SEEING = Seeing(sources=frozenset(("s1", "s2")), outages=[])
SPAN = span_of("7", NOW)


def some(now: datetime) -> list[Fact]:
    """A fortnight with everything in it that the page counts, and a week of it a year ago."""
    signs = [
        a_fact(n, sentiment="negatif", topics=("hp_pungli",), units=("lapas-a", "lapas-b")[: n % 2 + 1], via=("s1",))
        for n in range(1, 9)
    ]
    others = [
        a_fact(20 + n, sentiment="positif" if n % 2 else "netral", outlet_id=f"media-{n % 3}", severity=n % 5)
        for n in range(30)
    ]
    older = [a_fact(n, id=f"lama-{n}", sentiment="negatif", topics=("hp_pungli",)) for n in (190, 200, 300)]
    ago = [a_fact(n, id=f"dulu-{n}", at=year_before(now) - timedelta(hours=n)) for n in range(1, 5)]
    return [*signs, *others, *older, *ago]


def told(facts: list[Fact], since: datetime, until: datetime) -> Told:
    return Told(facts=tuple(fact for fact in facts if since <= fact.at < until), cut=False)


def a_page(facts: list[Fact], *, seeing: Seeing = SEEING, year: bool = True, by: str = "semua") -> StatsPage:
    before = Span(since=SPAN.since - timedelta(days=7), until=SPAN.since, days="")
    ago = Span(since=year_before(SPAN.since), until=year_before(SPAN.until), days="")
    return stats_page(
        told(facts, SPAN.since, SPAN.until),
        told(facts, before.since, before.until),
        told(facts, ago.since, ago.until) if year else None,
        told(facts, SPAN.until - timedelta(days=35), SPAN.until),
        span=SPAN,
        compared=Compared(before=before, year=ago if year else None),
        by=by,
        basis=told(facts, SPAN.since - timedelta(days=28), SPAN.since),
        reports={},
        trends=[],
        seeing=seeing,
        names=NAMES,
        heated=[],
        last_seen=NOW,
    )


def numbers_in(page: Any) -> list[Number]:
    """Every number of a view model, however deep."""
    if isinstance(page, Number):
        return [page, *(inner for part in page.parts for inner in numbers_in(part))]
    if isinstance(page, Mapping):
        return [number for one in page.values() for number in numbers_in(one)]
    if isinstance(page, list | tuple):
        return [number for one in page for number in numbers_in(one)]
    return [number for name in getattr(page, "__dataclass_fields__", {}) for number in numbers_in(getattr(page, name))]


def behind(href: str, facts: list[Fact]) -> int:
    """How many the address lists."""
    address = urlsplit(href)
    asked = dict(parse_qsl(address.query))
    within = told(facts, datetime.fromisoformat(asked["dari"]), datetime.fromisoformat(asked["sampai"])).facts
    where = {name: asked[name] for name in statistics.FIELDS if name in asked}
    if address.path == KEYS:
        return len(shares_of(within, (), cast(Any, asked["by"]), where, most=1000))
    assert address.path == PUBLICATIONS
    return len(statistics.listed(within, where))


@pytest.mark.parametrize("by", ["semua", "nada", "unit"])
def test_every_number_on_the_page_opens_as_many_as_it_says(by: str) -> None:
    facts = some(NOW)
    found = numbers_in(a_page(facts, by=by))
    assert len([one for one in found if one.href]) > 40
    for one in found:
        if one.label == "bobot biasanya" and one.href:
            assert behind(one.href, facts), "the publications that the weight was made of"
        elif one.href:
            assert behind(one.href, facts) == int(one.value.replace(".", "")), one
        else:
            assert one.value in ("0", "—") or one.parts, f"{one.label} {one.value} is a bare number"


def test_what_a_figure_is_compared_with_opens_too() -> None:
    facts = some(NOW)
    first = a_page(facts).figures[0]
    before, ago = first.changes
    assert before.words.endswith("dari 3") and behind(before.href, facts) == 3
    assert ago.words.startswith("setahun lalu: naik") and behind(ago.href, facts) == 4


def test_without_data_of_a_year_before_the_page_says_so() -> None:
    page = a_page(some(NOW), year=False)
    assert "setahun lalu: data belum cukup" in page.words
    assert not any(change.words.startswith("setahun") for one in page.figures for change in one.changes)


def test_while_nothing_can_be_read_nothing_is_called_calm() -> None:
    down = [Outage(source_id=one, since=NOW - timedelta(hours=5), until=None) for one in ("s1", "s2")]
    page = a_page([], seeing=Seeing(sources=frozenset(("s1", "s2")), outages=down))
    assert page.blind.startswith("Tidak ada data, bukan berarti tenang.")
    assert page.trends_empty == page.signs_empty == page.blind
    (row, *_) = page.chart.rows
    assert row.cells[0].value == "tidak ada data"
    seen = a_page([])
    assert seen.blind == "" and seen.chart.rows == () and seen.trends_empty.startswith("Tidak ada deret")


def test_a_unit_whose_sources_are_down_is_named_with_them() -> None:
    down = Outage(source_id="s1", since=NOW - timedelta(hours=5), until=None)
    facts = [a_fact(n, units=("lapas-b",), via=("s1",)) for n in range(6, 10)]
    page = a_page(facts, seeing=Seeing(sources=frozenset(("s1", "s2", "s3")), outages=[down]))
    (hidden,) = page.hidden
    assert (hidden.label, hidden.sources) == ("lapas-b", (("Harian Satu", "/sumber/s1"),))
    assert [row.unseen != "" for row in page.tables["unit"]] == [True]


def test_a_trend_opens_all_it_counted_or_says_that_it_names_the_newest() -> None:
    series = Series(kind="topik_unit", key="narkoba|lapas-a", label="Narkoba di Lapas A")
    facts = [a_fact(0, id=f"item-{n}", at=NOW - timedelta(minutes=n), topics=("narkoba",)) for n in range(1, 31)]
    facts += [a_fact(0, id="lain", at=NOW - timedelta(minutes=5), topics=("layanan",))]

    def a_risen(many: int, start: datetime) -> Risen:
        observed = Count(what="publikasi", value=many, items_ref="/")
        ids = [fact.id for fact in facts[:20]]
        told = a_trend(1, series=series, observed=observed, window_start=start, item_ids=ids)
        return risen(a_view(told, event="trend.raised", at=NOW), facts, SPAN)

    whole = a_risen(30, NOW - timedelta(minutes=30))
    assert whole.words.startswith("30 publikasi, ") and behind(whole.href, facts) == 30
    newest = a_risen(29, NOW - timedelta(minutes=30))
    assert newest.words.startswith("29 publikasi (20 terbaru dapat dibuka)") and "dari_semua=29" in newest.href
    long_ago = a_risen(30, SPAN.since - timedelta(hours=1))
    assert "id=item-1%2C" in long_ago.href


def test_a_narrowing_is_told_in_words() -> None:
    where = {"unit": "lapas-a", "nada": "negatif", "dan": "positif", "tanda": "ya", "antara": "a,b,c"}
    assert narrowed_words(where, NAMES.units, {}) == [
        "Unit: Lapas A", "Nada: Negatif", "Nada: Positif", "Tanda awal", "Salah satu dari 3 unit",
    ]  # fmt: skip


@pytest.mark.parametrize(("at", "ago"), [((2024, 2, 29), (2023, 2, 28)), ((2026, 3, 1), (2025, 3, 1))])
def test_a_year_before_is_the_same_day(at: tuple[int, int, int], ago: tuple[int, int, int]) -> None:
    assert year_before(datetime(*at)) == datetime(*ago)


def test_sources_added_two_minutes_ago_are_seen_however_dark_the_hour_was() -> None:
    added = [
        Outage(source_id=one, since=NOW - timedelta(days=2), until=NOW - timedelta(minutes=2)) for one in ("s1", "s2")
    ]
    assert a_page([], seeing=Seeing(sources=frozenset(("s1", "s2")), outages=added)).blind == ""
