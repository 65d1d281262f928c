"""Who may come in: caps on connections, and how long a head or a body may take."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

from jixiao.store.lock import raise_descriptor_limit
from jixiao_service.observing import log

HEAD_BYTES = 64 << 10
HEAD_FIELDS = 100
SPARE_DESCRIPTORS = 256  # for the store, the workers and what is being written


@dataclass(frozen=True, slots=True)
class DoorLimits:
    """Hold the limits of connections.

    ``connections`` in all and ``each`` from one address, but for those of ``proxies``; ``head_seconds`` for the head of
    a request, from its first byte or from the connection; a body sends ``body_bytes`` in every
    ``body_seconds``; ``keep_alive`` seconds between two requests.
    """

    connections: int = 4096
    each: int = 256
    proxies: frozenset[str] = frozenset()
    head_seconds: float = 10.0
    body_seconds: float = 20.0
    body_bytes: int = 4096
    keep_alive: int = 65


@dataclass(slots=True)
class Door:
    """Count who is in."""

    limits: DoorLimits = field(default_factory=DoorLimits)
    _inside: Counter[str] = field(default_factory=Counter)
    _told: float = 0.0
    _refused: int = 0

    def enter(self, address: str) -> bool:
        """Let a connection in, or say that there are too many; those refused are logged once a second."""
        own = address not in self.limits.proxies and self._inside[address] >= self.limits.each
        if own or self._inside.total() >= self.limits.connections:
            self._refuse(address)
            return False
        self._inside[address] += 1
        return True

    def leave(self, address: str) -> None:
        """Let a connection out."""
        self._inside[address] -= 1
        if self._inside[address] <= 0:
            del self._inside[address]

    def _refuse(self, address: str) -> None:
        self._refused += 1
        now = time.monotonic()
        if now - self._told >= 1:
            log("connections refused", address=address, refused=self._refused, connected=self._inside.total())
            self._told, self._refused = now, 0


def connections_allowed() -> int:
    """Raise the limit of open files as far as may be, and return how many connections that allows."""
    return max(raise_descriptor_limit() - SPARE_DESCRIPTORS, 16)
