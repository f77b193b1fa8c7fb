"""Which language a text is in; Indonesian when in doubt."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.reference.deriving.train_languages import articles, costs, counted, f1_scores, nusax, written
from libs.reference.languages import MODEL_FILE, Languages, grams_of, load_languages, shipped, words_of

# The model that the README's figures are of; `make train-language` makes the same bytes.
SHA256 = "838caea0cb11f7bd5591cfab36abe5a2054caeaf78e6928a1481a01100a4d2ab"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Petugas Lapas Kelas IIA Contoh gagalkan penyelundupan ponsel", "id"),
        ("The prison service said on Monday that three inmates had escaped", "en"),
        ("Sugeng enjing, kulo badhe tindak dhateng lapas ngirim panganan", "jv"),
        ("Wilujeng enjing sadayana, abdi bade ka lapas ngirim tuangeun", "su"),
        ("Indak ado nan tau, urang di siko alah pai kasadonyo ka pasa", "min"),
        ("Rasane enak banget lan regane uga mirah", "jv"),
        ("Engkok terro ka lapas bik bhareng oreng seppo", "mad"),
        ("ꦱꦸꦒꦼꦁ ꦫꦮꦸꦃ ꦲꦶꦁ ꦭꦥꦱ꧀", "jv"),
        ("", "id"),
        ("1234567890", "id"),
        ("Lapas", "id"),
        ("👍👍👍", "id"),
    ],
)
def test_a_text_says_its_language(text: str, language: str) -> None:
    assert shipped().language_of(text) == language


@pytest.mark.parametrize(
    ("text", "claimed", "language"),
    [
        ("Petugas Lapas Contoh gagalkan penyelundupan ponsel", "en-US", "id"),
        ("Petugas Lapas Contoh gagalkan penyelundupan ponsel", "jv", "id"),
        ("三名囚犯逃脱", "zh-CN", "zh"),
        ("三名囚犯逃脱", "id-ID", "id"),
        ("三名囚犯逃脱", "en-US", "id"),
        ("12345", "<script>", "id"),
        ("", "xx-" + "y" * 1000, "xx"),
    ],
)
def test_a_claim_is_no_more_than_a_hint(text: str, claimed: str, language: str) -> None:
    assert shipped().language_of(text, claimed=claimed) == language


def test_two_words_prove_nothing_unless_the_source_says_the_same() -> None:
    assert shipped().language_of("Panganan enak") == "id"
    assert shipped().language_of("Panganan enak", claimed="jv-ID") == "jv"
    assert shipped().language_of("Panganan enak", claimed="su") == "id"


def test_a_claim_halves_what_its_own_language_must_show() -> None:
    shy = Languages(replace(shipped().model, margin=80.0))
    text = "Dalan rusak ing kutha"
    assert 40 <= shy.margins(text)[0]["jv"] < 80
    assert shy.language_of(text) == "id"
    assert shy.language_of(text, claimed="jv") == "jv"


@given(st.text(max_size=500), st.text(max_size=20))
def test_no_text_and_no_claim_break_it(text: str, claimed: str) -> None:
    assert shipped().language_of(text, claimed=claimed)


def test_the_shipped_model_is_the_recorded_one_and_small() -> None:
    assert hashlib.sha256(MODEL_FILE.read_bytes()).hexdigest() == shipped().model.sha256 == SHA256
    assert MODEL_FILE.stat().st_size <= 2_000_000


def test_the_longest_texts_fit_their_lanes() -> None:
    languages = shipped()
    worst = max(languages.model.costs, key=lambda gram: languages.model.costs[gram])
    margins, words = languages.margins(f"{worst * 40} " * 100)
    assert words <= 60 and all(abs(margin) < 2**24 / languages.model.units for margin in margins.values())
    assert max(len(grams_of(word)) for word in words_of("a" * 900)) * 255 * 60 < 2**24


def test_training_again_gives_the_same_bytes(shared_dir: Path, tmp_path: Path) -> None:
    data = shared_dir / "data"
    learned = [(f"{title}\n{lead}", "id") for title, lead in articles(data / "news_sample")[::8]]
    again = written(costs(counted([*nusax(data / "nusax", "train"), *learned])))
    assert again == MODEL_FILE.read_text(encoding="utf-8")


def test_twelve_languages_are_told_apart_on_texts_that_were_not_learned(shared_dir: Path) -> None:
    test = nusax(shared_dir / "data" / "nusax", "test")[::4]
    scores = f1_scores([(code, shipped().language_of(text)) for text, code in test])
    assert sum(scores.values()) / len(scores) >= 0.97


def test_real_indonesian_articles_stay_indonesian(shared_dir: Path) -> None:
    csv.field_size_limit(10**9)
    unseen = articles(shared_dir / "data" / "news_sample")[1::4]
    other = [title for title, lead in unseen if shipped().language_of(f"{title}\n{lead}") != "id"]
    assert len(other) <= len(unseen) // 200


def test_a_file_of_another_form_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.txt"
    path.write_text("languages id\n\na\tff\n")
    with pytest.raises((ValueError, KeyError)):
        load_languages(path)
