"""Read all money tables of a document: recognise, understand the header, align rows, check sums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jixiao.accounts.arithmetic import proven
from jixiao.accounts.checks import check_sums
from jixiao.accounts.columns import Column, read_columns, unit_of
from jixiao.accounts.counting import count_printed_rows
from jixiao.accounts.doubts import DOUBTFUL, settle_doubts
from jixiao.accounts.figures import Shape, is_serial_row, shape_of
from jixiao.accounts.headings import Header, read_header
from jixiao.accounts.issues import issue
from jixiao.accounts.items import Item
from jixiao.accounts.lexicon import CARRY_OVER, Kind, expenditure_of, fund_of, kinds
from jixiao.accounts.rows import RowsRead, read_rows
from jixiao.accounts.sheets import Line, Sheet, folded, read_sheets
from jixiao.model import Amount, Document, Issue, MoneyTable
from jixiao.text.folding import fold_words
from jixiao.text.names import join_wraps
from jixiao.values.amounts import money_factor

_MONEY_WORDS = ("金额", "合计", "总计", "小计", "预算", "决算", "支出", "收入", "拨款", "经费")
_FOREIGN_WORDS = ("绩效", "指标", "得分", "分值")
_FORM_WORDS = ("一级指标", "三级指标", "绩效指标", "绩效目标", "指标值", "年度目标")
ASSUMED_UNIT = "万元"
"""The unit of a table when neither it nor a table before says one."""

CONFIRMED, SHIFTED, UNLABELLED = Decimal("0.95"), Decimal("0.85"), Decimal("0.8")
UNLABELLED_REPAIRS = frozenset({"label-missing", "label-from-other-half"})
AMBIGUOUS, UNSURE = Decimal("0.75"), Decimal("0.5")
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
    unit: str | None = None
    for sheet in read_sheets(document, skip):
        header = read_header(sheet)
        if not header.top or _is_foreign(sheet, header):
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


def read_table(
    sheet: Sheet, header: Header, kind: Kind, inherited_unit: str | None
) -> tuple[MoneyTable, tuple[Issue, ...]]:
    """Read one recognised table; ``inherited_unit`` is the unit of the table before."""
    data = _data(sheet, header)
    columns = read_columns(sheet, header, data)
    rows = read_rows(sheet, columns, data)
    named = kind.name
    if _is_final(sheet, header):
        named = f"final-{named}"
    unit = sheet.unit or next((found for column in columns if (found := unit_of(column, None))), None)
    assumed = inherited_unit or ASSUMED_UNIT
    context = _Context(named, fold_words(sheet.title), unit, assumed)
    amounts = tuple(_amounts(rows.items, context))
    printed = count_printed_rows([line.row for line in sheet.lines])
    table = MoneyTable(
        kind=named,
        title=sheet.title,
        source=sheet.lines[0].source,
        amounts=amounts,
        unit_text=unit,
        department=sheet.department,
        fiscal_year=sheet.year,
        empty_note=sheet.empty_note,
        printed_amounts=printed,
    )
    return table, tuple(_issues(table, rows, assumed))


def _issues(table: MoneyTable, rows: RowsRead, assumed: str) -> list[Issue]:
    """Return what has to be said of a table: its rows, its unit, what is no money, sums, and the count of figures."""
    issues = [*rows.issues]
    if table.unit_text is None and any(item.values for item in rows.items):
        issues.append(issue("unit-not-stated", table.source, title=table.title, unit=assumed))
    issues += _not_money(rows.items)
    issues += check_sums(rows.items, rows.layouts)
    told = len(table.amounts) + sum(each.code in NOT_LIFTED for each in issues)
    missed = table.printed_amounts - told
    if missed:
        counts = {"printed": table.printed_amounts, "missed": missed}
        issues.append(issue("amount-count-differs", table.source, title=table.title, **counts))
    return issues


def _is_final(sheet: Sheet, header: Header) -> bool:
    """Say whether a table states final accounts rather than a budget."""
    return "决算" in sheet.title or ("决算数" in header.words and "预算" not in sheet.title)


def _is_foreign(sheet: Sheet, header: Header) -> bool:
    """Say whether a table speaks of performance: a form, which is not ours to read."""
    if any(word in header.words or word in sheet.title for word in _FOREIGN_WORDS):
        return True
    cells = (fold_words(cell.text) for line in sheet.lines for cell in line.row.filled)
    return any(word in cell for cell in cells for word in _FORM_WORDS)


def _data(sheet: Sheet, header: Header) -> list[Line]:
    """Return the data rows: neither header, nor its repetition on a new page, nor column numbers."""
    return [
        line
        for line in sheet.lines[header.rows :]
        if folded(line.row) not in header.printed and not is_serial_row(line.row.filled)
    ]


@dataclass(frozen=True, slots=True)
class _Context:
    """Hold what the amounts of one table share."""

    kind: str
    title: str
    unit: str | None
    assumed_unit: str


def _amounts(items: Sequence[Item], context: _Context) -> Iterator[Amount]:
    above: dict[int, list[Item]] = {}
    for item in items:
        stack = above.setdefault(item.layout.block, [])
        if not item.share:
            while stack and _closes(item, stack[-1]):
                stack.pop()
        outline = tuple(each.about.name for each in stack)
        if not item.share and (item.level or fund_of((item.about.name,)) == CARRY_OVER):
            stack.append(item)
        for j in sorted(item.values):
            yield _amount(item, j, outline, context)


def _closes(item: Item, open_item: Item) -> bool:
    """Say whether a row ends the part of an outline; unnumbered rows below an unnumbered 年初结转 are its parts."""
    if item.level or open_item.level:
        return not open_item.level or open_item.level >= item.level
    return item.is_total or fund_of((item.about.name,)) in (None, CARRY_OVER)


def _amount(item: Item, j: int, outline: tuple[str, ...], context: _Context) -> Amount:
    column, about = item.layout.columns[j], item.about
    repairs, confidence = _repairs(item, j, context)
    factor = money_factor(unit_of(column, context.unit) or context.assumed_unit) or Decimal(1)
    return Amount(
        table_kind=context.kind,
        item=about.name,
        measure="/".join(column.path),
        value=item.values[j] * factor,
        text=item.cells[j].text.strip(),
        source=item.line.source,
        item_code=about.code,
        item_scheme=None if item.is_total else about.scheme,
        side=column.side,
        fund=_fund(column, (*outline, about.name), context),
        expenditure=_expenditure(column, about.name, context),
        is_total=item.is_total,
        category=item.category,
        unit_name=item.unit,
        further_codes=tuple((each.scheme or "", each.code or "", each.name) for each in item.further),
        repairs=repairs,
        confidence=confidence,
    )


def _fund(column: Column, labels: tuple[str, ...], context: _Context) -> str | None:
    """Return the fund an amount is of: by its headings, on the income side by the labels of its rows, by the title."""
    found = fund_of(column.path)
    if not found and column.side == "income":
        found = fund_of(labels)
    return found or fund_of((context.title,))


def _expenditure(column: Column, name: str, context: _Context) -> str | None:
    found = expenditure_of(column.path)
    if found or ("three-public" not in context.kind and column.side != "expenditure"):
        return found
    return expenditure_of((name,))


def _repairs(item: Item, j: int, context: _Context) -> tuple[tuple[str, ...], Decimal]:
    """Return what was mended to read an amount, and how sure it is: as sure as what is least sure."""
    found = {repair: Decimal(1) for repair in item.repairs}
    for repair in UNLABELLED_REPAIRS & found.keys():
        found[repair] = UNLABELLED
    moved = {"aligned-by-sum": item.summed, "shifted-row": item.moved}
    for repair in [repair for repair, columns in moved.items() if j in columns][:1]:
        found[repair] = SHIFTED
        if j in proven(item.layout.sums, item.values):
            found[repair] = CONFIRMED
    if j in item.ambiguous:
        found["column-ambiguous"] = AMBIGUOUS
    if j == item.doubtful:
        found[DOUBTFUL] = UNSURE
    if unit_of(item.layout.columns[j], context.unit) is None:
        found["unit-assumed"] = UNSURE
    return tuple(found), min(found.values(), default=Decimal(1))


def _not_money(items: Iterable[Item]) -> Iterator[Issue]:
    """Yield an issue for each figure that is no money: percentages and numbers of things."""
    for item in items:
        for j in sorted(item.cells.keys() - item.values.keys()):
            text, measure = item.cells[j].text.strip(), "/".join(item.layout.columns[j].path)
            yield issue("figure-not-money", item.line.source, text=text, measure=measure)


def _unknown(sheet: Sheet, header: Header) -> Iterator[Issue]:
    """Report a table that looks like money but fits no kind."""
    printed = count_printed_rows([line.row for line in sheet.lines])
    figures = any(shape_of(cell.text) is Shape.AMOUNT for line in sheet.lines for cell in line.row.cells)
    looks_like_money = figures or sheet.unit is not None or sheet.titles
    if printed and looks_like_money and any(word in header.words for word in _MONEY_WORDS):
        name = "（无标题）"
        if sheet.title:
            name = f"“{join_wraps(sheet.title)}”"
        yield issue("unknown-money-table", sheet.lines[0].source, title=name, printed=printed, words=header.words)
