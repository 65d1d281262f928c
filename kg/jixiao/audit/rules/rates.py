"""Recompute every printed rate from the amounts beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from jixiao.audit.context import DocumentAudit, Findings, of_phase
from jixiao.audit.figures import count_decimals, percent_of, round_half_up, write_money
from jixiao.audit.wording import says
from jixiao.model import ProseFact, Severity
from jixiao.prose.terminology import terminology

_SCALES = {"亿": 8, "万": 4, "千": 3}
_POINT = Decimal(1)
"""Percentage points by which a rate of two figures on its own line is wrong beyond rounding."""
_WHOLE = Decimal(100)
_YEARLY = re.compile(r"(20\d\d)年?[^\d，,；;]{0,8}(\d+(?:\.\d+)?)(?!\d*[%％])")
_PARTS_OF_ALL = frozenset({"basic-expenditure", "project-expenditure"})
_NO_AMOUNTS = frozenset({"change-amount", "growth-rate", "share", "completion-rate"})


def rule_r206(audit: DocumentAudit) -> Findings:
    """Find growth rates, shares, completion and execution rates that do not recompute."""
    seen: set[tuple[object, ...]] = set()
    for fact in audit.records.facts:
        check = _CHECKS.get(fact.kind)
        if check is None:
            continue
        for finding in check(audit, fact):
            # The same rate of the same amounts is often told of income and of expenditure, and told again.
            key = (fact.kind, fact.text, finding.message.partition(fact.text)[2])
            if key not in seen:
                seen.add(key)
                yield finding
    yield from _execution_rates(audit)
    yield from _told_growths(audit)


def _told_growths(audit: DocumentAudit) -> Findings:
    """Recompute growth rates whose result names both amounts (12%（2021年20亿元，2022年22亿元）)."""
    for row in audit.evaluated:
        text, rate = row.indicator.actual_text or "", row.indicator.actual
        told = [(int(year), Decimal(number)) for year, number in _YEARLY.findall(text)]
        if rate is None or len(told) != 2 or not says("growth", row.name):
            continue
        (_, before), (_, now) = sorted(told)
        made = percent_of(now - before, before) if before else rate
        if abs(abs(made) - abs(rate)) > _POINT / 2:
            yield audit.finding("R206", row, variant="told", made=abs(made), before=before, now=now)


def _amounts(audit: DocumentAudit, rate: ProseFact, kind: str | None) -> list[ProseFact]:
    """Return the sums of money of a kind that stand beside a rate."""
    beside = [fact for fact in audit.records.facts if fact.group == rate.group]
    return [fact for fact in beside if fact.kind == kind and fact.unit == "元"]


def _own_amounts(audit: DocumentAudit, rate: ProseFact) -> list[ProseFact]:
    """Return the sums of money a rate is of."""
    return [fact for fact in _amounts(audit, rate, rate.subject) if fact.item == rate.item]


def _growth(audit: DocumentAudit, fact: ProseFact) -> Findings:
    """Recompute a growth rate from the amount and its change."""
    amounts = _amounts(audit, fact, fact.subject)
    changes = [each for each in _amounts(audit, fact, "change-amount") if each.subject == fact.subject]
    if not amounts:
        return
    if not changes:
        return
    if amounts[0].value == changes[0].value:
        return
    now, change = amounts[0], changes[0]
    made = percent_of(change.value, now.value - change.value)
    severity = _judge(audit, fact, made, _possible_growths(now, change))
    if made * fact.value < 0:
        severity = Severity.VIOLATION  # 减少 beside 增长
    if severity is None:
        return
    again = [each for each in audit.records.facts if each.kind == fact.kind and each.text == fact.text]
    sign = "－" if change.value > 0 else "＋"
    yield audit.finding(
        "R206",
        fact,
        variant="growth",
        severity=severity,
        evidence=[change, now, *again],
        item=_name(now),
        item_en=_english(now),
        change=abs(change.value),
        base=f"（{write_money(now.value)}{sign}{write_money(abs(change.value))}）",
        made=made if made * fact.value < 0 else abs(made),
    )


def _possible_growths(now: ProseFact, change: ProseFact) -> list[Decimal]:
    """Return the growth rates at the ends of what the two amounts may have been before rounding."""
    made: list[Decimal] = []
    for error in (-_half(now), _half(now)):
        for error_of_change in (-_half(change), _half(change)):
            changed = change.value + error_of_change
            base = now.value + error - changed
            if base:
                made.append(percent_of(changed, base))
    return made


def _name(fact: ProseFact) -> str:
    """Return what a figure is of: its item, else its kind."""
    if fact.item:
        return fact.item.rpartition("/")[2]
    return fact.label


def _english(fact: ProseFact) -> str:
    """Return what a figure is of in English, where the lexicon knows it."""
    known = terminology().kinds.get(fact.kind)
    if fact.item or known is None:
        return _name(fact)
    return known.en


def _share(audit: DocumentAudit, fact: ProseFact) -> Findings:
    """Recompute a share from the part and the figure it is a part of."""
    parts = _own_amounts(audit, fact)
    wholes = [each for each in audit.records.facts if each.group == fact.part_of and each.unit == "元"]
    wholes = [each for each in wholes if each.kind not in _NO_AMOUNTS] or _expenditure(audit, fact)
    if not parts:
        return
    if not wholes:
        return
    if wholes[0].value:
        yield from _ratio(audit, fact, "share", parts[0], wholes[0])


def _expenditure(audit: DocumentAudit, fact: ProseFact) -> list[ProseFact]:
    """Return the year's expenditure, whose shares are told in sentences of their own."""
    if fact.subject not in _PARTS_OF_ALL:
        return []
    return [each for each in audit.facts("expenditure-this-year") if audit.is_of_year(each)]


def _change(audit: DocumentAudit, fact: ProseFact) -> Findings:
    """Compare a change with the two figures it is between (比上年92万元增加7万元)."""
    beside = [each for each in _amounts(audit, fact, fact.subject) if each.item == fact.item]
    now = [each for each in beside if audit.is_of_year(each)]
    before = [each for each in beside if each.year and fact.year and each.year == fact.year - 1]
    if len(now) != 1 or len(before) != 1:
        return
    made = now[0].value - before[0].value
    if abs(made - fact.value) <= _half(now[0]) + _half(before[0]) + _half(fact):
        return
    yield audit.finding(
        "R206",
        fact,
        variant="change",
        evidence=[now[0], before[0]],
        item=_name(now[0]),
        item_en=_english(now[0]),
        one=now[0].value,
        other=before[0].value,
        way="增加" if made > 0 else "减少",
        way_en="rise" if made > 0 else "fall",
        made=abs(made),
    )


def _completion(audit: DocumentAudit, fact: ProseFact) -> Findings:
    """Recompute a completion rate from budget and final accounts."""
    amounts = _own_amounts(audit, fact)
    done = of_phase(amounts, "final") or of_phase([each for each in amounts if audit.is_of_year(each)], None)
    base = of_phase(amounts, fact.phase)
    if done is None:
        return
    if base is None:
        return
    if base.value:
        yield from _ratio(audit, fact, "completion", done, base)
    elif done.value:
        name, english = _name(base), _english(base)
        yield audit.finding("R206", fact, variant="undefined", item=name, item_en=english)


def _ratio(audit: DocumentAudit, fact: ProseFact, variant: str, part: ProseFact, whole: ProseFact) -> Findings:
    """Compare a printed rate with part and whole."""
    made = percent_of(part.value, whole.value)
    if variant == "share" and made > _WHOLE:
        return  # a part above its whole: the whole was another figure
    possible = [percent_of(part.value - _half(part), whole.value + _half(whole)), made]
    if whole.value > _half(whole):
        possible[1] = percent_of(part.value + _half(part), whole.value - _half(whole))
    severity = _judge(audit, fact, made, possible)
    if severity is None:
        return
    yield audit.finding(
        "R206",
        fact,
        variant=variant,
        severity=severity,
        evidence=[part, whole],
        item=_name(part),
        item_en=_english(part),
        part=part.value,
        whole=whole.value,
        made=made,
    )


def _half(fact: ProseFact) -> Decimal:
    """Return half a unit of the last printed digit of an amount, in yuan."""
    power = next((power for word, power in _SCALES.items() if word in fact.text), 0)
    return Decimal(1).scaleb(power - _decimals(fact)) / 2


def _decimals(fact: ProseFact) -> int:
    """Return the number of decimals a figure of the text is printed with."""
    number = "".join(sign for sign in fact.text if sign.isdigit() or sign == ".")
    return count_decimals(Decimal(number.strip(".") or "0"))


def _judge(audit: DocumentAudit, fact: ProseFact, made: Decimal, possible: Sequence[Decimal]) -> Severity | None:
    """Return how wrong a printed rate is: not at all, in its last digit or within rounding of its amounts, or wrong."""
    decimals = _decimals(fact)
    printed, unit = abs(fact.value), Decimal(1).scaleb(-decimals)
    if round_half_up(abs(made), decimals) == round_half_up(printed, decimals):
        return None
    ends = sorted((abs(min(possible)), abs(max(possible))))
    rounding = ends[0] - unit / 2 <= printed <= ends[1] + unit / 2
    last_digits = abs(abs(made) - printed) <= unit * audit.threshold("R206", "last_digits")
    if rounding or last_digits:
        return Severity.INFO
    far = max(_POINT / 2, abs(made) / _WHOLE)
    return Severity.VIOLATION if abs(abs(made) - printed) > far else Severity.WARNING


_CHECKS: dict[str, Callable[[DocumentAudit, ProseFact], Findings]] = {
    "growth-rate": _growth,
    "share": _share,
    "completion-rate": _completion,
    "change-amount": _change,
}


def _execution_rates(audit: DocumentAudit) -> Findings:
    """Check the execution rates of money blocks against the whole-year and the initial budget."""
    for plan in audit.plans:
        for line in plan.plan.funds:
            bases = [base for base in (line.adjusted, line.initial) if base]
            if line.rate is None:
                continue
            if line.executed is None:
                continue
            if not bases:
                continue
            unit = Decimal(1).scaleb(-count_decimals(line.rate))
            made = [percent_of(line.executed, base) for base in bases]
            if any(abs(each - line.rate) <= unit for each in made):
                continue
            certain = all(abs(each - line.rate) > _POINT for each in made)
            yield audit.finding(
                "R206",
                line,
                variant="execution",
                severity=Severity.VIOLATION if certain else None,
                item=line.label,
                printed=line.rate,
                part=line.executed,
                whole=bases[0],
                made=made[0],
            )
