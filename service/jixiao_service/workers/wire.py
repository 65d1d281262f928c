"""Frames over a stream socket: a letter, a length, a payload; file descriptors ride along with a frame."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Iterator
from typing import Any

HEAD = struct.Struct("!cI")

# from the service
ASK = b"Q"  # a request: JSON
BODY = b"B"  # a part of the data that belongs to a request
# from a process
READY = b"R"  # it can be asked: JSON
DATA = b"D"  # a part of a result
DONE = b"E"  # the end of a result: JSON
FAILED = b"F"  # the request cannot be answered: JSON


def pack(tag: bytes, payload: bytes) -> bytes:
    """Return a frame."""
    return HEAD.pack(tag, len(payload)) + payload


def take_frames(buffer: bytearray) -> Iterator[tuple[bytes, bytes]]:
    """Take the whole frames out of what has come so far; yield the tag and the payload of each."""
    start = 0
    while len(buffer) - start >= HEAD.size:
        tag, size = HEAD.unpack_from(buffer, start)
        end = start + HEAD.size + size
        if len(buffer) < end:
            break
        yield tag, bytes(memoryview(buffer)[start + HEAD.size : end])
        start = end
    del buffer[:start]


def send(sock: socket.socket, tag: bytes, payload: bytes) -> None:
    """Send a frame and wait until it is gone."""
    sock.sendall(pack(tag, payload))


def send_json(sock: socket.socket, tag: bytes, **members: Any) -> None:
    """Send a frame that holds a JSON object."""
    send(sock, tag, json.dumps(members).encode())


def _exactly(sock: socket.socket, size: int) -> bytes | None:
    """Read ``size`` bytes; None at the end of the stream."""
    parts = []
    while size:
        part = sock.recv(min(size, 1 << 20))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def receive(sock: socket.socket) -> tuple[bytes, bytes] | None:
    """Wait for a frame; return its tag and payload, None when the other end is closed."""
    head = _exactly(sock, HEAD.size)
    if head is None:
        return None
    tag, size = HEAD.unpack(head)
    payload = _exactly(sock, size)
    return None if payload is None else (tag, payload)


def receive_with_descriptor(sock: socket.socket) -> tuple[dict[str, Any], int | None] | None:
    """Wait for a JSON frame and the descriptor that may come with it; None when the other end is closed."""
    # Reading no further than the head keeps the descriptors of frames that follow each other apart.
    head, descriptors, _, _ = socket.recv_fds(sock, HEAD.size, 1)
    descriptor = descriptors[0] if descriptors else None
    if not head:
        return None
    if len(head) < HEAD.size:
        rest = _exactly(sock, HEAD.size - len(head))
        if rest is None:
            return None
        head += rest
    _, size = HEAD.unpack(head)
    payload = _exactly(sock, size)
    return None if payload is None else (json.loads(payload), descriptor)
