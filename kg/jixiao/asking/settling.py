"""See that a frame passes over no word of its question, and that what it asks can be asked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from jixiao.asking.drafting import MONEY, WordBag
from jixiao.asking.frames import Condition, Frame, Metric, NotUnderstoodError, Of
from jixiao.asking.lexicon import ANYTHING, Topic, plain
from jixiao.asking.names import Names
from jixiao.asking.pieces import patterns
from jixiao.asking.tokens import Token

_BOTH = ("且", "同时", "但", "却", "而")
_LISTED = ("project", "department", "indicator", "figure")  # what takes conditions and metrics
_AUDITED = ("project", "department")
_RESTRICTS = {  # what parts of an extent may be said of
    "projects": ("project", "indicator", "department", "finding", "task", "goal"),
    "categories": ("project",),
    "rules": ("project", "department", "indicator", "finding", "rule"),
    "severities": ("project", "department", "indicator", "finding", "rule"),
    "forms": ("indicator", "goal", "task"),
}


def settle(frame: Frame, words: WordBag, tokens: list[Token], names: Names) -> None:
    """Raise ``NotUnderstoodError`` where a word is left over, or a combination has no answer of its own."""
    parts = list(_parts(frame))
    left = [token for token in words.left if not any(_told(token, each) for each in parts)]
    left = left or _unlisted(frame, words)
    if frame.fold == "count" and frame.group is None:
        left += [token for token in tokens if token.each and token.means("subject", frame.subject)]  # 各级指标的数量
    if not left and any(_refused(each) for each in parts):
        left = list(words.tokens)
    if any(each.text == "vague" for each in frame.conditions) and frame.subject != "indicator":
        raise NotUnderstoodError("finished")
    reasons = "reason" in _metrics(frame) and frame.subject != "indicator"
    if reasons and (frame.subject != "project" or not _scored(frame, words)):
        raise NotUnderstoodError("reasons")
    if left:
        raise NotUnderstoodError("unsupported", tuple(dict.fromkeys(token.text for token in left)))
    _check(parts, tokens, names)


def _parts(frame: Frame) -> Iterator[Frame]:
    yield frame
    if frame.other is not None:
        yield frame.other


def _unlisted(frame: Frame, words: WordBag) -> list[Token]:
    """Return words that ask for what the graph does not list, or that may be read in two ways."""
    tokens = words.tokens
    last = tokens[-1] if tokens else Token("", "stop")
    after = "".join(token.text for token in tokens[-2:-1]) + last.before
    bare = last.kind in ("selection", "topic") and not last.value.listed
    if bare and after.endswith("的") and (frame.conditions or frame.order):
        return [last]  # …的合同
    joined = "".join(token.before for token in tokens)
    if frame.either and len(frame.conditions) > 2 and any(word in joined for word in _BOTH):
        return [Token("或", "link", "or")]  # 甲且乙或丙
    return []


def _scored(frame: Frame, words: WordBag) -> bool:
    """Say whether points are spoken of: why they were taken off is printed, why money was not spent is not."""
    asked = {each.metric.name for each in frame.conditions if each.metric} | _metrics(frame)
    points = any(each.kind == "points" for each in frame.conditions)
    return points or "total" in asked or words.have("subject", "evaluation")


def _metrics(frame: Frame) -> set[str]:
    return {each.name for each in (*frame.show, frame.metric) if each}


def _told(token: Token, frame: Frame) -> bool:
    """Say whether a word is told by the frame as a whole."""
    metrics = _metrics(frame)
    value = str(token.value)
    if token.kind == "subject":
        return _tells_subject(value, frame, metrics)
    if token.kind == "figure":
        return any(each.label == value for each in (*frame.show, frame.metric) if each)
    if token.kind == "field":
        return _tells_field(value, frame, metrics)
    if token.means("link", "or"):
        return _alternatives(frame)
    if token.kind == "period":
        return frame.subject == "indicator" or token.value == "annual"
    if token.kind == "degree":
        return bool(frame.order)
    if token.means("link", "about"):
        return frame.subject == "year" or bool(frame.extent.rules or frame.extent.severities)
    return token.means("link", "source", "manner") or token.means("operation", "by_year")


def _tells_field(value: str, frame: Frame, metrics: set[str]) -> bool:
    if value in ("count", "how_many"):
        return bool(frame.fold or frame.show or frame.order) or frame.subject in ("indicator", "figure")
    if value in ("target", "actual"):
        return frame.subject == "indicator" or value in metrics
    if frame.subject == "figure":
        return value == "amount"  # 接待费多少钱
    money = value in MONEY and frame.metric == Metric("amount")
    return value in metrics or money


def _alternatives(frame: Frame) -> bool:
    extent = frame.extent
    several = (extent.places, len(extent.years), len(extent.projects), len(extent.categories))
    return frame.either or max(several) > 1 or any("、" in topic.label for topic in frame.of)


def _tells_subject(value: str, frame: Frame, metrics: set[str]) -> bool:
    if value in (frame.subject, frame.group, frame.owner):
        return True
    if value == "rule":
        return bool(frame.extent.rules)
    if (value, frame.subject) in (("finding", "rule"), ("document", "year")):
        return True
    kinds = {each.kind for each in frame.conditions}
    things = {each.text for each in frame.conditions if each.kind in ("has", "counted")}
    if value in things:
        return True
    if value == "project":
        return frame.subject in ("indicator", "finding", "figure") or "spending" in metrics
    if value == "indicator":
        tested = kinds & {"points", "over-budget", *patterns()["test"]}
        return bool(tested or frame.of) or any(each.metric and each.metric.of for each in frame.conditions)
    if value == "evaluation":
        asked = {each.metric.name for each in frame.conditions if each.metric}
        return bool((metrics | asked) & {"total", "rate", "reason"} or kinds & {"points", "evaluated"})
    # The department of everything else is shown beside it.
    return value == "department" and frame.subject not in ("department", "issue")


def _refused(frame: Frame) -> bool:
    """Say whether a combination has no answer of its own."""
    extent, subject = frame.extent, frame.subject
    metrics = _metrics(frame)
    kinds = {each.kind for each in frame.conditions}
    if subject == "year" and extent.years:
        return True
    if subject == "figure":
        return bool(extent.projects or frame.of or kinds - {"number"})
    if "figure" in metrics:
        return True
    if subject not in _LISTED and (metrics or frame.of or kinds - {"named", "has"}):
        return True
    tested = any(each.of or (each.metric and each.metric.of) for each in frame.conditions)
    if extent.period != "annual" and subject != "indicator" and not tested:
        return True
    for part, subjects in _RESTRICTS.items():
        if getattr(extent, part) and subject not in subjects:
            return True
    return any(_unfit(each, frame) for each in frame.conditions)


def _unfit(condition: Condition, frame: Frame) -> bool:
    subject = frame.subject
    if condition.kind == "has" and condition.text == "finding":
        return subject not in (*_AUDITED, "indicator")
    if condition.kind == "has" and condition.text == "indicator":
        return subject not in _AUDITED
    if condition.kind == "has" and condition.metric is None:
        return subject not in patterns()["has"][condition.text]
    if condition.kind == "counted":
        return subject not in _AUDITED
    if condition.kind == "dated":
        return subject != "indicator"
    if condition.kind == "sized" and not condition.said:
        return not (subject == "indicator" and bool(frame.of or frame.extent.projects or frame.conditions[1:]))
    return False


def _check(parts: list[Frame], tokens: list[Token], names: Names) -> None:
    """Raise where a topic is in no name of the graph; levels and concepts are known without."""
    topics = [topic for part in parts for topic in _topics(part)]
    texts = [text for topic in topics if not topic.listed for text in topic.texts]
    unheard = [text.replace(ANYTHING, "") for text in texts if not names.knows(plain(text))]
    if unheard:
        raise NotUnderstoodError("words", tuple(dict.fromkeys(unheard)))
    _check_pairs(tokens, names)
    used = {text for topic in topics for text in topic.label.split("、")}
    said: Of = tuple(token.value for token in tokens if token.kind in ("selection", "topic"))
    lost = [topic.label for topic in said if not set(topic.label.split("、")) <= used]
    if lost:
        raise NotUnderstoodError("unsupported", tuple(lost))


def _check_pairs(tokens: list[Token], names: Names) -> None:
    """Raise where words that stand together are in no one name together: 非遗展演经费 is no two topics."""
    for before, token in pairwise(tokens):
        topics = [each.value for each in (before, token) if each.kind in ("selection", "topic")]
        known = any(topic.listed or plain(topic.label) in names.projects for topic in topics)
        if len(topics) < 2 or token.before or known:
            continue
        if not names.together([text for topic in topics for text in topic.texts]):
            raise NotUnderstoodError("words", (before.text + token.text,))


def _topics(frame: Frame) -> list[Topic]:
    metrics = [frame.metric, *frame.show, *(each.metric for each in frame.conditions)]
    found = [*frame.of, *(topic for each in frame.conditions for topic in each.of)]
    return found + [topic for metric in metrics if metric for topic in metric.of]
