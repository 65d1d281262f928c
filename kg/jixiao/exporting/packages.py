"""Write all tables together: ZIPs of CSV or Parquet files, and a Frictionless data package that explains itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import IO, TYPE_CHECKING, Any, BinaryIO

from jixiao.exporting.archive import Archive
from jixiao.exporting.columns import BOOLEAN, DATE, DECIMAL, INTEGER, TABLE_TITLES, Column, describe
from jixiao.exporting.rows import Row, write_csv_exact
from jixiao.exporting.rows import write_csv as csv_rows
from jixiao.exporting.rows import write_csv_excel as csv_excel_rows

if TYPE_CHECKING:
    from jixiao.exporting.selection import Selection
    from jixiao.tables import SupportsQuery

_FIELD_TYPES = {DECIMAL: "number", INTEGER: "integer", BOOLEAN: "boolean", DATE: "date"}
_FACTS = frozenset({"indicators", "tasks", "goals", "funds", "management", "evaluations", "amounts", "facts"})
_FINDINGS = frozenset({"findings", "issues"})
_FIGURES = frozenset({"amounts", "facts"})
_NAMED = {"departments": "name", "findings": "department"}


@dataclass(frozen=True, slots=True)
class SelectedTable:
    """Hold a table and the rows of it that pass; they can be read more than once."""

    name: str
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]


def selected_tables(store: SupportsQuery, selection: Selection) -> Iterator[SelectedTable]:
    """Yield the tables with the rows that pass the filters.

    Filters by document, department and year hold for the tables that have such a column; those by region, level and
    concept for all that belong to a department, and for the indicators. ``findings`` and ``figures`` leave tables out
    when they are False.
    """
    from jixiao.tables import TABLES, read_table

    passes = _conditions(store, selection)
    for name, table in TABLES.items():
        if (name in _FINDINGS and not selection.findings) or (name in _FIGURES and not selection.figures):
            continue
        columns = table.columns

        def rows(name: str = name) -> Iterator[Row]:
            return (row for row in read_table(store, name) if passes(name, row))

        yield SelectedTable(name, columns, rows)


def _conditions(store: SupportsQuery, selection: Selection) -> Callable[[str, Row], bool]:
    """Return the test a row of a table has to pass."""
    documents, departments = None, None
    if selection.document is not None:
        from jixiao.exporting.documents import find_documents

        documents = {each.name for each in find_documents(store, selection)}
    indicators: set[str] | None = None
    if selection.filtered:
        from jixiao.exporting.documents import read_codes
        from jixiao.exporting.filters import resolve_filters

        filters = resolve_filters(store, selection, read_codes(store))
        if filters.departments is not None:
            departments = _names(store, filters.departments)
        if filters.of_indicators:
            indicators = _indicators(store, filters.levels, filters.concepts)

    def passes(name: str, row: Row) -> bool:
        if documents is not None and "document" in row and row["document"] not in documents:
            return False
        column = _NAMED.get(name, "department")
        if departments is not None and column in row and row[column] not in departments:
            return False
        years = [row[each] for each in ("fiscal_year", "year") if row.get(each) is not None]
        if selection.year is not None and name in _FACTS | {"projects", "documents"} and selection.year not in years:
            return False
        return indicators is None or name != "indicators" or row["iri"] in indicators

    return passes


def _names(store: SupportsQuery, departments: Iterable[str]) -> set[str]:
    from jixiao.vocab import RDFS

    values = " ".join(f"<{iri}>" for iri in sorted(departments))
    return {row["n"].value for row in store.query(f"SELECT ?n {{ VALUES ?d {{ {values} }} ?d <{RDFS.label}> ?n }}")}


def _indicators(store: SupportsQuery, levels: Iterable[str] | None, concepts: Iterable[str] | None) -> set[str]:
    from jixiao.vocab import JX

    parts: list[str] = []
    for path, wanted in ((f"<{JX.level1}>|<{JX.level2}>", levels), (f"<{JX.concept}>", concepts)):
        if wanted is not None:
            name = f"?c{len(parts)}"
            parts.append(f"VALUES {name} {{ {' '.join(f'<{iri}>' for iri in sorted(wanted))} }} ?i {path} {name} .")
    return {row["i"].value for row in store.query(f"SELECT DISTINCT ?i {{ {' '.join(parts)} }}")}


def _write_zip(
    store: SupportsQuery, selection: Selection, stream: BinaryIO, suffix: str, writer: Callable[..., None]
) -> None:
    with Archive(stream) as archive:
        for table in selected_tables(store, selection):
            with archive.open(f"{table.name}.{suffix}") as file:
                writer(table.rows(), table.columns, file)


def write_csv(store: SupportsQuery, selection: Selection, stream: BinaryIO) -> None:
    """Write a ZIP of CSV files for programs that is safe to open in a spreadsheet too."""
    _write_zip(store, selection, stream, "csv", csv_rows)


def write_csv_excel(store: SupportsQuery, selection: Selection, stream: BinaryIO) -> None:
    """Write a ZIP of CSV files that Excel opens by a double click."""
    _write_zip(store, selection, stream, "csv", csv_excel_rows)


def write_parquet(store: SupportsQuery, selection: Selection, stream: BinaryIO) -> None:
    """Write a ZIP of Parquet files."""
    from jixiao.exporting.parquet import write_parquet as parquet_rows

    with Archive(stream) as archive:
        for table in selected_tables(store, selection):
            with archive.open(f"{table.name}.parquet") as file:
                parquet_rows(table.rows(), table.columns, file, table.name)


# ---------------------------------------------------------------- data package


def write_package(store: SupportsQuery, selection: Selection, stream: BinaryIO) -> None:
    """Write a Frictionless data package (specification 1): CSV files as they are, and their schemas.

    With amounts in it, it is a Fiscal Data Package (0.3) as well: its model says which columns are measures and which
    dimensions. The profile stays the tabular one, which is what the schema of the fiscal profile asks for.
    """
    resources = []
    with Archive(stream) as archive:
        for table in selected_tables(store, selection):
            with archive.open(f"{table.name}.csv") as file:
                digest = _Digest(file)
                write_csv_exact(table.rows(), table.columns, digest)  # type: ignore[arg-type]
            resources.append(_resource(table, digest))
        archive.write("datapackage.json", json.dumps(_package(resources), ensure_ascii=False, indent=1) + "\n")


class _Digest:
    """Pass bytes on, and remember how many they were and their SHA-256."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.hash = sha256()
        self.size = 0
        self.closed = False

    def write(self, data: bytes) -> int:
        self.hash.update(data)
        self.size += len(data)
        return self._stream.write(data)

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def flush(self) -> None:
        self._stream.flush()


def _resource(table: SelectedTable, digest: _Digest) -> dict[str, Any]:
    return {
        "name": table.name,
        "title": TABLE_TITLES[table.name],
        "profile": "tabular-data-resource",
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": digest.size,
        "hash": f"sha256:{digest.hash.hexdigest()}",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": {
            "fields": [_field(column) for column in describe(table.columns, table.name)],
            "missingValues": [""],
            "primaryKey": "iri",
        },
    }


def _field(column: Column) -> dict[str, Any]:
    field = {"name": column.name, "title": column.title, "type": _FIELD_TYPES.get(column.type, "string")}
    if column.description:
        field["description"] = column.description
    return field


def _package(resources: list[dict[str, Any]]) -> Mapping[str, Any]:
    names = {resource["name"] for resource in resources}
    package = {
        "name": "jixiao",
        "title": "预算绩效知识图谱：数据表",
        "description": "由公开的预算绩效文件读出；每行都有出处。金额以元计，百分数 95 表示 95%。",
        "profile": "tabular-data-package",
        "resources": resources,
    }
    if "amounts" not in names:
        return package

    def at(column: str) -> dict[str, str]:
        return {"source": column, "resource": "amounts"}

    def dimension(kind: str, *columns: str) -> dict[str, Any]:
        attributes = {column: at(column) for column in columns}
        return {"dimensionType": kind, "primaryKey": columns[0], "attributes": attributes}

    return {
        **package,
        "model": {
            "measures": {"amount": {**at("amount"), "currency": "CNY", "factor": 1}},
            "dimensions": {
                "date": dimension("datetime", "fiscal_year"),
                "administrator": dimension("entity", "department"),
                "classification": dimension("classification", "item_code", "item", "item_scheme"),
                "fund": dimension("other", "fund"),
                "table": dimension("other", "table_kind", "table_title", "column", "side", "expenditure"),
                "source": dimension("other", "iri", "document", "table", "page", "line"),
            },
        },
    }
