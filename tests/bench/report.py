"""What was measured, in words: one line for each figure with its goal, and docs/bench/results.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tests.bench.chain import Chained, Phase
from tests.bench.feeding import OUTLETS
from tests.bench.hops import BATCH, PARTITIONS
from tests.bench.machine import Machine
from tests.bench.relaying import OURS, OUTBOX, RAW, RAW_PYDANTIC, TRACED, Relayed

# The load at which goal 2 asks for its latencies.
LIVE_RATE, LIVE_CLIENTS = 200, 200
HOP_NAMES = {
    RAW: "raw aiokafka relay",
    RAW_PYDANTIC: "raw relay with the same pydantic work",
    OURS: "ours: subscription, validation, handler, bus",
    TRACED: "ours, spans exported (OTLP)",
    OUTBOX: "ours with state: one document and its announcement an item",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured value beside its goal. `at_least`: more is better, otherwise less is. `value` None: not measured.

    `full_load` False: measured under less load than the goal asks for, so that it cannot be called reached."""

    name: str
    about: str
    value: float | None
    goal: float
    at_least: bool
    unit: str = ""
    full_load: bool = True

    @property
    def reached(self) -> bool:
        if self.value is None or not self.full_load:
            return False
        return self.value >= self.goal if self.at_least else self.value < self.goal

    @property
    def shown(self) -> str:
        return "not measured" if self.value is None else f"{_short(self.value)}{self.unit}"

    @property
    def shown_goal(self) -> str:
        return f"{'≥' if self.at_least else '<'} {_short(self.goal)}{self.unit}"


def _load_note(figure: Figure) -> str:
    return "" if figure.full_load or figure.value is None else f" (the goal is at {LIVE_RATE} with {LIVE_CLIENTS})"


def _short(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def figures(relayed: Relayed | None, chained: Chained | None) -> list[Figure]:
    """Every figure that has a goal."""
    found: list[Figure] = []
    if relayed is not None:
        found += [
            Figure(name="hop_ratio", about="a hop of ours / a raw aiokafka relay of the same bytes",
                   value=relayed.hop_ratio, goal=0.40, at_least=True),
            Figure(name="hop_pydantic_ratio", about="a hop of ours / a raw relay with the same pydantic work",
                   value=relayed.hop_pydantic_ratio, goal=0.75, at_least=True),
            Figure(name="telemetry_ratio", about="spans exported / no exporter configured",
                   value=relayed.telemetry_ratio, goal=0.80, at_least=True),
        ]  # fmt: skip
    if chained is not None:
        live, commands = chained.live, chained.commands
        load = f"at {chained.live_rate:.0f} items/s with {chained.clients} clients"
        full = chained.live_rate >= LIVE_RATE and chained.clients >= LIVE_CLIENTS
        found += [
            Figure(name="sustained", about="whole chain, lag flat",
                   value=chained.sustained_rate, goal=400, at_least=True, unit=" items/s"),
            Figure(name="live_p50", about=f"accepted → live feed, {load}", value=live.p50 if live else None,
                   goal=100, at_least=False, unit=" ms", full_load=full),
            Figure(name="live_p99", about=f"accepted → live feed, {load}", value=live.p99 if live else None,
                   goal=300, at_least=False, unit=" ms", full_load=full),
            Figure(name="commands_p99", about=f"acknowledge over REST until the answer, {load}",
                   value=commands.p99 if commands else None, goal=150, at_least=False, unit=" ms", full_load=full),
        ]  # fmt: skip
    return found


def lines(found: Sequence[Figure]) -> list[str]:
    """For the terminal: `name=value` first, so that a program can read it."""
    return [
        f"{figure.name}={figure.shown.replace(' ', '')}  goal {figure.shown_goal}"
        f"  {'reached' if figure.reached else 'NOT REACHED'}  ({figure.about}{_load_note(figure)})"
        for figure in found
    ]


def document(
    machine: Machine, relayed: Relayed | None, chained: Chained | None, *, at: datetime, seconds: float, command: str
) -> str:
    """docs/bench/results.md."""
    parts = [
        "# What `make bench` measured",
        _machine(machine, at, seconds, command),
        _table(
            ("figure", "measured", "goal", "reached", "what"),
            [
                (f"`{f.name}`", f.shown, f.shown_goal, "yes" if f.reached else "**no**", f.about + _load_note(f))
                for f in figures(relayed, chained)
            ],
        ),
    ]
    if relayed is not None:
        parts.append(_hops(relayed))
    if chained is not None:
        parts.append(_chain(chained))
    return "\n\n".join(parts) + "\n"


def _machine(machine: Machine, at: datetime, seconds: float, command: str) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in machine.versions.items())
    return (
        f"{at:%Y-%m-%d %H:%M} UTC, `{command}`, {seconds / 60:.1f} minutes. {machine.model}, {machine.cores} cores "
        f"used of {machine.cores_of_machine}, {machine.memory_gb:.0f} GB; {machine.system}; load average before the "
        f"start {machine.load:.1f} (above 0.5 the machine was not idle and the figures are too low). {versions}. "
        "Broker, store, services, feed server and watching clients share these cores. Written by the bench; not edited."
    )


def _hops(relayed: Relayed) -> str:
    rows = [
        (
            HOP_NAMES[name], f"{relayed.median(name):,.0f}", f"{relayed.cpu_microseconds[name]:.0f}",
            " · ".join(f"{value:,.0f}" for value in values),
        )
        for name, values in relayed.rounds.items()
    ]  # fmt: skip
    return "\n\n".join(
        [
            "## One hop, topic to topic",
            f"ItemCollected envelopes of {relayed.value_bytes:,} bytes in the mean, {PARTITIONS} partitions, batches "
            f"of at most {BATCH}, acks=all, idempotent, zstd, one commit a batch: the same settings on every side, one "
            f"process, one event loop. Warmed up for {relayed.warm_seconds:.0f} s, then in turn, every second round "
            "backwards. A ratio is the median of the rounds' own ratios; what other programs on the machine "
            "take disturbs rates, the processor time of our process hardly. The last line writes to the store as "
            "well and is there for information.",
            _table(("hop", "median records/s", "processor µs a record", "each round"), rows),
        ]
    )


def _chain(chained: Chained) -> str:
    steady = [
        (
            f"{lag.rate:.0f}", f"{lag.came_out_per_second:.0f}", f"{lag.grows_per_second:+.1f}", str(lag.last),
            "flat" if lag.is_flat else "given up" if lag.given_up else "grows",
        )
        for lag in chained.steady
    ]  # fmt: skip
    phases = {"saturated": chained.saturated, f"{chained.live_rate:.0f} items/s": chained.live_phase}
    return "\n\n".join(
        [
            "## The whole chain",
            f"Five services, Kafka and the document store on disk; items of 450 to 800 characters through {OUTLETS} "
            "real feeds read each second, with privacy gate, labels, grouping, alerts and pushes on. 25 % of the items "
            "tell of a unit's routine, 5 % repeat another outlet's text word for word, 3 % hold a phone number; 1.5 "
            "incidents a second are told by four outlets each and raise an alert; the rest is of no concern. Warmed up "
            f"for {chained.warm_seconds:.0f} s; {chained.items:,} items and {chained.alerts} alerts in all.",
            f"**How much.** Saturated (work always waiting, nobody watching) {chained.saturated_rate:.0f} items/s came "
            "out. Then at steady rates below that, whatever happens; an item is on its way until it is classified and "
            "the slowest reader has it:",
            _table(("items/s in", "out", "on their way, growth/s", "at the end", "lag"), steady),
            "Where work waited at the end of saturation (records): " + _listed(chained.lags_when_saturated) + ".",
            _watched(chained),
            "**Processor** (cores in use; for each item classified meanwhile) and full collections of the store:",
            _phases({name: phase for name, phase in phases.items() if phase is not None}),
            f"**Memory** at the end, {chained.items:,} items: " + _memory(chained.memory) + ".",
        ]
    )


def _watched(chained: Chained) -> str:
    statuses = ", ".join(f"{count} × {status}" for status, count in sorted(chained.command_answers.items()))
    return (
        f"**How soon**, at {chained.live_rate:.0f} items/s with {chained.clients} clients on the live feed, each sent "
        f"every single item: accepted (first in a feed's answer) → client {chained.live or 'not measured'}; "
        f"{chained.live_arrived:,} of {chained.live_expected:,} arrived at the clients that took down times, "
        f"{chained.clients_lost} connections broke, {chained.client_megabytes:,.0f} MB went out. Commands "
        f"(acknowledge until answered) {chained.commands or 'not measured'}; answers {statuses or 'none'}."
    )


def _phases(phases: Mapping[str, Phase]) -> str:
    names = list(dict.fromkeys(name for phase in phases.values() for name in phase.cores))
    rows = [
        (
            title, *(f"{phase.cores[name]:.2f}" for name in names), f"{phase.cpu_milliseconds_an_item:.1f} ms",
            f"{len(phase.full_gc_ms)} ({sum(phase.full_gc_ms):.0f} ms)",
        )
        for title, phase in phases.items()
    ]  # fmt: skip
    return _table(("phase", *names, "an item", "full GCs"), rows)


def _memory(memory: Mapping[str, float]) -> str:
    each = ", ".join(f"{name} {megabytes:.0f}" for name, megabytes in memory.items())
    return f"{each}; together {sum(memory.values()):.0f} MB"


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items()) or "nowhere"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])
