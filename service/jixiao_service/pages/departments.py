"""Departments: the list, and the profile of one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from starlette.responses import Response

from jixiao.audit.registry import rules
from jixiao.vocab import CODES, JX
from jixiao_service.answers import Row
from jixiao_service.pages.flows import draw_flows
from jixiao_service.pages.grounds import ground_below
from jixiao_service.pages.page import Opened, PageContext, page_router
from jixiao_service.pages.reader import Value, by_column, count_of, node
from jixiao_service.pages.terms import year_term

router = page_router()

_SEVERITIES = ("violation", "warning", "info")
_STEPS = (("年初预算", "Budget"), ("全年预算", "Adjusted"), ("全年执行", "Executed"))
_PARTS = (  # what a complete plan has, by what the query calls it
    ("goal", "总体目标", "Goals"),
    ("fund", "资金", "Money"),
    (f"{CODES}level-output", "产出指标", "Output indicators"),
    (f"{CODES}level-benefit", "效益指标", "Benefit indicators"),
    (f"{CODES}level-satisfaction", "满意度指标", "Satisfaction indicators"),
)


@router.get("/department/{key:path}")
async def department_page(page: Opened, key: str, year: str = "") -> Response:
    """Show one department: money, projects, indicators, completeness, findings."""
    iri = node(page.iri("department", key))
    about = await page.reader.one("department", iri)

    async def rows(name: str, **values: Value) -> list[Row]:
        return await page.reader.rows(f"department-{name}", department=iri, **values)

    findings = await rows("findings")
    projects = await rows("projects")
    money = _once(await rows("money"))
    return page.render(
        "department.html",
        iri=iri.value,
        about=about,
        documents=await rows("documents"),
        money=money,
        steps=_steps(money),
        flows=draw_flows(page, await rows("flows"), about["name"] or "", year),
        projects=_by_project(projects),
        years=sorted({row["year"] for row in projects if row["year"]}),
        mix=_mix(page, await rows("mix", year=year_term(year))),
        completeness=_completeness(await rows("completeness")),
        parts_of=_PARTS,
        catalogue=rules(),
        findings=sorted(findings, key=lambda row: _SEVERITIES.index(row["severity"] or "info")),
        goals=_goals(await rows("goals")),
        year=year,
        ground=await ground_below(page, "indicators", [("department", about["name"] or "")]),
    )


def _once(rows: list[Row]) -> list[Row]:
    """Return lines that say the same once: forms are often printed twice."""
    said: dict[tuple[str | None, ...], Row] = {}
    for row in rows:
        said.setdefault(tuple(value for name, value in row.items() if name not in ("iri", "label")), row)
    return list(said.values())


def _steps(money: list[Row]) -> dict[str | None, list[tuple[str, str, Decimal, int]]]:
    """Return by year what was budgeted, adjusted and executed, each with its share of the most; two are needed."""
    steps = {}
    for year, lines in by_column(money, "year").items():
        total = next((row for row in lines if row["fund"] == f"{CODES}fund-total"), lines[0])
        amounts = total["initial"] or total["amount"], total["adjusted"], total["executed"]
        printed = [(*told, Decimal(each)) for told, each in zip(_STEPS, amounts, strict=True) if each]
        most = max((each[2] for each in printed), default=Decimal(0))
        if len(printed) > 1 and most > 0:
            steps[year] = [(*each, max(0, round(100 * each[2] / most))) for each in printed]
    return steps


def _by_project(rows: list[Row]) -> list[dict[str, Any]]:
    """Return one row a project with its money by year, the largest first, and its share of the largest."""
    projects: list[dict[str, Any]] = []
    for of_one in by_column(rows, "iri").values():
        amounts = {row["year"]: row["amount"] for row in of_one if row["year"]}
        printed = [Decimal(amount) for year, amount in sorted(amounts.items()) if amount]
        projects.append({**of_one[0], "amounts": amounts, "latest": printed[-1] if printed else Decimal(0)})
    most = max((project["latest"] for project in projects), default=Decimal(0)) or Decimal(1)
    for project in projects:
        project["share"] = max(0, round(100 * project["latest"] / most))
    return sorted(projects, key=lambda project: (-project["latest"], project["name"] or "", project["iri"]))


def _mix(page: PageContext, rows: list[Row]) -> list[dict[str, Any]]:
    """Return the levels with counts and shares in percent."""
    total = sum(map(count_of, rows))
    mix = []
    for row in sorted(rows, key=lambda row: (row["level1"] or "~", row["level2"] or "~")):
        count = count_of(row)
        shares = {
            "share": round(100 * count / total),
            "quantified_share": round(100 * count_of(row, "quantified") / count),
        }
        mix.append({**row, **shares, "name": page.codes(row["level2"]) or page.tr("（未分二级）", "(no level 2)")})
    return mix


def _completeness(rows: list[Row]) -> list[dict[str, Any]]:
    """Return for each year how many plans there are, and how many have each part."""
    years = []
    for year, of_year in by_column(rows, "year").items():
        parts = {row["part"]: count_of(row, "plans") for row in of_year}
        if parts.get("plan"):
            years.append({"year": year, "plans": parts["plan"], "parts": parts})
    return years


def _goals(rows: list[Row]) -> list[dict[str, Any]]:
    """Return goals and tasks once each, with the projects that carry them out."""
    goals = []
    for of_one in by_column(rows, "iri").values():
        stated = {row["project"]: row["projectName"] for row in of_one if row["project"]}
        inferred = {row["likely"]: row["likelyName"] for row in of_one if row["likely"]}
        first = of_one[0]
        goals.append({**first, "stated": stated, "inferred": inferred, "task": first["type"] == JX.Task})
    return goals
