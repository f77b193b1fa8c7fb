"""The sums of the bench."""

import pytest

from tests.bench.arithmetic import Lag, Spread, paired_ratio, percentile, slope


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(n) for n in range(1, 101)]
    assert percentile(values, 50) == 50
    assert percentile(values, 99) == 99
    assert percentile(values, 100) == 100
    assert percentile(list(reversed(values)), 1) == 1


def test_the_99th_of_few_values_is_the_worst() -> None:
    assert percentile([3.0, 1.0, 2.0], 99) == 3.0
    assert percentile([7.0], 50) == 7.0


def test_without_values_there_is_no_percentile() -> None:
    with pytest.raises(ValueError):
        percentile([], 50)


def test_a_disturbed_round_does_not_move_a_paired_ratio() -> None:
    raw = [20_000.0, 10_000.0, 20_000.0]
    ours = [10_000.0, 5_000.0, 10_000.0]
    assert paired_ratio(ours, raw) == 0.5


def test_rounds_without_a_partner_are_refused() -> None:
    with pytest.raises(ValueError):
        paired_ratio([1.0, 2.0], [1.0])
    with pytest.raises(ValueError):
        paired_ratio([], [])


def test_the_slope_is_growth_by_second() -> None:
    assert slope([(10.0, 5.0), (11.0, 8.0), (12.0, 11.0)]) == pytest.approx(3)
    assert slope([(1.0, 4.0), (1.0, 9.0)]) == 0
    assert slope([]) == 0


@pytest.mark.parametrize(
    ("out", "grows", "last", "flat"),
    [
        (400.0, 0.0, 300, True),
        (396.0, 7.9, 300, True),
        (400.0, 9.0, 300, False),  # more waits every second
        (370.0, 0.0, 300, False),  # less comes out than goes in
        (400.0, 0.0, 1_300, False),  # three seconds of work are waiting
        (400.0, -20.0, 100, True),
    ],
)
def test_a_lag_is_flat_when_the_chain_keeps_up(out: float, grows: float, last: int, flat: bool) -> None:
    assert Lag(rate=400, came_out_per_second=out, grows_per_second=grows, last=last).is_flat is flat


def test_a_rate_that_was_given_up_was_not_sustained() -> None:
    # What came out after feeding had ended says nothing.
    assert not Lag(rate=400, came_out_per_second=500, grows_per_second=-300, last=100, given_up=True).is_flat


def test_latencies_are_told_in_milliseconds() -> None:
    spread = Spread.of([0.010] * 98 + [0.2, 0.3])
    assert (spread.count, spread.p50, spread.p90, spread.p99, spread.most) == (100, 10.0, 10.0, 200.0, 300.0)
    assert str(spread) == "p50 10 · p90 10 · p99 200 · max 300 ms (n=100)"
