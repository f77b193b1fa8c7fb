"""The text the classifier is to learn from: fifteen fields a line, words of the taxonomy, nothing twice."""

from collections import Counter
from pathlib import Path
from typing import get_args

from libs.schemas.common import CrisisCategory, ImpactScope, Polarity, SentimentLabel, Topic22, Urgency

TEXT = Path("services/classifier/training/text")
FIELDS = (
    *("title", "lead", "relevant", "topics", "crisis", "sentiment", "polarity", "severity", "urgency"),
    *("impact", "units", "actuality", "language", "voice", "hard"),
)
POLARITIES = {"acted", "failed", "none"}
assert set(get_args(Polarity)) == {"officials_acted", "officials_failed", "none"}


def lines() -> list[dict[str, str]]:
    found = []
    for path in sorted(TEXT.glob("*.txt")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if line.strip() and not line.startswith("#"):
                parts = [part.strip() for part in line.split("|")]
                assert len(parts) == len(FIELDS), f"{path.name}:{number}: {len(parts)} fields"
                found.append(dict(zip(FIELDS, parts, strict=True)) | {"at": f"{path.name}:{number}"})
    return found


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


def test_it_is_enough_and_nothing_stands_twice() -> None:
    found = lines()
    assert len(found) >= 2_500
    told = Counter((line["title"], line["lead"]) for line in found)
    assert [one for one, times in told.items() if times > 1] == []
    by_severity = Counter(line["severity"] for line in found)
    assert min(by_severity[level] for level in "0123") >= 250 and by_severity["4"] >= 50, by_severity
