"""What tells who a child is beside the name: school, initials, handles; and what is left that might."""

from __future__ import annotations

import re
from collections.abc import Iterator

from libs.privacy.hints import FIGURE, INITIALS, SMALL_FIGURE, YEARS
from libs.privacy.numbers import Found
from libs.privacy.wordlists import either, words_of

_KIND = rf"(?:{either('schools')})"
_WORD = r"(?:[A-Z][\w'’\-]*|[0-9]{1,3})"
_SCHOOL = re.compile(
    rf"(?<![\w\[]){_KIND}(?:\s(?:[Nn]egeri|[Ss]wasta|[Ii]slam(?: [Tt]erpadu)?|[Kk]risten|[Kk]atolik|IT|PGRI))?"
    rf"(?:\s{_WORD}){{1,5}}"
    rf"|(?<![\w\[])(?:SDN|SMPN|SMAN|SMKN|MTsN|MIN|MAN)[ \-]?[0-9]{{1,3}}(?:\s[A-Z][\w'’\-]*){{0,3}}"
)
# In small letters, as posts have it: smpn 3 cilacap.
_SMALL_SCHOOL = re.compile(
    r"(?<![\w\[])(?:sdn|smpn|sman|smkn|mtsn|man|min|sd|smp|sma|smk|mts)\s(?:negeri\s|n\s)?[0-9]{1,3}"
    rf"(?:\s(?!(?:{either('no_street')}|nama\w*|umur\w*|usia\w*|kelas|saat|bawa|jadi|juga|akan|sudah|telah|ikut)\b)[a-z]{{3,}}){{0,2}}\b"
)
# Two of the letters are everyday shorthand of something else.
_NO_SCHOOL = re.compile(r"^(?:MA|MI|KB|RA|TK|TPA)\b")
_PUPIL_NEAR = re.compile(
    r"(?:siswa|siswi|pelajar|murid|santri\w*|sekolah|bersekolah|kelas)\b[^.\n]{0,30}$", re.IGNORECASE
)

_INITIALS_TOLD = re.compile(
    r"(?i:\b(?:ber)?inisial(?:nya)?|\bsebut saja|\bsingkatan)\s?[:=]?\s?[\"“'‘(]?\s?"
    r"(?P<what>(?:[A-Za-z]\s?\.\s?){1,4}[A-Za-z]?(?![A-Za-z])|[A-Z]{1,4}(?![A-Za-z])|[a-z]{1,3}(?![A-Za-z]))"
)
_NEXT_INITIALS = re.compile(
    r"(?:\s?\([^()]{1,20}\))?\s?(?:,|dan|serta|&|dan juga)\s{1,2}"
    r"(?P<what>(?:[A-Z]\s?\.\s?){1,4}[A-Z]?(?![A-Za-z])|[A-Z]{1,4}(?![A-Za-z]))"
)
_INITIALS_WITH_AGE = re.compile(
    r"(?<![\w.\[/\-])(?P<what>[A-Z]{1,4}|(?:[A-Z]\.\s?){1,4}[A-Z]?)"
    r"(?P<age>\s?\(\s?(?:(?:l|p|lk|pr|L|P)[,/ ]\s?)?[0-9]{1,2}(?:\s?(?:tahun|thn|th))?\s?\))"
)
# Under age and told in years: then even letters that mean something else are a child's.
_CHILD_LETTERS = re.compile(
    r"(?<![\w.\[/\-])(?P<what>[A-Z]{1,4}|(?:[A-Z]\.\s?){1,4}[A-Z]?)"
    r"\s?(?:,|\()\s?(?:(?:ber)?(?:usia|umur)\s)?(?:[0-9]|1[0-7])\s?(?:tahun|thn|th)\b(?!\s(?:penjara|lalu|silam))"
)
_INITIALS_BEHIND_ROLE = re.compile(
    r"(?i:\b(?:anak|korban|pelaku|tersangka|saksi|remaja|bocah|sisw[ai]|pelajar|santri|adik|kakak|ayah|ibu|orang tua))"
    r"\s(?P<what>[A-Z]{1,4}|(?:[A-Z]\.){2,4})(?![\w\]])"
)
# With the hints without which there is none.
_INTRODUCED = (
    (_INITIALS_TOLD, INITIALS),
    (_CHILD_LETTERS, YEARS | SMALL_FIGURE),
    (_INITIALS_WITH_AGE, FIGURE),
    (_INITIALS_BEHIND_ROLE, 0),
)
_SURELY_TOLD = (_INITIALS_TOLD, _CHILD_LETTERS)
_DOTTED = re.compile(r"(?<![\w.\[/\-])(?:[A-Z]\.\s?){1,3}[A-Z]\b\.?(?![\w/])")
# Degrees, titles, addresses and registers are dotted capitals too.
_NO_INITIALS = frozenset(words_of("no_initials"))
# Capitals of something, but not where full stops stand between them.
_NOT_DOTTED = frozenset(
    {"AS", "MI", "MK", "PP", "BB", "RT", "RW", "RA", "TK", "HP", "PR", "PK", "DK", "RS", "RM", "IT", "PT", "PN"}
)
_HANDLE = re.compile(r"(?<![\w@.])@[A-Za-z0-9_.]{3,30}(?<!\.)")
_OFFICIAL_HANDLE = re.compile(either("official_handles"))
_HANDLE_OF = re.compile(
    r"\b(?:akun|instagram|ig|facebook|fb|tiktok|twitter|medsos)\b[^.\n]{0,30}\b(?:korban|pelaku|tersangka|napi|narapidana"
    r"|wbp|tahanan|keluarga|istri|ibu|warga binaan)\b[^.\n]{0,40}$"
)

# Words that announce a person; what follows must be a token, or masking was not sure.
_ANNOUNCED = re.compile(
    r"\b(?:binti?|alias|a\.n\.?|an\.|atas nama|bernama|(?:ber)?inisial|nama (?:lengkap|panggilan)|nama\s?:)"
    r"\s{0,3}[:=]?\s{0,3}"
    r"[\"“'‘(]?(?P<next>[^\s,.;:()\"“”]{1,40})"
)
_HARMLESS = re.compile(r"[\[(]|\W|\d")


def schools(text: str, lower: str) -> Iterator[Found]:
    for match in _SCHOOL.finditer(text):
        if not _NO_SCHOOL.match(match.group()) or _PUPIL_NEAR.search(text[max(0, match.start() - 50) : match.start()]):
            yield Found(match.start(), match.end(), "sekolah")
    for match in _SMALL_SCHOOL.finditer(text):
        yield Found(match.start(), match.end(), "sekolah")


def initials(text: str, hinted: int) -> Iterator[Found]:
    """Told as such, with an age, or dotted; then every later place where the same capitals stand."""
    told: set[str] = set()
    yield from _initials_introduced(text, hinted, told)
    for match in _DOTTED.finditer(text):
        if not _is_of_nobody(match.group()):
            yield Found(match.start(), match.end(), "anak")
    for letters in sorted(told):
        if len(letters) >= 2:
            for match in re.finditer(rf"(?<![\w.\[\-])(?:{letters}|{'[. ]{1,2}'.join(letters)}\.?)(?![\w\]])", text):
                yield Found(match.start(), match.end(), "anak")


def _initials_introduced(text: str, hinted: int, told: set[str]) -> Iterator[Found]:
    for pattern, needs in _INTRODUCED:
        if hinted & needs != needs:
            continue
        listed_until = 0
        for match in pattern.finditer(text):
            if match.start() < listed_until:
                continue
            if pattern not in _SURELY_TOLD and _is_of_nobody(match["what"]):
                continue
            following: re.Match[str] | None = match
            while following is not None:
                if len(told) < 50:
                    told.add(_letters(following["what"]))
                yield Found(following.start("what"), following.start("what") + len(following["what"].rstrip()), "anak")
                listed_until = following.end()
                following = _NEXT_INITIALS.match(text, listed_until)


def _is_of_nobody(written: str) -> bool:
    letters = _letters(written)
    return letters in _NO_INITIALS and not ("." in written and letters in _NOT_DOTTED)


def _letters(written: str) -> str:
    return "".join(filter(str.isalpha, written)).upper()


def handles(text: str, lower: str, *, child: bool) -> Iterator[Found]:
    """A handle stays, it is how accounts are quoted; a child's, an inmate's or a victim's is a name."""
    if "@" not in text:
        return
    for match in _HANDLE.finditer(text):
        if _OFFICIAL_HANDLE.search(lower, match.start(), match.end()):
            continue
        if child or _HANDLE_OF.search(lower[max(0, match.start() - 90) : match.start()]):
            yield Found(match.start(), match.end(), "anak" if child else "warga")


def unsure(masked: str) -> int:
    """How often a masked text announces a person and no token follows: somebody may still stand there."""
    lower = masked.lower()
    return sum(_HARMLESS.match(match["next"]) is None for match in _ANNOUNCED.finditer(lower))
