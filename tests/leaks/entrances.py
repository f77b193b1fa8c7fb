"""What an entrance is, and the list of all of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from tests.leaks.world import World

Guard = Literal["gate", "not kept"]
# What became of each thing that was brought: masked, sealed, quarantined, refused, dropped.
Fates = list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """`prepare` fills what is served before the services start; `act` brings the canaries in; `fates` says what became
    of them (raises AssertionError when they never arrived). `guard`: the privacy gate, or that nothing of it is kept in
    the first place; the mutant without that guard must leak here."""

    name: str
    guard: Guard
    prepare: Callable[[World], None] | None = None
    act: Callable[[World], Awaitable[Fates]] | None = None
    fates: Callable[[World], Fates] | None = None


ENTRANCES: dict[str, Entrance] = {}


def entrance(made: Entrance) -> Entrance:
    assert made.name not in ENTRANCES
    ENTRANCES[made.name] = made
    return made
