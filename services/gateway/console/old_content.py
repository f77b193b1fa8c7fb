"""Old content again: what a story, its row and its publications say of the event that is told as new."""

from dataclasses import dataclass

from libs.schemas.stories import Story
from services.gateway.console import words
from services.gateway.console.item_marks import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Old:
    """An event of long ago that is told as new, and what was said of it then."""

    title: str
    href: str
    when: str
    release_title: str
    release_href: str


def old_of(story: Story | None) -> Old | None:
    old = story.old_event if story else None
    if old is None:
        return None
    return Old(
        title=words.unbroken(old.title),
        href=f"/isu/{old.story_id}",
        when=words.day(old.event_at),
        release_title=old.release_title or "",
        release_href=f"/rilis/{old.release_id}" if old.release_id else words.weblink(old.release_url) or "",
    )


def old_words(story: Story) -> str:
    """`Konten Lama Kembali Viral · pertama 12 Maret 2024 · klarifikasi lama siap`."""
    said, old = words.ACTUALITIES["konten_lama_kembali_viral"], story.old_event
    if old is None:
        return said
    ready = " · klarifikasi lama siap" if old.release_title else ""
    return f"{said} · pertama {words.day(old.event_at)}{ready}"


def old_mark(story: Story | None) -> tuple[Mark, ...]:
    """On a publication of such a story: the day, and the way to the old one."""
    if story is None or story.old_event is None:
        return ()
    return (Mark(look="chip warn", text=old_words(story), href=f"/isu/{story.old_event.story_id}"),)
