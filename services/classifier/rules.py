"""Rule files (YAML) → checked rules; says in plain words what is wrong with a file."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

RULES_FOLDER = Path(__file__).parent / "data" / "rules"
FILES = ("vocabulary", "relevance", "topics", "severity", "sentiment", "polarity", "scope", "certainty")
_TEXT_TOPICS = """
    luar_lingkup operasional pelarian penyelundupan tokoh layanan remisi_integrasi narkoba pembinaan seremonial
    kekerasan_wbp kekerasan_petugas kebijakan hp_pungli kerusuhan kematian kebakaran_bencana hoaks_klarifikasi
    overkapasitas integritas residivis lainnya
"""
TOPICS = tuple(_TEXT_TOPICS.split())

# The C loader reads the rules in a tenth of the time; it makes the same plain values.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TERM = re.compile(r"\*?[a-z0-9]+(?: [a-z0-9]+)*\*?")


class RuleFileError(Exception):
    """The rule files cannot be used; `problems` lists every fault found."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("berkas aturan salah:\n- " + "\n- ".join(problems))
        self.problems = problems


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Strict):
    """One weighted statement about a text.

    `all`: every part somewhere; `near`: neighbouring parts at most `within` words apart in one sentence, in this
    order when `ordered`. A part is a term ("kabur", "kabur*", "*elundup*", "melarikan diri"), a class ("@napi") or
    alternatives ("@napi|tahanan"). `unless*`: terms in the same sentence, before the match, or anywhere undo it.
    """

    id: str
    label: str
    weight: float
    why: str
    all: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    within: int = Field(default=6, ge=0, le=60)
    ordered: bool = False
    where: Literal["judul", "awal", "semua"] = "semua"
    unless: tuple[str, ...] = ()
    unless_before: tuple[str, ...] = ()
    unless_anywhere: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        return self.all or self.near


class Vocabulary(_Strict):
    version: str
    classes: dict[str, tuple[str, ...]]
    masks: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class RuleFile(_Strict):
    version: str
    settings: dict[str, float] = Field(default_factory=dict)
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class RuleSet:
    version: str
    sha256: str
    classes: dict[str, tuple[str, ...]]
    masks: dict[str, tuple[str, ...]]
    sections: dict[str, RuleFile]


def load_rules(folder: Path = RULES_FOLDER) -> RuleSet:
    """Read and check all rule files of a folder; raises RuleFileError naming every fault."""
    problems: list[str] = []
    digest = hashlib.sha256()
    parsed: dict[str, BaseModel] = {}
    for name in FILES:
        path = folder / f"{name}.yaml"
        try:
            raw = path.read_bytes()
        except OSError as error:
            problems.append(f"{name}.yaml: tidak terbaca ({error.strerror})")
            continue
        digest.update(name.encode() + b"\0" + raw)
        try:
            shape: type[BaseModel] = Vocabulary if name == "vocabulary" else RuleFile
            parsed[name] = shape.model_validate(yaml.load(raw, Loader=_LOADER))
        except yaml.YAMLError as error:
            problems.append(f"{name}.yaml: bukan YAML yang sah ({str(error).splitlines()[0]})")
        except ValidationError as error:
            problems += [f"{name}.yaml: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
    if problems:
        raise RuleFileError(problems)
    vocabulary = parsed.pop("vocabulary")
    assert isinstance(vocabulary, Vocabulary)
    sections = {name: file for name, file in parsed.items() if isinstance(file, RuleFile)}
    problems = check(vocabulary, sections)
    if problems:
        raise RuleFileError(problems)
    return RuleSet(vocabulary.version, digest.hexdigest(), vocabulary.classes, vocabulary.masks, sections)


def check(vocabulary: Vocabulary, sections: dict[str, RuleFile]) -> list[str]:
    """Everything a schema cannot say: unknown classes, malformed terms, repeated ids, labels outside their set."""
    problems = [f"vocabulary: masks.{name} tidak ada" for name in ("kiasan", "ekor") if name not in vocabulary.masks]
    for name, terms in {**vocabulary.classes, **vocabulary.masks}.items():
        if not terms:
            problems.append(f"vocabulary: kelas {name} kosong")
        problems += [f"vocabulary: kelas {name}: {p}" for t in terms if (p := _fault(t, vocabulary))]
        problems += [f"vocabulary: kelas {name}: '{t}' ganda" for t in sorted(set(terms)) if terms.count(t) > 1]
    seen: set[str] = set()
    for section, file in sections.items():
        for rule in file.rules:
            where = f"{section}: {rule.id}"
            if rule.id in seen:
                problems.append(f"{where}: nomor aturan ganda")
            seen.add(rule.id)
            if bool(rule.all) == bool(rule.near):
                problems.append(f"{where}: harus punya tepat satu dari 'all' dan 'near'")
            if rule.weight == 0:
                problems.append(f"{where}: bobot nol tidak berarti apa-apa")
            problems += [f"{where}: {p}" for p in _label_faults(section, rule)]
            for part in (*rule.parts, *rule.unless, *rule.unless_before, *rule.unless_anywhere):
                problems += [f"{where}: {p}" for t in part.split("|") if (p := _fault(t, vocabulary))]
    return problems


def _fault(term: str, vocabulary: Vocabulary) -> str | None:
    if term.startswith("@"):
        known = term[1:] in vocabulary.classes or term == "@jumlah_besar"
        return None if known else f"kelas {term} tidak dikenal"
    if not _TERM.fullmatch(term):
        return f"'{term}' bukan istilah yang sah (huruf kecil, angka, spasi tunggal, * hanya di ujung)"
    if "*" in term and len(term.strip("*")) < 3:
        return f"'{term}' terlalu pendek untuk memakai *"
    return None


def _label_faults(section: str, rule: Rule) -> list[str]:
    if section == "topics" and rule.label not in TOPICS:
        return [f"topik '{rule.label}' tidak dikenal"]
    if section == "severity" and rule.label not in {"naik", "batas"}:
        return ["label harus 'naik' (tingkat paling sedikit) atau 'batas' (tingkat paling banyak)"]
    if section == "severity" and not 0 <= abs(rule.weight) <= 4.5:
        return ["tingkat harus 0 sampai 4"]
    if section == "polarity" and rule.label not in {"officials_acted", "officials_failed"}:
        return [f"polaritas '{rule.label}' tidak dikenal"]
    if section == "sentiment" and rule.label not in {"positif", "negatif", "netral"}:
        return [f"sentimen '{rule.label}' tidak dikenal"]
    if section == "certainty" and rule.label not in {"dibenarkan", "diduga"}:
        return ["label harus 'dibenarkan' atau 'diduga'"]
    return []
