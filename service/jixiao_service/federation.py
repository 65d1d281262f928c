"""Reach other servers for a query, and only those on the list.

The engine would call any address and follow any redirect. It is therefore given addresses of a broker on loopback, one
for each address that was found in the query's tree and is allowed; the broker calls the real server:

* the host must be on the list, as ``host`` or ``host:port``; names and passwords in an address are refused;
* a name must resolve to public addresses only (RFC 6890), and the address that was checked is the one that is called;
  an address that is not public must stand on the list itself;
* redirects are not followed.
"""

from __future__ import annotations

import asyncio
import ipaddress
import secrets
import socket
from collections.abc import Collection
from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

from jixiao.store.syntax.analysis import ExternalReference, find_external_references
from jixiao.store.syntax.explaining import explain
from jixiao.store.syntax.parsing import SparqlSyntaxError, parse_sparql
from jixiao.vocab import PREFIXES
from jixiao_service.problems import Problem, syntax_problem

_PORTS = {"http": 80, "https": 443}
_HEAD_LIMIT = 64 << 10
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def accesses_of(text: str, unit: str, base: str | None) -> list[ExternalReference]:
    """Return the SERVICE and LOAD addresses of a text, by its tree; a text that has none is refused."""
    try:
        tree = parse_sparql(text, unit)
    except SparqlSyntaxError as error:
        raise syntax_problem(explain(text, unit, PREFIXES, str(error))) from None
    return [access for access in find_external_references(tree, base, PREFIXES) if access.keyword != "FROM"]


def is_public(address: Address) -> bool:
    """Say whether an address belongs to the public internet, whichever way it is wrapped."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _wrapped(address)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def _wrapped(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that an IPv6 address stands for, None for most."""
    if address.teredo:
        return address.teredo[1]
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def check_address(address: str, allowed: Collection[str]) -> SplitResult:
    """Return the parts of an address that may be called; raise ``ValueError`` with the reason for any other."""
    parts = urlsplit(address)
    if parts.scheme not in _PORTS:
        raise ValueError("http 与 https 以外的地址 (not http or https)")
    if "@" in parts.netloc or "\\" in address:
        raise ValueError("地址含用户名或反斜线 (user names or backslashes in an address)")
    host = (parts.hostname or "").rstrip(".").lower()
    port = parts.port or _PORTS[parts.scheme]
    shown = bracketed(host)
    if not host or not {host, shown, f"{shown}:{port}"} & set(allowed):
        raise ValueError("主机不在许可名单 (the host is not on the list)")
    return parts


def bracketed(host: str) -> str:
    """Return a host as an address has it (RFC 3986, section 3.2.2)."""
    return f"[{host}]" if ":" in host else host


def vet(parts: SplitResult, allowed: Collection[str]) -> tuple[str, int]:
    """Resolve a host and return the address and port to connect to; raise ``ValueError`` when one is not public."""
    host = (parts.hostname or "").rstrip(".")
    port = parts.port or _PORTS[parts.scheme]
    try:
        ipaddress.ip_address(host)
        return host, port  # an address on the list is meant as it stands
    except ValueError:
        pass
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except OSError as error:
        raise ValueError(f"主机名无法解析 (the name does not resolve): {error}") from error
    addresses = sorted(str(each).partition("%")[0] for each in found)
    if not addresses or not all(is_public(ipaddress.ip_address(each)) for each in addresses):
        raise ValueError("主机名指向非公网地址 (the name resolves to an address that is not public)")
    return addresses[0], port


class Broker:
    """Stand on loopback between the engine and the servers it may call."""

    def __init__(self, allowed: Collection[str], seconds: float, limit: int) -> None:
        self._allowed = frozenset(allowed)
        self._seconds = seconds
        self._limit = limit
        self._tickets: dict[str, SplitResult] = {}
        self._server: asyncio.Server | None = None
        self.prefix = ""

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.prefix = f"http://127.0.0.1:{port}/{secrets.token_urlsafe(16)}/"

    async def stop(self) -> None:
        """Listen no longer."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def ticket(self, keyword: str, address: str | None) -> str:
        """Return the address to call instead of one that a query names; refuse one that may not be called."""
        try:
            if address is None:
                raise ValueError("地址是变量 (the address is a variable)")
            parts = check_address(address, self._allowed)
        except ValueError as error:
            raise Problem("remote-access", keyword=keyword, address=address or "?", reason=str(error)) from error
        name = secrets.token_urlsafe(16)
        self._tickets[name] = parts
        return self.prefix + name

    def forget(self, addresses: Collection[str]) -> None:
        """Take tickets back."""
        for address in addresses:
            self._tickets.pop(address.removeprefix(self.prefix), None)

    # ------------------------------------------------------------ HTTP, as little of it as is needed

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                status, kind, body = await self._answer(reader)
        except (TimeoutError, ValueError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            status, kind, body = 502, "text/plain; charset=utf-8", str(error).encode()
        head = (
            f"HTTP/1.1 {status} -\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        try:
            writer.write(head.encode("latin-1") + body)
            await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader) -> tuple[int, str, bytes]:
        head = await reader.readuntil(b"\r\n\r\n")
        if len(head) > _HEAD_LIMIT:
            raise ValueError("head too long")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ", 2)
        headers = {}
        for line in lines:
            key, _, value = line.partition(":")
            headers[key.lower()] = value.strip()
        secret, _, name = path.rpartition("/")
        target = self._tickets.get(name)
        if target is None or not self.prefix.endswith(f"{secret}/"):
            return 404, "text/plain", b""
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        return await self._call(target, method, headers, body)

    async def _call(
        self, parts: SplitResult, method: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, str, bytes]:
        """Call the real server at the address that was vetted, under its own name."""
        import httpx

        host, port = await asyncio.to_thread(vet, parts, self._allowed)
        url = urlunsplit((parts.scheme, f"{bracketed(host)}:{port}", parts.path or "/", parts.query, ""))
        passed = {key: headers[key] for key in ("accept", "content-type") if key in headers} | {"host": parts.netloc}
        extensions: dict[str, Any] = {"sni_hostname": parts.hostname or ""}
        async with (
            httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=self._seconds) as client,
            client.stream(method, url, headers=passed, content=body, extensions=extensions) as answer,
        ):
            if answer.is_redirect:
                raise ValueError("redirects are not followed")
            received = bytearray()
            async for part in answer.aiter_bytes():
                received += part
                if len(received) > self._limit:
                    raise ValueError("the other server's answer is too large")
            return answer.status_code, answer.headers.get("content-type", "application/octet-stream"), bytes(received)
