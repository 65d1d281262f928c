"""Settle what is done with the rows a question is about: they are counted, added up, ordered, compared or listed."""

from __future__ import annotations

import re
from dataclasses import replace

from jixiao.asking.building import MONEY, OWNERS, RANKED, Draft, moved
from jixiao.asking.frames import Column, Filter, Frame, NotUnderstoodError
from jixiao.asking.patterns import column_of, label_of

_BEST = frozenset({"highest", "lowest", "strictest", "loosest"})
_UPWARD = frozenset({"lowest", "ascending", "loosest", "loosening"})
_VERSUS = re.compile("更|谁|哪个|.$")
_STRICT = "operation:strictest|loosest|strictening|loosening"
_AVERAGE = "operation:average"
_SUM = "operation:sum|whole"
_WHOLE = "operation:whole"
_SAID = ("reason", "target")  # columns that are shown beside a number, never the number


def operated(frame: Frame, draft: Draft, asked: str) -> Frame:
    """Return a frame with what is done with its rows; ``asked`` is the table that is asked for."""
    if draft.ranks():
        return _ordered(frame, draft, asked)
    if draft.has("operation:compare/link:than"):
        return _compared(frame, draft)
    return _reckoned(_spread(frame, draft), draft)


def _numbers(frame: Frame) -> list[Column]:
    """Return the columns that are shown and may be the number that is asked for."""
    return [each for each in frame.show if each.name not in _SAID]


# ---------------------------------------------------------------- numbers


def folded(frame: Frame, draft: Draft) -> Frame:
    """Return a frame as that for one number: the mean or sum of a column, or how many there are."""
    average = draft.has(_AVERAGE)
    column = _column(frame, draft, average=average)
    if column is None:
        return replace(frame, fold="count", measure=None, show=())
    table, group = frame.table, frame.group
    if column.name == "target":
        table = "indicator"
    elif column.name == "spending":
        table, column = "project", Column("amount")
        if not group and draft.named("department") and not draft.places():
            group = "department"
    elif average and table == "department":
        table = "project"
        if draft.group == "department":
            group = "department"
    known = column_of(column.name)
    if table == "indicator" and table not in known:
        raise NotUnderstoodError("unsupported", (label_of(column),))
    fold = "sum"
    if average or ("averaged" in known and not draft.has(_SUM)):
        fold = "average"
    show = frame.show if len(frame.show) > 1 else ()
    return replace(moved(frame, table), fold=fold, measure=column, group=group, show=show)


def _column(frame: Frame, draft: Draft, *, average: bool) -> Column | None:
    """Return what is averaged or summed: what is named, money, the targets of indicators; none is left to count."""
    named = _numbers(frame)
    if named:  # 执行了多少资金: money says no more than what it is of
        return ([each for each in named if each.name != "amount"] or named)[-1]
    if frame.table == "project" and not draft.counting:
        return Column("amount")
    targets = frame.table == "indicator" or (frame.table in OWNERS and draft.topics)
    if targets and (average or not draft.counting):
        return Column("target")
    if average:
        raise NotUnderstoodError("nothing")
    return None


def _reckoned(frame: Frame, draft: Draft) -> Frame:
    """Return a frame as that for a number where one is asked for, else as a list."""
    summed = draft.has("operation:average|sum")
    if draft.has(_WHOLE) and frame.table == "indicator" and not draft.counting:
        own = {each.name for each in frame.show} - {"reason", "target", "actual"}
        summed = summed or bool(own) or any(topic.is_cost for topic in frame.topics)
    if frame.group in ("level1", "level2"):
        return replace(frame, fold="count")
    if summed or (draft.counting and _countable(frame, draft)):
        return folded(frame, draft)
    if _adds_up(frame, draft):
        return folded(frame, replace(draft, counting=False))
    return frame


def _countable(frame: Frame, draft: Draft) -> bool:
    """Say whether things are counted: not what has a number, nor a topic, whose target is asked for (多少工作人员)."""
    if frame.table != "indicator" or _numbers(frame):
        return not _numbers(frame)
    levels = any(topic.levels for topic in frame.topics)
    return draft.named("indicator") or levels or not frame.topics


def _adds_up(frame: Frame, draft: Draft) -> bool:
    """Say whether money is asked for as a sum: of what is spent on projects, 一共, of each of a group."""
    whole = draft.has(_WHOLE)
    money = [each.name for each in frame.show if each.name in MONEY]
    if frame.table == "project" and whole and not frame.show:
        return True  # 几个项目加起来
    if not money or frame.table not in OWNERS:
        return False
    if money[0] == "spending" and not frame.of("project"):
        return True
    if frame.table == "department":
        return whole and len(draft.places()) > 1
    definite = draft.has("known") or bool(frame.of("category"))  # 三个项目多少钱, not 各多少钱
    return whole or bool(frame.group) or (definite and not draft.has("operation:each"))


def _spread(frame: Frame, draft: Draft) -> Frame:
    """Return a frame with what to do it for each of, where that is said by 各 or 分别 alone."""
    if frame.group == "project" and draft.has(_SUM) and frame.table == "indicator":
        return replace(frame, group="")  # 各项目的总成本加起来
    each = draft.has("operation:each") or any(token.each for token in draft.tables)
    if frame.group or not each:
        return frame
    if len(draft.places()) > 1 and frame.table != "department":
        return replace(frame, group="department" if draft.counting else "")
    group = next((group for group in ("year", "category") if len(frame.values(group)) > 1), "")
    return replace(frame, group=group)


def _compared(frame: Frame, draft: Draft) -> Frame:
    """Return what two or more things are compared by, side by side."""
    for group, kind in (("department", "place"), ("year", "year")):
        if len(frame.values(kind)) > 1:
            return folded(replace(frame, group=group), draft)
    raise NotUnderstoodError("compare")


# ---------------------------------------------------------------- first and last


def _ordered(frame: Frame, draft: Draft, asked: str) -> Frame:
    ranks = set(draft.ranks())
    upward = ranks & _UPWARD or draft.has("degree:<")
    frame = replace(frame, order="up" if upward else "down", best=bool(ranks & _BEST) and frame.limit is None)
    several = len(draft.places()) > 1 and any(_VERSUS.match(token.text) for token in draft.words(RANKED))
    column = _ranked(frame)
    if column is None and (frame.table == "finding" or _counts_most(frame, draft)):
        group = "department" if several or frame.table != "finding" else "rule"  # 查出的问题里最多的是哪种
        return replace(frame, fold="count", group=frame.group or group, show=(), best=frame.best or several)
    if draft.has(_STRICT) or (column is None and draft.topics):
        return _by_targets(frame, draft, asked, several=several)
    return _by_column(column or Column("amount"), frame, draft, asked, several=several)


def _ranked(frame: Frame) -> Column | None:
    """Return the column that rows are ordered by, if one is named: what is shown, or the points that were lost."""
    found = _numbers(frame)
    found += [Column("lost")] * bool(frame.of("lost"))
    found += [Column("total")] * (frame.table in OWNERS and bool(frame.of("evaluated")))  # 自评垫底
    return next(iter(found), None)


def _counts_most(frame: Frame, draft: Draft) -> bool:
    """Say whether the most or the fewest are asked for, of each of a group or of places that are named."""
    most = draft.most()
    if most and len(draft.places()) > 1:  # 甲市和乙县的项目谁多
        return True
    aimed = draft.has(f"{_AVERAGE}/{_STRICT}/column:target") or (draft.topics and not most)
    return bool(frame.group) and not aimed


def _by_column(column: Column, frame: Frame, draft: Draft, asked: str, *, several: bool) -> Frame:
    """Return rows ordered by a column; departments by the sum or mean over their projects."""
    if frame.table == "project" and frame.limit and draft.has(_SUM):  # 最大的三个项目合计
        return replace(frame, fold="sum", measure=column, show=())
    of_projects = draft.named("project") or frame.table == "project" or column.name == "spending"
    if (asked == "department" or several) and of_projects and column.name in ("amount", "spending"):
        return replace(moved(frame, "project"), measure=Column("amount"), group="department", show=(), fold="sum")
    return replace(frame, measure=column, group="", show=tuple(each for each in frame.show if each != column))


def _by_targets(frame: Frame, draft: Draft, asked: str, *, several: bool) -> Frame:
    """Return indicators ordered by their targets, with who has them; or the means of who has them."""
    strict = draft.has(_STRICT)
    named = [Filter("topic", topic=topic) for topic in draft.topics]
    rest = [each for each in frame.filters if not (each.rows and each.rows.topics and not each.rows.tests)]
    kept = tuple(each for each in rest if each not in named)
    frame = replace(moved(replace(frame, filters=kept), "indicator"), measure=Column("target"), show=()).added(*named)
    if draft.has(_AVERAGE) or several:
        return replace(frame, fold="average", group=asked if asked in OWNERS else "department")
    if asked == "project":
        frame = frame.added(Filter("of_projects"))
    return replace(frame, group="", strict=strict)
