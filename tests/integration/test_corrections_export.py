"""What people said of labels leaves the store as lines, without who they are, and without drills and samples."""

import json
from datetime import UTC, datetime

import pytest

from libs.runtime.mongo import connect
from services.classifier.training.corrections import export
from tests.support.stack import Stack


async def test_corrections_leave_the_store_oldest_first(
    stack: Stack, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASOPATI_NAMESPACE", namespace)
    client = connect(stack.mongodb_url)
    database = client[f"pasopati_classifier_{namespace}"]
    common = {"title": "Napi kabur", "text": "", "role": "analis", "by": "kunci", "reason": "salah", "confirmed": False}
    said = {"before": {"severity": "3"}, "after": {"severity": "1"}, "fields": ["severity"]}
    await database["corrections"].insert_many(
        [
            {"_id": "b", "item_id": "i2", "opmode": "live", "at": datetime(2026, 11, 2, tzinfo=UTC), **common, **said},
            {"_id": "a", "item_id": "i1", "opmode": "live", "at": datetime(2026, 11, 1, tzinfo=UTC), **common, **said},
            {"_id": "c", "item_id": "i3", "opmode": "drill", "at": datetime(2026, 11, 3, tzinfo=UTC), **common, **said},
        ]
    )
    client.close()
    lines = [json.loads(line) for line in await export(stack.mongodb_url)]
    assert [line["item_id"] for line in lines] == ["i1", "i2"]
    assert lines[0]["after"] == {"severity": "1"} and "by" not in lines[0]
