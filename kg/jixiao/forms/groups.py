"""Read lists of projects whose 三级指标 | 指标值 pairs stand side by side under 一级 headings.

Position alone cannot decide the heading: cells are lost, and continuation rows put 产出 where the row above has 效益.
Each row's pairs are placed in order on the headings; standing where the project's first row puts a heading, running
on with the shift of the row before, and fitting the heading's words and values are weighed together.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files

from jixiao.forms.columns import Column
from jixiao.forms.doubts import confidence
from jixiao.forms.fields import source_of
from jixiao.forms.labels import fund_kind
from jixiao.forms.lexicon import lexicon
from jixiao.forms.lines import closes
from jixiao.forms.recognition import Header, header_share
from jixiao.model import Cell, FundLine, Indicator, Issue, Row, Source, Table, Target, TargetKind
from jixiao.text.folding import fold_label, fold_words
from jixiao.text.names import join_wraps, strip_item_prefix
from jixiao.values.amounts import parse_amount
from jixiao.values.content import is_blank_value, is_project_code, value_likeness
from jixiao.values.targets import parse_target

STEP = 0.6  # per grid column off the expected place, in formats that lose cells
STATED_STEP = 4.0  # the same where the format states its grid
HEADER_AGAIN = 0.8  # of a row's cells are header words: the header printed again
RUN = 0.25  # taking over the shift of the row before
CHANGE = 0.4  # a shift that no row before had
CLEAR = 0.5  # how much a text must look like a value to be one away from its name


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one project of the list: printed name, code, money, indicators, its first row, and the unit above it."""

    name: str
    code: str | None
    funds: tuple[FundLine, ...]
    indicators: tuple[Indicator, ...]
    source: Source
    unit: str | None


@dataclass(frozen=True, slots=True)
class _Pair:
    name: str
    value: str | None
    position: int
    doubled: bool = False  # its name is printed twice


@dataclass(slots=True)
class _Project:
    name: str
    code: str | None
    row: Row
    funds: list[FundLine]
    unit: str | None = None
    frame: dict[int, int] = field(default_factory=dict)
    run: int = 0
    indicators: list[Indicator] = field(default_factory=list)


def read_groups(
    table: Table, header: Header, stop: int, fiscal_year: int | None, factor: Decimal
) -> tuple[list[Entry], list[Issue], int]:
    """Read the list below a header: its projects, issues, and the first row not read.

    ``factor`` turns printed money into yuan.
    """
    reader = _Reader(table, header, fiscal_year, factor)
    end = header.last + 1
    for index in range(header.last + 1, stop):
        row = table.rows[index]
        if row.filled and reader.read(row):
            end = index + 1
    reader.finish()
    entries = [
        Entry(p.name, p.code, tuple(p.funds), tuple(p.indicators), source_of(table, p.row), p.unit)
        for p in reader.projects
    ]
    return entries, reader.issues, end


class _Reader:
    def __init__(self, table: Table, header: Header, fiscal_year: int | None, factor: Decimal) -> None:
        self.table = table
        self.header = header
        self.fiscal_year = fiscal_year
        self.factor = factor
        self.names = [column for column in header.columns if column.role == "level3"]
        self.whole = _is_whole(header)
        self.first_name = self.names[0].start
        self.named = next((column.start for column in header.columns if column.role == "project"), None)
        self.money = [column for column in header.columns if column.role == "money"]
        self.projects: list[_Project] = []
        self.waiting: _Project | None = None
        self.issues: list[Issue] = []
        self.unit: str | None = None

    def read(self, row: Row) -> bool:
        """Read one row; False for one that closes the list or a page: it is not part of the list."""
        cells = list(row.filled)
        if closes(row):
            return False
        if header_share(row) >= HEADER_AGAIN:
            return True
        lead, rest = self._split(cells)
        pairs = self._pairs(rest)
        texts = [cell for cell in lead if parse_amount(cell.text) is None or is_project_code(cell.text)]
        numbers = [cell for cell in lead if cell not in texts]
        code = next((cell.text for cell in texts if is_project_code(cell.text)), None)
        named = [cell.text for cell in texts if not is_project_code(cell.text)]
        if lead:
            self.finish()
        if lead and not pairs:
            self.waiting = self._project(named, code, row, numbers)
            return True
        if named or code:
            self.projects.append(self._project(named, code, row, numbers))
        elif self.waiting is not None and pairs:
            self.projects.append(self.waiting)  # its pairs begin on the row below its name
            self.waiting = None
        if not pairs:
            return True
        if not self.projects:
            self.issues.append(self._orphan(row))
            return True
        self._place(self.projects[-1], row, pairs, first=bool(named))
        return True

    def _project(self, named: Sequence[str], code: str | None, row: Row, numbers: Sequence[Cell]) -> _Project:
        name = join_wraps(named[-1]) if named else ""
        return _Project(name, code, row, self._funds(row, numbers), self.unit)

    def finish(self) -> None:
        """Settle a row that names something and gives no indicators: a project by its code, else a unit or a sum."""
        row, self.waiting = self.waiting, None
        if row is None:
            return
        if row.code:
            self.projects.append(row)
            self.issues.append(self._without_indicators(row))
            return
        total = fold_label(row.name) in lexicon().totals | lexicon().subtotals
        numbered = row.row.filled[0].text.strip().isdigit()
        if row.name and not total and (self.unit is None or numbered):
            self.unit = row.name
        if row.funds:
            self.issues.append(self._sum(row.row))

    def _split(self, cells: Sequence[Cell]) -> tuple[list[Cell], list[Cell]]:
        """Split a row into the project's own cells (code, name, money) and the cells of the pairs."""
        end = 0
        if is_project_code(cells[0].text) or cells[0].text.isdigit():
            end = 1
        if end < len(cells) and self._is_own_name(cells, end):
            end += 1
        while (
            end < len(cells) and parse_amount(cells[end].text) is not None and cells[end].column < self.first_name + 1
        ):
            end += 1
        return list(cells[:end]), list(cells[end:])

    def _is_own_name(self, cells: Sequence[Cell], index: int) -> bool:
        """Tell whether a text names the project of the row: money follows, or it stands nearer to that column."""
        cell = cells[index]
        if parse_amount(cell.text) is not None:
            return False
        if index or self.named is None:
            return cell.column < self.first_name
        followed = index + 1 < len(cells) and parse_amount(cells[index + 1].text) is not None
        return abs(cell.column - self.named) < abs(cell.column - self.first_name) or (
            followed and cell.column < self.first_name
        )

    def _pairs(self, cells: Sequence[Cell]) -> list[_Pair]:
        """Join names and values: a value follows its name in the next filled cell near by."""
        pairs: list[_Pair] = []
        pending: _Pair | None = None
        for cell in cells:
            if pending and fold_words(pending.name) == fold_words(cell.text) and value_likeness(cell.text) < CLEAR:
                pending = _Pair(cell.text, None, cell.column, doubled=True)
            elif pending and self._is_value(pending, cell):
                pairs.append(replace(pending, value=cell.text))
                pending = None
            else:
                pairs += [pending] if pending else []
                pending = _Pair(cell.text, None, cell.column)
        return [*pairs, pending] if pending else pairs

    def _is_value(self, name: _Pair, cell: Cell) -> bool:
        near = cell.column - name.position <= 1 + self._width(name.position)
        return near or value_likeness(cell.text) >= CLEAR

    def _width(self, position: int) -> int:
        """Return how many grid columns a 三级指标 column takes beyond one (stated grids only)."""
        return next((c.end - c.start - 1 for c in self.names if c.start <= position < c.end), 0)

    def _funds(self, row: Row, numbers: Sequence[Cell]) -> list[FundLine]:
        columns = self.money
        if len(columns) > 1 and columns[0].start == columns[1].start:
            columns = columns[1:]
        return [
            FundLine(
                fund=fund_kind(column.header) or "total",
                label=join_wraps(column.header),
                source=source_of(self.table, row),
                amount=(parse_amount(cell.text) or Decimal(0)) * self.factor,
            )
            for column, cell in _matched(columns, numbers)
        ]

    # ------------------------------------------------------------ placing

    def _place(self, project: _Project, row: Row, pairs: Sequence[_Pair], *, first: bool) -> None:
        if first and len(pairs) == len(self.names):
            chosen = list(range(len(pairs)))
            project.frame = {index: pair.position for index, pair in enumerate(pairs)}
        else:
            if not project.frame:
                project.frame = {index: column.start for index, column in enumerate(self.names)}
            chosen = self._choose(project, pairs)
        moves = [pair.position - project.frame[index] for pair, index in zip(pairs, chosen, strict=True)]
        if first and len(pairs) != len(self.names) and moves and not self.table.merged:
            project.frame = {index: start + moves[0] for index, start in project.frame.items()}
            moves = [move - moves[0] for move in moves]
        elif moves:
            project.run = moves[-1]
        for pair, index, move in zip(pairs, chosen, moves, strict=True):
            self._add(project, row, pair, index, moved=bool(move))

    def _choose(self, project: _Project, pairs: Sequence[_Pair]) -> list[int]:
        """Return the heading of each pair: increasing, cheapest in place and words."""
        count = len(self.names)
        step = STATED_STEP if self.table.merged else STEP
        targets = [_parsed(pair, self.fiscal_year) for pair in pairs]
        best: list[dict[int, tuple[float, int | None]]] = []
        for order, (pair, target) in enumerate(zip(pairs, targets, strict=True)):
            line: dict[int, tuple[float, int | None]] = {}
            for index in range(count):
                move = pair.position - project.frame[index]
                place = min(step * abs(move), step * abs(move - project.run) + RUN)
                place += CHANGE if move not in (0, project.run) else 0.0
                cost = place + _cue(self.names[index].group or "", pair.name, target)
                if order == 0:
                    line[index] = (cost, None)
                    continue
                before = [(best[-1][m][0], m) for m in best[-1] if m < index]
                if before:
                    least, m = min(before)
                    line[index] = (least + cost, m)
            if not line:
                return self._nearest(project, pairs)
            best.append(line)
        last: int | None = min(best[-1], key=lambda m: (best[-1][m][0], m))
        chosen: list[int] = []
        for line in reversed(best):
            if last is not None:
                chosen.append(last)
                last = line[last][1]
        return chosen[::-1]

    def _nearest(self, project: _Project, pairs: Sequence[_Pair]) -> list[int]:
        return [min(project.frame, key=lambda m, p=pair: (abs(p.position - project.frame[m]), m)) for pair in pairs]  # type: ignore[misc]

    def _add(self, project: _Project, row: Row, pair: _Pair, index: int, *, moved: bool) -> None:
        name = join_wraps(strip_item_prefix(pair.name))
        if lexicon().is_placeholder(name):
            return
        level1, level2 = _levels(self.names[index].group, self.names[index].subgroup)
        off_header = pair.position != self.names[index].start
        repairs = (("moved-pair",) if moved else ()) + (
            ("shifted-cells",) if off_header and not self.table.merged else ()
        )
        repairs += ("surplus-cell",) if pair.doubled else ()
        repairs += () if self.whole else ("guessed-column",)
        target = None
        if pair.value is not None and not is_blank_value(pair.value):
            target = parse_target(pair.value, fiscal_year=self.fiscal_year, name=name)
        repairs += () if target else ("no-value",)
        project.indicators.append(
            Indicator(
                level1=level1,
                level2=level2,
                level3=name,
                target=target,
                source=source_of(self.table, row),
                repairs=repairs,
                confidence=confidence(repairs),
            )
        )

    def _without_indicators(self, project: _Project) -> Issue:
        row = project.row
        return Issue(
            code="project-without-indicators",
            message=f"第{row.place.line}行的项目没有读到指标，请对照原文核对：{row.text.strip()[:120]}",
            message_en=f"line {row.place.line}: no indicators found for this project; compare with the document",
            source=source_of(self.table, row),
        )

    def _sum(self, row: Row) -> Issue:
        return Issue(
            code="subtotal-row",
            message=f"第{row.place.line}行是单位或合计行，金额未作为项目收入图谱：{row.text.strip()[:120]}",
            message_en=f"line {row.place.line}: a unit or a sum; its amounts are not those of a project",
            source=source_of(self.table, row),
            level="info",
        )

    def _orphan(self, row: Row) -> Issue:
        return Issue(
            code="row-without-project",
            message=f"第{row.place.line}行的指标前面没有项目名称，未收入图谱：{row.text.strip()[:120]}",
            message_en=f"line {row.place.line}: indicators with no project before them; not in the graph",
            source=source_of(self.table, row),
            level="error",
        )


def _is_whole(header: Header) -> bool:
    """Tell whether a header has a heading of its own for each pair, and both of its words: none seems lost."""
    names = [(column.group, column.subgroup) for column in header.columns if column.role == "level3"]
    values = sum(column.role == "target" for column in header.columns)
    return len(names) == len(set(names)) == values and all(group for group, _ in names)


def _parsed(pair: _Pair, fiscal_year: int | None) -> Target | None:
    return parse_target(pair.value, fiscal_year=fiscal_year, name=pair.name) if pair.value else None


def _matched(columns: Sequence[Column], cells: Sequence[Cell]) -> list[tuple[Column, Cell]]:
    """Match numbers to money columns: exactly where positions agree, else in order."""
    exact = {column.start: column for column in columns}
    if all(cell.column in exact for cell in cells):
        return [(exact[cell.column], cell) for cell in cells]
    return list(zip(columns, cells, strict=False))


def _levels(group: str | None, subgroup: str | None) -> tuple[str | None, str | None]:
    """Return the headings over a pair as 一级 and 二级; a lone 数量指标 is a 二级."""
    if group and subgroup is None and not lexicon().level(1, group) and lexicon().level(2, group):
        group, subgroup = None, group
    return (join_wraps(group) if group else None), (join_wraps(subgroup) if subgroup else None)


@dataclass(frozen=True, slots=True)
class _Cues:
    words: tuple[tuple[str, float], ...]
    measures: dict[str, float]
    default: float


@cache
def _cues() -> dict[str, _Cues]:
    data = tomllib.loads(files("jixiao.forms").joinpath("cues.toml").read_text("utf-8"))
    return {
        fold_words(group): _Cues(
            words=tuple((str(word), float(weight)) for word, weight in cues.pop("words")),
            default=float(cues.pop("default", 0.0)),
            measures={measure: float(weight) for measure, weight in cues.items()},
        )
        for group, cues in data.items()
    }


def _cue(group: str, name: str, target: Target | None) -> float:
    """Return what name and value say for (negative) or against a heading."""
    cues = _cues().get(fold_label(group))
    if cues is None:
        return 0.0
    matched = [weight for word, weight in cues.words if word in name]
    return (sum(matched) if matched else cues.default) + cues.measures.get(_measure(target), 0.0)


def _measure(target: Target | None) -> str:
    if target is None:
        return "none"
    if target.kind in (TargetKind.DEADLINE, TargetKind.DURATION, TargetKind.RECURRING):
        return "time"
    if target.kind in (TargetKind.QUANTITY, TargetKind.RANGE, TargetKind.RANK):
        unit = target.unit or ""
        if unit.startswith(("元", "万元", "亿元", "千元")):
            return "money"
        return "percent" if unit in ("%", "‰") else "quantity"
    return "qualitative"
