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
    """Hold something that has a number.

    ``name`` is one of the metrics in ``patterns.toml``: target, actual, floor and ceiling are of the indicators ``of``,
    as is indicators (how many); figure has its ``label`` in prose.
    """

    name: str
    of: Of = ()
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """Hold one condition.

    ``kind`` is number (``metric`` compared with ``number``; ``upper`` ends a range, ``end`` is its sign), missing (no
    indicators ``of``, or the metric has no value), has (indicators ``of``), full or lost (points of ``of``), missed or
    reached (the target), unknown (of a level 2 that was not printed), says (the target holds ``text``), due (``text``
    is when), sized (in the unit ``text``), over-budget (a cost target above the money), named (its own name or its
    indicators' hold the texts ``of``), or finding (the audit found something).
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


@dataclass(frozen=True, slots=True)
class Extent:
    """Hold within what a question asks; empty parts restrict nothing, several values of a part are alternatives."""

    departments: tuple[tuple[str, tuple[str, ...]], ...] = ()  # words and the departments they mean
    regions: tuple[Region, ...] = ()
    years: tuple[int, ...] = ()
    projects: tuple[tuple[str, tuple[str, ...]], ...] = ()
    forms: tuple[tuple[str, str], ...] = ()
    documents: tuple[tuple[str, str], ...] = ()
    period: str = "annual"
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


@dataclass(frozen=True, slots=True)
class Frame:
    """Hold a question.

    ``subject`` is project, indicator, department, document, task, goal, finding, issue, figure or rule (what a rule
    means); ``operation`` list, count, sum, average, rank or share (of the money or the number of everything in
    ``whole``); ``group`` is what to do it for each of (department, project, year); ``averaged`` ranks by the average;
    ``best`` keeps only the first places (all that share them); ``differs`` tells by how much two groups differ;
    ``show`` are further metrics to show; ``counted`` is the word things were counted with, where it may be the unit of
    a target (几条).
    """

    subject: str
    extent: Extent = field(default_factory=Extent)
    conditions: tuple[Condition, ...] = ()
    either: bool = False
    operation: str = "list"
    metric: Metric | None = None
    group: str | None = None
    descending: bool = True
    limit: int | None = None
    averaged: bool = False
    best: bool = False
    differs: bool = False
    of_projects: bool = False
    show: tuple[Metric, ...] = ()
    reasons: bool = False
    of: Of = ()
    whole: Extent | None = None
    counted: str = ""
