"""What of a thing a role may read, field by field: one table, asked by every route that gives it out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from libs.schemas.common import Role

# Titles are masked like everything else; the text and the way to the outlet's own page tell more.
# Who weighs a child's case: the analyst who judges it and the lead of a crisis (security.md: few roles).
READS_RESTRICTED: Final[frozenset[Role]] = frozenset({"analis", "pimpinan_krisis"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`fields` (dotted) of a kind of thing are for `roles` only, while `when` holds; `instead` stands in their place,
    otherwise they are absent."""

    kind: str
    fields: frozenset[str]
    roles: frozenset[Role]
    when: Callable[[Mapping[str, Any]], bool]
    instead: Mapping[str, Any]


def _is_restricted(data: Mapping[str, Any]) -> bool:
    return bool((data.get("privacy") or {}).get("visibility") == "terbatas")


def _always(_: Mapping[str, Any]) -> bool:
    return True


_CONTENT: Final = frozenset({"text", "excerpt", "link", "link_id", "media", "privacy.classes"})
_NOT_THE_WALL: Final[frozenset[Role]] = frozenset(
    {"operator", "analis", "editor", "penyetuju", "pimpinan_krisis", "juru_bicara", "admin"}
)
RULES: Final = (
    Rule(kind="Item", fields=_CONTENT, roles=READS_RESTRICTED, when=_is_restricted, instead={}),
    Rule(
        kind="ClassifiedItem", fields=_CONTENT - {"text"}, roles=READS_RESTRICTED, when=_is_restricted, instead={},
    ),
    Rule(
        kind="Report", fields=frozenset({"text", "photos", "figures"}),
        roles=READS_RESTRICTED | {"pelapor_upt"}, when=_is_restricted,
        instead={"text": "", "photos": [], "figures": []},
    ),
    # Who lifted a restriction is for those who answer for it.
    Rule(
        kind="Item", fields=frozenset({"privacy.lifted_by"}), roles=READS_RESTRICTED | {"auditor"}, when=_always,
        instead={},
    ),
    Rule(
        kind="ClassifiedItem", fields=frozenset({"privacy.lifted_by"}), roles=READS_RESTRICTED | {"auditor"},
        when=_always, instead={},
    ),
    # The screen on the wall shows how sources fare, not where they are read or why one fails.
    Rule(
        kind="Source", fields=frozenset({"url", "failure", "why"}), roles=_NOT_THE_WALL, when=_always,
        instead={"url": ""},
    ),
)  # fmt: skip


def visible(kind: str, data: dict[str, Any], role: Role) -> dict[str, Any]:
    """`data` (JSON of a `kind` of Part) as this role may read it; a copy where anything is kept back."""
    for rule in RULES:
        if rule.kind == kind and role not in rule.roles and rule.when(data):
            data = _without(data, rule)
    return data


def _without(data: Mapping[str, Any], rule: Rule) -> dict[str, Any]:
    kept = dict(data)
    for path in rule.fields:
        head, _, tail = path.partition(".")
        if not tail:
            kept.pop(head, None)
        elif isinstance(kept.get(head), Mapping):
            kept[head] = {name: value for name, value in kept[head].items() if name != tail}
    return kept | dict(rule.instead)
