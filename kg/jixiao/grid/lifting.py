"""Make indicators of the rows of a block: levels resolved over the block, split targets joined, results read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from jixiao.grid.cells import is_unfilled, kind_of, level_of, states_itself
from jixiao.grid.columns import Assignment, Column, period_of
from jixiao.grid.doubts import doubted_rows, with_doubts
from jixiao.grid.levels import Printed, Resolved, resolve_levels
from jixiao.grid.lexicon import lexicon
from jixiao.grid.registers import starts_of
from jixiao.grid.rows import HEADING, INDICATOR, Entry, Rows, divided, is_indicator_name, is_value
from jixiao.grid.weights import weights
from jixiao.grid.words import plain
from jixiao.grid.written import Written, cut_label, read_phrases, read_written
from jixiao.model import Indicator, Period, Source, Target
from jixiao.text.names import join_wraps, strip_item_prefix
from jixiao.values.amounts import parse_amount, parse_points
from jixiao.values.targets import join_split_target, parse_actual, parse_target

UNFIELDED = frozenset({"other", "rate", "flag", "category", "time", "person"})
_PREFIX = re.compile(r"^\s*(?:指\s*标\s*\d{1,2}\s*[:：.．、]?|[(（]?\d{1,2}\s*[)）.．、]|[①-⑳])\s*(?=[^\d\s])")
_YES = frozenset({"是/否", "日期", "是否"})
TICK = "tick"
GRADES = {"不": 4, "未": 4, "差": 4, "优": 0, "好": 1, "良": 1, "合格": 2, "一般": 2, "中": 2, "达标": 2}  # ranks
BLANK = 0.3  # of the rows of a block print a value: it is a template


@dataclass(frozen=True, slots=True)
class Lifted:
    """Hold one indicator with the index of its entry and of its group of columns."""

    indicator: Indicator
    entry: int
    block: int


def lift_rows(rows: Rows, year: int | None) -> list[Lifted]:
    """Return the indicators of a block in the order of its rows."""
    assigned = rows.assigned
    levels = _levels(rows)
    told = [block for block in range(rows.blocks) if _is_own(assigned, block)]
    blank = _is_template(rows)
    continued = all(not column.path for column in assigned.columns)
    lifted: list[Lifted] = []
    for number, (entry, kind) in enumerate(zip(rows.entries, rows.kinds, strict=True)):
        if kind != INDICATOR:
            continue
        if stated := _written(assigned, entry):
            source = rows.sheet.source(entry.line.index)
            lifted += [Lifted(each, number, 0) for each in written_out(stated, source, year)]
            continue
        if named := _named(rows, entry, year):
            lifted += [Lifted(each, number, 0) for each in named]
            continue
        for block in told:
            names = levels[block][number]
            found = [row for part in divided(entry, assigned) for row in _indicators(rows, part, block, names, year)]
            found = doubted_rows(found, assigned, entry, names, continued=continued)
            if blank and not _says_more(entry, assigned):
                found = [each for each in found if each.target is not None]
            lifted += [Lifted(each, number, block) for each in found]
    return lifted


def _written(assigned: Assignment, entry: Entry) -> list[Written]:
    """Return what a row writes out, under the labels in its cells or those that head its columns."""
    found: list[Written] = []
    for j, column in enumerate(assigned.columns):
        text = entry.texts.get(j, "")
        if column.role == "written" and text:
            level1, level2 = column.headings
            found += read_written(text)[0] or [
                replace(each, level1=level1, level2=each.level2 or level2) for each in read_phrases(text)
            ]
    return found


def _named(rows: Rows, entry: Entry, year: int | None) -> list[Indicator]:
    """Return the indicators of a row of values whose names stand in the header: for its region, or its project."""
    assigned, source = rows.assigned, rows.sheet.source(entry.line.index)
    region = entry.of(assigned, "region") or entry.of(assigned, "office")
    found = []
    for j, column in enumerate(assigned.columns):
        text = entry.texts.get(j, "")
        if column.role == "named" and is_value(text):
            level1, level2 = replace(column, path=column.path[:-1]).headings
            name = join_wraps(column.leaf)
            target = parse_target(text, fiscal_year=year, name=name)
            row = Indicator(level1, level2, name, target, source, region=join_wraps(region) or None)
            sure = rows.sheet.stated and column.margin >= weights().costs["close"]
            found.append(row if sure else with_doubts(row, ("close-columns",)))
    return found


def written_out(found: Sequence[Written], source: Source, year: int | None) -> list[Indicator]:
    """Return the indicators that a text writes out."""
    indicators = []
    for each in found:
        target = parse_target(each.value, fiscal_year=year, name=each.name) if each.value else None
        if each.value and is_unfilled(each.value):
            continue
        indicators.append(Indicator(each.level1, each.level2, each.name, target, source))
    return indicators


def _is_own(assigned: Assignment, block: int) -> bool:
    """Tell whether a group of columns is one of its own: by its levels, period or heading; else it repeats one."""
    if not block or assigned.of("level2", block) or not assigned.of("level3", block):
        return True
    column = assigned.of("level3", block)[0]
    headed = any(level_of(text) for text in column.path[:-1])
    periods = {period_of(each) for each in assigned.columns if each.role == "target"}
    return headed or len(periods) > 1


# ---------------------------------------------------------------- levels


def _levels(rows: Rows) -> list[list[Resolved]]:
    """Return the labels of every entry for each group of columns."""
    assigned, entries = rows.assigned, rows.entries
    schemes = used_schemes(assigned, entries)
    opening = {id(rows.sheet.table.rows[index]) for index in rows.sheet.table.breaks if index < len(rows.sheet.lines)}
    opens = [id(entry.line.row) in opening for entry in entries]
    first = _with_headings(_all_printed(rows, 0), entries, rows.kinds)
    result: list[list[Resolved]] = []
    for block in range(rows.blocks):
        if block and not assigned.of("level2", block):
            result.append(_headed(assigned, block, result[0]))
            continue
        printed = _all_printed(rows, block)
        if not assigned.of("level1", block):
            printed = [_or_first(own, one) for own, one in zip(printed, first, strict=True)]
        printed = [replace(row, opens=each) for row, each in zip(printed if block else first, opens, strict=True)]
        result.append(_headed(assigned, block, _resolved(rows, printed, schemes)))
    return result


def _all_printed(rows: Rows, block: int) -> list[Printed]:
    pairs = zip(rows.entries, rows.kinds, strict=True)
    return [_printed(rows.assigned, entry, kind, block) for entry, kind in pairs]


def _or_first(own: Printed, first: Printed) -> Printed:
    """Let a later group of columns take the 一级 of the first."""
    return replace(own, level1=own.level1 or first.level1, sure1=own.sure1 or first.sure1)


def _resolved(rows: Rows, printed: Sequence[Printed], schemes: frozenset[str]) -> list[Resolved]:
    """Resolve the labels project by project where a register lists several."""
    if HEADING in rows.kinds:
        return [Resolved(row.level1, row.level2) for row in printed]
    starts = starts_of(rows.assigned, rows.entries, rows.kinds)
    result: list[Resolved] = []
    for start, end in pairwise([*starts, len(printed)]):
        result += resolve_levels(printed[start:end], schemes)
    return result


def _printed(assigned: Assignment, entry: Entry, kind: int, block: int) -> Printed:
    found: dict[str, tuple[str | None, bool]] = {"level1": (None, False), "level2": (None, False)}
    for index, column in enumerate(assigned.columns):
        if column.role in found and column.block == block and entry.texts.get(index):
            found[column.role] = join_wraps(entry.texts[index]), index in entry.covering
    one, two = found["level1"], found["level2"]
    both = lexicon().split_levels(one[0] or "") or lexicon().split_levels(two[0] or "")
    if both:
        one, two = (both[0], one[1]), (both[1], two[1])
    name = entry.name(assigned, block) if kind == INDICATOR else None
    return Printed(one[0], two[0], name or None, one[1], two[1])


def _with_headings(printed: Sequence[Printed], entries: Sequence[Entry], kinds: Sequence[int]) -> list[Printed]:
    """Return the labels with those that stand on rows of their own (产出目标, then 数量目标) for the rows below."""
    if HEADING not in kinds:
        return list(printed)
    headed: list[Printed] = []
    one: str | None = None
    two: str | None = None
    before = -1
    for row, entry, kind in zip(printed, entries, kinds, strict=True):
        if kind == HEADING:
            text = join_wraps(next(item.text for item in entry.line.items))
            if both := lexicon().split_levels(text):
                one, two = both
            elif before == HEADING or (one and level_of(text) == 2 and level_of(one) == 1):
                two = text
            else:
                one, two = text, None
            headed.append(Printed(None, None, None))
        else:
            headed.append(replace(row, level1=row.level1 or one, level2=row.level2 or two, sure1=True, sure2=True))
        before = kind
    return headed


def _headed(assigned: Assignment, block: int, levels: Sequence[Resolved]) -> list[Resolved]:
    """Give the rows of a group of columns below a heading (成本指标 over 三级指标 | 指标值) its label."""
    column = next(iter(assigned.of("level3", block)), None)
    one, two = replace(column, path=column.path[:-1]).headings if column else (None, None)
    if not one and not two:
        return list(levels)
    if one and not two and assigned.of("level1"):
        one, two = None, one
    return [Resolved(one, two) if one else Resolved(row.level1, two) for row in levels]


def used_schemes(assigned: Assignment, entries: Sequence[Entry], share: float = 0.0) -> frozenset[str]:
    """Return the taxonomies that explain most of the printed labels, none where that is less than a share of them."""
    votes: Counter[str] = Counter()
    labels = 0
    for entry in entries:
        for index, column in enumerate(assigned.columns):
            text = entry.texts.get(index, "")
            if column.role in ("level1", "level2") and text:
                found = (*lexicon().level(1, text), *lexicon().level(2, text))
                votes.update({scheme for each in found for scheme in each.schemes})
                labels += 1
            elif column.role == "level3" and text:
                votes.update({scheme for each in lexicon().level(3, text) for scheme in each.schemes})
    most = max(votes.values(), default=0)
    if most < share * labels:
        return frozenset()
    return frozenset(scheme for scheme, count in votes.items() if count == most)


# ---------------------------------------------------------------- indicators


def _is_template(rows: Rows) -> bool:
    """Tell whether a block is mostly blank: rows without a value are then a template's."""
    if not rows.assigned.of("target"):
        return False
    pairs = zip(rows.entries, rows.kinds, strict=True)
    values = [entry.of(rows.assigned, "target") for entry, kind in pairs if kind == INDICATOR]
    return bool(values) and sum(map(is_value, values)) < BLANK * len(values)


def _says_more(entry: Entry, assigned: Assignment) -> bool:
    return any(is_value(entry.of(assigned, role)) for role in ("weight", "score", "actual", "sign", "note"))


def _indicators(rows: Rows, entry: Entry, block: int, names: Resolved, year: int | None) -> list[Indicator]:
    """Return the indicators one row states in one group of columns: several in a matrix of regions or periods."""
    assigned = rows.assigned
    own = bool(assigned.of("level3", block))
    name = entry.name(assigned, block) or ("" if own else entry.name(assigned, 0))
    columns = [(j, each) for j, each in enumerate(assigned.columns) if (each.block, each.role) == (block, "target")]
    values: list[tuple[str, Column | None]] = [(entry.texts.get(j, ""), column) for j, column in columns]
    if not _is_stated(entry, assigned, block, name, [text for text, _ in values]):
        return []
    if not any(text for text, _ in values) and states_itself(name):
        values = [(name, values[0][1] if values else None)]  # one sentence is name and target
    name = join_wraps(_PREFIX.sub("", strip_item_prefix(name)) or name)
    label, rest = cut_label(name) if names.level2 is None else (None, name)
    base = replace(_base(rows, entry, block, names), level2=label or names.level2, level3=rest)
    if len(values) < 2:
        return [_valued(base, assigned, entry, values[0] if values else ("", None), year)]
    regions = [(text, column) for text, column in values if column and column.region]
    several = regions if len(regions) > 1 else values
    return [_valued(base, assigned, entry, (text, column), year) for text, column in several if is_value(text)]


def _is_stated(entry: Entry, assigned: Assignment, block: int, name: str, texts: Sequence[str]) -> bool:
    """Tell whether a row states an indicator: a name that can be one, and no value that is left to be filled in."""
    stated = any(map(is_value, texts))
    pointed = any(is_value(entry.of(assigned, role)) for role in ("weight", "score"))
    if not is_indicator_name(name, valued=stated or (pointed and not texts)):
        return False
    named = not block or (bool(assigned.of("level3", block)) and bool(entry.name(assigned, block)))
    return stated or (named and not any(texts))


def _base(rows: Rows, entry: Entry, block: int, names: Resolved) -> Indicator:
    """Return what a row says beside its target."""
    assigned = rows.assigned
    weight, score = _points(_last_of(assigned, entry, "weight"), entry.of(assigned, "score"))
    actual = entry.of(assigned, "actual", block) or (entry.of(assigned, "actual") if block == 0 else "")
    deviation = entry.of(assigned, "deviation")
    return Indicator(
        level1=names.level1,
        level2=names.level2,
        level3="",
        target=None,
        source=rows.sheet.source(entry.line.index),
        explanation=None if _explains(assigned) else _texts(assigned, entry, "note"),
        actual_text=join_wraps(actual) if is_value(actual) else None,
        weight=weight,
        score=score,
        deviation_text=deviation or None,
        deviation=parse_amount(deviation.rstrip("%％")) if deviation else None,
        reason=_texts(assigned, entry, "note" if _explains(assigned) else "reason"),
        half_year_target_text=_own_text(assigned, entry, "half"),
        previous_text=_own_text(assigned, entry, "previous", last=True),
        progress_text=_own_text(assigned, entry, "progress"),
        expected_text=_own_text(assigned, entry, "expected"),
        likelihood=_ticked(assigned, entry),
        thresholds=_thresholds(assigned, entry),
        further=_further(assigned, entry),
    )


def _further(assigned: Assignment, entry: Entry) -> tuple[tuple[str, str], ...]:
    """Return header and text of the cells in columns that an indicator has no field for."""
    kept = [column.role in UNFIELDED or column in assigned.of("previous")[:-1] for column in assigned.columns]
    texts = ((column, entry.texts.get(j, "")) for j, column in enumerate(assigned.columns) if kept[j])
    return tuple((join_wraps(column.leaf), join_wraps(text)) for column, text in texts if is_value(text))


def _explains(assigned: Assignment) -> bool:
    """Tell whether the column of notes says why points were lost: it stands behind the score, and no other does."""
    scores, notes = assigned.of("score"), assigned.of("note")
    return len(notes) == 1 and bool(scores) and notes[0].start >= scores[-1].end and "reason" not in assigned.roles


def _last_of(assigned: Assignment, entry: Entry, role: str) -> str:
    """Return the text of the indicator's own column of points: the last one, behind the names."""
    columns = [(j, column) for j, column in enumerate(assigned.columns) if column.role == role]
    names = [column.start for column in assigned.of("level3")]
    behind = [j for j, column in columns if len(columns) == 1 or not names or column.start > names[0]]
    return entry.texts.get(behind[-1], "") if behind else ""


def _points(weight_text: str, score_text: str) -> tuple[Decimal | None, Decimal | None]:
    """Return weight and score; a cell may hold both (9.5/10), the larger is the weight."""
    weight, one = parse_points(weight_text or None)
    score, other = parse_points(score_text or None)
    if weight is not None and one is not None:
        weight, one = max(weight, one), min(weight, one)
    return (weight if weight is not None else other), (score if score is not None else one)


def _own_text(assigned: Assignment, entry: Entry, role: str, *, last: bool = False) -> str | None:
    texts = [entry.texts.get(j, "") for j, column in enumerate(assigned.columns) if column.role == role]
    filled = [text for text in texts if is_value(text) or (role == "half" and text)]
    return join_wraps(filled[-1 if last else 0]) if filled else None


def _texts(assigned: Assignment, entry: Entry, role: str) -> str | None:
    columns = [(column, entry.texts.get(j, "")) for j, column in enumerate(assigned.columns) if column.role == role]
    filled = [(column, join_wraps(text)) for column, text in columns if text and kind_of(text) not in (TICK, "dash")]
    return "；".join(f"{column.leaf}：{text}" if column.year else text for column, text in filled) or None


def _ticked(assigned: Assignment, entry: Entry) -> str | None:
    columns = [(j, column) for j, column in enumerate(assigned.columns) if column.role == "likely"]
    for j, column in columns:
        text = entry.texts.get(j, "")
        if text:
            printed: str = column.leaf if kind_of(text) == TICK else text
            return join_wraps(printed)
    return None


def _thresholds(assigned: Assignment, entry: Entry) -> tuple[tuple[str, str], ...]:
    columns = [(j, column) for j, column in enumerate(assigned.columns) if column.role == "threshold"]
    return tuple((column.leaf, join_wraps(entry.texts[j])) for j, column in columns if is_value(entry.texts.get(j, "")))


def _best_of(thresholds: Sequence[tuple[str, str]]) -> str:
    """Return what is asked for the best grade, whichever end of the scale is printed first."""
    ranks = [next((rank for word, rank in GRADES.items() if word in grade), 0) for grade, _ in thresholds]
    return thresholds[ranks.index(min(ranks))][1]


def _valued(
    base: Indicator, assigned: Assignment, entry: Entry, value: tuple[str, Column | None], year: int | None
) -> Indicator:
    """Return an indicator with its target, joined from sign, value and unit where they stand apart."""
    text, column = value
    target = _target(base, assigned, entry, text, year)
    period = (period_of(column) if column else None) or Period.ANNUAL
    return replace(
        base,
        target=target,
        period=period,
        region=join_wraps(column.region) if column and column.region else None,
        actual=parse_actual(base.actual_text, target) if base.actual_text else None,
    )


def _target(base: Indicator, assigned: Assignment, entry: Entry, text: str, year: int | None) -> Target | None:
    sign, unit = entry.of(assigned, "sign"), entry.of(assigned, "unit")
    direction = entry.of(assigned, "direction")
    if not text and base.thresholds:
        text = _best_of(base.thresholds)
    if sign or unit:
        unit = "" if plain(unit) in _YES else unit
        return join_split_target(
            sign or None, direction or None, text or None, unit or None, fiscal_year=year, name=base.level3
        )
    return parse_target(text, fiscal_year=year, name=base.level3) if is_value(text) else None
