"""Follow the tables: every row that came, changed or went, in the order in which that was written.

A row has the number of its last change only, one that is gone leaves its IRI: whoever reads on from any number, and
puts and removes what is told, ends with the rows that are there. Numbers belong to a history, which ends when the
tables are made anew or a backup takes the place of the data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jixiao.errors import UsageError
from jixiao.tables.side import SideTables, meta_of, unpack

_CURSOR = re.compile(r"([0-9a-f]{12})-([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Change:
    """Hold one row that was put in place, or that is gone (None)."""

    table: str
    iri: str
    row: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Changes:
    """Hold changes in their order, the cursor behind the last of them, and whether there are more."""

    changes: tuple[Change, ...]
    cursor: str
    more: bool


def read_changes(tables: SideTables, names: Sequence[str], cursor: str, limit: int) -> Changes:
    """Return the changes of some tables after a cursor, of all there is for an empty one.

    Raises ``UsageError``: ``history-gone`` for a cursor of another history, ``bad-cursor`` for what is none.
    """
    with tables.reading() as (connection, _):
        history, last = meta_of(connection, "history"), int(meta_of(connection, "seq") or 0)
        after = _after(cursor, history, last)
        parts = [f"SELECT seq, '{name}' AS tab, id, iri FROM \"{name}\" WHERE seq > :after" for name in names]
        if after:
            listed = ", ".join(f"'{name}'" for name in names)
            parts.append(f"SELECT seq, tab, NULL, iri FROM gone WHERE seq > :after AND tab IN ({listed})")
        statement = " UNION ALL ".join(parts) + " ORDER BY seq LIMIT :most"
        found = connection.execute(statement, {"after": after, "most": limit + 1}).fetchall()
        changes = []
        for _, name, row, iri in found[:limit]:
            body = connection.execute(f'SELECT body FROM "{name}_rows" WHERE id = ?', (row,)).fetchone()
            changes.append(Change(name, iri, json.loads(unpack(name, body[0])) if body else None))
    more = len(found) > limit
    if more:
        last = found[limit - 1][0]
    return Changes(tuple(changes), f"{history}-{last}", more)


def _after(cursor: str, history: str, last: int) -> int:
    """Return the number behind which to read on."""
    if not cursor:
        return 0
    parts = _CURSOR.fullmatch(cursor)
    if parts is None:
        raise UsageError("since 不是上次回答里的 next (no cursor of an earlier answer)", "bad-cursor", cursor[:60])
    if parts[1] != history or int(parts[2]) > last:
        raise UsageError(
            "since 属于已经结束的历史：库经恢复或附表经重建；请不带 since 从头取起 "
            "(a cursor of a history that has ended: the store was restored, or its tables made anew; start without)",
            "history-gone",
            cursor[:60],
        )
    return int(parts[2])


def read_newest(tables: SideTables, name: str, where: str, values: Sequence[Any], limit: int) -> list[tuple[str, Any]]:
    """Return the rows of a table that changed last, the newest first, each after the moment it was written."""
    moment = "(SELECT time FROM acts a WHERE a.seq >= t.seq ORDER BY a.seq LIMIT 1)"
    statement = f'SELECT {moment}, body FROM "{name}" t JOIN "{name}_rows" r ON r.id = t.id{where}'
    with tables.reading() as (connection, _):
        found = connection.execute(f"{statement} ORDER BY t.seq DESC LIMIT ?", (*values, limit))
        return [(time, json.loads(unpack(name, body))) for time, body in found]
