"""What rises is told with its arithmetic; what is usual, unknown or seasonal is not."""

import random
from dataclasses import replace

import pytest

from services.classifier.trends.facts import Fact
from services.classifier.trends.rules import TrendRules
from services.classifier.trends.sight import Spell, Watched
from services.classifier.trends.tails import least_improbable
from services.classifier.trends.telling import arithmetic
from services.classifier.trends.watching import Open, Watch
from services.classifier.trends.weighing import Finding
from tests.unit.classifier.trends.invented import DAY, HOUR, MONDAY, UNIT, a_fact, a_watch, ordinary

NOON = MONDAY + 28 * DAY + 12 * HOUR


def fed(watch: Watch, facts: list[Fact]) -> list[Finding]:
    """What is told while the items come, each line once."""
    told = []
    for fact in facts:
        for finding in watch.look(watch.take(None, fact, fact.at), fact.at):
            watch.open[finding.series, finding.rule.id] = Open(finding.observed, "penuh")
            told.append(finding)
    return told


def rules_told(told: list[Finding], kind: str) -> set[str]:
    return {finding.rule.id for finding in told if finding.series[0] == kind}


def test_an_even_month_raises_nothing(rules: TrendRules) -> None:
    watch = Watch("live", rules)
    assert fed(watch, list(ordinary(40, per_day=48, units=(UNIT,)))) == []


def test_severe_items_of_one_unit_are_told_without_any_history(rules: TrendRules) -> None:
    burst = [a_fact(NOON + n * 600, topic="pelarian", units=(UNIT,), severity=3) for n in range(3)]
    (found,) = fed(Watch("live", rules), burst)
    assert (found.series, found.rule.id, found.observed) == (("unit", "lapas-contoh"), "dini_unit", 3)
    assert found.expected is None
    assert "belum ada hari" in arithmetic(found, basis_days=0)


def test_without_history_nothing_is_called_a_rise(rules: TrendRules) -> None:
    watch = a_watch(rules, *ordinary(10, per_day=24))
    burst = [a_fact(MONDAY + 10 * DAY + n * 60, units=(UNIT,)) for n in range(60)]
    assert fed(watch, burst) == []


def test_a_burst_of_news_is_a_rise_with_its_arithmetic(rules: TrendRules) -> None:
    watch = a_watch(rules, *ordinary(28, per_day=24, units=(UNIT,)))
    told = fed(watch, [a_fact(NOON + n * 120, topic="pembinaan", units=(UNIT,)) for n in range(60)])
    assert {"berita_hari", "menumpuk"} <= rules_told(told, "unit")
    day = next(f for f in told if f.rule.id == "berita_hari" and f.series[0] == "unit")
    assert day.expected is not None and day.expected.mean == pytest.approx(24, rel=0.05)
    words = arithmetic(day, basis_days=28)
    assert "dari 28 hari" in words and "kemarin 24" in words and "7 hari lalu 24" in words


def test_social_posts_of_an_hour_are_weighed_alone(rules: TrendRules) -> None:
    posts = [f for day in ordinary(28, per_day=24, kind="unggahan") for f in [day]]
    told = fed(a_watch(rules, *posts), [a_fact(NOON + n * 30, kind="unggahan") for n in range(20)])
    assert "sosial_jam" in rules_told(told, "topik")


def test_the_hour_of_every_day_that_is_always_busy_is_no_rise(rules: TrendRules) -> None:
    """Forty posts at ten each morning, for a month: the same again is nothing."""
    mornings = [
        a_fact(MONDAY + day * DAY + 10 * HOUR + n * 60, kind="unggahan") for day in range(32) for n in range(40)
    ]
    watch = a_watch(rules, *[f for f in mornings if f.at < MONDAY + 28 * DAY])
    assert fed(watch, [f for f in mornings if f.at >= MONDAY + 28 * DAY]) == []


def test_a_slow_rise_adds_up(rules: TrendRules) -> None:
    """Three in two hours where there was one in four, of a kind that no rule of growth looks at."""
    watch = a_watch(rules, *ordinary(28, per_day=6, units=(UNIT,), kind="laporan"))
    slow = [a_fact(MONDAY + 28 * DAY + n * HOUR * 2 // 3, units=(UNIT,), kind="laporan") for n in range(36)]
    told = [f for f in fed(watch, slow) if f.series[0] == "unit"]
    assert told and told[0].rule.id == "menumpuk"
    assert "kenaikan menumpuk" in arithmetic(told[0], basis_days=28)


def test_a_season_widens_what_is_usual_and_says_so(rules: TrendRules) -> None:
    """The first day of the year's end, where no day like it is known yet."""
    start = MONDAY + 48 * DAY
    watch = a_watch(rules, *ordinary(28, start=start, units=(UNIT,)))
    christmas = start + 28 * DAY
    usual = watch.habits
    usual.at(christmas)
    plain = usual.expected(("unit", "lapas-contoh"), "semua", christmas - DAY, christmas)
    wide = usual.expected(("unit", "lapas-contoh"), "semua", christmas, christmas + DAY)
    assert plain is not None and plain.note is None
    assert wide is not None and wide.note is not None and "Natal dan tahun baru" in wide.note
    assert wide.sigma > 1.8 * plain.sigma


def test_weekends_are_compared_with_weekends(rules: TrendRules) -> None:
    quiet = [f for f in ordinary(35, per_day=48) if (f.at - MONDAY) // DAY % 7 < 5 or f.at % (4 * HOUR) < HOUR]
    watch = a_watch(rules, *quiet)
    monday = MONDAY + 35 * DAY
    watch.habits.at(monday)
    workday = watch.habits.expected(("semua", ""), "semua", monday, monday + DAY)
    saturday = watch.habits.expected(("semua", ""), "semua", monday + 5 * DAY, monday + 6 * DAY)
    assert workday is not None and saturday is not None
    assert workday.mean == pytest.approx(48, rel=0.1) and saturday.mean == pytest.approx(12, rel=0.35)


def test_an_event_of_last_week_does_not_become_the_habit(rules: TrendRules) -> None:
    watch = a_watch(rules, *ordinary(28, per_day=4, units=(UNIT,)))
    for n in range(200):
        watch.take(None, a_fact(MONDAY + 20 * DAY + n * 300, units=(UNIT,)), NOON)
    watch.turn(NOON)
    watch.habits.at(NOON)
    usual = watch.habits.expected(("unit", "lapas-contoh"), "semua", NOON - DAY, NOON)
    assert usual is not None and usual.mean < 6


def test_a_story_is_weighed_against_its_own_hours(rules: TrendRules) -> None:
    start = NOON - 8 * HOUR
    slow = [a_fact(start + n * HOUR, story="isu-1") for n in range(8)]
    young = [a_fact(NOON + n * 60, story="isu-2") for n in range(20)]
    watch = a_watch(rules, *slow)
    assert rules_told(fed(watch, young), "isu") == set()
    burst = [a_fact(NOON + n * 60, story="isu-1") for n in range(40)]
    found, *_ = [f for f in fed(watch, burst) if f.series[0] == "isu"]
    assert "jam sebelumnya" in arithmetic(found, basis_days=0)


def test_what_is_open_is_told_again_only_when_it_has_grown_by_half(rules: TrendRules) -> None:
    burst = [a_fact(NOON + n * 60, topic="pelarian", units=(UNIT,), severity=4) for n in range(12)]
    told = [f.observed for f in fed(Watch("live", rules), burst) if f.series[0] == "unit"]
    assert told == [3, 5, 8, 12]


def test_a_line_eases_when_it_is_back_and_not_before(rules: TrendRules) -> None:
    watch = Watch("live", rules)
    fed(watch, [a_fact(NOON + n * 60, topic="pelarian", units=(UNIT,), severity=3) for n in range(3)])
    line = (("unit", "lapas-contoh"), "dini_unit")
    assert watch.calm(NOON + 5 * HOUR) == []
    assert watch.calm(NOON + 7 * HOUR) == [line]


def test_a_line_does_not_ease_while_its_sources_cannot_be_read(rules: TrendRules) -> None:
    watch = Watch("live", rules)
    fed(watch, [a_fact(NOON + n * 60, topic="pelarian", units=(UNIT,), severity=3) for n in range(3)])
    line = (("unit", "lapas-contoh"), "dini_unit")
    down = Watched(
        source_id="s", mode="live", sequence=1, of="berita", weight=5, spells=(Spell(NOON + 4 * HOUR, None),)
    )
    watch.see([down], NOON + 7 * HOUR)
    assert watch.calm(NOON + 7 * HOUR) == []
    assert watch.sight_now(line, NOON + 7 * HOUR) == "buta"
    back = replace(down, sequence=2, spells=(Spell(NOON + 4 * HOUR, NOON + 8 * HOUR),))
    watch.see([back], NOON + 15 * HOUR)
    assert watch.calm(NOON + 15 * HOUR) == [line]


def test_a_blind_day_teaches_nothing(rules: TrendRules) -> None:
    watch = a_watch(rules, *ordinary(28, per_day=24))
    seen = [f for f in ordinary(28, per_day=24) if (f.at - MONDAY) // DAY not in (10, 11)]
    blind = a_watch(rules, *seen)
    spell = Spell(MONDAY + 10 * DAY, MONDAY + 12 * DAY)
    blind.see([Watched(source_id="s", mode="live", sequence=1, of="berita", weight=1, spells=(spell,))], NOON)
    for one in (watch, blind):
        one.turn(NOON)
        one.habits.at(NOON)
    assert watch.habits.basis_days("semua") == 28
    assert blind.habits.basis_days("semua") == 26


def test_items_brought_in_later_make_history_and_never_a_rise(rules: TrendRules) -> None:
    watch = Watch("live", rules)
    old = [replace(f, old=True) for f in ordinary(28, per_day=24, units=(UNIT,))]
    old += [a_fact(NOON + n, old=True, units=(UNIT,), severity=4) for n in range(50)]
    assert fed(watch, old) == []
    watch.turn(NOON)
    watch.habits.at(NOON)
    assert not watch.habits.is_cold("semua")


@pytest.mark.parametrize(("mean", "dispersion", "chance"), [(0.5, 1.0, 1e-6), (12.0, 2.5, 1e-6), (300.0, 4.0, 1e-5)])
def test_the_tail_is_as_improbable_as_it_says(mean: float, dispersion: float, chance: float) -> None:
    stats = pytest.importorskip("scipy.stats")
    least = least_improbable(mean, dispersion, chance)
    law = stats.poisson(mean) if dispersion == 1.0 else stats.nbinom(mean / (dispersion - 1), 1 / dispersion)
    # Rarer than asked by no more than the grid on which means are rounded up.
    assert law.sf(least - 1) <= chance < law.sf(least - 4 - 0.025 * mean)


def test_beyond_the_sum_the_moments_agree_with_it() -> None:
    assert least_improbable(401, 3.0, 1e-6) == pytest.approx(least_improbable(399, 3.0, 1e-6), rel=0.02)


def test_watched_as_it_came_or_worked_out_after_a_restart_is_the_same(rules: TrendRules) -> None:
    """Sums carried from hour to hour, habits of the day and late items, against all of it worked out anew."""
    chance = random.Random(11)
    watch, standing, risen = a_watch(rules), list[Fact](), 0
    for day in range(24):
        busy = 6 if day in (20, 22) else 1
        for fact in ordinary(1, per_day=20 * busy, start=MONDAY + day * DAY, units=(UNIT,)):
            late = replace(fact, at=fact.at - chance.choice([0, 0, 0, 2 * HOUR, DAY]))
            watch.look(watch.take(None, late, fact.at), fact.at)
            standing.append(late)
        now = MONDAY + (day + 1) * DAY - 600
        watch.turn(now)
        if day not in (15, 20, 22, 23):
            continue
        restarted = a_watch(rules, *standing)
        restarted.turn(now)
        for one in (watch, restarted):
            one.counters.forget(now)
        ours, theirs = (
            {(f.series, f.rule.id): f for f in one.weigher.find(one.counters.series.values(), now)}
            for one in (watch, restarted)
        )
        assert ours == theirs
        assert watch.counters.dump() == restarted.counters.dump()
        risen += len(ours)
    assert risen, "nothing rose: the comparison proves nothing"
