"""The formats of exports and of tables: one list (``formats.csv``), and the functions that write any of them."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from jixiao.config import BASE_IRI
from jixiao.errors import UsageError
from jixiao.exporting.output import open_output

if TYPE_CHECKING:
    from jixiao.exporting.building import Marks
    from jixiao.exporting.rows import Row
    from jixiao.exporting.selection import Selection
    from jixiao.tables import SupportsQuery

GRAPH, ROWS = "graph", "rows"
_BINARY = ("zip", "xlsx")
_CALLED_BY_TABLE = ("xlsx", "parquet")  # what columns are called there, or hold, depends on the table
MACHINE = "-machine"  # the name of a format that keeps names and codes as programs use them


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """Describe a format: what it is written from, by which function, and how far it goes when nothing is said.

    ``kind`` is graph (the property graph), rdf, tables (all of them) or rows (of one table).
    """

    kind: str
    name: str
    writer: str
    suffix: str
    media_type: str
    depth: int
    title: str

    def load(self) -> Callable[..., None]:
        """Return the function that writes it."""
        module, _, function = self.writer.partition(":")
        found: Callable[..., None] = getattr(import_module(f"jixiao.exporting.{module}"), function)
        return found


def _read_formats() -> Iterable[ExportFormat]:
    with Path(__file__).with_name("formats.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            depth = int(row.pop("depth"))
            yield ExportFormat(depth=depth, **row)


FORMATS: dict[str, ExportFormat] = {}
ROW_FORMATS: dict[str, ExportFormat] = {}
for _format in _read_formats():
    _list = ROW_FORMATS if _format.kind == ROWS else FORMATS
    _list[_format.name] = _format


def named(format: str, *, machine: bool) -> str:  # noqa: A002
    """Return the name of a format, of the one for programs where ``machine`` asks for it and there is one."""
    if machine and format == "xlsx":
        return format + MACHINE
    return format


def _find(formats: Mapping[str, ExportFormat], name: str) -> ExportFormat:
    if name not in formats:
        raise UsageError(f"没有这种格式；可用的有 (formats): {' '.join(formats)}", "unknown-format", name)
    return formats[name]


def write_rows(
    rows: Iterable[Row],
    columns: Sequence[str],
    format: str,  # noqa: A002
    path: Path | None,
    table: str | None = None,
) -> None:
    """Write rows in the order of ``columns`` to a file or standard output; raises UsageError for an unknown format.

    ``table`` says whose columns they are: some are called by it.
    """
    chosen = _find(ROW_FORMATS, format)
    write = chosen.load()
    if chosen.suffix in _CALLED_BY_TABLE and table:
        write = partial(write, table=table)
    with open_output(path) as stream:
        write(rows, columns, stream)


def export(
    store: SupportsQuery,
    format: str,  # noqa: A002
    selection: Selection,
    path: Path | None,
    *,
    compression: str | None = None,
    base_iri: str = BASE_IRI,
    marks: Marks | None = None,
) -> None:
    """Write a format to a file, which is whole or not there, or to standard output (None).

    ``marks`` are further attributes of nodes, such as what an analysis found (``jixiao.analysis.mark_nodes``).
    ``compression`` is gzip or zstd; by default the ending of ``path`` says it. Raises UsageError for what cannot be:
    an unknown format, filters that name nothing, a diagram too large to draw.
    """
    chosen = _find(FORMATS, format)
    if path is None and chosen.suffix in _BINARY and sys.stdout.isatty():
        message = "这种格式不是文本，请用 -o 写入文件 (not text: write it to a file with -o)"
        raise UsageError(message, "needs-file", format)
    write = chosen.load()
    suited = selection.suited(chosen.depth, whole=chosen.kind != GRAPH)
    with open_output(path, compression) as stream:
        if chosen.kind != GRAPH:
            write(store, suited, stream)
            return
        from jixiao.exporting.building import build_graph

        with build_graph(store, suited, base_iri=base_iri, marks=marks) as graph:
            write(graph, stream)
