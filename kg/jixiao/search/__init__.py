"""A side view of the tables in SQLite, and search over names and texts."""

from __future__ import annotations

from jixiao.search.finding import Hit, SearchResult, search
from jixiao.search.view import View, column_kind, columns, copies_left_out, filterable, schema, table_names
from jixiao.search.words import fold_case

__all__ = [
    "Hit",
    "SearchResult",
    "View",
    "column_kind",
    "columns",
    "copies_left_out",
    "filterable",
    "fold_case",
    "schema",
    "search",
    "table_names",
]
