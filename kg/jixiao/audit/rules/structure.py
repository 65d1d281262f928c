"""Check that a form holds what it has to hold: satisfaction, quantities, the listed tables, filled-in fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rapidfuzz import fuzz

from jixiao.audit.context import OUTPUTS, AuditedIndicator, AuditedPlan, DocumentAudit, Findings, Text
from jixiao.audit.figures import listed, round_half_up, write_number
from jixiao.audit.units import in_yuan, is_count, is_money, value_of
from jixiao.audit.wording import says, words
from jixiao.model import Source
from jixiao.text.folding import fold_name

_DIGIT = re.compile(r"\d")
_ITEM = re.compile(
    r"^[-*•#\s]*(?:[一二三四五六七八九十]+|\d{1,2})\s*[、.．]\s*(?P<name>[^。；]{2,40}?表(?:（[^（）]*）)?)[\s.…·]*\d*\**$"
)
_YEAR = re.compile(r"20\d\d(?:年度|年)?")
_MARKS = re.compile(r"^[-*•#\s]+|^(?:[一二三四五六七八九十]+|\d{1,2})[、.．]|[（(]单位[）)]|[（(][^（）()]*[）)]$|\*")
_EXPLAINS = re.compile(r"说明[^表]*$")  # the heading of a chapter of text, not of a table
_LEAST_LISTED = 3
_LEAST_ROWS = 3
_LONGEST_TITLE = 40
_SAME_TITLE = 93
_BOX = re.compile(r"<input[^>]*>|[□☐○◯☑☒■✓√●]")
_TICKED = re.compile(r"checked|[☑☒■✓√●]")
_BLANK_DATE = re.compile(r"(?:^|[^\d\s])\s*年\s+月\s+日")


def rule_r101(audit: DocumentAudit) -> Findings:
    """Find rows of a form with a level and a target and no name; that a name has no target is for the shape."""
    for issue in audit.records.issues:
        if issue.code != "row-not-placed" or issue.source is None:
            continue
        found = says("nameless", issue.source.text)
        if found:
            line, value = issue.source.line, found["value"]
            yield audit.finding("R101", None, variant="name", evidence=[issue], line=line, value=value)


def rule_r102(audit: DocumentAudit) -> Findings:
    """Find project forms whose satisfaction section measures nothing."""
    sectioned = {plan.form.specification for plan in audit.plans if _has_section(plan)}
    for plan in audit.project_plans:
        if not plan.indicators:
            continue
        if plan.form.specification not in sectioned and "满意度" not in plan.note:
            continue
        asked = [row for row in plan.annual if row.dimension == "satisfaction" or says("satisfaction", row.name)]
        if any(map(_is_measured, asked)):
            continue
        found = f"（{listed(asked)}没有数值）" if asked else ""
        yield audit.finding("R102", plan, evidence=asked, found=found)


def _has_section(plan: AuditedPlan) -> bool:
    """Tell whether a form has a section for satisfaction."""
    return any(row.dimension == "satisfaction" for row in plan.indicators)


def _is_measured(row: AuditedIndicator) -> bool:
    """Tell whether an indicator has a number, in its target or in its name."""
    return value_of(row.target) is not None or _DIGIT.search(row.name) is not None


def rule_r103(audit: DocumentAudit) -> Findings:
    """Find projects with money whose outputs state no quantity, or only a unit price."""
    for plan in audit.project_plans:
        money = plan.money()
        outputs = [row for row in plan.annual if row.dimension in OUTPUTS]
        if not money:
            continue
        if not outputs:
            continue
        if any(map(_quantifies, outputs)):
            continue
        yield audit.finding("R103", plan, about=outputs, money=money, price=_price(outputs, money))


def _quantifies(row: AuditedIndicator) -> bool:
    """Tell whether an output says how much work there is."""
    if row.dimension == "quantity" and not is_money(row.target):
        return True
    if is_count(row.target):
        return True
    if row.target is None:
        return False
    return bool(row.target.parts)


def _price(outputs: Iterable[AuditedIndicator], money: Decimal) -> str:
    """Return what the first price among the outputs says of the quantity."""
    for row in outputs:
        price = in_yuan(row.target)
        if price:
            units = write_number(round_half_up(money / price, 0))
            return f"；只有单价{row.target_text}，按资金折合约{units}个单位"
    return ""


@dataclass(frozen=True, slots=True)
class _ListedTable:
    """Hold a table that the contents list."""

    name: str
    source: Source


def rule_r108(audit: DocumentAudit) -> Findings:
    """Find tables that the contents list and the document does not hold."""
    items: list[_ListedTable] = []
    rest: list[Text] = []
    in_tables = False
    for each in audit.texts:
        found = None
        if each.source.table is None and not in_tables:
            found = _ITEM.match(each.text.strip())
        if found:
            items.append(_ListedTable(found["name"], each.source))
            rest.clear()
            continue
        rest.append(each)
        in_tables = in_tables or bool(each.source.table)
    if len(items) < _LEAST_LISTED:
        return
    titles = _titles(rest)
    missing = [item for item in items if not _is_there(_title(item.name), titles)]
    if missing:
        yield audit.finding("R108", None, about=missing, listed=len(items))


def _titles(texts: Sequence[Text]) -> set[str]:
    """Return what may be titles of tables, as ``_title`` gives them."""
    found: set[str] = set()
    for each in texts:
        for line in each.text.splitlines():
            title = _title(line.strip("\t "))
            if title and len(title) < _LONGEST_TITLE and not _EXPLAINS.search(line):
                found.add(title)
    return found


def _title(text: str) -> str:
    """Return what tells one table's title from another's: without year, numbering and the words all titles share."""
    plain = fold_name(_YEAR.sub("", _MARKS.sub("", text.strip())))
    return re.sub(words()["titles"]["shared"], "", plain)


def _is_there(title: str, printed: set[str]) -> bool:
    """Tell whether a title is printed: whole, inside a slightly longer one, or almost."""
    if title in printed:
        return True
    least = words()["titles"]["least"]
    if len(title) <= least:
        return False
    for each in printed:
        if title in each and len(each) - len(title) <= least:
            return True
        if fuzz.ratio(title, each) >= _SAME_TITLE:
            return True
    return False


def rule_r110(audit: DocumentAudit) -> Findings:
    """Find boxes without a tick, blank review dates, and judgements without their weight."""
    for plan in audit.plans:
        if plan.indicators:
            yield from _unticked(audit, plan)
        bare = [item for item in plan.plan.management if item.score is not None and item.weight is None]
        if bare:
            yield audit.finding("R110", plan, variant="weight", about=bare)
    if audit.records.forms:
        blank = [each for each in audit.texts if each.source.table and _BLANK_DATE.search(each.text)]
        if blank:
            yield audit.finding("R110", None, variant="date", evidence=blank)


def _unticked(audit: DocumentAudit, plan: AuditedPlan) -> Findings:
    """Find choices of a form's header that nobody made."""
    for value in plan.plan.attributes.values():
        boxes = len(_BOX.findall(value))
        if boxes < 2:
            continue
        if _TICKED.search(value):
            continue
        parts = [part.strip(" 、;；\t") for part in _BOX.split(value)]
        options = [part for part in parts if part]
        yield audit.finding("R110", plan, variant="choice", count=boxes, options=options)


def rule_r111(audit: DocumentAudit) -> Findings:
    """Find project forms without any indicator, and those without outputs or without benefits."""
    has_indicators = any(plan.indicators for plan in audit.project_plans)
    for plan in audit.project_plans:
        held = {row.dimension for row in plan.annual}
        if not plan.indicators:
            if has_indicators and plan.project and plan.money():
                yield audit.finding("R111", plan)
            continue
        if len(plan.annual) < _LEAST_ROWS or held & {None, "management", "task"}:
            continue
        for variant, dimensions in (("output", OUTPUTS), ("benefit", frozenset({"benefit"}))):
            if not held & dimensions and held & {"benefit", "satisfaction", *OUTPUTS}:
                yield audit.finding("R111", plan, variant=variant)
