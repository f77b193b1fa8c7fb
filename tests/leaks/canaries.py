"""Invented identities, each used once: whatever is found tells through which entrance it came."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

# Each makes words that stand in no dictionary and in no list of names: finding one is never chance.
_FIRST = ("wira", "jala", "surya", "candra", "bayu", "tirta", "kerta", "mangku", "sastra", "yudha", "prana", "arga")
_SECOND = ("sangkana", "kramanta", "lodraya", "mandaka", "wijana", "sukmala", "darsana", "pratista", "bawana", "gendra")
_LAST = ("", "ti", "no", "wan", "di", "na", "ra", "sih", "lan", "man")
_FULL_WIDTH = str.maketrans("0123456789", "".join(chr(0xFF10 + n) for n in range(10)))
_LETTERS = str.maketrans("015", "OlS")

NUMBERS = ("nik", "kk", "telepon", "register", "perkara", "npwp", "bpjs", "paspor", "surel", "pelat")
NAMES = ("wbp", "tahanan", "keluarga", "anak")
KINDS = (*NUMBERS, *NAMES)

# How a value stands in a text; the words are what an honest text would say beside it.
_SENTENCES = {
    "nik": "NIK {}",
    "kk": "nomor KK {}",
    "telepon": "nomor HP {}",
    "register": "nomor register {}",
    "perkara": "perkara nomor {}",
    "npwp": "NPWP {}",
    "bpjs": "nomor BPJS {}",
    "paspor": "paspor nomor {}",
    "surel": "surel {}",
    "pelat": "mobil berpelat nomor {}",
    "wbp": "narapidana bernama {}",
    "tahanan": "tersangka {}",
    "keluarga": "istri narapidana bernama {}",
    "anak": "anak berusia 14 tahun bernama {}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """`value`: what identifies somebody, in its plain form; `written`: as it was put in."""

    entrance: str
    kind: str
    value: str
    written: str

    @property
    def sentence(self) -> str:
        return _SENTENCES[self.kind].format(self.written)

    @property
    def slug(self) -> str:
        """As the address of an article would hold it."""
        return "-".join([_SENTENCES[self.kind].split(" {}")[0], *self.value.split()]).lower().replace(" ", "-")


def _spaced(digits: str) -> str:
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


# Ways to write a number that people use, on purpose or not.
_WRITTEN: tuple[Callable[[str], str], ...] = (
    lambda value: value,
    _spaced,
    lambda value: value.translate(_FULL_WIDTH),
    lambda value: _spaced(value).replace(" ", "."),
    lambda value: value.translate(_LETTERS),
    lambda value: "\u200b".join((value[:6], value[6:])),
    lambda value: _spaced(value).replace(" ", "-"),
    lambda value: _spaced(value).replace(" ", "\n", 1),
)


@dataclass(slots=True)
class Aviary:
    """Hands out canaries and remembers them; the same seed makes the same ones."""

    seed: int = 4
    let_out: list[Canary] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)
    _turns: Counter[str] = field(default_factory=Counter)
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def take(self, entrance: str, kind: str, *, plain: bool = False) -> Canary:
        """A new one. `plain`: written as an office would write it."""
        value = self._new(kind)
        written = value
        if not plain and kind in ("nik", "kk"):
            written = _WRITTEN[self._turns[kind] % len(_WRITTEN)](value)
        if not plain and kind == "telepon":
            ways = (value, f"+62 {value[1:4]}-{value[4:8]}-{value[8:]}", f"{value[:4]} {value[4:8]} {value[8:]}")
            written = ways[self._turns[kind] % len(ways)]
        self._turns[kind] += 1
        canary = Canary(entrance=entrance, kind=kind, value=value, written=written)
        self.let_out.append(canary)
        return canary

    def some(self, entrance: str, *kinds: str, plain: bool = False) -> list[Canary]:
        return [self.take(entrance, kind, plain=plain) for kind in kinds]

    def _new(self, kind: str) -> str:
        if kind in NAMES:
            return f"{self._word().title()} bin {self._word().title()}"
        value = f"{self._word()}@surat.example" if kind == "surel" else _MAKERS[kind](self._random)
        return self._once(value) or self._new(kind)

    def _word(self) -> str:
        """A name of nobody; none is part of another, or one that is found would tell of both."""
        made = self._random.choice(_FIRST) + self._random.choice(_SECOND) + self._random.choice(_LAST)
        if any(made in other or other in made for other in self._taken):
            return self._word()
        return self._once(made) or self._word()

    def _once(self, value: str) -> str:
        new = value not in self._taken
        self._taken.add(value)
        return value if new else ""


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("123456789") for _ in range(count))


def _identity(rng: random.Random) -> str:
    province = rng.choice(("11", "32", "35", "51", "62", "73", "91"))
    day = rng.randint(1, 28) + rng.choice((0, 40))
    return f"{province}{_digits(rng, 4)}{day:02}{rng.randint(1, 12):02}{_digits(rng, 2)}{_digits(rng, 4)}"


_MAKERS: dict[str, Callable[[random.Random], str]] = {
    "nik": _identity,
    "kk": _identity,
    "telepon": lambda rng: f"08{rng.choice(('12', '21', '57', '95'))}{_digits(rng, 8)}",
    "register": lambda rng: f"B.IIa.{_digits(rng, 4)}/20{rng.randint(15, 25)}",
    "perkara": lambda rng: f"{_digits(rng, 4)}/Pid.Sus/20{rng.randint(15, 25)}/PN Jkt.Utr",
    "npwp": lambda rng: (
        f"{_digits(rng, 2)}.{_digits(rng, 3)}.{_digits(rng, 3)}.{_digits(rng, 1)}-{_digits(rng, 3)}.000"
    ),
    "bpjs": lambda rng: f"000{_digits(rng, 10)}",
    "paspor": lambda rng: f"{rng.choice('BCX')}{_digits(rng, 7)}",
    "pelat": lambda rng: f"B {_digits(rng, 4)} {''.join(rng.choice('KVWXZ') for _ in range(3))}",
}
