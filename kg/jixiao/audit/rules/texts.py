"""Check wording: copied explanations, template text, dates, notes of sister forms."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from rapidfuzz import fuzz

from jixiao.audit.context import AuditedIndicator, AuditedPlan, DocumentAudit, Findings, Text
from jixiao.audit.wording import stem, words
from jixiao.model import FormKind, Period, Severity
from jixiao.text.folding import fold_name, fold_width

_SHOWN = 60
_MALFORMED = re.compile(r"20\d\d\s*[:：]\s*\d{1,2}\s*月|20\d\d\s*年\s*[:：]\s*\d{1,2}\s*月")
_DATE = re.compile(r"(20\d\d)\s*年\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*[日号])?")
_YEAR = re.compile(r"\d{4}")
_MARKUP = re.compile(r"<[^>]+>|[\s\W]+")
_SISTERS = 3
_OF_THE_YEAR = (FormKind.PROJECT_MONITORING, FormKind.PROJECT_SELF_EVALUATION, FormKind.DEPARTMENT_SELF_EVALUATION)
"""Forms that report on one year: nothing in them is due after it."""
_ALL = 4
_REASON = 8
_TYPO = 4


def rule_r501(audit: DocumentAudit) -> Findings:
    """Find explanations that are those of another indicator of the plan."""
    likeness = float(audit.threshold("R501", "likeness"))
    for plan in audit.plans:
        told = [row for row in plan.of_period(Period.ANNUAL) if row.indicator.explanation]
        if len(told) >= _ALL and len({_explanation(row) for row in told}) == 1:
            text = (told[0].indicator.explanation or "")[:_SHOWN]
            yield audit.finding("R501", told[0], variant="all", evidence=told, count=len(told), text=text)
            continue
        for row in told:
            text, core = _explanation(row), _core(row)
            owner = next((other for other in told if _is_owner(other, row)), None)
            if owner is None:
                continue
            copied = fuzz.ratio(text, _explanation(owner)) >= likeness
            if not copied and _speaks_of(core, text.replace(_core(owner), "")):
                continue
            printed = (row.indicator.explanation or "")[:_SHOWN]
            variant = "" if copied else "foreign"
            yield audit.finding("R501", row, variant=variant, evidence=[owner], other=owner.name, text=printed)
    yield from _same_reasons(audit)


def _same_reasons(audit: DocumentAudit) -> Findings:
    """Find reasons that two indicators share word by word, and those that speak of another indicator than their own."""
    told = [row for row in audit.evaluated if len(fold_name(row.indicator.reason or "")) >= _REASON]
    first: dict[str, AuditedIndicator] = {}
    for row in told:
        owner = first.setdefault(fold_name(row.indicator.reason or ""), row)
        if owner.name == row.name:
            continue
        text = (row.indicator.reason or "")[:_SHOWN]
        foreign = _speaks_of(_core(owner), fold_name(text)) and not _speaks_of(_core(row), fold_name(text))
        variant, severity = "reason", Severity.WARNING if foreign else None
        yield audit.finding(
            "R501", row, variant=variant, severity=severity, evidence=[owner], other=owner.name, text=text
        )


def _explanation(row: AuditedIndicator) -> str:
    """Return the explanation of a row for comparison."""
    return fold_name(row.indicator.explanation or "")


def _core(row: AuditedIndicator) -> str:
    """Return the words of a name that its explanation would repeat (绩效目标编制, 绩效自评)."""
    return stem(fold_name(row.name))


def _speaks_of(name: str, text: str) -> bool:
    """Tell whether a text holds most word pairs of a name: it is about that too, whatever else it names."""
    pairs = {name[i : i + 2] for i in range(len(name) - 1)}
    if not pairs:
        return False
    held = sum(pair in text for pair in pairs)
    return 2 * held >= len(pairs)


def _is_owner(other: AuditedIndicator, row: AuditedIndicator) -> bool:
    """Tell whether a row's explanation defines another: it gives that one's formula and never names its own."""
    text, own, core = _explanation(row), _core(row), _core(other)
    if own in text:
        return False
    if core == own:
        return False
    if len(core) < _TYPO:
        return False
    if f"{fold_name(other.name)}=" in text:
        return True
    if core not in text:
        return False
    return core in _explanation(other)


def rule_r502(audit: DocumentAudit) -> Findings:
    """Find placeholders, alternatives and instructions of a template left in the text."""
    if not audit.records.forms and not audit.records.money_tables:
        return
    texts = [(fold_width(each.text), each) for each in audit.texts]
    for variant, pattern in words()["template"].items():
        found = _left_over(texts, pattern)
        if variant == "placeholder":
            yield from _placeholders(audit, found)
        elif found:
            (first, _), rows = found[0], [each for _, each in found]
            yield audit.finding("R502", None, variant=variant, evidence=rows, found=first, count=len(rows))


def _left_over(texts: Sequence[tuple[str, Text]], pattern: str) -> list[tuple[str, Text]]:
    """Return where a pattern of template text stands, and its words there, folded to half width."""
    found: list[tuple[str, Text]] = []
    for folded, each in texts:
        match = re.search(pattern, folded)
        if match:
            found.append((match.group(), each))
    return found


def _placeholders(audit: DocumentAudit, found: Sequence[tuple[str, Text]]) -> Findings:
    """Yield every placeholder with the text around it."""
    for words_left, each in found:
        place = fold_width(each.text).find(words_left)
        start = max(0, place - _SHOWN // 2)
        text = re.sub(r"\s+", " ", each.text[start : start + _SHOWN])
        yield audit.finding("R502", None, variant="placeholder", evidence=[each], found=words_left, text=text)


def rule_r503(audit: DocumentAudit) -> Findings:
    """Find dates that are malformed, do not exist, contradict each other or lie outside the year."""
    # What R302 says of an indicator's own row is not said again.
    targets = [(row.target, row.source.line) for row in audit.indicators]
    judged = {line for target, line in targets if target and "date-does-not-exist" in target.warnings}
    for each in audit.texts:
        malformed = _MALFORMED.search(each.text)
        if malformed:
            yield audit.finding("R503", None, evidence=[each], found=malformed.group())
        impossible = next((found for found in _DATE.finditer(each.text) if not _exists(found)), None)
        if impossible and each.source.line not in judged:
            found = impossible.group()
            yield audit.finding("R503", None, variant="impossible", evidence=[each], found=found)
    for plan in audit.plans:
        yield from _contradicting(audit, plan)
        yield from _reversed(audit, plan)
        yield from _outside(audit, plan)
        years = [int(found[1]) for found in _DATE.finditer(plan.span)]
        year = plan.form.fiscal_year
        if year and len(years) > 1 and not min(years) <= year <= max(years):
            yield audit.finding("R503", plan, variant="term", found=plan.span, year=year)


def _exists(found: re.Match[str]) -> bool:
    """Tell whether a printed date is one."""
    year, month, day = (int(part or 1) for part in found.groups())
    if not 1 <= month <= 12:
        return False
    return 1 <= day <= monthrange(year, month)[1]


def _contradicting(audit: DocumentAudit, plan: AuditedPlan) -> Findings:
    """Find a project's time that does not begin at its start."""
    start = plan.plan.attributes.get("start", "")
    one, other = _DATE.search(plan.plan.attributes.get("term", "")), _DATE.search(start)
    if one is None:
        return
    if other is None:
        return
    if one.groups()[:2] == other.groups()[:2]:
        return
    rows = [each for each in audit.texts if each.source.line < plan.source.line and start in each.text]
    yield audit.finding("R503", plan, variant="contradicting", evidence=rows[-1:], one=one.group(), other=other.group())


def _reversed(audit: DocumentAudit, plan: AuditedPlan) -> Findings:
    """Find a project's time that ends before it begins."""
    text = plan.span
    dates = [tuple(int(part or 0) for part in found.groups()) for found in _DATE.finditer(text)]
    if len(dates) == 2 and dates[1] < dates[0][: len(dates[1])]:
        yield audit.finding("R503", plan, variant="reversed", found=text)


def _outside(audit: DocumentAudit, plan: AuditedPlan) -> Findings:
    """Find targets of the year that are due before it or after it."""
    for row in plan.of_period(Period.ANNUAL):
        year = row.indicator.year or plan.form.fiscal_year or audit.records.fiscal_year
        due = row.target.due if row.target else None
        stated = _YEAR.match(due or "")
        if year and stated and int(stated.group()) != year:
            variant = "year" if int(stated.group()) < year else "later"
            ends = [int(found[1]) for found in _DATE.finditer(plan.span)]
            after = int(stated.group()) > max(ends, default=year)
            certain = variant == "later" and after and (ends or plan.form.kind in _OF_THE_YEAR)
            severity = Severity.VIOLATION if certain else None
            yield audit.finding("R503", row, variant=variant, severity=severity, due=due, year=year)


def rule_r504(audit: DocumentAudit) -> Findings:
    """Find notes of sister forms that differ from most by a few characters."""
    sisters: defaultdict[str, list[tuple[str, AuditedPlan]]] = defaultdict(list)
    for plan in audit.plans:
        if plan.note:
            text = _MARKUP.sub("", fold_width(plan.note))
            sisters[plan.form.specification].append((text, plan))
    for notes in sisters.values():
        if len(notes) < _SISTERS:
            continue
        counts = Counter(text for text, _ in notes)
        yield from _variants(audit, counts.most_common(1)[0][0], notes)


def _variants(audit: DocumentAudit, common: str, notes: Sequence[tuple[str, AuditedPlan]]) -> Findings:
    """Yield what differs from the common note, one finding a difference."""
    changed: defaultdict[tuple[str, str], list[AuditedPlan]] = defaultdict(list)
    for text, plan in notes:
        for typo in _typos(common, text):
            changed[typo].append(plan)
    for (one, other), plans in changed.items():
        count, others = len(plans), len(notes) - len(plans)
        rows = [plan.evaluation for plan in plans]
        yield audit.finding("R504", plans[0], evidence=rows, count=count, others=others, one=one, other=other)


def _typos(common: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield where a few characters are others: in the text and in the common one, with two at either side."""
    matcher = SequenceMatcher(None, common, text, autojunk=False)
    for tag, start, end, own_start, own_end in matcher.get_opcodes():
        if tag != "replace":
            continue
        if max(end - start, own_end - own_start) <= _TYPO:
            yield _amid(text, own_start, own_end), _amid(common, start, end)


def _amid(text: str, start: int, end: int) -> str:
    """Return a piece of a text with two characters at either side."""
    return text[max(0, start - 2) : end + 2]
