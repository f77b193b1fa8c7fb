"""What leaves over each channel, through a fetcher and a mail server that stand in for the network."""

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default as modern
from typing import Any

import pytest
from pydantic import SecretStr
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from libs.runtime.http import Fetched, FetchFailed, FetchRefused
from services.alerts.channels.email import EmailChannel, smtp_server
from services.alerts.channels.port import Delivery, NotDelivered
from services.alerts.channels.unset import UnsetChannel
from services.alerts.channels.webhook import WebhookChannel
from services.alerts.recipients import EmailTo, WebhookTo
from tests.support.builders import TRACE
from tests.unit.alerts.test_notifying import _pushes

NEW, OLD = ("whsec_" + base64.b64encode(word * 4).decode() for word in (b"rahasia-baru", b"rahasia-lama"))


class Now:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Answering:
    """A fetcher that keeps what it was given and answers as told."""

    answer: int | Exception = 204
    calls: list[dict[str, Any]] = field(default_factory=list)

    async def safe_fetch(self, url: str, **call: Any) -> Fetched:
        self.calls.append({"url": url, **call})
        if isinstance(self.answer, Exception):
            raise self.answer
        return Fetched(status=self.answer, url=url, headers={}, body=b"")


def _webhook(**changes: Any) -> WebhookTo:
    values = {"kind": "webhook", "url": "https://penerima.contoh.example/x", "secret": NEW}
    return WebhookTo.model_validate(values | changes)


def _delivery(to: Any) -> Delivery:
    return Delivery(push=_pushes("sample")[0], to=to, traceparent=TRACE)


def _channel(fetcher: Answering) -> WebhookChannel:
    return WebhookChannel(fetcher, Now(), console_url="http://127.0.0.1:8080", timeout_seconds=5)  # type: ignore[arg-type]


async def test_a_webhook_verifies_with_the_library_of_the_standard() -> None:
    fetcher = Answering()
    delivery = _delivery(_webhook())
    assert await _channel(fetcher).deliver(delivery) == delivery.push.notification_id
    call = fetcher.calls[0]
    assert Webhook(NEW).verify(call["body"], call["headers"])["opmode"] == "sample"
    assert call["headers"]["webhook-id"] == delivery.push.notification_id
    assert (call["method"], call["headers"]["traceparent"], call["bounds"].redirects) == ("POST", TRACE, 0)
    tampered = json.dumps({**json.loads(call["body"]), "severity": 0})
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(tampered, call["headers"])


async def test_while_a_secret_is_replaced_both_sign() -> None:
    fetcher = Answering()
    await _channel(fetcher).deliver(_delivery(_webhook(secret_before=OLD)))
    call = fetcher.calls[0]
    assert Webhook(OLD).verify(call["body"], call["headers"]) == Webhook(NEW).verify(call["body"], call["headers"])


@pytest.mark.parametrize(
    ("answer", "final"),
    [
        (500, False), (404, False), (429, False), (302, False), (410, True),
        (FetchFailed("timeout"), False), (FetchFailed("too_large"), False), (FetchRefused("address_private"), True),
    ],
)  # fmt: skip
async def test_only_a_yes_is_delivered_and_only_gone_or_forbidden_is_final(answer: Any, final: bool) -> None:
    with pytest.raises(NotDelivered) as caught:
        await _channel(Answering(answer)).deliver(_delivery(_webhook()))
    assert caught.value.final is final
    assert "contoh.example" not in caught.value.reason


def test_a_mail_names_the_notification_and_cannot_be_given_further_headers() -> None:
    channel = EmailChannel(
        smtp_server("smtp://127.0.0.1:2525"),
        Now(),
        sender="pasopati@contoh.example",
        console_url="http://127.0.0.1:8080",
        timeout_seconds=5,
    )
    push = _pushes("sample", title="Kebakaran\r\nBcc: semua@contoh.example")[1]
    to = EmailTo(kind="email", to=SecretStr("operator@contoh.example"))
    mail = message_from_bytes(bytes(channel.compose(Delivery(push=push, to=to, traceparent=TRACE))), policy=modern)
    assert mail["Message-ID"] == f"<{push.notification_id}@contoh.example>"
    assert mail["X-Pasopati-Notification-Id"] == push.notification_id and mail["Bcc"] is None
    assert mail["Subject"].startswith("[CONTOH] [SERIUS] Kebakaran Bcc: semua")
    assert mail["X-Pasopati-Opmode"] == "sample" and mail["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("url", "host", "port", "tls"),
    [
        ("smtp://127.0.0.1:2525", "127.0.0.1", 2525, (False, False)),
        ("smtps://pengirim:kata%40sandi@surat.contoh.example", "surat.contoh.example", 465, (True, False)),
        ("smtp+starttls://surat.contoh.example", "surat.contoh.example", 587, (False, True)),
    ],
)
def test_the_mail_servers_address(url: str, host: str, port: int, tls: tuple[bool, bool]) -> None:
    server = smtp_server(url)
    assert (server.host, server.port, (server.use_tls, server.start_tls)) == (host, port, tls)
    assert server.password in (None, "kata@sandi")


@pytest.mark.parametrize("url", ["http://127.0.0.1", "smtp://", "127.0.0.1:25"])
def test_another_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="SMTP address"):
        smtp_server(url)


async def test_mail_without_a_server_waits_instead_of_being_lost() -> None:
    with pytest.raises(NotDelivered, match="belum diatur") as caught:
        await UnsetChannel("server surat belum diatur").deliver(_delivery(_webhook()))
    assert not caught.value.final
