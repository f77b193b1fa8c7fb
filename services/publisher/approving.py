"""Submit → approve or return: nobody approves their own words, and an approval names the text it saw."""

from __future__ import annotations

import re
from datetime import datetime

from libs.schemas.alerts import Change
from libs.schemas.common import Actor, Role
from libs.schemas.releases import Approval, Draft
from services.publisher.drafting import Refused, has_human_author

# security.md: who may approve and publish. The gateway asks first; the owner does not rely on it.
APPROVER_ROLES: frozenset[Role] = frozenset({"penyetuju", "pimpinan_krisis"})

_TO_FILL_IN = re.compile(r"\[LENGKAPI\b[^\]]*\]")


def submit(draft: Draft, *, by: Actor, body_sha256: str) -> Draft | None:
    """Asks for approval of exactly this text; None when it waits for it already."""
    if body_sha256 != draft.body_sha256:
        raise Refused(409, "teks_berubah", "Teks berubah sejak Anda membacanya. Baca lagi sebelum mengajukan.")
    if draft.status == "diajukan":
        return None
    if draft.status not in {"konsep", "dikembalikan"}:
        raise Refused(409, f"sudah_{draft.status}", f"Naskah ini sudah {draft.status}.")
    if not has_human_author(draft):
        raise Refused(409, "belum_ditulis", "Konsep ini disusun sistem. Simpan dulu atas nama Anda, lalu ajukan.")
    gap = _TO_FILL_IN.search(draft.title) or _TO_FILL_IN.search(draft.source)
    if gap:
        raise Refused(422, "perlu_dilengkapi", f"Masih ada bagian yang perlu diisi: {gap.group()[:120]}")
    if draft.information_class == "dikecualikan":
        raise Refused(422, "dikecualikan", "Informasi yang dikecualikan tidak dapat diterbitkan.")
    return draft.model_copy(update={"status": "diajukan", "change": Change(what="diajukan", by=by)})


def approve(draft: Draft, *, by: Actor, body_sha256: str, now: datetime) -> Draft | None:
    """One person's yes to the text named by `body_sha256`; None when the same person said so already."""
    if by.role not in APPROVER_ROLES:
        raise Refused(422, "peran_tidak_berhak", "Hanya penyetuju atau pimpinan krisis yang dapat menyetujui.")
    if is_author(draft, by):
        raise Refused(409, "penulis_tidak_dapat_menyetujui", "Penulis tidak dapat menyetujui.")
    if body_sha256 != draft.body_sha256:
        raise Refused(409, "teks_berubah", "Teks berubah sejak Anda membacanya. Baca lagi sebelum menyetujui.")
    if any(approval.by.key_id == by.key_id for approval in draft.approvals):
        return None
    if draft.status in {"disetujui", "terbit"}:
        first = draft.approvals[0].by.role.replace("_", " ")
        raise Refused(409, "sudah_disetujui", f"Naskah ini sudah disetujui {first}.")
    if draft.status != "diajukan":
        raise Refused(409, "belum_diajukan", f"Naskah ini masih {draft.status}. Ajukan dulu, lalu setujui.")
    approval = Approval(by=by, body_sha256=body_sha256, at=now)
    update = {"status": "disetujui", "approvals": [approval], "change": Change(what="disetujui", by=by)}
    return draft.model_copy(update=update)


def send_back(draft: Draft, *, by: Actor, reason: str) -> Draft:
    """To its author, with what has to change. An approval given before ends with it."""
    if draft.status not in {"diajukan", "disetujui"}:
        raise Refused(409, "belum_diajukan", f"Naskah ini {draft.status}; hanya yang diajukan dapat dikembalikan.")
    reason = reason.strip()
    if not reason:
        raise Refused(422, "alasan_kosong", "Tulis alasan pengembalian.")
    change = Change(what="dikembalikan", by=by, reason=reason)
    return draft.model_copy(update={"status": "dikembalikan", "approvals": [], "change": change})


def voided(draft: Draft, *, by: Actor) -> Draft:
    """The state that ApprovalVoided announces: what `draft` became, told as the end of its approvals."""
    reason = "teks berubah setelah disetujui" if draft.status == "konsep" else "dikembalikan"
    return draft.model_copy(update={"change": Change(what="persetujuan_batal", by=by, reason=reason)})


def is_author(draft: Draft, person: Actor) -> bool:
    return any(author.key_id == person.key_id for author in draft.authors)


def is_approved(draft: Draft) -> bool:
    """Approved, and every approval names the text that stands."""
    named = {approval.body_sha256 for approval in draft.approvals}
    return draft.status == "disetujui" and named == {draft.body_sha256}
