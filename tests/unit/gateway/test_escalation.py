"""Which stories spread fastest and furthest: a score with its arithmetic; outlets weigh differently."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from libs.reference.outlet_weights import OutletWeights, outlet_weights
from libs.schemas.common import Count
from libs.schemas.sources import Copycat, Outlet, OutletFact
from libs.schemas.stories import OutletCount, SentimentMix, Timeline
from services.gateway.console.escalation_view import heated
from services.gateway.escalating import PACE, SEVERITY, SPREAD, TONE, escalation, pace
from services.gateway.outlets_views import weight_of
from services.gateway.views import View
from tests.support.builders import a_story
from tests.unit.gateway.fakes import START, World, a_world

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def timeline(*counts: int) -> Timeline:
    """Quarters of an hour, the last of which holds NOW."""
    return Timeline(start_at=NOW - timedelta(minutes=15 * (len(counts) - 1)), counts=list(counts))


def test_the_last_hour_is_held_against_the_hours_before() -> None:
    story = a_story(first_item_at=NOW - timedelta(days=2), timeline=timeline(*[1] * 48, *[5] * 4, 0))
    assert pace(story, NOW) == (20, 4.0)


def test_a_young_story_is_held_against_the_hours_it_has_lived() -> None:
    story = a_story(first_item_at=NOW - timedelta(hours=3), timeline=timeline(*[1] * 8, *[5] * 4, 0))
    assert pace(story, NOW) == (20, 4.0)
    fresh = a_story(first_item_at=NOW - timedelta(minutes=20), timeline=timeline(0, 0, 0, 2, 3))
    assert pace(fresh, NOW) == (5, 0.0)


def test_parts_never_exceed_their_most_and_add_up() -> None:
    loud = [OutletCount(outlet_id=f"m{n}", outlet_name=f"Media {n}", publications=90) for n in range(10)]
    worst = a_story(
        first_item_at=NOW - timedelta(hours=2), timeline=timeline(0, *[900] * 5), outlets=loud, severity_max=4,
        sentiment_mix=SentimentMix(negatif=900), counts=[Count(what="media", value=40, items_ref="/isu/x")],
    )  # fmt: skip
    told = escalation(worst, {}, now=NOW)
    assert [part.points for part in told.parts] == [PACE, SPREAD, TONE, SEVERITY]
    assert told.score == 100
    assert told.arithmetic.startswith("100 dari 100: laju 35 dari 35 (")


def test_a_quiet_good_story_scores_next_to_nothing() -> None:
    quiet = a_story(
        first_item_at=NOW - timedelta(days=1), timeline=timeline(*[0] * 96), severity_max=0,
        sentiment_mix=SentimentMix(positif=4), outlets=[], counts=[],
    )  # fmt: skip
    assert escalation(quiet, {}, now=NOW).score == 0


def test_a_heavier_outlet_spreads_a_story_further() -> None:
    story = a_story(timeline=timeline(0, 1))
    light, heavy, imitation = (
        escalation(story, {"harian-contoh": weight}, now=NOW).score for weight in (1.0, 3.0, 0.0)
    )
    assert imitation < light < heavy


@pytest.mark.parametrize(
    ("tier", "standing", "copycat", "wanted"),
    [
        (None, None, False, 1.0),
        ("Nasional", None, False, 3.0),
        ("nasional", "Terverifikasi faktual", False, 3.6),
        ("Kabupaten", "belum terverifikasi", False, 0.8),
        ("sesuatu yang lain", None, False, 1.0),
        ("nasional", "terverifikasi", True, 0.0),
    ],
)
def test_an_outlet_weighs_by_what_named_sources_state(
    tier: str | None, standing: str | None, copycat: bool, wanted: float
) -> None:
    weighed = outlet_weights().weight(reach_tier=tier, press_council=standing, is_copycat=copycat)
    assert weighed == wanted


def test_a_known_outlet_weighs_by_its_facts() -> None:
    fact = OutletFact(value="nasional", source="daftar contoh")
    outlet = Outlet(outlet_id="x", name="Harian Contoh", domain="harian.contoh", reach_tier=fact)
    assert weight_of(outlet) == 3.0
    imitates = Copycat(domain="harlan.contoh", of_outlet_id="y", of_domain="harian.test", how="huruf_mirip")
    assert weight_of(outlet.model_copy(update={"copycat": imitates})) == 0.0


def test_a_broken_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="huruf kecil"):
        OutletWeights.model_validate(
            {"version": "1", "unknown": 1, "copycat": 0, "press_council": [],
             "reach_tier": [{"contains": ["Nasional"], "weight": 2}]}
        )  # fmt: skip


def test_the_page_lists_what_spreads_and_leaves_out_what_is_quiet() -> None:
    hot = a_story(1, first_item_at=NOW - timedelta(hours=2), timeline=timeline(0, *[9] * 5), severity_max=4)
    quiet = a_story(2, timeline=timeline(*[0] * 96), severity_max=0, sentiment_mix=SentimentMix(positif=1), outlets=[])
    told = [
        (View(id=story.story_id, sequence=1, opmode="sample", drillid=None, event="e", at=NOW, data=story),
         escalation(story, {}, now=NOW))
        for story in (hot, quiet)
    ]  # fmt: skip
    (row,) = heated(told)
    assert row.href == f"/isu/{hot.story_id}" and row.sample and row.severity == 4
    assert "publikasi dalam sejam terakhir" in row.parts


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = a_world(tmp_path)
    views: Any = world.gateway.views
    hot = Timeline(start_at=START - timedelta(hours=1), counts=[0, 4, 4, 4, 0])
    for number, (severity, line) in enumerate([(0, None), (4, hot)], start=1):
        changes = {"timeline": line} if line else {"sentiment_mix": SentimentMix(netral=4)}
        story = a_story(number, severity_max=severity, first_item_at=START - timedelta(hours=2), **changes)
        views.known[story.story_id] = View(
            id=story.story_id, sequence=1, opmode="sample", drillid=None, event="story.grew.v1", at=START, data=story
        )
    views.known.pop("", None)
    return world


async def test_stories_come_ranked_with_their_arithmetic_and_their_list(world: World) -> None:
    views: Any = world.gateway.views
    views.known = {key: view for key, view in views.known.items() if hasattr(view.data, "timeline")}
    async with world.client("operator") as client:
        rows = (await client.get("/api/v1/stats/escalation")).json()["rows"]
        assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
        assert rows[0]["items_ref"] == f"/api/v1/stories/{rows[0]['story_id']}/items"
        assert sum(part["points"] for part in rows[0]["parts"]) == pytest.approx(rows[0]["score"], abs=0.1)
        assert "publikasi dalam sejam terakhir" in rows[0]["arithmetic"]
