"""The clock of the stories: those that have been quiet for long fall asleep."""

import asyncio
import contextlib

from libs.runtime.errors import TransientError
from libs.runtime.mongo import PyMongoError
from libs.runtime.telemetry import log
from services.classifier.grouping import Grouper

LOOK_EVERY_SECONDS = 60.0


async def keep_sleeping(grouper: Grouper, *, stopping: asyncio.Event) -> None:
    """Until the service stops, once a minute; every replica does it, and the write lets one win."""
    while not stopping.is_set():
        try:
            while await grouper.put_to_sleep():
                pass
        except (PyMongoError, TransientError) as error:
            log.warning("stories fall asleep later", exc_info=error)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), LOOK_EVERY_SECONDS)
