"""Hold what a question asks as a frame: of what, under which conditions, what is done with it and how it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from jixiao.asking.lexicon import Topic, messages
from jixiao.asking.names import Region

Of = tuple[Topic, ...]  # indicators that all of these hold for


class NotUnderstoodError(Exception):
    """Report that a question is declined; ``words`` are those not understood."""

    def __init__(self, reason: str, words: tuple[str, ...] = (), **known: str) -> None:
        texts = messages()["declined"]
        super().__init__(texts[reason].format(words="、".join(f"“{word}”" for word in words), **known))
        self.reason = reason
        self.words = words


@dataclass(frozen=True, slots=True)
class Metric:
    """Hold something things have a value of: one of the metrics in ``patterns.toml``.

    target and actual are of the indicators ``of``; figure has its ``label`` in prose, and may be of one ``phase``
    (budget, final).
    """

    name: str
    of: Of = ()
    label: str | None = None
    phase: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """Hold one condition.

    ``kind`` is number (``metric`` compared with ``number``; ``upper`` ends a range, ``end`` is its sign), counted (how
    many ``text`` it has), has (``text``: indicators ``of``, findings, tasks …, or a ``metric``), named (its name or its
    indicators' hold the texts ``of``), over-budget (a cost target above the money), points (``text``: all of ``of``, or
    not all), unknown (of a level 2 that was not printed), or a test of indicators in ``patterns.toml``.
    """

    kind: str
    metric: Metric | None = None
    of: Of = ()
    comparator: str = "="
    number: Decimal | None = None
    upper: Decimal | None = None
    unit: str = ""
    end: str = "<="
    text: str = ""
    said: str = ""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Extent:
    """Hold within what a question asks; empty parts restrict nothing, several values of a part are alternatives."""

    departments: tuple[tuple[str, tuple[str, ...]], ...] = ()  # words and the departments they mean
    regions: tuple[Region, ...] = ()
    years: tuple[int, ...] = ()
    projects: tuple[tuple[str, tuple[str, ...]], ...] = ()
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
    def placed(self) -> Extent:
        """Return the departments and regions alone."""
        return Extent(self.departments, self.regions)

    @property
    def period(self) -> str:
        """Return for which period targets are meant."""
        return next(iter(self.periods), "annual")


@dataclass(frozen=True, slots=True)
class Frame:
    """Hold a question.

    ``subject`` is one of the things in ``patterns.toml``, or rule (what a rule means). ``fold`` makes one number of
    them: count, or sum, average or only (the one value they share) of ``metric``; without one they are listed, with
    ``show`` beside them. ``group`` does so for each of (department, project, year, rule, unit). ``order`` is up or
    down, by the number or by ``metric``; ``best`` keeps the first places (all that share them), ``limit`` so many.
    ``owner`` asks for indicators that have one (project, department). ``relation`` (difference, times, share) holds the
    number against that of ``other``. ``counted`` is the word things were counted with, where it may be a unit (几条).
    """

    subject: str
    extent: Extent = field(default_factory=Extent)
    conditions: tuple[Condition, ...] = ()
    either: bool = False
    of: Of = ()
    fold: str = ""
    metric: Metric | None = None
    group: str | None = None
    order: str = ""
    limit: int | None = None
    best: bool = False
    owner: str = ""
    show: tuple[Metric, ...] = ()
    relation: str = ""
    other: Frame | None = None
    counted: str = ""
