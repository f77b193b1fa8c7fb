"""Two documents' traits → the figures same-event is decided on."""

from services.classifier.particulars import against, elsewhere
from services.classifier.severity import INCIDENT_TOPICS
from services.classifier.traits import Numbers, Traits
from services.classifier.wordings import MOST_RARE, Synonyms, synonyms

RARE = frozenset({"pelarian", "kerusuhan", "kebakaran_bencana", "kematian"})
RARE_HOURS = 24.0
MOST_HOURS = 96.0
TEXT_NEEDED = 12  # stems of the text on both sides before it is looked at

TITLE_FIGURES = (
    "cosine", "contained", "jaccard", "grams", "rarest", "numbers_shared", "numbers_against", "deeds_shared",
    "deeds_against", "hours", "other_day", "same_unit", "same_incident", "same_rare", "denied", "other_topic",
    "elsewhere", "same_place", "other_name", "other_kind", "other_date", "other_hour", "later_one",
    "service_one", "services", "lists",
)  # fmt: skip
TEXT_FIGURES = (*TITLE_FIGURES, "lead_cosine", "crossed")


def hours_apart(a: Traits, b: Traits) -> float | None:
    if a.at is None or b.at is None:
        return None
    return abs((a.at - b.at).total_seconds()) / 3600.0


def has_texts(a: Traits, b: Traits) -> bool:
    return len(a.lead) >= TEXT_NEEDED and len(b.lead) >= TEXT_NEEDED


def compare(a: Traits, b: Traits) -> list[float]:
    """In the order of TEXT_FIGURES when both bring a text, of TITLE_FIGURES otherwise. Symmetric."""
    figures = [*_words(a, b), *_details(a, b), *_circumstances(a, b), *_particulars(a, b)]
    return figures + _texts(a, b) if has_texts(a, b) else figures


def _words(a: Traits, b: Traits) -> list[float]:
    terms_a, terms_b = a.terms, b.terms
    if not terms_a or not terms_b:
        return [0.0] * 5
    weights = [terms_a[s] for s in terms_a.keys() & terms_b.keys()]
    weight = sum(weights)
    return [
        sum(w * w for w in weights) / (a.norm * b.norm),
        weight / min(a.total, b.total),
        weight / (a.total + b.total - weight),
        2 * len(a.grams & b.grams) / (len(a.grams) + len(b.grams)),
        max(weights, default=0.0) / MOST_RARE,
    ]


def _details(a: Traits, b: Traits) -> list[float]:
    shared, against = _numbers(a.numbers, b.numbers)
    common = a.deeds & b.deeds
    return [
        min(2.0, shared),
        min(2.0, against),
        float(min(3, len(common))),
        float(min(2, _opposed(a.deeds - common, b.deeds - common, synonyms()))),
    ]


def _numbers(a: Numbers, b: Numbers) -> tuple[float, float]:
    """Shared numbers (small ones count half), and kinds of which both name numbers but none in common."""
    if not a or not b:
        return 0.0, 0.0
    values = {v for v, _ in a} & {v for v, _ in b}
    shared = sum(0.5 if len(v) == 1 else 1.0 for v in values)
    kinds = {k for _, k in a} & {k for _, k in b}
    against = 0.0
    for kind in kinds:
        if not {v for v, k in a if k == kind} & {v for v, k in b if k == kind}:
            against += 1.0 if kind else 0.5
    return shared, against


def _opposed(a: frozenset[str], b: frozenset[str], known: Synonyms) -> int:
    return sum((x, y) in known.opposed for x in a for y in b) if a and b else 0


def _circumstances(a: Traits, b: Traits) -> list[float]:
    # Without dates nothing is said of time here; other weights are then used.
    hours = hours_apart(a, b) or 0.0
    unit = bool(a.units & b.units)
    same_topic = a.topic == b.topic
    incident = unit and same_topic and a.topic in INCIDENT_TOPICS
    topics = {a.topic, b.topic}
    denied = unit and "hoaks_klarifikasi" in topics and bool(topics & INCIDENT_TOPICS)
    return [
        min(hours, MOST_HOURS) / 24.0,
        float(hours > 20.0),
        float(unit),
        float(incident),
        float(incident and a.topic in RARE and hours <= RARE_HOURS),
        float(denied),
        float(not same_topic and "hoaks_klarifikasi" not in topics),
    ]


def _particulars(a: Traits, b: Traits) -> list[float]:
    left, right = a.particulars, b.particulars
    return [
        float(elsewhere(left, right)),
        float(not left.places.isdisjoint(right.places)),
        float(against(left.named, right.named)),
        float(against(left.kinds, right.kinds)),
        float(against(left.dates, right.dates) or against(left.days, right.days)),
        float(against(left.clocks, right.clocks)),
        float(left.later != right.later),
        float(left.a_service != right.a_service),
        float(left.a_service and right.a_service),
        float(left.a_list and right.a_list),
    ]


def _texts(a: Traits, b: Traits) -> list[float]:
    shared = a.lead.keys() & b.lead.keys()
    cosine = sum(a.lead[s] ** 2 for s in shared) / (a.lead_norm * b.lead_norm)
    forth = sum(w for s, w in a.terms.items() if s in b.lead) / a.total if a.total else 0.0
    back = sum(w for s, w in b.terms.items() if s in a.lead) / b.total if b.total else 0.0
    return [cosine, (forth + back) / 2]
