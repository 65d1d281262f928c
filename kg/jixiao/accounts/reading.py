"""Read all money tables of a document: recognise, understand the header, align rows, check sums."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import chain
from typing import Any

from jixiao.accounts.checks import check_sums
from jixiao.accounts.columns import read_columns, side_of, unit_of
from jixiao.accounts.counting import count_printed_amounts
from jixiao.accounts.doubts import DOUBTFUL, settle_doubts, with_doubts
from jixiao.accounts.figures import prints
from jixiao.accounts.headings import Header, Node, read_header
from jixiao.accounts.issues import issue
from jixiao.accounts.items import Item
from jixiao.accounts.lexicon import Kind, expenditure_of, fund_of, kinds
from jixiao.accounts.rows import read_rows
from jixiao.accounts.settling import proven, squeezed
from jixiao.accounts.sheets import Sheet, folded, read_sheets
from jixiao.model import Amount, Document, Issue, MoneyTable
from jixiao.text.folding import fold_words
from jixiao.text.names import join_wraps
from jixiao.values.amounts import money_factor

_MONEY = re.compile("金额|[合总小]计|预算|决算|支出|收入|拨款|经费")
_FOREIGN = re.compile("绩效|指标|得分|分值")
ASSUMED_UNIT = "万元"
"""The unit of a table when neither it nor a table before says one."""

CONFIRMED, SHIFTED = Decimal("0.95"), Decimal("0.85")
CONFIDENCE = {
    "label-missing": Decimal("0.8"),
    "label-from-other-half": Decimal("0.8"),
    DOUBTFUL: Decimal("0.5"),
    "unit-assumed": Decimal("0.5"),
}
"""How sure an amount is after a repair; what is not listed costs nothing."""
NOT_LIFTED = frozenset({"amount-without-column", "figure-not-money"})
"""Codes of the issues that each stand for one printed figure which is no Amount."""


def read_money_tables(
    document: Document, skip: frozenset[int] = frozenset()
) -> tuple[tuple[MoneyTable, ...], tuple[Issue, ...]]:
    """Return the money tables of a document, in reading order, and everything that has to be said about them.

    ``skip`` holds the indexes of tables that are something else (performance forms). Every printed figure of a
    recognised table is an Amount, in yuan, or has an Issue of its own (``NOT_LIFTED``).
    """
    tables: list[MoneyTable] = []
    issues: list[Issue] = []
    unit = ASSUMED_UNIT
    for sheet in read_sheets(document, skip):
        header = read_header(sheet)
        if not header.leaves or _FOREIGN.search(f"{sheet.title} {header.words}"):
            continue
        kind = recognise(sheet, header)
        if kind is None:
            issues.extend(_unknown(sheet, header))
            continue
        table, said = read_table(sheet, header, kind, unit)
        tables.append(table)
        issues.extend(said)
        unit = sheet.unit or unit
    settled, doubts = settle_doubts(tables)
    return settled, (*issues, *doubts)


def recognise(sheet: Sheet, header: Header) -> Kind | None:
    """Return the kind of a table: by its title and headings, by the headings alone where no title is printed."""
    for title in map(fold_words, sheet.titles):
        named = [kind for kind in kinds() if kind.fits_title(title)]
        if named:
            return next((kind for kind in named if kind.fits_headings(header.words, titled=True)), None)
    if sheet.titles:
        return None
    return next((kind for kind in kinds() if kind.fits_headings(header.words, titled=False)), None)


def read_table(sheet: Sheet, header: Header, kind: Kind, assumed: str) -> tuple[MoneyTable, list[Issue]]:
    """Read one recognised table; ``assumed`` is the unit of the table before."""
    data = [line for line in sheet.lines[len(header.printed) :] if folded(line.row) not in header.printed]
    columns = read_columns(sheet, header, data)
    blocks, issues = read_rows(sheet, columns, data)
    items = sorted(chain(*blocks), key=lambda item: item.line.number)
    unit = sheet.unit or next(filter(None, map(unit_of, columns)), None)
    table = _without_amounts(sheet, _kind(sheet, header, kind), unit)
    amounts = tuple(_amount(item, j, table, assumed) for item in items for j in sorted(item.values))
    table = replace(table, amounts=amounts)
    issues += _said_of_rows(items)
    return table, [*issues, *_said_of_table(table, issues, assumed), *check_sums(blocks)]


def _without_amounts(sheet: Sheet, kind: str, unit: str | None) -> MoneyTable:
    return MoneyTable(
        kind=kind,
        title=sheet.title,
        source=sheet.lines[0].source,
        amounts=(),
        unit_text=unit,
        department=sheet.department,
        fiscal_year=sheet.year,
        empty_note=sheet.empty_note,
        printed_amounts=count_printed_amounts([line.row for line in sheet.lines]),
    )


def _kind(sheet: Sheet, header: Header, kind: Kind) -> str:
    if "决算" in sheet.title or ("决算数" in header.words and "预算" not in sheet.title):
        return f"final-{kind.name}"
    return kind.name


def _said_of_rows(items: Sequence[Item]) -> Iterator[Issue]:
    """Yield an issue for each row without a label and for each figure that is no money: percentages, numbers."""
    for item in items:
        if item.values and not item.is_named:
            yield issue("row-without-label", item.line.source)
        for j in sorted(item.cells.keys() - item.values.keys()):
            cell, measure = item.cells[j], item.layout.columns[j].measure
            if not prints(cell, "text"):
                yield issue("figure-not-money", item.line.source, text=cell.text.strip(), measure=measure)


def _said_of_table(table: MoneyTable, issues: Sequence[Issue], assumed: str) -> Iterator[Issue]:
    """Yield what has to be said of a table as a whole, the issues of its rows being told."""
    told: dict[str, Any] = {"title": table.title, "unit": assumed, "printed": table.printed_amounts}
    if table.unit_text is None and table.amounts:
        yield issue("unit-not-stated", table.source, **told)
    missed = table.printed_amounts - len(table.amounts) - sum(each.code in NOT_LIFTED for each in issues)
    if missed:
        yield issue("amount-count-differs", table.source, missed=missed, **told)


def _amount(item: Item, j: int, table: MoneyTable, assumed: str) -> Amount:
    column, about = item.layout.columns[j], item.about
    unit = unit_of(column, table.unit_text)
    repairs = tuple(_repairs(item, j, unit))
    read = Amount(
        table_kind=table.kind,
        item=about.name,
        measure=column.measure,
        value=item.values[j] * (money_factor(unit or assumed) or Decimal(1)),
        text=item.cells[j].text.strip(),
        source=item.line.source,
        item_code=about.code,
        item_scheme=None if item.is_total else about.scheme,
        side=side_of(column),
        fund=_fund(column, item) or fund_of((fold_words(table.title),)),
        expenditure=_expenditure(column, item, table.kind),
        is_total=item.is_total,
        category=item.category,
        unit_name=item.unit,
        further_codes=item.further,
        repairs=repairs,
        confidence=_confidence(item, j, repairs),
    )
    return with_doubts(read)


def _confidence(item: Item, j: int, repairs: Sequence[str]) -> Decimal:
    """Return how sure an amount is: as sure as what is least sure of its repairs."""
    found = [Decimal(1), *(CONFIDENCE[repair] for repair in repairs if repair in CONFIDENCE)]
    if j in item.moved:
        found.append(CONFIRMED if j in proven(item) else SHIFTED)
    return min(found)


def _fund(column: Node, item: Item) -> str | None:
    """Return the fund an amount is of: by its headings, on the income side by the labels of its rows."""
    found = fund_of(column.path)
    if found or side_of(column) != "income":
        return found
    return fund_of((*(each.about.name for each in item.above), item.about.name))


def _expenditure(column: Node, item: Item, kind: str) -> str | None:
    found = expenditure_of(column.path)
    if found or not ("three-public" in kind or side_of(column) == "expenditure"):
        return found
    return expenditure_of((item.about.name,))


def _repairs(item: Item, j: int, unit: str | None) -> Iterator[str]:
    """Yield what was mended to read an amount."""
    yield from item.repairs
    if j in item.summed:
        yield "aligned-by-sum"
    elif j in item.moved:
        yield "shifted-row"
    if j in squeezed(item):
        yield DOUBTFUL
    if unit is None:
        yield "unit-assumed"


def _unknown(sheet: Sheet, header: Header) -> Iterator[Issue]:
    """Report a table that looks like money but fits no kind."""
    rows = [line.row for line in sheet.lines]
    printed = count_printed_amounts(rows)
    figures = any(prints(cell, "amount") for row in rows for cell in row.cells)
    if printed and _MONEY.search(header.words) and (figures or sheet.unit or sheet.titles):
        name = "（无标题）"
        if sheet.title:
            name = f"“{join_wraps(sheet.title)}”"
        yield issue("unknown-money-table", sheet.lines[0].source, title=name, printed=printed, words=header.words)
