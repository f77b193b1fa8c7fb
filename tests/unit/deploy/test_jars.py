"""Only the jars of our list, each with its hash."""

import hashlib
from pathlib import Path

import pytest

from deploy.local.jars import BadDownload, verify


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """Two jars and a list that fits them."""
    lines = []
    for name in ("a.jar", "b.jar"):
        (tmp_path / name).write_bytes(name.encode())
        lines.append(f"{hashlib.sha256(name.encode()).hexdigest()}  {name}\n")
    path = tmp_path / "list.sha256"
    path.write_text("".join(lines))
    return path


def test_the_listed_jars_are_accepted(tmp_path: Path, listed: Path) -> None:
    verify(tmp_path, listed)


def test_a_changed_jar_is_named(tmp_path: Path, listed: Path) -> None:
    (tmp_path / "b.jar").write_bytes(b"other")
    with pytest.raises(BadDownload, match=r"list\.sha256: b\.jar"):
        verify(tmp_path, listed)


def test_a_missing_jar_is_named(tmp_path: Path, listed: Path) -> None:
    (tmp_path / "a.jar").unlink()
    with pytest.raises(BadDownload, match=r"a\.jar"):
        verify(tmp_path, listed)


def test_a_jar_nobody_listed_is_named(tmp_path: Path, listed: Path) -> None:
    (tmp_path / "c.jar").write_bytes(b"more")
    with pytest.raises(BadDownload, match=r"c\.jar"):
        verify(tmp_path, listed)
