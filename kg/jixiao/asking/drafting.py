"""Gather from the words outside of conditions what the parts of a frame are made of."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from jixiao.asking.chunks import merged
from jixiao.asking.frames import Condition, Extent, Metric, NotUnderstoodError
from jixiao.asking.lexicon import Topic
from jixiao.asking.names import Names
from jixiao.asking.tokens import Token
from jixiao.audit.registry import rules

OWN = frozenset(
    {"amount", "spending", "initial", "adjusted", "executed", "remaining", "rate", "total", "weight", "score"}
    | {"spent", "deviation", "lost", "due", "code", "category", "grade"}
)
MONEY = ("spent", "amount", "spending", "initial", "adjusted", "executed", "remaining")
RANKS = ("highest", "lowest", "strictest", "loosest", "descending", "ascending", "strictening", "loosening")
_JOINERS = ("和", "与", "及", "、", "以及", "跟", "还有")
_TOPICAL = ("selection", "topic")


@dataclass
class WordBag:
    """Hold the words of a question outside its conditions; those that have found their part are taken out."""

    tokens: list[Token]
    left: list[Token] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.left = list(self.tokens)

    def have(self, kind: str, *values: str) -> bool:
        """Say whether a word of a meaning is there, taken or not."""
        return any(token.means(kind, *values) for token in self.tokens)

    def take(self, kind: str, *values: str) -> list[Token]:
        """Return the words of a meaning that are left, and take them."""
        found = [token for token in self.left if token.means(kind, *values)]
        self.left = [token for token in self.left if token not in found]
        return found

    def renamed(self, value: str, other: str) -> None:
        """Read one operation as another."""
        for tokens in (self.left, self.tokens):
            for place, token in enumerate(tokens):
                if token.means("operation", value):
                    tokens[place] = replace(token, value=other)

    def values(self, kind: str) -> tuple[Any, ...]:
        """Take the words of a kind and return their values, each once."""
        return tuple(dict.fromkeys(token.value for token in self.take(kind)))

    def pairs(self, kind: str) -> tuple[tuple[str, Any], ...]:
        """Take the words of a kind and return them with their values."""
        return tuple((token.text, token.value) for token in self.take(kind))


@dataclass
class Draft:
    """Hold what the parts of a frame are made of while it is not settled what is done with it."""

    words: WordBag
    extent: Extent
    conditions: tuple[Condition, ...]
    subjects: list[Token]
    topics: list[Topic]
    shown: list[Metric]
    group: str | None
    counting: bool
    average: bool = False
    head: str = ""  # what is asked for
    others: list[str] = field(default_factory=list)  # what else is named

    @property
    def names(self) -> set[str]:
        """Return the names of all subjects."""
        return {token.value for token in self.subjects}

    def ranks(self) -> bool:
        """Say whether things are ordered."""
        return any(self.words.have(*each) for each in (("operation", *RANKS), ("top",), ("bottom",)))

    def measures(self) -> bool:
        """Say whether things are ordered or the mean is asked for."""
        return self.ranks() or self.words.have("operation", "average")

    def most(self) -> bool:
        """Say whether the most or the fewest are asked for, which may be a number of things."""
        ranked = [token for token in self.words.tokens if token.means("operation", *RANKS)]
        return any(set(token.text) & set("多少") for token in ranked)


def draft_of(words: WordBag, names: Names) -> Draft:
    """Return what the words of a question are about; raise where a year or place is not in the graph."""
    extent = extent_of(words, names)
    conditions = _conditions(words)
    subjects = [token for token in words.tokens if token.kind == "subject"]
    shown = [Metric(token.value) for token in words.tokens if token.kind == "field" and token.value in OWN]
    shown += [_figure(token, words) for token in words.tokens if token.kind == "figure"]
    if any(metric.name == "amount" for metric in shown) and words.have("operation", "difference") and not subjects:
        shown += [Metric("executed") for _ in words.take("field", "actual")]  # 预算和实际差多少
    if words.take("link", "reason"):
        shown.append(Metric("reason"))
    counting = _counts(words, subjects)
    others = subjects or shown or conditions or words.have("selection") or words.have("topic")
    if extent.projects and not others and words.take("field", "count", "how_many"):
        shown.append(Metric("amount"))  # 某项目有多少
    evaluated = any(token.value == "evaluation" for token in subjects)
    if evaluated and not counting and not {"total", "rate"} & {metric.name for metric in shown}:
        shown.append(Metric("total"))
    return Draft(words, extent, conditions, subjects, topics_of(words), shown, _grouped(words, subjects), counting)


def _conditions(words: WordBag) -> tuple[Condition, ...]:
    found = tuple(token.value for token in words.take("condition"))
    found += tuple(Condition("sized", text=token.value) for token in words.take("sized"))
    found += tuple(Condition("sized", text=token.value, said=token.text) for token in words.take("measured"))
    return found if words.have("link", "or") else merged(found)


def _figure(token: Token, words: WordBag) -> Metric:
    """Return a printed figure, of the budget or the final accounts where that is said."""
    phase = ""
    if any("预算" in each.text for each in words.tokens if each.means("field", "amount")):
        phase = "budget"
    if any("决算" in each.text for each in words.tokens if each.kind == "document"):
        phase = "final"
    return Metric("figure", label=token.value, phase=phase)


def _grouped(words: WordBag, subjects: list[Token]) -> str | None:
    for token in subjects:
        if token.each and token.value in ("department", "project", "rule", "document", "unit", "level1", "level2"):
            return str(token.value)
    if words.take("operation", "by_year"):
        return "year"
    return None


def extent_of(words: WordBag, names: Names) -> Extent:
    """Take the words that say where, when and of what; raise where the graph has none of them."""
    regions, years, spans = words.take("region"), words.take("year"), words.take("years")
    absent = [token.text for token in regions if not any(names.holds(region) for region in token.value)]
    absent += [token.text for token in years if token.value not in names.years]
    absent += [token.text for token in spans if not token.value]
    if absent:
        known = "、".join(map(str, sorted(names.years)))
        raise NotUnderstoodError("absent", tuple(absent), years=known)
    unheard = [token.text.upper() for token in words.tokens if token.kind == "rule" and token.value not in rules()]
    if unheard:
        raise NotUnderstoodError("words", tuple(unheard))
    within = [token.value for token in years]
    within += [year for token in spans for year in token.value]
    if words.take("latest"):
        within.append(max(names.years))
    return Extent(
        words.pairs("department"),
        tuple(dict.fromkeys(region for token in regions for region in token.value)),
        tuple(dict.fromkeys(within)),
        words.pairs("project"),
        words.pairs("form"),
        words.pairs("document"),
        words.values("period"),
        words.values("rule"),
        words.values("severity"),
        words.values("category"),
    )


def topics_of(words: WordBag) -> list[Topic]:
    """Take the topics that must all hold: those joined by 和 or 或 are one, whose parts are alternatives."""
    found: list[Topic] = []
    before = Token("", "stop")
    for token in words.tokens:
        if token.kind in _TOPICAL:
            after_or = before.means("link", "or")
            joins = after_or or (before.kind in _TOPICAL and token.before.startswith(_JOINERS))
            if found and joins:
                found[-1] = _either_of(found[-1], token.value)
            else:
                found.append(token.value)
        before = token
    words.take("selection")
    words.take("topic")
    return found


def _either_of(first: Topic, second: Topic) -> Topic:
    above = first.above if first.above == second.above else ()
    label = "、".join(dict.fromkeys((first.label, second.label)))
    texts = first.texts + second.texts
    titled = first.titled and second.titled
    parts = (*(first.parts or (first,)), second)
    concepts = first.concepts + second.concepts
    return Topic(label, first.levels + second.levels, concepts, texts, titled, above=above, parts=parts)


def _counts(words: WordBag, subjects: list[Token]) -> bool:
    """Say whether things are to be counted: 多少个, or 多少 beside what can be counted."""
    fields = {token.value for token in words.tokens if token.kind == "field"}
    things = words.have("selection") or words.have("topic") or words.have("severity") or words.have("rule")
    if "count" in fields:
        named = words.have("project") or words.have("category")
        return bool(subjects) or things or not (fields & OWN or named)
    for place, token in enumerate(words.tokens):
        if not token.means("field", "how_many"):
            continue
        after = words.tokens[place + 1 : place + 2]
        before = words.tokens[max(0, place - 1) : place]
        countable = [each.kind in ("subject", *_TOPICAL) for each in (*after, *before)]
        if any(countable[: len(after)]) or (any(countable) and token.text == "数量"):
            return True
    return False
