"""Compare indicators of budget management with the accounts and the text of the same document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jixiao.audit.context import AuditedIndicator, AuditedPlan, DocumentAudit, Findings, Sourced, of_phase
from jixiao.audit.figures import percent_of
from jixiao.audit.wording import words
from jixiao.model import DocumentKind, Finding, FundLine, ProseFact

_BUDGET = frozenset({None, "initial", "adjusted"})
_EXECUTION = re.compile(r"预算(?:执行|完成)率")


def _ratios(row: AuditedIndicator) -> Iterator[Mapping[str, Any]]:
    """Yield what is known of the ratio an indicator names: what it divides by, and where that is told."""
    for ratio in words()["ratio"]:
        if re.search(ratio["indicator"], row.name):
            yield ratio


def rule_r306(audit: DocumentAudit) -> Findings:
    """Find ratios whose denominator this document gives as none."""
    for row in audit.indicators:
        if row.dimension != "management":
            continue
        if row.indicator.actual is not None:
            continue
        for ratio in _ratios(row):
            for told, stated in _stated_none(audit, ratio):
                base, base_en = ratio["base"], ratio["base_en"]
                yield audit.finding("R306", row, evidence=[told], base=base, base_en=base_en, stated=stated)


def _stated_none(audit: DocumentAudit, ratio: Mapping[str, Any]) -> Iterator[tuple[Sourced, str]]:
    """Yield the one place that says there is nothing to divide by, and its words."""
    facts = [fact for fact in audit.facts(*ratio.get("facts", ())) if fact.phase in _BUDGET]
    if facts:
        if not any(fact.value for fact in facts):
            yield facts[0], f"{facts[0].label}为{facts[0].text}"
        return
    if "text" not in ratio:
        return
    for each in audit.texts:
        found = re.search(ratio["text"], each.text)
        if found and each.source.table is None:
            yield each, f"写明“{found.group()}”"
            return


@dataclass(frozen=True, slots=True)
class _Quotient:
    """Hold two named sums in yuan, one to be divided by the other."""

    part_name: str
    part: Decimal
    whole_name: str
    whole: Decimal


def rule_r208(audit: DocumentAudit) -> Findings:
    """Find actual values of budget indicators that the accounts in the same document contradict."""
    for plan in audit.evaluations:
        for row in plan.indicators:
            actual = row.indicator.actual
            if row.dimension != "management":
                continue
            if actual is None:
                continue
            yield from _own_funds(audit, plan, row, actual)
            if audit.records.kind == DocumentKind.FINAL_ACCOUNTS:
                for ratio in _ratios(row):
                    yield from _accounts(audit, row, actual, audit.facts(*ratio.get("facts", ())))
            if "结转结余率" in row.name and actual:
                yield from _carry_over(audit, row)


def _own_funds(audit: DocumentAudit, plan: AuditedPlan, row: AuditedIndicator, actual: Decimal) -> Findings:
    """Compare execution and adjustment rates with the money block of the same form."""
    fund = plan.fund()
    quotients = _of_funds(row.name, fund) if fund else []
    slack = audit.threshold("R208", "points")
    made = [percent_of(abs(each.part), each.whole) for each in quotients]
    if made and all(abs(each - abs(actual)) > slack for each in made):
        yield _contradiction(audit, row, quotients[0], [fund])


def _of_funds(name: str, fund: FundLine) -> list[_Quotient]:
    """Return the readings of a rate of budget management that the money block allows."""
    if not fund.initial:
        return []
    if fund.executed is not None and _EXECUTION.search(name):
        return [_Quotient("执行数", fund.executed, "预算数", base) for base in (fund.adjusted, fund.initial) if base]
    if fund.adjusted is not None and "预算调整率" in name:
        return [_Quotient("预算调整数", fund.adjusted - fund.initial, "年初预算数", fund.initial)]
    return []


def _accounts(audit: DocumentAudit, row: AuditedIndicator, actual: Decimal, facts: Sequence[ProseFact]) -> Findings:
    """Compare the control rate of the three public expenses, and procurement, with the accounts."""
    done, base = of_phase(facts, "final", None), of_phase(facts, "adjusted", "initial")
    if done is None:
        return
    if done.unit != "元":
        return
    if base is None:
        if actual and not done.value:
            yield audit.finding("R208", row, variant="zero", evidence=[done], base=f"{done.label}支出")
        return
    slack = audit.threshold("R208", "points")
    if base.value and abs(percent_of(done.value, base.value) - actual) > slack:
        quotient = _Quotient(f"{done.label}决算数", done.value, "预算数", base.value)
        yield _contradiction(audit, row, quotient, [done, base])


def _contradiction(
    audit: DocumentAudit, row: AuditedIndicator, quotient: _Quotient, evidence: Sequence[Sourced | None]
) -> Finding:
    """Return the finding on an actual value that a quotient contradicts."""
    return audit.finding(
        "R208",
        row,
        evidence=evidence,
        part_name=quotient.part_name,
        part=quotient.part,
        whole_name=quotient.whole_name,
        whole=quotient.whole,
        made=percent_of(quotient.part, quotient.whole),
    )


def _carry_over(audit: DocumentAudit, row: AuditedIndicator) -> Findings:
    """Find a rate of money carried over where the accounts carry nothing over."""
    carried = [
        amount
        for table in audit.records.money_tables
        if table.kind == "final-income-and-expenditure"
        for amount in table.amounts
        if amount.side == "expenditure" and "年末结转" in amount.item
    ]
    if carried and not any(amount.value for amount in carried):
        yield audit.finding("R208", row, variant="carried", evidence=carried, made=Decimal(0))
