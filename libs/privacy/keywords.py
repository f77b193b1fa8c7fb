"""Words that say what a number is, found once per text, so that each number only looks up its neighbours."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property

# Our own tokens are no keywords: a masked text stays as it is when it passes the gate again.
_KEYWORDS = re.compile(
    r"(?<!\[)\b(?:"
    r"(?P<kk>(?:no(?:mor)?\.?\s?)?(?:k\.?k\b|kartu keluarga))"
    r"|(?P<nik>n\.?i\.?k|e?[ -]?ktp|kartu tanda penduduk|(?:nomor |no\.? ?)?induk(?: kependudukan)?|kependudukan"
    r"|(?:nomor |no\.? ?)?identitas|dukcapil)"
    r"|(?P<npwp>n\.?p\.?w\.?p|nomor pokok wajib pajak)"
    r"|(?P<bpjs>b\.?p\.?j\.?s|jkn|kis|kpj|jamsostek)"
    r"|(?P<phone>hp|ha?ndphone|telp?|tlp|telepon|ponsel|seluler|wa|whats ?app|kontak|hubungi|hotline|nomor|sms|wa\.me"
    r"|call cent(?:er|re)|fax|faks(?:imile|imili)?)"
    r"|(?P<plate>nopol|no\.? ?pol|nomor polisi|nomor kendaraan|(?:ber)?plat|(?:ber)?pelat|bernopol|tnkb|mobil|motor"
    r"|sepeda motor|truk|bus|minibus|kendaraan|honda|yamaha|toyota|daihatsu|suzuki|mitsubishi|avanza|xenia|pick ?up)"
    r")(?![a-z\]])",
    re.IGNORECASE,
)
_BEFORE, _AFTER = 80, 40
_KINDS = ("nik", "kk", "npwp", "bpjs", "phone", "plate")


class Keywords:
    """Keywords of one folded text; the search runs when the first number asks."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _found(self) -> dict[str, list[int]]:
        """Kind → offsets just behind each keyword, in order."""
        found: dict[str, list[int]] = {kind: [] for kind in _KINDS}
        for match in _KEYWORDS.finditer(self._text):
            found[match.lastgroup or ""].append(match.end())
        return found

    def say_identity(self, start: int, end: int) -> bool:
        return any(
            self._last_before(kind, start) >= start - _BEFORE or self._first_after(kind, end) <= end + _AFTER
            for kind in ("nik", "kk")
        )

    def say_family_card(self, start: int) -> bool:
        """NIK and KK have one structure: the nearer word before decides."""
        family = self._last_before("kk", start)
        return family >= start - _BEFORE and family > self._last_before("nik", start)

    def say_phone(self, start: int) -> bool:
        return self._last_before("phone", start) >= start - _BEFORE // 2

    def say_vehicle(self, start: int) -> bool:
        return self._last_before("plate", start) >= start - _BEFORE // 2

    def say_paper(self, kind: str, start: int, end: int) -> bool:
        """Whether `kind` (npwp, bpjs) is the nearest word of a paper before the number, or stands just behind it."""
        before = self._last_before(kind, start)
        if before >= start - _BEFORE and all(self._last_before(other, start) <= before for other in _KINDS[:4]):
            return True
        return self._first_after(kind, end) <= end + _AFTER // 2 and not self.say_identity(start, start)

    def _last_before(self, kind: str, position: int) -> int:
        ends = self._found[kind]
        index = bisect_left(ends, position + 1)
        return ends[index - 1] if index else -(10**9)

    def _first_after(self, kind: str, position: int) -> int:
        ends = self._found[kind]
        index = bisect_left(ends, position)
        return ends[index] if index < len(ends) else 10**12
