"""Builders: one valid example of everything that travels; a test names only what it cares about."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from libs.schemas import (
    alerts,
    commands,
    common,
    ids,
    items,
    notifications,
    outcomes,
    releases,
    reports,
    sources,
    stories,
    trends,
)
from libs.schemas.envelope import Command, Envelope, Event, Part, schema_uri, type_of
from libs.schemas.topics import all_events

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def an_item_id(n: int = 1, *, mode: str = "live") -> str:
    return ids.item_id(mode, "harian-contoh", f"https://harian.contoh.example/berita/{n}")


def an_actor(role: common.Role = "operator", key_id: str = "kunci-1") -> common.Actor:
    return common.Actor(role=role, key_id=key_id)


def a_unit(**changes: Any) -> common.UnitMention:
    values: dict[str, Any] = {
        "unit_id": "lapas-iia-contoh-utara", "name": "Lapas Kelas IIA Contoh Utara", "province": "Contoh Utara",
        "zone": "WIB", "score": 0.98, "how": "nama lengkap",
    }  # fmt: skip
    return common.UnitMention(**(values | changes))


def a_source_line(n: int = 1, **changes: Any) -> common.SourceLine:
    values: dict[str, Any] = {
        "item_id": an_item_id(n), "outlet_id": "harian-contoh", "outlet_name": "Harian Contoh",
        "title": f"Contoh judul berita {n}", "link": f"https://harian.contoh.example/berita/{n}", "at": NOON,
    }  # fmt: skip
    return common.SourceLine(**(values | changes))


def _head(n: int) -> dict[str, Any]:
    return {
        "item_id": an_item_id(n), "rev_no": 1, "kind": "berita", "outlet_id": "harian-contoh",
        "outlet_name": "Harian Contoh", "seen_via": ["sumber-1"], "link": f"https://harian.contoh.example/berita/{n}",
        "title": "Petugas Lapas Kelas IIA Contoh Utara gagalkan penyelundupan", "excerpt": "Paket diperiksa di pintu.",
        "language": "id", "published_at": NOON, "published_zone": "known", "first_seen_at": NOON + timedelta(minutes=1),
        "privacy": items.Privacy(classes={"telepon": 1}, mode="normal", gate_version="1"),
    }  # fmt: skip


def an_item(n: int = 1, **changes: Any) -> items.Item:
    values = _head(n) | {"text": "Paket diperiksa di pintu. Hubungi [TELEPON]."}
    return items.Item(**(values | changes))


def _labels() -> dict[str, Any]:
    reason = items.Reason(
        rule="relevan-unit", words="menyebut unit pemasyarakatan",
        spans=[common.Span(field="title", start=8, end=36, words="Lapas Kelas IIA Contoh Utara")],
    )  # fmt: skip
    return {
        "relevance": items.Relevance(score=0.97, relevant=True, why=[reason]),
        "topics": [items.TopicLabel(name="penyelundupan", score=0.9, why=[reason])],
        "crisis_category": "halinar",
        "sentiment": common.Sentiment(label="positif", score=0.8),
        "polarity": "officials_acted",
        "severity": items.Severity(value=1, why=[reason]),
        "units": [a_unit()],
        "model": items.ModelVersion(name="rules", version="1", sha256=SHA),
    }


def a_classified_item(n: int = 1, **changes: Any) -> items.ClassifiedItem:
    return items.ClassifiedItem(**(_head(n) | _labels() | changes))


def a_groupable_item(n: int = 1, **changes: Any) -> items.GroupableItem:
    values = _head(n) | _labels() | {"text": "Paket diperiksa di pintu.", "signature": list(range(128))}
    return items.GroupableItem(**(values | changes))


def a_story(n: int = 1, **changes: Any) -> stories.Story:
    story = ids.story_id("live", an_item_id(n))
    values: dict[str, Any] = {
        "story_id": story, "title": "Kabar pelarian di Rutan Kelas IIB Contoh Timur", "first_item_at": NOON,
        "last_item_at": NOON + timedelta(minutes=20),
        "counts": [
            common.Count(what="publikasi", value=4, items_ref=f"/isu/{story}"),
            common.Count(what="media", value=3, items_ref=f"/isu/{story}"),
        ],
        "units": [a_unit(unit_id="rutan-iib-contoh-timur", name="Rutan Kelas IIB Contoh Timur")],
        "provinces": ["Contoh Timur"], "topics": [stories.TopicCount(name="pelarian", items=4)],
        "sentiment": common.Sentiment(label="negatif", score=0.9), "sentiment_mix": stories.SentimentMix(negatif=4),
        "polarity": "officials_failed", "severity_max": 3, "severity_item_id": an_item_id(n),
        "severity_why": [
            items.Reason(
                rule="pelarian-1", words="tahanan dikabarkan kabur",
                spans=[common.Span(field="title", start=6, end=15, words="pelarian")],
            )
        ],
        "timeline": stories.Timeline(start_at=NOON - timedelta(hours=23), counts=[0] * 92 + [1, 3, 0, 0]),
        "outlets": [stories.OutletCount(outlet_id="harian-contoh", outlet_name="Harian Contoh", publications=4)],
        "head_items": [a_source_line(n)], "first_sources": [a_source_line(n)],
        "copies": [stories.Copies(head_item_id=an_item_id(n), item_ids=[an_item_id(n + 1000)])], "copies_count": 1,
        "peak_per_hour": 4,
    }  # fmt: skip
    return stories.Story(**(values | changes))


def a_trend(n: int = 1, **changes: Any) -> trends.Trend:
    series = trends.Series(kind="topik_unit", key="pelarian|rutan-iib-contoh-timur", label="Pelarian di Rutan Contoh")
    trend_id = ids.keyed("trend", "live", series.kind, series.key, str(n))
    values: dict[str, Any] = {
        "trend_id": trend_id, "series": series, "rule": "tumbuh", "window": "jam", "window_start": NOON,
        "observed": common.Count(what="publikasi", value=6, items_ref=f"/statistik/tren/{trend_id}"),
        "expected": 0.4, "sigma": 0.6, "score": 9.3, "basis_days": 14,
        "arithmetic": "6 publikasi dalam satu jam; biasanya 0,4 ± 0,6; batas 4", "first_crossing_at": NOON,
        "item_ids": [an_item_id(n)], "story_ids": [ids.story_id("live", an_item_id(n))],
    }  # fmt: skip
    return trends.Trend(**(values | changes))


def an_alert(n: int = 1, **changes: Any) -> alerts.Alert:
    story = ids.story_id("live", an_item_id(n))
    values: dict[str, Any] = {
        "alert_id": ids.alert_id("live", "kejadian", story, 1), "rule_id": "pelarian-1",
        "rules_matched": [
            alerts.RuleMatch(
                rule_id="pelarian-1", name="Pelarian", level="siaga", why="kabar pelarian dengan keparahan 3",
                spans=[common.Span(field="title", start=6, end=15, words="pelarian")],
            )
        ],
        "group_key": story, "episode": 1, "level": "siaga", "severity": 3,
        "title": "Kabar pelarian di Rutan Kelas IIB Contoh Timur", "summary": "4 publikasi dari 3 media",
        "evidence": alerts.Evidence(
            counts=[common.Count(what="publikasi", value=4, items_ref=f"/isu/{story}")],
            first_sources=[a_source_line(n)], item_ids=[an_item_id(n)],
        ),
        "units": [a_unit()], "topics": ["pelarian"], "story_ids": [story], "opened_at": NOON, "changed_at": NOON,
        "escalates_at": NOON + timedelta(minutes=5), "escalates_to": ["analis"], "rung": 1,
        "ladder": [alerts.Rung(rung=1, role="operator", at=NOON, reached=True)],
        "change": alerts.Change(what="dibuka"),
    }  # fmt: skip
    return alerts.Alert(**(values | changes))


def a_notification_request(n: int = 1, **changes: Any) -> notifications.NotificationRequest:
    alert = an_alert(n)
    values: dict[str, Any] = {
        "alert_id": alert.alert_id, "transition": 1, "reason": "dibuka", "rungs": [1], "level": "siaga", "severity": 3,
        "stage": "awal", "title": alert.title, "unit_names": ["Rutan Kelas IIB Contoh Timur"],
        "counts": alert.evidence.counts, "why": "kabar pelarian", "occurred_at": NOON,
    }  # fmt: skip
    return notifications.NotificationRequest(**(values | changes))


def a_notification(n: int = 1, **changes: Any) -> notifications.Notification:
    alert = an_alert(n)
    values: dict[str, Any] = {
        "notification_id": ids.notification_id(alert.alert_id, 1, "webhook", "penerima-1", 0),
        "alert_id": alert.alert_id, "transition": 1, "channel": "webhook", "recipient_id": "penerima-1",
        "recipient_role": "operator", "status": "terkirim", "attempts": 1, "reason": "dibuka", "level": "siaga",
        "title": alert.title, "at": NOON,
    }  # fmt: skip
    return notifications.Notification(**(values | changes))


def a_source(n: int = 1, **changes: Any) -> sources.Source:
    url = f"https://harian.contoh.example/rss/{n}.xml"
    values: dict[str, Any] = {
        "source_id": ids.source_id("live", url), "outlet_id": "harian-contoh", "outlet_name": "Harian Contoh",
        "url": url, "enabled": True, "state": "hidup", "interval_seconds": 300, "last_success_at": NOON,
    }  # fmt: skip
    return sources.Source(**(values | changes))


def an_outlet(**changes: Any) -> sources.Outlet:
    values: dict[str, Any] = {
        "outlet_id": "harian-contoh", "name": "Harian Contoh", "domain": "harian.contoh.example",
        "region": sources.OutletFact(value="Contoh Utara", source="daftar contoh"),
    }  # fmt: skip
    return sources.Outlet(**(values | changes))


def a_silent_unit(**changes: Any) -> sources.SilentUnit:
    values: dict[str, Any] = {
        "unit_id": "lapas-iia-contoh-utara", "unit_name": "Lapas Kelas IIA Contoh Utara", "province": "Contoh Utara",
        "zone": "WIB", "silent": True, "last_report_at": NOON - timedelta(days=2), "expected_per_day": 1.4,
        "missed": 2.8, "basis_days": 14, "since": NOON,
    }  # fmt: skip
    return sources.SilentUnit(**(values | changes))


def a_photo(**changes: Any) -> reports.Photo:
    values: dict[str, Any] = {
        "sha256": SHA, "media_type": "image/jpeg", "bytes": 48_213, "width": 1280, "height": 960,
    }  # fmt: skip
    return reports.Photo(**(values | changes))


def a_report(n: int = 1, **changes: Any) -> reports.Report:
    report_id = ids.keyed("report", "lapas-iia-contoh-utara", f"ponsel-{n:04d}")
    values: dict[str, Any] = {
        "report_id": report_id, "unit_id": "lapas-iia-contoh-utara", "unit_name": "Lapas Kelas IIA Contoh Utara",
        "province": "Contoh Utara", "zone": "WIB", "kind": "kegiatan", "title": "Panen sayur contoh",
        "text": "Warga binaan memanen sayur di kebun contoh.", "happened_at": NOON,
        "figures": [reports.Figure(name="peserta", value=24)], "photos": [a_photo()],
        "by": an_actor("pelapor_upt"), "received_at": NOON + timedelta(minutes=3),
        "item_id": ids.item_id("live", "upt:lapas-iia-contoh-utara", report_id),
        "privacy": items.Privacy(gate_version="2"),
    }  # fmt: skip
    return reports.Report(**(values | changes))


def a_new_report(n: int = 1, **changes: Any) -> commands.NewReport:
    values: dict[str, Any] = {
        "by": an_actor("pelapor_upt"), "client_id": f"ponsel-{n:04d}", "unit_id": "lapas-iia-contoh-utara",
        "kind": "kegiatan", "title": "Panen sayur contoh", "text": "Warga binaan memanen sayur di kebun contoh.",
        "happened_at": NOON, "photos": [a_photo()],
    }  # fmt: skip
    return commands.NewReport(**(values | changes))


def a_draft(n: int = 1, **changes: Any) -> releases.Draft:
    values: dict[str, Any] = {
        "release_id": ids.release_id(an_alert(n).alert_id), "version": 1, "kind": "pernyataan_awal",
        "title": "Pernyataan awal contoh", "body": "<p>Contoh isi.</p>", "plain": "Contoh isi.", "body_sha256": SHA,
        "status": "konsep", "author": an_actor("editor"), "saved_at": NOON, "change": alerts.Change(what="disimpan"),
    }  # fmt: skip
    return releases.Draft(**(values | changes))


def a_release(n: int = 1, **changes: Any) -> releases.Release:
    values: dict[str, Any] = {
        "release_id": ids.release_id(an_alert(n).alert_id), "version": 1, "code": "CNTH-2345",
        "kind": "pernyataan_awal", "title": "Pernyataan awal contoh", "body": "<p>Contoh isi.</p>",
        "plain": "Contoh isi.", "body_sha256": SHA, "information_class": "serta_merta", "author": an_actor("editor"),
        "approvers": [an_actor("penyetuju", "kunci-2")], "published_by": an_actor("penyetuju", "kunci-2"),
        "published_at": NOON, "path": "/siaran/CNTH-2345",
    }  # fmt: skip
    return releases.Release(**(values | changes))


def _commands() -> dict[type[Envelope[Any]], Part]:
    by = an_actor()
    return {
        commands.AddSource: commands.NewSource(
            by=by, outlet_name="Harian Contoh", url="https://harian.contoh.example/rss"
        ),
        commands.ChangeSource: commands.SourceSwitch(by=by, enabled=True),
        commands.PollNow: commands.Asked(by=by),
        commands.PreviewSource: commands.SourceLook(by=by, url="https://harian.contoh.example/rss"),
        commands.EditOutlet: commands.OutletEdit(by=by, region="Contoh Utara", source="daftar contoh"),
        commands.SubmitReport: a_new_report(),
        commands.LiftRestriction: commands.RestrictionLift(by=by, reason="bukan perkara anak (contoh)"),
        commands.RelabelItem: commands.LabelsCorrected(by=by, reason="kata “kabur” tentang cuaca (contoh)", severity=0),
        commands.MergeStories: commands.StoriesJoined(
            by=by, others=[ids.story_id("live", an_item_id(2))], reason="kejadian yang sama (contoh)"
        ),
        commands.SplitStory: commands.StoryParted(by=by, item_ids=[an_item_id(3)], reason="kejadian lain (contoh)"),
        commands.RenameStory: commands.StoryNamed(by=by, title="Judul isu contoh"),
        commands.PinStory: commands.StoryHeld(by=by, pinned=True),
        commands.AcknowledgeAlert: commands.AlertActed(by=by),
        commands.VerifyAlert: commands.AlertJudged(by=by, actuality="kejadian_baru", severity=3),
        commands.DismissAlert: commands.AlertFalse(by=by, reason="latihan"),
        commands.ResolveAlert: commands.AlertActed(by=by),
        commands.SaveDraft: commands.DraftText(by=by, kind="klarifikasi", title="Contoh", body="Contoh isi."),
        commands.SubmitDraft: commands.DraftNamed(by=by, body_sha256=SHA),
        commands.ApproveDraft: commands.DraftNamed(by=by, body_sha256=SHA),
        commands.ReturnDraft: commands.DraftSentBack(by=by, reason="angka belum cocok"),
        commands.Publish: commands.DraftNamed(by=by, body_sha256=SHA),
    }


_MADE: dict[Any, Callable[[], Part]] = {
    items.Item: an_item, items.ClassifiedItem: a_classified_item, items.GroupableItem: a_groupable_item,
    stories.Story: a_story, trends.Trend: a_trend, alerts.Alert: an_alert,
    notifications.NotificationRequest: a_notification_request,
    notifications.Notification: a_notification, sources.Source: a_source, sources.Outlet: an_outlet,
    sources.SilentUnit: a_silent_unit, reports.Report: a_report, releases.Draft: a_draft,
    releases.Release: a_release,
}  # fmt: skip


def _data_for(event: type[Envelope[Any]]) -> Part:
    model: Any = event.model_fields["data"].annotation
    made: Callable[[], Part] | None = _MADE.get(model)
    if made is not None:
        return made()
    by_command = _commands()
    if event in by_command:
        return by_command[event]
    command = ids.command_id("orang-1", "kunci-idempoten-1")
    if model is outcomes.Refused:
        return outcomes.Refused(
            command_id=command, entity_id=an_alert().alert_id, code=409, kode="sudah_diakui", message="Sudah diakui."
        )
    return outcomes.Done(command_id=command, entity_id=an_alert().alert_id, topic="pasopati.alerts.v1", sequence=2)


_SUBJECT = (
    "notification_id",
    "command_id",
    "report_id",
    "item_id",
    "story_id",
    "trend_id",
    "alert_id",
    "release_id",
    "source_id",
)


def envelope_of(event: type[Envelope[Any]], data: Part | None = None, **changes: Any) -> Any:
    """One envelope of this class around `data` (or an example of it)."""
    data = data if data is not None else _data_for(event)
    named = [*_SUBJECT, "outlet_id", "unit_id"]
    subject = next((getattr(data, name) for name in named if getattr(data, name, None)), an_alert().alert_id)
    sequence = changes.pop("sequence", 1)
    subject = changes.pop("subject", subject)
    values: dict[str, Any] = {
        "id": ids.event_id(type_of(event), subject, sequence), "source": "/pasopati/pusat/uji", "type": type_of(event),
        "subject": subject, "time": NOON, "dataschema": schema_uri(event), "correlationid": "awal-1",
        "causationid": "sebab-1", "opmode": "live", "traceparent": TRACE, "data": data,
    }  # fmt: skip
    if issubclass(event, Event):
        values["sequence"] = sequence
    return event(**(values | changes))


def a_command(event: type[Command[Any]], subject: str, data: Part, *, key: str = "tekan-1", **changes: Any) -> Any:
    """A person's command on `subject`; the same `key` is the same press."""
    return envelope_of(event, data, subject=subject, id=ids.command_id("orang-1", key), **changes)


def examples() -> dict[type[Envelope[Any]], Envelope[Any]]:
    """One example of every event and command of the catalogue."""
    return {event: envelope_of(event) for event in all_events()}
