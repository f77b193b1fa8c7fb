"""The arithmetic behind the figures: intervals, agreement, what counts as masked."""

from __future__ import annotations

import pytest

from tests.privacy.counting import Share, f1, kappa
from tests.privacy.made_numbers import Written, is_gone
from tests.privacy.marked import covered


def test_wilsons_interval_is_the_published_one() -> None:
    low, high = Share(hits=81, all=263).interval
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


def test_no_failure_in_three_hundred_is_no_proof_of_none() -> None:
    low, high = Share(hits=0, all=300).interval
    assert low < 1e-9 and high == pytest.approx(0.0126, abs=1e-3)


def test_kappa_is_one_for_twins_and_nought_for_guessers() -> None:
    assert kappa([("P", "P"), ("O", "O")]) == 1
    assert kappa([("P", "P"), ("P", "O"), ("O", "P"), ("O", "O")]) == 0
    # Cohen's own kind of table: 20 and 15 agreed, 5 and 10 not.
    table = [("a", "a")] * 20 + [("a", "b")] * 5 + [("b", "a")] * 10 + [("b", "b")] * 15
    assert kappa(table) == pytest.approx(0.4)


def test_f1_of_half_found() -> None:
    assert f1(5, 10, 10) == 0.5


def test_one_letter_left_is_not_masked_and_one_letter_gone_is_hidden() -> None:
    assert covered("ab cd", 0, 5, [(0, 2), (3, 5)]) == (True, True)
    assert covered("ab cd", 0, 5, [(0, 4)]) == (False, True)
    assert covered("ab cd", 0, 5, []) == (False, False)


def test_a_number_with_a_digit_left_is_not_gone() -> None:
    text = "Pada berkas tertera NIK: 3201015703900012."
    assert is_gone(Written(kind="nik", form="", text=text, start=25, end=41), "news")
    assert not is_gone(Written(kind="nik", form="", text=text, start=16, end=41), "news")
