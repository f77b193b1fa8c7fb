"""A second reading of a random 300: `sample` prints the texts without labels, `compare` how far both readings agree."""

import argparse
import random
from collections import Counter
from collections.abc import Callable, Sequence
from hashlib import blake2s
from pathlib import Path

from services.classifier.training.corpus import Example, load

HERE = Path(__file__).parent
FIRST, SECOND = HERE / "first_reading.txt", HERE / "second_reading.txt"
SEED, SIZE = 20261122, 300
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


def identity(example: Example) -> str:
    """The same for the same words, wherever the line stands."""
    return blake2s(f"{example.title}\n{example.lead}".encode(), digest_size=4).hexdigest()


def drawn(examples: Sequence[Example]) -> list[Example]:
    return random.Random(SEED).sample(sorted(examples, key=identity), SIZE)


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


def compare() -> None:
    print("Both readings as they were made:")
    print("\n".join(table(read(FIRST), read(SECOND))))
    now = {identity(example): labels_of(example) for example in load()}
    print("\nThe text as it stands now (the first reading, corrected where it was wrong), against the second:")
    print("\n".join(table(now, read(SECOND))))


def show() -> None:
    for example in drawn(load()):
        print(f"{identity(example)} | {example.title} | {example.lead}")


def freeze() -> None:
    """Keep the first labels of the sample as they are before anybody compares."""
    lines = [f"{identity(one)} | {' | '.join(labels_of(one).values())}" for one in drawn(load())]
    FIRST.write_text("\n".join(lines) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("do", nargs="?", choices=("compare", "sample", "freeze"), default="compare")
    {"compare": compare, "sample": show, "freeze": freeze}[parser.parse_args().do]()


if __name__ == "__main__":
    main()
