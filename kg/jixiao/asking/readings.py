"""Ask the graph what a frame asks, in the readings it has: one that finds nothing gives way to one that does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from jixiao.asking.compiling import Compiled, compile_frame
from jixiao.asking.frames import Condition, Frame, Metric, Of
from jixiao.asking.lexicon import Topic, words
from jixiao.asking.names import with_prefixes
from jixiao.asking.telling import Row
from jixiao.tables import SupportsQuery

_DEPARTMENTS = "部门"
_VALUES = ("count", "projects", "indicators")
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
        values = [name for name in self.compiled.columns if name in _VALUES or name == self.compiled.value]
        if self.frame.show and not values:
            values = [each.name for each in self.frame.show if each.name in self.compiled.columns]
        if not values:
            return not self.rows
        return not any(row.get(name) not in _NOTHING for row in self.rows for name in values)


def read(store: SupportsQuery, frame: Frame) -> Found:
    """Return what a frame finds."""
    compiled = compile_frame(frame)
    sparql = with_prefixes(compiled.sparql)
    return Found(frame, compiled, sparql, _rows(store.query(sparql), compiled, frame))


def readings_of(frame: Frame) -> Iterator[Frame]:
    """Yield what a question may mean, the nearest first."""
    if any(metric.name == "spent" for metric in (*frame.show, frame.metric) if metric):
        for name in ("executed", "amount"):
            yield from readings_of(_with_metric(frame, "spent", name))
        return
    plain = replace(frame, counted="")
    for sense in dict.fromkeys(_by_sense(plain)):
        if frame.counted == "strict":
            yield from _strict(sense)
            continue
        if frame.counted:  # 几条 asks for targets in that unit, if there are any
            yield replace(sense, conditions=(*frame.conditions, Condition("sized", text=frame.counted)))
        yield sense


def _by_sense(frame: Frame) -> Iterator[Frame]:
    """Yield a frame with its topics as they are, as very names, as what they measure or are called, as departments'."""
    yield frame
    yield _both(frame, lambda each: _in_sense(each, exact=True))
    yield _both(frame, lambda each: _in_sense(each, exact=False))
    yield _both(frame, _of_departments)


def _both(frame: Frame, change: Callable[[Frame], Frame]) -> Frame:
    """Return a frame changed on both sides of what it relates."""
    other = frame.other
    if other is not None:
        other = change(other)
    return replace(change(frame), other=other)


def _of_departments(frame: Frame) -> Frame:
    """Read 部门满意度 as the satisfaction that departments aim at, not that of departments."""
    of = tuple(replace_topic(topic) for topic in frame.of)
    if of == frame.of:
        return frame
    metric = frame.metric
    if metric:
        metric = replace(metric, of=of)
    return replace(frame, of=of, owner="department", metric=metric)


def replace_topic(topic: Topic) -> Topic:
    """Return the topic that is left of one when the word for departments before it is taken away."""
    known = words().get(topic.label.removeprefix(_DEPARTMENTS))
    if topic.label.startswith(_DEPARTMENTS) and known is not None and known.kind == "selection":
        found: Topic = known.value
        return found
    return topic


def _with_metric(frame: Frame, name: str, other: str) -> Frame:
    """Return a frame with another metric in the place of one."""
    show = tuple(Metric(other) if each.name == name else each for each in frame.show)
    metric = frame.metric
    if metric and metric.name == name:
        metric = Metric(other)
    return replace(frame, show=show, metric=metric)


def _strict(frame: Frame) -> Iterator[Frame]:
    """Yield the strictest or loosest targets: the highest floor, or where only ceilings stand the lowest ceiling."""
    plain = replace(frame, counted="")
    capped = Condition("capped", negated=True)
    yield replace(plain, conditions=(*plain.conditions, capped))
    turned = {"up": "down", "down": "up"}[frame.order]
    yield replace(plain, conditions=(*plain.conditions, Condition("capped")), order=turned)


def _in_sense(frame: Frame, *, exact: bool) -> Frame:
    """Return a frame with levels read as the very name of indicators, or as what they measure or are called."""
    conditions = tuple(_sensed(each, exact) for each in frame.conditions if not each.negated)
    kept = tuple(each for each in frame.conditions if each.negated)
    metric = frame.metric
    if metric:
        metric = replace(metric, of=_senses(metric.of, exact))
    return replace(frame, of=_senses(frame.of, exact), conditions=conditions + kept, metric=metric)


def _sensed(condition: Condition, exact: bool) -> Condition:
    metric = condition.metric
    if metric:
        metric = replace(metric, of=_senses(metric.of, exact))
    return replace(condition, of=_senses(condition.of, exact), metric=metric)


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
    if not frame.best or not compiled.value:
        return rows
    best: dict[str | None, str | None] = {}  # numbers of different units are not compared
    for row in rows:
        best.setdefault(row.get("unitText"), row[compiled.value])
    return [row for row in rows if row[compiled.value] == best[row.get("unitText")]]


def _value(term: Any) -> str | None:
    if term is None:
        return None
    text: str = term.value
    kind = getattr(term, "datatype", None)
    if kind is not None and kind.value.endswith("#decimal") and "." in text:
        return text.rstrip("0").rstrip(".")
    return text
