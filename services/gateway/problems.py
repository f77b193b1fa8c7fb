"""Whatever goes wrong → RFC 9457 problem+json, in plain Indonesian, never with a value from the request."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import Scope

TYPE_PREFIX = "urn:pasopati:masalah:"
_FIELD_NAME = re.compile(r"[A-Za-z][a-z_]{0,39}(?:-[A-Z][a-z]{1,19})?[0-9]{0,3}")

# Word for programs and sentence for people, for what the framework itself refuses.
_BY_STATUS = {
    400: ("permintaan_rusak", "Permintaan tidak terbaca"),
    401: ("belum_masuk", "Masuk dahulu"),
    403: ("bukan_wewenang", "Di luar wewenang Anda"),
    404: ("tidak_ada", "Tidak ditemukan"),
    405: ("cara_tidak_dikenal", "Cara ini tidak berlaku di alamat ini"),
    408: ("terlalu_lambat", "Permintaan tidak selesai dikirim"),
    409: ("bentrok", "Sudah didahului"),
    413: ("terlalu_besar", "Kiriman terlalu besar"),
    415: ("bentuk_tidak_dikenal", "Bentuk kiriman tidak dikenal"),
    422: ("isian_keliru", "Ada isian yang perlu diperbaiki"),
    429: ("terlalu_sering", "Terlalu banyak permintaan"),
    500: ("galat_kami", "Ada yang salah di pihak kami"),
    503: ("belum_siap", "Layanan belum siap"),
}

# What a field did wrong, by the first word of pydantic's error type.
_FIELD_WORDS = {
    "missing": "Wajib diisi.",
    "extra_forbidden": "Isian ini tidak dikenal.",
    "string_too_long": "Terlalu panjang.",
    "string_too_short": "Terlalu pendek.",
    "too_long": "Terlalu banyak.",
    "too_short": "Belum diisi.",
    "literal_error": "Bukan salah satu pilihan.",
    "json_invalid": "Bukan JSON.",
    "greater_than_equal": "Terlalu kecil.",
    "less_than_equal": "Terlalu besar.",
}


class Problem(Exception):
    """A refusal with its status; `kode` is for programs, `title` and `detail` for people (Indonesian)."""

    def __init__(
        self,
        *,
        status: int,
        kode: str | None = None,
        title: str | None = None,
        detail: str | None = None,
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        default_kode, default_title = _BY_STATUS.get(status, _BY_STATUS[500 if status >= 500 else 400])
        self.status = status
        self.kode = kode or default_kode
        self.title = title or default_title
        self.detail = detail
        self.errors = list(errors)
        self.headers = dict(headers or {})
        super().__init__(f"{status} {self.kode}")

    def body(self) -> bytes:
        """The problem+json document."""
        document: dict[str, Any] = {
            "type": TYPE_PREFIX + self.kode,
            "title": self.title,
            "status": self.status,
            "kode": self.kode,
        }
        if self.detail:
            document["detail"] = self.detail
        if self.errors:
            document["errors"] = self.errors
        return orjson.dumps(document)

    def response(self) -> Response:
        return Response(
            self.body(), status_code=self.status, headers=self.headers, media_type="application/problem+json"
        )


def wants_page(scope: Scope) -> bool:
    """A browser asking for a page, not a program asking for data."""
    if str(scope.get("path", "")).startswith("/api/"):
        return False
    return any(name == b"accept" and b"text/html" in value for name, value in scope.get("headers", ()))


def _printable(part: object) -> str:
    # Names of unknown fields come from the request: what does not look like a field's name may be somebody's.
    text = str(part)
    return text if isinstance(part, int) or _FIELD_NAME.fullmatch(text) else "?"


def from_validation(error: RequestValidationError) -> Problem:
    """Names the fields and the rules they broke; never the values."""
    return Problem(status=422, errors=field_errors(error.errors()))


def field_errors(errors: Sequence[Any]) -> list[dict[str, str]]:
    """pydantic's errors → field, rule, sentence (at most twenty)."""
    return [
        {
            "isian": ".".join(_printable(part) for part in item["loc"] if part != "body") or "body",
            "kode": str(item["type"]),
            "pesan": _FIELD_WORDS.get(str(item["type"]), "Isian ini keliru."),
        }
        for item in errors[:20]
    ]


def from_http(error: HTTPException) -> Problem:
    return Problem(status=error.status_code, headers=error.headers or {})


async def on_problem(_: Request, error: Exception) -> Response:
    """Exception handler for everything this module knows."""
    return as_problem(error).response()


def as_problem(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        return from_validation(error)
    if isinstance(error, HTTPException):
        return from_http(error)
    return Problem(status=500)
