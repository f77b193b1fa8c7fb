"""`python -m services.classifier.training.same_event DAY.csv NER-FOLDER`: words.tsv and model.json made anew."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from services.classifier.comparing import TEXT_FIGURES, TITLE_FIGURES, compare
from services.classifier.moments import moment
from services.classifier.training.same_event_words import (
    Text,
    articles,
    make_table,
    own_texts,
    publication_dates,
    sentences,
    write_table,
)
from services.classifier.training.story_pairs import UNSURE, Pair, Side, own_pairs, real_day
from services.classifier.traits import Traits, traits
from services.classifier.wordings import FOLDER, WordTable

FOLDS = 4
SOURCE = (
    "Derived from one day of general news (2025-06-18, six outlets), this project's own training text, and the "
    "sentences of NERGrit and NERP (IndoNLU). Single stems only; a stem of one outlet alone is left out."
)
UNSURE_WEIGHT, ONE_OUTLET_WEIGHT = 0.4, 0.5
# Of ten pairs alike enough to be asked about (found by words, from different outlets) so many are of one event.
BASE_RATE = 0.65
PENALTY = 0.3


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
    weight = UNSURE_WEIGHT if pair.label == UNSURE else 1.0
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


def sample(day: Sequence[Text], pairs: list[Pair], general: Sequence[Text]) -> Sample:
    """Each pair is looked at with a table of words made without the articles of its fold."""
    fold = np.array([_fold(p.group) for p in pairs])
    fold_of = {side.key: _fold(p.group) for p in pairs for side in (p.a, p.b)}
    headline = np.zeros((len(pairs), len(TITLE_FIGURES)))
    full = np.zeros((len(pairs), len(TEXT_FIGURES)))
    for k in range(FOLDS):
        seen = [text for row, text in enumerate(day) if fold_of.get(str(row)) != k]
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


def _fold(group: str) -> int:
    return int(sha256(group.encode()).hexdigest(), 16) % FOLDS


def fit(
    figures: NDArray[np.float64], same: NDArray[np.bool_], weight: NDArray[np.float64]
) -> tuple[list[float], float]:
    """Weights and bias on the figures as they are; the positives count for BASE_RATE of the whole."""
    balance = np.where(same, BASE_RATE / weight[same].sum(), (1 - BASE_RATE) / weight[~same].sum()) * weight
    mean, scale = figures.mean(axis=0), figures.std(axis=0)
    scale[scale < 1e-6] = 1.0
    model = LogisticRegression(C=PENALTY, max_iter=2000, tol=1e-8)
    model.fit((figures - mean) / scale, same, sample_weight=balance * len(same))
    weights = model.coef_[0] / scale
    return [round(float(w), 4) for w in weights], round(float(model.intercept_[0] - (weights * mean).sum()), 4)


def held_out(figures: NDArray[np.float64], data: Sample, use: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The score of every pair by a model fitted without its fold."""
    scores = np.zeros(len(data.pairs))
    for k in range(FOLDS):
        train = use & (data.fold != k)
        weights, bias = fit(figures[train], data.same[train], data.weight[train])
        inside = data.fold == k
        scores[inside] = 1 / (1 + np.exp(-(figures[inside] @ np.array(weights) + bias)))
    return scores


def asked_about(data: Sample) -> NDArray[np.bool_]:
    """Pairs as a reader would be asked about them: of different outlets; far-fetched ones teach but do not measure."""
    return np.array(
        [p.a.source != p.b.source and p.label != UNSURE and not p.group.startswith("jauh") for p in data.pairs]
    )


def calibrated(scores: NDArray[np.float64], same: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and shift of the log-odds that make held-out scores probabilities at BASE_RATE."""
    odds = np.log(scores / (1 - scores)).reshape(-1, 1)
    balance = np.where(same, BASE_RATE / same.sum(), (1 - BASE_RATE) / (~same).sum())
    model = LogisticRegression(C=1e6, max_iter=1000).fit(odds, same, sample_weight=balance * len(same))
    return float(model.coef_[0][0]), float(model.intercept_[0])


def shifted(scores: NDArray[np.float64], slope: float, shift: float) -> NDArray[np.float64]:
    changed: NDArray[np.float64] = 1 / (1 + np.exp(-(slope * np.log(scores / (1 - scores)) + shift)))
    return changed


def best_threshold(scores: NDArray[np.float64], same: NDArray[np.bool_]) -> tuple[float, float]:
    """The best F1 at BASE_RATE. Of scores that are probabilities F1 is best from half of its own value on (Lipton
    et al. 2014): steadier than the highest point of a curve over a few hundred pairs."""
    best = max(f1_at(scores, same, t) for t in np.arange(0.1, 0.9, 0.01))
    threshold = round(best / 2, 2)
    return f1_at(scores, same, threshold), threshold


def f1_at(scores: NDArray[np.float64], same: NDArray[np.bool_], threshold: float, rate: float = BASE_RATE) -> float:
    yes = scores >= threshold
    hit = yes[same].mean() * rate
    wrong = yes[~same].mean() * (1 - rate)
    return float(2 * hit / (hit + wrong + rate))


def main(argv: Sequence[str]) -> None:
    day_path, ner = Path(argv[0]), Path(argv[1])
    day = articles(day_path)
    general = own_texts() + [t for name in ("nerp", "nergrit") for t in sentences(ner / f"{name}_train_preprocess.txt")]
    pairs = real_day(day, [moment(d) for d in publication_dates(day_path)]) + own_pairs()
    data = sample(day, pairs, general)
    written = {}
    for name, figures, names in (("headline", data.headline, TITLE_FIGURES), ("full", data.full, TEXT_FIGURES)):
        use = np.ones(len(pairs), bool) if name == "headline" else data.with_text
        scores = held_out(figures, data, use)
        asked = asked_about(data) & use
        slope, shift = calibrated(scores[asked], data.same[asked])
        scores = shifted(scores, slope, shift)
        value, threshold = best_threshold(scores[asked], data.same[asked])
        weights, bias = fit(figures[use], data.same[use], data.weight[use])
        weights, bias = [round(w * slope, 4) for w in weights], round(bias * slope + shift, 4)
        for kind, part in (("real day", asked & data.is_real), ("own text", asked & ~data.is_real)):
            if part.any():
                reached = f1_at(scores[part], data.same[part], threshold)
                print(f"{name} {kind}: {part.sum()} pairs, F1 at base rate {reached:.3f}")
        print(f"{name}: held-out F1 {value:.3f}, threshold {threshold}")
        written[name] = {
            "decision": {"bias": bias, "threshold": threshold},
            "figures": dict(zip(names, weights, strict=True)),
        }
    write_table(make_table([*day, *general]), FOLDER / "words.tsv", source=SOURCE)
    text = json.dumps(written, sort_keys=True)
    version = sha256(text.encode() + (FOLDER / "words.tsv").read_bytes()).hexdigest()[:12]
    (FOLDER / "model.json").write_text(json.dumps({"version": version, **written}, indent=1) + "\n", encoding="utf-8")
    print(f"model {version}")


if __name__ == "__main__":
    main(sys.argv[1:])
