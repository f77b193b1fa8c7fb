"""Does a text concern the Indonesian corrections service? Evidence for and against, turned into a probability."""

from math import exp

from services.classifier.matching import Evidence, Matcher, Sighting
from services.classifier.normalising import LEAD, TITLE
from services.classifier.verdicts import Reason, Relevance, reasons_of

# Title, lead and rest shrink a rule's weight (matching.py); repeated mention in the body earns part of it back.
# Once the gazetteer has recognised an Indonesian unit, these say nothing against it.
_YIELDS_TO_UNIT = frozenset({"rel.asing_dekat", "rel.asing_jauh", "rel.asing_kejahatan", "rel.hiburan", "rel.bola"})
# Places beside a unit ("di sekitar lapas"), told below a title that names the unit, take nothing back.
_ONLY_THE_WAY = frozenset({"rel.dekat", "rel.jalan"})
_FOREIGN_TONGUE = -2.6
# Less than the midpoint: a name that only tells where a road lies makes nothing relevant by itself.
UNIT_NAMED = 1.2
_DENSE = ("rel.unit", "rel.napi", "rel.lembaga")


def judge_relevance(matcher: Matcher, sighting: Sighting, *, unit_named: bool = False) -> Relevance:
    """`unit_named`: the gazetteer recognised a unit by its full name, the strongest evidence there is."""
    settings = matcher.settings("relevance")
    evidence = matcher.weigh("relevance", sighting)
    if unit_named:
        evidence = [e for e in evidence if e.rule_id not in _YIELDS_TO_UNIT]
    if any(e.rule_id == "rel.unit" and e.zone == TITLE for e in evidence):
        evidence = [e for e in evidence if e.rule_id not in _ONLY_THE_WAY or e.zone == TITLE]
    total = sum(_weight(e) for e in evidence) + _density(matcher, sighting, evidence)
    extra: tuple[Reason, ...] = ()
    if total > 0 and not unit_named and matcher.reads_foreign(sighting.reading):
        total += _FOREIGN_TONGUE
        extra = (Reason(rule="rel.bahasa", words="bukan bahasa Indonesia"),)
    if unit_named:
        total += UNIT_NAMED
        extra = (Reason(rule="rel.gazetir", words="nama UPT dikenali dari daftar"),)
    score = 1.0 / (1.0 + exp(-settings["steepness"] * (total - settings["midpoint"])))
    return Relevance(score=round(score, 4), relevant=score >= settings["threshold"], why=extra + reasons_of(evidence))


def _weight(evidence: Evidence) -> float:
    # Where something happened is told in the lead: what speaks against relevance there counts as in the title.
    if evidence.label != "bukan" or evidence.zone == TITLE:
        return evidence.weight
    if evidence.zone == LEAD:
        return evidence.full_weight
    return evidence.full_weight * 0.6 if evidence.rule_id == "rel.asing_dekat" else evidence.weight


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
