"""Make conditions of the words of a question by the rules of ``grammar.toml``.

A rule is a pattern over the kinds of words; the function of its name turns the words it matched into others, among them
conditions, or refuses them. What is left in place has no part in any condition.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from jixiao.asking.frames import Condition, Metric, NotUnderstoodError, Of
from jixiao.asking.lexicon import Topic, count_units, read_data
from jixiao.asking.quantities import Quantity
from jixiao.asking.tokens import Token

_VALUED = frozenset({"subject", "field", "operation", "link", "money", "points", "unmet", "quality"})
_MACRO = re.compile(r"(?<!\?P)<(\w+)>")
_BY_UNIT = {"元": "amount", "分": "total"}
_UNITS = {
    "元": ("amount", "spending", "initial", "adjusted", "executed", "remaining"),
    "%": ("rate",),
    "分": ("total", "weight", "score"),
}
_FEW = 10000
_BEING = ("是", "为", "写", "就写", "就是", "只写")
_ONLY = ("就", "只")
_ATTRIBUTES = ("对应的", "相应的", "具体的", "所有的", "全部的", "任何的")
_DATES = frozenset({"月", "日"})
_METRICS = frozenset({"target", "level1", "level2", "reason"})


@dataclass(frozen=True, slots=True)
class Matched:
    """Hold the words a rule matched, by the names of its groups."""

    tokens: list[Token]
    groups: dict[str, list[Token]]

    def all(self, name: str) -> list[Token]:
        """Return the words of a group."""
        return self.groups.get(name, [])

    def one(self, name: str) -> Token | None:
        """Return the first word of a group, if it matched any."""
        return next(iter(self.all(name)), None)

    @property
    def text(self) -> str:
        """Return the text of all words."""
        return "".join(token.text for token in self.tokens)

    @property
    def of(self) -> Of:
        """Return the indicators named in the group ``of``."""
        return tuple(token.value for token in self.all("of") if isinstance(token.value, Topic))

    def said(self, condition: Condition) -> Token:
        """Return the word that stands for all of these: a condition."""
        return Token(self.text, "condition", condition, self.tokens[0].before)


Build = Callable[[Matched], list[Token] | None]


def read_chunks(tokens: list[Token]) -> list[Token]:
    """Return the words of a question with conditions in the place of those that make them."""
    found = list(tokens)
    for pattern, build in _rules():
        found = _apply(pattern, build, found)
    return _with_metrics(found)


@cache
def _data() -> dict[str, Any]:
    return read_data("grammar.toml")


@cache
def _rules() -> tuple[tuple[re.Pattern[str], Build], ...]:
    found = []
    for rule in _data()["rule"]:
        pattern = _MACRO.sub(lambda macro: _data()["macro"][macro[1]], rule["pattern"])
        found.append((re.compile(rf"(?<!\S){pattern}"), _BUILDERS[rule["name"]]))
    return tuple(found)


def _code(token: Token) -> str:
    mark = ""
    if token.before.endswith("的") and not token.before.endswith(_ATTRIBUTES):
        mark = "~"
    value = f".{token.value}" if token.kind in _VALUED else ""
    return f"{mark}{token.kind}{value} "


def _apply(pattern: re.Pattern[str], build: Build, tokens: list[Token]) -> list[Token]:
    place = 0
    while place < len(tokens):
        starts = _starts(tokens)
        places = {start: number for number, start in enumerate(starts)}
        match = pattern.search("".join(map(_code, tokens)), starts[place])
        if match is None or match.end() == match.start():
            break
        first, last = places[match.start()], places[match.end()]
        groups = {}
        for name, text in match.groupdict().items():
            if text:
                groups[name] = tokens[places[match.start(name)] : places[match.end(name)]]
        made = build(Matched(tokens[first:last], groups))
        place = first + 1
        if made is not None:
            tokens = [*tokens[:first], *made, *tokens[last:]]
            place = first + min(1, len(made))
    return tokens


def _starts(tokens: list[Token]) -> list[int]:
    """Return where the code of each word begins, and where the last ends."""
    found = [0]
    for token in tokens:
        found.append(found[-1] + len(_code(token)))
    return found


def _condition(values: dict[str, Any], of: Of = (), **more: Any) -> Condition:
    """Return a condition that ``grammar.toml`` describes."""
    made = {**values, **more}
    if "metric" in made:
        made["metric"] = Metric(made["metric"])
    if "number" in made:
        made["number"] = Decimal(made["number"])
    return Condition(of=of, **made)


# ---------------------------------------------------------------- what the rules make


def _topical(phrase: Matched) -> list[Token]:
    return [_as_topic(phrase, titled=False)]


def _titled(phrase: Matched) -> list[Token]:
    return [_as_topic(phrase, titled=True)]


def _as_topic(phrase: Matched, *, titled: bool) -> Token:
    token = phrase.all("about")[0]
    text = token.text.strip('"《》')
    topic = Topic(text, texts=(text,), titled=titled)
    if isinstance(token.value, Topic) and not titled:
        topic = replace(topic, levels=token.value.levels, concepts=token.value.concepts)
    first = phrase.tokens[0]
    return Token(text, "topic", topic, first.before, token.asked, token.each)


def _says(phrase: Matched) -> list[Token] | None:
    """Make a condition on the words of a target: 目标是提升."""
    token = phrase.all("about")[0]
    if not token.before.startswith(_BEING):
        return None
    kind = "states" if token.before.startswith(_ONLY) else "says"
    return [phrase.said(Condition(kind, text=token.text.strip('"《》')))]


def _measured_in(phrase: Matched) -> list[Token]:
    return [phrase.said(Condition("sized", text=phrase.all("about")[0].text.strip('"《》')))]


def _limit(phrase: Matched) -> list[Token] | None:
    number = phrase.all("number")[0]
    if number.value.unit and number.value.unit not in count_units():
        return None
    return [*phrase.all("keep"), Token(number.text, "limit", int(number.value.number))]


def _over_budget(phrase: Matched) -> list[Token] | None:
    signs = [token.value for token in (*phrase.all("sign"), *phrase.all("degree"))]
    if "<" in signs or "<=" in signs or "=" in signs or not phrase.of[0].is_cost:
        return None
    return [phrase.said(Condition("over-budget", of=phrase.of))]


def _overspent(phrase: Matched) -> list[Token] | None:
    if phrase.all("sign")[0].value != ">":
        return None
    return [phrase.said(_condition(_data()["made"]["money"]["over"]))]


def _made(phrase: Matched) -> list[Token]:
    key = phrase.all("key")[0]
    value = str(key.value)
    if phrase.one("not"):
        value = "lost"
    if phrase.of or phrase.one("indicator"):
        value = value.removesuffix("_vague")  # what is only called finished must be indicators or their targets
    return [phrase.said(_condition(_data()["made"][key.kind][value], phrase.of))]


def _missing(phrase: Matched) -> list[Token] | None:
    lacked = next((token for token in phrase.all("lacked") if isinstance(token.value, Topic)), None)
    word = phrase.one("subject") or phrase.one("field")
    before: list[Token] = []
    of: Of = ()
    if lacked is not None and (word is None or word.value in ("indicator", "goal")):
        of = (lacked.value,)
    elif lacked is not None:
        before = [lacked]
    if word is None:
        condition = Condition("has", of=of, text="indicator", negated=True)
    elif word.value in _data()["lacked"]:
        condition = _condition(_data()["lacked"][word.value], of, negated=True)
    elif word.kind == "field":
        condition = Condition("has", Metric(word.value), negated=True)
    else:
        raise NotUnderstoodError("missing", (phrase.text,))
    return [*before, phrase.said(condition), *phrase.all("keep")]


def _unmet(phrase: Matched) -> list[Token] | None:
    kind = {"<": "missed", ">=": "reached"}.get(phrase.all("sign")[0].value)
    return [phrase.said(Condition(kind, of=phrase.of))] if kind else None


def _due(phrase: Matched) -> list[Token]:
    due = phrase.all("due")[0].value
    if due.startswith("月"):
        return [phrase.said(Condition("monthly", text=due[1:], said=phrase.text))]
    return [phrase.said(Condition("due", text=due, said=phrase.text))]


def _counted(phrase: Matched) -> list[Token] | None:
    """Make a condition on how many there are: 项目超过10个, 产出指标不少于5个."""
    what, number = phrase.all("what"), phrase.all("number")[0]
    things = [token for token in what if token.kind != "field"]
    unnamed = not number.value.unit and things == what
    if number.value.unit not in count_units() | {""} or not things or unnamed:
        return None
    topics = tuple(token.value for token in things if isinstance(token.value, Topic))
    thing = next((token.value for token in reversed(things) if token.kind == "subject"), "indicator")
    if topics:
        thing = "indicator"
    sign = _sign(phrase) or "="
    condition = Condition("counted", of=topics, comparator=sign, number=number.value.number, text=thing)
    return [phrase.said(condition)]


# ---------------------------------------------------------------- numbers


@dataclass(frozen=True, slots=True)
class Bounds:
    """Hold what a number says: its sign, the end of a range, and the words that are no part of it."""

    quantity: Quantity
    sign: str | None
    upper: Decimal | None = None
    rest: tuple[Token, ...] = ()


def _number(phrase: Matched) -> list[Token] | None:
    """Make a condition of a number with what stands around it: what it is of, its sign, 以上, 到 another number."""
    number = phrase.all("number")[0]
    bare = not any(phrase.all(name) for name in ("signs", "to", "after", "degree"))
    if bare and number.value.unit in count_units() and not phrase.one("upper"):
        return phrase.all("what") + phrase.all("late")  # 一个, 那11个项目: how many there are is known
    if number.before.endswith("的") and phrase.all("what"):
        return None
    bounds = _bounds(phrase, number)
    what, late = phrase.all("what"), phrase.all("late")
    if not what:
        what, late = late, []
    metric, unused = _metric_of(what, bounds.quantity.unit)
    condition = _compared(metric, bounds, number)
    if phrase.one("upper"):
        condition = replace(condition, text="upper", metric=metric or Metric("target"))
    return [*unused, phrase.said(condition), *bounds.rest, *late]


def _compared(metric: Metric | None, bounds: Bounds, number: Token) -> Condition:
    unit = bounds.quantity.unit
    if metric is not None:
        shares = any(topic.rates_satisfaction for topic in metric.of)
        if metric.name == "rate" or (not unit and shares):
            unit = "%"
        bare = not unit and bounds.sign is None and bounds.upper is None
        if not _fits(metric.name, bounds.quantity) or (metric.name == "target" and bare):
            raise NotUnderstoodError("number", (number.text,))
    return Condition("number", metric, (), bounds.sign or "=", bounds.quantity.number, bounds.upper, unit)


def _bounds(phrase: Matched, number: Token) -> Bounds:
    """Return what the words around a number make of it."""
    quantity = number.value
    sign = _sign(phrase) or quantity.sign
    if sign is None and quantity.unit in _DATES:
        raise NotUnderstoodError("words", (number.text,))
    to = phrase.one("to")
    if to and sign not in (None, "between"):
        alone = Matched(phrase.tokens, {**phrase.groups, "after": []})
        return Bounds(quantity, _sign(alone), rest=(to, *phrase.all("after")))
    if to:
        quantity, upper = _range(number, to)
        return Bounds(quantity, None, upper)
    if sign == "between":
        raise NotUnderstoodError("number", (number.text,))
    return Bounds(quantity, sign)


def _fits(name: str, quantity: Quantity) -> bool:
    """Say whether a number may be one of a metric: money in 元, a share in %, points in 分; few bare yuan are none."""
    for unit, names in _UNITS.items():
        if name in names:
            few = unit == "元" and 0 < quantity.number < _FEW
            return quantity.unit == unit or (not quantity.unit and not few)
    return True


def _sign(phrase: Matched) -> str | None:
    """Return the comparator that the words around a number make: 不低于95%以上 is ≥, 不低于95%以下 is nothing."""
    if degree := phrase.one("degree"):
        return str(degree.value)
    signs = list(dict.fromkeys(token.value for token in phrase.all("signs")))
    if len({sign[0] for sign in signs}) > 1:
        raise NotUnderstoodError("number", tuple(token.text for token in phrase.all("signs")))
    sign: str | None = next(iter(signs), None)
    after = phrase.one("after")
    if after is None:
        return sign
    if after.value == "between":
        return sign or "between"
    contrary = sign not in (None, "between") and sign is not None and sign[0] != after.value[0]
    if phrase.one("to") or contrary:
        raise NotUnderstoodError("number", (after.text,))
    if sign in ("<", ">"):
        return sign
    return str(after.value)


def _range(first: Token, second: Token) -> tuple[Quantity, Decimal]:
    """Return the quantity a range begins with and the number it ends with."""
    quantity, end = first.value, second.value
    if quantity.unit and end.unit != quantity.unit:
        raise NotUnderstoodError("number", (second.text,))
    unit = quantity.unit or end.unit
    if unit == "元" and first.value.bare and quantity.number < end.number / 1000:
        raise NotUnderstoodError("number", (first.text,))
    return replace(quantity, unit=unit), end.number


def _metric_of(what: list[Token], unit: str) -> tuple[Metric | None, list[Token]]:
    """Return what a number is a number of, and the words it is not about; None leaves it to the unit."""
    topics = [token for token in what if isinstance(token.value, Topic)]
    others = [token for token in what if token not in topics]
    own = [token for token in others if not token.means("field", "target", "actual")]
    of = tuple(token.value for token in topics)
    by_unit = unit == "分" or (unit == "元" and not any(topic.is_cost for topic in of))
    figures = [token for token in own if token.kind == "figure"]
    if figures:
        said = "".join(token.text for token in own)
        return Metric("figure", label=figures[-1].value, phase="budget" if "预算" in said else ""), topics
    if own and (not topics or what.index(own[-1]) > what.index(topics[-1]) or by_unit):
        return _own_metric(own[-1]), topics
    if topics and by_unit:
        return None, topics
    if topics or others:
        actual = any(token.means("field", "actual") for token in others)
        return Metric("actual" if actual else "target", of), own
    return None, []


def _own_metric(token: Token) -> Metric:
    return Metric("total") if token.kind == "subject" else Metric(token.value)


def _with_metrics(tokens: list[Token]) -> list[Token]:
    """Give numbers that do not say what they are of the metric of the number before, or that of their unit."""
    found: list[Token] = []
    before: Condition | None = None
    for token in tokens:
        if token.kind == "comparator":
            raise NotUnderstoodError("number", (token.text,))
        if token.kind == "missing":
            raise NotUnderstoodError("missing", (token.text,))
        if token.kind == "condition" and token.value.kind == "number":
            before = _with_metric(token, before)
            token = replace(token, value=before)
        found.append(token)
    return found


def _with_metric(token: Token, before: Condition | None) -> Condition:
    condition: Condition = token.value
    if condition.metric is not None:
        return condition
    if before is not None and before.unit == condition.unit:
        return replace(condition, metric=before.metric)
    if condition.unit in _BY_UNIT:
        return replace(condition, metric=Metric(_BY_UNIT[condition.unit]))
    raise NotUnderstoodError("number", (token.text,))


def merged(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """Make a range of a lower and an upper end on one thing; raise where they exclude each other."""
    found: list[Condition] = []
    for each in conditions:
        other = next((held for held in found if _opposite(held, each)), None)
        if other is None:
            found.append(each)
            continue
        low, high = (other, each) if other.comparator[0] == ">" else (each, other)
        assert low.number is not None and high.number is not None
        whole = low.comparator == ">=" and high.comparator == "<="
        if low.number > high.number or (low.number == high.number and not whole):
            raise NotUnderstoodError("contradiction")
        found[found.index(other)] = replace(low, upper=high.number, end=high.comparator)
    return tuple(found)


def _opposite(first: Condition, second: Condition) -> bool:
    if {first.kind, second.kind} != {"number"} or first.upper is not None or second.upper is not None:
        return False
    if {first.comparator[0], second.comparator[0]} != {"<", ">"}:
        return False
    return (first.metric, first.unit) == (second.metric, second.unit)


_BUILDERS: dict[str, Build] = {
    "titled": _titled,
    "topical": _topical,
    "says": _says,
    "measured_in": _measured_in,
    "limit": _limit,
    "over_budget": _over_budget,
    "overspent": _overspent,
    "made": _made,
    "missing": _missing,
    "unmet": _unmet,
    "due": _due,
    "counted": _counted,
    "number": _number,
}
