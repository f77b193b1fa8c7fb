"""training/text/**/*.txt → examples: a title, a lead, and every label a person gave them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TEXT = Path(__file__).parent / "text"
# Texts written so that the words which turn a label are the ones that differ. They are full of traps; news is plainer.
CONTRASTS, CONTRAST_WEIGHT = "kontras", 0.4
FIELDS = (
    *("title", "lead", "relevant", "topics", "crisis", "sentiment", "polarity", "severity", "urgency"),
    *("impact", "units", "actuality", "language", "voice", "hard"),
)
_POLARITY = {"acted": "officials_acted", "failed": "officials_failed", "none": "none"}
_ACTUALITY = {
    "baru": "kejadian_baru",
    "perkembangan": "perkembangan_kasus_lama",
    "lama": "konten_lama_kembali_viral",
    "-": "tidak_dapat_dipastikan",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One labelled text; labels in the words of the taxonomy. `at`: file and line."""

    title: str
    lead: str
    relevant: bool
    topics: tuple[str, ...]
    crisis: str | None
    sentiment: str
    polarity: str
    severity: int
    urgency: str
    impact: str
    units: tuple[str, ...]
    actuality: str
    language: str
    voice: str
    hard: str
    at: str
    weight: float = 1.0


def load(folder: Path = TEXT) -> list[Example]:
    """Every item of the folder in the order of its files; ValueError names a line that is not fifteen fields."""
    return [example for path in sorted(folder.rglob("*.txt")) for example in _read(path)]


def _read(path: Path) -> Iterator[Example]:
    weight = CONTRAST_WEIGHT if path.parent.name == CONTRASTS else 1.0
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = [part.strip() for part in line.split("|")]
        if len(parts) != len(FIELDS):
            raise ValueError(f"{path.name}:{number}: {len(parts)} fields instead of {len(FIELDS)}")
        yield example_of(dict(zip(FIELDS, parts, strict=True)), at=f"{path.name}:{number}", weight=weight)


def example_of(fields: dict[str, str], *, at: str, weight: float = 1.0) -> Example:
    return Example(
        title=fields["title"],
        lead=fields["lead"],
        relevant=fields["relevant"] == "ya",
        topics=_list(fields["topics"]),
        crisis=fields["crisis"] or None,
        sentiment=fields["sentiment"],
        polarity=_POLARITY[fields["polarity"]],
        severity=int(fields["severity"]),
        urgency=fields["urgency"],
        impact=fields["impact"],
        units=_list(fields["units"]),
        actuality=_ACTUALITY[fields["actuality"]],
        language=fields["language"],
        voice=fields["voice"],
        hard=fields["hard"],
        at=at,
        weight=weight,
    )


def _list(field: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in field.split(",") if part.strip())
