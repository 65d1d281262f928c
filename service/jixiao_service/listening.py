"""Read requests off a connection, with addresses as people type them."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any, cast

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser, parse_url
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

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


class _Requests:
    """Follow the requests of a connection as the server's parser will read them, to know where the next one begins."""

    def __init__(self) -> None:
        self.parser = HttpRequestParser(self)
        # As in the server: an answer to the first of several requests may close the connection.
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.at_start = True  # the line of a request is still to come, or to be completed
        self._url = b""

    def on_url(self, part: bytes) -> None:
        self._url += part

    def on_headers_complete(self) -> None:
        url, self._url = self._url, b""
        parse_url(url).path.decode("ascii")  # raises what the server could not read

    def on_message_complete(self) -> None:
        self.at_start = True


class Connection(asyncio.Protocol):
    """Take 满意度 in an address as it is, where the parser would have %E6%BB%A1%E6%84%8F%E5%BA%A6 only.

    Everything is passed on to the server's own protocol. Of what comes, the first line of each request is touched and
    nothing else. One of several requests that a client sends without waiting for an answer may be refused.
    """

    def __init__(self, **options: Any) -> None:
        self._server = HttpToolsProtocol(**options)
        self._requests: _Requests | None = _Requests()
        self._transport: Gathering

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = Gathering(cast("asyncio.Transport", transport))
        self._server.connection_made(cast("asyncio.Transport", self._transport))

    def data_received(self, data: bytes) -> None:
        """Take the next bytes."""
        requests = self._requests
        if requests is None:
            return
        if requests.at_start:
            line, end, rest = data.partition(b"\n")
            requests.at_start = not end
            data = percent_encoded(line) + end + rest
        try:
            requests.parser.feed_data(data)
        except HttpParserUpgrade:
            pass  # the server says what it thinks of that
        except HttpParserError:
            self._refuse()
            return
        self._server.data_received(data)

    def _refuse(self) -> None:
        """Refuse what is not HTTP, or whose address is longer than the parser takes."""
        self._requests = None
        problem = Problem("bad-request", reason="请求行读不懂或超过 64 KB，请改短 (not HTTP, or a line over 64 KB)")
        body = json.dumps(problem.body(""), ensure_ascii=False).encode()
        head = f"HTTP/1.1 400 Bad Request\r\ncontent-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\n"
        self._transport.write(head.encode() + b"connection: close\r\n\r\n" + body)
        self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._requests = None
        self._server.connection_lost(exc)

    def pause_writing(self) -> None:
        """Let the server wait: the client reads slowly."""
        self._server.pause_writing()

    def resume_writing(self) -> None:
        """Let the server go on."""
        self._server.resume_writing()
