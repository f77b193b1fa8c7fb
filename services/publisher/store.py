"""A draft as its document keeps it, and the guards of the writes that may not go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from libs.runtime.outbox import Document
from libs.schemas.common import Actor
from libs.schemas.envelope import Lane, OpMode
from libs.schemas.releases import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A draft and the mode it lives in: commands inherit their target's mode."""

    draft: Draft
    opmode: OpMode
    drillid: str | None = None
    lane: Lane = "live"


def kept_in(doc: Document) -> Kept:
    state = doc.state
    return Kept(
        draft=Draft.model_validate(state["draft"]),
        opmode=state["opmode"],
        drillid=state["drillid"],
        lane=state["lane"],
    )


def state_of(kept: Kept) -> dict[str, Any]:
    return {
        "draft": kept.draft.model_dump(),
        "opmode": kept.opmode,
        "drillid": kept.drillid,
        "lane": kept.lane,
    }


def guard_of_approval(*, by: Actor, body_sha256: str) -> Mapping[str, Any]:
    """The store itself refuses an author's approval, and one of a text that no longer stands."""
    return {
        "state.draft.authors.key_id": {"$ne": by.key_id},
        "state.draft.status": "diajukan",
        "state.draft.body_sha256": body_sha256,
    }


def guard_of_publication(*, body_sha256: str) -> Mapping[str, Any]:
    """Compare and set: approved, and approved was this very text."""
    return {
        "state.draft.status": "disetujui",
        "state.draft.body_sha256": body_sha256,
        "state.draft.approvals.body_sha256": body_sha256,
    }
