"""The rule files are checked before use, and the checker says in plain words what is wrong."""

import shutil
from pathlib import Path

import pytest
import yaml

from services.classifier.rules import FILES, RULES_FOLDER, RuleFileError, load_rules


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RULES_FOLDER, tmp_path / "rules"))


def change(folder: Path, name: str, **changes: object) -> None:
    """Overrides fields of the file's first rule."""
    path = folder / f"{name}.yaml"
    content = yaml.load(path.read_text(), Loader=yaml.CSafeLoader)
    content["rules"][0].update(changes)
    path.write_text(yaml.safe_dump(content, allow_unicode=True))


def problems(folder: Path) -> str:
    with pytest.raises(RuleFileError) as caught:
        load_rules(folder)
    return "\n".join(caught.value.problems)


def test_the_shipped_rules_are_sound() -> None:
    rules = load_rules()
    assert set(rules.sections) == set(FILES) - {"vocabulary"}
    assert len(rules.sha256) == 64


def test_the_sha_follows_every_byte(folder: Path) -> None:
    before = load_rules(folder).sha256
    path = folder / "topics.yaml"
    path.write_text(path.read_text() + "\n# catatan\n")
    assert load_rules(folder).sha256 != before


def test_an_unknown_class_is_named(folder: Path) -> None:
    change(folder, "topics", near=["@tidakada", "kabur"])
    assert "kelas @tidakada tidak dikenal" in problems(folder)


def test_an_unknown_topic_is_named(folder: Path) -> None:
    change(folder, "topics", label="politik")
    assert "topik 'politik' tidak dikenal" in problems(folder)


@pytest.mark.parametrize("term", ["Kabur", "kabur!", "ka*bur", "  ", "napi  kabur"])
def test_malformed_terms_are_refused(folder: Path, term: str) -> None:
    change(folder, "topics", near=[term, "kabur"])
    assert "bukan istilah yang sah" in problems(folder)


def test_a_star_needs_letters(folder: Path) -> None:
    change(folder, "topics", near=["na*", "kabur"])
    assert "terlalu pendek" in problems(folder)


def test_repeated_ids_are_refused(folder: Path) -> None:
    path = folder / "topics.yaml"
    content = yaml.load(path.read_text(), Loader=yaml.CSafeLoader)
    content["rules"].append(content["rules"][0])
    path.write_text(yaml.safe_dump(content, allow_unicode=True))
    assert "nomor aturan ganda" in problems(folder)


def test_unknown_fields_and_zero_weights_are_refused(folder: Path) -> None:
    change(folder, "topics", bobot=3)
    assert "topics.yaml: rules.0.bobot" in problems(folder)


def test_a_rule_without_weight_is_refused(folder: Path) -> None:
    change(folder, "topics", weight=0)
    assert "bobot nol" in problems(folder)


def test_all_faults_are_told_at_once(folder: Path) -> None:
    change(folder, "topics", label="politik", near=["@tidakada", "KABUR"])
    told = problems(folder)
    assert "politik" in told and "@tidakada" in told and "KABUR" in told


def test_a_missing_file_and_broken_yaml_are_named(folder: Path) -> None:
    (folder / "severity.yaml").unlink()
    (folder / "topics.yaml").write_text("version: [")
    told = problems(folder)
    assert "severity.yaml: tidak terbaca" in told
    assert "topics.yaml: bukan YAML yang sah" in told


def test_severity_levels_stay_in_range(folder: Path) -> None:
    change(folder, "severity", weight=9)
    assert "tingkat harus 0 sampai 4" in problems(folder)
