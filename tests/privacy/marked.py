"""Text with people marked by hand → what the gate leaves of private ones, and whom it hides that should be readable."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from libs.privacy import NAMES, Channel, Outcome, gate
from libs.privacy.training.corpus import Sentence, marked_sentence
from tests.privacy.counting import Share

SENTENCES = Path(__file__).parent / "sentences"
READABLE = ("pejabat", "tokoh")


def sentences(name: str) -> list[Sentence]:
    lines = (SENTENCES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [marked_sentence(line) for line in map(str.strip, lines) if line and not line.startswith("#")]


@dataclass(slots=True)
class Tally:
    """Mentions per class, masked whole; masks of a name's class where nobody private stands."""

    told: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    whole: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    touched: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    masks: int = 0
    right_masks: int = 0
    withheld: int = 0
    documents: int = 0

    def masked(self, *kinds: str) -> Share:
        """Mentions of which no letter is left."""
        return Share(hits=sum(self.whole[kind] for kind in kinds), all=sum(self.told[kind] for kind in kinds))

    def hidden(self, *kinds: str) -> Share:
        """Mentions of which any letter is gone."""
        return Share(hits=sum(self.touched[kind] for kind in kinds), all=sum(self.told[kind] for kind in kinds))

    @property
    def precision(self) -> Share:
        return Share(hits=self.right_masks, all=self.masks)

    @property
    def private(self) -> tuple[str, ...]:
        return tuple(sorted(kind for kind in self.told if kind not in READABLE))


def covered(text: str, start: int, end: int, taken: Sequence[tuple[int, int]]) -> tuple[bool, bool]:
    """Whether every letter of the stretch is masked, and whether any is."""
    letters = [at for at in range(start, end) if text[at].isalnum()]
    gone = [any(first <= at < last for first, last in taken) for at in letters]
    return all(gone), any(gone)


def measure(texts: Iterable[Sentence], channel: Channel) -> Tally:
    tally = Tally()
    for sentence in texts:
        tally.documents += 1
        result = gate(sentence.text, channel=channel)
        withheld = result.outcome is Outcome.QUARANTINE
        tally.withheld += withheld
        taken = [(span.start, span.end) for span in result.spans]
        everything = [(0, len(sentence.text))] if withheld else taken
        for name in sentence.names:
            whole, touched = covered(sentence.text, name.start, name.end, everything)
            tally.told[name.kind] += 1
            tally.whole[name.kind] += whole
            tally.touched[name.kind] += touched
        private = [name for name in sentence.names if name.kind not in READABLE]
        for span in (span for span in result.spans if span.kind in NAMES):
            tally.masks += 1
            tally.right_masks += any(name.start < span.end and span.start < name.end for name in private)
    return tally


def children_safe(texts: Iterable[Sentence], channel: Channel) -> Share:
    """Documents about a child of which nothing is left: no letter of the child's or its family's names."""
    safe = []
    for sentence in texts:
        told = [name for name in sentence.names if name.kind in ("anak", "keluarga")]
        if not any(name.kind == "anak" for name in told):
            continue
        result = gate(sentence.text, channel=channel)
        taken = [(span.start, span.end) for span in result.spans]
        gone = result.outcome is Outcome.QUARANTINE or all(
            covered(sentence.text, name.start, name.end, taken)[0] for name in told
        )
        safe.append(gone)
    return Share(hits=sum(safe), all=len(safe))


_CHILD_TEMPLATES = (
    "Seorang anak berusia {age} tahun bernama {child} diamankan. Ayahnya, {parent}, datang. Ia bersekolah di {school}.",
    "ABH atas nama {child} ({age}) warga {home} mengikuti diversi didampingi ibunya, {parent}.",
    "Anak binaan LPKA, {child}, siswa {school}, bertemu orang tuanya {parent} pada jam kunjungan.",
    "Korban berinisial {initials} ({age}), pelajar {school}, tinggal di {home}. Ibu korban, {parent}, melapor.",
    "Bocah {age} tahun itu, {child}, dijemput {parent} di {school}. {short} lalu pulang ke {home}.",
    "Anak korban {child} ({age} tahun) didampingi bibinya {parent} saat diperiksa. Alamatnya {home}.",
    "Pelaku yang masih di bawah umur, {initials}, {age} tahun, adalah siswa {school}. Ibunya, {parent}, menyesal.",
    "LPKA menerima {child} (usia {age} tahun). {short} semula bersekolah di {school}, anak dari {parent}.",
)  # fmt: skip
_SCHOOLS = (
    "SMPN 3 Sukamulya",
    "SMP Negeri 12 Karangjati",
    "SMK Bina Warga",
    "SD Inpres Waisara",
    "MTs Al Ikhlas Ciburuy",
)
_HOMES = (
    "Jalan Kenanga Nomor 14 RT 03 RW 05", "Kampung Cibogo RT 02/04", "Dusun Krajan RT 01 RW 02",
    "Perumahan Griya Asri Blok C Nomor 7",
)  # fmt: skip


def made_children(names: Sequence[str], count: int, seed: int) -> Iterator[tuple[str, list[str]]]:
    """A document about a child, and every stretch of it that must be gone."""
    rng = random.Random(seed)
    for n in range(count):
        child, parent = rng.sample(names, 2)
        parts = {
            "child": child,
            "short": child.split()[0],
            "parent": parent,
            "initials": "".join(word[0] for word in (child.split() * 2)[:2]),
            "school": rng.choice(_SCHOOLS),
            "home": rng.choice(_HOMES),
        }
        template = _CHILD_TEMPLATES[n % len(_CHILD_TEMPLATES)]
        text = template.format(age=rng.randrange(7, 17), **parts)
        yield text, [value for name, value in parts.items() if f"{{{name}}}" in template]


def made_children_safe(names: Sequence[str], count: int, seed: int, channel: Channel) -> Share:
    safe = 0
    for text, identifying in made_children(names, count, seed):
        result = gate(text, channel=channel)
        taken = [(span.start, span.end) for span in result.spans]
        places = [(at, at + len(value)) for value in identifying if (at := text.find(value)) >= 0]
        safe += result.outcome is Outcome.QUARANTINE or all(covered(text, *place, taken)[0] for place in places)
    return Share(hits=safe, all=count)
