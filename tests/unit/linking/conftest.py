"""Build small records of invented offices."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from jixiao.model import (
    Amount,
    DocumentKind,
    DocumentRecords,
    Evaluation,
    FilledForm,
    FormKind,
    FundLine,
    Mention,
    MoneyTable,
    Plan,
    Source,
    Task,
)

Row = tuple[str, str | None, str | None]
Build = Callable[..., DocumentRecords]


def source(line: int) -> Source:
    return Source(1, line, "…")


def wan(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text) * 10000


def plan(line: int, name: str, code: str | None, money: str | None, score: str | None = None) -> Plan:
    amount = wan(money)
    funds = (FundLine("total", "资金总额", source(line), amount=amount),) if amount is not None else ()
    evaluation = Evaluation(total=Decimal(score)) if score else None
    return Plan(source(line), project=name, project_code=code, funds=funds, evaluation=evaluation)


@pytest.fixture
def build() -> Build:
    """Return a builder: a summary form, self-evaluations, a project table, mentions and tasks of one department."""

    def make(
        *,
        department: str | None = "临江县民政局",
        summary: tuple[Row, ...] = (),
        table: tuple[tuple[str, str], ...] = (),
        evaluations: tuple[tuple[str, str, str], ...] = (),
        mentions: tuple[Row, ...] = (),
        tasks: tuple[Task, ...] = (),
        name: str = "a.txt",
        year: int = 2024,
    ) -> DocumentRecords:
        forms: list[FilledForm] = []
        if tasks:
            own = Plan(source(5), unit_name=department, tasks=tasks)
            forms.append(form(FormKind.DEPARTMENT_TARGET, (own,), department, year))
        if summary:
            plans = tuple(plan(100 + index, *row) for index, row in enumerate(summary))
            forms.append(form(FormKind.PROJECT_TARGET_SUMMARY, plans, department, year))
        for index, (printed, money, score) in enumerate(evaluations):
            plans = (plan(200 + index, printed, None, money, score),)
            forms.append(form(FormKind.PROJECT_SELF_EVALUATION, plans, department, year))
        return DocumentRecords(
            name=name,
            sha256="0",
            title="…",
            kind=DocumentKind.BUDGET,
            department=department,
            fiscal_year=year,
            published=None,
            tables=2,
            forms=tuple(forms),
            money_tables=(money_table(table),) if table else (),
            mentions=tuple(
                Mention("prose", printed, Source(None, 10 + index, "…"), wan(money), Decimal(score) if score else None)
                for index, (printed, money, score) in enumerate(mentions)
            ),
        )

    return make


def form(kind: FormKind, plans: tuple[Plan, ...], department: str | None, year: int) -> FilledForm:
    return FilledForm(kind, "…", "…", plans[0].source, plans, year, department)


def money_table(rows: tuple[tuple[str, str], ...]) -> MoneyTable:
    amounts = tuple(
        Amount(
            "project-expenditure",
            name,
            "合计",
            wan(money) or Decimal(0),
            money,
            source(50 + index),
            item_scheme="project",
        )
        for index, (name, money) in enumerate(rows)
    )
    return MoneyTable("project-expenditure", "项目支出表", source(48), amounts)
