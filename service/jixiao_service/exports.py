"""Give the graph to other programs: ``/export/{format}`` with the filters of the tables."""

from __future__ import annotations

import asyncio
import os
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from jixiao.exporting import FORMATS, Selection, export
from jixiao_service.engine import Engine
from jixiao_service.engine import Query as Question
from jixiao_service.negotiation import choose_all
from jixiao_service.problems import Problem

router = APIRouter(tags=["export"])

AT_A_TIME = 2  # exports written at once; others wait
_ATTEMPTS = 3  # when the data changes while an export is being written
_SUFFIXES = {"gzip": ".gz", "zstd": ".zst"}
_turns = asyncio.Semaphore(AT_A_TIME)


class WholeAnswers:
    """Ask the running service as a store is asked; an answer that was cut is no answer."""

    def __init__(self, engine: Engine, loop: asyncio.AbstractEventLoop) -> None:
        self._engine = engine
        self._loop = loop

    def query(self, sparql: str, /) -> Any:
        """Answer a SELECT; failures and cut results are ``Problem``."""
        from pyoxigraph import QueryResultsFormat, parse_query_results

        asked = Question(sparql, choose_all(None, "json"))
        answer = asyncio.run_coroutine_threadsafe(self._engine.answer(asked), self._loop).result()
        if answer.truncated:
            reason = f"一次读取超过 {answer.rows} 行；请缩小范围，或用 jixiao export (more rows than one answer holds)"
            raise Problem("bad-request", reason=reason)
        return parse_query_results(answer.body(), QueryResultsFormat.JSON)


def selection(
    document: Annotated[str | None, Query(description="文件名或 IRI (file name or IRI)")] = None,
    department: Annotated[str | None, Query(description="部门名称、代码或 IRI (name, code or IRI)")] = None,
    year: Annotated[int | None, Query(description="预算年度 (fiscal year)")] = None,
    region: Annotated[str | None, Query(description="行政区划名称或代码，含下级 (division and those below)")] = None,
    level: Annotated[str | None, Query(description="一级或二级指标 (level 1 or 2)")] = None,
    concept: Annotated[str | None, Query(description="所测内容，含下位概念 (concept and narrower ones)")] = None,
    depth: Annotated[int | None, Query(ge=1, le=5, description="1 部门 2 项目 3 计划 4 指标 5 表内各项")] = None,
    targets: Annotated[bool | None, Query(description="目标值 (target values)")] = None,
    sources: Annotated[bool | None, Query(description="出处 (sources)")] = None,
    findings: Annotated[bool | None, Query(description="审核发现 (findings)")] = None,
    figures: Annotated[bool | None, Query(description="收支表和文字中的数 (money tables and facts)")] = None,
) -> Selection:
    """Return what the parameters select."""
    return Selection(document, department, year, region, level, concept, depth, targets, sources, findings, figures)


@router.get("/export", operation_id="listExports")
async def formats() -> dict[str, list[dict[str, str]]]:
    """List the formats."""
    return {
        "formats": [
            {
                "name": each.name,
                "kind": each.kind,
                "title": each.title,
                "media_type": each.media_type,
                "href": f"/export/{each.name}",
            }
            for each in FORMATS.values()
        ]
    }


@router.head("/export/{format}", response_class=FileResponse, include_in_schema=False)
@router.get("/export/{format}", response_class=FileResponse, operation_id="export")
async def export_file(
    request: Request,
    format: str,  # noqa: A002
    selected: Annotated[Selection, Depends(selection)],
    analysis: Annotated[bool, Query(description="节点带上分析结果 (what the analyses say of nodes)")] = False,
    compress: Annotated[Literal["gzip", "zstd"] | None, Query()] = None,
) -> Response:
    """Write an export and send it; the file is complete before the first byte leaves."""
    if format not in FORMATS:
        raise Problem("not-found", reason=f"/export/{format}；格式 (formats): {' '.join(FORMATS)}")
    chosen = FORMATS[format]
    engine: Engine = request.app.state.engine
    version = await engine.version()
    if request.headers.get("if-none-match") == _tag(request, version):
        return Response(status_code=304, headers=_headers(request, version))
    path, version = await _write(request, version, chosen.name, selected, analysis, compress)
    name = f"jixiao-{chosen.name}.{chosen.suffix}{_SUFFIXES.get(compress or '', '')}"
    media = f"application/{compress}" if compress else chosen.media_type
    headers, done = _headers(request, version), BackgroundTask(path.unlink)
    return FileResponse(path, media_type=media, filename=name, headers=headers, background=done)


async def _write(
    request: Request, version: str, name: str, selected: Selection, analysis: bool, compress: str | None
) -> tuple[Path, str]:
    """Write the file; return it and the version of the data in it, which is one version throughout."""
    handle, path = tempfile.mkstemp(prefix="jixiao-export-")
    os.close(handle)
    file, engine = Path(path), request.app.state.engine
    store = WholeAnswers(engine, asyncio.get_running_loop())

    def work() -> None:
        marks = None
        if analysis:
            from jixiao.analysis import mark_nodes

            marks = mark_nodes(store, selected)
        base = request.app.state.settings.base_iri
        export(store, name, selected, file, compression=compress, base_iri=base, marks=marks)

    try:
        async with _turns:
            for _ in range(_ATTEMPTS):
                await asyncio.to_thread(work)
                before, version = version, await engine.version()
                if before == version:
                    return file, version
        raise Problem("bad-request", reason="数据正在更新，请稍后再试 (the data is changing; try again)")
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def _tag(request: Request, version: str) -> str:
    asked = f"{request.url.path}?{request.url.query}"
    return f'"{version}.{sha256(asked.encode()).hexdigest()[:12]}"'


def _headers(request: Request, version: str) -> dict[str, str]:
    return {"ETag": _tag(request, version), "X-Data-Version": version, "Cache-Control": "no-cache"}
