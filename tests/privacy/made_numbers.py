"""Numbers that identify nobody real, in sentences of this file's own; what is left of each behind the gate."""

from __future__ import annotations

import random
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from libs.privacy import Channel, gate
from tests.privacy.counting import Share
from tests.unit.privacy import generators as made

# Written for this evaluation: none of them stands in the gate's own tests or in training text.
_AROUND = {
    "nik": (
        "Penjamin menunjukkan kartu dengan NIK {} kepada petugas loket.", "Pada berkas tertera NIK: {}.",
        "Data e-KTP atas nama yang bersangkutan, NIK {}, dicek ulang.", "nomor induk kependudukan {} tidak terdaftar",
        "KTP nomor {} disita penyidik.",
    ),
    "kk": ("Nomor KK {} dilampirkan.", "Fotokopi kartu keluarga no. {} diserahkan."),
    "telepon": (
        "Keluarga dapat menghubungi {} pada jam kerja.", "WA {} untuk pendaftaran kunjungan.", "hp korban {} mati",
        "Laporkan ke nomor {} segera.", "Kontak: {}",
    ),
    "register": (
        "Yang bersangkutan tercatat dengan nomor register {}.", "Reg. {} dipindahkan ke blok lain.",
        "Warga binaan dengan register {} mengikuti sidang TPP.",
    ),
    "perkara": (
        "Putusan perkara nomor {} telah inkrah.", "Sidang perkara {} digelar Senin.",
        "Sesuai putusan {} terdakwa dihukum dua tahun.",
    ),
    "npwp": ("NPWP {} diminta bendahara.", "Nomor pokok wajib pajak {} tercantum."),
    "bpjs": ("Nomor BPJS {} tidak aktif.", "Peserta JKN dengan kartu BPJS {} dirujuk."),
    "paspor": ("Paspor nomor {} ditahan imigrasi.", "pemegang paspor {} dideportasi"),
    "surel": ("Kirim surat ke {} sebelum Jumat.", "surel {} tidak dibalas"),
    "pelat": ("Pelaku kabur dengan mobil bernomor polisi {}.", "Motor berpelat {} ditinggal di parkiran."),
}  # fmt: skip


def _digits(rng: random.Random, count: int) -> str:
    return "".join(str(rng.randrange(10)) for _ in range(count))


def _mail(rng: random.Random) -> str:
    name = "".join(rng.choice("bdgjklmnprst") + rng.choice("aiueo") for _ in range(4))
    return f"{name}{rng.choice(('', '.', '_'))}{rng.randrange(10, 99)}@{rng.choice(('surat', 'kotak'))}.example"


def _plate(rng: random.Random) -> str:
    area = rng.choice(("B", "D", "AB", "DK", "BE", "KT", "L", "N"))
    series = "".join(rng.choice("ABCDEFGHJKLPRSTUVXYZ") for _ in range(rng.choice((2, 3))))
    return f"{area} {rng.randrange(1000, 9999)} {series}"


def _filled(pattern: str) -> Callable[[random.Random], str]:
    """`#` becomes a digit: what stands in no office's list still has to look like a number."""
    return lambda rng: "".join(str(rng.randrange(10)) if sign == "#" else sign for sign in pattern)


_MAKERS: Mapping[str, Callable[[random.Random], str]] = {
    "nik": made.a_nik,
    "kk": made.a_nik,
    "register": made.a_register,
    "perkara": made.a_case,
    "npwp": _filled("##.###.###.#-###.###"),
    "bpjs": _filled("000##########"),
    "paspor": lambda rng: f"{rng.choice('ABCEX')}{rng.randrange(1_000_000, 9_999_999)}",
    "surel": _mail,
    "pelat": _plate,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A value in one of its writings, in a sentence."""

    kind: str
    form: str
    text: str
    start: int
    end: int


def written(kind: str, form: str, value: str, rng: random.Random) -> Written:
    before, after = rng.choice(_AROUND[kind]).split("{}")
    return Written(kind=kind, form=form, text=before + value + after, start=len(before), end=len(before) + len(value))


def nik_cases(per_form: int, seed: int) -> Iterator[Written]:
    rng = random.Random(seed)
    for form, disguise in made.NOISE.items():
        for _ in range(per_form):
            yield written("nik", form, disguise(made.a_nik(rng)), rng)


def other_cases(per_kind: int, seed: int) -> Iterator[Written]:
    rng = random.Random(seed)
    for kind, make in _MAKERS.items():
        if kind != "nik":
            for _ in range(per_kind):
                yield written(kind, "as offices write it", make(rng), rng)
    for n in range(per_kind):
        form = list(made.PHONE_WRITINGS)[n % len(made.PHONE_WRITINGS)]
        yield written("telepon", form, made.PHONE_WRITINGS[form](made.a_phone(rng)), rng)


def is_gone(case: Written, channel: Channel) -> bool:
    """Nothing of the value is left: every sign of it lies in what was masked."""
    result = gate(case.text, channel=channel)
    covered = {at for span in result.spans for at in range(span.start, span.end)}
    rest = "".join(case.text[at] for at in range(case.start, case.end) if at not in covered)
    return not any(sign.isalnum() for sign in unicodedata.normalize("NFKC", rest))


def recall(cases: Iterator[Written], channel: Channel) -> dict[str, Share]:
    """Per form."""
    gone: dict[str, list[bool]] = {}
    for case in cases:
        gone.setdefault(f"{case.kind}: {case.form}", []).append(is_gone(case, channel))
    return {form: Share(hits=sum(found), all=len(found)) for form, found in gone.items()}


# What looks like a number of a person and is none: kind → sentence of news.
_INNOCENT: Mapping[str, Callable[[random.Random], str]] = {
    "16 digits without a word": _filled("Kode ################ tercetak pada label kiriman."),
    "money": _filled("Anggaran Rp1##.###.###.### terserap, sisanya Rp9#.###.### dikembalikan."),
    "dates and times": _filled("Acara 1#-11-202# pukul 1#.3#-22.30 WIB, ulangan 0#/12/2025."),
    "counts": _filled("Hadir 4.#8# orang dari 2# desa, naik 1#,7# persen dari 3.2#5."),
    "laws": _filled("Sesuai Pasal 1#2 UU Nomor 2# Tahun 20## dan PP 9#/2012."),
    "scores and coordinates": _filled("Skor 2#-19, 21-1#; gempa di 6,#### LS 106,#### BT."),
    "letters of offices": _filled("Surat W.1#.PAS.3#-PK.01.0#-#### terbit."),
}


def false_alarms(per_kind: int, seed: int) -> dict[str, Share]:
    """Innocent sentences of news in which anything at all was masked."""
    rng = random.Random(seed)
    return {
        kind: Share(hits=sum(bool(gate(make(rng), channel="news").spans) for _ in range(per_kind)), all=per_kind)
        for kind, make in _INNOCENT.items()
    }


def precision(per_kind: int, seed: int) -> dict[str, Share]:
    """Per class of mask: those that stand on a value of that class; the sentences hold values and innocent numbers."""
    masks, right = Counter[str](), Counter[str]()
    for case in (*nik_cases(per_kind // 12, seed), *other_cases(per_kind, seed)):
        for span in gate(case.text, channel="news").spans:
            masks[span.kind] += 1
            right[span.kind] += span.kind == case.kind and span.start < case.end and case.start < span.end
    rng = random.Random(seed)
    for make in _INNOCENT.values():
        for _ in range(per_kind):
            masks.update(span.kind for span in gate(make(rng), channel="news").spans)
    return {kind: Share(hits=right[kind], all=count) for kind, count in sorted(masks.items())}
