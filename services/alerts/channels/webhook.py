"""A push → a signed POST (Standard Webhooks 1.0): the id stays the same over every attempt, the receiver dedupes."""

from typing import Final

from standardwebhooks.webhooks import Webhook

from libs.runtime.clock import Clock
from libs.runtime.http import Bounds, Fetcher, FetchFailed, FetchRefused

from ..notifying import webhook_body
from ..recipients import WebhookTo
from .port import Delivery, NotDelivered

# What a receiver says is not read further than this: it is thrown away.
_ANSWER_BYTES: Final = 16 * 1024
_GONE: Final = 410


class WebhookChannel:
    """Posts through the guarded fetcher: no redirects, bounded answer, only allowed addresses."""

    def __init__(self, fetcher: Fetcher, clock: Clock, *, console_url: str, timeout_seconds: float) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._console_url = console_url
        self._bounds = Bounds(total_seconds=timeout_seconds, body_bytes=_ANSWER_BYTES, redirects=0)

    async def deliver(self, delivery: Delivery) -> str:
        to, push = delivery.to, delivery.push
        if not isinstance(to, WebhookTo):
            raise NotDelivered("kanal bukan webhook", final=True)
        body = webhook_body(push, console_url=self._console_url)
        now = self._clock.now()
        secrets = [to.secret, *([to.secret_before] if to.secret_before else [])]
        signatures = [Webhook(s.get_secret_value()).sign(push.notification_id, now, body.decode()) for s in secrets]
        headers = {
            "content-type": "application/json",
            "webhook-id": push.notification_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signatures),
        }
        if delivery.traceparent:
            headers["traceparent"] = delivery.traceparent
        try:
            answer = await self._fetcher.safe_fetch(
                to.url.get_secret_value(), method="POST", headers=headers, body=body, bounds=self._bounds
            )
        except FetchRefused as refused:
            raise NotDelivered(f"alamat ditolak: {refused.reason}", final=True) from None
        except FetchFailed as failed:
            if failed.reason in ("too_large", "encoding_refused", "encoding_broken"):
                # The receiver answered, only too much or unreadably; whether it took the push is not known.
                raise NotDelivered(f"jawaban tidak terbaca: {failed.reason}") from None
            raise NotDelivered(f"tidak terjawab: {failed.reason}") from None
        if 200 <= answer.status < 300:
            return push.notification_id
        raise NotDelivered(f"penerima menjawab {answer.status}", final=answer.status == _GONE)
