"""Make the frame of a question out of the words that are left beside its conditions.

Each word is taken by the part of the frame it makes; a question of which a word is left over is declined.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from jixiao.asking.chunks import merged
from jixiao.asking.frames import Condition, Extent, Frame, Metric, NotUnderstoodError, Of
from jixiao.asking.lexicon import Topic, plain
from jixiao.asking.names import Names
from jixiao.asking.tokens import Token
from jixiao.audit.registry import rules

_MONEY = frozenset({"amount", "spending", "initial", "adjusted", "executed", "remaining"})
_OWN = _MONEY | {"rate", "total"}
_GROUPS = ("department", "project")
_COUNTS = {"project": "projects", "indicator": "indicators", "finding": "findings"}
_BEST = ("highest", "lowest", "strictest", "loosest")
_SHARED = ("list", "count", "sum")
_GENERAL = ("", "个", "项", "数", "目", "少")  # words of counting that are no unit
_RANKS = (*_BEST, "descending", "ascending")
_JOINERS = ("和", "与", "及", "、", "以及", "跟", "还有")
_BOTH = ("且", "同时", "但", "却", "而")
_INDICATORS = frozenset({"missing", "has", "full", "lost", "over-budget", "missed", "reached", "due", "sized"})
_AUDITED = ("project", "department")
_RESTRICTS = {  # what parts of an extent may be said of
    "projects": ("project", "indicator", "department", "finding", "task", "goal"),
    "categories": ("project",),
    "rules": ("project", "department", "finding"),
    "severities": ("project", "department", "finding"),
    "forms": ("indicator", "goal", "task"),
}
_LISTED = ("project", "department", "indicator", "figure")  # what takes conditions and metrics


@dataclass
class WordBag:
    """Hold the words of a question outside its conditions; those that have found their part are taken out."""

    tokens: Sequence[Token]
    left: list[Token] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.left = list(self.tokens)

    def have(self, kind: str, *values: str) -> bool:
        """Say whether a word of a meaning is there, taken or not."""
        return any(token.means(kind, *values) for token in self.tokens)

    def take(self, kind: str, *values: str) -> list[Token]:
        """Return the words of a meaning that are left, and take them."""
        found = [token for token in self.left if token.means(kind, *values)]
        self.left = [token for token in self.left if token not in found]
        return found

    def values(self, kind: str) -> tuple[Any, ...]:
        """Take the words of a kind and return their values, each once."""
        return tuple(dict.fromkeys(token.value for token in self.take(kind)))

    def pairs(self, kind: str) -> tuple[tuple[str, Any], ...]:
        """Take the words of a kind and return them with their values."""
        return tuple((token.text, token.value) for token in self.take(kind))

    def place(self, token: Token) -> int:
        """Return where a word stands."""
        return next(place for place, each in enumerate(self.tokens) if each is token)


@dataclass
class Draft:
    """Hold what the parts of a frame are made of while it is not settled what is done with it."""

    words: WordBag
    extent: Extent
    conditions: tuple[Condition, ...]
    subjects: list[Token]
    topics: list[Topic]
    shown: list[Metric]
    group: str | None
    counting: bool
    joined: bool  # topics joined by 和 or 或

    @property
    def names(self) -> set[str]:
        """Return the names of all subjects."""
        return {token.value for token in self.subjects}

    def ranks(self) -> bool:
        """Say whether things are ordered."""
        ranked = self.words.have("operation", *_RANKS)
        return ranked or self.words.have("top") or self.words.have("bottom")

    def measures(self) -> bool:
        """Say whether things are ordered or the mean is asked for."""
        return self.ranks() or self.words.have("operation", "average")


def read_frame(tokens: list[Token], names: Names) -> Frame:
    """Return the frame of a question; raise ``NotUnderstoodError`` with the words that have no part in it."""
    words = WordBag(tokens)
    if words.take("link", "meaning"):
        frame = Frame("rule", Extent(rules=tuple(token.value for token in words.take("rule"))))
        unheard = tuple(key for key in frame.extent.rules if key not in rules())
        if unheard:
            raise NotUnderstoodError("words", unheard)
        if not frame.extent.rules:
            raise NotUnderstoodError("task", ())
    else:
        frame = _framed(_draft(words, names))
    _finish(frame, words)
    _check(frame, tokens, names)
    return frame


def _draft(words: WordBag, names: Names) -> Draft:
    extent = _extent(words, names)
    conditions = tuple(token.value for token in words.take("condition"))
    conditions += tuple(Condition("sized", text=token.value) for token in words.take("sized"))
    if not words.have("link", "or"):
        conditions = merged(conditions)
    subjects = [token for token in words.tokens if token.kind == "subject"]
    grouped = next((token.value for token in subjects if token.each and token.value in _GROUPS), None)
    if grouped is None and words.take("operation", "by_year"):
        grouped = "year"
    topics, joined = _topics(words)
    shown = [Metric(token.value) for token in words.tokens if token.kind == "field" and token.value in _OWN]
    shown += [Metric("figure", label=token.value) for token in words.tokens if token.kind == "figure"]
    counting = _counts(words, subjects)
    evaluated = any(token.value == "evaluation" for token in subjects)
    if evaluated and not counting and not any(metric.name in ("total", "rate") for metric in shown):
        shown.append(Metric("total"))
    return Draft(words, extent, conditions, subjects, topics, shown, grouped, counting, joined)


def _extent(words: WordBag, names: Names) -> Extent:
    regions = words.take("region")
    years = words.take("year")
    spans = words.take("years")
    absent = [token.text for token in regions if not any(names.holds(region) for region in token.value)]
    absent += [token.text for token in years if token.value not in names.years]
    absent += [token.text for token in spans if not token.value]
    if absent:
        known = "、".join(map(str, sorted(names.years)))
        raise NotUnderstoodError("absent", tuple(absent), years=known)
    within = {token.value for token in years} | {year for token in spans for year in token.value}
    if words.take("latest"):
        within.add(max(names.years))
    return Extent(
        words.pairs("department"),
        tuple(dict.fromkeys(region for token in regions for region in token.value)),
        tuple(sorted(within)),
        words.pairs("project"),
        words.pairs("form"),
        words.pairs("document"),
        next(iter(words.values("period")), "annual"),
        words.values("rule"),
        words.values("severity"),
        words.values("category"),
    )


def _topics(words: WordBag) -> tuple[list[Topic], bool]:
    """Return the topics that must all hold: those joined by 和 or 或 are one, whose parts are alternatives."""
    found: list[Topic] = []
    joined = False
    before: Token | None = None
    for token in words.tokens:
        if token.kind in ("selection", "topic"):
            beside = before is not None and (before.kind in ("selection", "topic") or before.means("link", "or"))
            joins = token.before.startswith(_JOINERS) or (before is not None and before.means("link", "or"))
            if found and beside and joins:
                found[-1] = _either_of(found[-1], token.value)
                joined = True
            else:
                found.append(token.value)
        before = token
    words.take("selection")
    words.take("topic")
    return found, joined


def _either_of(first: Topic, second: Topic) -> Topic:
    return Topic(
        "、".join(dict.fromkeys((first.label, second.label))),
        first.levels + second.levels,
        first.concepts + second.concepts,
        first.texts + second.texts,
        first.titled and second.titled,
        above=first.above if first.above == second.above else (),
    )


def _counts(words: WordBag, subjects: list[Token]) -> bool:
    """Say whether things are to be counted: 多少个, or 多少 beside what can be counted."""
    fields = {token.value for token in words.tokens if token.kind == "field"}
    things = words.have("selection") or words.have("topic")
    if "count" in fields:
        return bool(subjects) or things or not fields & _OWN
    for place, token in enumerate(words.tokens):
        if not token.means("field", "how_many"):
            continue
        after = words.tokens[place + 1 : place + 2]
        before = words.tokens[max(0, place - 1) : place]
        countable = [each.kind in ("subject", "selection", "topic") for each in (*after, *before)]
        if any(countable[: len(after)]) or (any(countable) and token.text == "数量"):
            return True
    return False


# ---------------------------------------------------------------- what is asked for


def _framed(draft: Draft) -> Frame:
    free = [token for token in draft.subjects if not (token.each and token.value == draft.group)]
    free = [token for token in free if token.value != "evaluation"]
    subject = _subject(draft, free)
    if subject is None:
        raise NotUnderstoodError("nothing")
    if subject == "department" and any(metric.name == "figure" for metric in draft.shown):
        subject = "figure"  # which is shown with its department
    if subject == "figure":
        draft.shown = [metric for metric in draft.shown if metric.name == "figure"]
    group = None if draft.group == subject else draft.group
    others = {token.value for token in free} - {subject} | ({"project"} if draft.extent.projects else set())
    if draft.extent.projects and subject == "project":
        others.discard("project")
    conditions, of = _conditioned(draft, subject, others)
    words = draft.words
    if subject == "indicator" and words.have("field", "actual"):
        draft.shown.append(Metric("actual"))
    either = len(draft.conditions) > 1 and bool(words.take("link", "or"))
    limit = next((token.value for token in (*words.take("top"), *words.take("bottom"), *words.take("limit"))), None)
    frame = Frame(
        subject,
        draft.extent,
        conditions,
        either=either,
        group=group,
        limit=limit,
        show=tuple(dict.fromkeys(draft.shown)),
        reasons=bool(words.take("link", "reason")),
        of=of,
        of_projects=subject == "indicator" and ("project" in others or group == "project"),
    )
    if any(token.value == "department" for token in draft.subjects):
        others.add("department")
    listed = any(token.asked and token.value == subject for token in free)
    return _operated(frame, draft, others, listed)


def _conditioned(draft: Draft, subject: str, others: set[str]) -> tuple[tuple[Condition, ...], Of]:
    """Return the conditions on what is asked for, and the topics that make none."""
    conditions, of = draft.conditions, tuple(draft.topics)
    if subject != "indicator" and (draft.shown or not draft.measures()):
        titled = "indicator" not in draft.names  # X的项目: of that name; X指标的项目: with such indicators
        for topic in of:
            kind = "named" if titled and topic.texts else "has"
            conditions = (*conditions, Condition(kind, of=(topic,)))
        of = ()
    lacking = any(each.metric == Metric("findings") for each in conditions)
    audited = "finding" in others or bool(draft.extent.rules or draft.extent.severities)
    if audited and subject in _AUDITED and not draft.ranks() and not lacking:
        conditions = (*conditions, Condition("finding"))
    return conditions, of


def _subject(draft: Draft, free: list[Token]) -> str | None:
    """Return what is asked for: what 哪些 stands before, else the last thing named, which Chinese puts at the end."""
    words, shown, topics = draft.words, draft.shown, draft.topics
    wanted = next((str(token.value) for token in free if token.asked), None)
    if wanted:
        return wanted
    named = [token for token in words.tokens if token.kind in ("selection", "topic")]
    kinds = {each.kind for each in draft.conditions}
    plain_end = not free or free[-1].value == "indicator"
    if "sized" in kinds or (plain_end and ("due" in kinds or any(token.asked for token in named))):
        return "indicator"
    own = {metric.name for metric in shown}
    plain_topics = bool(topics) and not any(topic.levels for topic in topics)
    if own and plain_topics and not free and not draft.measures():
        return "project" if own <= _OWN and not draft.conditions else "indicator"
    if "figure" in own:
        return "figure"
    last = free[-1] if free else None
    if last and not any(words.place(token) > words.place(last) for token in named):
        return str(last.value)
    if topics:
        return "indicator"
    if last:
        return str(last.value)
    return _implied(draft, own)


def _implied(draft: Draft, own: set[str]) -> str | None:
    """Return what is asked for where nothing is named: what has such metrics, conditions or findings."""
    extent = draft.extent
    if draft.group and draft.group != "year":
        return draft.group
    if own:
        if extent.projects or extent.categories or (own <= {"rate", "total"} and draft.measures()):
            return "project"
        return "department" if own <= _OWN else None
    metrics = {each.metric.name for each in draft.conditions if each.metric}
    kinds = {each.kind for each in draft.conditions}
    if metrics & {"target", "actual"} or kinds & {"missed", "reached"}:
        return "indicator"
    if draft.conditions or extent.projects:
        return "project"
    if extent.rules or extent.severities:
        return "finding"
    return "document" if extent.documents else None


# ---------------------------------------------------------------- what is done with it


def _operated(frame: Frame, draft: Draft, others: set[str], listed: bool) -> Frame:
    words = draft.words
    metric = frame.show[-1] if frame.show else None
    if metric is None and frame.of and frame.subject != "indicator":
        metric = Metric("target", frame.of)
    differences = words.take("operation", "difference")
    differs = bool(differences)
    draft.counting = draft.counting or any("几" in token.text for token in differences)
    if words.take("operation", "compare") or differs:
        return replace(_compared(frame, draft, metric), differs=differs)
    if draft.ranks():
        return _ranked(frame, draft, metric, others)
    words.take("operation", "each", "whole")
    group = frame.group or _spread(frame.extent, words)
    if words.take("operation", "average"):
        if metric and metric.name in _OWN and frame.subject == draft.group == "department":
            frame, group = replace(frame, subject="project"), "department"  # 各部门的平均得分
        if metric is None and frame.of:
            metric = Metric("target", frame.of)
        if metric is None:
            raise NotUnderstoodError("nothing")
        return replace(frame, operation="average", metric=metric, group=group, show=())
    if draft.counting and _countable(frame, draft):
        return replace(frame, operation="count", group=group)
    if draft.counting and frame.subject == "indicator":
        frame = replace(frame, counted=_counting_word(words))
    return _summed(frame, draft, others, listed)


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


def _summed(frame: Frame, draft: Draft, others: set[str], listed: bool) -> Frame:
    """Return money added up where that is asked for; else the things themselves."""
    words = draft.words
    money = next((each for each in frame.show if each.name in _MONEY), None)
    if money is not None and money.name == "spending" and frame.subject in ("department", "project"):
        words.take("operation", "sum")
        group = frame.group or ("department" if "department" in others else None) or _spread(frame.extent, words)
        return replace(frame, subject="project", operation="sum", group=group, metric=Metric("amount"), show=())
    sums = bool(words.take("operation", "sum"))
    together = words.have("operation", "whole") or bool(frame.group)
    if not sums and not (money is not None and not listed and together):
        return frame
    if frame.subject not in ("project", "department", "figure"):
        raise NotUnderstoodError("nothing")
    if sums and frame.subject == "figure" and frame.extent.places != 1 and not draft.group:
        raise NotUnderstoodError("nothing")
    if frame.subject == "department" and not draft.group and frame.extent.places != 1:
        return replace(frame, operation="sum", metric=money or Metric("amount"), show=())
    if frame.subject != "project":
        show = frame.show or ((Metric("amount"),) if frame.subject == "department" else ())
        return replace(frame, show=show)
    return replace(frame, operation="sum", metric=money or Metric("amount"), show=())


def _ranked(frame: Frame, draft: Draft, metric: Metric | None, others: set[str]) -> Frame:
    words = draft.words
    ranks = words.take("operation", *_RANKS)
    values = {token.value for token in ranks}
    words.take("operation", "each", "whole")
    averaged = bool(words.take("operation", "average"))
    most = any(set(token.text) & {"多", "少"} for token in ranks)
    versus = any(token.text.startswith(("更", "谁", "哪个")) or len(token.text) == 1 for token in ranks)
    several = versus and frame.extent.places > 1
    metric = _ranked_by(frame, draft, metric, others, most=most)
    if metric is None and most and frame.extent.places > 1 and frame.subject in _COUNTS:
        return replace(frame, operation="count", group="department", best=versus)  # 甲市和乙县的项目谁多
    if metric is None:
        raise NotUnderstoodError("nothing")
    if values & {"strictest", "loosest"}:
        if metric.name != "target":
            raise NotUnderstoodError("unsupported", tuple(token.text for token in ranks))
        metric = replace(metric, name="floor")
    if several and frame.subject == "project" and metric.name in ("amount", "spending"):
        frame, metric = replace(frame, subject="department"), Metric("spending")  # 甲市和乙县谁的项目预算更多
    if several and frame.subject == "indicator" and frame.of:
        frame, averaged = replace(frame, subject="department", of=()), True  # 甲市和乙县谁的满意度目标高
    down = bool(values & {"lowest", "ascending", "loosest"}) or words.have("bottom")
    best = bool(values & set(_BEST)) and frame.limit is None
    return replace(frame, operation="rank", metric=metric, averaged=averaged, descending=not down, best=best)


def _ranked_by(frame: Frame, draft: Draft, metric: Metric | None, others: set[str], *, most: bool) -> Metric | None:
    """Return what things are ranked by: what is counted of them, else the metric that is named or implied."""
    subject = frame.subject
    if metric is None and subject == "indicator":
        return Metric("target", frame.of)
    counted = sorted(others & set(_COUNTS)) if subject in _AUDITED else []
    if counted and (metric is None or draft.counting or metric.name == "target"):
        name = "finding" if "finding" in counted else counted[-1]
        return Metric(_COUNTS[name], frame.of)
    if metric is None:
        if subject == "project" and any("大" in token.text for token in draft.words.tokens):
            return Metric("amount")
        return Metric("findings") if draft.extent.severities and subject == "department" else None
    if most and metric.name == "target" and _of_kind(frame, metric.of, others):
        return Metric("indicators", frame.of)  # 产出指标最多的项目
    if metric.name == "amount" and subject == "department" and "project" in others:
        return Metric("spending")
    return metric


def _of_kind(frame: Frame, of: Of, others: set[str]) -> bool:
    """Say whether indicators of a kind are counted, rather than what their targets are."""
    if frame.subject == "indicator":
        return False
    return "indicator" in others or any(topic.levels for topic in of)


def _compared(frame: Frame, draft: Draft, metric: Metric | None) -> Frame:
    extent, words = frame.extent, draft.words
    if extent.places < 2 and len(extent.years) < 2 and len(extent.projects) < 2:
        raise NotUnderstoodError("compare")
    ranks = words.take("operation", "highest", "lowest")
    words.take("operation", "each", "sum", "whole")
    if frame.subject == "figure" or len(extent.projects) > 1:
        subject = "figure" if frame.subject == "figure" else "project"
        show = frame.show or ((Metric("amount"),) if subject == "project" else ())
        return replace(frame, subject=subject, show=show, metric=show[-1])
    group = "department" if extent.places > 1 else "year"
    most = metric is None and any(set(token.text) & {"多", "少"} for token in ranks)
    if (draft.counting or most) and frame.subject in ("project", "indicator"):
        return replace(frame, operation="count", group=group, best=bool(ranks))
    if frame.subject == "indicator":
        operation = "average" if frame.of else "count"
        return replace(frame, operation=operation, group=group, metric=Metric("target", frame.of))
    if metric and metric.name in ("rate", "total"):
        return replace(frame, subject="project", operation="average", group=group, metric=metric, show=())
    words.take("operation", "average")
    if frame.subject == "department" and metric and metric.name == "amount" and "project" not in draft.names:
        return replace(frame, operation="rank", metric=metric, show=())  # what departments have in all
    if frame.subject in ("project", "department"):
        return replace(frame, subject="project", operation="sum", group=group, metric=Metric("amount"), show=())
    raise NotUnderstoodError("compare")


def as_share(frame: Frame, whole: Sequence[Token], names: Names) -> Frame:
    """Return a frame as that for its share of all there is, or of what the words ``whole`` name."""
    words = WordBag(whole)
    extent = _extent(words, names)
    metrics = [each for each in (*frame.show, frame.metric) if each]
    money = any(each.name in _MONEY for each in metrics)
    money = money or any(token.kind == "field" and token.value in _MONEY for token in words.left)
    told = all(token.kind in ("subject", "operation", "field") for token in words.left)
    fields = {token.value for token in words.left if token.kind == "field"}
    if fields & (_OWN - {"spending"}) and not any(token.kind == "subject" for token in words.left):
        told = False  # 项目支出占预算总额: two different sums of money
    subjects = {token.value for token in words.left if token.kind == "subject"}
    simple = frame.group is None and not frame.reasons and frame.limit is None
    fits = frame.subject == "project" or (frame.subject == "indicator" and not money)
    other = bool(extent.years) and extent.years != frame.extent.years
    if not (told and simple and fits) or other or subjects - {frame.subject} or frame.operation not in _SHARED:
        raise NotUnderstoodError("share", tuple(token.text for token in whole))
    return replace(frame, operation="share", metric=Metric("amount") if money else None, show=(), whole=extent)


# ---------------------------------------------------------------- nothing is passed over


def _finish(frame: Frame, words: WordBag) -> None:
    """Take the words that are told by the frame as a whole; raise where one is left over."""
    left = [token for token in words.left if not _told(token, frame, words)]
    if not left and _refused(frame):
        left = list(words.tokens)
    last = words.tokens[-1] if words.tokens else None
    after = "".join(token.text for token in words.tokens[-2:-1]) + (last.before if last else "")
    if last and last.kind in ("selection", "topic") and after.endswith("的"):
        bare = not last.value.levels and not last.value.concepts
        if bare and (frame.conditions or frame.operation == "rank"):
            left = [last]  # …的合同: what is asked for is nothing the graph lists
    joined = "".join(token.before for token in words.tokens)
    if frame.either and len(frame.conditions) > 2 and any(word in joined for word in _BOTH):
        left = [Token("或", "link", "or")]  # 甲且乙或丙 may be read in two ways
    vague = [each for each in frame.conditions if each.text == "vague"]
    if vague and frame.subject != "indicator":
        raise NotUnderstoodError("finished")
    if left:
        raise NotUnderstoodError("unsupported", tuple(dict.fromkeys(token.text for token in left)))


def _told(token: Token, frame: Frame, words: WordBag) -> bool:
    metrics = {each.name for each in (*frame.show, frame.metric) if each}
    if token.kind == "subject":
        return _tells_subject(str(token.value), frame, metrics)
    if token.kind == "figure":
        return any(each.label == token.value for each in (*frame.show, frame.metric) if each)
    if token.kind == "field":
        if token.value in ("count", "how_many"):
            return frame.operation in ("count", "rank") or bool(frame.show) or frame.subject in ("indicator", "figure")
        if token.value in ("target", "actual"):
            return frame.subject == "indicator" or token.value in metrics or bool(metrics & {"floor", "ceiling"})
        if frame.subject == "figure":
            return bool(token.value == "amount")  # 接待费多少钱
        return token.value in metrics or (frame.operation == "sum" and token.value in _MONEY)
    if token.means("link", "or"):
        extent = frame.extent
        alternatives = (extent.places, len(extent.years), len(extent.projects), len(extent.categories))
        return frame.either or max(alternatives) > 1 or any("、" in topic.label for topic in frame.of)
    if token.kind == "period":
        return frame.subject == "indicator"
    return token.means("link", "source", "manner") or token.means("operation", "by_year")


def _tells_subject(value: str, frame: Frame, metrics: set[str]) -> bool:
    if value in (frame.subject, frame.group):
        return True
    kinds = {each.kind for each in frame.conditions}
    if value == "project":
        return frame.subject in ("indicator", "finding", "figure") or bool(metrics & {"projects", "spending"})
    if value == "indicator":
        about = "indicators" in metrics or bool(frame.of) or bool(kinds & _INDICATORS)
        return about or any(each.metric and each.metric.of for each in frame.conditions)
    if value == "evaluation":
        asked = {each.metric.name for each in frame.conditions if each.metric}
        return frame.reasons or bool((metrics | asked) & {"total", "rate"})
    if value == "finding":
        return "findings" in metrics or "finding" in kinds
    # The department of everything else is shown beside it.
    return value == "department" and frame.subject not in ("department", "issue")


def _refused(frame: Frame) -> bool:
    """Say whether a combination has no answer of its own."""
    extent, subject = frame.extent, frame.subject
    metrics = [each for each in (*frame.show, frame.metric) if each]
    kinds = {each.kind for each in frame.conditions}
    if subject == "rule":
        return False
    if subject == "figure":
        return bool(extent.projects or kinds or frame.of)
    if any(each.name == "figure" for each in metrics):
        return True
    if subject not in _LISTED:
        told = frame.operation not in ("list", "count") or bool(metrics or frame.of)
        if told or kinds - {"named"}:
            return True
    for part, subjects in _RESTRICTS.items():
        if getattr(extent, part) and subject not in subjects:
            return True
    if "finding" in kinds and subject not in _AUDITED:
        return True
    if subject == "indicator" and any(each.kind == "missing" and each.metric is None for each in frame.conditions):
        return True
    if "sized" in kinds and not (subject == "indicator" and (frame.of or extent.projects)):
        return True
    return frame.reasons and (frame.operation not in ("list", "rank") or subject not in ("project", "indicator"))


def _check(frame: Frame, tokens: list[Token], names: Names) -> None:
    """Raise where a topic is in no name of the graph; levels and concepts are known without."""
    metrics = [frame.metric, *frame.show, *(each.metric for each in frame.conditions)]
    topics: list[Topic] = [*frame.of, *(topic for each in frame.conditions for topic in each.of)]
    topics += [topic for metric in metrics if metric for topic in metric.of]
    unheard: list[str] = []
    for topic in topics:
        if not topic.levels and not topic.concepts:
            unheard += [text for text in topic.texts if not names.knows(plain(text))]
    if unheard:
        raise NotUnderstoodError("words", tuple(dict.fromkeys(unheard)))
    used = {text for topic in topics for text in topic.label.split("、")}
    said: Of = tuple(token.value for token in tokens if token.kind in ("selection", "topic"))
    lost = [topic.label for topic in said if not set(topic.label.split("、")) <= used]
    if lost:
        raise NotUnderstoodError("unsupported", tuple(lost))
