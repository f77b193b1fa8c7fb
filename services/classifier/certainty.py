"""How certain it is that what a text tells has happened: from its words, what it is, and who tells it. Pure.

The values are those of certainty in the Common Alerting Protocol 1.2 (OASIS, 3.2.2.8): `teramati` Observed,
`sangat_mungkin` Likely, `mungkin` Possible, `tidak_mungkin` Unlikely, `tidak_diketahui` Unknown. With severity and
urgency it is what an alert is weighed by there."""

from collections.abc import Sequence
from typing import Final

from services.classifier.matching import Evidence
from services.classifier.verdicts import CertaintyLevel, Reason, Topic, reasons_of

# What counts more for a story: a denial outweighs a rumour, not what media tell as a fact.
WEIGHTIEST_FIRST: Final[tuple[CertaintyLevel, ...]] = (
    "teramati", "sangat_mungkin", "tidak_mungkin", "mungkin", "tidak_diketahui",
)  # fmt: skip
_DENIAL: Final = "hoaks_klarifikasi"
# A rumour that is told as true keeps the severity of what it says; what is denied is at most a minor matter.
_DENIED_AT_MOST: Final = 1
# What is told plainly, with nothing said for or against it, is as good as who tells it.
_BY_KIND: Final[dict[str, tuple[CertaintyLevel, str]]] = {
    "laporan": ("teramati", "laporan unit sendiri"),
    "berita": ("sangat_mungkin", "dinyatakan media"),
    "klipping": ("sangat_mungkin", "dinyatakan media"),
    "unggahan": ("mungkin", "unggahan tanpa konfirmasi"),
    "video": ("mungkin", "unggahan tanpa konfirmasi"),
}


def held_certain(
    evidence: Sequence[Evidence], *, title: str, topic: Topic, severity: int
) -> tuple[CertaintyLevel | None, tuple[Reason, ...]]:
    """What the words themselves say; None where they neither confirm, deny nor doubt."""
    if topic.name == _DENIAL and severity <= _DENIED_AT_MOST:
        return "tidak_mungkin", topic.why[:1] or (Reason(rule="pst.disangkal", words="kabar yang disangkal"),)
    confirmed = [one for one in evidence if one.label == "dibenarkan"]
    if confirmed:
        return "teramati", reasons_of(confirmed, 2)
    doubted = [one for one in evidence if one.label == "diduga"]
    if doubted:
        return "mungkin", reasons_of(doubted, 2)
    if title.rstrip(" \"”'").endswith("?"):
        return "mungkin", (Reason(rule="pst.tanda_tanya", words="judulnya bertanya"),)
    return None, ()


def told_certain(
    held: CertaintyLevel | None, why: tuple[Reason, ...], kind: str
) -> tuple[CertaintyLevel, tuple[Reason, ...]]:
    """The words' own certainty, else that of what the publication is (`kind` of an item)."""
    # A unit saw what it reports; its hedges are about causes.
    if held is not None and not (kind == "laporan" and held == "mungkin"):
        return held, why
    level, words = _BY_KIND.get(kind, ("tidak_diketahui", "asal tidak dikenal"))
    return level, (Reason(rule=f"pst.{kind}", words=words),)
