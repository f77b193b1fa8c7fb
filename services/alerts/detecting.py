"""A story's present state, the rules and a moment → the rules that hold, each with its figures and its reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean, pstdev
from typing import Final

from libs.schemas.alerts import RuleMatch
from libs.schemas.common import Level, Span
from libs.schemas.stories import Story, Timeline

from .rules import CountRule, GrowthRule, LabelRule, Rule, RuleSet, When

LEVELS: Final[dict[Level, int]] = {"waspada": 1, "siaga": 2, "krisis": 3}
_MAX_SPANS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """The last window against those before it: publications, their mean, and mean + sigmas·σ."""

    observed: int
    mean: float
    threshold: float


def count_of(story: Story, what: str) -> int:
    """The story's figure of that kind; 0 when it does not tell it."""
    return next((count.value for count in story.counts if count.what == what), 0)


def published_within(timeline: Timeline, minutes: int, at: datetime) -> int:
    """Publications in the last `minutes` before `at`, counted in whole buckets, the running one included."""
    return _sum_window(timeline, minutes, _bucket_at(timeline, at))


def growth_of(timeline: Timeline, *, window_minutes: int, windows: int, sigmas: float, at: datetime) -> Growth:
    """Window against its predecessors; what lies before the timeline counts as nothing published (a story is young).

    σ is that of the population: the windows before are all there are, not a sample of others.
    """
    last = _bucket_at(timeline, at)
    size = max(1, window_minutes // timeline.bucket_minutes)
    before = [_sum_window(timeline, window_minutes, last - size * back) for back in range(1, windows + 1)]
    mean = fmean(before)
    return Growth(
        observed=_sum_window(timeline, window_minutes, last), mean=mean, threshold=mean + sigmas * pstdev(before)
    )


def weigh(story: Story, rules: RuleSet, at: datetime) -> tuple[RuleMatch, ...]:
    """The rules that hold for the story at that moment, the highest level first."""
    found = [match for rule in rules.rules if (match := _match(story, rule, at)) is not None]
    return tuple(sorted(found, key=lambda match: -LEVELS[match.level]))


def highest(levels: Sequence[Level]) -> Level:
    """The highest of at least one level."""
    return max(levels, key=LEVELS.__getitem__)


def _bucket_at(timeline: Timeline, at: datetime) -> int:
    return int((at - timeline.start_at) // timedelta(minutes=timeline.bucket_minutes))


def _sum_window(timeline: Timeline, minutes: int, last: int) -> int:
    first = last - max(1, minutes // timeline.bucket_minutes) + 1
    return sum(timeline.counts[max(first, 0) : max(last + 1, 0)])


def _holds(when: When, story: Story) -> bool:
    # A story's first topic is the matter it is about; the others are mentioned.
    items = {topic.name: topic.items for topic in story.topics}
    total = max(count_of(story, "publikasi"), 1)
    share = max((items.get(name, 0) for name in when.topics_any), default=0) / total
    return (
        story.severity_max >= when.severity_at_least
        and (not when.topics_any or (share > 0 and share >= when.topic_share_at_least))
        and not any(name in items for name in when.topics_none)
        and (not when.sentiment_any or story.sentiment.label in when.sentiment_any)
        and story.sentiment.label not in when.sentiment_none
        and (not when.polarity_any or story.polarity in when.polarity_any)
        and story.polarity not in when.polarity_none
        and (not when.actuality_any or story.actuality in when.actuality_any)
        and (not when.unit_known or bool(story.units))
    )


def _match(story: Story, rule: Rule, at: datetime) -> RuleMatch | None:
    if not _holds(rule.when, story):
        return None
    match rule:
        case LabelRule():
            return _as_match(story, rule)
        case CountRule():
            observed = published_within(story.timeline, rule.window_minutes, at)
            if observed < rule.at_least or count_of(story, "media") < rule.media_at_least:
                return None
            return _as_match(story, rule, minutes=rule.window_minutes, observed=observed, threshold=rule.at_least)
        case GrowthRule():
            growth = growth_of(
                story.timeline,
                window_minutes=rule.window_minutes,
                windows=rule.baseline_windows,
                sigmas=rule.sigmas,
                at=at,
            )
            if growth.observed < rule.at_least or growth.observed <= growth.threshold:
                return None
            return _as_match(
                story,
                rule,
                minutes=rule.window_minutes,
                observed=growth.observed,
                expected=growth.mean,
                threshold=max(growth.threshold, rule.at_least),
            )


def _as_match(
    story: Story,
    rule: Rule,
    *,
    minutes: int | None = None,
    observed: float | None = None,
    expected: float | None = None,
    threshold: float | None = None,
) -> RuleMatch:
    reasons = story.severity_why
    words = "; ".join(dict.fromkeys(reason.words for reason in reasons)) or "dinilai dari label publikasinya"
    spans: list[Span] = [span for reason in reasons for span in reason.spans][:_MAX_SPANS]
    why = rule.why.format(
        severity=story.severity_max,
        severity_words=words.rstrip("."),
        publications=count_of(story, "publikasi"),
        media=count_of(story, "media"),
        observed=figure(observed),
        window=window_words(minutes or 0),
        mean=figure(expected),
        threshold=figure(threshold),
        topics=", ".join(topic.name.replace("_", " ") for topic in story.topics[:3]),
        at_least=getattr(rule, "at_least", ""),
    )
    return RuleMatch(
        rule_id=rule.id,
        name=rule.name,
        level=rule.level,
        why=why,
        spans=spans,
        window_minutes=minutes,
        observed=observed,
        expected=None if expected is None else round(expected, 3),
        threshold=None if threshold is None else round(threshold, 3),
    )


def figure(value: float | None) -> str:
    """6.75 → '6,8'; 7.0 → '7'; 12345 → '12.345': Indonesian decimal comma and thousands point."""
    if value is None:
        return "–"
    whole, _, part = f"{value:,.1f}".partition(".")
    return whole.replace(",", ".") + (f",{part}" if part != "0" else "")


def window_words(minutes: int) -> str:
    """60 → '1 jam', 45 → '45 menit', 1440 → '24 jam'."""
    hours, rest = divmod(minutes, 60)
    return f"{hours} jam" if hours and not rest else f"{minutes} menit"
