"""Pages of articles in the shapes of Indonesian news sites, with the text a reader came for. All of it is fictional."""

from __future__ import annotations

from tests.support.pages.shapes import Page, all_pages

__all__ = ["Page", "all_pages"]
