"""Bind words that stand together: each number, test and lack becomes one word that is a filter (``grammar.toml``)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from jixiao.asking.cutting import Token
from jixiao.asking.frames import Column, Filter, Frame, NotUnderstoodError
from jixiao.asking.quantities import Quantity
from jixiao.asking.vocabulary import Topic, data

_SLOT = re.compile(r"([^@?*+]+)(?:@([^?*+]+))?([?*+]?)")
_OFTEN = {"": (1, 1), "?": (0, 1), "*": (0, 99), "+": (1, 99)}
_MEASURES = ("topic", "column", "figure")
_ABOUT_ONE = ("full", "lost", "over-budget")  # filters of projects that are about a topic themselves
_FEW = 10000  # yuan: fewer are no budget
_JOINING = re.compile(r"(和|与|到|至|、|-|~|,)?")
_RANKS = ("highest", "lowest", "strictest", "loosest")
_DATES = ("月", "日")


def bound(tokens: list[Token]) -> list[Token]:
    """Return the words of a question with filters in the place of those that make them."""
    tokens = _turned(tokens)
    rules = _rules()
    tokens = _rewritten(tokens, [rule for rule in rules if rule.early])
    tokens = _numbered(tokens)
    return _rewritten(tokens, [rule for rule in rules if not rule.early])


def _turned(tokens: list[Token]) -> list[Token]:
    """Return 比95%高 as 高于95%: what is compared with stands behind its sign."""
    found = list(tokens)
    for place in range(len(found) - 2):
        than, what, degree = found[place : place + 3]
        if than.means("link", "than") and what.kind in ("quantity", "column") and degree.kind == "degree":
            found[place : place + 3] = [replace(degree, kind="comparator"), what, replace(than, kind="stop")]
    return [token for token in found if token.kind != "stop"]


# ---------------------------------------------------------------- rules


@dataclass(frozen=True, slots=True)
class Slot:
    """Hold which words may stand at a place of a rule: kinds with values (none: any), what stands before, how often."""

    kinds: tuple[tuple[str, tuple[str, ...]], ...]
    before: tuple[str, ...]
    least: int
    most: int

    def fits(self, token: Token) -> bool:
        """Say whether a word may stand here."""
        if self.before and not token.before.startswith(self.before):
            return False
        return any(kind == token.kind and (not values or token.value in values) for kind, values in self.kinds)


@dataclass(frozen=True, slots=True)
class Rule:
    """Hold a rule of ``grammar.toml``; ``early`` ones are tried before numbers take the words beside them."""

    slots: tuple[Slot, ...]
    made: dict[str, Any]
    early: bool

    def match(self, tokens: list[Token], start: int) -> list[Token] | None:
        """Return the words from ``start`` on that make the rule."""
        end = start
        for slot in self.slots:
            count = 0
            while count < slot.most and end < len(tokens) and slot.fits(tokens[end]):
                count, end = count + 1, end + 1
            if count < slot.least:
                return None
        then = self.made.get("then")
        if then and not (end < len(tokens) and tokens[end].before == then):
            return None
        return tokens[start:end]


@cache
def _rules() -> tuple[Rule, ...]:
    rules = data("grammar")["bind"]
    first = next(number for number, rule in enumerate(rules) if "comparator" in " ".join(rule["words"]))
    return tuple(Rule(tuple(map(_slot, rule["words"])), rule, place < first) for place, rule in enumerate(rules))


def _slot(text: str) -> Slot:
    found = _SLOT.fullmatch(text)
    assert found is not None
    kinds = []
    for each in found[1].split("/"):
        kind, _, values = each.partition(":")
        kinds.append((kind, tuple(values.split("|")) if values else ()))
    before = tuple(found[2].split("|")) if found[2] else ()
    return Slot(tuple(kinds), before, *_OFTEN[found[3]])


def _rewritten(tokens: list[Token], rules: Iterable[Rule]) -> list[Token]:
    for rule in rules:
        start = 0
        while start < len(tokens):
            taken = rule.match(tokens, start)
            if taken:
                made = _made(rule.made, taken, tokens[start + len(taken) :])
                tokens = [*tokens[:start], *made, *tokens[start + len(taken) :]]
                start += len(made) - 1
            start += 1
    return tokens


def _made(rule: dict[str, Any], taken: list[Token], rest: list[Token]) -> list[Token]:
    """Return the words that a rule writes in the place of those it took."""
    keep = rule.get("keep", ())
    kept = [token for token in taken if token.kind in keep or f"{token.kind}:{token.value}" in keep]
    used = [token for token in taken if token not in kept]
    if rule.get("lacks"):
        return [_as_filter(used, _lacking(used)), *kept]
    if "filter" in rule:
        made, left = _tested(rule, used, rest)
        return [*left, _as_filter(used, made), *kept]
    if "word" not in rule:
        return kept
    kind, _, value = rule["word"].partition(" ")
    if kind in ("topic", "titled"):
        named = next(token for token in used if token.kind != "link")
        return [replace(named, kind="topic", value=text_topic(named.text, titled=kind == "titled")), *kept]
    return [replace(used[0], kind=kind, value=value), *kept]


def _as_filter(taken: list[Token], made: Filter) -> Token:
    return Token("".join(token.text for token in taken), "filter", made, taken[0].before)


def text_topic(text: str, *, titled: bool = False) -> Topic:
    """Return the topic of names that hold a text."""
    text = text.strip('"《》')
    return Topic(text, texts=(text,), titled=titled)


def _tested(rule: dict[str, Any], used: list[Token], rest: list[Token]) -> tuple[Filter, list[Token]]:
    """Return the filter that a rule makes, and the words that it is not about."""
    kind = str(rule["filter"])
    last = used[-1]
    if rule.get("text"):
        text = last.text.strip('"《》') if last.kind != "link" else used[0].text.strip('"《》')
        return Filter(kind, (text,), (text,)), []
    if rule.get("value"):
        return Filter(kind, (str(last.value),), (last.text,)), []
    if kind == "test":
        return Filter(next(str(token.value) for token in used if token.kind == "test")), []
    topics = [token for token in used if token.kind == "topic"]
    about = [token.value for token in topics]
    about += [text_topic(token.text) for token in used if token.means("column", "rate")]
    if kind in _ABOUT_ONE and about:
        return Filter(kind, topic=about[-1]), topics[:-1]
    if about:
        return about_indicators(about, Filter(kind)), []
    if any(str(token.value).endswith("_vague") for token in used):
        aimed = any(token.means("column", "target") for token in used) or bool(rest and rest[0].value == "indicator")
        return Filter(kind, () if aimed else ("vague",)), []
    return Filter(kind), []


def about_indicators(topics: Iterable[Topic], *tests: Filter) -> Filter:
    """Return the filter of what has indicators of some topics that meet tests."""
    filters = (*(Filter("topic", topic=topic) for topic in topics), *tests)
    return Filter("rows", rows=Frame("indicator", filters))


def _lacking(used: list[Token]) -> Filter:
    """Return the filter of what has no rows, or no value: 没有产出指标, 没写目标值, 没有编码."""
    topics = [token.value for token in used if token.kind == "topic"]
    if topics:
        return replace(about_indicators(topics), negated=True)
    value = next((str(token.value) for token in used if token.kind in ("table", "column", "link")), "finding")
    lacked = data("words")["lacked"]
    if value in lacked:
        return Filter(lacked[value], negated=True)
    if any(token.kind == "column" for token in used) or value == "evaluation":
        return Filter("column", column=Column("total" if value == "evaluation" else value), negated=True)
    named = tuple(scoped(token) for token in used if token.kind in ("severity", "rule"))
    return Filter("rows", rows=Frame("indicator" if value == "goal" else value, named), negated=True)


_NODES = {"severity": "sh:{0}", "rule": '"{0}"', "form": "jxc:form-{0}", "document": "jxc:document-{0}"}
_NODES |= {"period": "jxc:period-{0}", "category": '"{0}"', "year": '"{0}"^^xsd:gYear'}


def scoped(token: Token) -> Filter:
    """Return the filter of a word that says within what is asked, with its values as SPARQL writes them."""
    value = str(token.value)
    label = token.text
    if token.kind == "severity":
        label, value = data("messages")["severities"][value], value.capitalize()
    elif token.kind == "year":
        label = f"{value}年"
    elif token.kind == "period":
        label = data("messages")["restated"]["period"][value]
    elif token.kind in ("rule", "category"):
        label = value
    return Filter(token.kind, (_NODES[token.kind].format(value),), (label,))


# ---------------------------------------------------------------- numbers


@dataclass(frozen=True, slots=True)
class Bounds:
    """Hold what a number says with the words around it, the first of which is ``start`` and the last before ``end``."""

    quantity: Quantity
    sign: str
    start: int
    end: int
    upper: Decimal | None = None
    stated: bool = False


def _numbered(tokens: list[Token]) -> list[Token]:
    """Return the words with filters in the place of numbers and what they are numbers of."""
    place = 0
    while place < len(tokens):
        if tokens[place].kind == "quantity":
            bounds = _bounds(tokens, place)
            start, end, made = _filtered(tokens, bounds)
            tokens = [*tokens[:start], *made, *tokens[end:]]
            place = start
        place += 1
    return tokens


def _bounds(tokens: list[Token], place: int) -> Bounds:
    """Return what the words around a number make of it: 不低于95%以上 is ≥, 不低于95%以下 is nothing."""
    token, start, end = tokens[place], place, place + 1
    quantity = token.value
    while start and tokens[start - 1].kind == "comparator":
        start -= 1
    signs = {str(each.value) for each in tokens[start:place]}
    sign = next(iter(signs), quantity.sign)
    second = tokens[end] if end < len(tokens) else Token("", "stop")
    if second.kind == "quantity" and sign in (None, "between") and _JOINING.fullmatch(second.before):
        if end + 1 < len(tokens) and tokens[end + 1].kind == "after":
            end += 1
        return Bounds(_range(token, second), ">=", start, end + 1, second.value.number, stated=True)
    if [each.kind for each in tokens[end : end + 2]] == ["link", "after"] and second.value == "about":
        end += 1  # 95%（含）以上
    if end < len(tokens) and tokens[end].kind == "after":
        after = str(tokens[end].value)
        end += 1
        if after != "between":
            signs = {*filter(None, [sign]), after}
            sign = sign if sign in ("<", ">") else after
    if len({each[0] for each in signs}) > 1 or sign == "between":
        raise NotUnderstoodError("number", (token.text,))
    return Bounds(quantity, sign or "=", start, end, stated=sign is not None)


def _range(first: Token, second: Token) -> Quantity:
    """Return the quantity a range begins with."""
    quantity: Quantity = first.value
    end: Quantity = second.value
    if quantity.unit and end.unit != quantity.unit:
        raise NotUnderstoodError("number", (second.text,))
    if quantity.number > end.number:
        raise NotUnderstoodError("contradiction")
    return replace(quantity, unit=end.unit)


def _filtered(tokens: list[Token], bounds: Bounds) -> tuple[int, int, list[Token]]:
    """Return the words that a number takes, from where to where, and those that it becomes."""
    start, end, unit = bounds.start, bounds.end, bounds.quantity.unit
    units = data("words")["units"]
    said = "".join(token.text for token in tokens[start:end])
    if unit in _DATES and not bounds.stated:
        raise NotUnderstoodError("words", (said,))
    near = [*tokens[max(start - 1, 0) : start], *tokens[end : end + 2]]
    ranked = any(token.means("operation", *_RANKS) for token in near)
    if not bounds.stated and (unit in (*units["counting"], *units["sized"]) or (not unit and ranked)):
        return start, end, [_some(tokens, bounds, ranked=ranked)]
    first = start
    while first and (tokens[first - 1].kind in (*_MEASURES, "upper") or tokens[first - 1].means("link", "upper")):
        first -= 1
    if unit in (*units["counting"], ""):
        counted = _counted(tokens, bounds)
        if counted:
            return counted
    what = tokens[first:start]
    if not what and (bounds.stated or unit) and end < len(tokens) and not tokens[end].asked:
        while end < len(tokens) and tokens[end].kind in _MEASURES:
            end += 1
        what = tokens[bounds.end : end]
    column, topics, left = _measured(what, unit)
    upper = any(token.means("link", "upper") for token in what)
    if column is None and upper:
        column = Column("target")
    made = _number(tokens, column, bounds, upper=upper, topics=topics)
    return first, end, [*left, Token(said, "filter", made, (tokens[first:end] or tokens[-1:])[0].before)]


def _some(tokens: list[Token], bounds: Bounds, *, ranked: bool) -> Token:
    """Return 最大的三个 as a limit, 一件 as the price of one, 那三个 as what is known."""
    number, text = int(bounds.quantity.number), tokens[bounds.start].text
    if ranked:
        return Token(text, "limit", number)
    rest = tokens[bounds.end : bounds.end + 1]
    if number == 1 and rest and rest[0].kind != "table":
        return Token(text, "one", bounds.quantity.unit)
    return Token(text, "known", number)


def _counted(tokens: list[Token], bounds: Bounds) -> tuple[int, int, list[Token]] | None:
    """Return 项目超过10个, 产出指标不少于5个 as how many rows there are."""
    first = bounds.start
    while first and tokens[first - 1].kind in ("table", "topic", "many", "how_many") and not tokens[first - 1].asked:
        if tokens[first - 1].value == "department" and first < bounds.start:
            break
        first -= 1
    what = tokens[first : bounds.start]
    things = [token for token in what if token.kind in ("table", "topic")]
    named = bounds.quantity.unit or len(things) < len(what)
    if not (things and named and bounds.stated):
        return None
    topics = tuple(Filter("topic", topic=token.value) for token in things if token.kind == "topic")
    table = "indicator" if topics else str(things[-1].value)
    number = bounds.quantity.number
    made = Filter("rows", sign=bounds.sign, number=number, upper=bounds.upper, rows=Frame(table, topics))
    return first, bounds.end, [Token("".join(token.text for token in what), "filter", made, tokens[first].before)]


def _measured(what: list[Token], unit: str) -> tuple[Column | None, list[Topic], list[Token]]:
    """Return what a number is a number of, of which topics, and the words it is not about."""
    topics = [token for token in what if token.kind == "topic"]
    of = [token.value for token in topics]
    own = [token for token in what if token.kind == "column" and token.value not in ("target", "actual")]
    figures = [token for token in what if token.kind == "figure"]
    if figures:
        phase = "budget" if any("预算" in token.text for token in what) else ""
        return Column("figure", figures[-1].value, phase), [], topics
    by_unit = unit == "分" or (unit == "元" and not any(topic.is_cost for topic in of))
    if own and (not topics or what.index(own[-1]) > what.index(topics[-1]) or by_unit):
        return Column(str(own[-1].value)), [], topics
    if topics and by_unit:
        return None, [], topics
    if any(token.means("column", "actual") for token in what):
        return Column("actual"), of, own
    if topics or any(token.means("column", "target") for token in what):
        return Column("target"), of, own
    return None, [], []


def _number(tokens: list[Token], column: Column | None, bounds: Bounds, *, upper: bool, topics: list[Topic]) -> Filter:
    """Return the filter of a number; one that does not say of what is of what the number before was."""
    quantity, unit, stated = bounds.quantity, bounds.quantity.unit, bounds.stated
    known = data("tables")["unit"]
    if column is None:
        before = [token.value for token in tokens[: bounds.start] if token.kind == "filter"]
        numbers = [each for each in before if _number_of(each).unit == unit and _number_of(each).column]
        if numbers:
            column = _number_of(numbers[-1]).column
            topics = [*numbers[-1].rows.topics] if numbers[-1].rows else []
        elif "column" in known.get(unit, {}):
            column = Column(known[unit]["column"])
        elif (unit or stated) and any(_is_indicators(token) for token in tokens):
            column, stated = Column("target"), True
    if column is None:
        raise NotUnderstoodError("number", (quantity.text,))
    if column.name == "rate" or (not unit and any(topic.rates_satisfaction for topic in topics)):
        unit = "%"
    if not _fits(column.name, quantity) or (column.name == "target" and not unit and not stated):
        raise NotUnderstoodError("number", (quantity.text,))
    values = ("upper",) if upper else ()
    made = Filter("number", values, (), None, column, bounds.sign, quantity.number, bounds.upper, "<=", unit)
    return about_indicators(topics, made) if topics else made


def _number_of(each: Filter) -> Filter:
    """Return the number filter of one, or of the rows it asks for."""
    if each.rows and each.rows.tests and each.number is None:
        return each.rows.tests[-1]
    return each


def _is_indicators(token: Token) -> bool:
    return token.means("table", "indicator") or (token.kind == "topic" and bool(token.value.levels))


def _fits(name: str, quantity: Quantity) -> bool:
    """Say whether a number may be one of a column: money in 元, a share in %, points in 分; few bare yuan are none."""
    for unit, known in data("tables")["unit"].items():
        if name in known["of"]:
            few = unit == "元" and 0 < quantity.number < _FEW
            return bool(quantity.unit == unit or (not quantity.unit and not few))
    return True


# ---------------------------------------------------------------- ranges


def merged(filters: Iterable[Filter]) -> tuple[Filter, ...]:
    """Make a range of a lower and an upper end on one thing; raise where they exclude each other."""
    found: list[Filter] = []
    for each in filters:
        place = next((number for number, held in enumerate(found) if _opposite(held, each)), None)
        if place is None:
            found.append(each)
        else:
            found[place] = _ranged(found[place], each)
    return tuple(found)


def _opposite(first: Filter, second: Filter) -> bool:
    low, high = _number_of(first), _number_of(second)
    if {low.kind, high.kind} != {"number"} or low.upper is not None or high.upper is not None:
        return False
    signs = {low.sign[0], high.sign[0]} == {"<", ">"}
    topics = [each.rows.topics if each.rows else () for each in (first, second)]
    return signs and topics[0] == topics[1] and (low.column, low.unit) == (high.column, high.unit)


def _ranged(first: Filter, second: Filter) -> Filter:
    low, high = _number_of(first), _number_of(second)
    if low.sign[0] == "<":
        low, high = high, low
    assert low.number is not None and high.number is not None
    whole = low.sign == ">=" and high.sign == "<="
    if low.number > high.number or (low.number == high.number and not whole):
        raise NotUnderstoodError("contradiction")
    made = replace(low, upper=high.number, end=high.sign)
    return about_indicators(first.rows.topics, made) if first.rows else made
