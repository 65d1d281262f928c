"""Read the rows of labels and values: names and offices, money, goals, tasks, the management of funds, totals.

Every row is cut into labels and values by a small Viterbi pass; a row of labels alone heads the rows below it, whose
cells then take their fields from the columns, like those of a block of indicators.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from jixiao.grid.blocks import TOTALS
from jixiao.grid.cells import Item, header_likeness, is_placeholder, is_seal, kind_of, label_likeness
from jixiao.grid.lexicon import lexicon
from jixiao.grid.money import Purse, names_fund
from jixiao.grid.naming import project_in_band, sum_behind, without_code
from jixiao.grid.placing import likeliest
from jixiao.grid.sheet import Line, Sheet
from jixiao.grid.words import Word, label_word, period_in, plain
from jixiao.model import FundLine, Goal, ManagementItem, Period, Plan, Source, Task
from jixiao.text.names import join_wraps
from jixiao.values.amounts import parse_amount

LABEL, VALUE, START = True, False, None
WHISPER = 0.9  # what a label must say of its field at least
LEAST = 0.0  # log-odds from which on a label left of a colon is one
SURE = 1.5  # log-odds of a cell that heads a column
UNKNOWN = -0.5  # log-odds of a short word nobody has seen
HEADING, HALF = 0.7, 0.5  # shares of a row's cells
SHORT = 4  # characters a goal has at least
GUESSED = Decimal("0.85")  # confidence of a goal joined of two rows, of a task that no heading calls one
DONE = 3.0  # what a heading says over what was achieved
STATING = frozenset({"number", "amount", "percent", "value", "date", "prose", "office", "code", "tick"})
NUMBERS = frozenset({"number", "amount", "percent", "value"})
MONEY = frozenset({"money", "initial", "adjusted", "executed", "rate"})
PHASES = ("executed", "expected", "adjusted", "initial", "rate", "score", "weight")
SUBJECTS = frozenset({"project", "programme", "unit", "upper", "term", "category"})
NAMING = SUBJECTS | {"code", "above", "finance", "year", "overview", "basis", "person", "grade", "score", "opinion"}
NAMING |= {"date", "region", "note", "start", "end"}
PARTS = frozenset({"money", "goal", "task", "management", "duty", "basis", "frame", "term", "overview"})
LISTED = frozenset({"goal", "task", "management", "duty"})
TOLD_OF = ("content", "overview")  # what a task is about, be it 维修仓房12栋
QUALIFYING = frozenset({"annual", "medium", "part", "total", "weight"})  # they say more of a label, but name no field
_INLINE = re.compile(
    r"^\s*(?P<label>(?:[^:：\n（()）]|[（(][^:：\n（()）]{0,22}[)）]){1,24})[:：]\s*(?P<value>\S.*)$", re.DOTALL
)
_GLUED = re.compile(r"^(?P<label>(?:其中:)?[^\d:：]{2,16}?)(?P<value>[\d,.]+(?:万|万元|元)?)$")
_NO_LABEL = re.compile(r"^(?:其中|(?:<p>)?注|说明|备注|(?:目标|任务|指标)[\d一二三四五六七八九十]+)$")
_MONEY = re.compile(r"\d\s*[亿万千]*元")
_NUMBERED = re.compile(r"\s*(?:[(（]?[\d一二三四五六七八九十]{1,2}[)）、.．])")
_BRACKETED = re.compile(r"\([^()]*\)")
_SUMS = re.compile(r"(?P<label>[^，,。；;：:（()）\d]{2,12})[（(](?P<sum>[\d,.]+\s*[亿万]?元)[)）]")
_GOAL_MARKS = re.compile(r"目标\d*[:：]?|[…\.]+")


@dataclass(frozen=True, slots=True)
class Witness:
    """Hold one stated field: what it is, the label and value as printed, how loud the label is, and its source."""

    field: str
    label: str
    value: str
    weight: float
    source: Source


@dataclass
class Fields:
    """Collect what the labelled rows of one form state."""

    witnesses: list[Witness] = field(default_factory=list)
    purse: Purse = field(default_factory=Purse)
    goals: list[Goal] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    management: list[ManagementItem] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    listed: list[Plan] = field(default_factory=list)

    def take_in(self, other: Fields) -> None:
        """Add what further rows of the same form state."""
        self.witnesses += other.witnesses
        self.purse.lines += other.purse.lines
        self.purse.doubtful = self.purse.doubtful or other.purse.doubtful
        self.goals += other.goals
        self.tasks += other.tasks
        self.management += other.management
        self.listed += other.listed
        self.periods = self.periods or other.periods

    def of(self, *names: str) -> list[Witness]:
        """Return the witnesses of some fields, the loudest first."""
        return sorted((each for each in self.witnesses if each.field in names), key=lambda each: -each.weight)

    def first(self, *names: str) -> str | None:
        """Return the value of the loudest witness of some fields."""
        return next((each.value for each in self.of(*names)), None)


def read_fields(sheet: Sheet, rows: Sequence[int], unit_line: str | None = None) -> Fields:
    """Return what some rows of a sheet state; ``unit_line`` is the nearest line above them that states a unit."""
    reader = _Reader(sheet, Fields(purse=Purse(unit_line)))
    for row in rows:
        reader.read(sheet.lines[row])
    reader.fields.purse.settle()
    return reader.fields


def field_of(word: Word) -> str:
    """Return the field a label names loudest, ``""`` for none."""
    named = {name: score for name, score in word.says.items() if name not in QUALIFYING}
    best = max(named, key=named.__getitem__, default="")
    return best if best and named[best] > 0 else ""


# ---------------------------------------------------------------- labels and values


_STEP = {
    (START, LABEL): 1.0, (START, VALUE): -1.0,
    (LABEL, VALUE): 1.0, (VALUE, LABEL): 0.5, (LABEL, LABEL): -0.8, (VALUE, VALUE): -1.0,
}  # fmt: skip
UNANSWERED = 0.3  # a row ends on a value rather than on a label


def _tagged(items: Sequence[Item]) -> list[tuple[Item, bool]]:
    """Tell labels from values along a row: the likeliest sequence."""
    likely = [max(-4.0, min(label_likeness(item.text), 4.0)) for item in items]
    scores = [{LABEL: score, VALUE: -0.6 * score} for score in likely]
    scores[-1][LABEL] -= UNANSWERED
    return list(zip(items, likeliest(scores, lambda _, before, tag: _STEP[before, tag]), strict=True))


def _expanded(items: Sequence[Item]) -> Iterator[Item]:
    """Yield the items of a row, those that hold label and value in one cell as two."""
    labelled = False
    for item in items:
        glued = _GLUED.match(plain(item.text))
        if glued and labelled and not names_fund(glued["label"]):
            glued = None  # the words before a sum may be the value's
        matches = (_INLINE.match(item.text), glued)
        found = next((each for each in matches if each and _parts_label(each["label"], each["value"])), None)
        labelled = found is None and label_likeness(item.text) > SURE
        if found:
            yield replace(item, text=found["label"].strip() + ":")
            yield replace(item, text=found["value"].strip())
        else:
            yield item


def states_pairs(line: Line) -> bool:
    """Tell whether each cell of a row is a label with its value (部门名称：… | 单位：万元)."""
    return bool(line.items) and len(list(_expanded(line.items))) == 2 * len(line.items)


def _parts_label(label: str, value: str) -> bool:
    """Tell whether a text is a label with its value, rather than a label in two parts (资金来源：（1）单位资金)."""
    known = label_likeness(label + ":") > LEAST and not _NO_LABEL.match(plain(label)) and not _MONEY.search(label)
    in_parts = _NUMBERED.match(value) is not None and names_fund(value)
    return known and not in_parts


# ---------------------------------------------------------------- columns below labels


@dataclass(frozen=True, slots=True)
class _Head:
    """Hold one column of a part of a form: its place, its label, and what the label says."""

    start: int
    end: int
    label: str
    word: Word

    @property
    def field(self) -> str:
        return field_of(self.word)

    @property
    def phase(self) -> str:
        points = [phase for phase in ("score", "weight") if self.word.of(phase) >= 3.0]
        best = max(points or PHASES, key=self.word.of)
        return best if self.word.of(best) >= 1.0 else "adjusted"


Record = Sequence[tuple[_Head, Item]]


def _told(record: Record, *names: str) -> str | None:
    """Return the first text of a record below a heading of some fields."""
    return next((join_wraps(item.text) for head, item in record if head.field in names), None)


class _Reader:
    """Walk through the rows of a form's head, keeping the running section and the columns its labels have opened."""

    def __init__(self, sheet: Sheet, fields: Fields) -> None:
        self.sheet = sheet
        self.fields = fields
        self.section: Item | None = None
        self.heads: list[_Head] = []
        self.answered = False

    def read(self, line: Line) -> None:
        """Read one row."""
        items = self._beside_section(line)
        parts = list(_expanded(items))
        if not items:
            return
        if len(items) == 1 and (name := project_in_band(items[0].text)):
            self._name(line, items[0].text, name)
        elif len(parts) == len(items) and self._opens(line, items):
            self._open(items)
        elif self.heads and self._belongs(items):
            self._record(line, items)
            self.answered = True
        elif len(items) == 1 and (sums := list(_SUMS.finditer(items[0].text))):
            for found in sums:
                self._state(line, found["label"], label_word(found["label"]), found["sum"])
        else:
            self.heads = []
            self._pairs(line, parts)

    def _name(self, line: Line, printed: str, name: str) -> None:
        """Take in a row that heads the rows of one project, and the sum it may state in brackets."""
        self._begin(None)
        source = self.sheet.source(line.index)
        self.fields.witnesses.append(Witness("project", "项目", name, SURE, source))
        if funded := sum_behind(printed):
            self.fields.purse.add("项目总额", funded, source)

    # ------------------------------------------------------------ sections

    def _beside_section(self, line: Line) -> Sequence[Item]:
        """Return the cells of a row beside the one that names its section, which may begin here or go on from above."""
        items = line.items
        if not items or not self.sheet.stated:
            return self._beside_lost_section(line, items)
        if items[0].column == 0 and items[0].height > 1:
            self._begin(items[0])
            return items[1:]
        above = self.sheet.cover.get((line.index, 0))
        if self.section is not None and (above is None or above.row == line.index):
            self._begin(None)
        return items

    def _beside_lost_section(self, line: Line, items: Sequence[Item]) -> Sequence[Item]:
        """Do so where the format states no spans: a section's name stands left of the first of its labels."""
        if not items or items[0].column > 0:
            return items
        if self.section is not None and _BRACKETED.fullmatch(plain(items[0].text)):
            self.fields.purse.state(items[0].text)
            return items[1:]  # （万元）, the rest of a label on its own line
        part = len(items) > 1 and _is_label(items[1].text) and field_of(label_word(items[0].text)) in PARTS
        if part and not self._heads_below(line):
            self._begin(items[0])
            return items[1:]
        if self._names_another(items):
            self._begin(None)
        return items

    def _heads_below(self, line: Line) -> bool:
        """Tell whether the row below answers every label of a row, the first one too: none of them names a part."""
        below = next((each.items for each in self.sheet.lines[line.index + 1 :] if each.items), ())
        return len(below) == len(line.items) and below[0].column == 0

    @property
    def _counted(self) -> Sequence[_Head]:
        """Return the open columns that hold sums of money and points, behind the one that names the rows."""
        return [head for head in self.heads if head.field in MONEY | {"score", "expected"} or head.word.of("weight")]

    def _begin(self, section: Item | None) -> None:
        self.section = section
        self.heads = []
        self.fields.purse.section(section.text if section else "")

    @property
    def _part(self) -> str:
        """Return the field the running section is about."""
        return field_of(label_word(self.section.text)) if self.section else ""

    # ------------------------------------------------------------ columns

    def _opens(self, line: Line, items: Sequence[Item]) -> bool:
        """Tell whether a row is made of labels that head the rows below: none has its value beside it."""
        if not _are_labels(items):
            return False
        if self.heads:
            return all(any(head.start <= item.column < head.end for head in self.heads) for item in items)
        below = next((each.items for each in self.sheet.lines[line.index + 1 :] if each.items), ())
        if not below or _begins_pairs(below) or _names_one(items, below):
            return False
        answers = [item for item in below if label_likeness(item.text) <= LEAST]
        under = [item for item in answers if any(label.column <= item.column < label.end for label in items)]
        if len(items) == 1:
            return self._part in LISTED
        if not self.sheet.stated:
            return any(map(_states, answers)) or self._part in LISTED
        deeper = len({item.height for item in items}) > 1  # a second row of labels stands below some of them
        return deeper or len(under) >= HALF * len(below)

    def _open(self, items: Sequence[Item]) -> None:
        """Open columns, or divide those that a row of labels stands below."""
        heads = [_Head(item.column, item.end, join_wraps(item.text), label_word(item.text)) for item in items]
        self.answered = False
        for head in heads:
            self.fields.purse.state(head.label)
        if self.heads:
            kept = [head for head in self.heads if not any(head.start <= new.start < head.end for new in heads)]
            self.heads = sorted([*kept, *heads], key=lambda head: head.start)
            return
        self.heads = heads if self.sheet.stated else self._widened(heads)
        periods = [period for head in heads if (period := period_in(head.word)) and head.word.of("achieved") < DONE]
        if len(periods) == len(heads) > 1:
            self.fields.periods = periods

    def _widened(self, heads: Sequence[_Head]) -> list[_Head]:
        """Return columns of a text, each as wide as to the next one."""
        ends = [*(head.start for head in heads[1:]), self.sheet.width + 2]
        return [replace(head, end=end) for head, end in zip(heads, ends, strict=True)]

    def _belongs(self, items: Sequence[Item]) -> bool:
        """Tell whether a row belongs to the open columns, rather than naming a field of its own."""
        if self.section is not None and self.sheet.stated:
            return True
        named = any(head.field in SUBJECTS and label_likeness(head.label) > SURE for head in self.heads)
        listed = any(item.kind in NUMBERS for item in items)
        if self._names_another(items) or (self.answered and named and not listed):
            return False  # names are answered once, below their labels, unless each has its figures
        return len(items) > 1 or _states(items[0])

    def _names_another(self, items: Sequence[Item]) -> bool:
        """Tell whether a row begins with the label of a field that the open columns are not about."""
        named = field_of(label_word(items[0].text))
        if label_likeness(items[0].text) <= SURE or named not in NAMING | {"goal"}:
            return False
        return named in NAMING or not any(head.field == named for head in self.heads)

    # ------------------------------------------------------------ rows below columns

    def _record(self, line: Line, items: Sequence[Item]) -> None:
        record = self._placed(items)
        fields = {head.field for head in self.heads}
        readers: tuple[tuple[frozenset[str], Callable[[Line, Record], None]], ...] = (
            (frozenset({"task"}), self._task),
            (MONEY - {"money"}, self._execution),
            (frozenset({"statement", "problem"}), self._management),
            (frozenset({"duty"}), self._task),
            (frozenset({"goal", "achieved"}), self._goals),
        )
        if {"project", "goal"} <= fields:
            self._listed(line, record)
            return
        for wanted, read in readers:
            if fields & wanted:
                read(line, record)
                return
        if "money" in fields and kind_of(items[0].text) not in NUMBERS:
            self._spending(line, record)
            record = [(head, item) for head, item in record if head.field == "unit"]
        for head, item in record:
            self._state(line, head.label, head.word, item.text)

    def _placed(self, items: Sequence[Item]) -> Record:
        """Return the cells of a row with their columns: by place, in text in order where places are lost."""
        over = [(head, item) for item in items for head in self.heads if head.start <= item.column < head.end]
        lost = len({head.start for head, _ in over}) < len(items) == len(self.heads)
        if lost and items[0].column >= self.heads[0].start:
            return list(zip(self.heads, items, strict=True))
        unplaced = [item for item in items if item not in [placed for _, placed in over]]
        return [*((_Head(item.column, item.end, "", label_word("")), item) for item in unplaced), *over]

    def _execution(self, line: Line, record: Record) -> None:
        """Read a row of budget and execution: in text its numbers are taken in order where each column has one."""
        numbers = [(head, item) for head, item in record if kind_of(item.text) in NUMBERS | {"dash"}]
        names = [(head, item.text) for head, item in record if kind_of(item.text) not in NUMBERS | {"dash"}]
        name = names[0][1] if names else ""
        counted = self._counted
        if len(numbers) != len(counted):
            counted = [head for head in counted if head not in [over for over, _ in names]]
        if len(numbers) == len(counted):
            numbers = [(head, item) for head, (_, item) in zip(counted, numbers, strict=True)]
        read = {head.phase: item.text for head, item in numbers}
        if any(kind_of(text) != "dash" for text in read.values()):
            label = name or (self.section.text if self.section else "合计")
            self.fields.purse.execution(label, read, self.sheet.source(line.index), total=not name)

    def _management(self, line: Line, record: Record) -> None:
        (_, named), *rest = record
        worded = [each for each in rest if kind_of(each[1].text) not in NUMBERS]
        numbered = [(head, parse_amount(item.text)) for head, item in rest if parse_amount(item.text) is not None]
        points = [value for _, value in numbered] or [None]
        if len(numbered) == 1:
            points.insert(int(numbered[0][0].word.of("weight") > 0), None)
        self.fields.management.append(
            ManagementItem(
                name=join_wraps(named.text),
                source=self.sheet.source(line.index),
                statement=_told(worded, "statement") or next((join_wraps(item.text) for _, item in worded), None),
                weight=points[0],
                score=points[-1],
                problem=_told(worded, "problem"),
            )
        )

    def _task(self, line: Line, record: Record) -> None:
        named = max(record, key=lambda each: each[0].word.of("task") * (each[0].field == "task"))
        body = plain(named[1].text)
        if body.endswith(TOTALS):
            return
        rest = [each for each in record if each is not named]
        told = [(head, join_wraps(item.text)) for head, item in rest if _is_worded(head, item)]
        content = [text for head, text in told if head.field in (*TOLD_OF, "goal", "task")]
        money = [each for each in rest if each[0].field in MONEY and not _is_worded(*each)]
        task = Task(
            name=join_wraps(named[1].text),
            source=self.sheet.source(line.index),
            content="；".join(content) or None,
            achieved=_told(rest, "achieved"),
            project=next((text for head, text in told if head.word.of("project") > 0), None),
            confidence=Decimal(1) if named[0].field == "task" else GUESSED,
        )
        if money:
            head, item = money[0]
            task = replace(task, amount=self.fields.purse.yuan(item.text, head.label))
        self.fields.tasks.append(task)

    def _listed(self, line: Line, record: Record) -> None:
        """Read a row of a list of projects with their goals."""
        source = self.sheet.source(line.index)
        told = {head.field: (head, item) for head, item in reversed(record)}
        if "project" not in told or "goal" not in told or not _is_goal(told["goal"][1].text):
            return
        name = without_code(told["project"][1].text)
        code = join_wraps(told["code"][1].text) if "code" in told else name.code
        funds: tuple[FundLine, ...] = ()
        if "money" in told:
            head, item = told["money"]
            funds = (FundLine("total", head.label, source, amount=self.fields.purse.yuan(item.text, head.label)),)
        goals = (Goal(join_wraps(told["goal"][1].text), source),)
        self.fields.listed.append(Plan(source, project=name.text, project_code=code, funds=funds, goals=goals))

    def _goals(self, line: Line, record: Record) -> None:
        achieved = next((item.text for head, item in record if head.word.of("achieved") >= DONE), None)
        for head, item in record:
            if head.word.of("achieved") < DONE:
                self._goal(line, item.text, period_in(head.word) or self._period(), achieved)

    def _spending(self, line: Line, record: Record) -> None:
        """Read a row of what the money is for: its amount stands in the first column of money of this year."""
        for head, item in record:
            if head.field == "money" and kind_of(item.text) in NUMBERS:
                self.fields.purse.add(record[0][1].text, item.text, self.sheet.source(line.index), over=head.label)
                return

    # ------------------------------------------------------------ label | value

    def _pairs(self, line: Line, parts: Sequence[Item]) -> None:
        label: Item | None = None
        over: Item | None = None  # a label of goals, beside which 预期：… and 完成：… stand
        for item, is_label in _tagged(parts):
            if is_label:
                over = label if label and field_of(label_word(label.text)) == "goal" else over
                label = over if over and plain(item.text).rstrip(":") in lexicon().expected else item
                self.fields.purse.label(label.text, label.column)
            elif label is None:
                self._loose(line, item)
            else:
                self._state(line, label.text, label_word(label.text), item.text)

    def _loose(self, line: Line, item: Item) -> None:
        """Read a value without a label of its own: it goes on with the goal above, or belongs to the section."""
        last = self.fields.goals[-1] if self.fields.goals else None
        alone = len(line.items) == 1 and item.column > 0
        near = last is not None
        if last and alone and near:
            self.fields.goals[-1] = replace(last, text=last.text + join_wraps(item.text), confidence=GUESSED)
        elif self.section is not None and (self._part in ("goal", "task") or self._is_sum(item)):
            self._state(line, self.section.text, label_word(self.section.text), item.text)

    def _is_sum(self, item: Item) -> bool:
        """Tell whether a number is the sum that the section beside it is named for: 项目资金总额 | 386 | 其中…"""
        return self.section is not None and item.row == self.section.row and item.kind in NUMBERS

    def _state(self, line: Line, label: str, word: Word, text: str) -> None:
        """Keep what a label says."""
        if is_seal(text):
            return
        name = _named(word, text)
        source = self.sheet.source(line.index)
        printed = join_wraps(label).strip(":： ")
        if self._is_money(name, printed, text) and self.fields.purse.pair(printed, word, text, source):
            return
        if name == "achieved" and self.fields.goals:
            self.fields.goals[-1] = replace(self.fields.goals[-1], achieved=join_wraps(text))
        elif name == "goal" or (self._part == "goal" and name in ("", "annual", "term", "overview")):
            self._goal(line, text, period_in(word) or self._period(), None)
        elif name == "task" and kind_of(text) not in NUMBERS:
            self.fields.tasks.append(Task(printed, source, join_wraps(text)))
        elif not is_placeholder(text):
            weight = word.of(name) * word.known
            self.fields.witnesses.append(Witness(name or printed, printed, join_wraps(text), weight, source))

    def _is_money(self, name: str, label: str, text: str) -> bool:
        """Tell whether a label and its value are of the money: by the label, or a number in its part of the form."""
        spent = self._part == "money" or names_fund(label)
        return name in MONEY or (spent and kind_of(text) in NUMBERS)

    def _period(self) -> Period:
        return (period_in(label_word(self.section.text)) if self.section else None) or Period.ANNUAL

    def _goal(self, line: Line, text: str, period: Period, achieved: str | None) -> None:
        if _is_goal(text):
            source = self.sheet.source(line.index)
            self.fields.goals.append(Goal(join_wraps(text), source, period, join_wraps(achieved) if achieved else None))


def _is_goal(text: str) -> bool:
    """Tell whether a text can be a goal: no placeholder, seal, label or number."""
    if is_seal(text) or len(_GOAL_MARKS.sub("", plain(text))) < SHORT:
        return False
    return label_likeness(text) <= SURE and kind_of(text) not in NUMBERS - {"value"}


def _named(word: Word, text: str) -> str:
    """Return the field that a label names loud enough; an office beside any word of units is a unit (监控单位)."""
    name = field_of(word)
    loud = word.of(name) * word.known**2 >= WHISPER
    if (not loud or name == "opinion") and word.of("unit") > 0 and kind_of(text) == "office":
        return "unit"
    return name if loud else ""


def _is_worded(head: _Head, item: Item) -> bool:
    """Tell whether a cell beside a task says in words what it is about."""
    return kind_of(item.text) not in NUMBERS or head.field in TOLD_OF


def _are_labels(items: Sequence[Item]) -> bool:
    """Tell whether a row holds labels and no value, with a colon behind all of them or none."""
    likely = sum(label_likeness(item.text) > UNKNOWN or header_likeness(item.text) > UNKNOWN for item in items)
    marked = sum(plain(item.text).endswith(":") for item in items)
    return likely >= HEADING * len(items) and marked in (0, len(items)) and not any(map(_states, items))


def _begins_pairs(items: Sequence[Item]) -> bool:
    """Tell whether a row begins with a label of its own (name, office, goal, part of the form), or pairs several."""
    first = items[0]
    if sum(label_likeness(one.text) > LEAST and _states(other) for one, other in pairwise(items)) > 1:
        return True
    if label_likeness(first.text) <= SURE:
        return False
    return field_of(label_word(first.text)) in NAMING | {"goal"} or (first.height > 1 and first.column == 0)


def _names_one(items: Sequence[Item], below: Sequence[Item]) -> bool:
    """Tell whether two cells are the label of a name and a name like a label: a label stands below."""
    names = len(items) == 2 and field_of(label_word(items[0].text)) in NAMING
    return names and label_likeness(below[0].text) > SURE


def _is_label(text: str) -> bool:
    """Tell whether a cell is a label, of a field or a column."""
    return label_likeness(text) > LEAST or header_likeness(text) > LEAST


def _states(item: Item) -> bool:
    """Tell whether a cell states something: a number, a value, a name of an office, a sentence; no word of the form."""
    return item.kind in STATING and not _is_label(item.text)
