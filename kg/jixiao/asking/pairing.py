"""Hold two numbers against each other: a question that names two is cut into two questions for one number each.

What only one side says (place, year, thing, column) holds for the other, too; where one side is said, the other is all
there is (a share), what was reached (against what was aimed at), or the least (against the most).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from jixiao.asking.building import moved
from jixiao.asking.cutting import Token, Tokens, tokenize, without_stops
from jixiao.asking.frames import Column, Frame, NotUnderstoodError
from jixiao.asking.looking import look_up
from jixiao.asking.names import Names
from jixiao.asking.parsing import parse
from jixiao.asking.patterns import column_of
from jixiao.asking.printed import read_printed

_SCOPES = (("region", "department"), ("year",))
_NAMED = ("topic", "project")
_NUMBERS = ("column", "figure", "many")
_TABLES = ("table",)
_PLAIN = ("region", "department", "year", "table", "how_many", *_NUMBERS)
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
    if not relation or _any(tokens, ("declined",)) or (relation == "sum" and not place):
        return []
    if _any(tokens, ("top", "bottom")):
        raise NotUnderstoodError("share")
    sides = _sides(tokens, place, relation)
    unknown = tuple(token.text for token in tokens if token.kind == "unknown")
    if len(sides) == 1 and (unknown or _any(tokens, ("project",))):
        raise NotUnderstoodError("words", unknown)
    text = _asked(tokens, relation)
    found, refused = [], NotUnderstoodError("compare")
    for read in _READERS[: 2 if relation == "sum" else 3]:
        try:
            numbers = [_number(read, side, text, names) for side in sides]
            if any("花" in token.text and token.means("operation", "difference") for token in tokens):
                spent = [_spent(number) for number in numbers]  # 多花了多少: a budget is told where nothing else is
                found += [_held(*_both(spent), relation)] * (spent != numbers)
            found.append(_held(*_both(numbers), relation))
        except NotUnderstoodError as error:
            refused = error
    if not found and relation != "sum":
        raise refused
    return found


def _asked(tokens: Tokens, relation: str) -> str:
    """Return the words that ask for a number, as both sides end with them; nothing where they have their own."""
    asked = _ASKED.search("".join(token.text for token in tokens if _relates(token)))
    if asked and relation == "difference":
        return asked.group()
    if any(_ASKED.search(token.text) for token in _bare(tokens)):
        return ""
    return "多少钱" if relation == "sum" else "多少"


def _relation_of(tokens: Tokens) -> str:
    """Return how one number is held against another, if that is asked."""
    kinds = [f"{token.kind}:{token.value}" for token in tokens if token.kind in ("link", "operation")]
    for value in ("difference", "times"):
        if f"operation:{value}" in kinds:
            return value
    if "link:than" in kinds and _any(tokens, ("degree",)) and _any(tokens[-1:], ("many",)):
        return "difference"
    if "link:of" in kinds or ("link:share" in kinds and not {"operation:highest", "operation:lowest"} & {*kinds}):
        return "share"
    return "sum" if {"operation:sum", "operation:whole"} & {*kinds} else ""


def _boundary(tokens: Tokens, relation: str) -> int:
    """Return where the words begin that something is held against, 0 where they are not said."""
    linked, joined = [], []
    for place, token in enumerate(tokens):
        beside = place and token.kind == tokens[place - 1].kind and token.kind in ("region", "project")
        if token.means("link", "than", "of") or token.text in _ADDING:
            linked.append(place)
        elif place and (beside or token.before.strip(",").startswith(_JOINERS)):
            joined.append(place)
    found = linked + joined if relation == "share" else joined + linked
    return next(iter(found), 0)


def _sides(tokens: Tokens, place: int, relation: str) -> list[Tokens]:
    """Return the words of both numbers; of one where the other is not said."""
    first, second = (_bare(each) for each in (tokens[:place], tokens[place:]))
    restricted = any(token.kind not in _PLAIN for token in first or second)
    if not first:
        kept: tuple[str, ...] = ("table", *_NUMBERS)
        if restricted:
            kept = tuple(kind for kind in _PLAIN if kind != "how_many")
        whole = [token for token in second if token.kind in kept]
        return [second, whole] if relation == "share" else [second]
    everything = relation == "share" and any(token.before.startswith(_ALL) for token in second)
    named = _NAMED if relation != "share" else ()
    scopes = _SCOPES[: 2 * (restricted or not everything)]
    return [_completed(first, second, named, _SCOPES), _completed(second, first, named, scopes)]


def _relates(token: Token) -> bool:
    """Say whether a word says how two numbers are held against each other."""
    return token.means("operation", "difference", "times") or token.means("link", "than", "of", "share")


def _bare(tokens: Tokens) -> Tokens:
    """Return words without those that say how they are held against others."""
    return [
        token
        for token in tokens
        if not (_relates(token) or token.kind in ("degree", "how_many", "test"))
        and not (token.kind == "operation" or token.text in _ADDING)
    ]


def _completed(mine: Tokens, its: Tokens, named: tuple[str, ...], scopes: Iterable[tuple[str, ...]]) -> Tokens:
    """Return the words of a side with those of kinds that only the other side has."""
    before: Tokens = []
    after: Tokens = []
    for kinds in (*scopes, named):
        if not _any(mine, kinds):
            before += [token for token in its if token.kind in kinds]
    if not _any(mine, (*_NAMED, *_TABLES, "figure")):
        after += [token for token in its if token.kind in _TABLES]
    if not _any(mine, _NUMBERS):
        after += [token for token in its if token.kind in _NUMBERS]
    if any(token.means("column", "target") for token in after):
        after = [Token("实际", "column", "actual")]  # 比目标多几个
    if any(token.means("column", "amount") for token in its):
        spent = Token("执行数", "column", "executed")  # 预算和实际差多少
        mine = [spent if token.means("column", "actual", "rate") else token for token in mine]
    return [*before, *mine, *after]


def _any(tokens: Tokens, kinds: tuple[str, ...]) -> bool:
    return any(token.kind in kinds for token in tokens)


def _number(read: Reader, tokens: Tokens, asked: str, names: Names) -> Frame:
    """Return the frame of the one number that some words ask for."""
    unknown = tuple(token.text for token in tokens if token.kind == "unknown")
    frames = [] if unknown and read is parse else read("".join(token.text for token in tokens) + asked, names)
    if not frames:
        raise NotUnderstoodError("words", unknown) if unknown else NotUnderstoodError("compare")
    number = single(frames[0])
    if number.table == "indicator" and any(token.means("column", "actual") for token in tokens):
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
    number = replace(number, measure=number.measure or Column("amount"))
    return replace(number, fold="max"), replace(number, fold="min")


def _held(first: Frame, second: Frame, relation: str) -> Frame:
    """Return one number held against another of the same kind."""
    if first.table == second.table and "count" in (first.fold, second.fold):
        measured = first if second.fold == "count" else second
        first, second = (replace(each, fold=measured.fold, measure=measured.measure) for each in (first, second))
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
        column = next((each for each in reversed(shown) if each.name != "amount" or len(shown) == 1), None)
    topics = [topic for topic in frame.topics if not topic.levels]
    if column is None and fold != "count" and table == "indicator" and topics:
        column = Column("target")
    if column is None and table == "project" and frame.of("named", "project"):
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
