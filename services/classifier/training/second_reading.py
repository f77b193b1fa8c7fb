"""A second reading of texts drawn by seed: `sample` prints them without labels, `compare` how far both readings agree.

Two samples: 300 of the text, and (`--of kontras`) 200 of the contrasts alone.
"""

import argparse
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2s
from pathlib import Path

from services.classifier.training.corpus import Example, load

HERE = Path(__file__).parent
FIELDS = ("relevant", "topics", "crisis", "sentiment", "polarity", "severity", "urgency", "impact", "actuality")
_SHORT = {"officials_acted": "acted", "officials_failed": "failed"}
_ACTUALITY = {
    "kejadian_baru": "baru",
    "perkembangan_kasus_lama": "perkembangan",
    "konten_lama_kembali_viral": "lama",
    "tidak_dapat_dipastikan": "-",
}
Labels = dict[str, str]
Reading = dict[str, Labels]


@dataclass(frozen=True, slots=True)
class Sample:
    """What is drawn, and the two files that keep what either reading said of it."""

    seed: int
    size: int
    first: Path
    second: Path
    contrasts: bool = False


SAMPLES = {
    "teks": Sample(20261122, 300, HERE / "first_reading.txt", HERE / "second_reading.txt"),
    "kontras": Sample(
        20261123, 200, HERE / "first_reading_kontras.txt", HERE / "second_reading_kontras.txt", contrasts=True
    ),
}


def identity(example: Example) -> str:
    """The same for the same words, wherever the line stands."""
    return blake2s(f"{example.title}\n{example.lead}".encode(), digest_size=4).hexdigest()


def drawn(examples: Sequence[Example], sample: Sample) -> list[Example]:
    among = [example for example in examples if example.weight < 1] if sample.contrasts else examples
    return random.Random(sample.seed).sample(sorted(among, key=identity), sample.size)


def labels_of(example: Example) -> Labels:
    return {
        "relevant": "ya" if example.relevant else "tidak",
        "topics": ",".join(example.topics),
        "crisis": example.crisis or "",
        "sentiment": example.sentiment,
        "polarity": _SHORT.get(example.polarity, example.polarity),
        "severity": str(example.severity),
        "urgency": example.urgency,
        "impact": example.impact,
        "actuality": _ACTUALITY[example.actuality],
    }


def read(path: Path) -> Reading:
    """identity | the nine fields, a line each."""
    found: Reading = {}
    for line in path.read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            key, *values = (part.strip() for part in line.split("|"))
            found[key] = dict(zip(FIELDS, values, strict=True))
    return found


def kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Cohen's: agreement beyond what both readers' own habits would give by chance."""
    agreed = sum(one == other for one, other in pairs) / len(pairs)
    ones, others = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    chance = sum(ones[word] * others[word] for word in ones) / len(pairs) ** 2
    return 1.0 if chance == 1 else (agreed - chance) / (1 - chance)


VIEWS: dict[str, Callable[[Labels], str]] = {
    "relevant": lambda labels: labels["relevant"],
    "topic (first)": lambda labels: labels["topics"].split(",")[0],
    "topics (same set)": lambda labels: ",".join(sorted(labels["topics"].split(","))),
    "crisis": lambda labels: labels["crisis"],
    "sentiment": lambda labels: labels["sentiment"],
    "polarity": lambda labels: labels["polarity"],
    "severity": lambda labels: labels["severity"],
    "severity ≥ 3": lambda labels: str(int(labels["severity"]) >= 3),
    "urgency": lambda labels: labels["urgency"],
    "impact": lambda labels: labels["impact"],
    "actuality": lambda labels: labels["actuality"],
}


def table(first: Reading, second: Reading) -> list[str]:
    """A line a field over the texts both read: how many agree, percent, kappa, the commonest disagreements."""
    both = sorted(first.keys() & second.keys())
    lines = [f"{'field':<18} {'same':>9} {'%':>6} {'kappa':>6}   most often apart (first → second)"]
    for name, view in VIEWS.items():
        pairs = [(view(first[key]), view(second[key])) for key in both]
        same = sum(one == other for one, other in pairs)
        apart = Counter(f"{one or '∅'}→{other or '∅'}" for one, other in pairs if one != other).most_common(3)
        told = ", ".join(f"{what} {times}" for what, times in apart)
        counts = f"{same}/{len(both)}"
        lines.append(f"{name:<18} {counts:>9} {100 * same / len(both):>6.1f} {kappa(pairs):>6.2f}   {told}")
    return lines


def compare(sample: Sample) -> None:
    first, second = read(sample.first), read(sample.second)
    print("Both readings as they were made:")
    print("\n".join(table(first, second)))
    now = {identity(example): labels_of(example) for example in load()}
    print("\nThe text as it stands now (the first reading, corrected where it was wrong), against the second:")
    print("\n".join(table(now, second)))


def show(sample: Sample) -> None:
    for example in drawn(load(), sample):
        print(f"{identity(example)} | {example.title} | {example.lead}")


def freeze(sample: Sample) -> None:
    """Keep the first labels of the sample as they are before anybody compares."""
    lines = [f"{identity(one)} | {' | '.join(labels_of(one).values())}" for one in drawn(load(), sample)]
    sample.first.write_text("\n".join(lines) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("do", nargs="?", choices=("compare", "sample", "freeze"), default="compare")
    parser.add_argument("--of", choices=tuple(SAMPLES), default="teks")
    told = parser.parse_args()
    {"compare": compare, "sample": show, "freeze": freeze}[told.do](SAMPLES[told.of])


if __name__ == "__main__":
    main()
