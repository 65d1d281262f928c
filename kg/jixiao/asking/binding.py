"""Bind words that stand together: each number, test and lack becomes one word that is a filter (``grammar.toml``)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from jixiao.asking.cutting import NONE, Token, Tokens, said, texts_of
from jixiao.asking.frames import Column, Filter, Frame, NotUnderstoodError
from jixiao.asking.numbers import Quantity
from jixiao.asking.vocabulary import Topic, data, messages

_SLOT = re.compile(r"([^@?*+]+)(?:@([^?*+]+))?([?*+]?)")
_OFTEN = {"": (1, 1), "?": (0, 1), "*": (0, 99), "+": (1, 99)}
_ABOUT_ONE = ("full", "lost", "over-budget")  # filters of projects that are about a topic themselves
_FEW = 10000  # yuan: fewer are no budget
_JOINING = re.compile(r"(和|与|到|至|、|-|~|,)?")
_RANKS = "operation:highest|lowest|strictest|loosest"
_DATES = ("月", "日")
_LEFT_OUT = {"topic": "unlike", "project": "without", "region": "elsewhere", "department": "elsewhere"}


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
    found: Tokens = []
    for token in tokens:
        if token.kind == "degree" and said(found[-2:-1], "link:than") and said(found[-1:], "quantity/column"):
            found[-2:] = [replace(token, kind="comparator"), found[-1]]
        else:
            found.append(token)
    return found


def _ranged(tokens: Tokens) -> Tokens:
    """Return two numbers that are joined as one that has an end."""
    found: Tokens = []
    for token in tokens:
        before = found[-1] if found else NONE
        if before.kind == token.kind == "quantity" and _JOINING.fullmatch(token.before):
            found[-1] = replace(before, text=before.text + token.text, value=_range(before.value, token))
        else:
            found.append(token)
    return found


def _range(first: Quantity, last: Token) -> Quantity:
    end: Quantity = last.value
    if first.sign or first.upper is not None or first.unit not in ("", end.unit):
        raise NotUnderstoodError("number", (last.text,))
    if first.number > end.number:
        raise NotUnderstoodError("contradiction")
    return replace(first, unit=end.unit, sign="between", upper=end.number)


# ---------------------------------------------------------------- rules


@dataclass(frozen=True, slots=True)
class Slot:
    """Hold which words may stand at a place of a rule, what stands before them, how often they may."""

    words: str
    before: tuple[str, ...]
    least: int
    most: int

    def fits(self, token: Token) -> bool:
        """Say whether a word may stand here."""
        return token.means(self.words) and (not self.before or token.before.startswith(self.before))


@dataclass(frozen=True, slots=True)
class Rule:
    """Hold a rule of ``grammar.toml``."""

    slots: list[Slot]
    made: dict[str, str]

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
        if then and not any(token.before == then for token in tokens[end : end + 1]):
            return -1
        return end

    def write(self, tokens: Tokens, start: int, end: int) -> Tokens | None:
        """Return the words that the rule writes in the place of others; None where it does not hold after all."""
        rule, taken = self.made, tokens[start:end]
        if "number" in rule:
            return _NUMBERS[rule["number"]](tokens, start, end)
        kept = said(taken, rule.get("keep", "-"))
        used = [token for token in taken if token not in kept]
        if "word" in rule:
            return [_word(rule["word"], used), *kept]
        if "by" in rule:
            return [_as_filter(used, _MADE[rule["by"]](rule.get("filter", ""), used)), *kept]
        if "filter" in rule:
            made, left = _tested(rule["filter"], used, tokens[end : end + 1])
            return [*left, _as_filter(used, made), *kept]
        return kept


@cache
def _rules() -> list[Rule]:
    return [Rule(list(map(_slot, rule["words"])), rule) for rule in data("grammar")["bind"]]


def _slot(text: str) -> Slot:
    found = _SLOT.fullmatch(text)
    assert found is not None
    before = tuple(found[2].split("|")) if found[2] else ()
    return Slot(found[1], before, *_OFTEN[found[3]])


def _as_filter(taken: Tokens, made: Filter) -> Token:
    return Token("".join(texts_of(taken)), "filter", made, taken[0].before)


def _word(made: str, used: Tokens) -> Token:
    kind, _, value = made.partition(" ")
    if kind not in ("topic", "titled"):
        return replace(used[0], kind=kind, value=value)
    named = next(token for token in used if token.kind != "link")
    return replace(named, kind="topic", value=text_topic(named.text, titled=kind == "titled"))


def text_topic(text: str, *, titled: bool = False) -> Topic:
    """Return the topic of names that hold a text."""
    text = text.strip('"《》')
    return Topic(text, texts=(text,), titled=titled)


def about_indicators(topics: Iterable[Topic], *tests: Filter) -> Filter:
    """Return the filter of what has indicators of some topics that meet tests."""
    filters = (*(Filter("topic", topic=topic) for topic in topics), *tests)
    return Filter("rows", rows=Frame("indicator", filters))


def _topics(tokens: Tokens) -> list[Topic]:
    return [token.value for token in said(tokens, "topic")]


def _tested(kind: str, used: Tokens, rest: Tokens) -> tuple[Filter, Tokens]:
    """Return the filter that a rule makes about the topics in its words, and the words that it is not about."""
    about = _topics(used) + [text_topic(token.text) for token in said(used, "column:rate")]
    if kind in _ABOUT_ONE and about:
        return Filter(kind, topic=about[-1]), said(used, "topic")[:-1]
    if about:
        return about_indicators(about, Filter(kind)), []
    aimed = said([*used, *rest], "column:target/table:indicator")
    vague = said(used, "test:missed_vague|reached_vague") and not aimed
    return Filter(kind, ("vague",) if vague else ()), []


def _with_text(kind: str, used: Tokens) -> Filter:
    words = [token.text for token in used if not token.means("link/column")]
    text = "".join(words).strip('"《》')
    return Filter(kind, (text,), (text,))


def _with_value(kind: str, used: Tokens) -> Filter:
    return Filter(kind, (str(used[-1].value),), (used[-1].text,))


def _of_test(kind: str, used: Tokens) -> Filter:
    test = said(used, "test")[0].value
    rate = data("tables")["rates"].get(test)
    if rate is None:
        return Filter(test)
    return Filter("number", column=Column("rate"), sign=rate["sign"], number=Decimal(rate["number"]), unit="%")


def _without(kind: str, used: Tokens) -> Filter:
    """Return the filter that leaves out projects, places or what is about a topic."""
    named = used[1:]
    kind, labels = _LEFT_OUT[named[0].kind], ("、".join(texts_of(named)),)
    if kind == "unlike":
        return Filter(kind, (named[0].value.label,), labels, topic=named[0].value)
    return Filter(kind, tuple(node for token in named for node in token.nodes), labels)


def _lacking(kind: str, used: Tokens) -> Filter:
    """Return the filter of what has no rows, or no value: 没有产出指标, 没写目标值, 没有编码."""
    if topics := _topics(used):
        return replace(about_indicators(topics), negated=True)
    named = said(used, "table/column/link/comparator")
    value = str(named[0].value) if named else "finding"
    lacked = data("words")["lacked"]
    if value in lacked:
        return Filter(lacked[value], negated=True)
    if value == "evaluation":
        return Filter("column", column=Column("total"), negated=True)
    if said(used, "column"):
        return Filter("column", column=Column(value), negated=True)
    within = tuple(map(scoped, said(used, "severity/rule")))
    return Filter("rows", rows=Frame("indicator" if value == "goal" else value, within), negated=True)


_MADE = {"text": _with_text, "value": _with_value, "test": _of_test, "without": _without, "lacking": _lacking}
_NODES = {"severity": "sh:{0}", "rule": '"{0}"', "form": "jxc:form-{0}", "document": "jxc:document-{0}"}
_NODES |= {"period": "jxc:period-{0}", "category": '"{0}"', "year": '"{0}"^^xsd:gYear'}


def scoped(token: Token) -> Filter:
    """Return the filter of a word that says within what is asked, with its values as SPARQL writes them."""
    value = str(token.value)
    label = token.text
    if token.kind == "severity":
        label, value = messages()["severities"][value], value.capitalize()
    elif token.kind == "year":
        label = f"{value}年"
    elif token.kind == "period":
        label = messages()["restated"]["period"][value]
    elif token.means("rule/category"):
        label = value
    return Filter(token.kind, (_NODES[token.kind].format(value),), (label,))


# ---------------------------------------------------------------- numbers


def _quantity(taken: Tokens) -> Quantity:
    """Return what the words around a number make of it: 不低于95%以上 is ≥, 不低于95%以下 is nothing."""
    token = said(taken, "quantity")[0]
    quantity: Quantity = token.value
    signs = [str(each.value) for each in said(taken, "comparator/after")]
    signs += [quantity.sign] if quantity.sign else []
    told = [sign for sign in signs if sign != "between"]
    if len({sign[0] for sign in told}) > 1 or (quantity.upper is None and len(told) < len(signs)):
        raise NotUnderstoodError("number", (token.text,))
    if quantity.upper is not None:
        return replace(quantity, sign=">=")
    return replace(quantity, sign=min(told, key=len, default=None))


def _some(tokens: Tokens, start: int, end: int) -> Tokens | None:
    """Read 最大的三个 as a limit, 那三个 as what is known."""
    quantity, text = _quantity(tokens[start:end]), tokens[start].text
    before, units = tokens[max(start - 1, 0) : start], data("words")["units"]
    ranked = said([*before, *tokens[end : end + 2]], _RANKS)
    things = quantity.unit in (*units["counting"], *units["sized"]) or (ranked and not quantity.unit)
    if quantity.sign or not things or said(before, "comparator"):
        return None
    if quantity.unit in _DATES and not ranked:
        raise NotUnderstoodError("words", (text,))
    return [Token(text, "limit" if ranked else "known", int(quantity.number))]


def _counted(tokens: Tokens, start: int, end: int) -> Tokens | None:
    """Read 项目超过10个, 产出指标不少于5个 as how many rows there are."""
    taken = tokens[start:end]
    quantity = _quantity(taken)
    things, topics = said(taken, "table"), _topics(taken)
    counting = quantity.unit in data("words")["units"]["counting"]
    if not quantity.unit:
        counting = bool(said(taken, "many/how_many"))
    if not (quantity.sign and counting and (things or topics)):
        return None
    table = "indicator" if topics else str(things.pop().value)
    rows = about_indicators(topics).rows if topics else Frame(table)
    made = Filter("rows", sign=quantity.sign, number=quantity.number, upper=quantity.upper, rows=rows)
    return [*(token for token in things if token.value != table), _as_filter(taken, made)]


def _compared(tokens: Tokens, start: int, end: int) -> Tokens | None:
    """Read 满意度不低于95% as a comparison of a column, with the words that it is not about."""
    taken = tokens[start:end]
    quantity = _quantity(taken)
    unit, stated = quantity.unit, bool(quantity.sign)
    what = said(taken, "topic/column/figure")
    if taken[-1] in what and not (stated or unit):
        return None
    column, topics, left = _measured(what, unit)
    upper = ("upper",) * bool(said(taken, "link:upper"))
    if column is None and upper:
        column = Column("target")
    if column is None:
        column, topics = _unnamed(tokens[:start], unit)
    if column is None:
        raise NotUnderstoodError("number", (quantity.text,))
    if column.name == "rate" or (not unit and any(topic.rates_satisfaction for topic in topics)):
        unit = "%"
    if not _fits(column.name, quantity) or (column.name == "target" and not (unit or stated)):
        raise NotUnderstoodError("number", (quantity.text,))
    made = Filter("number", upper, column=column, sign=quantity.sign or "=", number=quantity.number)
    made = replace(made, upper=quantity.upper, unit=unit)
    return [*left, _as_filter(taken, about_indicators(topics, made) if topics else made)]


def _unnamed(before: Tokens, unit: str) -> tuple[Column | None, list[Topic]]:
    """Return what a number is of that does not say it: of what the number before was, else what its unit says."""
    filters = [token.value for token in said(before, "filter") if _number_of(token.value).column]
    if filters and _number_of(filters[-1]).unit == unit:
        rows = filters[-1].rows
        return _number_of(filters[-1]).column, list(rows.topics) if rows else []
    column = data("tables")["unit"].get(unit, {}).get("column")
    return column and Column(column), []


_NUMBERS = {"some": _some, "rows": _counted, "of": _compared}


def _measured(what: Tokens, unit: str) -> tuple[Column | None, list[Topic], Tokens]:
    """Return what a number is a number of, of which topics, and the words it is not about."""
    topics, columns, figures = (said(what, kind) for kind in ("topic", "column", "figure"))
    own = [token for token in columns if not token.means("column:target|actual")]
    of = _topics(topics)
    if figures:
        phase = "budget" if any("预算" in token.text for token in what) else ""
        return Column("figure", figures[-1].value, phase), [], topics
    by_unit = unit == "分" or (unit == "元" and not any(topic.is_cost for topic in of))
    if own and (not topics or by_unit or what.index(own[-1]) > what.index(topics[-1])):
        return Column(str(own[-1].value)), [], topics
    if said(columns, "column:actual"):
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


def merged(filters: Iterable[Filter]) -> list[Filter]:
    """Let all tests of indicators of the same topics speak of one indicator: 满意度不低于90%、不超过95%."""
    found: dict[object, Filter] = {}
    for each in filters:
        key: object = each
        rows = each.rows
        if rows and rows.table == "indicator" and rows.tests and not each.negated and each.number is None:
            key, held = rows.topics, found.get(rows.topics)
            tests = held.rows.tests if held and held.rows else ()
            each = about_indicators(rows.topics, *tests, *rows.tests)
        found[key] = each
    return list(found.values())
