"""What people say of labels and stories goes to the classifier as a command, with their role and reason."""

from typing import Any

import pytest

from libs.schemas.ids import story_id
from tests.support.builders import an_item_id
from tests.unit.gateway.fakes import World
from tests.unit.gateway.test_doors import KEY, is_problem

ITEM = f"/api/v1/items/{an_item_id()}"
STORY = f"/api/v1/stories/{story_id('live', an_item_id())}"
WHY = {"reason": "Beritanya tentang rutan, bukan polres"}


@pytest.mark.parametrize(
    ("path", "body", "command"),
    [
        (f"{ITEM}/relabel", {**WHY, "severity": 3, "topics": ["pelarian"]}, "relabel-item"),
        (f"{ITEM}/relabel", {**WHY, "confirmed": True}, "relabel-item"),
        (f"{STORY}/merge", {**WHY, "others": [story_id("live", an_item_id(2))]}, "merge-stories"),
        (f"{STORY}/split", {**WHY, "item_ids": [an_item_id(3)]}, "split-story"),
        (f"{STORY}/rename", {"title": "Tahanan kabur dari rutan"}, "rename-story"),
        (f"{STORY}/pin", {"pinned": True}, "pin-story"),
    ],
)
async def test_a_correction_is_a_command_of_the_person_who_made_it(
    world: World, path: str, body: dict[str, Any], command: str
) -> None:
    async with world.client("operator") as operator:
        assert (await operator.post(path, headers=KEY, json=body)).status_code == 403
    async with world.client("analis") as client:
        answer = await client.post(path, headers=KEY, json=body)
    assert answer.status_code == 200, answer.text
    (sent,) = world.sent
    assert sent.type.split(".")[-2] == command and sent.data.by.role == "analis"
    assert sent.subject in path


@pytest.mark.parametrize(
    "body",
    [{}, {"severity": 5, **WHY}, {"topics": ["lain"], **WHY}, {"reason": "  "}, {**WHY, "topics": []}, {**WHY, "x": 1}],
)
async def test_a_correction_without_reason_or_with_unknown_labels_is_refused(
    world: World, body: dict[str, Any]
) -> None:
    async with world.client("analis") as client:
        assert is_problem(await client.post(f"{ITEM}/relabel", headers=KEY, json=body), 422)
    assert not world.sent


async def test_a_reason_names_nobody(world: World) -> None:
    async with world.client("analis") as client:
        body = {"reason": "NIK 3174050801900003 disebut", "severity": 1}
        answer = await client.post(f"{ITEM}/relabel", headers=KEY, json=body)
    assert is_problem(answer, 422, "data_pribadi") and not world.sent


async def test_a_contact_in_a_storys_title_is_masked(world: World) -> None:
    async with world.client("analis") as client:
        body = {"title": "Warga lapor lewat 0812-3456-7890"}
        assert (await client.post(f"{STORY}/rename", headers=KEY, json=body)).status_code == 200
    assert world.sent[0].data.title == "Warga lapor lewat [TELEPON]"
