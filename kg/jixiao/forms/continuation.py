"""Put together what pages and narrow columns took apart, before a table is read.

Two mechanisms, both on evidence from the table itself: rows that only go on with the text of the row above, and tables
that go on with the table before a running head, a page footer or a repeated title.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from jixiao.forms.labels import label_kind
from jixiao.forms.lexicon import lexicon
from jixiao.forms.recognition import Header, find_headers, header_share, role_of
from jixiao.model import Block, Paragraph, Row, Table
from jixiao.text.folding import fold_words
from jixiao.values.content import value_likeness

GAP = 4  # paragraphs that may stand between two pieces of one table
SHORT = 40  # characters of a running head
WRAPPED_SHARE = 0.25  # of a block's rows, from which on wrapped rows are the habit of the table
REST = 3  # characters of the end of a name that stands on a line of its own
CLEAR_WRAPS = 2  # or so many rows whose joined labels prove it
_CONTINUED = re.compile(r"[(（]?\s*续\s*(表|上表|前表)?\s*[)）]?")
_ITEM = re.compile(r"^\s*(?:指\s*标\s*)?\d+\s*[:：、.．)）]")


def join_tables(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with tables that go on after a page's head or foot joined to the table before."""
    joined: list[Block] = []
    heads: dict[int, list[str]] = {}
    for block in blocks:
        if isinstance(block, Table):
            before = next((i for i in range(len(joined) - 1, -1, -1) if isinstance(joined[i], Table)), None)
            if before is not None:
                gap = [each for each in joined[before + 1 :] if isinstance(each, Paragraph)]
                first = joined[before]
                if isinstance(first, Table) and _goes_on(first, block, gap, heads.get(before, [])):
                    breaks = first.breaks | {len(first.rows)} | {len(first.rows) + each for each in block.breaks}
                    joined[before] = replace(first, rows=first.rows + block.rows, breaks=breaks)
                    continue
            heads[len(joined)] = _short_lines(joined)
        joined.append(block)
    return joined


def _short_lines(before: Sequence[Block]) -> list[str]:
    """Return the short lines above a table, folded, since the table before it: its title and the page's head."""
    lines: list[str] = []
    for block in reversed(before):
        if isinstance(block, Table) or len(lines) == GAP:
            break
        lines.append(fold_words(_CONTINUED.sub("", block.text)))
    return [line for line in lines if len(line) <= SHORT]


def _goes_on(first: Table, second: Table, gap: Sequence[Paragraph], head: Sequence[str]) -> bool:
    if not gap or len(gap) > GAP or any(len(each.text) > SHORT for each in gap) or first.merged != second.merged:
        return False
    headers = find_headers(first)
    if not headers or _is_closed(first) or label_kind(second.rows[0].filled[0].text) in ("project", "unit_name"):
        return False
    again = find_headers(second)
    repeated = bool(again) and again[0].first == 0 and again[0].roles == headers[-1].roles
    named = [fold_words(_CONTINUED.sub("", each.text)) for each in gap]
    if repeated:
        if named == [""]:
            return True  # nothing but 续表 stands between
        title = max(head, key=len, default="")
        return bool(title) and (title in named or all(text in head for text in named))
    if again and again[0].first == 0:
        return False
    if any("绩效" in text and text.endswith("表") for text in named):
        return False
    return _looks_like_rows(second) or _stand_in_columns(second, headers[-1])


def _is_closed(table: Table) -> bool:
    """Tell whether a table ends with what closes a form (总分, opinions, notes)."""
    filled = table.rows[-1].filled
    first = fold_words(filled[0].text) if filled else ""
    return first in lexicon().totals or first in lexicon().closing


def _looks_like_rows(table: Table) -> bool:
    """Tell whether a table without a header begins with rows of indicators: labels of the taxonomy and values."""
    rows = [row for row in table.rows[:4] if row.filled]
    labelled = sum(any(map(_is_label, (cell.text for cell in row.filled))) for row in rows)
    valued = sum(any(value_likeness(c.text) >= 0.9 for c in row.filled) for row in rows)
    return bool(rows) and labelled >= 1 and valued >= len(rows) / 2


def _stand_in_columns(table: Table, header: Header) -> bool:
    """Tell whether the first rows of a table without a header have a name and a value in the columns of a header."""
    places = {column.role: column.start for column in header.columns if not column.block}
    if not places.keys() >= {"level3", "target"}:
        return False
    for row in [row for row in table.rows[:3] if row.filled]:
        cells = {cell.column: cell.text for cell in row.filled}
        name, value = cells.get(places["level3"], ""), cells.get(places["target"], "")
        if not name or value_likeness(name) >= 0.9 or value_likeness(value) < 0.5:
            return False
    return True


def _is_label(text: str) -> bool:
    words = lexicon()
    return bool(words.level(1, text) or words.level(2, text) or words.split_levels(text))


# ---------------------------------------------------------------- wrapped rows


def join_wrapped_rows(table: Table) -> Table:
    """Return a table whose rows that only go on with the text of the row above are joined to it.

    Only where the format states no grid, and where the table shows that it wraps: labels that are known only when
    joined, or many such rows.
    """
    if table.merged or len(table.rows) < 3:
        return table
    table = _join_rests(_join_split_rows(table))
    candidates = {i for i in range(1, len(table.rows)) if _may_go_on(table.rows[i - 1], table.rows[i])}
    clear = {i for i in candidates if _proves(table.rows[i - 1], table.rows[i])}
    if len(clear) < CLEAR_WRAPS and not (clear and len(candidates) >= WRAPPED_SHARE * len(table.rows)):
        return table
    rows: list[Row] = []
    for index, row in enumerate(table.rows):
        if index in candidates and _may_go_on(rows[-1], row):
            rows[-1] = _joined(rows[-1], row)
        else:
            rows.append(row)
    return replace(table, rows=tuple(rows), breaks=frozenset())


def _join_split_rows(table: Table) -> Table:
    """Join a row that holds nothing but a value (and what follows it) to a row above that lacks one."""
    rows: list[Row] = []
    for row in table.rows:
        if rows and _completes(rows[-1], row):
            added = tuple(cell for cell in row.filled)
            kept = tuple(cell for cell in rows[-1].cells if cell.text or cell.column not in {a.column for a in added})
            rows[-1] = replace(rows[-1], cells=tuple(sorted((*kept, *added), key=lambda cell: cell.column)))
        else:
            rows.append(row)
    return table if len(rows) == len(table.rows) else replace(table, rows=tuple(rows), breaks=frozenset())


def _completes(above: Row, row: Row) -> bool:
    over, filled = above.filled, row.filled
    if not over or not filled or filled[0].column != over[-1].column + 1 or label_kind(over[0].text):
        return False
    words = lexicon()
    valued = value_likeness(over[-1].text) >= 0.75
    if len(filled) == 1 and valued and value_likeness(filled[0].text) < 0.5 and not words.level(2, filled[0].text):
        return not words.level(1, filled[0].text)  # an explanation alone on its line
    if header_share(above) >= 0.6 or value_likeness(over[-1].text) >= 0.5 or value_likeness(filled[0].text) < 0.95:
        return False
    return not words.level(1, over[-1].text) and not words.level(2, over[-1].text) and len(filled) <= 2


def _join_rests(table: Table) -> Table:
    """Join rows that hold only the rest of one name or one value, judged by the columns of the header above them."""
    headers = {header.last: header for header in find_headers(table)}
    places: dict[str, int] = {}
    names: frozenset[int] = frozenset()
    rows: list[Row] = []
    for index, row in enumerate(table.rows):
        if rows and _ends_names(rows[-1], row, names):
            rows[-1] = _joined(rows[-1], row)
        elif places and rows and row.filled and (whole := _with_rest(rows[-1], row, places)):
            rows[-1] = whole
        else:
            rows.append(row)
        if index in headers:
            columns = headers[index].columns
            names = frozenset(column.start for column in columns if column.role == "level3")
            single = not any(column.block for column in columns)
            places = {column.role: column.start for column in columns} if single else {}
    return table if len(rows) == len(table.rows) else replace(table, rows=tuple(rows), breaks=frozenset())


def _ends_names(above: Row, row: Row, names: frozenset[int]) -> bool:
    """Tell whether a row holds nothing but the ends of names, whose values stand in the row above."""
    over = {cell.column: cell.text for cell in above.filled}
    ends = [(over.get(cell.column, ""), cell) for cell in row.filled if cell.column in names]
    if not ends or len(ends) < len(row.filled) or max(over) <= row.filled[-1].column or header_share(above) >= 0.6:
        return False
    return all(
        upper and len(cell.text) <= REST and not lexicon().level(3, cell.text) and not _stands_alone(upper, cell.text)
        for upper, cell in ends
    )


def _with_rest(above: Row, row: Row, places: Mapping[str, int]) -> Row | None:
    """Return the whole row where ``row`` only ends the name or value of the row above, else None."""
    over = {cell.column: cell.text for cell in above.filled}
    name, value = places.get("level3", -1), places.get("target", -1)
    first = row.filled[0]
    if name not in over or first.column not in over or header_share(above) >= 0.6:
        return None
    alone, upper = len(row.filled) == 1, over[first.column]
    worded = first.column == value and not re.search(r"\d", upper + first.text)  # 得到 | 加强
    if alone and (worded or first.column == places.get("level2")) and _is_rest(upper, first.text):
        return _joined(above, row)
    if _stands_alone(upper, first.text) or _ITEM.fullmatch(upper + ":") or lexicon().is_placeholder(upper):
        return None
    if alone and first.column == value:
        return _joined(above, row)
    if first.column != name or len(first.text) > REST or lexicon().level(3, first.text):
        return None
    if not alone and max(over) == name:  # the values stand beside the end of the name
        rest = tuple(cell for cell in row.filled if cell.column != name)
        named = _joined(above, replace(row, cells=(first,)))
        return replace(above, cells=(*named.filled, *rest))
    return None


def _is_rest(upper: str, text: str) -> bool:
    """Tell whether a lone cell ends the label or the wording above it (服务对象 | 满意度指标, 得到 | 加强)."""
    words = lexicon()
    if words.level(2, upper + text):
        return not words.level(2, upper)
    return min(value_likeness(upper), value_likeness(text)) >= 0.95


def _may_go_on(above: Row, row: Row) -> bool:
    over = {cell.column: cell for cell in above.filled}
    filled = row.filled
    if not filled or len(filled) >= len(over) or any(cell.column not in over for cell in filled):
        return False
    if all(lexicon().columns.kinds(over[cell.column].text + cell.text) for cell in filled):
        return True  # 偏差原因分析及 | 改进措施, a header word of its own
    if header_share(row) >= 0.6 or fold_words(filled[0].text) in lexicon().totals:
        return False
    if _proves(above, row):  # the rest of a label, beside which 满意度 is the rest of a name
        return not any(value_likeness(cell.text) >= 0.95 or _ITEM.match(cell.text) for cell in filled)
    return not any(_stands_alone(over[cell.column].text, cell.text) for cell in filled)


def _stands_alone(above: str, text: str) -> bool:
    """Tell whether a cell is a thing of its own rather than the rest of the cell above it."""
    words = lexicon()
    if words.level(1, above + text) or words.level(2, above + text) or _dated(above, text):
        return False
    if words.level(1, text) or words.level(2, text) or role_of(text) or label_kind(text) or _ITEM.match(text):
        return True
    return value_likeness(text) >= 0.95


def _dated(above: str, text: str) -> bool:
    return bool(re.search(r"[年月]$", above) and re.match(r"\d", text) and value_likeness(above + text) >= 0.75)


def _proves(above: Row, row: Row) -> bool:
    words = lexicon()
    over = {cell.column: cell.text for cell in above.filled}
    for cell in row.filled:
        upper = over[cell.column]
        for level in (1, 2):
            if words.level(level, upper + cell.text) and not words.level(level, upper):
                return True
        if role_of(upper + cell.text) and words.columns.kinds(upper + cell.text) and not words.columns.kinds(upper):
            return True
        if _dated(upper, cell.text):
            return True
    return False


def _joined(above: Row, row: Row) -> Row:
    rest = {cell.column: cell.text for cell in row.filled}
    cells = tuple(replace(cell, text=cell.text + rest.get(cell.column, "")) for cell in above.cells)
    return replace(above, cells=cells)
