"""The publisher: drafts, approvals and releases; the official word leaves here once."""

from __future__ import annotations

from libs.runtime.service import Parts, Runtime, serve
from libs.schemas.topics import DRAFTS
from services.publisher.handlers import Office, subscriptions
from services.publisher.settings import PublisherSettings


async def build(runtime: Runtime[PublisherSettings]) -> Parts:
    drafts = runtime.entities("drafts")
    office = Office(drafts=drafts, desk=runtime.desk(drafts, DRAFTS), clock=runtime.clock)
    return Parts(subscriptions=subscriptions(office))


if __name__ == "__main__":
    serve("publisher", PublisherSettings, build)
