"""Read lists of projects that print all indicators in one cell: 【产出指标】[数量指标] 名称（≥14个）；…"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.forms.alignment import Placed, align_row
from kg.forms.columns import Column
from kg.forms.fields import source_of
from kg.forms.lexicon import lexicon
from kg.forms.recognition import Header, role_of
from kg.forms.statements import split_statement, split_statements
from kg.model import Indicator, Source, Table
from kg.values.names import join_wraps
from kg.values.targets import parse_target

_LABEL = re.compile(r"([【\[〔［])\s*([^】\]〕］\d][^】\]〕］]{0,28}?)\s*[】\]〕］]")
MINIMUM_LABELS = 2


@dataclass(frozen=True, slots=True)
class ListedProject:
    """Hold one project of such a list: the register columns of its row and its indicators."""

    register: dict[str, str]
    indicators: tuple[Indicator, ...]


def find_bracket_header(table: Table) -> Header | None:
    """Return the header of a list whose last cells hold bracketed indicators, None when there is none."""
    for index, row in enumerate(table.rows):
        roles = [role_of(cell.text) for cell in row.filled]
        if "project" in roles and any(
            _holds_indicators(cell.text) for r in table.rows[index + 1 : index + 4] for cell in r.filled
        ):
            columns = tuple(
                Column(role or "other", cell.column, cell.column + cell.colspan, cell.text)
                for cell, role in zip(row.filled, roles, strict=True)
            )
            return Header(index, index, columns, "brackets")
    return None


def read_brackets(table: Table, header: Header, fiscal_year: int | None) -> Iterator[ListedProject]:
    """Yield the projects below the header."""
    columns = [
        column
        for column in header.columns
        if column.role in ("ordinal", "project", "project_code", "money", "department", "goal")
    ]
    for row in table.rows[header.last + 1 :]:
        listed = [cell for cell in row.filled if _holds_indicators(cell.text)]
        if not listed:
            continue
        plain = [Placed(cell.text, cell.column) for cell in row.filled if cell not in listed]
        chosen = align_row(plain, columns, frozenset()).chosen
        register: dict[str, str] = {}
        for j, i in chosen.items():
            text = f"{columns[j].header}\t{plain[i].text}" if columns[j].role == "money" else plain[i].text
            register.setdefault(columns[j].role, text)
        source = source_of(table, row)
        yield ListedProject(register, tuple(i for cell in listed for i in read_listed(cell.text, source, fiscal_year)))


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
