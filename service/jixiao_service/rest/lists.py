"""Answer one list from the side view: rows, total, facets, the next page."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Any

from jixiao.tables.schemas import column_kind, columns, filterable
from jixiao.tables.side import SideTables, copies_left_out, unpack
from jixiao_service.rest.filters import Where, bad, conditions, pick_columns
from jixiao_service.rest.paging import Order, after, orders, read_cursor, read_limit, write_cursor

_CODED = {"regions": "code", "concepts": "key"}
_KIND = re.compile(r".*?/id/[^/]+/")  # what the IRIs of a table begin with
FACET_VALUES = 100
_REMEMBERED, _LARGEST = 2000, 1000  # counts that are remembered, and values of each
_ALL = 1 << 62

Pairs = Sequence[tuple[str, str]]
Counts = list[tuple[Any, ...]]

_remembered: OrderedDict[tuple[Any, ...], Counts] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, slots=True)
class TablePage:
    """Hold one page: the rows as JSON texts, how many there are in all, what comes next, which copies are left out."""

    version: str
    bodies: list[str]
    columns: tuple[str, ...]
    total: int
    cursor: str | None
    facets: dict[str, list[dict[str, Any]]]
    copies: dict[str, int]

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows as dictionaries by column."""
        return [json.loads(body) for body in self.bodies]


def list_page(view: SideTables, name: str, pairs: Pairs, *, everything: bool = False, offset: int = 0) -> TablePage:
    """Return a page of a table: after a cursor, or from the row ``offset`` on for pages with numbers.

    ``pairs`` are the parameters of the REST list of the table: columns and their ranges, ``q``, ``has``, ``region``,
    ``year``, ``sort``, ``facet``, ``fields``, ``limit``, ``cursor``. ``everything`` ignores pages, for files. Raises
    ``Problem`` (``bad-parameters``) for what is unknown or impossible, saying what to change.
    """
    single = dict(pairs)
    condition = conditions(name, pairs)
    order = orders(name, single.get("sort"))
    picked = _shown_columns(name, single)
    by = _facet_columns(name, single)
    limit, cursor = (_ALL, "") if everything else _wanted(single)
    asked = _fingerprint(name, pairs)
    with view.reading() as (connection, version):
        count = partial(_counts, connection, version, name, condition)
        ((total,),) = count(())
        rest = condition
        if cursor:
            rest = condition.also(after(order, read_cursor(cursor, version, asked, len(order))))
        found = _keys(connection, name, rest, order, limit + 1, offset)
        bodies = _bodies(connection, name, [row[0] for row in found[:limit]])
        if "fields" in single:
            bodies = [_narrowed(body, picked) for body in bodies]
        facets = {column: _facet(name, column, count((column,))) for column in by}
        copies = copies_left_out(connection)
    following = None
    if len(found) > limit:
        following = write_cursor(version, asked, list(found[limit - 1][1:]))
    return TablePage(version, bodies, picked, total, following, facets, copies)


def _wanted(single: Mapping[str, str]) -> tuple[int, str]:
    return read_limit(single.get("limit")), single.get("cursor", "")


def _shown_columns(name: str, single: Mapping[str, str]) -> tuple[str, ...]:
    if single.get("fields"):
        return pick_columns(columns(name), single["fields"], "fields")
    return columns(name)


def _facet_columns(name: str, single: Mapping[str, str]) -> tuple[str, ...]:
    facets = pick_columns(filterable(name), single.get("facet", ""), "facet")
    if len(facets) > 5:
        raise bad("一次最多 5 个 facet", "at most five facets", parameter="facet")
    return facets


def _keys(
    connection: sqlite3.Connection, name: str, condition: Where, order: tuple[Order, ...], limit: int, offset: int
) -> list[tuple[Any, ...]]:
    """Return the row numbers of a page, each with what it is sorted by."""
    keys = ", ".join(each.expression for each in order)
    by = ", ".join(each.expression + each.direction for each in order)
    statement = f'SELECT t.id AS id, {keys} FROM "{name}" t{condition.sql} ORDER BY {by} LIMIT ? OFFSET ?'
    return connection.execute(statement, (*condition.values, limit, offset)).fetchall()


def find_row(view: SideTables, name: str, key: str) -> str | None:
    """Return the row of a table as JSON that has this IRI, this end of an IRI, or this code; None where none has."""
    column = "iri"
    with view.reading() as (connection, _):
        if "://" not in key:
            column = _CODED.get(name, "iri")
        if column == "iri" and "://" not in key:
            key = _iri_start(connection, name) + key
        found = connection.execute(f'SELECT id FROM "{name}" WHERE "{column}" = ? LIMIT 1', (key,)).fetchone()
        if found is None:
            return None
        return _bodies(connection, name, [found[0]])[0]


def iri_behind(view: SideTables, name: str, iri: str) -> str | None:
    """Return the IRI of the row that comes behind another where nothing is sorted, of the first where none does."""
    behind = f'WHERE (sort, place, id) > (SELECT sort, place, id FROM "{name}" WHERE iri = ?)'
    with view.reading() as (connection, _):
        for condition, values in ((behind, (iri,)), ("", ())):
            statement = f'SELECT iri FROM "{name}" {condition} ORDER BY sort, place, id LIMIT 1'
            for (found,) in connection.execute(statement, values):
                return str(found)
    return None


def _iri_start(connection: sqlite3.Connection, name: str) -> str:
    """Return what the IRIs of a table begin with, empty where there is none."""
    for (iri,) in connection.execute(f'SELECT iri FROM "{name}" LIMIT 1'):
        kind = _KIND.match(iri)
        if kind is not None:
            return kind[0]
    return ""


def _fingerprint(name: str, pairs: Pairs) -> str:
    """Return what tells this list from others; the size of a page and its columns may change under way."""
    kept = sorted((key, value) for key, value in pairs if key not in ("cursor", "limit", "fields", "facet", "format"))
    return hashlib.sha256(repr((name, kept)).encode()).hexdigest()[:12]


def _bodies(connection: sqlite3.Connection, name: str, ids: list[int]) -> list[str]:
    found: dict[int, str] = {}
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        marks = ", ".join("?" * len(part))
        rows = connection.execute(f'SELECT id, body FROM "{name}_rows" WHERE id IN ({marks})', part)
        found.update((row, unpack(name, body)) for row, body in rows)
    return [found[each] for each in ids]


def _narrowed(body: str, picked: Sequence[str]) -> str:
    row = json.loads(body)
    return json.dumps({column: row.get(column) for column in picked}, ensure_ascii=False)


def _facet(name: str, column: str, counts: Counts) -> list[dict[str, Any]]:
    boolean = column_kind(name, column) == "boolean"
    facet = []
    for value, count in counts[:FACET_VALUES]:
        if boolean and value is not None:
            value = bool(value)
        facet.append({"value": value, "count": count})
    return facet


def count_rows(view: SideTables, name: str, pairs: Pairs, by: Sequence[str]) -> dict[tuple[Any, ...], int]:
    """Return how many rows of a list there are for each combination of some columns, or in all (``by`` empty)."""
    picked = pick_columns(filterable(name), ",".join(by), "facet")
    with view.reading() as (connection, version):
        found = _counts(connection, version, name, conditions(name, pairs), picked)
    return {tuple(row[:-1]): row[-1] for row in found}


def _counts(connection: sqlite3.Connection, version: str, name: str, condition: Where, by: tuple[str, ...]) -> Counts:
    """Return the values of columns with their number of rows, the most frequent first; remembered for a version."""
    key = (version, name, condition, by)
    with _lock:
        if key in _remembered:
            _remembered.move_to_end(key)
            return _remembered[key]
    shown = "".join(f't."{column}", ' for column in by)
    places = ", ".join(str(place + 1) for place in range(len(by)))
    groups = f" GROUP BY {places} ORDER BY n DESC, {places}" if by else ""
    statement = f'SELECT {shown}count(*) AS n FROM "{name}" t{condition.sql}{groups}'
    found = connection.execute(statement, condition.values).fetchall()
    if version and len(found) <= _LARGEST:  # without, the tables are being written
        with _lock:
            _remembered[key] = found
            while len(_remembered) > _REMEMBERED:
                _remembered.popitem(last=False)
    return found
