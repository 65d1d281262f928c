"""Hold what a question asks as a frame: rows of which table, under which conditions, and what is done with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from jixiao.asking.names import Region
from jixiao.asking.vocabulary import Topic, messages

Of = tuple[Topic, ...]  # indicators that all of these hold for
Named = tuple[tuple[str, tuple[str, ...]], ...]  # words and what they mean


class NotUnderstoodError(Exception):
    """Report that a question is declined; ``words`` are those not understood."""

    def __init__(self, reason: str, words: tuple[str, ...] = (), **known: str) -> None:
        texts = messages()["declined"]
        super().__init__(texts[reason].format(words="、".join(f"“{word}”" for word in words), **known))
        self.reason = reason
        self.words = words


@dataclass(frozen=True, slots=True)
class Column:
    """Hold a column of ``tables.toml``; one of indicators is ``of`` these, a printed figure has its ``label``."""

    name: str
    of: Of = ()
    label: str | None = None
    phase: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Hold within what a question asks; empty parts restrict nothing, several values of a part are alternatives."""

    departments: Named = ()
    regions: tuple[Region, ...] = ()
    years: tuple[int, ...] = ()
    projects: Named = ()
    forms: tuple[tuple[str, str], ...] = ()
    documents: tuple[tuple[str, str], ...] = ()
    periods: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    @property
    def places(self) -> int:
        """Return how many departments and regions are named."""
        return len(self.departments) + len(self.regions)

    @property
    def placed(self) -> Scope:
        """Return the departments and regions alone."""
        return Scope(self.departments, self.regions)


@dataclass(frozen=True, slots=True)
class Condition:
    """Hold one condition.

    ``kind`` is number (``column`` compared with ``number``; ``upper`` ends a range, ``end`` is its sign), rows (it has
    ``rows``; with a number so many of them), named (its name holds the texts ``of``), points (all of ``of``, or not
    all), column (it has a value there), or a test of ``tables.toml``.
    """

    kind: str
    column: Column | None = None
    of: Of = ()
    sign: str = "="
    number: Decimal | None = None
    upper: Decimal | None = None
    unit: str = ""
    end: str = "<="
    text: str = ""
    said: str = ""
    negated: bool = False
    rows: Frame | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """Hold a question.

    ``fold`` makes one number of the rows: count, or sum, average, max, min of ``measure``; without one they are listed,
    with ``show`` beside them. ``group`` does so for each. ``order`` is up or down, by the number or by ``measure``;
    ``best`` keeps the first places (all that share them), ``limit`` so many, after ``skip`` others. ``owner`` asks for
    indicators that have one (project, department). ``relation`` (difference, times, share) holds the number against
    that of ``other``. ``unit`` is one that targets may have; ``strict`` asks for bounds that are hard to keep.
    """

    table: str
    scope: Scope = field(default_factory=Scope)
    conditions: tuple[Condition, ...] = ()
    either: bool = False
    of: Of = ()
    fold: str = ""
    measure: Column | None = None
    group: str = ""
    order: str = ""
    limit: int | None = None
    skip: int = 0
    best: bool = False
    owner: str = ""
    show: tuple[Column, ...] = ()
    relation: str = ""
    other: Frame | None = None
    unit: str = ""
    strict: bool = False
