"""Compare indicators of budget management with the accounts and the text of the same document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from jixiao.audit.context import DocumentAudit, Entry, PlanEntry, Text, words
from jixiao.audit.figures import money, percent, plain
from jixiao.model import DocumentKind, Finding, ProseFact, Severity, Source

_BUDGET = frozenset({None, "initial", "adjusted"})


def rule_r306(audit: DocumentAudit) -> Iterator[Finding]:
    """Find ratios whose denominator this document gives as none."""
    for plan in audit.plans:
        for entry in plan.entries:
            if entry.dimension != "management" or entry.indicator.actual is not None:
                continue
            for ratio in words()["ratio"]:
                if not re.search(ratio["indicator"], entry.name):
                    continue
                stated = _stated_none(audit, ratio)
                if stated:
                    yield audit.finding(
                        "R306",
                        entry.indicator,
                        evidence=[row.source for row in stated],
                        indicator=entry.name,
                        target=entry.target_text,
                        base=ratio["base"],
                        base_en=ratio["base_en"],
                        stated=_words_of(stated[0], ratio),
                    )


def _stated_none(audit: DocumentAudit, ratio: Mapping[str, Any]) -> Sequence[ProseFact | Text]:
    """Return the sentences that say there is nothing to divide by."""
    facts = [fact for fact in audit.facts(*ratio.get("facts", ())) if fact.phase in _BUDGET]
    if facts:
        return facts[:1] if all(fact.value == 0 for fact in facts) else ()
    pattern = ratio.get("text")
    paragraphs = [each for each in audit.texts if each.source.table is None]
    return [each for each in paragraphs if pattern and re.search(pattern, each.text)][:1]


def _words_of(said: ProseFact | Text, ratio: Mapping[str, Any]) -> str:
    if isinstance(said, ProseFact):
        return f"{said.label}为{said.text}"
    found = re.search(ratio["text"], said.text)
    return f"写明“{found.group() if found else said.text}”"


def rule_r208(audit: DocumentAudit) -> Iterator[Finding]:
    """Find actual values of budget indicators that the accounts in the same document contradict."""
    for plan in audit.plans:
        if not plan.is_evaluation:
            continue
        for entry in plan.entries:
            if entry.dimension != "management" or entry.indicator.actual is None:
                continue
            yield from _own_funds(audit, plan, entry)
            yield from _accounts(audit, entry)


def _own_funds(audit: DocumentAudit, plan: PlanEntry, entry: Entry) -> Iterator[Finding]:
    """Compare execution and adjustment rates with the money block of the same form."""
    fund, actual = plan.fund(), entry.indicator.actual
    if fund is None or actual is None or not fund.initial:
        return
    pairs: list[tuple[Decimal, Decimal, str, str]] = []
    if re.search(r"预算(?:执行|完成)率", entry.name) and fund.executed is not None:
        pairs = [(fund.executed, base, "执行数", "预算数") for base in (fund.adjusted, fund.initial) if base]
    elif "预算调整率" in entry.name and fund.adjusted is not None:
        pairs = [(fund.adjusted - fund.initial, fund.initial, "预算调整数", "年初预算数")]
    slack = audit.threshold("R208", "points")
    if pairs and all(abs(abs(part) / whole * 100 - abs(actual)) > slack for part, whole, _, _ in pairs):
        part, whole, part_name, whole_name = pairs[0]
        yield audit.finding(
            "R208", entry.indicator, evidence=[fund.source], indicator=entry.name, actual=entry.indicator.actual_text,
            numerator=f"{part_name}{money(part)}", denominator=f"{whole_name}{money(whole)}",
            made=percent(part / whole * 100),
        )  # fmt: skip


def _accounts(audit: DocumentAudit, entry: Entry) -> Iterator[Finding]:
    """Compare the control rate of the three public expenses, procurement and carry-over with the accounts."""
    actual = entry.indicator.actual or Decimal(0)
    for ratio in words()["ratio"]:
        if not re.search(ratio["indicator"], entry.name) or audit.records.kind != DocumentKind.FINAL_ACCOUNTS:
            continue
        facts = audit.facts(*ratio.get("facts", ()))
        done = next((fact for fact in facts if fact.phase in ("final", None)), None)
        base = next((fact for fact in facts if fact.phase in ("adjusted", "initial")), None)
        if done is None or done.unit != "元":
            continue
        if base and base.value and abs(done.value / base.value * 100 - actual) > audit.threshold("R208", "points"):
            yield audit.finding(
                "R208", entry.indicator, evidence=[done.source, base.source], indicator=entry.name,
                actual=entry.indicator.actual_text, numerator=f"{done.label}决算数{money(done.value)}",
                denominator=f"预算数{money(base.value)}", made=percent(done.value / base.value * 100),
            )  # fmt: skip
        elif base is None and done.value == 0 and actual:
            yield audit.finding(
                "R208", entry.indicator, variant="zero", evidence=[done.source], indicator=entry.name,
                actual=entry.indicator.actual_text, base=f"{done.label}支出",
            )  # fmt: skip
    if "结转结余率" in entry.name and actual:
        yield from _carry_over(audit, entry, actual)


def _carry_over(audit: DocumentAudit, entry: Entry, actual: Decimal) -> Iterator[Finding]:
    rows: list[tuple[Decimal, Source]] = [
        (amount.value, amount.source)
        for table in audit.records.money_tables
        if table.kind == "final-income-and-expenditure"
        for amount in table.amounts
        if amount.side == "expenditure" and re.search("年末结转", amount.item)
    ]
    if rows and all(value == 0 for value, _ in rows):
        yield audit.finding(
            "R208", entry.indicator, variant="carried", severity=Severity.WARNING, evidence=[row for _, row in rows],
            indicator=entry.name, actual=entry.indicator.actual_text, made=plain(Decimal(0)), point=plain(actual),
        )  # fmt: skip
