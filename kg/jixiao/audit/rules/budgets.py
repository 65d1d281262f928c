"""Compare what was spent with what was given, prices and amounts with totals, and units of money by their size."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from jixiao.audit.context import AuditedIndicator, AuditedPlan, DocumentAudit, Findings
from jixiao.audit.figures import percent_of
from jixiao.audit.units import in_yuan, is_count, is_share, value_of
from jixiao.audit.wording import says
from jixiao.model import FundLine, Severity
from jixiao.text.folding import fold_name
from jixiao.values.amounts import money_factor, parse_amount

_TEN_THOUSAND = Decimal(10000)
_NEAR = Decimal("0.02")


def rule_r210(audit: DocumentAudit) -> Findings:
    """Find spending above the budget, and spending or a rate where the budget is 0."""
    for plan in audit.plans:
        for line in plan.plan.funds:
            yield from _overspent(audit, line)


def _overspent(audit: DocumentAudit, line: FundLine) -> Findings:
    """Compare one line of a money block with its budget; a line without printed figures says nothing."""
    budget = line.initial if line.adjusted is None else line.adjusted
    if budget is None:
        return
    if line.executed is not None and line.executed > budget + audit.threshold("R210", "unit"):
        variant = "over" if budget else "zero"
        # The whole year's budget holds what was added; the initial one does not.
        severity = None if line.adjusted is None else Severity.VIOLATION
        yield audit.finding(
            "R210", line, variant=variant, severity=severity, item=line.label, budget=budget, executed=line.executed
        )
    elif not budget and not line.initial and line.rate:
        yield audit.finding("R210", line, variant="rate", item=line.label, rate=line.rate)


def rule_r211(audit: DocumentAudit) -> Findings:
    """Find unit prices that, times the one amount in their unit, make more than the project's funds."""
    for plan in audit.project_plans:
        funds = plan.money()
        if not funds:
            continue
        prices = [(row, in_yuan_each(row)) for row in plan.annual if row.dimension == "cost"]
        for row, price in prices:
            if price is None:
                continue
            counted = _counted(plan, price[1])
            amount = value_of(counted.target) if counted else None
            if counted is None or not amount:
                continue
            made = price[0] * amount
            if made > funds * (1 + _NEAR):
                yield audit.finding(
                    "R211",
                    row,
                    evidence=[counted, plan.fund()],
                    price=row.target_text,
                    counted=counted.name,
                    amount=counted.target_text,
                    one=made,
                    other=funds,
                )


def in_yuan_each(row: AuditedIndicator) -> tuple[Decimal, str] | None:
    """Return the price of one unit in yuan and that unit (300元/人 → 300, 人), None where a row states none."""
    target = row.target
    money, _, unit = (target.unit or "").partition("/") if target else ("", "", "")
    value, factor = value_of(target), money_factor(money)
    if not unit:
        return None
    if value is None:
        return None
    if factor is None:
        return None
    return value * factor, unit


def _counted(plan: AuditedPlan, unit: str) -> AuditedIndicator | None:
    """Return the one output of a plan that is counted in a unit, None for none or several."""
    counted = [row for row in plan.annual if is_count(row.target) and row.target and row.target.unit == unit]
    return counted[0] if len(counted) == 1 else None


def rule_r212(audit: DocumentAudit) -> Findings:
    """Find total costs that are ten thousand times the funds or a ten-thousandth of them: 元 taken for 万元."""
    for plan in audit.project_plans:
        funds = plan.money()
        costs = [row for row in plan.annual if row.dimension == "cost" and says("total_cost", row.name)]
        for row in costs:
            cost = in_yuan(row.target)
            if funds and cost and is_mixed_up(cost, funds):
                severity = Severity.VIOLATION if cost > funds else None
                yield audit.finding("R212", row, severity=severity, evidence=[plan.fund()], one=cost, other=funds)


def is_mixed_up(one: Decimal, other: Decimal) -> bool:
    """Tell whether one sum is about ten thousand times the other."""
    times = max(one, other) / min(one, other)
    return abs(times / _TEN_THOUSAND - 1) <= _NEAR


def rule_r213(audit: DocumentAudit) -> Findings:
    """Find operating costs of an agency that are above the public expenditure they are part of."""
    yield from _operating_in_form(audit)
    wholes = [fact for fact in audit.facts("public-expenditure") if audit.is_of_year(fact)]
    for fact in audit.facts("operating-cost"):
        whole = max(wholes, key=lambda each: each.value, default=None)
        if whole is None:
            return
        if audit.is_of_year(fact) and fact.phase == whole.phase and fact.value > whole.value:
            yield audit.finding("R213", fact, evidence=[whole], one=fact.value, other=whole.value)


def _operating_in_form(audit: DocumentAudit) -> Findings:
    """Compare the two where the head of a form prints them."""
    for plan in audit.plans:
        printed = {fold_name(label): parse_amount(text) for label, text in plan.plan.attributes.items()}
        part = next((amount for label, amount in printed.items() if "机关运行经费" in label), None)
        whole = printed.get("公用经费")
        if part is None or whole is None or part <= whole:
            continue
        rows = [each for each in audit.texts if says("operating", each.text) and each.source.line <= plan.source.line]
        yield audit.finding("R213", plan, variant="form", evidence=rows[-1:], part=str(part), whole=str(whole))


def rule_r214(audit: DocumentAudit) -> Findings:
    """Find indicators of payment or execution that contradict the form's own money block."""
    for plan in audit.evaluations:
        line = plan.fund()
        budget = (line.adjusted or line.initial) if line else None
        if line is None or not budget or line.executed is None:
            continue
        rate = percent_of(line.executed, budget)
        for row in plan.indicators:
            actual = row.indicator.actual
            if actual is None or not is_share(row.target) or not says("execution", row.name):
                continue
            if abs(actual - rate) > audit.threshold("R214", "points"):
                yield audit.finding("R214", row, evidence=[line], executed=line.executed, budget=budget, made=rate)


def shares_of_money(rows: Sequence[AuditedIndicator]) -> list[AuditedIndicator]:
    """Return the cost targets that are percentages of no stated sum."""
    shares = [row for row in rows if row.dimension == "cost" and is_share(row.target)]
    return [row for row in shares if says("money", row.name) and not says("share_of", row.name)]


def rule_r316(audit: DocumentAudit) -> Findings:
    """Find cost targets that are a percentage though the form states the project's funds."""
    for plan in audit.project_plans:
        funds = plan.money()
        if not funds:
            continue
        for row in shares_of_money(plan.annual):
            yield audit.finding("R316", row, evidence=[plan.fund()], funds=funds)
