"""Counters are a function of the facts: repeats, order and restarts change nothing."""

import random
from dataclasses import replace

from services.classifier.trends.counting import ALL, FINE, SEVERE_CLASS, SOCIAL_CLASS, Counters
from services.classifier.trends.facts import EVERYTHING, Fact
from tests.unit.classifier.trends.invented import DAY, HOUR, MONDAY, UNIT, a_fact


def counters_of(*facts: Fact) -> Counters:
    counters = Counters("live")
    for fact in facts:
        counters.change(None, fact)
    return counters


def test_an_item_counts_once_in_each_of_its_series() -> None:
    counters = counters_of(a_fact(MONDAY, topic="pelarian", units=(UNIT,), severity=3, story="isu-1"))
    assert set(counters.series) == {
        EVERYTHING, ("topik", "pelarian"), ("jenis_sumber", "berita"), ("unit", "lapas-contoh"),
        ("topik_unit", "pelarian|lapas-contoh"), ("provinsi", "Contoh Utara"), ("isu", "isu-1"),
    }  # fmt: skip
    for series in counters.series.values():
        line = series.lines[SEVERE_CLASS]
        assert (sum(line.fine.values()), sum(line.hours.values()), sum(line.days.values())) == (1, 1, 1)


def test_two_units_of_one_province_count_the_province_once() -> None:
    sister = replace(UNIT, unit_id="rutan-contoh")
    counters = counters_of(a_fact(MONDAY, units=(UNIT, sister)))
    assert counters.series["provinsi", "Contoh Utara"].lines[ALL].days == {20_731: 1}


def test_the_same_fact_twice_changes_nothing() -> None:
    fact = a_fact(MONDAY, units=(UNIT,))
    counters = counters_of(fact)
    before = counters.dump()
    assert counters.change(fact, fact) == []
    assert counters.dump() == before


def test_a_new_label_moves_the_item() -> None:
    fact = a_fact(MONDAY, topic="pelarian", units=(UNIT,))
    moved = replace(fact, topic="pembinaan", sequence=2)
    counters = counters_of(fact)
    counters.change(fact, moved)
    counters.forget(MONDAY)
    assert counters.dump() == counters_of(moved).dump()


def test_an_item_that_is_no_longer_relevant_counts_nowhere() -> None:
    fact = a_fact(MONDAY)
    counters = counters_of(fact)
    counters.change(fact, replace(fact, gone=True, sequence=2))
    counters.forget(MONDAY)
    assert counters.dump() == {}


def test_a_late_item_lands_in_its_own_bucket() -> None:
    counters = counters_of(a_fact(MONDAY + 5 * HOUR), a_fact(MONDAY + HOUR))
    line = counters.series[EVERYTHING].lines[ALL]
    assert line.hours == {(MONDAY + 5 * HOUR) // HOUR: 1, (MONDAY + HOUR) // HOUR: 1}


def test_a_day_begins_at_midnight_in_jakarta() -> None:
    line = counters_of(a_fact(MONDAY), a_fact(MONDAY - 1)).series[EVERYTHING].lines[ALL]
    assert line.days == {20_731: 1, 20_730: 1}


def test_what_was_brought_in_later_is_history_and_never_the_present() -> None:
    line = counters_of(a_fact(MONDAY, old=True)).series[EVERYTHING].lines[ALL]
    assert (line.fine, line.hours, line.days) == ({}, {}, {})
    assert (line.of_day(20_731), line.of_hour(MONDAY // HOUR)) == (1, 1)


def test_social_posts_are_counted_apart() -> None:
    counters = counters_of(a_fact(MONDAY, kind="unggahan"), a_fact(MONDAY, kind="berita"))
    line = counters.series[EVERYTHING].line(SOCIAL_CLASS)
    assert line is not None and line.days == {20_731: 1}


def test_buckets_end_and_empty_series_with_them() -> None:
    fact = a_fact(MONDAY, units=(UNIT,))
    counters = counters_of(fact, a_fact(MONDAY + 30 * DAY))
    counters.forget(MONDAY + 30 * DAY)
    line = counters.series["unit", "lapas-contoh"].lines[ALL]
    assert (line.fine, line.hours, line.days) == ({}, {}, {20_731: 1})
    counters.forget(MONDAY + 36 * DAY)
    assert ("unit", "lapas-contoh") not in counters.series


def test_two_days_of_five_minutes_fourteen_of_hours_and_thirty_five_of_days_are_kept() -> None:
    now = MONDAY + 36 * DAY
    ages = (0, 2 * DAY - FINE, 14 * DAY, 35 * DAY)
    counters = counters_of(*(a_fact(now - age) for age in ages))
    counters.forget(now)
    line = counters.series[EVERYTHING].lines[ALL]
    assert (len(line.fine), len(line.hours), len(line.days)) == (2, 3, 4)


def test_above_the_cap_the_series_silent_longest_go() -> None:
    counters = Counters("live", max_series=10)
    for n in range(40):
        counters.change(None, a_fact(MONDAY + n, topic="pelarian", units=(replace(UNIT, unit_id=f"unit-{n:02}"),)))
    counters.forget(MONDAY + 40)
    assert len(counters) == 10
    assert ("unit", "unit-39") in counters.series and ("unit", "unit-00") not in counters.series
    assert EVERYTHING in counters.series


def test_order_and_a_restart_between_change_nothing() -> None:
    """Counted as they came, with labels changed and changed back; and anew from what then stands, in any order."""
    chance = random.Random(5)
    standing: dict[str, Fact] = {}
    counters = Counters("live")
    for n in range(2_000):
        if standing and chance.random() < 0.3:
            before = standing[chance.choice(list(standing))]
            after = replace(
                before, sequence=n + 2, topic=chance.choice(["pelarian", "narkoba"]), gone=chance.random() < 0.2,
                story=chance.choice([None, "a", "b"]), severity=chance.randrange(5),
            )  # fmt: skip
        else:
            before, after = None, a_fact(MONDAY + chance.randrange(40 * DAY), units=(UNIT,) * chance.randrange(2))
        counters.change(before, after)
        standing[after.item_id] = after
    facts = list(standing.values())
    chance.shuffle(facts)
    restarted = counters_of(*facts)
    for one in (counters, restarted):
        one.forget(MONDAY + 40 * DAY)
    assert counters.dump() == restarted.dump() != {}
