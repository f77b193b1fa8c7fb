"""A labelled text as the world mangles it: same labels, another surface. Nothing of this is ever written to text/."""

import random
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from services.classifier.training.corpus import Example

Change = Callable[[Example, random.Random], Example | None]

_SLANG = {
    **{"yang": "yg", "tidak": "gak", "sudah": "udah", "dengan": "dgn", "untuk": "utk", "karena": "krn"},
    **{"dari": "dr", "saja": "aja", "seperti": "kyk", "orang": "org", "bisa": "bs", "tadi": "td"},
    **{"kemarin": "kmrn", "banyak": "byk", "sekarang": "skrg", "dalam": "dlm", "belum": "blm", "juga": "jg"},
    **{"kepada": "ke", "bagaimana": "gimana", "kenapa": "knp", "malam": "mlm", "pagi": "pg", "jangan": "jgn"},
    **{"keluarga": "klrga", "petugas": "ptgs", "masih": "msh", "saat": "pas", "hanya": "cuma", "akan": "bakal"},
    **{"para": "", "sampai": "smpe", "tetapi": "tp", "tapi": "tp", "dapat": "dpt", "lagi": "lg", "sama": "sm"},
}
_PLACES = (
    *("Bojonegoro", "Tarakan", "Kuningan", "Ende", "Sibolga", "Palopo", "Wonosobo", "Bengkalis", "Tual"),
    *("Rembang", "Kotamobagu", "Sintang", "Bangko", "Waikabubak", "Pamekasan", "Meulaboh", "Luwuk", "Nabire"),
)
_UNIT = re.compile(
    r"(?:Lapas|Rutan|LPKA|LPAS|Bapas|Rupbasan)(?: (?:Kelas|Perempuan|Narkotika|Pemuda|Terbuka|Khusus|I{1,3}[AB]?))*"
    r" (?P<place>[A-Z][\w' ]+)",
    re.IGNORECASE,
)
_SMALL = re.compile(r"(?<![\w.,:/+-])([2-9]|[1-9]\d)(?![\w,:/%+-]|\.\d)")
_WORDS = ("dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
_WORD_NUMBER = re.compile(rf"\b({'|'.join(_WORDS)})\b", re.IGNORECASE)
_ABOUT_US = re.compile(
    r"\b(lapas|rutan|lpka|lpas|bapas|rupbasan|napi|narapidana|warga binaan|wbp|sipir|kalapas|karutan|ditjenpas"
    r"|remisi|anak binaan|nusakambangan|asimilasi)\b",
    re.IGNORECASE,
)
_LEFTOVERS = ("&nbsp;", "<br/>", "</p><p>", "&amp;nbsp;", "<strong></strong>", "&#8203;", "<!-- iklan -->")
_TAILS = (" - Kabar Karesidenan", " | Suara Pesisir Daily", " – Warta Contoh", " [FOTO]", " (VIDEO)", " Halaman 2")
_INVISIBLE = ("\u200b", "\u00ad", "\u200d", "\ufeff")


def perturbed(example: Example, seed: int) -> Example | None:
    """One change, drawn by the seed; None when that change says nothing new of this text or could alter a label."""
    draw = random.Random(f"{seed}:{example.title}:{example.lead}")
    kind = draw.choice(sorted(KINDS))
    changed = KINDS[kind](example, draw)
    if changed is None or (changed.title, changed.lead) == (example.title, example.lead):
        return None
    return replace(changed, at=f"{example.at}#{kind}")


def _both(example: Example, change: Callable[[str], str]) -> Example:
    return replace(example, title=change(example.title), lead=change(example.lead))


def _capitals(example: Example, _draw: random.Random) -> Example | None:
    return replace(example, title=example.title.upper()) if example.title else None


def _lower(example: Example, _draw: random.Random) -> Example:
    return _both(example, lambda text: re.sub(r"[\"“”',;:!?.]+(?=\s|$)", "", text).lower())


def _typos(example: Example, draw: random.Random) -> Example:
    return _both(example, partial(_mistyped, draw=draw))


def _mistyped(text: str, *, draw: random.Random) -> str:
    words = text.split(" ")
    for index in draw.sample(range(len(words)), k=min(2, len(words))):
        word = words[index]
        if len(word) >= 6 and word.isalpha():
            at = draw.randrange(1, len(word) - 2)
            swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            words[index] = draw.choice((swapped, word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:]))
    return " ".join(words)


def _without_lead(example: Example, _draw: random.Random) -> Example | None:
    """Only where the title alone carries the labels: about us by its own words, and nothing grave told by the lead."""
    if not (example.title and example.lead):
        return None
    if example.relevant and (example.severity >= 3 or not _ABOUT_US.search(example.title)):
        return None
    named = tuple(unit for unit in example.units if unit.lower() in example.title.lower())
    return replace(example, lead="", units=named or (("?",) if example.units else ()))


def _slang(example: Example, draw: random.Random) -> Example | None:
    if example.language != "id":
        return None

    def spelt(match: re.Match[str]) -> str:
        return _SLANG.get(match[0].lower(), match[0]) if draw.random() < 0.8 else match[0]

    return _both(example, lambda text: re.sub(r" {2,}", " ", re.sub(r"\w+", spelt, text)).strip())


def _other_unit(example: Example, draw: random.Random) -> Example | None:
    """The same place becomes another one throughout; an old label follows."""
    found = [match for unit in example.units if (match := _UNIT.fullmatch(unit))]
    if not found:
        return None
    old, new = found[0]["place"], draw.choice(_PLACES)
    place = re.compile(rf"\b{re.escape(old)}\b")
    changed = _both(example, lambda text: place.sub(new, text))
    return replace(changed, units=tuple(place.sub(new, unit) for unit in example.units))


def _other_numbers(example: Example, draw: random.Random) -> Example:
    """Within its size (2–9, 10–99): ten at large are a mass escape, nine are not."""

    def figure(match: re.Match[str]) -> str:
        return str(draw.randint(2, 9) if len(match[0]) == 1 else draw.randint(10, 99))

    def word(match: re.Match[str]) -> str:
        other = draw.choice(_WORDS)
        return other.capitalize() if match[0][0].isupper() else other

    return _both(example, lambda text: _WORD_NUMBER.sub(word, _SMALL.sub(figure, text)))


def _markup(example: Example, draw: random.Random) -> Example:
    def littered(text: str) -> str:
        if not text:
            return text
        words = text.split(" ")
        words.insert(draw.randrange(len(words) + 1), draw.choice(_LEFTOVERS))
        return " ".join(words)

    return _both(example, littered)


def _tail(example: Example, draw: random.Random) -> Example | None:
    return replace(example, title=example.title + draw.choice(_TAILS)) if example.title else None


def _invisible(example: Example, draw: random.Random) -> Example:
    def sown(text: str) -> str:
        return "".join(sign + (draw.choice(_INVISIBLE) if draw.random() < 0.05 else "") for sign in text)

    return _both(example, sown)


KINDS: dict[str, Change] = {
    "capitals": _capitals,
    "invisible": _invisible,
    "lower": _lower,
    "markup": _markup,
    "other_numbers": _other_numbers,
    "other_unit": _other_unit,
    "slang": _slang,
    "tail": _tail,
    "typos": _typos,
    "without_lead": _without_lead,
}
