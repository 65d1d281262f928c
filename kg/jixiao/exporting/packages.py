"""Write all tables together: a workbook, ZIPs of CSV or Parquet files, a Frictionless data package."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import IO, TYPE_CHECKING, Any, BinaryIO

from jixiao.exporting.archive import ZipWriter
from jixiao.exporting.columns import BOOLEAN, DATE, DECIMAL, INTEGER, MAP, TABLE_TITLES, ColumnSpec, describe
from jixiao.exporting.output import SequentialFile
from jixiao.exporting.parquet import write_parquet
from jixiao.exporting.rows import Row, write_csv, write_csv_excel
from jixiao.exporting.workbook import NOTES, WorkbookWriter
from jixiao.vocab import JX, RDFS

if TYPE_CHECKING:
    from jixiao.exporting.filters import NodeFilters
    from jixiao.exporting.selection import Selection
    from jixiao.tables import SupportsQuery

_Allowed = Container[object]

_FIELD_TYPES = {DECIMAL: "number", INTEGER: "integer", BOOLEAN: "boolean", DATE: "date", MAP: "object"}
_DIALECT = {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True}
# What the columns of the amounts are in the model of a Fiscal Data Package.
_DIMENSIONS = {
    "date": ("datetime", ["fiscal_year"]),
    "administrator": ("entity", ["department"]),
    "classification": ("classification", ["item_code", "item", "item_scheme"]),
    "fund": ("other", ["fund"]),
    "table": ("other", ["table_kind", "table_title", "column", "side", "expenditure"]),
    "source": ("other", ["iri", "document", "table", "page", "line"]),
}
_FINDINGS = frozenset({"findings", "issues"})
_FIGURES = frozenset({"amounts", "facts"})


@dataclass(frozen=True, slots=True)
class SelectedTable:
    """Hold a table and the rows of it that pass; they can be read more than once."""

    name: str
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]

    @property
    def described(self) -> list[ColumnSpec]:
        """Return the columns with type, title and explanation."""
        return describe(self.columns, self.name)


def selected_tables(store: SupportsQuery, selection: Selection) -> Iterator[SelectedTable]:
    """Yield the tables with the rows that pass the filters.

    Filters by document, department and year hold for the tables that have such a column; those by region, level and
    concept for all that belong to a department, and for the indicators. ``findings`` and ``figures`` leave tables out
    when they are False.
    """
    from jixiao.tables import TABLES, read_table

    conditions = _conditions(store, selection)
    for name, table in TABLES.items():
        if (name in _FINDINGS and not selection.findings) or (name in _FIGURES and not selection.figures):
            continue
        checks = {}
        for column in table.columns:
            allowed = conditions.get(f"{name}.{column}", conditions.get(column))
            if allowed is not None:
                checks[column] = allowed
        read = partial(read_table, store, name, copies=not selection.without_copies)
        yield SelectedTable(name, table.columns, partial(_passing, read, checks))


def _passing(read: Callable[[], Iterator[Row]], checks: Mapping[str, _Allowed]) -> Iterator[Row]:
    for row in read():
        if all(row[column] in allowed for column, allowed in checks.items()):
            yield row


def _conditions(store: SupportsQuery, selection: Selection) -> dict[str, _Allowed]:
    """Return the values that pass by column, or by ``table.column`` where it holds for one table."""
    from jixiao.exporting.documents import find_documents, read_code_lists
    from jixiao.exporting.filters import resolve_filters

    conditions: dict[str, _Allowed] = {}
    if selection.document is not None:
        conditions["document"] = {each.name for each in find_documents(store, selection)}
    if selection.year is not None:
        conditions["fiscal_year"] = conditions["year"] = {selection.year}
    if selection.filtered:
        filters = resolve_filters(store, selection, read_code_lists(store))
        if filters.departments is not None:
            conditions["department"] = conditions["departments.name"] = _labels(store, filters.departments)
        if filters.of_indicators:
            conditions["indicators.iri"] = _indicators(store, filters)
    return conditions


def _values(variable: str, iris: Iterable[str]) -> str:
    return f"VALUES {variable} {{ {' '.join(f'<{iri}>' for iri in sorted(iris))} }}"


def _labels(store: SupportsQuery, iris: Iterable[str]) -> set[object]:
    rows = store.query(f"SELECT ?n {{ {_values('?d', iris)} ?d <{RDFS.label}> ?n }}")
    return {row["n"].value for row in rows}


def _indicators(store: SupportsQuery, filters: NodeFilters) -> set[object]:
    pattern = ""
    if filters.levels is not None:
        pattern += f"{_values('?level', filters.levels)} ?i <{JX.level1}>|<{JX.level2}> ?level . "
    if filters.concepts is not None:
        pattern += f"{_values('?concept', filters.concepts)} ?i <{JX.concept}> ?concept . "
    return {row["i"].value for row in store.query(f"SELECT DISTINCT ?i {{ {pattern}}}")}


def write_workbook(store: SupportsQuery, selection: Selection, stream: BinaryIO, *, machine: bool = False) -> None:
    """Write all tables of a selection as one workbook, with the sheet 说明 first."""
    tables = list(selected_tables(store, selection))
    with WorkbookWriter(stream, machine=machine) as book:
        book.add_notes([*selection.told(), *NOTES], [(table.name, table.columns) for table in tables])
        for table in tables:
            book.add_table(table.name, table.rows(), table.columns)


write_machine_workbook = partial(write_workbook, machine=True)


def _write_zip(
    store: SupportsQuery, selection: Selection, stream: BinaryIO, *, suffix: str, write: Callable[..., None]
) -> None:
    """Write a ZIP with a file for each table."""
    with ZipWriter(stream) as archive:
        for table in selected_tables(store, selection):
            with archive.open(f"{table.name}.{suffix}") as file:
                write(table.rows(), table.columns, file, table.name)


write_csv_zip = partial(_write_zip, suffix="csv", write=write_csv)
write_csv_excel_zip = partial(_write_zip, suffix="csv", write=write_csv_excel)
write_parquet_zip = partial(_write_zip, suffix="parquet", write=write_parquet)


# ---------------------------------------------------------------- data package


def write_package(store: SupportsQuery, selection: Selection, stream: BinaryIO) -> None:
    """Write a Frictionless data package (specification 1): CSV files as they are, and their schemas.

    With amounts in it, it is a Fiscal Data Package (0.3) as well: its model says which columns are measures and which
    dimensions. The profile stays the tabular one, which is what the schema of the fiscal profile asks for.
    """
    resources = []
    sources: list[dict[str, Any]] = []
    with ZipWriter(stream) as archive:
        for table in selected_tables(store, selection):
            if table.name == "documents":
                sources = [_source(row) for row in table.rows()]
            with archive.open(f"{table.name}.csv") as file:
                digest = _HashedFile(file)
                write_csv(table.rows(), table.columns, digest)  # type: ignore[arg-type]
            resources.append(_resource(table, digest))
        archive.write("datapackage.json", json.dumps(_package(resources, sources), ensure_ascii=False, indent=1) + "\n")


class _HashedFile(SequentialFile):
    """Pass bytes on, and remember how many they were and their SHA-256."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(stream)
        self.hash = sha256()
        self.size = 0

    def write(self, data: Any) -> int:
        """Pass bytes on."""
        self.hash.update(data)
        self.size += len(data)
        return super().write(data)


def _resource(table: SelectedTable, digest: _HashedFile) -> dict[str, Any]:
    fields = []
    for column in table.described:
        field = {"name": column.name, "title": column.title, "type": _FIELD_TYPES.get(column.type, "string")}
        if column.description:
            field["description"] = column.description
        fields.append(field)
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
        "dialect": _DIALECT,
        "schema": {"fields": fields, "missingValues": [""], "primaryKey": _key(table)},
    }


def _key(table: SelectedTable) -> str | list[str]:
    """Return the columns that tell the rows: the row of a copy has the IRI of the one that counts."""
    return ["document", "iri"] if "copy_of" in table.columns else "iri"


def _source(row: Row) -> dict[str, Any]:
    """Return a document as the specification has its sources: a title, and where it was published if that is known."""
    source: dict[str, Any] = {"title": f"{row['title']} ({row['document']}, SHA-256 {row['sha256']})"}
    if row["source_url"]:
        source["path"] = row["source_url"]
    return source


def _package(resources: list[dict[str, Any]], sources: list[dict[str, Any]]) -> dict[str, Any]:
    package: dict[str, Any] = {
        "name": "jixiao",
        "title": "预算绩效知识图谱：数据表",
        "description": "由公开的预算绩效文件读出；每行都有出处，引用时请注明发布机关。金额以元计，百分数 95 表示 95%。",
        "sources": sources,
        "profile": "tabular-data-package",
        "resources": resources,
    }
    if any(resource["name"] == "amounts" for resource in resources):
        measure = {**_of_amounts("amount"), "currency": "CNY", "factor": 1}
        package["model"] = {"measures": {"amount": measure}, "dimensions": _dimensions()}
    return package


def _of_amounts(column: str) -> dict[str, str]:
    return {"source": column, "resource": "amounts"}


def _dimensions() -> dict[str, Any]:
    dimensions = {}
    for name, (kind, columns) in _DIMENSIONS.items():
        first, *_ = columns
        attributes = {column: _of_amounts(column) for column in columns}
        dimensions[name] = {"dimensionType": kind, "primaryKey": first, "attributes": attributes}
    return dimensions
