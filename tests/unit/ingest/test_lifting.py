"""A restricted case is opened by two persons, for the text that both have read."""

from datetime import timedelta
from typing import Any

from libs.runtime.commands import Applied, Rejected, Unchanged
from libs.runtime.outbox import Document
from libs.schemas.commands import LiftRestriction, RestrictionLift
from libs.schemas.items import Privacy
from services.ingest.lifting import AGREED_FOR, lift
from tests.support.builders import NOON, a_command, an_actor, an_item

RESTRICTED = Privacy(classes={"anak": 2}, mode="child", gate_version="2", visibility="terbatas")


def a_document(**state: Any) -> Document:
    item = an_item(privacy=RESTRICTED).model_dump()
    kept = {"item": item, "mode": "live", "digest": "d1"} | state
    return Document(id=item["item_id"], version=1, state=kept, sequences={"items_collected": 1}, seen={}, applied=())


def asked_by(role: Any, key_id: str, reason: str = "bukan perkara anak") -> Any:
    data = RestrictionLift(by=an_actor(role, key_id), reason=reason)
    return a_command(LiftRestriction, an_item().item_id, data, key=f"{key_id}-{reason}")


def after(doc: Document, answer: Any) -> Document:
    assert isinstance(answer, Applied)
    return Document(id=doc.id, version=2, state=answer.decision.state, sequences=doc.sequences, seen={}, applied=())


def test_one_person_lifts_nothing_however_often() -> None:
    doc = a_document()
    first = lift(doc, asked_by("analis", "a"), NOON)
    assert isinstance(first, Applied) and not first.decision.announcements
    again = lift(after(doc, first), asked_by("analis", "a", "sekali lagi"), NOON)
    assert isinstance(again, Rejected) and again.kode == "perlu_orang_kedua"


def test_the_second_person_opens_it_and_what_was_masked_stays() -> None:
    doc = a_document()
    stood = after(doc, lift(doc, asked_by("analis", "a"), NOON))
    answer = lift(stood, asked_by("pimpinan_krisis", "b"), NOON + timedelta(hours=1))
    assert isinstance(answer, Applied)
    (told,) = answer.decision.announcements
    item: Any = told.data
    assert item.privacy.visibility == "biasa" and [one.key_id for one in item.privacy.lifted_by] == ["a", "b"]
    assert item.privacy.mode == "child" and item.text == doc.state["item"]["text"]
    assert isinstance(lift(after(stood, answer), asked_by("analis", "c"), NOON), Unchanged)


def test_an_agreement_ends_with_a_day_or_with_the_text_it_was_given_for() -> None:
    doc = a_document()
    agreed = after(doc, lift(doc, asked_by("analis", "a"), NOON))
    late = lift(agreed, asked_by("analis", "b"), NOON + AGREED_FOR + timedelta(minutes=1))
    assert isinstance(late, Applied) and not late.decision.announcements
    revised = Document(
        id=doc.id, version=3, state={**agreed.state, "digest": "d2"}, sequences=doc.sequences, seen={}, applied=()
    )
    other = lift(revised, asked_by("analis", "b"), NOON)
    assert isinstance(other, Applied) and not other.decision.announcements


def test_a_reason_that_names_somebody_is_refused_and_an_unknown_item_is_told() -> None:
    answer = lift(a_document(), asked_by("analis", "a", "NIK 3174051203890004 salah"), NOON)
    assert isinstance(answer, Rejected) and answer.kode == "data_pribadi"
    missing = lift(None, asked_by("analis", "a"), NOON)
    assert isinstance(missing, Rejected) and missing.code == 404
