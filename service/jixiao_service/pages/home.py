"""The home page: search, questions, what is here, findings worth seeing; and the page about method and limits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from starlette.responses import Response

from jixiao.audit.registry import rules
from jixiao.resources import table
from jixiao.tables.side import SideTables
from jixiao_service.pages.grounds import ground_below
from jixiao_service.pages.page import Opened, page_router
from jixiao_service.pages.tables import list_specs
from jixiao_service.rest.lists import count_rows, list_page

router = page_router()

FIGURES = (
    "documents",
    "departments",
    "projects",
    "indicators",
    "amounts",
    "findings",
    "issues",
    "review",
    "corrections",
)
_SHOWN = 8
_FILES = (".json", ".csv", ".xlsx")  # other forms of a list
_TRIED = ("q", "department", "year", "sort", "limit", "facet")  # parameters of the forms


def _counts(tables: SideTables, names: Iterable[str]) -> dict[str, int]:
    """Return the number of rows of tables."""
    return {name: sum(count_rows(tables, name, [], ()).values()) for name in names}


def _read(tables: SideTables) -> dict[str, Any]:
    """Return what the home page shows of the data."""
    by_year = count_rows(tables, "documents", [], ("fiscal_year",))
    wrong = [("severity", "violation"), ("limit", str(_SHOWN))]
    found_in = count_rows(tables, "findings", [], ("department", "severity"))
    names: dict[str, dict[str, int]] = {}
    for (department, severity), count in found_in.items():
        if department is not None:
            names.setdefault(department, {})[severity] = count
    worst = sorted(names, key=lambda name: (-names[name].get("violation", 0), -sum(names[name].values()), name))
    return {
        "counts": _counts(tables, FIGURES),
        "years": sorted((year, count) for (year,), count in by_year.items() if year is not None),
        "wrong": list_page(tables, "findings", wrong),
        "departments": [(name, names[name]) for name in worst[:_SHOWN]],
        "latest": list_page(tables, "documents", [("sort", "-published,-fiscal_year"), ("limit", str(_SHOWN))]).rows(),
        "updated": datetime.fromtimestamp(tables.path.stat().st_mtime).astimezone(),
    }


@router.get("/")
async def home_page(page: Opened) -> Response:
    """Show what is here and where to begin."""
    return page.render(
        "home.html",
        questions=table("jixiao_service/pages/questions.toml")["question"],
        catalogue=rules(),
        specs=list_specs(),
        ground=await ground_below(page, "indicators"),
        **await page.of_tables(_read),
    )


@router.get("/about")
async def about_page(page: Opened) -> Response:
    """Say how documents are read, what is not known, and where to report an error."""
    return page.render("about.html", rules=rules(), contact=page.request.app.state.settings.contact)


@router.get("/api")
@router.get("/api/docs")
async def api_page(page: Opened) -> Response:
    """Show what the API offers, with forms to try it."""
    told = page.request.app.openapi()
    return page.render("api.html", paths=told["paths"], tags=told["tags"], files=_FILES, tried=_TRIED)


@router.get("/tables")
async def tables_page(page: Opened) -> Response:
    """List the lists there are, with their number of rows."""
    return page.render("tables.html", specs=list_specs(), counts=await page.of_tables(_counts, list_specs()))
