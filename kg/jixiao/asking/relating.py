"""Hold one number against another: the difference of two, how many times one is the other, what share it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from jixiao.asking.drafting import MONEY, Draft, WordBag
from jixiao.asking.frames import Extent, Frame, Metric, NotUnderstoodError

_PARTS = ("projects", "years", "periods", "categories")
_ALL = ("全部", "所有", "全体", "总", "一切", "整个")


def related(frame: Frame, relation: str, words: WordBag) -> Frame:
    """Return a frame of one number as that of two, which the things named twice in it make."""
    for first, second in _halves(frame, relation):
        if relation == "share" and first.metric != second.metric:
            first, second = second, first  # 预算总额里项目支出占几成
        return replace(_single(first), relation=relation, other=_single(second))
    if relation != "share":
        raise NotUnderstoodError("compare")
    if frame.conditions or frame.of:
        whole = replace(frame, conditions=(), of=(), either=False)
    else:
        whole = replace(frame, extent=Extent())
    if whole == frame:
        raise NotUnderstoodError("share", tuple(token.text for token in words.tokens))
    return replace(_single(frame), relation=relation, other=_single(whole))


def as_share(frame: Frame, draft: Draft) -> Frame:
    """Return a frame as that for its share of what the words of ``draft`` name, or of all there is."""
    words = draft.words
    subjects = [token.value for token in draft.subjects if token.value != "evaluation"]
    for kind in ("subject", "field", "figure"):
        words.take(kind)
    words.take("operation", "sum", "whole")
    fold, metric = _shared(frame, draft)
    subject = frame.subject
    if subjects:
        subject = subjects[-1]
    elif draft.shown and draft.shown[-1].name == "amount":
        subject = "department"  # the budget of a place is its departments'
    if metric is not None and metric.name == "figure":
        subject = "figure"
    if fold == "count" and subject != frame.subject:
        raise NotUnderstoodError("share", tuple(token.text for token in words.tokens))
    whole = Frame(subject, draft.extent, draft.conditions, of=tuple(draft.topics), fold=fold, metric=metric)
    mine = frame
    if not frame.fold:
        own = next((each for each in reversed(frame.show)), metric)
        mine = replace(frame, fold=fold, metric=own, show=())
    everything = any(token.before.startswith(_ALL) for token in words.tokens)
    extent = whole.extent
    if not everything and subject != mine.subject:
        whole = replace(whole, extent=_inherited(extent, mine.extent))
    elif not everything:
        whole = replace(whole, extent=replace(extent, years=extent.years or mine.extent.years))
    mine = replace(mine, extent=_inherited(mine.extent, extent))
    return replace(_single(mine), relation="share", other=_single(whole))


def _shared(frame: Frame, draft: Draft) -> tuple[str, Metric | None]:
    """Return what is shared: a sum of what the whole or the part names, or how many there are."""
    if draft.shown:
        return "sum", draft.shown[-1]
    if any(each.name in MONEY for each in frame.show):
        return "sum", frame.show[-1]
    return frame.fold or "count", frame.metric


def _inherited(part: Extent, whole: Extent) -> Extent:
    """Return the extent of a part: where the whole is, unless it says otherwise."""
    if not part.places:
        part = replace(part, departments=whole.departments, regions=whole.regions)
    return replace(part, years=part.years or whole.years)


def _halves(frame: Frame, relation: str) -> Iterator[tuple[Frame, Frame]]:
    """Yield the two frames that what is named twice makes: metrics, places, projects, years, periods, topics."""
    metrics = [each for each in frame.show if each.name != "reason"]
    if len(metrics) == 2:
        yield _measured_by(metrics[0], metrics, frame), _measured_by(metrics[1], metrics, frame)
    for first, second in _extents(frame.extent):
        yield replace(frame, extent=first), replace(frame, extent=second)
    aimed = frame.subject == "indicator" and frame.metric == Metric("target", frame.of)
    if aimed and relation == "difference" and frame.metric:
        yield frame, replace(frame, metric=Metric("actual", frame.metric.of))
    if len(frame.of) == 2:
        yield replace(frame, of=frame.of[:1]), replace(frame, of=frame.of[1:])


def _extents(extent: Extent) -> Iterator[tuple[Extent, Extent]]:
    """Yield the two extents that what is named twice in one makes."""
    places = [Extent(departments=(each,)) for each in extent.departments]
    places += [Extent(regions=(each,)) for each in extent.regions]
    if len(places) == 2:
        first, second = (replace(extent, departments=each.departments, regions=each.regions) for each in places)
        yield first, second
    for part in _PARTS:
        values = getattr(extent, part)
        if len(values) == 2:
            yield replace(extent, **{part: values[:1]}), replace(extent, **{part: values[1:]})


def _measured_by(metric: Metric, metrics: list[Metric], frame: Frame) -> Frame:
    """Return a frame of one metric; beside what is spent on projects, the budget is the department's."""
    if metric.name == "amount" and any(each.name == "spending" for each in metrics):
        return replace(frame, subject="department", metric=metric, fold="sum")
    return replace(frame, metric=metric)


def _single(frame: Frame) -> Frame:
    """Return a frame of one number for all things, as a side of a relation."""
    metric, subject, fold = frame.metric, frame.subject, frame.fold
    if metric is not None and metric.name == "spending":
        metric, subject, fold = Metric("amount"), "project", "sum"
    if subject in ("department", "figure") and fold == "sum" and frame.extent.places:
        fold = "only"
    if subject == "project" and metric is None and fold != "count":
        fold = "count"
    return replace(
        frame, subject=subject, fold=fold, metric=metric, group=None, show=(), order="", best=False, limit=None
    )
