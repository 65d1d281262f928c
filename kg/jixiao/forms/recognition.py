"""Find the headers of performance forms in a table and type their columns."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import takewhile, zip_longest

from jixiao.forms.columns import Column
from jixiao.forms.lexicon import lexicon
from jixiao.forms.lost_words import with_lost_words
from jixiao.model import Cell, Period, Row, Table
from jixiao.text.folding import fold_label, fold_words
from jixiao.values.content import is_number, is_percent

TYPED_SHARE = 0.6  # of a header row's filled cells must be known words
PROBE = 12  # rows below a header that may tell what a column without a word holds
BAND = 2  # header rows above and below the one that names the indicator columns


@dataclass(frozen=True, slots=True)
class Header:
    """Hold one header: its rows [first, last], its typed columns, and its layout.

    ``rows``: one row a 三级指标; ``groups``: pairs of 三级指标 | 指标值 side by side under 一级 headings.
    """

    first: int
    last: int
    columns: tuple[Column, ...]
    layout: str

    @property
    def roles(self) -> frozenset[str]:
        """Return the roles of all columns."""
        return frozenset(column.role for column in self.columns)

    def resembles(self, other: Header) -> bool:
        """Tell whether another header is this one printed again: the same layout and value columns."""
        return self.layout == other.layout and _measured(self) == _measured(other)


_MEASURING = frozenset({"target", "half_target", "standard", "actual", "weight", "score", "unit", "quality", "level3"})


def _measured(header: Header) -> list[str]:
    return [column.role for column in header.columns if column.role in _MEASURING]


# ---------------------------------------------------------------- headers


def find_headers(table: Table) -> list[Header]:
    """Return the headers of indicator blocks in the table, from top to bottom."""
    headers: list[Header] = []
    row = 0
    while row < len(table.rows):
        if _is_core(table.rows[row]):
            header = _assemble(table, row, headers[-1].last + 1 if headers else 0)
            headers.append(header)
            row = header.last
        row += 1
    return headers


def role_of(text: str) -> str | None:
    """Return the role of a header word, None for a foreign one; a period or year before it does not count."""
    kinds = lexicon().columns.kinds(text, cut=True)
    if kinds:
        return kinds[0]
    dated = _DATED.sub("", fold_words(text))
    dated = next((dated.removeprefix(word) for word in _period_words() if dated.startswith(word)), dated)
    kinds = lexicon().columns.kinds(dated) if dated != fold_words(text) else ()
    if kinds and kinds[0] in _DATED_ROLES:
        return kinds[0]
    return "reason" if _REASON.fullmatch(fold_words(text)) else None


_DATED = re.compile(r"^(?:(?:19|20)\d\d)年?度?")
_REASON = re.compile(
    r".{0,6}(?:偏差|偏离|未完成|未达标|扣分|失分|差异).{0,4}(?:原因|说明|分析).{0,14}"
)  # in many wordings
_DATED_ROLES = frozenset({"target", "actual", "standard", "half_target"})


@cache
def _period_words() -> tuple[str, ...]:
    words = (word for words in lexicon().periods.values() for word in words)
    return tuple(sorted(words, key=len, reverse=True))


def _is_core(row: Row) -> bool:
    """Tell whether a row names the indicator columns."""
    filled = row.filled
    roles = [role_of(cell.text) for cell in filled]
    if len(filled) < 3 or any(is_number(cell.text) or is_percent(cell.text) for cell in filled):
        return False
    typed = [{"level4": "level3"}.get(role, role) for role in roles if role]
    if len(typed) < TYPED_SHARE * len(filled):
        return False
    named = "level3" in typed
    levelled = "level1" in typed and "level2" in typed
    valued = bool({"target", "actual", "half_target", "quality"} & set(typed))
    return (valued and (named or levelled)) or (levelled and (named or "score" in typed))


def _assemble(table: Table, core: int, floor: int) -> Header:
    rows = table.rows
    names = [cell for cell in rows[core].filled if role_of(cell.text) == "level3"]
    grouped = len(names) > 1 and not any(role_of(cell.text) in ("level1", "level2") for cell in rows[core].filled)
    first = core
    while grouped and first > floor and core - first < BAND and _is_heading(rows[first - 1]):
        first -= 1
    if first > floor and _heads_register(rows[core - 1], rows[core]):
        first -= 1
    last = core
    if (
        not table.merged
        and not grouped
        and core + 1 < len(rows)
        and (whole := _broken_header(rows[core], rows[core + 1]))
    ):
        return Header(core, core + 1, _row_columns([whole]), "rows")
    while last + 1 < len(rows) and last - core < BAND and _is_subheading(rows[last + 1], rows[core]):
        last += 1
    if grouped:
        return Header(first, last, _grouped_columns(rows[first : last + 1]), "groups")
    below = rows[last + 1 : last + 1 + PROBE]
    columns = _with_kinds(_row_columns(rows[first : last + 1]), below)
    body = list(takewhile(lambda row: header_share(row) < TYPED_SHARE, below))
    return Header(first, last, with_lost_words(columns, body), "rows")


def _with_kinds(columns: tuple[Column, ...], rows: Sequence[Row]) -> tuple[Column, ...]:
    """Take the only level column for the 二级 one where the labels printed in it are those (指标类型: 数量指标)."""
    words = lexicon()
    levels = [column for column in columns if column.role in ("level1", "level2")]
    if len(levels) != 1 or levels[0].role != "level1" or fold_words(levels[0].header).startswith("一级"):
        return columns
    texts = [cell.text for row in rows for cell in row.filled if levels[0].displacement(cell.column) == 0]
    kinds = [text for text in texts if words.level(2, text) and not words.level(1, text)]
    if len(kinds) <= sum(bool(words.level(1, text)) for text in texts):
        return columns
    return tuple(replace(column, role="level2") if column.role == "level1" else column for column in columns)


def _broken_header(core: Row, below: Row) -> Row | None:
    """Return the whole header row where its words are broken over two printed rows (一级指 / 标), else None."""
    rest = {cell.column: cell.text for cell in below.filled}
    over = {cell.column: cell.text for cell in core.filled}
    if len(rest) < 2 or any(column not in over for column in rest):
        return None
    mended = sum(bool(lexicon().columns.kinds(over[column] + text)) for column, text in rest.items())
    if mended < max(2, TYPED_SHARE * len(rest)):
        return None
    return replace(core, cells=tuple(replace(c, text=c.text + rest.get(c.column, "")) for c in core.cells))


def header_share(row: Row) -> float:
    """Return how much of a row's filled cells are header words (0–1)."""
    filled = row.filled
    return sum(bool(lexicon().columns.kinds(cell.text)) for cell in filled) / len(filled) if filled else 0.0


def _is_heading(row: Row) -> bool:
    filled = row.filled
    known = sum(bool(role_of(cell.text)) or fold_label(cell.text) in lexicon().groups for cell in filled)
    return bool(filled) and known >= TYPED_SHARE * len(filled)


def _heads_register(upper: Row, core: Row) -> bool:
    """Tell whether the row above names the register columns left of the indicator columns (项目名称 | 预算数 | …)."""
    left = [cell for cell in upper.filled if cell.column < core.filled[0].column]
    roles = {role_of(cell.text) for cell in left}
    over = [cell for cell in upper.filled[len(left) :] if role_of(cell.text) != "frame"]
    return "project" in roles and len(left) > 1 and None not in roles and not over


def _is_subheading(row: Row, core: Row) -> bool:
    """Tell whether the row below a header row still belongs to the header (当年度 | 实施周期, 半年 | 全年)."""
    filled = row.filled
    if not filled or len(filled) > len(core.filled):
        return False
    return all(
        _period_word(cell.text) or role_of(cell.text) in _SUBHEADINGS or is_bare_year(cell.text) for cell in filled
    )


def is_bare_year(text: str) -> bool:
    """Tell whether a header cell names nothing but a year (2024年 below 指标值)."""
    return bool(_DATED.fullmatch(fold_words(text)))


_SUBHEADINGS = frozenset(
    {"target", "half_target", "standard", "quality", "nature", "unit", "direction", "actual", "completion", "weight"}
)


def is_numbering(row: Row) -> bool:
    """Tell whether a row only numbers the columns (1 | 2 | 3 …), as budget tables do below their header."""
    texts = [cell.text.strip() for cell in row.filled]
    return len(texts) > 3 and texts[1:] == [str(number) for number in range(int(texts[1] == "2") + 1, len(texts) + 1)]


def _period_word(text: str) -> Period | None:
    folded = fold_words(text) if len(fold_words(text)) <= 10 else fold_label(text)
    if len(folded) > 10:
        return None
    for period, words in lexicon().periods.items():
        if any(word in folded for word in words):
            return Period(period)
    return None


def period_of(text: str) -> Period | None:
    """Return the period a heading names (中期/实施期 or 年度), None when it names none."""
    return _period_word(text)


def _row_columns(rows: Sequence[Row]) -> tuple[Column, ...]:
    cells = _leaves(_with_headings_in_place(rows))
    columns: list[Column] = []
    for cell, heading in cells:
        period = _period_word(cell.text)
        above = role_of(heading.text) if heading else None
        role = (above if period or is_bare_year(cell.text) else None) or role_of(cell.text) or above or "other"
        period = period or (_period_word(heading.text) if heading else None)
        columns.append(Column(role, cell.column, cell.column + cell.colspan, cell.text, period=period or Period.ANNUAL))
    return _blocks(_framed(_disambiguate(columns)))


def _framed(columns: list[Column]) -> list[Column]:
    """Give the target the period that its frame names (长期绩效指标), where it names none itself."""
    framed = next((_period_word(column.header) for column in columns if column.role == "frame"), None)
    targets = [column for column in columns if column.role == "target"]
    if framed is None or len(targets) != 1 or _period_word(targets[0].header):
        return columns
    return [replace(column, period=framed) if column.role == "target" else column for column in columns]


def _with_headings_in_place(rows: Sequence[Row]) -> Sequence[Row]:
    """Return the header rows with the upper one moved by a column where only then its headings suit what is below."""
    if len(rows) != 2:
        return rows
    moved = [
        replace(rows[0], cells=tuple(replace(c, column=c.column + by) for c in rows[0].cells)) for by in (0, 1, -1)
    ]
    upper = max(moved, key=lambda row: _suited(row, rows[1]))  # the first, unmoved one where they suit alike
    return [upper, *rows[1:]]


def _suited(upper: Row, lower: Row) -> int:
    """Count the cells below a heading of their kind: 完成值 | 完成率 below 实际完成情况, 指标值 below 年度目标."""
    count = 0
    for cell in lower.filled:
        over = next((role_of(c.text) for c in reversed(upper.filled) if c.column <= cell.column), None)
        results = over in _RESULTS and role_of(cell.text) in _RESULTS
        count += results or (over not in _RESULTS | {"weight", "score"} and role_of(cell.text) not in _RESULTS)
    return count


_RESULTS = frozenset({"actual", "completion"})


def _leaves(rows: Sequence[Row]) -> list[tuple[Cell, Cell | None]]:
    """Return the lowest header cell of each column with the cell above it, from left to right.

    A heading reaches to the next one: text formats state no spans.
    """
    found: dict[int, tuple[Cell, Cell | None]] = {}
    for cell, following in zip_longest(rows[0].filled, rows[0].filled[1:]):
        end = following.column if following else sys.maxsize
        below = [lower for row in rows[1:] for lower in row.filled if cell.column <= lower.column < end]
        if below:
            found.update({lower.column: (lower, cell) for lower in below})
        else:
            found[cell.column] = (cell, None)
    return [found[column] for column in sorted(found)]


def _disambiguate(columns: Sequence[Column]) -> list[Column]:
    """Settle words that name two things: 单位 is the office before the indicator columns, a measure after them."""
    columns = _settle_misread(columns)
    first_name = next((i for i, column in enumerate(columns) if column.role == "level3"), 0)
    settled: list[Column] = []
    valued = any(column.role == "target" for column in columns)
    measured = {column.role for column in columns}
    for index, column in enumerate(columns):
        kinds = lexicon().columns.kinds(column.header, cut=True)
        role = column.role
        if role in ("frame", "goal") and not valued and 0 < first_name < index:
            role, valued = "target", True  # 三级指标 | 绩效目标
        elif (
            role == "frame" and fold_words(column.header).endswith("目标") and any(c.role == "project" for c in settled)
        ):
            role = "goal"  # 项目名称 | 绩效目标 | 一级指标
        elif role == "actual" and _year_of(column) < max(
            _year_of(c) for c in columns if c.role == "target" or c is column
        ):
            role = "standard"  # 2022年完成值 | 2023年目标值
        elif role == "unit" and "department" in kinds and index < first_name:
            role = "department"
        elif role == "level3" and any(c.role == "level4" for c in columns):
            role = "other"  # 三级 groups where 四级 names what is measured
        elif role == "level4":
            role = "level3"
        elif role == "explanation" and "reason" in kinds and any(c.role == "score" for c in columns[:index]):
            role = "reason"
        elif role == "target" and _goes_with(column, settled):
            role = "other" if _year_of(column) else "explanation"
        elif role == "level3" and index > first_name and not valued and {"quality", "unit"} <= measured:
            role, valued = "target", True  # 三级指标 | 运算符号 | 指标内容 | 计量单位
        elif role == "level3" and index > first_name and not any(c.role == "target" for c in columns[index:]):
            role = "explanation"  # 指标内容 behind the value says what the indicator is about
        elif role == "quality" and any(c.role == "quality" for c in settled):
            role = "nature"  # 定量 | 定性 beside the sign
        elif (
            role == "level3" and index != first_name and not any(c.role == "target" for c in columns[first_name:index])
        ):
            role = "other"
        settled.append(replace(column, role=role))
    return settled


def _goes_with(column: Column, before: Sequence[Column]) -> bool:
    """Tell whether a value column only goes with the one before it: a later year's, or what the value is about."""
    last = next((c for c in reversed(before) if c.role in ("target", "level3")), None)
    if last is None or last.role != "target":
        return False
    if _year_of(column):
        return _year_of(last) not in ("", _year_of(column))
    return "explanation" in lexicon().columns.kinds(column.header)


def for_year(header: Header, year: int | None) -> Header:
    """Return the header with the fiscal year's column as the target where it has one for each of several years."""
    targets = [column for column in header.columns if column.role == "target" and _year_of(column)]
    own = [column for column in header.columns if column.role == "other" and _year_of(column) == str(year)]
    if len(targets) != 1 or len(own) != 1 or _year_of(targets[0]) == str(year):
        return header
    swapped = {targets[0]: "other", own[0]: "target"}
    return replace(header, columns=tuple(replace(c, role=swapped.get(c, c.role)) for c in header.columns))


def _year_of(column: Column) -> str:
    found = _DATED.match(fold_words(column.header))
    return found.group()[:4] if found else ""


def _settle_misread(columns: Sequence[Column]) -> list[Column]:
    """Settle words with a misread character that may be several (圾级指标): the first one the header lacks."""
    exact = {column.role for column in columns if lexicon().columns.kinds(column.header)}
    settled = []
    for column in columns:
        kinds = lexicon().columns.kinds(column.header, cut=True)
        role = column.role
        if len(kinds) > 1 and not lexicon().columns.kinds(column.header):
            role = next((kind for kind in kinds if kind not in exact), role)
            exact.add(role)
        settled.append(replace(column, role=role))
    return settled


def _blocks(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Number the blocks: a new one begins where names or values come again after a value column."""
    result: list[Column] = []
    block = 0
    seen: set[str] = set()
    for column in columns:
        if column.role in seen and column.role in ("level1", "level2", "level3", "target") and "target" in seen:
            block += 1
            seen = set()
        seen.add(column.role)
        result.append(replace(column, block=block))
    return tuple(result)


def _grouped_columns(rows: Sequence[Row]) -> tuple[Column, ...]:
    words = lexicon()
    headings: list[list[Cell]] = []
    leaves: dict[int, Cell] = {}
    for row in rows:
        groups = [
            cell
            for cell in row.filled
            if fold_label(cell.text) in words.groups and role_of(cell.text) not in ("level3", "target")
        ]
        if groups:
            headings.append(groups)
        leaves.update({cell.column: cell for cell in row.filled if cell not in groups and role_of(cell.text)})
    columns: list[Column] = []
    for position in sorted(leaves):
        cell = leaves[position]
        role = role_of(cell.text) or "other"
        over = [
            next((heading.text for heading in reversed(line) if heading.column <= position), None) for line in headings
        ]
        group, subgroup = (*over, None, None)[:2]
        if role in ("level3", "target"):
            columns.append(Column(role, position, position + cell.colspan, cell.text, group=group, subgroup=subgroup))
        elif role != "frame":
            columns.append(Column(role, position, position + cell.colspan, cell.text))
    return tuple(columns)
