"""Align the rows of an indicator block to its columns, and tell indicators from totals, notes and closing rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rapidfuzz import fuzz

from jixiao.forms.alignment import TWIN_RATIO, Alignment, Placed, align_row
from jixiao.forms.columns import Column, in_level
from jixiao.forms.fields import source_of
from jixiao.forms.label_rows import align_label_row
from jixiao.forms.labels import label_kind
from jixiao.forms.lexicon import lexicon
from jixiao.forms.own_labels import own_levels
from jixiao.forms.recognition import Header, is_numbering, role_of
from jixiao.forms.surroundings import inner_title, is_part_heading
from jixiao.model import Row, Source, Table
from jixiao.text.folding import fold_label, fold_words
from jixiao.text.names import join_wraps
from jixiao.values.amounts import parse_points
from jixiao.values.content import is_blank_value, is_number, value_likeness
from jixiao.values.targets import is_comparator

NOTE = re.compile(r"^\s*(<p>)?\s*(注|备注|说明|填表说明|填报说明)\s*\d?\s*[:：、.]")
_LABEL_ROLES = ("level1", "level2", "project", "project_code", "department", "goal", "money")
AGREED = 0.6  # of the rows must be shifted alike for the header to be the shifted one
SCHEME_SHARE = 0.75  # of the votes of the taxonomy used most
PLAIN_VALUE = 0.5  # likeness of a value from which on a row below a total is an indicator …
PLAIN_CELLS = 4  # … and so many columns filled, where it prints no label of the taxonomy
NOTE_LENGTH = 80  # characters; a longer lone cell is a note, not a name


@dataclass(frozen=True, slots=True)
class Line:
    """Hold one aligned row: its cells, the alignment, and the label roles that a stated merged cell covers.

    ``level1`` and ``level2`` are labels that stand on rows of their own above it.
    """

    row: Row
    cells: tuple[Placed, ...]
    alignment: Alignment
    sure: frozenset[str]
    level1: str | None = None
    level2: str | None = None

    def value(self, header: Header, role: str, block: int | None = None) -> str | None:
        """Return the text that stands in the column of a role (of one block, if given), the last of several."""
        for j, i in self.alignment.chosen.items():
            column = header.columns[j]
            if column.role == role and (block is None or column.block == block):
                return self.cells[i].text
        return None

    def values(self, header: Header, role: str) -> list[str]:
        """Return the texts that stand in all columns of a role, from left to right (指标解释 | 评分标准)."""
        return [self.cells[i].text for j, i in sorted(self.alignment.chosen.items()) if header.columns[j].role == role]


@dataclass(frozen=True, slots=True)
class Lines:
    """Hold the aligned rows of a block, what closes it, and the taxonomies it uses.

    ``aside`` are the rows among them that close a form or a page (审核意见 …), ``last`` is the last row before those
    that close the form, ``end`` the first one not read.
    """

    lines: tuple[Line, ...]
    schemes: frozenset[str]
    total: tuple[Decimal | None, Decimal | None, Source] | None
    notes: tuple[str, ...]
    aside: tuple[Row, ...]
    last: int
    end: int
    execution: Line | None = None


def align_lines(table: Table, header: Header, stop: int) -> Lines:
    """Align the rows below a header up to ``stop`` or the block's own end.

    Where most rows stand off the header by the same number of columns, the header is taken to be the one that is
    shifted, and the rows are aligned again.
    """
    schemes = used_schemes(table.rows[header.last + 1 : stop]) | own_levels(table, header, stop)
    read = _align_lines(table, header, stop, schemes)
    shift = _common_shift(header, read.lines)
    if shift and not table.merged:
        moved = tuple(replace(c, start=c.start + shift, end=c.end + shift) for c in header.columns)
        read = _align_lines(table, replace(header, columns=moved), stop, schemes)
    return read


def _common_shift(header: Header, lines: Sequence[Line]) -> int:
    """Return by how many columns most rows stand off the header, 0 when they do not agree."""
    moves: Counter[int] = Counter()
    for line in lines:
        for j, i in line.alignment.chosen.items():
            if header.columns[j].role == "level3" and not header.columns[j].block:
                moves[header.columns[j].displacement(line.cells[i].position)] += 1
    shift, count = moves.most_common(1)[0] if moves else (0, 0)
    return shift if count >= 3 and count > AGREED * sum(moves.values()) else 0


def _align_lines(table: Table, header: Header, stop: int, schemes: frozenset[str]) -> Lines:
    lines: list[Line] = []
    total: tuple[Decimal | None, Decimal | None, Source] | None = None
    notes: list[str] = []
    aside: list[Row] = []
    waiting: list[Row] = []
    covering = _Covering(header.columns) if table.merged else None
    running = None if header.roles & {"level1", "level2"} else _Running()
    execution: Line | None = None
    closed = False
    last, end = header.last, header.last + 1
    for index in range(header.last + 1, stop):
        row = table.rows[index]
        if covering:
            covering.enter(index, row)
        if not row.filled or is_numbering(row) or _is_page_mark(row) or (running and running.enter(row)):
            continue
        title = inner_title([row])
        kind = _title_kind(table, header, index) if title or is_part_heading(row) else "indicator"
        if kind == "indicator" and not title:
            kind = _row_kind(row, header, schemes)
        if kind == "form":
            break
        line = _align(row, header, schemes, covering, running) if kind == "indicator" else None
        if line and closed and not _is_plain(line, header, schemes):
            waiting.append(row)
            continue
        if line:
            lines.append(line)
        elif kind == "total":
            total = _read_total(table, row)
        elif kind == "execution":
            execution = _align(row, header, schemes, covering, running)
        elif kind == "note":
            notes.append(row.filled[0].text)
        elif kind == "closing":
            aside.append(row)
        closed = (kind in ("total", "closing") and bool(lines)) or (closed and kind == "note")  # some sum up first
        aside, waiting, end = [*aside, *waiting], [], index + 1
        last = last if closed else index
    return Lines(tuple(lines), schemes, total, tuple(notes), tuple(aside), last, end, execution)


def usual_header(table: Table) -> Header | None:
    """Return a header in the usual order of columns for a table of indicators whose own header is lost, else None.

    Most rows must give a name and a value, and the labels of the taxonomy must stand among them.
    """
    roles = ("level1", "level2", "level3", "target", "explanation")
    best: tuple[float, Header] | None = None
    for offset in range(3):
        header = Header(0, -1, tuple(Column(role, i + offset, i + offset + 1) for i, role in enumerate(roles)), "rows")
        lines = align_lines(table, header, len(table.rows)).lines
        whole = [line for line in lines if line.value(header, "level3") and line.value(header, "target")]
        labelled = sum(bool(line.value(header, "level1") or line.value(header, "level2")) for line in whole)
        known = {entry.key for line in whole for entry in lexicon().level(2, line.value(header, "level2") or "")}
        if len(whole) >= 3 and len(whole) >= 0.75 * len(lines) and labelled >= 2 and len(known) >= 2:
            cost = sum(line.alignment.cost for line in lines)
            if best is None or cost < best[0]:
                best = cost, header
    return best[1] if best else None


def names_repeat(table: Table, header: Header, stop: int) -> bool:
    """Tell whether the blocks side by side name the same indicators (中期 | 年度) rather than going on with others."""
    pairs = []
    for line in align_lines(table, header, stop).lines:
        one, two = (line.value(header, "level3", block) for block in (0, 1))
        if one and two:
            pairs.append(
                fold_words(one) == fold_words(two) or fuzz.ratio(fold_words(one), fold_words(two)) >= TWIN_RATIO
            )
    return not pairs or sum(pairs) * 3 >= len(pairs)


def used_schemes(rows: Sequence[Row]) -> frozenset[str]:
    """Return the indicator taxonomies whose labels the rows use most; empty when they use none."""
    words = lexicon()
    votes: Counter[str] = Counter()
    seen: set[tuple[int, str]] = set()
    for row in rows:
        for cell in row.filled:
            if len(cell.text) > 24 or fold_label(cell.text) in words.execution:
                continue  # 预算执行率 is a name of some taxonomies and a row of the money block in any
            for number, weight in ((1, 1), (2, 2), (3, 3)):
                for entry in words.level(number, cell.text):
                    if (number, entry.key) not in seen:
                        seen.add((number, entry.key))
                        votes.update(dict.fromkeys(entry.schemes, weight))
    if not votes:
        return frozenset()
    most = max(votes.values())
    return frozenset(scheme for scheme, count in votes.items() if count >= SCHEME_SHARE * most)


# ---------------------------------------------------------------- kinds of row


def _row_kind(row: Row, header: Header, schemes: frozenset[str]) -> str:
    """Return what a row below a header is: indicator, or total, subtotal, note, closing, execution, header, form."""
    first = row.filled[0].text
    if _sums(row, lexicon().subtotals):
        return "subtotal"
    if _sums(row, lexicon().totals):
        return "total"
    if _is_note(row):
        return "note"
    if not any(in_level(number, first, schemes) for number in (1, 2, 3)):
        kind = label_kind(first)
        if kind in _FORM_LABELS and "project" not in header.roles:
            return "form"
        if _is_closing(first) or lexicon().is_signing(first):
            return "closing"
    if _is_execution(row, header, schemes):
        return "execution"
    return "header" if _is_header_again(row, header) else "indicator"


def _title_kind(table: Table, header: Header, index: int) -> str:
    """Return what a title alone in its row is: that of the next form, of this one printed again, or a plain name."""
    following = next((row for row in table.rows[index + 1 :] if len(row.filled) > 1), None)
    if following is None:
        return "indicator"
    if _is_header_again(following, header):
        return "header"
    return "form" if label_kind(following.filled[0].text) else "indicator"


_FORM_LABELS = ("project", "unit_name", "supervisor", "management", "tasks")


def _sums(row: Row, words: frozenset[str]) -> bool:
    """Tell whether a row prints sums: one of the words, before it at most labels, after it numbers or nothing."""
    for index, cell in enumerate(row.filled):
        if fold_label(cell.text) in words:
            rest = row.filled[index + 1 :]
            return any(parse_points(each.text)[0] is not None for each in rest) or not rest
        if not any(in_level(number, cell.text, frozenset()) for number in (1, 2)) and role_of(cell.text) != "frame":
            return False
    return False


def _is_closing(text: str) -> bool:
    label, colon, _ = text.partition("：" if "：" in text else ":")
    if any(fold_label(each) in lexicon().closing or fold_words(each) in lexicon().closing for each in (text, label)):
        return not colon or len(fold_words(label)) > 2  # 填报人：… closes, 其他：… may be a name
    return False


def _is_page_mark(row: Row) -> bool:
    return len(row.filled) == 1 and lexicon().is_page(row.filled[0].text)


def _is_note(row: Row) -> bool:
    return bool(NOTE.match(row.filled[0].text)) or (len(row.filled) == 1 and len(row.filled[0].text) > NOTE_LENGTH)


def closes(row: Row) -> bool:
    """Tell whether a row of a list is a note, a signature or the foot of a page."""
    first = row.filled[0].text
    closing = _is_closing(first) or lexicon().is_signing(first)
    return _is_page_mark(row) or _is_note(row) or (closing and len(row.filled) <= 2)


def _is_plain(line: Line, header: Header, schemes: frozenset[str]) -> bool:
    """Tell whether a row below a total or a closing row is beyond doubt one more indicator.

    It has a name, a value that looks like one, and a label of the taxonomy or values in most columns.
    """
    chosen = {header.columns[j].role: line.cells[i].text for j, i in line.alignment.chosen.items()}
    value = chosen.get("target") or chosen.get("actual") or ""
    if "level3" not in chosen or line.alignment.dropped or value_likeness(value) < PLAIN_VALUE:
        return False
    if any(in_level(number, chosen.get(f"level{number}", ""), schemes) for number in (1, 2)):
        return True
    return len(chosen) >= PLAIN_CELLS and not is_number(value)


def _read_total(table: Table, row: Row) -> tuple[Decimal | None, Decimal | None, Source] | None:
    numbers = [number for cell in row.filled[1:] if (number := parse_points(cell.text)[0]) is not None]
    if not numbers:
        return None
    weight = numbers[0] if len(numbers) > 1 else None
    return weight, (numbers[1] if len(numbers) > 1 else numbers[0]), source_of(table, row)


def _is_execution(row: Row, header: Header, schemes: frozenset[str]) -> bool:
    """Tell whether a row holds the money block's 预算执行率, printed among the indicators without a label of its own.

    Where a taxonomy in use has it as a closed 三级 name, or it labels a name and a kind of its own, it is an indicator.
    """
    first = row.filled[0].text
    if fold_label(first) not in lexicon().execution:
        return False
    printed = {cell.column: cell.text for cell in row.filled}
    if all(_own_cell(printed, header, role) for role in ("level1", "level2", "level3")):
        return False
    return not any(entry.schemes & schemes for entry in lexicon().level(3, first))


def _own_cell(printed: dict[int, str], header: Header, role: str) -> bool:
    return any(column.role == role and not is_blank_value(printed.get(column.start, "")) for column in header.columns)


def _is_header_again(row: Row, header: Header) -> bool:
    roles = [role_of(cell.text) for cell in row.filled]
    known = [role for role in roles if role]
    return len(known) >= 2 and len(known) >= 0.8 * len(roles) and len(set(known) & header.roles) >= 2


# ---------------------------------------------------------------- alignment


class _Covering:
    """Follow stated merged cells downwards, so that a row knows the labels that cover it."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = [column for column in columns if column.role in _LABEL_ROLES]
        self.open: dict[int, tuple[str, int]] = {}

    def enter(self, index: int, row: Row) -> None:
        self.open = {column: held for column, held in self.open.items() if held[1] > index}
        for cell in row.cells:
            if cell.rowspan > 1:
                self.open[cell.column] = (cell.text, index + cell.rowspan)

    def labels(self) -> dict[int, str]:
        """Return the texts of merged cells from rows above by grid column."""
        return {column: text for column, (text, _) in self.open.items() if text.strip()}


class _Running:
    """Follow 一级 and 二级 labels that stand on rows of their own, in forms without columns for them."""

    def __init__(self) -> None:
        self.level1: str | None = None
        self.level2: str | None = None

    def enter(self, row: Row) -> bool:
        """Take a row that holds nothing but a label; False for any other row."""
        if len(row.filled) != 1:
            return False
        text = row.filled[0].text
        first, second = in_level(1, text, frozenset()), in_level(2, text, frozenset())
        if second and not (first and self.level1 is None):
            self.level2 = join_wraps(text)
        elif first:
            self.level1, self.level2 = join_wraps(text), None
        return first or second


def _align(
    row: Row, header: Header, schemes: frozenset[str], covering: _Covering | None, running: _Running | None
) -> Line:
    placed = {cell.column: cell.text for cell in row.filled}
    sure: set[str] = set()
    if covering:
        for column, text in covering.labels().items():
            placed.setdefault(column, text)
        stated = set(covering.open)
        sure = {c.role for c in covering.columns for position in stated if c.displacement(position) == 0}
    cells = _with_signs(tuple(Placed(placed[position], position) for position in sorted(placed)), header)
    stated_grid = covering is not None
    alignment = align_label_row(cells, header.columns) or align_row(cells, header.columns, schemes, stated=stated_grid)
    level1, level2 = (running.level1, running.level2) if running else (None, None)
    return Line(row, cells, alignment, frozenset(sure), level1, level2)


def _with_signs(cells: tuple[Placed, ...], header: Header) -> tuple[Placed, ...]:
    """Join a comparator in a cell of its own to the figure after it, where the form has no column for it."""
    if header.roles & {"quality", "direction", "nature"}:
        return cells
    targets = {column.start for column in header.columns if column.role == "target"}
    joined: list[Placed] = []
    for cell in cells:
        if joined and is_comparator(joined[-1].text) and cell.text[:1].isdigit():
            sign = joined.pop()
            cell = Placed(sign.text + cell.text, sign.position if sign.position in targets else cell.position)
        joined.append(cell)
    return tuple(joined)
