"""`pasopati mask`: text or lines in, masked ones out, and no word of a bad line anywhere."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import Any

from libs.privacy.cli import mask_lines, mask_text

NIK = "3201015703900012"


def _lines(*lines: bytes) -> tuple[int, list[dict[str, Any]], str]:
    out, errors = io.BytesIO(), io.StringIO()
    code = mask_lines(io.BytesIO(b"\n".join(lines)), out, errors, "unit_report")
    return code, [json.loads(line) for line in out.getvalue().splitlines()], errors.getvalue()


def test_each_line_is_answered_in_order_with_offsets_of_the_text_sent() -> None:
    sent = [{"id": n, "channel": "news", "text": f"NIK\u200b ke-{n}: {NIK} 🙂"} for n in range(3)]
    code, answers, errors = _lines(*(json.dumps(one, ensure_ascii=False).encode() for one in sent))
    assert (code, errors) == (0, "")
    assert [answer["id"] for answer in answers] == [0, 1, 2]
    for asked, answer in zip(sent, answers, strict=True):
        (span,) = answer["spans"]
        assert str(asked["text"])[span["start"] : span["end"]] == NIK
        assert (answer["outcome"], answer["mode"], span["class"]) == ("redact", "normal", "nik")
        assert set(answer) == {"id", "text", "outcome", "mode", "spans"}


def test_bad_lines_are_told_by_number_and_lose_nothing() -> None:
    code, answers, errors = _lines(
        b'{"id": 1, "channel": "news", "text": "satu"}',
        f"bukan json {NIK}".encode(),
        b"",
        f'["{NIK}"]'.encode(),
        f'{{"id": 2, "channel": "news", "text": {NIK}}}'.encode(),
        b'{"id": 3, "channel": "koran", "text": "x"}',
        b"\xff\xfe",
        b'{"id": 4, "text": "empat"}',
        b"[" * 100_000,
        b'{"id": 5, "channel": "release", "text": "\\ud800"}',
    )
    assert code == 2
    assert [answer["id"] for answer in answers] == [1, 4, 5]
    assert [line.split(":")[0] for line in errors.splitlines()] == [f"line {n}" for n in (2, 4, 5, 6, 7, 9)]
    assert NIK not in errors


def test_a_text_is_one_document_whose_last_line_end_is_its_own() -> None:
    out, errors = io.BytesIO(), io.StringIO()
    assert mask_text(io.BytesIO(f"NIK {NIK}\nselesai".encode()), out, errors, "unit_report") == 0
    assert out.getvalue() == b"NIK [NIK]\nselesai"
    assert errors.getvalue() == "outcome: reject (nik 1)\n"


def test_the_command_answers_each_line_before_the_next_is_written() -> None:
    command = [sys.executable, "-m", "libs.runtime.cli", "mask", "--jsonl"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin and process.stdout
        for n in range(2):
            process.stdin.write(
                json.dumps({"id": n, "channel": "social", "text": f"wa 08123456789{n}"}).encode() + b"\n"
            )
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["text"] == "wa [TELEPON]"
        process.stdin.close()
        assert process.wait(timeout=20) == 0
