"""Run the service; ``jixiao serve`` calls ``serve``."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import fields, replace
from functools import partial
from pathlib import Path

from jixiao.errors import StoreError, UsageError
from jixiao_service.door import DoorLimits
from jixiao_service.hosts import is_here
from jixiao_service.settings import Limits, ServiceSettings

SHORTEST_TOKEN = 16


def serve(
    store: str | None,
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int | None = None,
    timeout: float = 30.0,
    scratch: bool = False,
    convert: bool = False,
) -> None:
    """Serve a store (None with ``scratch``) until stopped.

    ``convert`` lets LibreOffice and recognisers help to read files that are checked;
    ``workers`` is the number of query processes kept ready, ``timeout`` the limit of a query in seconds, ``port`` 0 any
    free port. Everything else comes from the environment: see ``settings_from``.
    """
    import uvicorn

    from jixiao_service.app import create_app
    from jixiao_service.door import Door, connections_allowed
    from jixiao_service.federation import bracketed
    from jixiao_service.listening import Connection
    from jixiao_service.observing import log_to_stderr

    if scratch and not is_here(host):
        raise UsageError(
            "临时库人人可写，只能在本机 (a scratch service is writable: loopback only)", "scratch-host", host
        )
    settings = settings_from(os.environ, store, scratch)
    os.environ.pop("JIXIAO_TOKEN", None)  # what parses strangers' files need not know it
    settings = replace(settings, ready=workers or 2, convert=convert, limits=replace(settings.limits, seconds=timeout))
    door = replace(settings.door, connections=min(settings.door.connections, connections_allowed()))
    os.umask(0o077)
    log_to_stderr(literals=settings.log_literals)
    listener = _listen(host, port)
    print(f"http://{bracketed(host)}:{listener.getsockname()[1]}/  (Ctrl-C 停止)", file=sys.stderr, flush=True)
    config = uvicorn.Config(
        create_app(settings),
        http=partial(Connection, Door(door)),  # type: ignore[arg-type]
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(door.proxies),
        forwarded_allow_ips=list(door.proxies),
        timeout_keep_alive=door.keep_alive,
        timeout_graceful_shutdown=1,
    )
    uvicorn.Server(config).run(sockets=[listener])


def settings_from(environment: Mapping[str, str], store: str | None, scratch: bool) -> ServiceSettings:
    """Return the settings the environment asks for.

    ``JIXIAO_TOKEN_FILE`` names a file with the token that lets its bearers write, ``JIXIAO_TOKEN`` is the token itself;
    ``JIXIAO_HOSTS`` lists the names the service is known by, ``JIXIAO_TRUSTED_PROXIES`` the addresses of the proxies
    before it; ``JIXIAO_CORS=0`` keeps pages of other origins out, ``JIXIAO_METRICS=1`` shows ``/metrics`` to everybody,
    ``JIXIAO_MCP=1`` offers tools for language models, ``JIXIAO_CONTACT`` is shown to who finds an error,
    ``JIXIAO_LOG_LITERALS=1`` logs slow queries word for word;
    ``JIXIAO_DOOR_CONNECTIONS``, ``…_EACH`` and so on set the fields of ``DoorLimits``; ``JIXIAO_FEDERATION`` lists
    hosts that queries may reach, by commas;
    ``JIXIAO_LIMIT_ROWS``, ``…_BYTES``, ``…_MEMORY``, ``…_RUNNING``, ``…_LONG`` and so on set the fields of ``Limits``;
    ``JIXIAO_VIEW`` (memory, disk, auto) says where queries read from; ``JIXIAO_SLOW_SECONDS`` and
    ``JIXIAO_LOG_REQUESTS`` say what is logged; ``JIXIAO_BASE_IRI`` is the base of the data; with ``JIXIAO_AHEAD=0``
    nothing is asked before somebody asks for it.
    """
    defaults = ServiceSettings()
    return ServiceSettings(
        store=store or "",
        scratch=scratch,
        token=_token(environment),
        base_iri=environment.get("JIXIAO_BASE_IRI", defaults.base_iri),
        federation=_names("JIXIAO_FEDERATION", environment),
        limits=replace(Limits(), **_numbers("JIXIAO_LIMIT", environment, Limits)),  # type: ignore[arg-type]
        door=replace(
            DoorLimits(proxies=_names("JIXIAO_TRUSTED_PROXIES", environment)),
            **_numbers("JIXIAO_DOOR", environment, DoorLimits),  # type: ignore[arg-type]
        ),
        hosts=_names("JIXIAO_HOSTS", environment),
        cors=environment.get("JIXIAO_CORS", "1") != "0",
        open_metrics=_asked("JIXIAO_METRICS", environment),
        log_literals=_asked("JIXIAO_LOG_LITERALS", environment),
        mcp=_asked("JIXIAO_MCP", environment),
        contact=environment.get("JIXIAO_CONTACT", ""),
        slow_seconds=_positive("JIXIAO_SLOW_SECONDS", environment.get("JIXIAO_SLOW_SECONDS", "1"), True),
        view=_one_of("JIXIAO_VIEW", environment.get("JIXIAO_VIEW", "auto"), ("auto", "memory", "disk")),
        ahead=environment.get("JIXIAO_AHEAD", "1") != "0",
        log_requests=_asked("JIXIAO_LOG_REQUESTS", environment),
    )


def _asked(name: str, environment: Mapping[str, str]) -> bool:
    return environment.get(name, "") not in ("", "0")


def _names(name: str, environment: Mapping[str, str]) -> frozenset[str]:
    return frozenset(filter(None, (part.strip().lower() for part in environment.get(name, "").split(","))))


def _numbers(prefix: str, environment: Mapping[str, str], kind: type[Limits | DoorLimits]) -> dict[str, float | int]:
    """Return the fields of a class of limits that the environment sets."""
    found: dict[str, float | int] = {}
    for field in fields(kind):
        name = f"{prefix}_{field.name.upper()}"
        if name in environment and str(field.type) in ("int", "float"):
            found[field.name] = _positive(name, environment[name], str(field.type) == "float")
    return found


def _token(environment: Mapping[str, str]) -> str | None:
    """Return the token of a file or of the environment; one that can be guessed is refused."""
    path = environment.get("JIXIAO_TOKEN_FILE")
    token = environment.get("JIXIAO_TOKEN")
    if path:
        try:
            token = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise UsageError(f"口令文件读不出 (cannot read the token file): {error}", "bad-setting", path) from error
    if token and len(token) < SHORTEST_TOKEN:
        message = f"口令至少 {SHORTEST_TOKEN} 个字符 (the token needs {SHORTEST_TOKEN} characters)"
        raise UsageError(message, "bad-setting", "JIXIAO_TOKEN")
    return token or None


def _positive(name: str, text: str, decimal: bool) -> float | int:
    kind = float if decimal else int
    try:
        value = kind(text)
    except ValueError:
        value = 0
    if not 0 < value < float("inf"):
        raise UsageError("要是正数 (must be a positive number)", "bad-setting", f"{name}={text}")
    return value


def _one_of(name: str, text: str, allowed: tuple[str, ...]) -> str:
    if text not in allowed:
        raise UsageError(f"只能是 (must be one of) {' '.join(allowed)}", "bad-setting", f"{name}={text}")
    return text


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # asyncio sends without delay (TCP_NODELAY) only on sockets that name their protocol; otherwise an answer that
        # is written in two parts waits some 40 ms for the client to acknowledge the first.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        message = (
            "不能监听，多半是端口已被占用；请换一个：--port 8001，或 make run PORT=8001 "
            f"(cannot listen, try another port): {error.strerror}"
        )
        raise StoreError(message, "cannot-listen", f"{host}:{port}") from error
    listener.listen(2048)
    return listener
