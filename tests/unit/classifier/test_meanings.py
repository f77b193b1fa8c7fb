"""Classes of meaning: a stem stands for its forms, a denied word for its opposite, one list for one model."""

import shutil
from pathlib import Path

import pytest

from services.classifier.models import linear
from services.classifier.models.linear import MODEL, VECTORS, ModelFileError, load_model, unpacked
from services.classifier.models.meanings import FILE, forms_of, meanings, meanings_in
from services.classifier.normalising import read


@pytest.mark.parametrize(
    ("stem", "forms"),
    [
        ("tangkap", {"menangkap", "ditangkap", "tertangkap", "penangkapan", "tangkap"}),
        ("pukul", {"memukul", "dipukuli", "pemukulan"}),
        ("sita", {"menyita", "disita", "penyitaan"}),
        ("kejar", {"mengejar", "dikejar", "pengejaran"}),
        ("bakar", {"membakar", "terbakar", "kebakaran"}),
        ("rusak", {"merusak", "dirusak", "kerusakan"}),
        ("aniaya", {"menganiaya", "dianiaya", "penganiayaan"}),
    ],
)
def test_a_stem_stands_for_its_forms(stem: str, forms: set[str]) -> None:
    assert forms <= set(forms_of(stem))


def test_an_exact_word_and_a_very_short_one_take_no_prefix() -> None:
    assert set(forms_of("=kembali")) == {"kembali"}
    assert set(forms_of("hp")) == {"hp", "hpnya"}


def test_words_nobody_listed_are_known_by_their_stem() -> None:
    found = meanings_in(read("Penghuni dipukuli dan ditendangi sampai memar"))
    assert {"M:napi", "M:aniaya", "M:lukai"} <= set(found)


def test_a_denied_word_says_something_else() -> None:
    assert "M:!kabur" in meanings_in(read("Napi itu tidak kabur"))
    assert "M:kabur" in meanings_in(read("Tidak ada jalan lain. Napi kabur"))


def test_the_title_says_more_than_the_lead() -> None:
    found = meanings_in(read("Napi tewas", "Petugas menyita sabu"))
    assert found["M:mati"] == 1.0 and found["M:sita"] < 1.0


def test_every_line_of_the_list_is_a_class_with_stems() -> None:
    lines = [line for line in FILE.read_text("utf-8").splitlines() if not line.startswith("#")]
    names = [line.partition(":")[0] for line in lines]
    assert len(names) == len(set(names))
    assert all(line.partition(":")[2].split() for line in lines)
    assert all(word.isalpha() for line in lines for word in line.partition(":")[2].replace("=", "").split())
    assert len(meanings()) > 10_000


def test_a_model_learnt_with_another_list_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (MODEL, VECTORS):
        for name in (path.name, f"{path.name}.sha256"):
            shutil.copy(path.with_name(name), tmp_path / name)
    head, _ = unpacked(MODEL.read_bytes())
    assert "meanings" in head
    monkeypatch.setattr(linear, "digest_of_meanings", lambda: "0" * 64)
    with pytest.raises(ModelFileError, match="yang lain"):
        load_model(tmp_path / MODEL.name, tmp_path / VECTORS.name)
