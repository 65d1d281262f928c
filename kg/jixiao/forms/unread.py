"""Tell of tables that look like performance indicators but have no header that can be read."""

from __future__ import annotations

from jixiao.forms.fields import source_of
from jixiao.forms.lexicon import lexicon
from jixiao.forms.recognition import header_share
from jixiao.model import Issue, Row, Table
from jixiao.text.names import strip_item_prefix
from jixiao.values.content import value_likeness

KINDS = 2  # different labels of the taxonomy …
VALUED = 2  # … and rows with a value, from which on a table looks like indicators
CLEAR = 0.9  # likeness of a value that cannot be a name
SHOWN = 160  # characters of the row that looks most like a header


def tell_unread(table: Table) -> Issue | None:
    """Return an issue that shows what may be the header of a table of indicators, None for any other table."""
    kinds = {key for row in table.rows for cell in row.filled for key in _labels(cell.text)}
    labelled = [row for row in table.rows if any(_labels(cell.text) for cell in row.filled)]
    valued = sum(any(value_likeness(cell.text) >= CLEAR for cell in row.filled) for row in labelled)
    if len(kinds) < KINDS or valued < VALUED:
        return None
    first = next(index for index, row in enumerate(table.rows) if row is labelled[0])
    row = max(table.rows[: first + 1], key=header_share)
    return Issue(
        code="unknown-form",
        message=f"第{row.place.line}行起像绩效指标，但读不出表头，未收入图谱：{_shown(row)}",
        message_en=f"line {row.place.line}: looks like indicators, but no header can be read; not in the graph",
        source=source_of(table, row),
        level="error",
    )


def _labels(text: str) -> set[str]:
    """Return the keys of the 一级 and 二级 labels that a cell is, or begins with before a colon."""
    label = strip_item_prefix(text).partition("：")[0].partition(":")[0]
    return {entry.key for number in (1, 2) for entry in lexicon().level(number, label)}


def _shown(row: Row) -> str:
    return " | ".join(cell.text.strip() for cell in row.filled)[:SHOWN]
