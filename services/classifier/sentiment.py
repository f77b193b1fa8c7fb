"""Tone towards the institution, and whether officials acted or failed."""

from math import tanh

from services.classifier.matching import Matcher, Sighting
from services.classifier.verdicts import PolarityLabel, Reason, Sentiment, SentimentLabel, reasons_of

# Which way a topic leans when its words say nothing more.
_LEAN = {
    "pelarian": -1.0, "kerusuhan": -1.0, "kematian": -0.9, "kekerasan_wbp": -1.0, "kekerasan_petugas": -1.2,
    "hp_pungli": -0.8, "narkoba": -0.6, "integritas": -0.3, "overkapasitas": -0.5, "kebakaran_bencana": -0.8,
    "penyelundupan": -0.1, "residivis": -1.2, "pembinaan": 0.5, "layanan": 0.2, "seremonial": 0.5,
}  # fmt: skip
# What is said about people or laws is rarely about the institution's standing: only strong words tip these.
_CALM = {"tokoh": 0.4, "kebijakan": 0.4, "hoaks_klarifikasi": 0.2}


def judge_polarity(matcher: Matcher, sighting: Sighting) -> tuple[PolarityLabel, tuple[Reason, ...]]:
    evidence = matcher.weigh("polarity", sighting)
    acted = [e for e in evidence if e.label == "officials_acted"]
    failed = [e for e in evidence if e.label == "officials_failed"]
    good, bad = sum(e.weight for e in acted), sum(e.weight for e in failed)
    if max(good, bad) < matcher.settings("polarity")["least"]:
        return "none", ()
    return ("officials_acted", reasons_of(acted, 2)) if good > bad else ("officials_failed", reasons_of(failed, 2))


def judge_sentiment(
    matcher: Matcher, sighting: Sighting, *, topic: str, polarity: PolarityLabel, severity: int
) -> Sentiment:
    settings = matcher.settings("sentiment")
    evidence = matcher.weigh("sentiment", sighting)
    good = sum(e.weight for e in evidence if e.weight > 0)
    bad = sum(e.weight for e in evidence if e.weight < 0)
    total = good + bad + _LEAN.get(topic, 0.0)
    if severity >= 3:
        total -= 1.0
        good = min(good, 1.0)
    if polarity == "officials_acted" and severity < 3:
        total += 0.5
    label: SentimentLabel = "netral"
    total *= _CALM.get(topic, 1.0)
    if good >= settings["mixed"] and -bad >= settings["mixed"]:
        label = "campuran"
    elif total >= settings["positive"]:
        label = "positif"
    elif total <= settings["negative"]:
        label = "negatif"
    shown = [e for e in evidence if label in {"campuran", "netral"} or (e.weight > 0) == (label == "positif")]
    return Sentiment(label=label, score=round(tanh(total / 2.5), 3), why=reasons_of(shown, 3))
