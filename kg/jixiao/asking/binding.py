"""Bind words that stand together: each number, test and lack becomes one word that is a filter (``grammar.toml``)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from jixiao.asking.cutting import Token, Tokens
from jixiao.asking.frames import Column, Filter, Frame, NotUnderstoodError
from jixiao.asking.names import named_nodes
from jixiao.asking.numbers import Quantity
from jixiao.asking.vocabulary import Topic, data

_SLOT = re.compile(r"([^@?*+]+)(?:@([^?*+]+))?([?*+]?)")
_OFTEN = {"": (1, 1), "?": (0, 1), "*": (0, 99), "+": (1, 99)}
_MEASURES = ("topic", "column", "figure")
_ABOUT_ONE = ("full", "lost", "over-budget")  # filters of projects that are about a topic themselves
_FEW = 10000  # yuan: fewer are no budget
_JOINING = re.compile(r"(和|与|到|至|、|-|~|,)?")
_RANKS = ("highest", "lowest", "strictest", "loosest")
_DATES = ("月", "日")


def bound(tokens: Tokens) -> Tokens:
    """Return the words of a question with filters in the place of those that make them."""
    tokens = _ranged(_turned(tokens))
    for rule in _rules():
        start = 0
        while start < len(tokens):
            end = rule.end(tokens, start)
            made = rule.write(tokens, start, end) if end > start else None
            if made is not None:
                tokens = [*tokens[:start], *made, *tokens[end:]]
                start += len(made) - 1
            start += 1
    return tokens


def _turned(tokens: Tokens) -> Tokens:
    """Return 比95%高 as 高于95%: what is compared with stands behind its sign."""
    found = list(tokens)
    for place in range(len(found) - 2):
        than, what, degree = found[place : place + 3]
        if than.means("link", "than") and what.kind in ("quantity", "column") and degree.kind == "degree":
            found[place : place + 3] = [replace(degree, kind="comparator"), what, replace(than, kind="stop")]
    return [token for token in found if token.kind != "stop"]


def _ranged(tokens: Tokens) -> Tokens:
    """Return two numbers that are joined as one that has an end."""
    found: Tokens = []
    for token in tokens:
        before = found[-1] if found else token
        plain = before.kind == token.kind == "quantity" and before is not token and before.value.sign is None
        if plain and before.value.upper is None and _JOINING.fullmatch(token.before):
            first, end = before.value, token.value
            if first.unit and end.unit != first.unit:
                raise NotUnderstoodError("number", (token.text,))
            if first.number > end.number:
                raise NotUnderstoodError("contradiction")
            ranged = replace(first, unit=end.unit, sign="between", upper=end.number)
            found[-1] = replace(before, text=before.text + token.text, value=ranged)
        else:
            found.append(token)
    return found


# ---------------------------------------------------------------- rules


@dataclass(frozen=True, slots=True)
class Slot:
    """Hold which words may stand at a place of a rule: kinds with values (none: any), what stands before, how often."""

    kinds: dict[str, list[str]]
    before: tuple[str, ...]
    least: int
    most: int

    def fits(self, token: Token) -> bool:
        """Say whether a word may stand here."""
        if self.before and not token.before.startswith(self.before):
            return False
        if not token.asked and f"!{token.kind}" in self.kinds:
            return True
        values = self.kinds.get(token.kind)
        return values is not None and (not values or token.value in values)


@dataclass(frozen=True, slots=True)
class Rule:
    """Hold a rule of ``grammar.toml``."""

    slots: list[Slot]
    made: dict[str, Any]

    def end(self, tokens: Tokens, start: int) -> int:
        """Return where the words end that make the rule from ``start`` on, -1 where there are none."""
        end = start
        for slot in self.slots:
            first = end
            while end - first < slot.most and end < len(tokens) and slot.fits(tokens[end]):
                end += 1
            if end - first < slot.least:
                return -1
        then = self.made.get("then")
        if then and not (end < len(tokens) and tokens[end].before == then):
            return -1
        return end

    def write(self, tokens: Tokens, start: int, end: int) -> Tokens | None:
        """Return the words that the rule writes in the place of others; None where it does not hold after all."""
        rule, taken = self.made, tokens[start:end]
        if "number" in rule:
            return _NUMBERS[rule["number"]](tokens, start, end)
        keep = rule.get("keep", ())
        kept = [token for token in taken if token.kind in keep or f"{token.kind}:{token.value}" in keep]
        used = [token for token in taken if token not in kept]
        if "lacks" in rule:
            return [_as_filter(used, _lacking(used)), *kept]
        if "without" in rule:
            return [_as_filter(used, _without(used[1:])), *kept]
        if "filter" in rule:
            made, left = _tested(rule, used, tokens[end : end + 1])
            return [*left, _as_filter(used, made), *kept]
        if "word" not in rule:
            return kept
        kind, _, value = rule["word"].partition(" ")
        if kind in ("topic", "titled"):
            named = next(token for token in used if token.kind != "link")
            return [replace(named, kind="topic", value=text_topic(named.text, titled=kind == "titled")), *kept]
        return [replace(used[0], kind=kind, value=value), *kept]


@cache
def _rules() -> list[Rule]:
    return [Rule(list(map(_slot, rule["words"])), rule) for rule in data("grammar")["bind"]]


def _slot(text: str) -> Slot:
    found = _SLOT.fullmatch(text)
    assert found is not None
    kinds = {}
    for each in found[1].split("/"):
        kind, _, values = each.partition(":")
        kinds[kind] = values.split("|") if values else []
    before = tuple(found[2].split("|")) if found[2] else ()
    return Slot(kinds, before, *_OFTEN[found[3]])


def _as_filter(taken: Tokens, made: Filter) -> Token:
    return Token("".join(token.text for token in taken), "filter", made, taken[0].before)


def _words(tokens: Tokens, *kinds: str) -> Tokens:
    return [token for token in tokens if token.kind in kinds]


def text_topic(text: str, *, titled: bool = False) -> Topic:
    """Return the topic of names that hold a text."""
    text = text.strip('"《》')
    return Topic(text, texts=(text,), titled=titled)


def about_indicators(topics: Iterable[Topic], *tests: Filter) -> Filter:
    """Return the filter of what has indicators of some topics that meet tests."""
    filters = (*(Filter("topic", topic=topic) for topic in topics), *tests)
    return Filter("rows", rows=Frame("indicator", filters))


def _tested(rule: dict[str, Any], used: Tokens, rest: Tokens) -> tuple[Filter, Tokens]:
    """Return the filter that a rule makes, and the words that it is not about."""
    kind, last = str(rule["filter"]), used[-1]
    if "text" in rule:
        text = "".join(token.text for token in used if token.kind not in ("link", "column")).strip('"《》')
        return Filter(kind, (text,), (text,)), []
    if "value" in rule:
        return Filter(kind, (str(last.value),), (last.text,)), []
    if kind == "test":
        return Filter(str(_words(used, "test")[0].value)), []
    topics = _words(used, "topic")
    about = [token.value for token in topics]
    about += [text_topic(token.text) for token in used if token.means("column", "rate")]
    if kind in _ABOUT_ONE and about:
        return Filter(kind, topic=about[-1]), topics[:-1]
    if about:
        return about_indicators(about, Filter(kind)), []
    aimed = any(token.value in ("target", "indicator") for token in (*used, *rest))
    vague = any(str(token.value).endswith("_vague") for token in used) and not aimed
    return Filter(kind, ("vague",) if vague else ()), []


def _without(named: Tokens) -> Filter:
    """Return the filter that leaves out projects, places or what is about a topic."""
    labels = ("、".join(token.text for token in named),)
    if named[0].kind == "topic":
        return Filter("unlike", (named[0].value.label,), labels, topic=named[0].value)
    if named[0].kind == "project":
        return Filter("without", tuple(named_nodes(token.value) for token in named), labels)
    regions = [region.value for token in _words(named, "region") for region in token.value]
    return Filter("elsewhere", (*regions, *(named_nodes(token.value) for token in _words(named, "department"))), labels)


def _lacking(used: Tokens) -> Filter:
    """Return the filter of what has no rows, or no value: 没有产出指标, 没写目标值, 没有编码."""
    topics = [token.value for token in _words(used, "topic")]
    if topics:
        return replace(about_indicators(topics), negated=True)
    value = next((str(token.value) for token in _words(used, "table", "column", "link", "comparator")), "finding")
    lacked = data("words")["lacked"]
    if value in lacked:
        return Filter(lacked[value], negated=True)
    if value == "evaluation":
        return Filter("column", column=Column("total"), negated=True)
    if _words(used, "column"):
        return Filter("column", column=Column(value), negated=True)
    named = tuple(scoped(token) for token in _words(used, "severity", "rule"))
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


def _quantity(taken: Tokens) -> Quantity:
    """Return what the words around a number make of it: 不低于95%以上 is ≥, 不低于95%以下 is nothing."""
    token = _words(taken, "quantity")[0]
    quantity: Quantity = token.value
    signs = [str(each.value) for each in _words(taken, "comparator")] + [quantity.sign] * bool(quantity.sign)
    after = [str(each.value) for each in _words(taken, "after")]
    told = [sign for sign in (*signs, *after) if sign != "between"]
    if len({str(sign)[0] for sign in told}) > 1 or (quantity.upper is None and "between" in signs):
        raise NotUnderstoodError("number", (token.text,))
    if quantity.upper is not None:
        return replace(quantity, sign=">=")
    sign = next((sign for sign in told if sign in ("<", ">")), None)
    return replace(quantity, sign=sign or next(iter(told), None))


def _some(tokens: Tokens, start: int, end: int) -> Tokens | None:
    """Read 最大的三个 as a limit, 那三个 as what is known."""
    quantity, text = _quantity(tokens[start:end]), tokens[start].text
    units = data("words")["units"]
    near = [*tokens[max(start - 1, 0) : start], *tokens[end : end + 2]]
    if start and near[0].kind == "comparator":
        return None
    ranked = any(token.means("operation", *_RANKS) for token in near)
    if quantity.sign or not (quantity.unit in (*units["counting"], *units["sized"]) or (not quantity.unit and ranked)):
        return None
    number, kind = int(quantity.number), "known"
    if ranked:
        kind = "limit"
    elif quantity.unit in _DATES:
        raise NotUnderstoodError("words", (text,))
    return [Token(text, kind, number)]


def _counted(tokens: Tokens, start: int, end: int) -> Tokens | None:
    """Read 项目超过10个, 产出指标不少于5个 as how many rows there are."""
    taken = tokens[start:end]
    quantity = _quantity(taken)
    things, topics = _words(taken, "table"), _words(taken, "topic")
    counting = quantity.unit in data("words")["units"]["counting"]
    named = counting or (not quantity.unit and _words(taken, "many", "how_many"))
    if not (quantity.sign and named and (things or topics)):
        return None
    table = "indicator" if topics else str(things.pop().value)
    rows = Frame(table, tuple(Filter("topic", topic=token.value) for token in topics))
    made = Filter("rows", sign=quantity.sign, number=quantity.number, upper=quantity.upper, rows=rows)
    return [*(token for token in things if token.value != table), _as_filter(taken, made)]


def _compared(tokens: Tokens, start: int, end: int) -> Tokens | None:
    """Read 满意度不低于95% as a comparison of a column, with the words that it is not about."""
    taken = tokens[start:end]
    quantity = _quantity(taken)
    if taken[-1].kind in _MEASURES and not (quantity.sign or quantity.unit):
        return None
    what = _words(taken, *_MEASURES)
    column, topics, left = _measured(what, quantity.unit)
    upper = any(token.means("link", "upper") for token in taken)
    unit, stated = quantity.unit, bool(quantity.sign)
    if column is None and upper:
        column = Column("target")
    if column is None:
        column, topics = _unnamed(tokens[:start], unit, topics)
    if column is None:
        raise NotUnderstoodError("number", (quantity.text,))
    if column.name == "rate" or (not unit and any(topic.rates_satisfaction for topic in topics)):
        unit = "%"
    if not _fits(column.name, quantity) or (column.name == "target" and not (unit or stated)):
        raise NotUnderstoodError("number", (quantity.text,))
    made = Filter("number", ("upper",) * upper, column=column, sign=quantity.sign or "=", number=quantity.number)
    made = replace(made, upper=quantity.upper, unit=unit)
    return [*left, _as_filter(taken, about_indicators(topics, made) if topics else made)]


def _unnamed(before: Tokens, unit: str, topics: list[Topic]) -> tuple[Column | None, list[Topic]]:
    """Return what a number is of that does not say it: of what the number before was, else what its unit says."""
    numbers = [token.value for token in _words(before, "filter") if _number_of(token.value).column]
    known = data("tables")["unit"].get(unit, {})
    if numbers and _number_of(numbers[-1]).unit == unit:
        rows = numbers[-1].rows
        return _number_of(numbers[-1]).column, [*rows.topics] if rows else []
    return (Column(known["column"]) if "column" in known else None), topics


_NUMBERS = {"some": _some, "rows": _counted, "of": _compared}


def _measured(what: Tokens, unit: str) -> tuple[Column | None, list[Topic], Tokens]:
    """Return what a number is a number of, of which topics, and the words it is not about."""
    topics, columns, figures = (_words(what, kind) for kind in _MEASURES)
    own = [token for token in columns if token.value not in ("target", "actual")]
    of = [token.value for token in topics]
    if figures:
        phase = "budget" if any("预算" in token.text for token in what) else ""
        return Column("figure", figures[-1].value, phase), [], topics
    by_unit = unit == "分" or (unit == "元" and not any(topic.is_cost for topic in of))
    if own and (not topics or by_unit or what.index(own[-1]) > what.index(topics[-1])):
        return Column(str(own[-1].value)), [], topics
    if any(token.value == "actual" for token in columns):
        return Column("actual"), of, own
    return (Column("target") if what else None), of, own


def _number_of(each: Filter) -> Filter:
    """Return the number filter of one, or of the rows it asks for."""
    if each.rows and each.rows.tests and each.number is None:
        return each.rows.tests[-1]
    return each


def _fits(name: str, quantity: Quantity) -> bool:
    """Say whether a number may be one of a column: money in 元, a share in %, points in 分; few bare yuan are none."""
    for unit, known in data("tables")["unit"].items():
        if name in known["of"] and quantity.unit != unit:
            return not quantity.unit and not (unit == "元" and 0 < quantity.number < _FEW)
    return True


def merged(filters: Iterable[Filter]) -> tuple[Filter, ...]:
    """Make a range of a lower and an upper end on one thing; raise where they exclude each other."""
    found: list[Filter] = []
    for each in filters:
        other = next((held for held in found if _opposite(held, each)), None)
        if other is None:
            found.append(each)
            continue
        low, high = sorted((_number_of(other), _number_of(each)), key=lambda number: number.sign[0] == "<")
        assert low.number is not None and high.number is not None
        whole = low.sign == ">=" and high.sign == "<="
        if low.number > high.number or (low.number == high.number and not whole):
            raise NotUnderstoodError("contradiction")
        made = replace(low, upper=high.number, end=high.sign)
        found[found.index(other)] = about_indicators(other.rows.topics, made) if other.rows else made
    return tuple(found)


def _opposite(first: Filter, second: Filter) -> bool:
    """Say whether two filters are the ends of one range."""
    low, high = _number_of(first), _number_of(second)
    if (low.upper, high.upper) != (None, None) or {low.sign[0], high.sign[0]} != {"<", ">"}:
        return False
    topics = [each.rows and each.rows.topics for each in (first, second)]
    return topics[0] == topics[1] and (low.column, low.unit) == (high.column, high.unit)
