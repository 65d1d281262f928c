"""Ask the graph what a frame asks, in the readings it has: one that finds nothing gives way to one that does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from jixiao.asking.compiling import Compiled, compile_frame
from jixiao.asking.frames import Column, Filter, Frame
from jixiao.asking.names import with_prefixes
from jixiao.asking.telling import Row
from jixiao.asking.vocabulary import Topic
from jixiao.tables import SupportsQuery

_VALUES = ("count", "projects", "indicators")
_NOTHING = (None, "0")
_NODES = ("project", "indicator", "department")  # columns that hold IRIs beside the name
_TURNED = {"up": "down", "down": "up"}


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
        columns, value = self.compiled.columns, self.compiled.value
        names = [name for name in columns if name in _VALUES]
        nothing = _NOTHING[: 1 + bool(names)]
        if not names:
            names = [name for name in columns if name == value]
        if not names:
            names = [each.name for each in self.frame.show if each.name in columns]
        if not names:
            return not self.rows
        return all(row.get(name) in nothing for row in self.rows for name in names)


def read(store: SupportsQuery, frame: Frame) -> Found:
    """Return what a frame finds."""
    compiled = compile_frame(frame)
    sparql = with_prefixes(compiled.sparql)
    return Found(frame, compiled, sparql, _rows(store.query(sparql), compiled, frame))


def readings_of(frame: Frame) -> Iterator[Frame]:
    """Yield what a frame may mean, the nearest first."""
    columns = (*frame.show, frame.measure)
    if Column("spent") in columns:
        for column in (Column("executed"), Column("amount")):
            show = tuple(column if each.name == "spent" else each for each in frame.show)
            measure = column if frame.measure == Column("spent") else frame.measure
            yield from readings_of(replace(frame, show=show, measure=measure))
        return
    for sense in dict.fromkeys(_senses(replace(frame, strict=False))):
        if frame.strict:  # the highest floor, or where only ceilings stand the lowest ceiling
            yield sense.added(Filter("capped", negated=True))
            yield replace(sense.added(Filter("capped")), order=_TURNED[frame.order])
        else:
            yield sense


def _senses(frame: Frame) -> Iterator[Frame]:
    """Yield a frame with its topics as they are, as very names, as what they measure or are called."""
    very = frame.changed(lambda each: _in_sense(each, exact=True))
    if Column("target") in frame.show:  # 服务对象满意度目标 asks for one
        yield very
    yield frame
    yield very
    yield frame.changed(lambda each: _in_sense(each, exact=False))
    yield frame.changed(_as_printed)
    if frame.lists_indicators and frame.topics and not frame.tests and not any(topic.listed for topic in frame.topics):
        named = tuple(Filter("named", topic=topic) for topic in frame.topics)
        yield from (Frame(table, (*_scope(frame), *named)) for table in ("goal", "task"))  # written, not listed


def _scope(frame: Frame) -> tuple[Filter, ...]:
    return frame.of("place", "year", "project")


def _in_sense(each: Filter, *, exact: bool) -> Filter:
    """Return a filter with levels read as the very name of indicators, or as what they measure or are called."""
    topic = each.topic
    if topic is None or topic.rates_satisfaction or not (topic.levels or topic.senses):
        return each
    senses = () if exact else topic.senses
    return replace(each, topic=Topic(topic.label, (), senses, (topic.label, *topic.texts), exact=exact))


def _as_printed(each: Filter) -> Filter:
    """Read 目标是30% as the number that is printed, whatever its sign."""
    if each.kind == "number" and each.sign == "=" and each.column == Column("target"):
        return replace(each, values=("printed",))
    return each


# ---------------------------------------------------------------- rows


def _rows(solutions: Any, compiled: Compiled, frame: Frame) -> list[Row]:
    """Return the solutions, each thing once: documents may name one department or project differently."""
    keys = list(compiled.columns)
    if any(name in compiled.columns for name in _NODES):
        keys = [name for name in keys if not name.endswith("Name")]
    seen: dict[tuple[str | None, ...], Row] = {}
    for solution in solutions:
        row = {name: _value(solution[name]) for name in compiled.columns}
        seen.setdefault(tuple(row[name] for name in keys), row)
    rows = list(seen.values())
    if not compiled.value or not (frame.best or frame.skip):
        return rows
    places: dict[str | None, dict[str | None, None]] = {}  # numbers of different units are not compared
    for row in rows:
        places.setdefault(row.get("unitText"), {})[row[compiled.value]] = None
    kept = {unit: list(values)[frame.skip : frame.skip + 1] for unit, values in places.items()}
    return [row for row in rows if row[compiled.value] in kept[row.get("unitText")]]


def _value(term: Any) -> str | None:
    if term is None:
        return None
    text: str = term.value
    kind = getattr(term, "datatype", None)
    if kind is not None and kind.value.endswith("#decimal") and "." in text:
        return text.rstrip("0").rstrip(".")
    return text
