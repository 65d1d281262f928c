"""Describe the lists in OpenAPI: every parameter and column, with examples; stable operation ids.

What is the same for every table is data: ``openapi.toml``; what each is about stands in ``description.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from jixiao.resources import table
from jixiao.tables.schemas import column_kind, columns, filterable, schema, table_names
from jixiao_service.rest.filters import ends_of
from jixiao_service.rest.formats import TYPES

Members = dict[str, Any]
Responses = dict[int | str, Members]
_BYTES = {"type": "string", "format": "binary"}


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
        "responses": {"200": _answer(name, "Page", ("csv", "xlsx")), **_said()["unchanged"]},
    }


def _parameters(name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the parameters of a table's list with what is said of them."""
    said = _said()
    further = said["further"].get(name, {})
    for key, about in said["parameters"].items():
        if key != "region" or "region_code" in filterable(name):
            yield key, about
    yield from further.items()
    if "fiscal_year" in filterable(name):
        yield "year", said["year"]
    for column in filterable(name):
        if column not in {**said["parameters"], **further}:
            yield column, _equal(said["equal"], column_kind(name, column))
            for end in ends_of(name, column):
                yield f"{column}_{end}", said["ends"][end]


def _equal(said: Mapping[str, str], kind: str) -> Members:
    """Return what is said of the parameter that is called like a column of a kind."""
    pattern = {"pattern": said[kind]} if kind in said else {}
    return {"schema": {"type": "string", **pattern}, "description": said["description"]}


def schemas() -> Members:
    """Return the schemas by name: the rows and pages of every table, and problems."""
    said = _said()
    found = {"Problem": said["Problem"]}
    found |= {_schema_name(name, "Answer"): about for name, about in said["answers"].items()}
    for name in table_names():
        members = {column: said["kinds"][column_kind(name, column)] for column in columns(name)}
        items = {"items": {"type": "array", "items": _named(name, "Row")}}
        found[_schema_name(name, "Row")] = {"type": "object", "properties": members}
        found[_schema_name(name, "Page")] = {**said["page"], "properties": {**said["page"]["properties"], **items}}
    return found


def _schema_name(table: str, kind: str) -> str:
    """Return the name of a schema, which programs take for the name of a class."""
    return "".join(word.capitalize() for word in re.split("[-_]", table)) + kind


def _named(table: str, kind: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{_schema_name(table, kind)}"}


def _answer(name: str, kind: str, files: Collection[str] = ()) -> Members:
    content: Members = {"application/json": {"schema": _named(name, kind)}}
    content |= {TYPES[each].partition(";")[0]: {"schema": _BYTES} for each in files}
    return {"description": described()[name]["about"], "content": content}


def item_responses(name: str) -> Responses:
    """Return the OpenAPI responses of one row."""
    return {200: _answer(name, "Row"), **_said()["unchanged"]}


def complete(document: Members) -> None:
    """Add to a description what is alike for many operations: problems, schemas, parameters, the SPARQL endpoint."""
    said = _said()
    document["components"]["schemas"].update(schemas())
    ask = said["sparql"]
    content = ask["get"]["responses"]["200"]["content"]
    answered = {"200": {**ask["post"]["responses"]["200"], "content": content}}
    document["paths"]["/sparql"] = {"get": ask["get"], "post": {**ask["post"], "responses": answered}}
    for ways in document["paths"].values():
        for method, operation in ways.items():
            _complete_operation(operation, said, said["changing"] if method == "post" else said["following"])


def _complete_operation(operation: Members, said: Members, beside: Mapping[str, str]) -> None:
    name = operation["operationId"]
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    statuses = {**said["statuses"], **beside}
    told = {status: {"description": text, "content": problem} for status, text in statuses.items()}
    operation["responses"] = {**operation["responses"], **told}
    operation["description"] = said["about"].get(name, operation.get("description", ""))
    if name in said["answers"]:
        operation["responses"]["200"]["content"] = {"application/json": {"schema": _named(name, "Answer")}}
    if name in said["feeds"]:
        operation["responses"]["200"]["content"] = {said["feeds"][name]: {"schema": {"type": "string"}}}
    added = [{"name": key, "in": "query", **about} for key, about in said["added"].get(name, {}).items()]
    if added:
        operation["parameters"] = added
    for each in operation.get("parameters", ()):
        if (name, each["name"]) == ("search", "kind"):
            each["schema"] = {"type": "array", "items": {"type": "string", "enum": list(schema()["found"])}}
        if each["name"] == "table" and added:
            each["schema"] = {**each["schema"], "enum": list(table_names())}
