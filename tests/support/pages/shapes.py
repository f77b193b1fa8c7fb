"""Twenty-two shapes of article pages, two or more stories each → HTML as outlets write it, and the text that counts."""

# Markup as sites write it stands on lines of its own length.
# ruff: noqa: E501

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tests.support.pages.stories import COMMENTS, HEADLINES, STORIES, TEASERS, Story

_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page and what should be found in it; None: the page does not tell."""

    name: str
    html: str
    gold: str
    headline: str
    published: str | None = None
    canonical: str | None = None
    amp: str | None = None


def all_pages() -> list[Page]:
    """Every shape with several of the stories: 44 pages, always the same."""
    return [shape(STORIES[(number * 3 + turn * 5) % len(STORIES)], number * 2 + turn)
            for number, shape in enumerate(SHAPES) for turn in range(2)]  # fmt: skip


def _spoken(day: str, clock: str = "19:58 WIB") -> str:
    at = date.fromisoformat(day)
    return f"{_DAYS[at.weekday()]}, {at.day} {_MONTHS[at.month - 1]} {at.year} {clock}"


def _p(story: Story, between: str = "") -> str:
    """Paragraphs, with something in the middle."""
    made = [f"<p>{text}</p>" for text in story.paragraphs]
    return "\n".join([*made[:2], between, *made[2:]])


def _nav(n: int) -> str:
    names = ("Beranda", "Nasional", "Daerah", "Hukum", "Ekonomi", "Olahraga", "Otomotif", "Foto", "Video", "Indeks")
    items = "".join(f'<li><a href="/{name.lower()}">{name}</a></li>' for name in names)
    return f'<header class="header"><a class="logo" href="/">HarianContoh{n}</a><nav><ul>{items}</ul></nav></header>'


def _list(n: int, heading: str, css: str, teasers: bool = False) -> str:
    items = "".join(
        f'<li class="item"><a href="/baca/{n}{k}"><h3>{HEADLINES[(n + k) % len(HEADLINES)]}</h3></a>'
        + (f"<p>{TEASERS[(n + k) % len(TEASERS)]}</p>" if teasers else "")
        + "<span>2 jam lalu</span></li>"
        for k in range(6)
    )
    return f'<div class="{css}"><h2>{heading}</h2><ul>{items}</ul></div>'


def _footer(n: int) -> str:
    return (
        '<footer class="footer"><a href="/tentang">Tentang Kami</a> <a href="/redaksi">Redaksi</a> '
        '<a href="/pedoman">Pedoman Media Siber</a> <a href="/karier">Karier</a>'
        f"<p>Hak cipta © 2026 HarianContoh{n}. Dilarang mengutip sebagian atau seluruh isi tanpa izin tertulis.</p></footer>"
    )


def _share() -> str:
    return '<div class="share"><span>Bagikan</span><a href="#">Facebook</a><a href="#">WhatsApp</a><a href="#">Salin tautan</a></div>'


def _head(story: Story, n: int, *, extra: str = "") -> str:
    return (
        f'<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{story.headline} - HarianContoh{n}</title>'
        f'<meta property="og:title" content="{story.headline}">'
        f'<meta name="description" content="{story.paragraphs[0][:120]}">{extra}</head><body>'
    )


def _meta(story: Story, n: int, *, amp: bool = False) -> tuple[str, dict[str, str | None]]:
    canonical = f"https://harian{n}.contoh.example/baca/{n}/berita"
    amp_link = f"https://harian{n}.contoh.example/amp/{n}/berita"
    extra = (
        f'<link rel="canonical" href="{canonical}">'
        f'<meta property="article:published_time" content="{story.day}T12:58:00+00:00">'
        + (f'<link rel="amphtml" href="{amp_link}">' if amp else "")
    )
    return extra, {
        "canonical": canonical,
        "amp": amp_link if amp else None,
        "published": f"{story.day}T12:58:00+00:00",
    }


def _page(name: str, n: int, story: Story, html: str, **facts: str | None) -> Page:
    gold = facts.pop("gold", None) or story.gold
    return Page(name=f"{name}-{n}", html=html + "</body></html>", gold=gold, headline=story.headline, **facts)


def portal(story: Story, n: int) -> Page:
    """A large portal: inline "Baca juga", an advertisement, a "scroll to continue" line, tags, related, popular."""
    extra, facts = _meta(story, n, amp=True)
    between = (
        '<div class="parallax"><p>ADVERTISEMENT</p><p>SCROLL TO CONTINUE WITH CONTENT</p></div>'
        f'<table class="linksisip"><tr><td><div class="lihatjg"><strong>Baca juga: </strong><a href="/x">{HEADLINES[n % 12]}</a></div></td></tr></table>'
    )
    body = (
        f'{_nav(n)}<article class="detail"><div class="detail__header"><h1 class="detail__title">{story.headline}</h1>'
        f'<div class="detail__author">Tim Redaksi - HarianContoh</div><div class="detail__date">{_spoken(story.day)}</div></div>{_share()}'
        f'<figure class="detail__media-image"><img src="a.jpg"><figcaption class="detail__media-caption">Ilustrasi. Foto: dok. Contoh</figcaption></figure>'
        f'<div class="detail__body-text itp_bodycontent">{_p(story, between)}<p>(abc/def)</p></div>'
        f'<div class="detail__body-tag"><a href="/tag/lapas">lapas</a><a href="/tag/contoh">contoh</a></div></article>'
        f"{_list(n, 'Berita Terkait', 'list-content related')}{_list(n + 3, 'Terpopuler', 'box cb-mostpop')}{_footer(n)}"
    )
    return _page("portal", n, story, _head(story, n, extra=extra) + body, **facts)


def dateline(story: Story, n: int) -> Page:
    """A daily with "Baca juga" as paragraphs of their own, a newsletter box and a line of the editor's name."""
    extra, facts = _meta(story, n)
    between = f'<p><strong>Baca juga: <a href="/b/{n}" class="inner-link-baca-juga">{HEADLINES[(n + 1) % 12]}</a></strong></p>'
    body = (
        f'{_nav(n)}<div class="container"><div class="read"><h1 class="read__title">{story.headline}</h1>'
        f'<div class="read__time">HarianContoh - {_spoken(story.day, "07:12 WIB")}</div>'
        f'<div class="read__content"><div class="clearfix">{_p(story, between)}{between}'
        '<div class="kgnw-newsletter"><p>Dapatkan update <em>berita pilihan</em> setiap hari. Mari bergabung di saluran kami, caranya klik tautan lalu join.</p></div>'
        f'</div></div><div class="read__credit"><p>Penulis: Redaksi Contoh</p><p>Editor: Tim Contoh</p></div></div>'
        f'<div class="sidebar">{_list(n, "Terpopuler", "most", teasers=True)}</div></div>{_footer(n)}'
    )
    return _page("dateline", n, story, _head(story, n, extra=extra) + body, **facts)


def breaks(story: Story, n: int) -> Page:
    """Text parted by <br><br> in one div, no paragraphs at all (older content systems)."""
    text = "<br/><br/>".join(story.paragraphs)
    body = (
        f'{_nav(n)}<div id="wrapper"><div id="kiri"><h2 class="judul">{story.headline}</h2><span class="tgl">{_spoken(story.day)}</span>'
        f'<div class="isi_artikel">{text}</div>{_share()}</div>{_list(n, "Berita Lainnya", "kanan")}</div>{_footer(n)}'
    )
    return _page("breaks", n, story, _head(story, n) + body, published=_spoken(story.day))


def wordpress(story: Story, n: int) -> Page:
    """A WordPress site of an office: post meta, share plugin, previous and next, comments and a comment form."""
    extra, facts = _meta(story, n)
    comments = "".join(f'<li class="comment"><div class="comment-body"><p>{text}</p></div></li>' for text in COMMENTS)
    body = (
        f'{_nav(n)}<main id="main"><article id="post-{n}" class="post type-post"><header class="entry-header"><h1 class="entry-title">{story.headline}</h1>'
        f'<div class="entry-meta"><time datetime="{story.day}T12:58:00+00:00">{story.day}</time> oleh Humas</div></header>'
        f'<div class="entry-content">{_p(story)}<div class="sharedaddy sd-sharing"><h3>Bagikan ini:</h3><ul><li><a href="#">Cetak</a></li></ul></div>'
        f'<div id="jp-relatedposts"><h3>Terkait</h3><p>{HEADLINES[n % 12]}</p></div></div></article>'
        f'<nav class="post-navigation"><a href="#">Sebelumnya: {HEADLINES[(n + 2) % 12]}</a></nav>'
        f'<div id="comments"><h2>3 komentar</h2><ol>{comments}</ol><form><p>Alamat surel Anda tidak akan dipublikasikan. Ruas yang wajib ditandai *</p></form></div></main>'
        f'<aside class="widget-area">{_list(n, "Pos Terbaru", "widget")}</aside>{_footer(n)}'
    )
    return _page("wordpress", n, story, _head(story, n, extra=extra) + body, **facts)


def paywall(story: Story, n: int) -> Page:
    """Two paragraphs, then an offer to subscribe: only what is shown counts."""
    shown = story.paragraphs[:2]
    body = (
        f'{_nav(n)}<article><h1>{story.headline}</h1><div class="article-body">{"".join(f"<p>{text}</p>" for text in shown)}</div>'
        '<div class="paywall"><h3>Lanjutkan membaca</h3><p>Artikel ini khusus pelanggan. Berlangganan mulai Rp 25.000 per bulan untuk membaca selengkapnya tanpa iklan.</p>'
        '<a class="btn">Berlangganan</a><p>Sudah berlangganan? Masuk di sini.</p></div></article>'
        f"{_list(n, 'Pilihan Untukmu', 'rekomendasi', teasers=True)}{_footer(n)}"
    )
    return _page("paywall", n, story, _head(story, n) + body, gold="\n".join(shown))


def amp_page(story: Story, n: int) -> Page:
    """The AMP twin: amp-elements, an advertisement between paragraphs, a link back to the canonical page."""
    extra, facts = _meta(story, n)
    ad = '<amp-ad width="300" height="250" type="doubleclick"></amp-ad><p class="ads-label">Iklan</p>'
    html = _head(story, n, extra=extra).replace("<html ", "<html amp ")
    body = (
        f'<amp-sidebar id="menu"><ul><li><a href="/nasional">Nasional</a></li><li><a href="/daerah">Daerah</a></li></ul></amp-sidebar>'
        f'<article class="amp-article"><h1>{story.headline}</h1><p class="amp-date">{_spoken(story.day)}</p>'
        f'<amp-img src="a.jpg" width="600" height="400"></amp-img><div class="artikel-isi">{_p(story, ad)}</div></article>'
        f"{_list(n, 'Artikel Terkait', 'amp-related')}{_footer(n)}"
    )
    return _page("amp", n, story, html + body, **facts)


def many_pages(story: Story, n: int) -> Page:
    """The first of two pages: "Halaman selanjutnya" and a pager are no text."""
    half = story.paragraphs[:3]
    body = (
        f'{_nav(n)}<div class="content"><h1>{story.headline}</h1><div class="waktu">{_spoken(story.day)}</div><div class="txt-article">'
        f'{"".join(f"<p>{text}</p>" for text in half)}<p class="baca-selanjutnya"><a href="?page=2">Halaman Selanjutnya: {HEADLINES[n % 12]}</a></p>'
        f'<div class="paging"><a class="active">1</a><a href="?page=2">2</a><a href="?page=all">Tampilkan Semua</a></div></div></div>'
        f"{_list(n, 'Berita Terkini', 'latest', teasers=True)}{_footer(n)}"
    )
    return _page("many-pages", n, story, _head(story, n) + body, gold="\n".join(half), published=_spoken(story.day))


def live_blog(story: Story, n: int) -> Page:
    """A live report: each paragraph an entry with its time; the times do not count as text."""
    entries = "".join(
        f'<div class="live-entry"><time>{19 - k}:{10 + k} WIB</time><div class="live-text"><p>{text}</p></div></div>'
        for k, text in enumerate(story.paragraphs)
    )
    body = (
        f'{_nav(n)}<article><h1>LIVE: {story.headline}</h1><div class="live-stream">{entries}</div>'
        f"<button>Muat lebih banyak</button></article>{_list(n, 'Topik Terkait', 'terkait')}{_footer(n)}"
    )
    return _page("live-blog", n, story, _head(story, n) + body)


def table_page(story: Story, n: int) -> Page:
    """An article with a table of figures: its cells count."""
    rows = (
        ("Unit", "Kapasitas", "Penghuni"),
        ("Lapas Contoh Utara", "450", "912"),
        ("Rutan Contoh Barat", "300", "641"),
    )
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    table = f'<div class="table-responsive"><table class="tabel-data"><tbody>{cells}</tbody></table></div>'
    body = (
        f'{_nav(n)}<article><h1>{story.headline}</h1><div class="article-content">{_p(story, table)}</div></article>'
        f"{_list(n, 'Baca Juga', 'bacajuga')}{_footer(n)}"
    )
    told = "\n".join(" ".join(row) for row in rows)
    gold = "\n".join([*story.paragraphs[:2], told, *story.paragraphs[2:]])
    return _page("table", n, story, _head(story, n) + body, gold=gold)


def video_page(story: Story, n: int) -> Page:
    """A video with a short description; the rest of the page is other videos."""
    described = story.paragraphs[0]
    body = (
        f'{_nav(n)}<div class="video-wrap"><iframe src="https://video.contoh.example/embed/1"></iframe><h1>{story.headline}</h1>'
        f'<div class="video-date">{_spoken(story.day)}</div><div class="video-desc"><p>{described}</p><p>{story.paragraphs[1]}</p></div></div>'
        f"{_list(n, 'Video Lainnya', 'video-list', teasers=True)}{_list(n + 5, 'Video Populer', 'video-pop')}{_footer(n)}"
    )
    return _page(
        "video",
        n,
        story,
        _head(story, n) + body,
        gold=f"{described}\n{story.paragraphs[1]}",
        published=_spoken(story.day),
    )


def endless(story: Story, n: int) -> Page:
    """Infinite scroll: a second article stands under the first; only the first is this page's."""
    other = STORIES[(STORIES.index(story) + 4) % len(STORIES)]
    extra, facts = _meta(story, n)
    second = f'<article class="article next-article"><h2>{other.headline}</h2><div class="body">{"".join(f"<p>{t}</p>" for t in other.paragraphs[:3])}</div></article>'
    body = (
        f'{_nav(n)}<article class="article"><h1>{story.headline}</h1><div class="body">{_p(story)}</div></article>'
        f'<div class="sep">Artikel Selanjutnya</div>{second}{_footer(n)}'
    )
    return _page("endless", n, story, _head(story, n, extra=extra) + body, **facts)


def linked_data(story: Story, n: int) -> Page:
    """An application page: an empty shell, the article stands in JSON-LD only."""
    data = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": story.headline,
        "datePublished": f"{story.day}T19:58:00+07:00", "articleBody": "\n\n".join(story.paragraphs),
    }  # fmt: skip
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    body = f'<div id="__next"></div>{_list(n, "Terbaru", "terbaru")}{_footer(n)}<script>window.__DATA__ = {{}}</script>'
    return _page("linked-data", n, story, _head(story, n, extra=script) + body, published=data["datePublished"])


def graph_dates(story: Story, n: int) -> Page:
    """JSON-LD as a graph with date and author, the text in divs instead of paragraphs."""
    data = {"@context": "https://schema.org", "@graph": [
        {"@type": "WebSite", "name": "Contoh"}, {"@type": ["NewsArticle"], "datePublished": f"{story.day} 19:58:00"},
    ]}  # fmt: skip
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    text = "".join(f'<div class="paragraf"><span>{one}</span></div>' for one in story.paragraphs)
    body = f'{_nav(n)}<section class="post"><h1>{story.headline}</h1><div class="post-body">{text}</div></section>{_list(n, "Lihat Juga", "seealso", teasers=True)}{_footer(n)}'
    return _page("graph-dates", n, story, _head(story, n, extra=script) + body, published=f"{story.day} 19:58:00")


def table_layout(story: Story, n: int) -> Page:
    """A page laid out with tables (old sites of local offices)."""
    menu = "".join(f"<tr><td><a href='#'>{name}</a></td></tr>" for name in HEADLINES[:6])
    text = "".join(f"<p align=justify>{one}</p>" for one in story.paragraphs)
    body = (
        f"<table width=100%><tr><td colspan=2><img src=banner.gif></td></tr><tr><td width=20% valign=top><table>{menu}</table></td>"
        f"<td valign=top><font size=4><b>{story.headline}</b></font><br><font size=1>{_spoken(story.day)}</font>{text}</td></tr>"
        f"<tr><td colspan=2 align=center>Copyright 2026 Kantor Contoh. Jalan Contoh Nomor 1.</td></tr></table>"
    )
    return _page("table-layout", n, story, _head(story, n) + body, published=_spoken(story.day))


def blogspot(story: Story, n: int) -> Page:
    """A weblog: post body with spans and breaks, labels, links to older and newer posts, a profile."""
    text = "".join(f'<span style="font-family: inherit;">{one}</span><br /><br />' for one in story.paragraphs)
    body = (
        f"{_nav(n)}<div class='post hentry'><h3 class='post-title'>{story.headline}</h3><div class='post-body entry-content'>{text}</div>"
        f"<div class='post-footer'>Diposkan oleh Admin di 19.58 <span class='post-labels'>Label: <a>berita</a></span></div></div>"
        f"<div class='blog-pager'><a>Posting Lebih Baru</a><a>Posting Lama</a></div><div id='sidebar-right'><h2>Mengenai Saya</h2>"
        f"<p>Catatan harian seorang warga contoh yang suka menulis tentang kotanya dan sesekali memasak.</p></div>{_footer(n)}"
    )
    return _page("blogspot", n, story, _head(story, n) + body)


def related_inside(story: Story, n: int) -> Page:
    """Three blocks of links in the text itself, and a "Simak video" line."""
    block = "".join(f'<li><a href="/r{k}">{HEADLINES[(n + k) % 12]}</a></li>' for k in range(3))
    box = f'<div class="related-inline"><span>Pilihan Editor</span><ul>{block}</ul></div>'
    made = [f"<p>{text}</p>" for text in story.paragraphs]
    text = box.join(["".join(made[:2]), "".join(made[2:4]), "".join(made[4:])])
    body = (
        f'{_nav(n)}<main><h1>{story.headline}</h1><div class="story-content">{text}<p>Simak Video: <a href="/v">{HEADLINES[(n + 7) % 12]}</a></p>'
        f"<p>[Gambas:Video Contoh]</p></div></main>{_footer(n)}"
    )
    return _page("related-inside", n, story, _head(story, n) + body)


def subheads(story: Story, n: int) -> Page:
    """Subheadings, a list and a quotation: all of them are text."""
    points = ("daftar di laman resmi", "bawa kartu identitas asli", "datang lima belas menit lebih awal")
    items = "".join(f"<li>{one}</li>" for one in points)
    made = list(story.paragraphs)
    quote = "“Kami ingin semua berjalan terbuka dan dapat diawasi,” kata seorang pejabat."
    text = f"<p>{made[0]}</p><h2>Latar belakang</h2><p>{made[1]}</p><p>{made[2]}</p><blockquote><p>{quote}</p></blockquote><h2>Yang perlu disiapkan</h2><ul>{items}</ul>{''.join(f'<p>{one}</p>' for one in made[3:])}"
    gold = "\n".join([made[0], "Latar belakang", made[1], made[2], quote, "Yang perlu disiapkan", *points, *made[3:]])
    extra, facts = _meta(story, n)
    body = f'{_nav(n)}<article><h1>{story.headline}</h1><div itemprop="articleBody">{text}</div></article>{_list(n, "Terkini", "sidebar-list")}{_footer(n)}'
    return _page("subheads", n, story, _head(story, n, extra=extra) + body, gold=gold, **facts)


def short_note(story: Story, n: int) -> Page:
    """Two sentences only, on a page full of other things."""
    text = story.paragraphs[0]
    body = (
        f'{_nav(n)}<article class="single"><h1>{story.headline}</h1><div class="single-content"><p>{text}</p><p>{story.paragraphs[1]}</p></div></article>'
        f"{_list(n, 'Headline', 'headline-list', teasers=True)}{_list(n + 4, 'Indeks', 'index-list', teasers=True)}{_footer(n)}"
    )
    return _page("short-note", n, story, _head(story, n) + body, gold=f"{text}\n{story.paragraphs[1]}")


def captions(story: Story, n: int) -> Page:
    """A photo story: the captions are the text."""
    figures = "".join(
        f'<figure><img src="{k}.jpg" alt=""><figcaption>{text}</figcaption></figure>'
        for k, text in enumerate(story.paragraphs)
    )
    body = f'{_nav(n)}<article class="foto"><h1>{story.headline}</h1><div class="galeri">{figures}</div></article>{_list(n, "Foto Lainnya", "foto-lain")}{_footer(n)}'
    return _page("captions", n, story, _head(story, n) + body)


def broken(story: Story, n: int) -> Page:
    """Tags that are never closed, a stray </div> and an advertisement script between paragraphs."""
    text = "".join(f"<p>{one}<script>iklan({k})</script>" for k, one in enumerate(story.paragraphs))
    body = f'{_nav(n)}<div class=konten><h1>{story.headline}</h1></div><div class="isi">{text}</div></div></span>{_list(n, "Lainnya", "lain")}{_footer(n)}'
    return _page("broken", n, story, _head(story, n) + body)


def tagged_byline(story: Story, n: int) -> Page:
    """A byline and a date in the text column, "Follow us" lines, a box about the writer, topics."""
    extra, facts = _meta(story, n)
    body = (
        f'{_nav(n)}<div class="main-article"><h1>{story.headline}</h1><div class="byline">Oleh: Redaksi Contoh | {_spoken(story.day)}</div>'
        f'<div class="article-text"><p class="follow">Ikuti kami di Google News untuk berita terbaru.</p>{_p(story)}</div>'
        '<div class="author-box"><p>Penulis adalah redaktur HarianContoh sejak 2015 dan menulis tentang hukum serta pemasyarakatan.</p></div>'
        f'<div class="topics">Topik: <a>Lapas</a> <a>Hukum</a></div></div>{_list(n, "Rekomendasi", "outbrain", teasers=True)}{_footer(n)}'
    )
    return _page("tagged-byline", n, story, _head(story, n, extra=extra) + body, **facts)


def cookie_banner(story: Story, n: int) -> Page:
    """A banner about cookies, a pop-up and a survey before and in the text."""
    survey = '<div class="polling"><p>Menurut Anda, apakah layanan ini sudah baik?</p><label>Sudah</label><label>Belum</label></div>'
    body = (
        '<div id="cookie-consent"><p>Kami memakai kuki untuk meningkatkan pengalaman Anda di situs ini. Dengan melanjutkan, Anda setuju dengan kebijakan privasi kami.</p><button>Setuju</button></div>'
        f'{_nav(n)}<article><h1>{story.headline}</h1><section class="article__content">{_p(story, survey)}</section></article>'
        '<div class="modal popup-subscribe"><p>Jangan lewatkan berita penting! Masukkan alamat surel Anda dan kami kirimi ringkasan tiap pagi.</p></div>'
        f"{_list(n, 'Kabar Lain', 'more-news', teasers=True)}{_footer(n)}"
    )
    return _page("cookie-banner", n, story, _head(story, n) + body)


SHAPES: tuple[Callable[[Story, int], Page], ...] = (
    portal, dateline, breaks, wordpress, paywall, amp_page, many_pages, live_blog, table_page, video_page, endless,
    linked_data, graph_dates, table_layout, blogspot, related_inside, subheads, short_note, captions, broken,
    tagged_byline, cookie_banner,
)  # fmt: skip
