"""A line's document: one open trend at a time, each episode a trend of its own, decided on what is stored."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from libs.runtime.outbox import Decision, Document, Intent
from libs.schemas.trends import Trend, TrendEased, TrendRaised
from services.classifier.trends.lines import Rise, easing, origin, raising, seeing
from services.classifier.trends.rules import TrendRules
from services.classifier.trends.weighing import Finding

NOW = datetime(2026, 11, 20, 5, tzinfo=UTC)
LINE = (("unit", "lapas-contoh"), "dini_unit")


def a_rise(rules: TrendRules, observed: int = 3, **changes: Any) -> Rise:
    rule = rules.named("dini_unit")
    assert rule is not None
    at = int(NOW.timestamp())
    finding = Finding(
        rule=rule, series=LINE[0], label="Lapas Contoh", first=at - 7200, last=at, observed=observed, threshold=3.0,
        expected=None,
    )  # fmt: skip
    rise = Rise(
        mode="live", finding=finding, label="Lapas Contoh", basis_days=0, cold=True, sight="penuh",
        items=[("item-2", "isu-1"), ("item-1", None)], at=NOW,
    )  # fmt: skip
    return replace(rise, **changes)


def decided(intent: Intent, before: Decision | None) -> Decision | None:
    doc = Document(id="x", version=1, state=before.state, sequences={}, seen={}, applied=()) if before else None
    return intent.decide(doc)


def raised(rules: TrendRules, observed: int, before: Decision | None) -> Decision | None:
    return decided(raising(a_rise(rules, observed), origin("live"), again_ratio=1.5), before)


def trend_in(decision: Decision | None) -> tuple[Any, Trend, int | None]:
    assert decision is not None
    (told,) = decision.announcements
    assert isinstance(told.data, Trend) and told.entity_id == told.data.trend_id and told.key == "unit:lapas-contoh"
    return told.event, told.data, told.sequence


def test_a_rise_opens_a_trend_with_its_items(rules: TrendRules) -> None:
    event, trend, sequence = trend_in(raised(rules, 3, None))
    assert (event, sequence) == (TrendRaised, 1)
    assert (trend.item_ids, trend.story_ids) == (["item-2", "item-1"], ["isu-1"])


def test_the_same_trend_is_told_again_when_half_as_much_again(rules: TrendRules) -> None:
    first = raised(rules, 4, None)
    assert raised(rules, 5, first) is None
    event, trend, sequence = trend_in(raised(rules, 6, first))
    assert (event, sequence, trend.trend_id) == (TrendRaised, 2, trend_in(first)[1].trend_id)
    assert trend.first_crossing_at == NOW


def test_an_eased_line_opens_another_trend(rules: TrendRules) -> None:
    first = raised(rules, 3, None)
    eased = decided(easing("live", LINE, NOW + timedelta(hours=6)), first)
    event, trend, sequence = trend_in(eased)
    assert (event, sequence, trend.eased_at) == (TrendEased, 2, NOW + timedelta(hours=6))
    _, second, sequence = trend_in(raised(rules, 3, eased))
    assert second.trend_id != trend.trend_id and sequence == 1


def test_what_is_not_open_neither_eases_nor_goes_blind(rules: TrendRules) -> None:
    eased = decided(easing("live", LINE, NOW), raised(rules, 3, None))
    assert decided(easing("live", LINE, NOW), eased) is None
    assert decided(easing("live", LINE, NOW), None) is None
    assert decided(seeing("live", LINE, "buta", NOW), eased) is None


def test_blindness_is_told_once_and_keeps_the_figures(rules: TrendRules) -> None:
    first = raised(rules, 3, None)
    blind = decided(seeing("live", LINE, "buta", NOW), first)
    event, trend, sequence = trend_in(blind)
    assert (event, sequence, trend.sight, trend.observed.value) == (TrendRaised, 2, "buta", 3)
    assert decided(seeing("live", LINE, "buta", NOW), blind) is None


def test_a_drill_keeps_its_own_lines(rules: TrendRules) -> None:
    ours = raising(a_rise(rules), origin("live"), again_ratio=1.5)
    theirs = raising(a_rise(rules, mode="drill:latihan-1"), origin("drill:latihan-1"), again_ratio=1.5)
    assert ours.entity_id != theirs.entity_id
    assert (theirs.cause.opmode, theirs.cause.drillid) == ("drill", "latihan-1")
