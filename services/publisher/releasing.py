"""An approved draft → a published release with a code that people can read out."""

from __future__ import annotations

import hashlib
from datetime import datetime

from libs.schemas.alerts import Change
from libs.schemas.common import Actor
from libs.schemas.envelope import OpMode
from libs.schemas.releases import Draft, Release
from services.publisher.approving import APPROVER_ROLES, is_approved
from services.publisher.drafting import Refused

# Crockford's base 32: no I, L, O, U, so that nothing read out by telephone has two spellings.
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# A drill's or the sample's code never looks like one that a journalist could hold in hand.
CODE_PREFIXES: dict[OpMode, str] = {"live": "PSP", "drill": "LATIHAN", "sample": "CONTOH"}


def release_code(release_id: str, version: int, *, opmode: OpMode) -> str:
    """40 bits of sha256(release_id, version) in two groups of four: the same release, the same code, everywhere."""
    number = int.from_bytes(hashlib.sha256(f"{release_id}:{version}".encode()).digest()[:5], "big")
    letters = "".join(CODE_ALPHABET[number >> shift & 31] for shift in range(35, -1, -5))
    return f"{CODE_PREFIXES[opmode]}-{letters[:4]}-{letters[4:]}"


def publish(draft: Draft, *, by: Actor, body_sha256: str, opmode: OpMode, now: datetime) -> Draft | None:
    """The draft as published, or None when this very text is out already."""
    if by.role not in APPROVER_ROLES:
        raise Refused(422, "peran_tidak_berhak", "Hanya penyetuju atau pimpinan krisis yang dapat menerbitkan.")
    if body_sha256 != draft.body_sha256:
        raise Refused(409, "teks_berubah", "Teks berubah sejak Anda membacanya. Baca lagi sebelum menerbitkan.")
    if draft.status == "terbit":
        return None
    if not is_approved(draft):
        raise Refused(409, "belum_disetujui", "Naskah ini belum disetujui.")
    if draft.embargo_until is not None and now < draft.embargo_until:
        # Other systems read the topic at once, so an embargo ends before the release leaves, not after.
        raise Refused(409, "masih_embargo", f"Embargo berlaku sampai {draft.embargo_until:%d-%m-%Y %H.%M} UTC.")
    code = release_code(draft.release_id, draft.version, opmode=opmode)
    return draft.model_copy(update={"status": "terbit", "code": code, "change": Change(what="terbit", by=by)})


def as_release(draft: Draft, *, published_by: Actor, published_at: datetime) -> Release:
    """What the public topic carries of a published draft."""
    if draft.code is None:
        raise ValueError("a release has a code from the moment it is published")
    return Release(
        release_id=draft.release_id,
        version=draft.version,
        code=draft.code,
        kind=draft.kind,
        title=draft.title,
        body=draft.body,
        plain=draft.plain,
        body_sha256=draft.body_sha256,
        language=draft.language,
        information_class=draft.information_class,
        embargo_until=draft.embargo_until,
        author=draft.author,
        approvers=[approval.by for approval in draft.approvals],
        published_by=published_by,
        published_at=published_at,
        alert_id=draft.alert_id,
        units=draft.units,
        path=f"/siaran/{draft.code}",
    )
