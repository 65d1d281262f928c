"""Turns are bounded, and work ends with the client who asked for it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.requests import Request

from jixiao_service.problems import Problem
from jixiao_service.waiting import Turns, while_there


def test_who_finds_no_room_to_wait_is_told_to_come_again() -> None:
    async def crowd() -> list[str]:
        turns, going, told = Turns(1, waiting=1, retry_after=7), asyncio.Event(), list[str]()

        async def come() -> None:
            try:
                async with turns.taken():
                    await going.wait()
                    told.append("done")
            except Problem as problem:
                told.append(f"{problem.kind} {problem.headers['Retry-After']}")
                going.set()

        await asyncio.gather(*(come() for _ in range(3)))
        async with turns.taken():
            told.append("room again")
        return told

    assert asyncio.run(crowd()) == ["too-busy 7", "done", "done", "room again"]


def test_work_ends_with_its_client() -> None:
    async def work() -> bool:
        left = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await left.wait()
            return {"type": "http.disconnect"}

        request = Request({"type": "http", "headers": []}, receive)

        async def serve() -> None:
            async with while_there(request):
                left.set()
                await asyncio.Event().wait()

        with pytest.raises(asyncio.CancelledError):
            await asyncio.create_task(serve())
        return bool(request.scope["client_left"])

    assert asyncio.run(work())
