"""Answer one list from the side view: rows, total, facets, the next page."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from jixiao.search import View, kind_of
from jixiao_service.rest.filters import bad, pick_columns, where
from jixiao_service.rest.paging import after, orders, read_cursor, read_limit, write_cursor

_CODED = {"regions": "code", "concepts": "key"}
_KIND = re.compile(r".*?/id/[^/]+/")  # what the IRIs of a table begin with
FACET_VALUES = 100
_REMEMBERED = 2000
_totals: OrderedDict[tuple[str, str, str, tuple[Any, ...]], int] = OrderedDict()
_lock = Lock()

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Page:
    """Hold one page: the rows as JSON texts, how many there are in all, what comes next."""

    version: str
    bodies: tuple[str, ...]
    columns: tuple[str, ...]
    total: int
    cursor: str | None
    facets: dict[str, list[dict[str, Any]]]


def read_page(view: View, name: str, pairs: Pairs, *, everything: bool = False) -> Page:
    """Return a page of a table; ``everything`` ignores pages, for files."""
    single = dict(pairs)
    condition = where(name, pairs)
    order = orders(name, single.get("sort"))
    picked = pick_columns(name, single.get("fields"))
    facets = pick_columns(name, single.get("facet"), parameter="facet")
    if len(facets) > 5:
        raise bad("一次最多 5 个 facet", "at most five facets", parameter="facet")
    limit = -1 if everything else read_limit(single.get("limit"))
    asked = _question(name, pairs)
    with view.reading() as (connection, version):
        total = _total(connection, version, name, condition.sql, condition.values)
        tests, values = list(condition.tests), list(condition.values)
        if (cursor := single.get("cursor")) and not everything:
            test, held = after(order, read_cursor(cursor, version, asked, len(order)))
            tests.append(test)
            values += held
        clause = f" WHERE {' AND '.join(tests)}" if tests else ""
        keys = ", ".join(each.expression for each in order)
        by = ", ".join(f"{each.expression}{' DESC' if each.descending else ''}" for each in order)
        inner = f'SELECT t.id AS id, {keys} FROM "{name}" t{clause} ORDER BY {by} LIMIT ?'
        found = connection.execute(inner, (*values, limit + 1 if limit >= 0 else -1)).fetchall()
        more = limit >= 0 and len(found) > limit
        found = found[:limit] if more else found
        bodies = _bodies(connection, name, [row[0] for row in found])
        counted = {each: _facet(connection, name, each, condition.sql, condition.values) for each in facets}
    following = write_cursor(version, asked, list(found[-1][1:])) if more else None
    if "fields" in single:
        bodies = [_narrowed(body, picked) for body in bodies]
    return Page(version, tuple(bodies), picked, total, following, counted)


def read_item(view: View, name: str, key: str) -> str | None:
    """Return the row of a table as JSON that has this IRI, this end of an IRI, or this code; None where none has."""
    column = "iri" if "://" in key else _CODED.get(name, "iri")
    with view.reading() as (connection, _):
        if column == "iri" and "://" not in key:
            first = connection.execute(f'SELECT iri FROM "{name}" LIMIT 1').fetchone()
            kind = _KIND.match(first[0]) if first else None
            key = f"{kind.group() if kind else ''}{key}"
        found = connection.execute(f'SELECT id FROM "{name}" WHERE "{column}" = ? LIMIT 1', (key,)).fetchone()
        return _bodies(connection, name, [found[0]])[0] if found else None


def _question(name: str, pairs: Pairs) -> str:
    """Return what tells this list from others; the size of a page and its columns may change under way."""
    kept = sorted((key, value) for key, value in pairs if key not in ("cursor", "limit", "fields", "facet", "format"))
    return hashlib.sha256(repr((name, kept)).encode()).hexdigest()[:12]


def _total(connection: sqlite3.Connection, version: str, name: str, clause: str, values: tuple[Any, ...]) -> int:
    key = (version, name, clause, values)
    with _lock:
        if key in _totals:
            _totals.move_to_end(key)
            return _totals[key]
    total = int(connection.execute(f'SELECT count(*) FROM "{name}" t{clause}', values).fetchone()[0])
    with _lock:
        _totals[key] = total
        while len(_totals) > _REMEMBERED:
            _totals.popitem(last=False)
    return total


def _bodies(connection: sqlite3.Connection, name: str, ids: list[int]) -> list[str]:
    found: dict[int, str] = {}
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        marks = ", ".join("?" * len(part))
        found.update(connection.execute(f'SELECT id, body FROM "{name}_rows" WHERE id IN ({marks})', part))
    return [found[each] for each in ids]


def _narrowed(body: str, picked: Sequence[str]) -> str:
    row = json.loads(body)
    return json.dumps({column: row.get(column) for column in picked}, ensure_ascii=False)


def _facet(
    connection: sqlite3.Connection, name: str, column: str, clause: str, values: tuple[Any, ...]
) -> list[dict[str, Any]]:
    statement = (
        f'SELECT t."{column}", count(*) AS n FROM "{name}" t{clause} GROUP BY 1 ORDER BY n DESC, 1 LIMIT {FACET_VALUES}'
    )
    boolean = kind_of(name, column) == "boolean"
    return [
        {"value": bool(value) if boolean and value is not None else value, "count": count}
        for value, count in connection.execute(statement, values)
    ]
