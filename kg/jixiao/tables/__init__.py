"""Answer the tables of the contract: from the side tables kept with a store where they are current, else by SPARQL."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from operator import itemgetter
from typing import TYPE_CHECKING, cast

from jixiao.errors import UsageError
from jixiao.tables.copies import copied_documents
from jixiao.tables.specs import TABLES, SupportsQuery, TableSpec, in_printed_order, solve, term_value

if TYPE_CHECKING:
    from jixiao.store.protocol import Store


def read_table(store: SupportsQuery, name: str, *, copies: bool = False) -> Iterator[dict[str, object]]:
    """Yield the rows of a table with its columns in order, by document, printed table, line and place in the row.

    Numbers are exact decimals as strings; counts, years, pages and lines integers; what is absent None. ``copies``
    yields what copies say too, where a table can tell them by ``copy_of``; without, each thing counts once. Raises
    ``UsageError`` for a table that does not exist.
    """
    from jixiao.tables.schemas import COLUMNS

    if name not in COLUMNS:
        raise UsageError(f"没有名为 {name} 的表；可用的表：{'、'.join(COLUMNS)}", "unknown-table")
    kept = _kept_rows(store, name, copies)
    if kept is not None:
        return kept
    if name not in TABLES:
        from jixiao.tables.keeping import fresh_rows

        return iter(fresh_rows(cast("Store", store), name))
    spec = TABLES[name]
    if copies and "copy_of" in spec.columns:
        return _with_copies(store, spec)
    return solve(store, spec)


def _kept_rows(store: SupportsQuery, name: str, copies: bool) -> Iterator[dict[str, object]] | None:
    """Return the rows that are kept with a store; None where none are, or they are of other data."""
    from jixiao.tables.keeping import current_tables

    tables = current_tables(store)
    if tables is None:
        return None
    return tables.rows(name, copies=copies)


def _with_copies(store: SupportsQuery, spec: TableSpec) -> Iterator[dict[str, object]]:
    """Yield the rows of documents that hold copies from what these say, all others from the store."""
    copied = copied_documents(store)
    names = {held.name for held in copied}
    counted = (row for row in solve(store, spec) if row["document"] not in names)
    restored = (row for held in copied for row in held.rows(store, spec))
    return merge(counted, restored, key=itemgetter("document"))


__all__ = ["TABLES", "SupportsQuery", "TableSpec", "in_printed_order", "read_table", "term_value"]
