"""The dead come back, later each time, and a person is told once."""

from pathlib import Path

import pytest

from deploy.local.processes import Process
from deploy.local.supervising import Supervisor, Watched, describe_exit, pause_before_restart
from tests.support.waiting import eventually


def watched(directory: Path, script: str) -> Watched:
    process = Process(
        name="alerts", command=("/bin/sh", "-c", script), record=directory / "alerts.pid", log=directory / "alerts.log"
    )
    return Watched(name="alerts", process=process, start=process.start)


def test_the_pause_doubles_up_to_half_a_minute() -> None:
    assert [pause_before_restart(deaths) for deaths in (1, 2, 3, 4)] == [0.5, 1.0, 2.0, 4.0]
    assert pause_before_restart(50) == 30.0


@pytest.mark.parametrize(("code", "words"), [(None, "running"), (3, "exit code 3"), (-9, "signal 9")])
def test_an_end_in_words(code: int | None, words: str) -> None:
    assert describe_exit(code) == words


async def test_a_dead_process_is_started_again_and_both_are_said(tmp_path: Path) -> None:
    said: list[str] = []
    lives: list[int] = []
    supervisor = Supervisor(say=said.append, on_change=lambda: lives.append(1))
    one = watched(tmp_path, "if [ -e again ]; then sleep 600; else touch again; exit 3; fi")
    one.process.cwd = tmp_path
    supervisor.add(one)

    def looked_until_restarted() -> bool:
        supervisor.look()
        return bool(lives) and one.process.is_running()

    await eventually(looked_until_restarted)
    assert said == ["! alerts ended (exit code 3); again in 0.5 s"]
    one.process.kill()


async def test_one_that_dies_again_shows_the_end_of_its_log(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor(say=said.append, on_change=lambda: None)
    supervisor.add(watched(tmp_path, "echo the reason; exit 4"))

    def looked_until_second_death() -> bool:
        supervisor.look()
        return len(said) >= 3

    await eventually(looked_until_second_death)
    assert said[1] == "! alerts ended (exit code 4); again in 1 s"
    assert "the reason" in said[2]
