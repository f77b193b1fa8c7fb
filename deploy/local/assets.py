"""npm packages at their locked versions and the console assets built from them; no change, no work."""

import hashlib
import subprocess
from pathlib import Path

from deploy.local.places import PROJECT
from deploy.local.toolchain import NODE, ensure

CONSOLE = PROJECT / "services" / "gateway" / "console"
# What the console's build reads; templates and Python are no part of it.
_SOURCES = ("package.json", "package-lock.json", ".npmrc", "build.mjs", "js", "css", "icons")


class BuildFailed(Exception):
    """npm said no; holds what it said."""


def build_console() -> bool:
    """`npm ci && npm run build` in the console's folder; False when its dist/ was already up to date."""
    if not (CONSOLE / "package.json").exists():
        return False
    stamp = CONSOLE / "node_modules" / f".built-{_digest(CONSOLE, _SOURCES)}"
    if stamp.exists() and (CONSOLE / "dist" / "manifest.json").exists():
        return False
    install(CONSOLE)
    _npm(CONSOLE, "run", "build")
    for old in stamp.parent.glob(".built-*"):
        old.unlink()
    stamp.touch()
    return True


def install(folder: Path) -> bool:
    """`npm ci` where package-lock.json changed since the last time."""
    stamp = folder / "node_modules" / f".installed-{_digest(folder, ('package-lock.json',))}"
    if stamp.exists():
        return False
    ensure(NODE)
    _npm(folder, "ci", "--no-audit", "--no-fund")
    stamp.touch()
    return True


def _digest(folder: Path, names: tuple[str, ...]) -> str:
    summed = hashlib.sha256()
    for name in names:
        place = folder / name
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file():
                summed.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return summed.hexdigest()[:16]


def _npm(folder: Path, *arguments: str) -> None:
    done = subprocess.run(["npm", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BuildFailed(f"npm {' '.join(arguments)} in {folder} failed:\n{(done.stdout + done.stderr)[-1500:]}")
