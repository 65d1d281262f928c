"""Show browsers a page where programs get problem+json: addresses that lead nowhere, crashes, wrong parameters."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from jixiao.errors import JixiaoError
from jixiao_service.pages.page import problem_page
from jixiao_service.problems import Problem

if TYPE_CHECKING:
    from fastapi import FastAPI

Handler = Callable[[Request, Exception], Awaitable[Response]]


def show_failures(app: FastAPI) -> None:
    """Let the failures of ``app`` be pages for who asks for pages; its handlers have been added before."""
    for kind in (Problem, JixiaoError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, _as_page(app.exception_handlers[kind]))  # type: ignore[arg-type]


def _as_page(handle: Handler) -> Handler:
    async def shown(request: Request, error: Exception) -> Response:
        response = await handle(request, error)
        if not wants_page(request):
            return response
        headers = {name: value for name, value in response.headers.items() if name in ("retry-after", "allow")}
        return problem_page(request, response.status_code, json.loads(bytes(response.body)), headers)

    return shown


def wants_page(request: Request) -> bool:
    """Say whether a request names HTML among what it takes, as browsers do and programs do not."""
    return request.method in ("GET", "HEAD", "POST") and "text/html" in request.headers.get("accept", "").lower()
