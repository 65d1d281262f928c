"""Look at the words of a clause that the grammar has no span for."""

from __future__ import annotations

import re
from functools import cache

from jixiao.prose.sentences import without_ordinal
from jixiao.prose.terminology import terminology
from jixiao.prose.tokens import Span, find_spans
from jixiao.text.vocabulary import alternatives

_CLAUSE = re.compile(r"(?:（[^（）]*）|[^，。；：、:;！？])*+$")
_OPENERS = re.compile(
    r"^(?:[一二三四五六七八九十]是|其中|其他为|主要(?:是|为)|另外?|新增|包括|安排|投入|拨付|用于)+[：:]?"
)
_AMOUNT = re.compile(r"\d(?:\.\d+)?(?:亿|万|千)?元|%")
_SUBSTANCE = 3
_LONGEST = 150


def clause_before(text: str, position: int) -> str:
    """Return the clause that ends at a position, at most its last 150 characters; marks in brackets do not end it."""
    found = _CLAUSE.search(text[max(position - _LONGEST, 0) : position])
    return found.group() if found else ""


def item_before(text: str, position: int) -> str | None:
    """Return the phrase before a position as a name (巡河服装 of ``新增巡河服装 37.2万元``), None for none."""
    clause = clause_before(text, position)
    figures = list(_AMOUNT.finditer(clause))
    clause = without_ordinal(clause[figures[-1].end() if figures else 0 :])
    clause = _OPENERS.sub("", clause)
    for span in reversed(find_spans(clause)):
        if span.kind in ("year", "base") and span.start == 0:
            clause = clause[span.end :]
        elif span.word in ("increase", "decrease"):
            clause = max(clause[: span.start], clause[span.end :], key=len)
    clause = re.sub(r"(?:支出)?(?:预算数?)?(?:安排|为|共计?|合计|各|均|约)*$", "", clause).strip("（ ")
    return clause or None


def item_beside(text: str, figure: Span) -> str | None:
    """Return the name beside a figure: before it, or after it where only its use follows (0.5亿元用于公路建设)."""
    if name := item_before(text, figure.start):
        return name
    use = re.match(r"(?:用于|投入|支持)([^，。；、]{2,40})", text[figure.end :])
    if use:
        return use.group(1)
    return None


def has_substance(text: str, name: Span | None, figure: Span) -> bool:
    """Tell whether words between a name (or the start of the clause) and a figure say that it is about more.

    ``基本支出年初预算为 5 万元`` is about 基本支出; ``基本支出增资晋级晋档 5 万元`` is not.
    """
    clause = clause_before(text, figure.start)
    start = figure.start - len(clause)
    rest = text[max(start, name.end) if name else start : figure.start]
    for span in reversed(find_spans(rest)):
        if span.kind in ("role", "phase", "year", "base", "figure"):
            rest = rest[: span.start] + rest[span.end :]
    rest = _fillers().sub("", without_ordinal(rest))
    substance = len(re.findall(r"[\u3400-\u9fff]", rest))
    return substance >= _SUBSTANCE or (name is None and substance == _SUBSTANCE - 1)


def in_brackets(text: str, span: Span) -> bool:
    """Tell whether a span stands inside brackets that open before it."""
    before = text[: span.start]
    return before.count("（") > before.count("）")


def limited(text: str, figure: Span) -> bool:
    """Tell whether a figure is a limit (不超过 50万元, 单价 50 万元以上) and no fact."""
    words = terminology()
    after = re.sub(r"^及[\d.,]+(?:亿|万|千)?元", "", text[figure.end :])
    return text[: figure.start].endswith(words.limits_before) or after.startswith(words.limits_after)


@cache
def _fillers() -> re.Pattern[str]:
    return re.compile(alternatives(terminology().fillers))
