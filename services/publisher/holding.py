"""A verified alert → the first words of a holding statement (pernyataan awal), with its gaps marked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from libs.schemas.alerts import Alert
from services.publisher.drafting import Text, compose

WIB = timezone(timedelta(hours=7), "WIB")

# A person fills these in; approving.submit refuses a text that still holds one.
_GAP_FACTS = "[LENGKAPI: apa yang sudah dipastikan unit: waktu, tempat, keadaan penghuni dan petugas]"
_GAP_ACTION = "[LENGKAPI: tindakan yang sudah dilakukan petugas]"
_GAP_NEXT = "[LENGKAPI: jam keterangan berikutnya]"

_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip


def holding_statement(alert: Alert, *, verified_at: datetime) -> Text:
    """Says what is known, that the rest is being checked, and when to expect more; it never guesses a cause.

    The alert's title is somebody else's headline: it stands in the note to the editor, never in our own sentence.
    """
    where = _where(alert)
    source = "\n\n".join(
        (
            _note(alert),
            f"Direktorat Jenderal Pemasyarakatan menerima informasi mengenai peristiwa {where} "
            f"dan telah memverifikasinya pada {_spoken(verified_at)}.",
            _GAP_FACTS,
            _GAP_ACTION,
            "Penyebab dan rincian peristiwa masih diperiksa. Kami hanya menyampaikan hal yang sudah dipastikan "
            "dan mengajak media menunggu keterangan resmi.",
            f"Keterangan berikutnya disampaikan paling lambat pukul {_GAP_NEXT}.",
        )
    )
    return compose(
        kind="pernyataan_awal",
        title=f"Pernyataan awal mengenai peristiwa {where}"[:300],
        source=source,
        # A matter that can disturb public order is made known without delay (UU 14/2008 art. 10).
        information_class="serta_merta",
        units=[unit.unit_id for unit in alert.units],
    )


def _where(alert: Alert) -> str:
    names = [unit.name for unit in alert.units[:3]]
    if not names:
        return "di lingkungan pemasyarakatan"
    return "di " + (names[0] if len(names) == 1 else ", ".join(names[:-1]) + " dan " + names[-1])


def _note(alert: Alert) -> str:
    counts = ", ".join(f"{count.value} {count.what}" for count in alert.evidence.counts)
    headline = alert.title.replace("[", "(").replace("]", ")")
    return f"[LENGKAPI: catatan untuk editor, hapus sebelum diajukan. Yang beredar: “{headline}” ({counts})]"


def _spoken(at: datetime) -> str:
    at = at.replace(tzinfo=at.tzinfo or UTC).astimezone(WIB)
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year} pukul {at:%H.%M} WIB"
