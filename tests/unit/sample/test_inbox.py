"""The inbox takes signed pushes and mails, each notification once, and keeps them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook

from deploy.local.sample import config
from deploy.local.sample.inbox import Inbox, NotSigned

SECRET = "whsec_" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


def now() -> datetime:
    return datetime.now(UTC)


def signed(
    push: dict[str, str], *, notification_id: str = "n-1", at: datetime | None = None
) -> tuple[bytes, dict[str, str]]:
    body = json.dumps(push)
    at = at or now()
    return body.encode(), {
        "webhook-id": notification_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(SECRET).sign(notification_id, at, body),
    }


PUSH = {
    "alert_id": "a-1",
    "title": "Pelarian",
    "text": "[SERIUS] Pelarian · Rutan IIB Contoh Timur",
    "recipient_role": "operator",
    "link": "http://127.0.0.1/peringatan/a-1",
}


def a_mail(notification_id: str = "n-1") -> bytes:
    mail = EmailMessage()
    mail["Subject"] = "[CONTOH] [SERIUS] Pelarian · Rutan IIB Contoh Timur"
    mail["X-Pasopati-Notification-Id"], mail["X-Pasopati-Alert-Id"] = notification_id, "a-1"
    mail.set_content("CONTOH.\n\nBuka dan akui: http://127.0.0.1/peringatan/a-1\n")
    return mail.as_bytes()


def test_a_signed_push_is_kept_as_verified(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "inbox.jsonl", secret=SECRET)
    inbox.take_webhook(*signed(PUSH), now=now())
    [message] = inbox.messages()
    assert message["kind"] == "webhook" and message["verified"] is True
    assert (message["notification_id"], message["alert_id"], message["title"]) == ("n-1", "a-1", "Pelarian")


@pytest.mark.parametrize("spoiled", ["signature", "body", "age", "header", "not an object"])
def test_a_push_that_is_not_signed_is_not_kept(tmp_path: Path, spoiled: str) -> None:
    inbox = Inbox(tmp_path / "inbox.jsonl", secret=SECRET)
    body, headers = signed(PUSH, at=now() - timedelta(minutes=6) if spoiled == "age" else None)
    if spoiled == "signature":
        headers["webhook-signature"] = "v1,AAAA"
    elif spoiled == "body":
        body += b" "
    elif spoiled == "header":
        del headers["webhook-id"]
    elif spoiled == "not an object":
        headers["webhook-signature"] = Webhook(SECRET).sign("n-1", now(), "[]")
        body = b"[]"
    with pytest.raises(NotSigned):
        inbox.take_webhook(body, headers, now=now())
    assert inbox.messages() == []


def test_a_mail_shows_its_text_and_ids(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "inbox.jsonl", secret=SECRET)
    inbox.take_mail(a_mail(), "operator@kotak-contoh.example", now=now())
    [message] = inbox.messages()
    assert message["kind"] == "email" and message["verified"] is None
    assert (message["notification_id"], message["alert_id"]) == ("n-1", "a-1")
    assert message["link"] == "http://127.0.0.1/peringatan/a-1"
    assert "Contoh Timur" in message["title"]


def test_a_mail_that_is_no_mail_of_ours_is_shown_too(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "inbox.jsonl", secret=SECRET)
    inbox.take_mail(b"\xff\xfe not a mail", "operator@kotak-contoh.example", now=now())
    assert len(inbox.messages()) == 1


def test_the_same_notification_again_is_counted_not_shown_twice(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "inbox.jsonl", secret=SECRET)
    for _ in range(3):
        inbox.take_webhook(*signed(PUSH), now=now())
    inbox.take_mail(a_mail(), "operator@kotak-contoh.example", now=now())
    assert [(message["kind"], message["deliveries"]) for message in inbox.messages()] == [("email", 1), ("webhook", 3)]


def test_the_inbox_is_there_after_a_restart_newest_first_even_with_half_a_line(tmp_path: Path) -> None:
    path = tmp_path / "inbox.jsonl"
    inbox = Inbox(path, secret=SECRET)
    for number in range(3):
        inbox.take_webhook(*signed(PUSH, notification_id=f"n-{number}"), now=now())
    inbox.take_webhook(*signed(PUSH, notification_id="n-0"), now=now())
    with path.open("a") as file:
        file.write('{"message_id": "webh')
    again = Inbox(path, secret=SECRET).messages()
    assert [message["notification_id"] for message in again] == ["n-2", "n-1", "n-0"]
    assert again[-1]["deliveries"] == 2


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = config.webhook_secret(tmp_path / "state")
    assert config.webhook_secret(tmp_path / "state") == first
    assert (tmp_path / "state" / config.SECRET_NAME).stat().st_mode & 0o777 == 0o600
    shared = tmp_path / "secrets"
    assert config.webhook_secret(tmp_path / "state", shared) == config.webhook_secret(tmp_path / "elsewhere", shared)
    Webhook(first).sign("n", now(), "{}")
