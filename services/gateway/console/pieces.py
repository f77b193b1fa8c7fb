"""Parts that several pages show: figures with their lists, charts, reasons, what is allowed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from libs.schemas.alerts import Alert
from libs.schemas.common import Span
from libs.schemas.stories import Story
from services.gateway.console import words
from services.gateway.console.rows import figure, per_hour

CHART_HOURS = 24
CHART_LEFT = 4.0
MAX_WORDS = 3
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
class Words:
    """A stretch of a quoted text; `hit`: the label rests on it."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    rule: str
    words: str
    quote: tuple[Words, ...]


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


def story_figures(story: Story, peak_href: str | None = None) -> tuple[Figure, ...]:
    """Each links to a list of exactly that many; the busiest hour where somebody knows which it was."""
    here = f"/isu/{story.story_id}"
    return (
        Figure(value=words.number(figure(story.counts, "publikasi")), what="publikasi", href=f"{here}#daftar"),
        Figure(value=words.number(figure(story.counts, "media")), what="media", href=f"{here}?tampak=media#daftar"),
        Figure(value=words.number(story.copies_count), what="salinan", href=f"{here}?tampak=salinan#daftar"),
        Figure(value=words.number(story.peak_per_hour), what="publikasi, jam terpadat", href=peak_href),
    )


def alert_figures(alert: Alert, story: Story | None) -> tuple[Figure, ...]:
    """The story's present figures (they have lists); the growth over the mean; without the story the evidence's."""
    if story is None:
        return tuple(
            Figure(value=words.number(count.value), what=words.COUNT_WORDS[count.what], href=None)
            for count in alert.evidence.counts
        )
    figures = story_figures(story)[:3]
    growth = next((match for match in alert.rules_matched if match.observed is not None and match.expected), None)
    if growth is not None and growth.observed is not None and growth.expected:
        times = words.number(round(growth.observed / growth.expected, 1))
        usual = words.number(growth.expected)
        figures = (*figures, Figure(value=f"{times}×", what=f"dari biasa ({usual})", href="#mengapa"))
    return figures


def _quote(spans: Sequence[Span], title: str) -> tuple[Words, ...]:
    """The title with every hit marked; hits in a text that is not at hand follow it as words alone."""
    in_title = sorted({(s.start, s.end) for s in spans if s.field == "title" and _says(title, s)})
    parts: list[Words] = []
    at = 0
    for start, end in in_title:
        if start < at:
            continue
        parts += [Words(text=title[at:start], hit=False), Words(text=title[start:end], hit=True)]
        at = end
    if parts:
        parts.append(Words(text=title[at:], hit=False))
    elsewhere = list(dict.fromkeys(span.words for span in spans if not _says(title, span)))[:MAX_WORDS]
    for words_there in elsewhere:
        parts += [Words(text=" … " if parts else "", hit=False), Words(text=words_there, hit=True)]
    return tuple(part for part in parts if part.text)


def _says(title: str, span: Span) -> bool:
    return span.field == "title" and title[span.start : span.end].casefold() == span.words.casefold()


def why_alert(alert: Alert) -> list[Why]:
    """Every rule that holds; words that an earlier rule has quoted already are not quoted again."""
    reasons, quoted = [], set[tuple[Words, ...]]()
    for match in alert.rules_matched:
        quote = _quote(match.spans, alert.title)
        shown = () if quote in quoted else quote
        quoted.add(quote)
        reasons.append(Why(rule=match.rule_id, words=_sentence(match.why), quote=shown))
    return reasons


def why_severity(story: Story) -> list[Why]:
    return [
        Why(rule=reason.rule, words=_sentence(reason.words), quote=_quote(reason.spans, story.title))
        for reason in story.severity_why
    ]


def _sentence(text: str) -> str:
    return text if text.endswith((".", ":", "!", "?")) else f"{text}."
