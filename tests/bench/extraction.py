"""Text of article pages: trafilatura, resiliparse and our own reader, by token F1 and time on pages of our own making.

`python -m tests.bench.extraction` prints the table of docs/adr/0033. Libraries that are not installed are left out:
only the reader that was chosen is a dependency."""

from __future__ import annotations

import importlib
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256

from services.ingest.articles import parse
from tests.support.pages import Page, all_pages

Reader = Callable[[str], str]
_NAMES = re.compile(r"""\s(class|id)=(?:"[^"]*"|'[^']*'|[^\s>]+)""")
_WORD = re.compile(r"\w+")
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Score:
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def score(found: str, gold: str) -> Score:
    """Tokens as a multiset, without case."""
    got, wanted = Counter(_WORD.findall(found.lower())), Counter(_WORD.findall(gold.lower()))
    common = (got & wanted).total()
    return Score(common / max(1, got.total()), common / max(1, wanted.total()))


def _own(html: str) -> str:
    return parse(html.encode(), "text/html; charset=utf-8").text


def _trafilatura(**options: bool) -> Reader | None:
    try:
        module = importlib.import_module("trafilatura")
    except ImportError:
        return None
    return lambda html: module.extract(html, include_comments=False, **options) or ""


def _resiliparse() -> Reader | None:
    try:
        module = importlib.import_module("resiliparse.extract.html2text")
    except ImportError:
        return None
    return lambda html: str(module.extract_plain_text(html, main_content=True, alt_texts=False, comments=False))


def readers() -> dict[str, Reader]:
    found: dict[str, Reader | None] = {
        "own": _own,
        "trafilatura": _trafilatura(),
        "trafilatura fast": _trafilatura(fast=True),
        "trafilatura precise": _trafilatura(favor_precision=True),
        "resiliparse": _resiliparse(),
    }
    return {name: reader for name, reader in found.items() if reader is not None}


def seconds_a_page(reader: Reader, pages: list[Page]) -> float:
    """Processor time, the best of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        for page in pages:
            reader(page.html)
        best = min(best, time.process_time() - began)
    return best / len(pages)


def without_names(page: Page) -> Page:
    """The same page with classes and ids that tell nothing, as style generators write them."""

    def hashed(match: re.Match[str]) -> str:
        return f' {match.group(1)}="css-{sha256(match.group(0).encode()).hexdigest()[:7]}"'

    return replace(page, html=_NAMES.sub(hashed, page.html))


def main() -> None:
    print("## As outlets name the parts of a page")
    compare(all_pages())
    print("\n## The same with names that tell nothing")
    compare([without_names(page) for page in all_pages()])


def compare(pages: list[Page]) -> None:
    names: dict[str, dict[str, float]] = {}
    print(f"{len(pages)} pages, {len({page.name.rpartition('-')[0] for page in pages})} shapes")
    print("| reader | precision | recall | F1 | worst page | ms a page |\n|---|---|---|---|---|---|")
    for name, reader in readers().items():
        scores = {page.name: score(reader(page.html), page.gold) for page in pages}
        mean = [
            sum(getattr(one, what) for one in scores.values()) / len(pages) for what in ("precision", "recall", "f1")
        ]
        worst = min(scores, key=lambda page: scores[page].f1)
        names[name] = {page: one.f1 for page, one in scores.items()}
        took = seconds_a_page(reader, pages) * 1000
        figures = " | ".join(f"{one:.3f}" for one in mean)
        print(f"| {name} | {figures} | {worst} ({scores[worst].f1:.2f}) | {took:.2f} |")
    shapes = sorted({page.name.rpartition("-")[0] for page in pages})
    print(f"\n| shape | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
    for shape in shapes:
        mine = [page.name for page in pages if page.name.rpartition("-")[0] == shape]
        cells = [f"{sum(names[name][page] for page in mine) / len(mine):.2f}" for name in names]
        print(f"| {shape} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
