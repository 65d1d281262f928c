"""Tell what columns hold whose header word is lost, misread or foreign, by their neighbours and what stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jixiao.forms.columns import Column, misfit
from jixiao.forms.lexicon import lexicon
from jixiao.model import Row
from jixiao.values.content import value_likeness

CLEAR_FIT = -0.8  # the median misfit of a column's cells from which on its role is taken as known
NAME_FITS = 1.0  # … for a name, which has no type of its own
NAME = 0.6  # likeness to a value below which the median cell of a label column stays
_USUAL = ("level1", "level2", "level3", "quality", "target", "unit", "actual", "weight", "score", "deviation")
_PLANNED = frozenset({"level1", "level2", "level3", "quality", "target", "unit"})  # what any form may have


def with_lost_words(columns: tuple[Column, ...], body: Sequence[Row]) -> tuple[Column, ...]:
    """Return the columns with those added whose header word is lost or foreign.

    A place without a role can only be one of the usual roles between its neighbours; the one whose type its cells fit
    clearly is taken. A place between 一级 and 三级 that holds words is 二级, whatever the words.
    """
    found = [column for column in columns if column.role != "other"]
    if not found:
        return columns
    foreign = {column.start: column.header for column in columns if column.role == "other"}
    several = any(column.block for column in found)  # then only the labels before the first block can be told
    valued = any(column.role == "target" for column in found)
    wide = max((cell.column + 1 for row in body for cell in row.filled), default=0)
    edge = max([found[-1].end if valued else wide, *(at + 1 for at in foreign)])
    for position in range(edge):
        texts = [cell.text for row in body for cell in row.filled if cell.column == position]
        if not texts or any(column.start <= position < column.end for column in found):
            continue
        role = _gap(position, found, texts) or (None if several else _lost_role(position, found, texts))
        if role is None or not _may_be(role, foreign.get(position, "")):
            continue
        if role == "level3":
            found = [replace(c, role="explanation") if c.role == "level3" else c for c in found]
        found = sorted([*found, Column(role, position, position + 1)], key=lambda column: column.start)
    have = {column.start for column in found}
    rest = [column for column in columns if column.role == "other" and column.start not in have]
    return tuple(sorted([*found, *rest], key=lambda column: column.start))


def _gap(position: int, known: Sequence[Column], texts: Sequence[str]) -> str | None:
    """Return the label or name that must stand in a gap of one column between those that usually surround it."""
    have = {column.role for column in known}
    before = next((c.role for c in reversed(known) if c.start < position and c.role != "weight"), None)
    after = next((c.role for c in known if c.start > position and c.role != "weight"), None)
    likeness = sorted(value_likeness(text) for text in texts)[len(texts) // 2]
    framed = sum(text in lexicon().columns for text in texts)  # 绩效指标 beside its block
    if likeness >= NAME or len(set(texts)) < 2 or framed * 2 > len(texts):
        return None
    if before is None and after == "level2" and "level1" not in have:
        return "level1"
    if before == "level1" and after == "level3" and "level2" not in have:
        return "level2"
    if (
        before == "level2"
        and after in ("quality", "target", "explanation")
        and ("level3" not in have or known[-1].role == "level3")
    ):
        return "level3"  # 指标内容 at the end may have been taken for the name
    return None


def _may_be(role: str, header: str) -> bool:
    """Tell whether a column may have a role whose word its header does not print: any form has it, or it is misread."""
    return not header or role in _PLANNED or role in lexicon().columns.nearly(header)


def _lost_role(position: int, known: Sequence[Column], texts: Sequence[str]) -> str | None:
    order = {role: index for index, role in enumerate(_USUAL)}
    left = max((order.get(c.role, -1) for c in known if c.start < position), default=-1)
    right = min((order.get(c.role, len(_USUAL)) for c in known if c.start > position), default=len(_USUAL))
    have = {column.role for column in known}
    fits = []
    for role in _USUAL[left + 1 : right]:
        if role not in have:
            costs = sorted(misfit(role, text, frozenset()) for text in texts)
            fits.append((costs[len(costs) // 2], order[role], role))
    if not fits:
        return None
    cost, _, role = min(fits)
    return role if cost <= (NAME_FITS if role == "level3" else CLEAR_FIT) else None
