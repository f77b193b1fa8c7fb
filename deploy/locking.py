"""requirements.lock: all packages of all extras with hashes and without addresses, known to fit pyproject.toml."""

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from deploy.local.places import PROJECT

LOCK = PROJECT / "requirements.lock"
_MARK = "# made from pyproject.toml with dependencies sha256:"
# A package's download address names somebody's registry or mirror; the hashes are what counts.
ADDRESS = re.compile(r"https?://|--(extra-)?index-url|--find-links|@ file:")


def digest(project: Path = PROJECT) -> str:
    """Of everything in pyproject.toml that decides what is installed."""
    table = tomllib.loads((project / "pyproject.toml").read_text())["project"]
    kept = {key: table[key] for key in ("requires-python", "dependencies", "optional-dependencies")}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def write() -> int:
    """Needs the network. Keeps locked versions that still fit; delete the file to take the newest."""
    uv = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--all-extras", "--generate-hashes"]
    plain = ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--python-version", "3.11"]
    done = subprocess.run([*uv, *plain, "pyproject.toml", "-o", LOCK.name], cwd=PROJECT, check=False)
    if done.returncode != 0:
        return done.returncode
    header = f"# Written by `make lock`; do not edit.\n{_MARK}{digest()}\n"
    LOCK.write_text(header + LOCK.read_text())
    return check()


def problems() -> list[str]:
    if not LOCK.exists():
        return ["requirements.lock is missing"]
    text = LOCK.read_text()
    found = []
    if f"{_MARK}{digest()}\n" not in text:
        found.append("requirements.lock is stale: pyproject.toml asks for other packages; run `make lock`")
    found += [f"requirements.lock names an address: {line}" for line in text.splitlines() if ADDRESS.search(line)]
    return found


def check() -> int:
    found = problems()
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(write() if sys.argv[1:] == ["write"] else check())
