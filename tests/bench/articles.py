"""Invented news of 450 to 800 characters about real unit names: much of no concern, some routine, few incidents."""

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

INCIDENTS = (
    "Seorang tahanan kabur dari {unit}, petugas lakukan pengejaran",
    "Tahanan kabur dari {unit}, polisi bantu pencarian",
    "Satu tahanan {unit} kabur saat hujan, pengejaran berlanjut",
    "Kronologi tahanan kabur dari {unit}",
)
ROUTINES = (
    "{unit} gelar panen {thing} bersama warga binaan",
    "Warga binaan {unit} ikuti pelatihan membuat {thing}",
    "{unit} terima kunjungan dinas {office}, {n} orang diperiksa",
    "Kepala {unit} serahkan bantuan {thing} kepada warga {place}",
    "{unit} dan dinas {office} perpanjang kerja sama layanan",
    "Razia kamar di {unit}, petugas sita {n} barang terlarang",
)
OTHERS = (
    "Harga {thing} di pasar {place} naik {n} rupiah",
    "Tim sepak bola {place} menang {n} poin dalam turnamen pelajar",
    "Jalan lingkar {place} sepanjang {n} meter selesai diaspal",
    "Dinas {office} {place} buka pendaftaran pelatihan {thing}",
    "Hujan lebat di {place}, {n} rumah terendam",
    "Pelaku usaha {thing} di {place} tembus pasar ekspor",
)
SENTENCES = (
    "Kegiatan ini diikuti {n} orang dan berlangsung sejak {day} pagi di halaman depan.",
    "Kepala dinas {office} {place} mengatakan anggaran tahun ini cukup untuk {n} kegiatan serupa.",
    "Menurut warga {place}, hal serupa pernah terjadi {n} tahun lalu dan selesai dengan baik.",
    "Hasil {thing} akan dijual di koperasi dan sebagian disumbangkan kepada panti asuhan.",
    "Petugas mencatat {n} laporan selama sepekan terakhir dan semuanya sudah ditindaklanjuti.",
    "Pada {day} siang rombongan meninjau gudang {thing} dan ruang pelayanan terpadu.",
    "Ia berharap kerja sama dengan dinas {office} terus berlanjut hingga akhir tahun.",
    "Cuaca di {place} diperkirakan cerah berawan dengan suhu {n} derajat hingga {day}.",
    "Panitia menyiapkan {n} kursi, air minum, dan jalur khusus bagi warga lanjut usia.",
    "Sebelumnya, {thing} dari {place} meraih penghargaan tingkat provinsi.",
)
CONTACT = "Keterangan lebih lanjut dapat ditanyakan lewat telepon 0812-3456-{n:04d}."
THINGS = (
    "cabai",
    "sayur",
    "jagung",
    "batik",
    "mebel",
    "roti",
    "kopi",
    "tas rotan",
    "ikan lele",
    "jamur",
    "sabun",
    "padi",
)
OFFICES = ("kesehatan", "pendidikan", "pertanian", "sosial", "perhubungan", "perdagangan", "kependudukan")
PLACES = ("Induk", "Baru", "Kota Lama", "Timur", "Barat", "Hilir", "Hulu", "Tengah", "Sari", "Makmur", "Jaya", "Mekar")
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
LONGEST, SHORTEST = 800, 450

# Of a hundred items: so many concern a unit, so many repeat another outlet's text word for word.
ROUTINE_PERCENT, COPY_PERCENT, CONTACT_PERCENT = 25, 5, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    title: str
    text: str


class Writer:
    """Writes the same articles in the same order for the same seed."""

    def __init__(self, units: Sequence[str], *, seed: int = 1) -> None:
        self._dice = random.Random(seed)
        self._units = list(units)
        self._dice.shuffle(self._units)
        self._incident_units: Iterator[str] = iter(self._units)
        self._numbers = itertools.count(1)
        self._told: list[Article] = []

    def _filled(self, template: str, unit: str) -> str:
        dice = self._dice
        return template.format(
            unit=unit, n=dice.randint(2, 9_999), thing=dice.choice(THINGS), office=dice.choice(OFFICES),
            place=f"{dice.choice(PLACES)} {dice.choice(PLACES)}", day=dice.choice(DAYS),
        )  # fmt: skip

    def _article(self, template: str, unit: str, about: str) -> Article:
        title, dice = self._filled(template, unit), self._dice
        wanted = dice.randint(SHORTEST, LONGEST)
        text = about or f"{title}."
        if dice.randrange(100) < CONTACT_PERCENT:
            text += " " + CONTACT.format(n=next(self._numbers) % 10_000)
        while len(text) < wanted:
            sentence = self._filled(dice.choice(SENTENCES), unit)
            if len(text) + len(sentence) >= LONGEST:
                break
            text += " " + sentence
        return Article(title=title, text=text)

    def everyday(self) -> Article:
        """One item: other news, routine of a unit, or a copy of one of the last two hundred."""
        throw = self._dice.randrange(100)
        if throw < COPY_PERCENT and self._told:
            return self._dice.choice(self._told)
        template = self._dice.choice(ROUTINES if throw < COPY_PERCENT + ROUTINE_PERCENT else OTHERS)
        article = self._article(template, self._dice.choice(self._units), "")
        self._told = [*self._told[-199:], article]
        return article

    def incident(self) -> list[Article]:
        """One escape as four outlets tell it; empty when every unit has had its own."""
        unit = next(self._incident_units, None)
        if unit is None:
            return []
        about = f"Seorang tahanan kabur dari {unit} pada {self._dice.choice(DAYS)} dini hari."
        return [self._article(template, unit, about) for template in INCIDENTS]
