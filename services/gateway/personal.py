"""What a person typed, through the privacy gate, before anything of it is written or sent."""

from collections.abc import Mapping
from typing import Any

from libs.privacy import gate
from services.gateway.problems import Problem

# Goes back to whoever typed it; anything else the gate finds in a note is masked.
_IDENTIFYING = frozenset({"nik", "kk", "register", "perkara"})
_WORDS = {"nik": "NIK", "kk": "nomor KK", "register": "nomor register", "perkara": "nomor perkara"}
# A release names the press office's phone and address on purpose; its owner decides about them.
_CONTACTS_ALLOWED = frozenset({"title", "body", "url"})


def decent(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields, contacts in notes masked. Problem 422 (class and place, never the value) for numbers of people."""
    errors, kept = [], dict(fields)
    for name, value in fields.items():
        if not isinstance(value, str) or name in ("base_sha256", "body_sha256", "alert_id"):
            continue
        result = gate(value, channel="release")
        errors += [_error(name, span.kind, span.start, span.end) for span in result.spans if span.kind in _IDENTIFYING]
        if name not in _CONTACTS_ALLOWED:
            kept[name] = result.text
    if errors:
        raise Problem(status=422, kode="data_pribadi", title="Ada nomor yang mengenali seseorang", errors=errors[:20])
    return kept


def _error(name: str, kind: str, start: int, end: int) -> dict[str, str]:
    place = f"huruf {start + 1}–{end}"
    return {"isian": name, "kode": kind, "pesan": f"Ada {_WORDS[kind]} pada {place}. Hapus, lalu kirim lagi."}
