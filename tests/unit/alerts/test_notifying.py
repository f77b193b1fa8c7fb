"""A request to call people becomes one push per recipient and channel, with its text and its way to sent or dead."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from libs.schemas.notifications import NotificationRequest
from services.alerts import notifying
from services.alerts.announcing import origin_of
from services.alerts.notifying import Push, headline, mail_text, pushes_for, retry_after, webhook_body
from services.alerts.recipients import Recipients, load_recipients
from tests.support.builders import NOON, a_notification_request, a_story, a_unit, envelope_of
from tests.unit.alerts.lives import CLOCKS, after

SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BOTH = [
    {"kind": "webhook", "url": "http://127.0.0.1:9/x", "secret": SECRET},
    {"kind": "email", "to": "a@contoh.example"},
]
PEOPLE = Recipients.model_validate(
    {
        "by_mode": {
            "live": {
                1: [{"id": "operator-1", "role": "operator", "channels": BOTH}],
                2: [{"id": "analis-1", "role": "analis", "channels": BOTH[:1]}],
            },
            "sample": {1: [{"id": "kotak-contoh", "role": "operator", "channels": BOTH}]},
        }
    }
)
WEBHOOK = CLOCKS.delivery["webhook"]


def _origin(opmode: Any = "live") -> Any:
    from libs.schemas.stories import StoryGrew

    return origin_of(envelope_of(StoryGrew, a_story(), opmode=opmode))


def _pushes(opmode: Any = "live", **changes: Any) -> list[Push]:
    request = a_notification_request(**changes)
    return pushes_for(request, origin=_origin(opmode), opmode=opmode, recipients=PEOPLE, now=NOON)


def _push(**changes: Any) -> Push:
    return _pushes(**changes)[0]


def test_everyone_on_the_called_rungs_gets_one_push_per_channel() -> None:
    found = [(push.recipient, push.channel) for push in _pushes(rungs=[1, 2])]
    assert found == [("operator-1", "webhook"), ("operator-1", "email"), ("analis-1", "webhook")]


def test_sample_and_drill_never_reach_the_people_of_live() -> None:
    assert {push.recipient for push in _pushes("sample", rungs=[1, 2, 3])} == {"kotak-contoh"}
    assert _pushes("drill", rungs=[1, 2, 3]) == []


def test_the_id_is_the_same_for_every_attempt_and_different_for_every_call() -> None:
    assert _push().notification_id == _push().notification_id
    others = {_push(transition=2).notification_id, _push(repeat=1).notification_id, _pushes()[1].notification_id}
    assert len(others | {_push().notification_id}) == 4


def test_a_push_survives_the_store_unchanged_and_holds_no_address() -> None:
    push = _push()
    kept = push.to_state()
    assert Push.of_state(kept) == push
    assert "127.0.0.1" not in repr(kept) and "whsec" not in repr(kept)


def test_one_sender_has_a_push_until_its_lease_ends() -> None:
    first = notifying.claimed(_push(), token="a", replica="0", now=NOON, clocks=WEBHOOK)
    assert first is not None and (first.status, first.attempt) == ("claimed", 1)
    assert notifying.claimed(first, token="b", replica="1", now=after(29), clocks=WEBHOOK) is None
    second = notifying.claimed(first, token="b", replica="1", now=after(30), clocks=WEBHOOK)
    assert second is not None and (second.token, second.attempt) == ("b", 2)
    late = notifying.failed(second, token="a", failure="x", final=False, jitter=0, now=after(31), clocks=WEBHOOK)
    assert late is None, "the first sender's failure is not the second's"
    done = notifying.sent(second, provider_id="p")
    assert done is not None and done.due_at is None
    assert notifying.sent(done, provider_id="q") is None
    assert notifying.claimed(done, token="c", replica="0", now=after(99), clocks=WEBHOOK) is None


def test_a_failure_waits_longer_each_time_and_gives_up_after_a_day() -> None:
    waits = [retry_after(attempt, jitter=1.0, clocks=WEBHOOK).total_seconds() for attempt in (1, 2, 3, 8, 60)]
    assert waits == [2, 4, 8, 256, 300]
    assert retry_after(3, jitter=0.0, clocks=WEBHOOK) == timedelta(seconds=4)
    claimed = notifying.claimed(_push(), token="a", replica="0", now=NOON, clocks=WEBHOOK)
    assert claimed is not None

    def fate(seconds: float, final: bool = False) -> str:
        later = notifying.failed(
            claimed, token="a", failure="penerima menjawab 500", final=final, jitter=0.5, now=after(seconds),
            clocks=WEBHOOK,
        )  # fmt: skip
        assert later is not None
        return later.status

    assert [fate(1), fate(86_400), fate(1, final=True)] == ["retry", "dead", "dead"]


def _counted(**changes: Any) -> NotificationRequest:
    story = a_story()
    counts = [
        story.counts[0].model_copy(update={"value": 31}),
        story.counts[1].model_copy(update={"value": 17}),
    ]
    values: dict[str, Any] = {
        "title": "Kebakaran",
        "unit_names": [a_unit().name],
        "counts": counts,
        "severity": 4,
        "level": "krisis",
    }
    return a_notification_request(**(values | changes))


@pytest.mark.parametrize(
    ("changes", "opmode", "line"),
    [
        ({}, "live", "[KRITIS] Kebakaran · Lapas Kelas IIA Contoh Utara · 31 publikasi, 17 media"),
        (
            {"severity": 3, "title": "Pelarian", "counts": []},
            "drill",
            "[LATIHAN] [SERIUS] Pelarian · Lapas Kelas IIA Contoh Utara · bukan kejadian nyata",
        ),
        (
            {"severity": 2, "level": "waspada", "counts": []},
            "sample",
            "[CONTOH] [WASPADA] Kebakaran · Lapas Kelas IIA Contoh Utara",
        ),
        (
            {"reason": "naik", "opened_at": NOON - timedelta(minutes=5), "counts": [], "unit_names": []},
            "live",
            "[KRITIS] Naik ke Anda: 5 menit tanpa jawaban · Kebakaran",
        ),
        (
            {"reason": "tangga_habis", "counts": [], "unit_names": [], "title": "Kebakaran\r\nBcc: x"},
            "live",
            "[KRITIS] Tidak ada yang menjawab di semua tingkat · Kebakaran Bcc: x",
        ),
    ],
)
def test_the_line_of_a_push(changes: dict[str, Any], opmode: Any, line: str) -> None:
    assert headline(_counted(**changes), opmode) == line


def test_the_webhook_body_tells_all_and_is_the_same_for_each_attempt() -> None:
    push = _push()
    body = json.loads(webhook_body(push, console_url="http://127.0.0.1:8080/"))
    assert body["link"] == f"http://127.0.0.1:8080/peringatan/{push.request.alert_id}"
    assert (body["notification_id"], body["event"], body["opmode"]) == (push.notification_id, "dibuka", "live")
    assert body["occurred_at"] == "2026-11-22T05:00:00Z" and body["counts"][0] == {"what": "publikasi", "value": 4}
    again = notifying.claimed(push, token="a", replica="0", now=after(100), clocks=WEBHOOK)
    assert again is not None
    assert webhook_body(again, console_url="http://127.0.0.1:8080") == webhook_body(
        push, console_url="http://127.0.0.1:8080"
    )


def test_the_mail_text_is_indonesian_and_marked_where_it_is_not_real() -> None:
    text = mail_text(_pushes("sample")[1], console_url="http://127.0.0.1:8080")
    assert text.startswith("CONTOH. Semua isi surat ini rekaan.\n")
    assert "Waktu       : 22 November 2026, 12.00 WIB" in text
    assert f"Buka dan akui: http://127.0.0.1:8080/peringatan/{_push().request.alert_id}" in text
    assert "CONTOH" not in mail_text(_pushes()[1], console_url="http://127.0.0.1:8080")


def test_the_recipients_file_is_read_and_its_mistakes_are_told_without_its_values(tmp_path: Path) -> None:
    path = tmp_path / "recipients.yaml"
    path.write_text(
        f"""
sample:
  1:
    - id: kotak-contoh
      role: operator
      channels:
        - {{kind: webhook, url: "http://127.0.0.1:8099/inbox/webhook", secret: "{SECRET}"}}
        - {{kind: webhook, url: "http://127.0.0.1:8100/inbox/webhook", secret: "{SECRET}"}}
        - {{kind: email, to: operator@contoh.example}}
"""
    )
    people = load_recipients(path)
    assert list(people.on("sample", [1])[0].named_channels()) == ["webhook", "webhook-2", "email"]
    assert people.count == 1 and people.channel("sample", "kotak-contoh", "email") is not None
    assert people.channel("live", "kotak-contoh", "email") is None
    assert SECRET not in repr(people)
    good = path.read_text()
    for address, problem in (
        ("'a@b, rahasia@contoh.example'", "is not one mail address"),
        ("a@b, rahasia@contoh.example", "channels.2.email: Extra inputs"),
    ):
        path.write_text(good.replace("operator@contoh.example", address))
        with pytest.raises(ValueError, match=problem) as caught:
            load_recipients(path)
        assert "rahasia" not in str(caught.value)


def test_without_a_recipients_file_there_is_nobody(tmp_path: Path) -> None:
    assert load_recipients(None).count == 0
    assert load_recipients(tmp_path / "none.yaml").on("live", [1, 2, 3]) == []
