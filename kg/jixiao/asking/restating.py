"""Say in Chinese what a frame asks: what it says is what is asked, as it is made from the frame alone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from jixiao.asking.frames import Condition, Frame, Metric, Of
from jixiao.asking.lexicon import Topic, messages, read_data

_SIGNS = {">=": "不低于", ">": "高于", "<=": "不超过", "<": "低于", "=": "等于"}
_GROUPED = {"department": "按部门", "project": "按项目", "year": "按年度"}
_KNOWN: dict[str, Any] = read_data("patterns.toml")


def restate(frame: Frame) -> str:
    """Return the question as it was understood."""
    if frame.subject == "rule":
        return f"说明审核规则{'、'.join(frame.extent.rules)}"
    of = _restricted(frame)
    subject = _subject_text(frame)
    what = f"{of}{subject}"
    group = _GROUPED.get(frame.group or "", "")
    metric = _metric_text(frame.metric) if frame.metric else ""
    if frame.metric == Metric("findings"):
        metric = _audited(frame) + metric
    if frame.operation == "share":
        return _share_text(frame, what)
    if frame.operation == "count":
        counted = f"{group}统计{what}有多少个"
        return f"{counted}，取最多的" if frame.best else counted
    if frame.operation in ("sum", "average"):
        told = "合计" if frame.operation == "sum" else "平均值"
        more = "，并给出相差多少" if frame.differs else ""
        return f"{group}计算{what}的{metric}{told}{more}"
    if frame.operation == "rank":
        ranked = f"{'平均' if frame.averaged else ''}{metric}"
        way = ("最高", "从高到低") if frame.descending else ("最低", "从低到高")
        more = "，并给出扣分原因" if frame.reasons else ""
        if frame.best or frame.limit:
            first = f"前{frame.limit}个" if frame.limit else ""
            return f"找出{of}{ranked}{way[0]}的{first}{subject}{more}"
        return f"列出{what}，按{ranked}{way[1]}排列{more}"
    shown = [_metric_text(each) for each in frame.show if each.name != "figure"]
    if frame.reasons:
        shown.append("扣分原因")
    return f"列出{what}" + (f"，并给出{'、'.join(shown)}" if shown else "")


def _restricted(frame: Frame) -> str:
    texts = [_condition_of(each, frame) for each in frame.conditions]
    conditions = ("或" if frame.either else "、且").join(texts)
    extent = _extent_text(frame)
    return f"{extent}{conditions}的" if extent or conditions else ""


def _share_text(frame: Frame, what: str) -> str:
    years = _extent_text(replace(frame, extent=frame.whole)) if frame.whole else ""
    told = "金额" if frame.metric else "个数"
    return f"计算{what}的{told}占{years}全部{_label(frame.subject)}{told}的比例"


def _label(subject: str) -> str:
    return str(_KNOWN["subject"][subject]["label"])


def _extent_text(frame: Frame) -> str:
    extent = frame.extent
    parts = ["、".join((*(word for word, _ in extent.departments), *(region.label for region in extent.regions)))]
    parts.append("、".join(f"{year}年" for year in extent.years))
    parts.append("、".join(word for word, _ in (*extent.projects, *extent.forms, *extent.documents)))
    if extent.period != "annual":
        parts.append("中期（实施期）")
    if frame.subject == "finding":
        parts.append(_audited(frame))
    parts.append("、".join(extent.categories))
    return "".join(parts)


def _audited(frame: Frame) -> str:
    severities = messages()["severities"]
    return "、".join((*frame.extent.rules, *(severities[each] for each in frame.extent.severities)))


def _condition_of(condition: Condition, frame: Frame) -> str:
    lacking = condition.kind == "missing" and condition.metric == Metric("findings")
    if condition.kind == "finding" or lacking:
        return f"{'没有' if lacking else '有'}{_audited(frame)}审核发现"
    return condition_text(condition)


def _subject_text(frame: Frame) -> str:
    if frame.subject == "figure" and frame.operation == "rank":
        return _label("department")
    if frame.subject == "figure":
        return "、".join(each.label or "" for each in frame.show)
    if not frame.of or frame.subject != "indicator":
        return _label(frame.subject)
    named = "、且".join(_topic_text(topic) for topic in frame.of)
    of = "项目的" if frame.of_projects and not frame.extent.projects else ""
    return f"{of}{named}指标"


def _topic_text(topic: Topic) -> str:
    if topic.texts and not topic.levels:
        about = "、".join(f"“{text}”" for text in topic.texts)
        return f"名称为{about}的" if topic.exact else f"与{about}有关的"
    return _stem(topic)


def _metric_text(metric: Metric) -> str:
    label = str(_KNOWN["metric"][metric.name]["label"])
    if metric.name == "target" and not metric.of:
        return "目标值"
    if metric.of:
        return f"{_labels(metric.of)}{label}"
    return metric.label or label


def _stem(topic: Topic) -> str:
    return topic.label.removesuffix("指标").removesuffix("目标")


def _labels(of: Of) -> str:
    return "".join(_stem(topic) for topic in of)


def condition_text(condition: Condition) -> str:
    """Return a condition in Chinese."""
    label = _labels(condition.of)
    kind = condition.kind
    if kind == "missing":
        if condition.metric is None:
            return f"没有{label}指标"
        return f"没有{_metric_text(condition.metric)}"
    if kind == "named":
        return f"名称含“{label}”" if condition.of[0].titled else f"与“{label}”有关"
    if kind == "says":
        return f"目标写有“{condition.text}”"
    if kind == "due":
        return f"要求在{condition.unit}"
    if kind in _PHRASES:
        of = f"{label}指标" if condition.of else "指标" if kind in ("missed", "reached") else ""
        return _PHRASES[kind].format(label=label, of=of, text=condition.text)
    assert condition.metric is not None and condition.number is not None
    return _metric_text(condition.metric) + _number_text(condition)


_PHRASES = {
    "over-budget": "{label}指标的上限高于项目金额",
    "full": "{of}得分拿满",
    "lost": "{of}有扣分",
    "has": "设有{label}指标",
    "missed": "{of}完成值未达到目标值",
    "reached": "{of}完成值达到目标值",
    "sized": "以“{text}”计",
    "unknown": "未印二级、不知是否属{label}",
}


def _number_text(condition: Condition) -> str:
    assert condition.number is not None
    value = _number(condition.number, condition.unit)
    if condition.upper is None:
        return f"{_SIGNS[condition.comparator]}{value}"
    end = _number(condition.upper, condition.unit)
    if condition.comparator == ">" or condition.end == "<":
        return f"{_SIGNS[condition.comparator]}{value}、{_SIGNS[condition.end]}{end}"
    return f"在{value}与{end}之间"


def _number(value: Decimal, unit: str) -> str:
    if unit == "元" and value and value % 10000 == 0:
        return f"{value / 10000:f}".rstrip(".") + "万元"
    return f"{value:f}{unit}"
