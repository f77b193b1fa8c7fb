"""How long everything lasts: in full (≤ 8 minutes), or quick (≤ 1 minute, for trying the bench itself)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayPlan:
    """`records` lie in the input topic; a round lasts about `round_seconds`."""

    records: int
    warm_seconds: float
    rounds: int
    round_seconds: float
    outbox_records: int
    outbox_rounds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainPlan:
    """`run_in_seconds` of a steady rate pass before it counts; `on_the_way` items keep the chain saturated; `prepared`
    articles are written before anything is measured; no further rate is tried when all would last longer than
    `ends_after_seconds`."""

    prepared: int
    warm_seconds: float
    warm_on_the_way: int
    saturated_seconds: float
    on_the_way: int
    steady_seconds: float
    run_in_seconds: float
    live_seconds: float
    live_rate: float
    clients: int
    commands_per_second: float
    drain_seconds: float
    ends_after_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    relay: RelayPlan
    chain: ChainPlan


FULL = Plan(
    relay=RelayPlan(
        records=60_000, warm_seconds=30, rounds=7, round_seconds=2.0, outbox_records=2_000, outbox_rounds=3
    ),
    chain=ChainPlan(
        prepared=30_000,
        warm_seconds=35,
        warm_on_the_way=300,
        saturated_seconds=35,
        on_the_way=2_000,
        steady_seconds=35,
        run_in_seconds=8,
        live_seconds=45,
        live_rate=200,
        clients=200,
        commands_per_second=5,
        drain_seconds=20,
        ends_after_seconds=300,
    ),
)
QUICK = Plan(
    relay=RelayPlan(records=6_000, warm_seconds=3, rounds=2, round_seconds=0.4, outbox_records=200, outbox_rounds=1),
    chain=ChainPlan(
        prepared=2_000,
        warm_seconds=4,
        warm_on_the_way=100,
        saturated_seconds=6,
        on_the_way=500,
        steady_seconds=5,
        run_in_seconds=2,
        live_seconds=6,
        live_rate=50,
        clients=20,
        commands_per_second=3,
        drain_seconds=10,
        ends_after_seconds=40,
    ),
)
