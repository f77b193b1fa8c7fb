"""The rules file → checked rules: what raises an alert, the level it gives, and its reason in words."""

from pathlib import Path
from string import Formatter
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from libs.schemas.common import Actuality, Level, Polarity, SentimentLabel, Topic22

WORDS = frozenset(
    {
        "severity",
        "severity_words",
        "publications",
        "media",
        "observed",
        "window",
        "mean",
        "threshold",
        "topics",
        "at_least",
    }
)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class When(_Strict):
    """Conditions on a story's labels; all that are given must hold."""

    severity_at_least: int = Field(default=0, ge=0, le=4)
    topics_any: tuple[Topic22, ...] = ()
    topics_none: tuple[Topic22, ...] = ()
    topic_share_at_least: float = Field(default=0.0, ge=0, le=1)
    sentiment_any: tuple[SentimentLabel, ...] = ()
    sentiment_none: tuple[SentimentLabel, ...] = ()
    polarity_any: tuple[Polarity, ...] = ()
    polarity_none: tuple[Polarity, ...] = ()
    actuality_any: tuple[Actuality, ...] = ()
    unit_known: bool = False

    @model_validator(mode="after")
    def _share_names_its_topics(self) -> Self:
        if self.topic_share_at_least and not self.topics_any:
            raise ValueError("topic_share_at_least needs topics_any")
        return self


class _Named(_Strict):
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$")
    name: str = Field(min_length=3, max_length=100)
    level: Level
    when: When
    why: str = Field(min_length=3, max_length=300)

    @model_validator(mode="after")
    def _why_uses_known_words(self) -> Self:
        unknown = {field for _, field, _, _ in Formatter().parse(self.why) if field is not None} - WORDS
        if unknown:
            raise ValueError(f"rule {self.id}: unknown words in why: {', '.join(sorted(unknown))}")
        return self


class LabelRule(_Named):
    """Holds by the labels alone."""

    kind: Literal["label"]

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.when == When():
            raise ValueError(f"rule {self.id}: a label rule without conditions holds for every story")
        return self


class CountRule(_Named):
    """Holds when enough was published within the window."""

    kind: Literal["count"]
    at_least: int = Field(ge=1)
    media_at_least: int = Field(default=0, ge=0)
    window_minutes: int = Field(ge=15, le=1440)


class GrowthRule(_Named):
    """Holds when the last window stands out from the windows before it."""

    kind: Literal["growth"]
    at_least: int = Field(ge=1)
    window_minutes: int = Field(ge=15, le=720)
    baseline_windows: int = Field(ge=3, le=48)
    sigmas: float = Field(gt=0, le=10)


Rule = LabelRule | CountRule | GrowthRule


class RuleSet(_Strict):
    """All rules of one file; `group` is the part of an alert's identity that they share."""

    version: str
    group: str = Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")
    level_by_severity: dict[int, Level]
    rules: tuple[Annotated[Rule, Field(discriminator="kind")], ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        ids = [rule.id for rule in self.rules]
        if len(set(ids)) != len(ids):
            raise ValueError("two rules share an id")
        if set(self.level_by_severity) != set(range(5)):
            raise ValueError("level_by_severity names each severity 0-4 once")
        return self


def load_rules(path: Path) -> RuleSet:
    """Read and check a rules file; raises ValueError (pydantic) naming what is wrong, OSError when it is not there."""
    return RuleSet.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
