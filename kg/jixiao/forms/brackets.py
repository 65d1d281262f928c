"""Read lists of projects that print all indicators in one cell: 【产出指标】[数量指标] 名称（≥14个）；…"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile, zip_longest

from jixiao.forms.alignment import Placed, align_row
from jixiao.forms.columns import Column
from jixiao.forms.fields import source_of
from jixiao.forms.lexicon import lexicon
from jixiao.forms.recognition import Header, role_of
from jixiao.forms.statements import split_statement, split_statements
from jixiao.model import Cell, Indicator, Row, Source, Table
from jixiao.text.folding import fold_label
from jixiao.text.names import join_wraps
from jixiao.values.targets import parse_target

_LABEL = re.compile(r"([【\[〔［])\s*([^】\]〕］\d][^】\]〕］]{0,28}?)\s*[】\]〕］]")
_REGISTER = frozenset({"ordinal", "project", "project_code", "money", "department", "goal"})
MINIMUM_LABELS = 2


@dataclass(frozen=True, slots=True)
class ListedProject:
    """Hold one project of such a list: the register columns of its row and its indicators."""

    register: dict[str, str]
    indicators: tuple[Indicator, ...]


def find_bracket_header(table: Table) -> Header | None:
    """Return the header of a list whose cells write indicators out, None when there is none.

    They stand behind bracketed labels, or as statements under the headings 产出指标 | 效益指标 | 满意度指标.
    """
    for index, row in enumerate(table.rows):
        roles = [role_of(cell.text) for cell in row.filled]
        if "project" not in roles or index + 1 == len(table.rows):
            continue
        last = index + len(list(takewhile(_is_headings, table.rows[index + 1 :])))
        written = _written(table.rows[index : last + 1], table)
        below = [cell for each in table.rows[last + 1 : last + 4] for cell in each.filled]
        if len(written) < MINIMUM_LABELS and not any(_holds_indicators(cell.text) for cell in below):
            continue
        plain = [
            Column(role or "other", cell.column, cell.column + cell.colspan, cell.text)
            for cell, role in zip(row.filled, roles, strict=True)
            if not _is_heading(cell.text) and not (role == "frame" and last > index)
        ]
        columns = sorted([*plain, *written], key=lambda column: column.start)
        return Header(index, last, tuple(columns), "brackets")
    return None


def _is_headings(row: Row) -> bool:
    return bool(row.filled) and all(_is_heading(cell.text) for cell in row.filled)


def _written(band: Sequence[Row], table: Table) -> list[Column]:
    """Return a column for each lowest heading of the band, with the 一级 and 二级 heading that stand over it."""
    spans: list[tuple[int, int, Cell]] = []
    for row in band:
        above = list(spans)
        for cell, following in zip_longest(row.filled, row.filled[1:]):
            if _is_heading(cell.text):
                reach = following.column if following else sys.maxsize  # text formats state no spans
                under = min((right for left, right, _ in above if left <= cell.column < right), default=reach)
                spans.append((cell.column, cell.column + cell.colspan if table.merged else min(reach, under), cell))
    columns = []
    for start in sorted({start for start, _, _ in spans}):
        over = [cell.text for left, right, cell in spans if left <= start < right]
        lowest = over[1:] or ([] if lexicon().level(1, over[0]) else over)
        group, subgroup = over[0] if over != lowest else None, lowest[-1] if lowest else None
        end = max(cell.column + cell.colspan for left, right, cell in spans if left == start and cell.text == over[-1])
        columns.append(Column("written", start, end, over[-1], group=group, subgroup=subgroup))
    return columns


def read_brackets(table: Table, header: Header, fiscal_year: int | None) -> Iterator[ListedProject]:
    """Yield the projects below the header."""
    columns = [column for column in header.columns if column.role in _REGISTER]
    headings = [column for column in header.columns if column.role == "written"]
    for row in table.rows[header.last + 1 :]:
        source = source_of(table, row)
        indicators: list[Indicator] = []
        plain: list[Placed] = []
        for cell in row.filled:
            heading = next((column for column in headings if column.start <= cell.column < column.end), None)
            if _holds_indicators(cell.text):
                indicators += read_listed(cell.text, source, fiscal_year)
            elif heading:
                one, two = (join_wraps(label) if label else None for label in (heading.group, heading.subgroup))
                indicators += _statements(cell.text, one, two, source, fiscal_year)
            else:
                plain.append(Placed(cell.text, cell.column))
        if not indicators:
            continue
        register: dict[str, str] = {}
        for j, i in align_row(plain, columns, frozenset()).chosen.items():
            text = f"{columns[j].header}\t{plain[i].text}" if columns[j].role == "money" else plain[i].text
            register.setdefault(columns[j].role, text)
        yield ListedProject(register, tuple(indicators))


def _is_heading(text: str) -> bool:
    return fold_label(text) in lexicon().groups and role_of(text) not in ("level3", "target")


def read_listed(text: str, source: Source, fiscal_year: int | None) -> Iterator[Indicator]:
    """Yield the indicators of one text whose bracketed labels name 一级 and 二级."""
    level1: str | None = None
    level2: str | None = None
    labels = list(_LABEL.finditer(text))
    labels = [label for label in labels if _levels(label.group(2)) != (None, None)]
    lower = {label.group(1) for label in labels if _levels(label.group(2))[0] is None}
    for label, following in zip(labels, [*labels[1:], None], strict=True):
        first, second = _levels(label.group(2))
        if second is None and label.group(1) in lower and lexicon().level(2, str(first)):
            first, second = None, first  # 成本指标 is a 二级 where its kind of bracket holds 二级 labels
        if first is not None:
            level1, level2 = first, second
        else:
            level2 = second
        body = text[label.end() : following.start() if following else len(text)]
        yield from _statements(body, level1, level2, source, fiscal_year)


def _statements(
    body: str, level1: str | None, level2: str | None, source: Source, fiscal_year: int | None
) -> Iterator[Indicator]:
    for statement in split_statements(re.sub(r"(?:^|\n)\s*\d{1,2}\s*[.、．]\s*$", "", body)):
        name, value = split_statement(statement)
        if not name or lexicon().is_placeholder(name) or re.fullmatch(r"[\d.、\s]+", name):
            continue
        target = parse_target(value, fiscal_year=fiscal_year, name=name) if value else None
        yield Indicator(level1=level1, level2=level2, level3=name, target=target, source=source)


def _levels(label: str) -> tuple[str | None, str | None]:
    """Return the 一级 and 二级 that a bracketed label names (产出指标-数量指标 names both)."""
    words = lexicon()
    parts = [part for part in re.split(r"[-—–－/、·>]+", join_wraps(label)) if part]
    first = second = None
    for part in parts:
        if second is None and (words.level(2, part) and (first is not None or not words.level(1, part))):
            second = part
        elif first is None and words.level(1, part):
            first = part
    return first, second


def _holds_indicators(text: str) -> bool:
    return sum(_levels(label.group(2)) != (None, None) for label in _LABEL.finditer(text)) >= MINIMUM_LABELS
