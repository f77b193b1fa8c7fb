"""Parking: what is kept of a record, and when too much of it means that the fault is ours."""

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import KafkaError

from libs.runtime.dead_letter import OUT_OF, TOO_MANY, ParkingLot
from libs.runtime.errors import TransientError
from libs.schemas.topics import DEAD_LETTERS, Topic

NIK = "3174051234567890"


@dataclass(slots=True)
class Kept:
    """A bus that keeps what is sent over it. `fails`: what the broker answers."""

    sent: list[tuple[Topic, str, bytes, dict[str, str]]] = field(default_factory=list)
    fails: Exception | None = None

    async def send(self, topic: Topic, key: str, value: bytes, headers: dict[str, str]) -> asyncio.Future[None]:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self.fails is not None:
            future.set_exception(self.fails)
        else:
            self.sent.append((topic, key, value, headers))
            future.set_result(None)
        return future


def a_lot(bus: Any = None) -> ParkingLot:
    made: Any = bus or Kept()
    return ParkingLot(made, service="classifier", group="classifier")


def full(lot: ParkingLot) -> bool:
    return lot.overflowing


def a_record(value: bytes | None = b"sampah", key: bytes | None = b"kunci") -> Any:
    return SimpleNamespace(topic="pasopati-int.items.collected.v1", partition=2, offset=41, key=key, value=value)


async def test_a_parked_record_says_where_it_came_from_and_why() -> None:
    bus = Kept()
    await a_lot(bus).park(a_record(b'{"a": 1}'), f"invalid: data.title: missing {NIK}\nlagi", valid=False)
    ((topic, key, value, headers),) = bus.sent
    assert topic is DEAD_LETTERS["classifier"] and (key, value) == ("", b"")
    assert headers == {
        "origin-topic": "pasopati-int.items.collected.v1", "origin-partition": "2", "origin-offset": "41",
        "group": "classifier", "reason": "invalid: data.title: missing [ANGKA] lagi",
        "bytes": "8",
    }  # fmt: skip


@pytest.mark.parametrize("key", [NIK, "napi-wirasangkana", "\xff", "3201"])
async def test_of_an_invalid_record_nothing_is_kept_but_its_place_and_size(key: str) -> None:
    bus = Kept()
    value = b"\xff\xfe napi Wirasangkana bin Jalakrama " + b"x" * 300_000
    await a_lot(bus).park(a_record(value, key=key.encode("latin-1")), "invalid", valid=False)
    _, kept_key, kept, headers = bus.sent[0]
    assert (kept_key, kept) == ("", b"")
    assert headers["bytes"] == str(len(value)) and headers["origin-offset"] == "41"


async def test_an_id_of_ours_stays_as_the_key_of_an_invalid_record() -> None:
    bus = Kept()
    ours = "0f8fad5b-d9cb-469f-a165-70867728950e"
    await a_lot(bus).park(a_record(key=ours.encode()), "invalid", valid=False)
    assert bus.sent[0][1] == ours


async def test_a_valid_record_is_kept_as_it_is_so_that_it_can_be_fed_again() -> None:
    bus, value = Kept(), ('{"angka": "' + NIK + '"}').encode()
    await a_lot(bus).park(a_record(value, key=b"\xff\xfe"), "PermanentError: no", valid=True)
    assert bus.sent[0][2] == value


async def test_a_record_without_value_or_key_can_be_parked() -> None:
    bus = Kept()
    await a_lot(bus).park(a_record(None, None), "invalid", valid=False)
    assert bus.sent[0][1:3] == ("", b"")


async def test_a_broker_that_refuses_means_wait_and_is_not_counted() -> None:
    lot = a_lot(Kept(fails=KafkaError("no")))
    for _ in range(TOO_MANY):
        with pytest.raises(TransientError):
            await lot.park(a_record(), "invalid", valid=False)
    assert not lot.overflowing


async def test_fifty_in_a_row_are_too_many() -> None:
    lot = a_lot()
    for _ in range(TOO_MANY - 1):
        await lot.park(a_record(), "invalid", valid=False)
    assert full(lot) is False
    await lot.park(a_record(), "invalid", valid=False)
    assert full(lot) is True


async def test_one_in_twenty_is_too_many_and_what_is_long_ago_is_forgotten() -> None:
    lot = a_lot()
    for _ in range(TOO_MANY - 1):
        await lot.park(a_record(), "invalid", valid=False)
        lot.took(19)
    lot.took(OUT_OF - 20)
    await lot.park(a_record(), "invalid", valid=False)
    assert full(lot) is False
    for _ in range(TOO_MANY - 1):
        lot.took(19)
        await lot.park(a_record(), "invalid", valid=False)
    assert full(lot) is True
    lot.took(OUT_OF)
    assert full(lot) is False
