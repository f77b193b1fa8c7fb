"""Publishing: only what was approved, as it was approved, once."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta

import pytest

from services.publisher.drafting import Refused, fingerprint
from services.publisher.releasing import CODE_ALPHABET, as_release, publish, release_code
from tests.unit.publisher.texts import (
    APPROVER,
    EDITOR,
    LEAD,
    NOW,
    RELEASE_ID,
    a_submitted_draft,
    a_text,
    an_approved_draft,
)


def test_a_published_release_carries_the_very_text_that_was_approved() -> None:
    draft = an_approved_draft()
    published = publish(draft, by=LEAD, body_sha256=draft.body_sha256, opmode="live", now=NOW)
    assert published is not None and published.status == "terbit"
    release = as_release(published, published_by=LEAD, published_at=NOW)
    assert release.body_sha256 == draft.approvals[0].body_sha256 == fingerprint(release)
    assert release.approvers == [APPROVER] and release.author == EDITOR
    assert release.path == f"/siaran/{release.code}"


@pytest.mark.parametrize("embargo", [None, NOW - timedelta(days=1)])
def test_anyone_can_check_a_release_with_what_the_readme_says(embargo: datetime | None) -> None:
    draft = an_approved_draft(text=a_text(title="Judul é", embargo_until=embargo, units=["lapas-1"]))
    published = publish(draft, by=LEAD, body_sha256=draft.body_sha256, opmode="live", now=NOW)
    assert published is not None
    release = as_release(published, published_by=LEAD, published_at=NOW)
    data = json.loads(release.model_dump_json(exclude_none=True))
    covered = (
        "release_id", "version", "kind", "title", "body", "plain", "language", "information_class", "embargo_until",
        "units",
    )  # fmt: skip
    values = {key: data.get(key) for key in covered}
    canonical = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(canonical.encode()).hexdigest() == data["body_sha256"]


def test_publishing_twice_changes_nothing() -> None:
    draft = an_approved_draft()
    published = publish(draft, by=LEAD, body_sha256=draft.body_sha256, opmode="live", now=NOW)
    assert published is not None
    assert publish(published, by=APPROVER, body_sha256=draft.body_sha256, opmode="live", now=NOW) is None


def test_what_nobody_approved_is_not_published() -> None:
    draft = a_submitted_draft()
    with pytest.raises(Refused) as refused:
        publish(draft, by=LEAD, body_sha256=draft.body_sha256, opmode="live", now=NOW)
    assert refused.value.kode == "belum_disetujui"


def test_an_approval_of_an_older_text_does_not_publish_a_newer_one() -> None:
    draft = an_approved_draft()
    tampered = draft.model_copy(update={"title": "Lain"})
    tampered = tampered.model_copy(update={"body_sha256": fingerprint(tampered)})
    with pytest.raises(Refused) as refused:
        publish(tampered, by=LEAD, body_sha256=tampered.body_sha256, opmode="live", now=NOW)
    assert refused.value.kode == "belum_disetujui"


def test_the_person_publishes_the_text_they_saw() -> None:
    with pytest.raises(Refused) as refused:
        publish(an_approved_draft(), by=LEAD, body_sha256="0" * 64, opmode="live", now=NOW)
    assert refused.value.kode == "teks_berubah"


def test_an_editor_does_not_publish() -> None:
    draft = an_approved_draft()
    with pytest.raises(Refused) as refused:
        publish(draft, by=EDITOR, body_sha256=draft.body_sha256, opmode="live", now=NOW)
    assert refused.value.kode == "peran_tidak_berhak"


def test_an_embargo_holds_the_release_back() -> None:
    draft = an_approved_draft(text=a_text(embargo_until=NOW + timedelta(hours=1)))
    with pytest.raises(Refused) as refused:
        publish(draft, by=LEAD, body_sha256=draft.body_sha256, opmode="live", now=NOW)
    assert refused.value.kode == "masih_embargo"
    later = NOW + timedelta(hours=1)
    assert publish(draft, by=LEAD, body_sha256=draft.body_sha256, opmode="live", now=later) is not None


def test_a_code_is_the_same_everywhere_and_names_its_mode() -> None:
    assert release_code(RELEASE_ID, 1, opmode="live") == release_code(RELEASE_ID, 1, opmode="live")
    assert release_code(RELEASE_ID, 1, opmode="live") != release_code(RELEASE_ID, 2, opmode="live")
    prefixes = {release_code(RELEASE_ID, 1, opmode=mode).split("-")[0] for mode in ("live", "drill", "sample")}
    assert prefixes == {"PSP", "LATIHAN", "CONTOH"}


def test_codes_have_no_letters_that_are_mistaken_for_others() -> None:
    assert not set("ILOU") & set(CODE_ALPHABET) and len(set(CODE_ALPHABET)) == 32
    codes = {release_code(str(n), 1, opmode="live") for n in range(5000)}
    assert len(codes) == 5000
    assert set("".join(code.removeprefix("PSP-").replace("-", "") for code in codes)) == set(CODE_ALPHABET)
