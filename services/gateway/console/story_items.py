"""The items behind a story's figures, newest first."""

from libs.schemas.items import ClassifiedItem
from libs.schemas.stories import Story
from services.gateway.views import ItemQuery, View
from services.gateway.views_store import Views


def member_ids(story: Story) -> list[str]:
    """Heads and their copies."""
    ids = [line.item_id for line in story.head_items]
    ids += [item_id for group in story.copies for item_id in (group.head_item_id, *group.item_ids)]
    return list(dict.fromkeys(ids))


async def items_of_story(views: Views, story: View[Story]) -> list[ClassifiedItem]:
    """Every member the story names, as classified."""
    found: list[ClassifiedItem] = []
    cursor: str | None = None
    query = ItemQuery(item_ids=member_ids(story.data))
    while True:
        page = await views.items(query, limit=200, cursor=cursor)
        found += [view.data for view in page.rows]
        cursor = page.next
        if cursor is None:
            return found
