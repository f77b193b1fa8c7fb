"""Commands of a batch: most one by one, those that concern only their own entity many at a time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from libs.runtime.commands import AT_ONCE, command_subscription
from libs.runtime.kafka import Batch, Received
from libs.schemas.commands import AddSource, PollNow, SubmitReport
from libs.schemas.topics import INGEST_COMMANDS
from tests.support.builders import envelope_of


def _batch(*commands: Any) -> Batch:
    return Batch([Received(event=c, topic=INGEST_COMMANDS, record=None) for c in commands])


def _report(n: int, subject: str | None = None) -> Any:
    return envelope_of(SubmitReport, subject=subject or f"laporan-{n}", id=f"perintah-{n}")


class Desk:
    """Remembers who began and ended, and how many were at it at once."""

    def __init__(self) -> None:
        self.began: list[str] = []
        self.ended: list[str] = []
        self.most = 0
        self.failing = ""

    async def __call__(self, command: Any) -> None:
        self.began.append(command.id)
        self.most = max(self.most, len(self.began) - len(self.ended))
        for _ in range(3):
            await asyncio.sleep(0)
        self.ended.append(command.id)
        if command.id == self.failing:
            raise RuntimeError(command.id)


async def _carried_out(desk: Desk, batch: Batch) -> None:
    handlers: dict[Any, Any] = dict.fromkeys(INGEST_COMMANDS.events, desk)
    subscription = command_subscription(INGEST_COMMANDS, group="uji", handlers=handlers, side_by_side={SubmitReport})
    await subscription.handler(batch)


async def test_reports_of_a_batch_are_taken_many_at_a_time_but_not_all() -> None:
    desk = Desk()
    await _carried_out(desk, _batch(*(_report(n) for n in range(3 * AT_ONCE))))
    assert desk.most == AT_ONCE
    assert len(desk.ended) == 3 * AT_ONCE


async def test_two_of_one_report_keep_their_order() -> None:
    desk = Desk()
    await _carried_out(desk, _batch(_report(1, "sama"), _report(2), _report(3, "sama")))
    assert desk.began.index("perintah-3") > desk.began.index("perintah-1")
    assert desk.ended.index("perintah-1") < desk.ended.index("perintah-3")


async def test_other_commands_wait_for_all_that_came_before_and_go_one_by_one() -> None:
    desk = Desk()
    others = [envelope_of(AddSource, subject="s", id="tambah"), envelope_of(PollNow, subject="t", id="baca")]
    await _carried_out(desk, _batch(_report(1), _report(2), *others, _report(3)))
    assert desk.began[2:] == ["tambah", "baca", "perintah-3"]
    assert desk.ended[2:] == ["tambah", "baca", "perintah-3"]


async def test_one_that_fails_fails_the_batch_only_when_all_have_ended() -> None:
    desk = Desk()
    desk.failing = "perintah-1"
    with pytest.raises(RuntimeError, match="perintah-1"):
        await _carried_out(desk, _batch(*(_report(n) for n in range(1, 6))))
    assert len(desk.ended) == 5
