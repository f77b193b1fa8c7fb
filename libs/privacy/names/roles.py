"""A mention and the words around it → an office holder, a public figure, or a private person of some role."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from libs.privacy.names.cues import Cue
from libs.privacy.names.mentions import Mention
from libs.privacy.names.reading import ABBREVIATED, BREAK, Words
from libs.privacy.names.wordlists import word_set

# security.md: a role within six tokens of the name.
REACH = 6
_OFFICE_REACH = 14
PRIVATE: Mapping[str, str] = MappingProxyType(
    {
        "wbp": "wbp",
        "tahanan": "tahanan",
        "keluarga": "keluarga",
        "anak": "anak",
        "pupil": "anak",
        "warga": "warga",
        "petugas": "warga",
        "kills": "warga",
        "catches": "tahanan",
        "someone": "warga",
    }
)
_OF_THE_FIELD = frozenset({"unit", "wbp", "tahanan", "caught", "hurt", "catches", "kills"})
_NEARBY = 50
_ADULT = 18
_CRIME_COUNTS = 0.6
# How far in front of a name each of them may stand; the others reach as far as security.md says.
_REACHES = {"kills": 2, "catches": 2, "pupil": 2, "keluarga": 3, "petugas": 1, "someone": 1}
_VERBS = frozenset({"kills", "catches"})
_OFFICES = frozenset({"office", "rank"})
# What happens to somebody tells who it is.
_AFTERWARDS = {"caught": "tahanan", "hurt": "warga"}
# Words that stand with a name and say nothing about whose it is.
_MODIFIES = frozenset({"title", "honorific", "named", "pol"})
# Between an office and its holder: Kepala Lapas Kelas IIA …, Kepala Blok ….
_WITHIN_OFFICE = _MODIFIES | {"unit", "place", "thing", "crime"}
_NO_OFFICE_ACROSS = word_set("no office across")
_WITHIN = word_set("within an office")
# Kasubsi Pelayanan Tahanan Ridho …: the word in front of the name is the field of the office.
_WITH_A_FIELD = word_set("offices with a field")
_LEADS_ON = word_set("leads on")
_JOINS = word_set("joins names")
_FORMER = frozenset({"mantan", "eks", "bekas"})
# Oleh jaksa, Samiun dituntut: behind these and a comma the office is somebody else's.
_ADDRESSED = frozenset({"oleh", "kepada", "bersama", "melalui"})
_QUOTES = frozenset({'"', "“", "”"})
_AGED = frozenset({"tahun", "thn", "th"})


@dataclass(frozen=True, slots=True)
class Told:
    """`role`: office, former (office), public, a private class, or nothing; `near`: words between it and the name."""

    role: str
    near: int = 99


_NOTHING = Told("")
_MASKED_BEFORE = {f"[{role}]": role for role in PRIVATE.values()}


class Neighbours:
    """One text's cues and mentions, by the words they cover."""

    def __init__(self, words: Words, cues: Sequence[Cue], mentions: Sequence[Mention]) -> None:
        self.words = words
        self.cue_ending = {cue.end: cue for cue in cues}
        self.cue_starting = {cue.start: cue for cue in cues}
        self.cue_at = {index: cue for cue in cues for index in range(cue.start, cue.end)}
        self.mention_ending = {mention.end: mention for mention in mentions}
        self.mention_at = {index: mention for mention in mentions for index in range(mention.start, mention.end)}
        self._field = [cue.start for cue in cues if cue.kind in _OF_THE_FIELD]
        self._crime = [cue.start for cue in cues if cue.kind == "crime"]

    def field(self, index: int) -> float:
        """One where prisons, prisoners or suspects are spoken of nearby, less for crimes alone, else nothing."""
        if _has_near(self._field, index):
            return 1.0
        return _CRIME_COUNTS if _has_near(self._crime, index) else 0.0


def _has_near(places: Sequence[int], index: int) -> bool:
    return bisect_left(places, index + _NEARBY) > bisect_left(places, index - _NEARBY)


def told_sides(mention: Mention, around: Neighbours, known: Mapping[Mention, Told]) -> tuple[Told, Told]:
    """What the words in front and behind say; `known` holds the mentions before it, for lists of names."""
    left = _before(mention, around, known)
    # Of somebody known nobody says what the name is.
    if not left.role and mention.start and around.words.low[mention.start - 1] == "bernama":
        left = Told("warga", 1)
    return left, _behind(mention, around)


def told_role(mention: Mention, left: Told, right: Told) -> Told:
    """Both sides in one: the nearer word decides, the one in front where both are as near."""
    if mention.how != "read" and left.role != "office":
        private = next((one for one in (left, right) if one.role in PRIVATE.values()), None)
        return private or Told("warga", 0)
    if left.role == "former" and right.role in PRIVATE.values():
        return right
    return left if left.role and left.near <= right.near else right


def _before(mention: Mention, around: Neighbours, known: Mapping[Mention, Told]) -> Told:
    words, index, passed, commas = around.words, mention.start, 0, 0
    office_possible, in_field, role = True, False, _NOTHING
    written = words.words[mention.start][0].isupper() and not words.words[index - 1].isupper()
    while index > 0 and passed <= _OFFICE_REACH:
        other = around.mention_ending.get(index)
        if other is not None:
            # A list: the next name bears the role of the one before.
            follows = passed == 0 and other in known and not role.role
            # An office has one holder: Kalapas Hendra, Budi, and Wati.
            return known[other] if follows and known[other].role != "office" else role
        cue = around.cue_ending.get(index)
        if cue is not None:
            owned = commas == 0 or words.low[cue.start - 1] not in _ADDRESSED
            if (
                cue.kind in _OFFICES
                and owned
                and (office_possible or (in_field and words.low[cue.start] in _WITH_A_FIELD))
            ):
                if not _is_former(words, cue.start):
                    return Told("office", 0)
                role = role if role.role else Told("former", passed)
            capital = words.words[cue.start][0].isupper()
            in_field = (in_field or office_possible) and cue.kind in PRIVATE and capital
            role = role if role.role else _role_in_front(cue, passed)
            office_possible = office_possible and cue.kind in _WITHIN_OFFICE
            passed += 0 if cue.kind in _MODIFIES else cue.end - cue.start
            index = cue.start
            continue
        index -= 1
        word = words.low[index]
        if len(word) > 1 and word[0] == "[":
            # The gate reads its own output again: a token stands for a name that was masked, also in a list.
            return role if role.role or passed else Told(_MASKED_BEFORE.get(word, ""), 1)
        # Behind a closing quotation mark somebody else is spoken of.
        if _ends_a_sentence(words, index) or (word in _QUOTES and passed):
            break
        commas += word == ","
        # Sigit (Kalapas), Retno: the office in brackets is that of the name before.
        office_possible = office_possible and not (word == ")" and commas)
        # disebut hakim: Nathan, but Kalapas: Hendra.
        office_possible = office_possible and not (word == ":" and words.words[index - 1][0].islower())
        office_possible = office_possible and commas <= 1 and not _breaks_office(words.words[index], word, written)
        in_field = in_field and words.words[index][0].isupper()
        passed += word[0].isalpha() and word not in _JOINS
    return role


def _breaks_office(word: str, low: str, written: bool) -> bool:
    """`written`: in ordinary writing, where the words of an office have capitals."""
    return low in _NO_OFFICE_ACROSS or (written and word.islower() and low not in _WITHIN)


def _role_in_front(cue: Cue, passed: int) -> Told:
    if cue.kind in PRIVATE and passed <= _REACHES.get(cue.kind, REACH):
        return Told(PRIVATE[cue.kind], passed)
    return Told("public", passed) if cue.kind == "public" and passed <= 4 else _NOTHING


def _is_former(words: Words, start: int) -> bool:
    return any(word in _FORMER for word in words.low[max(0, start - 3) : start])


def _behind(mention: Mention, around: Neighbours) -> Told:
    words, index, passed, led, aged = around.words, mention.end, 0, False, ""
    limit = min(len(words.low), index + 14)
    while index < limit and passed <= REACH and not _ends_a_sentence(words, index):
        cue = around.cue_starting.get(index)
        if cue is not None:
            told = _role_behind(cue, passed, led=led)
            if told.role == "office" and not _is_its_office(mention, cue, around):
                return Told(aged, 3) if aged else _NOTHING
            if told.role:
                return told
            passed += cue.end - cue.start
            index = cue.end
            continue
        word = words.low[index]
        if word in _LEADS_ON:
            led = True
        elif word.isdigit():
            if index == mention.end + 1 and words.words[index - 1] in {"(", ","} and len(word) <= 2:
                aged = "anak" if int(word) < _ADULT else "warga"
        elif word.isalpha():
            passed += word not in _AGED
            # A role must follow at once; behind a verb it belongs to somebody else.
            led = led and passed <= 2
        index += 1
    return Told(aged, 1 if aged == "anak" else 3) if aged else _NOTHING


def _is_its_office(mention: Mention, cue: Cue, around: Neighbours) -> bool:
    """Behind a name and a comma an office may begin the next name: dari kiri, Elias, Kalapas Nataniel. Or a clause:
    kepada Wayan, Kalapas berpesan."""
    words = around.words
    written = words.words[mention.start][0].isupper()
    apposed = words.low[cue.start - 1] in {"selaku", "sebagai", "menjabat", "(", "adalah", "merupakan"}
    for index in range(cue.end, min(len(words.low), cue.end + _OFFICE_REACH)):
        word = words.words[index]
        if index in around.mention_at:
            return False
        if not word[0].isalnum() or words.low[index] == "yang":
            return True
        if written and word.islower() and words.low[index] not in _WITHIN:
            return apposed or index > cue.end
    return True


def _role_behind(cue: Cue, passed: int, *, led: bool) -> Told:
    if cue.kind in {"alias", "initial", "bin"} and passed == 0:
        return Told("warga", 1)
    if cue.kind in _AFTERWARDS and passed <= 3:
        return Told(_AFTERWARDS[cue.kind], passed + 2)
    if not led:
        return _NOTHING
    if cue.kind in _OFFICES:
        return Told("office", 1)
    if cue.kind == "public" and passed <= 2:
        return Told("public", passed + 1)
    return Told(PRIVATE[cue.kind], passed + 1) if cue.kind in PRIVATE and cue.kind not in _VERBS else _NOTHING


def _ends_a_sentence(words: Words, index: int) -> bool:
    word = words.low[index]
    if word == ".":
        before = words.low[index - 1] if index else ""
        return len(before) > 3 and before not in ABBREVIATED
    return word in {"!", "?", ";"} or word.count(BREAK) > 1
