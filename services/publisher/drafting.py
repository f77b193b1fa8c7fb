"""What a draft's text is, and what happens when somebody saves another one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from libs.privacy import NAMES, Mode, gate_parts
from libs.schemas.alerts import Change
from libs.schemas.common import Actor
from libs.schemas.releases import Approval, Draft, InformationClass, Release, ReleaseKind
from services.publisher.rendering import clean_line, clean_text, render

SYSTEM = Actor(role="sistem", key_id="sistem")

# HTML + plain + source in one event of at most 256 KiB, with room for the rest of it.
MAX_TEXT_BYTES = 200 * 1024
MAX_FIELD_CHARACTERS = 50_000
MAX_TITLE_CHARACTERS = 300
MAX_UNIT_CHARACTERS = 200

# Who is no office holder never enters a draft; a press office's telephone number and address may.
_NUMBERS = {
    "nik": "NIK",
    "kk": "nomor KK",
    "register": "nomor register",
    "perkara": "nomor perkara",
    "npwp": "NPWP",
    "bpjs": "nomor BPJS",
    "paspor": "nomor paspor",
    "pelat": "pelat nomor",
}
_OTHERS = {"kesehatan": "keterangan kesehatan seseorang", "sekolah": "sekolah seorang anak"}

COVERED = (
    "release_id", "version", "kind", "title", "body", "plain", "language", "information_class", "embargo_until",
    "units",
)  # fmt: skip

_NOT_YET = "0" * 64


class Refused(Exception):
    """A command that cannot be carried out; `message` is what the person reads."""

    def __init__(self, code: int, kode: str, message: str) -> None:
        super().__init__(kode)
        self.code = code
        self.kode = kode
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Everything an author decides and an approval covers."""

    kind: ReleaseKind
    title: str
    source: str
    body: str
    plain: str
    information_class: InformationClass
    embargo_until: datetime | None
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """`voided` are the approvals that the edit ended."""

    draft: Draft
    voided: tuple[Approval, ...] = ()


def compose(
    *,
    kind: ReleaseKind,
    title: str,
    source: str,
    information_class: InformationClass = "setiap_saat",
    embargo_until: datetime | None = None,
    units: Sequence[str] = (),
) -> Text:
    """Raises Refused(422) for a text that could never be published."""
    title, source = clean_line(title), clean_text(source)
    _refuse_private_people({"judul": title, "isi": source})
    rendered = render(source)
    if not title or not rendered.plain.strip() or not rendered.html:
        raise Refused(422, "teks_kosong", "Judul dan isi harus diisi.")
    parts = (source, rendered.html, rendered.plain)
    too_long = max(map(len, parts)) > MAX_FIELD_CHARACTERS or sum(len(p.encode()) for p in parts) > MAX_TEXT_BYTES
    # Normalising can make a text longer than the command was allowed to be.
    if too_long or len(title) > MAX_TITLE_CHARACTERS or any(len(unit) > MAX_UNIT_CHARACTERS for unit in units):
        raise Refused(422, "terlalu_panjang", "Isi terlalu panjang untuk satu rilis. Pendekkan atau bagi dua.")
    if information_class == "serta_merta" and embargo_until is not None:
        raise Refused(422, "serta_merta_tanpa_embargo", "Serta-merta: tidak dapat ditahan embargo.")
    return Text(
        kind=kind,
        title=title,
        source=source,
        body=rendered.html,
        plain=rendered.plain,
        information_class=information_class,
        embargo_until=embargo_until,
        units=tuple(dict.fromkeys(units)),
    )


def _refuse_private_people(parts: Mapping[str, str]) -> None:
    """Says what was found and where, never what stands there."""
    found = gate_parts(parts, channel="release")
    of_a_child = {"alamat": "alamat seorang anak"} if found.mode is Mode.CHILD else {}
    for part, result in found.parts.items():
        for span in result.spans:
            place = f"pada {part}, huruf {span.start + 1}–{span.end}"
            if span.kind in _NUMBERS:
                what = f"Ada nomor yang mirip {_NUMBERS[span.kind]} {place}. Hapus nomornya."
            elif span.kind in NAMES:
                what = f"Ada nama orang tanpa jabatan {place}. Ganti dengan perannya."
            elif words := (_OTHERS | of_a_child).get(span.kind):
                what = f"Ada {words} {place}. Hapus, lalu simpan lagi."
            else:
                continue
            raise Refused(422, "data_pribadi", what)


def fingerprint(text: Draft | Release) -> str:
    """The sha256 an approval names.

    It covers what a reader of the published release holds, so that anyone can compute it again from the event: the
    UTF-8 bytes of a JSON object of COVERED with the values as the event's JSON has them (null where the event has
    none), keys sorted, no spaces, non-ASCII letters as they are. release_id and version are in it so that an approval
    given to one release cannot be carried to another with the same words.
    """
    covered = text.model_dump(mode="json", include=set(COVERED))
    canonical = json.dumps(covered, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def open_draft(*, release_id: str, text: Text, author: Actor, now: datetime, alert_id: str | None = None) -> Draft:
    """A new draft with its first text."""
    return _fingerprinted(
        Draft(
            release_id=release_id,
            version=1,
            kind=text.kind,
            title=text.title,
            body=text.body,
            plain=text.plain,
            source=text.source,
            body_sha256=_NOT_YET,
            information_class=text.information_class,
            embargo_until=text.embargo_until,
            status="konsep",
            author=author,
            authors=[author],
            alert_id=alert_id,
            units=list(text.units),
            saved_at=now,
            change=Change(what="dibuka", by=author),
        )
    )


def save(draft: Draft, *, text: Text, author: Actor, base_sha256: str | None, now: datetime) -> Saved | None:
    """The draft with another text, or None when it stands already. An edit ends every approval and the review.

    `base_sha256` names the text the author had before them: two people who edit at once do not overwrite each
    other unseen.
    """
    if draft.status == "terbit":
        raise Refused(409, "sudah_terbit", "Rilis ini sudah terbit. Perubahan dilakukan lewat ralat.")
    edited = _fingerprinted(
        draft.model_copy(
            update={
                "kind": text.kind,
                "title": text.title,
                "body": text.body,
                "plain": text.plain,
                "source": text.source,
                "information_class": text.information_class,
                "embargo_until": text.embargo_until,
                "units": list(text.units),
            }
        )
    )
    stands = edited.body_sha256 == draft.body_sha256 and edited.source == draft.source
    if stands and has_human_author(draft):
        return None
    if base_sha256 != draft.body_sha256:
        raise Refused(409, "teks_berubah", "Teks sudah diubah orang lain. Muat ulang, lalu gabungkan isian Anda.")
    # The words of the system are nobody's: the first person who saves them answers for them.
    earlier = [a for a in draft.authors if a.role != SYSTEM.role and a.key_id != author.key_id]
    if len(earlier) >= 49:
        raise Refused(409, "terlalu_banyak_penulis", "Naskah ini sudah punya 50 penulis. Buka naskah baru.")
    saved = edited.model_copy(
        update={
            "status": "konsep",
            "author": author,
            "authors": [*earlier, author],
            "approvals": [],
            "saved_at": now,
            "change": Change(what="disimpan", by=author),
        }
    )
    return Saved(draft=saved, voided=tuple(draft.approvals))


def has_human_author(draft: Draft) -> bool:
    return any(author.role != SYSTEM.role for author in draft.authors)


def _fingerprinted(draft: Draft) -> Draft:
    return draft.model_copy(update={"body_sha256": fingerprint(draft)})
