"""Say in Chinese what a frame asks: what it says is what is asked, as it is made from the frame alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from jixiao.asking.frames import Filter, Frame
from jixiao.asking.patterns import filled, filter_of, label_of, table_of, tables
from jixiao.asking.vocabulary import ANYTHING, Topic, messages

_TENTHOUSAND = 10000


def restate(frame: Frame) -> str:
    """Return the question as it was understood."""
    texts = _texts()
    if frame.table == "rule" and not frame.fold and frame.of("rule"):
        return str(texts["rule"].format(rules=scope_text(frame)))
    if frame.relation:
        return str(texts[frame.relation].format(_number_of(frame), _number_of(frame.other or frame)))
    if frame.fold:
        return _folded(frame)
    return _listed(frame)


def _texts() -> dict[str, Any]:
    found: dict[str, Any] = messages()["restated"]
    return found


def _folded(frame: Frame) -> str:
    group = _texts()["group"].get(frame.group, "")
    told = f"{group}计算{_number_of(frame)}"
    if frame.fold == "count":
        told = f"{group}统计{_what(frame)}有多少个"
    if frame.best or frame.limit:
        return f"{told}，取{_first(frame)}的"
    if frame.order:
        return f"{told}，{_texts()['order'][frame.order]}排列"
    return told


def _first(frame: Frame) -> str:
    """Return which places of an order are kept."""
    first = str(_texts()["first"][frame.order])
    if frame.skip:
        return f"{first}起第{frame.skip + 1}位"
    if frame.limit:
        return f"{first}的前{frame.limit}个"
    return first


def _number_of(frame: Frame) -> str:
    """Return a text for one number of many things."""
    if frame.fold == "count":
        return f"{_what(frame)}的个数"
    assert frame.measure is not None
    if frame.table == "figure":
        return scope_text(frame) + label_of(frame.measure)
    return f"{_what(frame)}的{label_of(frame.measure)}{_texts()['fold'][frame.fold]}"


def _listed(frame: Frame) -> str:
    shown = "、".join(label_of(each) for each in frame.show if each.name != "figure")
    more = f"，并给出{shown}" if shown else ""
    if frame.measure is None:
        return f"列出{_what(frame)}{more}"
    measure, order = label_of(frame.measure), _texts()["order"][frame.order or "down"]
    if frame.table == "figure":
        return f"列出{scope_text(frame)}{measure}，按{order}排列"
    if frame.best or frame.limit:
        return f"找出{_restricted(frame)}{measure}{_first(frame)}的{_table_text(frame)}{more}"
    return f"列出{_what(frame)}，按{measure}{order}排列{more}"


# ---------------------------------------------------------------- what is meant


def _what(frame: Frame) -> str:
    return _restricted(frame) + _table_text(frame)


def _restricted(frame: Frame) -> str:
    joiner = "、且"
    if frame.either:
        joiner = "或"
    told = scope_text(frame) + joiner.join(map(filter_text, frame.tests))
    return f"{told}的" if told else ""


def scope_text(frame: Frame) -> str:
    """Return within what is asked, in the order of the tables."""
    named = [each for kind in tables()["filter"] for each in frame.of(kind) if each.is_scope]
    return "".join(filled(filter_of(each.kind)["label"], said="、".join(each.labels)) for each in named)


def _table_text(frame: Frame) -> str:
    if frame.table == "figure":
        return "、".join(each.label for each in (*frame.show, frame.measure) if each)
    return "、且".join(map(_topic_text, frame.topics)) + str(table_of(frame.table)["label"])


def _topic_text(topic: Topic) -> str:
    if topic.levels or not topic.texts:
        return topic_label(topic)
    about = "、".join(f"“{text.replace(ANYTHING, '')}”" for text in dict.fromkeys(topic.texts))
    return f"名称为{about}的" if topic.exact else f"与{about}有关的"


def topic_label(topic: Topic) -> str:
    """Return what a topic is called before the word for indicators."""
    return topic.label.removesuffix("指标").removesuffix("目标")


# ---------------------------------------------------------------- filters


def filter_text(each: Filter) -> str:
    """Return a filter in Chinese."""
    if each.kind == "number" and each.column:
        return label_of(each.column) + number_text(each)
    if each.kind == "rows" and each.rows:
        return _rows_text(each, each.rows)
    if each.kind == "column" and each.column:
        return f"没有{label_of(each.column)}"
    of = topic_label(each.topic) if each.topic else ""
    if each.kind == "named" and each.topic:
        name = "titled" if each.topic.titled else "named"
        return str(_texts()["filter"][name].format(label=of))
    known = filter_of(each.kind)
    label = known["label"]
    if each.negated:
        label = known.get("negated", f"不是{label}")
    if of:
        of += "指标"
    return of + filled(label, text="".join(each.values[:1]), said="、".join(each.labels))


def _rows_text(each: Filter, rows: Frame) -> str:
    label = scope_text(rows) + _table_text(rows)
    if each.number is not None:
        return f"{label}数{number_text(each)}"
    told = "、且".join(map(filter_text, rows.tests))
    if each.negated:
        return f"没有{told}{'的' if told else ''}{label}"
    if told and rows.table != "indicator":
        return f"有{told}的{label}"
    if told and rows.tests[0].kind == "number":
        return "".join(map(topic_label, rows.topics)) + told
    if told:
        return f"{label}{told}"
    return f"设有{label}" if rows.table == "indicator" else f"有{label}"


def number_text(each: Filter) -> str:
    """Return a comparison in Chinese."""
    assert each.number is not None
    signs = _texts()["sign"]
    value = _number(each.number, each.unit)
    upper = "上限" if "upper" in each.values else ""
    if each.upper is None:
        return f"{upper}{signs[each.sign]}{value}"
    return f"{signs[each.sign]}{value}、{signs['<=']}{_number(each.upper, each.unit)}"


def _number(value: Decimal, unit: str) -> str:
    if unit == "元" and value and value % _TENTHOUSAND == 0:
        return f"{value / _TENTHOUSAND:f}".rstrip(".") + "万元"
    return f"{value:f}{unit}"
