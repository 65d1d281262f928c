"""Say whether the service lives, whether it can answer, and how it fares."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse

from jixiao import __version__
from jixiao_service.hosts import is_here
from jixiao_service.problems import Problem

router = APIRouter(include_in_schema=False)


@router.get("/livez")
async def live() -> PlainTextResponse:
    """Answer as long as the process runs."""
    return PlainTextResponse("ok\n")


@router.get("/readyz")
async def ready(request: Request) -> PlainTextResponse:
    """Answer when the data can be queried; otherwise 503."""
    engine = request.app.state.engine
    version = await engine.version()
    failure = engine.views.failure()
    if failure is not None:
        raise failure
    return PlainTextResponse(f"ready {version}\n")


@router.get("/metrics")
async def metrics(request: Request) -> PlainTextResponse:
    """Show the counts in Prometheus' text format."""
    state = request.app.state
    if not state.settings.open_metrics and not is_here(request.client.host if request.client else ""):
        raise Problem("not-found", reason="/metrics")
    running = state.engine.running()
    waiting = sum(each.state == "waiting" for each in running)
    gauges = {
        "jixiao_queries_running": ("Queries running.", float(len(running) - waiting)),
        "jixiao_queries_waiting": ("Queries waiting for their turn.", float(waiting)),
        "jixiao_triples": ("Triples of the default graph.", float(await state.engine.triples())),
        "jixiao_workers": ("Query processes.", float(state.engine.workers)),
    }
    info = {"version": __version__, "data_version": await state.engine.version()}
    return PlainTextResponse(
        state.observer.exposition(gauges, info), media_type="text/plain; version=0.0.4; charset=utf-8"
    )
