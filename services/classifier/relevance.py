"""Does a text concern the Indonesian corrections service? Evidence for and against, turned into a probability."""

from math import exp

from services.classifier.matching import Evidence, Matcher, Sighting
from services.classifier.normalising import TITLE
from services.classifier.verdicts import Reason, Relevance, reasons_of

# Title, lead and rest shrink a rule's weight (matching.py); repeated mention in the body earns part of it back.
_DENSE = ("rel.unit", "rel.napi", "rel.lembaga")


def judge_relevance(matcher: Matcher, sighting: Sighting, *, unit_named: bool = False) -> Relevance:
    """`unit_named`: the gazetteer recognised a unit by its full name, the strongest evidence there is."""
    settings = matcher.settings("relevance")
    evidence = matcher.weigh("relevance", sighting)
    total = sum(e.weight for e in evidence) + _density(matcher, sighting, evidence)
    extra: tuple[Reason, ...] = ()
    if unit_named:
        total += 1.5
        extra = (Reason(rule="rel.gazetir", words="nama UPT dikenali dari daftar"),)
    score = 1.0 / (1.0 + exp(-settings["steepness"] * (total - settings["midpoint"])))
    return Relevance(score=round(score, 4), relevant=score >= settings["threshold"], why=extra + reasons_of(evidence))


def _density(matcher: Matcher, sighting: Sighting, evidence: list[Evidence]) -> float:
    if not any(e.rule_id in _DENSE and e.zone != TITLE for e in evidence):
        return 0.0
    settings = matcher.settings("relevance")
    mentions = {
        hit[0]
        for name in ("@unit", "@napi_jelas", "@lembaga")
        for hit in matcher.hits(sighting, name)
        if hit[0] >= sighting.reading.title_words
    }
    return min(settings["density_max"], settings["density_each"] * max(0, len(mentions) - 1))
