"""Tell an answer in a sentence: what was found, what was left out, and how else the question may be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jixiao.asking.compiling import metric_of, subject_of
from jixiao.asking.frames import Frame
from jixiao.asking.lexicon import Topic, messages
from jixiao.audit.registry import rules

Row = dict[str, str | None]
_TOLD = 6  # groups whose numbers are told in the sentence
_NAMES = ("indicatorName", "projectName", "departmentName", "label")
_VALUED = ("sum", "average", "bound", "part", "all")


@dataclass(frozen=True, slots=True)
class Notes:
    """Hold what an answer leaves out or decided.

    ``unknown`` is how many things a level 2 that was not printed leaves undecided, ``unknown_of`` what they may belong
    to; ``instead`` is the reading that found nothing; ``also`` a name and how many indicators only bear it;
    ``medium_term`` how many rows for several years are not listed.
    """

    unknown: int = 0
    unknown_of: tuple[Topic, ...] = ()
    instead: Frame | None = None
    also: tuple[str, int] | None = None
    medium_term: int = 0


def titles(columns: Sequence[str], rows: Sequence[Row], frame: Frame) -> tuple[tuple[str, str], ...]:
    """Return the columns that are shown with their Chinese titles."""
    known = messages()["columns"]
    unit = _unit(frame)
    shown = []
    for name in columns:
        if f"{name}Name" in columns:
            continue  # the IRI of what the next column names
        if name == "withMediumTerm" and all(row[name] == row["count"] for row in rows):
            continue
        more = f"（{unit}）" if unit in ("元", "%") and name in _VALUED else ""
        shown.append((name, known[name] + more))
    return tuple(shown)


def tell_rule(keys: tuple[str, ...], count: str) -> str:
    """Return what audit rules mean."""
    told = []
    for key in keys:
        rule = rules()[key]
        severity = messages()["severities"][rule.severity.value]
        text = messages()["told"]["rule"]
        told.append(text.format(rule=key, label=rule.label, severity=severity, source=rule.source, count=count))
    return "".join(told)


def tell(frame: Frame, value: str | None, rows: list[Row], notes: Notes) -> tuple[str, tuple[str, ...]]:
    """Return the answer in a sentence, and questions that ask for other readings."""
    texts = messages()["told"]
    parts = []
    others: list[str] = []
    if notes.instead is not None:
        label = "、".join(topic.label for topic in notes.instead.of)
        unprinted = texts["nounprinted"]
        if notes.unknown:
            unprinted = texts["someunprinted"].format(count=notes.unknown, thing=_thing(frame))
        parts.append(texts["byname"].format(label=label, unprinted=unprinted))
        parts.append(_sentence(frame, value, rows))
    elif notes.unknown and _counts_none(frame, rows):
        label = "、".join(topic.label for topic in notes.unknown_of)
        parts.append(texts["unknown"].format(label=label, count=notes.unknown, thing=_thing(frame)))
    else:
        parts.append(_sentence(frame, value, rows))
        if notes.unknown:
            parts.append(texts["unprinted"].format(count=notes.unknown, thing=_thing(frame)))
    if notes.medium_term:
        parts.append(texts["mediumterm"].format(more=notes.medium_term))
    if notes.also is not None:
        label, count = notes.also
        others.append(f"名称含“{label}”的指标")
        parts.append(texts["also"].format(count=count, label=label, question=others[0]))
    return "".join(parts), tuple(others)


def _thing(frame: Frame) -> str:
    return str(subject_of(frame.subject)["label"])


def _counts_none(frame: Frame, rows: list[Row]) -> bool:
    return frame.operation == "count" and not frame.group and rows[0]["count"] == "0"


def _sentence(frame: Frame, value: str | None, rows: list[Row]) -> str:
    texts = messages()["told"]
    if not rows and (frame.operation != "list" or frame.show):
        return str(texts["nodata"])
    if not rows:
        return str(texts["empty"].format(thing=_thing(frame)))
    if frame.operation == "share":
        part, whole = (_amount(rows[0][name] or "0", frame) for name in ("part", "all"))
        return str(texts["share"].format(share=rows[0]["share"], part=part, whole=whole))
    if frame.differs and frame.operation == "list" and frame.metric:
        value = frame.metric.name if frame.subject != "figure" else "value"
    if frame.differs and len(rows) == 2 and value:
        return _grouped(frame, value, rows) + _difference(frame, value, rows)
    if frame.best and value and frame.operation in ("rank", "count"):
        return _best(frame, value, rows)
    if frame.operation == "list":
        return _listed(frame, rows)
    return _numbers(frame, value, rows)


def _numbers(frame: Frame, value: str | None, rows: list[Row]) -> str:
    texts, first = messages()["told"], rows[0]
    if frame.group:
        return _grouped(frame, value, rows)
    if frame.operation == "count":
        more = int(first.get("withMediumTerm") or first["count"] or 0) - int(first["count"] or 0)
        also = texts["mediumterm"].format(more=more) if more else ""
        return str(texts["count"].format(count=first["count"], more=also))
    if frame.operation == "rank" or not value:
        return _listed(frame, rows)
    if len(rows) > 1:
        told = [_with_unit(row, value, frame) for row in rows[:_TOLD]]
        return str(texts["units"].format(values="；".join(told), count=len(rows)))
    count = list(first.values())[-1]
    if first[value] is None or count == "0":
        return str(texts["nodata"])
    return str(texts["value"].format(value=_amount(first[value] or "", frame), count=count))


def _best(frame: Frame, value: str, rows: list[Row]) -> str:
    """Return the first places, those of each unit apart."""
    text: str = messages()["told"]["best"]
    places: dict[str, list[str]] = {}
    for row in rows:
        places.setdefault(_with_unit(row, value, frame), []).append(_name(row))
    parts = [text.format(names="、".join(dict.fromkeys(names)), value=told) for told, names in places.items()]
    return "；".join(parts) + "。"


def _listed(frame: Frame, rows: list[Row]) -> str:
    """Return how many things there are; of a single one its only number as well."""
    known = subject_of(frame.subject)
    things = {tuple(row[name] for name in _things(row)) for row in rows}
    more = messages()["told"]["rows"].format(rows=len(rows)) if len(rows) != len(things) else ""
    told: str = messages()["told"]["several"].format(
        count=len(things), unit=known["unit"], thing=known["label"], rows=more
    )
    if len(rows) > 1:
        return told
    return told + _only(frame, rows[0])


def _only(frame: Frame, row: Row) -> str:
    if frame.subject == "figure":
        value, unit = row["value"] or "", row["unitText"] or ""
        return f"{row['label']}：{_money(value) if unit == '元' else value + unit}。"
    if frame.subject == "indicator" and row.get("targetText"):
        actual = f"，实际 {row['actualText']}" if row.get("actualText") else ""
        return f"{row['indicatorName']}：{row['targetText']}{actual}。"
    shown = [each for each in frame.show if row.get(each.name)]
    told = [f"{metric_of(each.name)['label']} {_told_value(row[each.name] or '', each.name)}" for each in shown]
    return f"{'，'.join(told)}。" if told else ""


def _told_value(value: str, name: str) -> str:
    unit = metric_of(name).get("unit", "")
    return _money(value) if unit == "元" else f"{value}{unit}"


def _difference(frame: Frame, value: str, rows: list[Row]) -> str:
    texts = messages()["told"]
    more, less = sorted(rows, key=lambda row: Decimal(row[value] or 0), reverse=True)
    between = Decimal(more[value] or 0) - Decimal(less[value] or 0)
    if not between:
        return str(texts["same"].format(value=_amount(more[value] or "0", frame)))
    first, second = (_group_name(frame, row) for row in (more, less))
    return str(texts["differs"].format(first=first, second=second, value=_amount(f"{between:f}", frame)))


def _group_name(frame: Frame, row: Row) -> str:
    if frame.group == "year":
        return f"{row['year']}年"
    return _name(row) or "未写明"


def _grouped(frame: Frame, value: str | None, rows: list[Row]) -> str:
    """Return the numbers of few groups in one sentence, how many groups there are otherwise."""
    texts = messages()["told"]
    if len(rows) > _TOLD or not value:
        return str(texts["groups"].format(count=len(rows)))
    parts = []
    for row in rows:
        told = _with_unit(row, value, frame)
        unprinted = row.get("unprinted") or "0"
        if row[value] == "0" and unprinted != "0":
            told = f"未印二级（{unprinted} 个{_thing(frame)}）"
        parts.append(f"{_group_name(frame, row)} {told}")
    return "，".join(parts) + "。"


def _with_unit(row: Row, value: str, frame: Frame) -> str:
    unit = row.get("unitText") or ""
    if unit == "元":
        return _money(row[value] or "0")
    return _amount(row[value] or "0", frame).removesuffix(unit) + unit


def _things(row: Row) -> list[str]:
    for name in ("indicator", "project", "department"):
        if name in row and not (name == "indicator" and "project" in row):
            return [name]
    return list(row)


def _name(row: Row) -> str:
    for name in _NAMES:
        if row.get(name) and not (name == "indicatorName" and "project" in row):
            return str(row[name])
    return ""


def _unit(frame: Frame) -> str:
    if frame.metric is None:
        return ""
    if any(topic.rates_satisfaction for topic in frame.metric.of) and frame.metric.name not in ("indicators",):
        return "%"
    return str(metric_of(frame.metric.name).get("unit", ""))


def _amount(value: str, frame: Frame) -> str:
    unit = _unit(frame)
    if unit == "元":
        return _money(value)
    return f"{value}%" if unit == "%" else value


def _money(value: str) -> str:
    number = Decimal(value)
    if not number:
        return "0 元"
    shown = f"{number / 10000:,f}"
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    return f"{shown} 万元"
