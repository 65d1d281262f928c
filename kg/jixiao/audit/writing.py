"""Write the findings of a store: for people, for programs, and as a page that can be mailed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from importlib.resources import files
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

from jixiao.audit.report import Report, read_report
from jixiao.errors import UsageError
from jixiao.model import Severity

if TYPE_CHECKING:
    from jixiao.store.protocol import Store


def write_findings(
    store: Store,
    format: str,  # noqa: A002
    output: Path | None,
    *,
    selected: str | None = None,
    min_severity: str | None = None,
    config: Path | None = None,
    fresh: bool = False,
) -> int:
    """Write the findings as text, jsonl, xlsx, turtle or html and return the number of violations among them.

    Raises ``UsageError`` for an unknown format, rule or severity, and for settings that cannot be read.
    """
    writer = _WRITERS.get(format)
    if writer is None:
        raise UsageError(f"没有这种格式；可用的有 (formats): {' '.join(_WRITERS)}", "unknown-format", format)
    report = read_report(store, selected=selected, min_severity=min_severity, config=config, fresh=fresh)
    writer(report, store, output)
    return report.counts[Severity.VIOLATION]


def _write_lines(lines: Iterable[str], output: Path | None) -> None:
    """Write lines of text."""
    from jixiao.exporting.output import open_output

    with open_output(output) as stream:
        for line in lines:
            stream.write(f"{line}\n".encode())


def _write_text(report: Report, store: Store, output: Path | None) -> None:
    """Write for people at a terminal, as wide as it is."""
    from jixiao.audit.listing import WIDTH, text_lines

    width = WIDTH
    if output is None and sys.stdout.isatty():
        width = get_terminal_size().columns
    _write_lines(text_lines(report, width), output)


def _write_html(report: Report, store: Store, output: Path | None) -> None:
    """Write one page that stands alone."""
    from jixiao.audit.page import page_lines

    _write_lines(page_lines(report), output)


def _write_rows(format: str, report: Report, store: Store, output: Path | None) -> None:  # noqa: A002
    """Write the table of the findings."""
    from jixiao.exporting import write_rows
    from jixiao.tables import TABLES

    rows = (finding.row for finding in report.findings)
    write_rows(rows, TABLES["findings"].columns, format, output)


def _write_workbook(report: Report, store: Store, output: Path | None) -> None:
    """Write the workbook an office works through."""
    from jixiao.audit.checklist import write_checklist
    from jixiao.exporting.output import open_output

    with open_output(output) as stream:
        write_checklist(report, stream, title="绩效审核整改清单")


def _write_turtle(report: Report, store: Store, output: Path | None) -> None:
    """Write what the graph says of the findings."""
    from pyoxigraph import RdfFormat, serialize

    from jixiao.exporting.output import open_output
    from jixiao.vocab import PREFIXES

    triples = sorted(set(_triples(report, store)), key=str)
    with open_output(output) as stream:
        serialize(triples, stream, format=RdfFormat.TURTLE, prefixes=PREFIXES)


def _triples(report: Report, store: Store) -> Iterator[Any]:
    """Yield what the graph says about the findings and about the rows they show."""
    from pyoxigraph import Triple

    wanted = {str(finding.row["iri"]) for finding in report.findings}
    solutions: Any = store.query(files("jixiao.audit").joinpath("report_graph.rq").read_text("utf-8"))
    for each in solutions:
        if each["finding"].value in wanted:
            yield Triple(each["subject"], each["property"], each["value"])


_WRITERS: Mapping[str, Callable[[Report, Store, Path | None], None]] = {
    "text": _write_text,
    "jsonl": partial(_write_rows, "jsonl"),
    "xlsx": _write_workbook,
    "turtle": _write_turtle,
    "html": _write_html,
}
