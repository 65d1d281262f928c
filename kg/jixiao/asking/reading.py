"""Read the conditions in the words of a question: numbers with what they are numbers of, what is missing, points."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from jixiao.asking.lexicon import Selection
from jixiao.asking.questions import Condition, Measure, NotUnderstoodError
from jixiao.asking.tokens import Token

_MEASURED = frozenset({"amount", "spending", "initial", "adjusted", "executed", "rate", "total"})
_BY_UNIT = {"元": "amount", "分": "total"}
_COUNTED = frozenset({"个", "项", "条", "家", "名"})
_COST = "cost"


@dataclass
class Reading:
    """Hold what has been read so far: positions in ``tokens`` and what stands there."""

    tokens: list[Token]
    asked: frozenset[int]
    subjects: list[tuple[int, str]] = field(default_factory=list)
    selections: list[tuple[int, Selection]] = field(default_factory=list)
    measures: list[tuple[int, Measure]] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    used: set[int] = field(default_factory=set)  # positions that a condition or the scope has taken
    around: set[int] = field(default_factory=set)  # and of the words about them: signs, numbers, 以上, 比 … 高
    limit: int | None = None


def read_conditions(reading: Reading) -> None:
    """Read the conditions; what belongs to none stays in the lists of subjects, selections and measures."""
    tokens = reading.tokens
    position = 0
    while position < len(tokens):
        position = _read_at(reading, position)


def _read_at(reading: Reading, position: int) -> int:
    """Read the token at ``position`` and whatever belongs to it; return where to go on."""
    token = reading.tokens[position]
    kind = token.kind
    if kind == "subject":
        reading.subjects.append((position, token.value))
    elif kind in ("selection", "topic"):
        reading.selections.append((position, token.value))
    elif kind == "field":
        reading.measures.append((position, Measure(token.value)))
    elif kind == "figure":
        reading.measures.append((position, Measure("figure", label=token.value)))
    elif kind == "comparator":
        return _read_comparison(reading, position)
    elif token.means("link", "than"):
        return _read_than(reading, position)
    elif kind == "quantity":
        return _read_quantity(reading, position, None)
    elif kind == "missing":
        return _read_missing(reading, position)
    elif kind == "points":
        _read_points(reading, position)
    elif kind == "money":
        before = reading.selections[-1] if reading.selections else None
        if token.value == "over" and before and before[0] == position - 1 and _is_cost(before[1]):
            reading.used.add(before[0])
            reading.conditions.append(Condition("over-budget", of=before[1]))
        else:
            reading.conditions.append(_MONEY[token.value])
    return position + 1


_MONEY = {
    "over": Condition("number", Measure("rate"), comparator=">", number=Decimal(100), unit="%"),
    "unspent": Condition("number", Measure("rate"), comparator="<", number=Decimal(100), unit="%"),
    "idle": Condition("number", Measure("rate"), comparator="=", number=Decimal(0), unit="%"),
}


def _read_than(reading: Reading, position: int) -> int:
    """Read 比95%高, 比预算高; 甲比乙… compares the two."""
    tokens = reading.tokens
    for place in range(position + 1, min(position + 4, len(tokens))):
        if tokens[place].kind == "degree":
            reading.around.add(place)
            sign, following = tokens[place].value, tokens[position + 1]
            reading.around.add(position)
            if following.kind == "quantity":
                return max(_read_quantity(reading, position + 1, sign), place + 1)
            if following.kind in ("field", "subject") and _exceeds(reading, sign, place - 1):
                return place + 1
    reading.tokens[position] = Token("比", "operation", "compare")
    return position + 1


def _read_comparison(reading: Reading, position: int) -> int:
    tokens = reading.tokens
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    if following and following.kind == "quantity":
        return _read_quantity(reading, position + 1, tokens[position].value)
    if following and following.means("comparator", tokens[position].value):
        return position + 1  # 至少达到: one sign said twice
    budget = position + 2 if following and following.means("subject", "project") else position + 1  # 超过项目预算
    if budget < len(tokens) and _exceeds(reading, tokens[position].value, budget):
        return budget + 1
    raise NotUnderstoodError("number", (tokens[position].text,))


def _exceeds(reading: Reading, sign: str, place: int) -> bool:
    """Read a cost or what was spent as above the budget that stands at ``place``; say whether it is that."""
    budget = reading.tokens[place]
    reading.around.add(place)
    if budget.kind != "field" or budget.value not in ("amount", "initial", "adjusted"):
        return False
    before = reading.selections[-1] if reading.selections else None
    if before and sign in (">", ">=") and _is_cost(before[1]):
        reading.used.add(before[0])
        reading.conditions.append(Condition("over-budget", of=before[1]))
        return True
    if sign == ">" and reading.measures and reading.measures[-1][1].name == "executed":
        reading.used.add(reading.measures[-1][0])
        reading.conditions.append(_MONEY["over"])
        return True
    return False


def _is_cost(selection: Selection) -> bool:
    return any(key.endswith(_COST) or key.startswith(_COST) for key in (*selection.levels, *selection.concepts))


def _read_quantity(reading: Reading, position: int, comparator: str | None) -> int:
    """Read a number with what stands around it: 以上, 到 another number, what it is a number of."""
    tokens = reading.tokens
    quantity = tokens[position].value
    end = position + 1
    upper: Decimal | None = None
    if end < len(tokens) and tokens[end].kind == "quantity" and _between(tokens, end, comparator):
        upper = tokens[end].value.number
        if quantity.unit and tokens[end].value.unit != quantity.unit:
            raise NotUnderstoodError("number", (tokens[end].text,))
        quantity = replace(quantity, unit=quantity.unit or tokens[end].value.unit)
        if quantity.unit == "元" and quantity.number < upper / 1000 and tokens[position].value.bare:
            raise NotUnderstoodError("number", (tokens[position].text,))
        end += 1
    if end < len(tokens) and tokens[end].kind == "after":
        comparator = _sign(comparator, tokens[end], upper)
        reading.around.add(end)
        end += 1
    if comparator == "between":
        if upper is None:
            raise NotUnderstoodError("number", (tokens[position].text,))
        comparator = None
    if comparator is None and upper is None and _is_limit(reading, position, quantity.unit):
        reading.limit = int(quantity.number)
        return end
    if comparator is None and quantity.unit in _COUNTED and quantity.number == 1:
        return end  # 一个, 一家: an article
    measure = _measured(reading, position, quantity.unit, end)
    if comparator is None and upper is None and quantity.bare and measure.name == "target" and not _shares(measure):
        raise NotUnderstoodError("number", (tokens[position].text,))
    unit = "%" if measure.name == "rate" or (not quantity.unit and _shares(measure)) else quantity.unit
    number = quantity.number
    reading.conditions.append(Condition("number", measure, measure.of, comparator or "=", number, upper, unit))
    return end


def _sign(comparator: str | None, after: Token, upper: Decimal | None) -> str:
    """Return the comparator that two words around a number make: 不低于95%以上 is ≥, 不低于95%以下 is nothing."""
    if after.value == "between":
        return comparator or "between"
    if upper is not None or (comparator and comparator[0] != after.value[0] and comparator != "between"):
        raise NotUnderstoodError("number", (after.text,))
    return comparator if comparator and comparator in "<>" else str(after.value)


def _between(tokens: list[Token], second: int, comparator: str | None) -> bool:
    """Say whether a second number ends a range: the two stand side by side (50万到100万, 在50万和100万之间)."""
    beside = tokens[second - 1].kind == "quantity" and "的" not in tokens[second].before
    return comparator in (None, "between") and beside


def _is_limit(reading: Reading, position: int, unit: str) -> bool:
    before = reading.tokens[position - 1] if position else None
    ranked = before is not None and before.kind == "operation" and before.value in ("highest", "lowest")
    return ranked and (unit in _COUNTED or not unit)


def _shares(measure: Measure) -> bool:
    selection = measure.of
    return selection is not None and any(key.startswith("satisfaction") for key in selection.concepts)


def _measured(reading: Reading, position: int, unit: str, end: int) -> Measure:
    """Return what a number is a number of: the last measure or indicators named before it, else what its unit says."""
    measure = reading.measures[-1] if reading.measures else None
    selection = reading.selections[-1] if reading.selections else None
    subject = reading.subjects[-1] if reading.subjects else None
    if measure and measure[0] in reading.used:
        measure = None
    if measure and measure[1].name in ("target", "actual") and selection:
        reading.used |= {measure[0], selection[0]}
        return replace(measure[1], of=selection[1])
    if (
        measure
        and measure[1].name not in ("target", "actual", "count", "how_many")
        and (selection is None or measure[0] > selection[0] or unit in ("元", "分"))
    ):
        reading.used.add(measure[0])
        return measure[1]
    if measure and measure[1].name in ("target", "actual") and subject and subject[1] == "indicator":
        reading.used.add(measure[0])
        return measure[1]
    counted = [each for each in (selection, subject) if each and each[0] >= position - 3]
    if unit in _COUNTED and counted and not (selection and unit in ("个", "名") and _named_unit(reading, selection[0])):
        return _count_of(reading, selection, subject, position)
    if unit == "分" or (unit == "元" and not (selection and _is_cost(selection[1]))):
        return Measure(_BY_UNIT[unit])
    if selection and selection[0] < position:
        reading.used.add(selection[0])
        return Measure("target", selection[1])
    following = reading.tokens[end] if end < len(reading.tokens) else None
    if following and following.kind in ("selection", "topic"):  # 95%以上的满意度
        reading.used.add(end)
        return Measure("target", following.value)
    if following and following.kind == "field" and following.value in _MEASURED:
        reading.used.add(end)
        return Measure(following.value)
    raise NotUnderstoodError("number", (reading.tokens[position].text,))


def _named_unit(reading: Reading, position: int) -> bool:
    """Say whether the target itself may be counted in 个: a topic, or a target named as such."""
    following = reading.tokens[position + 1] if position + 1 < len(reading.tokens) else None
    return bool(following and following.kind == "field" and following.value == "target")


def _count_of(
    reading: Reading, selection: tuple[int, Selection] | None, subject: tuple[int, str] | None, position: int
) -> Measure:
    if selection and (subject is None or selection[0] > subject[0] or subject[1] == "indicator"):
        reading.used.add(selection[0])
        if subject and subject[0] > selection[0] and subject[1] == "indicator":
            reading.used.add(subject[0])
        return Measure("indicators", selection[1])
    assert subject is not None
    reading.used.add(subject[0])
    if reading.measures and reading.measures[-1][1].name == "count" and reading.measures[-1][0] > subject[0]:
        reading.used.add(reading.measures[-1][0])  # 项目数超过10个
    if subject[1] == "indicator":
        return Measure("indicators")
    if subject[1] == "project":
        return Measure("projects")
    raise NotUnderstoodError("number", (reading.tokens[position].text,))


_LACKED = frozenset({"selection", "topic", "field", "subject", "points"})
_LACKING = {
    "project": Condition("missing", Measure("projects")),
    "evaluation": Condition("missing", Measure("total")),
    "finding": Condition("missing", Measure("findings")),
    "indicator": Condition("missing"),
}


def _read_missing(reading: Reading, position: int) -> int:
    """Read what is missing: indicators of a kind, all indicators, a target value, or money."""
    tokens = reading.tokens
    place = position + 1
    while place < len(tokens) and tokens[place].kind in ("missing", "severity", "rule"):  # 没有严重的问题
        place += 1
    token = tokens[place] if place < len(tokens) else None
    before = reading.selections[-1] if reading.selections else None
    if token is None or token.kind not in _LACKED or (token.kind == "subject" and token.before.endswith("的")):
        # 满意度没有设的部门, 一个指标都没有的项目: what is missing stands before.
        subject = reading.subjects[-1] if reading.subjects else None
        if before and before[0] == position - 1:
            reading.used.add(before[0])
            reading.conditions.append(Condition("missing", of=before[1]))
        elif subject and subject[0] == position - 1 and subject[1] in _LACKING:
            reading.used.add(subject[0])
            reading.conditions.append(_LACKING[subject[1]])
            reading.subjects.pop()
        else:
            raise NotUnderstoodError("missing", (tokens[position].text,))
        return place
    if token.kind == "points":
        reading.tokens[place] = Token(token.text, "points", "lost")
        return place
    end = place + 1
    if token.kind in ("selection", "topic"):
        if end < len(tokens) and tokens[end].kind == "field" and tokens[end].value == "target":
            end += 1
        elif end < len(tokens) and tokens[end].kind == "subject" and tokens[end].value == "indicator":
            end += 1  # 没有满意度的指标 is said of projects: 没有满意度指标的项目
        reading.conditions.append(Condition("missing", of=token.value))
        return end
    if token.kind == "subject":
        reading.used.add(place)
        if token.value == "indicator" or (token.value == "goal" and end < len(tokens)):
            selection = before[1] if before and before[0] == position - 1 else None
            if selection is not None and before is not None:
                reading.used.add(before[0])
            reading.conditions.append(Condition("missing", of=selection))
            return end
        if token.value in _LACKING:
            reading.conditions.append(_LACKING[token.value])
            return end
        raise NotUnderstoodError("missing", (tokens[position].text, token.text))
    reading.used.add(place)
    reading.conditions.append(Condition("missing", Measure(token.value)))
    return end


def _read_points(reading: Reading, position: int) -> None:
    """Read 拿满产出分, 产出分拿满, 产出指标满分, 满意度扣分."""
    token = reading.tokens[position]
    if token.value == "unit":
        return
    around = [
        (place, reading.tokens[place].value)
        for place in (position + 1, position - 1, position - 2, position + 2)
        if 0 <= place < len(reading.tokens) and reading.tokens[place].kind == "selection"
    ]
    for place in (position - 1, position - 2, position + 1, position + 2):
        if 0 <= place < len(reading.tokens) and reading.tokens[place].text == "得分":
            reading.used.add(place)
    if around:
        reading.used.add(around[0][0])
    reading.conditions.append(Condition(token.value, of=around[0][1] if around else None))


def merged(conditions: Iterable[Condition]) -> list[Condition]:
    """Make a range of a lower and an upper end on one thing; raise where they exclude each other."""
    found: list[Condition] = []
    for each in conditions:
        other = next((held for held in found if _same(held, each)), None)
        if other is None:
            found.append(each)
            continue
        low, high = (other, each) if other.comparator[0] == ">" else (each, other)
        assert low.number is not None and high.number is not None
        whole = low.comparator == ">=" and high.comparator == "<="
        if low.number > high.number or (low.number == high.number and not whole):
            raise NotUnderstoodError("contradiction")
        found[found.index(other)] = replace(low, upper=high.number, end=high.comparator)
    return found


def _same(first: Condition, second: Condition) -> bool:
    numbers = first.kind == second.kind == "number" and first.upper is None and second.upper is None
    opposite = {first.comparator[0], second.comparator[0]} == {"<", ">"}
    return numbers and opposite and (first.measure, first.unit) == (second.measure, second.unit)
