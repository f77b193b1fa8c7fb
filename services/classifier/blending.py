"""What the rules say of a text and what the trained model says → one probability a label, and what is in doubt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any, Final

from services.classifier.findings import Findings, features
from services.classifier.matching import Matcher
from services.classifier.models.linear import Known, LinearModel
from services.classifier.normalising import Reading
from services.classifier.verdicts import Reason

OUT_OF_SCOPE: Final = "luar_lingkup"
# Without a model a label is the rules' own; these say how sure that is.
_RULES_ALONE: Final[Mapping[str, Any]] = {"rules": 1.0, "heat": 1.0, "sure": 0.0}
# A text without one word of the domain may look like its news: it must do so more clearly.
_UNHOOKED: Final = 0.2
# What a rule says is another's (a foreign prison, a police cell) is ours only if the model is nearly certain.
_AGAINST: Final = 0.5
_WORD_LABELS: Final = {
    "relevance": "kata yang lazim pada berita pemasyarakatan",
    "topic": "kata yang lazim pada topik ini",
    "severity": "kata yang lazim pada kejadian serius",
    "sentiment": "kata yang lazim pada nada ini",
}


@dataclass(frozen=True, slots=True)
class Voices:
    """Rules and model on one text. `row`: the model's scores, empty without a model; `known`: what they rest on."""

    found: Findings
    model: LinearModel | None
    row: Sequence[float]
    known: Known | None = None

    def relevance(self) -> float:
        rules = self.found.relevance_logit
        if self.model is None:
            return self.found.relevance.score
        blend = self.model.blend["relevance"]
        own = self.row[self.model.columns["relevance"].start]
        if not self.found.hooked:
            own -= _UNHOOKED
        if self.found.against:
            own -= _AGAINST
        return sigmoid(blend["model"] * own + blend["rules"] * rules + blend["bias"])

    def weigh(self, task: str, prior: Mapping[str, float], *, among: Sequence[str] | None = None) -> dict[str, float]:
        """Label → probability, the most likely first; `prior`: what the rules give each label, 0 where nothing."""
        labels = among or (tuple(prior) if self.model is None else self.model.heads[task])
        blend = _RULES_ALONE if self.model is None else self.model.blend[task]
        own = self.own(task)
        scores = {n: blend["heat"] * (own.get(n, 0.0) + blend["rules"] * prior.get(n, 0.0)) for n in labels}
        top = max(scores.values())
        raised = {name: exp(score - top) for name, score in scores.items()}
        total = sum(raised.values())
        return dict(sorted(((n, r / total) for n, r in raised.items()), key=lambda item: -item[1]))

    def own(self, task: str) -> dict[str, float]:
        """What the model alone gives each label; nothing without a model."""
        if self.model is None:
            return {}
        return dict(zip(self.model.heads[task], self.row[self.model.columns[task]], strict=True))

    def at_least(self, rule_level: int) -> tuple[float, ...]:
        """Probability of severity ≥ 1, ≥ 2, ≥ 3, ≥ 4."""
        if self.model is None:
            return tuple(1.0 if rule_level >= level else 0.0 for level in range(1, 5))
        own = self.row[self.model.columns["severity"]]
        told, below = [], 1.0
        for level, blend in enumerate(self.model.blend["severity"], 1):
            says = 1.0 if rule_level >= level else -1.0
            below = min(below, sigmoid(blend["model"] * own[level - 1] + blend["rules"] * says + blend["bias"]))
            told.append(below)
        return tuple(told)

    def sure(self, task: str) -> float:
        """Below this a label of the task is in doubt: the tenth that is least certain on held-out text."""
        if self.model is None:
            return 0.0
        return float(self.model.blend["sure"].get(task, 0.0))

    def words(self, task: str, label: str) -> tuple[Reason, ...]:
        """Which words of the text speak for a label in the model, with their place."""
        if self.model is None or self.known is None or label not in self.model.heads[task]:
            return ()
        column = self.model.columns[task].start + self.model.heads[task].index(label)
        reading = self.found.reading
        words = self.model.words_for(reading, self.known, column)
        return tuple(_reason(reading, word, task, label) for word in words)


def voices_of(model: LinearModel | None, matcher: Matcher, found: Sequence[Findings]) -> list[Voices]:
    if model is None:
        return [Voices(one, None, ()) for one in found]
    looks = model.look([one.reading for one in found], [features(matcher, one) for one in found])
    return [Voices(one, model, look.scores, look.known) for one, look in zip(found, looks, strict=True)]


def _reason(reading: Reading, word: int, task: str, label: str) -> Reason:
    place = reading.place(word, word)
    name = f"model.{task}" if task in {"relevance", "severity"} else f"model.{task}.{label}"
    return Reason(rule=name, words=f"{_WORD_LABELS[task]}: “{place.text}”", place=place)


def sigmoid(value: float) -> float:
    return 1.0 / (1.0 + exp(-max(-40.0, min(40.0, value))))
