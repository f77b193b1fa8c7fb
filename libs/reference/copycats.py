"""A domain → the known outlet whose name it imitates, and how; a hint for a person, never a verdict."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from libs.reference.domains import registrable, suffix_of

How = Literal["huruf_mirip", "ejaan_dekat", "kata_tambahan", "akhiran_lain"]

_DATA: Final = Path(__file__).parent / "data"
# Shorter names differ by one letter from honest ones all the time (bola, bila); longer ones may take two.
_ONE_EDIT_FROM, _TWO_EDITS_FROM = 5, 9
# Below this another ending or a word around it says nothing: bbc, goal, viva.
_TELLING_FROM: Final = 5
_LOOKS: Final = str.maketrans({"0": "o", "1": "l", "i": "l", "3": "e", "5": "s", "|": "l"})
_PAIRS: Final = (("rn", "m"), ("vv", "w"))


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownName:
    """An outlet as copycats would take it: `label` is the domain without its public suffix."""

    outlet_id: str
    domain: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imitation:
    """Which outlet is imitated, and how: letters that look alike, spelling, added words, another ending."""

    of_outlet_id: str
    of_domain: str
    how: How


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    added: frozenset[str]
    everyday: frozenset[str]
    added_to_everyday: frozenset[str]


class Copycats:
    """The names that are worth imitating. `known`: (outlet_id, domain) of outlets that somebody vouches for."""

    def __init__(self, known: Iterable[tuple[str, str]]) -> None:
        names = [
            KnownName(outlet_id=outlet_id, domain=domain, label=label_of(domain))
            for outlet_id, domain in known
            if registrable(domain) == domain
        ]
        self._names = sorted(names, key=lambda name: (-len(name.label), name.domain))
        self._domains = {name.domain for name in names}
        self._skeletons: Mapping[str, KnownName] = {skeleton(name.label): name for name in reversed(self._names)}

    def imitated_by(self, host: str, *, itself: str = "") -> Imitation | None:
        """None for a known domain (and its subdomains), and for a name like no other. `itself`: left out of the
        comparison. The surest sign is told: letters that look alike, then another ending, spelling, added words."""
        host = readable(host)
        domain = registrable(host) or host
        if domain in self._domains and domain != itself:
            return None
        label = label_of(domain)
        signs: tuple[tuple[How, KnownName | None], ...] = (
            ("huruf_mirip", self._by_looks(label)),
            ("akhiran_lain", self._by_ending(label, domain)),
            ("ejaan_dekat", self._by_spelling(label, domain, itself)),
            ("kata_tambahan", self._by_words(label, host, domain, itself)),
        )
        for how, found in signs:
            if found is not None and found.domain != itself:
                return Imitation(of_outlet_id=found.outlet_id, of_domain=found.domain, how=how)
        return None

    def _by_looks(self, label: str) -> KnownName | None:
        found = self._skeletons.get(skeleton(label))
        return found if found and found.label != label and len(label) >= 3 else None

    def _by_ending(self, label: str, domain: str) -> KnownName | None:
        for name in self._names:
            if name.label == label and name.domain != domain and len(label) >= _TELLING_FROM:
                return name
        return None

    def _by_spelling(self, label: str, domain: str, itself: str) -> KnownName | None:
        """At most one edit (two from nine letters on); a neighbouring pair swapped is one. An everyday word has honest
        neighbours (juara, suara): there the ending must be the same, too."""
        for name in self._names:
            if name.label in _words().everyday and suffix_of(name.domain) != suffix_of(domain):
                continue
            allowed = 2 if len(name.label) >= _TWO_EDITS_FROM else 1 if len(name.label) >= _ONE_EDIT_FROM else 0
            if name.domain != itself and abs(len(label) - len(name.label)) <= allowed and allowed:
                distance = edits(label, name.label, allowed)
                if 0 < distance <= allowed and not _is_plain_number_apart(label, name.label):
                    return name
        return None

    def _by_words(self, label: str, host: str, domain: str, itself: str) -> KnownName | None:
        """detik-news.com, wwwdetik.com, newsdetik24.com; also detik.com.contoh.net and detik.com-berita.net."""
        outside = host.removesuffix(domain).strip(".")
        plain = label.replace("-", "")
        for name in self._names:
            if name.domain == itself or len(name.label) < _TELLING_FROM:
                continue
            if f".{outside}.".find(f".{name.domain}.") >= 0 or f".{host}".find(f".{name.domain}-") >= 0:
                return name
            if plain == name.label != label or _is_dressed(label, name.label):
                return name
        return None


def readable(host: str) -> str:
    """Lower case, punycode read; what cannot be read stays as it is."""
    labels = host.lower().strip(".").split(".")
    return ".".join(_decoded(label) for label in labels)


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return unicodedata.normalize("NFKC", label)
    try:
        return unicodedata.normalize("NFKC", label.removeprefix("xn--").encode("ascii").decode("punycode"))
    except (UnicodeError, ValueError):
        return label


def label_of(domain: str) -> str:
    """detik of detik.com, republika of republika.co.id."""
    suffix = suffix_of(domain)
    name = domain.removesuffix(suffix).strip(".") if suffix != domain else domain
    return name.rpartition(".")[2] if name else domain


@lru_cache(maxsize=10_000)
def skeleton(label: str) -> str:
    """What a hurried reader sees: look-alike letters of any script, digits and pairs as the letters they imitate."""
    plain = "".join(_confusables().get(char, char) for char in unicodedata.normalize("NFKC", label.lower()))
    bare = "".join(char for char in unicodedata.normalize("NFD", plain) if not unicodedata.combining(char))
    looks = bare.translate(_LOOKS)
    for pair, letter in _PAIRS:
        looks = looks.replace(pair, letter)
    return looks


def edits(one: str, other: str, at_most: int) -> int:
    """Damerau-Levenshtein distance (optimal string alignment); anything above `at_most` is only known to be above."""
    if abs(len(one) - len(other)) > at_most:
        return at_most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        older, before, row = before, row, [i] + [0] * len(other)
        for j, right in enumerate(other, start=1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                row[j] = min(row[j], older[j - 2] + 1)
        if min(row) > at_most:
            return at_most + 1
    return row[-1]


def _is_plain_number_apart(one: str, other: str) -> bool:
    """liputan5 is another house's name than liputan6, as channels are numbered."""
    numbers = [re.findall(r"\d+", text) for text in (one, other)]
    same_length = [len(number) for number in numbers[0]] == [len(number) for number in numbers[1]] != []
    return same_length and re.sub(r"\d", "", one) == re.sub(r"\d", "", other)


def _is_dressed(label: str, name: str) -> bool:
    words = _words()
    allowed = words.added_to_everyday if name in words.everyday else words.added
    for part in _around(label, name):
        rest = [word for word in re.split(r"-|(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])", part) if word]
        # A hyphen beside the whole name sets it apart as a name, whatever the word; for everyday names it does not.
        hyphened = name not in words.everyday and (part.startswith("-") or part.endswith("-"))
        if not rest or not (hyphened or all(_is_made_of(word, allowed) for word in rest)):
            return False
    return name in label and label != name


def _around(label: str, name: str) -> list[str]:
    """What stands before and behind the name, where something does."""
    before, found, behind = label.partition(name)
    return [part for part in (before, behind) if part] if found else []


def _is_made_of(word: str, words: frozenset[str]) -> bool:
    """newsonline is news and online: at most three words of the list without a gap."""
    ends = {0}
    for _ in range(3):
        ends = {end + len(one) for end in ends for one in words if word.startswith(one, end)} | ends
    return len(word) in ends


@lru_cache(maxsize=1)
def _confusables() -> Mapping[str, str]:
    table: dict[str, str] = {}
    for line in (_DATA / "confusables.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            letter, _, codes = line.partition("\t")
            table.update((chr(int(code, 16)), letter) for code in codes.split())
    return table


@lru_cache(maxsize=1)
def _words() -> _Words:
    data: dict[str, Any] = yaml.safe_load((_DATA / "copycats.yaml").read_text(encoding="utf-8"))
    return _Words(
        added=frozenset(map(str, data["added_words"])),
        everyday=frozenset(data["everyday_names"]),
        added_to_everyday=frozenset(map(str, data["added_to_everyday"])),
    )
