"""Indonesian words, numbers and times as the console and the public pages write them."""

import re
from datetime import UTC, datetime, timedelta, timezone

ZONES = {"WIB": timezone(timedelta(hours=7)), "WITA": timezone(timedelta(hours=8)), "WIT": timezone(timedelta(hours=9))}
MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)

SEVERITIES = ("rutin", "ringan", "sedang", "serius", "kritis")
SENTIMENTS = {
    "positif": ("▲", "Positif", "pos"),
    "netral": ("■", "Netral", ""),
    "negatif": ("▼", "Negatif", "neg"),
    "campuran": ("◆", "Campuran", ""),
}
TOPICS = {
    "luar_lingkup": "Luar lingkup",
    "operasional": "Operasional",
    "pelarian": "Pelarian",
    "penyelundupan": "Penyelundupan",
    "tokoh": "Tokoh",
    "layanan": "Layanan",
    "remisi_integrasi": "Remisi dan integrasi",
    "narkoba": "Narkoba",
    "pembinaan": "Pembinaan",
    "seremonial": "Seremonial",
    "kekerasan_wbp": "Kekerasan WBP",
    "kekerasan_petugas": "Kekerasan petugas",
    "kebijakan": "Kebijakan",
    "hp_pungli": "HP dan pungli",
    "kerusuhan": "Kerusuhan",
    "kematian": "Kematian",
    "kebakaran_bencana": "Kebakaran, bencana",
    "hoaks_klarifikasi": "Hoaks, klarifikasi",
    "overkapasitas": "Overkapasitas",
    "integritas": "Integritas",
    "residivis": "Residivis",
    "lainnya": "Lainnya",
}
ACTUALITIES = {
    "kejadian_baru": "Kejadian Baru",
    "perkembangan_kasus_lama": "Perkembangan Kasus Lama",
    "konten_lama_kembali_viral": "Konten Lama Kembali Viral",
    "tidak_dapat_dipastikan": "Tidak Dapat Dipastikan",
}
# Certainty of CAP 1.2; what media tell as a fact is the usual case and needs no word.
CERTAINTIES = {"teramati": "Dibenarkan", "mungkin": "Belum pasti", "tidak_mungkin": "Disangkal"}
ROLES = {
    "operator": "Operator",
    "analis": "Analis",
    "editor": "Editor",
    "penyetuju": "Penyetuju",
    "juru_bicara": "Juru bicara",
    "pimpinan_krisis": "Pimpinan krisis",
    "pelapor_upt": "Pelapor UPT",
    "pelapor": "Pelapor UPT",
    "auditor": "Auditor",
    "admin": "Admin",
    "sistem_pelanggan": "Sistem pelanggan",
    "layar_dinding": "Layar dinding",
    "layar": "Layar dinding",
    "sistem": "Sistem",
}
ALERT_STATUSES = {
    "terbuka": "Terbuka",
    "diakui": "Diakui",
    "reda": "Reda",
    "selesai": "Selesai",
    "salah": "Alarm palsu",
    "digabung": "Digabung",
}
LEVELS = {"normal": "NORMAL", "waspada": "WASPADA", "siaga": "SIAGA", "krisis": "KRISIS"}
DISMISS_REASONS = {
    "bukan_unit_kita": "Bukan unit kita",
    "konten_lama": "Konten lama",
    "latihan": "Latihan",
    "salah_paham_kalimat": "Salah paham kalimat",
    "lainnya": "Lainnya",
}
RELEASE_KINDS = {
    "siaran_pers": "Siaran pers",
    "klarifikasi": "Klarifikasi",
    "pernyataan_awal": "Pernyataan awal",
    "hak_jawab": "Hak jawab",
    "berita_kegiatan": "Berita kegiatan",
    "karya_wbp": "Karya WBP",
}
DRAFT_STATUSES = {
    "konsep": "Konsep",
    "diajukan": "Menunggu kunci",
    "disetujui": "Siap terbit",
    "dikembalikan": "Dikembalikan",
    "terbit": "Terbit",
}
INFORMATION_CLASSES = {
    "berkala": "Berkala",
    "serta_merta": "Serta-merta",
    "setiap_saat": "Setiap saat",
    "dikecualikan": "Dikecualikan",
}
COUNT_WORDS = {"publikasi": "publikasi", "media": "media", "isu": "isu", "kejadian": "kejadian diduga"}
CHANNELS = {"webhook": "webhook", "email": "surat-e"}
NOTIFY_REASONS = {
    "dibuka": "Peringatan baru",
    "bertambah": "Bertambah",
    "naik": "Naik ke Anda",
    "diingatkan": "Pengingat",
    "akui_berakhir": "Akui berakhir",
    "tangga_habis": "Tidak ada yang menjawab",
    "terverifikasi": "Terverifikasi",
    "selesai": "Selesai",
}

_CLASS = re.compile(r"\b[Kk]elas (I{1,3}[AB]?)\b")


def moment(value: datetime | str | None) -> datetime | None:
    """A stored time (aware, naive UTC, or ISO text) as aware UTC."""
    if value is None or value == "":
        return None
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def iso(value: datetime | str | None) -> str:
    """ISO 8601 in UTC to the millisecond, for attributes; empty when unknown."""
    at = moment(value)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else ""


def clock(value: datetime | str | None, zone: str | None = "WIB") -> str:
    """`08.14` in the zone; empty when unknown."""
    at = moment(value)
    return at.astimezone(ZONES.get(zone or "WIB", ZONES["WIB"])).strftime("%H.%M") if at else ""


def clock_zoned(value: datetime | str | None, zone: str | None = "WIB") -> str:
    """`08.14 WIB`."""
    return f"{clock(value, zone)} {zone or 'WIB'}" if moment(value) else ""


def day(value: datetime | str | None, zone: str | None = "WIB") -> str:
    """`22 November 2026`."""
    at = moment(value)
    if at is None:
        return ""
    local = at.astimezone(ZONES.get(zone or "WIB", ZONES["WIB"]))
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


def day_clock(value: datetime | str | None, zone: str | None = "WIB") -> str:
    """`22 November 2026, 08.26 WIB`."""
    return f"{day(value, zone)}, {clock_zoned(value, zone)}" if moment(value) else ""


def short(value: datetime | str | None, zone: str | None = "WIB") -> str:
    """`22 Nov 08.26`: in lists whose span is said above them."""
    at = moment(value)
    if at is None:
        return ""
    local = at.astimezone(ZONES.get(zone or "WIB", ZONES["WIB"]))
    return f"{local.day} {MONTHS[local.month - 1][:3]} {clock(at, zone)}"


def age(value: datetime | str | None, now: datetime) -> str:
    """`5 mnt`, `3 jam`, `2 hari`: rounded down, as the browser counts on."""
    at = moment(value)
    if at is None:
        return ""
    seconds = max(0, int((now - at).total_seconds()))
    if seconds < 60:
        return f"{seconds} dtk"
    if seconds < 3600:
        return f"{seconds // 60} mnt"
    return f"{seconds // 3600} jam" if seconds < 86_400 else f"{seconds // 86_400} hari"


def number(value: float | int | None, decimals: int = 1) -> str:
    """Decimal comma, thousands point: `1.204`, `8,6`."""
    if value is None:
        return "–"
    text = f"{value:,.{decimals}f}" if isinstance(value, float) and value % 1 else f"{int(value):,}"
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


def unbroken(text: str) -> str:
    """`Kelas IIA` never breaks over two lines."""
    return _CLASS.sub(lambda found: found.group(0).replace(" ", "\u00a0"), text)


def weblink(address: str | None) -> str | None:
    """The address when a browser may follow it; data can name any scheme."""
    return address if address and address.startswith(("https://", "http://")) else None


def role(name: str | None) -> str:
    return ROLES.get(name or "", name or "")


def topic(name: str | None) -> str:
    return TOPICS.get(name or "", name or "")
