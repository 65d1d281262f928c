"""Read requests off a connection, with addresses as people type them."""

from __future__ import annotations

import asyncio
import json
import re
from http import HTTPStatus
from typing import Any, cast

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser, parse_url
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from jixiao_service.door import HEAD_BYTES, HEAD_FIELDS, Door
from jixiao_service.problems import MEDIA_TYPE, Problem

_GATHERED = 1 << 16  # bytes


def percent_encoded(line: bytes) -> bytes:
    """Return a request line with the bytes that are not ASCII percent-encoded, as RFC 3987 maps IRIs to URIs."""
    return re.sub(rb"[\x80-\xff]", lambda byte: b"%%%02X" % byte[0][0], line)


class Gathering:
    """Stand for a transport and send in one go what is written in one go: the head of an answer with its body.

    Waking the client twice would take longer than making a small answer.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._held: list[bytes] = []
        self._size = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Take a part; send it at the end of this turn of the loop, or once there is much."""
        if not self._held:
            self._loop.call_soon(self.flush)
        self._held.append(data)
        self._size += len(data)
        if self._size > _GATHERED:
            self.flush()

    def flush(self) -> None:
        """Send what was written."""
        if self._held:
            held, self._held, self._size = self._held, [], 0
            self._transport.write(b"".join(held))

    def close(self) -> None:
        """Close the connection when everything is sent."""
        self.flush()
        self._transport.close()


class HeadTooLargeError(Exception):
    """Say that the head of a request is longer than anybody needs."""


class _Requests:
    """Follow the requests of a connection as the server's parser will read them, to know where the next one begins."""

    def __init__(self) -> None:
        self.parser = HttpRequestParser(self)
        # As in the server: an answer to the first of several requests may close the connection.
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.at_start = True  # the line of a request is still to come, or to be completed
        self.part = "head"  # of a request that is to come next: head, body, or "" between two requests
        self._url = b""
        self._fed = self._bytes = self._fields = 0

    def feed(self, data: bytes) -> None:
        """Take bytes; raise what the parser raises, or that the head is too large."""
        self.parser.feed_data(data)
        if self.part == "head":
            self._fed += len(data)
            self._measure()

    def on_message_begin(self) -> None:
        self.part = "head"
        self._fed = self._bytes = self._fields = 0

    def on_url(self, part: bytes) -> None:
        self._url += part

    def on_header(self, name: bytes, value: bytes) -> None:
        self._fields += 1
        self._bytes += len(name) + len(value)
        self._measure()

    def on_headers_complete(self) -> None:
        self.part = "body"
        url, self._url = self._url, b""
        parse_url(url).path.decode("ascii")  # raises what the server could not read

    def on_message_complete(self) -> None:
        self.part = ""
        self.at_start = True

    def _measure(self) -> None:
        if max(self._fed, self._bytes) > HEAD_BYTES or self._fields > HEAD_FIELDS:
            raise HeadTooLargeError


class Connection(asyncio.Protocol):
    """Take 满意度 in an address as it is, where the parser would have %E6%BB%A1%E6%84%8F%E5%BA%A6 only.

    Everything is passed on to the server's own protocol. Of what comes, the first line of each request is touched and
    nothing else. One of several requests that a client sends without waiting for an answer may be refused. A head that
    is too large or comes too slowly, a body that hardly comes, and a connection too many are answered and closed.
    """

    def __init__(self, door: Door, **options: Any) -> None:
        self._door = door
        self._server = HttpToolsProtocol(**options)
        self._requests: _Requests | None = None
        self._transport: Gathering
        self._address: str | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._received = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, if there is room."""
        self._transport = Gathering(cast("asyncio.Transport", transport))
        address = str((transport.get_extra_info("peername") or ("",))[0])
        if not self._door.enter(address):
            self._refuse(Problem("too-many-connections", retry_after=1))
            return
        self._address = address
        self._requests = _Requests()
        self._server.connection_made(cast("asyncio.Transport", self._transport))
        self._wait("head")

    def data_received(self, data: bytes) -> None:
        """Take the next bytes."""
        requests = self._requests
        if requests is None:
            return
        before = requests.part
        self._received += len(data)
        if requests.at_start:
            line, end, rest = data.partition(b"\n")
            requests.at_start = not end
            data = percent_encoded(line) + end + rest
        try:
            requests.feed(data)
        except HttpParserUpgrade:
            pass  # the server says what it thinks of that
        except HttpParserError as error:
            large = isinstance(error.__context__, HeadTooLargeError)
            reason = "请求行读不懂或超过 64 KB，请改短 (not HTTP, or a line over 64 KB)"
            self._refuse(Problem("head-too-large") if large else Problem("bad-request", reason=reason))
            return
        except HeadTooLargeError:
            self._refuse(Problem("head-too-large"))
            return
        if requests.part != before:
            self._wait(requests.part)
        self._server.data_received(data)

    def _wait(self, part: str) -> None:
        """Begin to wait for the rest of a head or of a body."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if part:
            limits = self._door.limits
            seconds = limits.head_seconds if part == "head" else limits.body_seconds
            self._received = 0
            self._timer = asyncio.get_running_loop().call_later(seconds, self._late, part)

    def _late(self, part: str) -> None:
        """Refuse what is late; a body may go on that keeps coming, or that we ourselves have stopped."""
        if part == "body" and (self._received >= self._door.limits.body_bytes or not self._transport.is_reading()):
            self._wait("body")
            return
        self._refuse(Problem("too-slow"))

    def _refuse(self, problem: Problem) -> None:
        """Answer with a problem and close."""
        self._requests = None
        self._wait("")
        body = json.dumps(problem.body(""), ensure_ascii=False).encode()
        head = f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}\r\ncontent-type: {MEDIA_TYPE}\r\n"
        head += f"content-length: {len(body)}\r\nx-content-type-options: nosniff\r\n"
        head += "content-security-policy: default-src 'none'; frame-ancestors 'none'\r\nconnection: close\r\n\r\n"
        self._transport.write(head.encode() + body)
        self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._requests = None
        self._wait("")
        if self._address is not None:
            self._door.leave(self._address)
            self._server.connection_lost(exc)

    def pause_writing(self) -> None:
        """Let the server wait: the client reads slowly."""
        if self._address is not None:
            self._server.pause_writing()

    def resume_writing(self) -> None:
        """Let the server go on."""
        if self._address is not None:
            self._server.resume_writing()
