"""Every figure is a count of publications that can be listed; what could not be seen is no zero."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.gateway.seeing import Outage, Seeing, outages_of, sight_over
from services.gateway.series import lines, series, told_by
from services.gateway.statistics import (
    Fact,
    Figure,
    concentration,
    listed,
    output,
    overview,
    precursors,
    shares,
)

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
TWO = {"s1": 1.0, "s2": 1.0}


def a_fact(n: int, **changes: Any) -> Fact:
    values: dict[str, Any] = {
        "id": f"item-{n}", "at": NOW - timedelta(hours=n), "topics": ("layanan",), "units": ("lapas-a",),
        "provinces": ("Contoh Utara",), "sentiment": "netral", "severity": 0, "outlet_id": "harian-contoh",
        "kind": "berita",
    }  # fmt: skip
    return Fact(**(values | changes))


FACTS = [
    a_fact(1, sentiment="negatif", severity=3, topics=("pelarian", "layanan")),
    a_fact(2, sentiment="negatif", units=("lapas-b",), topics=("hp_pungli",)),
    a_fact(3, sentiment="positif", units=(), outlet_id="portal-contoh"),
    a_fact(4, kind="laporan", sentiment="positif"),
    a_fact(5, sentiment="negatif", units=("lapas-a", "lapas-b"), topics=("overkapasitas",), provinces=()),
    a_fact(6, sentiment="negatif", units=(), topics=("kebijakan",)),
]


def figures_of(told: Any) -> list[Figure]:
    """Every figure in a dataclass, however deep."""
    if isinstance(told, Figure):
        return [told]
    if isinstance(told, (list, tuple)):
        return [figure for one in told for figure in figures_of(one)]
    names = getattr(told, "__dataclass_fields__", {})
    return [figure for name in names for figure in figures_of(getattr(told, name))]


@pytest.mark.parametrize(
    "told",
    [
        overview(FACTS, []),
        *(shares(FACTS, [], by) for by in ("topik", "unit", "provinsi", "jenis", "nada", "media")),
        concentration(FACTS),
        precursors([*FACTS, a_fact(7, sentiment="negatif", topics=("narkoba",))], now=NOW),
        output(FACTS, {"lapas-a": 1}),
    ],
    ids=["overview", "topik", "unit", "provinsi", "jenis", "nada", "media", "concentration", "precursors", "output"],
)
def test_what_a_figure_counted_can_be_listed_exactly(told: Any) -> None:
    facts = [*FACTS, a_fact(7, sentiment="negatif", topics=("narkoba",))] if _is_precursor(told) else FACTS
    figures = [figure for figure in figures_of(told) if figure.what == "publikasi"]
    assert figures
    for figure in figures:
        behind = [fact for fact in facts if figure.since is None or fact.at >= figure.since]
        assert len(listed(behind, figure.where)) == figure.value, figure


def _is_precursor(told: Any) -> bool:
    return isinstance(told, list) and bool(told) and hasattr(told[0], "usual")


def test_a_period_is_compared_with_the_one_before_it() -> None:
    before = [a_fact(30), a_fact(31, sentiment="negatif")]
    told = overview(FACTS, before)
    assert (told.publications.value, told.publications.before, told.publications.change) == (6, 2, 2.0)
    assert told.outlets.value == 2 and told.severe.value == 1
    assert told.ratio == 2 / 4 and told.ratio_before == 0.0
    assert overview([a_fact(1)], []).ratio is None, "without a negative one there is no ratio"
    assert overview([a_fact(1)], []).publications.change is None, "nothing grows from nothing"


def test_shares_are_ranked_and_compared() -> None:
    first, second = shares(FACTS, [a_fact(40, outlet_id="portal-contoh")], "media")
    assert (first.key, first.count.value, first.negative.value) == ("harian-contoh", 5, 4)
    assert (second.key, second.count.value, second.count.before) == ("portal-contoh", 1, 1)
    assert first.share + second.share == 1.0


def test_concentration_weighs_a_publication_once_however_many_units_it_names() -> None:
    told = concentration(FACTS)
    # lapas-a: 1 + ½, lapas-b: 1 + ½.
    assert told.units.value == 2 and told.negatives.value == 3
    assert [(top.units, top.share, top.count.value) for top in told.top] == [(1, 0.5, 2)] and told.hhi == 0.5
    nothing = concentration([])
    assert nothing.top == () and nothing.hhi is None


def test_small_signs_above_the_usual_make_a_precursor_and_a_crisis_does_not() -> None:
    signs = [a_fact(n, sentiment="negatif", topics=("hp_pungli",)) for n in (1, 20, 60)]
    assert [one.unit_id for one in precursors(signs, now=NOW)] == ["lapas-a"]
    usual = [a_fact(24 * (8 + n), sentiment="negatif", topics=("hp_pungli",)) for n in range(24)]
    assert precursors([*signs, *usual], now=NOW) == [], "three a week is what is usual there"
    crisis = [a_fact(n, sentiment="negatif", severity=4, topics=("kekerasan_wbp",)) for n in (1, 2, 3)]
    assert precursors(crisis, now=NOW) == []
    assert precursors(signs[:1], now=NOW) == [], "one is no pattern"


def test_a_bucket_that_nobody_could_see_is_no_zero() -> None:
    since = NOW - timedelta(hours=4)
    down = [Outage(source_id=f"s{n}", since=NOW - timedelta(hours=3), until=NOW - timedelta(hours=2)) for n in (1, 2)]
    points = series([a_fact(4)], since=since, until=NOW, bucket="jam", sight=sight_over(TWO, down))
    assert [(point.value, point.sight) for point in points] == [
        (1, "penuh"), (None, "buta"), (0, "penuh"), (0, "penuh"),
    ]  # fmt: skip
    seen = series([a_fact(3)], since=since, until=NOW, bucket="jam", sight=sight_over(TWO, down))
    assert seen[1].value == 1, "what was seen all the same is counted"


def test_days_begin_at_midnight_in_jakarta() -> None:
    at = datetime(2026, 11, 21, 16, 59, tzinfo=UTC), datetime(2026, 11, 21, 17, 1, tzinfo=UTC)
    facts = [a_fact(n, at=one) for n, one in enumerate(at)]
    since = datetime(2026, 11, 20, 17, tzinfo=UTC)
    points = series(
        facts, since=since, until=since + timedelta(days=2), bucket="hari", sight=sight_over({"s1": 1.0}, [])
    )
    assert [(point.at.hour, point.value) for point in points] == [(17, 1), (17, 1)]


def test_the_same_days_a_year_before_stand_beside_the_period() -> None:
    told = overview(FACTS, [], [a_fact(50, sentiment="negatif"), a_fact(51)])
    assert (told.publications.year, told.negative.year, told.outlets.year) == (2, 1, 1)
    assert told.publications.year_change == 2.0
    assert overview(FACTS, []).publications.year is None


def test_a_series_of_a_unit_is_blind_when_the_sources_that_tell_of_it_are() -> None:
    down = Outage(source_id="s1", since=NOW - timedelta(hours=3), until=None)
    seeing = Seeing(sources=frozenset(("s1", "s2", "s3")), outages=[down])
    basis = [a_fact(n, via=("s1",)) for n in range(30, 33)] + [a_fact(n, units=("lapas-b",), via=("s2",)) for n in
                                                               range(30, 33)]  # fmt: skip
    asked: dict[str, Any] = {"since": NOW - timedelta(hours=4), "until": NOW, "bucket": "jam"}
    mine, other = lines([], basis, seeing, by="unit", keys=["lapas-a", "lapas-b"], **asked)
    assert [point.value for point in mine.points] == [0, None, None, None]
    assert [point.value for point in other.points] == [0, 0, 0, 0]
    (whole,) = lines([], basis, seeing, by="semua", keys=["semua"], **asked)
    assert [point.sight for point in whole.points] == ["penuh", "sebagian", "sebagian", "sebagian"]


def test_a_unit_is_unseen_only_when_all_who_tell_of_it_are_down_and_others_are_not() -> None:
    hour = timedelta(hours=1)
    down = [Outage(source_id=one, since=NOW - n * hour, until=None) for n, one in ((5, "s1"), (2, "s2"))]
    facts = [a_fact(n, via=("s1", "s2")) for n in range(3)]
    facts += [a_fact(n, units=("lapas-b",), via=("s3",)) for n in range(3)]
    facts += [a_fact(n, units=("lapas-c",), via=("s1",)) for n in range(2)]
    seeing = Seeing(sources=frozenset(("s1", "s2", "s3")), outages=down)
    (found,) = seeing.unseen(told_by(facts, "unit"), NOW)
    assert (found.key, found.sources, found.since) == ("lapas-a", ("s1", "s2"), NOW - 2 * hour)
    everything = Seeing(sources=frozenset(("s1", "s2")), outages=down)
    assert everything.unseen(told_by(facts, "unit"), NOW) == [], "then nothing can be seen at all"


def test_without_a_source_nothing_can_be_seen() -> None:
    assert sight_over({}, [])(NOW - timedelta(hours=1), NOW) == "buta"


def test_a_sources_history_tells_when_it_could_not_be_read() -> None:
    def turn(hours_ago: int, state: str, event: str) -> dict[str, Any]:
        return {"at": NOW - timedelta(hours=hours_ago), "state": state, "event": event}

    past = [
        turn(50, "baru", "source.added"), turn(9, "gagal", "source.failing"), turn(6, "hidup", "source.recovered"),
        turn(2, "dimatikan", "source.disabled"),
    ]  # fmt: skip
    before, mended, open_ = outages_of({"_id": "s", "state": "dimatikan", "at": NOW, "past": past})
    assert before.until == NOW - timedelta(hours=50), "nobody read it before it was ours"
    assert (mended.since, mended.until) == (NOW - timedelta(hours=9), NOW - timedelta(hours=6))
    assert (open_.since, open_.until) == (NOW - timedelta(hours=2), None)


def test_units_that_report_stand_before_those_only_others_tell_of() -> None:
    rows = output(FACTS, {"lapas-a": 3})
    assert [(row.unit_id, row.reports.value, row.publications.value) for row in rows] == [
        ("lapas-a", 3, 2), ("lapas-b", 0, 2),
    ]  # fmt: skip
