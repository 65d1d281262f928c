"""What the columns of the tables mean: type, Chinese title and explanation, for the formats that can say so."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

DECIMAL, INTEGER, BOOLEAN, DATE, LIST, MAP, TEXT = "decimal", "integer", "boolean", "date", "list", "map", "text"

TABLE_TITLES = {
    "documents": "文件",
    "departments": "部门",
    "projects": "项目",
    "tasks": "任务",
    "goals": "目标",
    "indicators": "指标",
    "funds": "资金",
    "management": "资金管理",
    "evaluations": "自评结果",
    "amounts": "金额",
    "facts": "文字数据",
    "findings": "审核发现",
    "issues": "读取问题",
    "links": "推断关系",
}


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """Describe a column: name, type, Chinese title, explanation."""

    name: str
    type: str
    title: str
    description: str


@cache
def known_columns() -> Mapping[str, ColumnSpec]:
    """Return the columns of the tables by name."""
    with Path(__file__).with_name("columns.csv").open(encoding="utf-8", newline="") as stream:
        return {row["name"]: ColumnSpec(**row) for row in csv.DictReader(stream)}


def describe(names: Sequence[str], table: str | None = None) -> list[ColumnSpec]:
    """Return the columns called ``names``; one that is not known is text without explanation.

    A column that means something else in one table stands in the list as ``table.column``.
    """
    known = known_columns()
    described = []
    for name in names:
        found = known.get(f"{table}.{name}") or known.get(name)
        described.append(replace(found or ColumnSpec(name, TEXT, name, ""), name=name))
    return described


def exact_number(value: Any) -> Decimal | None:
    """Return an exact number for a value of a decimal column, None where it is none."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    if not found.is_finite():
        return None
    return found
