"""`make run`, `make stop`, `make reset`: the whole system on one machine, started and ended as one thing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from deploy.local import prepare
from deploy.local.places import PROJECT, RUN
from deploy.local.ports import take_port
from deploy.local.processes import Identity, Process
from deploy.local.servers import (
    DataInUse,
    KafkaServer,
    MongoServer,
    ServerFailed,
    kafka_answers_now,
    mongo_answers,
)
from deploy.local.state import (
    AlreadyRunning,
    empty,
    end_left_over,
    left_over,
    only_launcher,
    read_state,
    write_state,
)
from deploy.local.supervising import Supervisor, Watched, answers
from deploy.local.wiring import Choices, common_env, sample_env, write_sample_files

SERVICES = ("ingest", "classifier", "alerts", "publisher", "gateway")
# Usual ports; each gives way to a free one when it is taken.
PORTS = {
    "kafka": 19092, "kafka-controller": 19093, "mongo": 27117,
    "gateway": 8080, "ingest": 8081, "classifier": 8082, "alerts": 8083, "publisher": 8084,
    "sample": 8099, "sample-mail": 2525,
}  # fmt: skip
_STOP_SECONDS = 20.0
# A service that dies this often before it was ever ready will not recover by itself.
_HOPELESS_DEATHS = 3


class StartFailed(Exception):
    """Something did not start; the message says what and where to look."""


class Interrupted(Exception):
    """Ctrl-C or `make stop`."""


def say(line: str) -> None:
    print(line, flush=True)


@dataclass(slots=True, kw_only=True)
class Launcher:
    """One run in one folder."""

    run: Path
    choices: Choices
    supervisor: Supervisor = field(init=False)
    kafka_bootstrap: str = ""
    mongodb_url: str = ""
    ports: dict[str, int] = field(default_factory=dict)
    _began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.supervisor = Supervisor(say=say, on_change=self.write_state)

    @property
    def console_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['gateway']}"

    def start(self) -> None:
        """Everything, in order; raises StartFailed."""
        if not (self.choices.kafka_bootstrap and self.choices.mongodb_url):
            prepare.java(say)
        prepare.console(say)
        for name, usual in PORTS.items():
            self.ports[name] = take_port(usual)
        self.start_servers()
        env = self.environment()
        self.prepare_bus_and_keys(env)
        if self.choices.sample:
            self.start_sample()
        for name in SERVICES:
            self.start_service(name, env)
        self.write_state()
        self.wait_until_ready()
        self.introduce()

    def environment(self) -> dict[str, str]:
        env = common_env(
            self.run,
            self.choices,
            kafka_bootstrap=self.kafka_bootstrap,
            mongodb_url=self.mongodb_url,
            public_url=self.console_url,
        )
        if self.choices.sample:
            feeds, mail = self.ports["sample"], self.ports["sample-mail"]
            write_sample_files(self.run, feed_port=feeds)
            env |= sample_env(self.run, feed_port=feeds, mail_port=mail)
        return env

    def start_servers(self) -> None:
        """Kafka and the document store, side by side; or wait for those of the environment."""
        self.kafka_bootstrap, self.mongodb_url = self.choices.kafka_bootstrap, self.choices.mongodb_url
        waits: list[tuple[str, Callable[[], bool], Process | None]] = []
        if self.kafka_bootstrap:
            waits.append((f"Kafka at {self.kafka_bootstrap}", partial(kafka_answers_now, self.kafka_bootstrap), None))
        else:
            kafka = KafkaServer(
                directory=self.run / "kafka", port=self.ports["kafka"], controller_port=self.ports["kafka-controller"]
            )
            self.kafka_bootstrap = kafka.address
            self.supervisor.add(Watched(name="kafka", process=kafka.process, start=kafka.start))
            waits.append((f"Apache Kafka on {kafka.address}", kafka.is_ready, kafka.process))
        if self.mongodb_url:
            waits.append(("MongoDB of MONGODB_URL", partial(mongo_answers, self.mongodb_url), None))
        else:
            mongo = MongoServer(directory=self.run / "mongo", port=self.ports["mongo"])
            self.mongodb_url = mongo.url
            self.supervisor.add(Watched(name="mongo", process=mongo.process, start=mongo.start))
            waits.append((f"MongoLocal on 127.0.0.1:{mongo.port}", mongo.is_ready, mongo.process))
        for name, is_ready, process in waits:
            self.wait_for(name, is_ready, process, timeout_seconds=120)

    def prepare_bus_and_keys(self, env: Mapping[str, str]) -> None:
        self.pasopati("topics", "apply", "--local", env=env)
        say("✓ topics of the catalogue")
        people, keys = self.run / "people.yaml", self.run / "keys.json"
        if not (people.exists() and keys.exists()):
            # One without the other is what an interrupted first start leaves; keys without hashes open nothing.
            people.unlink(missing_ok=True)
            keys.unlink(missing_ok=True)
            self.pasopati("keys", "init", "--people", str(people), "--keys", str(keys), env=env)
            say(f"✓ development keys, one per role: {_short(keys)}")

    def pasopati(self, *arguments: str, env: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", "libs.runtime.cli", *arguments]
        done = subprocess.run(
            command, cwd=PROJECT, env={**os.environ, **env}, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise StartFailed(f"pasopati {' '.join(arguments)} failed:\n{(done.stdout + done.stderr)[-2000:]}")

    def start_sample(self) -> None:
        port = self.ports["sample"]
        command = (
            sys.executable, "-m", "deploy.local.sample.server", "--port", str(port),
            "--smtp-port", str(self.ports["sample-mail"]), "--state-dir", str(self.run / "sample"),
        )  # fmt: skip
        process = self.process("sample", command, {"PASOPATI_SECRETS_DIR": str(self.run / "secrets")})
        watched = Watched(name="sample", process=process, start=process.start)
        self.supervisor.add(watched)
        alive = f"http://127.0.0.1:{port}/livez"
        self.wait_for(f"CONTOH feeds and inbox on 127.0.0.1:{port}", partial(answers, alive), process)

    def start_service(self, name: str, env: Mapping[str, str]) -> None:
        own = {**env, "PASOPATI_HTTP_PORT": str(self.ports[name])}
        process = self.process(name, (sys.executable, "-m", f"services.{name}.main"), own)
        url = f"http://127.0.0.1:{self.ports[name]}"
        self.supervisor.add(Watched(name=name, process=process, start=process.start, url=url))

    def process(self, name: str, command: tuple[str, ...], env: Mapping[str, str]) -> Process:
        return Process(
            name=name,
            command=command,
            record=self.run / "pids" / f"{name}.pid",
            log=self.run / "logs" / f"{name}.log",
            env=env,
            cwd=PROJECT,
        )

    def wait_for(
        self, name: str, is_ready: Callable[[], bool], process: Process | None, *, timeout_seconds: float = 60
    ) -> None:
        """Says something at least every five seconds."""
        began = time.monotonic()
        told = began
        while not is_ready():
            now = time.monotonic()
            if process is not None and not process.is_running():
                raise StartFailed(f"{name} did not start; {process.log} ends with:\n{process.last_lines()}")
            if now - began > timeout_seconds:
                raise StartFailed(f"{name} did not answer within {timeout_seconds:.0f} s")
            if now - told >= 5:
                told = now
                say(f"· waiting for {name} ({now - began:.0f} s)")
            time.sleep(0.1)
        say(f"✓ {name} ({time.monotonic() - began:.1f} s)")

    def wait_until_ready(self, *, timeout_seconds: float = 120) -> None:
        """All services, under supervision: one that dies meanwhile is started again."""
        waiting = {one.name: one for one in self.supervisor.watched if one.url}
        began = told = time.monotonic()
        while waiting:
            self.supervisor.look()
            for one in [one for one in waiting.values() if one.is_ready()]:
                one.was_ready = True
                del waiting[one.name]
                say(f"✓ {one.name:<10} {one.url}  pid {one.process.pid}")
            now = time.monotonic()
            hopeless = any(one.deaths_in_a_row >= _HOPELESS_DEATHS for one in waiting.values())
            if hopeless or now - began > timeout_seconds:
                ends = "\n".join(f"{one.process.log}\n{one.process.last_lines(8)}" for one in waiting.values())
                raise StartFailed(f"not ready after {now - began:.0f} s:\n{ends}")
            if waiting and now - told >= 5:
                told = now
                say(f"· waiting for {', '.join(waiting)} ({now - began:.0f} s)")
            time.sleep(0.1)

    def introduce(self) -> None:
        say("")
        say(f"Pasopati runs ({time.monotonic() - self._began:.0f} s): {self.console_url}")
        say(f"  log in with a key of {_short(self.run / 'keys.json')}; API {self.console_url}/api/v1")
        say(f"  logs in {_short(self.run / 'logs')}; Ctrl-C or `make stop` ends everything")
        if self.choices.sample:
            say("  a CONTOH day is playing; SAMPLE=0 leaves it out")

    def write_state(self) -> None:
        # Also told of the servers' restarts while the services have no ports yet.
        services = {one.name: {"pid": one.process.pid, "url": one.url} for one in self.supervisor.watched if one.url}
        state: dict[str, object] = {
            "console_url": self.console_url,
            "api_url": f"{self.console_url}/api/v1",
            "kafka_bootstrap": self.kafka_bootstrap,
            "mongodb_url": self.mongodb_url,
            "services": services,
        }
        write_state(self.run, state)

    def watch(self) -> None:
        while True:
            self.supervisor.look()
            time.sleep(0.25)


def stop_everything(run: Path) -> None:
    """Services first, all at once; then the sample and the servers they used."""
    names = end_left_over(run, patience_seconds=_STOP_SECONDS)
    (run / "state.json").unlink(missing_ok=True)
    if names:
        say(f"✓ ended {', '.join(names)}")


def _interrupt(number: int, frame: object) -> None:
    # Once is enough: a second Ctrl-C must not leave half of it running.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Interrupted


def start_and_watch(run: Path) -> int:
    with only_launcher(run):
        if left_over(run):
            say("· ending what an interrupted run left behind")
            stop_everything(run)
        signal.signal(signal.SIGINT, _interrupt)
        signal.signal(signal.SIGTERM, _interrupt)
        launcher = Launcher(run=run, choices=Choices.of(os.environ))
        try:
            launcher.start()
            launcher.watch()
        except Interrupted:
            say("\n· stopping")
            return 0
        except (StartFailed, ServerFailed, DataInUse, *prepare.FAILURES) as failure:
            say(f"✗ {failure}")
            return 1
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            stop_everything(run)
    return 0


def stop(run: Path) -> int:
    """End the launcher if it lives, which ends the rest; then whatever it left."""
    launcher = Identity.read(run / "launcher.pid")
    if launcher is not None and launcher.is_alive():
        say(f"· asking the launcher (pid {launcher.pid}) to stop")
        launcher.send(signal.SIGTERM)
        launcher.is_gone_within(3 * _STOP_SECONDS)
        launcher.end(patience_seconds=1)
    stop_everything(run)
    (run / "launcher.pid").unlink(missing_ok=True)
    say("✓ nothing of this folder runs")
    return 0


def main(argv: list[str]) -> int:
    """`python -m deploy.local.launcher run|stop|reset`."""
    action = argv[0] if argv else "run"
    if action == "stop":
        return stop(RUN)
    if action == "reset":
        stop(RUN)
        empty(RUN)
        say(f"✓ {_short(RUN)} is empty")
        return 0
    try:
        return start_and_watch(RUN)
    except AlreadyRunning:
        say(f"already running: {read_state(RUN).get('console_url', 'still starting')} (`make stop` ends it)")
        return 1


def _short(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix() if path.is_relative_to(PROJECT) else str(path)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
