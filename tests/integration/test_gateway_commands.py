"""A press at the gateway, carried out by the owner, told back: once, and to everybody the same."""

import asyncio
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.integration.gateway_world import Watcher, World, gateway_world
from tests.support.running import Running
from tests.support.stack import Stack
from tests.support.waiting import eventually


async def _shown(world: World, alert_id: str) -> None:
    async with world.client("operator") as client:

        async def there() -> bool:
            return (await client.get(f"/api/v1/alerts/{alert_id}")).status_code == 200

        await eventually(there, within=15, what="the alert is shown")


async def test_acknowledging_is_answered_when_the_view_shows_it_and_the_second_is_told_who_was_first(
    stack: Stack, running: Running, namespace: str, tmp_path: Path
) -> None:
    async with gateway_world(stack, running, namespace, tmp_path) as world:
        (alert_id,) = await world.raise_alerts(1)
        await _shown(world, alert_id)
        path, key = f"/api/v1/alerts/{alert_id}/acknowledge", uuid4().hex
        async with world.client("operator") as operator, world.client("analis") as analyst:
            first = await operator.post(path, headers={"Idempotency-Key": key}, json={"note": "Dicek"})
            assert first.status_code == 200, first.text
            assert first.json()["kode"] == "diterapkan"
            assert first.json()["row"]["data"]["status"] == "diakui"
            assert (await analyst.get(f"/api/v1/alerts/{alert_id}")).json()["sequence"] == first.json()["sequence"]

            second = await analyst.post(path, headers={"Idempotency-Key": uuid4().hex})
            assert (second.status_code, second.json()["kode"]) == (409, "sudah_diakui")
            assert second.headers["content-type"] == "application/problem+json"

            again = await operator.post(path, headers={"Idempotency-Key": key}, json={"note": "Dicek"})
            assert (again.status_code, again.json()["sequence"]) == (200, first.json()["sequence"])
            other = await operator.post(path, headers={"Idempotency-Key": key}, json={"note": "Lain"})
            assert (other.status_code, other.json()["kode"]) == (422, "kunci_dipakai_ulang")

            looked_up = await operator.get(f"/api/v1/perintah/{first.json()['command_id']}")
            assert (looked_up.status_code, looked_up.json()["kode"]) == (200, "diterapkan")
            assert (await analyst.get(f"/api/v1/perintah/{first.json()['command_id']}")).status_code == 404

            history = (await operator.get(f"/api/v1/alerts/{alert_id}/history")).json()["rows"]
            assert [row["event"] for row in history] == ["alert.raised", "alert.acknowledged"]
        assert "whole: 2 entries" in await running.command("audit", "verify")


async def test_two_who_press_at_once_get_one_yes_and_one_no(
    stack: Stack, running: Running, namespace: str, tmp_path: Path
) -> None:
    async with gateway_world(stack, running, namespace, tmp_path) as world:
        numbers = range(1, 9)
        ids = await world.raise_alerts(*numbers)
        await _shown(world, ids[-1])
        async with world.client("operator") as operator, world.client("analis") as analyst:
            for alert_id in ids:
                path = f"/api/v1/alerts/{alert_id}/acknowledge"
                answers = await asyncio.gather(
                    *(c.post(path, headers={"Idempotency-Key": uuid4().hex}) for c in (operator, analyst))
                )
                assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_two_replicas_answer_for_each_other(
    stack: Stack, running: Running, namespace: str, tmp_path: Path
) -> None:
    async with gateway_world(stack, running, namespace, tmp_path) as world:
        other = await running.start("gateway", replica="1", env={"PASOPATI_PEOPLE_FILE": str(world.people_file)})
        numbers = range(1, 9)
        ids = await world.raise_alerts(*numbers)
        await _shown(world, ids[-1])
        here, there = Watcher(world.gateway.url, world.keys["analis"]), Watcher(other.url, world.keys["analis"])
        async with (
            world.client("operator") as first,
            httpx.AsyncClient(base_url=other.url, headers=first.headers, timeout=15) as second,
            here.watching(),
            there.watching(),
        ):
            for n, alert_id in enumerate(ids):
                client, elsewhere = (first, second) if n % 2 else (second, first)
                path, headers = f"/api/v1/alerts/{alert_id}/acknowledge", {"Idempotency-Key": uuid4().hex}
                answer = await client.post(path, headers=headers)
                assert (answer.status_code, answer.json()["row"]["data"]["status"]) == (200, "diakui")
                again = await elsewhere.post(path, headers=headers)
                assert (again.status_code, again.json()["command_id"]) == (200, answer.json()["command_id"])
            done = {(alert_id, 2) for alert_id in ids}
            await eventually(
                lambda: all(done <= set(watcher.transitions) for watcher in (here, there)), what="on both feeds"
            )
            # A client of one replica may come back to the other.
            moved = Watcher(other.url, world.keys["analis"], last_id=here.last_id)
            async with moved.watching():
                assert not moved.named("muat-ulang") and not moved.changes
        assert f"whole: {len(ids)} entries" in await running.command("audit", "verify")


async def test_an_owner_that_is_away_means_not_yet_and_the_same_press_later_is_one_command(
    stack: Stack, running: Running, namespace: str, tmp_path: Path
) -> None:
    async with gateway_world(
        stack, running, namespace, tmp_path, owner=False, PASOPATI_COMMAND_PATIENCE_SECONDS="0.5"
    ) as world:
        (alert_id,) = await world.raise_alerts(1)
        await _shown(world, alert_id)
        path, headers = f"/api/v1/alerts/{alert_id}/acknowledge", {"Idempotency-Key": "tekan-1"}
        async with world.client("operator") as operator:
            first = await operator.post(path, headers=headers)
            assert (first.status_code, first.json()["kode"]) == (202, "menunggu")
            waiting = await operator.get(first.headers["location"])
            assert (waiting.status_code, waiting.json()["kode"]) == (202, "menunggu")
            again = await operator.post(path, headers=headers)
            assert again.json()["command_id"] == first.json()["command_id"]
        assert "whole: 1 entries" in await running.command("audit", "verify")


@pytest.mark.parametrize("where", ["gateway.command.after_audit", "gateway.command.after_publish"])
async def test_a_gateway_killed_in_the_middle_of_a_press_carries_it_out_once(
    stack: Stack, running: Running, namespace: str, tmp_path: Path, where: str
) -> None:
    async with gateway_world(stack, running, namespace, tmp_path, PASOPATI_CRASHPOINT=f"{where}:1") as world:
        (alert_id,) = await world.raise_alerts(1)
        await _shown(world, alert_id)
        path, headers = f"/api/v1/alerts/{alert_id}/acknowledge", {"Idempotency-Key": "tekan-1"}
        async with world.client("operator") as operator:
            with pytest.raises(httpx.HTTPError):
                await operator.post(path, headers=headers)
        assert await world.gateway.ended() == -9
        await world.gateway.restart(PASOPATI_CRASHPOINT="")
        async with world.client("operator") as operator:
            again = await operator.post(path, headers=headers)
            assert (again.status_code, again.json()["sequence"]) == (200, 2), again.text
        assert "whole: 1 entries" in await running.command("audit", "verify")
