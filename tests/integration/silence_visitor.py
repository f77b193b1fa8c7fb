"""One look for silent units, in a process of its own that a test may kill: `python -m … <namespace> <moment>`."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import datetime

from libs.runtime.clock import SystemClock
from services.ingest.unit_watch import UnitWatch
from tests.support.inside import inside
from tests.support.stack import Stack


async def look(namespace: str, moment: datetime) -> None:
    stack = Stack(kafka_bootstrap=os.environ["KAFKA_BOOTSTRAP_SERVERS"], mongodb_url=os.environ["MONGODB_URL"])
    async with inside(stack, namespace, service="ingest", replica="tamu") as plumbing:
        units = await plumbing.entities("units")
        watch = UnitWatch(units=units, clock=SystemClock(), stopping=plumbing.stopping, look_seconds=300)
        await watch.look(moment)


if __name__ == "__main__":
    asyncio.run(look(sys.argv[1], datetime.fromisoformat(sys.argv[2])))
