"""Compare what is printed in two places: projects, totals, text and tables, notes and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any

from jixiao.audit.context import DocumentAudit, PlanEntry, words
from jixiao.audit.figures import money, plain
from jixiao.audit.titles import place_of
from jixiao.model import Amount, Finding, FormKind, MoneyTable, Severity, Source
from jixiao.text.folding import fold_name

_FINAL = "final-"
_PLACES = frozenset({"project-expenditure", *FormKind})
_FINAL_PHASES = frozenset({None, "final"})
_BUDGET_PHASES = frozenset({None, "initial"})


def rule_r201(audit: DocumentAudit) -> Iterator[Finding]:
    """Find projects whose amount differs between two tables of the document."""
    slack = audit.threshold("R203", "unit")
    for project in audit.linked.projects:
        placed = [
            mention
            for mention in project.mentions
            if mention.amount is not None and mention.table_kind.removeprefix(_FINAL) in _PLACES
        ]
        for one, other in combinations(placed, 2):
            if one.amount is None or other.amount is None or abs(one.amount - other.amount) <= slack:
                continue
            if one.table_kind != other.table_kind:
                yield audit.finding(
                    "R201",
                    project,
                    evidence=[one.source, other.source],
                    project=project.name,
                    table=place_of(audit, one),
                    one=money(one.amount),
                    other_table=place_of(audit, other),
                    other=money(other.amount),
                    difference=money(abs(one.amount - other.amount)),
                )
                break


@dataclass(frozen=True, slots=True)
class _Place:
    table: MoneyTable
    amount: Amount


def _places(audit: DocumentAudit, total: Mapping[str, Any]) -> list[_Place]:
    """Return where a total is printed, one amount a table; none of a kind that the document prints more than once."""
    found: list[_Place] = []
    for where in total["where"]:
        tables = [
            table
            for table in audit.records.money_tables
            if table.kind.removeprefix(_FINAL) == where["kind"] and table.amounts
        ]
        if len(tables) == 1:
            amount = next((each for each in tables[0].amounts if _fits(each, where)), None)
            if amount:
                found.append(_Place(tables[0], amount))
    return found


def _fits(amount: Amount, where: Mapping[str, str]) -> bool:
    if any(key in where and getattr(amount, key) != where[key] for key in ("side", "expenditure", "fund")):
        return False
    label = re.sub(r"^[（(]?[一二三四五六七八九十]+[）)]?[、.]?\s*", "", amount.item)
    return bool(re.search(where.get("row", ""), label) and re.search(where.get("column", ""), amount.measure))


def rule_r204(audit: DocumentAudit) -> Iterator[Finding]:
    """Find totals that two tables, or a table and the performance form, print differently."""
    slack = audit.threshold("R204", "unit")
    for total in words()["total"]:
        places = _places(audit, total)
        for other in places[1:]:
            first = places[0]
            if abs(first.amount.value - other.amount.value) > slack:
                yield audit.finding(
                    "R204",
                    other.table,
                    evidence=[other.amount.source, first.amount.source],
                    item=total["item"],
                    item_en=total["item_en"],
                    table=first.table.title,
                    one=money(first.amount.value),
                    other_table=other.table.title,
                    other=money(other.amount.value),
                    difference=money(abs(first.amount.value - other.amount.value)),
                )
                break
        if "plan" in total and places:
            yield from _against_plans(audit, total, places)


def _against_plans(audit: DocumentAudit, total: Mapping[str, Any], places: list[_Place]) -> Iterator[Finding]:
    for plan in audit.plans:
        fund = plan.fund(total["plan"]) if plan.of_department else None
        if fund is None:
            continue
        stated = fund.executed if places[0].table.kind.startswith(_FINAL) else fund.amount
        if stated is None:
            continue
        printed = [place.amount.value for place in places] + _sums_of_side(places[0])
        if all(abs(value - stated) > audit.threshold("R204", "unit") for value in printed):
            yield audit.finding(
                "R204",
                fund,
                variant="plan",
                severity=Severity.WARNING,
                evidence=[place.amount.source for place in places],
                item=total["item"],
                item_en=total["item_en"],
                one=money(stated),
                other_table=places[0].table.title,
                other=money(places[0].amount.value),
                difference=money(abs(places[0].amount.value - stated)),
            )


def _sums_of_side(place: _Place) -> list[Decimal]:
    """Return the other totals of a table's side: an office may report the year's sum without what is carried on."""
    side = place.amount.side
    return [each.value for each in place.table.amounts if side and each.side == side and each.is_total]


def rule_r205(audit: DocumentAudit) -> Iterator[Finding]:
    """Find figures and counts of the text that the tables contradict."""
    for total in words()["total"]:
        places = _places(audit, total)
        if places:
            yield from _against_text(audit, total, places)
    yield from _project_sums(audit)
    yield from _project_counts(audit)
    yield from _scores(audit)


def _against_text(audit: DocumentAudit, total: Mapping[str, Any], places: list[_Place]) -> Iterator[Finding]:
    slack = audit.threshold("R205", "unit")
    final = places[0].table.kind.startswith(_FINAL)
    said: set[Decimal] = set()
    for fact in audit.facts(*total.get("facts", ())):
        phases = _FINAL_PHASES if final else _BUDGET_PHASES
        if fact.phase not in phases or fact.year not in (None, audit.records.fiscal_year) or fact.value in said:
            continue
        differing = [place for place in places if abs(place.amount.value - fact.value) > slack]
        if len(differing) < len(places):
            continue
        said.add(fact.value)
        difference = abs(places[0].amount.value - fact.value)
        carried = _carried_over(audit, difference)
        yield audit.finding(
            "R205",
            fact,
            variant="carried" if carried else "",
            severity=Severity.WARNING if carried else None,
            evidence=[*(place.amount.source for place in places), *([carried.source] if carried else [])],
            item=total["item"],
            item_en=total["item_en"],
            one=money(fact.value),
            table=places[0].table.title,
            other=money(places[0].amount.value),
            difference=money(difference),
        )


def _carried_over(audit: DocumentAudit, difference: Decimal) -> Amount | None:
    """Return the amount carried over from the year before that makes up a difference."""
    return next(
        (
            amount
            for table in audit.records.money_tables
            for amount in table.amounts
            if amount.value == difference and (amount.fund or "").startswith("carry-over")
        ),
        None,
    )


def _evaluations(audit: DocumentAudit) -> list[PlanEntry]:
    return [plan for plan in audit.plans if plan.form.kind == FormKind.PROJECT_SELF_EVALUATION]


def _project_sums(audit: DocumentAudit) -> Iterator[Finding]:
    """Compare what the text says the evaluated projects had and spent with the sum of their forms."""
    plans = _evaluations(audit)
    funds = [fund for plan in plans if (fund := plan.fund())]
    counts = {fact.value for fact in audit.facts("self-evaluation-done-count")}
    if not funds or Decimal(len(funds)) not in counts:
        return
    for fact in audit.facts("evaluated-project-money"):
        column = {"adjusted": "adjusted", "initial": "initial", "final": "executed"}.get(fact.phase or "")
        figures = [getattr(fund, column) for fund in funds] if column else []
        if not figures or any(figure is None for figure in figures):
            continue
        made = sum(figures, Decimal(0))
        if abs(made - fact.value) > audit.threshold("R205", "unit") * len(figures):
            item, item_en = {"executed": ("支出", "spending")}.get(column or "", ("预算", "budget"))
            yield audit.finding(
                "R205",
                fact,
                variant="projects",
                evidence=[fund.source for fund in funds],
                item=item,
                item_en=item_en,
                one=money(fact.value),
                other=money(made),
                count=len(figures),
                difference=money(abs(made - fact.value)),
            )


def _project_counts(audit: DocumentAudit) -> Iterator[Finding]:
    """Find texts that count no project at all where the document prints projects."""
    printed = {key for plan in audit.plans if not plan.of_department and (key := audit.project_of(plan))}
    for fact in audit.facts("project-count"):
        if fact.value == 0 and fact.unit != "元" and printed and fact.year in (None, audit.records.fiscal_year):
            rows = [plan.plan.source for plan in audit.plans if not plan.of_department]
            yield audit.finding(
                "R205",
                fact,
                variant="count",
                severity=Severity.WARNING,
                evidence=rows,
                text=fact.text,
                count=len(printed),
            )


def _scores(audit: DocumentAudit) -> Iterator[Finding]:
    """Compare scores named in the text with the totals of the forms; a form's total may stand in any printing."""
    for fact in audit.facts("self-evaluation-score"):
        if fact.item not in words()["own"]["names"]:
            continue
        totals = [
            plan.plan.evaluation
            for plan in audit.all_plans
            if plan.of_department and plan.plan.evaluation and plan.plan.evaluation.total is not None
        ]
        if totals and all(each.total != fact.value for each in totals):
            yield audit.finding(
                "R205", fact, variant="total", evidence=[each.source for each in totals],
                item=fact.item, one=fact.value, other=plain(totals[0].total or Decimal(0)),
            )  # fmt: skip


def rule_r207(audit: DocumentAudit) -> Iterator[Finding]:
    """Find notes that call a table empty which is not, and notes that belong to another table."""
    for table in audit.records.money_tables:
        notes = [line for line in (table.empty_note or "").splitlines() if line.strip()]
        printed = [amount for amount in table.amounts if amount.value]
        for note in notes:
            rows = _note_rows(audit, note, table)
            topic = _foreign_topic(note, table)
            if topic:
                yield audit.finding(
                    "R207", table, variant="wrong", severity=Severity.WARNING, evidence=rows,
                    table=table.title, note=note, topic=topic,
                )  # fmt: skip
            elif printed:
                yield audit.finding(
                    "R207", table, evidence=[*rows, *(amount.source for amount in printed)], table=table.title,
                    note=note, count=len(printed), first=f"{printed[0].item} {printed[0].text}",
                )  # fmt: skip


def _note_rows(audit: DocumentAudit, note: str, table: MoneyTable) -> list[Source]:
    below = [each for each in audit.texts if each.source.line >= table.source.line]
    rows = [each.source for each in below if fold_name(note) in fold_name(each.text)]
    return rows[:1]


def _foreign_topic(note: str, table: MoneyTable) -> str | None:
    topics: list[str] = words()["notes"]["topics"]
    own = [topic for topic in topics if topic in fold_name(table.title)]
    named = [topic for topic in topics if topic in fold_name(note)]
    return named[0] if own and named and not set(own) & set(named) else None
