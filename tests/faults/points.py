"""Every crash point of the code, found in the code: a new one is in the sweep the moment it is written."""

import ast
from collections.abc import Iterator
from pathlib import Path

from deploy.local.places import PROJECT

SERVICES = ("ingest", "classifier", "alerts", "publisher", "gateway")


def points_in(folder: Path) -> list[str]:
    """Names given to crashpoint() below a folder, in the order of their files."""
    names: dict[str, None] = {}
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "crashpoint":
                argument = node.args[0]
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    names[argument.value] = None
    return list(names)


# Not passed by a service under load: imports are commands of their own, a unit falls silent after
# days, data grows old after months, two people join stories hardly ever. All are killed in tests/integration.
ELSEWHERE = frozenset(
    {
        "classifier.merge.after_end",
        "ingest.import.after_rows",
        "ingest.unit.before_silent",
        "retention.recorded",
    }
)
# Passed when somebody corrects a label or publishes a text.
BY_PEOPLE = frozenset({"classifier.correction.before_keeping", "classifier.statement.after_keeping"})
# Passed seldom: a tenth time would take longer than all other deaths.
SELDOM = BY_PEOPLE | {"alerts.timer.before"}


def points_of(service: str) -> list[str]:
    """Where this service can be killed: its own points and those of the runtime that it uses."""
    runtime = points_in(PROJECT / "libs" / "runtime")
    if service == "gateway":
        # Its read models announce nothing: it has no outbox of its own.
        runtime = [name for name in runtime if not name.startswith(("store.", "relay."))]
    else:
        # Only the gateway takes uploads.
        runtime = [name for name in runtime if not name.startswith("blobs.")]
    own = points_in(PROJECT / "services" / service)
    return [name for name in (*runtime, *own) if name not in ELSEWHERE]


def every_point() -> Iterator[tuple[str, str]]:
    for service in SERVICES:
        for name in points_of(service):
            yield service, name
