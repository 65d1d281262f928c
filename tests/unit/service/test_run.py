from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from jixiao_service.run import _listen, settings_from


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_answers_are_sent_without_delay(host: str) -> None:
    """What is written in several parts must not wait for acknowledgements: 40 ms a request."""

    async def delays() -> bool:
        told: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            accepted = writer.get_extra_info("socket")
            told.set_result(not accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        with _listen(host, 0) as listener:
            server = await asyncio.start_server(answer, sock=listener)
            _, writer = await asyncio.open_connection(*listener.getsockname()[:2])
            found = await told
            writer.close()
            server.close()
            return found

    try:
        socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError:
        pytest.skip(f"this machine has no {host}")
    assert asyncio.run(delays()) is False


def test_pooled_connections_are_kept_longer_than_proxies_keep_them() -> None:
    """A pool that sends as we close loses its request: proxies and clients close first, after 60 s at most."""
    assert settings_from({}, "store", scratch=False).door.keep_alive == 65
    assert "keepalive_timeout 60s" in (Path(__file__).parents[3] / "deploy" / "nginx.conf").read_text()
