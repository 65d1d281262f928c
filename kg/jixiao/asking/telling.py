"""Tell an answer in a sentence: what was found, what was left out, and how else the question may be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jixiao.asking.frames import Frame
from jixiao.asking.patterns import column_of, table_of
from jixiao.asking.vocabulary import Topic, messages
from jixiao.audit.registry import rules

Row = dict[str, str | None]
_SAID = ("reason", "explanation", "half")  # texts that are told of a single indicator
_TOLD = 6  # groups whose numbers are told in the sentence
_NAMES = (
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
)
_VALUED = ("sum", "average", "only", "bound", "first", "second", "difference", "part", "all")
_BESIDE = {"withMediumTerm": "count", "printed": "withMediumTerm"}  # shown where they differ


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


def _text(name: str, /, **values: object) -> str:
    text: str = messages()["told"][name]
    return text.format(**values)


def titles(columns: Sequence[str], rows: Sequence[Row], frame: Frame) -> tuple[tuple[str, str], ...]:
    """Return the columns that are shown with their Chinese titles."""
    known = messages()["columns"]
    unit = _unit(frame)
    shown = []
    for name in columns:
        if f"{name}Name" in columns:
            continue  # the IRI of what the next column names
        if name in _BESIDE and all(row[name] == row[_BESIDE[name]] for row in rows):
            continue
        more = f"（{unit}）" if unit in ("元", "%") and name in _VALUED else ""
        shown.append((name, known[name] + more))
    return tuple(shown)


def rule_keys(frame: Frame) -> tuple[str, ...]:
    """Return the audit rules that a frame names."""
    return tuple(label for each in frame.of("rule") for label in each.labels)


def rule_row(key: str, count: str) -> Row:
    """Return what an audit rule means, with the number of findings."""
    rule = rules()[key]
    severity = messages()["severities"][rule.severity.value]
    return {"rule": key, "name": rule.label, "severity": severity, "source": rule.source, "count": count}


def tell_rules(rows: Sequence[Row]) -> str:
    """Return what audit rules mean in sentences."""
    return "".join(_text("rule", **{**row, "label": row["name"]}) for row in rows)


def tell(frame: Frame, value: str | None, rows: list[Row], notes: Notes) -> tuple[str, tuple[str, ...]]:
    """Return the answer in a sentence, and questions that ask for other readings."""
    thing = _thing(frame)
    unprinted = _text("unprinted", count=notes.unknown, thing=thing) if notes.unknown else ""
    if notes.instead is not None:
        text = _read_instead(frame, notes) + _sentence(frame, value, rows)
    elif notes.unknown and frame.fold == "count" and not frame.group and rows[0]["count"] == "0":
        label = "、".join(topic.label for topic in notes.unknown_of)
        text = _text("unknown", label=label, count=notes.unknown, thing=thing)
    else:
        text = _sentence(frame, value, rows) + unprinted
    if notes.medium_term:
        text += _text("mediumterm", more=notes.medium_term)
    if notes.also is None:
        return text, ()
    label, count = notes.also
    other = f"名称含“{label}”的指标"
    return text + _text("also", count=count, label=label, question=other), (other,)


def _read_instead(frame: Frame, notes: Notes) -> str:
    assert notes.instead is not None
    label = "、".join(topic.label for topic in notes.instead.topics)
    unprinted = _text("nounprinted")
    if notes.unknown:
        unprinted = _text("someunprinted", count=notes.unknown, thing=_thing(frame))
    return _text("byname", label=label, unprinted=unprinted)


def _thing(frame: Frame) -> str:
    return str(table_of(frame.table)["label"])


def _sentence(frame: Frame, value: str | None, rows: list[Row]) -> str:
    if not rows and (frame.fold or frame.order or frame.show):
        return _text("nodata")
    if not rows:
        return _text("empty", thing=_thing(frame))
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
        return _text("count", count=first["count"], more=_beside(first))
    if len(rows) > 1:
        told = [_with_unit(row, value, frame) for row in rows[:_TOLD]]
        return _text("units", values="；".join(told), count=len(rows))
    count = list(first.values())[-1]
    if first[value] is None or count == "0":
        return _text("nodata")
    return _text("value", value=_with_unit(first, value, frame), count=count)


def _beside(row: Row) -> str:
    """Return what a count leaves out: indicators for several years, second printings."""
    told = ""
    for name, least in _BESIDE.items():
        more = int(row.get(name) or 0) - int(row.get(least) or 0)
        if more > 0:
            told += _text(name.lower(), more=more)
    return told


def _related(frame: Frame, row: Row) -> str:
    other = frame.other or frame
    if frame.relation == "share":
        part, whole = (_with_unit(row, name, side) for name, side in (("part", frame), ("all", other)))
        return _text("share", share=row["share"], part=part, whole=whole)
    first, second = (_with_unit(row, name, frame) for name in ("first", "second"))
    names = _sides(frame, other)
    if frame.relation == "times":
        return _text("times", first=names[0], second=names[1], values=f"{first} / {second}", value=row["times"])
    told = f"{names[0]} {first}，{names[1]} {second}。"
    if not Decimal(row["difference"] or 0):
        return told + _text("same", value=first)
    if Decimal(row["first"] or 0) < Decimal(row["second"] or 0):
        names = names[::-1]
    difference = _with_unit(row, "difference", frame)
    return told + _text("differs", first=names[0], second=names[1], value=difference)


def _sides(frame: Frame, other: Frame) -> list[str]:
    """Return what the sides of a relation are called: by the part of the extent, or the metric, that differs."""
    found = []
    for mine, its in ((frame, other), (other, frame)):
        shared = {label for each in its.filters for label in each.labels}
        own = [label for each in mine.filters for label in each.labels if label not in shared]
        if not own and mine.topics != its.topics:
            own = ["、".join(topic.label for topic in mine.topics) + "指标"]
        if not own and mine.measure:
            own = [mine.measure.label or str(column_of(mine.measure.name)["label"])]
        found.append("".join(own) or _thing(mine))
    return found


def _best(frame: Frame, value: str, rows: list[Row]) -> str:
    """Return the first places, those of each unit apart."""
    places: dict[str, list[str]] = {}
    for row in rows:
        name = _name(row)
        if frame.table == "indicator" and not frame.fold:
            name = "".join(row.get(part) or "" for part in ("projectName", "departmentName")) + f"的{name}"
        places.setdefault(_with_unit(row, value, frame), []).append(name)
    parts = [_text("best", names="、".join(dict.fromkeys(names)), value=told) for told, names in places.items()]
    return "；".join(parts) + "。"


def _grouped(frame: Frame, value: str, rows: list[Row]) -> str:
    """Return the numbers of few groups in one sentence, how many groups there are otherwise."""
    if len(rows) > _TOLD:
        return _text("groups", count=len(rows))
    parts = []
    for row in rows:
        told = _with_unit(row, value, frame)
        unprinted = row.get("unprinted") or "0"
        if row[value] == "0" and unprinted != "0":
            told = _text("notprinted", count=unprinted, thing=_thing(frame))
        parts.append(f"{_name(row) or '未写明'} {told}")
    return "，".join(parts) + "。"


# ---------------------------------------------------------------- lists


def _listed(frame: Frame, rows: list[Row]) -> str:
    """Return how many things there are; of a single one its only number as well."""
    known = table_of(frame.table)
    things = {tuple(row[name] for name in _things(row)) for row in rows}
    more = _text("rows", rows=len(rows)) if len(rows) != len(things) else ""
    told = _text("several", count=len(things), unit=known["unit"], thing=known["label"], rows=more)
    if len(rows) > 1:
        return told
    return told + _only(frame, rows[0])


def _only(frame: Frame, row: Row) -> str:
    if frame.table == "figure":
        value, unit = row["value"] or "", row["unitText"] or ""
        return f"{row['label']}：{_money(value) if unit == '元' else value + unit}。"
    if frame.table == "indicator" and row.get("targetText"):
        actual = f"，实际 {row['actualText']}" if row.get("actualText") else ""
        more = "".join(f"，{column_of(name)['label']}：{row[name]}" for name in _SAID if row.get(name))
        return f"{row['indicatorName']}：{row['targetText']}{actual}{more}。"
    told = [f"{column_of(each.name)['label']} {_shown(row, each.name)}" for each in frame.show if row.get(each.name)]
    return f"{'，'.join(told)}。" if told else ""


def _shown(row: Row, name: str) -> str:
    unit = column_of(name).get("unit", "")
    value = row[name] or ""
    return _money(value) if unit == "元" else f"{value}{unit}"


def _things(row: Row) -> list[str]:
    for name in ("indicator", "project", "department"):
        if name in row and not (name == "indicator" and "project" in row):
            return [name]
    return list(row)


def _name(row: Row) -> str:
    for name in _NAMES:
        if row.get(name) and not (name == "indicatorName" and "project" in row):
            return f"{row[name]}年" if name == "year" else str(row[name])
    return ""


# ---------------------------------------------------------------- values


def _with_unit(row: Row, value: str, frame: Frame) -> str:
    unit = row.get("unitText") or _unit(frame)
    number = row[value] or "0"
    if unit == "元":
        return _money(number)
    if unit in ("%", *filter(None, [row.get("unitText")])):
        return number + unit
    return number


def _unit(frame: Frame) -> str:
    if frame.measure is None or frame.fold == "count":
        return ""
    if frame.measure.name == "target" and frame.rates_satisfaction:
        return "%"
    return str(column_of(frame.measure.name).get("unit", ""))


def _money(value: str) -> str:
    number = Decimal(value)
    if not number:
        return "0 元"
    shown = f"{number / 10000:,f}"
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    return f"{shown} 万元"
