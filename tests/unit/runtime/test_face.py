"""The HTTP face of a service: alive while the loop turns, ready with reasons, the service's own pages behind."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from libs.runtime.face import Face
from libs.runtime.kafka import STALLED_SECONDS, Progress

problems: list[str] = []


@pytest.fixture
def face() -> Iterator[Face]:
    problems.clear()
    yield Face(lambda: list(problems))


async def ask(face: Face, path: str) -> httpx.Response:
    app: Any = face
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://uji") as client:
        return await client.get(path)


async def test_ready_without_problems_and_alive_in_any_case(face: Face) -> None:
    assert (await ask(face, "/readyz")).json() == {"ready": True, "problems": []}
    problems.append("waiting for the store")
    answer = await ask(face, "/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "problems": ["waiting for the store"]})
    assert (await ask(face, "/livez")).status_code == 200


async def test_metrics_are_told_in_the_form_that_prometheus_reads(face: Face) -> None:
    answer = await ask(face, "/metrics")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain")
    assert "pasopati_consumed_total" in answer.text and "pasopati_lag_records" in answer.text


async def test_pages_come_with_the_service_and_never_hide_its_health(face: Face) -> None:
    problems.append("starting")
    assert (await ask(face, "/umpan")).status_code == 503
    problems.clear()
    assert (await ask(face, "/umpan")).status_code == 404

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps(scope["path"]).encode()})

    face.app = app
    assert (await ask(face, "/umpan")).json() == "/umpan"
    assert (await ask(face, "/livez")).json() == {"alive": True}


def test_a_subscription_behind_without_a_commit_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("libs.runtime.kafka.time.monotonic", lambda: now)
    progress = Progress(committed_at=now)
    told = []
    now += STALLED_SECONDS + 1
    told.append(progress.problem)  # quiet is not stuck
    progress.lag = 7
    told.append(progress.problem)
    progress.committed_at = now
    told.append(progress.problem)
    progress.halted = "too many records parked"
    told.append(progress.problem)
    behind = f"7 records behind and no commit for {STALLED_SECONDS + 1} s"
    assert told == [None, behind, None, "too many records parked"]
