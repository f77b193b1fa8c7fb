"""The alerts process: what it reads, the clocks it serves, the channels it sends over."""

import asyncio
from functools import partial

from libs.runtime.http import Fetcher, local_addresses
from libs.runtime.service import Parts, Runtime, serve
from libs.runtime.telemetry import log
from libs.schemas.topics import ALERTS

from .channels.email import EmailChannel, smtp_server
from .channels.port import Channel
from .channels.unset import UnsetChannel
from .channels.webhook import WebhookChannel
from .clocks import Clocks, load_clocks
from .handlers import Desk, subscriptions
from .metrics import RECIPIENTS
from .readiness import Looks
from .recipients import load_recipients
from .rules import load_rules
from .sending import Sender
from .settings import AlertsSettings
from .store import ALERT_INDEXES, PUSH_INDEXES
from .timing import serve_due_alerts


async def build(runtime: Runtime[AlertsSettings]) -> Parts:
    settings, clock = runtime.settings, runtime.clock
    rules, clocks = load_rules(settings.rules_file), load_clocks(settings.ladder_file)
    recipients = load_recipients(settings.recipients_file)
    RECIPIENTS.set(recipients.count)
    if not recipients.count:
        log.warning("no recipients are listed: alerts are raised, nobody is called")

    alerts, pushes = runtime.entities("alerts"), runtime.entities("notifications")
    for field in ALERT_INDEXES:
        await alerts.index([(field, 1)], sparse=True)
    for field in PUSH_INDEXES:
        await pushes.index([(field, 1)], sparse=True)

    looks = Looks(("clocks", "webhook", "email"))
    fetcher = Fetcher(local=local_addresses(settings.local_addresses))
    webhook = WebhookChannel(
        fetcher, clock, console_url=settings.public_url, timeout_seconds=clocks.delivery["webhook"].timeout_seconds
    )
    made = partial(
        Sender,
        pushes=pushes,
        recipients=recipients,
        clock=clock,
        tracing=runtime.tracing,
        replica=settings.replica,
        looks=looks,
    )
    senders = (
        made("webhook", webhook, clocks=clocks.delivery["webhook"]),
        made("email", _email(runtime, clocks), clocks=clocks.delivery["email"]),
    )

    def wake() -> None:
        for sender in senders:
            sender.wake()

    desk = Desk(
        alerts=alerts,
        pushes=pushes,
        commands=runtime.desk(alerts, ALERTS),
        rules=rules,
        clocks=clocks,
        recipients=recipients,
        clock=clock,
    )
    stopping: asyncio.Event = runtime.stopping
    timers = partial(serve_due_alerts, alerts, clocks=clocks, clock=clock, stopping=stopping, looks=looks)
    return Parts(
        subscriptions=subscriptions(desk, wake),
        tasks=[timers, *(sender.run for sender in senders)],
        on_stop=[fetcher.aclose],
        problems=looks.problems,
    )


def _email(runtime: Runtime[AlertsSettings], clocks: Clocks) -> Channel:
    settings = runtime.settings
    if settings.smtp_url is None:
        return UnsetChannel("server surat belum diatur")
    return EmailChannel(
        smtp_server(settings.smtp_url.get_secret_value()),
        runtime.clock,
        sender=settings.smtp_from,
        console_url=settings.public_url,
        timeout_seconds=clocks.delivery["email"].timeout_seconds,
    )


if __name__ == "__main__":
    serve("alerts", AlertsSettings, build)
