"""A push → a mail handed to the SMTP server of the settings; its Message-ID comes from the push's id."""

import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final
from urllib.parse import unquote, urlsplit

import aiosmtplib

from libs.runtime.clock import Clock

from ..notifying import headline, mail_text
from ..recipients import EmailTo
from .port import Delivery, NotDelivered

_SUBJECT_LENGTH: Final = 200
_DEFAULT_PORT: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """Where mail is handed in."""

    host: str
    port: int
    username: str | None
    password: str | None
    use_tls: bool
    start_tls: bool


def smtp_server(url: str) -> SmtpServer:
    """'smtp://127.0.0.1:2525', 'smtp+starttls://user:secret@host', 'smtps://…'; ValueError otherwise."""
    split = urlsplit(url)
    if split.scheme not in _DEFAULT_PORT or not split.hostname:
        raise ValueError("the SMTP address is smtp://, smtp+starttls:// or smtps:// with a host")
    return SmtpServer(
        host=split.hostname,
        port=split.port or _DEFAULT_PORT[split.scheme],
        username=unquote(split.username) if split.username else None,
        password=unquote(split.password) if split.password else None,
        use_tls=split.scheme == "smtps",
        start_tls=split.scheme == "smtp+starttls",
    )


class EmailChannel:
    """One connection per mail: few mails, and a server that drops idle connections costs nothing."""

    def __init__(
        self, server: SmtpServer, clock: Clock, *, sender: str, console_url: str, timeout_seconds: float
    ) -> None:
        self._server = server
        self._clock = clock
        self._sender = sender
        self._console_url = console_url
        self._timeout_seconds = timeout_seconds
        self._tls = ssl.create_default_context() if server.use_tls or server.start_tls else None

    async def deliver(self, delivery: Delivery) -> str:
        if not isinstance(delivery.to, EmailTo):
            raise NotDelivered("kanal bukan surat-e", final=True)
        mail = self.compose(delivery)
        try:
            _, answer = await aiosmtplib.send(
                mail,
                hostname=self._server.host,
                port=self._server.port,
                username=self._server.username,
                password=self._server.password,
                use_tls=self._server.use_tls,
                start_tls=self._server.start_tls,
                tls_context=self._tls,
                timeout=self._timeout_seconds,
            )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            codes = {answer.code for answer in refused.recipients}
            raise NotDelivered(f"penerima ditolak {_codes(codes)}", final=all(code >= 500 for code in codes)) from None
        except aiosmtplib.SMTPResponseException as refused:
            # 5xx is the server's last word (RFC 5321 4.2.1), except that a login may be mended in the settings.
            login = isinstance(refused, aiosmtplib.SMTPAuthenticationError)
            raise NotDelivered(
                f"server surat menjawab {refused.code}", final=refused.code >= 500 and not login
            ) from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise NotDelivered(f"server surat tidak terjangkau: {type(error).__name__}") from None
        return f"{mail['Message-ID']} {' '.join(answer.split())}"[:200]

    def compose(self, delivery: Delivery) -> EmailMessage:
        """The mail itself: Indonesian text, marked where it is a drill or a sample."""
        push, to = delivery.push, delivery.to
        assert isinstance(to, EmailTo)
        mail = EmailMessage(policy=SMTP)
        mail["From"] = self._sender
        mail["To"] = to.to.get_secret_value()
        mail["Subject"] = headline(push.request, push.opmode)[:_SUBJECT_LENGTH]
        mail["Date"] = format_datetime(self._clock.now())
        mail["Message-ID"] = f"<{push.notification_id}@{self._sender.rpartition('@')[2].rstrip('>')}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Pasopati-Notification-Id"] = push.notification_id
        mail["X-Pasopati-Alert-Id"] = push.request.alert_id
        mail["X-Pasopati-Opmode"] = push.opmode
        if delivery.traceparent:
            mail["Traceparent"] = delivery.traceparent
        mail.set_content(mail_text(push, console_url=self._console_url))
        return mail


def _codes(codes: set[int]) -> str:
    return ", ".join(str(code) for code in sorted(codes))
