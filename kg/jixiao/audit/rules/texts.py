"""Check wording: copied explanations, template text, dates, notes of sister forms."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from rapidfuzz import fuzz

from jixiao.audit.context import DocumentAudit, Entry, PlanEntry, Text, words
from jixiao.model import Finding, Period, Severity
from jixiao.text.folding import fold_name

_SHOWN = 60
_MALFORMED = re.compile(r"20\d\d\s*[:：]\s*\d{1,2}\s*月|20\d\d\s*年\s*[:：]\s*\d{1,2}\s*月")
_DATE = re.compile(r"(20\d\d)\s*年\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*[日号])?")
_SISTERS = 3
_TYPO = 4


def rule_r501(audit: DocumentAudit) -> Iterator[Finding]:
    """Find explanations that are those of another indicator of the plan."""
    likeness = float(audit.threshold("R501", "likeness"))
    for plan in audit.plans:
        told = [
            entry for entry in plan.entries if entry.indicator.explanation and entry.indicator.period == Period.ANNUAL
        ]
        for entry in told:
            own, text = _core(entry), fold_name(entry.indicator.explanation or "")
            if own in text:
                continue
            owner = next((other for other in told if other is not entry and _is_owner(other, own, text)), None)
            if owner is None:
                continue
            copied = fuzz.ratio(text, fold_name(owner.indicator.explanation or "")) >= likeness
            if not copied and _speaks_of(own, text.replace(_core(owner), "")):
                continue
            yield audit.finding(
                "R501", entry.indicator, variant="" if copied else "foreign", evidence=[owner.indicator.source],
                indicator=entry.name, other=owner.name, text=(entry.indicator.explanation or "")[:_SHOWN],
            )  # fmt: skip


def _core(entry: Entry) -> str:
    """Return the words of a name that its explanation would repeat (绩效目标编制, 绩效自评)."""
    return re.sub(words()["similarity"]["suffix"], "", fold_name(entry.name))


def _speaks_of(name: str, text: str) -> bool:
    """Tell whether a text holds most word pairs of a name: it is about that too, whatever else it names."""
    pairs = {name[i : i + 2] for i in range(len(name) - 1)}
    return bool(pairs) and 2 * sum(pair in text for pair in pairs) >= len(pairs)


def _is_owner(other: Entry, own: str, text: str) -> bool:
    """Tell whether a text defines another indicator: it gives that one's formula and never names its own."""
    name, core = fold_name(other.name), _core(other)
    return (
        core != own
        and len(core) >= _TYPO
        and (f"{name}=" in text or (core in text and core in fold_name(other.indicator.explanation or "")))
    )


def rule_r502(audit: DocumentAudit) -> Iterator[Finding]:
    """Find placeholders, alternatives and instructions of a template left in the text."""
    if not (audit.records.forms or audit.records.money_tables):
        return
    patterns: dict[str, str] = words()["template"]
    groups: defaultdict[str, list[tuple[str, Text]]] = defaultdict(list)
    for each in audit.texts:
        for variant, pattern in patterns.items():
            found = re.search(pattern, unicodedata.normalize("NFKC", each.text))
            if found:
                groups[variant].append((found.group(), each))
    for found_text, each in groups.pop("placeholder", []):
        yield audit.finding(
            "R502", None, variant="placeholder", severity=Severity.VIOLATION, evidence=[each.source], found=found_text,
            text=_around(each.text, found_text),
        )  # fmt: skip
    for variant, places in sorted(groups.items()):
        yield audit.finding(
            "R502",
            None,
            variant=variant,
            evidence=[each.source for _, each in places],
            found=places[0][0],
            count=len(places),
        )


def _around(text: str, found: str) -> str:
    place = max(0, unicodedata.normalize("NFKC", text).find(found) - _SHOWN // 2)
    return re.sub(r"\s+", " ", text[place : place + _SHOWN])


def rule_r503(audit: DocumentAudit) -> Iterator[Finding]:
    """Find dates that are malformed, do not exist, contradict each other or lie outside the year."""
    # What R302 says of an indicator's own row is not said again.
    judged = {
        entry.indicator.source.line
        for entry in audit.entries
        if entry.indicator.target and "date-does-not-exist" in entry.indicator.target.warnings
    }
    for each in audit.texts:
        malformed = _MALFORMED.search(each.text)
        if malformed:
            yield audit.finding("R503", None, evidence=[each.source], found=malformed.group())
        impossible = next((found for found in _DATE.finditer(each.text) if not _exists(found)), None)
        if impossible and each.source.line not in judged:
            yield audit.finding("R503", None, variant="impossible", evidence=[each.source], found=impossible.group())
    for plan in audit.plans:
        yield from _contradicting(audit, plan)
        yield from _outside(audit, plan)


def _exists(found: re.Match[str]) -> bool:
    year, month, day = int(found[1]), int(found[2]), int(found[3] or 1)
    return 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def _contradicting(audit: DocumentAudit, plan: PlanEntry) -> Iterator[Finding]:
    term, start = plan.plan.attributes.get("term", ""), plan.plan.attributes.get("start", "")
    one, other = _DATE.search(term), _DATE.search(start)
    if one and other and one.groups()[:2] != other.groups()[:2]:
        rows = [each.source for each in audit.texts if each.source.line < plan.plan.source.line and start in each.text]
        yield audit.finding(
            "R503", plan.plan, variant="contradicting", evidence=rows[-1:], one=one.group(), other=other.group()
        )


def _outside(audit: DocumentAudit, plan: PlanEntry) -> Iterator[Finding]:
    year = plan.form.fiscal_year or audit.records.fiscal_year
    for entry in plan.of_period(Period.ANNUAL):
        due = entry.indicator.target.due if entry.indicator.target else None
        if year and due and re.match(r"\d{4}", due) and int(due[:4]) < year:
            yield audit.finding("R503", entry.indicator, variant="year", indicator=entry.name, due=due, year=year)


def rule_r504(audit: DocumentAudit) -> Iterator[Finding]:
    """Find notes of sister forms that differ from most by a few characters."""
    sisters: defaultdict[str, list[tuple[str, PlanEntry]]] = defaultdict(list)
    for plan in audit.plans:
        note = plan.plan.evaluation.scoring_note if plan.plan.evaluation else None
        if note:
            plain = re.sub(r"<[^>]+>|[\s\W]+", "", unicodedata.normalize("NFKC", note))
            sisters[plan.form.specification].append((plain, plan))
    for notes in sisters.values():
        if len(notes) < _SISTERS:
            continue
        common = Counter(text for text, _ in notes).most_common(1)[0][0]
        yield from _variants(audit, common, notes)


def _variants(audit: DocumentAudit, common: str, notes: Sequence[tuple[str, PlanEntry]]) -> Iterator[Finding]:
    changed: defaultdict[tuple[str, str], list[PlanEntry]] = defaultdict(list)
    for text, plan in notes:
        for tag, a, b, c, d in SequenceMatcher(None, common, text, autojunk=False).get_opcodes():
            if tag == "replace" and max(b - a, d - c) <= _TYPO:
                changed[text[max(0, c - 2) : d + 2], common[max(0, a - 2) : b + 2]].append(plan)
    for (one, other), plans in sorted(changed.items()):
        yield audit.finding(
            "R504", plans[0].plan, evidence=[plan.plan.evaluation.source for plan in plans if plan.plan.evaluation],
            count=len(plans), others=len(notes) - len(plans), one=one, other=other,
        )  # fmt: skip
