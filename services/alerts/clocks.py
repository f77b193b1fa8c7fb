"""The ladder file → checked clocks: grouping, the escalation ladder, and how long pushes are tried."""

from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from libs.schemas.common import Role

AlertClass = Literal["biasa", "kritis"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RungName(_Strict):
    """Who stands on a rung."""

    rung: int = Field(ge=1)
    role: Role
    name: str


class LadderStep(_Strict):
    """Rungs called together, so long after the round began."""

    rungs: tuple[int, ...] = Field(min_length=1)
    after_seconds: float = Field(ge=0)


class ClassClocks(_Strict):
    """Grouping and ladder of one class of alerts."""

    wait_seconds: float = Field(ge=0)
    interval_seconds: float = Field(gt=0)
    repeat_seconds: float = Field(gt=0)
    steps: tuple[LadderStep, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _steps_climb(self) -> Self:
        after = [step.after_seconds for step in self.steps]
        if after[0] != 0 or sorted(set(after)) != after:
            raise ValueError("steps start at 0 seconds and each comes after the one before")
        return self


class DeliveryClocks(_Strict):
    """How one channel tries: deadlines of a call, back-off, when to give up, and how much at once."""

    timeout_seconds: float = Field(gt=0)
    first_retry_seconds: float = Field(gt=0)
    longest_retry_seconds: float = Field(gt=0)
    give_up_seconds: float = Field(gt=0)
    lease_seconds: float = Field(gt=0)
    at_once: int = Field(ge=1)
    at_once_each: int = Field(ge=1)

    @model_validator(mode="after")
    def _lease_outlives_the_call(self) -> Self:
        # A lease that ends during the call would have two senders for one push in the ordinary case.
        if self.lease_seconds <= self.timeout_seconds:
            raise ValueError("lease_seconds must exceed timeout_seconds")
        return self


class Clocks(_Strict):
    """Everything of one ladder file."""

    version: str
    rungs: tuple[RungName, ...] = Field(min_length=1)
    classes: dict[AlertClass, ClassClocks]
    again_after_seconds: float = Field(gt=0)
    rounds: int = Field(ge=1)
    acknowledgement_lapses_seconds: float = Field(gt=0)
    growth_share: float = Field(gt=0)
    delivery: dict[str, DeliveryClocks]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        known = {rung.rung for rung in self.rungs}
        if set(self.classes) != {"biasa", "kritis"} or not {"webhook", "email"} <= set(self.delivery):
            raise ValueError("classes biasa and kritis, and delivery webhook and email, are all needed")
        for name, clocks in self.classes.items():
            for step in clocks.steps:
                if not set(step.rungs) <= known:
                    raise ValueError(f"class {name} calls a rung that has no name")
        return self

    def role_of(self, rung: int) -> Role:
        return next(named.role for named in self.rungs if named.rung == rung)

    def name_of(self, rung: int) -> str:
        return next(named.name for named in self.rungs if named.rung == rung)

    @property
    def everyone(self) -> tuple[int, ...]:
        return tuple(sorted(named.rung for named in self.rungs))


def class_of(severity: int) -> AlertClass:
    """Kritis means severity 4 (an urgency Kritis set by a person arrives as severity 4 of the verification)."""
    return "kritis" if severity >= 4 else "biasa"


def load_clocks(path: Path) -> Clocks:
    """Read and check a ladder file; raises ValueError (pydantic) naming what is wrong, OSError when it is not there."""
    return Clocks.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
