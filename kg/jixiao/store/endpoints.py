"""SPARQL 1.1 endpoints over HTTP: where they take updates, how they count the default graph, how they ask who it is."""

from __future__ import annotations

import io
import math
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx

from jixiao.errors import QueryError, StoreError

TIMEOUT = "JIXIAO_STORE_TIMEOUT"
_TRIES = 5
_PAUSE = 0.2  # seconds before the second try, doubled for each further one
_REFUSED = frozenset({429, 503})  # nothing was done
_PASSING = _REFUSED | {502, 504}


@dataclass(frozen=True, slots=True)
class Dialect:
    """Describe what kinds of server do differently.

    ``merge`` says where the merge of all graphs is: ``default``, the server's own default graph, which we fill;
    ``named``, a graph that we fill and name in every query; ``server``, the server merges by itself. ``batch`` is the
    number of triples the server takes in one update; ``ticks`` those in a second of its parameter ``timeout``, 0 where
    it has none.
    """

    name: str
    merge: str
    paths: tuple[tuple[str, str], ...] = ()
    digest: bool = False
    batch: int = 20_000
    ticks: int = 0


# The endings of query addresses, and of the update addresses that belong to them.
_USUAL = (("/query", "/update"), ("/sparql", "/update"))
DIALECTS = (
    Dialect("virtuoso", "named", (("/sparql", "/sparql-auth"),), digest=True, batch=1_000, ticks=1000),
    Dialect("oxigraph", "default", (("/query", "/update"),)),
    Dialect("jixiao", "server", (("/sparql", "/update"),)),
    Dialect("fuseki", "default", _USUAL, ticks=1),
    Dialect("qlever", "named", (("", ""),)),
    # Servers differ in what their default graph shows; a merge that queries name means the same everywhere.
    Dialect("graphdb", "named", (("", "/statements"),), ticks=1),
    Dialect("stardog", "named", (("/query", "/update"),), ticks=1000),
    Dialect("generic", "named", _USUAL),
)
_MERGES = frozenset({"default", "named", "server"})


@dataclass(frozen=True, slots=True)
class Access:
    """Hold how to reach an endpoint, from the environment.

    ``JIXIAO_STORE_UPDATE`` is the address for updates where it cannot be told from that for queries;
    ``JIXIAO_STORE_USER`` and ``…_PASSWORD``, or ``…_TOKEN``, say who we are; ``JIXIAO_STORE_MERGE`` overrides the
    dialect's ``merge``; ``JIXIAO_STORE_TIMEOUT`` is how many seconds the server should give a query.
    """

    update: str | None = None
    user: str | None = None
    password: str = ""
    token: str | None = None
    merge: str | None = None
    seconds: float = 0

    @classmethod
    def from_environment(cls) -> Access:
        """Read the variables."""
        merge = os.environ.get("JIXIAO_STORE_MERGE") or None
        if merge is not None and merge not in _MERGES:
            raise StoreError(f"JIXIAO_STORE_MERGE must be one of {', '.join(sorted(_MERGES))}", "bad-setting", merge)
        return cls(
            os.environ.get("JIXIAO_STORE_UPDATE") or None,
            os.environ.get("JIXIAO_STORE_USER") or None,
            os.environ.get("JIXIAO_STORE_PASSWORD", ""),
            os.environ.get("JIXIAO_STORE_TOKEN") or None,
            merge,
            float(os.environ.get(TIMEOUT) or 0),
        )


class Endpoint:
    """Send queries and updates to one server, again when it is busy for the moment."""

    def __init__(self, address: str, access: Access) -> None:
        self.address = address
        self._seconds = access.seconds
        headers = {}
        if access.token:
            headers["Authorization"] = f"Bearer {access.token}"
        self._client = httpx.Client(timeout=httpx.Timeout(600, connect=10), headers=headers, trust_env=False)
        accept = "application/sparql-results+json"
        answer = self._send("POST", address, b"query=ASK%20%7B%7D", "application/x-www-form-urlencoded", accept)
        self._require(answer, "store-unreachable")
        dialect = _dialect(answer.headers, address)
        self.dialect = replace(dialect, merge=access.merge) if access.merge else dialect
        self.update_address = access.update or _update_address(address, dialect)
        if access.user:
            kind = httpx.DigestAuth if dialect.digest else httpx.BasicAuth
            self._client.auth = kind(access.user, access.password)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def query(self, text: str, accept: str, data_set: Mapping[str, list[str]]) -> OpenAnswer:
        """Ask a query; its answer is read as it comes."""
        # As a form, which every server takes; Virtuoso 7 waits for ever when a query is the body itself.
        form: dict[str, Any] = {"query": text, **data_set}
        if self._seconds * self.dialect.ticks:
            form["timeout"] = math.ceil(self._seconds * self.dialect.ticks)
        request = self._client.build_request("POST", self.address, data=form, headers={"Accept": accept})
        answer = self._again(lambda: self._client.send(request, stream=True))
        if answer.status_code >= 400:
            answer.read()
            if answer.status_code == 400:
                raise QueryError(_reason(answer), "query-failed", self.address)
            self._require(answer, "store-query")
        return OpenAnswer(answer)

    def update(self, text: str, *, repeatable: bool = True) -> None:
        """Carry out an update; one that is not ``repeatable`` is sent again only when it was surely not carried out."""
        headers = {"Content-Type": "application/sparql-update", "Accept": "*/*"}
        answer = self._again(
            lambda: self._client.request("POST", self.update_address, content=text.encode(), headers=headers),
            repeatable,
        )
        if answer.status_code == 400:
            raise QueryError(_reason(answer), "update-failed", self.update_address)
        self._require(answer, "store-write")

    def send(self, method: str, address: str, content: bytes, kind: str) -> httpx.Response:
        """Send anything else."""
        answer = self._send(method, address, content, kind)
        self._require(answer, "store-write")
        return answer

    def _send(self, method: str, address: str, content: bytes, kind: str, accept: str = "*/*") -> httpx.Response:
        headers = {"Content-Type": kind, "Accept": accept}
        return self._again(lambda: self._client.request(method, address, content=content, headers=headers))

    def _again(self, send: Any, repeatable: bool = True) -> httpx.Response:
        """Try again while the server cannot be reached or says that it is busy."""
        pause = _PAUSE
        for left in range(_TRIES - 1, -1, -1):
            try:
                answer: httpx.Response = send()
                if answer.status_code not in (_PASSING if repeatable else _REFUSED) or not left:
                    return answer
                answer.close()
            except httpx.TransportError as error:
                if not left or not (repeatable or isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)):
                    message = f"服务器连不上，它开着吗，地址对吗 (the endpoint cannot be reached): {error}"
                    raise StoreError(message, "store-unreachable", self.address) from error
            time.sleep(pause)
            pause *= 2
        raise AssertionError

    def _require(self, answer: httpx.Response, code: str) -> None:
        if answer.status_code < 400:
            return
        if answer.status_code == 405 or _READ_ONLY.search(answer.text):
            message = (
                "服务器只读，或更新地址不对，可设 JIXIAO_STORE_UPDATE (read-only, or another address takes updates)"
            )
            raise StoreError(message, "store-read-only", str(answer.url))
        if answer.status_code in (401, 403):
            message = "服务器要凭据，请设 JIXIAO_STORE_USER 和 JIXIAO_STORE_PASSWORD，或 …_TOKEN (set who asks)"
            raise StoreError(message, "store-denied", str(answer.url))
        reason = _reason(answer)
        if "estimated execution time" in reason:  # Virtuoso reckons with nested OPTIONAL as if it met them all
            reason = f"请在 virtuoso.ini 里去掉 MaxQueryCostEstimationTime (take it out of virtuoso.ini): {reason}"
        raise StoreError(f"HTTP {answer.status_code}: {reason}", code, str(answer.url))


_READ_ONLY = re.compile(r"read-?only|只读", re.IGNORECASE)


def _reason(answer: httpx.Response) -> str:
    return " ".join(answer.text.split())[:500] or answer.reason_phrase


def _dialect(headers: httpx.Headers, address: str) -> Dialect:
    server = headers.get("server", "").lower()
    names = {each.name: each for each in DIALECTS}
    if "x-data-version" in headers:
        return names["jixiao"]
    for name in ("virtuoso", "oxigraph", "fuseki", "qlever", "graphdb", "stardog"):
        if name in server:
            return names[name]
    if "/repositories/" in address:
        return names["graphdb"]
    return names["generic"]


def _update_address(address: str, dialect: Dialect) -> str:
    parts = urlsplit(address)
    path = parts.path.rstrip("/")
    for ending, instead in dialect.paths:
        if path.endswith(ending):
            path = path.removesuffix(ending) + instead
            break
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


class OpenAnswer(io.RawIOBase):
    """Read an answer as a file, as it comes; the connection is free again after the last byte."""

    def __init__(self, answer: httpx.Response) -> None:
        self._answer = answer
        self._parts = answer.iter_bytes()
        self._rest = b""
        self.headers = answer.headers
        self.kind = answer.headers.get("content-type", "").partition(";")[0].strip()

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read some bytes; an answer that breaks off is an error."""
        while not self._rest:
            try:
                part = next(self._parts, None)
            except httpx.TransportError as error:
                raise OSError(f"服务器中断了答复 (the endpoint broke off its answer): {error}") from error
            if part is None:
                self.close()
                return 0
            self._rest = part
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def close(self) -> None:
        """Let the connection go."""
        self._answer.close()
        super().close()
