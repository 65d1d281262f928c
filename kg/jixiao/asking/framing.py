"""Make the frame of a question: what is asked of which things, and what is done with them.

Each word is taken by the part of the frame it makes; a question of which a word is left over is declined.
"""

from __future__ import annotations

import re
from dataclasses import replace

from jixiao.asking.drafting import MONEY, OWN, RANKS, Draft, WordBag, draft_of
from jixiao.asking.frames import Condition, Extent, Frame, Metric, NotUnderstoodError, Of
from jixiao.asking.names import Names
from jixiao.asking.relating import as_share, related
from jixiao.asking.settling import settle
from jixiao.asking.tokens import Token
from jixiao.audit.registry import rules

_BEST = ("highest", "lowest", "strictest", "loosest")
_UPWARD = frozenset({"lowest", "ascending", "loosest", "loosening"})
_STRICT = frozenset({"strictest", "loosest", "strictening", "loosening"})
_COUNTED = ("finding", "indicator", "project", "task")
_OWNERS = ("project", "department")
_AVERAGED = ("rate", "total", "weight", "score")
_COUNTING = re.compile(r"几?(个|条|项|家|份)$")
_OF_INDICATORS = frozenset({"target", "actual", "weight", "score", "lost", "deviation", "due"})
_GENERAL = ("", "个", "项", "数", "目", "少")  # words of counting that are no unit


def read_frame(tokens: list[Token], names: Names, whole: list[Token] | None = None) -> Frame:
    """Return the frame of a question; raise ``NotUnderstoodError`` with the words that have no part in it.

    ``whole`` are the words of what it is to be a share of, where it is one.
    """
    words = WordBag(tokens)
    frame = _defined(words)
    if frame is None:
        frame = _framed(draft_of(words, names))
    if whole is not None:
        beside = WordBag(whole)
        frame = as_share(frame, draft_of(beside, names))
        settle(frame, beside, whole, names)
    settle(frame, words, tokens, names)
    return frame


def _defined(words: WordBag) -> Frame | None:
    """Return the frame that asks what audit rules mean, if that is asked."""
    if not words.have("link", "meaning") or words.have("subject"):
        return None
    words.take("link", "meaning")
    frame = Frame("rule", Extent(rules=tuple(token.value for token in words.take("rule"))))
    unheard = tuple(key for key in frame.extent.rules if key not in rules())
    if unheard:
        raise NotUnderstoodError("words", unheard)
    if not frame.extent.rules:
        raise NotUnderstoodError("task", ())
    return frame


def _framed(draft: Draft) -> Frame:
    _ask_for_costs(draft)
    free = [token for token in draft.subjects if token.value != "evaluation"]
    if draft.group:
        free = [token for token in free if not (token.each and token.value == draft.group)]
    head = _head(draft, free)
    if head is None:
        raise NotUnderstoodError("nothing")
    draft.head = head
    draft.others = [token.value for token in free if token.value != head]
    subject, group = _counted(draft)
    if subject == "department" and any(metric.name == "figure" for metric in draft.shown):
        subject = "figure"  # which is shown with its department
    conditions, of = _conditioned(draft, subject)
    words = draft.words
    either = len(draft.conditions) > 1 and bool(words.take("link", "or"))
    limit = next((token.value for kind in ("top", "bottom", "limit") for token in words.take(kind)), None)
    owner = _owner(draft, subject, group, free)
    shown = _shown(draft, subject)
    frame = Frame(subject, draft.extent, conditions, either, of, group=group, limit=limit, owner=owner, show=shown)
    return _operated(frame, draft)


def _ask_for_costs(draft: Draft) -> None:
    """Read 总成本多少钱 as asking for the target of a cost."""
    if any(topic.is_cost for topic in draft.topics) and {metric.name for metric in draft.shown} == {"amount"}:
        draft.shown, draft.counting = [], False
        draft.words.take("field", "amount")
        draft.words.renamed("whole", "sum")


def _shown(draft: Draft, subject: str) -> tuple[Metric, ...]:
    """Return what is shown of a subject, each once."""
    shown = list(draft.shown)
    if subject == "figure":
        shown = [metric for metric in shown if metric.name == "figure"]
    if subject == "indicator":
        scored = [Metric("score")] if draft.words.have("field", "total") else []
        shown = [metric for metric in shown if metric.name != "total"] + scored
    if subject == "indicator" and draft.words.have("field", "actual"):
        shown.append(Metric("actual"))
    return tuple(dict.fromkeys(shown))


def _owner(draft: Draft, subject: str, group: str | None, free: list[Token]) -> str:
    """Return whose indicators are meant, if that is said: those of projects, or of no project."""
    if subject != "indicator":
        return ""
    if "project" in (*draft.others, group) or draft.extent.projects:
        return "project"
    return "department" if any(_beside(token, draft) for token in free) else ""


def _beside(token: Token, draft: Draft) -> bool:
    """Say whether a word for departments says whose indicators are meant: 部门满意度目标 are those of no project."""
    bare = token.value == "department" and not token.asked and not token.each
    return bare and (bool(draft.topics) or "整体" in token.text) and not draft.measures()


def _head(draft: Draft, free: list[Token]) -> str | None:
    """Return what is asked for: what 哪些 stands before, else the last thing named, which Chinese puts at the end."""
    words, topics = draft.words, draft.topics
    for token in free:
        if token.asked:
            return str(token.value)
    named = [place for place, token in enumerate(words.tokens) if token.kind in ("selection", "topic")]
    if _asks_indicators(draft, free):
        return "indicator"
    own = {metric.name for metric in draft.shown}
    levels = any(topic.levels for topic in topics)
    if own and topics and not levels and not free and not draft.measures():
        plain_project = own <= OWN and not own & _OF_INDICATORS and not draft.conditions
        return "project" if plain_project else "indicator"
    if "figure" in own:
        return "figure"
    if topics and any(metric.name == "reason" for metric in draft.shown) and not free:
        return "indicator"
    last = max((words.tokens.index(token) for token in free), default=-1)
    if free and not any(place > last for place in named):
        return str(free[-1].value)
    if topics:
        return "indicator"
    return _implied(draft, own)


def _asks_indicators(draft: Draft, free: list[Token]) -> bool:
    """Say whether units, dates or topics that are asked for mean indicators."""
    kinds = {each.kind for each in draft.conditions}
    topics = [token for token in draft.words.tokens if token.kind in ("selection", "topic")]
    plain_end = not free or free[-1].value == "indicator"
    dated = bool(kinds & {"due", "monthly", "dated"})
    return "sized" in kinds or (plain_end and (dated or any(token.asked for token in topics)))


def _implied(draft: Draft, own: set[str]) -> str | None:
    """Return what is asked for where nothing is named: what has such metrics, conditions or findings."""
    extent = draft.extent
    if draft.group in _OWNERS:
        return draft.group
    if draft.group in ("level1", "level2"):
        return "indicator"
    if own:
        if own & _OF_INDICATORS:
            return "indicator"
        if extent.projects or extent.categories or (own <= {"rate", "total"} and draft.measures()):
            return "project"
        return "department" if own <= OWN | {"reason"} else None
    metrics = {each.metric.name for each in draft.conditions if each.metric}
    kinds = {each.kind for each in draft.conditions}
    if metrics & _OF_INDICATORS or kinds & {"missed", "reached", "states", "says"}:
        return "indicator"
    if draft.conditions or extent.projects:
        return "project"
    if extent.rules or extent.severities:
        return "finding"
    return "document" if extent.documents else None


def _counted(draft: Draft) -> tuple[str, str | None]:
    """Return what is counted or looked at, and what for each of: 哪个部门项目最多 counts projects of departments."""
    head = draft.head
    group = draft.group if draft.group != head else None
    if head not in (*_OWNERS, "rule", "year", "document") or group:
        return head, group
    asked = any(token.asked and token.value == head for token in draft.subjects)
    numbered = draft.counting and (asked or draft.ranks())
    own = {metric.name for metric in draft.shown} & set(OWN)
    most = draft.most() and not own
    things = [each for each in _COUNTED if each in draft.others]
    if (numbered or most) and things and not own:
        return things[0], head
    judged = draft.extent.rules or draft.extent.severities
    if judged and (numbered or draft.ranks()) and not own:
        return "finding", head
    if most and draft.topics and not things and not draft.words.have("field", "target"):
        return "indicator", head
    if head == "rule" and (draft.ranks() or draft.counting):
        return "finding", head
    return head, None


def _conditioned(draft: Draft, subject: str) -> tuple[tuple[Condition, ...], Of]:
    """Return the conditions on what is asked for, and the topics that make none."""
    conditions, of = draft.conditions, tuple(draft.topics)
    if subject != "indicator" and (draft.shown or not draft.measures()):
        titled = "indicator" not in draft.names  # X的项目: of that name; X指标的项目: with such indicators
        for topic in of:
            if titled and topic.texts:
                conditions = (*conditions, Condition("named", of=(topic,)))
            else:
                conditions = (*conditions, Condition("has", of=(topic,), text="indicator"))
        of = ()
    if subject == "indicator" and "evaluation" in draft.names:
        conditions = (*conditions, Condition("evaluated"))
    lacking = any(each.kind == "has" and each.text == "finding" for each in conditions)
    audited = "finding" in draft.others or bool(draft.extent.rules or draft.extent.severities)
    if audited and subject in (*_OWNERS, "indicator") and not draft.ranks() and not lacking:
        conditions = (*conditions, Condition("has", text="finding"))
    return conditions, of


# ---------------------------------------------------------------- what is done with it


def _operated(frame: Frame, draft: Draft) -> Frame:
    words = draft.words
    relation = _relation(words)
    if any(_COUNTING.search(token.text) for token in relation):
        draft.counting = True
    draft.average = bool(words.take("operation", "average"))
    compares = bool(words.take("operation", "compare") or words.take("link", "than"))
    if relation:
        extremes = {token.value for token in words.take("operation", *RANKS)} >= {"highest", "lowest"}
        words.take("operation", "each", "sum", "whole")
        words.take("degree")
        if extremes:  # 最贵的和最便宜的差多少
            number = replace(_folded(frame, draft), fold="max", show=())
            return replace(number, relation=relation[0].value, other=replace(number, fold="min"))
        return related(_folded(frame, draft), relation[0].value, words)
    if draft.ranks():
        return _ordered(frame, draft)
    if compares:
        words.take("operation", "each", "sum", "whole")
        return _compared(frame, draft)
    return _reckoned(_grouped(frame, draft), draft)


def _grouped(frame: Frame, draft: Draft) -> Frame:
    """Return a frame with what to do it for each of, where that is said by 各 or 分别 alone."""
    words = draft.words
    if frame.group is None and frame.subject != draft.group:
        frame = replace(frame, group=_spread(frame.extent, words))
    parted = draft.counting and len(frame.of) == 1 and bool(frame.of[0].parts)
    if words.take("operation", "each") and frame.group is None and parted:
        return replace(frame, group="topic")  # 产出指标和效益指标各有多少个
    if words.have("operation", "sum") and frame.owner and frame.group == "project":
        return replace(frame, group=None)  # 各项目的总成本加起来
    return frame


def _reckoned(frame: Frame, draft: Draft) -> Frame:
    """Return a frame as that for a number where one is asked for, else as a list."""
    words, subject = draft.words, frame.subject
    whole = words.have("operation", "whole")
    if whole and subject == "indicator" and not draft.counting and _reckonable(frame):
        words.renamed("whole", "sum")
    summing = words.have("operation", "sum")
    words.take("operation", "sum")
    if frame.group in ("level1", "level2") and not frame.show:
        draft.counting = True
    words.take("operation", "whole")
    if draft.average or summing or (draft.counting and _countable(frame, draft)):
        return _folded(frame, draft)
    if draft.counting and subject == "indicator":
        return replace(frame, counted=_counting_word(words))
    money = [metric.name for metric in frame.show if metric.name in MONEY]
    listed = any(token.asked and token.value == subject for token in draft.subjects)
    of_places = subject == "department" and whole and frame.extent.places > 1
    of_projects = subject == "project" and not listed and (whole or bool(frame.group))
    spent = subject in _OWNERS and money[:1] == ["spending"]
    if money and (of_places or of_projects or spent):
        draft.counting = False
        return _folded(frame, draft)
    return frame


def _reckonable(frame: Frame) -> bool:
    """Say whether indicators have numbers that make a sum: weights, points, costs."""
    return bool({metric.name for metric in frame.show} & _OF_INDICATORS) or any(topic.is_cost for topic in frame.of)


def _relation(words: WordBag) -> list[Token]:
    """Take the words that hold one number against another."""
    found = words.take("operation", "difference", "times")
    shares = words.take("link", "share")
    if words.have("operation", "highest", "lowest") and all(token.text.startswith("百分之") for token in shares):
        return found  # 最低是百分之几
    if shares:
        found.append(replace(shares[0], value="share"))
    return found


def _countable(frame: Frame, draft: Draft) -> bool:
    """Say whether things are counted: not what has a number, nor a topic, whose target is asked for (多少工作人员)."""
    if frame.subject != "indicator":
        return not frame.show
    return "indicator" in draft.names or not frame.of or any(topic.levels for topic in frame.of)


def _counting_word(words: WordBag) -> str:
    """Return the word things are counted with, which may be the unit of a target (光纤有几条, 派遣人员多少名)."""
    said = next((token.text[-1] for token in words.tokens if token.means("field", "count")), "")
    if said in _GENERAL:
        return ""
    return "人" if said == "名" else said


def _spread(extent: Extent, words: WordBag) -> str | None:
    """Return what several places or years make: one number for each of them (甲市和乙县各有多少个)."""
    if not words.have("operation", "each") and not any(token.each for token in words.tokens):
        return None
    if extent.places > 1:
        return "department"
    return "year" if len(extent.years) > 1 else None


def _folded(frame: Frame, draft: Draft) -> Frame:
    """Return a frame as that for one number: the mean or sum of a metric, or how many there are."""
    subject, group, average = frame.subject, frame.group, draft.average
    summed = not draft.counting and draft.words.have("operation", "sum")
    metric = _folded_metric(frame, draft, summed=summed)
    counts = draft.counting and not average and metric is not None and metric.name not in OWN
    if metric is None or (counts and subject != "figure"):
        return replace(frame, fold="count", metric=None, show=())
    fold = "average" if average else "sum"
    if metric.name == "target":
        subject = "indicator"
    if metric.name == "spending":
        subject, metric = "project", Metric("amount")
        if group is None and "department" in (*draft.others, draft.group) and not draft.extent.places:
            group = "department"
    if average and subject == "department" and metric.name in OWN:
        subject = "project"
        if draft.group == "department":
            group = group or "department"
    if metric.name in (*_AVERAGED, "target") and not (summed and metric.name in _OF_INDICATORS):
        fold = "average"
    show = frame.show if len(frame.show) > 1 else ()
    return replace(frame, subject=subject, fold=fold, metric=metric, group=group, show=show)


def _folded_metric(frame: Frame, draft: Draft, *, summed: bool) -> Metric | None:
    """Return what is averaged or summed: what is named, money, the targets of indicators; none is left to count."""
    named = [each for each in frame.show if each.name != "reason"]
    if named:  # 执行了多少资金: money says no more than what it is of
        return ([each for each in named if each.name != "amount"] or named)[-1]
    subject, numbered = frame.subject, draft.counting or draft.words.have("field", "count")
    if subject == "project" and len(draft.extent.projects) > 1 and not draft.counting:
        return Metric("amount")
    if subject in _OWNERS and frame.of:
        return Metric("target")
    if subject == "indicator" and (draft.average or not numbered):
        return Metric("target", frame.of)
    if draft.average or (summed and subject not in _OWNERS):
        raise NotUnderstoodError("nothing")
    return Metric("amount") if summed else None


def _compared(frame: Frame, draft: Draft) -> Frame:
    """Return what two or more things are compared by, side by side."""
    extent = frame.extent
    if extent.places < 2 and len(extent.years) < 2 and len(extent.projects) < 2:
        raise NotUnderstoodError("compare")
    if frame.subject == "figure":
        return frame
    if len(extent.projects) > 1:
        show = frame.show or (Metric("amount"),)
        return replace(frame, subject="project", show=show)
    spent = any(metric.name == "spending" for metric in frame.show)
    if frame.subject == "department" and "project" not in draft.names and not spent:
        return frame
    group = "department" if extent.places > 1 else "year"
    if frame.subject == "project" and not draft.counting and not frame.show:
        frame = replace(frame, show=(Metric("amount"),))
    return _folded(replace(frame, group=group), draft)


# ---------------------------------------------------------------- first and last


def _ordered(frame: Frame, draft: Draft) -> Frame:
    words = draft.words
    ranks = words.take("operation", *RANKS)
    values = {token.value for token in ranks}
    words.take("operation", "each", "compare")
    order = "up" if values & _UPWARD or words.have("bottom") else "down"
    frame = replace(frame, order=order, best=bool(values & set(_BEST)) and frame.limit is None)
    versus = any(token.text.startswith(("更", "谁", "哪个")) or len(token.text) == 1 for token in ranks)
    several = versus and frame.extent.places > 1
    strict = bool(values & _STRICT)
    metric = next((each for each in frame.show if each.name != "reason"), None)
    aimed = draft.average or strict or words.have("field", "target")
    compared = metric is None and draft.most() and frame.extent.places > 1  # 甲市和乙县的项目谁多
    if frame.subject in _COUNTED and ((frame.group and not aimed) or compared):
        best = frame.best if frame.group else versus
        return replace(frame, fold="count", group=frame.group or "department", metric=None, show=(), best=best)
    if (metric is None or strict) and (frame.of or frame.subject == "indicator"):
        return _ordered_targets(frame, draft, average=draft.average or several, strict=strict)
    if strict:
        raise NotUnderstoodError("unsupported", tuple(token.text for token in ranks))
    return _ordered_by(metric or _size(frame, words), frame, draft, several=several)


def _size(frame: Frame, words: WordBag) -> Metric:
    """Return what makes a project large: its money."""
    sized = any("大" in token.text for token in words.tokens if token.kind in ("operation", "top", "bottom"))
    if frame.subject != "project" or not sized:
        raise NotUnderstoodError("nothing")
    return Metric("amount")


def _ordered_by(metric: Metric, frame: Frame, draft: Draft, *, several: bool) -> Frame:
    """Return things ordered by a metric; departments by the sum or mean over their projects."""
    by_projects = replace(frame, subject="project", metric=metric, group="department", show=())
    if draft.head == "department":
        draft.words.take("operation", "sum", "whole")
    of_projects = "project" in (*draft.others, frame.subject) or metric.name == "spending"
    if (draft.head == "department" or several) and of_projects and metric.name in ("amount", "spending"):
        return replace(by_projects, fold="sum", metric=Metric("amount"))
    if draft.average and draft.head == "department":
        return replace(by_projects, fold="average")
    show = tuple(each for each in frame.show if each != metric)
    return replace(frame, metric=metric, show=show)


def _ordered_targets(frame: Frame, draft: Draft, *, average: bool, strict: bool) -> Frame:
    """Return indicators ordered by their targets, with who has them; or the means of who has them."""
    metric, head = Metric("target", frame.of), draft.head
    if average and not strict:
        group = head if head in _OWNERS else "department"
        return replace(frame, subject="indicator", fold="average", metric=metric, group=group, show=())
    owner = head if head == "project" else frame.owner
    if frame.group == "department":
        frame = replace(frame, group=None)
    counted = "strict" if strict else ""
    return replace(frame, subject="indicator", metric=metric, owner=owner, counted=counted)
