"""Settle what is done with the rows a question is about: they are counted, added up, ordered, compared or listed."""

from __future__ import annotations

import re
from dataclasses import replace

from jixiao.asking.building import MONEY, OWNERS, RANKS, Draft, moved
from jixiao.asking.frames import Column, Filter, Frame, NotUnderstoodError
from jixiao.asking.patterns import column_of, label_of

_BEST = frozenset({"highest", "lowest", "strictest", "loosest"})
_UPWARD = frozenset({"lowest", "ascending", "loosest", "loosening"})
_VERSUS = re.compile("更|谁|哪个|.$")
_STRICT = frozenset({"strictest", "loosest", "strictening", "loosening"})
_ORDERS = ("down", "up")
_SAID = ("reason", "target")  # columns that are shown beside a number, never the number


def operated(frame: Frame, draft: Draft, asked: str) -> Frame:
    """Return a frame with what is done with its rows; ``asked`` is the table that is asked for."""
    if draft.ranks():
        return _ordered(frame, draft, asked)
    if draft.has("operation", "compare") or draft.has("link", "than"):
        return _compared(frame, draft)
    return _reckoned(_spread(frame, draft), draft)


# ---------------------------------------------------------------- numbers


def folded(frame: Frame, draft: Draft) -> Frame:
    """Return a frame as that for one number: the mean or sum of a column, or how many there are."""
    average = draft.has("operation", "average")
    column = _column(frame, draft, average=average)
    own = column is not None and column.name not in ("target", "figure", "reason")
    if column is None or (draft.counting and not average and not own and frame.table != "figure"):
        return replace(frame, fold="count", measure=None, show=())
    table, group, fold = frame.table, frame.group, "sum"
    summed = draft.has("operation", "sum", "whole")
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
    if average or ("averaged" in known and not (summed and "indicator" in known)):
        fold = "average"
    show = frame.show if len(frame.show) > 1 else ()
    return replace(moved(frame, table), fold=fold, measure=column, group=group, show=show)


def _column(frame: Frame, draft: Draft, *, average: bool) -> Column | None:
    """Return what is averaged or summed: what is named, money, the targets of indicators; none is left to count."""
    counting = draft.counting
    summed = draft.has("operation", "sum", "whole") and not counting
    named = [each for each in frame.show if each.name not in _SAID]
    if named:  # 执行了多少资金: money says no more than what it is of
        return ([each for each in named if each.name != "amount"] or named)[-1]
    if frame.table == "project" and not counting and (len(frame.values("project")) > 1 or summed):
        return Column("amount")
    of_topics = frame.table in OWNERS and bool(draft.topics) and not counting
    if of_topics or (frame.table == "indicator" and (average or not counting)):
        return Column("target")
    if average or (summed and frame.table not in OWNERS):
        raise NotUnderstoodError("nothing")
    return Column("amount") if summed else None


def _reckoned(frame: Frame, draft: Draft) -> Frame:
    """Return a frame as that for a number where one is asked for, else as a list."""
    own = {each.name for each in frame.show} - {"reason"}
    counting, whole = draft.counting, draft.has("operation", "whole")
    summed = draft.has("operation", "average", "sum")
    if whole and frame.table == "indicator" and not counting:
        cost = any(topic.is_cost for topic in frame.topics)
        summed = summed or bool(own - {"target", "actual"}) or cost
    if frame.group in ("level1", "level2") and not own:
        return replace(frame, fold="count")
    if summed or (counting and _countable(frame, draft)):
        return folded(frame, draft)
    if draft.counting and frame.table == "indicator":
        return frame
    if _adds_up(frame, draft):
        return folded(frame, replace(draft, counting=False))
    return frame


def _countable(frame: Frame, draft: Draft) -> bool:
    """Say whether things are counted: not what has a number, nor a topic, whose target is asked for (多少工作人员)."""
    shown = [each for each in frame.show if each.name not in _SAID]
    if frame.table != "indicator":
        return not shown
    levels = any(topic.levels for topic in frame.topics)
    named = bool(frame.topics or frame.of("project"))
    return not shown and (draft.named("indicator") or not named or levels)


def _adds_up(frame: Frame, draft: Draft) -> bool:
    """Say whether money is asked for as a sum: of what is spent on projects, 一共, of each of a group."""
    whole = draft.has("operation", "whole")
    money = [each.name for each in frame.show if each.name in MONEY]
    listed = any(token.asked and token.value == frame.table for token in draft.tables)
    if frame.table == "project" and whole and not frame.show and not listed and not draft.counting:
        return True  # 几个项目加起来
    if not money or frame.table not in OWNERS:
        return False
    if money[0] == "spending" and not frame.of("project"):
        return True
    if frame.table == "department":
        return whole and (draft.places() > 1 or draft.group == "department")
    definite = draft.has("known") or bool(frame.of("category"))  # 三个项目多少钱, not 各多少钱
    together = whole or bool(frame.group) or (definite and not draft.has("operation", "each"))
    return together and not listed


def _spread(frame: Frame, draft: Draft) -> Frame:
    """Return a frame with what to do it for each of, where that is said by 各 or 分别 alone."""
    each = draft.has("operation", "each")
    if frame.group == "project" and draft.has("operation", "sum", "whole") and frame.table == "indicator":
        return replace(frame, group="")  # 各项目的总成本加起来
    if frame.group or not (each or any(token.each for token in draft.tables)):
        return frame
    if draft.places() > 1 and frame.table != "department":
        numbered = draft.counting or (frame.table == "project" and frame.show)
        return replace(frame, group="department" if numbered else "")
    group = next((group for group in ("year", "category") if len(frame.values(group)) > 1), "")
    return replace(frame, group=group)


def _compared(frame: Frame, draft: Draft) -> Frame:
    """Return what two or more things are compared by, side by side."""
    for group, several in (("department", draft.places() > 1), ("year", len(frame.values("year")) > 1)):
        if several:
            return folded(replace(frame, group=group), draft)
    raise NotUnderstoodError("compare")


# ---------------------------------------------------------------- first and last


def _ordered(frame: Frame, draft: Draft, asked: str) -> Frame:
    ranks = set(draft.ranks())
    upward = ranks & _UPWARD or draft.has("degree", "<") or any(map(draft.has, ("bottom", "last")))
    frame = replace(frame, order=_ORDERS[bool(upward)], best=bool(ranks & _BEST) and frame.limit is None)
    several = draft.places() > 1 and any(_VERSUS.match(token.text) for token in draft.words("operation", *RANKS))
    frame = _of_spending(frame)
    column = _ranked(frame)
    if column is None and (frame.table == "finding" or _counts_most(frame, draft)):
        best = frame.best if frame.group or not several else several
        group = "department" if several or frame.table != "finding" else "rule"  # 查出的问题里最多的是哪种
        return replace(frame, fold="count", group=frame.group or group, show=(), best=best)
    if ranks & _STRICT or (column is None and (draft.topics or frame.table == "indicator")):
        return _by_targets(frame, draft, asked, several=several)
    return _by_column(column or Column("amount"), frame, draft, asked, several=several)


def _of_spending(frame: Frame) -> Frame:
    """Read 项目支出里执行最差的 as projects by what is said beside."""
    kept = tuple(each for each in frame.show if each.name not in ("spending", *_SAID))
    return moved(replace(frame, show=kept), "project") if kept and Column("spending") in frame.show else frame


def _ranked(frame: Frame) -> Column | None:
    """Return the column that rows are ordered by, if one is named: what is shown, or the points that were lost."""
    found = [each for each in frame.show if each.name not in _SAID]
    found += [Column("lost")] * bool(frame.of("lost"))
    found += [Column("total")] * (frame.table in OWNERS and bool(frame.of("evaluated")))  # 自评垫底
    return next(iter(found), None)


def _counts_most(frame: Frame, draft: Draft) -> bool:
    """Say whether the most or the fewest are asked for, of each of a group or of places that are named."""
    most = draft.most()
    if most and draft.places() > 1:  # 甲市和乙县的项目谁多
        return True
    aimed = draft.has("operation", "average", *_STRICT) or draft.has("column", "target")
    aimed = aimed or (bool(draft.topics) and not most and not draft.counting)
    return bool(frame.group) and not aimed


def _by_column(column: Column, frame: Frame, draft: Draft, asked: str, *, several: bool) -> Frame:
    """Return rows ordered by a column; departments by the sum or mean over their projects."""
    of_first = draft.has("operation", "sum", "whole") and frame.limit and not frame.skip  # 最大的三个项目合计
    if frame.table == "project" and (frame.group == "year" or of_first):
        return replace(frame, fold="sum", measure=column, show=())
    of_projects = draft.named("project") or frame.table == "project" or column.name == "spending"
    if (asked == "department" or several) and of_projects and column.name in ("amount", "spending"):
        return replace(moved(frame, "project"), measure=Column("amount"), group="department", show=(), fold="sum")
    return replace(frame, measure=column, group="", show=tuple(each for each in frame.show if each != column))


def _by_targets(frame: Frame, draft: Draft, asked: str, *, several: bool) -> Frame:
    """Return indicators ordered by their targets, with who has them; or the means of who has them."""
    strict = draft.has("operation", *_STRICT)
    if not draft.topics and frame.table != "indicator":
        raise NotUnderstoodError("nothing")
    rest = [each for each in frame.filters if not (each.rows and each.rows.topics and not each.rows.tests)]
    named = [Filter("topic", topic=topic) for topic in draft.topics]
    rest = [each for each in rest if each not in named]
    frame = replace(moved(replace(frame, filters=tuple(rest)), "indicator"), measure=Column("target"), show=())
    frame = frame.added(*named)
    if (draft.has("operation", "average") or several) and not strict:
        return replace(frame, fold="average", group=asked if asked in OWNERS else "department")
    if asked == "project" and not frame.of("of_projects"):
        frame = frame.added(Filter("of_projects"))
    return replace(frame, group="", strict=strict)
