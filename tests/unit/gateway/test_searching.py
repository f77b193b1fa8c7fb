"""What a typed question asks for, which words are looked for, and what ranks higher."""

from pathlib import Path
from typing import Any

import pytest

from libs.schemas.items import Privacy
from services.gateway.auth import Person
from services.gateway.inputs import SearchToSave
from services.gateway.problems import Problem
from services.gateway.saving import forget, save
from services.gateway.searching import (
    Frequencies,
    Wanted,
    code_of,
    entry_of,
    holds_phrase,
    marked,
    plan_of,
    score_of,
    wanted,
)
from services.gateway.stemming import stem_of
from tests.support.builders import NOON, a_classified_item, an_item
from tests.unit.gateway.fakes import World, a_world


def a_label(**changes: Any) -> dict[str, Any]:
    data = a_classified_item(**changes).model_dump(mode="json", exclude_none=True)
    return {
        "_id": data["item_id"], "opmode": "live", "at": NOON, "order": "1", "topics": ["layanan"], "units": [],
        "sentiment": "netral", "severity": 1, "outlet_id": "harian-contoh", "seq": 2, "data": data,
    }  # fmt: skip


def an_item_document(**changes: Any) -> dict[str, Any]:
    return {"seq": 1, "data": an_item(**changes).model_dump(mode="json", exclude_none=True)}


def frequencies(documents: int, **counts: int) -> Frequencies:
    return Frequencies.told(documents, {stem_of(word): count for word, count in counts.items()})


def code(word: str) -> int:
    return code_of(stem_of(word))


def test_a_question_is_words_phrases_and_what_must_not_be_there() -> None:
    asked = wanted('Kunjungan "air bersih" -pemilu yang -"rapat kerja"')
    assert asked.terms == tuple(stem_of(word) for word in ("kunjungan", "air", "bersih"))
    assert asked.phrases == ((stem_of("air"), stem_of("bersih")),)
    assert asked.without == ((stem_of("pemilu"),), (stem_of("rapat"), stem_of("kerja")))


@pytest.mark.parametrize("question", ["", "   ", "yang di ke", '""', "-", '"', "!!! ???", "\u200b", "🙂"])
def test_a_question_without_a_telling_word_asks_for_nothing(question: str) -> None:
    assert wanted(question).empty


def test_forms_of_a_word_are_one_stem() -> None:
    for forms in (("penyelundupan", "menyelundupkan"), ("kunjungan", "kunjungi"), ("PELAYANAN", "layanan")):
        assert len({wanted(form).terms for form in forms}) == 1, forms


def test_a_word_in_more_than_a_twentieth_is_not_looked_for_unless_there_is_no_other() -> None:
    table = frequencies(1000, lapas=600, kunjungan=51, cipinang=12, sumur=50)
    plan = plan_of(wanted("lapas cipinang sumur kunjungan"), table)
    assert plan.must == (stem_of("cipinang"), stem_of("sumur"))
    assert plan.common == (stem_of("lapas"), stem_of("kunjungan"))
    alone = plan_of(wanted("lapas kunjungan"), table)
    assert alone.only_common and alone.must == (stem_of("kunjungan"), stem_of("lapas"))
    few = plan_of(wanted("lapas cipinang"), frequencies(100, lapas=90, cipinang=1))
    assert few.common == () and few.must[0] == stem_of("cipinang")


def test_words_of_a_phrase_are_looked_for_however_common() -> None:
    plan = plan_of(wanted('"lapas cipinang"'), frequencies(1000, lapas=600, cipinang=12))
    assert plan.must == (stem_of("cipinang"), stem_of("lapas")) and not plan.only_common


def test_the_title_weighs_more_and_a_rare_word_more_than_a_frequent_one() -> None:
    table = frequencies(1000, cipinang=12, sumur=40, lapas=600)
    plan = plan_of(wanted("cipinang sumur lapas"), table)
    nothing, rare, frequent, common = (
        score_of([code(word) for word in title], plan, table) for title in ([], ["cipinang"], ["sumur"], ["lapas"])
    )
    assert rare > frequent > common > nothing


def test_a_phrase_is_found_in_one_text_and_across_none() -> None:
    phrase = wanted('"air bersih"').phrases[0]
    assert holds_phrase(["Warga minta Air  Bersih, kata petugas"], phrase)
    assert not holds_phrase(["air kotor lalu bersih"], phrase)
    assert not holds_phrase(["keran air", "bersih sekali"], phrase)


def test_what_was_asked_for_is_marked_and_nothing_is_lost() -> None:
    title = "Penyelundupan sabu digagalkan, pelaku menyelundupkan lewat kunjungan"
    parts = marked(title, wanted("selundup kunjungan"))
    assert "".join(part.text for part in parts) == title
    assert [part.text for part in parts if part.hit] == ["Penyelundupan", "menyelundupkan", "kunjungan"]
    assert marked("<b>kunjungan</b>", Wanted()) and not any(p.hit for p in marked("kunjungan", Wanted()))


def test_an_entry_holds_stems_of_title_excerpt_and_text_without_masks() -> None:
    label = a_label(title="Kunjungan dibuka", excerpt="Antrean [TELEPON] panjang.")
    entry = entry_of(label, an_item_document(text="Loket tambahan [NAMA] disiapkan."))
    assert entry["head"] == [code("kunjungan"), code("dibuka")]
    assert {code(word) for word in ("antrean", "panjang", "loket", "tambahan")} <= set(entry["terms"])
    assert not {code("telepon"), code("nama")} & set(entry["terms"])
    assert entry["seq"] == 3 and entry["provinces"] == ["Contoh Utara"]


@pytest.mark.parametrize("where", ["label", "item"])
def test_of_a_restricted_case_only_the_title_is_found_by_everybody(where: str) -> None:
    closed = Privacy(mode="child", gate_version="1", visibility="terbatas")
    label = a_label(title="Kunjungan dibuka", excerpt="Loket", **({"privacy": closed} if where == "label" else {}))
    item = an_item_document(text="Antrean", **({"privacy": closed} if where == "item" else {}))
    entry = entry_of(label, item)
    assert [term for term in entry["terms"] if term > 0] == entry["head"]
    assert {-code("loket"), -code("antrean")} <= set(entry["terms"])


async def test_a_search_names_its_role_and_its_filters_and_numbers_of_people_are_refused(world: World) -> None:
    async with world.client("analis") as client:
        params: dict[str, str | int] = {"q": "kunjungan", "topic": "layanan", "severity_min": 2, "days": 7}
        answer = await client.get("/api/v1/search", params=params)
        assert answer.status_code == 200 and answer.json()["rows"] == []
        refused = await client.get("/api/v1/search", params={"q": "3174050801900003"})
    question, filters, options = world.gateway.search.asked[0]  # type: ignore[attr-defined]
    assert (question, filters.topic, filters.severity_min, options["role"]) == ("kunjungan", "layanan", 2, "analis")
    assert filters.since is not None
    assert refused.status_code == 422 and "3174050801900003" not in refused.text
    assert len(world.gateway.search.asked) == 1  # type: ignore[attr-defined]


async def test_a_search_is_kept_once_and_forgotten_by_its_owner_only(world: World) -> None:
    body = {"name": "Air bersih", "query": '"air bersih"', "topic": "layanan", "days": 7, "shared": True}
    async with world.client("analis") as client, world.client("operator") as other:
        made = [
            await client.post("/api/v1/search/saved", json=body, headers={"Idempotency-Key": "tekan-1"})
            for _ in range(2)
        ]
        assert [answer.status_code for answer in made] == [200, 200]
        saved_id = made[0].json()["id"]
        assert made[1].json()["id"] == saved_id
        (row,) = (await client.get("/api/v1/search/saved")).json()["rows"]
        assert row["filters"] == {"topic": "layanan", "days": "7"} and row["own"]
        place = f"/api/v1/search/saved/{saved_id}/delete"
        assert (await other.post(place, headers={"Idempotency-Key": "a"})).status_code == 404
        assert (await client.post(place, headers={"Idempotency-Key": "b"})).status_code == 200
    actions = [entry["action"] for entry in world.audit_entries.documents.values()]
    assert actions == ["SaveSearch", "DeleteSearch"]


async def test_what_is_kept_names_nobody(tmp_path: Path) -> None:
    world = a_world(tmp_path)
    person = Person(person_id="analis-1", role="analis", label="Analis 1", key_id="k", via="sesi")
    wish = SearchToSave(name="Kasus NIK 3174050801900003", query="lapas")
    with pytest.raises(Problem) as refused:
        await save(world.gateway, person, wish, key="tekan-1")
    assert refused.value.status == 422 and refused.value.errors[0]["isian"] == "name"
    assert not await forget(world.gateway, person, "tidak-ada")
    assert world.audit_entries.documents == {}


async def test_a_contact_in_what_is_kept_is_masked(world: World) -> None:
    body = {"name": "Kabar nomor HP 081234567890", "query": "surel budi@surat.example"}
    async with world.client("analis") as client:
        await client.post("/api/v1/search/saved", json=body, headers={"Idempotency-Key": "tekan-1"})
        (row,) = (await client.get("/api/v1/search/saved")).json()["rows"]
    assert "081234567890" not in row["name"] and "budi@surat.example" not in row["query"]
