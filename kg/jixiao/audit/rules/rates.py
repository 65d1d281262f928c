"""Recompute every printed rate from the amounts beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from jixiao.audit.context import DocumentAudit
from jixiao.audit.figures import digits, money, percent, plain, rounded
from jixiao.model import Finding, ProseFact, Severity, Source
from jixiao.prose.lexicon import lexicon


def rule_r206(audit: DocumentAudit) -> Iterator[Finding]:
    """Find growth rates, shares, completion and execution rates that do not recompute."""
    seen: set[tuple[object, ...]] = set()
    for fact in audit.records.facts:
        check = _CHECKS.get(fact.kind)
        for finding in check(audit, fact) if check else ():
            # The same rate of the same amounts is often told of income and of expenditure, and told again.
            key = (fact.kind, fact.text, finding.message.partition(fact.text)[2])
            if key not in seen:
                seen.add(key)
                yield finding
    yield from _execution_rates(audit)


def _amounts(audit: DocumentAudit, kind: str | None, group: str | None) -> list[ProseFact]:
    return [fact for fact in audit.records.facts if fact.kind == kind and fact.group == group and fact.unit == "元"]


def _growth(audit: DocumentAudit, fact: ProseFact) -> Iterator[Finding]:
    now = _amounts(audit, fact.subject, fact.group)
    changes = [each for each in _amounts(audit, "change-amount", fact.group) if each.subject == fact.subject]
    if not now or not changes or now[0].value == changes[0].value:
        return
    value, change = now[0].value, changes[0].value
    base = value - change
    made = [
        (change + c) / (value + n - change - c) * 100
        for n in (-_half(now[0]), _half(now[0]))
        for c in (-_half(changes[0]), _half(changes[0]))
        if value + n != change + c
    ]
    severity = _judge(audit, fact, change / base * 100, min(made), max(made))
    if severity:
        yield audit.finding(
            "R206", fact, variant="growth", severity=severity,
            evidence=[changes[0].source, now[0].source, *_again(audit, fact)],
            item=_name(now[0]), item_en=_english(now[0]), printed=fact.text, change=money(abs(change)),
            base=f"（{money(value)}{'－' if change > 0 else '＋'}{money(abs(change))}）",
            made=percent(abs(change / base * 100)),
        )  # fmt: skip


def _again(audit: DocumentAudit, fact: ProseFact) -> list[Source]:
    """Return where the same rate is printed again."""
    return [each.source for each in audit.records.facts if each.kind == fact.kind and each.text == fact.text]


def _name(fact: ProseFact) -> str:
    return fact.item.rpartition("/")[2] if fact.item else fact.label


def _english(fact: ProseFact) -> str:
    known = lexicon().kinds.get(fact.kind)
    return _name(fact) if fact.item or known is None else known.en


def _share(audit: DocumentAudit, fact: ProseFact) -> Iterator[Finding]:
    parts = [each for each in _amounts(audit, fact.subject, fact.group) if each.item == fact.item]
    wholes = [
        each for each in audit.records.facts if each.group == fact.part_of and each.unit == "元" and _is_amount(each)
    ]
    if parts and wholes and wholes[0].value:
        yield from _ratio(audit, fact, "share", parts[0], wholes[0])


def _is_amount(fact: ProseFact) -> bool:
    return fact.kind not in ("change-amount", "growth-rate", "share", "completion-rate")


def _completion(audit: DocumentAudit, fact: ProseFact) -> Iterator[Finding]:
    amounts = [each for each in _amounts(audit, fact.subject, fact.group) if each.item == fact.item]
    done = next((each for each in amounts if each.phase == "final"), None)
    base = next((each for each in amounts if each.phase == fact.phase), None)
    if done is None or base is None:
        return
    if base.value:
        yield from _ratio(audit, fact, "completion", done, base)
    elif done.value:
        yield audit.finding(
            "R206",
            fact,
            variant="undefined",
            severity=Severity.INFO,
            item=_name(base),
            item_en=_english(base),
            printed=fact.text,
        )


def _ratio(audit: DocumentAudit, fact: ProseFact, variant: str, part: ProseFact, whole: ProseFact) -> Iterator[Finding]:
    made = part.value / whole.value * 100
    low = (part.value - _half(part)) / (whole.value + _half(whole)) * 100
    high = (part.value + _half(part)) / (whole.value - _half(whole)) * 100 if whole.value > _half(whole) else made
    severity = _judge(audit, fact, made, low, high)
    if severity:
        yield audit.finding(
            "R206", fact, variant=variant, severity=severity, evidence=[part.source, whole.source],
            item=_name(part), item_en=_english(part), printed=fact.text, part=money(part.value),
            whole=money(whole.value), made=percent(made),
        )  # fmt: skip


def _half(fact: ProseFact) -> Decimal:
    """Return half a unit of the last printed digit of an amount, in yuan."""
    factor = next(
        (Decimal(10) ** power for word, power in (("亿", 8), ("万", 4), ("千", 3)) if word in fact.text), Decimal(1)
    )
    number = Decimal("".join(ch for ch in fact.text if ch.isdigit() or ch == ".").strip(".") or "0")
    return factor.scaleb(-digits(number)) / 2


def _judge(audit: DocumentAudit, fact: ProseFact, made: Decimal, low: Decimal, high: Decimal) -> Severity | None:
    """Return how wrong a printed rate is: not at all, in its last digit or within rounding of its amounts, or wrong."""
    number = Decimal("".join(ch for ch in fact.text if ch.isdigit() or ch == ".").strip(".") or "0")
    places = digits(number)
    printed, unit = abs(fact.value), Decimal(1).scaleb(-places)
    if rounded(abs(made), places) == rounded(printed, places):
        return None
    low, high = sorted((abs(low), abs(high)))
    if low - unit / 2 <= printed <= high + unit / 2:
        return Severity.INFO
    return (
        Severity.INFO if abs(abs(made) - printed) <= unit * audit.threshold("R206", "last_digits") else Severity.WARNING
    )


_CHECKS: dict[str, Callable[[DocumentAudit, ProseFact], Iterator[Finding]]] = {
    "growth-rate": _growth,
    "share": _share,
    "completion-rate": _completion,
}


def _execution_rates(audit: DocumentAudit) -> Iterator[Finding]:
    """Check the execution rates of money blocks against the whole-year and the initial budget."""
    for plan in audit.plans:
        for line in plan.plan.funds:
            bases = [base for base in (line.adjusted, line.initial) if base]
            if line.rate is None or line.executed is None or not bases:
                continue
            places = digits(line.rate)
            made: Sequence[Decimal] = [line.executed / base * 100 for base in bases]
            if any(abs(each - line.rate) <= Decimal(1).scaleb(-places) for each in made):
                continue
            yield audit.finding(
                "R206", line, variant="execution", item=line.label, printed=f"{plain(line.rate)}%",
                part=money(line.executed), whole=money(bases[0]), made=percent(made[0]),
            )  # fmt: skip
