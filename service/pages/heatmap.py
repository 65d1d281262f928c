"""The heat map: departments by level-2 indicators, how many have them and how measurable they are."""

from __future__ import annotations

from typing import Any

from starlette.responses import HTMLResponse

from service.engine import Row
from service.pages.page import Opened, page_router
from service.pages.paging import paged
from service.pages.reader import node
from service.pages.terms import year_term

router = page_router()

MEASURES = ("coverage", "quantified", "vague", "indicators")
_SIZE = 25
_STEPS = 9


@router.get("/heatmap")
async def heatmap(page: Opened, measure: str = "coverage", year: str = "", q: str = "", p: int = 1) -> HTMLResponse:
    """Show a measure for every department and level-2 indicator."""
    reader, chosen = page.reader, measure if measure in MEASURES else MEASURES[0]
    departments = [row for row in await reader.rows("departments") if row["documents"] and q in (row["name"] or "")]
    shown = paged(departments, p, _SIZE)
    nodes, term = [node(row["iri"] or "") for row in shown.items], year_term(year)
    cells = await reader.rows("heatmap", departments=nodes, year=term) if nodes else []
    plans = await reader.rows("department-plans", departments=nodes, year=term) if nodes else []
    of = {row["department"]: int(row["plans"] or 0) for row in plans}
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
        year=year,
        q=q,
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
