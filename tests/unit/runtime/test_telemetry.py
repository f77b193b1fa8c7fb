"""Logs: one JSON line each, no value that belongs to somebody, and not a thousand times the same."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.runtime.telemetry import Tracing, configure_logs, log, mask, new_traceparent, redact

NIK = "3174051234567890"
UUID = "bc77427b-cc64-5fc1-be87-dae8638f3037"
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Where the lines go instead of standard error; the root logger as it was, afterwards."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers, root.level
    configure_logs("uji", "INFO")
    handler: Any = root.handlers[0]
    handler.setStream(stream)
    yield stream
    root.handlers, root.level = handlers, level
    logging.captureWarnings(False)


def told(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    "text",
    [NIK, f"NIK {NIK}.", f"NIK{NIK}", f"_{NIK}_", "3174 0512 3456 7890", "+62 812-3456-7890", "3174.0512.3456.7890",
     f"{NIK[:8]}\u200b{NIK[8:]}", f"{NIK[:8]}\n{NIK[8:]}", f"a{NIK}b"],
)  # fmt: skip
def test_long_numbers_are_masked_however_they_are_written(text: str) -> None:
    masked = redact(text)
    assert "[ANGKA]" in masked
    assert not any(part in masked for part in (NIK, "3174", "7890", "812"))


@pytest.mark.parametrize("text", ["budi.contoh@surat.contoh.example", "<a+b@contoh.id>", "0812345678901@contoh.id"])
def test_mail_addresses_are_masked(text: str) -> None:
    assert redact(text).count("[SUREL]") == 1 and "@" not in redact(text)


@pytest.mark.parametrize("text", [UUID, DIGEST, "offset 1234567", "2026-11-22", "127.0.0.1:31360", "25 orang"])
def test_our_own_ids_and_short_numbers_stay(text: str) -> None:
    assert redact(text) == text


def test_a_name_behind_its_role_goes_and_the_ids_beside_it_stay() -> None:
    told = f"item {UUID}: napi Budi Contoh Santosa, register B.I 45/2024, digest {DIGEST}"
    assert redact(told) == f"item {UUID}: napi [WBP], register [REGISTER], digest {DIGEST}"


def test_redacted_text_is_one_short_line() -> None:
    assert redact("a\r\nb\x00c\u2028d") == "a b c d"
    assert len(redact("x" * 10_000)) == 300
    assert len(mask("x" * 10_000)) == 10_000


@given(before=st.text(max_size=300), after=st.text(max_size=300))
def test_a_number_is_masked_wherever_it_stands(before: str, after: str) -> None:
    assert NIK not in mask(before + NIK + after)


def test_every_line_is_json_without_values(lines: io.StringIO) -> None:
    try:
        raise ValueError(f"tidak sah: {NIK}\nbudi@contoh.example")
    except ValueError as error:
        log.error("gagal\nsekali", exc_info=error, note=f"NIK {NIK}", number=int(NIK), listed=[NIK], items=3)
    logging.getLogger("pymongo").warning("away: %s\n%s", "budi@contoh.example", NIK)
    assert NIK not in lines.getvalue() and "budi" not in lines.getvalue()
    ours, theirs = told(lines)
    assert (ours["event"], ours["service"], ours["level"], ours["items"]) == ("gagal sekali", "uji", "error", 3)
    assert (ours["error"], ours["message"]) == ("ValueError", "tidak sah: [ANGKA] [SUREL]")
    assert ours["at"].startswith("test_telemetry.py:") and ours["number"] == "[ANGKA]"
    assert (theirs["logger"], theirs["event"]) == ("pymongo", "away: [SUREL] [ANGKA]")


def test_a_traceback_of_a_library_keeps_its_values_to_itself(lines: io.StringIO) -> None:
    try:
        raise RuntimeError(NIK)
    except RuntimeError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    (line,) = told(lines)
    assert line["error"] == "RuntimeError" and line["message"] == "[ANGKA]" and "Traceback" not in lines.getvalue()


def test_a_flood_of_like_lines_is_spared_and_comes_back_later(
    lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("libs.runtime.telemetry.time.monotonic", lambda: now)
    for n in range(1000):
        logging.getLogger("aiokafka").error("Unable connect to node %s", n)
    logging.getLogger("aiokafka").error("another matter")
    assert [line["event"] for line in told(lines)] == [
        *(f"Unable connect to node {n}" for n in range(5)), "another matter",
    ]  # fmt: skip
    now = 1010.5
    logging.getLogger("aiokafka").error("Unable connect to node %s", 1)
    assert len(told(lines)) == 7


def test_the_log_level_holds(lines: io.StringIO) -> None:
    logging.getLogger().setLevel("WARNING")
    log.info("quiet")
    log.warning("loud")
    assert [line["event"] for line in told(lines)] == ["loud"]


def test_without_a_collector_the_trace_is_carried_on_unchanged() -> None:
    tracing, parent = Tracing.to("uji", None), new_traceparent()
    with tracing.span("apa saja", parent) as carried:
        assert carried == parent
    tracing.mark("apa saja", parent, began_ns=1)
    tracing.close()


def test_traces_begin_with_ids_of_their_own() -> None:
    first, second = new_traceparent(), new_traceparent()
    assert first != second and [len(part) for part in first.split("-")] == [2, 32, 16, 2]
