"""A finding → the trend as it is announced, with its arithmetic in Indonesian words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, Literal, cast

from libs.schemas.common import Count
from libs.schemas.trends import Series, SeriesKind, Trend
from services.classifier.trends.counting import NEWS_CLASS, SEVERE_CLASS, SOCIAL_CLASS
from services.classifier.trends.weighing import Finding

MAX_ITEMS: Final = 20
_WIB: Final = timezone(timedelta(hours=7))
_WHAT: Final = {SOCIAL_CLASS: "unggahan", NEWS_CLASS: "berita", SEVERE_CLASS: "publikasi berat (tingkat 3 ke atas)"}


def trend_of(
    finding: Finding,
    *,
    trend_id: str,
    label: str,
    basis_days: int,
    cold: bool,
    first_crossing_at: datetime,
    sight: Literal["penuh", "sebagian", "buta"],
    items: Sequence[tuple[str, str | None]],
) -> Trend:
    """`items`: (item, story) of the window, newest first."""
    usual = finding.expected
    shown = items[:MAX_ITEMS]
    return Trend(
        trend_id=trend_id,
        series=Series(kind=cast(SeriesKind, finding.series[0]), key=finding.series[1], label=label[:300]),
        rule=finding.rule.rule,
        window=finding.rule.window,
        window_start=datetime.fromtimestamp(finding.first, UTC),
        observed=Count(what="publikasi", value=finding.observed, items_ref=_list_of(shown)),
        expected=round(usual.mean, 3) if usual else 0.0,
        sigma=round(usual.sigma, 3) if usual else 0.0,
        score=round(finding.score, 2),
        basis_days=basis_days,
        cold=cold,
        calendar_note=usual.note[:300] if usual and usual.note else None,
        arithmetic=arithmetic(finding, basis_days=basis_days)[:500],
        first_crossing_at=first_crossing_at,
        sight=sight,
        item_ids=[item for item, _ in shown],
        story_ids=list(dict.fromkeys(story for _, story in shown if story)),
    )


def _list_of(items: Sequence[tuple[str, str | None]]) -> str:
    """Where the publications behind the figure are listed (the newest of them)."""
    return f"/statistik/publikasi?id={','.join(item for item, _ in items)}"


def arithmetic(finding: Finding, *, basis_days: int) -> str:
    """What was counted, what is usual, and by which rule that is a rise."""
    what = _WHAT.get(finding.rule.of, "publikasi")
    span = _span(finding.first, finding.last)
    counted = f"{finding.observed} {what} dalam {span} (sejak {_clock(finding.first)} WIB)"
    usual = finding.expected
    if usual is None:
        days = f"baru {basis_days} hari" if basis_days else "belum ada hari"
        return f"{counted}; ambang langsung {_number(finding.threshold)}. Riwayat {days}: tanpa pembanding."
    if finding.hours_before:
        basis = f"rata-rata {finding.hours_before} jam sebelumnya {_number(usual.mean)} per jam"
    else:
        basis = f"biasanya {_number(usual.mean)} pada hari sejenis dan jam yang sama, dari {basis_days} hari"
    limit = (
        f"kenaikan menumpuk melewati batas {_number(finding.threshold)}"
        if finding.rule.rule == "cusum"
        else f"ambang {_number(finding.threshold)} (rata-rata + {_number(finding.rule.sigmas)} simpangan, "
        f"paling sedikit {finding.rule.least_items}, peluang kebetulan < 1 : {_thousands(1 / finding.rule.chance)})"
    )
    earlier = ", ".join(f"{'kemarin' if days == 1 else f'{days} hari lalu'} {count}" for days, count in finding.before)
    told = f"{counted}; {basis}, simpangan {_number(usual.sigma)}; {limit}"
    return f"{told}; jam sama {earlier}." if earlier else f"{told}."


def _span(first: int, last: int) -> str:
    minutes = (last - first) // 60
    return f"{minutes} menit" if minutes < 120 or minutes % 60 else f"{minutes // 60} jam"


def _clock(at: int) -> str:
    return datetime.fromtimestamp(at, _WIB).strftime("%d/%m %H.%M")


def _number(value: float) -> str:
    """Indonesian: a comma before the decimals, none where there is nothing behind it."""
    return f"{value:.1f}".removesuffix(".0").replace(".", ",")


def _thousands(value: float) -> str:
    return f"{round(value):,}".replace(",", ".")
