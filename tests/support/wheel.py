"""The contract's stand-alone wheel, and an empty environment that a stranger would install it into."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from deploy.local.places import PROJECT

_UV = Path(sys.executable).parent / "uv"


def build_wheel(folder: Path) -> Path:
    """What `make client` builds."""
    folder.mkdir(parents=True, exist_ok=True)
    _run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=PROJECT / "libs/schemas")
    (wheel,) = folder.glob("pasopati_schemas-*.whl")
    return wheel


def an_environment_with(*requirements: str, at: Path) -> Path:
    """The interpreter of a fresh virtual environment that holds these and nothing else.

    Taken from what `make setup` downloaded when that is enough, otherwise fetched; versions are the lock's.
    """
    shutil.rmtree(at, ignore_errors=True)
    _run([str(_UV), "venv", "--quiet", "--python", sys.executable, str(at)])
    python = at / "bin" / "python"
    install = [str(_UV), "pip", "install", "--quiet", "--python", str(python), "-c", str(PROJECT / "requirements.lock")]
    offline = subprocess.run([*install, "--offline", *requirements], capture_output=True, text=True, check=False)
    if offline.returncode != 0:
        _run([*install, *requirements])
    return python


def _run(command: list[str], *, cwd: Path | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
