"""Statistics over HTTP: figures, their lists, series with what could not be seen."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.gateway.seeing import Outage
from tests.unit.gateway.fakes import START, World, a_world
from tests.unit.gateway.test_statistics import a_fact


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = a_world(tmp_path)
    facts: Any = world.gateway.facts
    facts.facts += [
        a_fact(1, at=START - timedelta(hours=2), sentiment="negatif"),
        a_fact(2, at=START - timedelta(hours=3)),
        a_fact(3, at=START - timedelta(days=9)),
    ]
    return world


async def test_every_figure_names_the_address_of_its_list(world: World) -> None:
    async with world.client("operator") as client:
        told = (await client.get("/api/v1/stats/overview")).json()
        for name in ("publications", "negative", "positive", "neutral", "mixed", "severe"):
            behind = (await client.get(told[name]["items_ref"])).json()
            assert behind["total"] == told[name]["value"], name
    assert (told["publications"]["value"], told["publications"]["before"]) == (2, 1)
    assert told["period"]["cut"] is False
    assert told["year"] is None and told["year_note"] == "data belum cukup"


async def test_figures_of_outlets_and_units_list_as_many_rows(world: World) -> None:
    async with world.client("operator") as client:
        outlets = (await client.get("/api/v1/stats/overview")).json()["outlets"]
        assert len((await client.get(outlets["items_ref"])).json()["rows"]) == outlets["value"] == 1
        dense = (await client.get("/api/v1/stats/concentration")).json()
        rows = (await client.get(dense["units"]["items_ref"])).json()["rows"]
        assert [row["count"]["value"] for row in rows] == [1] and dense["units"]["value"] == 1
        assert (await client.get(rows[0]["count"]["items_ref"])).json()["total"] == 1
        (top,) = dense["top"]
        assert (await client.get(top["count"]["items_ref"])).json()["total"] == top["count"]["value"] == 1


async def test_the_same_days_a_year_before_are_told_when_data_reach_that_far(world: World) -> None:
    facts: Any = world.gateway.facts
    ago = START.replace(year=START.year - 1)
    facts.facts += [a_fact(4, at=ago - timedelta(days=9)), a_fact(5, at=ago - timedelta(hours=5))]
    async with world.client("operator") as client:
        told = (await client.get("/api/v1/stats/overview")).json()
    assert (told["publications"]["year"], told["publications"]["year_change"]) == (1, 1.0)
    assert told["year"]["until"].startswith("2025-11-22") and told["year_note"] is None


async def test_a_unit_whose_own_sources_are_down_is_not_seen_while_others_are(world: World) -> None:
    facts: Any = world.gateway.facts
    since = START - timedelta(hours=6)
    facts.outages.append(Outage(source_id="s1", since=since, until=None))
    facts.facts += [a_fact(n, units=("lapas-jauh",), via=("s1",), at=START - timedelta(days=n)) for n in (8, 9, 10)]
    facts.facts += [a_fact(20 + n, via=("s1", "s2"), at=START - timedelta(days=n)) for n in (8, 9, 10)]
    async with world.client("operator") as client:
        told = (await client.get("/api/v1/stats/sight")).json()
        assert told["sight"] == "buta", "half of all reading is lost"
        assert [(row["unit_id"], row["sources"]) for row in told["units"]] == [("lapas-jauh", ["s1"])]
        asked = {"by": "unit", "key": ["lapas-jauh", "lapas-a"]}
        world.gateway.facts.facts.append(a_fact(40, units=("lapas-jauh",), via=("s1",), at=START - timedelta(hours=9)))  # type: ignore[attr-defined]
        lines = (await client.get("/api/v1/stats/series", params=asked)).json()["lines"]
    last = {line["key"]: line["points"][-2] for line in lines}
    assert (last["lapas-jauh"]["value"], last["lapas-jauh"]["sight"]) == (None, "buta")


async def test_shares_and_units_carry_words_and_lists(world: World) -> None:
    async with world.client("analis") as client:
        rows = (await client.get("/api/v1/stats/shares", params={"by": "media"})).json()["rows"]
        assert [(row["label"], row["count"]["value"]) for row in rows] == [("Harian Contoh", 2)]
        assert (await client.get(rows[0]["count"]["items_ref"])).json()["total"] == 2
        units = (await client.get("/api/v1/stats/units")).json()["rows"]
        assert units[0]["publications"]["value"] == 2
        assert (await client.get("/api/v1/stats/concentration")).json()["negatives"]["value"] == 1
        assert (await client.get("/api/v1/stats/precursors")).json()["rows"] == []
        assert (await client.get("/api/v1/stats/trends")).json()["rows"][0]["data"]["rule"] == "tumbuh"


async def test_a_series_says_null_where_nothing_could_be_seen(world: World) -> None:
    facts: Any = world.gateway.facts
    hour = START - timedelta(hours=5)
    facts.outages += [Outage(source_id=f"s{n}", since=hour, until=hour + timedelta(hours=1)) for n in (1, 2)]
    async with world.client("operator") as client:
        told = (await client.get("/api/v1/stats/series", params={"by": "semua"})).json()
        points = {point["at"]: point for point in told["lines"][0]["points"]}
        blind = points[hour.isoformat().replace("+00:00", "Z")]
        assert (blind["value"], blind["sight"]) == (None, "buta")
        seen = next(point for point in points.values() if point["value"])
        assert (await client.get(seen["items_ref"])).json()["total"] == seen["value"]


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "2026-01-01T00:00:00Z"},
        {"since": "2026-11-22T00:00:00Z", "until": "2026-11-21T00:00:00Z"},
        {"since": "kemarin"},
    ],
)
async def test_a_stretch_that_cannot_be_is_refused(world: World, asked: dict[str, str]) -> None:
    async with world.client("operator") as client:
        assert (await client.get("/api/v1/stats/overview", params=asked)).status_code == 422


async def test_a_filter_that_is_no_number_is_refused(world: World) -> None:
    async with world.client("operator") as client:
        assert (await client.get("/api/v1/stats/items", params={"sev": "parah"})).status_code == 422


async def test_who_searches_may_read_them_and_nobody_else(world: World) -> None:
    for role, status in (("operator", 200), ("admin", 403), ("auditor", 403)):
        async with world.client(role) as client:
            assert (await client.get("/api/v1/stats/overview")).status_code == status


async def test_a_key_that_never_was_one_is_refused_and_never_repeated(world: World) -> None:
    async with world.client("operator") as client:
        asked = {"by": "unit", "key": "napi bernama Budi"}
        answer = await client.get("/api/v1/stats/series", params=asked)
        assert answer.status_code == 422 and "Budi" not in answer.text
        known = await client.get("/api/v1/stats/series", params={"by": "provinsi", "key": "Jawa Barat"})
        assert known.status_code == 200 and known.json()["lines"][0]["key"] == "Jawa Barat"
