"""Programs the local stack needs and Python cannot bring: Java, Maven, Node, Chromium."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


class MissingProgram(Exception):
    """Says exactly what to install."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What is needed, the Debian packages that bring it, and how to get it elsewhere."""

    name: str
    is_there: Callable[[], bool]
    packages: tuple[str, ...]
    elsewhere: str


def _java_17() -> bool:
    if shutil.which("java") is None or shutil.which("javac") is None:
        return False
    seen = subprocess.run(["javac", "-version"], capture_output=True, text=True, check=False)
    version = re.search(r"(\d+)", seen.stdout + seen.stderr)
    return version is not None and int(version.group(1)) >= 17


def _node_18() -> bool:
    if shutil.which("node") is None or shutil.which("npm") is None:
        return False
    seen = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    version = re.search(r"v(\d+)", seen.stdout)
    return version is not None and int(version.group(1)) >= 18


def chromium_path() -> str | None:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    return None


JAVA = Program(
    name="Java 17 or newer (a JDK)",
    is_there=_java_17,
    packages=("openjdk-17-jdk-headless",),
    elsewhere="install a JDK 17+ so that `java` and `javac` are on the PATH",
)
MAVEN = Program(
    name="Apache Maven 3.8 or newer",
    is_there=lambda: shutil.which("mvn") is not None,
    packages=("maven",),
    elsewhere="install Apache Maven so that `mvn` is on the PATH",
)
NODE = Program(
    name="Node.js 18 or newer with npm",
    is_there=_node_18,
    packages=("nodejs", "npm"),
    elsewhere="install Node.js 18+ so that `node` and `npm` are on the PATH",
)
CHROMIUM = Program(
    name="Chromium",
    is_there=lambda: chromium_path() is not None,
    packages=("chromium",),
    elsewhere="install Chromium so that `chromium` is on the PATH",
)


def can_use_apt() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None and Path("/etc/debian_version").exists()


def ensure(*programs: Program) -> None:
    """Install what is missing where that is possible, else say what to install. Nothing missing: no network."""
    missing = [program for program in programs if not program.is_there()]
    if not missing:
        return
    packages = [package for program in missing for package in program.packages]
    names = ", ".join(program.name for program in missing)
    if not can_use_apt():
        ways = "\n".join(
            f"  {p.name}: {p.elsewhere}\n    Debian/Ubuntu: sudo apt-get install -y {' '.join(p.packages)}"
            for p in missing
        )
        raise MissingProgram(f"Missing: {names}\n{ways}")
    print(f"  installing with apt: {' '.join(packages)}", file=sys.stderr, flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages],
    ):
        done = subprocess.run(
            command, env=quiet, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
        )
        if done.returncode != 0:
            raise MissingProgram(f"`{' '.join(command)}` failed:\n{done.stderr[-800:]}")
    still = [program.name for program in missing if not program.is_there()]
    if still:
        raise MissingProgram(f"apt installed {' '.join(packages)}, but these are still missing: {', '.join(still)}")


def main(argv: list[str]) -> int:
    """`python -m deploy.local.toolchain java maven node chromium`: make sure the named programs are there."""
    known = {"java": JAVA, "maven": MAVEN, "node": NODE, "chromium": CHROMIUM}
    try:
        ensure(*(known[name] for name in argv))
    except MissingProgram as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
