"""Hold what a question asks as a frame: rows of a table within filters, and what is done with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from jixiao.asking.vocabulary import Topic, data, messages

Texts = tuple[str, ...]


class NotUnderstoodError(Exception):
    """Report that a question is declined; ``words`` are those not understood, ``meant`` questions that may be asked."""

    def __init__(self, reason: str, words: Texts = (), meant: Texts = (), **known: str) -> None:
        texts = messages()["declined"]
        super().__init__(texts[reason].format(words="、".join(f"“{word}”" for word in words), **known))
        self.reason = reason
        self.words = words
        self.meant = meant


@dataclass(frozen=True, slots=True)
class Printed:
    """Say which printed figures are meant: their kind, of which other kind and for which item, against which year."""

    label: str
    kind: str
    subject: str = ""
    item: str = ""
    base: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """Hold a column of ``tables.toml``; a printed figure has its ``label`` and may be of a ``phase``."""

    name: str
    label: str = ""
    phase: str = ""
    printed: Printed | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """Hold one restriction of ``tables.toml``; several ``values`` are alternatives, ``labels`` what they are called.

    Four kinds are more than patterns with values: topic (indicators it is about; named: by the name of the row), number
    (``column`` compared with ``number``; ``upper`` ends a range), column (it has a value) and rows
    (there are ``rows`` of another table; with a number so many of them).
    """

    kind: str
    values: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    topic: Topic | None = None
    column: Column | None = None
    sign: str = "="
    number: Decimal | None = None
    upper: Decimal | None = None
    unit: str = ""
    negated: bool = False
    rows: Frame | None = None

    @property
    def is_scope(self) -> bool:
        """Say whether it says within what is asked (place, year, project), not what must hold there."""
        return bool(data("tables")["filter"].get(self.kind, {}).get("scope"))


@dataclass(frozen=True, slots=True)
class Frame:
    """Hold a question.

    ``fold`` makes one number of the rows: count, or sum, average, max, min of ``measure``; without one they are listed,
    with ``show`` beside them. ``group`` does so for each. ``order`` is up or down, by the number or by ``measure``;
    ``best`` keeps the first places (all that share them), ``limit`` so many, after ``skip`` others. ``relation``
    (difference, times, share) holds the number against that of ``other``. ``either`` makes filters that are no scope
    alternatives. ``strict`` asks for bounds that are hard to keep.
    """

    table: str
    filters: tuple[Filter, ...] = ()
    either: bool = False
    fold: str = ""
    measure: Column | None = None
    group: str = ""
    order: str = ""
    limit: int | None = None
    skip: int = 0
    best: bool = False
    show: tuple[Column, ...] = ()
    relation: str = ""
    other: Frame | None = None
    strict: bool = False

    def of(self, *kinds: str) -> tuple[Filter, ...]:
        """Return the filters of some kinds."""
        return tuple(each for each in self.filters if each.kind in kinds)

    def values(self, kind: str) -> tuple[str, ...]:
        """Return the values of all filters of a kind."""
        return tuple(value for each in self.of(kind) for value in each.values)

    @property
    def topics(self) -> tuple[Topic, ...]:
        """Return what its indicators are about."""
        return tuple(each.topic for each in self.of("topic") if each.topic)

    @property
    def all_topics(self) -> tuple[Topic, ...]:
        """Return what it and the rows it asks for are about."""
        found: list[Topic] = []
        for each in self.filters:
            found += [each.topic] if each.topic else []
            found += each.rows.all_topics if each.rows else ()
        return tuple(dict.fromkeys(found))

    @property
    def unsure(self) -> tuple[Topic, ...]:
        """Return its topics of level 2: where none was printed, it is not known what belongs to them."""
        return tuple(topic for topic in self.all_topics if topic.above)

    @property
    def lists_indicators(self) -> bool:
        """Say whether it is a plain list of indicators."""
        return self.table == "indicator" and not (self.fold or self.order or self.relation or self.show)

    @property
    def tests(self) -> tuple[Filter, ...]:
        """Return the filters that say what must hold."""
        return tuple(each for each in self.filters if not each.is_scope and each.kind != "topic")

    @property
    def rates_satisfaction(self) -> bool:
        """Say whether its targets are those of satisfaction, which are percentages."""
        return any(topic.rates_satisfaction for topic in self.topics)

    def added(self, *filters: Filter) -> Frame:
        """Return the frame with further filters."""
        return replace(self, filters=(*self.filters, *filters))

    def changed(self, change: Callable[[Filter], Filter]) -> Frame:
        """Return the frame with every filter changed, also in the rows it asks for and in what it is held against."""
        filters = []
        for each in self.filters:
            if each.rows and not each.negated:
                each = replace(each, rows=each.rows.changed(change))
            filters.append(change(each))
        other = self.other and self.other.changed(change)
        return replace(self, filters=tuple(filters), other=other)
