"""Recompute tables whatever they are called: price times quantity, columns and rows that add up, parts named 其中."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jixiao.accounts.sums import some_make
from jixiao.audit.context import DocumentAudit, Findings
from jixiao.audit.figures import WAN, add_up, round_half_up, shortened, write_number, write_sum
from jixiao.audit.wording import says
from jixiao.model import Cell, Finding, FormKind, Row, Source, Table
from jixiao.text.folding import squeeze
from jixiao.values.amounts import money_factor

_FIGURE = re.compile(r"(?P<number>-?\d[\d,]*(?:\.\d+)?)(?P<scale>[万亿]?)(?P<unit>[^\d.]{0,12})")
_PART = re.compile(r"^其中")
_NO_SUMS = ("%", "％", "‰", "年", "月", "-", "—", "~", "～")
_SCALES = {"": Decimal(1), "万": WAN, "亿": WAN * WAN}
_CENT = Decimal("0.01")
_PRICED = Decimal("0.005")
_LEAST = 2  # rows or columns that follow a rule show that it holds
_LEAST_DOWN = 3
_MOST_OF_IT = Decimal("0.8")
_LEAST_OF_FORM = 3  # rows that a list of counties is not misread as
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class _Line:
    """Hold one row of figures: its label, its figures by column, where it is printed."""

    label: str
    figures: Mapping[int, Decimal]
    source: Source


@dataclass(frozen=True, slots=True)
class _Grid:
    """Hold a table of figures below one header row, as printed; ``heads`` are the header's words by column."""

    heads: Mapping[int, str]
    lines: Sequence[_Line]
    total: _Line | None

    def columns(self, pattern: str) -> list[int]:
        """Return the columns of figures whose header says something."""
        return [column for column, head in self.heads.items() if says(pattern, head) and self.filled(column)]

    def filled(self, column: int) -> bool:
        """Tell whether a column holds figures."""
        return any(column in line.figures for line in self.lines)


def table_sums(audit: DocumentAudit) -> Findings:
    """Find rows and totals of a table that break the rule which its other rows or columns follow."""
    if audit.document is None:
        return
    rows = Counter(row.source.table for row in audit.indicators)
    lists = {plan.form.source.table for plan in audit.plans if plan.form.kind == FormKind.PROJECT_TARGET_SUMMARY}
    of_forms = {table for table, count in rows.items() if count >= _LEAST_OF_FORM} - lists
    of_money = {table.source.table for table in audit.records.money_tables if table.amounts}
    for table in audit.document.tables:
        grid = None if table.index in of_forms else _grid(table)
        if grid is None:
            continue
        yield from _products(audit, grid)
        yield from _parts_beside(audit, grid)
        if table.index not in of_money:
            yield from _across(audit, grid)
            yield from _down(audit, grid)


# ------------------------------------------------------------ reading a table


def _grid(table: Table) -> _Grid | None:
    """Return the figures below the first row of several words, None for a table without."""
    header = next((row for row in table.rows if len(row.filled) > _LEAST), None)
    if header is None or any(map(_number, header.filled)):
        return None
    heads = {cell.column: squeeze(cell.text) for cell in header.filled}
    lines = [_line(table, row, heads) for row in table.rows if row.place.line > header.place.line]
    lines = [line for line in lines if line.figures]
    ends = [place for place in (-1, 0) if lines and says("total_row", lines[place].label)]
    total = lines.pop(ends[0]) if ends else None
    if len(lines) < _LEAST or any(says("total_row", line.label) for line in lines):
        return None  # several totals: whose they are is for the readers of money tables to say
    return _Grid(heads, lines, total)


def _line(table: Table, row: Row, heads: Mapping[int, str]) -> _Line:
    """Return the figures of a row by the column they stand in."""
    source = Source(table.index, row.place.line, row.text, row.place.page, row.place.where)
    named = [cell for cell in row.filled if _number(cell) is None]
    figures = {
        cell.column: number for cell in row.filled if cell.column in heads and (number := _number(cell)) is not None
    }
    return _Line(squeeze(named[0].text) if named else "", figures, source)


def _number(cell: Cell) -> Decimal | None:
    """Return the number of a cell, scaled as printed (2500万只), None for words."""
    found = _FIGURE.fullmatch(squeeze(cell.text))
    if found is None or found["unit"].startswith(_NO_SUMS):
        return None
    scale = _SCALES[found["scale"]]
    if (found["scale"] + found["unit"]).startswith(("万元", "亿元")):
        scale = money_factor(found["scale"] + "元") or scale
    return Decimal(found["number"].replace(",", "")) * scale


# ------------------------------------------------------------ rules of a table


def _products(audit: DocumentAudit, grid: _Grid) -> Findings:
    """Find rows whose price times quantity is not the amount, where other rows make it with one factor of units."""
    columns = [grid.columns(name) for name in ("price_column", "count_column", "amount_column")]
    if not all(len(found) == 1 for found in columns):
        return
    price, count, amount = (found[0] for found in columns)
    full = [line for line in grid.lines if {price, count, amount} <= line.figures.keys() and line.figures[amount]]
    made = [line.figures[price] * line.figures[count] for line in full]
    factor = _usual([each / line.figures[amount] for each, line in zip(made, full, strict=True)])
    if not factor:
        return
    for line, product in zip(full, made, strict=True):
        printed = line.figures[amount]
        if abs(product / factor - printed) > _PRICED * printed:
            parts = f"{write_number(line.figures[price])}×{write_number(line.figures[count])}"
            yield _differs(audit, line, grid.heads[amount], parts, product / factor, printed)


def _usual(ratios: Sequence[Decimal]) -> Decimal | None:
    """Return the ratio that most of several rows have, at least two, None for none."""
    for ratio, times in Counter(round(each, 2) for each in ratios).most_common(1):
        if times >= _LEAST and times * 2 > len(ratios):
            return ratio
    return None


def _parts_beside(audit: DocumentAudit, grid: _Grid) -> Findings:
    """Find parts (其中：…) that are above the column before them, where other rows keep them below."""
    before: int | None = None
    for column, head in grid.heads.items():
        if not grid.filled(column):
            continue
        whole, before = before, before if _PART.search(head) else column
        if whole is None or not _PART.search(head):
            continue
        both = [line for line in grid.lines if {whole, column} <= line.figures.keys()]
        above = [line for line in both if line.figures[column] > line.figures[whole] + _CENT]
        if len(both) - len(above) >= max(_LEAST, len(above)):
            for line in above:
                part, total = line.figures[column], line.figures[whole]
                yield audit.finding(
                    "R203",
                    None,
                    variant="within",
                    evidence=[line],
                    row=f"{line.label}：",
                    part_name=head,
                    part=str(part),
                    total_name=grid.heads[whole],
                    total=str(total),
                    off=part - total,
                )


def _across(audit: DocumentAudit, grid: _Grid) -> Findings:
    """Find rows whose columns do not make the column of totals, where most rows do."""
    for column in grid.columns("total_column"):
        parts = [
            each
            for each in grid.heads
            if each != column and grid.filled(each) and not says("no_part", grid.heads[each])
        ]
        full = [line for line in grid.lines if {column, *parts} <= line.figures.keys()]
        wrong = [line for line in full if abs(_sum(line, parts) - line.figures[column]) > _CENT * len(parts)]
        if len(parts) > 1 and len(full) - len(wrong) >= max(_LEAST, len(wrong) + 1):
            for line in wrong:
                written = write_sum(line.figures[each] for each in parts)
                yield _differs(audit, line, grid.heads[column], written, _sum(line, parts), line.figures[column])


def _sum(line: _Line, columns: Sequence[int]) -> Decimal:
    return add_up(line.figures[each] for each in columns)


def _down(audit: DocumentAudit, grid: _Grid) -> Findings:
    """Find totals of the last row that its rows do not make, where another total shows that all rows belong to it."""
    if grid.total is None:
        return
    columns = [each for each in grid.total.figures if grid.filled(each) and not says("no_part", grid.heads[each])]
    made = {each: add_up(line.figures.get(each) for line in grid.lines) for each in columns}
    wrong = [each for each in columns if abs(made[each] - grid.total.figures[each]) > _CENT * len(grid.lines)]
    if len(columns) - len(wrong) < 1 and (len(columns) > 1 or len(grid.lines) < _LEAST_DOWN):
        return
    for each in wrong:
        figures, printed = [line.figures[each] for line in grid.lines if each in line.figures], grid.total.figures[each]
        if (made[each] > printed and some_make(printed, figures)) or made[each] < printed * _MOST_OF_IT:
            continue  # subtotals among the rows, or rows that are not here
        written = write_sum(figures)
        yield _differs(audit, grid.total, grid.heads[each], written, made[each], printed)


def _differs(audit: DocumentAudit, line: _Line, column: str, parts: str, made: Decimal, printed: Decimal) -> Finding:
    """Return the finding on a figure that others make differently."""
    row = shortened(line.source.text.replace("\t", " "), _SHOWN)
    made = round_half_up(made, 2)
    return audit.finding(
        "R203",
        None,
        variant="row",
        evidence=[line],
        row=row,
        column=column,
        parts=parts,
        made=made,
        printed=str(printed),
        off=abs(printed - made),
    )
