"""Read sums of money that sentences and headings state: 安排资金36万元, 全年预算数86万元，全年执行数84万元."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from jixiao.grid.words import label_word
from jixiao.model import FundLine, Goal, Paragraph, Source
from jixiao.text.names import join_wraps
from jixiao.values.amounts import parse_money

_SUM = re.compile(r"(?P<label>[^，,。；;：:、\d（()）]*?)[:：]?(?P<sum>[\d,]+(?:\.\d+)?\s*[亿万千]*元)(?!/)")
_GOAL = re.compile(
    r"(?:^|[。；])(?:[(（]?[一二三四五六七八九十\d]{1,2}[)）、.．])?(?P<label>[^：:，。]{0,10}目标)\s*[:：](?P<text>[^：:]{6,})$"
)


_GOAL_HEAD = re.compile(
    r"(?:[(（]?[一二三四五六七八九十\d]{1,2}[)）、.．])?(?:项目|年度)?(?:总体|年度|绩效)目标[。：:]?"
)


def goals_in_lines(lines: Sequence[Paragraph]) -> list[Goal]:
    """Return the goals that lines around a form state (总体目标：…)."""
    goals = []
    headed = False
    for line in lines:
        text = join_wraps(line.text)
        found = _GOAL.search(text)
        if found or (headed and text.endswith("。")):
            source = Source(None, line.place.line, line.text, line.place.page, line.place.where)
            goals.append(Goal(found["text"].strip() if found else text, source))
        headed = _GOAL_HEAD.fullmatch(text) is not None
    return goals


def money_in_lines(lines: Sequence[Paragraph]) -> Iterator[FundLine]:
    """Yield the budget that the lines above a form state, with what was executed of it where they say so."""
    phases: dict[str, FundLine] = {}
    for line in lines:
        for label, text in sums_of(line.text):
            word = label_word(label)
            phase = "executed" if word.of("executed") >= 2.0 else "amount"
            if phase == "amount" and word.of("money") < 1.5 and label:
                continue
            source = Source(None, line.place.line, line.text, line.place.page, line.place.where)
            phases.setdefault(phase, FundLine("total", label or "资金", source, amount=parse_money(text)))
    if "executed" in phases:
        budget = phases.get("amount")
        executed = phases["executed"]
        yield FundLine(
            "total",
            budget.label if budget else executed.label,
            executed.source,
            adjusted=budget.amount if budget else None,
            executed=executed.amount,
        )
    elif "amount" in phases:
        yield phases["amount"]


def sums_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield (words before, sum) of the sums of money a text states."""
    for found in _SUM.finditer(join_wraps(text)):
        yield found["label"][-16:], found["sum"]
