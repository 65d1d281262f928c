"""The shapes of the data between the stages: document, tables, records.

Everything is frozen. Numbers are exact decimals; money is in yuan; percent is 95, never 0.95.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Self

WITHHELD = "〔已隐去〕"  # stands for a text that names a person

# ---------------------------------------------------------------- document and tables


@dataclass(frozen=True, slots=True)
class Place:
    """Say where something is printed.

    ``line`` is 1-based: the text line, or the running row number in formats that have no lines.
    ``page`` is 1-based where the format has pages; ``where`` is the finer place in the format's own terms
    (``Sheet1!B3``, ``p3[72,140,210,155]``, an element path).
    """

    line: int
    page: int | None = None
    where: str = ""


PageBox = tuple[int, int, int, int, int]
"""A page, and left, top, right and bottom of a box on it, in points from the upper left corner as it is shown."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Hold one printed cell: its text and the 0-based column where its left edge stands.

    ``colspan`` and ``rowspan`` are what the format states; text formats state none (both 1), so a merged
    label stands once there and the covered cells are empty. ``where`` is its place in its row, in the file's own
    terms, counted from 1: the column of a sheet, the cell of a row in mark-up, the first character in a line of text;
    or its box on a page (``documents.coordinates`` spells it).
    """

    text: str
    column: int
    colspan: int = 1
    rowspan: int = 1
    where: int | PageBox | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one printed row: its cells from left to right (empty ones too) and its place.

    Cells covered by a merged cell of another row or column are absent; ``text`` is the row as printed, cells
    joined by tabs.
    """

    cells: tuple[Cell, ...]
    place: Place

    @property
    def text(self) -> str:
        """Return the printed row, cells joined by tabs."""
        return "\t".join(cell.text for cell in self.cells)

    @property
    def filled(self) -> tuple[Cell, ...]:
        """Return the cells that hold something."""
        return tuple(cell for cell in self.cells if cell.text.strip())


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Hold one block of running text and its place."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Table:
    """Hold one printed table.

    ``index`` is 1-based in the document. ``merged`` says that the format states merged cells (spreadsheets, HTML,
    Word), so that spans can be trusted. ``breaks`` are the indexes of rows that follow a page break. ``doubt`` is the
    code of what is unsure about all of its rows (``guessed-grid``: columns told by gaps; ``single-blanks``: cells
    parted by one blank each; ``ocr``: read from a picture).
    """

    index: int
    rows: tuple[Row, ...]
    merged: bool = False
    breaks: frozenset[int] = frozenset()
    doubt: str = ""


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Persons:
    """Say in how many places a document names persons, and, where these were kept, how each text reads without.

    ``kept`` maps whole rows, cells and paragraphs to what they read without persons: IRIs and digests are made of that.
    """

    places: int = 0
    kept: Mapping[str, str] | None = None


NO_PERSONS = Persons()


@dataclass(frozen=True, slots=True)
class Document:
    """Hold a document as it was read: its blocks in reading order.

    ``name`` is the file name without folders (with a digest where others have it), ``labels`` other file names of the
    same bytes, ``media_type`` what the reader found it to be; ``notes`` are what the
    reader left out or doubts (hidden sheets, pages without text, formulas without a saved value); ``margins`` are the
    texts of page headers and footers, which stand outside the blocks; ``sister`` is the region that other files of its
    folder tell, with their name; ``source_url`` is where the file was taken from.
    """

    name: str
    sha256: str
    media_type: str
    blocks: tuple[Block, ...]
    notes: tuple[Issue, ...] = ()
    margins: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    sister: str | None = None
    persons: Persons = NO_PERSONS
    source_url: str | None = None

    @property
    def tables(self) -> Iterator[Table]:
        """Yield the tables in reading order."""
        return (block for block in self.blocks if isinstance(block, Table))

    @property
    def paragraphs(self) -> Iterator[Paragraph]:
        """Yield the paragraphs in reading order."""
        return (block for block in self.blocks if isinstance(block, Paragraph))


# ---------------------------------------------------------------- values


class TargetKind(StrEnum):
    """Name what sort of thing a target value is (``ontology/codes/kinds.ttl``)."""

    QUANTITY = "quantity"
    RANGE = "range"
    QUALITATIVE = "qualitative"
    DEADLINE = "deadline"
    RECURRING = "recurring"
    DURATION = "duration"
    RANK = "rank"
    OTHER = "other"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Target:
    """Hold a target value as an interval, so that one query answers whatever the spelling was.

    ``comparator`` is one of ≥ > ≤ < = or None (none applies); ``comparator_stated`` is False for a bare value.
    ``due`` is an ISO date (``2023-12-31``), month (``2022-12``) or yearless ``--12-31``; ``recurrence`` is the
    printed period of a recurring target (月, 季度 …). ``warnings`` are codes for whatever was read with doubt.
    """

    text: str
    kind: TargetKind
    comparator: str | None = None
    comparator_stated: bool = False
    lower: Decimal | None = None
    lower_inclusive: bool | None = None
    upper: Decimal | None = None
    upper_inclusive: bool | None = None
    unit: str | None = None
    due: str | None = None
    recurrence: str | None = None
    parts: tuple[Target, ...] = ()
    warnings: tuple[str, ...] = ()


# ---------------------------------------------------------------- records


class FormKind(StrEnum):
    """Name the kinds of performance form."""

    DEPARTMENT_TARGET = "department-target"
    PROJECT_TARGET_SUMMARY = "project-target-summary"
    PROJECT_APPLICATION = "project-application"
    PROJECT_MONITORING = "project-monitoring"
    PROJECT_SELF_EVALUATION = "project-self-evaluation"
    DEPARTMENT_SELF_EVALUATION = "department-self-evaluation"


class Period(StrEnum):
    """Name the span a target is set for."""

    ANNUAL = "annual"
    MEDIUM_TERM = "medium-term"


class DocumentKind(StrEnum):
    """Name the kinds of published document."""

    BUDGET = "budget"
    FINAL_ACCOUNTS = "final-accounts"
    SELF_EVALUATION = "self-evaluation"
    APPROVAL = "approval"
    TARGETS = "targets"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Source:
    """Say which printed row or sentence a record was lifted from; ``table`` is None for prose."""

    table: int | None
    line: int
    text: str
    page: int | None = None
    where: str = ""


CHECKED = "（已人工核对）"
"""What the message of an issue ends with that somebody looked at."""


@dataclass(frozen=True, slots=True)
class Issue:
    """Hold something that could not be read, or was read with doubt: never a silent loss.

    ``code`` is kebab-case; ``message`` is Chinese, ``message_en`` English; both say what, where and what to do.
    ``level`` is ``error`` (something is missing from the graph), ``warning`` or ``info``.
    """

    code: str
    message: str
    message_en: str
    source: Source | None = None
    level: str = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """Hold what persons decided on a record: the columns they set right, their decisions (IRIs), what was read first.

    What was read first makes the record's IRI, which so stays when a word of it is set right.
    """

    corrected: tuple[str, ...] = ()
    decided: tuple[str, ...] = ()
    as_read: Self | None = None

    @property
    def first(self) -> Self:
        """Return the record as it was read, before anybody set it right."""
        return self.as_read or self


IndicatorNames = tuple[str | None, str | None, str]


@dataclass(frozen=True, slots=True)
class Indicator(Reviewed):
    """Hold one 三级指标 of one printed row, with its target and (in a self-evaluation) its result.

    level1–level3 and ``target.text`` are the printed words, wrap blanks joined. ``repairs`` are kebab-case codes
    of what had to be mended to read the row; ``confidence`` is between 0 and 1. ``further`` are (header, text) of the
    row's cells in columns that have no field here (上年值, 完成率 …). ``region`` is the place of a matrix's cell,
    ``year`` the later year it is for (2027年 beside the form's own 2026年), ``thresholds`` what is printed for 优, 良,
    中 and 差; ``previous_text`` is last year's value, ``progress_text`` and ``expected_text`` those to date and at the
    year's end, ``likelihood`` how likely the target is thought to be met.
    ``doubts`` say in words what is unsure where ``confidence`` is below 0.9.
    """

    level1: str | None
    level2: str | None
    level3: str
    target: Target | None
    source: Source
    period: Period = Period.ANNUAL
    explanation: str | None = None
    actual_text: str | None = None
    actual: Decimal | None = None
    weight: Decimal | None = None
    score: Decimal | None = None
    deviation_text: str | None = None
    deviation: Decimal | None = None
    reason: str | None = None
    half_year_target_text: str | None = None
    region: str | None = None
    year: int | None = None
    thresholds: tuple[tuple[str, str], ...] = ()
    previous_text: str | None = None
    progress_text: str | None = None
    expected_text: str | None = None
    likelihood: str | None = None
    doubts: tuple[str, ...] = ()
    further: tuple[tuple[str, str], ...] = ()
    repairs: tuple[str, ...] = ()
    confidence: Decimal = Decimal(1)

    @property
    def names(self) -> IndicatorNames:
        """Return the printed names of its three levels: one name means different things below different levels."""
        return self.level1, self.level2, self.level3

    @property
    def scope(self) -> tuple[Period, str | None, int | None]:
        """Return the period, region and year that its target holds for."""
        return self.period, self.region, self.year


@dataclass(frozen=True, slots=True)
class FundLine(Reviewed):
    """Hold one line of a form's money block, in yuan.

    ``fund`` is one of total, government-budget, fiscal-appropriation, special-account, unit-funds, other,
    carry-over, basic-expenditure, project-expenditure; ``period`` tells 中期/实施期 from 年度.
    In a self-evaluation ``initial`` (年初预算数), ``adjusted`` (全年预算数), ``executed`` (执行数), ``rate`` (percent),
    ``weight`` and ``score`` are filled; in a target form only ``amount``.
    """

    fund: str
    label: str
    source: Source
    period: Period = Period.ANNUAL
    amount: Decimal | None = None
    initial: Decimal | None = None
    adjusted: Decimal | None = None
    executed: Decimal | None = None
    rate: Decimal | None = None
    weight: Decimal | None = None
    score: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ManagementItem(Reviewed):
    """Hold one line of 资金管理情况: what was judged, the statement, weight, score and problems found."""

    name: str
    source: Source
    statement: str | None = None
    weight: Decimal | None = None
    score: Decimal | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Goal(Reviewed):
    """Hold one printed goal (年度履职目标, 总体目标, 预期目标); ``achieved`` is 实际完成情况 where the form has it."""

    text: str
    source: Source
    period: Period = Period.ANNUAL
    achieved: str | None = None
    confidence: Decimal = Decimal(1)
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task(Reviewed):
    """Hold one 年度主要任务: its name, content, printed amounts in yuan, and what was done."""

    name: str
    source: Source
    content: str | None = None
    amount: Decimal | None = None
    achieved: str | None = None
    project: str | None = None
    confidence: Decimal = Decimal(1)
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Hold the totals of a self-evaluation: 总分, its printed weight, grade, and the form's own scoring note."""

    total: Decimal | None = None
    total_weight: Decimal | None = None
    grade: str | None = None
    scoring_note: str | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Plan(Reviewed):
    """Hold what one form says about one department or one project for one year.

    ``project`` is the printed name (None for a department's own form), ``programme`` the fund above it; ``confidence``
    and ``doubts`` are about the two; ``attributes`` are further printed
    header fields by key (start, end, category, basis, overview …).
    """

    source: Source
    project: str | None = None
    project_code: str | None = None
    programme: str | None = None
    unit_name: str | None = None
    supervisor: str | None = None
    funds: tuple[FundLine, ...] = ()
    goals: tuple[Goal, ...] = ()
    tasks: tuple[Task, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    management: tuple[ManagementItem, ...] = ()
    evaluation: Evaluation | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    confidence: Decimal = Decimal(1)
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FilledForm:
    """Hold one filled-in form of a document: its kind, title, year, printed department, and its plans.

    ``specification`` names the form specification that fitted and ``fit`` (0–1) how well; ``printing`` counts
    the times the same form of the same subject was printed before in the document, plus one.
    """

    kind: FormKind
    specification: str
    title: str
    source: Source
    plans: tuple[Plan, ...]
    fiscal_year: int | None = None
    department: str | None = None
    printing: int = 1
    fit: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Amount(Reviewed):
    """Hold one printed amount of a money table as an observation, in yuan.

    ``measure`` is the path of column headings; ``item`` the row's label; ``item_code`` its functional (类款项
    joined, 2010301), economic (30101) or unit code; ``is_total`` marks 合计 rows. ``category`` is the printed 类型 of
    a project, ``unit_name`` the name or code of the unit on the row, ``further_codes`` the (scheme, code, name) of
    other classes it prints (the government's economic class beside the department's). ``doubts`` say in words what is
    unsure where ``confidence`` is below 0.9.
    """

    table_kind: str
    item: str
    measure: str
    value: Decimal
    text: str
    source: Source
    item_code: str | None = None
    item_scheme: str | None = None
    side: str | None = None
    fund: str | None = None
    expenditure: str | None = None
    is_total: bool = False
    category: str | None = None
    unit_name: str | None = None
    further_codes: tuple[tuple[str, str, str], ...] = ()
    repairs: tuple[str, ...] = ()
    confidence: Decimal = Decimal(1)
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MoneyTable:
    """Hold one recognised money table: kind, title, unit factor to yuan, its amounts, and whether it is empty."""

    kind: str
    title: str
    source: Source
    amounts: tuple[Amount, ...]
    unit_text: str | None = None
    department: str | None = None
    fiscal_year: int | None = None
    empty_note: str | None = None
    printed_amounts: int = 0


@dataclass(frozen=True, slots=True)
class ProseFact:
    """Hold one figure stated in running text, with its sentence.

    ``kind`` is kebab-case (income-total, growth-rate, project-count, vehicles …); ``value`` is in yuan for money,
    percent for rates, a count otherwise, as ``unit`` says (decreases are negative); ``text`` is the printed figure.
    ``subject`` is the kind a change, share or rate is about; ``item`` the printed functional class or project;
    ``phase`` is initial, adjusted or final where the sentence tells budget from execution; ``base_year`` what a
    change is measured against. Figures that recompute each other share a ``group``; ``part_of`` is the group of the
    figure they are a part of (其中 …).
    """

    kind: str
    label: str
    value: Decimal
    unit: str
    text: str
    source: Source
    year: int | None = None
    subject: str | None = None
    item: str | None = None
    phase: str | None = None
    base_year: int | None = None
    group: str | None = None
    part_of: str | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """Say where a project is named: ``table_kind`` is a form kind, money-table kind, ``task`` or ``prose``.

    ``amount`` is in yuan, ``score`` the printed 得分 of an evaluation, where either stands beside the name.
    """

    table_kind: str
    printed: str
    source: Source
    amount: Decimal | None = None
    score: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """Hold words that may tell where a document's office is.

    ``place`` says where they stand: title, file, sheet, publisher, heading, breadcrumb, margin, code, signature,
    sentence, sister (a file of the same folder), or former (the name of an office before a reform).
    """

    place: str
    text: str
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class DocumentRecords:
    """Hold everything that was read from one document, before linking."""

    name: str
    sha256: str
    title: str
    kind: DocumentKind
    department: str | None
    fiscal_year: int | None
    published: date | str | None
    tables: int
    forms: tuple[FilledForm, ...] = ()
    money_tables: tuple[MoneyTable, ...] = ()
    facts: tuple[ProseFact, ...] = ()
    issues: tuple[Issue, ...] = ()
    mentions: tuple[Mention, ...] = ()
    department_aliases: tuple[str, ...] = ()
    department_source: Source | None = None
    witnesses: tuple[Witness, ...] = ()
    labels: tuple[str, ...] = ()
    persons: Persons = NO_PERSONS
    source_url: str | None = None


# ---------------------------------------------------------------- linked entities


@dataclass(frozen=True, slots=True)
class Department:
    """Hold one department or unit: ``key`` is stable across documents, aliases are every other printed spelling.

    ``region_kind`` is province, prefecture, county, town or zone (开发区, attached to its parent's code).
    ``part_of`` is the key of the office it is subordinate to, ``decided_by`` what was seen of where it is, in Chinese,
    ``placed_at`` where that is printed, ``place_confidence`` how sure it is (None where nothing was decided).
    """

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    code: str | None = None
    region_code: str | None = None
    region_name: str | None = None
    region_kind: str | None = None
    part_of: str | None = None
    decided_by: tuple[str, ...] = ()
    placed_at: tuple[Source, ...] = ()
    place_confidence: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """Hold one project of one department.

    ``key`` is stable across documents: the code where one is printed, else the folded name. ``joined_by`` says
    why differing names were taken for one (code, name, prefix, amount …), each with its score.
    """

    key: str
    name: str
    department_key: str
    code: str | None = None
    category: str | None = None
    amount: Decimal | None = None
    aliases: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()
    joined_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """Hold one inferred relation (never mixed with stated ones): its kind, both ends, score 0–1 and reason.

    An end names its sort and its key: ``project:KEY``, ``department:KEY``, ``task:NAME``, ``goal:TEXT`` or
    ``indicator:LEVEL3``. ``kind`` is kebab-case; ``implemented-by`` links a task to a project.
    """

    kind: str
    subject: str
    object: str
    score: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class LinkedRecords:
    """Hold one document's records with their entities resolved.

    ``plan_projects`` maps (form index, plan index) to a project key, ``plan_departments`` to that of whose plan it is;
    ``task_projects`` maps a task's name to the
    project it states by name (inferred ones are links); ``concepts`` maps an indicator's printed names to the
    concept key it measures, ``concept_objects`` to whom or what it measures it of (群众, 窗口人员).
    ``issues`` are doubts about which office or place is meant.
    """

    records: DocumentRecords
    department: Department | None
    departments: tuple[Department, ...] = ()
    projects: tuple[Project, ...] = ()
    plan_projects: Mapping[tuple[int, int], str] = field(default_factory=dict)
    concepts: Mapping[IndicatorNames, str] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    task_projects: Mapping[str, str] = field(default_factory=dict)
    concept_objects: Mapping[IndicatorNames, str] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    plan_departments: Mapping[tuple[int, int], str] = field(default_factory=dict)


# ---------------------------------------------------------------- findings


class Severity(StrEnum):
    """Name how sure a finding is: certainly wrong, should be explained, style."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"

    @property
    def label(self) -> str:
        """Return what people call it."""
        return {"violation": "错误", "warning": "需说明", "info": "提示"}[self]

    @property
    def label_en(self) -> str:
        """Return what people call it in English."""
        return {"violation": "error", "warning": "to explain", "info": "note"}[self]


@dataclass(frozen=True, slots=True)
class Finding:
    """Hold one audit finding with its evidence; messages carry the numbers, ``fix`` says what to do about it.

    ``compared`` are the cells of the evidence that it compares: line and number of the cell, from 1 on (``12/3``).
    ``key`` names it by rule and content, wherever its rows stand: what persons say of a finding is kept by that.
    """

    rule: str
    severity: Severity
    focus: str
    message: str
    message_en: str
    document: str
    department: str | None = None
    project: str | None = None
    indicator: str | None = None
    evidence: tuple[Source, ...] = ()
    fix: str = ""
    fix_en: str = ""
    key: str = ""
    compared: tuple[str, ...] = ()
