"""What is no event changes nothing on the publisher's topics, and the next message goes on."""

from __future__ import annotations

import json
from typing import Any

from libs.schemas import ids
from libs.schemas.alerts import AlertVerified
from libs.schemas.commands import DraftText, SaveDraft
from libs.schemas.topics import ALERTS, DEAD_LETTERS, PUBLISHER_COMMANDS
from tests.integration.publisher_visitor import EDITOR, visiting, word
from tests.support.builders import an_alert, envelope_of
from tests.support.inside import everything_on
from tests.support.running import Running
from tests.support.stack import Stack
from tests.support.waiting import eventually


def bad_records(good: Any) -> list[bytes]:
    """Four that are parked, and one of a newer writer that is ignored."""
    document = json.loads(good.model_dump_json(exclude_none=True))
    return [
        b"\xff\x00 bukan json",
        json.dumps(document | {"specversion": "0.3"}).encode(),
        json.dumps(document | {"data": {}}).encode(),
        b"x" * 300_000,
        json.dumps(document | {"type": "id.go.ditjenpas.pasopati.text.sung.v9"}).encode(),
    ]


async def test_bad_records_are_parked_and_the_next_goes_on(stack: Stack, running: Running, namespace: str) -> None:
    await running.start("publisher")
    async with visiting(stack, namespace) as visitor:
        alert = an_alert()
        verified = envelope_of(AlertVerified, alert, sequence=2)
        release_id = ids.release_id(alert.alert_id)
        for bad in bad_records(verified):
            await visitor.producer.send_and_wait(f"{ALERTS.name}.{namespace}", bad, key=alert.alert_id.encode())
        text = DraftText(by=EDITOR, kind="siaran_pers", title="Judul", body="Isi.")
        command = visitor.command(SaveDraft, None, text)
        commands = f"{PUBLISHER_COMMANDS.name}.{namespace}"
        for bad in bad_records(command):
            await visitor.producer.send_and_wait(commands, bad, key=command.subject.encode())
        # Each good one twice: a repeat has no second effect.
        for event in (verified, verified, command, command):
            await visitor.publish(event)
        await visitor.standing(release_id)
        assert word(await visitor.outcome(command)) == "command.applied"
        answers = [e for e in visitor.events if e["subject"] == command.id]
        assert len({answer["id"] for answer in answers}) == 1
        assert [word(e) for e in visitor.of(release_id)] == ["draft.saved"]
        assert [word(e) for e in visitor.of(command.subject)] == ["draft.saved"]

        async def all_parked() -> bool:
            return len(await everything_on(stack, f"{DEAD_LETTERS['publisher'].name}.{namespace}")) == 8

        await eventually(all_parked, within=20, what="eight records are parked")
