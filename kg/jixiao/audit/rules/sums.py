"""Add up what is printed: cost targets against funds, parts against totals, reasons against changes, periods."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jixiao.audit.context import DocumentAudit, Entry, PlanEntry, words
from jixiao.audit.figures import added, listed, money, plain
from jixiao.audit.units import in_yuan, is_count
from jixiao.model import Finding, FundLine, Period, ProseFact, Severity, Source
from jixiao.text.folding import fold_name

_TABLE_SUMS = "total-does-not-add"
_WAN = Decimal(10000)
_COLUMNS = ("amount", "initial", "adjusted", "executed")


def rule_r202(audit: DocumentAudit) -> Iterator[Finding]:
    """Compare the cost targets of a project, added up, with its funds."""
    for plan in audit.plans:
        for period in Period:
            fund = plan.fund("total", period)
            funds = (fund.amount or fund.adjusted or fund.initial) if fund else None
            costs = [entry for entry in plan.of_period(period) if _is_part_of_cost(entry)]
            if plan.of_department or fund is None or not funds or not costs:
                continue
            totals = [entry for entry in costs if re.search(words()["names"]["total_cost"], entry.name)]
            counted = totals[:1] if len(totals) == 1 and len(costs) > 1 else costs
            yield from _cost(audit, plan, fund, funds, counted, stated=bool(totals))


def _is_part_of_cost(entry: Entry) -> bool:
    target = entry.indicator.target
    if entry.dimension != "cost" or in_yuan(target) is None or (target and target.comparator in ("≥", ">")):
        return False
    return not re.search(words()["names"]["unit_cost"], f"{entry.name} {target.unit if target else ''}")


def _cost(
    audit: DocumentAudit, plan: PlanEntry, fund: FundLine, funds: Decimal, costs: Sequence[Entry], *, stated: bool
) -> Iterator[Finding]:
    cost = sum((in_yuan(entry.indicator.target) or Decimal(0) for entry in costs), Decimal(0))
    if cost == funds or (cost < funds and not (stated and len(costs) == 1)):
        return
    project = next((each for each in audit.linked.projects if each.key == audit.project_of(plan)), None)
    rows = [mention.source for mention in project.mentions] if project else []
    yield audit.finding(
        "R202",
        costs[0].indicator,
        variant="" if cost > funds else "below",
        severity=None if cost > funds else Severity.WARNING,
        evidence=[*(entry.indicator.source for entry in costs[1:]), fund.source, *rows],
        names=listed(entry.name for entry in costs),
        cost=money(cost),
        funds=money(funds),
        difference=money(abs(cost - funds)),
    )


def rule_r203(audit: DocumentAudit) -> Iterator[Finding]:
    """Compare printed totals with the sum of their printed parts, in forms, tables and text."""
    for plan in audit.plans:
        yield from _fund_sums(audit, plan)
    for issue in audit.records.issues:
        if issue.code == _TABLE_SUMS and issue.source:
            severity = Severity.INFO if issue.level == "info" else Severity.WARNING
            yield audit.finding(
                "R203", None, variant="table", severity=severity, evidence=[issue.source],
                text=issue.message, text_en=issue.message_en,
            )  # fmt: skip
    yield from _partitions(audit)
    yield from _changes(audit)


def _fund_sums(audit: DocumentAudit, plan: PlanEntry) -> Iterator[Finding]:
    for period in Period:
        lines = {line.fund: line for line in plan.plan.funds if line.period == period}
        total = lines.get("total")
        for names in words()["funds"]["parts"] if total else ():
            parts = [lines[name] for name in names if name in lines and names[0] in lines]
            closed = set(words()["funds"]["closing"]) & {part.fund for part in parts}
            for column in _COLUMNS:
                printed = getattr(total, column)
                figures = [value for part in parts if (value := getattr(part, column)) is not None]
                made = sum(figures, Decimal(0))
                slack = audit.threshold("R203", "unit") * (len(figures) + 1)
                if total is None or printed is None or len(figures) < 2 or abs(made - printed) <= slack:
                    continue
                if made > printed or closed:
                    yield _sum_finding(audit, total, total.label, printed, figures, [part.source for part in parts])


@dataclass(frozen=True, slots=True)
class _Whole:
    """Hold a total of the text and the figures named as its parts."""

    total: ProseFact
    parts: Sequence[ProseFact]


def _sum_finding(
    audit: DocumentAudit,
    at: FundLine | ProseFact,
    name: str,
    total: Decimal,
    parts: Sequence[Decimal],
    rows: Sequence[Source],
) -> Finding:
    made = sum(parts, Decimal(0))
    as_printed = money if isinstance(at, FundLine) or at.unit == "元" else plain
    scale = _WAN if as_printed is money else Decimal(1)
    return audit.finding(
        "R203",
        at,
        evidence=rows,
        total_name=name,
        total=as_printed(total),
        parts=added([part / scale for part in parts]),
        made=as_printed(made),
        difference=as_printed(abs(made - total)),
    )


def _partitions(audit: DocumentAudit) -> Iterator[Finding]:
    """Check the totals of the text whose parts are known to be all of it."""
    for partition in words()["partition"]:
        for whole in _wholes(audit, partition["total"], partition["parts"]):
            figures = [part.value for part in whole.parts]
            made, total = sum(figures, Decimal(0)), whole.total.value
            slack = (len(figures) + 1) * (audit.threshold("R203", "unit") if whole.total.unit == "元" else Decimal(0))
            closing = set(partition.get("closing", ()))
            complete = bool(closing) and {part.kind for part in whole.parts} >= closing
            if abs(made - total) > slack and (made > total or complete):
                rows = [part.source for part in whole.parts]
                yield _sum_finding(audit, whole.total, whole.total.label, total, figures, rows)


def _wholes(audit: DocumentAudit, total: str, kinds: Sequence[str]) -> Iterator[_Whole]:
    for whole in audit.facts(total):
        parts = [
            part
            for part in audit.records.facts
            if part.kind in kinds and part.part_of == whole.group and whole.group and part.phase == whole.phase
        ]
        unique = {(part.kind, part.item): part for part in reversed(parts)}
        if len(unique) > 1 and len(unique) == len(parts):
            yield _Whole(whole, parts)


def _changes(audit: DocumentAudit) -> Iterator[Finding]:
    """Check reasons given for a change: only a list that nearly adds up was meant to."""
    changes = audit.records.facts
    totals = [fact for fact in changes if fact.kind == "change-amount" and fact.subject in words()["changes"]["totals"]]
    near = audit.threshold("R203", "near")
    seen: set[tuple[int, Decimal]] = set()
    for total in totals:
        if (total.source.line, total.value) in seen:
            continue
        seen.add((total.source.line, total.value))
        for parts in _reasons(audit, total):
            figures = [part.value for part in parts]
            difference = abs(sum(figures, Decimal(0)) - total.value)
            if 0 < difference <= near:
                yield audit.finding(
                    "R203", total, variant="changes", severity=Severity.INFO, evidence=[part.source for part in parts],
                    total=money(total.value), parts=added([figure / _WAN for figure in figures]),
                    made=money(sum(figures, Decimal(0))), difference=money(difference),
                )  # fmt: skip
                break


def _reasons(audit: DocumentAudit, total: ProseFact) -> Iterator[list[ProseFact]]:
    """Yield lists of changes that may be the reasons of a total: those of its paragraph, those of its parts."""
    here = [
        fact
        for fact in audit.records.facts
        if fact.kind == "change-amount"
        and fact.source.line == total.source.line
        and fact.subject not in words()["changes"]["totals"]
    ]
    for run in _runs(here):
        if len(run) > 1:
            yield run
    for side in ("income", "expenditure"):
        funds = [
            fact
            for fact in audit.records.facts
            if fact.kind == "change-amount"
            and fact.subject in words()["changes"][side]
            and total.subject == f"{side}-total"
        ]
        if len({fact.subject for fact in funds}) == len(funds) > 1:
            yield funds


def _runs(facts: Sequence[ProseFact]) -> Iterator[list[ProseFact]]:
    """Split the reasons of one paragraph where a list starts again with a figure it has named."""
    run: list[ProseFact] = []
    for fact in facts:
        if any(fact.value == earlier.value for earlier in run):
            yield run
            run = []
        run.append(fact)
    yield run


def rule_r209(audit: DocumentAudit) -> Iterator[Finding]:
    """Compare the medium-term column with the annual one: money, time, targets."""
    for plan in audit.plans:
        medium, annual = plan.fund("total", Period.MEDIUM_TERM), plan.fund("total", Period.ANNUAL)
        if medium is None or annual is None or not medium.amount or not annual.amount:
            continue
        said: dict[str, Any] = {"medium": money(medium.amount), "annual": money(annual.amount)}
        if medium.amount < annual.amount:
            yield audit.finding(
                "R209", medium, variant="less", severity=Severity.VIOLATION, evidence=[annual.source], **said
            )
        times = medium.amount / annual.amount
        if times < audit.threshold("R209", "times"):
            continue
        said["times"] = plain(round(times, 2))
        span = _span(plan)
        years = [int(year) for year in re.findall(r"20\d\d", span)]
        if len(years) == 2 and years[1] - years[0] + 1 < round(times):
            yield audit.finding(
                "R209", medium, variant="span", evidence=[annual.source, plan.plan.source],
                span=span, years=years[1] - years[0] + 1, **said,
            )  # fmt: skip
        same = _same_counts(plan)
        if same:
            yield audit.finding(
                "R209", medium, variant="targets", evidence=[entry.indicator.source for entry in same],
                count=len(same), names=listed(entry.name for entry in same), **said,
            )  # fmt: skip


def _span(plan: PlanEntry) -> str:
    """Return from when to when a project runs, as printed: in two cells, or in one."""
    start, end = plan.plan.attributes.get("start"), plan.plan.attributes.get("end")
    return f"{start}至{end}" if start and end else plan.plan.attributes.get("term", "")


def _same_counts(plan: PlanEntry) -> list[Entry]:
    """Return the count targets of the year that equal those of the whole term, none where another grows with it.

    Where some work grows with the money, what stays the same is a stock: one team, all the halls.
    """
    medium = {fold_name(entry.name): entry.indicator.target for entry in plan.of_period(Period.MEDIUM_TERM)}
    same: list[Entry] = []
    for entry in plan.of_period(Period.ANNUAL):
        target, other = entry.indicator.target, medium.get(fold_name(entry.name))
        if target is None or other is None or not (is_count(target) and is_count(other)):
            continue
        if (target.lower, target.upper) != (other.lower, other.upper):
            return []
        same.append(entry)
    return same
