"""Read the rows of labels and values: names and offices, money, goals, tasks, the management of funds, totals.

Every row is cut into labels and values by a small Viterbi pass; a row of labels alone heads the rows below it, whose
cells then take their fields from the columns, like those of a block of indicators.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from jixiao.grid.blocks import TOTALS
from jixiao.grid.cells import Item, header_likeness, is_placeholder, is_seal, kind_of, label_likeness
from jixiao.grid.money import Purse
from jixiao.grid.sheet import Line, Sheet
from jixiao.grid.words import Word, label_word, plain
from jixiao.model import Goal, ManagementItem, Period, Source, Task
from jixiao.text.names import join_wraps
from jixiao.values.amounts import parse_amount

LABEL, VALUE = True, False
WHISPER = 0.9  # what a label must say of its field at least
LEAST = 0.0  # log-odds from which on a label left of a colon is one
SURE = 1.5  # log-odds of a cell that heads a column
UNKNOWN = -0.5  # log-odds of a short word nobody has seen
HEADING, HALF = 0.7, 0.5  # shares of a row's cells
STATING = frozenset({"number", "amount", "percent", "value", "date", "prose", "office", "code", "tick"})
NUMBERS = frozenset({"number", "amount", "percent", "value"})
MONEY = ("money", "initial", "adjusted", "executed", "rate")
NAMING = (
    *("project", "programme", "code", "unit", "upper", "above", "finance", "year", "term", "category", "overview"),
    *("basis", "person", "grade", "score", "opinion", "date", "region", "note"),
)
SUBJECTS = ("project", "programme", "unit", "upper", "term", "category")
_INLINE = re.compile(r"^\s*(?P<label>[^:：\n]{1,24})[:：]\s*(?P<value>\S.*)$", re.DOTALL)
_GLUED = re.compile(r"^(?P<label>[^\d:：]{3,16}?)(?P<value>[\d,.]+(?:万|万元|元)?)$")
_LEADING = ("其中", "注", "说明", "备注")
_GOAL_MARKS = re.compile(r"目标\d*[:：]?|[…\.]+")
_NUMBERED = re.compile(r"^(?:目标|任务|指标)\s*[\d一二三四五六七八九十]+$")


@dataclass(frozen=True, slots=True)
class Witness:
    """Hold one stated field: what it is, the label and value as printed, how loud the label is, and its source."""

    field: str
    label: str
    value: str
    weight: float
    source: Source
    period: Period = Period.ANNUAL


@dataclass
class Fields:
    """Collect what the labelled rows of one form state."""

    witnesses: list[Witness] = field(default_factory=list)
    purse: Purse = field(default_factory=Purse)
    goals: list[Goal] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    management: list[ManagementItem] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)

    def take_in(self, other: Fields) -> None:
        """Add what further rows of the same form state."""
        self.witnesses += other.witnesses
        self.purse.lines += other.purse.lines
        self.purse.doubtful = self.purse.doubtful or other.purse.doubtful
        self.goals += other.goals
        self.tasks += other.tasks
        self.management += other.management
        self.periods = self.periods or other.periods

    def of(self, *names: str) -> list[Witness]:
        """Return the witnesses of some fields, the loudest first."""
        return sorted((each for each in self.witnesses if each.field in names), key=lambda each: -each.weight)

    def first(self, *names: str) -> str | None:
        """Return the value of the loudest witness of some fields."""
        return next((each.value for each in self.of(*names)), None)


def read_fields(sheet: Sheet, rows: Sequence[int], unit_line: str | None = None) -> Fields:
    """Return what some rows of a sheet state; ``unit_line`` is the nearest line above them that states a unit."""
    reader = _Reader(sheet, unit_line)
    for row in rows:
        if sheet.lines[row].items:
            reader.read(sheet.lines[row])
    reader.fields.purse.settle()
    return reader.fields


def field_of(word: Word) -> str:
    """Return the field a label names loudest, ``""`` for none."""
    named = {
        name: score for name, score in word.says.items() if name not in ("annual", "medium", "part", "total", "weight")
    }
    best = max(named, key=named.__getitem__, default="")
    return best if best and named[best] > 0 else ""


def period_in(word: Word) -> Period | None:
    """Return the period a label names."""
    if max(word.of("medium"), word.of("annual")) < 1.0:
        return None
    return Period.MEDIUM_TERM if word.of("medium") > word.of("annual") else Period.ANNUAL


# ---------------------------------------------------------------- labels and values


@dataclass(frozen=True, slots=True)
class _Tagged:
    item: Item
    label: bool


def _expanded(items: Sequence[Item]) -> Iterator[Item]:
    """Yield the items of a row, those that hold label and value in one cell as two."""
    for item in items:
        found = _INLINE.match(item.text) or _GLUED.match(plain(item.text))
        numbered = found is not None and _NUMBERED.match(plain(found["label"]))
        if (
            found
            and not numbered
            and plain(found["label"]) not in _LEADING
            and label_likeness(found["label"] + ":") > LEAST
            and len(plain(item.text)) < 200
        ):
            yield replace(item, text=found["label"].strip() + ":")
            yield replace(item, text=found["value"].strip())
        else:
            yield item


def _tagged(items: Sequence[Item]) -> list[_Tagged]:
    """Tell labels from values along a row: the likeliest sequence."""
    if not items:
        return []
    best: list[dict[bool, tuple[float, bool]]] = []
    for index, item in enumerate(items):
        score = max(-4.0, min(label_likeness(item.text), 4.0))
        if is_seal(item.text):
            score = min(score, 0.0)
        emit = {LABEL: score, VALUE: -0.6 * score}
        here: dict[bool, tuple[float, bool]] = {}
        for tag in (LABEL, VALUE):
            if index == 0:
                here[tag] = (emit[tag] + (1.0 if tag else -1.0), tag)
                continue
            moved = {before: best[-1][before][0] + _STEP[before, tag] for before in (LABEL, VALUE)}
            came = max(moved, key=moved.__getitem__)
            here[tag] = (moved[came] + emit[tag], came)
        best.append(here)
    tag = max(best[-1], key=lambda each: best[-1][each][0] - (0.3 if each else 0.0))
    tags = [tag]
    for here in reversed(best[1:]):
        tags.append(here[tags[-1]][1])
    return [_Tagged(item, tag) for item, tag in zip(items, reversed(tags), strict=True)]


_STEP = {(LABEL, VALUE): 1.0, (VALUE, LABEL): 0.5, (LABEL, LABEL): -0.8, (VALUE, VALUE): -1.0}


# ---------------------------------------------------------------- rows


@dataclass(frozen=True, slots=True)
class _Head:
    """Hold one column of a part of a form: its place, its label, and the field its cells are of."""

    start: int
    end: int
    label: str
    word: Word

    @property
    def field(self) -> str:
        return field_of(self.word)


class _Reader:
    """Walk through the rows of a form's head, keeping the running section and the columns its labels have opened."""

    def __init__(self, sheet: Sheet, unit_line: str | None) -> None:
        self.sheet = sheet
        self.fields = Fields(purse=Purse(unit_line))
        self.section: Item | None = None
        self.heads: list[_Head] = []
        self.answered = False

    def read(self, line: Line) -> None:
        """Read one row."""
        items = self._in_section(line)
        if not items:
            return
        parts = list(_expanded(items))
        if len(parts) == len(items) and self._opens(line, items):
            self._open(items)
        elif self.heads and self._belongs(items):
            self._row(line, items)
            self.answered = True
        else:
            self.heads = []
            self._pairs(line, _tagged(parts))

    # ------------------------------------------------------------ sections and columns

    def _in_section(self, line: Line) -> tuple[Item, ...]:
        """Return the cells of a row beside the one that names its section, which may begin here or go on from above."""
        items = line.items
        first = items[0]
        if self.sheet.stated:
            above = self.sheet.cover.get((line.index, 0))
            if first.column == 0 and first.height > 1 and len(items) > 1:
                self._begin(first)
                return items[1:]
            if self.section is not None and (above is None or above.row == line.index):
                self._begin(None)
        elif first.column == 0:
            if self.section is not None and plain(first.text).startswith("(") and len(items) > 1:
                self.fields.purse.state(first.text)
                return items[1:]  # （万元）, the rest of a label on its own line
            if len(items) > 1 and _heads(items[1].text) and _names_part(first.text):
                self._begin(first)
                return items[1:]
            if not (self.heads and self._aligned(items)):
                self._begin(None)
        return items

    def _begin(self, section: Item | None) -> None:
        self.section = section
        self.heads = []
        self.fields.purse.section(section.text if section else "")

    @property
    def _part(self) -> str:
        """Return the field the running section is about."""
        return field_of(label_word(self.section.text)) if self.section else ""

    def _opens(self, line: Line, items: Sequence[Item]) -> bool:
        """Tell whether a row is made of labels that head the rows below: none has its value beside it."""
        if any(_states(item) for item in items):
            return False
        likely = sum(label_likeness(item.text) > UNKNOWN or header_likeness(item.text) > UNKNOWN for item in items)
        if likely < HEADING * len(items):
            return False
        if self.heads:
            return all(any(head.start <= item.column < head.end for head in self.heads) for item in items)
        below = next((each for each in self.sheet.lines[line.index + 1 :] if each.items), None)
        if below is None or _begins_pairs(below.items):
            return False
        answers = [item for item in below.items if _states(item) or label_likeness(item.text) <= LEAST]
        under = [item for item in answers if any(_covers(label, {item.column}) for label in items)]
        if len(items) == 1:
            named = self._part in ("goal", "task", "management", "duty") and label_likeness(items[0].text) > SURE
            return named and bool(under) and len(below.items) == 1
        if not self.sheet.stated:
            return len(answers) >= HALF * len(below.items) and any(_states(item) for item in answers)
        deeper = len({item.height for item in items}) > 1  # a second row of labels stands below some of them
        return deeper or len(under) >= HALF * len(below.items)

    def _open(self, items: Sequence[Item]) -> None:
        """Open columns, or divide those that a row of labels stands below."""
        heads = [_Head(item.column, item.end, join_wraps(item.text), label_word(item.text)) for item in items]
        self.answered = False
        if self.heads:
            kept = [head for head in self.heads if not any(head.start <= new.start < head.end for new in heads)]
            heads = [self._below(new) for new in heads]
            self.heads = sorted([*kept, *heads], key=lambda head: head.start)
            return
        if not self.sheet.stated:
            ends = [*(head.start for head in heads[1:]), max(self.sheet.width, heads[-1].end) + 2]
            heads = [replace(head, end=max(head.end, end)) for head, end in zip(heads, ends, strict=True)]
        self.heads = heads
        if self._part == "goal" and len(heads) > 1:
            periods = [period_in(head.word) for head in heads]
            if all(periods) and not any(head.word.of("achieved") >= 3.0 for head in heads):
                self.fields.periods = [period for period in periods if period]

    def _below(self, new: _Head) -> _Head:
        over = next((head for head in self.heads if head.start <= new.start < head.end), None)
        if over is None or field_of(new.word):
            return new if over is None or over.field != "money" else replace(new, word=_with(new.word, over.word))
        return replace(new, word=over.word)

    def _aligned(self, items: Sequence[Item]) -> bool:
        starts = {head.start for head in self.heads}
        return len(items) > 1 and sum(item.column in starts for item in items) >= len(items) - 1

    def _belongs(self, items: Sequence[Item]) -> bool:
        """Tell whether a row belongs to the open columns, rather than naming a field of its own."""
        if self.section is not None and self.sheet.stated:
            return True
        if self.answered and any(head.field in SUBJECTS for head in self.heads):
            return False  # names, each answered once below its label
        word = label_word(items[0].text)
        named = field_of(word) in NAMING and label_likeness(items[0].text) > SURE
        return not named and (len(items) > 1 or any(_states(item) for item in items))

    # ------------------------------------------------------------ rows below columns

    def _row(self, line: Line, items: Sequence[Item]) -> None:
        texts = self._placed(items)
        fields = {head.field for head in self.heads}
        name = items[0].text
        if fields & {"executed", "adjusted", "initial", "rate"}:
            self._execution(line, items, texts)
        elif self._part == "management" or fields & {"statement", "problem"}:
            self._manage(line, items, texts)
        elif self._part == "task" or fields & {"task", "duty"}:
            self._task(line, texts)
        elif self._part == "goal" or fields & {"goal", "achieved"}:
            self._goals(line, texts)
        elif "money" in fields and kind_of(name) not in NUMBERS:
            self._spending(line, name, texts)
        else:
            for head, item in texts:
                self._state(line, head.label, head.word, item.text)

    def _placed(self, items: Sequence[Item]) -> list[tuple[_Head, Item]]:
        """Return the cells of a row with their columns: by place, in text in order where places are lost."""
        placed = []
        for item in items:
            over = [head for head in self.heads if head.start <= item.column < head.end]
            if over:
                placed.append((over[0], item))
        lost = len({id(head) for head, _ in placed}) < len(items) == len(self.heads)
        if lost and not self.sheet.stated and items[0].column >= self.heads[0].start:
            return list(zip(self.heads, items, strict=True))
        return placed

    def _execution(self, line: Line, items: Sequence[Item], texts: Sequence[tuple[_Head, Item]]) -> None:
        named = kind_of(items[0].text) not in NUMBERS and kind_of(items[0].text) != "dash"
        label = items[0].text if named else (self.section.text if self.section else "合计")
        numbers = [item for item in items if kind_of(item.text) in NUMBERS or kind_of(item.text) == "dash"]
        columns = [
            head
            for head in self.heads
            if head.field in ("executed", "adjusted", "initial", "rate", "money", "score") or head.word.of("weight")
        ]
        if len(numbers) == len(columns):
            pairs = list(zip(columns, numbers, strict=True))
        else:
            pairs = [(head, item) for head, item in texts if item in numbers]
        read = {self._phase(head): item.text for head, item in pairs}
        if len(read) > 0 and any(kind_of(text) != "dash" for text in read.values()):
            self.fields.purse.execution(label, read, self.sheet.source(line.index), total=not named)

    @staticmethod
    def _phase(head: _Head) -> str:
        word = head.word
        phases = ("executed", "adjusted", "initial", "rate", "score", "weight")
        best = max(phases, key=word.of)
        return best if word.of(best) >= 1.0 else "adjusted"

    def _manage(self, line: Line, items: Sequence[Item], texts: Sequence[tuple[_Head, Item]]) -> None:
        held = {head.field: item.text for head, item in texts if item is not items[0]}
        words = [item.text for item in items[1:] if kind_of(item.text) not in NUMBERS]
        numbers = [value for item in items[1:] if (value := parse_amount(item.text)) is not None]
        self.fields.management.append(
            ManagementItem(
                name=join_wraps(items[0].text),
                source=self.sheet.source(line.index),
                statement=join_wraps(held.get("statement") or (words[0] if words else "")) or None,
                weight=numbers[0] if numbers else None,
                score=numbers[-1] if len(numbers) > 1 else None,
                problem=join_wraps(held["problem"]) if held.get("problem") else None,
            )
        )

    def _task(self, line: Line, texts: Sequence[tuple[_Head, Item]]) -> None:
        tasks = [(head, item) for head, item in texts if head.field == "task"]
        loudest = max(tasks, key=lambda each: each[0].word.of("task"), default=None)
        rest = [(head, item) for head, item in texts if loudest is None or item is not loudest[1]]
        if loudest is None:
            loudest = texts[0] if texts else None
            rest = list(texts[1:])
        if loudest is None or plain(loudest[1].text).endswith(TOTALS) or plain(loudest[1].text).startswith(TOTALS):
            return
        source = self.sheet.source(line.index)
        money = [(head, item) for head, item in rest if head.field == "money" and kind_of(item.text) in NUMBERS]
        content = [
            item.text
            for head, item in rest
            if head.field in ("content", "overview", "goal")
            or (head.field == "task" and kind_of(item.text) not in NUMBERS)
        ]
        project = next(
            (item.text for head, item in rest if head.field == "project" or head.word.of("project") > 0), None
        )
        achieved = next((item.text for head, item in rest if head.field == "achieved"), None)
        amount = self.fields.purse.yuan(money[0][1].text, money[0][0].label) if money else None
        self.fields.tasks.append(
            Task(join_wraps(loudest[1].text), source, "；".join(map(join_wraps, content)) or None, amount,
                 join_wraps(achieved) if achieved else None, join_wraps(project) if project else None)
        )  # fmt: skip

    def _goals(self, line: Line, texts: Sequence[tuple[_Head, Item]]) -> None:
        achieved = next((item.text for head, item in texts if head.word.of("achieved") >= 3.0), None)
        for head, item in texts:
            if head.word.of("achieved") < 3.0:
                self._goal(line, item.text, period_in(head.word) or self._period(), achieved)

    def _spending(self, line: Line, name: str, texts: Sequence[tuple[_Head, Item]]) -> None:
        """Read a row of what the money is for: its amount stands in the first column of money of this year."""
        money = [(head, item) for head, item in texts if head.field == "money" and kind_of(item.text) in NUMBERS]
        if money:
            head, item = money[0]
            self.fields.purse.add(name, item.text, self.sheet.source(line.index), over=head.label)

    # ------------------------------------------------------------ label | value

    def _pairs(self, line: Line, tagged: Sequence[_Tagged]) -> None:
        label: Item | None = None
        for index, each in enumerate(tagged):
            if each.label:
                label = each.item
                self.fields.purse.state(label.text)
                continue
            if label is None:
                self._loose(line, each.item)
                continue
            paired = index + 1 < len(tagged) and not tagged[index + 1].label
            self._state(line, label.text, label_word(label.text), each.item.text)
            if not paired:
                label = None

    def _loose(self, line: Line, item: Item) -> None:
        """Read a value without a label of its own: it belongs to the section."""
        if self._goes_on(line, item):
            last = self.fields.goals[-1]
            self.fields.goals[-1] = replace(last, text=last.text + join_wraps(item.text))
        elif self.section is not None and self._part in ("goal", "task"):
            self._state(line, self.section.text, label_word(self.section.text), item.text)

    def _goes_on(self, line: Line, item: Item) -> bool:
        """Tell whether a text alone in its row goes on with the goal of the row above."""
        last = self.fields.goals[-1] if self.fields.goals else None
        if last is None or self.sheet.stated or len(line.items) > 1 or last.text.endswith(("。", "；", "!")):
            return False
        return 0 < line.number - last.source.line <= 2 and item.column > 0

    def _state(self, line: Line, label: str, word: Word, text: str) -> None:
        """Keep what a label says."""
        name = field_of(word)
        if name and word.of(name) * word.known**2 < WHISPER:
            name = ""
        source = self.sheet.source(line.index)
        printed = join_wraps(label).strip(":： ")
        if is_seal(text) or not plain(text):
            return
        financial = name in MONEY or (self._part == "money" and kind_of(text) in NUMBERS)
        if financial and self.fields.purse.pair(printed, word, text, source):
            return
        if name in ("goal", "achieved") or (self._part == "goal" and name in ("", "annual", "term", "overview")):
            if name == "achieved" and self.fields.goals:
                self.fields.goals[-1] = replace(self.fields.goals[-1], achieved=join_wraps(text))
            elif name != "achieved" and kind_of(text) not in NUMBERS - {"value"}:
                self._goal(line, text, period_in(word) or self._period(), None)
            return
        if name == "task" and kind_of(text) not in NUMBERS:
            self.fields.tasks.append(Task(printed, source, join_wraps(text)))
            return
        if is_placeholder(text):
            return
        weight = word.of(name) * word.known if name else 0.0
        self.fields.witnesses.append(Witness(name or printed, printed, join_wraps(text), weight, source))

    def _period(self) -> Period:
        return (period_in(label_word(self.section.text)) if self.section else None) or Period.ANNUAL

    def _goal(self, line: Line, text: str, period: Period, achieved: str | None) -> None:
        body = plain(text)
        if is_placeholder(text) or len(_GOAL_MARKS.sub("", body)) < 4 or label_likeness(text) > SURE or is_seal(text):
            return
        source = self.sheet.source(line.index)
        self.fields.goals.append(Goal(join_wraps(text), source, period, join_wraps(achieved) if achieved else None))


def _begins_pairs(items: Sequence[Item]) -> bool:
    """Tell whether a row begins with a label of its own: a name, an office, a goal, a part of the form."""
    first = items[0]
    if label_likeness(first.text) <= SURE:
        return False
    return field_of(label_word(first.text)) in (*NAMING, "goal") or (first.height > 1 and first.column == 0)


def _states(item: Item) -> bool:
    """Tell whether a cell states something: a number, a value, a name of an office, a sentence; no word of the form."""
    spoken = header_likeness(item.text) > LEAST or label_likeness(item.text) > LEAST
    return item.kind in STATING and not spoken


def _with(new: Word, over: Word) -> Word:
    says = dict(new.says)
    for name, score in over.says.items():
        says[name] = max(says.get(name, 0.0), score)
    return replace(new, says=says)


def _covers(label: Item, starts: set[int]) -> bool:
    return any(label.column <= start < label.end for start in starts)


def _heads(text: str) -> bool:
    """Tell whether a cell is a label, of a field or a column."""
    return label_likeness(text) > LEAST or header_likeness(text) > LEAST


def _names_part(text: str) -> bool:
    """Tell whether a label names a part of a form that has labels of its own (money, goals, tasks)."""
    return field_of(label_word(text)) in (
        "money",
        "goal",
        "task",
        "management",
        "duty",
        "basis",
        "frame",
        "term",
        "overview",
    )
