"""`pasopati mask --jsonl` decides as the gate that the services use: same text, outcome, mode and spans."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence

import pytest

from deploy.local.places import PROJECT
from libs.privacy import Channel, Outcome, gate, gate_parts
from services.gateway.personal import decent
from services.gateway.problems import Problem
from tests.privacy import made_numbers
from tests.privacy.marked import sentences

CHANNELS: tuple[Channel, ...] = ("news", "social", "unit_report", "release")


def documents() -> list[tuple[Channel, str]]:
    """Every marked sentence and some of each number, by turns over the channels."""
    texts = [one.text for name in ("laporan", "berita", "anak", "sosial") for one in sentences(name)]
    texts += [case.text for case in made_numbers.nik_cases(2, 7)]
    texts += [case.text for case in made_numbers.other_cases(3, 7)]
    texts += ["", "Napi \ud83d kabur", "a" * 20_000 + " NIK 3201015703900012", "\u202eNIK\u202c 3201015703900012"]
    return [(CHANNELS[n % 4], text) for n, text in enumerate(texts)]


@pytest.fixture(scope="module")
def answers() -> Sequence[dict[str, object]]:
    lines = [{"id": n, "channel": channel, "text": text} for n, (channel, text) in enumerate(documents())]
    done = subprocess.run(
        [sys.executable, "-m", "libs.runtime.cli", "mask", "--jsonl"],
        input="".join(f"{json.dumps(line)}\n" for line in lines).encode(),
        capture_output=True, cwd=PROJECT, env={**os.environ}, check=True, timeout=120,
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_decision_is_the_gates(answers: Sequence[dict[str, object]]) -> None:
    asked = documents()
    assert [answer["id"] for answer in answers] == list(range(len(asked)))
    for (channel, text), answer in zip(asked, answers, strict=True):
        mine = gate(text, channel=channel)
        spans = [{"start": span.start, "end": span.end, "class": span.kind} for span in mine.spans]
        told = (answer["text"], answer["outcome"], answer["mode"], answer["spans"])
        assert told == (mine.text, mine.outcome, mine.mode, spans), channel


def test_a_text_alone_is_decided_as_a_document_of_one_part(answers: Sequence[dict[str, object]]) -> None:
    for (channel, text), answer in zip(documents(), answers, strict=True):
        whole = gate_parts({"text": text}, channel=channel)
        assert (answer["outcome"], answer["text"]) == (whole.outcome, whole.parts["text"].text)


def test_the_gateway_refuses_every_draft_in_which_the_command_finds_a_number_of_a_person(
    answers: Sequence[dict[str, object]],
) -> None:
    refused = 0
    for (channel, text), answer in zip(documents(), answers, strict=True):
        if channel == "release" and answer["outcome"] == Outcome.REJECT:
            with pytest.raises(Problem) as problem:
                decent({"title": "Klarifikasi", "body": text})
            assert problem.value.status == 422
            refused += 1
    assert refused >= 5
