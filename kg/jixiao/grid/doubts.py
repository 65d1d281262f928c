"""Say how sure a row is: by how much its decoding beat the next best one, and what had to be mended to read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from jixiao.grid.cells import is_frame, kind_of
from jixiao.grid.columns import Assignment, said
from jixiao.grid.levels import Resolved
from jixiao.grid.rows import Entry
from jixiao.grid.weights import weights
from jixiao.model import Document, FilledForm, Indicator

MANY = 4  # columns of one row without a header word that says what they are
FAR = 2  # columns by which a row is shifted
LEAST = Decimal("0.5")
SURE = Decimal("0.9")
USED = frozenset({"level1", "level2", "level3", "target", "actual", "weight", "score"})
WORDS = {
    "guessed-column": "表头不明，按内容判断了列的含义",
    "guessed-columns": "多处表头不明，按内容判断了列的含义",
    "close-columns": "列的含义有另一种相近的读法",
    "shifted-cells": "单元格错位，已按内容对齐",
    "far-shifted-cells": "单元格错位较多，已按内容对齐",
    "unread-label": "名称左边有一列没有读懂",
    "surplus-cell": "有单元格没有归入任何一列",
    "moved-label": "一级或二级指标不在本行，按上下文推定",
    "unsure-label": "一级或二级指标印在各行中间，本行可能属于相邻的指标",
    "no-value": "没有读到指标值",
    "continued": "没有表头，沿用上一张表的列",
    "guessed-grid": "表格没有画线，行列按文字位置推定",
    "single-blanks": "各格只隔一个空格，空着的格看不出来，按内容归栏",
    "ocr": "由文字识别读出",
    "unnamed-project": "项目名称不是由“项目名称”一栏写明的",
    "assumed-unit": "没有注明金额单位，按万元读取",
}


def doubted_rows(
    rows: Sequence[Indicator], assigned: Assignment, entry: Entry, names: Resolved, *, continued: bool
) -> list[Indicator]:
    """Return the indicators of one row with what is unsure about them."""
    repairs = _repairs(assigned, entry, names, continued=continued)
    return [
        with_doubts(row, repairs if row.target or not assigned.of("target") else (*repairs, "no-value")) for row in rows
    ]


def _unread_label(assigned: Assignment, entry: Entry) -> bool:
    """Tell whether words stand left of the name in a column that was not understood."""
    names = [column.start for column in assigned.of("level3")]
    for j, column in enumerate(assigned.columns):
        words = kind_of(entry.texts.get(j, "")) in ("name", "maybe", "label", "wording", "level")
        if column.role == "other" and names and column.start < names[0] and words:
            return True
    return False


def with_doubts(row: Indicator, repairs: Sequence[str]) -> Indicator:
    """Return an indicator with further reasons to doubt it, its confidence, and the reasons in words."""
    if not repairs:
        return row
    together = tuple(dict.fromkeys((*row.repairs, *repairs)))
    costs = weights().doubts
    confidence = max(LEAST, 1 - sum((Decimal(str(costs[each])) for each in together), Decimal(0)))
    doubts = tuple(WORDS[each] for each in together) if confidence < SURE else ()
    return replace(row, repairs=together, confidence=confidence, doubts=doubts)


def _repairs(assigned: Assignment, entry: Entry, names: Resolved, *, continued: bool) -> tuple[str, ...]:
    repairs = []
    used = [column for j, column in enumerate(assigned.columns) if entry.texts.get(j) and column.role in USED]
    costs = weights().costs
    guessed = sum(said(column, column.role) < costs["heard"] for column in used)
    if any(column.margin < costs["close"] for column in used):
        repairs.append("close-columns")
    elif guessed:
        repairs.append("guessed-column" if guessed < MANY else "guessed-columns")
    if entry.shift:
        repairs.append("shifted-cells" if abs(entry.shift) < FAR else "far-shifted-cells")
    if any(not is_frame(text) for text in entry.dropped):
        repairs.append("surplus-cell")
    elif _unread_label(assigned, entry):
        repairs.append("unread-label")
    if names.moved:
        repairs.append("moved-label")
    if names.margin < costs["near_label"]:
        repairs.append("unsure-label")
    if continued:
        repairs.append("continued")
    return tuple(repairs)


def doubted_forms(document: Document, forms: Sequence[FilledForm]) -> tuple[FilledForm, ...]:
    """Return the forms with the doubts of the tables that their rows stand in."""
    doubts = {table.index: table.doubt for table in document.tables if table.doubt}
    if not doubts:
        return tuple(forms)
    found = []
    for form in forms:
        plans = []
        for plan in form.plans:
            rows = (_of_table(row, doubts.get(row.source.table or 0)) for row in plan.indicators)
            plans.append(replace(plan, indicators=tuple(rows)))
        found.append(replace(form, plans=tuple(plans)))
    return tuple(found)


def _of_table(row: Indicator, doubt: str | None) -> Indicator:
    if doubt is None:
        return row
    confidence = max(LEAST, row.confidence - Decimal(str(weights().doubts[doubt])))
    doubts = (*row.doubts, WORDS[doubt])
    return replace(row, repairs=(*row.repairs, doubt), confidence=confidence, doubts=doubts)
