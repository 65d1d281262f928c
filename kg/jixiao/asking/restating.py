"""Say in Chinese what a frame asks: what it says is what is asked, as it is made from the frame alone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from jixiao.asking.frames import Condition, Extent, Frame, Metric, Of
from jixiao.asking.lexicon import ANYTHING, Topic, messages
from jixiao.asking.pieces import metric_of, patterns, subject_of

_TENTHOUSAND = 10000


def restate(frame: Frame) -> str:
    """Return the question as it was understood."""
    texts = _texts()
    if frame.subject == "rule" and not frame.fold and frame.extent.rules:
        return str(texts["rule"].format(rules="、".join(frame.extent.rules)))
    if frame.relation:
        sides = (_number_of(frame), _number_of(frame.other or frame))
        return str(texts[frame.relation].format(*sides))
    if frame.fold:
        return _folded(frame)
    return _listed(frame)


def _texts() -> dict[str, Any]:
    found: dict[str, Any] = messages()["restated"]
    return found


def _folded(frame: Frame) -> str:
    texts = _texts()
    group = texts["group"].get(frame.group or "", "")
    told = f"{group}计算{_number_of(frame)}"
    if frame.fold == "count":
        told = f"{group}统计{_what(frame)}有多少个"
    if frame.best:
        return f"{told}，取{texts['first'][frame.order]}的"
    if frame.limit:
        return f"{told}，取{texts['first'][frame.order]}的{frame.limit}个"
    if frame.order:
        return f"{told}，{texts['order'][frame.order]}排列"
    return told


def _number_of(frame: Frame) -> str:
    """Return a text for one number of many things."""
    if frame.fold == "count":
        return f"{_what(frame)}的个数"
    assert frame.metric is not None
    if frame.subject == "figure":
        return _extent_text(frame) + _metric_text(frame.metric)
    metric = _metric_text(replace(frame.metric, of=()))
    return f"{_what(frame)}的{metric}{_texts()['fold'][frame.fold]}"


def _listed(frame: Frame) -> str:
    texts = _texts()
    shown = [_metric_text(each) for each in frame.show if each.name != "figure"]
    more = f"，并给出{'、'.join(shown)}" if shown else ""
    if frame.metric is None:
        return f"列出{_what(frame)}{more}"
    metric = _metric_text(frame.metric)
    if frame.subject == "figure":
        return f"列出{_extent_text(frame)}{metric}，按{texts['order'][frame.order]}排列"
    if frame.best or frame.limit:
        first = f"前{frame.limit}个" if frame.limit else ""
        return f"找出{_restricted(frame)}{metric}{texts['first'][frame.order]}的{first}{_subject_text(frame)}{more}"
    return f"列出{_what(frame)}，按{metric}{texts['order'][frame.order]}排列{more}"


# ---------------------------------------------------------------- what is meant


def _what(frame: Frame) -> str:
    return _restricted(frame) + _subject_text(frame)


def _restricted(frame: Frame) -> str:
    texts = [_condition_of(each, frame) for each in frame.conditions]
    joined = ("或" if frame.either else "、且").join(texts)
    extent = _extent_text(frame)
    return f"{extent}{joined}的" if extent or joined else ""


def _extent_text(frame: Frame) -> str:
    extent = frame.extent
    parts = ["、".join((*(word for word, _ in extent.departments), *(region.label for region in extent.regions)))]
    parts.append("、".join(f"{year}年" for year in extent.years))
    parts.append("、".join(word for word, _ in (*extent.projects, *extent.forms, *extent.documents)))
    parts.append("、".join(_texts()["period"][each] for each in extent.periods))
    if frame.subject in ("finding", "rule"):
        parts.append(_audited(extent))
    parts.append("、".join(extent.categories))
    return "".join(parts)


def _audited(extent: Extent) -> str:
    severities = messages()["severities"]
    return "、".join((*extent.rules, *(severities[each] for each in extent.severities)))


def _subject_text(frame: Frame) -> str:
    label = str(subject_of(frame.subject)["label"])
    if frame.subject == "figure":
        return "、".join(each.label or "" for each in (*frame.show, *filter(None, [frame.metric])))
    if frame.subject != "indicator":
        return label
    owner = ""
    if frame.owner and not (frame.owner == "project" and frame.extent.projects):
        owner = _texts()["owner"][frame.owner]
    return owner + "、且".join(_topic_text(topic) for topic in frame.of) + label


def _topic_text(topic: Topic) -> str:
    if topic.texts and not topic.levels:
        about = "、".join(f"“{text.replace(ANYTHING, '')}”" for text in dict.fromkeys(topic.texts))
        return f"名称为{about}的" if topic.exact else f"与{about}有关的"
    return _stem(topic)


def _metric_text(metric: Metric) -> str:
    label = str(metric_of(metric.name)["label"])
    if metric.name == "target" and not metric.of:
        return "目标值"
    if metric.of:
        return f"{_labels(metric.of)}{label}"
    return metric.label or label


def _stem(topic: Topic) -> str:
    return topic.label.removesuffix("指标").removesuffix("目标")


def _labels(of: Of) -> str:
    return "".join(_stem(topic) for topic in of)


# ---------------------------------------------------------------- conditions


def _condition_of(condition: Condition, frame: Frame) -> str:
    if condition.kind == "has" and condition.text == "finding":
        return f"{_having(condition)}{_audited(frame.extent)}审核发现"
    return condition_text(condition)


def condition_text(condition: Condition) -> str:
    """Return a condition in Chinese."""
    label, kind, texts = _labels(condition.of), condition.kind, _texts()["condition"]
    if kind == "number":
        assert condition.metric is not None
        return _metric_text(condition.metric) + _number_text(condition)
    if kind == "counted":
        thing = subject_of(condition.text)["label"]
        return f"{label}{thing}数{_number_text(condition)}"
    if kind == "has":
        return _has_text(condition)
    if kind == "named":
        return str(texts["titled" if condition.of[0].titled else "named"].format(label=label))
    if kind in patterns()["test"]:
        return _test_text(condition)
    of = f"{label}指标" if condition.of else ""
    return str(texts[condition.text or kind].format(label=label, of=of))


def _having(condition: Condition) -> str:
    return "没有" if condition.negated else "有"


def _has_text(condition: Condition) -> str:
    if condition.metric is not None:
        return _having(condition) + _metric_text(condition.metric)
    label = str(subject_of(condition.text)["label"])
    if condition.text != "indicator":
        return _having(condition) + label
    verb = "没有" if condition.negated else "设有"
    return f"{verb}{_labels(condition.of)}{label}"


def _test_text(condition: Condition) -> str:
    known = patterns()["test"][condition.kind]
    label = known["negated"] if condition.negated else known["label"]
    text = label.replace("$text", condition.text).replace("$said", condition.said)
    if condition.of or known.get("first"):
        return f"{_labels(condition.of)}指标{text}"
    return str(text)


def _number_text(condition: Condition) -> str:
    assert condition.number is not None
    signs = _texts()["sign"]
    value = _number(condition.number, condition.unit)
    if condition.text == "upper":
        signs = {sign: f"上限{text}" for sign, text in signs.items()}
    if condition.upper is None:
        return f"{signs[condition.comparator]}{value}"
    end = _number(condition.upper, condition.unit)
    if condition.comparator == ">" or condition.end == "<":
        return f"{signs[condition.comparator]}{value}、{signs[condition.end]}{end}"
    return f"在{value}与{end}之间"


def _number(value: Decimal, unit: str) -> str:
    if unit == "元" and value and value % _TENTHOUSAND == 0:
        return f"{value / _TENTHOUSAND:f}".rstrip(".") + "万元"
    return f"{value:f}{unit}"
