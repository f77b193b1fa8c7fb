"""Every collection of a service has an end of its own or a reason to have none."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

from deploy.local.places import PROJECT
from libs.runtime.retention import Rule

KEEPERS = ("ingest", "classifier", "gateway")


def collections_of(service: str) -> set[str]:
    """Names in `database["…"]` and `entities("…")` of a service's code."""
    names = set()
    for path in sorted((PROJECT / "services" / service).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Subscript) and _names_a_database(node.value):
                names |= _word(node.slice)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "entities":
                names |= _word(node.args[0]) if node.args else set()
    return names


def _names_a_database(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name.strip("_") in ("database", "db")


def _word(node: ast.expr) -> set[str]:
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


@pytest.mark.parametrize("service", KEEPERS)
def test_every_collection_ends_or_says_why_not(service: str) -> None:
    keeping = import_module(f"services.{service}.keeping")
    rules: tuple[Rule, ...] = keeping.RULES
    ruled = {rule.collection for rule in rules}
    known = collections_of(service)
    assert known, "nothing was found: the look itself is broken"
    assert known <= ruled | set(keeping.KEPT), known - ruled - set(keeping.KEPT)
    assert not ruled & set(keeping.KEPT)


def test_the_gateways_views_are_all_told() -> None:
    from services.gateway import keeping
    from services.gateway.projections import VIEWS

    assert set(VIEWS) <= {rule.collection for rule in keeping.RULES} | set(keeping.KEPT)


def test_the_table_in_the_documents_is_the_one_that_runs() -> None:
    table = (Path(PROJECT) / "docs" / "retention.md").read_text("utf-8")
    for service in KEEPERS:
        for rule in import_module(f"services.{service}.keeping").RULES:
            assert f"| {service} | {rule.data_class} | `{rule.collection}` | {rule.days:g} |" in table, rule
