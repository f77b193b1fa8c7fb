"""Pages of articles in the shapes of outlets → the text, the date, the one address; pages that are made to hurt."""

from __future__ import annotations

import contextlib
import json
import random

import pytest

from services.ingest.articles import parse
from services.ingest.dating import read_date
from services.ingest.parsing import ParseFailed, ParserPool
from services.ingest.sources.entry import NotParsed
from tests.bench.extraction import score, without_names
from tests.support.pages import Page, all_pages

PAGES = {page.name: page for page in all_pages()}
TEXT = "<p>" + "Warga binaan memanen jagung di lahan lapas bersama petugas. " * 4 + "</p>"


@pytest.mark.parametrize("name", PAGES)
def test_the_text_of_a_page_is_found(name: str) -> None:
    page = PAGES[name]
    assert score(parse(page.html.encode()).text, page.gold).f1 >= 0.95


def test_without_speaking_names_little_is_lost() -> None:
    """Classes as style generators write them: only the form of the page is left to go by."""
    scores = [score(parse(without_names(page).html.encode()).text, page.gold).f1 for page in PAGES.values()]
    assert sum(scores) / len(scores) >= 0.95


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if page.published])
def test_the_date_of_a_page_is_found(name: str) -> None:
    page = PAGES[name]
    assert page.published is not None
    found, wanted = read_date(parse(page.html.encode()).published, "WIB"), read_date(page.published, "WIB")
    assert found is not None and found == wanted


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if page.canonical])
def test_the_addresses_a_page_gives_itself_are_handed_on(name: str) -> None:
    page, found = PAGES[name], parse(PAGES[name].html.encode())
    assert (found.canonical, found.amp or None) == (page.canonical, page.amp)


def html(body: str, head: str = "") -> bytes:
    return f"<html><head>{head}</head><body>{body}</body></html>".encode()


def test_headlines_come_from_linked_data_meta_or_heading() -> None:
    assert parse(html(f"<h1>dari h1</h1>{TEXT}")).title == "dari h1"
    meta = '<meta property="og:title" content="dari meta &amp; bagus">'
    assert parse(html(f"<h1>dari h1</h1>{TEXT}", meta)).title == "dari meta & bagus"
    data = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "dari data"}</script>'
    assert parse(html(f"<h1>dari h1</h1>{TEXT}", meta + data)).title == "dari data"


def test_text_for_subscribers_is_left_where_it_is() -> None:
    """What stands in the linked data of a page that is not free is not ours to read."""
    data = {"@type": "NewsArticle", "articleBody": "isi berbayar " * 50, "isAccessibleForFree": False}
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    found = parse(html(TEXT, script))
    assert not found.free and "berbayar" not in found.text


@pytest.mark.parametrize(
    "printed",
    [
        "Rabu, 18 Jun 2025 19:58 WIB",
        "Rabu, 18 Juni 2025 | 19:58 WIB",
        "18/06/2025, 19:58 WIB",
        "18 Jun 2025 - 19.58 WIB",
    ],
)
def test_dates_as_they_are_printed(printed: str) -> None:
    found = read_date(parse(html(f'<h1>a</h1><div class="date">{printed}</div>{TEXT}')).published, "WIT")
    assert found is not None and found.at.isoformat() == "2025-06-18T12:58:00+00:00"


def test_a_page_without_text_says_so() -> None:
    assert parse(html("<h1>judul</h1><p>pendek</p>")).text == ""


def test_a_canonical_link_in_the_text_is_not_believed() -> None:
    body = f'<link rel="canonical" href="https://jahat.example/">{TEXT}<script>1</script>'
    assert parse(html(body)).canonical == ""


def test_control_characters_around_what_is_dropped_cost_nothing() -> None:
    found = parse(html(f"\x01&#2;<nav>menu</nav>\x0b&#1;{TEXT}\x02<script>x</script>\x1f"))
    assert found.text.startswith("Warga binaan") and "menu" not in found.text


def spoilt(page: bytes, chance: random.Random) -> bytes:
    """A page with bytes changed, lost and doubled."""
    body = bytearray(page)
    for _ in range(chance.randint(1, 30)):
        at = chance.randrange(len(body))
        what = chance.random()
        if what < 0.4:
            body[at] = chance.randrange(256)
        elif what < 0.7:
            del body[at : at + 40]
        else:
            other = chance.randrange(len(body))
            body[at:at] = body[other : other + 200]
    return bytes(body)


def test_a_spoilt_page_is_read_or_refused_and_never_breaks() -> None:
    chance = random.Random(7)
    pages = [page.html.encode() for page in PAGES.values()]
    for _ in range(400):
        with contextlib.suppress(NotParsed):
            assert len(parse(spoilt(chance.choice(pages), chance)).text) <= 200_000


MONSTERS = {
    "nesting": b"<div>" * 200_000 + b"isi",
    "attributes": b"<p " + b"".join(b"a%d=1 " % n for n in range(40_000)) + b">isi</p>",
    "links": b"<a href=x>y</a>" * 200_000,
    "linked data": b'<script type="application/ld+json">' + b"[" * 400_000 + b"</script><p>isi</p>",
    "one line": b"<p>" + b"lapas " * 500_000 + b"</p>",
    "date like": b"<p>" + b"1/1/2025 1:1 " * 200_000 + b"</p>",
    "class names": b'<div class="' + b"related-" * 500_000 + b'">isi</div>',
    "empty": b"",
    "nul": b"\0" * 1_000_000,
    "binary": bytes(range(256)) * 4_000,
    "entities": b"<p>" + b"&amp;" * 500_000 + b"</p>",
    "tables": b"<table><tr><td>" * 100_000,
    "unclosed": b"<p" * 300_000,
    "comments": b"<!--" * 300_000,
}


@pytest.fixture
async def pool() -> object:
    made = ParserPool(size=1)
    yield made
    await made.aclose()


@pytest.mark.parametrize("name", MONSTERS)
async def test_a_monster_ends_in_time_and_the_next_page_is_read(name: str, pool: ParserPool) -> None:
    try:
        found = await pool.parse(MONSTERS[name], "text/html", kind="page")
        assert len(found["text"]) <= 200_000
    except ParseFailed as refused:
        assert refused.reason in {"not_a_page", "page_too_large", "parse_timeout", "parse_crashed"}
    after = await pool.parse(html(TEXT), "text/html", kind="page")
    assert after["text"].startswith("Warga binaan")


def test_nothing_at_all_is_no_page() -> None:
    with pytest.raises(NotParsed):
        parse(b"")


def test_pages_are_distinct_and_many() -> None:
    assert len(PAGES) >= 40 and len({page.html for page in PAGES.values()}) == len(PAGES)
    assert isinstance(next(iter(PAGES.values())), Page)
