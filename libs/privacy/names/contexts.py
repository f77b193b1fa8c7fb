"""What stands around a mention, as attributes for the model of roles: never the name itself."""

from __future__ import annotations

from collections.abc import Iterator

from libs.privacy.names.mentions import Mention
from libs.privacy.names.reading import BREAK, Words
from libs.privacy.names.roles import Neighbours, Told

ROLES = ("wbp", "tahanan", "keluarga", "anak", "warga", "petugas", "pejabat", "tokoh")
_NEAR, _SIDE = 4, 9
_ENDS = frozenset(".!?;")
_FAR = 7


def context(mention: Mention, around: Neighbours, left: Told, right: Told) -> Iterator[str]:
    """The rules' own findings are attributes too: training finds out when they are right."""
    words = around.words
    yield f"L{left.role}{_step(left.near)}"
    yield f"R{right.role}{_step(right.near)}"
    yield f"B{left.role}|{right.role}"
    yield f"H{mention.how}{min(3, mention.end - mention.start)}"
    before = list(_side(around, mention.start - 1, -1))
    behind = list(_side(around, mention.end, 1))
    for mark, side in (("l", before), ("r", behind)):
        near = [word for word, _ in side[:_NEAR]]
        for place, word in enumerate(near):
            yield f"{mark}{place}{word}"
        yield f"{mark}p{'|'.join(near[:2])}"
        for word, kind in side:
            yield f"{mark}b{kind or word}"
            if kind:
                yield f"s{kind}"
    yield f"e{before[0][0] if before else ''}|{behind[0][0] if behind else ''}"
    yield f"f{_starts_sentence(words, mention.start)}"
    field = around.field(mention.start)
    yield f"D{field}"
    yield f"D{field}{left.role}|{right.role}"


def _step(near: int) -> str:
    return str(near) if near < 3 else "-" if near < _FAR else "+"


def _side(around: Neighbours, index: int, step: int) -> Iterator[tuple[str, str]]:
    """Words outwards with the kind of the phrase they belong to; another name is one sign, titles are passed over."""
    words, told = around.words, 0
    while 0 <= index < len(words.low) and told < _SIDE:
        word = words.low[index]
        other = around.mention_at.get(index)
        if other is not None:
            yield "‹n›", "name"
            index = other.end if step > 0 else other.start - 1
            told += 1
            continue
        if len(word) > 1 and word[0] == "[":
            yield "‹n›", "name"
            told, index = told + 1, index + step
            continue
        cue = around.cue_at.get(index)
        kind = cue.kind if cue is not None else ""
        if word.count(BREAK) > 1 or (word in _ENDS and word != "." and told):
            return
        if kind not in ("title", "honorific") and word[0] != BREAK:
            yield ("9" if word[0].isdigit() else word), kind
            told += 1
        index += step


def _starts_sentence(words: Words, index: int) -> bool:
    return index == 0 or words.words[index - 1][0] in ".!?\n:-"
