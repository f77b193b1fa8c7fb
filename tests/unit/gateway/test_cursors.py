"""Cursors say nothing to whoever holds them, and nothing else than ours opens."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway.cursors import BadCursor, Cursors

CURSORS = Cursors(b"k" * 32)


@given(st.lists(st.integers(min_value=0, max_value=2**62), max_size=40))
@settings(deadline=None)  # a busy machine is no failure
def test_positions_come_back(positions: list[int]) -> None:
    assert CURSORS.open_positions("arus:a", CURSORS.seal_positions("arus:a", positions)) == positions


def test_a_cursor_of_one_list_is_nothing_in_another() -> None:
    text = CURSORS.seal("alerts", "2026-x")
    assert CURSORS.open("alerts", text) == "2026-x"
    with pytest.raises(BadCursor):
        CURSORS.open("stories", text)
    with pytest.raises(BadCursor):
        Cursors(b"j" * 32).open("alerts", text)


@given(st.text(max_size=60))
@settings(deadline=None)  # a busy machine is no failure
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        CURSORS.open("alerts", text)


def test_a_live_cursor_stays_short() -> None:
    assert len(CURSORS.seal_positions("arus:x", [10_000_000] * 36)) <= 240
