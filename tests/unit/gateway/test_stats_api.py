"""Statistics over HTTP: figures, their lists, series with what could not be seen."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.gateway.statistics import Outage
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
