"""`python -m services.classifier.training.same_event DAY.csv NER-FOLDER`: words.tsv and model.json made anew."""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from libs.reference.regions import regions
from services.classifier.comparing import RARE, TEXT_FIGURES, TITLE_FIGURES, compare
from services.classifier.moments import moment
from services.classifier.same_event import WINDOW
from services.classifier.training.same_event_words import (
    Text,
    articles,
    make_table,
    own_texts,
    publication_dates,
    sentences,
    write_table,
)
from services.classifier.training.story_pairs import (
    DIFFERENT,
    SAME,
    UNIT_WORDS,
    UNSURE,
    Pair,
    Side,
    our_topics,
    own_pairs,
    real_day,
)
from services.classifier.traits import Traits, traits
from services.classifier.wordings import FOLDER, WordTable

FOLDS = 4
SOURCE = (
    "Derived from one day of general news (2025-06-18, six outlets), this project's own training text, and the "
    "sentences of NERGrit and NERP (IndoNLU). Single stems only; a stem of one outlet alone is left out."
)
UNSURE_WEIGHT, ONE_OUTLET_WEIGHT, OWN_WEIGHT = 0.4, 0.5, 0.5
# Of ten pairs alike enough to be asked about (found by words, from different outlets) so many are of one event.
BASE_RATE = 0.7
PENALTY = 0.1
SMOOTHED = 7
STRANGERS, ELSEWHERE, HARDEST = 400, 300, 300


@dataclass(slots=True)
class Sample:
    """Figures of every pair, as a model sees them that has never read the pair's articles."""

    pairs: list[Pair]
    fold: NDArray[np.int64]
    headline: NDArray[np.float64]
    full: NDArray[np.float64]
    with_text: NDArray[np.bool_]

    @property
    def same(self) -> NDArray[np.bool_]:
        return np.array([p.same for p in self.pairs])

    @property
    def weight(self) -> NDArray[np.float64]:
        return np.array([_weight(p) for p in self.pairs])

    @property
    def is_real(self) -> NDArray[np.bool_]:
        return np.array([p.a.key.isdecimal() for p in self.pairs])


def _weight(pair: Pair) -> float:
    weight = UNSURE_WEIGHT if pair.label == UNSURE else 1.0 if pair.a.key.isdecimal() else OWN_WEIGHT
    return weight * (ONE_OUTLET_WEIGHT if pair.a.source == pair.b.source else 1.0)


def traits_of(side: Side, table: WordTable, *, with_text: bool) -> Traits:
    return traits(
        item_id=side.key,
        at=side.at,
        title=side.title,
        text=side.text if with_text else "",
        units=[side.unit] if side.unit else [],
        unit_names=[side.unit_name] if side.unit_name else [],
        topic=side.topic,
        table=table,
    )


def sample(
    day: Sequence[Text], pairs: list[Pair], general: Sequence[Text], hidden: frozenset[int] = frozenset()
) -> Sample:
    """Each pair is looked at with a table of words made without the articles of its fold, or the rows `hidden`."""
    fold = np.array([fold_number(p.group) for p in pairs])
    fold_of = {side.key: fold_number(p.group) for p in pairs for side in (p.a, p.b)}
    headline = np.zeros((len(pairs), len(TITLE_FIGURES)))
    full = np.zeros((len(pairs), len(TEXT_FIGURES)))
    for k in range(FOLDS):
        seen = [text for row, text in enumerate(day) if fold_of.get(str(row)) != k and row not in hidden]
        table = make_table([*seen, *general])
        known: dict[tuple[str, bool], Traits] = {}
        for index in np.flatnonzero(fold == k):
            a, b = pairs[index].a, pairs[index].b
            for with_text, into in ((False, headline), (True, full)):
                for side in (a, b):
                    key = (side.key, with_text)
                    if key not in known:
                        known[key] = traits_of(side, table, with_text=with_text)
                figures = compare(known[a.key, with_text], known[b.key, with_text])
                into[index, : len(figures)] = figures
    has = np.array([bool(p.a.text and p.b.text) for p in pairs])
    return Sample(pairs, fold, headline, full, has)


def fold_number(group: str) -> int:
    return int(sha256(group.removeprefix("jauh: ").encode()).hexdigest(), 16) % FOLDS


@dataclass(frozen=True, slots=True)
class Linear:
    """Log-odds as a weighted sum of figures."""

    weights: NDArray[np.float64]
    bias: float

    def odds(self, figures: NDArray[np.float64]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = figures @ self.weights + self.bias
        return found

    def stretched(self, slope: float, shift: float) -> "Linear":
        return Linear(self.weights * slope, self.bias * slope + shift)


def fit(figures: NDArray[np.float64], same: NDArray[np.bool_], weight: NDArray[np.float64]) -> Linear:
    """On the figures as they are; the positives count for BASE_RATE of the whole."""
    balance = balanced(same, weight)
    mean, scale = figures.mean(axis=0), figures.std(axis=0)
    scale[scale < 1e-6] = 1.0
    model = LogisticRegression(C=PENALTY, max_iter=2000, tol=1e-8)
    model.fit((figures - mean) / scale, same, sample_weight=balance)
    weights = model.coef_[0] / scale
    return Linear(weights, float(model.intercept_[0] - (weights * mean).sum()))


def balanced(same: NDArray[np.bool_], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    shares = np.where(same, BASE_RATE / weight[same].sum(), (1 - BASE_RATE) / weight[~same].sum())
    found: NDArray[np.float64] = shares * weight * len(same)
    return found


def held_out(figures: NDArray[np.float64], data: Sample, use: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The log-odds of every pair by a model fitted without its fold."""
    odds = np.zeros(len(data.pairs))
    for k in range(FOLDS):
        train = use & (data.fold != k)
        inside = data.fold == k
        odds[inside] = fit(figures[train], data.same[train], data.weight[train]).odds(figures[inside])
    return odds


def ruled_out(pair: Pair) -> bool:
    """What the decision refuses before it weighs anything: other units, three days apart."""
    if pair.a.unit and pair.b.unit and pair.a.unit != pair.b.unit:
        return True
    return bool(pair.a.at and pair.b.at and abs(pair.a.at - pair.b.at) > WINDOW)


def with_our_topics(pairs: Sequence[Pair]) -> list[Pair]:
    """The topic each headline would be given by itself: headlines of one event do not always get the same. Kept in a
    file, so that what is learnt here does not change with every word of a rule."""
    known = our_topics()
    return [replace(pair, a=_with_topic(pair.a, known), b=_with_topic(pair.b, known)) for pair in pairs]


def _with_topic(side: Side, known: Mapping[str, str]) -> Side:
    if side.title not in known:
        raise ValueError(f"no topic for {side.title!r}: run python -m services.classifier.training.same_event_topics")
    return replace(side, topic=known[side.title])


def bare(pair: Pair) -> Pair:
    """The same two headlines when nobody has told their units and topics."""
    a, b = (replace(side, unit="", unit_name="", topic="lainnya") for side in (pair.a, pair.b))
    return replace(pair, a=replace(a, key=f"{a.key}-"), b=replace(b, key=f"{b.key}-"))


def at_one_time(pair: Pair) -> Pair | None:
    """Two events of a family told within hours: what sets them apart must be the words. Not for what is so rare that
    two within a day are one."""
    if pair.same or {pair.a.topic, pair.b.topic} & RARE or pair.a.at is None:
        return None
    return replace(pair, b=replace(pair.b, key=f"{pair.b.key}={pair.a.key}", at=pair.a.at + timedelta(hours=3)))


def at_one_unit(own: Sequence[Pair]) -> list[Pair]:
    """Headlines of different families as if of one unit on one day: its name binds them, nothing else does."""
    sides = sorted({side.key: (pair.group, side) for pair in own for side in (pair.a, pair.b)}.items())
    known = [(group, side) for _, (group, side) in sides if side.topic != "luar_lingkup"]
    chance = Random(7)
    found: list[Pair] = []
    while len(found) < STRANGERS:
        (group, a), (other, b) = chance.sample(known, 2)
        if group == other or (a.topic == b.topic and a.topic in RARE):
            continue
        names = f"{a.unit_name} {b.unit_name}"
        a = replace(a, key=f"{a.key}@{len(found)}", unit="unit", unit_name=names)
        b = replace(b, key=f"{b.key}@{len(found)}", unit="unit", unit_name=names, at=a.at)
        found.append(Pair(a=a, b=b, label=DIFFERENT, group=f"jauh: {group}"))
    return found


def told_of_elsewhere(own: Sequence[Pair]) -> list[Pair]:
    """Two headlines of one event, or one twice, as if of two towns on one day: likeness of words is not everything."""
    same = [p for p in own if p.same and p.a.unit and p.a.unit == p.b.unit]
    towns = sorted({region.name for region in regions() if region.kind == "kota" and " " not in region.name})
    chance = Random(13)
    found = []
    for number, pair in enumerate(chance.sample(same, min(ELSEWHERE, len(same)))):
        here, there = chance.sample(towns, 2)
        other = chance.choice((pair.a, pair.b))
        a = _moved(pair.a, here, key=f"{pair.a.key}>{number}a")
        b = _moved(replace(other, at=pair.a.at), there, key=f"{other.key}>{number}b")
        found.append(Pair(a=a, b=b, label=DIFFERENT, group=f"jauh: {pair.group}"))
    return found


def _moved(side: Side, town: str, *, key: str) -> Side:
    place = [w for w in side.unit_name.split() if w.casefold() not in UNIT_WORDS]
    title = re.sub(r"\s*".join(map(re.escape, place)), town, side.title, flags=re.IGNORECASE)
    return replace(side, key=key, title=title, unit="", unit_name="")


def asked_about(data: Sample, *, unsure: bool = False) -> NDArray[np.bool_]:
    """Pairs as a reader would be asked about them: of different outlets."""
    found: NDArray[np.bool_] = measured(data, unsure=unsure) & np.array([p.a.source != p.b.source for p in data.pairs])
    return found


def measured(data: Sample, *, unsure: bool = False) -> NDArray[np.bool_]:
    """Far-fetched pairs teach but do not measure."""
    return np.array([not p.group.startswith("jauh") and (unsure or p.label != UNSURE) for p in data.pairs])


def calibrated(odds: NDArray[np.float64], same: NDArray[np.bool_], weight: NDArray[np.float64]) -> tuple[float, float]:
    """Slope and shift that make held-out log-odds those of probabilities at BASE_RATE."""
    model = LogisticRegression(C=1e6, max_iter=1000)
    model.fit(odds.reshape(-1, 1), same, sample_weight=balanced(same, weight))
    return float(model.coef_[0][0]), float(model.intercept_[0])


def best_threshold(scores: NDArray[np.float64], same: NDArray[np.bool_], parts: Sequence[NDArray[np.bool_]]) -> float:
    """Where F1 at BASE_RATE, the mean over `parts`, is best. A few hundred pairs make a ragged curve, so each of its
    points stands for its neighbours too; of points as good the highest, for it refuses more hard negatives."""
    tried = [round(float(t), 2) for t in np.arange(0.4, 0.9, 0.01)]
    reached = [float(np.mean([f1_at(scores[part], same[part], t) for part in parts])) for t in tried]
    steady = np.convolve(reached, np.full(SMOOTHED, 1 / SMOOTHED), mode="valid").round(3)
    best = np.flatnonzero(steady == steady.max()).max()
    return tried[int(best) + SMOOTHED // 2]


def f1_at(scores: NDArray[np.float64], same: NDArray[np.bool_], threshold: float, rate: float = BASE_RATE) -> float:
    yes = scores >= threshold
    hit = yes[same].mean() * rate
    wrong = yes[~same].mean() * (1 - rate)
    return float(2 * hit / (hit + wrong + rate))


def probability(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = 1 / (1 + np.exp(-odds))
    return found


def learnt(
    name: str, figures: NDArray[np.float64], data: Sample, use: NDArray[np.bool_]
) -> tuple[Linear, NDArray[np.float64], float]:
    """The model, calibrated; the held-out log-odds of every pair; the threshold. With a name it prints what was
    reached."""
    odds = held_out(figures, data, use)
    asked, open_too = asked_about(data) & use, asked_about(data, unsure=True) & use
    slope, shift = calibrated(odds[open_too], data.same[open_too], data.weight[open_too])
    odds = odds * slope + shift
    threshold = best_threshold(probability(odds), data.same, (asked, measured(data) & use))
    if name:
        tell_reached(name, odds, data, asked, threshold)
    return fit(figures[use], data.same[use], data.weight[use]).stretched(slope, shift), odds, threshold


def tell_reached(
    name: str, odds: NDArray[np.float64], data: Sample, asked: NDArray[np.bool_], threshold: float
) -> None:
    for kind, part in (("real day", asked & data.is_real), ("own text", asked & ~data.is_real)):
        if part.any():
            scores, same = probability(odds[part]), data.same[part]
            reached, refused = f1_at(scores, same, threshold), (scores[~same] < threshold).mean()
            print(
                f"{name}, {kind}: {part.sum()} pairs, held-out F1 at base rate {BASE_RATE} {reached:.3f}, "
                f"{refused:.3f} of the different refused"
            )
    value = f1_at(probability(odds[asked]), data.same[asked], threshold)
    print(f"{name}: held-out F1 {value:.3f}, threshold {threshold}")
    tell_hardest(name, probability(odds) >= threshold, data)


def tell_hardest(name: str, said: NDArray[np.bool_], data: Sample) -> None:
    """Pairs of different events of the real day whose words, of headline and text, are most alike."""
    real = data.is_real & data.with_text
    alike = data.full[:, TEXT_FIGURES.index("cosine")] + data.full[:, TEXT_FIGURES.index("lead_cosine")]
    different = np.flatnonzero(real & ~data.same)
    hard = different[np.argsort(-alike[different], kind="stable")[:HARDEST]]
    same = np.flatnonzero(real & np.array([p.label == SAME for p in data.pairs]))
    right, wrong = int(said[same].sum()), int(said[hard].sum())
    print(
        f"{name}: held out, of the {len(hard)} hardest different pairs {len(hard) - wrong} refused, of {len(same)} of "
        f"one event {right} found; precision {right / max(1, right + wrong):.3f}"
    )


def told(model: Linear, names: Sequence[str], threshold: float) -> dict[str, dict[str, float]]:
    return {
        "decision": {"bias": round(model.bias, 4), "threshold": threshold},
        "figures": {name: round(float(weight), 4) for name, weight in zip(names, model.weights, strict=True)},
    }


def training_pairs(day: Sequence[Text], dates: Sequence[str]) -> list[Pair]:
    own = with_our_topics(own_pairs())
    own += [moved for p in own if (moved := at_one_time(p))]
    own += [bare(p) for p in own] + at_one_unit(own) + told_of_elsewhere(own)
    return real_day(day, [moment(d) for d in dates]) + own


def general_texts(ner: Path) -> list[Text]:
    """What is not of the real day."""
    return own_texts() + [t for name in ("nerp", "nergrit") for t in sentences(ner / f"{name}_train_preprocess.txt")]


def undated(pair: Pair) -> Pair:
    return replace(pair, a=replace(pair.a, at=None), b=replace(pair.b, at=None))


def both_models(name: str, data: Sample, *, quiet: bool = False) -> dict[str, dict[str, dict[str, float]]]:
    title, text = ("", "") if quiet else (f"headline{name}", f"with text{name}")
    headline, odds, threshold = learnt(title, data.headline, data, np.ones(len(data.pairs), bool))
    # The texts add to what the headlines say: units and topics are learnt from our own headlines, which have no text.
    both = np.column_stack([odds, data.full[:, len(TITLE_FIGURES) :]])
    added, _, full_threshold = learnt(text, both, data, data.with_text)
    full = Linear(
        np.concatenate([headline.weights * added.weights[0], added.weights[1:]]),
        headline.bias * added.weights[0] + added.bias,
    )
    return {
        f"headline{name}": told(headline, TITLE_FIGURES, threshold),
        f"full{name}": told(full, TEXT_FIGURES, full_threshold),
    }


def main(argv: Sequence[str]) -> None:
    day_path, ner = Path(argv[0]), Path(argv[1])
    day = articles(day_path)
    general = general_texts(ner)
    pairs = training_pairs(day, publication_dates(day_path))
    written = both_models("", sample(day, [p for p in pairs if not ruled_out(p)], general))
    # Without dates what happened another day is told apart by words alone, so those pairs count as well.
    without = [undated(p) for p in pairs]
    written |= both_models("_undated", sample(day, [p for p in without if not ruled_out(p)], general))
    write_table(make_table([*day, *general]), FOLDER / "words.tsv", source=SOURCE)
    text = json.dumps(written, sort_keys=True)
    version = sha256(text.encode() + (FOLDER / "words.tsv").read_bytes()).hexdigest()[:12]
    (FOLDER / "model.json").write_text(json.dumps({"version": version, **written}, indent=1) + "\n", encoding="utf-8")
    print(f"model {version}")


if __name__ == "__main__":
    main(sys.argv[1:])
