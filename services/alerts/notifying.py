"""A request to call people → one push per recipient and channel, its text, and its way to sent or dead (pure)."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from libs.schemas.common import Role
from libs.schemas.envelope import OpMode
from libs.schemas.ids import notification_id
from libs.schemas.notifications import NotificationRequest, NotifyReason

from .clocks import DeliveryClocks
from .detecting import figure
from .recipients import Recipients
from .store import Origin

Status = Literal["pending", "claimed", "retry", "sent", "dead"]
_WIB: Final = ZoneInfo("Asia/Jakarta")
_MONTHS: Final = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
_LEVEL_WORDS: Final = {"waspada": "Waspada", "siaga": "Siaga", "krisis": "Krisis"}
_STAGE_WORDS: Final = {"awal": "Awal, belum diverifikasi", "terverifikasi": "Terverifikasi"}
_REASON_WORDS: Final[dict[NotifyReason, str]] = {
    "dibuka": "Peringatan baru",
    "bertambah": "Bertambah",
    "naik": "Naik ke Anda",
    "diingatkan": "Sudah diakui, belum selesai",
    "akui_berakhir": "Akui berakhir, belum ada tindakan",
    "tangga_habis": "Tidak ada yang menjawab di semua tingkat",
    "terverifikasi": "Terverifikasi dan menjadi kritis",
    "selesai": "Selesai",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One push to one recipient over one channel. No address: that is looked up when it is sent."""

    notification_id: str
    request: NotificationRequest
    origin: Origin
    opmode: OpMode
    channel: str
    kind: Literal["webhook", "email"]
    recipient: str
    role: Role
    created_at: datetime
    status: Status = "pending"
    attempt: int = 0
    due_at: datetime | None = None
    token: str | None = None
    replica: str | None = None
    provider_id: str | None = None
    failure: str | None = None

    def to_state(self) -> dict[str, Any]:
        kept = {name: getattr(self, name) for name in self.__dataclass_fields__ if name not in ("request", "origin")}
        kept |= {"request": self.request.model_dump(mode="python"), "origin": asdict(self.origin)}
        return {name: value for name, value in kept.items() if name != "due_at" or value is not None}

    @classmethod
    def of_state(cls, kept: Mapping[str, Any]) -> "Push":
        plain: dict[str, Any] = {name: kept.get(name) for name in cls.__dataclass_fields__}
        plain |= {
            "request": NotificationRequest.model_validate(kept["request"]),
            "origin": Origin(**kept["origin"]),
        }
        return cls(**plain)


def pushes_for(
    request: NotificationRequest, *, origin: Origin, opmode: OpMode, recipients: Recipients, now: datetime
) -> list[Push]:
    """One push for each recipient of the rungs, over each of their channels; only people of the alert's own mode."""
    return [
        Push(
            notification_id=notification_id(request.alert_id, request.transition, name, recipient.id, request.repeat),
            request=request,
            origin=origin,
            opmode=opmode,
            channel=name,
            kind=channel.kind,
            recipient=recipient.id,
            role=recipient.role,
            created_at=now,
            due_at=now,
        )
        for recipient in recipients.on(opmode, request.rungs)
        for name, channel in recipient.named_channels().items()
    ]


def claimed(push: Push, *, token: str, replica: str, now: datetime, clocks: DeliveryClocks) -> Push | None:
    """Take the push for one attempt; None when it is not its turn (another sender has it, or it is done)."""
    if push.status in ("sent", "dead") or push.due_at is None or push.due_at > now:
        return None
    return replace(
        push,
        status="claimed",
        token=token,
        replica=replica,
        attempt=push.attempt + 1,
        due_at=now + timedelta(seconds=clocks.lease_seconds),
    )


def released(push: Push, *, now: datetime) -> Push | None:
    """A claim of a dead process: its turn is now."""
    return replace(push, status="retry", token=None, due_at=now) if push.status == "claimed" else None


def sent(push: Push, *, provider_id: str) -> Push | None:
    """The provider took it. None: somebody wrote that already."""
    if push.status in ("sent", "dead"):
        return None
    return replace(push, status="sent", token=None, due_at=None, provider_id=provider_id[:200], failure=None)


def failed(
    push: Push, *, token: str, failure: str, final: bool, jitter: float, now: datetime, clocks: DeliveryClocks
) -> Push | None:
    """An attempt went wrong: later again, or dead when it never can or was tried long enough.

    `jitter` in [0, 1). None: the claim is no longer ours.
    """
    if push.status != "claimed" or push.token != token:
        return None
    if final or now - push.created_at >= timedelta(seconds=clocks.give_up_seconds):
        return replace(push, status="dead", token=None, due_at=None, failure=failure[:200])
    wait = retry_after(push.attempt, jitter=jitter, clocks=clocks)
    return replace(push, status="retry", token=None, due_at=now + wait, failure=failure[:200])


def retry_after(attempt: int, *, jitter: float, clocks: DeliveryClocks) -> timedelta:
    """Doubling from the first wait to the longest, of which between half and all is waited."""
    full = min(clocks.first_retry_seconds * 2 ** min(attempt - 1, 30), clocks.longest_retry_seconds)
    return timedelta(seconds=full * (0.5 + jitter / 2))


def headline(request: NotificationRequest, opmode: OpMode) -> str:
    """The one line of a push: '[CONTOH] [KRITIS] Kebakaran … · Lapas … · 31 publikasi, 17 media'."""
    grave = {4: "KRITIS", 3: "SERIUS"}.get(request.severity, request.level.upper())
    counts = ", ".join(f"{figure(count.value)} {count.what}" for count in request.counts)
    parts = [_one_line(request.title), ", ".join(request.unit_names[:3]), counts]
    if request.reason == "naik" and (minutes := _minutes_unanswered(request)) is not None:
        parts = [f"Naik ke Anda: {minutes} menit tanpa jawaban", *parts]
    elif request.reason != "dibuka":
        parts = [_REASON_WORDS[request.reason], *parts]
    if opmode == "drill":
        parts.append("bukan kejadian nyata")
    mark = {"drill": "[LATIHAN] ", "sample": "[CONTOH] "}.get(opmode, "")
    return f"{mark}[{grave}] " + " · ".join(part for part in parts if part)


def webhook_body(push: Push, *, console_url: str) -> bytes:
    """The JSON of a webhook: the same bytes for every attempt."""
    request = push.request
    body = {
        "notification_id": push.notification_id,
        "alert_id": request.alert_id,
        "event": request.reason,
        "opmode": push.opmode,
        "level": request.level,
        "severity": request.severity,
        "stage": request.stage,
        "title": _one_line(request.title),
        "text": headline(request, push.opmode),
        "unit_names": request.unit_names,
        "counts": [{"what": count.what, "value": count.value} for count in request.counts],
        "why": request.why,
        "round": request.round,
        "rungs": request.rungs,
        "recipient_role": push.role,
        "link": link_to(request.alert_id, console_url),
        "occurred_at": request.occurred_at.isoformat().replace("+00:00", "Z"),
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def mail_text(push: Push, *, console_url: str) -> str:
    """The plain text of a mail."""
    request = push.request
    marks = {
        "sample": "CONTOH. Semua isi surat ini rekaan.",
        "drill": "LATIHAN. Bukan kejadian nyata; tidak ada yang keluar ke publik.",
    }
    lines = [
        f"{_REASON_WORDS[request.reason]}: {_one_line(request.title)}",
        "",
        f"Tingkat     : {_LEVEL_WORDS[request.level]}, keparahan {request.severity}",
        f"Tahap       : {_STAGE_WORDS[request.stage]}",
        f"Unit        : {', '.join(request.unit_names) or 'belum diketahui'}",
        f"Angka       : {', '.join(f'{figure(count.value)} {count.what}' for count in request.counts) or '–'}",
        f"Mengapa     : {_one_line(request.why)}",
        f"Waktu       : {wib(request.occurred_at)}",
        "",
        f"Buka dan akui: {link_to(request.alert_id, console_url)}",
        "",
        f"Kode pemberitahuan {push.notification_id}",
    ]
    return "\n".join([marks[push.opmode], "", *lines] if push.opmode in marks else lines) + "\n"


def link_to(alert_id: str, console_url: str) -> str:
    return f"{console_url.rstrip('/')}/peringatan/{alert_id}"


def wib(at: datetime) -> str:
    """'22 November 2026, 08.14 WIB'."""
    here = at.astimezone(_WIB)
    return f"{here.day} {_MONTHS[here.month - 1]} {here.year}, {here:%H.%M} WIB"


def _minutes_unanswered(request: NotificationRequest) -> int | None:
    opened_at: datetime | None = getattr(request, "opened_at", None)
    return None if opened_at is None else int((request.occurred_at - opened_at).total_seconds() // 60)


def _one_line(text: str) -> str:
    return " ".join(text.split())
