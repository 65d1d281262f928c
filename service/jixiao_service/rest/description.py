"""Describe the lists in OpenAPI: every parameter and column, with examples; stable operation ids.

What is the same for every table is data: ``openapi.toml``; what each is about stands in ``description.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jixiao.resources import table
from jixiao.tables.schemas import column_kind, columns, filterable, table_names
from jixiao_service.rest.filters import ends_of

Members = dict[str, Any]
Responses = dict[int | str, Members]


def described() -> Members:
    """Return the texts of the tables."""
    return table("jixiao_service/rest/description.toml")


def _said() -> Members:
    return table("jixiao_service/rest/openapi.toml")


def list_operation(name: str) -> Members:
    """Return the OpenAPI members of a table's list."""
    examples, parameters = described()[name]["example"], []
    for key, about in _parameters(name):
        parameter = {"name": key, "in": "query", **about}
        if key in examples:
            parameter["examples"] = {"example": {"value": examples[key]}}
        parameters.append(parameter)
    return {
        "parameters": parameters,
        "responses": {"200": _answer(name, "Page"), **_said()["problems"]},
    }


def _parameters(name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the parameters of a table's list with what is said of them."""
    said = _said()
    yield from said["parameters"].items()
    yield from said["further"].get(name, {}).items()
    if "fiscal_year" in filterable(name):
        yield "year", said["year"]
    for column in filterable(name):
        if column not in said["parameters"]:
            yield column, said["equal"]
            for end in ends_of(name, column):
                yield f"{column}_{end}", said["ends"][end]


def schemas() -> Members:
    """Return the schemas by name: the rows and pages of every table, and problems."""
    said = _said()
    found = {"Problem": said["Problem"]}
    for name in table_names():
        members = {column: said["kinds"][column_kind(name, column)] for column in columns(name)}
        items = {"items": {"type": "array", "items": _named(name, "Row")}}
        found[_schema_name(name, "Row")] = {"type": "object", "properties": members}
        found[_schema_name(name, "Page")] = {**said["page"], "properties": {**said["page"]["properties"], **items}}
    return found


def _schema_name(table: str, kind: str) -> str:
    """Return the name of a schema, which programs take for the name of a class."""
    return "".join(word.capitalize() for word in table.split("-")) + kind


def _named(table: str, kind: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{_schema_name(table, kind)}"}


def _answer(name: str, kind: str) -> Members:
    return {"description": described()[name]["about"], "content": {"application/json": {"schema": _named(name, kind)}}}


def item_responses(name: str) -> Responses:
    """Return the OpenAPI responses of one row."""
    said = _said()
    return {200: _answer(name, "Row"), **said["missing"], **said["problems"]}


def file_operation(name: str) -> Members:
    """Return the OpenAPI members of a table as a file."""
    responses = {"200": {"description": described()[name]["about"]}, **_said()["problems"]}
    return list_operation(name) | {"responses": responses}
