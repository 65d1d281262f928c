"""Hold two numbers against each other: a question that names two is cut into two questions for one number each.

What only one side says (place, year, thing, column) holds for the other, too; where one side is said, the other is all
there is (a share), what was reached (against what was aimed at), or the least (against the most).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from jixiao.asking.building import moved
from jixiao.asking.cutting import Token, Tokens, said, texts_of, tokenize, without_stops
from jixiao.asking.frames import Column, Frame, NotUnderstoodError
from jixiao.asking.looking import look_up
from jixiao.asking.names import Names
from jixiao.asking.parsing import parse
from jixiao.asking.patterns import column_of
from jixiao.asking.printed import read_printed

_SCOPES = ("region/department", "year")
_NAMED = "topic/project"
_NUMBERS = "column/figure/many"
_RESTRICTING = f"region/department/year/table/{_NUMBERS}"
_RELATING = "operation:difference|times/link:than|of|share"
_UNSAID = "operation/degree/how_many/test/link:than|of|share"
_JOINERS = ("和", "与", "跟", "在", "是")
_ADDING = ("加", "加上")
_ALL = ("全部", "所有", "全体")
_ASKED = re.compile("(?:多少|几).*")
Reader = Callable[[str, Names], list[Frame]]
_READERS: tuple[Reader, ...] = (read_printed, look_up, parse)


def read_pair(question: str, names: Names) -> list[Frame]:
    """Return the frames of two numbers that are held against each other, none where a question names no two."""
    tokens = without_stops(tokenize(question, names))
    relation = _relation_of(tokens)
    place = _boundary(tokens, relation)
    if not relation or (relation == "sum" and not place):
        return []
    sides = _sides(tokens, place, relation)
    if len(sides) == 1 and said(tokens, "project"):
        raise NotUnderstoodError("compare")
    text = _asked(tokens, relation)
    found: list[Frame] = []
    for read in _READERS[: 2 if relation == "sum" else 3]:
        try:
            numbers = [_number(read, side, text, names) for side in sides]
            if "花" in "".join(texts_of(said(tokens, "operation:difference"))):
                spent = [_spent(number) for number in numbers]  # 多花了多少: a budget is told where nothing else is
                found += [_held(*_both(spent), relation)] * (spent != numbers)
            found.append(_held(*_both(numbers), relation))
        except NotUnderstoodError:
            continue
    return found


def _asked(tokens: Tokens, relation: str) -> str:
    """Return the words that ask for a number, as both sides end with them; nothing where they have their own."""
    asked = _ASKED.search("".join(texts_of(said(tokens, _RELATING))))
    if asked and relation == "difference":
        return asked.group()
    if any(map(_ASKED.search, texts_of(_bare(tokens)))):
        return ""
    return "多少钱" if relation == "sum" else "多少"


def _relation_of(tokens: Tokens) -> str:
    """Return how one number is held against another, if that is asked."""
    for value in ("difference", "times"):
        if said(tokens, f"operation:{value}"):
            return value
    if said(tokens, "link:of") or (said(tokens, "link:share") and not said(tokens, "operation:highest|lowest")):
        return "share"
    return "sum" if said(tokens, "operation:sum|whole") else ""


def _boundary(tokens: Tokens, relation: str) -> int:
    """Return where the words begin that something is held against, 0 where they are not said."""
    linked, joined = [], []
    for place, token in enumerate(tokens):
        beside = token.kind == tokens[place - 1].kind and token.means("region/project")
        if token.means("link:than|of") or token.text in _ADDING:
            linked.append(place)
        elif place and (beside or token.before.strip(",").startswith(_JOINERS)):
            joined.append(place)
    found = linked + joined if relation == "share" else joined + linked
    return next(iter(found), 0)


def _sides(tokens: Tokens, place: int, relation: str) -> list[Tokens]:
    """Return the words of both numbers; of one where the other is not said."""
    first, second = (_bare(each) for each in (tokens[:place], tokens[place:]))
    plain = said(first or second, _RESTRICTING) == (first or second)
    if not first and relation != "share":
        return [second]
    if not first:
        return [second, said(second, f"table/{_NUMBERS}" if plain else _RESTRICTING)]
    everything = any(token.before.startswith(_ALL) for token in second)
    named = _NAMED if relation != "share" else ""
    scopes = () if plain and everything else _SCOPES
    return [_completed(first, second, (*_SCOPES, named)), _completed(second, first, (*scopes, named))]


def _bare(tokens: Tokens) -> Tokens:
    """Return words without those that say how they are held against others."""
    return [token for token in tokens if not (token.means(_UNSAID) or token.text in _ADDING)]


def _completed(mine: Tokens, its: Tokens, shared: Iterable[str]) -> Tokens:
    """Return the words of a side with those of kinds that only the other side has."""
    before = [token for words in shared if not said(mine, words) for token in said(its, words)]
    after: Tokens = []
    if not said(mine, f"{_NAMED}/table/figure"):
        after += said(its, "table")
    if not said(mine, _NUMBERS):
        after += said(its, _NUMBERS)
    if said(after, "column:target"):
        after = [Token("实际", "column", "actual")]  # 比目标多几个
    if said(its, "column:amount"):
        spent = Token("执行数", "column", "executed")  # 预算和实际差多少
        mine = [spent if token.means("column:actual|rate") else token for token in mine]
    return [*before, *mine, *after]


def _number(read: Reader, tokens: Tokens, asked: str, names: Names) -> Frame:
    """Return the frame of the one number that some words ask for."""
    frames = read("".join(texts_of(tokens)) + asked, names)
    if not frames:
        raise NotUnderstoodError("compare")
    number = single(frames[0])
    if said(tokens, "column:actual"):
        return replace(number, measure=Column("actual"))
    return number


def _spent(number: Frame) -> Frame:
    return replace(number, measure=Column("executed")) if number.measure == Column("amount") else number


def _both(numbers: list[Frame]) -> tuple[Frame, Frame]:
    """Return two numbers: what was aimed at and reached, or the most and the least of several, where one is said."""
    if len(numbers) > 1:
        return numbers[0], numbers[1]
    (number,) = numbers
    if number.table == "indicator":
        return number, replace(number, measure=Column("actual"))
    return replace(number, fold="max"), replace(number, fold="min")


def _held(first: Frame, second: Frame, relation: str) -> Frame:
    """Return one number held against another of the same kind."""
    if first.table == second.table and "count" in (first.fold, second.fold):
        second = replace(second, fold=first.fold, measure=first.measure)
    mixed = first.table != second.table and "indicator" in (first.table, second.table)
    if mixed or first == second:
        raise NotUnderstoodError("compare")
    return replace(first, relation=relation, other=second)


def single(frame: Frame) -> Frame:
    """Return the frame of one number for all rows of another."""
    table, fold, column = frame.table, frame.fold, frame.measure
    if frame.order:
        fold = "min" if frame.order == "up" else "max"
    elif not fold:
        shown = [each for each in frame.show if each.name not in ("actual", "reason")]
        column = next(reversed(shown), None)
    topics = [topic for topic in frame.topics if not topic.levels]
    if column is None and topics:
        column = Column("target")
    if column is None and frame.of("named", "project"):
        column = Column("amount")
    if column is None:
        return Frame(table, frame.filters, either=frame.either, fold="count")
    if column.name == "spending":
        column, table = Column("amount"), "project"
    if not fold:
        fold = "average" if "averaged" in column_of(column.name) else "sum"
    if table in ("department", "figure"):
        fold = "only"
    return Frame(table, moved(frame, table).filters, either=frame.either, fold=fold, measure=column)
