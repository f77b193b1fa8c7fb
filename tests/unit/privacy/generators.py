"""Identities and disguises for the gate's tests, made by arithmetic and not by the gate's own expressions."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

# Codes of provinces as the decree lists them, written down here once more on purpose.
PROVINCES: list[str] = re.findall(
    r"\d+",
    "11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 51 52 53 61 62 63 64 65 71 72 73 74 75 76 81 82 91 92 93 94 95 96",
)
AREAS: list[str] = re.findall(
    r"\d+",
    "021 022 024 031 061 0251 0271 0274 0341 0361 0370 0380 0401 0411 0431 0511 0541 0561 0711 0741 0751 0761 0778",
)
OPERATORS: list[str] = re.findall(
    r"\d+", "811 812 813 821 822 823 851 852 853 855 856 857 858 877 878 881 882 895 896 897 898 899 831 832 838"
)
REGISTERS: list[str] = re.findall(r"\S+", "A.I A.II A.III A.IV A.V B.I B.IIa B.IIb B.III AI BI BIIa BIIb BIII")
COURTS: list[str] = re.findall(r"[^|]+", "PN Mks|PN Jkt.Sel|PN Bdg|PN.Sby|PN Dps|PN Mdn|PT DKI|MS Bna|PN Smg")


def a_nik(rng: random.Random) -> str:
    born = date(1940, 1, 1) + timedelta(days=rng.randrange(25_000))
    day = born.day + rng.choice((0, 40))
    region = f"{rng.choice(PROVINCES)}{rng.randrange(1, 80):02}{rng.randrange(1, 40):02}"
    return f"{region}{day:02}{born:%m%y}{rng.randrange(1, 10_000):04}"


def a_phone(rng: random.Random) -> str:
    rest = "".join(str(rng.randrange(10)) for _ in range(rng.choice((7, 8, 8, 9))))
    return rng.choice(OPERATORS) + rest


def a_register(rng: random.Random) -> str:
    kind = rng.choice(REGISTERS)
    gap = rng.choice((" ", ".", "/", " No. ", ". "))
    year = rng.choice((str(rng.randrange(2010, 2027)), f"{rng.randrange(10, 27):02}"))
    return f"{kind}{gap}{rng.randrange(1, 3000)}/{year}"


def a_case(rng: random.Random) -> str:
    kind = rng.choice(["Pid.B", "Pid.Sus", "Pid.Sus-Anak", "Pid.Sus-TPK", "Pid.C", "Pdt.G", "Pid.Pra", "JN"])
    return f"{rng.randrange(1, 2500)}/{kind}/{rng.randrange(2012, 2027)}/{rng.choice(COURTS)}"


def _cut(number: str, places: tuple[int, ...], by: str) -> str:
    edges = (0, *places, len(number))
    return by.join(number[a:b] for a, b in pairwise(edges))


def _digits_from(first: int) -> Callable[[str], str]:
    return lambda text: "".join(chr(first + int(sign)) if sign.isdigit() else sign for sign in text)


def _every_other(number: str, disguise: Callable[[str], str]) -> str:
    return "".join(disguise(sign) if place % 2 else sign for place, sign in enumerate(number))


# The twelve forms of noise that the gate answers for; README.md lists them.
NOISE: dict[str, Callable[[str], str]] = {
    "1 blanks": lambda n: _cut(n, (4, 8, 12), " "),
    "2 dots": lambda n: _cut(n, (2, 4, 6, 12), "."),
    "3 dashes": lambda n: _cut(n, (6, 12), " - "),
    "4 slashes and other signs": lambda n: _cut(n, (4, 6, 8, 12), "/"),
    "5 signs without width": lambda n: "\u200b".join(n[:8]) + "\u00ad\u2060" + n[8:],
    "6 line breaks": lambda n: _cut(n, (6, 12), "\n"),
    "7 full-width digits": _digits_from(0xFF10),
    "8 digits of other scripts": lambda n: _every_other(n, _digits_from(0x0660)),
    "9 letters drawn like digits": lambda n: n.translate(str.maketrans("0158", "OlSB")),
    "10 several at once": lambda n: (
        n[:6].replace("0", "o") + "\u200b. " + _digits_from(0x1D7CE)(n[6:12]) + "\n-" + n[12:]
    ),
    "11 struck through": lambda n: "".join(sign + "\u0336" for sign in n),
    "12 leftovers of markup and escapes": lambda n: (
        "".join(f"&#{ord(sign)};" for sign in n[:4])
        + "&nbsp;"
        + "".join(f"\\u{ord(sign):04x}" for sign in n[4:8])
        + "<wbr>"
        + "".join(f"%{ord(sign):02X}" for sign in n[8:12])
        + "&#x200B;"
        + n[12:]
    ),
}

SPOKEN = ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"]

PHONE_WRITINGS: dict[str, Callable[[str], str]] = {
    "0 in one piece": lambda n: f"0{n}",
    "0 in fours": lambda n: f"0{n[:3]}-{n[3:7]}-{n[7:]}",
    "0 with blanks": lambda n: f"0{n[:3]} {n[3:6]} {n[6:]}",
    "0 with dots": lambda n: f"0{n[:3]}.{n[3:7]}.{n[7:]}",
    "+62": lambda n: f"+62 {n[:3]}-{n[3:7]}-{n[7:]}",
    "+62 in one piece": lambda n: f"+62{n}",
    "62": lambda n: f"62{n}",
    "0062": lambda n: f"0062 {n}",
    "brackets": lambda n: f"(+62) {n[:3]} {n[3:]}",
    "a blank between all": lambda n: " ".join(f"0{n}"),
    "words": lambda n: " ".join(SPOKEN[int(sign)] for sign in f"0{n}"),
    "words and signs": lambda n: " ".join(
        SPOKEN[int(sign)] if place % 3 else sign for place, sign in enumerate(f"0{n}")
    ),
    "capital words": lambda n: "-".join(SPOKEN[int(sign)].title() for sign in f"0{n}"),
}
