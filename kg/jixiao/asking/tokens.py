"""Cut a question into words that mean something, and say what is left over.

Of all ways to cut it, the one that leaves the fewest characters over is taken, then the one with the fewest words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from jixiao.asking.lexicon import Meaning, Topic, groupings, plain, simpler, words
from jixiao.asking.names import Names
from jixiao.asking.quantities import match_due, match_quantity, match_range, match_rank, match_year, match_years

_QUOTED = re.compile(r'["《]([^"《》]{1,60})["》]')
_RULE = re.compile(r"r\d{3}(?!\d)")
_LONGEST = 16
_LABEL = 5  # characters of an indicator's name that is one word, whatever words it is made of
_LEFT = 10  # what a character left over costs, a word costing one
_SMALL = 2  # what a blank, a mark or a phrase of several words costs
_SHORTENED = 4  # what a name cut short costs: less than letters left over, more than the words it may consist of
_NOISE = re.compile(r"[\s\W_]+")
_TOPICAL = frozenset({"selection", "unknown", "topic", "degree"})
_PLACES = ("department", "region")
_ORGAN = frozenset({"局", "科局", "委办局"})


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
    return _join_regions(_together(_merge(cut, names)), names)


def _candidates(text: str, start: int, names: Names) -> Iterator[Token]:
    yield from _written(text, start, names)
    for part, departments in names.departments_in(text, start):
        yield Token(part, "department", departments)
    known = words()
    for end in range(start + 1, len(text) + 1):
        part = text[start:end]
        name = names.meaning(part)
        if name is not None and name[0] in _PLACES:
            yield Token(part, *name)
        elif part in known and end - start <= _LONGEST:
            yield Token(part, known[part].kind, known[part].value)
        elif part in _asked_subjects():
            yield _asked_subjects()[part]
        elif name is not None:
            yield Token(part, *name)
        if end - start >= _LABEL and part in names.label_set and part not in known:
            yield Token(part, "topic", Topic(part, texts=(part,)))


def _written(text: str, start: int, names: Names) -> Iterator[Token]:
    """Yield what begins at ``start`` and is known by how it is written: quotes, ranks, years, numbers, rules."""
    if quoted := _QUOTED.match(text, start):
        inside = words().get(quoted[1])
        label = names.figures.get(quoted[1])
        if label is None and inside is not None and inside.kind == "figure":
            label = inside.value
        meaning = ("figure", label) if label else ("quoted", quoted[1])
        yield Token(quoted.group(), *meaning)
    if rank := match_rank(text, start):
        yield Token(rank[2], rank[0], rank[1])
    if years := match_years(text, start, names.years):
        yield Token(years[1], "years", years[0])
    if due := match_due(text, start):
        yield Token(due[1], "due", due[0])
    for quantity in (match_range(text, start), match_quantity(text, start)):
        if quantity and quantity.text not in words():
            yield Token(quantity.text, "quantity", quantity)
    if year := match_year(text, start):
        yield Token(year[1], "year", year[0])
    if rule := _RULE.match(text, start):
        yield Token(rule.group(), "rule", rule.group().upper())


@cache
def _asked_subjects() -> dict[str, Token]:
    """Return 哪些单位, 各部门 and their like: what asks and what is asked for belong together (not 单位满意度)."""
    known = words()
    asking = [(word, each) for word, each in known.items() if each.kind == "ask" or each.value == "group"]
    asking += [(word, Meaning("operation", "group")) for word in groupings()]
    subjects = [(word, each) for word, each in known.items() if each.kind in ("subject", "document")]
    subjects = [(word, each) for word, each in subjects if each.value != "evaluation"]  # 谁自评分高
    found = {}
    for first, asks in asking:
        for second, subject in subjects:
            found[first + second] = Token(first + second, "asked", (asks, subject))
    return found


def _cheapest(text: str, names: Names) -> list[Token]:
    best: list[tuple[int, list[Token]]] = [(0, []), *([(1 << 30, [])] * len(text))]
    for start in range(len(text)):
        cost, cut = best[start]
        if _NOISE.fullmatch(text[start]):
            _offer(best, start + 1, cost + _SMALL, [*cut, Token(text[start], "stop")])
        else:
            _offer(best, start + 1, cost + _LEFT, [*cut, Token(text[start], "unknown")])
        for token in _candidates(text, start, names):
            price = _SMALL if token.kind == "phrase" else 1
            _offer(best, start + len(token.text), cost + price, [*cut, token])
        for part, meaning in names.cut_names(text, start):
            _offer(best, start + len(part), cost + _SHORTENED, [*cut, Token(part, *meaning)])
    return best[-1][1]


def _offer(best: list[tuple[int, list[Token]]], end: int, cost: int, cut: list[Token]) -> None:
    held, words_held = best[end]
    # Among equals the one whose earlier words are longer (项目支出 + 合计, not 项目 + 支出合计).
    if cost < held or (cost == held and _lengths(cut) > _lengths(words_held)):
        best[end] = (cost, cut)


def _lengths(cut: list[Token]) -> list[int]:
    return [len(token.text) for token in cut]


def _merge(cut: list[Token], names: Names) -> list[Token]:
    """Join what is left over with its neighbours where together they stand in the graph (110 + 联 + 动 → 110联动)."""
    found: list[Token] = []
    position = 0
    while position < len(cut):
        end = position
        while end < len(cut) and _joinable(cut[end]):
            end += 1
        run = cut[position:end]
        if any(token.kind == "unknown" for token in run):
            found += _known_parts(run, names)
            position = end
        else:
            found.append(cut[position])
            position += 1
    return found


def _joinable(token: Token) -> bool:
    """Say whether a word may be part of a name: topics, bare numbers (110联动), words of money (驻村工作队经费).

    So may single characters that mean nothing by themselves: none may be lost out of the middle of a name.
    """
    if token.kind == "stop":
        return len(token.text) == 1 and not _NOISE.fullmatch(token.text)
    if token.kind == "quantity":
        return bool(token.value.bare)
    return token.kind in _TOPICAL or token.means("field", "amount")


def _known_parts(run: list[Token], names: Names) -> list[Token]:
    """Return a run of words with the texts in it that the graph knows joined; the rest stays as it was.

    Of all ways to join them, the one that leaves the fewest characters, then makes the fewest texts, then lets them
    neither begin nor end with a little word (和 + 网络安全, not 和网 + 络安全).
    """
    best: list[tuple[tuple[int, int, int], list[Token]]] = [((0, 0, 0), [])]
    for end in range(1, len(run) + 1):
        ways = []
        for start in range(end):
            (left, texts, edges), found = best[start]
            part = run[start:end]
            text = "".join(token.text for token in part)
            strange = any(token.kind == "unknown" for token in part)
            if len(part) == 1:
                ways.append(((left + len(text) * strange, texts, edges), [*found, part[0]]))
            if strange and names.knows(text) and "的" not in (text[0], text[-1]):
                small = (part[0].kind == "stop") + (part[-1].kind == "stop")
                topic = Token(text, "topic", Topic(text, texts=(text,)))
                ways.append(((left, texts + 1, edges + small), [*found, topic]))
        best.append(min(ways, key=lambda way: way[0]))
    return best[-1][1]


def _together(cut: list[Token]) -> list[Token]:
    """Keep each run of characters that mean nothing as one word, and write out phrases."""
    found: list[Token] = []
    for token in cut:
        if token.kind in ("phrase", "asked"):
            found += [Token(token.text, each.kind, each.value) for each in token.value]
        elif token.kind == "unknown" and found and found[-1].kind == "unknown":
            found[-1] = Token(found[-1].text + token.text, "unknown")
        else:
            found.append(token)
    return found


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
        if before.kind == "region" and token.kind in ("unknown", *_TOPICAL):
            departments = names.departments_of(before.value, token.text)
            if departments:
                found[-1] = Token(before.text + token.text, "department", departments)
                continue
        # 公安局 of an office the graph does not have is no topic 公安 with a word for departments.
        if before.kind in ("selection", "topic") and token.kind == "subject" and token.text in _ORGAN:
            found[-1] = Token(before.text + token.text, "unknown")
            continue
        found.append(token)
    return found


def _ends(rest: list[Token]) -> bool:
    """Say whether a clause ends before the words that are left."""
    return not rest or bool(_NOISE.fullmatch(rest[0].text))


def without_stops(cut: list[Token]) -> list[Token]:
    """Leave out the words that carry nothing, remembered in the next word's ``before``, and mark what is asked for."""
    found: list[Token] = []
    small = ""
    asked = each = False
    for place, token in enumerate(cut):
        if token.text == "数" and found and found[-1].kind in ("selection", "subject") and _ends(cut[place + 1 :]):
            found.append(Token("数", "field", "count"))  # 每个部门的产出指标数
        elif token.kind == "stop":
            small += token.text
        elif token.kind == "ask" and found and _ends(cut[place + 1 :]):
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
