"""View models of the work pages: one alert, one story, the preview, lists of alerts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from libs.schemas.alerts import Alert
from libs.schemas.common import SourceLine
from libs.schemas.items import ClassifiedItem
from libs.schemas.notifications import Notification
from libs.schemas.stories import Story
from services.gateway.console import words
from services.gateway.console.item_marks import Mark, marks_of
from services.gateway.console.old_content import Old, old_of
from services.gateway.console.pieces import (
    Allowed,
    Chart,
    Figure,
    Why,
    alert_chart,
    alert_figures,
    story_chart,
    story_figures,
    why_alert,
    why_severity,
)
from services.gateway.console.rows import Badge, alert_row, story_row
from services.gateway.views import View

FIRST_SOURCES = 5
NEWEST = 3
ACKNOWLEDGED_MINUTES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One publication in a list; `publications` when the line stands for an outlet."""

    at: datetime
    outlet_name: str
    title: str
    link: str | None
    at_means: str = "pertama_terlihat"
    why: str = ""
    publications: int = 0
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RungLine:
    at: datetime
    role: str
    reached: bool
    next: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    at: datetime
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PushLine:
    at: datetime
    role: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPage:
    alert_id: str
    story_id: str
    title: str
    severity: int
    severity_word: str
    status: str
    status_word: str
    episode: int
    sample: bool
    badges: tuple[Badge, ...]
    old: Old | None
    opened_at: datetime
    allowed: Allowed
    figures: tuple[Figure, ...]
    chart: Chart
    reasons: list[Why]
    sources: list[Line]
    escalates_at: str
    ladder: list[RungLine]
    ladder_words: str
    pushes: list[PushLine]
    history: list[LogLine]
    release_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Peek:
    """The preview beside the feed: of a story, and of its alert when there is one."""

    dom_id: str
    href: str
    title: str
    severity: int
    severity_word: str
    badges: tuple[Badge, ...]
    sample: bool
    alert_id: str
    alert_status: str
    allowed: Allowed
    escalates_at: str
    escalates_to: str
    held: str
    figures: tuple[Figure, ...]
    reasons: list[Why]
    chart: Chart
    sources: list[Line]


def line_of(source: SourceLine) -> Line:
    return Line(
        at=source.at,
        outlet_name=source.outlet_name,
        title=source.title,
        link=words.weblink(source.link),
        at_means=source.at_means,
    )


def line_of_item(item: ClassifiedItem, others: Sequence[ClassifiedItem] = ()) -> Line:
    """An item in a story's list, with the label that says most."""
    first = item.severity.why[0].words if item.severity.why else ""
    return Line(
        at=item.first_seen_at,
        outlet_name=item.outlet_name,
        title=item.title,
        link=words.weblink(item.link),
        why=f"Keparahan {item.severity.value}{': ' + first if first else ''}",
        marks=marks_of(item, others),
    )


def roles(names: Sequence[str]) -> str:
    return ", ".join(words.role(name) for name in names) or "tingkat berikutnya"


def _ladder(alert: Alert) -> list[RungLine]:
    ahead = [rung for rung in alert.ladder if not rung.reached]
    following = ahead[0].rung if ahead and alert.status == "terbuka" else None
    return [
        RungLine(
            at=rung.at,
            role=words.role(rung.role),
            reached=rung.reached,
            next=rung.rung == following,
            words="dipanggil" if rung.reached else "",
        )
        for rung in alert.ladder
    ]


def _ladder_words(alert: Alert) -> str:
    if alert.status == "diakui":
        who = words.role(alert.acknowledged_by.role) if alert.acknowledged_by else "seseorang"
        until = f" Akui berakhir {words.clock_zoned(alert.lapses_at)}." if alert.lapses_at else ""
        return f"Diakui {who} pada {words.clock_zoned(alert.acknowledged_at)}.{until}"
    if alert.status != "terbuka":
        return "Tangga berhenti."
    if alert.ladder_failed:
        return "Semua tingkat sudah dipanggil di setiap putaran dan tidak ada yang menjawab."
    return f"Putaran {alert.round}. Akui menghentikan kenaikan selama {ACKNOWLEDGED_MINUTES} menit."


def _history(views: Sequence[View[Alert]]) -> list[LogLine]:
    """One line per deed; the same thing several times in a row is one line with its count."""
    lines = []
    for _, group in groupby(views, key=_deed):
        same = list(group)
        often = f", {len(same)} kali, terakhir {words.clock(same[-1].at)}" if len(same) > 1 else ""
        lines.append(LogLine(at=same[0].at, words=f"{_deed(same[0])}{often}"))
    return lines


def _deed(view: View[Alert]) -> str:
    change = view.data.change
    who = f" oleh {words.role(change.by.role)}" if change.by and change.by.role != "sistem" else ""
    note = f": “{change.note}”" if change.note else ""
    return f"{change.what}{who}{note}"


def _pushes(views: Sequence[View[Notification]]) -> list[PushLine]:
    return [
        PushLine(at=view.data.at, role=words.role(view.data.recipient_role), words=_push_words(view.data))
        for view in views
    ]


def _push_words(push: Notification) -> str:
    channel = words.CHANNELS.get(push.channel, push.channel)
    ending = "terkirim" if push.status == "terkirim" else "tidak terkirim"
    return f"{words.NOTIFY_REASONS[push.reason].lower()}, {channel} {ending}"


def alert_page(
    view: View[Alert],
    *,
    story: View[Story] | None,
    history: Sequence[View[Alert]],
    pushes: Sequence[View[Notification]],
    allowed: Allowed,
    release_id: str,
    now: datetime,
) -> AlertPage:
    alert = view.data
    row = alert_row(view, now)
    return AlertPage(
        alert_id=alert.alert_id,
        story_id=row.story_id,
        title=row.title,
        severity=alert.severity,
        severity_word=row.severity_word,
        status=alert.status,
        status_word=words.ALERT_STATUSES[alert.status],
        episode=alert.episode,
        sample=row.sample,
        badges=row.badges,
        old=old_of(story.data if story else None),
        opened_at=alert.opened_at,
        allowed=allowed,
        figures=alert_figures(alert, story.data if story else None),
        chart=alert_chart(alert, now),
        reasons=why_alert(alert),
        sources=[line_of(source) for source in alert.evidence.first_sources[:FIRST_SOURCES]],
        escalates_at=words.iso(alert.escalates_at) if alert.status == "terbuka" else "",
        ladder=_ladder(alert),
        ladder_words=_ladder_words(alert),
        pushes=_pushes(pushes),
        history=_history(history),
        release_id=release_id,
    )


def peek_of_alert(view: View[Alert], *, story: View[Story] | None, allowed: Allowed, now: datetime) -> Peek:
    alert, row = view.data, alert_row(view, now)
    return Peek(
        dom_id=row.dom_id,
        href=row.href,
        title=row.title,
        severity=row.severity,
        severity_word=row.severity_word,
        badges=row.badges,
        sample=row.sample,
        alert_id=alert.alert_id,
        alert_status=alert.status,
        allowed=allowed,
        escalates_at=words.iso(alert.escalates_at) if alert.status == "terbuka" else "",
        escalates_to=roles(alert.escalates_to),
        held=_ladder_words(alert),
        figures=alert_figures(alert, story.data if story else None),
        reasons=why_alert(alert),
        chart=alert_chart(alert, now, height=122),
        sources=[line_of(source) for source in alert.evidence.first_sources[:NEWEST]],
    )


def peek_of_story(view: View[Story], *, allowed: Allowed, now: datetime) -> Peek:
    story, row = view.data, story_row(view, now)
    return Peek(
        dom_id=row.dom_id,
        href=row.href,
        title=row.title,
        severity=row.severity,
        severity_word=row.severity_word,
        badges=row.badges,
        sample=row.sample,
        alert_id="",
        alert_status="",
        allowed=allowed,
        escalates_at="",
        escalates_to="",
        held="",
        figures=story_figures(story),
        reasons=why_severity(story),
        chart=story_chart(story, now),
        sources=[line_of(source) for source in story.first_sources[:NEWEST]],
    )
