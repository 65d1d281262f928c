"""Read the labelled rows of a form: names, money, goals, tasks, management items, totals."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from jixiao.forms.alignment import Placed, align_row
from jixiao.forms.columns import Column
from jixiao.forms.labels import (
    PERSONAL,
    SECTIONS,
    frame_of,
    fund_kind,
    headings,
    inline_pair,
    is_no_value,
    label_kind,
    may_label,
    printed_label,
    split_items,
)
from jixiao.forms.lexicon import lexicon
from jixiao.forms.recognition import period_of, role_of
from jixiao.model import Cell, FundLine, Goal, ManagementItem, Period, Row, Source, Table, Task
from jixiao.text.folding import fold_label
from jixiao.text.names import join_wraps
from jixiao.values.amounts import money_factor, parse_amount, parse_whole_money
from jixiao.values.content import is_percent

_EXECUTION = ("initial", "adjusted", "executed", "rate")
_POINTS = ("rate", "weight", "score")
_NAMED = frozenset({"project", "project_code", "unit_name", "supervisor", "year", "total"})
_PERIOD_LABEL = re.compile(r"^.{0,12}(?:目标|年度?|期|情况)$")  # 实施期总目标, no 完成年度抽检任务
_DASH = re.compile(r"[-—–－]+")


@dataclass(slots=True)
class Fields:
    """Collect what the labelled rows of one form say."""

    values: dict[str, str] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    funds: list[FundLine] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    management: list[ManagementItem] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    periods: list[Period] = field(default_factory=list)
    heads: list[Row] = field(default_factory=list)  # rows that only name columns


def source_of(table: Table, row: Row) -> Source:
    """Return the source of a printed row."""
    return Source(table.index, row.place.line, row.text, row.place.page, row.place.where)


def read_fields(table: Table, rows: Sequence[Row], unit_line: str | None, *, contacts: bool = False) -> Fields:
    """Read the rows above an indicator block.

    ``unit_line`` is the form's own 单位：… line where it has one. Names and telephone numbers of persons are left
    out unless ``contacts`` is set.
    """
    reader = _Reader(table, unit_line, contacts)
    for row in rows:
        reader.read(row)
    return reader.fields


class _Reader:
    def __init__(self, table: Table, unit_line: str | None, contacts: bool) -> None:
        self.table = table
        self.contacts = contacts
        self.factor = money_factor(unit_line) if unit_line else None
        self.fields = Fields()
        self.section: str | None = None
        self.period = Period.ANNUAL
        self.columns: list[Column] = []
        self.headings: list[str] = []
        self.kinds: list[str] = []  # kinds of money that head columns of amounts
        self.covering = ""  # the label of the money block, which may cover the row of amounts below its header

    def read(self, row: Row) -> None:
        filled = list(row.filled)
        if not filled:
            return
        if self.headings and len(filled) == len(self.headings):
            for heading, cell in zip(self.headings, filled, strict=True):
                self._put(label_kind(heading) or heading, cell.text, row, heading)
            self.headings = []
            return
        self.headings = headings(filled)
        if self.headings:
            self.fields.labels.update(label_kind(heading) or heading for heading in self.headings)
            self.section = None
            return
        if sum(frame_of(cell.text, _EXECUTION) is not None for cell in filled) >= 2:
            self.section = "funds"
            self.fields.labels.add("funds")
        kind = label_kind(filled[0].text) or self._money_label(filled)
        if kind == self.section == "funds" and self.columns and any(parse_amount(c.text) is not None for c in filled):
            kind = None  # 资金总额 heads a block of its own in some forms, here it is a line of the one above
        if kind in SECTIONS:
            self.section, self.columns = kind, []
            self.covering = filled[0].text
            self.period = period_of(filled[0].text) or Period.ANNUAL
            self.fields.labels.add(str(kind))
            if not (kind == "funds" and len(filled) > 1 and parse_amount(filled[1].text) is not None):
                filled = filled[1:]
            self.factor = money_factor(row.filled[0].text) or self.factor
        elif kind:
            self.section = None
        if self.section is None:
            self._pairs(row, filled)
        elif filled:
            {"funds": self._funds, "goals": self._goals, "tasks": self._tasks, "management": self._management}[
                self.section
            ](row, filled)

    def _money_label(self, filled: Sequence[Cell]) -> str | None:
        """Return ``funds`` for a label no list knows that names a money unit, where the row prints or heads amounts."""
        money = self.section is None and money_factor(filled[0].text) is not None and may_label(filled[0].text)
        amounts = any(parse_amount(cell.text) is not None or role_of(cell.text) == "money" for cell in filled[1:])
        return "funds" if money and amounts else None

    # ------------------------------------------------------------ label | value

    def _pairs(self, row: Row, filled: Sequence[Cell]) -> None:
        label: tuple[str, str] | None = None
        filled = self._named_amounts(row, filled)
        for index, cell in enumerate(filled):
            kind = label_kind(cell.text)
            inline = inline_pair(cell.text)
            if kind:
                label = kind, printed_label(cell.text)
                self.fields.labels.add(kind)
            elif inline:
                self._put(inline[0], inline[1], row, cell.text.replace("：", ":").partition(":")[0])
                self.fields.labels.add(inline[0])
                label = None
            elif label and (amount := self._own_amount(label[1], cell.text)) is not None:
                self._add_fund(label[1], amount, row)
                label = None
            elif label and not lexicon().is_signing(cell.text):
                self._put(label[0], cell.text, row, label[1])
                label = None
            elif index + 1 < len(filled) and may_label(cell.text) and not is_no_value(filled[index + 1].text):
                label = printed_label(cell.text), printed_label(cell.text)

    def _own_amount(self, label: str, text: str) -> Decimal | None:
        """Return in yuan what stands beside a label of money among names (项目名称 | … | 项目金额 | 120.5)."""
        named = role_of(label) == "money" and not label_kind(label) and fold_label(label) not in lexicon().totals
        return self._sum(text, label) if named else None

    def _add_fund(self, label: str, amount: Decimal | None, row: Row, period: Period = Period.ANNUAL) -> None:
        kind = fund_kind(label) or ("total" if role_of(label) == "money" else "item")
        line = FundLine(kind, printed_label(label), source_of(self.table, row), period=period, amount=amount)
        self.fields.funds.append(line)

    def _put(self, label: str, text: str, row: Row, printed: str = "") -> None:
        """Keep what a label says; of two labels of one kind the second is kept by its printed words."""
        if label == PERSONAL and not self.contacts:
            return
        value = join_wraps(text)
        if printed and self.fields.values.get(label, value) != value:
            label = printed
        self.fields.values.setdefault(label, value)
        self.fields.sources.setdefault(label, source_of(self.table, row))

    # ------------------------------------------------------------ money

    def _funds(self, row: Row, filled: Sequence[Cell]) -> None:
        roles = [frame_of(cell.text, (*_EXECUTION, "weight", "score")) for cell in filled]
        amounts = sum(parse_amount(cell.text) is not None for cell in filled)
        if len(self._named_amounts(row, filled)) < len(filled):
            return
        if sum(role in _EXECUTION for role in roles) >= 2:
            self.columns = [
                Column("money", cell.column, cell.column + cell.colspan, role)
                for cell, role in zip(filled, roles, strict=True)
                if role
            ]
            self.fields.heads.append(row)
            return
        if self.kinds and amounts == len(filled) == len(self.kinds):
            for kind, cell in zip(self.kinds, filled, strict=True):
                self._add_fund(kind, self._yuan(parse_amount(cell.text), kind), row)
            self.kinds = []
            return
        printed = [cell.text for cell in row.filled]
        self.kinds = [] if amounts or len(printed) < 2 or not all(map(fund_kind, printed)) else printed
        if self.kinds:
            self.fields.heads.append(row)
            return  # 资金总额 | 财政拨款 | 其他资金, their amounts in the row below
        last = roles[-1] in _EXECUTION or frame_of(filled[-1].text, ("task_amount",))
        if len(filled) > 1 and not amounts and last:
            self.columns = [Column("money", filled[-1].column, filled[-1].column + filled[-1].colspan, "amount")]
            self.fields.heads.append(row)
            return
        if not amounts and len(filled) > 1 and not fund_kind(filled[0].text) and may_label(filled[0].text):
            self.section = None
            self._pairs(row, filled)
        elif self.columns and not (len(self.columns) == 1 and len(filled) - amounts > 1):
            self._execution_line(row, filled)
        else:
            self._amount_line(row, filled)

    def _named_amounts(self, row: Row, filled: Sequence[Cell]) -> list[Cell]:
        """Read the amounts that a row names itself (全年预算数 | 850 | 执行率 | 60%); return its other cells."""
        read: dict[str, Decimal] = {}
        rest = list(filled)
        for label, cell in pairwise(filled):
            role = frame_of(label.text, _EXECUTION)
            amount = parse_amount(cell.text.rstrip("%％")) if role == "rate" else self._sum(cell.text, label.text)
            if role and amount is not None and role not in read:
                read[role] = amount
                rest = [each for each in rest if each not in (label, cell)]
        if len(read) < 2:
            return list(filled)
        self._add_execution("total", self.covering or filled[0].text, row, read)
        return rest

    def _sum(self, text: str, label: str) -> Decimal | None:
        """Return in yuan what a cell holds: a number in the unit of its label or form, or a sum with a unit."""
        amount = self._yuan(parse_amount(text), label)
        return parse_whole_money(text) if amount is None else amount

    def _amount_line(self, row: Row, filled: Sequence[Cell]) -> None:
        label: str | None = None
        count = 0
        for cell in filled:
            amount = parse_amount(cell.text)
            if amount is None and is_percent(cell.text):
                label = None
            elif amount is None:
                label = cell.text
                period = self._period(cell.text, count)
                count += 1
                self.factor = money_factor(cell.text) or self.factor
                continue
            if label is None:
                continue
            self._add_fund(label, self._yuan(amount), row, period)
            label = None

    def _period(self, label: str, count: int) -> Period:
        named = period_of(label) if "资金" in label or "总额" in label else None
        if named:
            if count == len(self.fields.periods):
                self.fields.periods.append(named)
            return named
        return self.fields.periods[count] if count < len(self.fields.periods) else Period.ANNUAL

    def _execution_line(self, row: Row, filled: Sequence[Cell]) -> None:
        label, rest = filled[0].text, filled[1:]
        covered = parse_amount(label) is not None
        if covered:
            label, rest = self.covering, filled
        self.covering = ""
        if not label or not (fund_kind(label) or rest):
            return
        numbers = [
            Placed(cell.text, cell.column)
            for cell in rest
            if parse_amount(cell.text.rstrip("%％")) is not None or _DASH.fullmatch(cell.text)
        ]
        chosen = align_row(numbers, self.columns, frozenset()).chosen
        read = {self.columns[j].header: parse_amount(numbers[i].text.rstrip("%％")) for j, i in chosen.items()}
        if not any(value is not None for value in read.values()):
            return
        self.factor = money_factor(label) or self.factor
        read = {role: value if role in _POINTS else self._yuan(value) for role, value in read.items()}
        self._add_execution("total" if covered else fund_kind(label) or "other", label, row, read)

    def _add_execution(self, fund: str, label: str, row: Row, read: Mapping[str, Decimal | None]) -> None:
        self.fields.funds.append(
            FundLine(
                fund=fund,
                label=printed_label(label),
                source=source_of(self.table, row),
                amount=read.get("amount"),
                initial=read.get("initial"),
                adjusted=read.get("adjusted"),
                executed=read.get("executed"),
                rate=read.get("rate"),
                weight=read.get("weight"),
                score=read.get("score"),
            )
        )

    def _yuan(self, amount: Decimal | None, label: str = "") -> Decimal | None:
        return None if amount is None else amount * (money_factor(label) or self.factor or Decimal(10000))

    # ------------------------------------------------------------ goals, tasks, management

    def _goals(self, row: Row, filled: Sequence[Cell]) -> None:
        frames = [frame_of(cell.text, ("expected", "achieved")) for cell in filled]
        periods = [period_of(cell.text) for cell in filled]
        if all(
            frame or (period and _PERIOD_LABEL.search(fold_label(cell.text)))
            for cell, frame, period in zip(filled, frames, periods, strict=True)
        ):
            self.columns = [
                Column(frame or "expected", cell.column, cell.column + cell.colspan, period=period or Period.ANNUAL)
                for cell, frame, period in zip(filled, frames, periods, strict=True)
            ]
            self.fields.heads.append(row)
            if not any(frame == "achieved" for frame in frames):
                self.fields.periods = [column.period for column in self.columns]
            return
        if all(role_of(cell.text) == "frame" for cell in filled):
            return  # the frame of the indicators below
        source = source_of(self.table, row)
        columns = self.columns or [Column("expected", 0, 1, period=self.period), Column("achieved", 1, 2)]
        if not self.columns and frames[1:-1].count("achieved") == 1:  # 年度目标 | … | 完成情况 | …
            texts = [cell for cell, frame in zip(filled, frames, strict=True) if not frame]
            held = [(int(cell.column > filled[frames.index("achieved")].column), cell.text) for cell in texts]
        else:
            held = self._in_columns(filled, columns if self.columns else columns[:1])
        expected = [(columns[j].period, text) for j, text in held if columns[j].role == "expected"]
        achieved = next((text for j, text in held if columns[j].role == "achieved"), None)
        done = split_items(join_wraps(achieved)) if achieved else []
        for period, text in expected:
            items = split_items(join_wraps(text))
            paired = done if len(done) == len(items) else [_joined(achieved)] * len(items)
            for item, result in zip(items, paired, strict=True):
                self.fields.goals.append(Goal(item, source, period, achieved=result))

    def _in_columns(self, filled: Sequence[Cell], columns: Sequence[Column]) -> list[tuple[int, str]]:
        """Return (column, text) of a row's cells: in order where every column has one, else by where they stand."""
        if len(filled) >= len(columns) or not self.columns:
            return [(j, cell.text) for j, cell in zip(range(len(columns)), filled, strict=False)]
        placed = [Placed(cell.text, cell.column) for cell in filled]
        chosen = align_row(placed, columns, frozenset()).chosen
        return [(j, placed[i].text) for j, i in sorted(chosen.items())]

    def _tasks(self, row: Row, filled: Sequence[Cell]) -> None:
        roles = [frame_of(cell.text, ("task_name", "task_content", "task_amount", "achieved")) for cell in filled]
        if all(roles):
            self.columns = [
                Column(str(role), cell.column, cell.column + cell.colspan)
                for role, cell in zip(roles, filled, strict=True)
            ]
            self.fields.heads.append(row)
            if len(self.columns) > 1 and self.columns[1].role == self.columns[0].role:
                self.columns[1] = Column("task_content", self.columns[1].start, self.columns[1].end)
            return
        if self.columns and all(fund_kind(cell.text) and parse_amount(cell.text) is None for cell in filled):
            amounts = [Column("task_amount", cell.column, cell.column + 1) for cell in filled]  # 总额 | 财政拨款 | …
            self.columns = [column for column in self.columns if column.role != "task_amount"] + amounts
            self.fields.heads.append(row)
            return
        named: dict[str, str] = {}
        columns = self.columns or [Column("task_name", 0, 1), Column("task_content", 1, 2)]
        for j, text in self._in_columns(filled, columns):
            role = columns[j].role
            named[role] = (
                f"{named[role]}；{text}" if role == "task_content" and role in named else named.get(role, text)
            )
        name = named.get("task_name")
        if name is None:
            return
        if fold_label(name) in lexicon().totals:
            self._amount_line(row, filled)
            return
        amount = parse_amount(named.get("task_amount", ""))
        self.fields.tasks.append(
            Task(
                name=join_wraps(name),
                source=source_of(self.table, row),
                content=_joined(named.get("task_content")),
                amount=self._yuan(amount),
                achieved=_joined(named.get("achieved")),
            )
        )

    def _management(self, row: Row, filled: Sequence[Cell]) -> None:
        if any(frame_of(cell.text, ("statement", "problem", "weight", "score")) for cell in filled):
            roles = [frame_of(cell.text, ("statement", "problem", "weight", "score")) for cell in filled]
            self.columns = [
                Column(role, cell.column, cell.column + cell.colspan)
                for role, cell in zip(roles, filled, strict=True)
                if role
            ]
            return
        texts = [cell.text for cell in filled[1:] if parse_amount(cell.text) is None]
        numbers = [number for cell in filled[1:] if (number := parse_amount(cell.text)) is not None]
        weighted = len(numbers) > 1 or not any(column.role == "score" for column in self.columns)
        self.fields.management.append(
            ManagementItem(
                name=join_wraps(filled[0].text),
                source=source_of(self.table, row),
                statement=_joined(texts[0]) if texts else None,
                weight=numbers[0] if numbers and weighted else None,
                score=numbers[-1] if numbers and (len(numbers) > 1 or not weighted) else None,
                problem=_joined(texts[1]) if len(texts) > 1 else None,
            )
        )


def _joined(text: str | None) -> str | None:
    return join_wraps(text) if text else None


def printed_attributes(values: Mapping[str, str]) -> dict[str, str]:
    """Return the header fields that are neither names nor offices: by key (start, basis …), else by printed label."""
    return {key: value for key, value in values.items() if key not in _NAMED and value}
