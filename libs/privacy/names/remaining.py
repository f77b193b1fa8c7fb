"""Where a child is spoken of: capitalised words and letters that nothing explains, taken for somebody all the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from libs.privacy.names.cues import KINDS, Cue
from libs.privacy.names.mentions import Mention
from libs.privacy.names.reading import BREAK, Words
from libs.privacy.names.wordlists import word_set
from libs.privacy.wordlists import words_of

_CALENDAR = word_set("calendar")
_LETTERS_OF_NOBODY = word_set("letters of nobody") | {word.lower() for word in words_of("no_initials")}
# Behind these and a comma even a common word with a capital is somebody: kita panggil saja Kenanga.
_NAMING = frozenset({",", "saja", "panggil", "dipanggil", "bernama", "nama", "namanya", "yakni", "yaitu", "disapa"})
# What such a word is called after is no person: Rumah Sakit Harapan, Kampung Yoka.
_OF_A_THING = frozenset({"thing", "place", "unit", "business", "no office"})
_OPENS = frozenset({'"', "“", ":", "•", "-", "–", "—", "*"})
# A word with these at its ends is no name but one that the lists do not know: Pendampingan, Membaca.
_FIRST_SYLLABLES = ("pe", "me", "ber", "di", "ke", "ter", "se")
_LAST_SYLLABLES = ("nya", "kan", "an", "i", "lah", "pun")
_MOST_LETTERS = 3
# Behind these a letter or figure is the name of a place inside: Blok B, lantai C.
_NUMBERED = frozenset(
    {"blok", "kelas", "lantai", "ruang", "kamar", "golongan", "tipe", "hepatitis", "vitamin", "paket"}
)
# Behind these a lone capitalised word is somebody in a report too: milik Khalil, disusul Ogah.
_OWNING = frozenset({"milik", "disusul", "kepulangan", "pengakuan", "menurut", "ketua", "sekretaris", "bendahara"})
_DOES, _DONE_TO = word_set("what people do"), word_set("what is done to people")
_PRIVATE_ROLES = frozenset({"wbp", "tahanan", "keluarga", "anak"})
_ROLES = _PRIVATE_ROLES | {"warga", "pupil", "named", "called"}
_RELATES = frozenset(
    {"dijemput", "menerima", "bertemu", "didampingi", "tuanya", "itu", "diasuh", "menjenguk", "memeluk"}
)
# One of these stands in or before every run that _is_likely or _is_told lets through.
_TELLING = _DONE_TO | _OWNING | _NAMING | _RELATES | {"dari"} | {word for word, kind in KINDS.items() if kind in _ROLES}
_OPENERS = word_set("opens an organisation")
_LONGEST = 5
_NEAR = 5
_ROLE_OF_AN_OFFICE = frozenset({"office", "rank", "unit"})
_BEFORE_LETTERS = _PRIVATE_ROLES | {"warga", "pupil"}
_BESIDE_A_LETTER = frozenset({",", '"', "“", "”", "(", ")", "'", ";"})


def remaining(words: Words, first: int, last: int, sorts: Mapping[str, str], *, child: bool) -> Iterator[Mention]:
    """Of one sentence in ordinary writing, where a capital letter tells something: default deny where a child is spoken
    of, elsewhere what holds a word of the list of names, or stands where somebody is named."""
    behind = first
    for index in [at for at, word in enumerate(words.words[first:last], first) if word[0].isupper()]:
        if index < behind:
            continue
        if child and _is_letters(words, index, sorts):
            yield Mention(index, index + 1, "initial")
        elif _is_capital(words.words[index]):
            behind = _end_of_run(words, index, last)
            if not child and _tells_nobody(words, index, behind, sorts):
                continue
            found = _unexplained(words, index, behind, sorts, opens=_opens(words, index, first))
            yield from (one for one in found if child or _is_likely(words, one, sorts))


def _tells_nobody(words: Words, start: int, end: int, sorts: Mapping[str, str]) -> bool:
    """The cheap look at a run of capitalised words: no word of the list, and nothing at it that names anybody."""
    low = words.low
    behind = low[end] if end < len(low) else ""
    if behind == "(" or behind in _DOES or any([sorts.get(word) == "N" for word in low[start:end]]):
        return False
    return _TELLING.isdisjoint(low[max(0, start - 2) : end])


def letters_behind_roles(words: Words, cues: Sequence[Cue], sorts: Mapping[str, str]) -> Iterator[Mention]:
    """Tersangka AYP, korban S (32): in every channel, where small letters around them show what capitals are worth."""
    for cue in cues:
        index = cue.end
        if cue.kind not in _BEFORE_LETTERS or index >= len(words.words) or words.words[cue.end - 1].isupper():
            continue
        word = words.words[index]
        if (
            word.isupper()
            and (len(word) > 1 or _stands_alone(words, index))
            and _is_letters(words, index, sorts, told=True)
        ):
            behind = words.words[index + 1 : index + 2]
            if not behind or not _is_capital(behind[0]):
                yield Mention(index, index + 1, "initial")


def _stands_alone(words: Words, index: int) -> bool:
    behind = words.words[index + 1] if index + 1 < len(words.words) else ""
    return behind in _BESIDE_A_LETTER or behind.islower()


def _is_likely(words: Words, mention: Mention, sorts: Mapping[str, str]) -> bool:
    told = [sorts.get(low, "U") for low in words.low[mention.start : mention.end]]
    before = words.low[mention.start - 1] if mention.start else ""
    if before == ",":
        # Istri Sholihin, Muslimah, …: between commas behind a role.
        near = words.low[max(0, mention.start - _NEAR) : mention.start]
        between = words.words[mention.end : mention.end + 1] == [","]
        return "N" in told or (between and any(KINDS.get(low) in _PRIVATE_ROLES for low in near))
    if "N" in told or before in _OWNING or before in _NAMING or _is_told(words, mention.start, mention.end):
        return True
    behind = words.low[mention.end : mention.end + 3]
    if before in _DONE_TO or (behind and behind[0] in _DOES):
        return True
    return len(behind) == 3 and behind[0] == "(" and len(behind[1]) == 2 and behind[1].isdigit() and behind[2] == ")"


def _is_capital(word: str) -> bool:
    return word[0].isalpha() and word[0].isupper() and len(word) > 1 and not word.isupper()


def _opens(words: Words, index: int, first: int) -> bool:
    return index == first or words.words[index - 1][0] == BREAK or words.words[index - 1] in _OPENS


def _end_of_run(words: Words, index: int, last: int) -> int:
    while index < last and _is_capital(words.words[index]):
        index += 1
    return index


def _is_letters(words: Words, index: int, sorts: Mapping[str, str], *, told: bool = False) -> bool:
    """EZ, MRF; one letter alone only between commas or quotation marks."""
    word, low = words.words[index], words.low[index]
    if not (word.isalpha() and word.isupper() and len(word) <= _MOST_LETTERS) or KINDS.get(low, "bin") != "bin":
        return False
    before = words.low[index - 1] if index else ""
    behind = words.low[index + 1] if index + 1 < len(words.low) else ""
    if low in _LETTERS_OF_NOBODY or before in _NUMBERED or ("." in (before, behind[:1]) and len(word) == 1):
        return False
    if KINDS.get(before) in _OF_A_THING or sorts.get(low) == "P" or behind[:1].isdigit() or behind == "-":
        return False
    return told or len(word) > 1 or (before in _BESIDE_A_LETTER and behind in _BESIDE_A_LETTER)


def _unexplained(words: Words, start: int, end: int, sorts: Mapping[str, str], *, opens: bool) -> Iterator[Mention]:
    """Of one run of capitalised words those that are on no list of words, places and things."""
    before = words.low[start - 1] if start else ""
    behind = words.low[end : end + 2]
    aged = behind[:1] == ["("] and behind[-1].isdigit()
    if (aged and start) or (end == start + 1 and _is_named_lone(words, start, behind, opens=opens)):
        yield Mention(start, end, "read")
        return
    if not opens and _is_told(words, start, end):
        yield Mention(start, end, "read")
        return
    if KINDS.get(before) in _OF_A_THING:
        return
    begin = start
    for index in range(start, end + 1):
        low = words.low[index] if index < end else ""
        kind, sort = KINDS.get(low), sorts.get(low, "U")
        named = index < end and kind is None and low not in _CALENDAR and (sort in "NA" or sort == "U")
        if named and index == start and opens:
            named = sort == "N" or (sort == "U" and not _is_derived(low))
        if named:
            continue
        if begin < index:
            whole = begin == start and not opens and end - start <= _LONGEST and kind not in _ROLE_OF_AN_OFFICE
            yield Mention(begin, end if whole else index, "read")
            if whole:
                return
        begin = index + 1
        # Dinas Sosial Wirabakti: what a common word in capitals opens is an organisation or a law.
        if index < end and (kind in _OF_A_THING or (sort == "C" and kind is None and not (opens and index == start))):
            return


def _is_told(words: Words, start: int, end: int) -> bool:
    """A whole run behind a role, a relative or what is done with somebody: ibunya, Kana Sungai Raya."""
    if not 2 <= end - start <= _LONGEST or start < 2 or words.low[start] in _OPENERS | _CALENDAR:
        return False
    first = KINDS.get(words.low[start])
    if first is not None and first not in ("title", "honorific"):
        return False
    before = words.low[start - 2] if words.low[start - 1] == "," else words.low[start - 1]
    if before == "dari":
        return words.low[start - 2] in {"anak", "putra", "putri"}
    return KINDS.get(before) in _ROLES or before in _NAMING - {","} or before in _RELATES


def _is_named_lone(words: Words, index: int, behind: list[str], *, opens: bool) -> bool:
    before, low = words.low[index - 1] if index else "", words.low[index]
    if opens or low in KINDS or low in _CALENDAR:
        return False
    if before in _DONE_TO or (behind[:1] and behind[0] in _DOES and before.isalpha()):
        return low not in _OPENERS and KINDS.get(before) not in _OF_A_THING and words.words[index - 1].islower()
    if before not in _NAMING | _OWNING:
        return False
    return before != "," or (bool(behind) and (behind[0].isalpha() or behind[0] in {",", "("}))


def _is_derived(low: str) -> bool:
    return low.startswith(_FIRST_SYLLABLES) or low.endswith(_LAST_SYLLABLES)
