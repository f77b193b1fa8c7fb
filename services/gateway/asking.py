"""Conditions of a question to the read models: only what was asked for."""

from collections.abc import Sequence
from typing import Any


def present(**conditions: Any) -> dict[str, Any]:
    """A query of what was asked for."""
    return {name: value for name, value in conditions.items() if value is not None}


def at_least(value: int | None) -> dict[str, int] | None:
    """A condition, or none."""
    return None if value is None else {"$gte": value}


def one_of(values: Sequence[str] | None) -> dict[str, list[str]] | None:
    """A condition, or none."""
    return None if values is None else {"$in": list(values)}
