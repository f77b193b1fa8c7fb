"""What stands around a mention, as attributes for the model of roles: never the name itself."""

from __future__ import annotations

from libs.privacy.names.mentions import Mention
from libs.privacy.names.reading import BREAK, Words
from libs.privacy.names.roles import Neighbours, Told

ROLES = ("wbp", "tahanan", "keluarga", "anak", "warga", "petugas", "pejabat", "tokoh")
_NEAR, _SIDE = 4, 9
_ENDS = frozenset("!?;")
_ANOTHER_NAME = ("‹n›", "name")
_PASSED_OVER = frozenset({"title", "honorific"})
_FAR = 7


def context(mention: Mention, around: Neighbours, left: Told, right: Told) -> list[str]:
    """The rules' own findings are attributes too: training finds out when they are right."""
    field, roles = around.field(mention.start), f"{left.role}|{right.role}"
    before = _side(around, mention.start - 1, -1)
    behind = _side(around, mention.end, 1)
    return [
        f"L{left.role}{_step(left.near)}",
        f"R{right.role}{_step(right.near)}",
        f"B{roles}",
        f"H{mention.how}{min(3, mention.end - mention.start)}",
        *_attributes_of("l", before),
        *_attributes_of("r", behind),
        f"e{before[0][0] if before else ''}|{behind[0][0] if behind else ''}",
        f"f{_starts_sentence(around.words, mention.start)}",
        f"D{field}",
        f"D{field}{roles}",
    ]


def _attributes_of(mark: str, side: list[tuple[str, str]]) -> list[str]:
    near = [word for word, _ in side[:_NEAR]]
    return [
        *[f"{mark}{place}{word}" for place, word in enumerate(near)],
        f"{mark}p{'|'.join(near[:2])}",
        *[f"{mark}b{kind or word}" for word, kind in side],
        *[f"s{kind}" for _, kind in side if kind],
    ]


def _step(near: int) -> str:
    return str(near) if near < 3 else "-" if near < _FAR else "+"


def _side(around: Neighbours, index: int, step: int) -> list[tuple[str, str]]:
    """Words outwards with the kind of the phrase they belong to; another name is one sign, titles are passed over."""
    low, mention_at, cue_at = around.words.low, around.mention_at, around.cue_at
    told: list[tuple[str, str]] = []
    while 0 <= index < len(low) and len(told) < _SIDE:
        word = low[index]
        other = mention_at.get(index)
        if other is not None:
            told.append(_ANOTHER_NAME)
            index = other.end if step > 0 else other.start - 1
            continue
        first = word[0]
        if first == "[" and len(word) > 1:
            told.append(_ANOTHER_NAME)
            index += step
            continue
        cue = cue_at.get(index)
        kind = cue.kind if cue is not None else ""
        if (first == BREAK and word.count(BREAK) > 1) or (first in _ENDS and told):
            break
        if kind not in _PASSED_OVER and first != BREAK:
            told.append(("9" if first.isdigit() else word, kind))
        index += step
    return told


def _starts_sentence(words: Words, index: int) -> bool:
    return index == 0 or words.words[index - 1][0] in ".!?\n:-"
