"""Guesses at the token wait for their answers; who sends none does not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.responses import Response

from jixiao_service.front import Front
from jixiao_service.observing import Observer
from jixiao_service.settings import ServiceSettings


@pytest.mark.parametrize(("given", "waits"), [([(b"authorization", b"Bearer guess")], [1.0]), ([], [])])
def test_a_guess_waits(given: list[tuple[bytes, bytes]], waits: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def ignore(_: Any = None) -> Any:
        return {"type": "http.request"}

    monkeypatch.setattr(asyncio, "sleep", sleep)
    front = Front(Response(status_code=401), {}, Observer(1.0), ServiceSettings())
    headers = [(b"host", b"localhost"), *given]
    scope = {"type": "http", "method": "POST", "path": "/update", "headers": headers, "query_string": b""}
    asyncio.run(front(scope, ignore, ignore))
    assert slept == waits
