"""Say how surely two namings are one project, and why.

Code first, then name, then a cut or like name together with equal money; never a name alone where money, document
numbers, years or parts differ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

from jixiao.linking.evidence import Evidence
from jixiao.linking.naming import (
    ProjectName,
    differ_for_certain,
    is_cut,
    is_part,
    likeness,
    same_but_for_frame,
    same_but_for_remark,
)

ACCEPTED = Decimal("0.7")
_CODE_LENGTH = 8
_LIKE_WITH_MONEY = Decimal("0.45")
_LIKE_ALONE = Decimal("0.88")
_LONG_ENOUGH = 6


class Money(Enum):
    """Say what the sums beside two names tell."""

    EQUAL = auto()
    UNKNOWN = auto()
    DIFFERENT = auto()


@dataclass(frozen=True, slots=True)
class Match:
    """Hold how surely two namings are one project (0–1) and the reason in Chinese."""

    score: Decimal
    reason: str


def match_namings(one: Evidence, other: Evidence) -> Match | None:
    """Return how surely two namings are one project, None when they are not."""
    if one.code and other.code and min(len(one.code), len(other.code)) >= _CODE_LENGTH:
        if one.code == other.code:
            return Match(Decimal(1), "项目代码相同")
        return None
    if differ_for_certain(one.name, other.name):
        return None
    money = _money(one, other)
    for relation, reason, scores in _RELATIONS:
        if relation(one.name, other.name):
            return _graded(one, other, Match(scores.get(money, Decimal(0)), reason), money)
    return _by_likeness(one.name, other.name, money)


def _money(one: Evidence, other: Evidence) -> Money:
    """Tell whether the sums beside two names agree; an equal 得分 counts as an equal sum."""
    if one.amounts & other.amounts:
        return Money.EQUAL
    if one.mention.score is not None and one.mention.score == other.mention.score:
        return Money.EQUAL
    if one.amounts and other.amounts:
        return Money.DIFFERENT
    return Money.UNKNOWN


def _graded(one: Evidence, other: Evidence, match: Match, money: Money) -> Match | None:
    if not match.score:
        return None
    if money is Money.UNKNOWN:
        return match
    if money is Money.EQUAL:
        return Match(match.score, f"{match.reason}，金额相同")
    return Match(match.score, f"{match.reason}，但金额不同（{_sum(one)}、{_sum(other)}）")


def _by_likeness(one: ProjectName, other: ProjectName, money: Money) -> Match | None:
    if money is Money.DIFFERENT:
        return None
    like = likeness(one, other)
    if money is Money.EQUAL:
        if like < _LIKE_WITH_MONEY:
            return None
        score = (Decimal("0.6") + Decimal("0.35") * like).quantize(Decimal("0.01"))
        return Match(score, f"名称相近（{like}），金额或得分相同")
    if like >= _LIKE_ALONE and min(len(one.stem), len(other.stem)) >= _LONG_ENOUGH:
        return Match(Decimal("0.75"), f"名称相近（{like}）")
    return None


def _same_name(one: ProjectName, other: ProjectName) -> bool:
    return one.folded == other.folded


def _scores(*printed: str) -> dict[Money, Decimal]:
    return dict(zip(Money, map(Decimal, printed), strict=False))


# How two names can be one: the reason, and how surely with equal, unknown and different sums.
_RELATIONS: tuple[tuple[Callable[[ProjectName, ProjectName], bool], str, dict[Money, Decimal]], ...] = (
    (_same_name, "名称相同", _scores("0.99", "0.95", "0.85")),
    (same_but_for_frame, "仅年度、区划或“项目”等字样有出入", _scores("0.98", "0.93", "0.8")),
    (is_cut, "名称被截断", _scores("0.97", "0.85")),
    (same_but_for_remark, "省略括号内说明", _scores("0.96", "0.85")),
    (is_part, "简称", _scores("0.95", "0.8")),
)


def best_match(hint: Evidence, known: Sequence[Sequence[Evidence]]) -> tuple[int, Match] | None:
    """Return which of the known projects a hint names, None when none does or two do equally well."""
    best: tuple[int, Match] | None = None
    tied = False
    for index, namings in enumerate(known):
        for each in namings:
            match = match_namings(hint, each)
            if match is None or match.score < ACCEPTED:
                continue
            if best is None or match.score > best[1].score:
                best, tied = (index, match), False
            elif match.score == best[1].score and index != best[0]:
                tied = True
    if tied:
        return None
    return best


def _sum(each: Evidence) -> str:
    amount = each.amount
    if amount is not None:
        return f"{(amount / 10000).normalize():f}万元"
    return "—"
