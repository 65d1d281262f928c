"""Page through lists by key: a cursor holds the last row's sort values, so that pages neither skip nor repeat rows."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from jixiao.tables.schemas import column_kind, filterable
from jixiao_service.problems import Problem
from jixiao_service.rest.filters import Test, bad

DEFAULT, MOST = 100, 10_000
_PLACES = ("sort", "place", "id")  # the order of rows where none is asked for
_GRAVITY = {"severity": "violation warning info", "level": "error warning info"}  # the gravest first
_LAST = {"number": (1e308, -1e308), "integer": (1 << 62, -(1 << 62)), "boolean": (2, -1)}


@dataclass(frozen=True, slots=True)
class Order:
    """Hold one column to sort by; what is absent comes last in both directions."""

    column: str
    descending: bool
    kind: str

    @property
    def expression(self) -> str:
        """Return what is compared."""
        if self.column in _PLACES:
            return f"t.{self.column}"
        if self.column in _GRAVITY:
            return f"ifnull(instr('{_GRAVITY[self.column]}', t.\"{self.column}\"), 99)"
        if self.kind in _LAST:
            return f'ifnull(t."{self.column}", {_LAST[self.kind][self.descending]})'
        last = "''" if self.descending else "char(1114111)"
        return f'ifnull(t."{self.column}", {last})'

    @property
    def direction(self) -> str:
        """Return what stands behind the expression in ORDER BY."""
        return " DESC" * self.descending


def orders(name: str, text: str | None) -> tuple[Order, ...]:
    """Return what to sort by: columns separated by commas, ``-`` before one for the other way; last the row number."""
    found = []
    for part in (text or "").split(","):
        column = part.strip().removeprefix("-").removeprefix("+")
        if not column:
            continue
        if column not in filterable(name):
            known = "、".join(filterable(name))
            raise bad(f"不能按 {column[:40]} 排序；可用：{known}", "cannot sort by this", parameter="sort")
        found.append(Order(column, part.strip().startswith("-"), column_kind(name, column)))
    if len(found) > 3:
        raise bad("最多按三列排序", "at most three columns to sort by", parameter="sort")
    return (*found, *(Order(column, False, "place") for column in _PLACES))


def after(order: tuple[Order, ...], values: list[Any]) -> Test:
    """Return the test that a row comes after the one with these sort values."""
    ways, held, same = [], [], ""
    for place, each in enumerate(order):
        beyond = "<" if each.descending else ">"
        ways.append(f"({same}{each.expression} {beyond} ?)")
        held += values[: place + 1]
        same += f"{each.expression} = ? AND "
    return f"({' OR '.join(ways)})", held


def write_cursor(version: str, question: str, values: list[Any]) -> str:
    """Return a cursor: the data version, what was asked, and the sort values of the last row."""
    text = json.dumps([version[:16], question, values], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str, version: str, question: str, length: int) -> list[Any]:
    """Return the sort values of a cursor; one of another data version or another list is refused."""
    try:
        of, asked, values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(values, list) or len(values) != length:
            raise TypeError
        if not all(isinstance(each, (str, int, float)) for each in values):
            raise TypeError
    except (ValueError, binascii.Error, TypeError):
        reason_en = "the cursor is malformed; start from the first page"
        raise bad("cursor 无效，请去掉它从第一页开始", reason_en, parameter="cursor") from None
    if of != version[:16]:
        raise Problem("stale-cursor", current=version[:16])
    if asked != question:
        reason = "cursor 属于另一个查询，请去掉它从第一页开始"
        raise bad(reason, "the cursor belongs to another list", parameter="cursor")
    return values


def read_limit(text: str | None) -> int:
    """Return the number of rows of a page."""
    if text is None:
        return DEFAULT
    if not text.isdigit() or not 1 <= int(text[:9]) <= MOST:
        raise bad(f"limit 要在 1 与 {MOST} 之间", f"limit must be between 1 and {MOST}", parameter="limit")
    return int(text)
