"""Run the service; ``jixiao serve`` calls ``serve``."""

from __future__ import annotations

import os
from dataclasses import replace

from service.settings import Limits, ServiceSettings


def serve(
    store: str | None,
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int | None = None,
    timeout: float = 30.0,
    scratch: bool = False,
) -> None:
    """Serve a store (None with ``scratch``) until stopped.

    ``workers`` is the number of query processes kept ready, ``timeout`` the limit of a query in seconds. A bearer token
    for writing is read from ``JIXIAO_TOKEN``.
    """
    import uvicorn

    from service.app import create_app

    settings = ServiceSettings(
        store=store or "",
        scratch=scratch,
        token=os.environ.get("JIXIAO_TOKEN") or None,
        limits=replace(Limits(), seconds=timeout),
        ready=workers or 2,
    )
    uvicorn.run(create_app(settings), host=host, port=port, log_level="warning")
