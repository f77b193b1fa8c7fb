"""What readers of feeds rely on: two hundred feeds and more, each with the fields that must come out of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from services.ingest.addresses import read_address
from services.ingest.dating import read_date
from services.ingest.sources.entry import Entry
from services.ingest.sources.feeds import parse
from tests.unit.ingest.feed_cases import AT, CASES

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


def _address(entry: Entry) -> str | None:
    """As the collector finds it: the link, or a guid that is one."""
    found = read_address(entry.link, AT) or read_address(entry.guid)
    return found.link if found else None


def _moment(entry: Entry) -> str | None:
    dated = read_date(entry.published, "WIB", NOW) if entry.published else None
    return dated.at.replace(tzinfo=None).isoformat().removesuffix("000") if dated else None


@pytest.mark.parametrize(("body", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_feed_gives_the_fields_that_readers_rely_on(body: bytes, expected: Mapping[str, Any]) -> None:
    found = parse(body)
    wanted = dict(expected)
    assert len(found.entries) == wanted.pop("count", 1)
    for name, value in wanted.items():
        entry = found.entries[0]
        worked_out = {"at": _moment(entry), "address": _address(entry), "form": found.form}
        assert (worked_out[name] if name in worked_out else getattr(entry, name)) == value, name


def test_the_cases_are_many_and_no_two_share_a_name() -> None:
    assert len({case[0] for case in CASES}) == len(CASES) >= 200
