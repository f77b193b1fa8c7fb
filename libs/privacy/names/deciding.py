"""What the rules found and how likely the model holds each role → one decision, and whether it is sure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp

from libs.privacy.names.contexts import ROLES
from libs.privacy.names.mentions import Mention
from libs.privacy.names.model import unpacked_roles
from libs.privacy.names.roles import PRIVATE, Told, told_role

READABLE = "readable"
_OFFICE, _PUBLIC = ROLES.index("pejabat"), ROLES.index("tokoh")
_MASKED_AS = {**dict(zip(ROLES, ROLES, strict=True)), "petugas": "warga"}
_PRIVATE = [index for index in range(len(ROLES)) if index not in (_OFFICE, _PUBLIC)]
# Chosen on the sentences kept out of training, see README.md.
_LIKELY, _POSSIBLE = 0.5, 0.3
_OFFICE_LIKELY = 0.85
# A role told some words away outweighs two mentions that say nothing.
_TOLD_AFAR = 1.5


@dataclass(frozen=True, slots=True)
class Decision:
    """`role`: a class to mask, or readable. Not sure: the document decides, by other mentions and by `chance`, how
    likely the words around this one make a private person."""

    role: str
    sure: bool
    chance: float = 1.0


def likelihoods(attributes: Iterable[str], weights: Mapping[str, int]) -> list[float]:
    """Of each of ROLES, together one."""
    get = weights.get
    scores = unpacked_roles(sum([get(name, 0) for name in attributes]), len(ROLES))
    highest = max(scores)
    powers = [exp(score - highest) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def decide(
    mention: Mention,
    left: Told,
    right: Told,
    likely: Callable[[], Sequence[float]],
    *,
    every_name: bool,
    field: float,
) -> Decision:
    """`every_name`: all who hold no office are masked; otherwise those whose private role is told. `field`:
    how much prisons and crimes are spoken of nearby. The model of roles is asked only where the rules leave a doubt."""
    rule = told_role(mention, left, right)
    told = rule.role if rule.role in PRIVATE.values() else ""
    if rule.role == "office":
        return Decision(READABLE, sure=True)
    if not every_name and told == "keluarga" and not field:
        # The wife of a singer: told, but not a family of those whom the gate protects.
        told = ""
    if told and rule.near <= 1 and mention.how == "read":
        return Decision(told, sure=True)
    chances = likely()
    private = 1.0 - chances[_OFFICE] - chances[_PUBLIC]
    role = told if told and private < _LIKELY and told != "warga" else _likeliest(chances)
    if every_name:
        if chances[_OFFICE] > _OFFICE_LIKELY and not told:
            return Decision(READABLE, sure=chances[_OFFICE] > 0.9)
        return Decision(role, sure=bool(told))
    if mention.how == "hidden" and field < 1:
        return Decision(role, sure=False, chance=0.0)
    if mention.how != "read":
        return Decision(role, sure=True)
    if told and private > _POSSIBLE:
        return Decision(role, sure=False, chance=_TOLD_AFAR)
    return Decision(role, sure=False, chance=private * field)


def _likeliest(likely: Sequence[float]) -> str:
    return _MASKED_AS[ROLES[max(_PRIVATE, key=likely.__getitem__)]]
