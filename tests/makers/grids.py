"""Show what a reader found in a form a test can compare."""

from __future__ import annotations

from jixiao.model import Document, Table
from tests.makers.forms import Form, Spot


def spots(table: Table) -> list[Spot]:
    """Return the cells of a table with their rows, columns and spans."""
    return [
        Spot(cell.text, index, cell.column, cell.rowspan, cell.colspan)
        for index, row in enumerate(table.rows)
        for cell in row.cells
    ]


def expected(form: Form) -> list[Spot]:
    """Return the cells of a form in reading order."""
    return sorted(form.cells, key=lambda spot: (spot.row, spot.column))


def only_table(document: Document) -> Table:
    """Return the one table of a document."""
    (table,) = document.tables
    return table


def texts(document: Document) -> list[str]:
    """Return the paragraphs of a document."""
    return [paragraph.text for paragraph in document.paragraphs]


def rows(table: Table) -> list[list[str]]:
    """Return the texts of a table, row by row."""
    return [[cell.text for cell in row.cells] for row in table.rows]
