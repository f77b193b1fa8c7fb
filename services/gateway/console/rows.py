"""Stories and alerts as rows of the feed: View[Story] and View[Alert] → Row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from libs.schemas.alerts import Alert
from libs.schemas.common import Count, UnitMention
from libs.schemas.stories import Story
from services.gateway.console import words
from services.gateway.views import View

SPARK_BARS = 14
HOT_BARS = 4
SPARK_HEIGHT = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A fact about the thing: css class and text."""

    look: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spark:
    """Hourly bars as two SVG paths in a 100 × 26 box: older hours, and the last four."""

    cold: str
    hot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the feed; `waits` = belongs to *Menunggu orang*. Times are ISO text, `order` epoch milliseconds."""

    dom_id: str
    story_id: str
    alert_id: str
    waits: bool
    open: bool
    href: str
    items_href: str
    title: str
    severity: int
    severity_word: str
    unit: str
    unit_more: int
    topic: str
    topic_key: str
    sentiment: tuple[str, str, str]
    sentiment_key: str
    provinces: str
    review: bool
    badges: tuple[Badge, ...]
    state: str
    state_look: str
    deadline: str
    second: str
    changed_at: str
    changed_clock: str
    order: int
    spark: Spark
    publications: int
    media: int
    copies: int
    hot: bool
    gone: bool
    into: str
    sample: bool


def figure(counts: Sequence[Count], what: str) -> int:
    """The value of the count that counts `what`; 0 when there is none."""
    return next((count.value for count in counts if count.what == what), 0)


def per_hour(
    counts: Sequence[int], *, start_at: datetime | None, bucket_minutes: int, now: datetime, hours: int
) -> list[int]:
    """Publications in each of the last `hours` hours up to `now`, oldest first."""
    bars = [0] * hours
    if start_at is None:
        return bars
    for position, value in enumerate(counts):
        middle = start_at + timedelta(minutes=bucket_minutes * (position + 0.5))
        back = int((now - middle).total_seconds() // 3600)
        # A bucket's middle may lie a few minutes ahead of `now`: it is the running hour.
        back = max(back, 0)
        if back < hours:
            bars[hours - 1 - back] += value
    return bars


def spark(bars: Sequence[int]) -> Spark:
    """Strokes from the ground line up, 7.14 units apart; zero keeps a visible foot."""
    top = max(*bars, 1)

    def strokes(values: Sequence[int], first: int) -> str:
        return "".join(
            f"M{(first + i) * 7.14 + 3:.0f} 26v-{max(1, round(value / top * SPARK_HEIGHT))}"
            for i, value in enumerate(values)
        )

    cold = len(bars) - HOT_BARS
    return Spark(cold=strokes(bars[:cold], 0), hot=strokes(bars[cold:], cold))


def unit_name(units: Sequence[UnitMention]) -> str:
    """The first unit as rows write it: `Lapas IIA Contoh Utara`."""
    return units[0].name.replace(" Kelas ", " ") if units else "Unit belum jelas"


def sentiment_of(label: str | None) -> tuple[str, str, str]:
    return words.SENTIMENTS.get(label or "netral", words.SENTIMENTS["netral"])


def _certainty_badge(certainty: str | None) -> tuple[Badge, ...]:
    said = words.CERTAINTIES.get(certainty or "")
    return (Badge(look="badge", text=said),) if said else ()


def _actuality_badge(actuality: str) -> tuple[Badge, ...]:
    if actuality == "konten_lama_kembali_viral":
        return (Badge(look="chip warn", text=words.ACTUALITIES[actuality]),)
    if actuality == "perkembangan_kasus_lama":
        return (Badge(look="badge", text=words.ACTUALITIES[actuality]),)
    return ()


def stage_badge(stage: str) -> Badge:
    if stage == "terverifikasi":
        return Badge(look="badge ok", text="● Terverifikasi")
    return Badge(look="badge pre", text="○ Awal")


def alert_state(alert: Alert) -> tuple[str, str, str]:
    """What the state cell says: (text, css class, ISO deadline that the browser counts down to)."""
    if alert.status == "terbuka":
        if alert.escalates_at is None:
            return ("Semua tingkat dipanggil" if alert.ladder_failed else "Belum diakui"), "late", ""
        return "Naik dalam", "late" if alert.severity == 4 else "due", words.iso(alert.escalates_at)
    if alert.status == "diakui":
        who = words.role(alert.acknowledged_by.role) if alert.acknowledged_by else ""
        return f"Diakui {who}".strip(), "", ""
    return words.ALERT_STATUSES[alert.status], "", ""


def alert_second(alert: Alert) -> str:
    """The line under the state: who is called next, or since when it is held."""
    if alert.status == "terbuka" and alert.escalates_to:
        return "ke " + ", ".join(words.role(name) for name in alert.escalates_to)
    if alert.status == "diakui":
        return words.clock_zoned(alert.acknowledged_at)
    return words.clock_zoned(alert.changed_at)


def waits(alert: Alert) -> bool:
    """Belongs to *Menunggu orang*: open, and nobody has taken it."""
    return alert.status == "terbuka"


def alert_row(view: View[Alert], now: datetime) -> Row:
    alert = view.data
    state, look, deadline = alert_state(alert)
    story_id = alert.story_ids[0] if alert.story_ids else ""
    bars = per_hour(
        alert.evidence.timeline,
        start_at=alert.evidence.timeline_start_at,
        bucket_minutes=alert.evidence.bucket_minutes,
        now=now,
        hours=SPARK_BARS,
    )
    return Row(
        dom_id=f"peringatan-{alert.alert_id}",
        story_id=story_id,
        alert_id=alert.alert_id,
        waits=waits(alert),
        open=alert.status in ("terbuka", "diakui"),
        href=f"/peringatan/{alert.alert_id}",
        items_href=f"/isu/{story_id}",
        title=words.unbroken(alert.title),
        severity=alert.severity,
        severity_word=words.SEVERITIES[alert.severity],
        unit=unit_name(alert.units),
        unit_more=max(0, len(alert.units) - 1),
        topic=words.topic(alert.topics[0]) if alert.topics else "",
        topic_key=alert.topics[0] if alert.topics else "",
        sentiment=sentiment_of(alert.sentiment.label if alert.sentiment else None),
        sentiment_key=alert.sentiment.label if alert.sentiment else "netral",
        provinces="",
        review=False,
        badges=(*_actuality_badge(alert.actuality), stage_badge(alert.stage)),
        state=state,
        state_look=look,
        deadline=deadline,
        second=alert_second(alert),
        changed_at=words.iso(alert.changed_at),
        changed_clock=words.clock(alert.changed_at),
        order=_epoch_ms(alert.changed_at),
        spark=spark(bars),
        publications=figure(alert.evidence.counts, "publikasi"),
        media=figure(alert.evidence.counts, "media"),
        copies=0,
        hot=alert.severity == 4 or (alert.severity >= 3 and waits(alert)),
        gone=alert.status == "digabung",
        into=f"peringatan-{alert.into}" if alert.into else "",
        sample=view.opmode == "sample",
    )


def story_row(view: View[Story], now: datetime, alert: View[Alert] | None = None) -> Row:
    story = view.data
    state, look, second = ("Belum Ditelaah" if story.needs_review else ""), "", ""
    if alert is not None and alert.data.status in ("terbuka", "diakui", "selesai", "salah"):
        state, look = alert_state(alert.data)[:2]
        state = "Peringatan terbuka" if alert.data.status == "terbuka" else state
        second = alert.data.stage
    bars = per_hour(
        story.timeline.counts,
        start_at=story.timeline.start_at,
        bucket_minutes=story.timeline.bucket_minutes,
        now=now,
        hours=SPARK_BARS,
    )
    topic = story.topics[0].name if story.topics else ""
    if story.status == "digabung":
        state = "Digabung"
    badges = (*_actuality_badge(story.actuality), *_certainty_badge(story.certainty))
    if second:
        badges = (*badges, stage_badge(second))
    if story.copies_count:
        badges = (*badges, Badge(look="m", text=f"+{story.copies_count} salinan"))
    return Row(
        dom_id=f"isu-{story.story_id}",
        story_id=story.story_id,
        alert_id=alert.data.alert_id if alert is not None else "",
        waits=False,
        open=alert is not None and alert.data.status in ("terbuka", "diakui"),
        href=f"/isu/{story.story_id}",
        items_href=f"/isu/{story.story_id}",
        title=words.unbroken(story.title),
        severity=story.severity_max,
        severity_word=words.SEVERITIES[story.severity_max],
        unit=unit_name(story.units),
        unit_more=max(0, len(story.units) - 1),
        topic=words.topic(topic),
        topic_key=topic,
        sentiment=sentiment_of(story.sentiment.label),
        sentiment_key=story.sentiment.label,
        provinces="|".join(story.provinces[:4]),
        review=story.needs_review,
        badges=badges,
        state=state,
        state_look=look,
        deadline="",
        second="",
        changed_at=words.iso(story.last_item_at),
        changed_clock=words.clock(story.last_item_at),
        order=_epoch_ms(view.at),
        spark=spark(bars),
        publications=figure(story.counts, "publikasi"),
        media=figure(story.counts, "media"),
        copies=story.copies_count,
        hot=False,
        gone=story.status != "terbuka",
        into=f"isu-{story.into}" if story.into else "",
        sample=view.opmode == "sample",
    )


def _epoch_ms(at: datetime) -> int:
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
