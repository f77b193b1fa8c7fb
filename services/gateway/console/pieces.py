"""Parts that several pages show: figures with their lists, charts, reasons, what is allowed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from libs.schemas.alerts import Alert, RuleMatch
from libs.schemas.common import Span
from libs.schemas.items import Reason
from libs.schemas.stories import Story
from services.gateway.console import words
from services.gateway.console.rows import figure, per_hour

CHART_HOURS = 24
CHART_LEFT = 4.0
MAX_MARKS = 3
May = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number, what it counts, and the page that lists exactly that many (None: nothing to list)."""

    value: str
    what: str
    href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One hour; x and width in percent, y and height in pixels."""

    x: float
    y: float
    width: float
    height: float
    hot: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    x: float
    y: float
    text: str
    anchor: str = ""
    look: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Publications per hour: bars, mean and limit (pixels from the top; None: none), the words under it."""

    bars: tuple[Bar, ...]
    left: float
    ground: float
    mean_y: float | None
    limit_y: float | None
    texts: tuple[Text, ...]
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The words a label rests on, and what stands around them."""

    before: str
    hit: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    rule: str
    words: str
    marks: tuple[Mark, ...]
    figures: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What this person may do to an alert."""

    acknowledge: bool
    verify: bool


def allowed_for(may: May) -> Allowed:
    return Allowed(
        acknowledge=may("POST", "/api/v1/alerts/{alert_id}/acknowledge"),
        verify=may("POST", "/api/v1/alerts/{alert_id}/verify"),
    )


def hourly_chart(
    counts: Sequence[int],
    *,
    start_at: datetime | None,
    bucket_minutes: int,
    now: datetime,
    mean: float | None = None,
    limit: float | None = None,
    height: int = 186,
) -> Chart:
    """24 bars up to `now`; an hour over the limit is hot."""
    bars = per_hour(counts, start_at=start_at, bucket_minutes=bucket_minutes, now=now, hours=CHART_HOURS)
    ground = float(height - 26)
    top = max(*bars, limit or 0, 1)
    step = (100 - CHART_LEFT) / CHART_HOURS
    room = ground - 30

    def level(value: float) -> float:
        return round(ground - value / top * room, 1)

    drawn = tuple(
        Bar(
            x=round(CHART_LEFT + i * step, 2),
            y=min(level(value), ground - 1),
            width=round(step * 0.88, 2),
            height=round(max(1.0, ground - level(value)), 1),
            hot=limit is not None and value > limit,
        )
        for i, value in enumerate(bars)
    )
    texts = [
        Text(x=0, y=ground + 4, text="0"),
        Text(x=0, y=level(max(bars)) + 4, text=words.number(max(bars))) if max(bars) else Text(x=0, y=34, text=""),
        Text(x=CHART_LEFT, y=height - 6, text=words.clock(now - timedelta(hours=CHART_HOURS))),
        Text(x=52, y=height - 6, text=words.clock(now - timedelta(hours=CHART_HOURS / 2)), anchor="middle"),
        Text(x=100, y=height - 6, text=f"kini {words.clock(now)}", anchor="end"),
    ]
    if limit is not None:
        texts.append(Text(x=CHART_LEFT + 0.5, y=level(limit) - 5, text=f"batas {words.number(limit)}", look="tl"))
    if mean is not None and (limit is None or level(mean) - level(limit) > 16):
        texts.append(Text(x=CHART_LEFT + 0.5, y=level(mean) - 5, text=f"rata-rata {words.number(mean)}"))
    over = sum(bar.hot for bar in drawn)
    said = f" {over} jam melewati batas {words.number(limit)}." if over else ""
    return Chart(
        bars=drawn,
        left=CHART_LEFT,
        ground=ground,
        mean_y=level(mean) if mean is not None else None,
        limit_y=level(limit) if limit is not None else None,
        texts=tuple(texts),
        caption=f"Publikasi per jam, 24 jam terakhir. Jam terakhir {words.number(bars[-1])}.{said}",
    )


def alert_chart(alert: Alert, now: datetime, *, height: int = 186) -> Chart:
    evidence = alert.evidence
    return hourly_chart(
        evidence.timeline,
        start_at=evidence.timeline_start_at,
        bucket_minutes=evidence.bucket_minutes,
        now=now,
        mean=evidence.mean,
        limit=evidence.threshold,
        height=height,
    )


def story_chart(story: Story, now: datetime, *, height: int = 122) -> Chart:
    line = story.timeline
    return hourly_chart(line.counts, start_at=line.start_at, bucket_minutes=line.bucket_minutes, now=now, height=height)


def story_figures(story: Story) -> tuple[Figure, ...]:
    """Each links to a list of exactly that many."""
    here = f"/isu/{story.story_id}"
    return (
        Figure(value=words.number(figure(story.counts, "publikasi")), what="publikasi", href=here),
        Figure(value=words.number(figure(story.counts, "media")), what="media", href=f"{here}?tampak=media"),
        Figure(value=words.number(story.copies_count), what="salinan", href=f"{here}?tampak=salinan"),
        Figure(value=words.number(story.peak_per_hour), what="publikasi, jam terpadat", href=None),
    )


def alert_figures(alert: Alert, story: Story | None) -> tuple[Figure, ...]:
    """The story's present figures (they have lists); the growth over the mean; without the story the evidence's."""
    if story is None:
        return tuple(
            Figure(value=words.number(count.value), what=words.COUNT_WORDS[count.what], href=None)
            for count in alert.evidence.counts
        )
    figures = story_figures(story)[:3]
    evidence = alert.evidence
    rates = [match for match in alert.rules_matched if match.observed is not None and match.expected]
    if rates:
        match = rates[0]
        times = (match.observed or 0) / (match.expected or 1)
        figures = (
            *figures,
            Figure(
                value=f"{words.number(round(times, 1))}×",
                what=f"dari biasa ({words.number(match.expected)})",
                href=None,
            ),
        )
    elif evidence.mean is not None:
        figures = (*figures, Figure(value=words.number(evidence.mean), what="rata-rata per jam", href=None))
    return figures


def _marks(spans: Sequence[Span], title: str) -> tuple[Mark, ...]:
    """Title spans with the title around them; the words alone where the text is not at hand."""
    marks = []
    for span in spans[:MAX_MARKS]:
        whole = span.field == "title" and title[span.start : span.end].casefold() == span.words.casefold()
        if whole:
            marks.append(Mark(before=title[: span.start], hit=title[span.start : span.end], after=title[span.end :]))
        else:
            marks.append(Mark(before="", hit=span.words, after=""))
    return tuple(marks)


def why_alert(alert: Alert) -> list[Why]:
    return [
        Why(
            rule=match.rule_id, words=_sentence(match.why), marks=_marks(match.spans, alert.title), figures=_rate(match)
        )
        for match in alert.rules_matched
    ]


def why_severity(story: Story) -> list[Why]:
    return [_why(reason, story.title) for reason in story.severity_why]


def _why(reason: Reason, title: str) -> Why:
    return Why(rule=reason.rule, words=_sentence(reason.words), marks=_marks(reason.spans, title), figures="")


def _sentence(text: str) -> str:
    return text if text.endswith((".", ":", "!", "?")) else f"{text}."


def _rate(match: RuleMatch) -> str:
    parts = []
    if match.observed is not None and match.window_minutes:
        parts.append(f"{_window(match.window_minutes)} ini {words.number(match.observed)}")
    if match.expected is not None:
        parts.append(f"biasa {words.number(match.expected)}")
    if match.threshold is not None:
        parts.append(f"batas {words.number(match.threshold)}")
    return f"{', '.join(parts)}.".capitalize() if parts else ""


def _window(minutes: int) -> str:
    return f"{minutes // 60} jam" if minutes % 60 == 0 else f"{minutes} menit"
