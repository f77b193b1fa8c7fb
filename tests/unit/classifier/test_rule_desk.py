"""`pasopati rules`: what is wrong with rule files, their version, and what a rule would have matched."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from services.classifier.labelling import Labeller
from services.classifier.rule_desk import command, told
from services.classifier.rule_linting import Finding, lint
from services.classifier.rule_trying import EXAMPLES, Kept, Trial, Tried, chosen_by_id, chosen_of_file
from services.classifier.rules import RULES_FOLDER, Rule, RuleFileError, RuleSet, load_rules

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RULES_FOLDER, tmp_path / "rules"))


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load_rules()


def add(folder: Path, name: str, rule: str) -> int:
    """Appends a rule as a person would; returns the line it stands on."""
    path = folder / f"{name}.yaml"
    before = path.read_text(encoding="utf-8").rstrip("\n")
    path.write_text(f"{before}\n  - {rule}\n", encoding="utf-8")
    return before.count("\n") + 2


def faults(folder: Path) -> list[Finding]:
    return [finding for finding in lint(folder) if finding.is_fault]


def test_the_shipped_rules_have_no_fault() -> None:
    assert faults(RULES_FOLDER) == []


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ('{id: x.a, label: pelarian, weight: 1, all: ["@entah"], why: "cobalah ini"}', "kelas @entah tidak dikenal"),
        ('{id: x.a, label: pelarian, weight: 1, all: ["kabur"]}', "why: wajib diisi"),
        ('{id: x.a, label: pelarian, weight: 1, all: ["kabur"], why: ""}', "why: alasan"),
        ('{id: x.a, label: pelarian, weight: 40, all: ["kabur"], why: "cobalah ini"}', "di luar kisaran"),
        ('{id: x.a, label: pelarian, weight: satu, all: ["kabur"], why: "cobalah ini"}', "weight: harus berupa angka"),
        ('{id: x.a, label: pelarian, weight: 1, all: ["kabur"], bobot: 1, why: "cobalah"}', "bobot: tidak dikenal"),
        (
            '{id: x.a, label: pelarian, weight: 1, near: ["@penghuni", "kabur"], unless: ["kabur*"], why: "cobalah"}',
            "'kabur' selalu dihalangi oleh unless",
        ),
        (
            '{id: x.a, label: pelarian, weight: 1, all: ["kabur"], unless_anywhere: ["kabur"], why: "cobalah ini"}',
            "'kabur' selalu dihalangi oleh unless_anywhere",
        ),
        (
            '{id: x.a, label: pelarian, weight: 1, near: ["aaa bbb", "bbb ccc"], within: 0, ordered: true, '
            'unless_before: ["aaa*"], why: "cobalah ini"}',
            "tidak pernah cocok",
        ),
    ],
)
def test_a_fault_is_told_with_its_line_and_rule(folder: Path, rule: str, words: str) -> None:
    line = add(folder, "topics", rule)
    (finding,) = faults(folder)
    assert (finding.file, finding.line, finding.where) == ("topics.yaml", line, "x.a")
    assert words in finding.words


def test_a_repeated_id_names_both_lines(folder: Path) -> None:
    first = next(
        number
        for number, line in enumerate((folder / "topics.yaml").read_text(encoding="utf-8").splitlines(), 1)
        if "id: pel.kabur," in line
    )
    line = add(folder, "topics", '{id: pel.kabur, label: pelarian, weight: 1, all: ["kabur"], why: "cobalah ini"}')
    (finding,) = faults(folder)
    assert finding.line == line
    assert f"juga di baris {first}" in finding.words


def test_broken_yaml_is_told_with_its_line(folder: Path) -> None:
    line = add(folder, "topics", "{id: x.a, label: [")
    (finding,) = faults(folder)
    assert finding.file == "topics.yaml"
    assert finding.line >= line


def test_a_class_with_a_malformed_term_is_told_where_it_stands(folder: Path) -> None:
    path = folder / "vocabulary.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("  unit:\n", "  unit:\n    - Lapas!\n"), encoding="utf-8")
    (finding,) = faults(folder)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[finding.line - 1].strip() == "unit:"
    assert "bukan istilah yang sah" in finding.words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ('{id: x.a, label: pelarian, weight: 1, all: ["kaburlah|kabur*"], why: "cobalah ini"}', "sudah tercakup"),
        ('{id: x.a, label: pelarian, weight: 1, all: ["@penghuni|napi", "kabur"], why: "coba"}', "sudah ada di kelas"),
        ('{id: x.a, label: pelarian, weight: 1, all: ["napi", "kabur"], within: 3, why: "coba ini"}', "bersama near"),
        ('{id: x.a, label: pelarian, weight: 1, near: ["kabur"], why: "cobalah ini"}', "satu bagian"),
    ],
)
def test_what_does_nothing_is_a_remark(folder: Path, rule: str, words: str) -> None:
    add(folder, "topics", rule)
    assert any(words in finding.words for finding in lint(folder) if finding.where == "x.a" and not finding.is_fault)


def test_a_rule_said_twice_is_a_remark(folder: Path) -> None:
    for name in ("x.a", "x.b"):
        add(folder, "topics", f'{{id: {name}, label: pelarian, weight: 1, all: ["kaburlah"], why: "cobalah ini"}}')
    assert any("syaratnya sama dengan x.a" in finding.words for finding in lint(folder) if finding.where == "x.b")


def test_the_command_fails_on_faults_only(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["lint", "--folder", str(folder)]) == 0
    assert command(["lint", "--folder", str(folder), "--strict"]) == 1
    add(folder, "topics", '{id: x.a, label: pelarian, weight: 1, all: ["@entah"], why: "cobalah ini"}')
    assert command(["lint", "--folder", str(folder)]) == 1
    assert re.search(r"topics\.yaml:\d+: salah: x\.a: kelas @entah tidak dikenal", capsys.readouterr().out)


def test_the_version_is_the_one_that_travels(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASOPATI_RULES_FOLDER", str(folder))
    path = folder / "vocabulary.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('"2026.11.2"', '"2026.11.2-uji"', 1), encoding="utf-8")
    assert command(["version"]) == 0
    labeller = Labeller(load_rules(folder))
    told = capsys.readouterr().out
    assert f"versi {labeller.version}  sha256 {labeller.sha256}" in told
    assert labeller.version == "2026.11.2-uji"


def kept(title: str, *, days: float = 1, relevant: bool = True, is_restricted: bool = False) -> Kept:
    return Kept(
        item_id=title,
        at=NOW - timedelta(days=days),
        title=title,
        text="",
        opmode="live",
        relevant=relevant,
        topic="pelarian",
        is_restricted=is_restricted,
    )


def tried(trial: Trial, *items: Kept) -> Tried:
    result = Tried()
    for item in items:
        result.add(item, trial.hold(item))
    return result


def test_a_rule_is_held_against_items_as_the_service_would(rules: RuleSet) -> None:
    trial = Trial(rules, chosen_by_id(rules, "pel.kabur"))
    result = tried(trial, kept("Napi kabur dari Lapas Kediri", days=3), kept("Lapas bantah kabar napi kabur"))
    lines = "\n".join(told(trial, result, days=30, now=NOW))
    assert "Cocok: 1 dari 2 publikasi (2 di antaranya relevan)" in lines
    assert "3.0 dari 30 hari yang diminta" in lines
    assert "Napi kabur dari Lapas Kediri [judul: “Napi kabur”]" in lines


def test_a_star_tries_all_rules_of_a_kind(rules: RuleSet) -> None:
    chosen = chosen_by_id(rules, "pel.*")
    assert all(rule.id.startswith("pel.") for some in chosen.values() for rule in some)
    assert sum(map(len, chosen.values())) > 3
    assert chosen_by_id(rules, "entah") == {}


def test_a_new_rule_in_a_file_is_tried_before_it_is_put_in(rules: RuleSet, tmp_path: Path) -> None:
    path = tmp_path / "topics.yaml"
    rule = Rule(id="x.kebun", label="pembinaan", weight=1, all=("@penghuni", "melon"), why="panen melon")
    path.write_text(yaml.safe_dump([rule.model_dump(mode="json", exclude_defaults=True)]), encoding="utf-8")
    trial = Trial(rules, chosen_of_file(rules, path, None))
    assert tried(trial, kept("Warga binaan panen melon"), kept("Panen melon raya")).matched == {"x.kebun": 1}


def test_a_file_that_cannot_be_tried_says_why(rules: RuleSet, tmp_path: Path) -> None:
    path = tmp_path / "usul.yaml"
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(RuleFileError, match="--section"):
        chosen_of_file(rules, path, None)
    path.write_text('[{id: x.a, label: politik, weight: 1, all: ["kabur"], why: "cobalah"}]', encoding="utf-8")
    with pytest.raises(RuleFileError, match="politik"):
        chosen_of_file(rules, path, "topics")


def test_examples_are_few_and_hide_restricted_cases(rules: RuleSet) -> None:
    trial = Trial(rules, chosen_by_id(rules, "pel.kabur"))
    hidden = kept("Anak binaan kabur dari LPKA dan narapidana kabur", is_restricted=True)
    result = tried(trial, hidden, *(kept(f"Napi kabur dari lapas ke-{n}") for n in range(60)))
    lines = told(trial, result, days=30, now=NOW)
    assert result.items == 61
    assert len(result.examples) == EXAMPLES
    assert not any("LPKA" in line for line in lines)
    assert any("kasus terbatas" in line for line in lines)


def test_an_empty_store_is_said_to_be_empty(rules: RuleSet) -> None:
    trial = Trial(rules, chosen_by_id(rules, "pel.kabur"))
    assert "Tidak ada publikasi dalam 30 hari" in told(trial, Tried(), days=30, now=NOW)[0]


def test_a_store_that_is_away_is_said_so_without_its_password(capsys: pytest.CaptureFixture[str]) -> None:
    # Port 9 (discard) listens nowhere here; the driver is told not to wait.
    address = "mongodb://orang:rahasia@127.0.0.1:9/?serverSelectionTimeoutMS=50&connectTimeoutMS=50"
    assert command(["would-match", "pel.kabur", "--store", address]) == 1
    told = capsys.readouterr().err
    assert "tidak menjawab" in told
    assert "rahasia" not in told


def test_an_unknown_rule_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["would-match", "entah.apa"]) == 1
    assert "tidak ada aturan 'entah.apa'" in capsys.readouterr().err


@pytest.mark.parametrize("days", ["0", "401", "-1", "sebulan"])
def test_no_longer_is_asked_for_than_labels_are_kept(days: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command(["would-match", "pel.kabur", "--days", days])
    assert "1 sampai 400" in capsys.readouterr().err or days == "-1"
