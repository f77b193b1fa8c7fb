"""Names that imitate an outlet's are flagged; honest names are not."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.reference.copycats import Copycats, edits, label_of, readable, skeleton
from libs.reference.deriving.measure_copycats import flagged_by_others, imitations
from libs.reference.registry import shipped_registry

NAMES = Copycats(
    [
        ("detik", "detik.com"), ("kompas", "kompas.com"), ("tribunnews", "tribunnews.com"),
        ("liputan6", "liputan6.com"),
        ("republika", "republika.co.id"), ("suara", "suara.com"), ("bola", "bola.com"), ("sindonews", "sindonews.com"),
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("host", "of", "how"),
    [
        ("dеtik.com", "detik.com", "huruf_mirip"),  # Cyrillic е
        ("xn--dtik-v4d.com", "detik.com", "huruf_mirip"),
        ("detlk.com", "detik.com", "huruf_mirip"),
        ("d3tik.com", "detik.com", "huruf_mirip"),
        ("ⓓⓔⓣⓘⓚ.com", "detik.com", None),
        ("kornpas.com", "kompas.com", "huruf_mirip"),
        ("k0mpas.com", "kompas.com", "huruf_mirip"),
        ("détik.com", "detik.com", "huruf_mirip"),
        ("1iputan6.com", "liputan6.com", "huruf_mirip"),
        ("www.republlka.co.id", "republika.co.id", "huruf_mirip"),
        ("kompas.co", "kompas.com", "akhiran_lain"),
        ("detik.co.id", "detik.com", "akhiran_lain"),
        ("republika.com", "republika.co.id", "akhiran_lain"),
        ("detki.com", "detik.com", "ejaan_dekat"),
        ("kompass.com", "kompas.com", "ejaan_dekat"),
        ("tribunews.com", "tribunnews.com", "ejaan_dekat"),
        ("tirbunews.com", "tribunnews.com", "ejaan_dekat"),
        ("detik-news.com", "detik.com", "kata_tambahan"),
        ("detik-xyz.com", "detik.com", "kata_tambahan"),
        ("detiknews24.com", "detik.com", "kata_tambahan"),
        ("detikcom.net", "detik.com", "kata_tambahan"),
        ("wwwdetik.com", "detik.com", "kata_tambahan"),
        ("news-detik.id", "detik.com", "kata_tambahan"),
        ("republi-ka.com", "republika.co.id", "kata_tambahan"),
        ("detik.com.contoh.net", "detik.com", "kata_tambahan"),
        ("m.detik.com-berita.net", "detik.com", "kata_tambahan"),
        ("suaranews.com", "suara.com", "kata_tambahan"),
    ],
)  # fmt: skip
def test_an_imitation_is_flagged(host: str, of: str, how: str | None) -> None:
    found = NAMES.imitated_by(host)
    if how is None:
        # What is the very name after normalising is the outlet itself.
        assert found is None
    else:
        assert found is not None and (found.of_domain, found.how) == (of, how)


@pytest.mark.parametrize(
    "host",
    [
        "detik.com", "news.detik.com", "m.kompas.com", "bola.net", "bolang.com", "suaramerdeka.com", "suara-rakyat.com",
        "juara.net", "liputan5.com", "kabarcontoh.co.id", "lapas.go.id", "127.0.0.1", "localhost", "co.id", "",
        "contoh.example", "detektif.com", "kompasiana-contoh.net",
        "antaranews.com", "inews.id", "news.example",
    ],
)  # fmt: skip
def test_an_honest_name_is_not(host: str) -> None:
    assert NAMES.imitated_by(host) is None


def test_of_what_is_generated_nearly_all_is_flagged_with_the_right_outlet() -> None:
    """167 imitations of the 13 outlets whose feeds ship, by 13 documented edits."""
    registry = shipped_registry()
    made = list(imitations(registry))
    right = [found for _, domain, host in made if (found := registry.imitated_by(host)) and found.of_domain == domain]
    assert len(made) >= 150
    assert len(right) >= 0.98 * len(made)


def test_no_domain_of_the_registry_flags_another() -> None:
    registry = shipped_registry()
    assert [one.domain for one in registry.outlets.values() if registry.imitated_by(one.domain)] == []
    assert flagged_by_others(registry) == {}


def test_other_names_met_in_real_texts_are_not_flagged(shared_dir: Path) -> None:
    """Shops, clubs and papers that the corpora name in passing; what is cut by a tokenizer is no name."""
    form = re.compile(r"(?:www\.)?[a-z0-9-]{2,}(?:\.[a-z]{2,4}){1,2}")
    seen = {
        line.partition("\t")[0].lower()
        for path in (shared_dir / "data" / "ner").glob("*_preprocess.txt")
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    hosts = {
        one for one in seen if form.fullmatch(one) and one.rpartition(".")[2] in ("com", "id", "net", "org", "co", "my")
    }
    flagged = {host for host in hosts - {"kontan.co"} if shipped_registry().imitated_by(host)}
    assert len(hosts) >= 60
    assert flagged <= {"detikfood.com"}


@given(st.text(max_size=80))
def test_no_name_breaks_it(host: str) -> None:
    NAMES.imitated_by(host)
    readable(host)
    skeleton(host)
    label_of(host)


@pytest.mark.parametrize(
    "host", ["a" * 5_000, "-" * 5_000, "xn--" * 1_000, "detik" * 1_000, "а" * 5_000 + ".com", "24" * 2_000]
)
def test_a_hostile_name_is_no_work(host: str) -> None:
    began = time.perf_counter()
    shipped_registry().imitated_by(host)
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("detik", "detik", 0),
        ("detik", "detk", 1),
        ("detik", "deitk", 1),
        ("detik", "detak", 1),
        ("detik", "dtki", 2),
        ("", "a", 1),
    ],
)
def test_distance_counts_a_swapped_pair_once(one: str, other: str, distance: int) -> None:
    assert edits(one, other, 5) == distance
