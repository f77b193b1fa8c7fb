"""The registry of outlets: every file that shows one, and no fact without its source."""

from __future__ import annotations

from pathlib import Path

import pytest

from libs.reference.deriving.derive_outlets import rendered, shown
from libs.reference.outlets import SHIPPED, load_outlets
from libs.reference.registry import FACTS, FILE, command, load_registry, shipped_registry

HEAD = "version: 1\noutlets:\n"
ENTRY = "  - {outlet_id: contoh, name: Contoh, domain: contoh.co.id, zone: WIB%s}\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "outlets.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_outlets_of_the_shipped_feeds_have_one_id_in_both_files() -> None:
    registry = shipped_registry()
    for outlet_id, outlet in load_outlets(SHIPPED).items():
        assert registry.outlets[outlet_id].domain == outlet.domain


def test_no_fact_is_shipped_that_no_source_states() -> None:
    """The files that show the outlets say nothing of owner, reach, region or press council."""
    assert shipped_registry().known_facts() == {}


def test_a_host_finds_its_outlet() -> None:
    registry = shipped_registry()
    for host in ("news.detik.com", "detik.com", "M.Detik.com"):
        found = registry.of_host(host)
        assert found is not None and found.outlet_id == "detik"
    assert registry.of_host("contoh.example") is None


def test_a_fact_needs_a_value_and_a_source(tmp_path: Path) -> None:
    told = ", region: {value: Jambi, source: 'contoh.csv, 2026-11-22'}"
    outlet = load_registry(written(tmp_path, HEAD + ENTRY % told)).outlets["contoh"]
    assert (outlet.facts["region"].value, outlet.facts["region"].source) == ("Jambi", "contoh.csv, 2026-11-22")
    for bad in (", region: Jambi", ", region: {value: Jambi}", ", region: {value: '', source: x}"):
        with pytest.raises(ValueError, match="source"):
            load_registry(written(tmp_path, HEAD + ENTRY % bad))


@pytest.mark.parametrize(
    "text",
    [
        "outlets: 7\n",
        HEAD + ENTRY % "" + ENTRY % "",
        HEAD + "  - {outlet_id: contoh, name: Contoh, domain: co.id, zone: WIB}\n",
        HEAD + "  - {outlet_id: contoh, name: Contoh, domain: www.contoh.co.id, zone: WIB}\n",
        HEAD + "  - {outlet_id: contoh, name: Contoh, domain: contoh.co.id, zone: GMT}\n",
        HEAD + "  - {outlet_id: contoh, domain: contoh.co.id, zone: WIB}\n",
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"outlets\.yaml"):
        load_registry(written(tmp_path, text))


def test_the_command_prints_what_is_known_and_what_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert command([]) == 0
    said = capsys.readouterr().out
    total = len(shipped_registry().outlets)
    assert f"{total} media" in said
    assert said.count(f"0 diketahui, {total} belum diketahui") == len(FACTS)
    assert command(["--check", "detlk.com", "contoh.example"]) == 0
    assert "mirip detik.com (huruf_mirip)" in capsys.readouterr().out
    assert command(["--list"]) == 0
    assert "detikcom" in capsys.readouterr().out


def test_deriving_again_gives_the_same_bytes(shared_dir: Path) -> None:
    assert rendered(shown(shared_dir / "data")) == FILE.read_text(encoding="utf-8")
