"""What a service may be told: where the data is, what is allowed, and the limits."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from jixiao.config import BASE_IRI
from jixiao_service.door import DoorLimits


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Limits:
    """Hold the limits of one query, each of which stops the work.

    ``seconds`` from arrival to the end of evaluation; ``rows`` and ``bytes`` of a result, beyond which it is capped and
    says so; ``memory`` is what a query may use beyond the data, in bytes; ``running`` queries at a time, of which
    ``long`` may run longer than ``slice`` seconds, behind all others; ``abreast`` are those that have just begun;
    ``waiting`` is how long a query waits for its turn, ``queued`` how many do;
    ``write_seconds`` and ``write_memory`` are the limits of a change.
    """

    seconds: float = 30.0
    rows: int = 1_000_000
    bytes: int = 1 << 30
    memory: int = 1 << 30
    abreast: int = field(default_factory=_cores)
    running: int = field(default_factory=lambda: 4 + 3 * _cores())
    long: int = 4
    slice: float = 0.3
    waiting: float = 10.0
    queued: int = 256
    write_seconds: float = 120.0
    write_memory: int = 4 << 30
    query_bytes: int = 1 << 20
    upload_bytes: int = 256 << 20


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Hold the settings of a service.

    ``store`` is a folder or the URL of a SPARQL endpoint. Writing needs ``token`` (sent as bearer token) or
    ``scratch``, an empty data set in memory that lives as long as the service. ``federation`` lists the hosts (``host``
    or ``host:port``) that ``SERVICE`` and ``LOAD`` may reach; without it neither leaves the machine. ``ready`` is the
    number of query processes kept waiting; queries that take longer than ``slow_seconds`` are logged.
    ``view`` is memory, disk, or auto: in memory unless it is too short. ``ahead`` asks at
    the start what the first visitors will need. ``hosts`` are the names the service is known by, beside those of this
    machine; ``cors`` lets pages of any origin read the data; ``open_metrics`` shows the counts beyond this machine;
    ``log_literals`` logs slow queries with the texts they look for; ``mcp`` offers tools for language models;
    ``convert`` lets checked files be read with the help of converters and recognisers.
    ``contact`` is where visitors report what is wrong.
    """

    store: str = "data/out/store"
    scratch: bool = False
    token: str | None = None
    base_iri: str = BASE_IRI
    federation: frozenset[str] = frozenset()
    limits: Limits = field(default_factory=Limits)
    slow_seconds: float = 1.0
    log_requests: bool = False
    ready: int = 2
    view: str = "auto"
    ahead: bool = True
    door: DoorLimits = field(default_factory=DoorLimits)
    hosts: frozenset[str] = frozenset()
    cors: bool = True
    open_metrics: bool = False
    log_literals: bool = False
    mcp: bool = False
    convert: bool = False
    contact: str = ""

    @property
    def writable(self) -> bool:
        """Say whether anybody may write."""
        return self.scratch or self.token is not None
