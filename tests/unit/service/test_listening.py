"""A connection: addresses as people type them, answers in one piece, refusals as problems."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from jixiao_service.door import Door
from jixiao_service.listening import Connection

POST = b"POST /x HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n"


class Transport(asyncio.Transport):
    """Hold what was written, piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []
        self.closed = False

    def write(self, data: Any) -> None:
        self.pieces.append(bytes(data))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def pause_reading(self) -> None:
        """Do nothing: nothing is read."""

    def resume_reading(self) -> None:
        """Do nothing."""


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Answer with the address and the body."""
    message = await receive()
    body = message["body"]
    while message["more_body"]:
        message = await receive()
        body += message["body"]
    said = scope["path"].encode() + b"?" + scope["query_string"] + b" " + body
    length = (b"content-length", str(len(said)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": said})


def pieces(*received: bytes) -> tuple[list[bytes], bool]:
    """Return what a connection writes, piece by piece, and whether it is closed afterwards."""

    async def talk() -> tuple[list[bytes], bool]:
        transport, state = Transport(), ServerState()
        config = uvicorn.Config(echo, http=partial(Connection, Door()), lifespan="off")  # type: ignore[arg-type]
        connection = Connection(Door(), config=config, server_state=state, app_state={})
        connection.connection_made(transport)
        for part in received:
            connection.data_received(part)
        while state.tasks:
            await asyncio.gather(*state.tasks)
            await asyncio.sleep(0)
        connection.connection_lost(None)
        return transport.pieces, transport.closed

    return asyncio.run(talk())


def test_head_and_body_of_an_answer_are_one_piece() -> None:
    (answer,), _ = pieces(b"GET /a?b HTTP/1.1\r\nhost: x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"\r\n\r\n/a?b ")


@pytest.mark.parametrize("cut", [5, 10, 15, 200])
def test_an_address_may_be_typed_in_chinese(cut: int) -> None:
    request = "GET /没有?q=满 HTTP/1.1\r\nhost: x\r\n\r\n".encode()
    (answer,), _ = pieces(request[:cut], request[cut:])
    assert answer.endswith("/没有?q=%E6%BB%A1 ".encode())


@pytest.mark.parametrize("head", [POST, POST + b"expect: 100-continue\r\n"])
def test_no_byte_of_a_body_is_touched(head: bytes) -> None:
    body = "满意度".encode()
    for parts in ([head + b"\r\n" + body], [head + b"\r\n", body], [head + b"\r\n", body[:4], body[4:]]):
        written, _ = pieces(*parts)
        assert b"".join(written).endswith(b"/x? " + body)


def test_the_next_request_begins_with_its_line() -> None:
    first, second = POST + b"\r\n123456789", "GET /满 HTTP/1.1\r\nhost: x\r\n\r\n".encode()
    written, _ = pieces(first, second)
    assert b"".join(written).endswith("/满? ".encode())


@pytest.mark.parametrize("line", [b"nonsense", b"GET /" + b"a" * 70_000 + b" HTTP/1.1"])
def test_what_cannot_be_read_is_a_problem(line: bytes) -> None:
    (answer,), closed = pieces(line + b"\r\nhost: x\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400") and closed
    assert "改短" in json.loads(body)["detail"]
