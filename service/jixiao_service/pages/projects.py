"""Projects: the list, and one with its indicator tree."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from starlette.responses import HTMLResponse

from jixiao.vocab import JX
from jixiao_service.answers import Row
from jixiao_service.pages.page import Opened, page_router
from jixiao_service.pages.paging import paged
from jixiao_service.pages.reader import node
from jixiao_service.pages.terms import text_term
from jixiao_service.problems import Problem

router = page_router()

_PLANS = 40  # forms of one project shown on one page


@router.get("/projects")
async def projects(page: Opened, q: str = "", p: int = 1) -> HTMLResponse:
    """List the projects, those with a text in their name when one is given."""
    rows = await page.reader.rows("projects", text=text_term(q))
    return page.render("projects.html", projects=paged(rows, p), q=q)


@router.get("/project/{key:path}")
async def project(page: Opened, key: str) -> HTMLResponse:
    """Show one project: money, goals, the indicator tree of each form, findings, where it is named."""
    reader, iri = page.reader, node(page.iri("project", key))
    about = await reader.row("project", project=iri)
    if about is None:
        raise Problem("not-found", reason=iri.value)
    plans = (await reader.rows("project-plans", project=iri))[:_PLANS]
    nodes = [node(plan["iri"] or "") for plan in plans]
    contents = await reader.rows("plan-contents", plans=nodes) if nodes else []
    indicators = await reader.rows("plan-indicators", plans=nodes) if nodes else []
    focus = [iri, *nodes, *(node(row["iri"] or "") for row in [*contents, *indicators])]
    findings = await reader.rows("findings-on", focus=focus)
    return page.render(
        "project.html",
        iri=iri.value,
        about=about,
        plans=[_plan(plan, contents, indicators, findings) for plan in plans],
        findings=findings,
        entries=await reader.rows("project-entries", project=iri),
        mentions=await reader.rows("project-mentions", project=iri),
        links=await reader.rows("node-links", node=iri),
    )


def _plan(plan: Row, contents: list[Row], indicators: list[Row], findings: list[Row]) -> dict[str, Any]:
    """Return one form: its money, goals and tree."""
    below = [row for row in contents if row["plan"] == plan["iri"]]
    rows = [row for row in indicators if row["plan"] == plan["iri"]]
    return {
        **plan,
        "funds": [row for row in below if row["type"] == JX.FundLine],
        "goals": [row for row in below if row["type"] == JX.Goal],
        "tasks": [row for row in below if row["type"] == JX.Task],
        "management": [row for row in below if row["type"] == JX.ManagementItem],
        "trees": [
            {"period": period, "levels": tree(list(group), findings)}
            for period, group in groupby(sorted(rows, key=_period), key=lambda row: row["period"])
        ],
    }


def _period(row: Row) -> str:
    return row["period"] or ""


def tree(rows: list[Row], findings: list[Row]) -> list[dict[str, Any]]:
    """Return indicators as level 1 → level 2 → rows, in the order they are printed, each with its findings."""
    found: dict[str | None, list[Row]] = {}
    for finding in findings:
        found.setdefault(finding["focus"], []).append(finding)
    levels: list[dict[str, Any]] = []
    for name, group in groupby(rows, key=lambda row: row["level1Text"]):
        first = list(group)
        seconds = [
            {
                "name": second,
                "code": below[0]["level2"],
                "rows": [{**row, "findings": found.get(row["iri"], [])} for row in below],
            }
            for second, below in ((key, list(part)) for key, part in groupby(first, key=lambda row: row["level2Text"]))
        ]
        levels.append({"name": name, "code": first[0]["level1"], "count": len(first), "levels": seconds})
    return levels
