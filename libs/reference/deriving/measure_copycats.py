"""Names made to look like the registry's outlets → how many are flagged, and which honest names with them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator

from libs.reference.copycats import Copycats, label_of
from libs.reference.domains import registrable, suffix_of
from libs.reference.registry import Registry, shipped_registry

# Who is worth imitating: the outlets whose feeds ship. Each edit is applied once to each.
LOOKS = {"a": "а", "e": "е", "o": "о", "i": "і", "p": "р", "c": "с", "s": "ѕ", "n": "ո", "u": "ս", "l": "ӏ"}
DIGITS = {"o": "0", "l": "1", "i": "1", "e": "3", "s": "5"}
ENDINGS = ("co", "net", "org", "info", "id", "co.id", "news", "online", "site", "xyz")
Edit = Callable[[str, str, random.Random], Iterator[str]]


def other_script(label: str, ending: str, dice: random.Random) -> Iterator[str]:
    """One letter from another script, as the registry of names writes it."""
    places = [place for place, char in enumerate(label) if char in LOOKS]
    if places:
        place = dice.choice(places)
        changed = label[:place] + LOOKS[label[place]] + label[place + 1 :]
        yield f"xn--{changed.encode('punycode').decode()}.{ending}"


def digit(label: str, ending: str, dice: random.Random) -> Iterator[str]:
    places = [place for place, char in enumerate(label) if char in DIGITS]
    if places:
        place = dice.choice(places)
        yield f"{label[:place]}{DIGITS[label[place]]}{label[place + 1 :]}.{ending}"


def i_for_l(label: str, ending: str, dice: random.Random) -> Iterator[str]:
    for one, other in (("i", "l"), ("l", "i"), ("m", "rn"), ("w", "vv")):
        if one in label:
            yield f"{label.replace(one, other, 1)}.{ending}"
            return


def swapped(label: str, ending: str, dice: random.Random) -> Iterator[str]:
    places = [place for place in range(1, len(label) - 1) if label[place] != label[place + 1]]
    place = dice.choice(places)
    yield f"{label[:place]}{label[place + 1]}{label[place]}{label[place + 2 :]}.{ending}"


def left_out(label: str, ending: str, dice: random.Random) -> Iterator[str]:
    place = dice.randrange(1, len(label))
    yield f"{label[:place]}{label[place + 1 :]}.{ending}"


def doubled(label: str, ending: str, dice: random.Random) -> Iterator[str]:
    place = dice.randrange(len(label))
    yield f"{label[:place]}{label[place]}{label[place:]}.{ending}"


def other_letter(label: str, ending: str, dice: random.Random) -> Iterator[str]:
    place = dice.choice([place for place, char in enumerate(label) if char.isalpha()])
    letter = dice.choice([char for char in "abcdefghijklmnopqrstuvwxyz" if char != label[place]])
    yield f"{label[:place]}{letter}{label[place + 1 :]}.{ending}"


def other_ending(label: str, ending: str, dice: random.Random) -> Iterator[str]:
    yield f"{label}.{dice.choice([one for one in ENDINGS if one != ending])}"


def word_behind(label: str, ending: str, dice: random.Random) -> Iterator[str]:
    yield f"{label}{dice.choice(('news', 'online', 'com', 'official', '24', 'id'))}.{ending}"


def word_with_hyphen(label: str, ending: str, dice: random.Random) -> Iterator[str]:
    yield f"{label}-{dice.choice(('news', 'online', 'indonesia', 'resmi'))}.{dice.choice(ENDINGS)}"


def word_before(label: str, ending: str, dice: random.Random) -> Iterator[str]:
    yield f"{dice.choice(('www', 'portal', 'login'))}{label}.{ending}"


def hyphen(label: str, ending: str, dice: random.Random) -> Iterator[str]:
    place = dice.randrange(2, len(label) - 1)
    yield f"{label[:place]}-{label[place:]}.{ending}"


def as_subdomain(label: str, ending: str, dice: random.Random) -> Iterator[str]:
    yield f"{label}.{ending}.{dice.choice(('berita-kini.net', 'contoh.xyz'))}"


EDITS: tuple[Edit, ...] = (
    other_script, digit, i_for_l, swapped, left_out, doubled, other_letter, other_ending, word_behind, word_with_hyphen,
    word_before, hyphen, as_subdomain,
)  # fmt: skip


def imitations(registry: Registry, seed: int = 1) -> Iterator[tuple[str, str, str]]:
    """(kind of edit, the imitated domain, the imitation), none of which is itself an outlet of the registry."""
    dice = random.Random(seed)
    domains = {outlet.domain for outlet in registry.outlets.values()}
    for outlet in registry.outlets.values():
        if "feeds" in outlet.seen_in:
            for edit in EDITS:
                for host in edit(label_of(outlet.domain), suffix_of(outlet.domain), dice):
                    if (registrable(host) or host) not in domains:
                        yield edit.__name__, outlet.domain, host


def flagged_by_others(registry: Registry) -> dict[str, str]:
    """Each domain of the registry as if it were unknown: whom it would be said to imitate."""
    names = Copycats((outlet.outlet_id, outlet.domain) for outlet in registry.outlets.values())
    found = {
        domain: names.imitated_by(domain, itself=domain) for domain in (o.domain for o in registry.outlets.values())
    }
    return {domain: imitation.of_domain for domain, imitation in found.items() if imitation}


def main() -> None:
    registry = shipped_registry()
    total: Counter[str] = Counter()
    hit: Counter[str] = Counter()
    right: Counter[str] = Counter()
    missed = []
    for kind, domain, host in imitations(registry):
        found = registry.imitated_by(host)
        total[kind] += 1
        hit[kind] += found is not None
        right[kind] += found is not None and found.of_domain == domain
        missed += [] if found else [f"{host} ({kind} of {domain})"]
    for kind in total:
        print(f"{kind}: {hit[kind]} of {total[kind]} flagged, {right[kind]} with the right outlet")
    everything = sum(total.values())
    print(f"all: {sum(hit.values())} of {everything} flagged ({sum(hit.values()) / everything:.1%})")
    print("missed:", "; ".join(missed) or "none")
    known = [outlet.domain for outlet in registry.outlets.values()]
    flagged = sum(registry.imitated_by(domain) is not None for domain in known)
    print(f"domains of the registry flagged: {flagged} of {len(known)}")
    print(f"the same, each as if it were unknown: {len(flagged_by_others(registry))} of {len(known)}")


if __name__ == "__main__":
    main()
