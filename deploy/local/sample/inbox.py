"""Pushes that arrived (webhook, mail) → the sample's inbox, kept over restarts, each notification once."""

from __future__ import annotations

import email
import email.policy
import json
import re
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

KEPT = 1000
_TEXT_LENGTH = 4000


class NotSigned(Exception):
    """A webhook whose signature does not hold, or whose body is no push of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One push. `verified`: the webhook's signature held; mails carry none (None)."""

    message_id: str
    kind: Literal["webhook", "email"]
    notification_id: str
    alert_id: str
    recipient: str
    title: str
    text: str
    link: str
    received_at: str
    verified: bool | None
    # The same notification again is counted, not shown twice: receivers dedupe by its id.
    deliveries: int = 1


class Inbox:
    """Newest first; one line of JSON per arrival in the file."""

    def __init__(self, path: Path, *, secret: str) -> None:
        self._path = path
        self._webhook = Webhook(secret)
        self._messages: dict[str, Message] = {}
        if path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                try:
                    self._keep(Message(**json.loads(line)))
                except (ValueError, TypeError):
                    # The last line of a file whose writer was killed may be half.
                    continue
            self._rewrite()

    def messages(self) -> list[dict[str, Any]]:
        return [asdict(message) for message in reversed(self._messages.values())]

    def take_webhook(self, body: bytes, headers: dict[str, str], *, now: datetime) -> Message:
        """Raises NotSigned; a signature older than five minutes does not hold either."""
        try:
            push = self._webhook.verify(body, headers)
        except (WebhookVerificationError, ValueError) as error:
            raise NotSigned(str(error)) from None
        if not isinstance(push, dict):
            raise NotSigned("not an object")
        return self._arrived(
            Message(
                message_id=f"webhook:{headers['webhook-id']}",
                kind="webhook",
                notification_id=headers["webhook-id"],
                alert_id=_line(push.get("alert_id")),
                recipient=_line(push.get("recipient_role")),
                title=_line(push.get("title")),
                text=_line(push.get("text")),
                link=_line(push.get("link")),
                received_at=now.isoformat(timespec="milliseconds"),
                verified=True,
            )
        )

    def take_mail(self, content: bytes, recipient: str, *, now: datetime) -> Message:
        mail = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        part = mail.get_body(("plain",))
        text = part.get_content() if part is not None else ""
        notification_id = _line(mail["X-Pasopati-Notification-Id"])
        link = re.search(r"https?://\S+", text)
        return self._arrived(
            Message(
                message_id=f"email:{notification_id or _line(mail['Message-ID'])}:{recipient}",
                kind="email",
                notification_id=notification_id,
                alert_id=_line(mail["X-Pasopati-Alert-Id"]),
                recipient=recipient,
                title=_line(mail["Subject"]),
                text=text[:_TEXT_LENGTH],
                link=link.group() if link else "",
                received_at=now.isoformat(timespec="milliseconds"),
                verified=None,
            )
        )

    def _arrived(self, message: Message) -> Message:
        kept = self._keep(message)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(message), ensure_ascii=False) + "\n")
        return kept

    def _keep(self, message: Message) -> Message:
        known = self._messages.get(message.message_id)
        if known is not None:
            message = replace(known, deliveries=known.deliveries + message.deliveries)
        self._messages[message.message_id] = message
        while len(self._messages) > KEPT:
            del self._messages[next(iter(self._messages))]
        return message

    def _rewrite(self) -> None:
        """At start the file shrinks to what is kept."""
        fresh = self._path.with_suffix(".new")
        lines = (json.dumps(asdict(message), ensure_ascii=False) + "\n" for message in self._messages.values())
        fresh.write_text("".join(lines), encoding="utf-8")
        fresh.replace(self._path)


def _line(value: object) -> str:
    return " ".join(str(value).split())[:_TEXT_LENGTH] if value is not None else ""
