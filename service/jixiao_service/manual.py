"""Serve the documentation under ``/docs``: the pages that ``make docs`` builds into ``site/`` beside this module."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, RedirectResponse, Response

from jixiao_service.problems import Problem

router = APIRouter(include_in_schema=False)

_FOLDER = Path(__file__).with_name("site")
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_OWN = "default-src 'self'; frame-ancestors 'none'"
_MISSING = "文档没有随这个安装附带，请先 make docs (the documentation was not built: make docs)"


@cache
def _files() -> Mapping[str, Path]:
    return {path.relative_to(_FOLDER).as_posix(): path for path in sorted(_FOLDER.rglob("*")) if path.is_file()}


def is_built() -> bool:
    """Say whether the documentation came with this installation."""
    return bool(_files())


@cache
def _policy(path: Path) -> str:
    """Return what a page may load: our own files, and the scripts that stand in it, by their digests."""
    scripts = _INLINE.findall(path.read_text("utf-8"))
    digests = {b64encode(sha256(script.encode()).digest()).decode() for script in scripts}
    allowed = " ".join(f"'sha256-{digest}'" for digest in sorted(digests))
    return (
        f"default-src 'self'; script-src 'self' {allowed}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


@router.get("/docs")
@router.head("/docs")
async def front_page() -> Response:
    """Lead to the first page."""
    return RedirectResponse("/docs/", 308)


@router.get("/docs/{name:path}")
@router.head("/docs/{name:path}")
async def page(request: Request, name: str) -> Response:
    """Serve one file of the documentation."""
    if not _files():
        if not name:
            return RedirectResponse("/about#documentation")
        raise Problem("not-found", reason=_MISSING)
    if f"{name}/index.html" in _files():
        return RedirectResponse(f"/docs/{name}/", 308)
    path = _files().get(f"{name}index.html" if name.endswith("/") or not name else name)
    if path is None:
        raise Problem("not-found", reason=request.url.path)
    headers = {"Cache-Control": "no-cache"}
    if path.suffix == ".html":
        headers["Content-Security-Policy"] = _policy(path)
    elif path.suffix == ".js":
        headers["Content-Security-Policy"] = _OWN  # the search is a worker, which may load what its own answer allows
    kind = guess_type(path.name)[0] or "application/octet-stream"
    return FileResponse(path, media_type=kind, headers=headers)
