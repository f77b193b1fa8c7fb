"""Two JSON Schemas of one event, as committed and as it is now → what would break a reader or an old record."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]

# Bounds that may be loosened but never drawn tighter: records written under the old bound still lie in the topics.
_UPPER_BOUNDS = ("maxLength", "maxItems", "maximum", "exclusiveMaximum")
_LOWER_BOUNDS = ("minLength", "minItems", "minimum", "exclusiveMinimum")


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One rule broken at one place of one event (or topic)."""

    subject: str
    rule: str
    where: str = ""
    detail: str = ""

    def __str__(self) -> str:
        place = f" at {self.where}" if self.where else ""
        return f"{self.subject}: {self.rule}{place}" + (f" ({self.detail})" if self.detail else "")


def breaches(event: str, committed: Schema, current: Schema) -> list[Breach]:
    """What of `current` breaks the contract that `committed` (the snapshot) stands for."""
    comparison = _Comparison(event, committed.get("$defs", {}), current.get("$defs", {}))
    return list(comparison.compare(committed, current, ""))


class _Comparison:
    def __init__(self, event: str, old_definitions: Schema, new_definitions: Schema) -> None:
        self._event = event
        self._old_definitions = old_definitions
        self._new_definitions = new_definitions
        self._open: set[tuple[str, str]] = set()

    def compare(self, old: Schema, new: Schema, where: str) -> Iterator[Breach]:
        pair = (str(old.get("$ref")), str(new.get("$ref")))
        if pair in self._open and "None" not in pair:
            return  # a model that holds itself
        self._open.add(pair)
        olds = _alternatives(old, self._old_definitions)
        news = _alternatives(new, self._new_definitions)
        if olds.keys() != news.keys():
            yield self._breach("type_changed", where, f"{_spoken(olds)} → {_spoken(news)}")
        for kind in olds.keys() & news.keys():
            yield from self._compare_kind(kind, olds[kind], news[kind], where)
        self._open.discard(pair)

    def _compare_kind(self, kind: str, old: Schema, new: Schema, where: str) -> Iterator[Breach]:
        yield from self._compare_values(old, new, where)
        yield from self._compare_bounds(old, new, where)
        if kind.startswith("object"):
            yield from self._compare_properties(old, new, where)
        for part, suffix in (("items", "[]"), ("additionalProperties", "{}")):
            if isinstance(old.get(part), dict) and isinstance(new.get(part), dict):
                yield from self.compare(old[part], new[part], where + suffix)

    def _compare_properties(self, old: Schema, new: Schema, where: str) -> Iterator[Breach]:
        before, after = old.get("properties", {}), new.get("properties", {})
        needed_before, needed_after = set(old.get("required", ())), set(new.get("required", ()))
        for name in before:
            at = f"{where}.{name}".lstrip(".")
            if name not in after:
                yield self._breach("field_removed", at, "removed or renamed")
                continue
            if name in needed_before - needed_after:
                yield self._breach("field_no_longer_promised", at, "was required, readers count on it")
            yield from self.compare(before[name], after[name], at)
        for name in sorted(needed_after - needed_before):
            at = f"{where}.{name}".lstrip(".")
            yield self._breach("new_required_field", at, "records that lie in the topic do not have it")

    def _compare_values(self, old: Schema, new: Schema, where: str) -> Iterator[Breach]:
        before, after = _values(old), _values(new)
        if after is None:
            return
        lost = [value for value in before if value not in after] if before is not None else ["any value"]
        if lost:
            yield self._breach("enum_narrowed", where, "no longer allowed: " + ", ".join(map(str, lost)))

    def _compare_bounds(self, old: Schema, new: Schema, where: str) -> Iterator[Breach]:
        for bound in _UPPER_BOUNDS:
            if bound in new and (bound not in old or new[bound] < old[bound]):
                yield self._breach("bound_tightened", where, f"{bound} {old.get(bound, '–')} → {new[bound]}")
        for bound in _LOWER_BOUNDS:
            if bound in new and (bound not in old or new[bound] > old[bound]):
                yield self._breach("bound_tightened", where, f"{bound} {old.get(bound, '–')} → {new[bound]}")
        if "pattern" in new and new["pattern"] != old.get("pattern"):
            yield self._breach("bound_tightened", where, "pattern")

    def _breach(self, rule: str, where: str, detail: str) -> Breach:
        return Breach(subject=self._event, rule=rule, where=where, detail=detail)


def _alternatives(node: Schema, definitions: Schema) -> dict[str, Schema]:
    """The shapes a value may have, by a word for each ("string", "string date-time", "null", "object", …)."""
    node = _resolved(node, definitions)
    shapes: dict[str, Schema] = {}
    for choice in node.get("anyOf") or node.get("oneOf") or [node]:
        shape = _resolved(choice, definitions)
        kind = " ".join(str(word) for word in (shape.get("type", "any"), shape.get("format")) if word)
        while kind in shapes:
            kind += "'"
        shapes[kind] = shape
    return shapes


def _resolved(node: Schema, definitions: Schema) -> Schema:
    while "$ref" in node:
        node = definitions[str(node["$ref"]).rsplit("/", 1)[-1]]
    return node


def _values(node: Schema) -> list[Any] | None:
    if "const" in node:
        return [node["const"]]
    return node.get("enum")


def _spoken(shapes: dict[str, Schema]) -> str:
    return " or ".join(sorted(shapes))
