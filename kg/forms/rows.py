"""Read indicator blocks that print one 三级指标 a row (one or two blocks of values side by side)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rapidfuzz import fuzz

from kg.forms.alignment import TWIN_RATIO, Alignment, Placed, align_row
from kg.forms.columns import Column, in_level, item_number
from kg.forms.fields import label_kind, source_of
from kg.forms.label_rows import align_label_row
from kg.forms.levels import Printed, Resolved, resolve_levels
from kg.forms.lexicon import fold, fold_label, lexicon
from kg.forms.own_labels import own_levels
from kg.forms.recognition import Header, is_numbering, role_of
from kg.model import Indicator, Issue, Period, Row, Source, Table, Target
from kg.values.amounts import parse_amount
from kg.values.content import is_blank_value, is_number
from kg.values.names import join_wraps, strip_item_prefix
from kg.values.targets import join_split_target, parse_actual, parse_target

_NOTE = re.compile(r"^\s*(<p>)?\s*(注|备注|说明|填表说明|填报说明)\s*\d?\s*[:：、.]")
_LABEL_ROLES = ("level1", "level2", "project", "project_code", "department", "goal", "money")
_REGISTER_ROLES = frozenset({"ordinal", "project", "project_code", "department", "goal", "money"})
AGREED = 0.6  # of the rows must be shifted alike for the header to be the shifted one
SCHEME_SHARE = 0.75  # of the votes of the taxonomy used most
NOTE_LENGTH = 80  # characters; a longer lone cell is a note, not a name


@dataclass(frozen=True, slots=True)
class Lifted:
    """Hold one lifted indicator with the register columns of its row (project, code, department, amounts)."""

    indicator: Indicator
    register: dict[str, str]


@dataclass(frozen=True, slots=True)
class Block:
    """Hold what was read from one indicator block.

    ``total`` is the 总分 row's (weight, score) with its source; ``end`` the index of the first row not read;
    ``execution`` the row of the money's 预算执行率 that stands among the indicators.
    """

    lifted: tuple[Lifted, ...]
    issues: tuple[Issue, ...]
    total: tuple[Decimal | None, Decimal | None, Source] | None
    notes: tuple[str, ...]
    end: int
    execution: Line | None = None


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
        """Return the text that stands in the column of a role (of one block, if given)."""
        for j, i in self.alignment.chosen.items():
            column = header.columns[j]
            if column.role == role and (block is None or column.block == block):
                return self.cells[i].text
        return None


@dataclass(frozen=True, slots=True)
class Lines:
    """Hold the aligned rows of a block, what closes it, and the taxonomies it uses."""

    lines: tuple[Line, ...]
    schemes: frozenset[str]
    total: tuple[Decimal | None, Decimal | None, Source] | None
    notes: tuple[str, ...]
    end: int
    execution: Line | None = None


def read_block(table: Table, header: Header, stop: int, fiscal_year: int | None) -> Block:
    """Read the rows below a header up to ``stop`` (a row index) or the block's own end."""
    read = align_lines(table, header, stop)
    lifted, issues = _lift(table, header, read.lines, read.schemes, fiscal_year)
    return Block(tuple(lifted), tuple(issues), read.total, read.notes, read.end, read.execution)


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
    execution: Line | None = None
    covering = _Covering(header.columns) if table.merged else None
    running = None if header.roles & {"level1", "level2"} else _Running()
    end = stop
    for index in range(header.last + 1, stop):
        row = table.rows[index]
        if covering:
            covering.enter(index, row)
        if not row.filled or is_numbering(row) or (running and running.enter(row)):
            continue
        if _is_total(row):
            total = _read_total(table, row)
            end = index + 1
        elif _NOTE.match(row.filled[0].text) or (len(row.filled) == 1 and len(row.filled[0].text) > NOTE_LENGTH):
            notes.append(row.filled[0].text)
            end = index + 1
        elif total is not None or _is_closing(row, header, schemes):
            return Lines(tuple(lines), schemes, total, tuple(notes), index, execution)
        elif _is_execution(row, header, schemes):
            execution = _align(row, header, schemes, covering, running)
            end = index + 1
        elif not _is_header_again(row, header):
            lines.append(_align(row, header, schemes, covering, running))
            end = index + 1
    return Lines(tuple(lines), schemes, total, tuple(notes), end, execution)


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
            pairs.append(fold(one) == fold(two) or fuzz.ratio(fold(one), fold(two)) >= TWIN_RATIO)
    return not pairs or sum(pairs) * 3 >= len(pairs)


def used_schemes(rows: Sequence[Row]) -> frozenset[str]:
    """Return the indicator taxonomies whose labels the rows use most; empty when they use none."""
    words = lexicon()
    votes: Counter[str] = Counter()
    seen: set[tuple[int, str]] = set()
    for row in rows:
        for cell in row.filled:
            if len(cell.text) > 24:
                continue
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


def _is_total(row: Row) -> bool:
    first = row.filled[0].text
    return fold_label(first) in lexicon().totals and any(is_number(cell.text) for cell in row.filled[1:])


def _read_total(table: Table, row: Row) -> tuple[Decimal | None, Decimal | None, Source]:
    numbers = [number for cell in row.filled[1:] if (number := parse_amount(cell.text)) is not None]
    weight = numbers[0] if len(numbers) > 1 else None
    return weight, (numbers[1] if len(numbers) > 1 else numbers[0]), source_of(table, row)


def _is_closing(row: Row, header: Header, schemes: frozenset[str]) -> bool:
    first = row.filled[0].text
    if any(in_level(number, first, schemes) for number in (1, 2, 3)):
        return False
    label, colon, _ = first.partition("：" if "：" in first else ":")
    if any(fold_label(text) in lexicon().closing or fold(text) in lexicon().closing for text in (first, label)):
        return not colon or len(fold(label)) > 2  # 填报人：… closes, 其他：… may be a name
    kind = label_kind(first)
    return kind in ("project", "unit_name", "supervisor", "management", "tasks") and "project" not in header.roles


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
    cells = tuple(Placed(placed[position], position) for position in sorted(placed))
    stated_grid = covering is not None
    alignment = align_label_row(cells, header.columns) or align_row(cells, header.columns, schemes, stated=stated_grid)
    level1, level2 = (running.level1, running.level2) if running else (None, None)
    return Line(row, cells, alignment, frozenset(sure), level1, level2)


# ---------------------------------------------------------------- lifting


def _lift(
    table: Table, header: Header, lines: Sequence[Line], schemes: frozenset[str], fiscal_year: int | None
) -> tuple[list[Lifted], list[Issue]]:
    blocks = max((column.block for column in header.columns), default=0) + 1
    lifted: list[tuple[int, int, Lifted]] = []
    issues: list[Issue] = []
    register = _Register()
    resolved_first: list[Resolved] = []
    printed_first: list[Printed] = []
    registers = [register.enter(line, header) for line in lines]
    for block in range(blocks):
        printed = _settle_shifted([_printed(line, header, block) for line in lines], lines, header, schemes)
        if not block:
            printed_first = printed
        else:
            printed = [_or_first(one, two) for one, two in zip(printed_first, printed, strict=True)]
        has_levels = any(c.block == block and c.role in ("level1", "level2") for c in header.columns)
        if header.roles & {"level1", "level2"}:
            resolved = _resolve(printed, registers, schemes)
        else:
            resolved = [Resolved(line.level1, line.level2) for line in lines]
        if block and not has_levels:
            resolved = resolved_first
        elif block:
            resolved = [
                replace(two, level1=two.level1 or one.level1, level2=two.level2 or one.level2)
                for one, two in zip(resolved_first, resolved, strict=True)
            ]
        if not block:
            resolved_first = resolved
        for number, (whole, names) in enumerate(zip(lines, resolved, strict=True)):
            for line in _itemised(whole, header, block):
                found = _indicator(table, header, line, block, names, fiscal_year)
                if found:
                    lifted.append((number, block, Lifted(found, registers[number])))
    have = {number for number, _, _ in lifted}
    for number, line in enumerate(lines):
        if number not in have and (issue := _unplaced(table, header, line)):
            issues.append(issue)
    lifted.sort(key=lambda entry: entry[:2])
    return [entry[2] for entry in lifted], issues


def _itemised(line: Line, header: Header, block: int) -> list[Line]:
    """Split a row whose name cell lists several items (指标1：… 指标2：…), its value cell giving one each."""
    chosen = {header.columns[j].role: i for j, i in line.alignment.chosen.items() if header.columns[j].block == block}
    if "level3" not in chosen or "target" not in chosen:
        return [line]
    names, values = (_items(line.cells[chosen[role]].text) for role in ("level3", "target"))
    if len(names) < 2 or len(values) != len(names) or not item_number(names[0]):
        return [line]
    lines = []
    for name, value in zip(names, values, strict=True):
        cells = list(line.cells)
        cells[chosen["level3"]] = replace(cells[chosen["level3"]], text=name)
        cells[chosen["target"]] = replace(cells[chosen["target"]], text=value)
        lines.append(replace(line, cells=tuple(cells)))
    return lines


def _items(text: str) -> list[str]:
    """Return the items of a cell: by 指标N：, else by printed lines or ；."""
    numbered = [part.strip() for part in re.split(r"(?=指\s*标\s*\d+\s*[:：])", text) if part.strip()]
    if len(numbered) > 1:
        return numbered
    return [part.strip() for part in re.split(r"[\n；;]+", text) if part.strip()]


def _resolve(
    printed: Sequence[Printed], registers: Sequence[dict[str, str]], schemes: frozenset[str]
) -> list[Resolved]:
    """Resolve the levels project by project where a register lists several."""
    result: list[Resolved] = []
    start = 0
    for index in range(1, len(printed) + 1):
        if index == len(printed) or registers[index].get("project") != registers[start].get("project"):
            result += resolve_levels(printed[start:index], schemes)
            start = index
    return result


class _Register:
    """Fill down the register columns (project, code, department), which are printed on a project's first row only."""

    def __init__(self) -> None:
        self.held: dict[str, str] = {}

    def enter(self, line: Line, header: Header) -> dict[str, str]:
        new: dict[str, str] = {}
        amounts: list[str] = []
        for j, i in sorted(line.alignment.chosen.items()):
            role = header.columns[j].role
            if role in ("project", "project_code", "department", "goal"):
                new.setdefault(role, line.cells[i].text)
            elif role == "money":
                amounts.append(f"{header.columns[j].header}\t{line.cells[i].text}")
        if amounts:
            new["money"] = "\n".join(amounts)
        if "project" in new and fold(new["project"]) != fold(self.held.get("project", "")):
            self.held = {key: value for key, value in self.held.items() if key == "department"}
        self.held = {**self.held, **new}
        return dict(self.held)


def _settle_shifted(
    printed: Sequence[Printed], lines: Sequence[Line], header: Header, schemes: frozenset[str]
) -> list[Printed]:
    """Take a lone label of a row shifted left for a 二级 where it is one of the 一级 above it.

    成本指标 below 产出指标 goes on with it; 满意度指标 below 效益指标 begins anew.
    """
    settled: list[Printed] = []
    running: set[str] = set()
    for row, line in zip(printed, lines, strict=True):
        if row.level1 and row.level2 is None and not row.sure1 and _name_shifted_left(line, header):
            entries = [e for e in lexicon().level(2, row.level1) if not schemes or e.schemes & schemes]
            if any(entry.parent in running for entry in entries):
                row = replace(row, level1=None, level2=row.level1)
        if row.level1:
            running = {entry.label for entry in lexicon().level(1, row.level1)}
        settled.append(row)
    return settled


def _name_shifted_left(line: Line, header: Header) -> bool:
    for j, i in line.alignment.chosen.items():
        if header.columns[j].role == "level3":
            return header.columns[j].displacement(line.cells[i].position) < 0
    return False


def _or_first(first: Printed, second: Printed) -> Printed:
    """Let a later block take the labels of the first where the row prints none of its own for it."""
    if second.level2 is not None or second.sure2:
        return second
    return replace(second, level1=second.level1 or first.level1, level2=first.level2)


def _printed(line: Line, header: Header, block: int) -> Printed:
    level1, level2 = (line.value(header, role, block) for role in ("level1", "level2"))
    both = lexicon().split_levels(level1 or "") or lexicon().split_levels(level2 or "")
    if both:
        level1, level2 = both
    name = line.value(header, "level3", block)
    return Printed(
        level1=join_wraps(level1) if level1 else None,
        level2=join_wraps(level2) if level2 else None,
        level3=name,
        sure1="level1" in line.sure,
        sure2="level2" in line.sure,
    )


def _indicator(
    table: Table, header: Header, line: Line, block: int, names: Resolved, fiscal_year: int | None
) -> Indicator | None:
    name = line.value(header, "level3", block)
    own = any(column.role == "level3" and column.block == block for column in header.columns)
    if name is None and block and not own:
        name = line.value(header, "level3", 0)
    if name is None or lexicon().is_placeholder(strip_item_prefix(name) or name):
        return None
    name = join_wraps(strip_item_prefix(name)) or join_wraps(name)
    column = next((c for c in header.columns if c.role in ("target", "quality") and c.block == block), None)
    target = _target(line, header, block, name, fiscal_year)
    if target is None and ((block and not own) or lexicon().has_mark(name)):
        return None
    actual_text = line.value(header, "actual")
    deviation_text = line.value(header, "deviation")
    repairs = _repairs(line, names, header)
    explanation = line.value(header, "explanation")
    reason = line.value(header, "reason")
    return Indicator(
        level1=names.level1,
        level2=names.level2,
        level3=name,
        target=target,
        source=source_of(table, line.row),
        period=column.period if column else Period.ANNUAL,
        explanation=join_wraps(explanation) if explanation else None,
        actual_text=actual_text,
        actual=parse_actual(actual_text, target) if actual_text else None,
        weight=_number(line.value(header, "weight")),
        score=_number(line.value(header, "score")),
        deviation_text=deviation_text,
        deviation=_number(deviation_text.rstrip("%％")) if deviation_text else None,
        reason=join_wraps(reason) if reason else None,
        half_year_target_text=line.value(header, "half_target"),
        repairs=repairs,
        confidence=_confidence(repairs),
    )


def _target(line: Line, header: Header, block: int, name: str, fiscal_year: int | None) -> Target | None:
    text = line.value(header, "target", block)
    unit = line.value(header, "unit")
    quality = line.value(header, "quality")
    if quality is not None or unit is not None:
        return join_split_target(
            quality, line.value(header, "direction"), text, unit, fiscal_year=fiscal_year, name=name
        )
    if text is None:
        return _stated_in_name(line, header, block, name, fiscal_year)
    if is_blank_value(text):
        return None
    return parse_target(text, fiscal_year=fiscal_year, name=name)


def _stated_in_name(line: Line, header: Header, block: int, name: str, fiscal_year: int | None) -> Target | None:
    """Return the target of a row whose only text is a sentence (满意率达到95%以上): it states a comparator."""
    if any(header.columns[j].role == "target" for j in line.alignment.chosen):
        return None
    sentence = parse_target(name, fiscal_year=fiscal_year)
    if sentence is None or not sentence.comparator_stated:
        return None
    return replace(sentence, text=line.value(header, "level3", block) or name)


def _number(text: str | None) -> Decimal | None:
    return parse_amount(text) if text else None


def _repairs(line: Line, names: Resolved, header: Header) -> tuple[str, ...]:
    repairs = []
    if line.alignment.shifted:
        repairs.append("shifted-cells")
    if line.alignment.dropped:
        repairs.append("surplus-cell")
    if names.moved:
        repairs.append("moved-label")
    if any(not lexicon().columns.kinds(header.columns[j].header) for j in line.alignment.chosen):
        repairs.append("guessed-column")
    return tuple(repairs)


_DOUBT = {"shifted-cells": "0.02", "surplus-cell": "0.10", "moved-label": "0.05", "guessed-column": "0.12"}


def _confidence(repairs: Sequence[str]) -> Decimal:
    return max(Decimal("0.5"), Decimal(1) - sum((Decimal(_DOUBT[repair]) for repair in repairs), Decimal(0)))


def _unplaced(table: Table, header: Header, line: Line) -> Issue | None:
    """Return an issue for a row that yields no indicator although it holds more than labels of the template."""
    words = lexicon()
    if {header.columns[j].role for j in line.alignment.chosen} <= _REGISTER_ROLES and not line.alignment.dropped:
        return None
    rest = [
        cell.text
        for cell in line.cells
        if not in_level(1, cell.text, frozenset())
        and not in_level(2, cell.text, frozenset())
        and not words.is_placeholder(strip_item_prefix(cell.text) or cell.text)
        and role_of(cell.text) != "frame"
        and not is_blank_value(cell.text)
    ]
    if not rest:
        return None
    return Issue(
        code="row-not-placed",
        message=f"第{line.row.place.line}行没有找到三级指标，未收入图谱：{line.row.text.strip()[:120]}",
        message_en=f"line {line.row.place.line}: no level-3 indicator found in the row; not in the graph",
        source=source_of(table, line.row),
        level="error",
    )
