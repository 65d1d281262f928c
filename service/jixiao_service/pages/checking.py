"""Check a file of one's own: what is read from it and what the audit says; nothing is stored."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from jixiao.analysis.reference import FEWEST, ReferenceFigures
from jixiao.tables.side import SideTables
from jixiao_service.closed_room import ClosedRoom, UnreadableError
from jixiao_service.pages.page import Opened, page_router
from jixiao_service.problems import Problem
from jixiao_service.rest.formats import TYPES
from jixiao_service.rest.lists import list_page
from jixiao_service.settings import ServiceSettings
from jixiao_service.waiting import Turns, while_there

router = page_router()

Made = TypeVar("Made")

MOST_BYTES = 20 << 20
SECONDS = 60
_SENDING_SECONDS = 300
_CONVERTING_SECONDS = 180
_CONVERTING_MEMORY = 4 << 30
_TURNS = Turns(2, waiting=8, retry_after=10)
_RECEIVING = Turns(64, waiting=0, retry_after=10)
_EACH = 6  # files that one client may be sending
_sending: Counter[str] = Counter()
_UNSEEN = re.compile("[\x00-\x1f\x7f]")
_HELPED = {"needs-converter", "scanned-pdf", "scanned-image", "scanned-pages"}  # codes of what needs other programs


@router.get("/check")
async def form(page: Opened) -> Response:
    """Ask for a file."""
    return _page(page, None, None)


@router.post("/check")
async def check(page: Opened) -> Response:
    """Read and audit the file that was sent."""
    result = await examined(page.request)
    if result is None:
        result = {"error": {"code": "no-file", "zh": "请选择一个文件。", "en": "Choose a file first."}}
    shown = _page(page, None if "error" in result else result, result.get("error"))
    shown.headers["Cache-Control"] = "no-store"
    return shown


def _page(page: Opened, result: dict[str, Any] | None, error: dict[str, str] | None) -> Response:
    status = 200 if error is None else 422
    return page.render("check.html", status, result=result, error=error, megabytes=MOST_BYTES >> 20, seconds=SECONDS)


@router.post("/check/list")
async def checklist(page: Opened) -> Response:
    """Send the findings on the file that was sent as the workbook an office works through."""
    room: ClosedRoom = page.request.app.state.closed_room

    async def work(name: str, content: bytes) -> bytes:
        return await room.run("list", content, seconds=SECONDS, name=name, day=f"{date.today():%Y-%m-%d}")

    try:
        made = await _on_file(page.request, work)
    except UnreadableError as error:
        raise Problem("bad-request", reason=f"文件读不出来 (the file cannot be read): {error.kind}") from None
    if made is None:
        raise Problem("bad-request", reason="请选择一个文件 (choose a file first)")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote('整改清单.xlsx')}",
        "Cache-Control": "no-store",
    }
    return Response(made, headers=headers, media_type=TYPES["xlsx"])


async def examined(request: Request) -> dict[str, Any] | None:
    """Return what is read from the file that a request sends, None for no file."""
    state = request.app.state
    found = await _on_file(request, lambda name, content: examine(state.closed_room, name, content, state.settings))
    if found is not None and "error" not in found:
        tables = await state.side.view()
        await run_in_threadpool(_say_beside, tables, found)
    return found


def _say_beside(tables: SideTables, found: dict[str, Any]) -> None:
    """Add to the indicators of a draft what offices of the store set."""
    known = list_page(tables, "reference-indicators", [("offices_ge", str(FEWEST))], everything=True)
    reference = ReferenceFigures(known.rows())
    for form in found["forms"]:
        for plan in form["plans"]:
            for each in plan["indicators"]:
                each["peers"] = reference.beside(each["level3"], each["concept"], each)


async def _on_file(request: Request, work: Callable[[str, bytes], Awaitable[Made]]) -> Made | None:
    """Return what is made of the file that a request sends, None for no file; the work ends with the client.

    Files wait for their turn on disk.
    """
    async with _received(request) as file:
        if file is None:
            return None
        if not file.size:
            raise Problem("bad-request", reason="文件是空的 (the file is empty)")
        name = _plain_name(file.filename or "")
        async with while_there(request), _TURNS.taken():
            return await work(name, await file.read())


@asynccontextmanager
async def _received(request: Request) -> AsyncIterator[UploadFile | None]:
    """Receive the file that a form sends, within limits of size and time; too much is refused before it is read."""
    length = request.headers.get("content-length", "")
    if not length and "transfer-encoding" not in request.headers:
        yield None
        return
    if not length.isdigit() or int(length) > MOST_BYTES + (1 << 16):
        raise Problem("too-large", limit=MOST_BYTES)
    client = request.client.host if request.client else ""
    if _sending[client] >= _EACH:
        raise Problem("too-busy", limit=_EACH, retry_after=10)
    _sending[client] += 1
    try:
        async with (
            _RECEIVING.taken(),
            asyncio.timeout(_SENDING_SECONDS) as sending,
            request.form(max_files=1, max_fields=4) as fields,
        ):
            sending.reschedule(None)
            file = fields.get("file")
            yield file if isinstance(file, UploadFile) else None
    except MultiPartException as error:
        raise Problem("bad-request", reason=str(error.message)) from error
    except ClientDisconnect:
        request.scope["client_left"] = True
        raise asyncio.CancelledError from None
    except TimeoutError:
        raise Problem("too-slow") from None
    finally:
        _sending[client] -= 1
        if not _sending[client]:
            del _sending[client]


def _plain_name(given: str) -> str:
    """Return the name of a file without folders; signs that are no characters are refused."""
    unseen = _UNSEEN.search(given)
    if unseen:
        place = f"文件名第 {unseen.start() + 1} 个字符是控制字符 (the file name has a control character there)"
        raise Problem("bad-request", reason=place)
    return Path(given.replace("\\", "/")).name[:200]


async def examine(room: ClosedRoom, name: str, content: bytes, settings: ServiceSettings) -> dict[str, Any]:
    """Let a closed process read a file; where the service may, one that other programs help reads what needs them."""
    try:
        result: dict[str, Any] = json.loads(await room.run("examine", content, seconds=SECONDS, name=name))
        if settings.convert and not _HELPED.isdisjoint(_codes(result)):
            limits: dict[str, Any] = {"seconds": _CONVERTING_SECONDS, "memory": _CONVERTING_MEMORY}
            result = json.loads(await room.run("examine", content, helped=True, **limits, name=name))
        return result
    except UnreadableError as error:
        if error.kind == "time-limit":
            return _error("time-limit", f"{SECONDS} 秒内没有读完，已停止。", f"Stopped after {SECONDS} seconds.")
        return _error("unreadable", "文件无法读取，或超出内存限额。", "The file cannot be read within the limits.")


def _codes(result: dict[str, Any]) -> set[str]:
    if "error" in result:
        return {result["error"]["code"]}
    return {issue["code"] for issue in result["issues"]}


def _error(code: str, zh: str, en: str) -> dict[str, Any]:
    return {"error": {"code": code, "zh": zh, "en": en}}
