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
_OF_INDICATORS = frozenset({"target", "actual", "weight", "score", "deviation", "due"})
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
    free = [token for token in draft.subjects if token.value != "evaluation"]
    if any(topic.is_cost for topic in draft.topics) and {metric.name for metric in draft.shown} == {"amount"}:
        draft.shown, draft.counting = [], False  # 总成本多少钱 asks for its target
        draft.words.take("field", "amount")
        draft.words.renamed("whole", "sum")
    if draft.group:
        free = [token for token in free if not (token.each and token.value == draft.group)]
    head = _head(draft, free)
    if head is None:
        raise NotUnderstoodError("nothing")
    others = [token.value for token in free if token.value != head]
    subject, group = _counted(draft, head, others)
    if subject == "department" and any(metric.name == "figure" for metric in draft.shown):
        subject = "figure"  # which is shown with its department
    if subject == "figure":
        draft.shown = [metric for metric in draft.shown if metric.name == "figure"]
    conditions, of = _conditioned(draft, subject, others)
    words = draft.words
    if subject == "indicator" and not words.have("field", "total"):
        draft.shown = [metric for metric in draft.shown if metric.name != "total"]
    if subject == "indicator" and words.have("field", "actual"):
        draft.shown.append(Metric("actual"))
    either = len(draft.conditions) > 1 and bool(words.take("link", "or"))
    limit = next((token.value for kind in ("top", "bottom", "limit") for token in words.take(kind)), None)
    shown = tuple(dict.fromkeys(draft.shown))
    owner = ""
    if subject == "indicator" and ("project" in (*others, group) or draft.extent.projects):
        owner = "project"
    elif subject == "indicator" and any(_beside(token, draft) for token in free):
        owner = "department"
    frame = Frame(subject, draft.extent, conditions, either, of, group=group, limit=limit, owner=owner, show=shown)
    return _operated(frame, draft, head, others)


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
    asked = any(words.tokens[place].asked for place in named)
    kinds = {each.kind for each in draft.conditions}
    plain_end = not free or free[-1].value == "indicator"
    if "sized" in kinds or (plain_end and (kinds & {"due", "monthly"} or asked)):
        return "indicator"
    own = {metric.name for metric in draft.shown}
    levels = any(topic.levels for topic in topics)
    if own and topics and not levels and not free and not draft.measures():
        return "project" if own <= OWN and not draft.conditions else "indicator"
    if "figure" in own:
        return "figure"
    last = max((words.tokens.index(token) for token in free), default=-1)
    if free and not any(place > last for place in named):
        return str(free[-1].value)
    if topics:
        return "indicator"
    return _implied(draft, own)


def _implied(draft: Draft, own: set[str]) -> str | None:
    """Return what is asked for where nothing is named: what has such metrics, conditions or findings."""
    extent = draft.extent
    if draft.group in _OWNERS:
        return draft.group
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


def _counted(draft: Draft, head: str, others: list[str]) -> tuple[str, str | None]:
    """Return what is counted or looked at, and what for each of: 哪个部门项目最多 counts projects of departments."""
    group = draft.group if draft.group != head else None
    if head not in (*_OWNERS, "rule", "year", "document") or group:
        return head, group
    asked = any(token.asked and token.value == head for token in draft.subjects)
    numbered = draft.counting and (asked or draft.ranks())
    own = {metric.name for metric in draft.shown} & set(OWN)
    most = draft.most() and not own
    things = [each for each in _COUNTED if each in others]
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


def _conditioned(draft: Draft, subject: str, others: list[str]) -> tuple[tuple[Condition, ...], Of]:
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
    lacking = any(each.kind == "has" and each.text == "finding" for each in conditions)
    audited = "finding" in others or bool(draft.extent.rules or draft.extent.severities)
    if audited and subject in (*_OWNERS, "indicator") and not draft.ranks() and not lacking:
        conditions = (*conditions, Condition("has", text="finding"))
    return conditions, of


# ---------------------------------------------------------------- what is done with it


def _operated(frame: Frame, draft: Draft, head: str, others: list[str]) -> Frame:
    words = draft.words
    relation = _relation(words)
    counting = draft.counting or any(_COUNTING.search(token.text) for token in relation)
    compares = bool(words.take("operation", "compare"))
    if words.have("link", "than") or relation:
        compares = bool(words.take("link", "than")) or compares
    average = bool(words.take("operation", "average"))
    if relation:
        words.take("operation", *RANKS, "each", "sum", "whole")
        words.take("degree")
        number = _folded(frame, draft, others, counting=counting, average=average)
        return related(number, relation[0].value, words)
    if draft.ranks():
        return _ordered(frame, draft, head, others, average=average)
    if compares:
        words.take("operation", "each", "sum", "whole")
        return _compared(frame, draft, others, counting=counting, average=average)
    if frame.group is None and frame.subject != draft.group:
        frame = replace(frame, group=_spread(frame.extent, words))
    parted = counting and len(frame.of) == 1 and bool(frame.of[0].parts)
    if words.take("operation", "each") and frame.group is None and parted:
        frame = replace(frame, group="topic")  # 产出指标和效益指标各有多少个
    if words.have("operation", "sum") and frame.owner and frame.group == "project":
        frame = replace(frame, group=None)  # 各项目的总成本加起来
    together = bool(words.take("operation", "whole")) or bool(frame.group)
    summing = bool(words.take("operation", "sum"))
    if average or (counting and _countable(frame, draft)) or summing:
        return _folded(frame, draft, others, counting=counting, average=average)
    if counting and frame.subject == "indicator":
        return replace(frame, counted=_counting_word(words))
    money = [metric for metric in frame.show if metric.name in MONEY]
    listed = any(token.asked and token.value == frame.subject for token in draft.subjects)
    several = frame.subject == "department" and words.have("operation", "whole") and frame.extent.places > 1
    sums = several or (together and not listed and frame.subject == "project")
    if money and (sums or (money[0].name == "spending" and frame.subject in _OWNERS)):
        return _folded(frame, draft, others, counting=False, average=False)
    return frame


def _relation(words: WordBag) -> list[Token]:
    """Take the words that hold one number against another."""
    found = words.take("operation", "difference", "times")
    shares = words.take("link", "share")
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


def _folded(frame: Frame, draft: Draft, others: list[str], *, counting: bool, average: bool) -> Frame:
    """Return a frame as that for one number: the mean or sum of a metric, or how many there are."""
    metric = next((each for each in reversed(frame.show) if each.name != "reason"), None)
    group = frame.group
    subject, show = frame.subject, frame.show
    if metric is None and subject == "project" and len(draft.extent.projects) > 1 and not counting:
        metric = Metric("amount")
    if metric is None and frame.subject in _OWNERS and frame.of:
        subject, metric = "indicator", Metric("target")
    numbered = counting or draft.words.have("field", "count")
    if subject == "indicator" and metric is None and (average or not numbered):
        metric = Metric("target", frame.of)
    summed = not counting and draft.words.have("operation", "sum")
    if metric is None and (average or (summed and subject not in _OWNERS)):
        raise NotUnderstoodError("nothing")
    if metric is None and summed:
        metric = Metric("amount")
    if metric is None or (counting and not average and metric.name not in OWN and subject != "figure"):
        return replace(frame, fold="count", metric=None, show=())
    fold = "average" if average else "sum"
    if metric.name == "spending":
        subject, metric = "project", Metric("amount")
        if group is None and "department" in (*others, draft.group) and draft.extent.places == 0:
            group = "department"
    if average and subject == "department" and metric.name in OWN:
        subject = "project"
        group = group or ("department" if draft.group == "department" else None)
    if metric.name in _AVERAGED or (metric.name == "target" and not summed):
        fold = "average"
    return replace(frame, subject=subject, fold=fold, metric=metric, group=group, show=show if len(show) > 1 else ())


def _compared(frame: Frame, draft: Draft, others: list[str], *, counting: bool, average: bool) -> Frame:
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
    if frame.subject == "project" and not counting and not frame.show:
        frame = replace(frame, show=(Metric("amount"),))
    return _folded(replace(frame, group=group), draft, others, counting=counting, average=average)


# ---------------------------------------------------------------- first and last


def _ordered(frame: Frame, draft: Draft, head: str, others: list[str], *, average: bool) -> Frame:
    words = draft.words
    ranks = words.take("operation", *RANKS)
    values = {token.value for token in ranks}
    words.take("operation", "each", "compare")
    words.take("link", "than")
    order = "up" if values & _UPWARD or words.have("bottom") else "down"
    best = bool(values & set(_BEST)) and frame.limit is None
    frame = replace(frame, order=order, best=best)
    versus = any(token.text.startswith(("更", "谁", "哪个")) or len(token.text) == 1 for token in ranks)
    several = versus and frame.extent.places > 1
    if values & _STRICT and frame.of:
        return _ordered_targets(frame, head, average=False, strict=True)
    aimed = average or words.have("field", "target")
    if frame.group and frame.subject in _COUNTED and not aimed:
        return replace(frame, fold="count", metric=None, show=())
    metric = next((each for each in frame.show if each.name != "reason"), None)
    if metric is None and draft.most() and frame.extent.places > 1 and frame.subject in _COUNTED:
        return replace(frame, fold="count", group="department", best=versus)  # 甲市和乙县的项目谁多
    if metric is None and (frame.of or frame.subject == "indicator"):
        return _ordered_targets(frame, head, average=average or several, strict=bool(values & _STRICT))
    if values & _STRICT:
        raise NotUnderstoodError("unsupported", tuple(token.text for token in ranks))
    sized = any("大" in token.text for token in words.tokens if token.kind in ("operation", "top", "bottom"))
    if metric is None and frame.subject == "project" and sized:
        metric = Metric("amount")
    if metric is None:
        raise NotUnderstoodError("nothing")
    if "sum" in (token.value for token in words.left if token.kind == "operation") and head == "department":
        words.take("operation", "sum", "whole")
    of_projects = "project" in (*others, frame.subject) or metric.name == "spending"
    if (head == "department" or several) and of_projects and metric.name in ("amount", "spending"):
        return replace(frame, subject="project", fold="sum", metric=Metric("amount"), group="department", show=())
    if average and head == "department":
        return replace(frame, subject="project", fold="average", metric=metric, group="department", show=())
    show = tuple(each for each in frame.show if each != metric)
    return replace(frame, metric=metric, show=show)


def _ordered_targets(frame: Frame, head: str, *, average: bool, strict: bool) -> Frame:
    """Return indicators ordered by their targets, with who has them; or the means of who has them."""
    metric = Metric("target", frame.of)
    if average:
        group = head if head in _OWNERS else "department"
        return replace(frame, subject="indicator", fold="average", metric=metric, group=group, show=())
    owner = head if head == "project" else frame.owner
    if frame.group == "department":
        frame = replace(frame, group=None)
    counted = "strict" if strict else ""
    return replace(frame, subject="indicator", metric=metric, owner=owner, counted=counted)
