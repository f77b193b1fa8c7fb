"""What the import contracts of pyproject.toml cannot say: a list of everything that is allowed."""

import ast
import sys
from pathlib import Path

from deploy.local.places import PROJECT


def imported(path: Path) -> set[str]:
    """Top names of absolute imports, wherever they stand in a file."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_the_contract_imports_pydantic_and_the_standard_library_only() -> None:
    """So that the folder also builds as a wheel that needs nothing of this project."""
    allowed = sys.stdlib_module_names | {"pydantic", "pydantic_core"}
    paths = sorted((PROJECT / "libs" / "schemas").rglob("*.py"))
    assert len(paths) > 5
    assert {path.name: foreign for path in paths if (foreign := imported(path) - allowed)} == {}
