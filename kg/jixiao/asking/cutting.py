"""Cut a question into words that mean something, and say what is left over.

All ways to cut it make a lattice; the way that leaves the fewest characters over is taken, then the one of the fewest
words. What is left over is looked for in the names of the graph, letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise, zip_longest
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
    r"(?:每一?|一)(?P<unit>个?月|亩|件|条|户|平方米|吨|公里|人次|人|台|辆|次|份|座)(?=.{0,8}(?:多少|几))"
)
_ASKED = re.compile(r"(?:有|了)?(?:多少|几)个?(?=(?P<unit>\w{1,4}))")
_LONGEST = 16
_JOINED = 8  # words that may be one name cut short
_LABEL = 5  # characters of a name that is one word, whatever words it is made of
_LEFT = 10  # what a character left over costs, a word costing one
_SMALL = 2  # what a blank, a mark or a phrase of several words costs
_PART = 4  # what a part of a name costs: less than letters left over, more than the words it may consist of
_MATCHED: tuple[tuple[str, Callable[[str, int], Any]], ...] = (
    ("nth", match_nth),
    ("year", match_year),
)
_CHANGE = Meaning("declined", "change")
_NOISE = re.compile(r"[\s\W_]+")
_PLACES = ("department", "region")
_ORGANS = frozenset({"局", "科局", "委办局"})
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


def tokenize(question: str, names: Names) -> list[Token]:
    """Return the words of a question in order."""
    cut = _cheapest(simpler(plain(question)), names)
    return _join_regions(_linked(_together(cut), names), names)


# ---------------------------------------------------------------- the lattice


def _candidates(text: str, start: int, names: Names) -> Iterator[tuple[int, Token]]:
    """Yield what may begin at ``start``, with its cost."""
    for token in _written(text, start, names):
        yield 1, token
    for part, departments in names.departments_in(text, start):
        yield 1, Token(part, "department", departments)
    for end in range(start + 1, len(text) + 1):
        yield from _worded(text[start:end], names)
    for part in names.parts_in(text, start):
        if part not in words() and "的" not in (part[0], part[-1]):
            yield _PART, Token(part, "topic", Topic(part, texts=(part,)))
    for part, meaning in names.cut_names(text, start):
        yield _PART, Token(part, *meaning)


def _worded(part: str, names: Names) -> Iterator[tuple[int, Token]]:
    """Yield the meanings of a whole word: a place, a word of the tables, another name of the graph."""
    known, name = words().get(part), names.meaning(part)
    if name is not None and name[0] in _PLACES:
        yield 1, Token(part, *name)
    elif known is not None and len(part) <= _LONGEST:
        price = _SMALL if known.kind == "phrase" else 1
        if known == _CHANGE:
            price = _PART + 1  # 新增学位 is a name
        yield price, Token(part, known.kind, known.value)
    elif part in _asked_tables():
        yield 1, _asked_tables()[part]
    elif name is not None:
        yield 1, Token(part, *name)
    if len(part) >= _LABEL and part in names.label_set and known is None:
        yield 1, Token(part, "topic", Topic(part, texts=(part,)))


def _written(text: str, start: int, names: Names) -> Iterator[Token]:
    """Yield what begins at ``start`` and is known by how it is written: quotes, ranks, years, numbers, rules."""
    if quoted := _QUOTED.match(text, start):
        inside = words().get(quoted[1], Meaning(""))
        label = names.figures.get(quoted[1]) or (inside.kind == "figure" and inside.value)
        yield Token(quoted.group(), *(("figure", label) if label else ("quoted", quoted[1])))
    if rank := match_rank(text, start):
        yield Token(rank[2], rank[0], rank[1])
    if years := match_years(text, start, names.years):
        yield Token(years[1], "years", years[0])
    yield from _coded(text, start, names)
    for quantity in (match_range(text, start), match_quantity(text, start)):
        if quantity and quantity.text not in words():
            yield Token(quantity.text, "quantity", quantity)
    if due := match_due(text, start):
        monthly = due[0].startswith("月")
        yield Token(due[1], "monthly" if monthly else "due", due[0].removeprefix("月"))
    for kind, match in _MATCHED:
        if found := match(text, start):
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


@cache
def _asked_tables() -> dict[str, Token]:
    """Return 哪些单位, 各部门 and their like: what asks and what is asked for belong together (not 单位满意度)."""
    known = words()
    asking = [(word, each) for word, each in known.items() if each.kind == "ask" or each.value == "group"]
    asking += [(word, Meaning("operation", "group")) for word in data("words")["grouping"]["words"]]
    asked = [(word, each) for word, each in known.items() if each.kind in ("table", "document")]
    found = {}
    for first, asks in asking:
        for second, table in asked:
            if table.value != "evaluation":  # 谁自评分高
                found[first + second] = Token(first + second, "phrase", (asks, table))
    return found


def _cheapest(text: str, names: Names) -> list[Token]:
    best: list[tuple[int, list[Token]]] = [(0, []), *([(1 << 30, [])] * len(text))]
    for start in range(len(text)):
        cost, cut = best[start]
        if _NOISE.fullmatch(text[start]):
            _offer(best, start + 1, cost + _SMALL, [*cut, Token(text[start], "stop")])
        else:
            _offer(best, start + 1, cost + _LEFT, [*cut, Token(text[start], "unknown")])
        for price, token in _candidates(text, start, names):
            _offer(best, start + len(token.text), cost + price, [*cut, token])
    return best[-1][1]


def _offer(best: list[tuple[int, list[Token]]], end: int, cost: int, cut: list[Token]) -> None:
    held, words_held = best[end]
    # Among equals the one whose earlier words are longer (项目支出 + 合计, not 项目 + 支出合计).
    if cost < held or (cost == held and _lengths(cut) > _lengths(words_held)):
        best[end] = (cost, cut)


def _lengths(cut: list[Token]) -> list[int]:
    return [len(token.text) for token in cut]


def _together(cut: list[Token]) -> list[Token]:
    """Keep each run of characters that mean nothing as one word, and write out phrases."""
    found: list[Token] = []
    for token in cut:
        if token.kind == "phrase":
            found += [Token(token.text, each.kind, each.value) for each in token.value]
        elif token.kind == "unknown" and found and found[-1].kind == "unknown":
            found[-1] = Token(found[-1].text + token.text, "unknown")
        else:
            found.append(token)
    return found


# ---------------------------------------------------------------- names


def _linked(cut: list[Token], names: Names) -> list[Token]:
    """Join what is left over with its neighbours where the letters of all stand in one name in their order."""
    found: list[Token] = []
    position = 0
    while position < len(cut):
        end = position
        while end < len(cut) and _joinable(cut[end]):
            end += 1
        run = cut[position:end]
        if any(token.kind == "unknown" for token in run) or _apart(run, names):
            found += _named_run(run, names, cut)
            position = end
        else:
            found.append(cut[position])
            position += 1
    return found


def _joinable(token: Token) -> bool:
    """Say whether a word may be part of a name: topics, bare numbers (110联动), words of money (驻村工作队经费)."""
    if token.kind == "stop":
        return len(token.text) == 1 and not _NOISE.fullmatch(token.text)
    if token.kind == "quantity":
        return bool(token.value.bare)
    return token.kind in _LOOSE or token.means("column", "amount")


def _apart(run: list[Token], names: Names) -> bool:
    """Say whether words that stand together are in no one name together."""
    for before, token in pairwise(run):
        topics = [each.value for each in (before, token) if each.kind == "topic"]
        if len(topics) == 2 and not any(topic.listed for topic in topics):
            texts = [topic.texts[0] for topic in topics]
            if not names.together(texts):
                return True
    return False


def _named_run(run: list[Token], names: Names, cut: list[Token]) -> list[Token]:
    """Return a run of words with the longest part of it that is short for a name of the graph in one word."""
    places = {iri for token in cut if token.kind == "department" for iri in token.value}
    places |= {iri for token in cut if token.kind == "region" for iri in names.departments_at(token.value)}
    apart = [_apart(list(pair), names) for pair in pairwise(run)]
    for length in range(min(len(run), _JOINED), 0, -1):
        for start in range(len(run) - length + 1):
            part = run[start : start + length]
            text = "".join(token.text for token in part)
            strange = any(token.kind == "unknown" for token in part) or any(apart[start : start + length - 1])
            if not strange or part[0].kind == "stop":
                continue
            meaning = names.short_for(text, places)
            if meaning is None:
                continue
            token = Token(text, *meaning)
            if meaning[0] == "topic":
                token = Token(text, "topic", Topic(text, texts=meaning[1], exact=True))
            return [*run[:start], token, *_named_run(run[start + length :], names, cut)]
    return run


def _join_regions(cut: list[Token], names: Names) -> list[Token]:
    """Let a region before one that lies in it be the narrower one."""
    found: list[Token] = []
    for token in cut:
        before = found[-1] if found else Token("", "stop")
        if before.kind == "region" and token.kind == "region":
            inside = [each for each in token.value if any(each.lies_in(outer) for outer in before.value)]
            if inside:
                found[-1] = Token(before.text + token.text, "region", tuple(inside))
                continue
        if before.kind == "region" and token.kind in _LOOSE:
            departments = names.departments_of(before.value, token.text)
            if departments:
                found[-1] = Token(before.text + token.text, "department", departments)
                continue
        # 公安局 of an office the graph does not have is no topic 公安 with a word for departments.
        if before.kind == "topic" and token.kind == "table" and token.text in _ORGANS:
            found[-1] = Token(before.text + token.text, "unknown")
            continue
        found.append(token)
    return found


def without_verbs(cut: list[Token]) -> list[Token]:
    """Leave out a lone character before what asks how many: 抽多少批次, 租几个 : the unit tells."""
    found = []
    for token, after in zip_longest(cut, cut[1:], fillvalue=Token("", "stop")):
        verb = token.kind == "unknown" and len(token.text) == 1
        if not (verb and after.kind == "many"):
            found.append(token)
    return found


def without_stops(cut: list[Token]) -> list[Token]:
    """Leave out the words that carry nothing, remembered in the next word's ``before``, and mark what is asked for."""
    found: list[Token] = []
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
            small = ""
            asked = each = False
    return found
