"""Tell where an office prints level labels of its own, which no taxonomy lists (履职效果, 部门管理, 社会救助)."""

from __future__ import annotations

from jixiao.forms.columns import FOREIGN1, FOREIGN2
from jixiao.forms.lexicon import lexicon
from jixiao.forms.recognition import Header
from jixiao.model import Row, Table
from jixiao.text.folding import fold_words
from jixiao.values.content import value_likeness

FEWEST = 3  # 二级 labels of its own that an office's taxonomy has at least …
SHARE = 0.25  # … and how much of the labels printed in place they are
SHIFTS = (0, -1, 1)  # columns that the whole block may stand off its header
VALUE = 0.3  # likeness from which on a cell is taken for a value …
NAMED = 0.8  # … and from which on for nothing else


def own_levels(table: Table, header: Header, stop: int) -> frozenset[str]:
    """Return a marker for each level whose labels are, in good part, words of no taxonomy.

    Only rows that stand in place count: a name and a value under their headers, and the label under its own. A row
    shifted by one has a value where the name should be.
    """
    places = {column.role: column.start for column in reversed(header.columns)}
    if "level3" not in places:
        return frozenset()
    printed = [_texts(row) for row in table.rows[header.last + 1 : stop]]
    shifts = [{role: start + shift for role, start in places.items()} for shift in SHIFTS]
    places = max(shifts, key=lambda moved: sum(_in_place(cells, moved) for cells in printed))
    rows = [cells for cells in printed if _in_place(cells, places)]
    second = [cells[places["level2"]] for cells in rows if places.get("level2") in cells]
    first = [cells[places["level1"]] for cells in rows if places.get("level1") in cells]
    own2 = [text for text in second if _is_own(2, text) and not lexicon().level(1, text)]
    own1 = [text for text in first if _is_own(1, text) and not (lexicon().level(2, text) and "level2" not in places)]
    many1 = len(own1) >= FEWEST - 1 and len(own1) >= SHARE * len(first)
    many2 = len(own2) >= FEWEST and len(own2) >= SHARE * len(second)
    if not (many1 or many2):
        return frozenset()
    return frozenset(([FOREIGN1] if own1 else []) + ([FOREIGN2] if own2 else []))


def _texts(row: Row) -> dict[int, str]:
    return {cell.column: cell.text for cell in row.filled}


def _in_place(cells: dict[int, str], places: dict[str, int]) -> bool:
    name = cells.get(places["level3"], "")
    labels = {fold_words(cells[places[role]]) for role in ("level1", "level2") if places.get(role) in cells}
    if not name or fold_words(name) in labels or value_likeness(name) >= NAMED:
        return False
    return "target" not in places or value_likeness(cells.get(places["target"], "")) >= VALUE


def _is_own(number: int, text: str) -> bool:
    words = lexicon()
    known = words.level(number, text) or words.cut_level(number, text) or text in words.columns
    return not known and not words.split_levels(text) and value_likeness(text) < NAMED
