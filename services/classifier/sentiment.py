"""Tone towards the institution, and whether officials acted or failed."""

from dataclasses import dataclass

from services.classifier.matching import Evidence, Matcher, Sighting
from services.classifier.verdicts import PolarityLabel, Reason, SentimentLabel, reasons_of

# Which way a topic leans when its words say nothing more.
_LEAN = {
    "pelarian": -1.0, "kerusuhan": -1.0, "kematian": -0.9, "kekerasan_wbp": -1.0, "kekerasan_petugas": -1.2,
    "hp_pungli": -0.8, "narkoba": -0.6, "integritas": -0.3, "overkapasitas": -0.5, "kebakaran_bencana": -0.8,
    "penyelundupan": -0.1, "residivis": -1.2, "pembinaan": 0.5, "layanan": 0.2, "seremonial": 0.5,
}  # fmt: skip
# What is said about people or laws is rarely about the institution's standing: only strong words tip these.
_CALM = {"tokoh": 0.4, "kebijakan": 0.4, "hoaks_klarifikasi": 0.2}


@dataclass(frozen=True, slots=True)
class Tone:
    """The rules' words for and against; `mixed`: how much of both makes it campuran."""

    evidence: tuple[Evidence, ...]
    positive: float
    negative: float
    mixed: float

    @property
    def good(self) -> float:
        return sum(e.weight for e in self.evidence if e.weight > 0)

    @property
    def bad(self) -> float:
        return sum(e.weight for e in self.evidence if e.weight < 0)

    def total(self, topic: str, *, polarity: PolarityLabel = "none", severity: int = 0) -> float:
        total = self.good + self.bad + _LEAN.get(topic, 0.0)
        if severity >= 3:
            total -= 1.0
        if polarity == "officials_acted" and severity < 3:
            total += 0.5
        return total * _CALM.get(topic, 1.0)

    def label(self, total: float, *, severity: int) -> SentimentLabel:
        good = min(self.good, 1.0) if severity >= 3 else self.good
        if good >= self.mixed and -self.bad >= self.mixed:
            return "campuran"
        if total >= self.positive:
            return "positif"
        return "negatif" if total <= self.negative else "netral"

    def reasons(self, label: SentimentLabel) -> tuple[Reason, ...]:
        shown = [e for e in self.evidence if label in {"campuran", "netral"} or (e.weight > 0) == (label == "positif")]
        return reasons_of(shown, 3)


def weigh_tone(matcher: Matcher, sighting: Sighting) -> Tone:
    settings = matcher.settings("sentiment")
    evidence = tuple(matcher.weigh("sentiment", sighting))
    return Tone(evidence, settings["positive"], settings["negative"], settings["mixed"])


def judge_polarity(matcher: Matcher, sighting: Sighting) -> tuple[PolarityLabel, tuple[Reason, ...]]:
    evidence = matcher.weigh("polarity", sighting)
    acted = [e for e in evidence if e.label == "officials_acted"]
    failed = [e for e in evidence if e.label == "officials_failed"]
    good, bad = sum(e.weight for e in acted), sum(e.weight for e in failed)
    if max(good, bad) < matcher.settings("polarity")["least"]:
        return "none", ()
    return ("officials_acted", reasons_of(acted, 2)) if good > bad else ("officials_failed", reasons_of(failed, 2))
