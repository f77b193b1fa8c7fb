"""What a run found, as tables; values of canaries are never printed (they are ours, but habits stay)."""

from __future__ import annotations

from collections import Counter, defaultdict

from tests.leaks.canaries import KINDS
from tests.leaks.entrances import ENTRANCES
from tests.leaks.running import Findings

GUARDED_BY = {"no_gate": "gate", "talkative": "not kept"}


def by_entrance(findings: Findings) -> str:
    """Entrance × class: planted (and found, when any), then what became of them."""
    planted: dict[str, Counter[str]] = defaultdict(Counter)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for canary in findings.world.aviary.let_out:
        planted[canary.entrance][canary.kind] += 1
    for canary in {hit.canary for hit in findings.hits}:
        found[canary.entrance][canary.kind] += 1
    width = max(map(len, planted))
    lines = [f"{'':{width}} " + " ".join(f"{kind[:6]:>6}" for kind in KINDS) + "  planted found  what became of it"]
    for name, counts in planted.items():
        cells = [_cell(counts[kind], found[name][kind]) for kind in KINDS]
        ended = _ended(findings, name)
        total, gone = sum(counts.values()), sum(found[name].values())
        lines.append(f"{name:{width}} " + " ".join(f"{cell:>6}" for cell in cells) + f"  {total:7} {gone:5}  {ended}")
    every = len(findings.world.aviary.let_out)
    lines.append(f"{every} canaries through {len(planted)} entrances, {len({h.canary for h in findings.hits})} found")
    return "\n".join(lines)


def _ended(findings: Findings, name: str) -> str:
    """What became of it; for a mutant, in which kinds of places it lay."""
    if findings.world.mutant is not None:
        places = Counter(hit.place.split(" ")[0] for hit in findings.hits if hit.canary.entrance == name)
        return f"found in: {', '.join(places)}" if places else "nowhere"
    if name in findings.never:
        return f"NEVER ARRIVED: {findings.never[name]}"
    return ", ".join(f"{n} {fate}" for fate, n in Counter(findings.fates.get(name, ())).most_common())


def _cell(planted: int, found: int) -> str:
    return "·" if not planted else f"{found}/{planted}"


def by_place(findings: Findings) -> str:
    """Every place that was searched with its size; where something lay, whose and in what form."""
    kinds = Counter[str]()
    for place, size in findings.bytes.items():
        kinds[place.split(" ")[0]] += size
    searched = ", ".join(f"{kind} {size / 1024:.0f} KiB" for kind, size in kinds.most_common())
    lines = [f"searched {len(findings.places)} places: {searched}"]
    lying: Counter[tuple[str, str, str, str]] = Counter(
        (hit.place, hit.canary.entrance, hit.canary.kind, hit.form) for hit in findings.hits
    )
    shown = sorted(lying)[: 200 if findings.world.mutant is None else 15]
    lines += [f"    LEAK  {place}: {kind} from {name} ({form})" for place, name, kind, form in shown]
    if len(lying) > len(shown):
        lines.append(f"    … and {len(lying) - len(shown)} more")
    return "\n".join(lines)


def unnoticed(mutant: str, findings: Findings) -> list[str]:
    """Entrances that this mutant left without a guard, and where nothing was found all the same."""
    unguarded = {one.name for one in ENTRANCES.values() if one.guard == GUARDED_BY[mutant]}
    return sorted(unguarded - findings.leaking())
