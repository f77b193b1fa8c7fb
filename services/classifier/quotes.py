"""A text and who it speaks of → what was said and by whom: quoted, retold, or put behind a colon in a headline."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Final

from services.classifier.entities import Spoken
from services.classifier.normalising import MAX_BODY_CHARACTERS, Place

MAX_QUOTES, MAX_WORDS = 10, 500
_REACH = 200
_SAID = (
    "kata|ujar|jelas|tegas|ungkap|tutur|imbuh|sebut|terang|papar|ucap|tandas|pungkas|jawab|tulis|pesan|tambah|lanjut|"
    "keluh|harap|pinta"
)
_TELLS = (
    "mengatakan|menyebut(?:kan)?|menjelaskan|menegaskan|mengungkapkan|menuturkan|menyatakan|memastikan|membantah|"
    "mengaku|menambahkan|menilai|menyampaikan|memaparkan|mengklaim|"
    "mengingatkan|mengimbau|mengeluhkan|menduga|meyakini|"
    "tegaskan|sebut|bantah|pastikan|jelaskan|akui|klaim|ungkapkan"
)
_QUOTED: Final = re.compile(r"[\"“”«]([^\"“”«»\n]{8,600})[\"“”»]")
_BEHIND: Final = re.compile(
    rf"\s{{0,3}},?\s{{0,3}}(?:demikian\s|begitu\s)?(?:(?:{_SAID})(nya)?|(?:disampaikan|dikatakan|diungkapkan)(?:\soleh)?)\b",
    re.IGNORECASE,
)
_TELLING: Final = re.compile(rf"\b(?:{_TELLS})\b,?\s{{1,3}}(?:bahwa\s)?", re.IGNORECASE)
_ACCORDING: Final = re.compile(
    r"\b(?:menurutnya|(?:menurut|dikutip dari|disampaikan)\s(?:keterangan\s)?([^,.\n]{3,120})),\s", re.IGNORECASE
)
_TRAILING: Final = re.compile(rf",\s(?:{_SAID})(nya)?\s", re.IGNORECASE)
_PRONOUN: Final = re.compile(r"\b(?:ia|dia|beliau|mereka)\b|nya\b", re.IGNORECASE)
# What comes behind is somebody else's, or the writer's.
_TURN: Final = re.compile(r",\s(?:sedangkan|sementara|namun|tetapi|padahal)\b")
# A stop ends a sentence; that of a shortened word does not.
_END: Final = re.compile(r"(?<!\bKa)(?<!\bDr)(?<!\bdr)(?<!\bNo)(?<!\bJl)[.!?](?=\s|$|[\"”])|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """`by`: office, role or name as the text gives it; None where nobody is named."""

    words: str
    by: str | None
    role: str | None
    place: Place


_END_OF = itemgetter(1)


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of the text with those spoken of in it, in order."""

    name: str
    text: str
    people: tuple[tuple[int, int, Spoken], ...]
    before: Spoken | None = None

    def speaker(self, start: int, end: int, *, last: bool = False) -> Spoken | None:
        """Who is named in a stretch: the first, or the last; people before bodies."""
        # By where they end: "kuasa hukum keluarga korban, X" holds another and ends behind it.
        inside = [spoken for s, e, spoken in sorted(self.people, key=_END_OF) if start <= s and e <= end]
        for kind in ("orang", "lembaga"):
            some = [spoken for spoken in inside if spoken.kind == kind]
            if some:
                return _not_of_another(some) if last else some[0]
        return None

    def ends_after(self, position: int) -> int:
        found = _END.search(self.text, position)
        return found.start() if found else len(self.text)

    def begins_before(self, position: int) -> int:
        low = max(0, position - _REACH)
        ends = [match.end() for match in _END.finditer(self.text, low, position)]
        return ends[-1] if ends else low


def quotes_of(title: str, text: str, entities: Sequence[Spoken]) -> tuple[Said, ...]:
    """`title`, `text`: masked; `entities`: those of the same text, and its units (`units_spoken`).

    In the order of the text, none inside another."""
    found: list[Said] = []
    headline = _field("judul", title, entities)
    # Whom "ia" means in the first sentence was named in the headline.
    before = _spoken_before(headline, len(title))
    for field in (headline, replace(_field("isi", text[:MAX_BODY_CHARACTERS], entities), before=before)):
        said = sorted(_said(field), key=lambda s: s.place.start)
        for quote in said:
            if not found or found[-1].place.field != quote.place.field or quote.place.start >= found[-1].place.end:
                found.append(quote)
    return tuple(found[:MAX_QUOTES])


def _field(name: str, text: str, entities: Sequence[Spoken]) -> _Field:
    people = [
        (place.start, place.end, spoken)
        for spoken in entities
        if spoken.kind != "tempat"
        for place in spoken.places
        if place.field == name
    ]
    return _Field(name, text, tuple(sorted(people, key=lambda p: p[:2])))


def _said(field: _Field) -> Iterator[Said]:
    if not field.people and field.before is None:
        return
    if field.name == "judul":
        yield from _behind_colon(field)
    quoted = list(_quoted(field))
    yield from quoted
    for quote in (*_retold(field), *_according(field), *_trailing(field)):
        if not any(quote.place.start < q.place.end and q.place.start < quote.place.end for q in quoted):
            yield quote


def _quoted(field: _Field) -> Iterator[Said]:
    """ "…", ujar X; X mengatakan, "…". Quotation marks without a word for saying are a term, not a quote."""
    for match in _QUOTED.finditer(field.text):
        behind = _BEHIND.match(field.text, match.end())
        if behind is not None:
            end = min(field.ends_after(behind.end()), behind.end() + _REACH)
            by = None if behind[1] else field.speaker(behind.end(), end)
            by = by or _spoken_before(field, match.start())
        else:
            start = field.begins_before(match.start())
            before = field.text[start : match.start()]
            if not (_TELLING.search(before) or before.rstrip().endswith(":")):
                continue
            by = field.speaker(start, match.start(), last=True) or _spoken_before(field, start)
        yield _quote(field, match.start(1), match.end(1), by)


def _retold(field: _Field) -> Iterator[Said]:
    """X mengatakan (bahwa) …: the rest of the sentence."""
    for match in _TELLING.finditer(field.text):
        start, end = field.begins_before(match.start()), field.ends_after(match.end())
        turn = _TURN.search(field.text, match.end(), end)
        end = turn.start() if turn else end
        if end - match.end() < 8 or field.text[match.end()] in '"“”':
            continue
        by = field.speaker(start, match.start(), last=True)
        if by is None and _PRONOUN.search(field.text, start, match.start()):
            by = _spoken_before(field, start)
        if by is not None:
            yield _quote(field, match.end(), end, by)


def _according(field: _Field) -> Iterator[Said]:
    """Menurut X, …; dikutip dari X, …"""
    for match in _ACCORDING.finditer(field.text):
        by = field.speaker(match.start(1), match.end(1)) if match[1] else _spoken_before(field, match.start())
        end = field.ends_after(match.end())
        if by is not None and end - match.end() >= 8:
            yield _quote(field, match.end(), end, by)


def _trailing(field: _Field) -> Iterator[Said]:
    """…, kata X: a whole sentence retold without marks."""
    for match in _TRAILING.finditer(field.text):
        start = field.begins_before(match.start())
        while start < match.start() and not field.text[start].isalnum():
            start += 1
        if match.start() - start < 15 or field.text[start - 1 : start] in ('"', "“"):
            continue
        end = min(field.ends_after(match.end()), match.end() + _REACH)
        by = field.speaker(match.end(), end) if not match[1] else _spoken_before(field, start)
        if by is not None:
            yield _quote(field, start, match.start(), by)


def _behind_colon(field: _Field) -> Iterator[Said]:
    """Kalapas: tidak ada napi kabur."""
    colon = field.text.find(": ", 0, 80)
    if colon < 0 or '"' in field.text or "“" in field.text:
        return
    first = field.people[0]
    if first[0] <= 2 and first[1] <= colon and field.text[first[1] : colon].count(" ") <= 3:
        yield _quote(field, colon + 2, len(field.text), first[2])


def _not_of_another(people: Sequence[Spoken]) -> Spoken:
    """The last of them; before a masked name the one it belongs to ("Pengacara [TAHANAN]")."""
    is_of_another = len(people) > 1 and people[-1].text.startswith("[")
    return people[-2 if is_of_another else -1]


def _spoken_before(field: _Field, position: int) -> Spoken | None:
    """Who "ia" and "ujarnya" mean: the last person spoken of before, else the last body."""
    before = [spoken for start, _, spoken in field.people if start < position]
    people = (spoken for spoken in reversed(before) if spoken.kind == "orang")
    return next(people, before[-1] if before else field.before)


def _quote(field: _Field, start: int, end: int, by: Spoken | None) -> Said:
    words = field.text[start:end].strip(" ,.")
    start += field.text[start:end].find(words) if words else 0
    words = words[:MAX_WORDS]
    role = None if by is None else by.role or "lembaga"
    place = Place(field.name, start, start + len(words), words)
    return Said(words=words, by=by.text if by else None, role=role, place=place)
