"""Check what targets say: repeated words, wrong types, wrong dimensions, duplicates, several things in one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from rapidfuzz import fuzz

from jixiao.audit.context import OUTPUTS, AuditedIndicator, AuditedPlan, DocumentAudit, Findings
from jixiao.audit.figures import add_up
from jixiao.audit.units import is_count, is_money, is_share, is_time, value_of
from jixiao.audit.wording import says, stem, words
from jixiao.model import FormKind, Target, TargetKind
from jixiao.text.folding import fold_name

_ACTING = OUTPUTS | {"benefit", "task"}
_PLACED = OUTPUTS | {"benefit", "cost"}
_CLAUSES = re.compile(r"[，,；;。]")
_SATISFACTION = re.compile(r"满意(?:度|率|程度)")
_STATED = re.compile(
    r"(?:不少于|不低于|达到|至少|超过|≥|>=)\s*\d[\d.]*\s*(?:[\u4e00-\u9fff]{1,2}|%)"
    r"|\d[\d.]*\s*(?:个|次|人|件|套|台|辆|万元)\W*$"  # a count amid a name only describes it
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LEVELS = {
    "quantity": "数量指标",
    "quality": "质量指标",
    "timeliness": "时效指标",
    "output": "产出指标",
    "benefit": "效益指标",
}
_NUMERIC = frozenset({TargetKind.QUANTITY, TargetKind.RANGE})
_CEILINGS = frozenset({"≤", "<"})
_CONTENTS = {"economic": "经济", "ecological": "生态", "social": "社会"}
_TAUTOLOGY = 6
_WHOLE = 100
_DAYS = 366
_ALIKE_NAMES = 62
_CLAUSE = 4
_STEM = 4


def rule_r305(audit: DocumentAudit) -> Findings:
    """Find qualitative targets that only repeat a word of their indicator's name."""
    for row in audit.indicators_once:
        if not row.is_qualitative:
            continue
        if row.dimension in ("management", "satisfaction"):
            continue
        value = fold_name(row.target_text)
        if 2 <= len(value) <= _TAUTOLOGY and value in fold_name(row.name):
            yield audit.finding("R305", row)


def rule_r307(audit: DocumentAudit) -> Findings:
    """Find targets whose value is not of the type the name asks for."""
    for row in audit.indicators_once:
        if row.target is None:
            continue
        if row.dimension in ("management", "task", "satisfaction"):
            continue
        variant, at_odds = next(_mismatches(row, row.target), (None, ""))
        if variant:
            yield audit.finding("R307", row, variant=variant, stated=at_odds, verb=at_odds, unit=row.target.unit)


def _mismatches(row: AuditedIndicator, target: Target) -> Iterator[tuple[str, str]]:
    """Yield how a value contradicts its name, the plainest first, with the words that are at odds with it."""
    name, value = row.name, row.target_text
    other = is_share(target) or is_time(target) or is_money(target)
    if other and says("count", name) and not says("changing", value):
        yield "count", value
    numeric = target.kind in _NUMERIC
    if numeric and (is_money(target) or is_count(target)):
        if says("rate", name) and "/" not in value:  # 9/10万 is a rate
            yield "rate", value
        if says("time", name):
            yield "time", value
    if is_time(target) and says("rate", name):
        yield "rate", value
    measure = _other_measure(name, target.unit)
    if measure and not says("changing", value):
        yield "measure", measure
    stated = _STATED.search(name) if len(_NUMBER.findall(name)) == 1 else None
    if stated and not says("rate", name) and _is_at_odds(stated.group(), target):
        yield "stated", stated.group()
    if numeric and is_share(target) and says("improves", name) and not says("measured", name):
        yield "qualitative", value
    if numeric and is_share(target) and says("of_nature", name) and not says("improves", name):
        yield "nature", value
    verb = says("raising", value)
    if row.is_qualitative and verb and not target.warnings and _only_does(name):
        yield "verb", verb.group()


def _other_measure(name: str, unit: str | None) -> str | None:
    """Return what a name says is measured, where the unit is one that measures something else."""
    measures = words()["measure"]
    said = next((each for each in measures if re.search(each["pattern"], name)), None)
    if said is None or unit in said["units"]:
        return None
    if unit in words()["units"]["share"] or any(unit in each["units"] for each in measures):
        return str(said["name"])
    return None


def _is_at_odds(stated: str, target: Target) -> bool:
    """Tell whether a value is a share where its name states a count, or another number in the same unit or none."""
    if stated.endswith("%"):
        return False
    if is_share(target):
        return True
    number = _NUMBER.search(stated)
    if number is None or target.kind != TargetKind.QUANTITY:
        return False
    same_unit = target.unit is None or stated.rstrip().endswith(target.unit)
    return same_unit and Decimal(number.group()) != value_of(target)


def _only_does(name: str) -> bool:
    """Tell whether a name says that something is done and holds nothing that could be raised."""
    if says("raised", name):
        return False
    return says("doing", name) is not None


def rule_r313(audit: DocumentAudit) -> Findings:
    """Find quantities and rates that print a number without a unit, where the name holds none either."""
    for row in audit.indicators_once:
        target = row.target
        if target is None or target.kind != TargetKind.QUANTITY or target.unit or value_of(target) is None:
            continue
        rate = says("rate", row.name) and (value_of(target) or 0) > 1
        counted = row.dimension == "quantity" and not says("unit_inside", row.name) and not _NUMBER.search(row.name)
        if rate or counted:
            yield audit.finding("R313", row, variant="none")


def rule_r304(audit: DocumentAudit) -> Findings:
    """Find targets with a comparator or a unit and no number (≥ %)."""
    for row in audit.indicators_once:
        if row.target and value_of(row.target) is None and says("no_number", row.target_text):
            yield audit.finding("R304", row, variant="blank")


def rule_r302(audit: DocumentAudit) -> Findings:
    """Find results that no share can have, and more days than the year has."""
    for row in audit.indicators_once:
        actual, value = row.indicator.actual, value_of(row.target)
        if actual is not None and is_share(row.target) and says("of_whole", row.name) and not 0 <= actual <= _WHOLE:
            yield audit.finding("R302", row, variant="actual")
        days = row.target is not None and row.target.unit == "天" and says("yearly", row.name)
        if days and value is not None and value > _DAYS:
            yield audit.finding("R302", row, variant="days")


def rule_r308(audit: DocumentAudit) -> Findings:
    """Find indicators that stand under another dimension than what they measure."""
    for row in audit.indicators_once:
        variant = _misplaced(row)
        if variant:
            level1, level2, _ = row.indicator.names
            level = level2 or level1 or _LEVELS.get(row.dimension or "", "")
            yield audit.finding("R308", row, variant=variant, level=level)


def _misplaced(row: AuditedIndicator) -> str | None:
    """Return the dimension an indicator belongs to, None where it stands there."""
    if row.dimension in _PLACED and _SATISFACTION.search(row.name):
        return "satisfaction"
    if row.dimension in OUTPUTS and is_money(row.target) and not says("earning", row.name):
        return "cost"
    if row.dimension == "quality" and says("timely", f"{row.name} {row.target_text}"):
        return "timeliness"
    if row.dimension in ("quantity", "timeliness") and says("quality", row.name):
        return "quality"
    if row.dimension in OUTPUTS and says("process", row.name):
        return "process"
    if row.dimension != "benefit":
        return None
    if is_count(row.target) and says("delivered", row.name):
        return "output"
    level = row.indicator.level2 or ""
    return next((kind for kind, own in _CONTENTS.items() if own not in level and _is_other(level, row, kind)), None)


def _is_other(level: str, row: AuditedIndicator, kind: str) -> bool:
    """Tell whether a benefit under the name of one content is plainly of another."""
    return any(other in level for other in _CONTENTS.values()) and says(kind, row.name) is not None


def rule_r309(audit: DocumentAudit) -> Findings:
    """Find subjects measured more than once in a plan, and funding lines that count the same output."""
    for plan in audit.plans:
        groups = _same_subjects(plan)
        if not groups:
            continue
        rows = [row for group in groups for row in group]
        levels = dict.fromkeys(row.indicator.level2 or row.indicator.level1 or "" for row in rows)
        yield audit.finding(
            "R309",
            plan,
            variant="subjects",
            evidence=rows,
            count=len(groups),
            levels="、".join(levels),
            names=[stem(group[0].name) for group in groups],
        )
    yield from _same_lines(audit)
    for plan in audit.plans:
        yield from _alike_names(audit, plan)


def _alike_names(audit: DocumentAudit, plan: AuditedPlan) -> Findings:
    """Find two counts of one period with one target with nearly the same names (参训教师数量, 参加培训教师人数)."""
    counted: defaultdict[tuple[str, object], list[AuditedIndicator]] = defaultdict(list)
    for row in plan.indicators:
        if row.dimension in _ACTING and is_count(row.target):
            counted[row.target_text, (row.indicator.period, row.indicator.region)].append(row)
    for rows in counted.values():
        for row, other in combinations(rows, 2):
            if _subject(row.name) == _subject(other.name):
                continue
            if fuzz.token_set_ratio(" ".join(_subject(row.name)), " ".join(_subject(other.name))) >= _ALIKE_NAMES:
                yield audit.finding("R309", other, variant="alike", evidence=[row], other=row.name)


def _same_subjects(plan: AuditedPlan) -> list[list[AuditedIndicator]]:
    """Return the rows of a plan that measure the same subject in the same period."""
    groups: defaultdict[tuple[object, str], list[AuditedIndicator]] = defaultdict(list)
    for row in plan.indicators:
        subject, period = _subject(row.name), row.indicator.period
        if row.dimension not in _ACTING:
            continue
        if len(subject) < _STEM:
            continue
        if says("numbered", row.name):
            continue
        groups[(period, row.indicator.region), _without_verb(subject)].append(row)
    return [group for group in groups.values() if len(group) > 1]


def _subject(name: str) -> str:
    """Return what an indicator is about: its name without what says that it is done or counted."""
    subject = fold_name(stem(name))
    counted = says("number_of", subject)
    return subject[: counted.start()] if counted else subject


def _without_verb(subject: str) -> str:
    """Return a stem without a verb of two characters (提升/提高网上政务服务能力), where enough of it is left."""
    verbs: list[str] = words()["similarity"]["verbs"]
    if subject[:2] in verbs and len(subject) >= 2 * _STEM:
        return subject[2:]
    return subject


def _same_lines(audit: DocumentAudit) -> Findings:
    """Find lines of a register that count the same output."""
    groups: defaultdict[tuple[object, ...], list[AuditedPlan]] = defaultdict(list)
    for plan in audit.plans:
        if plan.form.kind == FormKind.PROJECT_TARGET_SUMMARY and any(map(_is_own_output, plan.indicators)):
            rows = [row for row in plan.indicators if row.dimension != "cost"]
            key = tuple((row.dimension, fold_name(row.name), fold_name(row.target_text)) for row in rows)
            groups[key].append(plan)
    for plans in groups.values():
        if len(plans) < 2:
            continue
        output = next(filter(_is_own_output, plans[0].indicators))
        funds = [fund for fund in map(AuditedPlan.fund, plans) if fund]
        yield audit.finding(
            "R309",
            plans[0],
            variant="lines",
            evidence=plans,
            count=len(plans),
            output=output.name,
            money=add_up(fund.amount for fund in funds),
        )


def _is_own_output(row: AuditedIndicator) -> bool:
    """Tell whether a row counts an output that only its project can have."""
    if row.dimension not in OUTPUTS:
        return False
    if not is_count(row.target):
        return False
    return len(fold_name(row.name)) >= _TAUTOLOGY


def rule_r310(audit: DocumentAudit) -> Findings:
    """Find rows that hold several targets, or names that join several things under one target."""
    for row in audit.indicators_once:
        if row.target is None:
            continue
        if row.dimension == "management":
            continue
        parts = [part.text for part in row.target.parts]
        if len(parts) > 1:
            yield audit.finding("R310", row, count=len(parts), targets=parts)
            continue
        clauses = [clause for clause in _CLAUSES.split(row.name) if says("acts", clause)]
        if len(clauses) > 1 and min(map(len, clauses)) >= _CLAUSE:
            yield audit.finding("R310", row, variant="name", count=len(clauses))


def rule_r311(audit: DocumentAudit) -> Findings:
    """Find a department's satisfaction target that is looser than that of every project of it."""
    lowest: Decimal | None = None
    projects: list[AuditedIndicator] = []
    for row in (row for plan in audit.project_plans for row in plan.indicators):
        value = _satisfaction(row)
        if value is not None:
            projects.append(row)
            lowest = value if lowest is None else min(lowest, value)
    count = len({id(row.plan) for row in projects})
    for row in (row for plan in audit.department_plans for row in plan.indicators):
        value = _satisfaction(row)
        if value is None:
            continue
        if lowest is None:
            continue
        if value >= lowest:
            continue
        yield audit.finding("R311", row, evidence=projects, count=count, lowest=lowest)
    yield from _looser(audit)


def _looser(audit: DocumentAudit) -> Findings:
    """Find counts and ranks of a department that ask for less than one of its projects does of the same thing."""
    asked: defaultdict[tuple[str, str | None], list[tuple[Decimal, AuditedIndicator]]] = defaultdict(list)
    for row in (row for plan in audit.project_plans for row in plan.annual):
        bound = _bound(row)
        if bound is not None and row.target:
            asked[fold_name(row.name), row.target.unit].append((bound, row))
    for row in (row for plan in audit.department_plans for row in plan.annual):
        bound = _bound(row)
        if bound is None or row.target is None:
            continue
        more = [other for wanted, other in asked.get((fold_name(row.name), row.target.unit), ()) if wanted > bound]
        for other in more[:1]:
            project, text = other.plan.project or "", other.target_text
            yield audit.finding("R311", row, variant="looser", evidence=[other], project=project, other=text)


def _bound(row: AuditedIndicator) -> Decimal | None:
    """Return what a count asks for at least, or a rank at most (as a negative number), None for other targets."""
    target = row.target
    if target is None:
        return None
    if target.kind == TargetKind.RANK:
        return None if target.upper is None else -target.upper
    return target.lower if is_count(target) and target.comparator not in _CEILINGS else None


def _satisfaction(row: AuditedIndicator) -> Decimal | None:
    """Return the percentage a satisfaction target asks for at least."""
    if row.dimension != "satisfaction":
        return None
    if row.target is None:
        return None
    if not is_share(row.target):
        return None
    if row.target.comparator in _CEILINGS:
        return None
    return value_of(row.target)
