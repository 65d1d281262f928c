"""Hold each client to a rate: so many requests at once, so many a second from then on."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from jixiao_service.problems import Problem

_CLIENTS = 10_000


class Rate:
    """Give each client a bucket of ``burst`` requests that refills at ``per_second``; 0 limits nobody."""

    def __init__(self, per_second: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> None:
        """Take one request of a client; raise ``Problem`` (429, with Retry-After) when its bucket is empty."""
        if not self._per_second:
            return
        now = self._clock()
        left, since = self._buckets.pop(client, (float(self._burst), now))
        left = min(self._burst, left + (now - since) * self._per_second)
        allowed = left >= 1
        if allowed:
            left -= 1
        self._buckets[client] = (left, now)
        while len(self._buckets) > _CLIENTS:
            self._buckets.popitem(last=False)
        if not allowed:
            wait = max(1, math.ceil((1 - left) / self._per_second))
            raise Problem("too-many-requests", retry_after=wait, limit=self._per_second)
