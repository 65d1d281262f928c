"""What the side tables hold beside the columns of the contract: kinds of columns, filters, four more tables."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jixiao.tables.specs import TABLES

EXTRA = {
    "regions": ("code", "name", "parent", "kind", "departments", "iri"),
    "concepts": ("scheme", "key", "label", "label_en", "parent", "alt", "indicators", "iri"),
    "coverage": (
        "department", "fiscal_year", "documents", "targets", "monitoring", "self_evaluation", "approval", "budget",
        "final_accounts", "unread", "missing", "region_code", "iri",
    ),
    "reference-indicators": (
        "concept", "unit", "bound", "scope", "called", "names", "comparators", "offices", "rows", "documents",
        "lowest", "first_quartile", "median", "third_quartile", "highest", "cases", "iri",
    ),
}  # fmt: skip
DERIVED = {"coverage": "AND department IN moved", "reference-indicators": "AND concept IN stale"}
"""The tables worked out from the other side tables by the SQL of their name, and which of their rows are at a time."""
REFERENCE_ROWS = "reference-rows"  # a view: the rows that each reference figure stands on
REFERENCE_PLACES = "reference-places"
STALE = "stale"
COLUMNS: Mapping[str, tuple[str, ...]] = {**{name: spec.columns for name, spec in TABLES.items()}, **EXTRA}
"""The columns of every table that can be read, in order."""


@cache
def schema() -> dict[str, Any]:
    """Return the description of the side tables."""
    return tomllib.loads(Path(__file__).with_name("schema.toml").read_text("utf-8"))


@cache
def derivation(name: str) -> str:
    """Return the SQL that works a derived table or a view out from the other side tables."""
    return Path(__file__).with_name(f"{name}.sql").read_text("utf-8")


@cache
def columns(name: str) -> tuple[str, ...]:
    """Return the columns of a side table: those of the contract, and the code of the department's region."""
    if name in EXTRA:
        return EXTRA[name]
    own = TABLES[name].columns
    if "department" in own:
        return (*own, "region_code")
    return own


def table_names() -> tuple[str, ...]:
    """Return the side tables."""
    return (*TABLES, *EXTRA)


@cache
def filterable(name: str) -> tuple[str, ...]:
    """Return the columns that can be filtered and sorted by."""
    return tuple(column for column in columns(name) if column not in schema()["long"])


@cache
def column_kind(name: str, column: str) -> str:
    """Return what a column holds: number, integer, boolean, list, map (texts by words) or text."""
    known = schema()
    if name in TABLES and column in TABLES[name].lists:
        return "list"
    if column in known["lists"].get(name, ()):
        return "list"
    if name in TABLES and column in TABLES[name].maps:
        return "map"
    if name == "departments" and column == "projects":
        return "integer"
    for kind in ("number", "integer", "boolean"):
        if column in known[f"{kind}s"]:
            return kind
    return "text"
