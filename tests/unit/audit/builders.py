"""Build small documents for the rules: forms, facts, tables and text, lifted and audited as the pipeline does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from jixiao.audit.auditing import audit_document
from jixiao.audit.settings import AuditSettings
from jixiao.config import BASE_IRI
from jixiao.lifting import lift
from jixiao.model import (
    Amount,
    Cell,
    Department,
    Document,
    DocumentKind,
    DocumentRecords,
    Evaluation,
    FilledForm,
    Finding,
    FormKind,
    FundLine,
    Goal,
    Indicator,
    Issue,
    Link,
    LinkedRecords,
    ManagementItem,
    Mention,
    MoneyTable,
    Paragraph,
    Period,
    Place,
    Plan,
    Project,
    ProseFact,
    Row,
    Source,
    Table,
    Task,
)
from jixiao.values.targets import parse_actual, parse_target

YEAR = 2023
OFFICE = Department(key="419999-某局", name="某市某局", code="101", region_code="419901", region_name="某市某区")


def at(line: int, text: str = "", table: int | None = 1) -> Source:
    return Source(table, line, text or f"第{line}行")


def indicator(
    name: str,
    target: str | None = None,
    level1: str = "产出指标",
    level2: str | None = "数量指标",
    *,
    line: int = 10,
    **more: Any,
) -> Indicator:
    parsed = parse_target(target, fiscal_year=YEAR, name=name) if target else None
    actual = more.get("actual_text")
    for key in ("weight", "score", "deviation"):
        if key in more:
            more[key] = Decimal(more[key])
    return Indicator(level1, level2, name, parsed, at(line), actual=parse_actual(actual, parsed), **more)


def total(
    amount: str | None = None, *, line: int = 5, fund: str = "total", period: Period = Period.ANNUAL, **more: Any
) -> FundLine:
    figures: dict[str, Any] = {key: Decimal(value) for key, value in more.items()}
    wan = {"initial", "adjusted", "executed"}
    figures = {key: value * 10000 if key in wan else value for key, value in figures.items()}
    label = {"total": "资金总额", "fiscal-appropriation": "财政拨款", "carry-over": "上年结转"}.get(fund, "其他资金")
    return FundLine(fund, label, at(line), period, Decimal(amount) * 10000 if amount else None, **figures)


def plan(*indicators: Indicator, project: str | None = "道路维护", line: int = 9, **more: Any) -> Plan:
    return Plan(at(line), project, indicators=indicators, **more)


def evaluation(total_score: str, *, weight: str | None = "100", line: int = 60, **more: Any) -> Evaluation:
    return Evaluation(Decimal(total_score), Decimal(weight) if weight else None, source=at(line), **more)


def form(kind: str, *plans: Plan, line: int = 8, specification: str = "表", **more: Any) -> FilledForm:
    return FilledForm(FormKind(kind), specification, "绩效表", at(line), plans, YEAR, OFFICE.name, **more)


def fact(kind: str, value: str, unit: str = "元", *, line: int = 3, text: str | None = None, **more: Any) -> ProseFact:
    number = Decimal(value) * 10000 if unit == "元" else Decimal(value)
    printed = text or (f"{value}万元" if unit == "元" else f"{value}{unit}")
    return ProseFact(kind, kind, number, unit, printed, at(line, f"本年{printed}。", None), YEAR, **more)


def amount(item: str, measure: str, value: str, *, line: int = 30, kind: str = "expenditure", **more: Any) -> Amount:
    return Amount(kind, item, measure, Decimal(value) * 10000, value, at(line, table=3), **more)


def money_table(kind: str, *amounts: Amount, title: str = "支出总表", line: int = 28, **more: Any) -> MoneyTable:
    held = tuple(replace(each, table_kind=kind) for each in amounts)
    return MoneyTable(kind, title, at(line, table=3), held, "万元", OFFICE.name, YEAR, **more)


def project(name: str = "道路维护", *mentions: Mention, wan: str | None = None, **more: Any) -> Project:
    money = Decimal(wan) * 10000 if wan else None
    return Project(more.pop("key", name), name, OFFICE.key, amount=money, mentions=mentions, **more)


def mention(table_kind: str, name: str, wan: str | None = None, *, line: int = 40) -> Mention:
    return Mention(table_kind, name, at(line, table=4), Decimal(wan) * 10000 if wan else None)


def goal(text: str, achieved: str | None = None, *, line: int = 6) -> Goal:
    return Goal(text, at(line), achieved=achieved)


def task(name: str, content: str | None = None, *, line: int = 7) -> Task:
    return Task(name, at(line), content)


def judged(name: str, weight: str | None, score: str, *, line: int = 20) -> ManagementItem:
    return ManagementItem(name, at(line), weight=Decimal(weight) if weight else None, score=Decimal(score))


def link(task_name: str, project_key: str) -> Link:
    return Link("implemented-by", f"task:{task_name}", f"project:{project_key}", Decimal("0.8"), "共有词语")


SATISFACTION = ("满意度指标", "服务对象满意度指标")
COST = ("成本指标", "经济成本指标")
BUDGET = ("投入管理指标", "预算和财务管理")
ROAD = indicator("维护道路", "≥12公里")
HAPPY = indicator("群众满意度", "≥90%", *SATISFACTION, line=15)


@dataclass(frozen=True)
class Case:
    """Hold one document of records; ``plans`` maps (form, plan) to a project key."""

    forms: Sequence[FilledForm] = ()
    facts: Sequence[ProseFact] = ()
    tables: Sequence[MoneyTable] = ()
    projects: Sequence[Project] = ()
    plans: Mapping[tuple[int, int], str] = field(default_factory=dict)
    links: Sequence[Link] = ()
    task_projects: Mapping[str, str] = field(default_factory=dict)
    issues: Sequence[Issue] = ()
    text: Sequence[str] = ()
    rows: Sequence[str] = ()
    kind: DocumentKind = DocumentKind.BUDGET

    @property
    def linked(self) -> LinkedRecords:
        records = DocumentRecords(
            "例.txt", "0" * 64, "例", self.kind, OFFICE.name, YEAR, None, 1, tuple(self.forms), tuple(self.tables),
            tuple(self.facts), tuple(self.issues),
        )  # fmt: skip
        return LinkedRecords(
            records, OFFICE, (OFFICE,), tuple(self.projects), self.plans, links=tuple(self.links),
            task_projects=self.task_projects,
        )  # fmt: skip

    @property
    def document(self) -> Document:
        paragraphs = [Paragraph(text, Place(line)) for line, text in enumerate(self.text, 100)]
        rows = tuple(
            Row(tuple(Cell(cell, column) for column, cell in enumerate(text.split("\t"))), Place(line))
            for line, text in enumerate(self.rows, 200)
        )
        return Document("例.txt", "0" * 64, "text/plain", (*paragraphs, *([Table(9, rows)] if rows else [])))

    def findings(self, settings: AuditSettings | None = None) -> tuple[Finding, ...]:
        return audit_document(lift(self.linked, base_iri=BASE_IRI), self.document, settings)


def applied(*indicators: Indicator, **more: Any) -> Case:
    """Return a document with one project's application."""
    return Case([form("project-application", plan(*indicators, **more))])


def of_office(*indicators: Indicator, **more: Any) -> Case:
    """Return a document with the department's own targets."""
    return Case([form("department-target", plan(*indicators, project=None, **more))])


def evaluated(*indicators: Indicator, kind: str = "project-self-evaluation", **more: Any) -> Case:
    """Return a document with one self-evaluation."""
    own: dict[str, Any] = {"project": None} if kind.startswith("department") else {}
    return Case([form(kind, plan(*indicators, **own, **more))])


def scored(
    execution: str, printed: str, *, road: str = "70", points: str = "70", note: str | None = None, **more: Any
) -> Case:
    """Return an evaluation of 10 (execution) + 20 (fund management) + 70 points."""
    row = indicator("维护道路", "≥12公里", actual_text="12公里", weight=points, score=road)
    return evaluated(
        row,
        funds=(total(initial="10", adjusted="10", executed="10", rate="100", weight="10", score=execution),),
        management=tuple(judged(name, "5", "5") for name in ("安排", "拨付", "使用", "管理")),
        evaluation=evaluation(printed, scoring_note=note, **more),
    )


@dataclass(frozen=True)
class Example:
    """Hold a bad and a good document of a rule, and a word of what the rule says on the bad one."""

    rule: str
    bad: Case
    good: Case
    says: str
