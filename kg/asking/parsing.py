"""Understand the words of a question, or say what was not understood."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from kg.asking.lexicon import Selection, messages
from kg.asking.names import Names
from kg.asking.questions import Condition, Measure, Question, Scope
from kg.asking.tokens import Token, tokenize

_MEASURED = frozenset({"amount", "spending", "initial", "adjusted", "executed", "rate", "total"})
_BY_UNIT = {"元": "amount", "分": "total"}
_COUNTED = frozenset({"个", "项", "条", "家", "名"})
_COST = "cost"
_JOINING = frozenset({"和", "与", "及", "、", "以及", "跟"})


class NotUnderstoodError(Exception):
    """Report that a question is declined; ``words`` are those not understood."""

    def __init__(self, reason: str, words: tuple[str, ...] = ()) -> None:
        texts = messages()["declined"]
        super().__init__(texts[reason].format(words="、".join(f"“{word}”" for word in words)))
        self.reason = reason
        self.words = words


@dataclass
class _Reading:
    """Hold what has been read so far."""

    tokens: list[Token]
    asked: frozenset[int]
    subjects: list[tuple[int, str]] = field(default_factory=list)
    selections: list[tuple[int, Selection]] = field(default_factory=list)
    measures: list[tuple[int, Measure]] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    used: set[int] = field(default_factory=set)  # positions that a condition or the scope has taken
    limit: int | None = None


def parse(question: str, names: Names) -> Question:
    """Return what a question asks for; raise ``NotUnderstoodError`` when any word of it is not understood."""
    tokens = tokenize(question, names)
    _decline(tokens)
    joined = [Token(token.text, "joined") for token in tokens if token.text in _JOINING][:1]
    tokens, asked = _without_asking(_with_topics([token for token in tokens if token.kind != "stop"]))
    tokens += joined  # at the end, where it stands between no two words
    reading = _Reading(tokens, asked)
    _read_conditions(reading)
    return _check(_assemble(reading, _scope(reading)), tokens)


def _decline(tokens: list[Token]) -> None:
    declined = [token for token in tokens if token.kind == "declined"]
    if declined:
        raise NotUnderstoodError(declined[0].value, tuple(token.text for token in declined))
    unknown = tuple(token.text for token in tokens if token.kind == "unknown")
    if unknown:
        raise NotUnderstoodError("words", unknown)


def _with_topics(tokens: list[Token]) -> list[Token]:
    """Turn quoted words, and what stands beside 相关, 关于 …, into topics."""
    found: list[Token] = []
    about = False
    for token in tokens:
        marked = token.kind == "link" and token.value == "about"
        if marked:
            # X相关的…: X stands before; 关于X的…: it follows.
            about = not (found and found[-1].kind in ("topic", "selection", "quoted", "project"))
            if not about:
                found[-1] = _topic(found[-1])
            continue
        if token.kind == "quoted" or (about and token.kind in ("selection", "topic", "project")):
            token = _topic(token)
        about = False
        found.append(token)
    return found


def _without_asking(tokens: list[Token]) -> tuple[list[Token], frozenset[int]]:
    """Leave out 哪些 and its like, and remember where what they ask for stands."""
    kept: list[Token] = []
    asked = set()
    for token in tokens:
        if token.kind == "ask":
            asked.add(len(kept))
        else:
            kept.append(token)
    return kept, frozenset(asked)


def _topic(token: Token) -> Token:
    text = token.text.strip('"《》')
    concepts = token.value.concepts if token.kind == "selection" else ()
    levels = token.value.levels if token.kind == "selection" else ()
    return Token(text, "topic", Selection(text, levels, concepts, (text,)))


# ---------------------------------------------------------------- conditions


def _read_conditions(reading: _Reading) -> None:
    tokens = reading.tokens
    position = 0
    while position < len(tokens):
        position = _read_at(reading, position)


def _read_at(reading: _Reading, position: int) -> int:
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


def _read_comparison(reading: _Reading, position: int) -> int:
    tokens = reading.tokens
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    if following and following.kind == "quantity":
        return _read_quantity(reading, position + 1, tokens[position].value)
    if tokens[position].text == "比":
        reading.tokens[position] = Token("比", "operation", "compare")
        return position + 1
    end = position + 2
    if following and following.kind == "subject" and following.value == "project" and end < len(tokens):
        following, end = tokens[end], end + 1  # 超过项目预算
    before = reading.selections[-1] if reading.selections else None
    budget = following and following.kind == "field" and following.value in ("amount", "initial", "adjusted")
    if budget and before and tokens[position].value in (">", ">=") and _is_cost(before[1]):
        reading.used.add(before[0])
        reading.conditions.append(Condition("over-budget", of=before[1]))
        return end
    if budget and tokens[position].value == ">" and reading.measures and reading.measures[-1][1].name == "executed":
        reading.used.add(reading.measures[-1][0])
        reading.conditions.append(_MONEY["over"])
        return end
    raise NotUnderstoodError("number", (tokens[position].text,))


def _is_cost(selection: Selection) -> bool:
    return any(key.endswith(_COST) or key.startswith(_COST) for key in (*selection.levels, *selection.concepts))


def _read_quantity(reading: _Reading, position: int, comparator: str | None) -> int:
    """Read a number with what stands around it: 以上, 到 another number, what it is a number of."""
    tokens = reading.tokens
    quantity = tokens[position].value
    end = position + 1
    upper: Decimal | None = None
    if end < len(tokens) and tokens[end].kind == "quantity" and _between(tokens, end):
        upper = tokens[end].value.number
        quantity = replace(quantity, unit=quantity.unit or tokens[end].value.unit)
        if quantity.unit == "元" and quantity.number < upper / 1000 and tokens[position].value.bare:
            raise NotUnderstoodError("number", (tokens[position].text,))
        end += 1
    if end < len(tokens) and tokens[end].kind == "after":
        comparator = comparator if tokens[end].value == "between" else tokens[end].value
        end += 1
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


def _between(tokens: list[Token], second: int) -> bool:
    """Say whether a second number ends a range: the two stand side by side (到, 至, 和 carry nothing)."""
    return tokens[second - 1].kind == "quantity"


def _is_limit(reading: _Reading, position: int, unit: str) -> bool:
    before = reading.tokens[position - 1] if position else None
    ranked = before is not None and before.kind == "operation" and before.value in ("highest", "lowest")
    return ranked and (unit in _COUNTED or not unit)


def _shares(measure: Measure) -> bool:
    selection = measure.of
    return selection is not None and any(key.startswith("satisfaction") for key in selection.concepts)


def _measured(reading: _Reading, position: int, unit: str, end: int) -> Measure:
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


def _named_unit(reading: _Reading, position: int) -> bool:
    """Say whether the target itself may be counted in 个: a topic, or a target named as such."""
    following = reading.tokens[position + 1] if position + 1 < len(reading.tokens) else None
    return bool(following and following.kind == "field" and following.value == "target")


def _count_of(
    reading: _Reading, selection: tuple[int, Selection] | None, subject: tuple[int, str] | None, position: int
) -> Measure:
    if selection and (subject is None or selection[0] > subject[0] or subject[1] == "indicator"):
        reading.used.add(selection[0])
        if subject and subject[0] > selection[0] and subject[1] == "indicator":
            reading.used.add(subject[0])
        return Measure("indicators", selection[1])
    assert subject is not None
    reading.used.add(subject[0])
    if subject[1] == "indicator":
        return Measure("indicators")
    if subject[1] == "project":
        return Measure("projects")
    raise NotUnderstoodError("number", (reading.tokens[position].text,))


def _read_missing(reading: _Reading, position: int) -> int:
    """Read what is missing: indicators of a kind, all indicators, a target value, or money."""
    tokens = reading.tokens
    place = position + 1
    while place < len(tokens) and tokens[place].kind in ("missing", "operation") and tokens[place].kind == "missing":
        place += 1
    token = tokens[place] if place < len(tokens) else None
    before = reading.selections[-1] if reading.selections else None
    if token is None or token.kind not in ("selection", "topic", "field", "subject", "points"):
        # 满意度没有设的部门: what is missing stands before.
        if before and before[0] == position - 1:
            reading.used.add(before[0])
            reading.conditions.append(Condition("missing", of=before[1]))
            return position + 1
        raise NotUnderstoodError("missing", (tokens[position].text,))
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
        if token.value == "indicator" or (token.value == "goal" and end < len(tokens)):
            selection = before[1] if before and before[0] == position - 1 else None
            if selection is not None and before is not None:
                reading.used.add(before[0])
            reading.conditions.append(Condition("missing", of=selection))
            return end
        if token.value == "project":
            reading.conditions.append(Condition("missing", Measure("projects")))
            return end
        raise NotUnderstoodError("missing", (tokens[position].text, token.text))
    reading.conditions.append(Condition("missing", Measure(token.value)))
    return end


def _read_points(reading: _Reading, position: int) -> None:
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
        if 0 <= place < len(reading.tokens) and reading.tokens[place] == Token("得分", "field", "total"):
            reading.used.add(place)
    if around:
        reading.used.add(around[0][0])
    reading.conditions.append(Condition(token.value, of=around[0][1] if around else None))


# ---------------------------------------------------------------- the whole


def _scope(reading: _Reading) -> Scope:
    def of(kind: str) -> list[Token]:
        return [token for token in reading.tokens if token.kind == kind]

    regions = tuple(dict.fromkeys(region for token in of("region") for region in token.value))
    period = next((token.value for token in of("period")), "annual")
    return Scope(
        tuple((token.text, token.value) for token in of("department")),
        regions,
        tuple(sorted({token.value for token in of("year")})),
        tuple((token.text, token.value) for token in of("project")),
        tuple((token.text, token.value) for token in of("form")),
        tuple((token.text, token.value) for token in of("document")),
        period,
        tuple(token.value for token in of("rule")),
    )


def _assemble(reading: _Reading, scope: Scope) -> Question:
    from kg.asking.shaping import shape

    return shape(
        reading.tokens,
        reading.asked,
        scope,
        reading.subjects,
        [each for each in reading.selections if each[0] not in reading.used],
        [each for each in reading.measures if each[0] not in reading.used],
        tuple(reading.conditions),
        reading.limit,
    )


def _check(question: Question, tokens: list[Token]) -> Question:
    """Refuse combinations that have no answer of their own, so that no part of a question is passed over."""
    scope = question.scope
    refused = question.subject == "figure" and bool(scope.projects or question.conditions or question.of)
    if question.subject not in ("project", "department", "indicator", "figure"):
        refused = (
            any(each.kind != "named" for each in question.conditions)
            or question.operation not in ("list", "count")
            or bool(question.show or question.of)
        )
    refused = refused or bool(scope.rules and question.subject != "finding")
    refused = refused or bool(scope.forms and question.subject not in ("indicator", "goal", "task"))
    refused = refused or bool(scope.projects and question.subject in ("document", "issue", "finding"))
    refused = refused or (question.reasons and question.subject not in ("project", "indicator"))
    if refused:
        raise NotUnderstoodError("unsupported", tuple(token.text for token in tokens))
    return question
