"""Rules and a read text → which rules hold, how strongly, and on which words they rest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from services.classifier.normalising import LEAD, REST, TITLE, Place, Reading
from services.classifier.rules import Rule, RuleFile, RuleSet
from services.classifier.stopwords import STOPWORDS

MAX_HITS = 24
# Words of other languages too: "Bapas" in Hindi, "lapas" and "las" in Spanish.
AMBIGUOUS_WORDS = frozenset({"lapas", "bapas", "rutan", "las", "a", "i"})
MASKS = ("kiasan", "ekor")
ZONE_WEIGHT = {TITLE: 1.0, LEAD: 0.7, REST: 0.3}
_NUMBER_WORDS = {
    "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9, "sepuluh": 10, "sebelas": 11,
    "belasan": 12, "puluhan": 20, "ratusan": 100, "ribuan": 1000,
}  # fmt: skip

# "Kabur 11 hari": a number of days is no number of people.
_TEXT_MEASURES = (
    "hari jam menit bulan tahun pekan minggu persen kg kilogram gram ons meter km kilometer kali juta miliar"
)
_MEASURES = frozenset(_TEXT_MEASURES.split())

Hit = tuple[int, int]  # first and last word


@dataclass(frozen=True, slots=True)
class Evidence:
    """A rule that held: its words, where, and the weight it brought."""

    rule_id: str
    label: str
    weight: float
    full_weight: float
    why: str
    place: Place
    first: int
    last: int
    zone: int


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: Rule
    parts: tuple[int, ...]
    need: int
    unless: tuple[int, ...]
    unless_before: tuple[int, ...]
    unless_anywhere: int


class Sighting:
    """All class hits of one text; each section of rules is weighed against it."""

    __slots__ = ("hits", "present", "reading", "weighed")

    def __init__(self, reading: Reading, hits: dict[int, list[Hit]], present: int) -> None:
        self.reading = reading
        self.hits = hits
        self.present = present
        # Judges and models ask for the same sections.
        self.weighed: dict[str, list[Evidence]] = {}


class Matcher:
    """One automaton over every term of every rule, and the rules compiled against its classes."""

    def __init__(self, rules: RuleSet) -> None:
        self._classes: dict[str, int] = {}
        self._terms: dict[str, list[int]] = {}
        self._vocabulary = rules.classes
        self._number_class = self._class_of("@jumlah_besar")
        self.sections = {name: self._compile(file) for name, file in rules.sections.items()}
        self._settings = {name: file.settings for name, file in rules.sections.items()}
        whole, tail = (self._class_of("|".join(rules.masks[name])) for name in MASKS)
        self._known_words = {
            word for terms in rules.classes.values() for term in terms for word in term.strip("*").split()
        } - AMBIGUOUS_WORDS
        patterns = list(self._terms)
        self._targets = [self._terms[p] for p in patterns]
        self._target_bits = [_mask(targets) for targets in self._targets]
        # 0: no mask; 1: hides every word inside it; 2: leaves its first word standing.
        self._mask_kind = [1 if whole in t else 2 if tail in t else 0 for t in self._targets]
        self._automaton = AhoCorasick(patterns)
        self._names = tuple(self._classes)
        self.pattern_count = len(patterns)

    def see(self, reading: Reading, names: Sequence[Hit] = ()) -> Sighting:
        """`names`: words that are a unit's name; behind the first of them they mean nothing else ("Bandar Lampung")."""
        hits: dict[int, list[Hit]] = {}
        found: list[tuple[int, int, int]] = []
        masked = [(first, last, 2) for first, last in names]
        word_at = reading.word_at
        for index, start, end in self._automaton.find_matches_as_indexes(reading.joined, overlapping=True):
            # Both outer spaces belong to the pattern, so the first word begins after one.
            first, last = word_at(start + 1), word_at(end - 2)
            found.append((index, first, last))
            if self._mask_kind[index]:
                masked.append((first, last, self._mask_kind[index]))
        present, bits, targets = 0, self._target_bits, self._targets
        for index, first, last in found:
            if masked and _hidden(first, last, masked):
                continue
            present |= bits[index]
            hit = (first, last)
            for target in targets[index]:
                bucket = hits.get(target)
                if bucket is None:
                    hits[target] = [hit]
                elif len(bucket) < MAX_HITS:
                    bucket.append(hit)
        following = (*reading.words[1:], "")
        numbers = [
            (i, i)
            for i, (word, after) in enumerate(zip(reading.words, following, strict=False))
            if _counts_many(word) and after not in _MEASURES
        ]
        if numbers:
            hits[self._number_class] = numbers[:MAX_HITS]
            present |= 1 << self._number_class
        return Sighting(reading, hits, present)

    def reads_foreign(self, reading: Reading) -> bool:
        """Whether hardly a word is Indonesian as far as we know it: "bapas" and "lapas" are words elsewhere too."""
        words = reading.words[:60]
        known = sum(w in STOPWORDS or w in self._known_words for w in words)
        return len(words) >= 4 and known <= len(words) // 12

    def settings(self, section: str) -> dict[str, float]:
        return self._settings[section]

    def hits(self, sighting: Sighting, name: str) -> list[Hit]:
        """Where a class ("@unit") or term used by some rule stands in the text."""
        return sighting.hits.get(self._classes.get(name, -1), [])

    def classes_in(self, sighting: Sighting) -> list[str]:
        """Names of all classes and terms seen in a text."""
        return [self._names[number] for number in sighting.hits]

    def weigh(self, section: str, sighting: Sighting) -> list[Evidence]:
        """Every rule of the section that holds, each once, in its strongest place. Not to be changed by the reader."""
        known = sighting.weighed.get(section)
        if known is not None:
            return known
        found: list[Evidence] = []
        sighting.weighed[section] = found
        for compiled in self.sections[section]:
            if compiled.need & ~sighting.present or compiled.unless_anywhere & sighting.present:
                continue
            evidence = _hold(compiled, sighting)
            if evidence is not None:
                found.append(evidence)
        return found

    def _compile(self, file: RuleFile) -> tuple[_Compiled, ...]:
        compiled = []
        for rule in file.rules:
            parts = tuple(self._class_of(p) for p in rule.parts)
            anywhere = [self._class_of(p) for p in rule.unless_anywhere]
            compiled.append(
                _Compiled(
                    rule,
                    parts,
                    _mask(parts),
                    tuple(self._class_of(p) for p in rule.unless),
                    tuple(self._class_of(p) for p in rule.unless_before),
                    _mask(anywhere),
                )
            )
        return tuple(compiled)

    def _class_of(self, part: str) -> int:
        """The number of a part's class; alternatives become a class of their own."""
        known = self._classes.get(part)
        if known is not None:
            return known
        number = self._classes[part] = len(self._classes)
        for piece in part.split("|"):
            terms: Iterable[str] = (piece,)
            if piece.startswith("@"):
                terms = self._vocabulary.get(piece[1:], ())
            for term in terms:
                pattern = pattern_of(term)
                targets = self._terms.setdefault(pattern, [])
                if number not in targets:
                    targets.append(number)
        return number


def _hidden(first: int, last: int, masked: list[tuple[int, int, int]]) -> bool:
    return any(a + kind - 1 <= first and last <= b and (a, b) != (first, last) for a, b, kind in masked)


def pattern_of(term: str) -> str:
    return (term[1:] if term.startswith("*") else " " + term).removesuffix("*") + ("" if term.endswith("*") else " ")


def _mask(classes: Sequence[int]) -> int:
    mask = 0
    for number in classes:
        mask |= 1 << number
    return mask


def _counts_many(word: str) -> bool:
    if word.isdecimal():
        return len(word) <= 4 and 5 <= int(word) < 1900
    return word in _NUMBER_WORDS


def _hold(compiled: _Compiled, sighting: Sighting) -> Evidence | None:
    """The strongest place in which the rule holds: title before lead before the rest."""
    reading = sighting.reading
    rule = compiled.rule
    spans = _together(compiled.parts, sighting) if rule.all else _close(compiled, sighting)
    best: tuple[int, int, int] | None = None
    for first, last in spans:
        zone = reading.zone(first)
        if rule.where != "semua" and zone > (TITLE if rule.where == "judul" and reading.title_words else LEAD):
            continue
        if (best is not None and zone >= best[0]) or _excluded(compiled, sighting, first, last):
            continue
        best = (zone, first, last)
        if zone == TITLE:
            break
    if best is None:
        return None
    zone, first, last = best
    weight = rule.weight * _zone_weight(reading, zone)
    return Evidence(rule.id, rule.label, weight, rule.weight, rule.why, reading.place(first, last), first, last, zone)


def _zone_weight(reading: Reading, zone: int) -> float:
    # Without a title the lead is what the title would have been.
    return 1.0 if zone == LEAD and not reading.title_words else ZONE_WEIGHT[zone]


def _together(parts: tuple[int, ...], sighting: Sighting) -> Iterable[Hit]:
    """`all`: the parts may stand anywhere; the place shown, and its weight, is that of the least prominent part."""
    if len(parts) == 1:
        return sighting.hits[parts[0]]
    firsts = [sighting.hits[p][0] for p in parts]
    reading = sighting.reading
    return [max(firsts, key=lambda hit: (reading.zone(hit[0]), hit[0]))]


def _close(compiled: _Compiled, sighting: Sighting) -> list[Hit]:
    """`near`: chains of one hit per part in one sentence, neighbours at most `within` words apart."""
    rule, hits, sentences = compiled.rule, sighting.hits, sighting.reading.sentences
    chains: list[tuple[int, int, Hit]] = [(a, b, (a, b)) for a, b in hits[compiled.parts[0]]]
    for part in compiled.parts[1:]:
        longer: list[tuple[int, int, Hit]] = []
        for low, high, (prev_first, prev_last) in chains:
            for first, last in hits[part]:
                if sentences[first] != sentences[low]:
                    continue
                gap = first - prev_last - 1 if first > prev_last else prev_first - last - 1
                if gap < 0 or gap > rule.within or (rule.ordered and first <= prev_last):
                    continue
                longer.append((min(low, first), max(high, last), (first, last)))
        chains = longer[: MAX_HITS * 2]
        if not chains:
            return []
    return [(low, high) for low, high, _ in chains]


def _excluded(compiled: _Compiled, sighting: Sighting, first: int, last: int) -> bool:
    sentences = sighting.reading.sentences
    sentence = sentences[first]
    for part in compiled.unless:
        if any(sentences[a] == sentence for a, _ in sighting.hits.get(part, ())):
            return True
    for part in compiled.unless_before:
        # Order decides: only what stands before the last word of the match takes it back.
        if any(sentences[a] == sentence and b < last for a, b in sighting.hits.get(part, ())):
            return True
    return False
