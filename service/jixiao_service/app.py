"""Assemble the service: an application made of routers over one engine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Route

from jixiao.errors import UsageError
from jixiao_service import dataset, exports, graphstore, health, manual, rest, sparql
from jixiao_service.closed_room import ClosedRoom
from jixiao_service.compressing import Compressing
from jixiao_service.engine import Engine
from jixiao_service.front import Front
from jixiao_service.observing import Observer
from jixiao_service.pages.failures import show_failures
from jixiao_service.pages.routes import router as pages_router
from jixiao_service.pages.warming import warm
from jixiao_service.problems import add_handlers
from jixiao_service.reviewing import Effects

if TYPE_CHECKING:
    from jixiao_service.settings import ServiceSettings


TAGS = {
    "tables": "表：列表、一条、文件 · Tables: lists, rows, files",
    "search": "搜索 · Search",
    "questions": "用中文提问 · Questions in Chinese",
    "check": "检查稿子，不入库 · Checking drafts; nothing is kept",
    "review": "复核 · Review",
    "export": "给其他程序的文件 · Files for other programs",
    "sparql": "SPARQL 端点 · SPARQL endpoint",
}


def create_app(settings: ServiceSettings) -> FastAPI:
    """Return the application.

    Routers find what they need in ``request.app.state``: ``settings``, ``engine`` (see ``jixiao_service.engine``) and
    ``observer``.
    """
    observer = Observer(settings.slow_seconds, settings.log_requests, literals=settings.log_literals)
    engine = Engine(settings, observer)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await engine.start()
        if settings.writable:
            app.state.effects.resume()
        app.state.closed_room.clear()
        if settings.ahead:
            app.state.closed_room.open()
        begun = None
        if settings.ahead and not settings.scratch:
            begun = await warm(app.state)
        try:
            async with AsyncExitStack() as stack:
                if tools is not None:
                    await stack.enter_async_context(tools.router.lifespan_context(tools))
                yield
        finally:
            if begun is not None:
                begun.cancel()
            app.state.exports.clear()
            await app.state.effects.close()
            await app.state.closed_room.close()
            await engine.stop()

    app = FastAPI(
        title="Jixiao",
        summary="公开预算绩效文件的知识图谱 · A knowledge graph of published budget-performance documents",
        openapi_tags=[{"name": name, "description": text} for name, text in TAGS.items()],
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    tools = _language_tools(app) if settings.mcp else None
    app.state.settings, app.state.engine, app.state.observer = settings, engine, observer
    _add_helpers(app)
    add_handlers(app)
    app.add_middleware(Compressing)
    app.add_middleware(Front, operations=sparql.operations, observer=observer, settings=settings)
    _add_routes(app)
    show_failures(app)
    return app


def _add_helpers(app: FastAPI) -> None:
    app.state.closed_room = ClosedRoom()
    app.state.effects = Effects(app.state)
    app.state.exports = exports.KeptExports()


def _add_routes(app: FastAPI) -> None:
    app.router.routes.extend([*sparql.routes, *graphstore.routes, *dataset.routes])
    for router in (health.router, exports.router, pages_router, manual.router):
        app.include_router(router)
    rest.install(app)


def _language_tools(app: FastAPI) -> Starlette:
    """Let the application answer language models under ``/mcp``."""
    try:
        from jixiao_service.language_tools import OwnPagesOnly, http_app, language_tools
    except ImportError as error:
        message = "没有安装语言模型接口：pip install 'jixiao-kg[mcp]' (the tools for language models are not installed)"
        raise UsageError(message, "not-installed", "mcp") from error
    tools = http_app(language_tools(app))
    # nothing is kept between requests, so there is no stream to listen to (GET) and no session to end (DELETE)
    app.router.routes.append(Route("/mcp", OwnPagesOnly(tools), methods=["POST"], include_in_schema=False))
    return tools
