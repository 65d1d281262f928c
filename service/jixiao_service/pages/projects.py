"""Projects: the list, and one with its indicator tree."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from starlette.responses import Response

from jixiao.tables import in_printed_order
from jixiao.vocab import JX
from jixiao_service.answers import Row
from jixiao_service.pages.page import Opened, page_router
from jixiao_service.pages.reader import by_column, node

router = page_router()

_PLANS = 40  # forms of one project shown on one page
_CONTENTS = {"funds": JX.FundLine, "goals": JX.Goal, "tasks": JX.Task, "management": JX.ManagementItem}

Findings = Mapping[str | None, list[Row]]  # by what they are about


@router.get("/project/{key:path}")
async def project_page(page: Opened, key: str) -> Response:
    """Show one project: money, goals, the indicator tree of each form, findings, where it is named."""
    reader, iri = page.reader, node(page.iri("project", key))
    about = await reader.one("project", iri)
    plans = (await reader.rows("project-plans", project=iri))[:_PLANS]
    nodes = [node(plan["iri"] or "") for plan in plans]
    contents: list[Row] = []
    indicators: list[Row] = []
    if nodes:
        contents = await reader.rows("plan-contents", plans=nodes)
        indicators = await reader.rows("plan-indicators", plans=nodes)
    below = [node(row["iri"] or "") for row in [*contents, *indicators]]
    findings = await reader.rows("findings-on", focus=[iri, *nodes, *below])
    return page.render(
        "project.html",
        iri=iri.value,
        about=about,
        plans=_forms(plans, contents, indicators, by_column(findings, "focus")),
        findings=findings,
        entries=await reader.rows("project-entries", project=iri),
        mentions=await reader.rows("project-mentions", project=iri),
        links=await reader.rows("node-links", node=iri),
    )


def _forms(plans: list[Row], contents: list[Row], indicators: list[Row], findings: Findings) -> list[dict[str, Any]]:
    """Return the forms, each with its money, goals and trees."""
    within, measured = by_column(contents, "plan"), by_column(indicators, "plan")
    forms = []
    for plan in plans:
        by_type = by_column(within.get(plan["iri"], []), "type")
        periods = by_column(measured.get(plan["iri"], []), "period")
        form: dict[str, Any] = {**plan, "trees": []}
        for name, type_ in _CONTENTS.items():
            form[name] = by_type.get(type_, [])
        for period in sorted(periods, key=lambda period: period or ""):
            form["trees"].append({"period": period, "levels": indicator_tree(periods[period], findings)})
        forms.append(form)
    return forms


def _shown(row: Row, findings: Findings) -> dict[str, Any]:
    thresholds = in_printed_order((row["thresholds"] or "").splitlines())
    return {**row, "thresholds": thresholds, "findings": findings.get(row["iri"], [])}


def indicator_tree(rows: list[Row], findings: Findings) -> list[dict[str, Any]]:
    """Return indicators as level 1 → level 2 → rows, in the order they are printed, each with its findings."""
    levels: list[dict[str, Any]] = []
    for level1, group in groupby(rows, key=lambda row: row["level1Text"]):
        first = list(group)
        seconds = []
        for level2, part in groupby(first, key=lambda row: row["level2Text"]):
            below = [_shown(row, findings) for row in part]
            seconds.append({"name": level2, "code": below[0]["level2"], "rows": below})
        levels.append({"name": level1, "code": first[0]["level1"], "count": len(first), "levels": seconds})
    return levels
