"""The text the classifier is to learn from: fifteen fields a line, words of the taxonomy, nothing twice."""

from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from libs.schemas.common import CrisisCategory, ImpactScope, Polarity, SentimentLabel, Topic22, Urgency
from services.classifier.training.corpus import CONTRAST_WEIGHT, CONTRASTS, load
from services.classifier.training.diversity import grams, near_pairs, words_of
from services.classifier.training.second_reading import SAMPLES, VIEWS, identity, kappa, read

TEXT = Path("services/classifier/training/text")
FIELDS = (
    *("title", "lead", "relevant", "topics", "crisis", "sentiment", "polarity", "severity", "urgency"),
    *("impact", "units", "actuality", "language", "voice", "hard"),
)
POLARITIES = {"acted", "failed", "none"}
assert set(get_args(Polarity)) == {"officials_acted", "officials_failed", "none"}


def lines() -> list[dict[str, str]]:
    found = []
    for path in sorted(TEXT.rglob("*.txt")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if line.strip() and not line.startswith("#"):
                at = f"{path.relative_to(TEXT)}:{number}"
                parts = [part.strip() for part in line.split("|")]
                assert len(parts) == len(FIELDS), f"{at}: {len(parts)} fields"
                found.append(dict(zip(FIELDS, parts, strict=True)) | {"at": at})
    return found


def is_contrast(line: dict[str, str]) -> bool:
    return line["at"].startswith(f"{CONTRASTS}/")


def test_every_line_has_the_words_of_the_taxonomy() -> None:
    allowed = {
        "relevant": {"ya", "tidak"},
        "crisis": {"", *get_args(CrisisCategory)},
        "sentiment": set(get_args(SentimentLabel)),
        "polarity": POLARITIES,
        "severity": set("01234"),
        "urgency": set(get_args(Urgency)),
        "impact": set(get_args(ImpactScope)),
        "actuality": {"baru", "perkembangan", "lama", "-"},
        "voice": {"nasional", "daerah", "pers_unit", "unggahan", "siaran"},
    }
    for line in lines():
        for field, words in allowed.items():
            assert line[field] in words, (line["at"], field, line[field])
        topics = [topic.strip() for topic in line["topics"].split(",")]
        assert topics and set(topics) <= set(get_args(Topic22)), (line["at"], topics)
        assert (line["relevant"] == "tidak") == (topics == ["luar_lingkup"]), line["at"]
        assert line["title"] or line["lead"], line["at"]


def by(field: str, of: list[dict[str, str]] | None = None) -> Counter[str]:
    return Counter(line[field] for line in (of if of is not None else lines()))


def first_topics() -> Counter[str]:
    return Counter(line["topics"].split(",")[0] for line in lines())


def test_it_is_enough_and_nothing_stands_twice() -> None:
    found = lines()
    assert len(found) >= 4_300
    told = Counter((line["title"].lower(), line["lead"].lower()) for line in found)
    assert [one for one, times in told.items() if times > 1] == []


def test_contrasts_are_the_lighter_half_and_all_other_text_weighs_one() -> None:
    weights = Counter(example.weight for example in load())
    contrasts = sum(is_contrast(line) for line in lines())
    assert contrasts >= 8_000
    assert weights == {1.0: len(lines()) - contrasts, CONTRAST_WEIGHT: contrasts}


def test_every_topic_severity_sentiment_and_polarity_is_there_in_numbers() -> None:
    topics, severities, sentiments = first_topics(), by("severity"), by("sentiment")
    assert set(topics) == set(get_args(Topic22)) and min(topics.values()) >= 35, topics
    assert min(severities[level] for level in "0123") >= 400 and severities["4"] >= 130, severities
    assert min(sentiments[one] for one in get_args(SentimentLabel)) >= 180, sentiments
    assert min(by("polarity").values()) >= 600


def test_every_crisis_actuality_and_voice_is_there_in_numbers() -> None:
    assert min(by("crisis").values()) >= 25
    assert min(by("actuality").values()) >= 60
    assert min(by("voice").values()) >= 25
    regional = sum(times for language, times in by("language").items() if language not in {"id", "en"})
    assert regional >= 170


def test_what_is_not_about_us_is_a_quarter_and_mostly_a_trap() -> None:
    found = lines()
    outside = [line for line in found if line["relevant"] == "tidak"]
    traps = by("hard", outside)
    plain = [line["relevant"] for line in found if not is_contrast(line)]
    assert 0.2 <= plain.count("tidak") / len(plain) <= 0.4
    assert 0.15 <= len(outside) / len(found) <= 0.4
    assert sum(times for trap, times in traps.items() if trap) >= 700
    crime = sum(traps[trap] for trap in ("tahanan_polisi", "tahanan_kpk", "tahanan_bnn", "vonis"))
    assert crime >= 300
    kinds = ("penjara_asing", "tempat", "band_film", "bola", "kiasan", "sejarah", "imigrasi", "sel", "penjara_militer")
    assert min(traps[trap] for trap in kinds) >= 10, traps


def test_what_is_not_about_us_carries_no_other_label() -> None:
    for line in lines():
        if line["relevant"] == "tidak":
            rest = [
                line[field] for field in ("crisis", "sentiment", "polarity", "severity", "urgency", "impact", "units")
            ]
            assert rest == ["", "netral", "none", "0", "rendah", "upt", ""], line["at"]


def test_labels_of_one_line_do_not_contradict_each_other() -> None:
    for line in lines():
        grave = line["severity"] in {"3", "4"}
        assert not (grave and line["urgency"] == "rendah"), line["at"]
        assert not (grave and not line["crisis"]), line["at"]
        assert not (line["sentiment"] == "positif" and line["polarity"] == "failed"), line["at"]
        assert not (line["sentiment"] == "negatif" and line["severity"] == "0"), line["at"]


def test_bare_headlines_posts_and_capitals_are_among_them() -> None:
    found = lines()
    assert sum(not line["lead"] for line in found) >= 1_400
    assert sum(not line["title"] for line in found) >= 700
    assert sum(line["title"].isupper() for line in found) >= 25


def test_no_two_texts_are_near_each_other() -> None:
    shingles = [frozenset(grams(words_of(f"{one.title} {one.lead}"), 3)) for one in load()]
    assert near_pairs(shingles) == []


# Whom a contrast touches and whether its day is new are seldom told by a bare headline: the two softest labels.
SOFT = {("kontras", "impact"): 0.55, ("kontras", "actuality"): 0.6}


@pytest.mark.parametrize("name", list(SAMPLES))
def test_both_readings_are_of_the_same_texts_and_agree_beyond_chance(name: str) -> None:
    sample = SAMPLES[name]
    first, second = read(sample.first), read(sample.second)
    assert len(first) == sample.size and first.keys() == second.keys()
    for field, view in VIEWS.items():
        pairs = [(view(first[key]), view(second[key])) for key in first]
        assert kappa(pairs) >= SOFT.get((name, field), 0.7), field
    written = {identity(example) for example in load()}
    assert len(first.keys() & written) >= 0.95 * sample.size
