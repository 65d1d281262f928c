"""Answer questions in Chinese from the graph, or decline and say why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from jixiao.asking.compiling import Compiled, compile_frame
from jixiao.asking.frames import Condition, Frame, NotUnderstoodError, Of
from jixiao.asking.lexicon import Topic, messages
from jixiao.asking.names import Names, with_prefixes
from jixiao.asking.parsing import parse
from jixiao.asking.proposing import propose
from jixiao.asking.restating import restate
from jixiao.asking.telling import Notes, Row, tell, tell_rule, titles
from jixiao.tables import SupportsQuery

LONGEST = 300  # characters of a question
_NODES = ("project", "indicator", "department")  # columns that hold IRIs beside the name
_known: WeakKeyDictionary[Any, tuple[str, Names]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold an answer, or why there is none.

    ``columns`` are pairs of name and Chinese title; ``rows`` hold lexical values by column name, None where absent,
    with the source in ``document`` and ``line``. ``not_understood`` are the words that stopped it; ``examples`` are
    questions that work, those nearest first. ``others`` ask for another reading of an ambiguous word.
    """

    question: str
    understood: bool
    text: str
    restated: str = ""
    sparql: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    rows: tuple[Row, ...] = ()
    not_understood: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """Hold one reading of a question with what it found."""

    frame: Frame
    compiled: Compiled
    sparql: str
    rows: list[Row]

    @property
    def empty(self) -> bool:
        """Say whether it found nothing: no row, or a count of 0."""
        return not any(row.get("count") != "0" for row in self.rows)


def answer(store: SupportsQuery, question: str, names: Names | None = None) -> Answer:
    """Answer a question; one that is not understood whole is declined, never guessed.

    ``names`` are those of the store, where somebody keeps them.
    """
    texts = messages()["declined"]
    trimmed = question.strip()
    held = names or names_of(store)
    if not trimmed:
        return _declined(question, texts["empty"], held)
    if len(trimmed) > LONGEST:
        return _declined(question[:LONGEST], texts["long"].format(length=len(trimmed), limit=LONGEST), held)
    try:
        frame = _understood(trimmed, held)
        first = _read(store, frame)
    except NotUnderstoodError as error:
        return _declined(question, str(error), held, error.words)
    found = first
    if first.empty:
        others = (_read(store, each) for each in _other_readings(first.frame))
        found = next((each for each in others if not each.empty), first)
    return _told(store, question, found, first)


def _understood(question: str, names: Names) -> Frame:
    """Return what a question asks; one in traditional characters is read in simplified ones where it must be."""
    try:
        return parse(question, names)
    except NotUnderstoodError:
        simplified = _simplifier().convert(question)
        if simplified == question:
            raise
        return parse(simplified, names)


@cache
def _simplifier() -> Any:
    """Return the converter of traditional characters, which only questions need that are not understood without."""
    from opencc import OpenCC

    return OpenCC("t2s")


def _declined(question: str, text: str, names: Names, words: tuple[str, ...] = ()) -> Answer:
    return Answer(question, False, text, not_understood=words, examples=propose(question, names))


def names_of(store: SupportsQuery) -> Names:
    """Return the names of a store, read again when its data version changes."""
    version = getattr(store, "data_version", lambda: "")()
    held = _known.get(store)
    if held is None or held[0] != version or not version:
        held = (version, Names.of(store))
        _known[store] = held
    return held[1]


# ---------------------------------------------------------------- readings


def _other_readings(frame: Frame) -> Iterator[Frame]:
    """Yield what a question may mean as well, where its first reading finds nothing."""
    if frame.counted:
        yield replace(frame, counted="")
    unsized = tuple(each for each in frame.conditions if each.kind != "sized")
    if unsized != frame.conditions:
        yield replace(frame, conditions=unsized)
    if frame.metric and frame.metric.name == "floor":
        yield replace(frame, metric=replace(frame.metric, name="ceiling"), descending=not frame.descending)
    for exact in (True, False):
        by_sense = _by_sense(frame, exact=exact)
        if by_sense != frame:
            yield by_sense


def _first_reading(frame: Frame) -> Frame:
    """Return the narrowest reading: 几条 asks for targets in that unit, if there are any."""
    if not frame.counted:
        return frame
    sized = Condition("sized", text=frame.counted)
    return replace(frame, conditions=(*frame.conditions, sized))


def _by_sense(frame: Frame, *, exact: bool) -> Frame:
    """Return a frame with levels read as the very name of indicators, or as what they measure or are called."""
    conditions = []
    for condition in frame.conditions:
        if condition.kind == "has":
            condition = replace(condition, of=_senses(condition.of, exact))
        conditions.append(condition)
    metric = frame.metric
    if metric:
        metric = replace(metric, of=_senses(metric.of, exact))
    return replace(frame, of=_senses(frame.of, exact), conditions=tuple(conditions), metric=metric)


def _senses(of: Of, exact: bool) -> Of:
    found = []
    for topic in of:
        if topic.levels and not topic.rates_satisfaction:
            senses = () if exact else topic.senses
            topic = Topic(topic.label, (), senses, (topic.label, *topic.texts), exact=exact)
        found.append(topic)
    return tuple(found)


def _read(store: SupportsQuery, frame: Frame) -> Answered:
    """Return what a frame finds."""
    first = _first_reading(frame)
    if first.subject == "rule":
        counted = replace(first, subject="finding", operation="count")
        compiled = compile_frame(counted)
    else:
        compiled = compile_frame(first)
    sparql = with_prefixes(compiled.sparql)
    rows = _rows(store.query(sparql), compiled, first)
    found = Answered(first, compiled, sparql, rows)
    if first != frame and found.empty:
        return _read(store, replace(frame, counted=""))
    return found


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
    if frame.best and compiled.value and rows:
        best: dict[str | None, str | None] = {}  # numbers of different units are not compared
        for row in rows:
            best.setdefault(row.get("unitText"), row[compiled.value])
        rows = [row for row in rows if row[compiled.value] == best[row.get("unitText")]]
    return rows


def _value(term: Any) -> str | None:
    if term is None:
        return None
    text: str = term.value
    kind = getattr(term, "datatype", None)
    if kind is not None and kind.value.endswith("#decimal") and "." in text:
        return text.rstrip("0").rstrip(".")
    return text


# ---------------------------------------------------------------- what is said about it


def _told(store: SupportsQuery, question: str, found: Answered, first: Answered) -> Answer:
    frame, rows = found.frame, found.rows
    if frame.subject == "rule":
        text = tell_rule(frame.extent.rules, rows[0]["count"] or "0" if len(frame.extent.rules) == 1 else "")
        return Answer(question, True, text, restate(frame), found.sparql)
    unknown = _unknown(store, first.frame)
    if frame.subject == "indicator" and frame.operation == "list" and rows:
        counted = _read(store, replace(frame, operation="count", show=(), reasons=False, limit=None)).rows
        left_out = int(counted[0]["withMediumTerm"] or 0) - int(counted[0]["count"] or 0)
    else:
        left_out = 0
    if unknown and frame.group and found is first:
        rows = _with_unknown(rows, unknown, frame)
    instead = first if found is not first and frame.of != first.frame.of else None
    also = _also(store, found) if found is first else None
    notes = Notes(
        unknown=sum(int(row["count"] or 0) for row in unknown),
        unknown_of=_unsure(first.frame),
        instead=instead.frame if instead else None,
        also=also,
        medium_term=left_out,
    )
    text, others = tell(frame, found.compiled.value, rows, notes)
    columns = list(found.compiled.columns)
    if rows and "unprinted" in rows[0]:
        columns.insert(columns.index("count") + 1, "unprinted")
    return Answer(
        question, True, text, restate(frame), found.sparql, titles(columns, rows, frame), tuple(rows), others=others
    )


def _unsure(frame: Frame) -> tuple[Topic, ...]:
    """Return the topics of level 2 in a frame: where none was printed, it is not known what belongs to them."""
    topics = [*frame.of, *(topic for each in frame.conditions for topic in each.of)]
    if frame.metric:
        topics += frame.metric.of
    return tuple(dict.fromkeys(topic for topic in topics if topic.above))


def _unknown(store: SupportsQuery, frame: Frame) -> list[Row]:
    """Return how many things a level 2 that was not printed leaves undecided."""
    unsure = _unsure(frame)
    if not unsure or frame.operation == "share" or frame.subject not in ("project", "department", "indicator"):
        return []
    kept = tuple(
        each for each in frame.conditions if not _unsure(replace(frame, of=(), metric=None, conditions=(each,)))
    )
    of = tuple(topic for topic in frame.of if not topic.above)
    count = replace(
        frame,
        of=of,
        conditions=(*kept, Condition("unknown", of=unsure)),
        operation="count",
        metric=None,
        show=(),
        reasons=False,
        limit=None,
        best=False,
    )
    compiled = compile_frame(count)
    return _rows(store.query(with_prefixes(compiled.sparql)), compiled, count)


def _with_unknown(rows: list[Row], unknown: list[Row], frame: Frame) -> list[Row]:
    """Return the rows of groups with how many were left undecided in each."""
    key = "year" if frame.group == "year" else f"{frame.group}Name"
    counts = {row[key]: row["count"] for row in unknown}
    if not any(key in row for row in rows) or not any(int(count or 0) for count in counts.values()):
        return rows
    return [{**row, "unprinted": counts.get(row[key], "0")} for row in rows]


def _also(store: SupportsQuery, found: Answered) -> tuple[str, int] | None:
    """Return a level's name and how many indicators bear it without standing under it: a second reading."""
    frame = found.frame
    if frame.subject != "indicator" or len(frame.of) != 1 or frame.operation not in ("list", "count") or frame.group:
        return None
    topic = frame.of[0]
    if not topic.levels or topic.texts or topic.concepts or found.empty:
        return None
    named = replace(frame, of=(Topic(topic.label, texts=(topic.label,), titled=True),))
    both = replace(named, of=(*named.of, topic))
    counts = []
    for each in (named, both):
        compiled = compile_frame(replace(each, operation="count", show=(), reasons=False))
        rows = _rows(store.query(with_prefixes(compiled.sparql)), compiled, each)
        counts.append(int(rows[0]["count"] or 0))
    more = counts[0] - counts[1]
    return (topic.label, more) if more else None
