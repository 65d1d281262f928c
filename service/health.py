"""Say whether the service lives and whether it can answer."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse

from service.problems import Problem, problem_of

router = APIRouter(include_in_schema=False)


@router.get("/livez")
async def live() -> PlainTextResponse:
    """Answer as long as the process runs."""
    return PlainTextResponse("ok")


@router.get("/readyz")
async def ready(request: Request) -> PlainTextResponse:
    """Answer when the data can be queried."""
    try:
        version = await request.app.state.engine.version()
    except Exception as error:
        raise Problem("store-unavailable", reason=str(problem_of(error))) from error
    return PlainTextResponse(f"ready {version}")
