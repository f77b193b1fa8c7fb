"""What people type becomes HTML that can do nothing but be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.rendering import clean_line, clean_text, render


def test_paragraphs_emphasis_lists_and_links_survive() -> None:
    rendered = render("Halo **dunia**\nbaris dua\n\n- satu\n- dua\n\n[laman](https://contoh.go.id/a)")
    assert "<strong>dunia</strong><br>" in rendered.html
    assert "<li>dua</li>" in rendered.html
    assert 'href="https://contoh.go.id/a"' in rendered.html
    assert rendered.plain == "Halo dunia\nbaris dua\n\n- satu\n\n- dua\n\nlaman (https://contoh.go.id/a)"


def test_ordered_lists_keep_their_numbers_in_plain_text() -> None:
    assert render("3. tiga\n4. empat").plain == "3. tiga\n\n4. empat"


def test_a_heading_never_competes_with_the_pages_own_title() -> None:
    assert render("# Besar\n\n### Kecil").html == "<h2>Besar</h2>\n<h3>Kecil</h3>"


def test_plain_text_with_markup_characters_stays_readable() -> None:
    rendered = render("Napi < 20 & > 10\n\n    menjorok")
    assert rendered.html == "<p>Napi &lt; 20 &amp; &gt; 10</p>\n<p>menjorok</p>"
    assert rendered.plain == "Napi < 20 & > 10\n\nmenjorok"


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[klik](javascript:alert(1))",
        "![x](https://jahat.example/lacak.gif)",
        "<iframe src=https://jahat.example></iframe>",
        "[klik](data:text/html;base64,PHNjcmlwdD4=)",
        '<a href="https://contoh.go.id" onclick="x()">x</a>',
    ],
)
def test_nothing_that_acts_or_loads_gets_through(attack: str) -> None:
    shown = render(attack).html
    for forbidden in ("<script", "<img", "<iframe", 'href="javascript', 'href="data', "<a href=https"):
        assert forbidden not in shown


def test_characters_that_hide_or_turn_text_are_removed() -> None:
    assert clean_text("a\u202eb\x00c\u2066d\ufeff") == "abcd"
    assert clean_line("  satu\n dua\t ") == "satu dua"
    assert clean_text("e\u0301") == "é"


@given(st.text(max_size=400))
def test_any_text_renders_and_is_stable_under_sanitising(text: str) -> None:
    from services.publisher.rendering import sanitise

    rendered = render(text)
    assert sanitise(rendered.html) == rendered.html
    assert "<script" not in rendered.html.lower()
