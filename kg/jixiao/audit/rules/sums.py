"""Add up what is printed: cost targets against funds, parts against totals, reasons against changes, periods."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from jixiao.accounts.sums import some_make
from jixiao.audit.context import AuditedIndicator, AuditedPlan, DocumentAudit, Findings
from jixiao.audit.figures import WAN, add_up, write_money, write_number, write_sum
from jixiao.audit.rules.budgets import is_mixed_up
from jixiao.audit.rules.grids import table_sums
from jixiao.audit.units import in_yuan, is_count
from jixiao.audit.wording import says, words
from jixiao.model import Finding, FundLine, Period, ProseFact, Severity
from jixiao.text.folding import fold_name

_TABLE_SUMS = {"total-does-not-add": None, "total-contradicts-parts": Severity.VIOLATION}
_COLUMNS = ("amount", "initial", "adjusted", "executed")
_FLOORS = frozenset({"≥", ">"})
_YEAR = re.compile(r"20\d\d")


def rule_r202(audit: DocumentAudit) -> Findings:
    """Compare the cost targets of a project, added up, with its funds."""
    for plan in audit.project_plans:
        for period in Period:
            yield from _costs(audit, plan, period)


def _costs(audit: DocumentAudit, plan: AuditedPlan, period: Period) -> Findings:
    """Find costs above the funds; a stated total below them is for the office to explain."""
    funds = plan.money(period)
    costs = [row for row in plan.of_period(period) if _is_part_of_cost(row)]
    if not funds:
        return
    if not costs:
        return
    totals = [row for row in costs if says("total_cost", row.name)]
    if len(totals) == 1:
        costs = totals
    cost = add_up(in_yuan(row.target) for row in costs)
    below = cost < funds
    is_total = bool(totals) and len(costs) == 1
    if cost == funds:
        return
    if is_mixed_up(cost, funds):
        return  # 元 and 万元: R212 says so
    if below and not is_total:
        return
    yield audit.finding(
        "R202",
        costs[0],
        variant="below" if below else "",
        about=costs,
        evidence=[plan.fund("total", period)],
        one=cost,
        other=funds,
    )


def _is_part_of_cost(row: AuditedIndicator) -> bool:
    """Tell whether a target is a sum of money that is part of the whole cost."""
    target = row.target
    if row.dimension != "cost":
        return False
    if target is None:
        return False
    if in_yuan(target) is None:
        return False
    if target.comparator in _FLOORS:
        return False
    return says("unit_cost", f"{row.name} {target.unit}") is None


def rule_r203(audit: DocumentAudit) -> Findings:
    """Compare printed totals with the sum of their printed parts, in forms, tables and text."""
    for plan in audit.plans:
        for period in Period:
            yield from _fund_sums(audit, [line for line in plan.plan.funds if line.period == period])
    for issue in audit.records.issues:
        if issue.code not in _TABLE_SUMS:
            continue
        if issue.source is None:
            continue
        severity = Severity.INFO if issue.level == "info" else _TABLE_SUMS[issue.code]
        text, text_en = issue.message, issue.message_en
        yield audit.finding(
            "R203", None, variant="table", severity=severity, evidence=[issue], text=text, text_en=text_en
        )
    for partition in words()["partition"]:
        yield from _partition(audit, partition["total"], partition["parts"], set(partition.get("closing", ())))
    yield from _changes(audit)
    yield from table_sums(audit)


def _sources(lines: Sequence[FundLine], names: Sequence[str]) -> list[FundLine]:
    """Return the lines that are parts of a total by their fund; a use of the money (宣传费) is no other fund."""
    said, found = words()["funds"], [line for line in lines if line.fund in names]
    if not found or found[0].fund in said["phases"]:
        return found
    return [
        line
        for line in lines
        if (line.fund in names and (line.fund != "other" or re.search(said["other"], line.label)))
        or (line.fund == "item" and re.search(said["source"], line.label))
    ]


def _fund_sums(audit: DocumentAudit, lines: Sequence[FundLine]) -> Findings:
    """Check the columns of a money block."""
    total = next((line for line in lines if line.fund == "total"), None)
    if total is None:
        return
    for names in words()["funds"]["parts"]:
        parts = _sources(lines, names)
        if not any(part.fund == names[0] for part in parts) or len({part.label for part in parts}) < len(parts):
            continue  # a source printed twice is one of another period
        yield from _columns(audit, total, parts)


def _columns(audit: DocumentAudit, total: FundLine, parts: Sequence[FundLine]) -> Findings:
    """Check each column of a total and its parts; one that adds up shows that they are all there are."""
    nested = sum(part.label.startswith("其中") for part in parts) > 1
    printed = {name: getattr(total, name) for name in _COLUMNS if getattr(total, name) is not None}
    figures = {name: _figures(parts, name) for name in printed}
    closed = any(part.fund in words()["funds"]["closing"] for part in parts)
    closed = closed or any(len(figures[name]) > 1 and add_up(figures[name]) == printed[name] for name in printed)
    for name, whole in printed.items():
        slack = audit.threshold("R203", "unit") * (len(figures[name]) + 1)
        if nested or len(figures[name]) < 2:
            yield from _above_total(audit, total, whole, parts, name)
        elif _is_wrong(whole, figures[name], slack, closed=closed):
            yield _sum_finding(audit, total, whole, parts, figures[name])


def _figures(parts: Sequence[FundLine], column: str) -> list[Decimal]:
    """Return the figures that a column prints for some lines."""
    figures = [getattr(part, column) for part in parts]
    return [figure for figure in figures if figure is not None]


def _above_total(
    audit: DocumentAudit, total: FundLine, printed: Decimal, parts: Sequence[FundLine], column: str
) -> Findings:
    """Find parts that are above their total."""
    for part in parts:
        figure = getattr(part, column)
        if figure is None or figure <= printed + audit.threshold("R203", "unit") * 2:
            continue
        if says("income", part.label) and not says("income", total.label):
            continue
        said = {"part_name": part.label, "total_name": total.label, "one": figure, "other": printed}
        yield audit.finding("R203", total, variant="part", evidence=[part], **said)


def _is_wrong(total: Decimal, parts: Sequence[Decimal], slack: Decimal, *, closed: bool) -> bool:
    """Tell whether parts are not their total: more than it, or less though they are ``closed``, all there are."""
    made = add_up(parts)
    if abs(made - total) <= slack:
        return False
    if made > total:
        return not some_make(total, parts, slack)
    return closed


def _sum_finding(
    audit: DocumentAudit,
    at: FundLine | ProseFact,
    total: Decimal,
    parts: Sequence[FundLine | ProseFact],
    figures: Sequence[Decimal],
) -> Finding:
    """Return the finding on a total that its parts do not add up to, written in its unit."""
    made = add_up(figures)
    written: Callable[[Decimal], str] = write_money
    scale = WAN
    if isinstance(at, ProseFact) and at.unit != "元":
        written, scale = write_number, Decimal(1)
    return audit.finding(
        "R203",
        at,
        evidence=parts,
        total_name=at.label,
        total=written(total),
        parts=write_sum(figure / scale for figure in figures),
        made=written(made),
        difference=written(abs(made - total)),
    )


def _partition(audit: DocumentAudit, total: str, kinds: Sequence[str], closing: set[str]) -> Findings:
    """Check a total of the text whose parts are known to be all of it."""
    for whole in audit.facts(total):
        phases = {fact.phase for fact in audit.records.facts if fact.group == whole.group and fact.kind == whole.kind}
        inherited = (None, whole.phase) if len(phases) == 1 else (whole.phase,)
        named = [fact for fact in audit.records.facts if fact.kind in kinds and _is_part_of(fact, whole)]
        parts = [fact for fact in named if fact.phase in inherited]
        unique = {(part.kind, part.item) for part in parts}
        if len(parts) < 2:
            continue
        if len(unique) < len(parts):
            continue
        figures = [part.value for part in parts]
        slack = Decimal(0)
        if whole.unit == "元":
            slack = (len(figures) + 1) * audit.threshold("R203", "unit")
        closed = bool(closing) and closing <= {part.kind for part in parts}
        if _is_wrong(whole.value, figures, slack, closed=closed):
            yield _sum_finding(audit, whole, whole.value, parts, figures)


def _is_part_of(fact: ProseFact, whole: ProseFact) -> bool:
    """Tell whether a figure is named as a part of another, that of its own year."""
    if not whole.group or fact.year != whole.year:
        return False
    return fact.part_of == whole.group


def _changes(audit: DocumentAudit) -> Findings:
    """Check reasons given for a change: only a list that nearly adds up was meant to."""
    changes = [fact for fact in audit.records.facts if fact.kind == "change-amount"]
    near = audit.threshold("R203", "near")
    seen: set[tuple[int, Decimal]] = set()
    for total in changes:
        key = (total.source.line, total.value)
        if total.subject not in words()["changes"]["totals"]:
            continue
        if key in seen:
            continue
        seen.add(key)
        for reasons in _reasons(changes, total):
            made = add_up(reason.value for reason in reasons)
            if 0 < abs(made - total.value) <= near:
                parts = write_sum(reason.value / WAN for reason in reasons)
                yield audit.finding(
                    "R203",
                    total,
                    variant="changes",
                    evidence=reasons,
                    one=total.value,
                    other=made,
                    parts=parts,
                )
                break


def _reasons(changes: Sequence[ProseFact], total: ProseFact) -> Iterator[list[ProseFact]]:
    """Yield lists of changes that may be the reasons of a total: those of its paragraph, those of its parts."""
    known = words()["changes"]
    here = [fact for fact in changes if fact.source.line == total.source.line and fact.subject not in known["totals"]]
    for run in _runs(here):
        if len(run) > 1:
            yield run
    side = (total.subject or "").removesuffix("-total")
    funds = [fact for fact in changes if fact.subject in known.get(side, ())]
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


def rule_r209(audit: DocumentAudit) -> Findings:
    """Compare the medium-term column with the annual one: money, time, targets."""
    for plan in audit.plans:
        medium, annual = plan.fund("total", Period.MEDIUM_TERM), plan.fund("total", Period.ANNUAL)
        if medium is None:
            continue
        if annual is None:
            continue
        if not medium.amount:
            continue
        if not annual.amount:
            continue
        said: dict[str, Any] = {"medium": medium.amount, "annual": annual.amount}
        if medium.amount < annual.amount:
            yield audit.finding("R209", medium, variant="less", evidence=[annual], **said)
        times = medium.amount / annual.amount
        if times >= audit.threshold("R209", "times"):
            said["times"] = write_number(round(times, 2))
            yield from _no_more(audit, plan, [medium, annual], round(times), said)


def _no_more(
    audit: DocumentAudit, plan: AuditedPlan, funds: Sequence[FundLine], times: int, said: dict[str, Any]
) -> Findings:
    """Find so many times the money that is neither for more years nor for more output."""
    span = plan.span
    years = [int(year) for year in _YEAR.findall(span)]
    if len(years) == 2:
        lasting = years[1] - years[0] + 1
        if lasting < times:
            said |= {"span": span, "years": lasting}
            yield audit.finding("R209", funds[0], variant="span", evidence=[*funds, plan], **said)
    same = _same_counts(plan)
    if same:
        yield audit.finding("R209", funds[0], variant="targets", about=same, **said)


def _same_counts(plan: AuditedPlan) -> list[AuditedIndicator]:
    """Return the count targets of the year that equal those of the whole term, none where another grows with it.

    Where some work grows with the money, what stays the same is a stock: one team, all the halls.
    """
    medium = {fold_name(row.name): row.target for row in plan.of_period(Period.MEDIUM_TERM)}
    same: list[AuditedIndicator] = []
    for row in plan.of_period(Period.ANNUAL):
        target, other = row.target, medium.get(fold_name(row.name))
        if target is None:
            continue
        if other is None:
            continue
        if not is_count(target):
            continue
        if not is_count(other):
            continue
        if (target.lower, target.upper) != (other.lower, other.upper):
            return []
        same.append(row)
    return same
