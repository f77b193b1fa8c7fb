"""Where a redirect of a hostile host may lead: every target in turn is the Location of our own local server."""

from __future__ import annotations

from tests.unit.ingest.hostile.case import SECRET, Case

_INSIDE = "refused address_private"
_FORM = "refused address_form"
# name, authority, how it must end. The port is that of the local server itself: one address of it is allowed, every
# other way to write that address is not.
_HOSTS = (
    ("decimal loopback", "2130706433", _FORM),
    ("octal loopback", "017700000001", _FORM),
    ("hex loopback", "0x7f000001", _FORM),
    ("dotted hex loopback", "0x7f.0x0.0x0.0x1", _FORM),
    ("dotted octal loopback", "0177.0.0.1", _FORM),
    ("short loopback", "127.1", _FORM),
    ("three-part loopback", "127.0.1", _FORM),
    ("zero", "0", _FORM),
    ("loopback with a dot behind", "127.0.0.1.", _FORM),
    ("full-width digits", "１２７.０.０.１", _FORM),
    ("ideographic full stops", "127。0。0。1", _FORM),
    ("circled digits", "①②⑦.⓪.⓪.①", _FORM),
    ("other loopback", "127.0.0.2", _INSIDE),
    ("end of loopback", "127.255.255.254", _INSIDE),
    ("any address", "0.0.0.0", _INSIDE),
    ("IPv6 loopback", "[::1]", _INSIDE),
    ("IPv6 any", "[::]", _INSIDE),
    ("IPv6-mapped loopback", "[::ffff:127.0.0.1]", _INSIDE + "|parsers_differ"),
    ("IPv6-mapped in hex", "[::ffff:7f00:1]", _INSIDE),
    ("IPv6-mapped written out", "[0:0:0:0:0:ffff:7f00:0001]", _INSIDE + "|parsers_differ"),
    ("IPv4-compatible loopback", "[::127.0.0.1]", _INSIDE + "|parsers_differ"),
    ("NAT64 loopback", "[64:ff9b::7f00:1]", _INSIDE),
    ("NAT64 private", "[64:ff9b::c0a8:101]", _INSIDE),
    ("local NAT64", "[64:ff9b:1::7f00:1]", _INSIDE),
    ("6to4 loopback", "[2002:7f00:1::]", _INSIDE),
    ("6to4 private", "[2002:c0a8:101::1]", _INSIDE),
    ("Teredo", "[2001:0:7f00:1::]", _INSIDE),
    ("ISATAP loopback", "[2606:4700::5efe:7f00:1]", _INSIDE),
    ("unique local", "[fd00::1]", _INSIDE),
    ("IPv6 link-local", "[fe80::1]", _INSIDE),
    ("IPv6 zone", "[fe80::1%25lo]", _FORM),
    ("site-local", "[fec0::1]", _INSIDE),
    ("IPv6 multicast", "[ff02::1]", _INSIDE),
    ("IPv6 discard", "[100::1]", _INSIDE),
    ("IPv6 documentation", "[2001:db8::1]", _INSIDE),
    ("multicast", "224.0.0.1", _INSIDE),
    ("SSDP multicast", "239.255.255.250", _INSIDE),
    ("broadcast", "255.255.255.255", _INSIDE),
    ("class E", "240.0.0.1", _INSIDE),
    ("metadata of clouds", "169.254.169.254", _INSIDE),
    ("metadata of clouds over IPv6", "[fd00:ec2::254]", _INSIDE),
    ("metadata behind carrier NAT", "100.100.100.200", _INSIDE),
    ("metadata at 192.0.0.192", "192.0.0.192", _INSIDE),
    ("dummy address 192.0.0.8", "192.0.0.8", _INSIDE),
    ("ten", "10.0.0.1", _INSIDE),
    ("one seven two", "172.16.0.1", _INSIDE),
    ("one nine two", "192.168.1.1", _INSIDE),
    ("benchmark network", "198.18.0.1", _INSIDE),
    ("documentation network", "203.0.113.9", _INSIDE),
    ("6to4 relay", "192.88.99.1", _INSIDE),
    ("user in front", "nama@127.0.0.1", "refused userinfo"),
    ("user and password", "contoh.example:80@127.0.0.1", "refused userinfo"),
    ("empty user", "@127.0.0.1", "refused userinfo"),
    ("backslash and at", "contoh.example\\@127.0.0.1", _FORM),
    ("backslash for a slash", "127.0.0.1\\.contoh.example", _FORM),
    ("percent in the name", "127.0.0.1%2f.contoh.example", _FORM),
    ("NUL in the name", "contoh.example%00.127.0.0.1", _FORM),
    ("text behind the bracket", "[::1]contoh.example", _FORM),
    ("open bracket", "[::1", _FORM),
    ("two ports", "contoh.example:80", _FORM),
    ("space in the name", "contoh.example 127.0.0.1", _FORM),
    ("empty name", "", _FORM),
)
# name, whole address, end.
_WHOLE = (
    ("ftp", "ftp://127.0.0.1/rahasia", "refused scheme"),
    ("file", "file:///etc/passwd", "refused scheme"),
    ("gopher", "gopher://127.0.0.1:6379/_FLUSHALL", "refused scheme"),
    ("dict", "dict://127.0.0.1:11211/stat", "refused scheme"),
    ("data", "data:text/xml,<rss/>", "refused scheme|address_form"),
    ("javascript", "javascript:alert(1)", "refused scheme"),
    ("jar", "jar:http://127.0.0.1!/", "refused scheme"),
    ("websocket", "ws://127.0.0.1:{port}/rahasia", "refused scheme"),
    ("unknown scheme", "x-lain://127.0.0.1/", "refused scheme"),
    ("port of SSH", "http://8.8.8.8:22/", "refused port"),
    ("port of mail", "http://8.8.8.8:25/", "refused port"),
    ("port of a database", "http://8.8.8.8:27017/", "refused port"),
    ("port zero", "http://127.0.0.1:0/", "refused address_form|address_private|port|parsers_differ"),
    ("port too high", "http://127.0.0.1:65536/", _FORM),
    ("negative port", "http://127.0.0.1:-1/", _FORM),
    ("Arabic digits for a port", "http://127.0.0.1:٨٠/", _FORM),
    ("tab within the scheme", "ht\ttp://127.0.0.2:{port}/rahasia", _FORM + "|address_private"),
    ("uppercase scheme and name", "HTTP://LOCALHOST:1/rahasia", "failed unreachable"),
    ("address of three thousand letters", "http://contoh.example/" + "a" * 3000, _FORM),
    ("network path", "//127.0.0.2:{port}/rahasia", _INSIDE + "|scheme"),
)  # fmt: skip


def cases() -> list[Case]:
    """Hops to every address; names that lead inside; names that lead elsewhere at the second question."""
    whole = [(name, f"http://{host}:{{port}}{SECRET}", ends) for name, host, ends in _HOSTS] + list(_WHOLE)
    asked = [Case(name=f"asked for {name}", ends=ends, to=to) for name, to, ends in whole]
    # A Location of a wrong form is a broken answer already to the client that reads it.
    hops = [Case(name=f"hop to {name}", ends=f"{ends}|failed broken_answer", location=to) for name, to, ends in whole]
    named = [
        Case(name=f"name that is {name}", ends=_INSIDE, to="http://harian.contoh.example/rss", says=[addresses])
        for name, addresses in _ANSWERS
    ]
    return asked + hops + named + _REBINDING


_ANSWERS = (
    ("loopback", ["127.0.0.1"]),
    ("the metadata of clouds", ["169.254.169.254"]),
    ("public and private at once", ["8.8.8.8", "192.168.0.1"]),
    ("public and IPv6 loopback at once", ["8.8.8.8", "::1"]),
    ("IPv6-mapped private", ["::ffff:10.0.0.1"]),
    ("NAT64 private", ["64:ff9b::a00:1"]),
    ("6to4 private", ["2002:a00:1::1"]),
    ("Teredo", ["2001:0:a00:1::1"]),
    ("link-local with a zone", ["fe80::1%eth0"]),
    ("multicast", ["224.0.0.251"]),
    ("192.0.0.8", ["192.0.0.8"]),
)
_REBINDING = [
    # The local server's own address is the allowed one, so the first hop arrives and sends the client round again.
    Case(
        name="name rebound between two hops",
        ends=_INSIDE,
        location="http://putar.contoh.example:{port}/putar",
        says=[["127.0.0.1"], ["10.0.0.1"]],
    ),
    Case(
        name="name rebound to the metadata of clouds",
        ends=_INSIDE,
        location="http://putar.contoh.example:{port}/putar",
        says=[["127.0.0.1"], ["169.254.169.254"]],
    ),
    Case(
        name="name rebound with a short list",
        ends=_INSIDE,
        location="http://putar.contoh.example:{port}/putar",
        says=[["127.0.0.1"], ["127.0.0.1", "192.168.0.1"]],
    ),
    Case(name="name without an address", ends="failed unreachable", to="http://kosong.contoh.example/rss", says=[[]]),
    Case(name="name that does not exist", ends="failed unreachable", to="http://tiada.contoh.example/rss"),
]
