"""Answer questions in Chinese from the graph, or decline and say why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from jixiao.asking.behind import rows_behind, with_pages
from jixiao.asking.building import OWNERS
from jixiao.asking.chips import Chip, chips_of
from jixiao.asking.frames import Column, Filter, Frame, NotUnderstoodError, Texts
from jixiao.asking.looking import look_up
from jixiao.asking.names import Names
from jixiao.asking.pairing import read_pair
from jixiao.asking.parsing import parse
from jixiao.asking.patterns import filter_of, has_column
from jixiao.asking.printed import read_printed
from jixiao.asking.proposing import corrected, propose
from jixiao.asking.readings import Found, read, readings_of
from jixiao.asking.restating import restate
from jixiao.asking.telling import Notes, Row, tell, tell_rules, titles
from jixiao.asking.vocabulary import messages
from jixiao.tables import SupportsQuery

_WHETHER = re.compile("吗|有没有|有无|是否|没有|没|不|未|无|缺")
_VALUE = re.compile("多少|多大|多长|多久|什么时候|哪天|何时|几")
_SEVERAL = re.compile("各|每|分别|哪|都|列|全部|所有|指标|和|与|、")
_TOGETHER = re.compile("各|分别|加起来|加在一|合计|一共|总共")
_ADDED = re.compile("加起来|加在一")
_JOINED = re.compile("[和与跟及加、]")
_HOW_MANY = re.compile("(?<!哪)(多少|几)(?P<counted>[个名人条项家份处所件张种笔])?[?？]?$")
_RATED = re.compile("(率|度|比|比例|比重|百分比|效|满意|水平|程度)(?:[(（].*)?$")
_WHOLE = 100  # per cent
_FEW = 3  # names that one value may stand beside
LONGEST = 300  # characters of a question
Way = Callable[[str, Names], list[Frame]]  # a reader of questions
_known: WeakKeyDictionary[Any, tuple[str, Names]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold an answer, or why there is none.

    ``columns`` are pairs of name and Chinese title; ``rows`` hold lexical values by column name, None where absent,
    with the source in ``document`` and ``line``. ``not_understood`` are the words that stopped it; ``examples`` are
    questions that work, those nearest first; ``others`` of these may have been meant, ``chips`` change one part of
    the question, ``behind`` asks for the rows that a number is made of.
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
    chips: tuple[Chip, ...] = ()
    behind: str = ""


def answer(store: SupportsQuery, question: str, names: Names | None = None) -> Answer:
    """Answer a question; one that is not understood whole is declined, never guessed.

    ``names`` are those of the store, where somebody keeps them.
    """
    texts = messages()["declined"]
    held = names or names_of(store)
    trimmed = question.strip()
    if not trimmed:
        return _declined(question, texts["empty"], held)
    if len(trimmed) > LONGEST:
        return _declined(question[:LONGEST], texts["long"].format(length=len(trimmed), limit=LONGEST), held)
    refused = NotUnderstoodError("nothing")
    meant: Texts = ()
    for way, said in _attempts(trimmed):
        try:
            frames = way(said, held)
            if frames:
                found = _answered(store, question, frames)
                behind = found.behind if _reads(_understood, found.behind, held) else ""
                return replace(found, chips=chips_of(said, held), behind=behind)
        except NotUnderstoodError as error:
            meant = meant or error.meant
            refused = error
    return _declined(question, str(refused), held, refused.words, meant)


def _attempts(question: str) -> Iterator[tuple[Way, str]]:
    """Yield how a question may be read, with simplified characters where it is not read as it is written."""
    yield from ((way, question) for way in _ways(question))
    simplified = _simplifier().convert(question)
    if simplified != question:
        yield from ((way, simplified) for way in _ways(simplified))


def _ways(question: str) -> list[Way]:
    """Return how a question may be read, in this order: several values are looked up last."""
    if _SEVERAL.search(question):
        return [read_printed, read_pair, _understood, look_up]
    return [read_printed, read_pair, look_up, _understood]


def _understood(question: str, names: Names) -> list[Frame]:
    """Return what a question may ask; of a list of indicators for a value what was reached, too: it may be either."""
    frames = parse(question, names)
    if not _VALUE.search(question):
        return frames
    return [replace(frame, show=(Column("actual"),)) if frame.lists_indicators else frame for frame in frames]


@cache
def _simplifier() -> Any:
    """Return the converter of traditional characters, which only questions need that are not understood without."""
    from opencc import OpenCC

    return OpenCC("t2s")


def _declined(question: str, text: str, names: Names, words: Texts = (), meant: Texts = ()) -> Answer:
    """Return why there is no answer, with questions that work: first those that may have been meant."""
    examples = propose(question, names)
    slip = corrected(question, names)
    if words and slip and any(_reads(way, slip, names) for way in _ways(slip)):
        meant = (slip,)
    if meant:
        text, examples = text + messages()["declined"]["meant"].format(question=meant[0]), (*meant, *examples)
    return Answer(question, False, text, not_understood=words, examples=examples, others=meant)


def _reads(way: Way, question: str, names: Names) -> bool:
    try:
        return bool(way(question, names))
    except NotUnderstoodError:
        return False


def names_of(store: SupportsQuery) -> Names:
    """Return the names of a store, read again when its data version changes."""
    version = getattr(store, "data_version", lambda: "")()
    held = _known.get(store)
    if held is None or held[0] != version or not version:
        held = (version, Names.of(store))
        _known[store] = held
    return held[1]


# ---------------------------------------------------------------- what is said about it


def _explained(store: SupportsQuery, question: str, frame: Frame) -> Answer:
    """Return what audit rules mean, and how many findings of each there are."""
    counted = read(store, replace(frame, table="finding", fold="count", group="rule"))
    found = {row["rule"]: row["count"] for row in counted.rows}
    rows, text = tell_rules({key: found.get(key) or "0" for each in frame.of("rule") for key in each.labels})
    told = titles(list(rows[0]), rows, frame)
    return Answer(question, True, text, restate(frame), counted.sparql, told, rows)


def _answered(store: SupportsQuery, question: str, frames: list[Frame]) -> Answer:
    """Answer by the first reading that finds something, else say that the first finds nothing."""
    if frames[0].table == "rule" and frames[0].of("rule") and not frames[0].fold:
        return _explained(store, question, frames[0])
    first, found = _tried(store, frames)
    if found.empty:
        _doubt(store, first.frame, whether=bool(_WHETHER.search(question)))
    _refuse(found, question)
    unknown = _unknown(store, first.frame)
    columns, rows = list(found.compiled.columns), found.rows
    counts = found.frame.group and found.frame.fold == "count"
    if counts and any(row["count"] != "0" for row in unknown):
        columns.insert(columns.index("count") + 1, "unprinted")
        rows = _with_unknown(rows, unknown)
    text = tell(found.frame, found.compiled.value, rows, _notes(store, first.frame, found, unknown))
    columns, rows = with_pages(store, columns, rows)
    told = titles(columns, rows, found.frame)
    made_of = rows_behind(found.frame)
    return Answer(question, True, text, restate(found.frame), found.sparql, told, tuple(rows), behind=made_of)


def _notes(store: SupportsQuery, first: Frame, found: Found, unknown: list[Row]) -> Notes:
    undecided = sum(int(row["count"] or 0) for row in unknown)
    return Notes(first, undecided, _left_out(store, found), _unordered(store, found.frame))


def _refuse(found: Found, question: str) -> None:
    """Decline what cannot be what was asked for."""
    if _too_many(found, question):
        raise NotUnderstoodError("many", count=str(len(found.rows)))
    if found.frame.relation == "share" and any(Decimal(row["share"] or 0) > _WHOLE for row in found.rows):
        raise NotUnderstoodError("share")  # a part is no more than the whole: these are not of one kind
    if found.frame.fold == "average" and any(row.get("projects") == "1" for row in found.rows):
        raise NotUnderstoodError("single")  # 某项目人均多少钱 is no mean of projects
    if _is_no_number(found, question) or _mixes(found, question):
        raise NotUnderstoodError("together", tuple(topic.label for topic in found.frame.topics))


def _tried(store: SupportsQuery, frames: list[Frame]) -> tuple[Found, Found]:
    """Return the first reading, and the first that finds something, else the first again."""
    first: Found | None = None
    for each in (reading for frame in frames for reading in readings_of(frame)):
        found = read(store, each)
        first = first or found
        if not found.empty:
            return first, found
    assert first is not None
    return first, first


def _doubt(store: SupportsQuery, frame: Frame, *, whether: bool) -> None:
    """Decline where words were only taken for parts of names that nothing bears, or a value asked for is not there.

    ``whether`` says that the question asks if there is anything: then there is none, unless nothing within what is
    asked has a value in a column that is tested: then none is known.
    """
    texts = tuple(dict.fromkeys(topic.label for topic in frame.all_topics if not topic.listed))
    others = [each for each in frame.tests if not Frame("", (each,)).all_topics]
    if texts and (len(frame.all_topics) + len(others) > 1 or not whether):
        raise NotUnderstoodError("together", texts)
    listed = bool(frame.of("project")) and not whether  # what a project has is taken to be there
    if (frame.show or frame.measure or listed) and not frame.tests:
        raise NotUnderstoodError("nodata")
    scope = tuple(each for each in frame.filters if each.is_scope)
    for each in frame.tests:
        name = each.column.name if each.column else filter_of(each.kind).get("of")
        if name and not each.negated and has_column(name, frame.table):
            known = Frame(frame.table, (*scope, Filter("column", column=Column(name))), fold="count")
            if read(store, known).empty:
                raise NotUnderstoodError("nodata")


def _is_no_number(found: Found, question: str) -> bool:
    """Say whether it is asked how many there are, and what was found is a rate of something, or money."""
    asked = _HOW_MANY.search(question)
    if asked is None or not found.rows or any(_RATED.search(topic.label) for topic in found.frame.topics):
        return False
    targets = [row.get("targetText") or "" for row in found.rows]
    if asked["counted"]:
        return any(set("%元") & set(target) for target in targets)
    return all("%" in target for target in targets)


def _mixes(found: Found, question: str) -> bool:
    """Say whether a sum is one of several units, or several things are asked for together and one was found."""
    frame, rows = found.frame, found.rows
    if frame.table != "indicator" or frame.group or frame.relation:
        return False
    named = [*frame.topics, *frame.of("project")] if _JOINED.search(question) else frame.topics
    several = len(named) > 1 or any("、" in topic.label for topic in frame.topics)
    if frame.fold == "sum":
        return len(rows) > 1
    if not frame.fold and len(rows) > 1:
        return bool(_ADDED.search(question))
    return several and bool(_TOGETHER.search(question))


def _too_many(found: Found, question: str) -> bool:
    """Say whether one value is asked for and many indicators were found: then too little was understood."""
    frame = found.frame
    asked = _VALUE.search(question) and not _SEVERAL.search(question)
    if not asked or frame.table != "indicator" or frame.fold or frame.order:
        return False
    return len({row["indicatorName"] for row in found.rows}) > _FEW


def _left_out(store: SupportsQuery, found: Found) -> int:
    """Return how many indicators a list leaves out because they are for several years."""
    frame = found.frame
    if frame.table != "indicator" or frame.fold or frame.order or frame.of("period") or not found.rows:
        return 0
    counted = read(store, replace(frame, fold="count", measure=None, show=(), limit=None)).rows[0]
    return int(counted["withMediumTerm"] or 0) - int(counted["count"] or 0)


def _unordered(store: SupportsQuery, frame: Frame) -> int:
    """Return how many offices or projects an order passes over: what they are ordered by is not printed of them."""
    if frame.table not in OWNERS or not frame.order or frame.fold or not frame.measure:
        return 0
    lacking = Filter("column", column=frame.measure, negated=True)
    counted = read(store, Frame(frame.table, (*frame.filters, lacking), frame.either, "count")).rows[0]
    return int(counted["count"] or 0)


def _unknown(store: SupportsQuery, frame: Frame) -> list[Row]:
    """Return how many things a level 2 that was not printed leaves undecided."""
    if not frame.unsure or frame.relation or frame.table not in ("project", "department", "indicator"):
        return []
    unsure = [each for each in frame.filters if any(topic.above for topic in Frame("", (each,)).all_topics)]
    kept = [each for each in frame.filters if each not in unsure]
    asked = [Filter("unknown", labels=(topic.label,), topic=topic) for topic in frame.unsure]
    group = frame.group if frame.fold == "count" else ""
    return read(store, Frame(frame.table, (*kept, *asked), fold="count", group=group)).rows


def _with_unknown(rows: list[Row], unknown: list[Row]) -> list[Row]:
    """Return the rows of groups with how many were left undecided in each."""
    counts = {next(iter(row.values())): row["count"] for row in unknown}
    return [{**row, "unprinted": counts.get(next(iter(row.values())), "0")} for row in rows]
