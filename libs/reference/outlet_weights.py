"""What is known of an outlet → how much it counts when stories and outlets are ranked; the weights are data."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

FILE: Final = Path(__file__).parent / "data" / "outlet_weights.yaml"


class _Step(BaseModel):
    """The first step one of whose words a fact contains is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    contains: tuple[str, ...] = Field(min_length=1)
    weight: float = Field(default=1.0, ge=0, le=10)
    factor: float = Field(default=1.0, ge=0, le=10)


class OutletWeights(BaseModel):
    """Weights are at least 0; 1 is an outlet nobody said anything of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    unknown: float = Field(ge=0, le=10)
    copycat: float = Field(ge=0, le=10)
    reach_tier: tuple[_Step, ...]
    press_council: tuple[_Step, ...]

    @model_validator(mode="after")
    def _small_letters(self) -> Self:
        for step in (*self.reach_tier, *self.press_council):
            if any(word != word.casefold() or not word.strip() for word in step.contains):
                raise ValueError("contains: kata harus huruf kecil dan tidak kosong")
        return self

    def weight(self, *, reach_tier: str | None, press_council: str | None, is_copycat: bool = False) -> float:
        """Of an outlet by its facts; None for a fact that nobody states."""
        if is_copycat:
            return self.copycat
        tier = _step(self.reach_tier, reach_tier)
        standing = _step(self.press_council, press_council)
        return round((tier.weight if tier else self.unknown) * (standing.factor if standing else 1.0), 3)


def _step(steps: Sequence[_Step], fact: str | None) -> _Step | None:
    said = (fact or "").casefold()
    return next((step for step in steps if any(word in said for word in step.contains)), None)


@lru_cache(maxsize=1)
def outlet_weights(path: Path = FILE) -> OutletWeights:
    """Raises pydantic's ValidationError naming what breaks the form."""
    return OutletWeights.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
