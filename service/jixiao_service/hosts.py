"""Know the names of this service: what a request may say in its Host field."""

from __future__ import annotations

import ipaddress
import socket
from functools import cache

from starlette.types import Scope

from jixiao_service.problems import Problem

_ANYWHERE = ("/livez", "/readyz")  # whoever watches the service asks by whatever name


def is_here(address: str) -> bool:
    """Tell whether an address is one of this machine's own loopback."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


@cache
def own_names() -> frozenset[str]:
    """Return the names of this machine."""
    name = socket.gethostname().lower()
    return frozenset({"localhost", name, name.partition(".")[0], socket.getfqdn().lower()})


def check_host(scope: Scope, hosts: frozenset[str]) -> None:
    """Refuse a request that names no host, two, or one that is not this service (DNS rebinding)."""
    named = [value.decode("latin-1") for key, value in scope["headers"] if key == b"host"]
    if scope["path"] in _ANYWHERE:
        return
    if len(named) != 1 or not _is_ours(named[0].lower(), scope, hosts):
        raise Problem("foreign-host", received=", ".join(named)[:200] or "-")


def _is_ours(named: str, scope: Scope, hosts: frozenset[str]) -> bool:
    host = named.rpartition(":")[0] if named.rpartition(":")[2].isdecimal() and not named.endswith("]") else named
    host = host.strip("[]").rstrip(".")
    bound = scope.get("server")
    at_address = bound is not None and host == str(bound[0]).lower()
    return at_address or is_here(host) or host in hosts or named in hosts or host in own_names()
