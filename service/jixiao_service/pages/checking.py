"""Check a file of one's own: what is read from it and what the audit says; nothing is stored."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.responses import HTMLResponse

from jixiao_service.pages.page import Opened, page_router
from jixiao_service.problems import Problem
from jixiao_service.waiting import Turns

router = page_router()

MOST_BYTES = 20 << 20
SECONDS = 60
_TURNS = Turns(2, waiting=8, retry_after=10)
_PROGRAM = [sys.executable, "-m", "jixiao_service.pages.examination"]


@router.get("/check")
async def form(page: Opened) -> HTMLResponse:
    """Ask for a file."""
    return _page(page, None, None)


@router.post("/check")
async def check(page: Opened) -> HTMLResponse:
    """Read and audit the file that was sent."""
    name, content = await uploaded(page.request)
    if not content:
        return _page(page, None, {"code": "no-file", "zh": "请选择一个文件。", "en": "Choose a file first."})
    result = await examine(name, content)
    return _page(page, None if "error" in result else result, result.get("error"))


def _page(page: Opened, result: dict[str, Any] | None, error: dict[str, str] | None) -> HTMLResponse:
    status = 200 if error is None else 422
    return page.render("check.html", status, result=result, error=error, megabytes=MOST_BYTES >> 20, seconds=SECONDS)


async def uploaded(request: Request) -> tuple[str, bytes]:
    """Return the name without folders and the content; too much is refused before it is read."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > MOST_BYTES + (1 << 16):
        raise Problem("too-large", limit=MOST_BYTES)
    try:
        async with request.form(max_files=1, max_fields=4) as fields:
            file = fields.get("file")
            if not isinstance(file, UploadFile):
                return "", b""
            return Path((file.filename or "").replace("\\", "/")).name[:200], await file.read()
    except MultiPartException as error:
        raise Problem("bad-request", reason=str(error.message)) from error


async def examine(name: str, content: bytes) -> dict[str, Any]:
    """Let a process of its own read the file; it ends with its time or its memory."""
    with tempfile.TemporaryDirectory(prefix="jixiao-check-") as folder:
        path = Path(folder) / f"file{Path(name).suffix.lower()[:8]}"
        await asyncio.to_thread(path.write_bytes, content)
        async with _TURNS.taken():
            process = await asyncio.create_subprocess_exec(
                *_PROGRAM, str(path), name, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
            )
            try:
                async with asyncio.timeout(SECONDS):
                    output, _ = await process.communicate()
            except TimeoutError:
                return _error("time-limit", f"{SECONDS} 秒内没有读完，已停止。", f"Stopped after {SECONDS} seconds.")
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
    if process.returncode != 0 or not output:
        return _error("unreadable", "文件无法读取，或超出内存限额。", "The file cannot be read within the limits.")
    result: dict[str, Any] = json.loads(output)
    return result


def _error(code: str, zh: str, en: str) -> dict[str, Any]:
    return {"error": {"code": code, "zh": zh, "en": en}}
