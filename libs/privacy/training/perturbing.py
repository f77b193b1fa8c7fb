"""A sentence → the same sentence with other names, written another way: declared and repeatable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from libs.privacy.training.corpus import Named, Sentence

_JOINERS = ("bin", "binti", "alias", "al", "a.k.a.")


Change = Callable[[Sentence, Random], Sentence]


def name_pool(names: Sequence[str], places: Sequence[str], random: Random) -> list[str]:
    """The listed names, and beside them names that stand on no list: two halves put together, a place as last name."""
    pool = list(names)
    words = [word for name in names for word in name.split() if len(word) > 4 and word.isalpha()]
    for name in names:
        first, *rest = name.split()
        made = _blend(random.choice(words), random.choice(words))
        pool.append(" ".join([first, *rest[:-1], made]) if random.random() < 0.5 else f"{_blend(first, made)} {made}")
        if random.random() < 0.25:
            pool.append(f"{first} {random.choice(places)}")
    return pool


def _blend(first: str, second: str) -> str:
    return first[: max(2, len(first) // 2)] + second[len(second) // 2 :].lower()


def with_names(sentence: Sentence, names: Sequence[str], random: Random) -> Sentence:
    """Every name of two words or more, and half of the single ones, swapped for one of the list; `bin` stays."""
    return _rewritten(sentence, lambda name: _swapped(name, names, random))


def _swapped(name: str, names: Sequence[str], random: Random) -> str:
    words = name.split()
    if name.replace(".", "").isupper() and len(name) <= 6:
        return name
    if len(words) == 1 and random.random() < 0.5:
        return random.choice(random.choice(names).split())
    for joiner in _JOINERS:
        if joiner in words[1:-1]:
            at = words.index(joiner)
            return f"{_cut(random.choice(names), at)} {joiner} {_cut(random.choice(names), len(words) - at - 1)}"
    return _cut(random.choice(names), len(words)) if len(words) == 1 else random.choice(names)


def _cut(name: str, length: int) -> str:
    words = name.split()
    words = words[-length:] if words[0] in {"I", "Ni", "La", "Wa"} and length == 1 else words[:length]
    return " ".join(words)


def with_initials(sentence: Sentence, random: Random) -> Sentence:
    """The last words of some names shortened: Budi S., M. Ridwan."""

    def shortened(name: str) -> str:
        words = name.split()
        if len(words) < 2 or "bin" in words or "alias" in words:
            return name
        return f"{words[0]} {words[-1][0]}." if random.random() < 0.5 else f"{words[0][0]}. {' '.join(words[1:])}"

    return _rewritten(sentence, shortened)


def with_typos(sentence: Sentence, random: Random) -> Sentence:
    """In each name one letter doubled, dropped or changed places with the next."""

    def mistyped(name: str) -> str:
        if len(name) < 4:
            return name
        at = random.randrange(1, len(name) - 1)
        if not name[at - 1 : at + 2].isalpha():
            return name
        how = random.randrange(3)
        if how == 0:
            return name[:at] + name[at] + name[at:]
        return name[:at] + name[at + 1 :] if how == 1 else name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :]

    return _rewritten(sentence, mistyped)


def broken_lines(sentence: Sentence, random: Random) -> Sentence:
    """Some blanks become line breaks, as in text pasted from a printed page."""
    text = "".join("\n" if sign == " " and random.random() < 0.12 else sign for sign in sentence.text)
    return Sentence(text, sentence.names)


def small(sentence: Sentence) -> Sentence:
    return _same_length(sentence, sentence.text.lower())


def capitals(sentence: Sentence) -> Sentence:
    return _same_length(sentence, sentence.text.upper())


def headline(sentence: Sentence) -> Sentence:
    """Every word capitalised, the full stop gone."""
    text = "".join(
        sign.upper() if i == 0 or not (sentence.text[i - 1].isalpha() or sentence.text[i - 1] in "'’") else sign
        for i, sign in enumerate(sentence.text)
    )
    return _same_length(sentence, text)


def _same_length(sentence: Sentence, text: str) -> Sentence:
    return Sentence(text, sentence.names) if len(text) == len(sentence.text) else sentence


def _rewritten(sentence: Sentence, new_name: Callable[[str], str]) -> Sentence:
    text, names, position = "", [], 0
    for name in sentence.names:
        text += sentence.text[position : name.start]
        written = new_name(sentence.text[name.start : name.end])
        names.append(Named(len(text), len(text) + len(written), name.kind))
        text += written
        position = name.end
    return Sentence(text + sentence.text[position:], tuple(names))
