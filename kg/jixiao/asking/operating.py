"""Settle what is done with the rows a question is about: they are counted, added up, ordered, compared or listed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from jixiao.asking.building import MONEY, OF_INDICATORS, OWNERS, RANKS, Draft, moved
from jixiao.asking.frames import Column, Frame, NotUnderstoodError, Scope
from jixiao.asking.pieces import has_column
from jixiao.asking.vocabulary import Topic

_BEST = frozenset({"highest", "lowest", "strictest", "loosest"})
_UPWARD = frozenset({"lowest", "ascending", "loosest", "loosening"})
_VERSUS = re.compile("更|谁|哪个|.$")
_STRICT = frozenset({"strictest", "loosest", "strictening", "loosening"})
_AVERAGED = ("rate", "total", "weight", "score")
_PARTS = ("projects", "years", "periods")
_UNITLESS = ("个", "项", "条", "家", "份", "处", "所", "张", "数", "目", "少")


def operated(frame: Frame, draft: Draft, asked: str) -> Frame:
    """Return a frame with what is done with its rows; ``asked`` is the table that is asked for."""
    relation = relation_of(draft)
    if relation:
        return _related(frame, draft, relation)
    if draft.ranks():
        return _ordered(frame, draft, asked)
    if draft.has("operation", "compare") or draft.has("link", "than"):
        return _compared(frame, draft)
    return _reckoned(_spread(frame, draft), draft)


def relation_of(draft: Draft) -> str:
    """Return how one number is held against another, if that is asked."""
    found = [str(token.value) for token in draft.tokens if token.means("operation", "difference", "times")]
    shares = [token for token in draft.tokens if token.means("link", "share")]
    if draft.ranks() and all(token.text.startswith("百分之") for token in shares):
        return next(iter(found), "")  # 最低是百分之几
    return next(iter(found), "share" if shares else "")


# ---------------------------------------------------------------- numbers


def folded(frame: Frame, draft: Draft) -> Frame:
    """Return a frame as that for one number: the mean or sum of a column, or how many there are."""
    average, summed = draft.has("operation", "average"), draft.has("operation", "sum", "whole") and not draft.counting
    column = _column(frame, draft, summed)
    own = column is not None and column.name not in ("target", "figure", "reason")
    if column is None or (draft.counting and not average and not own and frame.table != "figure"):
        return replace(frame, fold="count", measure=None, show=())
    table, group, fold = frame.table, frame.group, "sum"
    if column.name == "target":
        table = "indicator"
    if column.name == "spending":
        table, column = "project", Column("amount")
        if not group and draft.named("department") and not frame.scope.places:
            group = "department"
    if average and table == "department" and own:
        table = "project"
        if draft.group == "department":
            group = group or "department"
    if average or (column.name in (*_AVERAGED, "target") and not (summed and column.name in OF_INDICATORS)):
        fold = "average"
    show = frame.show if len(frame.show) > 1 else ()
    return replace(moved(frame, table), fold=fold, measure=column, group=group, show=show)


def _column(frame: Frame, draft: Draft, summed: bool) -> Column | None:
    """Return what is averaged or summed: what is named, money, the targets of indicators; none is left to count."""
    named = [each for each in frame.show if each.name not in ("reason", "target")]
    average = draft.has("operation", "average")
    if named:  # 执行了多少资金: money says no more than what it is of
        return ([each for each in named if each.name != "amount"] or named)[-1]
    if frame.table == "project" and len(frame.scope.projects) > 1 and not draft.counting:
        return Column("amount")
    if frame.table in OWNERS and draft.topics and not draft.counting:
        return Column("target", tuple(draft.topics))
    if frame.table == "indicator" and (average or not draft.counting):
        return Column("target", frame.of)
    if average or (summed and frame.table not in OWNERS):
        raise NotUnderstoodError("nothing")
    return Column("amount") if summed else None


def _reckoned(frame: Frame, draft: Draft) -> Frame:
    """Return a frame as that for a number where one is asked for, else as a list."""
    own = {each.name for each in frame.show} - {"reason"}
    summed = draft.has("operation", "average", "sum")
    if draft.has("operation", "whole") and frame.table == "indicator" and not draft.counting:
        cost = any(topic.is_cost for topic in frame.of)
        summed = summed or bool(own & OF_INDICATORS - {"target", "actual"}) or cost
    if frame.group in ("level1", "level2") and not own:
        return replace(frame, fold="count")
    if summed or (draft.counting and _countable(frame, draft)):
        return folded(frame, draft)
    if draft.counting and frame.table == "indicator":
        return replace(frame, unit=draft.unit or _counting_unit(draft))
    if _adds_up(frame, draft):
        return folded(frame, replace(draft, counting=""))
    return replace(frame, unit=draft.unit)


def _adds_up(frame: Frame, draft: Draft) -> bool:
    """Say whether money is asked for as a sum: of what is spent on projects, 一共, of each of a group."""
    table, whole = frame.table, draft.has("operation", "whole")
    money = [each.name for each in frame.show if each.name in MONEY]
    if not money or table not in OWNERS:
        return False
    if money[0] == "spending" and not frame.scope.projects:
        return True
    if table == "department":
        return whole and (frame.scope.places > 1 or draft.group == table)
    listed = any(token.asked and token.value == table for token in draft.tables)
    return not listed and (whole or bool(frame.group))


def _countable(frame: Frame, draft: Draft) -> bool:
    """Say whether things are counted: not what has a number, nor a topic, whose target is asked for (多少工作人员)."""
    shown = [each for each in frame.show if each.name not in ("target", "reason")]
    if frame.table != "indicator":
        return not shown
    levels = any(topic.levels for topic in frame.of)
    return not shown and (draft.named("indicator") or not frame.of or levels) and not draft.unit


def _counting_unit(draft: Draft) -> str:
    """Return the word things are counted with, which may be the unit of a target (光纤有几条, 派遣人员多少名)."""
    said = draft.counting[-1:]
    if said in _UNITLESS and said not in ("条", "个"):
        return ""
    return "人" if said == "名" else said


def _spread(frame: Frame, draft: Draft) -> Frame:
    """Return a frame with what to do it for each of, where that is said by 各 or 分别 alone."""
    each, scope = draft.has("operation", "each"), frame.scope
    if frame.group == "project" and draft.has("operation", "sum", "whole") and frame.owner:
        return replace(frame, group="")  # 各项目的总成本加起来
    if frame.group or not (each or any(token.each for token in draft.tables)):
        return frame
    if scope.places > 1 and frame.table != "department":
        numbered = draft.counting or (frame.table == "project" and frame.show)
        return replace(frame, group="department" if numbered else "")
    if len(scope.years) > 1:
        return replace(frame, group="year")
    if len(scope.categories) > 1:
        return replace(frame, group="category")
    if each and draft.counting and len(frame.of) == 1 and frame.of[0].parts:
        return replace(frame, group="topic")  # 产出指标和效益指标各有多少个
    return frame


def _compared(frame: Frame, draft: Draft) -> Frame:
    """Return what two or more things are compared by, side by side."""
    scope = frame.scope
    if scope.places < 2 and len(scope.years) < 2 and len(scope.projects) < 2:
        raise NotUnderstoodError("compare")
    if frame.table == "figure":
        return frame
    if len(scope.projects) > 1:
        return replace(moved(frame, "project"), show=frame.show or (Column("amount"),))
    spent = any(column.name == "spending" for column in frame.show)
    if frame.table == "department" and not draft.named("project") and not spent:
        return frame
    group = "department" if scope.places > 1 else "year"
    if frame.table == "project" and not draft.counting and not frame.show:
        frame = replace(frame, show=(Column("amount"),))
    return folded(replace(frame, group=group), draft)


# ---------------------------------------------------------------- first and last


def _ordered(frame: Frame, draft: Draft, asked: str) -> Frame:
    values = set(draft.ranks())
    order = "down"
    if values & _UPWARD or draft.has("bottom") or draft.has("last") or draft.has("degree", "<"):
        order = "up"
    frame = replace(frame, order=order, best=bool(values & _BEST) and frame.limit is None)
    several = frame.scope.places > 1 and any(_VERSUS.match(word) for word in _rank_words(draft))
    column = next((each for each in frame.show if each.name not in ("reason", "target")), None)
    if column is None and any(each.kind == "points" and each.text == "lost" for each in frame.conditions):
        column = Column("lost")
    if column is None and _counts_most(frame, draft):
        best = frame.best if frame.group else several
        return replace(frame, fold="count", group=frame.group or "department", show=(), best=best)
    if values & _STRICT or (column is None and (draft.topics or frame.table == "indicator")):
        return _targets(frame, draft, asked, several=several)
    if column is None and frame.table != "project":
        raise NotUnderstoodError("nothing")
    column = column or Column("amount")
    of_first = draft.has("operation", "sum", "whole") and frame.limit and not frame.skip  # 最大的三个项目合计
    if frame.table == "project" and (frame.group == "year" or of_first):
        return replace(frame, fold="sum", measure=column, show=())
    return _by_column(column, frame, draft, asked, several=several)


def _rank_words(draft: Draft) -> list[str]:
    return [token.text for token in draft.tokens if token.means("operation", *RANKS)]


def _counts_most(frame: Frame, draft: Draft) -> bool:
    """Say whether the most or the fewest are asked for, of each of a group or of places that are named."""
    most = draft.most()
    if most and frame.scope.places > 1:  # 甲市和乙县的项目谁多
        return True
    aimed = draft.has("operation", "average") or draft.has("column", "target") or bool(set(draft.ranks()) & _STRICT)
    aimed = aimed or (bool(draft.topics) and not most and not draft.counting)
    return bool(frame.group) and not aimed


def _by_column(column: Column, frame: Frame, draft: Draft, asked: str, *, several: bool) -> Frame:
    """Return rows ordered by a column; departments by the sum or mean over their projects."""
    by_projects = replace(moved(frame, "project"), measure=column, group="department", show=())
    of_projects = draft.named("project") or frame.table == "project" or column.name == "spending"
    if draft.has("operation", "average") and asked == "department":
        return replace(by_projects, fold="average")
    if (asked == "department" or several) and of_projects and column.name in ("amount", "spending"):
        return replace(by_projects, fold="sum", measure=Column("amount"))
    if not has_column(column.name, frame.table) and frame.table != "figure":
        raise NotUnderstoodError("unsupported", (column.label or column.name,))
    return replace(frame, measure=column, group="", show=tuple(each for each in frame.show if each != column))


def _targets(frame: Frame, draft: Draft, asked: str, *, several: bool) -> Frame:
    """Return indicators ordered by their targets, with who has them; or the means of who has them."""
    of, strict = tuple(draft.topics), bool(set(draft.ranks()) & _STRICT)
    if not of and frame.table != "indicator":
        raise NotUnderstoodError("nothing")
    conditions = frame.conditions
    if frame.table != "indicator":
        conditions = tuple(each for each in conditions if not (each.rows and each.rows.of == of[:1]))
    frame = moved(replace(frame, conditions=conditions), "indicator")
    frame = replace(frame, of=of, measure=Column("target", of), show=())
    if (draft.has("operation", "average") or several) and not strict:
        group = asked if asked in OWNERS else "department"
        return replace(frame, fold="average", group=group)
    owner = "project" if asked == "project" else frame.owner
    return replace(frame, group="", owner=owner, strict=strict)


# ---------------------------------------------------------------- two numbers


def _related(frame: Frame, draft: Draft, relation: str) -> Frame:
    if relation == "share" and draft.group == frame.table:
        raise NotUnderstoodError("share")
    if set(draft.ranks()) >= {"highest", "lowest"}:  # 最贵的和最便宜的差多少
        return _extremes(folded(frame, draft), relation)
    counted = any(token.text[-1:] in _UNITLESS for token in draft.tokens if token.means("operation", "difference"))
    if counted and (draft.named(frame.table) or any(topic.levels for topic in draft.topics)):
        draft = replace(draft, counting=draft.counting or "个")
    number = folded(frame, draft)
    for first, second in _halves(number, draft, relation):
        return replace(single(first), relation=relation, other=single(second))
    if relation == "difference" and any(token.means("known", 2) for token in draft.tokens):
        return _extremes(number, relation)
    if relation != "share":
        raise NotUnderstoodError("compare")
    whole = replace(number, scope=Scope())
    if number.conditions or number.of:
        whole = replace(number, conditions=(), of=())
    if whole == number:
        raise NotUnderstoodError("share")
    return replace(single(number), relation=relation, other=single(whole))


def _extremes(number: Frame, relation: str) -> Frame:
    number = replace(number, fold="max", show=(), measure=number.measure or Column("amount"))
    return replace(number, relation=relation, other=replace(number, fold="min"))


def _halves(frame: Frame, draft: Draft, relation: str) -> Iterator[tuple[Frame, Frame]]:
    """Yield the two frames that what is named twice makes: columns, places, projects, years, periods, topics."""
    columns = [each for each in frame.show if each.name != "reason"]
    if len(columns) == 2:
        yield _measured_by(columns[0], columns, frame), _measured_by(columns[1], columns, frame)
    for first, second in _scopes(frame.scope):
        yield replace(frame, scope=first), replace(frame, scope=second)
    aimed = frame.table == "indicator" and frame.measure is not None and frame.measure.name == "target"
    parts = frame.of[0].parts if len(frame.of) == 1 else frame.of
    if len(parts) == 2 and frame.table == "indicator":
        sides = [replace(frame, of=(part,), measure=_of_part(frame.measure, part)) for part in parts]
        yield sides[0], sides[1]
    if aimed and relation == "difference":
        yield frame, replace(frame, measure=Column("actual", frame.of))


def _of_part(column: Column | None, part: Topic) -> Column | None:
    if column is None:
        return None
    return replace(column, of=(part,))


def _scopes(scope: Scope) -> Iterator[tuple[Scope, Scope]]:
    """Yield the two scopes that what is named twice in one makes."""
    places = [Scope(departments=(each,)) for each in scope.departments]
    places += [Scope(regions=(each,)) for each in scope.regions]
    if len(places) == 2:
        first, second = (replace(scope, departments=each.departments, regions=each.regions) for each in places)
        yield first, second
    for part in _PARTS:
        values = getattr(scope, part)
        if len(values) == 2:
            yield replace(scope, **{part: values[:1]}), replace(scope, **{part: values[1:]})


def _measured_by(column: Column, columns: list[Column], frame: Frame) -> Frame:
    """Return a frame of one column; beside what is spent on projects, the budget is the department's."""
    if column.name == "amount" and any(each.name == "spending" for each in columns):
        return replace(moved(frame, "department"), measure=column, fold="sum")
    return replace(frame, measure=column)


def single(frame: Frame) -> Frame:
    """Return a frame of one number for all rows, as a side of a relation."""
    column, table, fold = frame.measure, frame.table, frame.fold
    if column is not None and column.name == "spending":
        column, table, fold = Column("amount"), "project", "sum"
    if table in ("department", "figure") and fold == "sum" and frame.scope.places:
        fold = "only"
    if table == "project" and column is None:
        fold = "count"
    return replace(
        moved(frame, table), fold=fold, measure=column, group="", show=(), order="", best=False, limit=None, skip=0
    )
