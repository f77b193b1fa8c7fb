"""Programs that are missing: installed where that is possible, else named with the way to get them."""

import stat
from pathlib import Path

import pytest

from deploy.local import toolchain
from deploy.local.toolchain import MissingProgram, Program, ensure


def a_program(place: Path) -> Program:
    return Program(
        name="Contoh 17", is_there=place.exists, packages=("contoh-17-headless",), elsewhere="install Contoh 17"
    )


def an_apt_that(directory: Path, script: str) -> None:
    apt = directory / "apt-get"
    apt.write_text(f"#!/bin/sh\n{script}\n")
    apt.chmod(apt.stat().st_mode | stat.S_IXUSR)


def test_nothing_missing_asks_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "contoh").touch()
    monkeypatch.setenv("PATH", "")
    ensure(a_program(tmp_path / "contoh"))


def test_without_apt_the_message_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toolchain, "can_use_apt", lambda: False)
    with pytest.raises(MissingProgram) as missing:
        ensure(a_program(tmp_path / "contoh"))
    assert "Contoh 17: install Contoh 17" in str(missing.value)
    assert "sudo apt-get install -y contoh-17-headless" in str(missing.value)


def test_with_apt_it_is_installed_and_looked_for_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = tmp_path / "calls"
    an_apt_that(tmp_path, f'echo "$@" >> {calls}; case "$1" in install) : > {tmp_path}/contoh;; esac')
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(toolchain, "can_use_apt", lambda: True)
    ensure(a_program(tmp_path / "contoh"))
    assert calls.read_text().splitlines() == [
        "update -q",
        "install -y -q --no-install-recommends contoh-17-headless",
    ]


def test_an_apt_that_fails_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    an_apt_that(tmp_path, "echo no such mirror >&2; exit 100")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(toolchain, "can_use_apt", lambda: True)
    with pytest.raises(MissingProgram, match="no such mirror"):
        ensure(a_program(tmp_path / "contoh"))


def test_an_install_that_brought_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    an_apt_that(tmp_path, "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(toolchain, "can_use_apt", lambda: True)
    with pytest.raises(MissingProgram, match="still missing: Contoh 17"):
        ensure(a_program(tmp_path / "contoh"))
