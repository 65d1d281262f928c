"""Check what targets say: repeated words, wrong types, wrong dimensions, duplicates, several things in one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from jixiao.audit.context import DocumentAudit, Entry, PlanEntry, words
from jixiao.audit.figures import listed, money, plain
from jixiao.audit.units import is_count, is_money, is_share, is_time, value_of
from jixiao.model import Finding, FormKind, Severity, Target, TargetKind
from jixiao.text.folding import fold_name

_OUTPUTS = frozenset({"output", "quantity", "quality", "timeliness"})
_ACTING = _OUTPUTS | {"benefit", "task"}
_ENDING = re.compile(words()["similarity"]["suffix"])
_CLAUSES = re.compile(r"[，,；;。]")
_STATED = re.compile(
    r"(?:不少于|不低于|达到|至少|超过|≥|>=)\s*\d[\d.]*\s*(?:[\u4e00-\u9fff]{1,2}|%)"
    r"|\d[\d.]*\s*(?:个|次|人|件|套|台|辆|万元)\W*$"  # a count amid a name only describes it
)
_LEVELS = {
    "quantity": "数量指标",
    "quality": "质量指标",
    "timeliness": "时效指标",
    "output": "产出指标",
    "benefit": "效益指标",
}
_TAUTOLOGY = 6
_CLAUSE = 4
_STEM = 4


def _level(entry: Entry) -> str:
    return entry.indicator.level2 or entry.indicator.level1 or _LEVELS.get(entry.dimension or "", "")


def rule_r305(audit: DocumentAudit) -> Iterator[Finding]:
    """Find qualitative targets that only repeat a word of their indicator's name."""
    for entry in audit.entries_once:
        target = entry.indicator.target
        if target is None or target.kind != TargetKind.QUALITATIVE or entry.dimension in ("management", "satisfaction"):
            continue
        value = fold_name(entry.target_text)
        if 2 <= len(value) <= _TAUTOLOGY and value in fold_name(entry.name):
            yield audit.finding("R305", entry.indicator, indicator=entry.name, target=entry.target_text)


def rule_r307(audit: DocumentAudit) -> Iterator[Finding]:
    """Find targets whose value is not of the type the name asks for."""
    for entry in audit.entries_once:
        target = entry.indicator.target
        if target is None or entry.dimension in ("management", "task", "satisfaction"):
            continue
        variant, more = _mismatch(entry, target)
        if variant:
            severity = Severity.INFO if variant == "verb" else None  # a matter of wording
            yield audit.finding(
                "R307", entry.indicator, variant=variant, severity=severity, indicator=entry.name,
                target=entry.target_text, **more,
            )  # fmt: skip


def _mismatch(entry: Entry, target: Target) -> tuple[str, dict[str, Any]]:
    names, name = words()["names"], entry.name
    qualitative = target.kind == TargetKind.QUALITATIVE and not target.warnings
    numeric = target.kind in (TargetKind.QUANTITY, TargetKind.RANGE)
    grows = re.search(words()["verbs"]["changing"], entry.target_text)
    if re.search(names["count"], name) and not grows and (is_share(target) or is_time(target)):
        return "count", {}
    per = "/" in entry.target_text  # 9/10万 is a rate
    if re.search(names["rate"], name) and numeric and not per and (is_money(target) or is_count(target)):
        return "rate", {}
    if re.search(names["time"], name) and numeric and (is_count(target) or is_money(target)):
        return "time", {}
    stated = _STATED.search(name)
    if stated and is_share(target) and not stated.group().endswith("%") and not re.search(names["rate"], name):
        return "stated", {"stated": stated.group()}
    if numeric and is_share(target) and re.search(names["improves"], name) and not re.search(names["measured"], name):
        return "qualitative", {}
    verb = re.search(words()["verbs"]["raising"], entry.target_text) if qualitative else None
    if verb and re.search(words()["verbs"]["doing"], name) and not re.search(words()["verbs"]["raised"], name):
        return "verb", {"verb": verb.group()}
    return "", {}


def rule_r308(audit: DocumentAudit) -> Iterator[Finding]:
    """Find indicators that stand under another dimension than what they measure."""
    for entry in audit.entries_once:
        variant = _misplaced(entry)
        if variant:
            yield audit.finding(
                "R308",
                entry.indicator,
                variant=variant,
                indicator=entry.name,
                target=entry.target_text,
                level=_level(entry),
            )


def _misplaced(entry: Entry) -> str | None:
    names, target = words()["names"], entry.indicator.target
    if entry.dimension in _OUTPUTS | {"benefit", "cost"} and re.search(r"满意(?:度|率|程度)", entry.name):
        return "satisfaction"
    if entry.dimension in _OUTPUTS and is_money(target) and not re.search(words()["verbs"]["earning"], entry.name):
        return "cost"
    if entry.dimension == "quality" and re.search(names["timely"], f"{entry.name} {entry.target_text}"):
        return "timeliness"
    if entry.dimension in ("quantity", "timeliness") and re.search(names["quality"], entry.name):
        return "quality"
    return None


def rule_r309(audit: DocumentAudit) -> Iterator[Finding]:
    """Find subjects measured more than once in a plan, and funding lines that count the same output."""
    for plan in audit.plans:
        groups = _same_subjects(plan)
        rows = [entry.indicator for group in groups for entry in group]
        if rows:
            yield audit.finding(
                "R309",
                plan.plan,
                variant="subjects",
                evidence=[row.source for row in rows],
                count=len(groups),
                levels="、".join(dict.fromkeys(row.level2 or row.level1 or "" for row in rows)),
                names=listed(_stem(group[0].name) for group in groups),
            )
    yield from _same_lines(audit)


def _stem(name: str) -> str:
    return _ENDING.sub("", name)


def _same_subjects(plan: PlanEntry) -> list[list[Entry]]:
    groups: defaultdict[tuple[object, str], list[Entry]] = defaultdict(list)
    for entry in plan.entries:
        stem = fold_name(_stem(entry.name))
        if (
            entry.dimension in _ACTING
            and len(stem) >= _STEM
            and not re.match(words()["similarity"]["numbered"], entry.name)
        ):
            key = next((key for key in groups if key[0] == entry.indicator.period and _alike(key[1], stem)), None)
            groups[key or (entry.indicator.period, stem)].append(entry)
    return [group for group in groups.values() if len(group) > 1]


def _alike(one: str, other: str) -> bool:
    """Tell whether two stems are one but for a verb of two characters (提升/提高网上政务服务能力)."""
    if one == other:
        return True
    verbs: list[str] = words()["verbs"]["same"]
    stripped = [stem[2:] if stem[:2] in verbs else stem for stem in (one, other)]
    return stripped[0] == stripped[1] and len(stripped[0]) >= 2 * _STEM - 2


def _same_lines(audit: DocumentAudit) -> Iterator[Finding]:
    groups: defaultdict[tuple[object, ...], list[PlanEntry]] = defaultdict(list)
    for plan in audit.plans:
        if plan.form.kind == FormKind.PROJECT_TARGET_SUMMARY:
            rows = [entry for entry in plan.entries if entry.dimension != "cost"]
            key = tuple((entry.dimension, fold_name(entry.name), fold_name(entry.target_text)) for entry in rows)
            if any(_is_own_output(entry) for entry in rows):
                groups[key].append(plan)
    for plans in groups.values():
        if len(plans) < 2:
            continue
        output = next(entry for entry in plans[0].entries if _is_own_output(entry))
        funds = [fund.amount for plan in plans if (fund := plan.fund()) and fund.amount is not None]
        yield audit.finding(
            "R309",
            plans[0].plan,
            variant="lines",
            evidence=[plan.plan.source for plan in plans[1:]],
            count=len(plans),
            output=output.name,
            money=money(sum(funds, Decimal(0))),
        )


def _is_own_output(entry: Entry) -> bool:
    return entry.dimension in _OUTPUTS and is_count(entry.indicator.target) and len(fold_name(entry.name)) >= _TAUTOLOGY


def rule_r310(audit: DocumentAudit) -> Iterator[Finding]:
    """Find rows that hold several targets, or names that join several things under one target."""
    for entry in audit.entries_once:
        target = entry.indicator.target
        if target is None or entry.dimension == "management":
            continue
        if len(target.parts) > 1:
            yield audit.finding(
                "R310", entry.indicator, indicator=entry.name, count=len(target.parts),
                targets=listed(part.text for part in target.parts),
            )  # fmt: skip
            continue
        clauses = [clause for clause in _CLAUSES.split(entry.name) if re.match(words()["names"]["acts"], clause)]
        if len(clauses) > 1 and all(len(clause) >= _CLAUSE for clause in clauses):
            yield audit.finding(
                "R310",
                entry.indicator,
                variant="name",
                indicator=entry.name,
                count=len(clauses),
                target=entry.target_text,
            )


def rule_r311(audit: DocumentAudit) -> Iterator[Finding]:
    """Find a department's satisfaction target that is looser than that of every project of it."""
    projects = [
        (value, entry)
        for plan in audit.plans
        if not plan.of_department
        for entry in plan.entries
        if (value := _satisfaction(entry)) is not None
    ]
    if not projects:
        return
    lowest = min(value for value, _ in projects)
    for plan in audit.plans:
        for entry in plan.entries if plan.of_department else ():
            value = _satisfaction(entry)
            if value is not None and value < lowest:
                yield audit.finding(
                    "R311",
                    entry.indicator,
                    evidence=[each.indicator.source for _, each in projects],
                    indicator=entry.name,
                    target=entry.target_text,
                    count=len({id(each.plan) for _, each in projects}),
                    lowest=f"{plain(lowest)}%",
                )


def _satisfaction(entry: Entry) -> Decimal | None:
    target = entry.indicator.target
    if entry.dimension != "satisfaction" or target is None or not is_share(target) or target.comparator in ("≤", "<"):
        return None
    return value_of(target)
