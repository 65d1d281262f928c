"""Cut a question into words that mean something, and say what is left over.

Of all ways to cut it, the one that leaves the fewest characters over is taken, then the one with the fewest words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from jixiao.asking.lexicon import Meaning, Selection, groupings, plain, words
from jixiao.asking.names import Names
from jixiao.asking.quantities import match_quantity, match_range, match_rank, match_year, match_years

_QUOTED = re.compile(r'["《]([^"《》]{1,60})["》]')
_RULE = re.compile(r"r\d{3}(?!\d)")
_LONGEST = 16
_LEFT = 10  # what a character left over costs, a word costing one
_SHORTENED = 4  # what a name cut short costs: less than letters left over, more than the words it may consist of
_NOISE = re.compile(r"[\s\W_]+")
_TOPICAL = frozenset({"selection", "unknown", "topic", "degree"})
_ORGAN = frozenset({"局", "科局", "委办局"})


@dataclass(frozen=True, slots=True)
class Token:
    """Hold a word of a question: its text, the kind of its meaning and the value; ``unknown`` has none.

    ``before`` is what stands between it and the word before: little words that carry no condition.
    """

    text: str
    kind: str
    value: Any = None
    before: str = ""

    def means(self, kind: str, value: Any) -> bool:
        """Say whether this is the meaning."""
        return self.kind == kind and self.value == value


def tokenize(question: str, names: Names) -> list[Token]:
    """Return the words of a question in order."""
    text = plain(question)
    cut = _cheapest(text, names)
    return _join_regions(_together(_merge(cut, names)))


def _candidates(text: str, start: int, names: Names) -> Iterator[Token]:
    if quoted := _QUOTED.match(text, start):
        inside = quoted[1]
        label = names.figures.get(inside) or (words()[inside].value if _figure(inside) else None)
        yield Token(quoted.group(), "figure", label) if label else Token(quoted.group(), "quoted", inside)
    if rank := match_rank(text, start):
        yield Token(rank[2], rank[0], rank[1])
    if years := match_years(text, start, names.years):
        yield Token(years[1], "years", years[0])
    if span := match_range(text, start):
        yield Token(span.text, "quantity", span)
    if year := match_year(text, start):
        yield Token(year[1], "year", year[0])
    if rule := _RULE.match(text, start):
        yield Token(rule.group(), "rule", rule.group().upper())
    if quantity := match_quantity(text, start):
        yield Token(quantity.text, "quantity", quantity)
    for part, departments in names.departments_in(text, start):
        yield Token(part, "department", departments)
    known = words()
    for end in range(start + 1, len(text) + 1):
        part = text[start:end]
        if part in names.department_names:
            yield Token(part, "department", names.department_names[part])
        elif part in names.region_names:
            yield Token(part, "region", names.region_names[part])
        elif part in known and end - start <= _LONGEST:
            yield Token(part, known[part].kind, known[part].value)
        elif (asked := _asked_subject(part)) is not None:
            yield asked
        elif part in names.projects and len(part) > 2:
            yield Token(part, "project", names.projects[part])
        elif part in names.figures:
            yield Token(part, "figure", names.figures[part])
        elif part in names.categories and len(part) > 2:
            yield Token(part, "category", names.categories[part])


def _figure(text: str) -> bool:
    return text in words() and words()[text].kind == "figure"


@cache
def _asked_subjects() -> dict[str, Token]:
    """Return 哪些单位, 各部门 and their like: what asks and what is asked for belong together (not 单位满意度)."""
    known = words()
    asking = [(word, each) for word, each in known.items() if each.kind == "ask" or each.value == "group"]
    asking += [(word, Meaning("operation", "group")) for word in groupings()]
    subjects = [(word, each) for word, each in known.items() if each.kind in ("subject", "document")]
    return {
        first + second: Token(first + second, "asked", (asks, subject))
        for first, asks in asking
        for second, subject in subjects
    }


def _asked_subject(part: str) -> Token | None:
    return _asked_subjects().get(part)


def _cheapest(text: str, names: Names) -> list[Token]:
    best: list[tuple[int, list[Token]]] = [(0, []), *([(1 << 30, [])] * len(text))]
    for start in range(len(text)):
        cost, cut = best[start]
        left = Token(text[start], "stop" if _NOISE.fullmatch(text[start]) else "unknown")
        _offer(best, start + 1, cost + (2 if left.kind == "stop" else _LEFT), [*cut, left])
        for token in _candidates(text, start, names):
            _offer(best, start + len(token.text), cost + (2 if token.kind == "phrase" else 1), [*cut, token])
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
    number = token.kind == "quantity" and token.value.bare
    if token.kind == "stop":
        return len(token.text) == 1 and not _NOISE.fullmatch(token.text)
    return token.kind in _TOPICAL or number or (token.kind == "field" and token.value == "amount")


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
            if len(part) == 1:
                ways.append(((left + len(text) * (part[0].kind == "unknown"), texts, edges), [*found, part[0]]))
            if any(token.kind == "unknown" for token in part) and names.knows(text):
                small = (part[0].kind == "stop") + (part[-1].kind == "stop")
                topic = Token(text, "topic", Selection(text, texts=(text,)))
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


def _join_regions(cut: list[Token]) -> list[Token]:
    """Let a region before one that lies in it be the narrower one."""
    found: list[Token] = []
    for token in cut:
        before = found[-1] if found else None
        if before and before.kind == "region" and token.kind == "region":
            inside = tuple(r for r in token.value if any(o.code and r.code.startswith(o.code) for o in before.value))
            if inside:
                found[-1] = Token(before.text + token.text, "region", inside)
                continue
        # 公安局 of an office the graph does not have is no topic 公安 with a word for departments.
        if before and token.kind == "subject" and token.text in _ORGAN and before.kind in ("selection", "topic"):
            found[-1] = Token(before.text + token.text, "unknown")
            continue
        found.append(token)
    return found


def without_stops(cut: list[Token]) -> list[Token]:
    """Leave out the words that carry nothing, remembered in the next word's ``before``."""
    found: list[Token] = []
    small = ""
    for token in cut:
        if token.kind == "stop":
            small += token.text
        else:
            found.append(replace(token, before=small))
            small = ""
    return found
