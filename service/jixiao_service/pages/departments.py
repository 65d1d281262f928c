"""Departments: the list, and the profile of one."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from starlette.responses import HTMLResponse

from jixiao.audit.registry import rules
from jixiao.vocab import CODES, JX
from jixiao_service.answers import Row
from jixiao_service.pages.page import Opened, Page, page_router
from jixiao_service.pages.paging import paged
from jixiao_service.pages.reader import node
from jixiao_service.pages.terms import year_term
from jixiao_service.problems import Problem

router = page_router()

_SEVERITIES = ("violation", "warning", "info")
_PARTS = (  # what a complete plan has, by what the query calls it
    ("goal", "总体目标", "Goals"),
    ("fund", "资金", "Money"),
    (f"{CODES}level-output", "产出指标", "Output indicators"),
    (f"{CODES}level-benefit", "效益指标", "Benefit indicators"),
    (f"{CODES}level-satisfaction", "满意度指标", "Satisfaction indicators"),
)


@router.get("/departments")
async def departments(page: Opened, q: str = "", p: int = 1) -> HTMLResponse:
    """List the departments."""
    rows = [row for row in await page.reader.rows("departments") if q in (row["name"] or "")]
    return page.render("departments.html", departments=paged(rows, p), q=q)


@router.get("/department/{key:path}")
async def department(page: Opened, key: str, year: str = "") -> HTMLResponse:
    """Show one department: money, projects, indicators, completeness, findings."""
    reader, iri = page.reader, node(page.iri("department", key))
    about = await reader.row("department", department=iri)
    if about is None:
        raise Problem("not-found", reason=iri.value)
    findings = await reader.rows("department-findings", department=iri)
    projects = await reader.rows("department-projects", department=iri)
    return page.render(
        "department.html",
        iri=iri.value,
        about=about,
        documents=await reader.rows("department-documents", department=iri),
        money=_once(await reader.rows("department-money", department=iri)),
        projects=_by_project(projects),
        years=sorted({row["year"] for row in projects if row["year"]}),
        mix=_mix(page, await reader.rows("department-mix", department=iri, year=year_term(year))),
        completeness=_completeness(await reader.rows("department-completeness", department=iri)),
        parts_of=_PARTS,
        catalogue=rules(),
        findings=sorted(findings, key=lambda row: _SEVERITIES.index(row["severity"] or "info")),
        goals=_goals(await reader.rows("department-goals", department=iri)),
        year=year,
    )


def _once(rows: list[Row]) -> list[Row]:
    """Return lines that say the same once: forms are often printed twice."""
    said: dict[tuple[str | None, ...], Row] = {}
    for row in rows:
        said.setdefault(tuple(value for name, value in row.items() if name not in ("iri", "label")), row)
    return list(said.values())


def _by_project(rows: list[Row]) -> list[dict[str, Any]]:
    """Return one row a project with its money by year."""
    projects: dict[str, dict[str, Any]] = {}
    for row in rows:
        project = projects.setdefault(row["iri"] or "", {**row, "amounts": {}})
        if row["year"]:
            project["amounts"][row["year"]] = row["amount"]
    return sorted(projects.values(), key=lambda project: (project["name"] or "", project["iri"]))


def _mix(page: Page, rows: list[Row]) -> list[dict[str, Any]]:
    """Return the levels with counts and shares in percent."""
    total = sum(int(row["count"] or 0) for row in rows)
    mix = []
    for row in rows:
        count = int(row["count"] or 0)
        mix.append(
            {
                **row,
                "share": round(100 * count / total),
                "quantified_share": round(100 * int(row["quantified"] or 0) / count),
                "name": page.codes(row["level2"]) or page.tr("（未分二级）", "(no level 2)"),
            }
        )
    return sorted(mix, key=lambda row: (row["level1"] or "~", row["level2"] or "~"))


def _completeness(rows: list[Row]) -> list[dict[str, Any]]:
    """Return for each year how many plans there are, and how many have each part."""
    years = []
    for year, group in groupby(rows, key=lambda row: row["year"]):
        parts = {row["part"]: int(row["plans"] or 0) for row in group}
        years.append({"year": year, "plans": parts.get("plan", 0), "parts": parts})
    return [each for each in years if each["plans"]]


def _goals(rows: list[Row]) -> list[dict[str, Any]]:
    """Return goals and tasks once each, with the projects that carry them out."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        each = found.setdefault(row["iri"] or "", {**row, "stated": {}, "inferred": {}, "task": row["type"] == JX.Task})
        if row["project"]:
            each["stated"][row["project"]] = row["projectName"]
        if row["likely"]:
            each["inferred"][row["likely"]] = row["likelyName"]
    return list(found.values())
