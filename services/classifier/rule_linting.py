"""A folder of rule files → what is wrong with them or of no use, by file, line and rule, in plain words."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from typing import Final

import yaml

from services.classifier.matching import Matcher, pattern_of
from services.classifier.normalising import read
from services.classifier.rules import FILES, Rule, RuleFileError, RuleSet, load_rules

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MOST_WEIGHT: Final = 10.0
_MOST_TRIES, _MOST_TERMS = 240, 8
_WHY_LETTERS = 5
# What pydantic says, as a person who edits a rule would.
_PLAIN: Final = {
    "Field required": "wajib diisi",
    "Extra inputs are not permitted": "tidak dikenal",
    "Input should be a valid number": "harus berupa angka",
    "Input should be a valid string": "harus berupa teks",
    "Input should be a valid tuple": "harus berupa daftar",
    "Input should be a valid boolean": "harus true atau false",
}
_IN_FILE = re.compile(r"(\w+)\.yaml: (?:(?:rules\.(\d+)\.?|classes\.(\w+)\.?\d*|)(\S*): )?(.*)", re.DOTALL)
_IN_CLASS = re.compile(r"vocabulary: kelas (\w+)(?::)? (.*)")
_IN_RULE = re.compile(r"(\w+): ([\w.]+): (.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`is_fault`: the rule cannot work; otherwise it works, but something in it does nothing."""

    file: str
    line: int
    where: str
    words: str
    is_fault: bool = True

    def __str__(self) -> str:
        grade = "salah" if self.is_fault else "catatan"
        return f"{self.file}:{self.line}: {grade}: {self.where + ': ' if self.where else ''}{self.words}"


@dataclass(frozen=True, slots=True)
class _Lines:
    """Where rules and classes of one file stand; the same id twice has two lines."""

    rules: Mapping[str, tuple[int, ...]]
    ids: tuple[str, ...]
    starts: tuple[int, ...]
    classes: Mapping[str, int]
    broken_at: int | None = None

    def of_rule(self, rule_id: str) -> int:
        return self.rules.get(rule_id, (1,))[-1]


def lint(folder: Path) -> list[Finding]:
    """Every fault and every remark, in the order of files and lines."""
    lines = {name: _lines_of(folder / f"{name}.yaml") for name in FILES}
    try:
        rules = load_rules(folder)
    except RuleFileError as error:
        found: Iterable[Finding] = [_located(problem, lines) for problem in error.problems]
    else:
        found = [*_faults(rules, lines), *_remarks(rules, lines)]
    return sorted(found, key=lambda f: (FILES.index(f.file.removesuffix(".yaml")), f.line, not f.is_fault))


def _lines_of(path: Path) -> _Lines:
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except OSError:
        return _Lines({}, (), (), {})
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return _Lines({}, (), (), {}, broken_at=mark.line + 1 if mark else 1)
    rules: dict[str, tuple[int, ...]] = {}
    ids: list[str] = []
    starts: list[int] = []
    classes: dict[str, int] = {}
    for key, value in _pairs(root):
        if key == "rules" and isinstance(value, yaml.SequenceNode):
            for node in value.value:
                told = next((v.value for k, v in _pairs(node) if k == "id"), "")
                line = node.start_mark.line + 1
                ids.append(told)
                starts.append(line)
                rules[told] = (*rules.get(told, ()), line)
        elif key in ("classes", "masks") and isinstance(value, yaml.MappingNode):
            classes |= {k.value: k.start_mark.line + 1 for k, _ in value.value}
    return _Lines(rules, tuple(ids), tuple(starts), classes)


def _pairs(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key.value, value


def _located(problem: str, lines: Mapping[str, _Lines]) -> Finding:
    """A problem of the loader, with the line and rule it is about."""
    if (told := _IN_CLASS.fullmatch(problem)) is not None:
        line = lines["vocabulary"].classes.get(told[1], 1)
        return Finding(file="vocabulary.yaml", line=line, where=f"kelas {told[1]}", words=told[2])
    if (told := _IN_RULE.fullmatch(problem)) is not None and told[1] in lines:
        known = lines[told[1]].rules.get(told[2], (1,))
        also = f" (juga di baris {known[0]})" if len(known) > 1 and "ganda" in told[3] else ""
        return Finding(file=f"{told[1]}.yaml", line=known[-1], where=told[2], words=told[3] + also)
    return _of_form(problem, lines)


def _of_form(problem: str, lines: Mapping[str, _Lines]) -> Finding:
    told = _IN_FILE.fullmatch(problem)
    if told is None or told[1] not in lines:
        return Finding(file="vocabulary.yaml", line=1, where="", words=problem)
    file, index, name, field, words = told.groups()
    here, line, where = lines[file], 1, name or ""
    if index is not None and int(index) < len(here.starts):
        line, where = here.starts[int(index)], here.ids[int(index)] or f"aturan ke-{int(index) + 1}"
    elif name:
        line = here.classes.get(name, 1)
    elif here.broken_at is not None:
        line = here.broken_at
    plain = next((mine for theirs, mine in _PLAIN.items() if words.startswith(theirs)), words)
    return Finding(file=f"{file}.yaml", line=line, where=where, words=f"{field}: {plain}" if field else plain)


def _faults(rules: RuleSet, lines: Mapping[str, _Lines]) -> Iterator[Finding]:
    matcher = Matcher(rules)
    for section, file in rules.sections.items():
        for rule in file.rules:
            told: list[str] = []
            if section != "severity" and abs(rule.weight) > MOST_WEIGHT:
                told.append(f"bobot {rule.weight:g} di luar kisaran (paling besar {MOST_WEIGHT:g})")
            if len(rule.why.strip()) < _WHY_LETTERS:
                told.append("why: alasan bagi pembaca belum ditulis")
            if not _can_match(matcher, rules, section, rule):
                told.append(f"tidak pernah cocok: {_hindrance(rules, rule)}")
            for words in told:
                yield Finding(file=f"{section}.yaml", line=lines[section].of_rule(rule.id), where=rule.id, words=words)


def _can_match(matcher: Matcher, rules: RuleSet, section: str, rule: Rule) -> bool:
    """Tries texts made of the rule's own terms: every part once, in order, in one sentence and in several."""
    choices = [_spread(_said(rules, part)) for part in rule.parts]
    for terms in islice(product(*choices), _MOST_TRIES):
        for between in (" ", ". "):
            sighting = matcher.see(read(between.join(terms)))
            if any(evidence.rule_id == rule.id for evidence in matcher.weigh(section, sighting)):
                return True
    return False


def _said(rules: RuleSet, part: str) -> list[str]:
    """The terms of a part, as a text would write them."""
    terms: list[str] = []
    for piece in part.split("|"):
        if piece == "@jumlah_besar":
            terms.append("25")
        else:
            terms += rules.classes[piece[1:]] if piece.startswith("@") else (piece,)
    return [term.strip("*") for term in terms]


def _spread(terms: Sequence[str]) -> Sequence[str]:
    step = max(1, len(terms) // _MOST_TERMS)
    return terms[::step]


def _hindrance(rules: RuleSet, rule: Rule) -> str:
    for name in ("unless", "unless_before", "unless_anywhere"):
        hindering = {pattern_of(t) for part in getattr(rule, name) for t in _terms(rules, part)}
        for part in rule.parts:
            if hindering and all(any(h in pattern_of(t) for h in hindering) for t in _terms(rules, part)):
                return f"'{part}' selalu dihalangi oleh {name}"
    return "tak ada teks dari istilahnya sendiri yang memenuhi jarak, urutan, dan pengecualiannya"


def _terms(rules: RuleSet, part: str) -> list[str]:
    return [
        term
        for piece in part.split("|")
        for term in (rules.classes.get(piece[1:], ()) if piece.startswith("@") else (piece,))
    ]


def _remarks(rules: RuleSet, lines: Mapping[str, _Lines]) -> Iterator[Finding]:
    for name, terms in rules.classes.items():
        line = lines["vocabulary"].classes.get(name, 1)
        for words in _shadowed(terms):
            yield Finding(file="vocabulary.yaml", line=line, where=f"kelas {name}", words=words, is_fault=False)
    for section, file in rules.sections.items():
        alike: dict[tuple[object, ...], str] = {}
        for rule in file.rules:
            same = tuple(value for field, value in rule if field not in ("id", "weight", "why"))
            for words in (*_idle(rules, rule), *_twin(alike.setdefault(same, rule.id), rule)):
                line = lines[section].of_rule(rule.id)
                yield Finding(file=f"{section}.yaml", line=line, where=rule.id, words=words, is_fault=False)


def _shadowed(terms: Sequence[str]) -> Iterator[str]:
    """A term whose every occurrence holds another of the same class: it adds nothing but words to the place shown."""
    patterns = [(term, pattern_of(term)) for term in terms]
    for term, pattern in patterns:
        wider = next((other for other, p in patterns if p != pattern and p in pattern and "*" in other), None)
        if wider is not None:
            yield f"istilah '{term}' sudah tercakup oleh '{wider}'"


def _idle(rules: RuleSet, rule: Rule) -> Iterator[str]:
    fields = rule.model_fields_set
    if rule.all and (rule.ordered or "within" in fields):
        yield "within dan ordered hanya berarti bersama near"
    if len(rule.near) == 1:
        yield "near dengan satu bagian: tidak ada jarak yang diukur, pakai all"
    for part in rule.parts:
        pieces = part.split("|")
        for piece in pieces:
            inside = [p for p in pieces if p.startswith("@") and piece in rules.classes.get(p[1:], ())]
            if inside:
                yield f"'{piece}' sudah ada di kelas {inside[0]}"
        yield from _shadowed([piece for piece in pieces if not piece.startswith("@")])


def _twin(first: str, rule: Rule) -> Iterator[str]:
    if first != rule.id:
        yield f"syaratnya sama dengan {first}: keduanya selalu cocok bersama"
