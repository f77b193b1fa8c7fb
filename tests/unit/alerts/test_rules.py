"""The rules file is checked when it is read, and what is wrong is named."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from services.alerts.rules import load_rules
from tests.unit.alerts.lives import DATA


def _with(tmp_path: Path, **changes: Any) -> Path:
    content = yaml.safe_load((DATA / "rules.yaml").read_text())
    rule = next(rule for rule in content["rules"] if rule["id"] == changes.pop("of", "serius-1"))
    rule.update(changes)
    path = tmp_path / "rules.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True))
    return path


def test_the_shipped_rules_have_names_and_reasons_in_indonesian() -> None:
    rules = load_rules(DATA / "rules.yaml")
    assert {rule.kind for rule in rules.rules} == {"label", "count", "growth"}
    assert all(rule.name[0].isupper() and rule.why for rule in rules.rules)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"why": "{nama_penulis} menulis"}, "unknown words in why: nama_penulis"),
        ({"level": "merah"}, "level"),
        ({"when": {}}, "without conditions"),
        ({"when": {"topics_any": ["cuaca"]}}, "topics_any"),
        ({"when": {"topic_share_at_least": 0.5}}, "needs topics_any"),
        ({"kind": "firasat"}, "firasat"),
        ({"id": "kritis-1"}, "share an id"),
        ({"unknown_field": 1}, "unknown_field"),
        ({"of": "lonjakan-1", "sigmas": 0}, "sigmas"),
        ({"of": "sebaran-negatif-1", "window_minutes": 5}, "window_minutes"),
    ],
)
def test_a_bad_rule_is_refused_by_name(tmp_path: Path, changes: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        load_rules(_with(tmp_path, **changes))


def test_a_file_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        load_rules(tmp_path / "none.yaml")
