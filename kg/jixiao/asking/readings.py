"""Ask the graph what a frame asks, in the readings it has: one that finds nothing gives way to one that does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from jixiao.asking.compiling import Compiled, compile_frame
from jixiao.asking.frames import Column, Condition, Frame, Of
from jixiao.asking.names import Names, with_prefixes
from jixiao.asking.telling import Row
from jixiao.asking.vocabulary import Topic, words
from jixiao.tables import SupportsQuery

_DEPARTMENTS = "部门"
_VALUES = ("count", "projects", "indicators")
_MANY = 30  # names that words may be short for together
_NOTHING = (None, "0")
_NODES = ("project", "indicator", "department")  # columns that hold IRIs beside the name


@dataclass(frozen=True, slots=True)
class Found:
    """Hold one reading of a question with what it found."""

    frame: Frame
    compiled: Compiled
    sparql: str
    rows: list[Row]

    @property
    def empty(self) -> bool:
        """Say whether it found nothing: no row, a count of 0, or no value of what is shown or reckoned."""
        counts = [name for name in self.compiled.columns if name in _VALUES]
        if counts:
            return not any(row.get(name) not in _NOTHING for row in self.rows for name in counts)
        values = [name for name in self.compiled.columns if name == self.compiled.value]
        if self.frame.show and not values:
            values = [each.name for each in self.frame.show if each.name in self.compiled.columns]
        if not values:
            return not self.rows
        return not any(row.get(name) is not None for row in self.rows for name in values)


def read(store: SupportsQuery, frame: Frame) -> Found:
    """Return what a frame finds."""
    compiled = compile_frame(frame)
    sparql = with_prefixes(compiled.sparql)
    return Found(frame, compiled, sparql, _rows(store.query(sparql), compiled, frame))


def readings_of(frame: Frame, names: Names) -> Iterator[Frame]:
    """Yield what a frame may mean, the nearest first."""
    yield from _readings(frame)
    if frame.table == "indicator" and not frame.relation and not frame.group:
        for other in _resolved(frame, names):
            yield from (
                each
                for each in _readings(other)
                if not any(one.kind in ("unitless", "countable") for one in each.conditions)
            )


def _resolved(frame: Frame, names: Names) -> Iterator[Frame]:
    """Yield a frame with the words its topics have been taken for replaced by the very names they are short for."""
    texts = [topic.label for topic in frame.of if not topic.listed and not topic.exact]
    if not texts:
        return
    places = {iri for _, iris in frame.scope.departments for iri in iris} | names.departments_at(frame.scope.regions)
    labels, everything, projects = names.resolved(texts, places)
    kept = tuple(topic for topic in frame.of if topic.listed or topic.exact)
    scope = frame.scope
    if projects and not scope.projects:
        scope = replace(scope, projects=(("、".join(names.project_names(projects)), projects),))
    for found in (labels, everything):
        filtered = frame.unit or any(each.kind == "dated" for each in frame.conditions)
        if found and len(found) <= _MANY and (found == labels or filtered):
            topic = Topic("、".join(texts), texts=found, exact=True)
            measure = frame.measure
            if measure and measure.of:
                measure = replace(measure, of=(*kept, topic))
            yield replace(frame, of=(*kept, topic), scope=scope, measure=measure)


def _readings(frame: Frame) -> Iterator[Frame]:
    if any(column.name == "spent" for column in (*frame.show, frame.measure) if column):
        for name in ("executed", "amount"):
            yield from _readings(_with_column(frame, "spent", name))
        return
    bare = replace(frame, unit="", strict=False)
    for sense in dict.fromkeys(_by_sense(bare)):
        if frame.strict:
            yield from _strict(sense)
            continue
        if frame.unit and frame.table == "indicator":  # 几条 asks for targets in that unit, if there are any
            unit = Condition("money") if frame.unit == "元" else Condition("sized", text=frame.unit)
            yield replace(sense, conditions=(*sense.conditions, unit))
            of = tuple(replace(topic, own=True) for topic in sense.of)
            other = "countable" if frame.unit == "个" else "unitless"
            sense = replace(sense, conditions=(*sense.conditions, Condition(other)), of=of)
        yield sense


def _by_sense(frame: Frame) -> Iterator[Frame]:
    """Yield a frame with its topics as they are, as very names, as what they measure or are called, as departments'."""
    yield frame
    yield _both(frame, lambda each: _in_sense(each, exact=True))
    yield _both(frame, lambda each: _in_sense(each, exact=False))
    yield _both(frame, _of_departments)
    yield replace(frame, conditions=tuple(_as_printed(each) for each in frame.conditions))


def _as_printed(condition: Condition) -> Condition:
    """Read 目标是30% as the number that is printed, whatever its sign."""
    rows = condition.rows
    if rows is not None:
        return replace(condition, rows=replace(rows, conditions=tuple(map(_as_printed, rows.conditions))))
    if (
        condition.kind == "number"
        and condition.sign == "="
        and condition.column == Column("target", condition.column.of if condition.column else ())
    ):
        return replace(condition, text="printed")
    return condition


def _both(frame: Frame, change: Callable[[Frame], Frame]) -> Frame:
    """Return a frame changed on both sides of what it relates."""
    other = frame.other
    if other is not None:
        other = change(other)
    return replace(change(frame), other=other)


def _of_departments(frame: Frame) -> Frame:
    """Read 部门满意度 as the satisfaction that departments aim at, not that of departments."""
    of = tuple(_undepartmental(topic) for topic in frame.of)
    if of == frame.of:
        return frame
    measure = frame.measure
    if measure:
        measure = replace(measure, of=of)
    return replace(frame, of=of, owner="department", measure=measure)


def _undepartmental(topic: Topic) -> Topic:
    known = words().get(topic.label.removeprefix(_DEPARTMENTS))
    if topic.label.startswith(_DEPARTMENTS) and known is not None and known.kind == "topic":
        found: Topic = known.value
        return found
    return topic


def _with_column(frame: Frame, name: str, other: str) -> Frame:
    """Return a frame with another column in the place of one."""
    show = tuple(Column(other) if each.name == name else each for each in frame.show)
    measure = frame.measure
    if measure and measure.name == name:
        measure = Column(other)
    return replace(frame, show=show, measure=measure)


def _strict(frame: Frame) -> Iterator[Frame]:
    """Yield the strictest or loosest targets: the highest floor, or where only ceilings stand the lowest ceiling."""
    yield replace(frame, conditions=(*frame.conditions, Condition("capped", negated=True)))
    turned = {"up": "down", "down": "up"}[frame.order]
    yield replace(frame, conditions=(*frame.conditions, Condition("capped")), order=turned)


def _in_sense(frame: Frame, *, exact: bool) -> Frame:
    """Return a frame with levels read as the very name of indicators, or as what they measure or are called."""
    measure = frame.measure
    if measure:
        measure = replace(measure, of=_senses(measure.of, exact))
    conditions = tuple(each if each.negated else _sensed(each, exact) for each in frame.conditions)
    return replace(frame, of=_senses(frame.of, exact), conditions=conditions, measure=measure)


def _sensed(condition: Condition, exact: bool) -> Condition:
    column, rows = condition.column, condition.rows
    if column:
        column = replace(column, of=_senses(column.of, exact))
    if rows:
        rows = _in_sense(rows, exact=exact)
    return replace(condition, of=_senses(condition.of, exact), column=column, rows=rows)


def _senses(of: Of, exact: bool) -> Of:
    found = []
    for topic in of:
        named = topic.levels or topic.senses
        if named and not topic.rates_satisfaction:
            senses = () if exact else topic.senses
            topic = Topic(topic.label, (), senses, (topic.label, *topic.texts), exact=exact)
        found.append(topic)
    return tuple(found)


def _rows(solutions: Any, compiled: Compiled, frame: Frame) -> list[Row]:
    """Return the solutions, each thing once: documents may name one department or project differently."""
    seen: dict[tuple[str | None, ...], Row] = {}
    for solution in solutions:
        row = {name: _value(solution[name]) for name in compiled.columns}
        keys = list(compiled.columns)
        if any(name in row for name in _NODES):
            keys = [name for name in keys if not name.endswith("Name")]
        seen.setdefault(tuple(row[name] for name in keys), row)
    rows = list(seen.values())
    if not compiled.value or not (frame.best or frame.skip):
        return rows
    values: dict[str | None, list[str | None]] = {}  # numbers of different units are not compared
    for row in rows:
        places = values.setdefault(row.get("unitText"), [])
        if row[compiled.value] not in places:
            places.append(row[compiled.value])
    return [row for row in rows if row[compiled.value] in values[row.get("unitText")][frame.skip : frame.skip + 1]]


def _value(term: Any) -> str | None:
    if term is None:
        return None
    text: str = term.value
    kind = getattr(term, "datatype", None)
    if kind is not None and kind.value.endswith("#decimal") and "." in text:
        return text.rstrip("0").rstrip(".")
    return text
