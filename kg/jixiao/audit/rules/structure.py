"""Check that a form holds what it has to hold: satisfaction, quantities, the listed tables, filled-in fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from rapidfuzz import fuzz

from jixiao.audit.context import DocumentAudit, Entry, PlanEntry, Text, words
from jixiao.audit.figures import listed, money, plain, rounded
from jixiao.audit.units import in_yuan, is_count, is_money, value_of
from jixiao.model import Finding, Period, Severity
from jixiao.text.folding import fold_name

_OUTPUTS = frozenset({"output", "quantity", "quality", "timeliness"})
_DIGIT = re.compile(r"\d")
_ITEM = re.compile(
    r"^[-*•#\s]*(?:[一二三四五六七八九十]+|\d{1,2})\s*[、.．]\s*(?P<name>[^。；]{2,40}?表(?:（[^（）]*）)?)[\s.…·]*\d*\**$"
)
_YEAR = re.compile(r"20\d\d(?:年度|年)?")
_MARKS = re.compile(r"^[-*•#\s]+|^(?:[一二三四五六七八九十]+|\d{1,2})[、.．]|[（(]单位[）)]|[（(][^（）()]*[）)]$|\*")
_EXPLAINS = re.compile(r"说明[^表]*$")  # the heading of a chapter of text, not of a table
_LEAST_LISTED = 3
_SAME_TITLE = 93
_BOX = re.compile(r"<input[^>]*>|[□☐○◯☑☒■✓√●]")
_TICKED = re.compile(r"checked|[☑☒■✓√●]")
_BLANK_DATE = re.compile(r"(?:^|[^\d\s])\s*年\s+月\s+日")


def annual(plan: PlanEntry) -> tuple[Entry, ...]:
    """Return the indicators of the year, those of the whole term where the form has no others."""
    return plan.of_period(Period.ANNUAL) or plan.entries


def rule_r102(audit: DocumentAudit) -> Iterator[Finding]:
    """Find project forms whose satisfaction section measures nothing."""
    sectioned = {entry.form.specification for entry in audit.entries if entry.dimension == "satisfaction"}
    for plan in audit.plans:
        if plan.of_department or not plan.entries:
            continue
        note = plan.plan.evaluation.scoring_note if plan.plan.evaluation else None
        if plan.form.specification not in sectioned and "满意度" not in (note or ""):
            continue
        asked = [entry for entry in annual(plan) if _of_satisfaction(entry)]
        if any(value_of(entry.indicator.target) is not None or _DIGIT.search(entry.name) for entry in asked):
            continue
        names = listed(entry.name for entry in asked)
        yield audit.finding(
            "R102",
            plan.plan,
            evidence=[entry.indicator.source for entry in asked],
            project=plan.plan.project or "",
            found=f"（{names}没有数值）" if asked else "",
        )


def _of_satisfaction(entry: Entry) -> bool:
    return entry.dimension == "satisfaction" or words()["names"]["satisfaction"] in entry.name


def rule_r103(audit: DocumentAudit) -> Iterator[Finding]:
    """Find projects with money whose outputs state no quantity, or only a unit price."""
    for plan in audit.plans:
        fund = plan.fund()
        funds = (fund.amount or fund.adjusted or fund.initial) if fund else None
        outputs = [entry for entry in annual(plan) if entry.dimension in _OUTPUTS]
        if plan.of_department or not funds or not outputs or any(map(_quantifies, outputs)):
            continue
        yield audit.finding(
            "R103",
            plan.plan,
            evidence=[entry.indicator.source for entry in outputs],
            project=plan.plan.project or "",
            money=money(funds),
            count=len(outputs),
            price=_price(outputs, funds),
        )


def _quantifies(entry: Entry) -> bool:
    target = entry.indicator.target
    if entry.dimension == "quantity" and not is_money(target):
        return True
    return is_count(target) or bool(target and target.parts)


def _price(outputs: Iterable[Entry], funds: Decimal) -> str:
    for entry in outputs:
        price = in_yuan(entry.indicator.target)
        if price:
            return f"；只有单价{entry.target_text}，按资金折合约{plain(rounded(funds / price, 0))}个单位"
    return ""


def rule_r108(audit: DocumentAudit) -> Iterator[Finding]:
    """Find tables that the contents list and the document does not hold."""
    items: list[tuple[str, Text]] = []
    rest: list[Text] = []
    for each in audit.texts:
        found = (
            _ITEM.match(each.text.strip())
            if each.source.table is None and not any(t.source.table for t in rest)
            else None
        )
        if found:
            items.append((found["name"], each))
            rest.clear()
        else:
            rest.append(each)
    if len(items) < _LEAST_LISTED:
        return
    titles = {
        title
        for each in rest
        for line in each.text.splitlines()
        if not _EXPLAINS.search(line) and (title := _title(line.strip("\t "))) and len(title) < 40
    }
    missing = [(name, each) for name, each in items if not _is_there(_title(name), titles)]
    if missing:
        yield audit.finding(
            "R108",
            None,
            evidence=[each.source for _, each in missing],
            listed=len(items),
            count=len(missing),
            names=listed(name for name, _ in missing),
        )


def _title(text: str) -> str:
    """Return what tells one table's title from another's: without year, numbering and the words all titles share."""
    plain_title = fold_name(_YEAR.sub("", _MARKS.sub("", text.strip())))
    return re.sub(words()["titles"]["shared"], "", plain_title)


def _is_there(title: str, printed: Iterable[str]) -> bool:
    least = words()["titles"]["least"]
    for each in printed:
        if title == each:
            return True
        longer = title in each and len(each) - len(title) <= least
        if len(title) > least and (longer or fuzz.ratio(title, each) >= _SAME_TITLE):
            return True
    return False


def rule_r110(audit: DocumentAudit) -> Iterator[Finding]:
    """Find boxes without a tick, blank review dates, and judgements without their weight."""
    for plan in audit.plans:
        for value in plan.plan.attributes.values() if plan.entries else ():
            boxes = _BOX.findall(value)
            if len(boxes) > 1 and not _TICKED.search(value):
                options = listed(part.strip(" 、;；\t") for part in _BOX.split(value) if part.strip(" 、;；\t"))
                yield audit.finding(
                    "R110", plan.plan, variant="choice", severity=Severity.WARNING, count=len(boxes), options=options
                )
        bare = [item for item in plan.plan.management if item.score is not None and item.weight is None]
        if bare:
            yield audit.finding(
                "R110",
                plan.plan,
                variant="weight",
                evidence=[item.source for item in bare],
                count=len(bare),
                names=listed(item.name for item in bare),
            )
    if audit.records.forms:
        blank = [each.source for each in audit.texts if each.source.table and _BLANK_DATE.search(each.text)]
        if blank:
            yield audit.finding("R110", None, variant="date", evidence=blank)
