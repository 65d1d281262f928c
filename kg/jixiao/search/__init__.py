"""Search over the names and texts of the side tables."""

from __future__ import annotations

from jixiao.search.finding import Hit, SearchResult, search

__all__ = ["Hit", "SearchResult", "search"]
