"""Say what figures stand on: how many rows, how sure they are, from which documents, and what was left out and why."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jixiao.tables.schemas import filterable
from jixiao.tables.side import SideTables
from jixiao_service.rest.filters import Where, conditions
from jixiao_service.rest.lists import Pairs

_SURE = "sum(confidence >= 0.9)"
_DOCUMENTS = "count(DISTINCT document)"
_CORRECTED = "sum(corrected <> '')"
_STORE = """
SELECT count(*), total(rows = 0 AND NOT EXISTS (SELECT 1 FROM amounts a WHERE a.document = d.document)),
  total(iif(replaces <> '', 1 + length(replaces) - length(replace(replaces, char(10), '')), 0))
FROM documents d"""


@dataclass(frozen=True, slots=True)
class Ground:
    """Hold the rows that figures are made of, how many are sure, of how many documents, and how many persons corrected.

    What the table does not say is None; sure is a confidence of 0.9 or more. ``read`` and ``unread`` are documents of
    the store; ``left_out`` the number of rows (of documents: ``replaced``) by reason.
    """

    rows: int
    confident: int | None
    documents: int | None
    corrected: int | None
    read: int
    unread: int
    left_out: Mapping[str, int]

    def sentence(self, lang: str) -> str:
        """Return what people read below a figure."""
        words, end = _texts(), "en" if lang == "en" else "zh"
        parts = [words[end].format(rows=f"{self.rows:,}")]
        if self.confident is not None and self.rows:
            parts.append(words[f"confident_{end}"].format(share=100 * self.confident // self.rows))
        if self.documents is not None:
            parts.append(words[f"documents_{end}"].format(documents=f"{self.documents:,}"))
        if self.corrected:
            parts.append(words[f"corrected_{end}"].format(rows=f"{self.corrected:,}"))
        parts.append(words[f"store_{end}"].format(read=f"{self.read:,}", unread=f"{self.unread:,}"))
        reasons = [
            words["reasons"][reason][end == "en"].format(n=f"{number:,}") for reason, number in self.left_out.items()
        ]
        if reasons:
            parts.append(words[f"left_{end}"] + {"en": ", "}.get(end, "、").join(reasons))
        return "".join(parts) + {"en": "."}.get(end, "。")


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("ground.toml").read_text("utf-8"))


def ground_of(view: SideTables, name: str, pairs: Pairs = ()) -> Ground:
    """Return what figures of a table's rows stand on; ``pairs`` are filters of its list."""
    return _ground(view, view.version(), name, conditions(name, pairs))


@lru_cache(maxsize=512)
def _ground(view: SideTables, version: str, name: str, where: Where) -> Ground:
    about = _texts().get(name, {})
    of = about.get("of", name)
    used = _used(about, where)
    sure, documents = _if(of, "confidence", _SURE), _if(of, "document", _DOCUMENTS)
    corrected = _if(of, "corrected", _CORRECTED)
    why = f"iif({used}, '', {_reason(about)})"
    counts = f'SELECT {why}, count(*), {sure}, {documents}, {corrected} FROM "{of}" t GROUP BY 1 ORDER BY 2 DESC'
    with view.reading() as (connection, _):
        left_out = {reason: counted for reason, *counted in connection.execute(counts, where.values)}
        copies = connection.execute("SELECT count(*) FROM aside WHERE tab = ? AND copy", (of,)).fetchone()[0]
        every, unread, replaced = map(int, connection.execute(_STORE).fetchone())
    rows, confident, held, set_right = left_out.pop("", (0, None, None, None))
    told = {reason: number for reason, (number, *_) in left_out.items()} | {"copies": copies, "replaced": replaced}
    reasons = {reason: number for reason, number in told.items() if number}
    return Ground(rows, confident, held, set_right, every - unread, unread, reasons)


def _used(about: Mapping[str, Any], where: Where) -> str:
    """Return which rows the figures are made of, in SQL."""
    within = about.get("within") if where.sql else about.get("whole", about.get("within"))
    if within:
        return f"t.id IN ({within.format(where=where.sql)})"
    return " AND ".join(where.tests) or "1"


def _if(of: str, column: str, expression: str) -> str:
    """Return what is worked out from a column, nothing where the table has none."""
    return expression if column in filterable(of) else "NULL"


def _reason(about: Mapping[str, Any]) -> str:
    """Return why a row is left out, in SQL: the first reason whose test holds."""
    tests = " ".join(f"WHEN {test} THEN '{reason}'" for reason, test in about.get("tests", {}).items())
    return f"CASE {tests} ELSE 'filtered' END" if tests else "'filtered'"
