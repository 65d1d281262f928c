"""Describe the lists in OpenAPI: every parameter and column, with examples; stable operation ids."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from jixiao.tables.schemas import column_kind, columns, filterable, table_names
from jixiao_service.rest.filters import OPERATORS, ends_of
from jixiao_service.rest.paging import DEFAULT, MOST

_TYPES = {
    "number": "string", "integer": "integer", "boolean": "boolean", "list": "array", "map": "object", "text": "string",
}  # fmt: skip
_SHARED = {
    "q": ("名称里含有的字词，空格分开的都要有 · Words the names hold", "string"),
    "region": ("GB/T 2260 代码 2、4 或 6 位，含下级 · Region code, with everything in it", "string"),
    "has": ("有审核发现：finding 或 finding:R301 · Rows the audit found something of", "string"),
    "sort": ("排序的列，前加 - 为降序，至多三列 · Columns to sort by, - before one for descending", "string"),
    "fields": ("只要这些列 · Only these columns", "string"),
    "facet": ("按这些列计数 · Count by these columns", "string"),
    "cursor": ("上一页给出的 next · From the page before", "string"),
}


@cache
def described() -> dict[str, Any]:
    """Return the texts of the tables."""
    return tomllib.loads(Path(__file__).with_name("description.toml").read_text("utf-8"))


def list_operation(name: str) -> dict[str, Any]:
    """Return the OpenAPI members of a table's list."""
    examples = described()[name]["example"]
    parameters: list[dict[str, Any]] = []

    def add(key: str, text: str, kind: str) -> None:
        parameters.append(_parameter(key, text, kind, examples.get(key)))

    for key, (text, kind) in _SHARED.items():
        add(key, text, kind)
    limits = {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT}
    parameters.append({"name": "limit", "in": "query", "schema": limits, "description": "每页行数 · Rows of a page"})
    if name == "indicators":
        add("indicator", "任一级指标名称含有 · Words of any level", "string")
        add("reference", "参考指标一条的标识：它所依据的行 · The rows a reference figure stands on", "string")
    if "fiscal_year" in filterable(name):
        add("year", "年度 · Fiscal year", "integer")
    for column in filterable(name):
        if column in _SHARED:
            continue
        add(column, "等于；重复为或，null 为空 · Equals", "string")
        for end in ends_of(name, column):
            sign = OPERATORS.get(end)
            add(f"{column}_{end}", sign or "含有这些字词 · Has these words", "number" if sign else "string")
    return {"parameters": parameters, "responses": {"200": _answer(name), **_problems()}}


def _parameter(name: str, text: str, kind: str, example: str | None) -> dict[str, Any]:
    parameter: dict[str, Any] = {"name": name, "in": "query", "schema": {"type": kind}, "description": text}
    if example:
        parameter["examples"] = {"example": {"value": example}}
    return parameter


def _named(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def schemas() -> dict[str, Any]:
    """Return the schemas by name: the rows and pages of every table, and problems."""
    text = {"type": "string"}
    problem = {"type": text, "title": text, "status": {"type": "integer"}, "detail": text, "detail_en": text}
    found: dict[str, Any] = {"Problem": {"type": "object", "required": ["title", "status"], "properties": problem}}
    for name in table_names():
        found[_schema_name(name, "Row")] = _row_schema(name)
        found[_schema_name(name, "Page")] = _page_schema(name)
    return found


def _schema_name(table: str, kind: str) -> str:
    """Return the name of a schema, which programs take for the name of a class."""
    return "".join(word.capitalize() for word in table.split("-")) + kind


def _row_schema(name: str) -> dict[str, Any]:
    members: dict[str, dict[str, Any]] = {}
    for column in columns(name):
        kind = column_kind(name, column)
        members[column] = {"type": [_TYPES[kind], "null"]}
        if kind == "number":
            members[column]["description"] = "精确的十进制数，写成文本 · An exact decimal, as text"
        if kind == "list":
            members[column]["items"] = {"type": ["string", "integer"]}
    return {"type": "object", "properties": members}


def item_responses(name: str) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI responses of one row."""
    missing = {"description": "没有这一条 · No such item"}
    content = {"application/json": {"schema": _named(_schema_name(name, "Row"))}}
    return {200: {"description": described()[name]["about"], "content": content}, 404: missing, **_problems()}


def _page_schema(name: str) -> dict[str, Any]:
    members = {
        "total": {"type": "integer"},
        "copies": {"type": "object", "description": "副本的份数，不计入 · copies, left out of every count"},
        "next": {"type": ["string", "null"]},
        "version": {"type": "string"},
        "facets": {"type": "object"},
        "ground": {"type": "object", "description": "数字的依据：行数、把握、文件、没有算入的 · What figures stand on"},
        "items": {"type": "array", "items": _named(_schema_name(name, "Row"))},
    }
    required = ["total", "copies", "next", "version", "items"]
    return {"type": "object", "required": required, "properties": members}


def _answer(name: str) -> dict[str, Any]:
    content = {"application/json": {"schema": _named(_schema_name(name, "Page"))}}
    return {"description": described()[name]["about"], "content": content}


def file_operation(name: str) -> dict[str, Any]:
    """Return the OpenAPI members of a table as a file."""
    return list_operation(name) | {"responses": {"200": {"description": described()[name]["about"]}, **_problems()}}


def _problems() -> dict[int | str, dict[str, Any]]:
    content = {"application/problem+json": {"schema": _named("Problem")}}
    return {
        "304": {"description": "没有变化 · Not modified"},
        "422": {"description": "参数有误，说明要改什么 · Bad parameters, with what to change", "content": content},
        "429": {"description": "请求过多，Retry-After 秒后再来 · Too many requests", "content": content},
    }
