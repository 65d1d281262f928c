"""Bind numbers, tests and what is missing to the words they are about: each becomes one word that is a condition."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from jixiao.asking.cutting import Token
from jixiao.asking.frames import Column, Condition, Frame, NotUnderstoodError, Of, Scope
from jixiao.asking.quantities import Quantity
from jixiao.asking.vocabulary import Topic, data

_MEASURES = ("topic", "column", "figure")
_UNITS = {
    "元": ("amount", "spending", "initial", "adjusted", "executed", "remaining"),
    "%": ("rate",),
    "分": ("total", "weight", "score"),
}
_BY_UNIT = {"元": "amount", "分": "total"}
_FEW = 10000
_JOINING = re.compile(r"(和|与|到|至|、|-|~|,)?")
_AIMED = ("target", "total", "weight", "score", "lost", "deviation", "actual", "explanation")
_HOW_MUCH = re.compile("百分之(几|多少)")
_JOINED = re.compile("[和与及跟、,]")
_DATES = frozenset({"月", "日"})
_ASIDE = ("count", "how_many")
_BEING = ("是", "为", "写", "就写", "就是", "只写")
_ABOUT = ("topic", "figure", "category", "project", "quoted")


@dataclass(frozen=True, slots=True)
class Bounds:
    """Hold what a number says with the words around it: its sign, the end of a range, how many words it takes."""

    quantity: Quantity
    sign: str
    upper: Decimal | None = None
    stated: bool = False


@dataclass
class Binder:
    """Go along the words of a question; ``done`` are those behind, ``rest`` those ahead."""

    rest: list[Token]
    done: list[Token] = field(default_factory=list)

    def bound(self) -> list[Token]:
        """Return the words with conditions in the place of those that make them."""
        while self.rest:
            token = self.rest.pop(0)
            taker = getattr(self, f"_take_{token.kind}", None)
            if taker is None or not taker(token):
                self.done.append(token)
        return self.done

    # ------------------------------------------------------------ the words around

    def _ahead(self, kind: str, *values: Any) -> Token | None:
        """Take the next word if it is of a meaning."""
        if self.rest and self.rest[0].means(kind, *values):
            return self.rest.pop(0)
        return None

    def _behind(self, *kinds: str) -> list[Token]:
        """Take the words of some kinds that stand right behind."""
        found: list[Token] = []
        while self.done and self.done[-1].kind in kinds and self.done[-1].value not in _ASIDE:
            found.insert(0, self.done.pop())
        return found

    def _next(self, *kinds: str) -> list[Token]:
        found: list[Token] = []
        while self.rest and self.rest[0].kind in kinds and self.rest[0].value not in _ASIDE:
            found.append(self.rest.pop(0))
        return found

    def _add(self, token: Token, condition: Condition) -> bool:
        self.done.append(Token(token.text, "condition", condition, token.before))
        return True

    # ------------------------------------------------------------ names

    def _take_quoted(self, token: Token) -> bool:
        text = token.text.strip('"《》')
        if self._ahead("link", "ends"):
            return self._add(token, Condition("ends", text=text))
        return self._take_topic(replace(token, kind="topic", value=Topic(text, texts=(text,))))

    def _take_topic(self, token: Token) -> bool:
        """Read 目标是提升 as what targets say, 名称含…, 和…有关 as names."""
        text = token.text.strip('"《》')
        said = self.done and self.done[-1].means("column", "target") and token.before.startswith(_BEING)
        if said:
            self.done.pop()
            kind = "states" if token.before.startswith(("就", "只")) else "says"
            return self._add(token, Condition(kind, text=text))
        titled = bool(self.done) and self.done[-1].means("link", "titled")
        about = self.done and self.done[-1].means("link", "about")
        if titled or about:
            self.done.pop()
            if self.done and self.done[-1].means("column", "target"):
                self.done.pop()  # 目标含“以上”
                return self._add(token, Condition("says", text=text))
        elif self._ahead("link", "about") is None:
            self.done.append(token)
            return True
        topic = replace(token.value, label=text, texts=(text,), titled=titled, senses=())
        self.done.append(replace(token, value=topic))
        return True

    def _take_project(self, token: Token) -> bool:
        return self._about(token)

    def _take_figure(self, token: Token) -> bool:
        return self._about(token)

    def _take_category(self, token: Token) -> bool:
        return self._about(token)

    def _about(self, token: Token) -> bool:
        """Read 和某项目有关的 as a part of names."""
        before = bool(self.done) and self.done[-1].kind == "link" and self.done[-1].value in ("about", "titled")
        if not before and not (self.rest and self.rest[0].means("link", "about")):
            return False
        return self._take_topic(replace(token, kind="topic", value=Topic(token.text, texts=(token.text,))))

    def _take_column(self, token: Token) -> bool:
        """Read 预算执行率目标 as the target of indicators of that name."""
        if token.value in ("executed", "spent", "rate") and self.rest and _HOW_MUCH.fullmatch(self.rest[0].text):
            self.rest.pop(0)
            self.done.append(replace(token, value="rate"))  # 执行了百分之多少
            return True
        if token.value != "rate" or not self.rest or _JOINED.search(self.rest[0].before):
            return False
        aimed = self.rest[0].means("column", *_AIMED) or self.rest[0].means("operation", "strictest", "loosest")
        if aimed:
            self.done.append(replace(token, kind="topic", value=_as_topic(token)))
        return aimed

    # ------------------------------------------------------------ numbers

    def _take_quantity(self, token: Token) -> bool:
        bounds = self._bounds(token)
        unit = bounds.quantity.unit
        if unit in _DATES and not bounds.stated:
            raise NotUnderstoodError("words", (token.text,))
        if not bounds.stated and unit in (*data("words")["units"]["counting"], *data("words")["units"]["sized"]):
            return self._some(token, bounds.quantity)
        if not bounds.stated and not unit and self.done and self.done[-1].means("operation", "highest", "lowest"):
            return self._some(token, bounds.quantity)
        if unit in (*data("words")["units"]["counting"], "") and self._count(token, bounds):
            return True
        upper = self._behind("upper")
        what = self._behind(*_MEASURES)
        if not what and not (self.rest and self.rest[0].asked):
            what = self._next(*_MEASURES)
        column, left = _column_of(what, unit)
        self.done += left
        if upper:
            column = column or Column("target")
        return self._add(token, self._number(token, column, bounds, "upper" if upper else ""))

    def _number(self, token: Token, column: Column | None, bounds: Bounds, text: str) -> Condition:
        """Return the condition of a number; one that does not say of what is of what the number before was."""
        quantity = bounds.quantity
        unit = quantity.unit
        if column is None:
            before = [each.value for each in self.done if each.kind == "condition" and each.value.kind == "number"]
            if before and before[-1].unit == unit:
                column = before[-1].column
            elif unit in _BY_UNIT:
                column = Column(_BY_UNIT[unit])
            elif any(_of_indicators(each) for each in (*self.done, *self.rest)):
                column = Column("target")
                bounds = replace(bounds, stated=True)
            else:
                raise NotUnderstoodError("number", (token.text,))
        assert column is not None
        if column.name == "rate" or (not unit and any(topic.rates_satisfaction for topic in column.of)):
            unit = "%"
        if not _fits(column.name, quantity) or (column.name == "target" and not unit and not bounds.stated):
            raise NotUnderstoodError("number", (token.text,))
        return Condition(
            "number", column, sign=bounds.sign, number=quantity.number, upper=bounds.upper, unit=unit, text=text
        )

    def _some(self, token: Token, quantity: Quantity) -> bool:
        """Read 最大的三个 as a limit, 一件 as the price of one, 那三个 as what is known."""
        ranked = [*self.done[-1:], *self.rest[:2]]
        if any(each.means("operation", "highest", "lowest", "strictest", "loosest") for each in ranked):
            self.done.append(Token(token.text, "limit", int(quantity.number)))
        elif quantity.number == 1 and self.rest and not self.rest[0].kind.startswith("table"):
            self.done.append(Token(token.text, "one", quantity.unit))
        else:
            self.done.append(Token(token.text, "known", int(quantity.number)))
        return True

    def _count(self, token: Token, bounds: Bounds) -> bool:
        """Read 项目超过10个, 产出指标不少于5个 as how many there are."""
        what: list[Token] = []
        while self.done and (self.done[-1].kind in ("table", "topic") or self.done[-1].value in _ASIDE):
            if self.done[-1].asked or (self.done[-1].means("table", "department") and what):
                break
            what.insert(0, self.done.pop())
        things = [each for each in what if each.kind != "column"]
        unnamed = not bounds.quantity.unit and len(things) == len(what)
        if not things or unnamed or not bounds.stated:
            self.done += what
            return False
        topics = tuple(each.value for each in things if each.kind == "topic")
        table = next((each.value for each in reversed(things) if each.kind == "table"), "indicator")
        if topics:
            table = "indicator"
        rows = Frame(str(table), of=topics)
        number = Condition("rows", sign=bounds.sign, number=bounds.quantity.number, upper=bounds.upper, rows=rows)
        return self._add(token, number)

    def _bounds(self, token: Token) -> Bounds:
        """Return what the words around a number make of it: 不低于95%以上 is ≥, 不低于95%以下 is nothing."""
        quantity = token.value
        signs = [each.value for each in self._behind("comparator")]
        if len({sign[0] for sign in signs}) > 1:
            raise NotUnderstoodError("number", (token.text,))
        sign = next(iter(signs), None) or quantity.sign
        second = self.rest[0] if self.rest and self.rest[0].kind == "quantity" else None
        if second is not None and sign in (None, "between") and _JOINING.fullmatch(second.before):
            self.rest.pop(0)
            quantity, upper = _range(token, second)
            self._ahead("after")
            return Bounds(quantity, ">=", upper, True)
        if self.done and self.done[-1].means("link", "than") and self.rest and self.rest[0].kind == "degree":
            self.done.pop()
            return Bounds(quantity, str(self.rest.pop(0).value), None, True)
        sign = self._after(sign)
        if sign == "between":
            raise NotUnderstoodError("number", (token.text,))
        return Bounds(quantity, str(sign or "="), None, sign is not None)

    def _after(self, sign: str | None) -> str | None:
        """Take 以上 or 以下 behind a number and return its sign; one that the sign before contradicts is refused."""
        if [each.kind for each in self.rest[:2]] == ["link", "after"] and self.rest[0].value == "about":
            self.rest.pop(0)  # 95%（含）以上
        after = self._ahead("after")
        if after is None or after.value == "between":
            return sign
        if sign is not None and sign[0] != after.value[0]:
            raise NotUnderstoodError("number", (after.text,))
        return sign if sign in ("<", ">") else str(after.value)

    def _take_comparator(self, token: Token) -> bool:
        """Read 没达到目标, 成本超过预算, 得分低于分值; before a number it waits for it."""
        if self.rest and self.rest[0].kind in ("quantity", "comparator"):
            return False
        if self.rest and (self.rest[0].kind == "sized" or self.rest[0].value in _ASIDE):
            return token.value in (">=", "<=")  # 控制在多少
        target = self._ahead("column", "target")
        kind = {"<": "missed", ">=": "reached"}.get(token.value)
        topic = self.rest[0] if self.rest and self.rest[0].kind == "topic" else None
        if kind and (target or topic):
            of = self._topics() + tuple(each.value for each in self._next("topic"))
            self._behind("column")
            return self._add(token, Condition(kind, of=of))
        if self.rest and self.rest[0].means("table", "project"):
            self.rest.pop(0)
        other = self.rest[0] if self.rest and self.rest[0].kind == "column" else None
        if other is None:
            raise NotUnderstoodError("number", (token.text,))
        what = self._behind(*_MEASURES)
        self.rest.pop(0)
        return self._against(token, what, Column(str(other.value)))

    def _against(self, token: Token, what: list[Token], other: Column) -> bool:
        """Make a condition of a comparison of two columns."""
        topics = tuple(each.value for each in what if each.kind == "topic")
        own = [each.value for each in what if each.kind == "column"]
        more = token.value in (">", ">=")
        if other.name in ("amount", "initial", "adjusted") and more and any(topic.is_cost for topic in topics):
            return self._add(token, Condition("over-budget", of=topics))
        if other.name in ("amount", "initial", "adjusted") and more and own == ["executed"]:
            return self._add(token, Condition("over"))
        if other.name == "weight" and token.value == "<":
            return self._add(token, Condition("points", of=topics, text="lost"))
        if other.name == "target" and token.value in ("<", ">="):
            return self._add(token, Condition({"<": "missed", ">=": "reached"}[token.value], of=topics))
        raise NotUnderstoodError("number", (token.text,))

    # ------------------------------------------------------------ tests

    def _topics(self) -> Of:
        """Take the topics right behind that a test is about."""
        return tuple(each.value for each in self._behind("topic"))

    def _take_test(self, token: Token) -> bool:
        kind = str(token.value)
        asks = self.rest and (self.rest[0].kind == "sized" or self.rest[0].value in _ASIDE)
        if kind == "reached_vague" and asks:
            self.done.append(replace(token, kind="column", value="actual"))  # 完成了多少辆
            return True
        if kind == "over" and self.done and self.done[-1].kind == "topic":
            self._next("column")
            return self._add(token, Condition("over-budget", of=self._topics()))
        if kind.removesuffix("_vague") in ("missed", "reached"):
            return self._reached(token, kind)
        if kind in ("idle", "unspent", "over"):
            self._behind("column")
            self._next("column")
        return self._add(token, Condition(kind))

    def _reached(self, token: Token, kind: str) -> bool:
        """Make a condition of a target that was reached or missed; what is only called finished says of what."""
        reason = self._behind("link") if self.done and self.done[-1].means("link", "reason") else []
        aimed = [each for each in self._behind("column") if each.value not in ("target", "actual")]
        of = self._topics() + tuple(_as_topic(each) for each in aimed)
        aimed += self._next_if("column", "target") + [each for each in self.rest[:1] if each.value == "indicator"]
        self.done += reason
        text = "vague" if kind.endswith("_vague") and not of and not aimed else ""
        return self._add(token, Condition(kind.removesuffix("_vague"), of=of, text=text))

    def _next_if(self, kind: str, value: str) -> list[Token]:
        found = self._ahead(kind, value)
        return [] if found is None else [found]

    def _take_points(self, token: Token) -> bool:
        value = str(token.value)
        if value == "unit":
            return bool(self.rest and self.rest[0].kind == "points")
        aside = self._behind("column")
        if self._behind("missing"):
            value = "lost"
        of = self._topics() or tuple(each.value for each in self._next("topic") if each.value.levels)
        self.done += [each for each in aside if each.value not in ("total", "weight", "score")]
        self._next("points")
        while self._ahead("column", "total", "weight"):
            pass
        return self._add(token, Condition("points", of=of, text=value))

    def _take_due(self, token: Token) -> bool:
        if token.value.startswith("月"):
            return self._add(token, Condition("monthly", text=token.value[1:], said=token.text))
        return self._add(token, Condition("due", text=token.value, said=token.text))

    def _take_measured(self, token: Token) -> bool:
        return self._add(token, Condition("sized", text=str(token.value), said=token.text))

    def _take_recurring(self, token: Token) -> bool:
        return self._add(token, Condition("recurring", text=str(token.value)))

    def _take_link(self, token: Token) -> bool:
        """Read 单位是“人” as a test; 上限60万 waits for its number; 比预算还高 is a comparison."""
        if token.value == "than" and [each.kind for each in self.rest[:2]] == ["column", "degree"]:
            other = self.rest.pop(0)
            sign = self.rest.pop(0).value
            what = self._behind(*_MEASURES)
            return self._against(replace(token, value=sign), what, Column(str(other.value)))
        if token.value == "unit" and self.rest and self.rest[0].kind in ("quoted", "topic"):
            text = self.rest.pop(0).text.strip('"《》')
            return self._add(token, Condition("sized", text=text, said=token.text))
        if token.value == "upper" and self.rest and self.rest[0].kind in ("quantity", "comparator"):
            self.done.append(replace(token, kind="upper"))
            return True
        if token.value == "upper":
            return self._add(token, Condition("capped"))
        if token.value == "ends" and self.rest and self.rest[0].kind in ("quoted", "after"):
            text = self.rest.pop(0).text.strip('"《》')
            return self._add(token, Condition("ends", text=text))
        return False

    # ------------------------------------------------------------ what is missing

    def _take_missing(self, token: Token) -> bool:
        """Make a condition of what something has not: 没有产出指标, 没写目标值, 一条指标都没有."""
        while self._ahead("missing"):
            pass
        behind = bool(self.done) and self.done[-1].kind in ("topic", "table")
        if behind and self.rest and self.rest[0].before == "的":
            return self._behind_missing(token)
        of = tuple(each.value for each in self._next("topic"))
        if self._ahead("points"):
            return self._add(token, Condition("points", of=of or self._topics(), text="lost"))
        severities = self._next("severity", "rule")
        table = None
        if not of or (self.rest and self.rest[0].means("table", "indicator")):
            table = self._ahead("table")
        if table is None and self._missing_value(token, of):
            return True
        if table is None and not of:
            of = self._topics()
            if not of and self.done and self.done[-1].kind == "table":
                table = self.done.pop()
        return self._lacking(token, table, of, severities)

    def _missing_value(self, token: Token, of: Of) -> bool:
        """Make a condition of a column without value (没有编码, 没写目标值); 满意度没有目标 lacks the indicator."""
        if not self.rest or not (self.rest[0].kind == "column" or self.rest[0].means("link", "reason")):
            return False
        value = str(self.rest[0].value)
        if value in _ASIDE or (of and value != "target"):
            return False
        self.rest.pop(0)
        lacked = data("words")["lacked"]
        if of:
            return False
        if value in lacked:
            return self._add(token, Condition(lacked[value], negated=True))
        return self._add(token, Condition("column", Column(value), negated=True))

    def _behind_missing(self, token: Token) -> bool:
        """Read 产出指标缺失的项目, 一个指标都没有的项目: what is missing stands behind."""
        of = self._topics()
        table = None if of else self.done.pop()
        return self._lacking(token, table, of, [])

    def _lacking(self, token: Token, table: Token | None, of: Of, severities: list[Token]) -> bool:
        if table is None and not of:
            raise NotUnderstoodError("missing", (token.text,))
        value = "indicator" if table is None else str(table.value)
        if value == "evaluation":
            return self._add(token, Condition("column", Column("total"), negated=True))
        if value in data("words")["lacked"]:
            return self._add(token, Condition(data("words")["lacked"][value], negated=True))
        if value == "goal":
            value = "indicator"
        rules = tuple(each.value for each in severities if each.kind == "rule")
        levels = tuple(each.value for each in severities if each.kind == "severity")
        rows = Frame(value, Scope(rules=rules, severities=levels), of=of)
        return self._add(token, Condition("rows", negated=True, rows=rows))


def _of_indicators(token: Token) -> bool:
    return token.means("table", "indicator") or (token.kind == "topic" and bool(token.value.levels))


def _as_topic(token: Token) -> Topic:
    """Return the word for a column as the name of indicators."""
    return Topic(token.text, texts=(token.text,))


# ---------------------------------------------------------------- numbers


def _range(first: Token, second: Token) -> tuple[Quantity, Decimal]:
    """Return the quantity a range begins with and the number it ends with."""
    quantity, end = first.value, second.value
    if quantity.unit and end.unit != quantity.unit:
        raise NotUnderstoodError("number", (second.text,))
    unit = quantity.unit or end.unit
    if unit == "元" and first.value.bare and quantity.number < end.number / 1000:
        raise NotUnderstoodError("number", (first.text,))
    if quantity.number > end.number:
        raise NotUnderstoodError("contradiction")
    return replace(quantity, unit=unit), end.number


def _fits(name: str, quantity: Quantity) -> bool:
    """Say whether a number may be one of a column: money in 元, a share in %, points in 分; few bare yuan are none."""
    for unit, names in _UNITS.items():
        if name in names:
            few = unit == "元" and 0 < quantity.number < _FEW
            return quantity.unit == unit or (not quantity.unit and not few)
    return True


def _column_of(what: list[Token], unit: str) -> tuple[Column | None, list[Token]]:
    """Return what a number is a number of, and the words it is not about; None leaves it to the unit."""
    topics = [token for token in what if token.kind == "topic"]
    own = [token for token in what if token.kind == "column" and token.value not in ("target", "actual")]
    of = tuple(token.value for token in topics)
    by_unit = unit == "分" or (unit == "元" and not any(topic.is_cost for topic in of))
    figures = [token for token in what if token.kind == "figure"]
    if figures:
        said = "".join(token.text for token in what)
        phase = "budget" if "预算" in said else ""
        return Column("figure", label=figures[-1].value, phase=phase), topics
    if own and (not topics or what.index(own[-1]) > what.index(topics[-1]) or by_unit):
        return Column(str(own[-1].value)), topics
    if topics and by_unit:
        return None, topics
    actual = any(token.means("column", "actual") for token in what)
    if topics or len(own) < len(what):
        return Column("actual" if actual else "target", of), own
    return None, []


def merged(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """Make a range of a lower and an upper end on one thing; raise where they exclude each other."""
    found: list[Condition] = []
    for each in conditions:
        other = next((held for held in found if _opposite(held, each)), None)
        if other is None:
            found.append(each)
            continue
        low, high = (other, each) if other.sign[0] == ">" else (each, other)
        assert low.number is not None and high.number is not None
        whole = low.sign == ">=" and high.sign == "<="
        if low.number > high.number or (low.number == high.number and not whole):
            raise NotUnderstoodError("contradiction")
        found[found.index(other)] = replace(low, upper=high.number, end=high.sign)
    return tuple(found)


def _opposite(first: Condition, second: Condition) -> bool:
    if {first.kind, second.kind} != {"number"} or first.upper is not None or second.upper is not None:
        return False
    return {first.sign[0], second.sign[0]} == {"<", ">"} and (first.column, first.unit) == (second.column, second.unit)
