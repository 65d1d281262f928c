"""Read SPARQL 1.1 Protocol requests (https://www.w3.org/TR/sparql11-protocol/): parameters, bodies, media types."""

from __future__ import annotations

import hmac
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from starlette.requests import Request

from jixiao_service.problems import Problem
from jixiao_service.settings import ServiceSettings

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
_DIRECT = {QUERY: "query", UPDATE: "update"}  # the parameter that a body of the type is
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
RequestBody = bytes | mmap
_IN_MEMORY = 1 << 20  # bytes of a body
_FORM_BYTES = 16 << 20  # a form is decoded at once: longer texts come as a body of their own
_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*')


@dataclass(frozen=True, slots=True)
class MediaType:
    """Hold a Content-Type: the media type in lower case and its parameters."""

    name: str
    parameters: Mapping[str, str]


def media_type(request: Request, accepted: Iterable[str]) -> MediaType:
    """Return the media type of a body; one that is not accepted, or is not in UTF-8, is refused (415)."""
    coding = request.headers.get("content-encoding", "identity")
    if coding.lower() != "identity":
        raise Problem("unsupported-media-type", received=f"Content-Encoding: {coding}", offers="identity")
    given = request.headers.get("content-type", "")
    name, *rest = given.split(";")
    pairs = (part.partition("=") for part in rest)
    parameters = {key.strip().lower(): value.strip().strip('"') for key, _, value in pairs}
    found = MediaType(name.strip().lower(), parameters)
    charset = parameters.get("charset", "utf-8").lower().replace("utf8", "utf-8")
    accepted = list(accepted)
    if found.name not in accepted or charset != "utf-8":
        raise Problem("unsupported-media-type", received=given or "-", offers=", ".join(accepted))
    return found


async def read_body(request: Request, limit: int) -> RequestBody:
    """Return the body, a long one in a file without a name, where it waits for its turn and takes no memory.

    One that is larger than ``limit`` bytes is refused before all of it has come.
    """
    if int(request.headers.get("content-length") or 0) > limit:
        raise Problem("too-large", limit=limit)
    size = 0
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        async for part in request.stream():
            size += len(part)
            if size > limit:
                raise Problem("too-large", limit=limit)
            file.write(part)
        if size > _IN_MEMORY:
            return mmap(file.fileno(), size, access=ACCESS_READ)
        file.seek(0)
        return file.read()


class Parameters:
    """Hold the parameters of a request in order, each decoded once."""

    def __init__(self, pairs: list[tuple[str, str]], direct: Mapping[str, RequestBody] | None = None) -> None:
        self._pairs = pairs
        self._direct = direct or {}

    def one(self, name: str) -> str | None:
        """Return a parameter that may be given once."""
        values = self.all(name)
        if len(values) > 1:
            raise Problem("repeated-parameter", parameter=name)
        return next(iter(values), None)

    def all(self, name: str) -> tuple[str, ...]:
        """Return all values of a parameter, other than one that is the body itself."""
        return tuple(value for key, value in self._pairs if key == name)

    def text(self, name: str) -> str | None:
        """Return a query or update, without the byte order mark that some editors put before it."""
        value = self.body(name)
        if value is None:
            return None
        return str(value, "utf-8").removeprefix("\ufeff")

    def body(self, name: str) -> RequestBody | None:
        """Return a query or update as it came, in UTF-8."""
        value = self.one(name)
        if name not in self._direct:
            return None if value is None else value.encode()
        if value is not None:
            raise Problem("repeated-parameter", parameter=name)
        return self._direct[name]

    def format(self) -> str:
        """Return the format asked for; clients that give several names for it (SPARQLWrapper) mean the first known."""
        return ",".join(self.all("format"))

    def iris(self, name: str) -> tuple[str, ...]:
        """Return all values of a parameter that holds absolute IRIs; empty ones name nothing."""
        values = tuple(filter(None, self.all(name)))
        for value in values:
            if not _IRI.fullmatch(value):
                raise Problem("bad-request", reason=f"{name}: {value!r} 不是绝对 IRI (is not an absolute IRI)")
        return values

    def number(self, name: str, kind: type[Any]) -> Any:
        """Return a positive number, None (the server's own limit) when it is not given or 0."""
        value = self.one(name)
        if value in (None, "", "0"):
            return None
        try:
            number = kind(value)
        except ValueError:
            number = 0
        if not 0 < number < float("inf"):
            raise Problem("bad-request", reason=f"{name}: {value!r} 不是正数 (is not a positive number)")
        return number


def decode_pairs(encoded: bytes) -> list[tuple[str, str]]:
    """Return the names and values of an encoded form or query string."""
    try:
        return parse_qsl(encoded.decode("utf-8"), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise Problem("bad-request", reason=f"参数不是 UTF-8 (parameters are not UTF-8): {error}") from error


async def read_parameters(request: Request, direct: str, limit: int) -> Parameters:
    """Return the parameters of a query or update request.

    Those of the address come first, then those of a form; the body of type ``direct`` is the parameter of that name.
    """
    pairs = decode_pairs(request.scope["query_string"])
    if request.method != "POST":
        return Parameters(pairs)
    kind = media_type(request, (FORM, direct))
    if kind.name == FORM:
        return Parameters(pairs + decode_pairs(bytes(await read_body(request, min(limit, _FORM_BYTES)))))
    body = await read_body(request, limit)
    try:
        str(body, "utf-8")
    except UnicodeDecodeError as error:
        raise Problem("bad-request", reason=f"正文不是 UTF-8 (the body is not UTF-8): {error}") from error
    return Parameters(pairs, {_DIRECT[direct]: body})


def name_query(request: Request) -> str:
    """Return the name of the request's query, which every answer to it carries: the client's own, or a new one."""
    name = request.headers.get("x-query-id") or uuid4().hex
    if not _ID.fullmatch(name):
        raise Problem("bad-request", reason="X-Query-Id: 1–64 个字母、数字、._- (letters, digits, ._-)")
    request.scope["query_id"] = name
    return name


def endpoint(request: Request) -> str:
    """Return the address of the request without its parameters."""
    return str(request.url.replace(query="", fragment=""))


def is_authorised(request: Request, settings: ServiceSettings) -> bool:
    """Say whether the request carries the token; the comparison takes the same time whatever was sent."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    token = settings.token
    return (
        token is not None
        and scheme.lower() == "bearer"
        and hmac.compare_digest(given.strip().encode("latin-1"), token.encode())
    )


def require_writing(request: Request, settings: ServiceSettings) -> None:
    """Refuse a change unless the service is writable and the client may write."""
    if not settings.writable:
        raise Problem("read-only")
    if settings.scratch and is_foreign(request):
        raise Problem("cross-site")
    if not settings.scratch and not is_authorised(request, settings):
        raise Problem("not-authorised", headers={"WWW-Authenticate": 'Bearer realm="jixiao"'})


def is_foreign(request: Request) -> bool:
    """Tell whether a page of another site sends a request."""
    origin = request.headers.get("origin")
    if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return True
    return origin is not None and origin.rpartition("//")[2] != request.headers.get("host")
