"""What the rules found and how likely the model holds each role → one decision, and whether it is sure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp

from libs.privacy.names.contexts import ROLES
from libs.privacy.names.mentions import Mention
from libs.privacy.names.roles import PRIVATE, Told, told_role

READABLE = "readable"
_OFFICE, _PUBLIC = ROLES.index("pejabat"), ROLES.index("tokoh")
_MASKED_AS = {**dict(zip(ROLES, ROLES, strict=True)), "petugas": "warga"}
_PRIVATE = [index for index in range(len(ROLES)) if index not in (_OFFICE, _PUBLIC)]
# Chosen on the sentences kept out of training, see README.md.
_LIKELY, _POSSIBLE, _UNLIKELY = 0.45, 0.15, 0.05
_OFFICE_LIKELY = 0.6


@dataclass(frozen=True, slots=True)
class Decision:
    """`role`: a class to mask, or readable. Not sure: what the rest of the document tells counts more."""

    role: str
    sure: bool


def likelihoods(attributes: Iterable[str], weights: Mapping[str, Sequence[float]]) -> list[float]:
    """Of each of ROLES, together one."""
    scores = [0.0] * len(ROLES)
    for name in attributes:
        told = weights.get(name)
        if told is not None:
            scores = [score + weight for score, weight in zip(scores, told, strict=True)]
    highest = max(scores)
    powers = [exp(score - highest) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def decide(mention: Mention, left: Told, right: Told, likely: Sequence[float], *, every_name: bool) -> Decision:
    """`every_name`: all who hold no office are masked; otherwise those whose private role is told."""
    rule = told_role(mention, left, right)
    private = 1.0 - likely[_OFFICE] - likely[_PUBLIC]
    told = rule.role if rule.role in PRIVATE.values() else ""
    role = told if told and (rule.near <= 1 or private < _LIKELY) and told != "warga" else _likeliest(likely)
    if rule.role == "office":
        return Decision(READABLE, sure=True)
    if every_name:
        office = likely[_OFFICE]
        return (
            Decision(READABLE, sure=office > 0.9)
            if office > _OFFICE_LIKELY and not told
            else Decision(role, bool(told))
        )
    if mention.how != "read" or (told and rule.near <= 1):
        return Decision(role, sure=True)
    if private > _LIKELY or (told and private > _POSSIBLE):
        return Decision(role, sure=private > 0.7)
    return Decision(READABLE, sure=private < _UNLIKELY)


def _likeliest(likely: Sequence[float]) -> str:
    return _MASKED_AS[ROLES[max(_PRIVATE, key=likely.__getitem__)]]
