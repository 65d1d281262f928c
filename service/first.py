"""The first page and the first tables."""

from __future__ import annotations

from html import escape

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from kg.tables import read_table
from service.bridge import with_store
from service.engine import select
from service.library import example_queries

router = APIRouter()

_COLUMNS = {
    "projectName": "项目",
    "departmentName": "部门",
    "year": "年度",
    "indicatorName": "指标",
    "targetText": "目标值",
    "fileName": "文件",
    "line": "行",
    "sourceText": "原文",
}
_STYLE = """body { font: 15px/1.6 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; margin: 2rem; color: #222 }
table { border-collapse: collapse } th, td { border: 1px solid #ccc; padding: .3rem .6rem; text-align: left }
th { background: #f3f3f3 } td:last-child { color: #666; font-size: 13px } pre { background: #f7f7f7; padding: 1rem }"""


@router.get("/", response_class=HTMLResponse, include_in_schema=False)
async def first_page(request: Request) -> HTMLResponse:
    """Show the projects whose satisfaction target is at least 95 percent."""
    example = example_queries()["satisfaction"]
    rows = await select(request.app.state.engine, example.filled())
    head = "".join(f"<th>{title}</th>" for title in _COLUMNS.values())
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(row[name] or '')}</td>" for name in _COLUMNS) + "</tr>" for row in rows
    )
    return HTMLResponse(
        f"<!doctype html><html lang=zh><meta charset=utf-8><title>绩效知识图谱</title><style>{_STYLE}</style>"
        f"<h1>所有项目中满意度目标 ≥95% 的有哪些</h1>"
        f"<p>{len({row['project'] for row in rows})} 个项目，{len(rows)} 个指标</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        f"<h2>SPARQL</h2><pre>{escape(example.with_prefixes())}</pre>"
    )


@router.get("/api/v1/indicators", tags=["tables"])
async def indicators(
    request: Request,
    department: str | None = None,
    project: str | None = None,
    fiscal_year: str | None = None,
    level1: str | None = None,
    level2: str | None = None,
    limit: int = Query(100, ge=1, le=10_000),
    offset: int = Query(0, ge=0),
) -> dict[str, object]:
    """List indicators with their targets, results and sources."""
    wanted = {
        "department": department,
        "project": project,
        "fiscal_year": fiscal_year,
        "level1": level1,
        "level2": level2,
    }
    return await _page(request, "indicators", wanted, limit, offset)


@router.get("/api/v1/projects", tags=["tables"])
async def projects(
    request: Request,
    department: str | None = None,
    name: str | None = None,
    code: str | None = None,
    limit: int = Query(100, ge=1, le=10_000),
    offset: int = Query(0, ge=0),
) -> dict[str, object]:
    """List projects with their department, code, year and money."""
    wanted = {"department": department, "name": name, "code": code}
    return await _page(request, "projects", wanted, limit, offset)


async def _page(
    request: Request, name: str, wanted: dict[str, str | None], limit: int, offset: int
) -> dict[str, object]:
    rows = await with_store(request.app.state.engine, lambda store: list(read_table(store, name)))
    filters = {key: value for key, value in wanted.items() if value is not None}
    rows = [row for row in rows if all(str(row[key]) == value for key, value in filters.items())]
    return {"total": len(rows), "items": rows[offset : offset + limit]}
