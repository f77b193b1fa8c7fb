"""What a source told before, word for word, is not looked at again."""

from __future__ import annotations

from typing import Any

from services.ingest.familiar import Familiar


def an_entry(number: int, **changes: str) -> dict[str, Any]:
    return {"guid": str(number), "link": f"https://contoh.example/{number}", "title": "t", "text": "x", **changes}


def test_the_same_entry_is_familiar_and_another_word_is_not() -> None:
    familiar = Familiar()
    entries = [an_entry(1), an_entry(2)]
    assert familiar.strangers("s", entries) == entries
    familiar.remember("s", entries)
    edited = an_entry(2, title="t (ralat)")
    assert familiar.strangers("s", [an_entry(1), edited, an_entry(3)]) == [edited, an_entry(3)]
    assert familiar.strangers("lain", entries) == entries


def test_only_the_last_reading_counts_so_that_a_text_that_comes_back_is_seen() -> None:
    familiar = Familiar()
    familiar.remember("s", [an_entry(1)])
    familiar.remember("s", [an_entry(1, text="y")])
    assert familiar.strangers("s", [an_entry(1)]) == [an_entry(1)]


def test_the_sources_longest_unread_are_forgotten_first() -> None:
    familiar = Familiar(most=30)
    for source in ("a", "b", "c"):
        familiar.remember(source, [an_entry(n) for n in range(10)])
    familiar.remember("a", [an_entry(n) for n in range(11)])
    assert familiar.strangers("a", [an_entry(1)]) == familiar.strangers("c", [an_entry(1)]) == []
    assert len(familiar.strangers("b", [an_entry(1)])) == 1
