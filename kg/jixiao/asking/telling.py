"""Tell an answer in a sentence: what was found, what was left out, and how else the question may be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jixiao.asking.frames import Column, Frame
from jixiao.asking.patterns import column_of, label_of, table_of
from jixiao.asking.vocabulary import messages
from jixiao.audit.registry import rules

Row = dict[str, str | None]
_SAID = ("reason", "explanation", "half")  # texts that are told of a single indicator
_TOLD = 6  # groups whose numbers are told in the sentence
_NAMES = [
    "category",
    "topic",
    "indicatorName",
    "projectName",
    "departmentName",
    "label",
    "rule",
    "year",
    "document",
    "level1",
    "level2",
]
_VALUED = ("sum", "average", "only", "bound", "first", "second", "difference", "part", "all")
_REGIONS = ("region:", "zone:")  # what the values of places begin with that are no office
_BESIDE = {"withMediumTerm": "count", "printed": "withMediumTerm"}  # shown where they differ


@dataclass(frozen=True, slots=True)
class Notes:
    """Hold what an answer leaves out or decided.

    ``first`` is the reading that was tried first, ``unknown`` how many things a level 2 that was not printed leaves
    undecided in it, ``medium_term`` how many rows for several years are not listed, ``unordered`` how many things have
    not what they are ordered by.
    """

    first: Frame
    unknown: int = 0
    medium_term: int = 0
    unordered: int = 0


def _text(name: str, /, **values: object) -> str:
    text: str = messages()["told"][name]
    return text.format(**values)


def titles(columns: Sequence[str], rows: Sequence[Row], frame: Frame) -> tuple[tuple[str, str], ...]:
    """Return the columns that are shown with their Chinese titles."""
    known, unit = messages()["columns"], _unit(frame)
    shown = []
    for name in columns:
        same = name in _BESIDE and all(row[name] == row[_BESIDE[name]] for row in rows)
        if same or f"{name}Name" in columns:  # the IRI of what the next column names
            continue
        more = f"（{unit}）" if unit in ("元", "%") and name in _VALUED else ""
        shown.append((name, known[name] + more))
    return tuple(shown)


def tell_rules(counts: dict[str, str]) -> tuple[tuple[Row, ...], str]:
    """Return what audit rules mean, in rows and in sentences, with the number of findings of each."""
    rows: list[Row] = []
    for key, count in counts.items():
        rule = rules()[key]
        severity = messages()["severities"][rule.severity.value]
        rows.append({"rule": key, "name": rule.label, "severity": severity, "source": rule.source, "count": count})
    return tuple(rows), "".join(_text("rule", **row) for row in rows)


def tell(frame: Frame, value: str | None, rows: list[Row], notes: Notes) -> str:
    """Return the answer in a sentence."""
    thing, first = str(table_of(frame.table)["label"]), notes.first
    text = _sentence(frame, value, rows)
    if frame.topics != first.topics:
        unprinted = _text("someunprinted" if notes.unknown else "nounprinted", count=notes.unknown, thing=thing)
        label = "、".join(topic.label for topic in first.topics)
        text = _text("byname", label=label, unprinted=unprinted) + text
    elif notes.unknown:
        text += _text("unprinted", count=notes.unknown, thing=thing)
    if _columns(first) - _columns(frame) == {"executed"}:
        text = _text("unspent", text=text)
    if notes.medium_term:
        text += _text("mediumterm", more=notes.medium_term)
    if notes.unordered and frame.measure:
        text += _text("unordered", count=notes.unordered, thing=thing, label=label_of(frame.measure))
    return text + _of_one_office(frame, rows)


def _of_one_office(frame: Frame, rows: list[Row]) -> str:
    """Return whose a value is that was asked of a region and found with one of its offices alone."""
    places = [each for each in frame.of("place") if any(value.startswith(_REGIONS) for value in each.values)]
    region = "、".join(label for each in places for label in each.labels)
    offices = {row.get("departmentName") for row in rows}
    office = None
    if frame.fold in _VALUED and [list(row.values())[-1] for row in rows] == ["1"]:
        office = f"一个{table_of(frame.table)['label']}"
    elif frame.show and len(offices) == 1:
        office = offices.pop()
    if not region or not office or frame.order:
        return ""
    return _text("oneoffice", office=office, region=region)


def _columns(frame: Frame) -> set[str]:
    return {each.name for each in (*frame.show, frame.measure) if each}


def _sentence(frame: Frame, value: str | None, rows: list[Row]) -> str:
    if not rows:
        return _text("empty", thing=table_of(frame.table)["label"])
    if frame.relation:
        return "".join(_related(frame, row) for row in rows)
    if (frame.best or frame.skip) and value:
        return _best(frame, value, rows)
    if frame.group and value:
        return _grouped(frame, value, rows)
    if frame.fold and value:
        return _number(frame, value, rows)
    return _listed(frame, rows)


# ---------------------------------------------------------------- numbers


def _number(frame: Frame, value: str, rows: list[Row]) -> str:
    first = rows[0]
    if frame.fold == "count":
        return _text("count", count=first["count"], more=_left_out(first))
    if len(rows) > 1:
        told = [_valued(row, value, frame) for row in rows[:_TOLD]]
        return _text("units", values="；".join(told), count=len(rows))
    if first[value] is None:
        return _text("nodata")
    return _text("value", value=_valued(first, value, frame), count=list(first.values())[-1])


def _left_out(row: Row) -> str:
    """Return what a count leaves out: indicators for several years, second printings."""
    more = {name: int(row.get(name) or 0) - int(row.get(least) or 0) for name, least in _BESIDE.items()}
    return "".join(_text(name.lower(), more=count) for name, count in more.items() if count > 0)


def _related(frame: Frame, row: Row) -> str:
    other = frame.other or frame
    names = [_side(frame, other), _side(other, frame)]
    if frame.relation == "share":
        part, whole = _valued(row, "part", frame), _valued(row, "all", other)
        return _text("share", share=row["share"], part=part, whole=whole)
    first, second = (_valued(row, name, frame) for name in ("first", "second"))
    told = f"{names[0]} {first}，{names[1]} {second}"
    if frame.relation == "times":
        return _text("times", first=names[0], second=names[1], values=told, value=row["times"])
    if frame.relation == "sum":
        return _text("together", values=told, value=_valued(row, "sum", frame))
    if Decimal(row["first"] or 0) < Decimal(row["second"] or 0):
        names.reverse()
    return _text("differs", values=told, first=names[0], second=names[1], value=_valued(row, "difference", frame))


def _side(mine: Frame, its: Frame) -> str:
    """Return what a side of a relation is called: by the filter, the topic or the column that the other has not."""
    shared = {label for each in its.filters for label in each.labels}
    own = [label for each in mine.filters for label in each.labels if label not in shared]
    if not own and mine.topics != its.topics:
        own = ["、".join(topic.label for topic in mine.topics) + "指标"]
    if not own and mine.measure:
        own = [label_of(mine.measure)]
    return "".join(own) or str(table_of(mine.table)["label"])


def _best(frame: Frame, value: str, rows: list[Row]) -> str:
    """Return the first places, those of each unit apart."""
    places: dict[str, dict[str, None]] = {}
    for row in rows:
        name = _name(row)
        if frame.table == "indicator" and not frame.fold:
            name = f"{row.get('projectName') or ''}{row.get('departmentName') or ''}的{name}"
        places.setdefault(_valued(row, value, frame), {})[name] = None
    return "；".join(_text("best", names="、".join(names), value=told) for told, names in places.items()) + "。"


def _grouped(frame: Frame, value: str, rows: list[Row]) -> str:
    """Return the numbers of few groups in one sentence, how many groups there are otherwise."""
    if len(rows) > _TOLD:
        return _text("groups", count=len(rows))
    parts = []
    for row in rows:
        told = _valued(row, value, frame)
        if row[value] == "0" and row.get("unprinted", "0") != "0":
            told = _text("notprinted", count=row["unprinted"], thing=table_of(frame.table)["label"])
        parts.append(f"{_name(row) or '未写明'} {told}")
    return "，".join(parts) + "。"


# ---------------------------------------------------------------- lists


def _listed(frame: Frame, rows: list[Row]) -> str:
    """Return how many things there are; of a single one its only number as well."""
    known = table_of(frame.table)
    names = [name for name in ("indicator", "project", "department") if name == frame.table]
    things = {tuple(row[name] for name in names or row) for row in rows}
    more = _text("rows", rows=len(rows)) if len(rows) != len(things) else ""
    told = _text("several", count=len(things), unit=known["unit"], thing=known["label"], rows=more)
    return told if len(rows) > 1 else told + _only(frame, rows[0])


def _only(frame: Frame, row: Row) -> str:
    if frame.table == "figure":
        return f"{row['label']}：{_told(row['value'], row['unitText'] or '')}。"
    told = [
        f"{label_of(each)} {_told(row[each.name], _unit_of(each.name))}" for each in frame.show if row.get(each.name)
    ]
    if frame.table == "indicator" and row.get("targetText"):
        told = [f"{row['indicatorName']}：{row['targetText']}"]
        if row.get("actualText"):
            told.append(f"实际 {row['actualText']}")
        told += [f"{label_of(Column(name))}：{row[name]}" for name in _SAID if row.get(name)]
    return f"{'，'.join(told)}。" if told else ""


def _name(row: Row) -> str:
    for name in _NAMES:
        if row.get(name):
            return f"{row[name]}年" if name == "year" else str(row[name])
    return ""


# ---------------------------------------------------------------- values


def _valued(row: Row, value: str, frame: Frame) -> str:
    return _told(row[value], row.get("unitText") or _unit(frame))


def _unit(frame: Frame) -> str:
    if frame.measure is None:
        return ""
    if frame.measure.name == "target" and frame.rates_satisfaction:
        return "%"
    return _unit_of(frame.measure.name)


def _unit_of(name: str) -> str:
    return str(column_of(name).get("unit", ""))


def _told(value: str | None, unit: str) -> str:
    """Return a value with its unit; money in 万元."""
    if unit != "元":
        return f"{value or 0}{unit}"
    shown = f"{Decimal(value or 0) / 10000:,f}"
    if shown == "0":
        return "0 元"
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    return f"{shown} 万元"
