"""The model of names: its bytes are known, its training repeatable, its text parted cleanly."""

import hashlib
from importlib.resources import files
from pathlib import Path
from random import Random

import pytest

from libs.privacy.names.features import CAPITALS, HEADLINE, NORMAL, SMALL, manner
from libs.privacy.names.model import WrongModelError, shipped, unpacked
from libs.privacy.training import perturbing
from libs.privacy.training.corpus import (
    DEVELOP,
    TEST,
    TRAIN,
    labelled,
    listed_names,
    marked_sentence,
    own_sentences,
    published,
)
from libs.privacy.training.roles import fit_roles, role_weights
from libs.privacy.training.train import fit, packed, weights

_NAMES = files("libs.privacy.names")


def test_the_model_has_the_recorded_sha256_and_is_small() -> None:
    content = _NAMES.joinpath("model.bin").read_bytes()
    assert hashlib.sha256(content).hexdigest() == _NAMES.joinpath("model.sha256").read_text().split()[0]
    assert len(content) < 5_000_000
    assert len(shipped().weights) > 1_000


def test_another_file_is_refused() -> None:
    content, recorded = _NAMES.joinpath("model.bin").read_bytes(), _NAMES.joinpath("model.sha256").read_text()
    with pytest.raises(WrongModelError):
        unpacked(content + b" ", recorded)


def _trained(folder: Path) -> bytes:
    text = own_sentences(TRAIN)[:80]
    folder.mkdir()
    fit(text, {}, folder / "names")
    fit_roles(text, folder / "roles")
    return packed(*weights(folder / "names"), {"budi": "N"}, role_weights(folder / "roles"))


def test_the_same_text_gives_the_same_bytes(tmp_path: Path) -> None:
    first = _trained(tmp_path / "first")
    assert first == _trained(tmp_path / "second")
    assert unpacked(first, hashlib.sha256(first).hexdigest()).sorts == {"budi": "N"}


def test_no_template_and_no_name_is_in_two_parts() -> None:
    for told in (own_sentences, listed_names):
        parts = [{str(one) for one in told(part)} for part in (TRAIN, DEVELOP, TEST)]
        assert all(parts) and not (parts[0] & parts[1] or parts[0] & parts[2] or parts[1] & parts[2])


def test_two_thousand_sentences_are_our_own() -> None:
    assert len(own_sentences(TRAIN, DEVELOP, TEST)) >= 2_000


def test_marks_become_names_and_the_text_loses_them() -> None:
    sentence = marked_sentence("Napi [wbp Made Sudiarta] dan Kalapas [pejabat Hendra Wiguna].")
    assert sentence.text == "Napi Made Sudiarta dan Kalapas Hendra Wiguna."
    assert [(sentence.text[one.start : one.end], one.kind) for one in sentence.names] == [
        ("Made Sudiarta", "wbp"),
        ("Hendra Wiguna", "pejabat"),
    ]
    assert labelled(sentence)[1] == ["O", "B", "I", "O", "O", "B", "I", "O"]


def test_published_tags_become_names(tmp_path: Path) -> None:
    (tmp_path / "few.txt").write_text("kepala\tO\nbudi\tB-PPL\nsantoso\tI-PPL\ndi\tO\nmanado\tB-PLC\n\n")
    (sentence,) = published(tmp_path, "few.txt")
    assert sentence.text == "kepala budi santoso di manado"
    assert [sentence.text[one.start : one.end] for one in sentence.names] == ["budi santoso"]


@pytest.mark.parametrize(
    "change",
    [perturbing.with_initials, perturbing.with_typos, perturbing.broken_lines],
)
def test_a_changed_sentence_keeps_its_names_in_place(change: perturbing.Change) -> None:
    random = Random(1)
    for sentence in own_sentences(TRAIN)[:200]:
        changed = change(perturbing.with_names(sentence, ["Ratna Wulandari", "Sudirman"], random), random)
        assert [one.kind for one in changed.names] == [one.kind for one in sentence.names]
        for one in changed.names:
            assert changed.text[one.start : one.end].strip() == changed.text[one.start : one.end] != ""


@pytest.mark.parametrize(
    ("words", "how"),
    [
        ("Kalapas Hendra meninjau dapur", NORMAL),
        ("napi kabur dari lapas", SMALL),
        ("NAPI KABUR DARI LAPAS", CAPITALS),
        ("Napi Kabur dari Lapas Contoh Usai Apel", HEADLINE),
        ("Karutan Contoh Akhmad Rijani menjenguk Idris Lama", NORMAL),
    ],
)
def test_how_a_sentence_is_written_is_seen(words: str, how: str) -> None:
    assert manner(words.split()) == how
