"""The first page and the first tables."""

from __future__ import annotations

from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

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
