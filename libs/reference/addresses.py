"""addresses.yaml → what in an article's address does not tell which article it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

_FILE: Final = Path(__file__).parent / "data" / "addresses.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapper:
    """A page that only passes on to the address in one of its parameters."""

    host: str
    path: str
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRules:
    """Everything in lower case. `shapes`: registered domain → (pattern of host/path, what it becomes)."""

    version: int
    tracking: re.Pattern[str]
    views: Mapping[str, frozenset[str]]
    device_labels: frozenset[str]
    device_segments: frozenset[str]
    device_endings: tuple[str, ...]
    wrappers: Mapping[tuple[str, str], Wrapper]
    amp_viewers: Mapping[str, str]
    amp_caches: tuple[str, ...]
    shapes: Mapping[str, tuple[tuple[re.Pattern[str], str], ...]]


def load_address_rules(path: Path = _FILE) -> AddressRules:
    """Raises ValueError or KeyError for a file that breaks the form."""
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    wrappers = [
        Wrapper(host=one["host"], path=one["path"], parameters=tuple(one["parameters"])) for one in data["wrappers"]
    ]
    return AddressRules(
        version=int(data["version"]),
        tracking=_names([name for group in data["parameters"].values() for name in group]),
        views={name.lower(): frozenset(map(str, values)) for name, values in data["views"].items()},
        device_labels=frozenset(data["device_labels"]),
        device_segments=frozenset(data["device_segments"]),
        device_endings=tuple(data["device_endings"]),
        wrappers={(one.host, one.path): one for one in wrappers},
        amp_viewers={one["host"]: one["prefix"] for one in data["amp_viewers"]},
        amp_caches=tuple(data["amp_caches"]),
        shapes={
            domain: tuple((re.compile(shape["from"]), str(shape["to"])) for shape in shapes)
            for domain, shapes in data["shapes"].items()
        },
    )


def _names(names: list[str]) -> re.Pattern[str]:
    """One pattern of all names, matched whole and in any case of letters."""
    words = [re.escape(name.removesuffix("*")) + (".*" if name.endswith("*") else "") for name in names]
    return re.compile("|".join(sorted(set(words))), re.IGNORECASE | re.DOTALL)


RULES: Final = load_address_rules()
