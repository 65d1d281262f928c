"""The heat map: departments by level-2 indicators, how many have them and how measurable they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends
from starlette.responses import HTMLResponse

from jixiao.vocab import JX
from jixiao_service.answers import Row
from jixiao_service.pages.page import Opened, page_router
from jixiao_service.pages.paging import paged
from jixiao_service.pages.reader import node
from jixiao_service.pages.terms import year_term

router = page_router()

KINDS = {"project": JX.ProjectPlan, "department": JX.DepartmentPlan}  # whose forms are counted: they differ
MEASURES = ("coverage", "quantified", "vague", "indicators")
_SIZE = 25
_STEPS = 9


@dataclass(frozen=True, slots=True)
class Filters:
    """Hold what the map shows: whose forms, which measure, a year, departments whose name holds a text."""

    of: str = "project"
    measure: str = "coverage"
    year: str = ""
    q: str = ""


@router.get("/heatmap")
async def heatmap(page: Opened, filters: Annotated[Filters, Depends()], p: int = 1) -> HTMLResponse:
    """Show a measure for every department that has forms of the kind, and every level-2 indicator."""
    reader, chosen = page.reader, filters.measure if filters.measure in MEASURES else MEASURES[0]
    kind = filters.of if filters.of in KINDS else "project"
    term, type_ = year_term(filters.year), node(KINDS[kind])
    plans = await reader.rows("department-plans", type=type_, year=term)
    of = {row["department"]: int(row["plans"] or 0) for row in plans}
    named = [row for row in await reader.rows("departments") if filters.q.strip() in (row["name"] or "")]
    shown = paged([row for row in named if row["iri"] in of], p, _SIZE)
    nodes = [node(row["iri"] or "") for row in shown.items]
    cells = await reader.rows("heatmap", departments=nodes, type=type_, year=term) if nodes else []
    most = max((int(row["indicators"] or 0) for row in cells), default=1)
    grid = {(row["department"], row["level2"]): _cell(row, chosen, of.get(row["department"], 0), most) for row in cells}
    usual = {"output": 0, "cost": 1, "benefit": 2, "satisfaction": 3}
    columns = sorted(
        {row["level2"] or "" for row in cells},
        key=lambda iri: (usual.get(iri.rpartition("level-")[2].partition("-")[0], 9), iri),
    )
    return page.render(
        "heatmap.html",
        departments=shown,
        columns=columns,
        grid=grid,
        plans=of,
        measure=chosen,
        measures=MEASURES,
        years=[row["year"] for row in await reader.rows("years")],
        year=filters.year,
        of=kind,
        q=filters.q,
    )


def _cell(row: Row, measure: str, plans: int, most: int) -> dict[str, Any]:
    """Return the number, its words and its step of colour."""
    indicators = int(row["indicators"] or 0)
    if measure == "indicators":
        return {"text": str(indicators), "step": 1 + (_STEPS - 1) * indicators // most, **row}
    part, whole = {
        "coverage": (int(row["plans"] or 0), plans),
        "quantified": (int(row["quantified"] or 0), indicators),
        "vague": (int(row["vague"] or 0), indicators),
    }[measure]
    share = part / whole if whole else 0
    return {"text": f"{round(100 * share)}%", "step": round(_STEPS * share), "part": part, "whole": whole, **row}
