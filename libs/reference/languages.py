"""A text → its language: Indonesian, English or one of ten large regional languages; Indonesian when in doubt."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

MODEL_FILE: Final = Path(__file__).parent / "data" / "languages.txt"
INDONESIAN: Final = "id"
# Sixty words decide; more cost time and change nothing.
WORDS_READ: Final = 60
# Fewer prove nothing: a name, a dish, a slogan.
WORDS_NEEDED: Final = 3
CHARS_READ: Final = 800
MAX_GRAM: Final = 5
# One lane of the packed sums a language: 60 words of at most 40 letters stay far below it.
_LANE_BITS: Final = 24
_LANE_MASK: Final = (1 << _LANE_BITS) - 1
_LONGEST_WORD: Final = 24

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’`-][^\W\d_]+)*")
# Scripts of their own, seldom typed but then beyond doubt: Javanese, Balinese, Sundanese, Batak, Lontara.
_SCRIPTS: Final = (
    (0xA980, 0xA9DF, "jv"),
    (0x1B00, 0x1B7F, "ban"),
    (0x1B80, 0x1BBF, "su"),
    (0x1BC0, 0x1BFF, "bbc"),
    (0x1A00, 0x1A1F, "bug"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageModel:
    """`costs`: letters of a word → what they cost each language, packed in lanes. `units`: costs per nat.

    A language other than Indonesian is named only when it is cheaper by `margin` nats in all and `margin_per_word`."""

    languages: tuple[str, ...]
    costs: dict[str, int]
    units: int
    margin: float
    margin_per_word: float
    sha256: str


def load_languages(path: Path = MODEL_FILE) -> LanguageModel:
    """Raises ValueError for a file that is none of ours."""
    raw = path.read_bytes()
    head, _, rest = raw.decode("utf-8").partition("\n\n")
    told = dict(line.split(" ", 1) for line in head.splitlines() if line and not line.startswith("#"))
    languages = tuple(told["languages"].split())
    costs: dict[str, int] = {}
    spread = _LANE_BITS // 8
    for line in rest.splitlines():
        gram, _, values = line.partition("\t")
        lanes = bytearray(len(languages) * spread)
        lanes[::spread] = bytes.fromhex(values)
        costs[gram] = int.from_bytes(lanes, "little")
    return LanguageModel(
        languages=languages,
        costs=costs,
        units=int(told["units_per_nat"]),
        margin=float(told["margin_nats"]),
        margin_per_word=float(told["margin_nats_per_word"]),
        sha256=hashlib.sha256(raw).hexdigest(),
    )


def words_of(text: str) -> list[str]:
    """The words that are read: lower case, one kind of apostrophe, the first sixty of the first 800 characters."""
    plain = text[:CHARS_READ].lower().replace("’", "'").replace("`", "'")
    return _WORD.findall(plain)[:WORDS_READ]


def grams_of(word: str) -> list[str]:
    """All runs of one to five letters, the edges of the word among them."""
    edged = f"_{word[:_LONGEST_WORD]}_"
    length = len(edged)
    return [edged[at : at + size] for size in range(1, MAX_GRAM + 1) for at in range(length - size + 1)]


class Languages:
    """Tells languages apart. Words are remembered: a text of 60 known words costs 60 additions."""

    def __init__(self, model: LanguageModel) -> None:
        self.model = model
        self._lane = {code: number * _LANE_BITS for number, code in enumerate(model.languages)}
        self._cost_of = lru_cache(maxsize=50_000)(self._cost)

    def _cost(self, word: str) -> int:
        costs = self.model.costs
        return sum(costs.get(gram, 0) for gram in grams_of(word))

    def margins(self, text: str) -> tuple[dict[str, float], int]:
        """By how many nats each language is likelier than Indonesian, and how many words were read."""
        words = words_of(text)
        total = sum(map(self._cost_of, words))
        cost = {code: (total >> lane & _LANE_MASK) / self.model.units for code, lane in self._lane.items()}
        return {code: cost[INDONESIAN] - value for code, value in cost.items()}, len(words)

    def language_of(self, text: str, *, claimed: str = "") -> str:
        """ISO 639-1 where it has the language, else 639-3. Never raises.

        `claimed` is the source's word: it halves what its own language must show, and decides alone only for a text
        without Latin letters. Claims of "en" are worth nothing: half of all publishing tools say so unasked."""
        script = _script_of(text)
        if script is not None:
            return script
        claim = _code(claimed)
        margins, words = self.margins(text)
        if not words or not _is_latin(text):
            return INDONESIAN if claim in ("", "en") else claim
        best = max(margins, key=lambda code: (margins[code], code == INDONESIAN))
        believed = best == claim and claim != "en"
        if words < WORDS_NEEDED and not believed:
            return INDONESIAN
        ease = 0.5 if believed else 1.0
        told = margins[best] >= self.model.margin * ease
        return best if told and margins[best] >= words * self.model.margin_per_word * ease else INDONESIAN


@lru_cache(maxsize=1)
def shipped() -> Languages:
    """The model that ships, loaded once."""
    return Languages(load_languages())


def _code(claimed: str) -> str:
    code = re.split(r"[-_]", claimed.strip().lower(), maxsplit=1)[0]
    return code if code.isascii() and code.isalpha() and len(code) in (2, 3) else ""


def _is_latin(text: str) -> bool:
    """Whether most letters of the beginning are Latin ones."""
    letters = [char for char in text[:CHARS_READ] if char.isalpha()]
    return 2 * sum(char < "\u0250" or "\u1e00" <= char <= "\u1eff" for char in letters) >= len(letters)


def _script_of(text: str) -> str | None:
    counted: dict[str, int] = {}
    beginning = text[:CHARS_READ]
    if beginning.isascii():
        return None
    for char in beginning:
        if "\u1a00" <= char <= "\ua9df":
            for low, high, code in _SCRIPTS:
                if low <= ord(char) <= high:
                    counted[code] = counted.get(code, 0) + 1
    if not counted or 2 * max(counted.values()) < sum(char.isalpha() for char in beginning):
        return None
    return max(counted, key=lambda code: (counted[code], code))
