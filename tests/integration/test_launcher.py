"""`make run` as a person uses it: everything starts, the dead come back, and nothing is left behind.

Each run has a folder of its own (PASOPATI_RUN_DIR), so these tests never touch the checkout's .run/.
"""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local.places import PROJECT
from deploy.local.processes import Identity
from deploy.local.servers import mongo_answers
from tests.support.stack import Stack
from tests.support.waiting import eventually

SERVICES = {"ingest", "classifier", "alerts", "publisher", "gateway"}
pytestmark = pytest.mark.slow


@dataclass(slots=True)
class Run:
    """One run of the launcher in one folder."""

    folder: Path
    env: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as output:
            self.process = subprocess.Popen(self._command("run"), cwd=PROJECT, env=self._env(), stdout=output)

    def call(self, action: str, *, expected_code: int = 0) -> str:
        done = subprocess.run(
            self._command(action), cwd=PROJECT, env=self._env(), capture_output=True, text=True, check=False, timeout=90
        )
        assert done.returncode == expected_code, done.stdout + done.stderr
        return done.stdout

    def _command(self, action: str) -> list[str]:
        return [sys.executable, "-m", "deploy.local.launcher", action]

    def _env(self) -> dict[str, str]:
        return {**os.environ, "PASOPATI_RUN_DIR": str(self.folder), **self.env}

    @property
    def output(self) -> str:
        return (self.folder.parent / f"{self.folder.name}.log").read_text()

    @property
    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads((self.folder / "state.json").read_text())
        return state

    @property
    def launcher(self) -> subprocess.Popen[bytes]:
        assert self.process is not None
        return self.process

    def identities(self) -> dict[str, Identity]:
        """Every process this run has recorded and that lives."""
        found = {record.stem: Identity.read(record) for record in self.folder.glob("*/*.pid")}
        return {name: identity for name, identity in found.items() if identity is not None and identity.is_alive()}

    async def up(self, *, within: float = 90) -> "Run":
        def introduced() -> bool:
            assert self.launcher.poll() is None, self.output
            return "Pasopati runs" in self.output

        await eventually(introduced, within=within, what="the launcher introduced the system", retry=())
        return self


@pytest.fixture
def a_run(tmp_path: Path) -> Iterator[Run]:
    # Its own servers even where the test session was pointed at others.
    run = Run(folder=tmp_path / "run", env={"SAMPLE": "0", "KAFKA_BOOTSTRAP_SERVERS": "", "MONGODB_URL": ""})
    yield run
    run.call("stop")


async def test_a_start_tells_tools_and_people_where_everything_is(a_run: Run) -> None:
    a_run.start()
    await a_run.up()
    state = a_run.state
    assert set(state) == {"console_url", "api_url", "kafka_bootstrap", "mongodb_url", "services"}
    assert set(state["services"]) == SERVICES
    assert state["console_url"] in a_run.output
    async with httpx.AsyncClient(timeout=5) as client:
        for name, service in state["services"].items():
            assert Identity.of(service["pid"]) == a_run.identities()[name]
            assert (await client.get(f"{service['url']}/readyz")).status_code == 200
    keys = a_run.folder / "keys.json"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert {"operator", "analis", "admin"} <= set(json.loads(keys.read_text()))
    assert stat.S_IMODE((a_run.folder / "secrets" / "pasopati_secret_key").stat().st_mode) == 0o600

    assert f"already running: {state['console_url']}" in a_run.call("run", expected_code=1)

    old = state["services"]["publisher"]["pid"]
    os.kill(old, signal.SIGKILL)
    await eventually(lambda: a_run.state["services"]["publisher"]["pid"] != old, what="a new life in state.json")
    await eventually(lambda: "publisher is ready again" in a_run.output, within=30)
    assert "publisher ended (signal 9)" in a_run.output

    everything = a_run.identities()
    assert set(everything) == {*SERVICES, "kafka", "mongo"}
    began = time.monotonic()
    a_run.launcher.send_signal(signal.SIGINT)
    assert a_run.launcher.wait(60) == 0
    assert time.monotonic() - began < 25
    assert [name for name, identity in everything.items() if identity.is_alive()] == []
    assert not (a_run.folder / "state.json").exists()


async def test_a_killed_launcher_leaves_nothing_that_stop_does_not_end(a_run: Run) -> None:
    a_run.start()
    await a_run.up()
    everything = a_run.identities()
    assert set(everything) == {*SERVICES, "kafka", "mongo"}
    a_run.launcher.kill()
    a_run.launcher.wait(10)
    assert all(identity.is_alive() for identity in everything.values())
    # A record of a process that ended and whose number somebody else has by now.
    (a_run.folder / "pids" / "recycled.pid").write_text(f"{os.getpid()} () 1")

    assert "nothing of this folder runs" in a_run.call("stop")
    assert [name for name, identity in everything.items() if identity.is_alive()] == []

    # The data is still there, and the second start is quick although it asks for nothing from outside.
    began = time.monotonic()
    a_run.start()
    await eventually(lambda: a_run.output.count("Pasopati runs") == 2, within=60)
    assert time.monotonic() - began < 25
    assert "development keys" not in a_run.output.split("Pasopati runs")[1]
    a_run.call("stop")
    assert "✓ ended alerts" in a_run.output
    a_run.call("reset")
    assert not a_run.folder.exists()


async def test_two_checkouts_side_by_side_do_not_meet(a_run: Run, tmp_path: Path) -> None:
    other = Run(folder=tmp_path / "other", env=a_run.env)
    try:
        a_run.start()
        other.start()
        await a_run.up(within=120)
        await other.up(within=120)
        mine, theirs = a_run.state, other.state
        assert mine["kafka_bootstrap"] != theirs["kafka_bootstrap"]
        assert mine["mongodb_url"] != theirs["mongodb_url"]
        urls = [service["url"] for state in (mine, theirs) for service in state["services"].values()]
        assert len(set(urls)) == 2 * len(SERVICES)
        other.call("stop")
        assert set(a_run.identities()) == {*SERVICES, "kafka", "mongo"}
    finally:
        other.call("stop")


async def test_a_broken_service_is_named_with_the_end_of_its_log(a_run: Run, stack: Stack, namespace: str) -> None:
    # Servers of the environment are used and outlive the run.
    a_run.env |= {**stack.env(), "PASOPATI_NAMESPACE": namespace}
    a_run.env["PASOPATI_PER_HOST_SECONDS"] = "-1"
    a_run.start()
    assert a_run.launcher.wait(180) == 1
    assert "not ready after" in a_run.output
    assert "PASOPATI_PER_HOST_SECONDS" in a_run.output
    assert "MongoDB of MONGODB_URL" in a_run.output
    assert a_run.identities() == {}
    assert mongo_answers(stack.mongodb_url)
