"""A rule and items kept with their masked text → which of them the rule matches, and on which words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from services.classifier.matching import Evidence, Matcher
from services.classifier.normalising import read
from services.classifier.rules import Rule, RuleFile, RuleFileError, RuleSet, Vocabulary, check
from services.classifier.units import GazetteerUnits

EXAMPLES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One item as the classifier keeps it. `is_restricted`: its words are for few roles."""

    item_id: str
    at: datetime
    title: str
    text: str
    opmode: str
    relevant: bool
    topic: str
    is_restricted: bool

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> "Kept":
        state = raw["state"]
        item = state["item"]
        return cls(
            item_id=raw["_id"],
            at=item["first_seen_at"],
            title=item["title"],
            text=state.get("text", ""),
            opmode=state["origin"]["opmode"],
            relevant=item["relevance"]["relevant"],
            topic=item["topics"][0]["name"] if item["topics"] else "",
            is_restricted=item["privacy"]["visibility"] == "terbatas",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    item: Kept
    evidence: Evidence


class Tried:
    """Counts over all items looked at; examples are the newest."""

    def __init__(self) -> None:
        self.looked = self.relevant = 0
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.matched: dict[str, int] = {}
        self.matched_relevant: dict[str, int] = {}
        self.items = 0
        self.examples: list[Match] = []

    def add(self, item: Kept, found: list[Evidence]) -> None:
        self.looked += 1
        self.relevant += item.relevant
        self.first = item.at if self.first is None else min(self.first, item.at)
        self.last = item.at if self.last is None else max(self.last, item.at)
        self.items += bool(found)
        for evidence in found:
            self.matched[evidence.rule_id] = self.matched.get(evidence.rule_id, 0) + 1
            if item.relevant:
                self.matched_relevant[evidence.rule_id] = self.matched_relevant.get(evidence.rule_id, 0) + 1
        if found and len(self.examples) < EXAMPLES:
            self.examples.append(Match(item=item, evidence=found[0]))


class Trial:
    """One or more rules, ready to be held against items: the same matching as the service does."""

    def __init__(self, rules: RuleSet, chosen: Mapping[str, tuple[Rule, ...]]) -> None:
        sections = {
            name: file.model_copy(update={"rules": chosen.get(name, ())}) for name, file in rules.sections.items()
        }
        self.rules = {rule.id: (section, rule) for section, some in chosen.items() for rule in some}
        self._sections = [name for name, some in chosen.items() if some]
        self._matcher = Matcher(replace(rules, sections=sections))
        self._units = GazetteerUnits()

    def hold(self, item: Kept) -> list[Evidence]:
        reading = read(item.title, item.text)
        sighting = self._matcher.see(reading, self._units.find(reading, opmode=item.opmode).spans)
        return [evidence for section in self._sections for evidence in self._matcher.weigh(section, sighting)]


def chosen_by_id(rules: RuleSet, rule_id: str) -> dict[str, tuple[Rule, ...]]:
    """A rule of the folder; with a star at the end all whose id begins so (`pel.*`). Empty: there is none."""
    begins = rule_id.removesuffix("*")
    found: dict[str, tuple[Rule, ...]] = {}
    for section, file in rules.sections.items():
        some = tuple(r for r in file.rules if r.id == rule_id or (rule_id.endswith("*") and r.id.startswith(begins)))
        if some:
            found[section] = some
    return found


def chosen_of_file(rules: RuleSet, path: Path, section: str | None) -> dict[str, tuple[Rule, ...]]:
    """Rules not yet in the folder, from a file of the same form (`rules:` alone will do), read with the folder's
    classes. The section is the file's name unless named. Raises RuleFileError naming every fault."""
    name = section or path.stem
    if name not in rules.sections:
        known = ", ".join(rules.sections)
        raise RuleFileError([f"{path.name}: bagian '{name}' tidak dikenal; sebut dengan --section salah satu: {known}"])
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        file = RuleFile.model_validate({"version": "coba"} | (told if isinstance(told, dict) else {"rules": told}))
    except OSError as error:
        raise RuleFileError([f"{path.name}: tidak terbaca ({error.strerror})"]) from error
    except yaml.YAMLError as error:
        raise RuleFileError([f"{path.name}: bukan YAML yang sah ({str(error).splitlines()[0]})"]) from error
    except ValidationError as error:
        faults = [f"{path.name}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise RuleFileError(faults) from error
    vocabulary = Vocabulary(version=rules.version, classes=rules.classes, masks=rules.masks)
    if faults := check(vocabulary, {name: file}):
        raise RuleFileError(faults)
    return {name: file.rules}
