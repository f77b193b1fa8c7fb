"""A title and a body → the words the rules read, each with its place in the original text."""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

from libs.privacy import TOKENS

MAX_BODY_CHARACTERS = 6_000
LEAD_WORDS = 45

# Zero-width characters and soft hyphens stay inside a word and are dropped when it is folded: "na<ZWSP>pi" is a word.
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_TOKEN = re.compile(rf"[^\W_{_INVISIBLE}][^\W_]*(?:[{_INVISIBLE}]+[^\W_]+)*|[.!?]+(?=\s|$|[\"'”’)])|\n+")
_DROP = dict.fromkeys(map(ord, _INVISIBLE))
_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]{0,300}>|&(?:nbsp|amp|quot|lt|gt|#\d{2,5});")

# What the privacy gate put in a name's place is no word of the text: a suspect of the police is no inmate.
_MASKS = re.compile("|".join(map(re.escape, TOKENS.values())))

TITLE, LEAD, REST = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: field `judul` or `isi`, characters [start, end) of that field, and the text itself."""

    field: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as the rules see it. `joined` is " word word . word "; `starts[i]` is where word i begins in it."""

    title: str
    body: str
    words: list[str]
    joined: str
    starts: list[int]
    spans: list[tuple[int, int]]
    sentences: list[int]
    title_words: int
    lead_end: int

    def word_at(self, position: int) -> int:
        return bisect_right(self.starts, position) - 1

    def zone(self, word: int) -> int:
        if word < self.title_words:
            return TITLE
        return LEAD if word < self.lead_end else REST

    def place(self, first: int, last: int) -> Place:
        in_title = last < self.title_words
        source = self.title if in_title else self.body
        # A match never crosses from the title into the body: a full stop stands between them.
        start, end = self.spans[first][0], self.spans[last][1]
        return Place("judul" if in_title else "isi", start, end, source[start:end])


def fold(text: str) -> str:
    """Lower case, accents and invisible characters removed; used for single words and for patterns alike."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.translate(_DROP))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def _tokens(text: str) -> list[tuple[str, int, int]]:
    if text.isascii():
        lowered = text.lower()
        return [(m[0], m.start(), m.end()) for m in _TOKEN.finditer(lowered)]
    return [(fold(m[0]), m.start(), m.end()) for m in _TOKEN.finditer(text)]


def _without_masks(text: str) -> str:
    return _MASKS.sub(lambda m: " " * len(m[0]), text) if "[" in text else text


def read(title: str, body: str | None = None) -> Reading:
    """Words of title and body. An item without a title (a post, a lead) has its first sentences read as one."""
    title = _without_masks(title or "")
    body = _without_masks((body or "")[:MAX_BODY_CHARACTERS])
    if "<" in body or "&" in body:
        body = _MARKUP.sub(lambda m: " " * len(m[0]), body)
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    sentences: list[int] = []
    pieces: list[str] = [" "]
    starts: list[int] = []
    length, sentence, title_words = 1, 0, 0
    for part, field in enumerate((title, body)):
        for word, start, end in _tokens(field):
            if not word or not word[0].isalnum():
                if pieces[-1] != ". ":
                    pieces.append(". ")
                    length += 2
                    sentence += 1
                continue
            words.append(word)
            spans.append((start, end))
            sentences.append(sentence)
            starts.append(length)
            pieces.append(word + " ")
            length += len(word) + 1
        if part == 0:
            title_words = len(words)
            if words and pieces[-1] != ". ":
                pieces.append(". ")
                length += 2
                sentence += 1
    return Reading(
        title=title,
        body=body,
        words=words,
        joined="".join(pieces),
        starts=starts,
        spans=spans,
        sentences=sentences,
        title_words=title_words,
        lead_end=title_words + LEAD_WORDS,
    )
