"""The heat map: departments by level-2 indicators, how many have them and how measurable they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from jixiao.vocab import JX
from jixiao_service.answers import Row
from jixiao_service.pages.grounds import ground_below
from jixiao_service.pages.page import Opened, PageContext, page_router
from jixiao_service.pages.paging import known_or_first, paged
from jixiao_service.pages.reader import Value, count_of, node
from jixiao_service.pages.terms import year_term
from jixiao_service.rest.lists import list_page

if TYPE_CHECKING:
    from pyoxigraph import NamedNode

router = page_router()

KINDS = {"project": JX.ProjectPlan, "department": JX.DepartmentPlan}  # whose forms are counted: they differ
MEASURES = ("coverage", "quantified", "vague", "indicators")
_SIZE = 25
_STEPS = 9
_FEW = 5
_USUAL = {"output": 0, "cost": 1, "benefit": 2, "satisfaction": 3}


@dataclass(frozen=True, slots=True)
class HeatmapOptions:
    """Hold what the map shows: whose forms, which measure, a year, departments whose name holds a text."""

    of: str = "project"
    measure: str = "coverage"
    year: str = ""
    q: str = ""


@router.get("/heatmap")
async def heatmap(page: Opened, options: Annotated[HeatmapOptions, Depends()], p: int = 1) -> Response:
    """Show a measure for every department that has forms of the kind, and every level-2 indicator."""
    measure = known_or_first(options.measure, MEASURES)
    kind = known_or_first(options.of, tuple(KINDS))
    chosen: dict[str, Value] = {"type": node(KINDS[kind]), "year": year_term(options.year)}
    rows = await page.reader.rows("department-plans", **chosen)
    plans = {row["department"]: row for row in rows}
    shown = paged([row for row in await _named(page, options.q) if row["iri"] in plans], p, _SIZE)
    narrowed = _narrowing(options.year, kind)
    cells, printing = await _counted(page, [node(row["iri"] or "") for row in shown.items], chosen)
    return page.render(
        "heatmap.html",
        departments=shown,
        columns=sorted({row["level2"] or "" for row in cells}, key=_column_order),
        grid=_grid(cells, measure, printing),
        plans=plans,
        printing=printing,
        measure=measure,
        measures=MEASURES,
        years=[row["year"] for row in await page.reader.rows("years")],
        year=options.year,
        of=kind,
        address=partial(_address, narrowed),
        ground=await ground_below(page, "indicators", narrowed),
        q=options.q,
    )


async def _counted(
    page: PageContext, departments: list[NamedNode], chosen: Mapping[str, Value]
) -> tuple[list[Row], dict[str | None, int]]:
    """Return the cells of departments, and how many forms of each print a level 2."""
    if not departments:
        return [], {}
    cells = await page.reader.rows("heatmap", departments=departments, **chosen)
    counted = await page.reader.rows("department-printing", departments=departments, **chosen)
    return cells, {row["department"]: count_of(row, "printing") for row in counted}


async def _named(page: PageContext, text: str) -> list[dict[str, Any]]:
    """Return the departments whose name holds a text."""
    tables = await page.request.app.state.side.view()
    departments = await run_in_threadpool(list_page, tables, "departments", [("q", text)], everything=True)
    return departments.rows()


def _narrowing(year: str, kind: str) -> list[tuple[str, str]]:
    """Return the filters of the indicators that the map counts."""
    forms = [("form_has", kind)]
    return [*forms, ("fiscal_year", year)] if year.isdecimal() else forms


def _address(narrowed: list[tuple[str, str]], department: str, texts: str) -> str:
    """Return the address of the indicators that a cell counts, by the words that are printed as their level 2."""
    words = [("level2", text) for text in texts.split("\n")]
    return "/indicators?" + urlencode([("department", department), ("period", "annual"), *words, *narrowed])


def _column_order(level2: str) -> tuple[int, str]:
    """Return where a level-2 indicator stands: below its level 1, in the usual order of those."""
    level1 = level2.rpartition("level-")[2].partition("-")[0]
    return _USUAL.get(level1, len(_USUAL)), level2


def _grid(
    rows: list[Row], measure: str, printing: Mapping[str | None, int]
) -> dict[tuple[str | None, str | None], dict[str, Any]]:
    """Return the cells by department and level 2: the number, its words and its step of colour.

    Forms that print no level 2 at all cannot say whether they have an indicator of one: no share is of them.
    """
    most = max((count_of(row, "indicators") for row in rows), default=1)
    grid: dict[tuple[str | None, str | None], dict[str, Any]] = {}
    for row in rows:
        indicators = count_of(row, "indicators")
        if measure == "indicators":
            cell = {"text": str(indicators), "step": 1 + (_STEPS - 1) * indicators // most}
        elif measure == "coverage":
            cell = _share(count_of(row, "plans"), printing.get(row["department"], 0))
        else:
            cell = _share(count_of(row, measure), indicators)
        grid[row["department"], row["level2"]] = {**cell, **row}
    return grid


def _share(part: int, whole: int) -> dict[str, Any]:
    share = part / whole if whole else 0
    text = f"{round(100 * share)}%"
    if whole < _FEW:
        text = f"{part}/{whole}"  # a share of so few says more than is known
    return {"text": text, "step": round(_STEPS * share), "part": part, "whole": whole}
