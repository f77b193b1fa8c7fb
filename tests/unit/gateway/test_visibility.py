"""Fields of a thing are shown to the roles they are for, and to nobody else."""

import pytest

from libs.schemas.items import Privacy
from services.gateway.visibility import READS_RESTRICTED, RULES, visible
from tests.support import builders

RESTRICTED = Privacy(classes={"anak": 1}, mode="child", gate_version="2", visibility="terbatas")
LIFTED = Privacy(
    classes={"anak": 1}, mode="child", gate_version="2",
    lifted_by=[builders.an_actor("analis", "kunci-1"), builders.an_actor("pimpinan_krisis", "kunci-2")],
)  # fmt: skip


def test_a_restricted_item_keeps_its_text_and_address_for_few_roles() -> None:
    item = builders.an_item(privacy=RESTRICTED).model_dump(mode="json", exclude_none=True)
    for role in ("operator", "editor", "penyetuju", "juru_bicara", "sistem_pelanggan"):
        seen = visible("Item", item, role)
        assert not {"text", "excerpt", "link"} & set(seen), role
        assert seen["title"] and "classes" not in seen["privacy"]
    for role in READS_RESTRICTED:
        assert visible("Item", item, role) == item


def test_an_ordinary_item_is_whole_for_all() -> None:
    item = builders.an_item().model_dump(mode="json", exclude_none=True)
    seen = visible("Item", item, "operator")
    assert seen["text"] == item["text"] and seen["link"] == item["link"]


def test_who_lifted_a_restriction_is_for_those_who_answer_for_it() -> None:
    item = builders.an_item(privacy=LIFTED).model_dump(mode="json", exclude_none=True)
    assert "lifted_by" not in visible("Item", item, "operator")["privacy"]
    assert len(visible("Item", item, "analis")["privacy"]["lifted_by"]) == 2


def test_the_wall_sees_how_sources_fare_but_not_where_they_are() -> None:
    source = builders.a_source(failure="tidak menjawab").model_dump(mode="json", exclude_none=True)
    assert visible("Source", source, "layar_dinding")["url"] == ""
    assert "failure" not in visible("Source", source, "layar_dinding")
    assert visible("Source", source, "operator") == source


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.kind}:{min(rule.fields)}")
def test_every_rule_names_fields_that_exist(rule: object) -> None:
    from libs.schemas import items, reports, sources

    models = {"Item": items.Item, "ClassifiedItem": items.ClassifiedItem, "Report": reports.Report}
    model = (models | {"Source": sources.Source})[rule.kind]  # type: ignore[attr-defined]
    for path in rule.fields:  # type: ignore[attr-defined]
        head, _, tail = path.partition(".")
        assert head in model.model_fields, path  # type: ignore[attr-defined]
        assert not tail or tail in items.Privacy.model_fields, path
