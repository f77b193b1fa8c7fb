"""Near-copies: what an edit leaves alike, what a cut leaves contained, and an index that stays bounded."""

from random import Random

import pytest

from services.classifier.evaluating_day import AFTER, BEFORE, EDITS
from services.classifier.near_copies import MAX_CANDIDATES, CopyIndex, is_near_copy, resemblance, signature
from services.classifier.normalising import read

WORDS = [f"kata{n}" for n in range(4_000)]


def article(seed: int, words: int = 260) -> list[str]:
    return Random(seed).choices(WORDS, k=words)


def sig(words: list[str]) -> list[int]:
    return signature(read("", " ".join(words)))


def near(a: list[str], b: list[str]) -> bool:
    return is_near_copy(sig(a), sig(b), words=min(len(a), len(b)), longer=max(len(a), len(b)))


@pytest.mark.parametrize("name", [name for name in EDITS if name != "20 % of words"])
def test_edits_leave_a_copy_a_copy(name: str) -> None:
    found = 0
    for seed in range(60):
        original = article(seed)
        found += near(original, EDITS[name](list(original), Random(seed + 1000), WORDS))
    assert found >= 57


def test_different_articles_are_no_copies_even_between_the_same_sentences() -> None:
    around = [*BEFORE.split(), "{}", *AFTER.split()]
    for seed in range(60):
        a = [*around[:-1], *article(seed), *around]
        b = [*around[:-1], *article(seed + 500), *around]
        assert not near(a, b)


def test_a_short_text_must_agree_almost_wholly() -> None:
    short = article(1, words=20)
    assert near(short, list(short))
    assert not near(short, [*short[:14], *article(2, words=6)])


def test_the_index_finds_an_edited_head_and_nothing_else() -> None:
    index = CopyIndex()
    for seed in range(300):
        index.add(f"item-{seed}", sig(article(seed)), 260)
    for seed in range(0, 300, 10):
        edited = EDITS["5 % of words"](article(seed), Random(seed), WORDS)
        found = index.head_of(sig(edited), len(edited))
        assert found is not None
        assert found[0] == f"item-{seed}"
    assert index.head_of(sig(article(9_999)), 260) is None


def test_a_head_added_twice_is_one_head_and_the_smaller_id_wins_a_tie() -> None:
    index = CopyIndex()
    for item_id in ("b", "b", "a"):
        index.add(item_id, sig(article(1)), 260)
    assert len(index) == 2
    assert index.head_of(sig(article(1)), 260) == ("a", 1.0)


def test_a_sentence_that_everybody_repeats_does_not_make_looking_dear() -> None:
    index = CopyIndex()
    alike = article(1)
    for n in range(500):
        index.add(f"item-{n:03}", sig([*alike, f"akhir{n}"]), 261)
    assert len(index._candidates(sig(alike))) <= MAX_CANDIDATES  # type: ignore[arg-type]


def test_old_generations_are_forgotten() -> None:
    index = CopyIndex(generation=10)
    for seed in range(40):
        index.add(f"item-{seed}", sig(article(seed)), 260)
    assert len(index) <= 20
    assert index.head_of(sig(article(0)), 260) is None
    assert index.head_of(sig(article(39)), 260) is not None


def test_resemblance_is_an_estimate_of_the_shared_part() -> None:
    a, b = article(1, 400), article(1, 400)[:200] + article(2, 200)
    assert 0.2 < resemblance(sig(a), sig(b)) < 0.45
