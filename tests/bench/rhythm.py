"""`make bench-rhythm`: months of invented sources watched by the real schedule and the real silence alarm.

How often each kind is polled, how long news waits, how many false alarms there are, and how late a true one is. The
clock is simulated; seeds are fixed, so that two runs print the same."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from deploy.local.places import PROJECT
from tests.support.rhythms import BEGIN, DAY, HABITS, HOUR, Habit, published, watch

RESULTS = PROJECT / "docs" / "bench" / "rhythm.md"
DAYS, SEEDS = 120, 4
STOPS = BEGIN + 100 * DAY + 10 * HOUR
INTERVAL_SECONDS = 300
# Goal of the alarm: one mistake in so many days of a source that keeps its habits.
DAYS_PER_FALSE_ALARM = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`delays`: hours from the last item to the alarm, of a source that stops at ten in the morning."""

    habit: Habit
    items_per_day: float
    polls_per_day: float
    wait_minutes: float
    false_alarms: int
    at_night: int
    delays: list[float | None]

    def cells(self) -> list[str]:
        heard = [hours for hours in self.delays if hours is not None]
        delay = f"{median(heard):.1f} ({min(heard):.1f} to {max(heard):.1f})" if heard else "none"
        missed = len(self.delays) - len(heard)
        return [
            self.habit.name,
            f"{self.items_per_day:.1f}",
            f"{self.polls_per_day:.0f}",
            f"{self.wait_minutes:.1f}",
            f"{self.false_alarms} in {DAYS * SEEDS}",
            str(self.at_night),
            delay + (f", {missed} not heard" if missed else ""),
        ]


def measure(habit: Habit) -> Row:
    items, polls, wait, alarms, night = 0, 0.0, 0.0, 0, 0
    delays: list[float | None] = []
    for seed in range(SEEDS):
        moments = published(habit, DAYS, seed)
        well = watch(moments, DAYS, seed=seed, interval_seconds=INTERVAL_SECONDS)
        items += len(moments)
        polls += well.polls_per_day
        wait += well.mean_wait_minutes
        alarms += len(well.alarms)
        night += well.at_night
        ill = watch([at for at in moments if at < STOPS], DAYS, seed=seed, interval_seconds=INTERVAL_SECONDS)
        late = [(alarm - STOPS).total_seconds() / 3600 for alarm in ill.alarms if alarm >= STOPS]
        delays.append(late[0] if late else None)
    return Row(
        habit=habit,
        items_per_day=items / DAYS / SEEDS,
        polls_per_day=polls / SEEDS,
        wait_minutes=wait / SEEDS,
        false_alarms=alarms,
        at_night=night,
        delays=delays,
    )


def document(rows: Sequence[Row], verdict: str) -> str:
    head = ["source", "items/day", "polls/day", "mean wait, min", "false alarms, days", "22–5 h", "delay, h"]
    lines = [head, ["---"] * len(head), *(row.cells() for row in rows)]
    table = "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
    return (
        f"# Schedule and silence, simulated\n\n`make bench-rhythm`: {DAYS} days of {SEEDS} sources of each kind, "
        f"interval {INTERVAL_SECONDS} s. The delay is counted from ten in the morning of day 101, when the source "
        "falls silent\nfor good. Read at its interval, a source would be polled 288 times a day.\n\n"
        f"{table}\n\n{verdict}\n"
    )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.rhythm", description=__doc__)
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    rows = []
    for habit in HABITS:
        rows.append(measure(habit))
        print("  ".join(rows[-1].cells()), flush=True)
    regular = [row for row in rows if not row.habit.holidays]
    alarms, days = sum(row.false_alarms for row in regular), DAYS * SEEDS * len(regular)
    night = sum(row.at_night for row in rows)
    verdict = (
        f"Sources that keep their habits: {alarms} false alarms in {days} source-days "
        f"(goal: one in {DAYS_PER_FALSE_ALARM} or fewer); alarms between 22 and 5 o'clock: {night}. "
        "Unannounced holidays are told as silence, which they are."
    )
    print(verdict)
    options.results.write_text(document(rows, verdict), encoding="utf-8")
    return 0 if alarms * DAYS_PER_FALSE_ALARM <= days and night == 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
