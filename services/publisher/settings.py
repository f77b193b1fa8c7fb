"""Settings of the publisher; it needs nothing beyond what every service needs."""

from __future__ import annotations

from libs.runtime.settings import ServiceSettings


class PublisherSettings(ServiceSettings):
    pass
