"""Addresses of articles: what is shown, which of them are the same article, and what a page may claim."""

from __future__ import annotations

import csv
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.reference.domains import registrable, same_site
from services.ingest.addresses import believed, canonical, read_address
from services.ingest.addresses_v1 import canonical_v1

DETIK = "https://news.detik.com/berita/d-7971101/panen-raya"
KOMPAS = "https://nasional.kompas.com/read/2025/06/18/21353591/panen-raya"
TEMPO = "https://nasional.tempo.co/read/2019091/panen-raya"
OKEZONE = "https://nasional.okezone.com/read/2025/06/18/337/3148435/panen-raya"
LIPUTAN = "https://www.liputan6.com/news/read/6055023/panen-raya"
TRIBUN = "https://www.tribunnews.com/nasional/2025/06/18/panen-raya"
TRIBUN_JAMBI = "https://jambi.tribunnews.com/2025/06/09/panen-raya"
SINDO = "https://daerah.sindonews.com/read/1578157/701/panen-raya-1749528362"
REPUBLIKA = "https://news.republika.co.id/berita/sy23of475/panen-raya"
MERDEKA = "https://www.merdeka.com/peristiwa/panen-raya.html"
SUARA = "https://www.suara.com/news/2025/06/18/195800/panen-raya"
KAPANLAGI = "https://www.kapanlagi.com/showbiz/selebriti/panen-raya-9b1c2d.html"
FIMELA = "https://www.fimela.com/lifestyle/read/6055100/panen-raya"
POSMETRO = "https://www.posmetro.co.id/2025/06/panen-raya"
OTHER = "https://www.kabarcontoh.co.id/daerah/panen-raya"
BLOG = "https://lapascontoh.blogspot.com/2025/06/panen-raya.html"

# As met → the article it is. Shapes of single outlets are general knowledge (libs/reference/data/addresses.yaml).
TWINS = [
    (DETIK + "?utm_source=rss&utm_medium=feed", DETIK),
    (DETIK + "?single=1", DETIK),
    (DETIK + "/amp", DETIK),
    (DETIK + "?tag_from=wp_hl_img", DETIK + "?tag_from=wp_hl_img"),
    ("https://m.detik.com/news/berita/d-7971101/panen-raya", DETIK),
    ("https://www.detik.com/news/berita/d-7971101/panen-raya", DETIK),
    ("https://www.google.com/amp/s/news.detik.com/berita/d-7971101/panen-raya/amp", DETIK),
    ("https://news-detik-com.cdn.ampproject.org/c/s/news.detik.com/berita/d-7971101/panen-raya/amp", DETIK),
    ("https://l.facebook.com/l.php?u=https%3A%2F%2Fnews.detik.com%2Fberita%2Fd-7971101%2Fpanen-raya&h=AT1", DETIK),
    (KOMPAS + "?utm_source=ABC&utm_medium=rss", KOMPAS),
    (KOMPAS + "?page=all", KOMPAS),
    (KOMPAS + "?page=all#page2", KOMPAS),
    (KOMPAS + "?page=2", KOMPAS + "?page=2"),
    ("https://amp.kompas.com/nasional/read/2025/06/18/21353591/panen-raya", KOMPAS),
    ("https://m.kompas.com/nasional/read/2025/06/18/21353591/panen-raya", KOMPAS),
    ("http://nasional.kompas.com/read/2025/06/18/21353591/panen-raya", KOMPAS),
    ("https://www.google.com/url?sa=t&url=https://nasional.kompas.com/read/2025/06/18/21353591/panen-raya", KOMPAS),
    ("https://nasional.tempo.co/amp/2019091/panen-raya", TEMPO),
    ("https://nasional-tempo-co.cdn.ampproject.org/v/s/nasional.tempo.co/amp/2019091/panen-raya?amp_js_v=0.1", TEMPO),
    (TEMPO + "?tracking_page_direct&utm_campaign=x", TEMPO + "?tracking_page_direct"),
    (TEMPO + "?ref=tempo", TEMPO),
    ("https://nasional.okezone.com/amp/2025/06/18/337/3148435/panen-raya", OKEZONE),
    (OKEZONE + "?page=1", OKEZONE),
    (OKEZONE + "?page=all&gclid=abc", OKEZONE),
    ("https://m.liputan6.com/news/read/6055023/panen-raya", LIPUTAN),
    ("https://www.liputan6.com/news/amp/6055023/panen-raya", LIPUTAN),
    ("https://amp.liputan6.com/news/read/6055023/panen-raya", LIPUTAN),
    (LIPUTAN + "?page=1", LIPUTAN),
    ("https://m.tribunnews.com/amp/nasional/2025/06/18/panen-raya", TRIBUN),
    ("https://m.tribunnews.com/nasional/2025/06/18/panen-raya?page=all", TRIBUN),
    ("https://www.tribunnews.com/amp/nasional/2025/06/18/panen-raya", TRIBUN),
    ("https://jambi.tribunnews.com/amp/2025/06/09/panen-raya?page=all", TRIBUN_JAMBI),
    (TRIBUN_JAMBI + "?utm_term=Autofeed&utm_medium=Social&utm_source=Twitter#Echobox=1", TRIBUN_JAMBI),
    ("https://daerah.sindonews.com/newsread/1578157/701/panen-raya-1749528362", SINDO),
    (SINDO + "?showpage=all", SINDO),
    ("https://news.republika.co.id/amp_version/sy23of475/panen-raya", REPUBLIKA),
    ("http://news.republika.co.id/berita/sy23of475/panen-raya/", REPUBLIKA),
    ("https://m.merdeka.com/amp/peristiwa/panen-raya.html", MERDEKA),
    ("https://www.merdeka.com/amp/peristiwa/panen-raya.html", MERDEKA),
    ("https://merdeka.com/peristiwa/panen-raya.html", MERDEKA),
    ("https://amp.suara.com/news/2025/06/18/195800/panen-raya", SUARA),
    ("https://m.suara.com/news/2025/06/18/195800/panen-raya?page=all", SUARA),
    ("https://www-suara-com.cdn.ampproject.org/c/s/amp.suara.com/news/2025/06/18/195800/panen-raya", SUARA),
    ("https://m.kapanlagi.com/amp/showbiz/selebriti/panen-raya-9b1c2d.html", KAPANLAGI),
    (KAPANLAGI + "?utm_source=rss&utm_campaign=feed", KAPANLAGI),
    ("https://m.fimela.com/lifestyle/read/6055100/panen-raya", FIMELA),
    (FIMELA + "?source=search", FIMELA),
    ("https://posmetro.co.id/2025/06/panen-raya/", POSMETRO),
    (POSMETRO + "/?amp=1", POSMETRO),
    # Others, by the general rules.
    ("https://kabarcontoh.co.id/daerah/panen-raya", OTHER),
    ("http://kabarcontoh.co.id/daerah/panen-raya/", OTHER),
    ("https://m.kabarcontoh.co.id/daerah/panen-raya", OTHER),
    ("https://mobile.kabarcontoh.co.id/daerah/panen-raya", OTHER),
    ("https://wap.kabarcontoh.co.id/daerah/panen-raya", OTHER),
    ("https://amp.kabarcontoh.co.id/daerah/panen-raya", OTHER),
    ("https://www.kabarcontoh.co.id/amp/daerah/panen-raya", OTHER),
    ("https://www.kabarcontoh.co.id/daerah/panen-raya/amp/", OTHER),
    ("https://www.kabarcontoh.co.id/daerah/panen-raya?amp", OTHER),
    ("https://www.kabarcontoh.co.id/daerah/panen-raya?outputType=amp", OTHER),
    ("https://www.kabarcontoh.co.id/daerah/panen-raya?type=amp", OTHER),
    ("https://www.kabarcontoh.co.id//daerah//panen-raya", OTHER),
    ("https://www.kabarcontoh.co.id:443/daerah/panen-raya#komentar", OTHER),
    ("https://WWW.KabarContoh.co.id./daerah/panen-raya", OTHER),
    ("https://www.kabarcontoh.co.id/daerah/panen-raya;jsessionid=8F2A", OTHER),
    ("https://www.kabarcontoh.co.id/daerah/panen-raya?PHPSESSID=1&fbclid=2&igshid=3", OTHER),
    ("https://www.bing.com/amp/s/www.kabarcontoh.co.id/daerah/panen-raya", OTHER),
    ("https://www.youtube.com/redirect?q=https%3A%2F%2Fwww.kabarcontoh.co.id%2Fdaerah%2Fpanen-raya", OTHER),
    ("https://lapascontoh.blogspot.com/2025/06/panen-raya.html?m=1", BLOG),
    ("http://lapascontoh.blogspot.com/2025/06/panen-raya.html?m=0", BLOG),
]  # fmt: skip


@pytest.mark.parametrize(("met", "article"), TWINS)
def test_twins_of_an_address_are_one_article(met: str, article: str) -> None:
    found, same = read_address(met), read_address(article)
    assert found is not None and same is not None
    assert found.identity == same.identity


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://contoh.example/?p=77", "https://contoh.example/?p=78"),
        ("https://contoh.example/baca.php?id=1", "https://contoh.example/baca.php?id=2"),
        (DETIK, DETIK.replace("7971101", "7971102")),
        (KOMPAS, KOMPAS + "?page=2"),
        ("https://news.detik.com/berita/d-1/x", "https://finance.detik.com/berita/d-1/x"),
        ("https://jambi.tribunnews.com/2025/06/09/x", "https://papua.tribunnews.com/2025/06/09/x"),
        ("https://a.blogspot.com/x", "https://b.blogspot.com/x"),
        ("https://contoh.co.id/a", "https://lain.co.id/a"),
        ("https://contoh.example/Lapas", "https://contoh.example/lapas"),
        ("https://contoh.example:8443/a", "https://contoh.example/a"),
        ("https://contoh.example/amplop", "https://contoh.example/lop"),
        ("https://mobil.contoh.example/a", "https://contoh.example/a"),
        ("https://contoh.example/?m=3", "https://contoh.example/?m=4"),
        ("https://www.google.com/search?q=a", "https://www.google.com/search?q=b"),
    ],
)
def test_two_articles_stay_two(one: str, other: str) -> None:
    first, second = read_address(one), read_address(other)
    assert first is not None and second is not None
    assert first.identity != second.identity


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://Contoh.Example/a?utm_source=rss&id=7&fbclid=x#atas", "https://contoh.example/a?id=7"),
        ("http://contoh.example:80/a", "http://contoh.example/a"),
        ("https://contoh.example", "https://contoh.example/"),
        ("https://contoh.example/a%2fb/%7Euser", "https://contoh.example/a%2Fb/~user"),
        ("https://contoh.example/berita/lapas é", "https://contoh.example/berita/lapas%20%C3%A9"),
        ("//contoh.example/a", "https://contoh.example/a"),
        ("/a?b=2&a=1", "https://contoh.example/a?b=2&a=1"),
        ("  https://contoh.example/a\n", "https://contoh.example/a"),
        ("https://contoh.example/a/", "https://contoh.example/a/"),
        ("https://contoh.example/?p=77&amp", "https://contoh.example/?p=77"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
    ],
)
def test_one_page_has_one_address(link: str, address: str) -> None:
    assert canonical(link, "https://contoh.example/rss.xml") == address


@pytest.mark.parametrize(
    "link",
    ["", "javascript:alert(1)", "mailto:a@contoh.example", "https://a:b@contoh.example/", "https://[::1", "a\x00b"],
)
def test_what_is_no_page_has_none(link: str) -> None:
    assert canonical(link) is None


@given(st.text(max_size=120))
def test_canonical_is_stable(link: str) -> None:
    once = canonical(link, "https://contoh.example/")
    assert once is None or canonical(once) == once


@pytest.mark.parametrize(
    ("met", "shown"),
    [
        (DETIK + "/amp", DETIK),
        ("https://m.detik.com/news/berita/d-7971101/panen-raya", DETIK),
        ("https://www.kabarcontoh.co.id/amp/daerah/x", "https://www.kabarcontoh.co.id/amp/daerah/x"),
        ("http://m.kabarcontoh.co.id/x/", "http://m.kabarcontoh.co.id/x/"),
    ],
)
def test_only_an_address_that_exists_is_shown(met: str, shown: str) -> None:
    """Of an outlet we do not know nobody can tell whether it has the other page."""
    assert canonical(met) == shown


@pytest.mark.parametrize(
    ("claimed", "page", "result"),
    [
        (DETIK, DETIK + "?single=1", DETIK),
        (DETIK, "https://m.detik.com/x/berita/d-7971101/y", DETIK),
        ("/berita/1", "https://contoh.example/berita/1?x=2", "https://contoh.example/berita/1"),
        ("https://lain.example/berita/1", "https://contoh.example/berita/1", None),
        ("https://contoh.co.id/a", "https://lain.co.id/a", None),
        ("https://a.blogspot.com/x", "https://b.blogspot.com/x", None),
        ("https://contoh.example/", "https://contoh.example/berita/1", None),
        ("https://contoh.example/berita", "https://contoh.example/berita/panen-raya", None),
        ("https://contoh.example/berita/1", "https://contoh.example/berita/1/2", "https://contoh.example/berita/1"),
        ("javascript:alert(1)", "https://contoh.example/berita/1", None),
        ("http://127.0.0.1/berita/1", "https://contoh.example/berita/1", None),
        ("", "https://contoh.example/berita/1", None),
    ],
)
def test_a_page_is_believed_about_itself_only_within_its_site(claimed: str, page: str, result: str | None) -> None:
    assert believed(claimed, page) == result


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("news.detik.com", "detik.com"), ("NEWS.Republika.co.ID.", "republika.co.id"), ("lapas.go.id", "lapas.go.id"),
        ("a.b.desa.id", "b.desa.id"), ("co.id", None), ("localhost", None), ("127.0.0.1", None), ("[::1]", None),
        ("a.blogspot.com", "a.blogspot.com"), ("", None), ("contoh.example", "contoh.example"),
        ("tempo.co", "tempo.co"),
    ],
)  # fmt: skip
def test_the_registered_domain_of_a_host(host: str, domain: str | None) -> None:
    assert registrable(host) == domain


def test_hosts_of_one_registered_domain_are_one_site() -> None:
    assert same_site("news.detik.com", "m.detik.com") and same_site("localhost", "localhost")
    assert not same_site("contoh.co.id", "lain.co.id") and not same_site("127.0.0.1", "127.0.0.2")


def test_the_first_rules_are_frozen() -> None:
    assert (
        canonical_v1("https://Contoh.Example/a/?utm_source=rss&page=all&id=7#x")
        == "https://contoh.example/a/?page=all&id=7"
    )
    assert canonical_v1("http://m.contoh.example/amp/1?amp=1") == "http://m.contoh.example/amp/1"


@given(st.text(max_size=120))
def test_identity_is_stable(link: str) -> None:
    once = read_address(link, "https://contoh.example/")
    again = read_address(once.identity) if once else None
    assert once is None or (again is not None and again.identity == once.identity)


def test_no_two_real_articles_become_one(shared_dir: Path) -> None:
    """1,973 addresses of six outlets: as many identities as there are different paths."""
    csv.field_size_limit(10**9)
    with (shared_dir / "data" / "news_sample" / "2025-06-18.csv").open(encoding="utf-8-sig", newline="") as lines:
        urls = {row["url"] for row in csv.DictReader(lines)}
    identities = {found.identity for url in urls if (found := read_address(url))}
    assert len(identities) == len({(urlsplit(url).hostname, urlsplit(url).path) for url in urls})
