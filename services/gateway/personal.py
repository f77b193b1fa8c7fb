"""What a person typed, through the privacy gate, before anything of it is written or sent."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from libs.privacy import NAMES, NUMBERS_OF_PEOPLE, AddressVerdict, Mode, Parts, gate_address, gate_parts, numbers_masked
from services.gateway.problems import Problem

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
_OTHERS = {
    "kesehatan": "keterangan kesehatan seseorang",
    "sekolah": "sekolah seorang anak",
    "alamat": "alamat seorang anak",
}
# Goes back to whoever typed it; contacts that the gate finds in a note are masked.
_REFUSED = NUMBERS_OF_PEOPLE | {"pelat", "kesehatan", "sekolah"}
# Where somebody may be told of. What an outlet or a source is called is no sentence about anybody.
_SENTENCES = frozenset({"title", "body", "note", "reason", "why"})
# A release names the press office's phone and address on purpose; its owner decides about them.
_CONTACTS_ALLOWED = frozenset({"title", "body", "url"})
_HANDLE = re.compile(r"(?<=[a-z0-9])/@[A-Za-z0-9_.@-]+", re.IGNORECASE)
_OURS = frozenset({"base_sha256", "body_sha256", "alert_id"})


def decent(fields: Mapping[str, Any], *, official: bool = True) -> dict[str, Any]:
    """The fields, contacts in notes masked; Problem 422 (class and place, never the value) for who is named in them.

    `official`: in its own title and text an office may name how it is reached."""
    texts = {name: value for name, value in fields.items() if isinstance(value, str) and name not in _OURS}
    told = gate_parts({name: text for name, text in texts.items() if name in _SENTENCES}, channel="release")
    named = gate_parts({name: text for name, text in texts.items() if name not in _SENTENCES}, channel="release")
    refused = _REFUSED | {"alamat"} if told.mode is Mode.CHILD else _REFUSED
    errors = [*_errors(told, refused | NAMES), *_errors(named, _REFUSED)]
    errors += _errors_of_address(texts.get("url", ""))
    if errors:
        title = "Ada data pribadi yang mengenali seseorang"
        raise Problem(status=422, kode="data_pribadi", title=title, errors=errors[:20])
    masked = {name: result.text for name, result in told.parts.items()}
    masked |= {name: numbers_masked(texts[name]) for name in named.parts}
    kept = _CONTACTS_ALLOWED if official else frozenset()
    return {**fields, **{name: text for name, text in masked.items() if name not in kept}}


def _errors(found: Parts, refused: frozenset[str]) -> Iterator[dict[str, str]]:
    for name, result in found.parts.items():
        for span in result.spans:
            if span.kind in refused:
                place = f"pada huruf {span.start + 1}–{span.end}"
                yield {"isian": name, "kode": span.kind, "pesan": _words(span.kind, place)}


def _errors_of_address(url: str) -> Iterator[dict[str, str]]:
    # An account's own handle is what a social source is called; whatever else names a person must not be kept.
    if url and gate_address(_HANDLE.sub("/", url)) is AddressVerdict.NAMES_A_PERSON:
        words = "Alamat ini memuat data seseorang. Pakai alamat lain."
        yield {"isian": "url", "kode": "menyebut_orang", "pesan": words}


def _words(kind: str, place: str) -> str:
    if kind in _NUMBERS:
        return f"Ada {_NUMBERS[kind]} {place}. Hapus, lalu kirim lagi."
    if kind in _OTHERS:
        return f"Ada {_OTHERS[kind]} {place}. Hapus, lalu kirim lagi."
    return f"Ada nama orang tanpa jabatan {place}. Ganti dengan perannya, lalu kirim lagi."
