"""Which file may speak to the outside: exactly this list, so that a new door is a decision and not an accident."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from deploy.local.places import PROJECT

# What opens connections, and the only files that may import it (their addresses: see architecture.md).
DOORS: dict[str, set[str]] = {
    # Addresses that came from data pass safe_fetch and nothing else.
    "httpx": {"libs/runtime/http.py", "services/gateway/console/inbox.py"},
    "httpx_aiohttp": {"libs/runtime/http.py"},
    "aiohttp": {"libs/runtime/http.py"},
    "requests": set(),
    "urllib.request": set(),
    "http.client": set(),
    "ftplib": set(),
    "smtplib": set(),
    "aiosmtplib": {"services/alerts/channels/email.py"},
    "motor": {"libs/runtime/mongo.py"},
    "opentelemetry.exporter": {"libs/runtime/telemetry.py"},
}


def modules(*parts: str) -> Iterator[Path]:
    for part in parts:
        for path in sorted((PROJECT / part).rglob("*.py")):
            if "node_modules" not in path.parts:
                yield path


def imported(path: Path) -> set[str]:
    """Absolute names a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def users_of(door: str) -> set[str]:
    return {
        path.relative_to(PROJECT).as_posix()
        for path in modules("libs", "services")
        if any(name == door or name.startswith(f"{door}.") for name in imported(path))
    }


def test_connections_are_opened_in_the_listed_files_only() -> None:
    strangers = {door: users_of(door) - allowed for door, allowed in DOORS.items()}
    assert {door: files for door, files in strangers.items() if files} == {}


def test_the_contract_imports_pydantic_and_the_standard_library_only() -> None:
    """So that the folder also builds as a wheel that needs nothing of this project."""
    foreign = {
        f"{path.name}: {name}"
        for path in modules("libs/schemas")
        for name in imported(path)
        if name.split(".")[0] not in sys.stdlib_module_names | {"pydantic", "pydantic_core", "__future__"}
    }
    assert foreign == set()
