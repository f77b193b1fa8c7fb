"""Why a label needs a person's look: the classifier's words → what the doubts are about. Pure."""

from __future__ import annotations

from typing import Final

from libs.schemas.items import NeedsReview

# What a doubt is about, by how its words begin.
_BEGINNINGS: Final = {
    "relevansi": "relevansi", "topik": "topik", "dua topik": "topik", "tingkat keparahan": "keparahan",
    "keparahan": "keparahan", "unit": "unit", "nada": "nada", "sentimen": "nada",
}  # fmt: skip
OTHER: Final = "lainnya"
KINDS: Final = ("relevansi", "keparahan", "topik", "unit", "nada", OTHER)


def doubts_of(review: NeedsReview) -> list[str]:
    """Each in its own words."""
    if not review.yes:
        return []
    told = [doubt.strip() for doubt in (review.reason or "").split(";")]
    return [doubt for doubt in told if doubt] or ["ragu tanpa alasan tercatat"]


def kinds_of(review: NeedsReview) -> list[str]:
    """What the doubts are about, each once; empty when there are none."""
    found = (
        next((kind for beginning, kind in _BEGINNINGS.items() if doubt.casefold().startswith(beginning)), OTHER)
        for doubt in doubts_of(review)
    )
    return list(dict.fromkeys(found))


def rank_of(severity: int, order: str) -> str:
    """Where a label in doubt stands in the queue: the most severe first, then the newest; the highest comes first."""
    return f"{severity}-{order}"
