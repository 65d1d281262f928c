"""Read indicator blocks that print one 三级指标 a row (one or two blocks of values side by side)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from jixiao.forms.columns import in_level, item_number
from jixiao.forms.doubts import confidence
from jixiao.forms.fields import source_of
from jixiao.forms.levels import Printed, Resolved, resolve_levels
from jixiao.forms.lexicon import lexicon
from jixiao.forms.lines import Line, align_lines
from jixiao.forms.recognition import Header, role_of
from jixiao.forms.registers import registers_of
from jixiao.model import Indicator, Issue, Period, Row, Source, Table, Target
from jixiao.text.folding import fold_words
from jixiao.text.names import join_wraps, strip_item_prefix
from jixiao.values.amounts import parse_amount, parse_points
from jixiao.values.content import is_blank_value
from jixiao.values.targets import join_split_target, parse_actual, parse_target

_REGISTER_ROLES = frozenset({"ordinal", "project", "project_code", "department", "office_code", "goal", "money"})
# columns no field of an indicator is for
_FURTHER = frozenset({"standard", "second_name", "completion", "nature", "time_limit", "office_code", "other"})


@dataclass(frozen=True, slots=True)
class Lifted:
    """Hold one lifted indicator with the register columns of its row (project, code, department, amounts)."""

    indicator: Indicator
    register: dict[str, str]


@dataclass(frozen=True, slots=True)
class Block:
    """Hold what was read from one indicator block.

    ``total`` is the 总分 row's (weight, score) with its source; ``aside`` are closing rows among the others; ``last``
    and ``end`` are the indexes of the last row before those that close the form and of the first one not read;
    ``execution`` is the row of the money's 预算执行率 that stands among the indicators.
    """

    lifted: tuple[Lifted, ...]
    issues: tuple[Issue, ...]
    total: tuple[Decimal | None, Decimal | None, Source] | None
    notes: tuple[str, ...]
    aside: tuple[Row, ...]
    last: int
    end: int
    execution: Line | None = None


def read_block(table: Table, header: Header, stop: int, fiscal_year: int | None) -> Block:
    """Read the rows below a header up to ``stop`` (a row index) or the block's own end."""
    read = align_lines(table, header, stop)
    lifted, issues = _lift(table, header, read.lines, read.schemes, fiscal_year)
    return Block(tuple(lifted), tuple(issues), read.total, read.notes, read.aside, read.last, read.end, read.execution)


# ---------------------------------------------------------------- lifting


def _lift(
    table: Table, header: Header, lines: Sequence[Line], schemes: frozenset[str], fiscal_year: int | None
) -> tuple[list[Lifted], list[Issue]]:
    blocks = max((column.block for column in header.columns), default=0) + 1
    lifted: list[tuple[int, int, Lifted]] = []
    issues: list[Issue] = []
    resolved_first: list[Resolved] = []
    printed_first: list[Printed] = []
    opening = {id(table.rows[index]) for index in table.breaks if index < len(table.rows)}
    own = [
        [replace(_printed(line, header, block), opens=id(line.row) in opening) for line in lines]
        for block in range(blocks)
    ]
    registers = registers_of(lines, header, own[0], schemes)
    if blocks == 2:
        own[0] = [_or_twin(one, two) for one, two in zip(*own, strict=True)]
    for block in range(blocks):
        printed = _settle_shifted(own[block], lines, header, schemes)
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


def _settle_shifted(
    printed: Sequence[Printed], lines: Sequence[Line], header: Header, schemes: frozenset[str]
) -> list[Printed]:
    """Take a doubled label, or a lone one of a row shifted left, for a 二级 where it is one of the 一级 above it.

    成本指标 below 产出指标 goes on with it; 满意度指标 below 效益指标 begins anew.
    """
    settled: list[Printed] = []
    running: set[str] = set()
    for row, line in zip(printed, lines, strict=True):
        if (
            row.level1
            and not row.sure1
            and (_doubled(row) or (row.level2 is None and _name_shifted_left(line, header)))
        ):
            entries = [e for e in lexicon().level(2, row.level1) if not schemes or e.schemes & schemes]
            if any(entry.parent in running for entry in entries):
                row = replace(row, level1=None, level2=row.level1)
        if row.level1:
            running = {entry.label for entry in lexicon().level(1, row.level1)}
        settled.append(row)
    return settled


def _doubled(row: Printed) -> bool:
    return row.level1 is not None and row.level2 is not None and fold_words(row.level1) == fold_words(row.level2)


def _name_shifted_left(line: Line, header: Header) -> bool:
    for j, i in line.alignment.chosen.items():
        if header.columns[j].role == "level3":
            return header.columns[j].displacement(line.cells[i].position) < 0
    return False


def _or_first(first: Printed, second: Printed) -> Printed:
    """Let a later block take the labels of the first where the row prints none of its own for it."""
    if second.level2 is not None or second.sure2:
        return replace(second, level1=second.level1 or first.level1)
    return replace(second, level1=second.level1 or first.level1, level2=first.level2)


def _or_twin(first: Printed, second: Printed) -> Printed:
    """Let the first block take the 二级 that only the second prints on a row where both name the same thing."""
    bare = first.level1 is None and first.level2 is None and not first.sure2
    same = first.level3 and second.level3 and fold_words(first.level3) == fold_words(second.level3)
    return replace(first, level2=second.level2) if bare and same else first


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
    valueless = target is None and column is not None
    repairs = _repairs(line, names, header) + (("no-value",) if valueless else ())
    explanation = "；".join(map(join_wraps, line.values(header, "explanation")))
    reason = line.value(header, "reason")
    weight, score = _points(line.value(header, "weight"), line.value(header, "score"))
    return Indicator(
        level1=names.level1,
        level2=names.level2,
        level3=name,
        target=target,
        source=source_of(table, line.row),
        period=column.period if column else Period.ANNUAL,
        explanation=explanation or None,
        actual_text=actual_text,
        actual=parse_actual(actual_text, target) if actual_text else None,
        weight=weight,
        score=score,
        deviation_text=deviation_text,
        deviation=parse_amount(deviation_text.rstrip("%％")) if deviation_text else None,
        reason=join_wraps(reason) if reason else None,
        half_year_target_text=line.value(header, "half_target"),
        further=_further(line, header, block),
        repairs=repairs,
        confidence=confidence(repairs),
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


def _points(weight_text: str | None, score_text: str | None) -> tuple[Decimal | None, Decimal | None]:
    """Return weight and score; a cell may hold both (9.5/10), the larger is the weight."""
    weight, one = parse_points(weight_text)
    score, other = parse_points(score_text)
    if weight is not None and one is not None:
        weight, one = max(weight, one), min(weight, one)
    return weight if weight is not None else other, score if score is not None else one


def _further(line: Line, header: Header, block: int) -> tuple[tuple[str, str], ...]:
    """Return header and text of the cells in columns that no field of an indicator is for (上年值, 完成率 …)."""
    chosen = sorted(line.alignment.chosen.items())
    columns = [(header.columns[j], line.cells[i].text) for j, i in chosen if header.columns[j].block == block]
    return tuple(
        (join_wraps(column.header), join_wraps(text))
        for column, text in columns
        if column.role in _FURTHER and column.header and not is_blank_value(text)
    )


def _repairs(line: Line, names: Resolved, header: Header) -> tuple[str, ...]:
    repairs = []
    if line.alignment.shifted:
        repairs.append("shifted-cells")
    if line.alignment.dropped:
        repairs.append("surplus-cell")
    if names.moved:
        repairs.append("moved-label")
    if any(not _is_read(header.columns[j].header) for j in line.alignment.chosen):
        repairs.append("guessed-column")
    return tuple(repairs)


def _is_read(header: str) -> bool:
    """Tell whether a header word is known as it is printed (or but for its year), not mended or guessed."""
    words = lexicon().columns
    return bool(words.kinds(header) or (role_of(header) and not words.kinds(header, cut=True)))


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
