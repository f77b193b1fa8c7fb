"""View model of who is silent: units whose reports do not come, sources that have nothing new; the figures behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from libs.schemas.sources import SilentUnit, Source
from services.gateway.console import words
from services.gateway.console.sources_view import quiet_words, zone_of
from services.gateway.reports_views import Reporting
from services.gateway.views import View

# What ingest needs of a unit's own history before it judges.
BASIS_DAYS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    href: str
    name: str
    province: str
    sample: bool
    last: str
    silence: str
    per_day: str
    missed: str
    basis: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    href: str
    name: str
    outlet_name: str
    sample: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SilencePage:
    words: str
    basis_words: str
    units: list[UnitRow]
    empty_units: str
    sources: list[SourceRow]
    empty_sources: str
    may_see_sources: bool


def silence_page(
    units: Sequence[View[SilentUnit]],
    sources: Sequence[View[Source]],
    reporting: Sequence[Reporting],
    *,
    may_see_sources: bool,
    now: datetime,
) -> SilencePage:
    quiet = [view for view in sources if view.data.enabled and view.data.quiet is not None]
    read = sum(view.data.enabled and view.data.state == "hidup" for view in sources)
    return SilencePage(
        words=f"{words.number(len(units))} unit diam, {words.number(len(quiet))} sumber diam",
        basis_words=basis_words(reporting, now),
        units=[_unit(view, now) for view in units],
        empty_units="Tidak ada unit yang diam menurut kebiasaannya sendiri." if reporting else "",
        sources=[_source(view, now) for view in quiet],
        empty_sources=f"Tidak ada sumber yang diam. {words.number(read)} sumber terbaca."
        if read
        else "Tidak ada sumber yang terbaca, jadi tidak ada yang dapat dinilai.",
        may_see_sources=may_see_sources,
    )


def basis_words(reporting: Sequence[Reporting], now: datetime) -> str:
    """How many units can be judged at all."""
    if not reporting:
        return f"Belum ada laporan unit. Unit dinilai setelah {BASIS_DAYS} hari riwayat laporannya sendiri."
    young = sum(unit.first_at > now - timedelta(days=BASIS_DAYS) for unit in reporting)
    said = f"{words.number(len(reporting))} unit pernah melapor."
    if young == len(reporting):
        return f"{said} Belum cukup riwayat: unit dinilai setelah {BASIS_DAYS} hari laporannya sendiri."
    if young:
        said += f" {words.number(young)} belum cukup riwayat (di bawah {BASIS_DAYS} hari) dan belum dinilai."
    others = "Yang lain dinilai" if young else "Semuanya dinilai"
    return f"{said} {others} terhadap kebiasaannya sendiri, pada jam kerja setempat."


def _unit(view: View[SilentUnit], now: datetime) -> UnitRow:
    unit = view.data
    last = unit.last_report_at
    hours = int((now - last).total_seconds() // 3600) if last else None
    return UnitRow(
        href=f"/laporan?{urlencode({'unit': unit.unit_id})}",
        name=words.unbroken(unit.unit_name),
        province=unit.province or "",
        sample=view.opmode == "sample",
        last=words.day_clock(last, unit.zone) if last else "belum pernah",
        silence=f"Unit diam {words.number(hours)} jam" if hours is not None else "Unit diam",
        per_day=words.number(round(unit.expected_per_day, 1)),
        missed=f"±{words.number(round(unit.missed, 1))}",
        basis=f"{words.number(unit.basis_days)} hari",
        since=words.day_clock(unit.since, unit.zone),
    )


def _source(view: View[Source], now: datetime) -> SourceRow:
    source = view.data
    assert source.quiet is not None
    return SourceRow(
        href=f"/sumber/{view.id}",
        name=source.name or source.outlet_name,
        outlet_name=source.outlet_name,
        sample=view.opmode == "sample",
        words=quiet_words(source.quiet, zone_of(source), now),
    )
