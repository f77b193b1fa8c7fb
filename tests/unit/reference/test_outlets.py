"""The shipped sources: every collected feed once, well formed, switched off, with ids that stay."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from libs.reference.outlets import SHIPPED, load_outlets, load_sources, source_id

A_FILE = """\
version: 1
opmode: sample
enabled: true
interval_seconds: 5
outlets:
  - outlet_id: harian-contoh
    name: Harian Contoh
    domain: harian-contoh.example
    zone: WIB
    feeds:
      - {key: harian-contoh, url: "http://127.0.0.1:8099/feeds/harian-contoh.xml"}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "sources.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_outlet_ships_switched_off() -> None:
    seeds = load_sources(SHIPPED)
    assert len(load_outlets(SHIPPED)) == 13
    assert len(seeds) == 90
    assert not any(seed.enabled for seed in seeds)
    assert {seed.opmode for seed in seeds} == {"live"}


def test_addresses_are_well_formed_and_appear_once() -> None:
    urls = [seed.url for seed in load_sources(SHIPPED)]
    assert len({url.split("://")[1].rstrip("/") for url in urls}) == len(urls)
    assert all(urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname for url in urls)


def test_the_outlet_is_told_by_the_address() -> None:
    outlets = load_outlets(SHIPPED)
    for seed in load_sources(SHIPPED):
        host = urlsplit(seed.url).hostname or ""
        assert host == outlets[seed.outlet_id].domain or host.endswith("." + outlets[seed.outlet_id].domain)


def test_names_and_ids_tell_sources_apart() -> None:
    seeds = load_sources(SHIPPED)
    assert len({seed.source_id for seed in seeds}) == len(seeds)
    assert {"detikcom · news/berita", "Liputan6.com · cek-fakta"} <= {seed.name for seed in seeds}


def test_the_id_of_a_keyed_feed_outlives_its_address(tmp_path: Path) -> None:
    [before] = load_sources(written(tmp_path, A_FILE))
    [after] = load_sources(written(tmp_path, A_FILE.replace("8099", "40123")))
    assert before.url != after.url
    assert (
        before.source_id
        == after.source_id
        == source_id(opmode="sample", outlet_id="harian-contoh", key="harian-contoh")
    )
    assert before.enabled and before.interval_seconds == 5 and before.zone == "WIB"


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("opmode: sample", "opmode: palsu", "opmode"),
        ("enabled: true", "enabled: 1", "enabled"),
        ("interval_seconds: 5", "interval_seconds: 0", "interval_seconds"),
        ("zone: WIB", "zone: GMT", "harian-contoh"),
        ("http://127", "file://127", "not a feed address"),
        ("domain: harian-contoh.example", "rumah: x", "domain"),
        ("outlets:", "media:", "outlets"),
    ],
)
def test_a_file_that_breaks_the_form_is_refused_by_name(tmp_path: Path, old: str, new: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        load_sources(written(tmp_path, A_FILE.replace(old, new)))


def test_the_same_address_twice_is_refused(tmp_path: Path) -> None:
    repeated = A_FILE + '      - {key: lain, url: "http://127.0.0.1:8099/feeds/harian-contoh.xml"}\n'
    with pytest.raises(ValueError, match="twice"):
        load_sources(written(tmp_path, repeated))
