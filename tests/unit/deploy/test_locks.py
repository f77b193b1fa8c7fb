"""Locks hold versions and hashes, never the address something was downloaded from."""

from pathlib import Path

import pytest

from deploy import locking
from deploy.local.places import KAFKA_FILES, MONGO_FILES, PROJECT

_NPM_LOCKS = [
    path for part in ("services", "tests", "docs") for path in (PROJECT / part).rglob("package-lock.json")
    if "node_modules" not in path.parts
]  # fmt: skip


def test_the_python_lock_fits_the_project_and_names_no_address() -> None:
    assert locking.problems() == []


def test_every_locked_python_package_has_a_hash() -> None:
    blocks = locking.LOCK.read_text().replace("\\\n", "").splitlines()
    packages = [line for line in blocks if line and not line.startswith("#")]
    assert len(packages) > 60
    assert [line for line in packages if "--hash=sha256:" not in line] == []


@pytest.mark.parametrize("lock", _NPM_LOCKS, ids=lambda path: path.parent.name)
def test_an_npm_lock_names_no_address(lock: Path) -> None:
    assert '"resolved"' not in lock.read_text()
    assert '"integrity"' in lock.read_text()


@pytest.mark.parametrize("listed", [KAFKA_FILES / "kafka.sha256", MONGO_FILES / "mongo.sha256"], ids=lambda p: p.stem)
def test_every_jar_has_a_hash(listed: Path) -> None:
    lines = listed.read_text().splitlines()
    assert len(lines) > 10
    assert all(len(digest) == 64 and name.endswith(".jar") for digest, name in map(str.split, lines))


def test_a_changed_dependency_makes_the_lock_stale(tmp_path: Path) -> None:
    text = (PROJECT / "pyproject.toml").read_text()
    (tmp_path / "pyproject.toml").write_text(text.replace('"motor>=3.7.1"', '"motor>=3.8"'))
    assert locking.digest(tmp_path) != locking.digest()
