"""Give the graph to other programs: ``/export/{format}`` with the filters of the tables."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal
from uuid import uuid4

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from jixiao.exporting import FORMATS, Selection, export
from jixiao_service.bridge import EngineStore, with_store
from jixiao_service.problems import Problem
from jixiao_service.waiting import Turns

router = APIRouter(tags=["export"])

AT_A_TIME = 2  # exports written at once; others wait
_ATTEMPTS = 3  # when the data changes while an export is being written
_KEPT_BYTES = 256 << 20
_SUFFIXES = {"gzip": ".gz", "zstd": ".zst"}
_turns = Turns(AT_A_TIME, waiting=16, retry_after=10)


def selection(
    document: Annotated[str | None, Query(description="文件名或 IRI · file name or IRI")] = None,
    department: Annotated[str | None, Query(description="部门名称、代码或 IRI · name, code or IRI")] = None,
    year: Annotated[int | None, Query(description="预算年度 · fiscal year")] = None,
    region: Annotated[str | None, Query(description="行政区划名称或代码，含下级 · division and those below")] = None,
    level: Annotated[str | None, Query(description="一级或二级指标 · level 1 or 2")] = None,
    concept: Annotated[str | None, Query(description="所测内容，含下位概念 · concept and narrower ones")] = None,
    depth: Annotated[
        int | None, Query(ge=1, le=5, description="1 部门 2 项目 3 计划 4 指标 5 各项 · 1 to 5: how deep")
    ] = None,
    targets: Annotated[bool | None, Query(description="目标值 · target values")] = None,
    sources: Annotated[bool | None, Query(description="出处 · sources")] = None,
    findings: Annotated[bool | None, Query(description="审核发现 · findings")] = None,
    figures: Annotated[bool | None, Query(description="收支表和文字中的数 · money tables and facts")] = None,
    without_copies: Annotated[bool, Query(description="表里不要副本的行 · leave rows of copies out of tables")] = False,
) -> Selection:
    """Return what the parameters select."""
    parts = (targets, sources, findings, figures)
    return Selection(document, department, year, region, level, concept, depth, *parts, without_copies=without_copies)


@router.options("/export", status_code=204, include_in_schema=False)
@router.options("/export/{format}", status_code=204, include_in_schema=False)
async def export_methods(response: Response) -> None:
    """Say which methods there are."""
    response.headers["Allow"] = "GET, HEAD, OPTIONS"


@router.get("/export", operation_id="listExports", summary="有哪些导出格式 · Which formats of export there are")
async def formats() -> dict[str, list[dict[str, str]]]:
    """List the formats."""
    listed = []
    for each in FORMATS.values():
        about = {"name": each.name, "kind": each.kind, "title": each.title, "media_type": each.media_type}
        listed.append({**about, "href": f"/export/{each.name}"})
    return {"formats": listed}


@router.head("/export/{format}", response_class=FileResponse, include_in_schema=False)
@router.get("/export/{format}", response_class=FileResponse, operation_id="export", summary="导出 · Export")
async def export_file(
    request: Request,
    format: str,  # noqa: A002
    selected: Annotated[Selection, Depends(selection)],
    analysis: Annotated[bool, Query(description="节点带上分析结果 · what the analyses say of nodes")] = False,
    compress: Annotated[Literal["gzip", "zstd"] | None, Query()] = None,
) -> Response:
    """Write an export and send it; the file is complete before the first byte leaves."""
    if format not in FORMATS:
        raise Problem("not-found", reason=f"/export/{format}；格式 (formats): {' '.join(FORMATS)}")
    chosen = FORMATS[format]
    version = await request.app.state.engine.version()
    headers = _headers(request, version)
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    path, version = await _written(request, version, _Order(chosen.name, selected, analysis, compress))
    name, media_type = f"jixiao-{chosen.name}.{chosen.suffix}", chosen.media_type
    if compress:
        name, media_type = name + _SUFFIXES[compress], f"application/{compress}"
    headers, done = _headers(request, version), BackgroundTask(path.unlink)
    return FileResponse(path, media_type=media_type, filename=name, headers=headers, background=done)


@dataclass(frozen=True, slots=True)
class _Order:
    format: str
    selected: Selection
    analysis: bool
    compress: str | None


class KeptExports:
    """Keep what was written for the present data, as far as there is room: many ask for the same."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._files: dict[tuple[str, _Order], Path] = {}

    def take(self, version: str, order: _Order) -> Path | None:
        """Return a name of its own for a kept file, which goes on where the kept one is let go; None where none is."""
        kept = self._files.get((version, order))
        if kept is None:
            return None
        own = Path(_new_name())
        own.unlink()
        os.link(kept, own)
        return own

    def keep(self, version: str, order: _Order, file: Path) -> None:
        """Keep a file that was written; let those of other data go, and the oldest where all take too much room."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="jixiao-kept-"))
        for key in [key for key in self._files if key[0] != version]:
            self._files.pop(key).unlink()
        kept = self._folder / str(uuid4())
        with contextlib.suppress(OSError):  # a folder where files have one name only
            os.link(file, kept)
            self._files[version, order] = kept
        while sum(each.stat().st_size for each in self._files.values()) > _KEPT_BYTES:
            self._files.pop(next(iter(self._files))).unlink()

    def clear(self) -> None:
        """Let all go."""
        self._files.clear()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def _new_name() -> str:
    handle, path = tempfile.mkstemp(prefix="jixiao-export-")
    os.close(handle)
    return path


async def _written(request: Request, version: str, order: _Order) -> tuple[Path, str]:
    """Return the file to send and the version of the data in it, which is one version throughout."""
    kept: KeptExports = request.app.state.exports
    if (found := kept.take(version, order)) is not None:
        return found, version
    async with _turns.taken():
        if (found := kept.take(version, order)) is not None:  # somebody else wrote it meanwhile
            return found, version
        path, version = await _write_export(request, version, order)
    kept.keep(version, order, path)
    return path, version


async def _write_export(request: Request, version: str, order: _Order) -> tuple[Path, str]:
    """Write the file; return it and the version of the data in it."""
    file, state = Path(_new_name()), request.app.state

    def work(store: EngineStore) -> None:
        marks = None
        if order.analysis:
            from jixiao.analysis import mark_nodes

            marks = mark_nodes(store, order.selected)
        base = state.settings.base_iri
        export(store, order.format, order.selected, file, compression=order.compress, base_iri=base, marks=marks)

    try:
        for _ in range(_ATTEMPTS):
            await with_store(state.engine, work, whole=True)
            before, version = version, await state.engine.version()
            if before == version:
                return file, version
        raise Problem("bad-request", reason="数据正在更新，请稍后再试 (the data is changing; try again)")
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def _headers(request: Request, version: str) -> dict[str, str]:
    asked = sha256(f"{request.url.path}?{request.url.query}".encode()).hexdigest()[:12]
    return {"ETag": f'"{version}.{asked}"', "X-Data-Version": version, "Cache-Control": "no-cache"}
