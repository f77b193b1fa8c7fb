"""Entrances from outside: feeds, addresses, pages, posts, and servers that answer badly."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Iterable
from email.utils import format_datetime
from functools import partial
from html import escape
from typing import Any
from urllib.parse import quote

from libs.schemas import ids
from libs.schemas.commands import AddSource, NewSource
from libs.schemas.common import Actor
from tests.faults.world import live_units
from tests.leaks.canaries import KINDS, NUMBERS
from tests.leaks.entrances import Entrance, Fates, Guard, entrance
from tests.leaks.world import World
from tests.support.builders import a_command
from tests.support.feeds import NOON
from tests.support.mastodon import post

SITE = "https://berita.contoh.example"
WHEN = format_datetime(NOON)


def item(
    title: str = "CONTOH: kabar dari lapas", *, link: str, body: str = "", more: str = "", date: str = WHEN
) -> str:
    return (
        f"<item><title>{escape(title)}</title><link>{escape(link)}</link><pubDate>{escape(date)}</pubDate>"
        f"<description>{escape(body)}</description>{more}</item>"
    )


def channel(items: Iterable[str], *, title: str = "Harian Contoh", more: str = "") -> str:
    spaces = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {spaces}><channel><title>{escape(title)}</title>'
        f"<link>{SITE}/</link>{more}{''.join(items)}</channel></rss>"
    )


def serve(world: World, outlet: str, pages: Iterable[str], **more: str) -> None:
    world.outlets.setdefault(outlet, []).append(world.feeds.serve(f"/{outlet}.xml", channel(pages, **more)))


def item_fates(outlet: str, expected: int, world: World) -> Fates:
    """Announced masked, sealed, or plain (nothing in it was ever to be kept); the rest must be in quarantine."""
    items = world.items_of(outlet)
    fates = []
    for one in items:
        told = f"{one.title} {one.text}"
        sealed = one.link is None and one.link_id is not None
        fates.append("masked" if "[" in told else "sealed" if sealed else "left out")
    withheld = expected - len(items)
    assert withheld >= 0, f"{len(items)} items of {outlet}, {expected} were served"
    assert withheld <= expected // 2, f"only {len(items)} of {expected} items of {outlet} arrived"
    return fates + ["quarantined"] * withheld


def feed_entrance(name: str, outlet: str, make: Callable[[World, str], list[str]], *, guard: Guard = "gate") -> None:
    """An entrance that is a feed of its own: `make` writes its items."""
    counts: dict[int, int] = {}

    def prepare(world: World) -> None:
        made = make(world, name)
        counts[id(world)] = len(made)
        serve(world, outlet, made)

    def fates(world: World) -> Fates:
        return item_fates(outlet, counts[id(world)], world)

    entrance(Entrance(name=name, guard=guard, prepare=prepare, fates=fates))


def _titles(world: World, name: str) -> list[str]:
    taken = world.aviary.some(name, *KINDS)
    return [item(f"CONTOH: {c.sentence} dibawa ke lapas", link=f"{SITE}/judul/{n}") for n, c in enumerate(taken)]


def _bodies(world: World, name: str) -> list[str]:
    taken = world.aviary.some(name, *KINDS, *NUMBERS)
    made = [
        item(link=f"{SITE}/isi/{n}", body=f"<p>Petugas mencatat <b>{escape(c.sentence)}</b> kemarin.</p>")
        for n, c in enumerate(taken)
    ]
    last = world.aviary.take(name, "nik", plain=True)
    long = f"<p>{'Kebun lapas dipanen lagi. ' * 4000} {last.sentence}.</p>"
    return [*made, item(link=f"{SITE}/isi/panjang", body=long)]


def _guids(world: World, name: str) -> list[str]:
    return [
        item(f"CONTOH: tanpa alamat {n}", link="", more=f"<guid isPermaLink='false'>{escape(c.sentence)}</guid>")
        for n, c in enumerate(world.aviary.some(name, "nik", "surel", "register", "wbp", plain=True))
    ]


def _others(world: World, name: str) -> list[str]:
    fields = (
        "<author>{}</author>", "<dc:creator>{}</dc:creator>", "<category>{}</category>", "<comments>{}</comments>",
        "<media:credit>{}</media:credit>", "<media:title>{}</media:title>", "<source url='https://x.example/'>{}</source>",
        "<enclosure url='https://x.example/{}.jpg' type='image/jpeg' length='1'/>",
        "<media:content url='https://x.example/foto-{}.jpg'/>", "<dc:language>{}</dc:language>",
    )  # fmt: skip
    kinds = ("surel", "wbp", "nik", "tahanan", "telepon", "register", "perkara", "nik", "kk", "bpjs")
    made = []
    for n, (form, canary) in enumerate(zip(fields, world.aviary.some(name, *kinds, plain=True), strict=True)):
        more = form.format(escape(canary.sentence, quote=True))
        made.append(item(f"CONTOH: kolom lain {n}", link=f"{SITE}/kolom/{n}", more=more))
    return made


def _dates(world: World, name: str) -> list[str]:
    taken = world.aviary.some(name, "nik", "telepon", "wbp", plain=True)
    return [
        item(f"CONTOH: tanggal {n}", link=f"{SITE}/tanggal/{n}", date=f"Rabu, {c.sentence} 18 Jun 2025")
        for n, c in enumerate(taken)
    ]


def _addresses(world: World, name: str) -> list[str]:
    nik, kk, phone, mail, case, inmate, suspect, host, twice = world.aviary.some(
        name, "nik", "kk", "telepon", "surel", "perkara", "wbp", "tahanan", "telepon", "nik", plain=True
    )
    links = (
        f"{SITE}/{nik.slug}/foto", f"{SITE}/cari?q={quote(kk.value)}&page=2", f"https://wa.me/62{phone.value[1:]}",
        f"{SITE}/hubungi?surel={quote(mail.value)}", f"{SITE}/putusan/{quote(case.value, safe='')}",
        f"{SITE}/2026/11/{inmate.slug}-kabur-dari-lapas", f"{SITE}/hukum#{suspect.slug}",
        f"https://{host.value}.contoh.example/berita/1", f"{SITE}/x/{quote(quote(' '.join(twice.value)))}",
    )  # fmt: skip
    told = {5: inmate, 6: suspect}
    return [
        item(f"CONTOH: alamat {n}", link=link, body=f"Petugas mencari {told[n].sentence}." if n in told else "")
        for n, link in enumerate(links)
    ]


feed_entrance("feed titles", "judul", _titles)
feed_entrance("feed texts", "isi", _bodies)
feed_entrance("feed guids", "guid", _guids, guard="not kept")
feed_entrance("feed authors, categories, media", "kolom", _others, guard="not kept")
feed_entrance("feed dates", "tanggal", _dates, guard="not kept")
feed_entrance("article addresses and slugs", "alamat", _addresses)


def _channel_words(world: World) -> None:
    taken = world.aviary.some("the feed's own words", "nik", "surel", "wbp", "telepon", plain=True)
    nik, mail, inmate, phone = taken
    more = (
        f"<description>{escape(inmate.sentence)}</description><managingEditor>{mail.value}</managingEditor>"
        f"<copyright>{escape(phone.sentence)}</copyright><language>{nik.value}</language>"
    )
    serve(world, "saluran", [item("CONTOH: kabar", link=f"{SITE}/saluran/1")], title=nik.sentence, more=more)


entrance(
    Entrance(
        name="the feed's own words", guard="not kept", prepare=_channel_words, fates=partial(item_fates, "saluran", 1)
    )
)


def _incidents(world: World) -> None:
    """Told by four outlets, so that an alert is raised and pushed with the story's title in it."""
    name, unit = "news that raises an alert", next(unit for unit in live_units() if unit.startswith("Lapas"))
    for n in range(4):
        inmate, nik, phone = world.aviary.some(name, "wbp", "nik", "telepon", plain=True)
        title = f"Tahanan kabur dari {unit}, {inmate.sentence}, {nik.sentence}, polisi lakukan pengejaran"
        body = f"Seorang tahanan kabur dari {unit}. {inmate.sentence.capitalize()}. Hubungi {phone.written}."
        serve(world, f"kejadian-{n}", [item(title, link=f"{SITE}/kejadian/{n}", body=body)])


def _incident_fates(world: World) -> Fates:
    fates = [fate for n in range(4) for fate in item_fates(f"kejadian-{n}", 1, world)]
    assert world.sink.pushes, "no alert was pushed"
    return [*fates, "masked"]


entrance(Entrance(name="news that raises an alert", guard="gate", prepare=_incidents, fates=_incident_fates))


def _posts(world: World) -> None:
    name = "posts"
    taken = world.aviary.some(name, *KINDS)
    posts = [post(n, content=f"<p>Ribut di lapas, kata {escape(c.sentence)}</p>") for n, c in enumerate(taken)]
    warning, poll, picture, display = world.aviary.some(name, "wbp", "telepon", "nik", "tahanan", plain=True)
    account = {"id": "9", "acct": "orang", "display_name": display.sentence, "bot": False, "followers_count": 3}
    posts += [
        post(50, spoiler_text=warning.sentence),
        post(51, poll={"options": [{"title": poll.sentence}]}),
        post(52, media_attachments=[{"type": "image", "description": picture.sentence}]),
        post(53, account=account, url=f"https://sosial.contoh.example/@{quote(display.value)}/53"),
    ]
    world.mastodon.posts = posts


def _add(world: World, key: str, **fields: Any) -> Any:
    subject = ids.from_command("source", ids.command_id("orang-1", key))
    by = Actor(role="analis", key_id="k-analis")
    return a_command(AddSource, subject, NewSource(by=by, interval_seconds=5, **fields), key=key)


async def _follow_posts(world: World) -> Fates:
    await world.send(
        _add(world, "sosial", outlet_name="Sosial Contoh", url=world.mastodon.url("/tags/lapas"), kind="mastodon")
    )
    return []


def _post_fates(world: World) -> Fates:
    posts = [one for one in world.items() if one.kind == "unggahan"]
    assert len(posts) >= len(world.mastodon.posts) - 4, f"{len(posts)} posts of {len(world.mastodon.posts)}"
    assert all(one.link is None for one in posts), "an address with an author's name was kept"
    fates = ["masked" if "[" in one.text else "left out" for one in posts]
    return [*fates, *["quarantined"] * (len(world.mastodon.posts) - len(posts))]


entrance(Entrance(name="posts", guard="gate", prepare=_posts, act=_follow_posts, fates=_post_fates))


def _pages(world: World) -> None:
    """Short in the feed; the page holds the rest."""
    name, items = "article pages", []
    for n, canary in enumerate(world.aviary.some(name, *KINDS)):
        link = world.feeds.url(f"/halaman/{n}.html")
        told = f"<p>Petugas mencatat {escape(canary.sentence)} pada hari itu di kantor.</p>"
        rest = "<p>Kebun lapas dipanen bersama warga binaan sejak pagi, kata petugas di sana.</p>" * 8
        byline = f"<meta name='author' content='{escape(canary.sentence)}'>"
        head = f"<head><title>CONTOH: halaman {n}</title>{byline}</head>"
        body = f"<body><article><h1>CONTOH: halaman {n}</h1>{rest}{told}{rest}</article></body>"
        page = f"<html lang='id'>{head}{body}</html>"
        world.feeds.serve(f"/halaman/{n}.html", page, content_type="text/html; charset=utf-8")
        items.append(item(f"CONTOH: halaman {n}", link=link, body="Kebun lapas dipanen."))
    world.feeds.serve("/halaman.xml", channel(items))


async def _read_pages(world: World) -> Fates:
    await world.send(
        _add(world, "halaman", outlet_name="Harian Halaman", url=world.feeds.url("/halaman.xml"), full_text=True)
    )
    return []


def _page_fates(world: World) -> Fates:
    mine = [one for one in world.items() if one.title.startswith("CONTOH: halaman")]
    newest = {one.item_id: one for one in sorted(mine, key=lambda one: one.rev_no)}
    fates = ["masked" for one in newest.values() if "[" in one.text]
    assert len(fates) >= len(KINDS) - 3, f"the text of {len(fates)} pages of {len(KINDS)} arrived masked"
    return [*fates, *["quarantined"] * (len(KINDS) - len(fates))]


entrance(Entrance(name="article pages", guard="gate", prepare=_pages, act=_read_pages, fates=_page_fates))


def _bad_servers(world: World) -> None:
    """Each of them makes ingest log a refusal; the last two answer well, with heads that carry somebody."""
    name = "servers that answer badly"
    page, broken, doctype, reason, target, kind, etag, cookie, packed = world.aviary.some(
        name, "nik", "wbp", "surel", "telepon", "nik", "register", "nik", "surel", "nik", plain=True
    )

    def answering(*lines: str, body: bytes = b"") -> Any:
        async def answer(writer: asyncio.StreamWriter) -> None:
            writer.write(
                "\r\n".join([*lines, "connection: close", f"content-length: {len(body)}", "", ""]).encode() + body
            )

        return answer

    feed = channel([item("CONTOH: kepala", link=f"{SITE}/kepala/1")]).encode()
    well, rss = "HTTP/1.1 200 OK", "content-type: application/rss+xml"
    heads = (f'etag: "{etag.value}"', f"set-cookie: nama={cookie.value}")
    half = gzip.compress(packed.value.encode())[:-9]
    served = {
        "bukan-umpan": f"<html><p>{page.sentence}</p></html>",
        "rusak": f"<rss><channel><item><title>{broken.sentence}</title><link>x</channel",
        "doctype": f"<!DOCTYPE rss [<!ENTITY a '{doctype.value}'>]><rss>&a;</rss>",
        "alasan": answering(f"HTTP/1.1 503 {reason.sentence}"),
        "alihan": answering("HTTP/1.1 302 Found", f"location: http://127.0.0.1:1/{target.slug}"),
        "jenis": answering(well, f"content-type: text/html; petugas={kind.value}", body=b"x"),
        "gzip": answering(well, rss, "content-encoding: gzip", body=half),
        "kepala": answering(well, rss, *heads, body=feed),
    }  # fmt: skip
    for path, answer in served.items():
        world.outlets[f"buruk-{path}"] = [world.feeds.serve(f"/buruk/{path}.xml", answer)]


def _bad_fates(world: World) -> Fates:
    asked = {request.path for request in world.feeds.requests if request.path.startswith("/buruk/")}
    assert len(asked) == 8, f"only {sorted(asked)} were asked for"
    assert world.items_of("buruk-kepala"), "the feed with the loud head did not arrive"
    return ["refused"] * 7 + ["left out"]


entrance(Entrance(name="servers that answer badly", guard="gate", prepare=_bad_servers, fates=_bad_fates))
