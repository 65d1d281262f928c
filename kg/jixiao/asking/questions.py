"""Hold a question that was understood: what is asked for, within what, under which conditions, and how it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from jixiao.asking.lexicon import Selection, messages
from jixiao.asking.names import Region


class NotUnderstoodError(Exception):
    """Report that a question is declined; ``words`` are those not understood."""

    def __init__(self, reason: str, words: tuple[str, ...] = (), **known: str) -> None:
        texts = messages()["declined"]
        super().__init__(texts[reason].format(words="、".join(f"“{word}”" for word in words), **known))
        self.reason = reason
        self.words = words


@dataclass(frozen=True, slots=True)
class Measure:
    """Hold something that has a number.

    ``name`` is target or actual (of the indicators ``of``), amount, initial, adjusted, executed, rate, total, spending
    (the sum of a department's projects), indicators, projects or findings (how many), or figure (``label`` in prose).
    """

    name: str
    of: Selection | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """Hold one condition.

    ``kind`` is number (``measure`` compared with ``number``; ``upper`` ends a range, ``end`` is its sign), missing (no
    indicators ``of``, or the measure has no value), has (indicators ``of``), full or lost (points of ``of``),
    over-budget (a cost target above the money), named (its own name or its indicators' hold the texts ``of``), or
    finding (the audit found something).
    """

    kind: str
    measure: Measure | None = None
    of: Selection | None = None
    comparator: str = "="
    number: Decimal | None = None
    upper: Decimal | None = None
    unit: str = ""
    end: str = "<="


@dataclass(frozen=True, slots=True)
class Scope:
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


@dataclass(frozen=True, slots=True)
class Question:
    """Hold a question.

    ``subject`` is project, indicator, department, document, task, goal, finding, issue or figure; ``operation`` list,
    count, sum, average, rank or share (of the money or the number of everything in ``whole``); ``group`` is what to do
    it for each of (department, project, year); ``averaged`` ranks by the average; ``best`` keeps only the first places
    (all that share them); ``show`` are further measures to show.
    """

    subject: str
    scope: Scope = field(default_factory=Scope)
    conditions: tuple[Condition, ...] = ()
    either: bool = False
    operation: str = "list"
    measure: Measure | None = None
    group: str | None = None
    descending: bool = True
    limit: int | None = None
    averaged: bool = False
    best: bool = False
    of_projects: bool = False
    show: tuple[Measure, ...] = ()
    reasons: bool = False
    of: Selection | None = None
    whole: Scope | None = None
