"""What the columns of the tables mean: type, Chinese title and explanation, for the formats that can say so."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from jixiao.text.vocabulary import code_rows
from jixiao.vocab import PREFIXES

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
    "review": "待复核",
    "corrections": "人工更正",
    "regions": "行政区划",
    "concepts": "所测内容",
    "coverage": "覆盖情况",
    "reference-indicators": "参考指标",
}
MACHINE, MONEY, PERCENT, CODE = "machine", "money", "percent", "code:"  # how a column is shown


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """Describe a column: name, type, Chinese title, explanation, how it is shown to people, English title."""

    name: str
    type: str
    title: str
    description: str
    shown_as: str = ""
    title_en: str = ""

    def called(self, lang: str) -> str:
        """Return the title in a language, without the unit."""
        if lang == "en":
            return self.title_en or self.name.replace("_", " ").capitalize()
        return self.title

    def word(self, value: Any, lang: str = "zh") -> Any:
        """Return what people call a value: the label of a code, anything else as it is."""
        scheme = self.shown_as.removeprefix(CODE)
        if scheme == self.shown_as:
            return value
        if isinstance(value, (list, tuple)):
            return [self.word(each, lang) for each in value]
        words, key = code_words(lang), _key(value)
        return next((words[each, key] for each in scheme.split("|") if (each, key) in words), value)


def _key(code: Any) -> str:
    """Return the key of a code, which may be given as its IRI or as a truth value."""
    return str(code).removeprefix(PREFIXES["jxc"]).lower()


@cache
def code_words(lang: str) -> Mapping[tuple[str, str], str]:
    """Return the labels of the codes that columns hold, by scheme and key."""
    column = {"en": "label_en"}.get(lang, "label")
    with Path(__file__).with_name("words.csv").open(encoding="utf-8", newline="") as stream:
        known = [*csv.DictReader(stream), *code_rows("kinds")]
    known += [{**row, "scheme": "concept"} for row in code_rows("concepts")]
    known += [{**row, "scheme": "functional", "key": row["code"]} for row in code_rows("functional")]
    known += [{"scheme": "region", "key": row["code"], "label": row["name"]} for row in code_rows("regions")]
    return {(row["scheme"], row["key"]): row.get(column) or row["label"] for row in known}


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


def for_people(names: Sequence[str], table: str | None = None) -> list[ColumnSpec]:
    """Return the columns that say something to people: without identifiers and what only programs need."""
    return [column for column in describe(names, table) if column.shown_as != MACHINE]


def exact_number(value: Any) -> Decimal | None:
    """Return an exact number for a value of a decimal column, None where it is none."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    if not found.is_finite():
        return None
    return found
