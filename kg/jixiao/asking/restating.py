"""Say in Chinese what a frame asks: what it says is what is asked, as it is made from the frame alone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from jixiao.asking.frames import Column, Condition, Frame, Of, Scope
from jixiao.asking.pieces import column_of, table_of, tables
from jixiao.asking.vocabulary import ANYTHING, Topic, messages

_TENTHOUSAND = 10000
_NAMED = 4  # names that are written out


def restate(frame: Frame) -> str:
    """Return the question as it was understood."""
    texts = _texts()
    if frame.table == "rule" and not frame.fold and frame.scope.rules:
        return str(texts["rule"].format(rules="、".join(frame.scope.rules)))
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
        return _scope_text(frame.scope) + column_text(frame.measure)
    return f"{_what(frame)}的{column_text(replace(frame.measure, of=()))}{_texts()['fold'][frame.fold]}"


def _listed(frame: Frame) -> str:
    shown = [column_text(each) for each in frame.show if each.name != "figure"]
    more = ""
    if shown:
        more = f"，并给出{'、'.join(shown)}"
    if frame.measure is None:
        return f"列出{_what(frame)}{more}"
    measure = column_text(frame.measure)
    order = _texts()["order"][frame.order or "down"]
    if frame.table == "figure":
        return f"列出{_scope_text(frame.scope)}{measure}，按{order}排列"
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
    joined = joiner.join(condition_text(each) for each in frame.conditions)
    scope = _scope_text(frame.scope)
    if not scope and not joined:
        return ""
    return f"{scope}{joined}的"


def _scope_text(scope: Scope) -> str:
    parts = [word for word, _ in scope.departments] + [region.label for region in scope.regions]
    told = ["、".join(parts), "、".join(f"{year}年" for year in scope.years)]
    told.append("、".join(word for word, _ in (*scope.projects, *scope.forms, *scope.documents)))
    told.append("、".join(_texts()["period"][each] for each in scope.periods))
    severities = [messages()["severities"][each] for each in scope.severities]
    told.append("、".join((*scope.rules, *severities)))
    told.append("、".join(scope.categories))
    return "".join(told)


def _table_text(frame: Frame) -> str:
    label = str(table_of(frame.table)["label"])
    if frame.table == "figure":
        return "、".join(each.label or "" for each in (*frame.show, *filter(None, [frame.measure])))
    if frame.table != "indicator":
        return label
    owner = ""
    if frame.owner and not (frame.owner == "project" and frame.scope.projects):
        owner = _texts()["owner"][frame.owner]
    return owner + "、且".join(_topic_text(topic) for topic in frame.of) + label


def _topic_text(topic: Topic) -> str:
    if topic.texts and not topic.levels:
        texts = list(dict.fromkeys(topic.texts))
        about = "、".join(f"“{text.replace(ANYTHING, '')}”" for text in texts[:_NAMED])
        if len(texts) > _NAMED:
            about += f"等{len(texts)}个"
        if topic.exact:
            return f"名称为{about}的"
        return f"与{about}有关的"
    return _labels((topic,))


def column_text(column: Column) -> str:
    """Return what a column is called."""
    label = str(column_of(column.name)["label"])
    if column.name == "target" and not column.of:
        return "目标值"
    if column.of:
        return f"{_labels(column.of)}{label}"
    return column.label or label


def _labels(of: Of) -> str:
    return "".join(topic.label.removesuffix("指标").removesuffix("目标") for topic in of)


# ---------------------------------------------------------------- conditions


def condition_text(condition: Condition) -> str:
    """Return a condition in Chinese."""
    kind, texts = condition.kind, _texts()["condition"]
    if kind == "number":
        assert condition.column is not None
        return column_text(condition.column) + number_text(condition)
    if kind == "rows":
        return _rows_text(condition)
    if kind == "column":
        assert condition.column is not None
        return ("没有" if condition.negated else "有") + column_text(condition.column)
    if kind == "named":
        name = "titled" if condition.of[0].titled else "named"
        return str(texts[name].format(label=_labels(condition.of)))
    of = ""
    if condition.of:
        of = f"{_labels(condition.of)}指标"
    if kind == "points":
        return str(texts[condition.text].format(of=of))
    known = tables()["test"][kind]
    label = known["label"]
    if condition.negated:
        label = known.get("negated", f"不是{label}")
    return of + str(label.replace("$text", condition.text).replace("$said", condition.said))


def _rows_text(condition: Condition) -> str:
    rows = condition.rows
    assert rows is not None
    label = _scope_text(rows.scope) + _table_text(rows)
    if condition.number is not None:
        return f"{label}数{number_text(condition)}"
    told = "、且".join(condition_text(each) for each in rows.conditions)
    if condition.negated:
        return f"没有{told}{'的' if told else ''}{label}"
    tested = rows.conditions and rows.conditions[0].kind in tables()["test"]
    if told and rows.table != "indicator":
        return f"有{told}的{label}"
    if told and tested:
        return f"{label}{told}"
    if told and any(each.column and each.column.of for each in rows.conditions):
        return told
    if told:
        return f"{_labels(rows.of)}{told}"
    return f"设有{label}" if rows.table == "indicator" else f"有{label}"


def number_text(condition: Condition) -> str:
    """Return a comparison in Chinese."""
    assert condition.number is not None
    signs = _texts()["sign"]
    value = _number(condition.number, condition.unit)
    if condition.text == "upper":
        signs = {sign: f"上限{text}" for sign, text in signs.items()}
    if condition.upper is None:
        return f"{signs[condition.sign]}{value}"
    end = _number(condition.upper, condition.unit)
    if condition.sign == ">" or condition.end == "<":
        return f"{signs[condition.sign]}{value}、{signs[condition.end]}{end}"
    return f"在{value}与{end}之间"


def _number(value: Decimal, unit: str) -> str:
    if unit == "元" and value and value % _TENTHOUSAND == 0:
        return f"{value / _TENTHOUSAND:f}".rstrip(".") + "万元"
    return f"{value:f}{unit}"
