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

from jixiao.asking.frames import Condition, Metric, NotUnderstoodError, Of
from jixiao.asking.lexicon import Topic, count_units, read_data
from jixiao.asking.quantities import Quantity
from jixiao.asking.tokens import Token

_VALUED = frozenset({"subject", "field", "operation", "link", "money", "points", "unmet"})
_MACRO = re.compile(r"(?<!\?P)<(\w+)>")
_BY_UNIT = {"元": "amount", "分": "total"}
_UNITS = {
    "元": ("amount", "spending", "initial", "adjusted", "executed", "remaining"),
    "%": ("rate",),
    "分": ("total",),
}
_FEW = 10000
_SPENT = {"over": (">", 100), "unspent": ("<", 100), "idle": ("=", 0)}
_LACKING = {
    "project": Condition("missing", Metric("projects")),
    "evaluation": Condition("missing", Metric("total")),
    "finding": Condition("missing", Metric("findings")),
    "indicator": Condition("missing"),
    "goal": Condition("missing"),
}
_BEING = ("是", "为", "写")
_DATES = frozenset({"月", "日"})
_ARTICLES = frozenset({"一个", "一家", "一项", "一条"})


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
        token = self.one("of")
        if token is None or not isinstance(token.value, Topic):
            return ()
        return (token.value,)

    def said(self, condition: Condition) -> Token:
        """Return the word that stands for all of these: a condition."""
        return Token(self.text, "condition", condition, self.tokens[0].before)


def read_chunks(tokens: list[Token]) -> list[Token]:
    """Return the words of a question with conditions in the place of those that make them."""
    found = list(tokens)
    for pattern, build in _rules():
        found = _apply(pattern, build, found)
    return _with_metrics(found)


@cache
def _rules() -> tuple[tuple[re.Pattern[str], Callable[[Matched], list[Token] | None]], ...]:
    data = read_data("grammar.toml")
    found = []
    for rule in data["rule"]:
        pattern = _MACRO.sub(lambda macro: data["macro"][macro[1]], rule["pattern"])
        found.append((re.compile(rf"(?<!\S){pattern}"), _BUILDERS[rule["name"]]))
    return tuple(found)


def _code(token: Token) -> str:
    mark = "~" if token.before.endswith("的") else ""
    value = f".{token.value}" if token.kind in _VALUED else ""
    return f"{mark}{token.kind}{value} "


def _apply(
    pattern: re.Pattern[str], build: Callable[[Matched], list[Token] | None], tokens: list[Token]
) -> list[Token]:
    place = 0
    while place < len(tokens):
        codes = [_code(token) for token in tokens]
        starts = {0: 0}
        length = 0
        for number, code in enumerate(codes, 1):
            length += len(code)
            starts[length] = number
        skipped = sum(len(code) for code in codes[:place])
        match = pattern.search("".join(codes), skipped)
        if match is None or match.end() == match.start():
            break
        first, last = starts[match.start()], starts[match.end()]
        groups = {}
        for name, text in match.groupdict().items():
            if text:
                groups[name] = tokens[starts[match.start(name)] : starts[match.end(name)]]
        made = build(Matched(tokens[first:last], groups))
        if made is None:
            place = first + 1
        else:
            tokens = [*tokens[:first], *made, *tokens[last:]]
            place = first + min(1, len(made))
    return tokens


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
    return [phrase.said(Condition("says", text=token.text))]


def _limit(phrase: Matched) -> list[Token] | None:
    number = phrase.all("number")[0]
    if number.value.unit and number.value.unit not in count_units():
        return None
    return [*phrase.all("keep"), Token(number.text, "limit", int(number.value.number))]


def _over_budget(phrase: Matched) -> list[Token] | None:
    sign = next((token.value for token in phrase.tokens if token.kind in ("comparator", "degree")), ">")
    if sign not in (">", ">=") or not phrase.of[0].is_cost:
        return None
    return [phrase.said(Condition("over-budget", of=phrase.of))]


def _overspent(phrase: Matched) -> list[Token] | None:
    if phrase.all("sign")[0].value != ">":
        return None
    return [phrase.said(_spent_condition("over"))]


def _spent(phrase: Matched) -> list[Token]:
    return [phrase.said(_spent_condition(phrase.all("money")[0].value))]


def _spent_condition(key: str) -> Condition:
    sign, share = _SPENT[key]
    return Condition("number", Metric("rate"), comparator=sign, number=Decimal(share), unit="%")


def _points(phrase: Matched) -> list[Token]:
    kind = phrase.all("points")[0].value
    if phrase.one("not"):
        kind = "lost"
    return [phrase.said(Condition(kind, of=phrase.of))]


def _missing(phrase: Matched) -> list[Token] | None:
    lacked, field, subject = phrase.one("lacked"), phrase.one("field"), phrase.one("subject")
    if subject is not None:
        if subject.value not in _LACKING:
            raise NotUnderstoodError("missing", (phrase.text,))
        condition = _LACKING[subject.value]
        if lacked is not None and isinstance(lacked.value, Topic) and condition.metric is None:
            condition = replace(condition, of=(lacked.value,))
            lacked = None
        topic = [lacked] if lacked is not None and isinstance(lacked.value, Topic) else []
        return [*topic, phrase.said(condition), *phrase.all("keep")]
    if lacked is not None:
        return [phrase.said(Condition("missing", of=(lacked.value,)))]
    if field is None:
        return None
    return [phrase.said(Condition("missing", Metric(field.value)))]


def _unmet(phrase: Matched) -> list[Token] | None:
    if sign := phrase.one("sign"):
        if sign.value not in ("<", ">="):
            return None
        kind, vague = ("missed" if sign.value == "<" else "reached"), False
    else:
        kind, _, rest = str(phrase.all("unmet")[0].value).partition("_")
        # What is only called finished must be indicators or their targets.
        vague = bool(rest) and not phrase.of and not phrase.one("indicator")
    return [phrase.said(Condition(kind, of=phrase.of, text="vague" if vague else ""))]


def _due(phrase: Matched) -> list[Token]:
    return [phrase.said(Condition("due", text=phrase.all("due")[0].value, unit=phrase.text))]


def _counted(phrase: Matched) -> list[Token] | None:
    """Make a condition on how many there are: 项目超过10个, 产出指标不少于5个."""
    what, number = phrase.all("what"), phrase.all("number")[0]
    units = count_units() | {""}
    things = [token for token in what if token.kind != "field"]
    if number.value.unit not in units or not things or (not number.value.unit and things == what):
        return None
    topics = tuple(token.value for token in things if isinstance(token.value, Topic))
    subjects = [token.value for token in things if token.kind == "subject"]
    name = "indicators" if topics or "indicator" in subjects else f"{subjects[-1]}s"
    sign = _sign(phrase)
    return [phrase.said(Condition("number", Metric(name, topics), comparator=sign or "=", number=number.value.number))]


def _number(phrase: Matched) -> list[Token] | None:
    """Make a condition of a number with what stands around it: what it is of, its sign, 以上, 到 another number."""
    number = phrase.all("number")[0]
    bare = not any(phrase.all(name) for name in ("signs", "to", "after", "degree"))
    if bare and number.text in _ARTICLES:
        return phrase.all("what") + phrase.all("late")
    if number.before.endswith("的") and phrase.all("what"):
        return None
    quantity = number.value
    sign = _sign(phrase) or quantity.sign
    if sign is None and quantity.unit in _DATES:
        raise NotUnderstoodError("words", (number.text,))
    upper: Decimal | None = None
    rest: list[Token] = []
    if to := phrase.one("to"):
        if sign in (None, "between"):
            quantity, upper = _range(number, to)
        else:
            rest = [to, *phrase.all("after")]
            sign = _sign(Matched(phrase.tokens, {**phrase.groups, "after": []}))
    if sign == "between":
        if upper is None:
            raise NotUnderstoodError("number", (number.text,))
        sign = None
    what, late = phrase.all("what"), phrase.all("late")
    kept: list[Token] = []
    if not what:
        what, late = late, []
    metric, unused = _metric_of(what, quantity.unit)
    unit = quantity.unit
    shares = metric is not None and any(topic.rates_satisfaction for topic in metric.of)
    if metric is not None and (metric.name == "rate" or (not unit and shares)):
        unit = "%"
    if metric is not None and not _fits(metric.name, quantity):
        raise NotUnderstoodError("number", (number.text,))
    if metric is not None and metric.name == "target" and not unit and sign is None and upper is None:
        raise NotUnderstoodError("number", (number.text,))
    kept = [*unused]
    condition = Condition("number", metric, comparator=sign or "=", number=quantity.number, upper=upper, unit=unit)
    return [*kept, phrase.said(condition), *rest, *late]


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
    signs = {token.value for token in phrase.all("signs")}
    if len(signs) > 1 and len({sign[0] for sign in signs}) > 1:
        raise NotUnderstoodError("number", tuple(token.text for token in phrase.all("signs")))
    sign: str | None = next((token.value for token in phrase.all("signs")), None)
    after = phrase.one("after")
    if after is None:
        return sign
    if after.value == "between":
        return sign or "between"
    if phrase.one("to") or (sign not in (None, "between") and sign is not None and sign[0] != after.value[0]):
        raise NotUnderstoodError("number", (after.text,))
    if sign in ("<", ">"):
        return sign
    return str(after.value)


def _range(first: Token, second: Token) -> tuple[object, Decimal]:
    """Return the quantity a range begins with and the number it ends with."""
    quantity, end = first.value, second.value
    if quantity.unit and end.unit != quantity.unit:
        raise NotUnderstoodError("number", (second.text,))
    quantity = replace(quantity, unit=quantity.unit or end.unit)
    if quantity.unit == "元" and first.value.bare and quantity.number < end.number / 1000:
        raise NotUnderstoodError("number", (first.text,))
    return quantity, end.number


def _metric_of(what: list[Token], unit: str) -> tuple[Metric | None, list[Token]]:
    """Return what a number is a number of, and the words it is not about; None leaves it to the unit."""
    topics = [token for token in what if isinstance(token.value, Topic)]
    others = [token for token in what if token not in topics]
    own = [token for token in others if not token.means("field", "target", "actual")]
    of = tuple(token.value for token in topics)
    by_unit = unit == "分" or (unit == "元" and not any(topic.is_cost for topic in of))
    if own and (not topics or what.index(own[-1]) > what.index(topics[-1]) or by_unit):
        last = own[-1]
        if last.kind == "figure":
            return Metric("figure", label=last.value), topics
        if last.kind == "subject":
            return Metric("total"), topics
        return Metric(last.value), topics
    if topics and by_unit:
        return None, topics
    if topics or others:
        actual = any(token.means("field", "actual") for token in others)
        return Metric("actual" if actual else "target", of), own
    return None, []


def _with_metrics(tokens: list[Token]) -> list[Token]:
    """Give numbers that do not say what they are of the metric of the number before, or that of their unit."""
    found: list[Token] = []
    before: Condition | None = None
    for token in tokens:
        condition = token.value
        if token.kind == "condition" and condition.kind == "number":
            if condition.metric is None and before is not None and before.unit == condition.unit:
                condition = replace(condition, metric=before.metric)
            elif condition.metric is None and condition.unit in _BY_UNIT:
                condition = replace(condition, metric=Metric(_BY_UNIT[condition.unit]))
            elif condition.metric is None:
                raise NotUnderstoodError("number", (token.text,))
            before = condition
            token = replace(token, value=condition)
        elif token.kind == "comparator":
            raise NotUnderstoodError("number", (token.text,))
        elif token.kind == "missing":
            raise NotUnderstoodError("missing", (token.text,))
        found.append(token)
    return found


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
    if first.kind != "number" or second.kind != "number" or first.upper is not None or second.upper is not None:
        return False
    if {first.comparator[0], second.comparator[0]} != {"<", ">"}:
        return False
    return (first.metric, first.unit) == (second.metric, second.unit)


_BUILDERS: dict[str, Callable[[Matched], list[Token] | None]] = {
    "titled": _titled,
    "topical": _topical,
    "says": _says,
    "limit": _limit,
    "over_budget": _over_budget,
    "overspent": _overspent,
    "spent": _spent,
    "points": _points,
    "missing": _missing,
    "unmet": _unmet,
    "due": _due,
    "counted": _counted,
    "number": _number,
}
