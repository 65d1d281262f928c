"""Cut a question into words that mean something, and say what is left over.

All ways to cut it make a lattice; the way that leaves the fewest characters over is taken, then the one of the fewest
words. What is left over is looked for in the names of the graph, letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from jixiao.asking.names import Names
from jixiao.asking.quantities import (
    match_due,
    match_nth,
    match_quantity,
    match_range,
    match_rank,
    match_year,
    match_years,
)
from jixiao.asking.vocabulary import Meaning, Topic, data, plain, simpler, words

_QUOTED = re.compile(r'["《]([^"《》]{1,60})["》]')
_RULE = re.compile(r"r\d{3}(?!\d)")
_CODE = re.compile(r"\d{6,30}(?![\d.,%元万亿年个])")
_EACH = re.compile(
    r"(?:每一?|一)(?P<unit>个?月|亩|件|条|户|平方米|吨|公里|人次|人|台|辆|次|份|座|套|枚|盏|株|名|斤)(?=.{0,8}(?:多少|几))"
)
_ASKED = re.compile(r"(?:有|了)?(?:多少|几)个?(?=(?P<unit>\w{1,4}))")
_OVER = re.compile(r"[过超](?=\d|百分之|[一二三四五六七八九十]+[成万千百分个])")
_LONGEST = 16
_JOINED = 8  # words that may be one name cut short
_LABEL = 5  # characters of a name that is one word, whatever words it is made of
_LEFT = 10  # what a character left over costs, a word costing one
_SMALL = 2  # what a blank, a mark or a phrase of several words costs
_PART = 4  # what a part of a name costs: less than letters left over, more than the words it may consist of
_CHANGE = Meaning("declined", "change")
_NOISE = re.compile(r"[\s\W_]+")
_PLACES = ("department", "region")
_THINGS = ("项目", "指标", "部门", "单位")
_LOOSE = ("unknown", "topic", "degree")


@dataclass(frozen=True, slots=True)
class Token:
    """Hold a word of a question: its text, the kind of its meaning and the value; ``unknown`` has none.

    ``before`` is what stands between it and the word before: little words that carry no condition. ``asked`` says that
    a word that asks stands before it (哪些), ``each`` one that asks for each (各).
    """

    text: str
    kind: str
    value: Any = None
    before: str = ""
    asked: bool = False
    each: bool = False

    def means(self, kind: str, *values: Any) -> bool:
        """Say whether this is the meaning; without values, whether it is of the kind."""
        return self.kind == kind and (not values or self.value in values)


Tokens = list[Token]
_NONE = Token("", "stop")


def tokenize(question: str, names: Names) -> Tokens:
    """Return the words of a question in order."""
    cut = _together(_cheapest(simpler(plain(question)), names))
    return _narrowed(_linked(cut, names))


# ---------------------------------------------------------------- the lattice


def _candidates(text: str, start: int, names: Names) -> Iterator[tuple[int, Token]]:
    """Yield what may begin at ``start``, with its cost."""
    for token in _written(text, start, names):
        yield 1, token
    for end in range(start + 1, len(text) + 1):
        yield from _worded(text[start:end], names)
    for part in names.parts_in(text, start):
        counted = part.endswith(_THINGS) and part not in names.labels  # 灾后重建项目 are projects
        if part not in words() and "的" not in (part[0], part[-1]) and not counted:
            yield _PART, Token(part, "topic", Topic(part, texts=(part,)))
    for part, meaning in names.places_in(text, start):
        yield _PART, Token(part, *meaning)


def _worded(part: str, names: Names) -> Iterator[tuple[int, Token]]:
    """Yield the meanings of a whole word: a place, a word of the tables, another name of the graph."""
    known, name = words().get(part), names.meaning(part)
    if name is not None and (name[0] in _PLACES or known is None):
        yield 1, Token(part, *name)
    elif known == _CHANGE:
        yield _PART + 1, Token(part, known.kind, known.value)  # 新增学位 is a name
    elif known is not None and len(part) <= _LONGEST:
        yield _SMALL if known.kind == "phrase" else 1, Token(part, known.kind, known.value)
    elif part in _asked_tables():
        yield 1, _asked_tables()[part]
    if len(part) >= _LABEL and part in names.labels and known is None:
        yield 1, Token(part, "topic", Topic(part, texts=(part,)))


_MATCHED: tuple[tuple[str, Callable[[str, int], Any]], ...] = (
    ("nth", match_nth),
    ("year", match_year),
    ("years", match_years),
)


def _written(text: str, start: int, names: Names) -> Iterator[Token]:
    """Yield what begins at ``start`` and is known by how it is written: quotes, ranks, years, numbers, rules."""
    if quoted := _QUOTED.match(text, start):
        inside = words().get(quoted[1], Meaning(""))
        label = names.figures.get(quoted[1]) or (inside.kind == "figure" and inside.value)
        yield Token(quoted.group(), *(("figure", label) if label else ("quoted", quoted[1])))
    for match in (match_rank, match_due):
        if ranked := match(text, start):
            yield Token(ranked[2], ranked[0], ranked[1])
    yield from _coded(text, start, names)
    for quantity in (match_range(text, start), match_quantity(text, start)):
        if quantity and quantity.text not in words():
            yield Token(quantity.text, "quantity", quantity)
    for kind, match_one in _MATCHED:
        if found := match_one(text, start):
            yield Token(found[1], kind, found[0])


def _coded(text: str, start: int, names: Names) -> Iterator[Token]:
    """Yield project codes, rules, what one costs (每亩), and units of the graph that are asked for (多少座)."""
    if (asked := _ASKED.match(text, start)) and (unit := names.unit_in(asked["unit"])):
        yield Token(asked.group() + unit, "many", unit)
    if (code := _CODE.match(text, start)) and names.codes.get(code.group()):
        yield Token(code.group(), "project", names.codes[code.group()])
    if each := _EACH.match(text, start):
        yield Token(each.group(), "one", each["unit"].removeprefix("个"))
    if rule := _RULE.match(text, start):
        yield Token(rule.group(), "rule", rule.group().upper())
    if over := _OVER.match(text, start):
        yield Token(over.group(), "comparator", ">")


@cache
def _asked_tables() -> dict[str, Token]:
    """Return 哪些单位, 各部门 and their like: what asks and what is asked for belong together (not 单位满意度)."""
    known = words()
    asking = [(word, each) for word, each in known.items() if each.kind == "ask" or each.value == "group"]
    asking += [(word, Meaning("operation", "group")) for word in data("words")["grouping"]["words"]]
    found = {}
    for second, table in known.items():
        if table.kind in ("table", "document") and table.value != "evaluation":  # 谁自评分高
            found.update({first + second: Token(first + second, "phrase", (asks, table)) for first, asks in asking})
    return found


def _cheapest(text: str, names: Names) -> Tokens:
    best: list[tuple[int, list[Token]]] = [(0, []), *([(1 << 30, [])] * len(text))]
    for start, character in enumerate(text):
        cost, cut = best[start]
        if _NOISE.fullmatch(character):
            _offer(best, start + 1, cost + _SMALL, [*cut, Token(character, "stop")])
        else:
            _offer(best, start + 1, cost + _LEFT, [*cut, Token(character, "unknown")])
        for price, token in _candidates(text, start, names):
            _offer(best, start + len(token.text), cost + price, [*cut, token])
    return best[-1][1]


def _offer(best: list[tuple[int, list[Token]]], end: int, cost: int, cut: Tokens) -> None:
    held, words_held = best[end]
    # Among equals the one whose earlier words are longer (项目支出 + 合计, not 项目 + 支出合计).
    if cost < held or (cost == held and _lengths(cut) > _lengths(words_held)):
        best[end] = (cost, cut)


def _lengths(cut: Tokens) -> list[int]:
    return [len(token.text) for token in cut]


def _together(cut: Tokens) -> Tokens:
    """Keep each run of characters that mean nothing as one word, and write out phrases."""
    found: Tokens = []
    for token in cut:
        if token.kind == "phrase":
            found += [Token(token.text, each.kind, each.value) for each in token.value]
        elif token.kind == "unknown" and found and found[-1].kind == "unknown":
            found[-1] = Token(found[-1].text + token.text, "unknown")
        else:
            found.append(token)
    return found


# ---------------------------------------------------------------- names


def _linked(cut: Tokens, names: Names) -> Tokens:
    """Join what is left over with its neighbours where the letters of all stand in one name in their order."""
    regions = [each.value for token in cut if token.kind == "region" for each in token.value]
    places = names.departments_of_places(regions)
    places |= {iri for token in cut if token.kind == "department" for iri in token.value}
    found: Tokens = []
    position = 0
    while position < len(cut):
        joined = _joined(cut, position, names, places)
        found.append(joined[0])
        position += joined[1]
    return found


def _joined(cut: Tokens, start: int, names: Names, places: set[str]) -> tuple[Token, int]:
    """Return the longest run of words from ``start`` on that is short for a name as one word, with their number."""
    end = start
    while end < len(cut) and end < start + _JOINED and _joinable(cut[end]):
        end += 1
    for last in range(end, start, -1):
        run = cut[start:last]
        strange = any(token.kind == "unknown" for token in run) or (len(run) > 1 and _are_parts(run))
        text = "".join(token.text for token in run)
        meaning = names.short_for(text, places) if strange and run[0].kind != "stop" else None
        if meaning is not None and meaning[0] == "topic":
            return Token(text, "topic", Topic(text, texts=meaning[1], exact=True)), len(run)
        if meaning is not None:
            return Token(text, *meaning), len(run)
    return cut[start], 1


def _are_parts(run: Tokens) -> bool:
    """Say whether words are only known as parts of names."""
    return all(token.kind == "topic" and not token.value.listed for token in run)


def _joinable(token: Token) -> bool:
    """Say whether a word may be part of a name: topics, bare numbers (110联动), words of money (驻村工作队经费)."""
    if token.kind == "stop":
        return len(token.text) == 1 and not _NOISE.fullmatch(token.text)
    if token.kind == "quantity":
        return bool(token.value.bare)
    return token.kind in _LOOSE or token.means("column", "amount")


def _narrowed(cut: Tokens) -> Tokens:
    """Let a region before one that lies in it be the narrower one."""
    found: Tokens = []
    for token in cut:
        before = found[-1] if found else _NONE
        inside: tuple[Any, ...] = ()
        if before.kind == token.kind == "region":
            inside = tuple(each for each in token.value if any(each.lies_in(outer) for outer in before.value))
        if inside:
            found[-1] = Token(before.text + token.text, "region", inside)
        else:
            found.append(token)
    return found


def without_verbs(cut: Tokens) -> Tokens:
    """Leave out a lone character before what asks how many of what is named: 抽多少批次, 租了几个: the unit tells."""
    if not any(token.kind in ("topic", "project") for token in cut):
        return cut
    found: Tokens = []
    for place, token in enumerate(cut):
        after = next((each for each in cut[place + 1 :] if each.kind != "stop"), _NONE)
        if not (token.kind == "unknown" and len(token.text) == 1 and after.kind == "many"):
            found.append(token)
    return found


def without_stops(cut: Tokens) -> Tokens:
    """Leave out the words that carry nothing, remembered in the next word's ``before``, and mark what is asked for."""
    found: Tokens = []
    small = ""
    asked = each = False
    for place, token in enumerate(cut):
        rest = cut[place + 1 :]
        ends = not rest or bool(_NOISE.fullmatch(rest[0].text))
        if token.text == "数" and found and found[-1].kind in ("topic", "table") and ends:
            found.append(Token("数", "many", "数"))  # 每个部门的产出指标数
        elif token.kind == "stop":
            small += token.text
        elif token.kind == "ask" and found and ends:
            found[-1] = replace(found[-1], asked=True)  # 指标有哪些，某区的
        elif token.kind == "ask":
            asked = True
        elif token.means("operation", "group"):
            each = True
        else:
            found.append(replace(token, before=small, asked=asked, each=each))
            small, asked, each = "", False, False
    return found
