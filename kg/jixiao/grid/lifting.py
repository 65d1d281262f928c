"""Make indicators of the rows of a block: levels resolved over the block, split targets joined, results read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from jixiao.grid.cells import is_unfilled, kind_of, level_of, states_itself
from jixiao.grid.columns import Assignment, Column, later_year, period_of
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

UNFIELDED = ("other", "rate", "flag", "category", "time", "person")
_PREFIX = re.compile(r"^\s*(?:指\s*标\s*\d{1,2}\s*[:：.．、]?|[(（]?\d{1,2}\s*[)）.．、]|[①-⑳])\s*(?=[^\d\s])")
_YES = frozenset({"是/否", "日期", "是否"})
TICK = "tick"
GRADES = {"不": 4, "未": 4, "差": 4, "优": 0, "好": 1, "良": 1, "合格": 2, "一般": 2, "中": 2, "达标": 2}  # ranks


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
    continued = all(not column.path for column in assigned.columns)
    lifted: list[Lifted] = []
    for number, (entry, kind) in enumerate(zip(rows.entries, rows.kinds, strict=True)):
        if kind != INDICATOR:
            continue
        source = rows.sheet.source(entry.line.index)
        written = _written(entry, levels[0][number])
        if whole := written_out(written, source, year) or _named(rows, entry, source, year):
            lifted += [Lifted(each, number, 0) for each in whole]
            continue
        for block in told:
            names = levels[block][number]
            found = [row for part in divided(entry) for row in _indicators(part, source, block, names, year)]
            doubted = doubted_rows(found, assigned, entry, names, continued=continued)
            lifted += [Lifted(each, number, block) for each in doubted]
    return lifted


def _written(entry: Entry, beside: Resolved) -> list[Written]:
    """Return what a row writes out, under the labels in its cells, those that head its columns or stand beside it."""
    found: list[Written] = []
    for column, text in entry.cells("written"):
        if stated := read_written(text)[0]:
            found += stated
            continue
        one, two = column.headings if any(column.headings) else (beside.level1, beside.level2)
        found += [replace(each, level1=one, level2=each.level2 or two) for each in read_phrases(text)]
    return found


def _named(rows: Rows, entry: Entry, source: Source, year: int | None) -> list[Indicator]:
    """Return the indicators of a row of values whose names stand in the header: for its region, or its project."""
    named = entry.of("level3")  # of places below a head that does not say so
    place = named if kind_of(named) == "place" else ""
    region = join_wraps(entry.of("region") or entry.of("office") or place)
    found = []
    for column, text in entry.cells("named"):
        if not is_value(text):
            continue
        level1, level2 = replace(column, path=column.path[:-1]).headings
        name = join_wraps(column.leaf)
        target = parse_target(text, fiscal_year=year, name=name)
        row = Indicator(level1, level2, name, target, source, region=region or None)
        sure = rows.sheet.stated and column.margin >= weights().costs["close"]
        found.append(row if sure else with_doubts(row, ("close-columns",)))
    return found


def written_out(found: Sequence[Written], source: Source, year: int | None) -> list[Indicator]:
    """Return the indicators that a text writes out."""
    indicators = []
    for each in found:
        target = parse_target(each.value, fiscal_year=year, name=each.name) if each.value else None
        if not each.value or not is_unfilled(each.value):
            indicators.append(Indicator(each.level1, each.level2, each.name, target, source))
    return indicators


def _is_own(assigned: Assignment, block: int) -> bool:
    """Tell whether a group of columns is one of its own: by its levels, period or heading; else it repeats one."""
    names = assigned.of("level3", block)
    if not block or assigned.of("level2", block) or not names:
        return True
    return any(level_of(text) for text in names[0].path[:-1])


# ---------------------------------------------------------------- levels


def _levels(rows: Rows) -> list[list[Resolved]]:
    """Return the labels of every entry for each group of columns."""
    assigned = rows.assigned
    schemes = used_schemes(assigned, rows.entries)
    first = _with_headings(_printed(rows, 0), rows)
    result: list[list[Resolved]] = []
    for block in range(rows.blocks):
        if block and not assigned.of("level2", block):
            result.append(_headed(assigned, block, result[0]))
            continue
        printed = _printed(rows, block) if block else first
        if not assigned.of("level1", block):
            pairs = zip(printed, first, strict=True)
            printed = [replace(own, level1=one.level1, sure1=one.sure1) for own, one in pairs]
        result.append(_headed(assigned, block, _resolved(rows, printed, schemes)))
    return result


def _resolved(rows: Rows, printed: Sequence[Printed], schemes: frozenset[str]) -> list[Resolved]:
    """Resolve the labels project by project where a register lists several, and below each row that heads others."""
    headings = {row for row, kind in enumerate(rows.kinds) if kind == HEADING}
    result: list[Resolved] = []
    for start, end in pairwise(sorted({*starts_of(rows), *headings, len(printed)})):
        result += resolve_levels(printed[start:end], schemes)
    return result


def _printed(rows: Rows, block: int) -> list[Printed]:
    """Return the labels that each row prints for a group of columns; one cell may hold both (产出指标-数量指标)."""
    printed = []
    for entry, kind in zip(rows.entries, rows.kinds, strict=True):
        found: dict[str, tuple[str | None, bool]] = {"level1": (None, False), "level2": (None, False)}
        for j, column in enumerate(entry.columns):
            if column.role in found and column.block == block and entry.texts.get(j):
                found[column.role] = join_wraps(entry.texts[j]), j in entry.covering
        (one, sure1), (two, sure2) = found["level1"], found["level2"]
        one, two = lexicon().split_levels(one or "") or (one, two)
        name = entry.name(block) if kind == INDICATOR else ""
        printed.append(Printed(one, two, name or None, sure1, sure2))
    return printed


def _with_headings(printed: Sequence[Printed], rows: Rows) -> list[Printed]:
    """Return the labels with those that stand on rows of their own (产出目标, then 数量目标) for the rows below."""
    headed: list[Printed] = []
    one: str | None = None
    two: str | None = None
    for row, entry, kind in zip(printed, rows.entries, rows.kinds, strict=True):
        if kind != HEADING:
            headed.append(replace(row, level1=row.level1 or one, level2=row.level2 or two))
            continue
        text = join_wraps(entry.line.items[0].text)
        if both := lexicon().split_levels(text):
            one, two = both
        elif level_of(text) == 2:
            two = text
        else:
            one, two = text, None
        headed.append(Printed(None, None, None))
    return headed


def _headed(assigned: Assignment, block: int, levels: Sequence[Resolved]) -> list[Resolved]:
    """Give the rows of a group of columns below a heading (成本指标 over 三级指标 | 指标值) its label."""
    names = assigned.of("level3", block)
    one, two = replace(names[0], path=names[0].path[:-1]).headings if names else (None, None)
    if not one and not two:
        return list(levels)
    return [Resolved(one, two) for row in levels]


def used_schemes(assigned: Assignment, entries: Sequence[Entry], share: float = 0.0) -> frozenset[str]:
    """Return the taxonomies that explain most of the printed labels and names, none where that is less than a share."""
    votes: Counter[str] = Counter()
    labels = 0
    numbers = {"level1": (1, 2), "level2": (1, 2), "level3": (3,)}
    for entry in entries:
        for column, text in entry.cells(*numbers):
            found = (each for number in numbers[column.role] for each in lexicon().level(number, text))
            votes.update({scheme for each in found for scheme in each.schemes})
            labels += bool(text) and column.role != "level3"
    most = max(votes.values(), default=0)
    if most < share * labels:
        return frozenset()
    return frozenset(scheme for scheme, count in votes.items() if count == most)


# ---------------------------------------------------------------- indicators


def _indicators(entry: Entry, source: Source, block: int, names: Resolved, year: int | None) -> list[Indicator]:
    """Return the indicators one row states in one group of columns: several in a matrix of regions or periods."""
    name = entry.name(block)
    values = entry.cells("target", block=block)
    stated = [(column, text) for column, text in values if is_value(text)]
    if not _is_stated(entry, name, values):
        return []
    texts: list[tuple[Column | None, str]] = [*stated] if len(values) > 1 else [*values]
    if not any(text for _, text in texts) and states_itself(name):
        texts = [(None, name)]  # one sentence is name and target
    name = join_wraps(_PREFIX.sub("", strip_item_prefix(name)) or name)
    label, rest = cut_label(name) if names.level2 is None else (None, name)
    base = replace(_base(entry, source, block), level1=names.level1, level2=label or names.level2, level3=rest)
    return [_valued(base, entry, column, text, year) for column, text in texts or [(None, "")]]


def _is_stated(entry: Entry, name: str, values: Sequence[tuple[Column, str]]) -> bool:
    """Tell whether a row states an indicator: a name that can be one, and no value that is left to be filled in."""
    stated = any(is_value(text) for _, text in values)
    pointed = any(is_value(text) for _, text in entry.cells("weight", "score", "threshold"))
    blank = pointed or not any(text for _, text in values)
    return is_indicator_name(name, valued=stated or (pointed and not values)) and (stated or blank)


def _base(entry: Entry, source: Source, block: int) -> Indicator:
    """Return what a row says beside its names and its target."""
    weight, score = _points(entry)
    actual = entry.of("actual", block) or (entry.of("actual") if block == 0 else "")
    deviation = entry.of("deviation")
    explains = _explains(entry.columns)
    previous = [text for _, text in entry.cells("previous") if is_value(text)]
    return Indicator(
        level1=None,
        level2=None,
        level3="",
        target=None,
        source=source,
        explanation=None if explains else _notes(entry, "note"),
        actual_text=join_wraps(actual) if is_value(actual) else None,
        weight=weight,
        score=score,
        deviation_text=deviation or None,
        deviation=parse_amount(deviation.rstrip("%％")) if deviation else None,
        reason=_notes(entry, "note" if explains else "reason"),
        half_year_target_text=join_wraps(entry.of("half")) or None,
        previous_text=join_wraps(previous[-1]) if previous else None,
        progress_text=_stated_text(entry, "progress"),
        expected_text=_stated_text(entry, "expected"),
        likelihood=_ticked(entry),
        thresholds=tuple((c.leaf, join_wraps(text)) for c, text in entry.cells("threshold") if is_value(text)),
        further=_further(entry),
    )


def _further(entry: Entry) -> tuple[tuple[str, str], ...]:
    """Return header and text of the cells that an indicator has no field for: of earlier years all but the last."""
    last = [column for column, _ in entry.cells("previous")][-1:]
    cells = (each for each in entry.cells(*UNFIELDED, "previous") if each[0] not in last and is_value(each[1]))
    return tuple((join_wraps(column.leaf), join_wraps(text)) for column, text in cells)


def _explains(columns: Sequence[Column]) -> bool:
    """Tell whether the column of notes says why points were lost: it stands behind the score, and no other does."""
    roles = [column.role for column in columns]
    if roles.count("note") != 1 or "score" not in roles or "reason" in roles:
        return False
    return "score" not in roles[roles.index("note") :]


def _points(entry: Entry) -> tuple[Decimal | None, Decimal | None]:
    """Return weight and score, the points behind the names; one cell may hold both (9.5/10)."""
    cells = entry.cells("weight")
    names = [column.start for column in entry.columns if column.role == "level3"]
    behind = [text for column, text in cells if len(cells) == 1 or not names or column.start > names[0]]
    weight, one = parse_points(behind[-1] if behind else None)
    score, other = parse_points(entry.of("score") or None)
    return (weight if weight is not None else other), (score if score is not None else one)


def _stated_text(entry: Entry, role: str) -> str | None:
    return next((join_wraps(text) for _, text in entry.cells(role) if is_value(text)), None)


def _notes(entry: Entry, role: str) -> str | None:
    filled = [(column, join_wraps(text)) for column, text in entry.cells(role) if kind_of(text) not in (TICK, "dash")]
    return "；".join(f"{column.leaf}：{text}" if column.year else text for column, text in filled if text) or None


def _ticked(entry: Entry) -> str | None:
    """Return how likely the row says its target is: the word printed, or the one whose column is ticked."""
    column, text = next((each for each in entry.cells("likely") if each[1]), (None, ""))
    if column is None:
        return None
    return join_wraps(column.leaf if kind_of(text) == TICK else text)


def _best_of(thresholds: Sequence[tuple[str, str]]) -> str:
    """Return what is asked for the best grade, whichever end of the scale is printed first."""
    ranks = [next((rank for word, rank in GRADES.items() if word in grade), 0) for grade, _ in thresholds]
    return thresholds[ranks.index(min(ranks))][1]


def _valued(base: Indicator, entry: Entry, column: Column | None, text: str, year: int | None) -> Indicator:
    """Return an indicator with its target, joined from sign, value and unit where they stand apart."""
    later = later_year(column, year) if column else None
    target = _target(base, entry, text, later or year)
    region = (column.region if column else None) or entry.of("region")
    return replace(
        base,
        target=target,
        period=(period_of(column) if column else None) or Period.ANNUAL,
        region=join_wraps(region) or None,
        year=later,
        actual=parse_actual(base.actual_text, target) if base.actual_text else None,
    )


def _target(base: Indicator, entry: Entry, text: str, year: int | None) -> Target | None:
    sign, unit, direction = entry.of("sign"), entry.of("unit"), entry.of("direction")
    if not text and base.thresholds:
        text = _best_of(base.thresholds)
    if not sign and not unit:
        return parse_target(text, fiscal_year=year, name=base.level3) if is_value(text) else None
    unit = "" if plain(unit) in _YES else unit
    parts = (each or None for each in (sign, direction, text, unit))
    return join_split_target(*parts, fiscal_year=year, name=base.level3)
