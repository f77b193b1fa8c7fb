"""Words of a text → stretches that are the name of a person, before anyone asks who that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from libs.privacy.names.cues import KINDS, Cue
from libs.privacy.names.features import NORMAL
from libs.privacy.names.reading import BREAK, Words
from libs.privacy.names.wordlists import word_set

_INSIDE = word_set("inside a name")
# Behind these even a common word in capitals is a name, if another follows: warga binaan Afdal Zikri.
_SURE = frozenset({"wbp", "tahanan", "petugas", "named", "rank", "alias"})
_BEFORE_A_NAME = _SURE | {"keluarga", "anak", "warga", "office", "title", "honorific", "called", "with"}
_CALENDAR = word_set("calendar")
_LETTERS_OF_NOBODY = word_set("letters of nobody")
_ENDS_OF_DEGREES = word_set("ends of degrees")
_TITLES = frozenset({"title", "honorific", "rank", "pol", "office"})
_LONGEST = 7
_LISTED = 30
_JOINING = frozenset({"dan", "serta", "&"})
_OPENERS = word_set("opens an organisation")
_SHORT = 3
_MOST_INITIALS = 3


@dataclass(frozen=True, slots=True)
class Mention:
    """Half-open, in words. `how`: read (as a name), bin, alias, initial or hidden (letters only)."""

    start: int
    end: int
    how: str


def told_mentions(
    words: Words, cues: Sequence[Cue], sorts: Mapping[str, str], *, capitals: bool, broadly: bool
) -> Iterator[Mention]:
    """Names that a word in front announces: capitals behind it, letters behind `inisial`, `bin` between two words.
    `broadly`: rather a name too many."""
    for cue in cues:
        if cue.kind == "initial":
            yield from _initials(words, cue.end)
        elif cue.kind == "bin":
            yield from _around_bin(words, cue)
        elif capitals and cue.kind in (_BEFORE_A_NAME if broadly else _SURE):
            start = cue.end if cue.kind == "with" else _past_punctuation(words, cue.end)
            end = _capitals_end(words, start, sorts, sure=cue.kind in _SURE)
            # Behind an office one word alone is mostly its field: Kasi Binapi.
            if end > start + (cue.kind in {"office", "with"}):
                yield Mention(start, end, "alias" if cue.kind == "alias" else "read")


def _initials(words: Words, start: int) -> Iterator[Mention]:
    """One or a list of them: berinisial AF, MH dan BR."""
    for _ in range(_LISTED):
        end = _initials_end(words, start)
        if end == start:
            return
        yield Mention(start, end, "initial")
        start = _past_list(words, end)
        if start == end:
            return


def _may_be_initials(words: Words, index: int, sorts: Mapping[str, str]) -> bool:
    word, low = words.words[index], words.low[index]
    return len(word) <= 4 and word.isupper() and low not in KINDS and sorts.get(low, "U") not in "CP"


def listed_mentions(words: Words, mention: Mention, sorts: Mapping[str, str], *, broadly: bool) -> Iterator[Mention]:
    """Behind a name, `dan` or a comma a capitalised word that may be a name is the next of the list. `broadly`: so is
    one that no list knows, and behind `dan` even a common word: Rejeki dan Bintang."""
    for _ in range(_LISTED if broadly else 1):
        start = _past_list(words, mention.end)
        if start == mention.end or words.low[start - 1] == "/":
            return
        end = _capitals_end(words, start, sorts, sure=False)
        if end == start and broadly and words.low[start - 1] in _JOINING and _is_lone(words, start, sorts):
            end = start + 1
        elif end == start or sorts.get(words.low[start], "U") not in ("NUA" if broadly else "N"):
            return
        mention = Mention(start, end, "read")
        yield mention


def _is_lone(words: Words, index: int, sorts: Mapping[str, str]) -> bool:
    """A common word with a capital between small ones."""
    if index >= len(words.words):
        return False
    word, low = words.words[index], words.low[index]
    behind = words.words[index + 1] if index + 1 < len(words.words) else "."
    if low in KINDS or low in _CALENDAR or low in _OPENERS or sorts.get(low) == "P" or len(word) <= _SHORT:
        return False
    return word[0].isupper() and word[1:].islower() and not behind[0].isupper()


def _past_list(words: Words, index: int) -> int:
    """Behind an age in brackets, a comma, `dan` or `serta`."""
    if words.low[index : index + 1] == ["("] and words.low[index + 2 : index + 3] == [")"]:
        index += 3
    while index < len(words.low) and words.low[index] in {",", "dan", "serta", "&", "/"}:
        index += 1
    return index


def aged_initials(words: Words, sorts: Mapping[str, str]) -> Iterator[Mention]:
    """MRF (14), HN (lahir 2011): letters with an age behind them are a person."""
    for index, word in enumerate(words.words):
        if word == "(" and index and _may_be_initials(words, index - 1, sorts):
            behind = words.low[index + 1 : index + 3]
            if behind and (behind[0] == "lahir" or (behind[0].isdigit() and len(behind[0]) == 2)):
                yield Mention(index - 1, index, "initial")


def _around_bin(words: Words, cue: Cue) -> Iterator[Mention]:
    """Up to two capitalised words on either side, whatever the sentence is written in."""
    start, end = cue.start, cue.end
    while start > max(0, cue.start - 2) and _may_be_name(words.words[start - 1]):
        start -= 1
    while end < min(len(words.words), cue.end + 2) and _may_be_name(words.words[end]):
        end += 1
    if start < cue.start and end > cue.end:
        yield Mention(start, end, "bin")


def _may_be_name(word: str) -> bool:
    return _is_capital(word) and word.lower() not in KINDS


def read_mentions(
    words: Words, ranges: Iterable[tuple[int, int]], cues: Sequence[Cue], sorts: Mapping[str, str], how: str
) -> Iterator[Mention]:
    """What the tagger took for names, without a title in front, a full stop behind or a verb of the headline."""
    in_front = {cue.start: cue.end for cue in cues if cue.kind in _TITLES}
    for start, end in ranges:
        while start < end and (start in in_front or not words.words[start][0].isalpha()):
            start = in_front.get(start, start + 1)
        while end > start and not _closes_a_name(words, end - 1):
            end -= 1
        if how == NORMAL and end == start + 1 and _is_abbreviation(words.words[start], sorts):
            continue
        while how != NORMAL and end > start + 1 and sorts.get(words.low[end - 1]) == "C":
            end -= 1
        if end > start and _may_be_person(words, start, end, sorts, how):
            unknown = sorts.get(words.low[start], "U") == "U" and how == NORMAL
            hidden = unknown and _is_hidden(words, start, end)
            yield Mention(start, end, "hidden") if hidden else how_it_stands(words, start, end)


def _is_abbreviation(word: str, sorts: Mapping[str, str]) -> bool:
    return len(word) > 2 and word.isupper() and sorts.get(word.lower()) == "C"


def _may_be_person(words: Words, start: int, end: int, sorts: Mapping[str, str], how: str) -> bool:
    """Words of roles or of places alone are nobody; nor is an unknown abbreviation, unless a role stands before it."""
    written = [word for word in words.words[start:end] if word[0].isalpha()]
    if _names_a_thing(words, start) or "".join(written).lower() in _LETTERS_OF_NOBODY:
        return False
    if len(written) == 2 and len(written[0]) == 1 and written[1].lower() in _ENDS_OF_DEGREES:
        return False
    if all(len(word) == 1 for word in written):
        return len(written) <= _MOST_INITIALS and not _goes_on(words, start, end)
    said = [word.lower() for word in written if len(word) > 1 and word.lower() not in KINDS]
    if how == NORMAL and said and all(sorts.get(low) == "P" for low in said):
        return False
    if how == NORMAL and len(written) == 1 and written[0].isupper() and len(written[0]) > _MOST_INITIALS:
        told = KINDS.get(words.low[start - 1], "") if start else ""
        return told in _BEFORE_A_NAME or sorts.get(said[0] if said else "", "U") in "NA"
    return bool(said)


def _names_a_thing(words: Words, start: int) -> bool:
    """Jalan Ahmad Yani, RS Bhayangkara Said Sukanto: a street, a house, a ship bears the name."""
    before = words.low[max(0, start - 2) : start]
    if before and KINDS.get(before[-1]) in {"thing", "place"}:
        return True
    return len(before) == 2 and KINDS.get(before[0]) == "thing" and _is_capital(words.words[start - 1])


def _goes_on(words: Words, start: int, end: int) -> bool:
    """N.P.W.P: letters between full stops before or behind belong to the same row."""
    before, behind = words.words[max(0, start - 2) : start], words.words[end : end + 2]
    return (len(before) == 2 and before[1] == "." and len(before[0]) == 1 and before[0].isalpha()) or (
        len(behind) == 2 and behind[0] == "." and len(behind[1]) == 1 and behind[1].isalpha()
    )


def _closes_a_name(words: Words, index: int) -> bool:
    """A full stop belongs to the initial before it."""
    return words.words[index][0].isalpha() or (words.words[index] == "." and len(words.words[index - 1]) == 1)


def how_it_stands(words: Words, start: int, end: int) -> Mention:
    """With `alias`, `bin` or `inisial` in it or in front of it."""
    before = KINDS.get(words.low[start - 1], "") if start else ""
    return Mention(start, end, before if before in ("alias", "initial") else _how(words, start, end))


def _is_hidden(words: Words, start: int, end: int) -> bool:
    """Letters alone, TRS or B.S.: somebody whose name was kept back."""
    letters = [word for word in words.words[start:end] if word != "."]
    return all(word.isupper() for word in letters) and 2 <= len("".join(letters)) <= 3


def _how(words: Words, start: int, end: int) -> str:
    return "bin" if any(KINDS.get(low) == "bin" for low in words.low[start + 1 : end - 1]) else "read"


def _past_punctuation(words: Words, index: int) -> int:
    while index < len(words.words) and words.words[index] in {":", ",", ".", '"', "'", "“", "("}:
        index += 1
    return index


def _is_capital(word: str) -> bool:
    return word[0].isupper() and word[0].isalpha()


def _capitals_end(words: Words, start: int, sorts: Mapping[str, str], *, sure: bool) -> int:
    """Capitalised words of which none is a common word, a place or an abbreviation in capitals; or two of any sort."""
    index = end = start
    while index < len(words.words) and index < start + _LONGEST:
        word, low = words.words[index], words.low[index]
        known = sorts.get(low, "U") in "CPA"
        if _is_capital(word) and not word.isupper() and low not in KINDS and low not in _CALENDAR:
            if known and not sure:
                break
            end = index + 1
        elif not (index > start and low in _INSIDE):
            break
        index += 1
    if sure and end == start + 1 and sorts.get(words.low[start], "U") in "CPA":
        return start
    # Tindak Pidana Korupsi, Kota Bandung: capitals, and nobody's name.
    return end if any(sorts.get(low, "U") in "NUA" for low in words.low[start:end]) else start


def widened(words: Words, mention: Mention, sorts: Mapping[str, str]) -> Mention:
    """In ordinary writing the capitalised words next to a name belong to it: Heri Codot, Ambon Saputra, Moh. Taslim."""
    start, end = mention.start, mention.end
    while end < len(words.words) and end < mention.start + _LONGEST and _belongs(words, end):
        end += 1
    first = start
    while first and start - first < 2 and _belongs(words, first - 1):
        first -= 1
    if first < start and _may_begin(words, first, sorts):
        start = first
    if start > 1 and words.words[start - 1] == "." and _is_short(words, start - 2):
        start -= 2
    return Mention(start, end, mention.how)


def _may_begin(words: Words, index: int, sorts: Mapping[str, str]) -> bool:
    """Behind a small word, a comma or a role; where a sentence begins only a word of the list."""
    before = words.words[index - 1] if index else "."
    if before[0].islower() or before in {",", ":", "("}:
        return True
    if before == "." and index > 1 and _is_short(words, index - 2):
        return True
    if before == "." or before[0] == BREAK:
        return sorts.get(words.low[index], "U") in "NA"
    return KINDS.get(before.lower()) in _BEFORE_A_NAME - {"office"}


def _is_short(words: Words, index: int) -> bool:
    word = words.words[index]
    return _is_capital(word) and len(word) <= 4 and word.lower() not in KINDS


def _belongs(words: Words, index: int) -> bool:
    word, low = words.words[index], words.low[index]
    return _is_capital(word) and word[1:].islower() and low not in KINDS and low not in _CALENDAR


def _initials_end(words: Words, start: int) -> int:
    """Letters with or without full stops between them: S, MR, A.B."""
    index = end = start
    while index < len(words.words) and index < start + 8:
        word = words.words[index]
        if word.isalpha() and len(word) <= 3 and (word.isupper() or len(word) == 1):
            end = index + 1
        elif not (word == "." and index > start):
            break
        index += 1
    if end < len(words.words) and words.words[end] == "." and end > start + 1:
        end += 1
    return end


def _joined(first: Mention, second: Mention, words: Words) -> Mention | None:
    """Rd. Aceng, Kgs. Amirudin: a short word with a full stop, and what follows, are one name."""
    between = words.words[first.end : second.start]
    if between == ["."] and first.end == first.start + 1 and len(words.words[first.start]) <= 4:
        return Mention(first.start, second.end, second.how)
    return None


def by_place(mentions: Iterator[Mention], words: Words) -> list[Mention]:
    """In order, none inside another: the longer one stays, and what `bin` or `inisial` made of it."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda one: (one.start, -one.end)):
        last = kept[-1] if kept else None
        if last is None or mention.start > last.end or (mention.start == last.end):
            joined = _joined(last, mention, words) if last else None
            kept[-1:] = [joined] if joined else [*kept[-1:], mention]
        else:
            how = mention.how if last.how == "read" else last.how
            kept[-1] = Mention(last.start, max(last.end, mention.end), how)
    return kept
