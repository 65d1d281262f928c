"""A side view of the tables in SQLite, and search over names and texts."""

from __future__ import annotations

from jixiao.search.finding import Found, Hit, search
from jixiao.search.view import View, columns, filterable, kind_of, schema, table_names
from jixiao.search.words import plain as folded

__all__ = ["Found", "Hit", "View", "columns", "filterable", "folded", "kind_of", "schema", "search", "table_names"]
