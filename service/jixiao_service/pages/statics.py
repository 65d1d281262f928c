"""Serve the files of ``static/``, known by name when the service starts; addresses carry a digest of the content."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from jixiao_service.problems import Problem

router = APIRouter(include_in_schema=False)

_FOLDER = Path(__file__).parents[1] / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".txt": "text/plain"}


@cache
def _files() -> Mapping[str, Path]:
    paths = [path for path in sorted(_FOLDER.rglob("*")) if path.is_file() and path.suffix in _TYPES]
    return {path.relative_to(_FOLDER).as_posix(): path for path in paths}


@cache
def _digest(name: str) -> str:
    return sha256(_files()[name].read_bytes()).hexdigest()[:12]


def static_address(name: str) -> str:
    """Return the address of a file."""
    return f"/static/{name}?v={_digest(name)}"


@router.api_route("/favicon.ico", methods=["GET", "HEAD"])
@router.api_route("/robots.txt", methods=["GET", "HEAD"])
async def known_file(request: Request) -> Response:
    """Serve what browsers and crawlers look for by themselves."""
    return await file(request, {"/robots.txt": "robots.txt"}.get(request.url.path, "icon.svg"))


@router.get("/static/{name:path}")
@router.head("/static/{name:path}")
async def file(request: Request, name: str) -> Response:
    """Serve one file; with its digest in the address it may be kept for ever."""
    path = _files().get(name)
    if path is None:
        raise Problem("not-found", reason=name)
    kept = "no-cache"
    if request.query_params.get("v") == _digest(name):
        kept = "public, max-age=31536000, immutable"
    headers = {"Cache-Control": kept}
    return FileResponse(path, media_type=f"{_TYPES[path.suffix]}; charset=utf-8", headers=headers)
