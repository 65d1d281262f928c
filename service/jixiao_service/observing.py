"""Count what happens, for Prometheus, and log it as JSON lines."""

from __future__ import annotations

import json
import logging
import re
import resource
import sys
import time
import traceback
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

LOGGER = logging.getLogger("jixiao.service")
_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_TEXT_SHOWN = 2000
_LITERAL = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\'|"(?:[^"\\\n]++|\\.)*+"|\'(?:[^\'\\\n]++|\\.)*+\'', re.S
)


class Histogram:
    """Count durations by upper bounds in seconds."""

    def __init__(self) -> None:
        self.counts = [0] * (len(_BOUNDS) + 1)
        self.sum = 0.0

    def observe(self, seconds: float) -> None:
        """Count one."""
        self.counts[bisect_left(_BOUNDS, seconds)] += 1
        self.sum += seconds

    def samples(self) -> Iterator[str]:
        """Yield the samples of the exposition, without the name."""
        total = 0
        for bound, count in zip((*map(str, _BOUNDS), "+Inf"), self.counts, strict=True):
            total += count
            yield f'_bucket{{le="{bound}"}} {total}'
        yield f"_sum {self.sum:.6f}"
        yield f"_count {total}"


LEFT = "left"  # how a query ended whose client hung up


class Observer:
    """Keep the counts of one service."""

    def __init__(self, slow_seconds: float, log_requests: bool = False, *, literals: bool = False) -> None:
        self._slow = slow_seconds
        self._log_requests = log_requests
        self._literals = literals
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._outcomes: Counter[str] = Counter()
        self._request_seconds = Histogram()
        self._query_seconds = Histogram()
        self._started = time.time()

    def request(self, method: str, place: str, status: int, seconds: float) -> None:
        """Count a request; ``place`` is the route, not the address: there are few of them."""
        self._requests[method, place, status] += 1
        self._request_seconds.observe(seconds)
        if self._log_requests:
            log("request", method=method, place=place, status=status, seconds=round(seconds, 4))

    def query(self, text: str, query_id: str, outcome: str, seconds: float) -> None:
        """Count a query by how it ended: ok, or the kind of problem; log one that took long, or whose client left."""
        self._outcomes[outcome] += 1
        self._query_seconds.observe(seconds)
        if seconds >= self._slow or outcome == LEFT:
            log(
                "client left" if outcome == LEFT else "slow query",
                logging.WARNING,
                query_id=query_id,
                outcome=outcome,
                seconds=round(seconds, 3),
                query=(text if self._literals else _LITERAL.sub('"…"', text))[:_TEXT_SHOWN],
            )

    def exposition(self, gauges: Mapping[str, tuple[str, float]], info: Mapping[str, str]) -> str:
        """Return the Prometheus text format; ``gauges`` have a description and a value by name."""
        requests = []
        for (method, place, status), count in sorted(self._requests.items()):
            requests.append(_labels(method=method, route=place, status=str(status)) + f" {count}")
        outcomes = [_labels(outcome=outcome) + f" {count}" for outcome, count in sorted(self._outcomes.items())]
        usage = resource.getrusage(resource.RUSAGE_SELF)
        own = {
            "jixiao_start_time_seconds": ("Start of the service.", self._started),
            "jixiao_cpu_seconds": ("Processor time of the HTTP process.", usage.ru_utime + usage.ru_stime),
        }
        lines = [
            *_metric("jixiao_requests_total", "counter", "Requests by method, route and status.", requests),
            *_metric("jixiao_queries_total", "counter", "Queries by outcome.", outcomes),
            *_metric(
                "jixiao_request_seconds", "histogram", "Time to answer requests.", self._request_seconds.samples()
            ),
            *_metric("jixiao_query_seconds", "histogram", "Time to answer queries.", self._query_seconds.samples()),
        ]
        for name, (help_text, value) in {**gauges, **own}.items():
            lines += _metric(name, "gauge", help_text, [f" {value}"])
        lines += _metric("jixiao_info", "gauge", "What is served.", [_labels(**info) + " 1"])
        return "\n".join(lines) + "\n"


def _metric(name: str, kind: str, help_text: str, samples: Iterable[str]) -> list[str]:
    """Return the lines of one metric; a sample is what comes after the name."""
    return [f"# HELP {name} {help_text}", f"# TYPE {name} {kind}", *(name + sample for sample in samples)]


def _labels(**values: str) -> str:
    pairs = ",".join(f'{name}="{_escape(value)}"' for name, value in values.items())
    return f"{{{pairs}}}"


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def log(event: str, level: int = logging.INFO, **facts: Any) -> None:
    """Log an event with its facts as one line of JSON."""
    if LOGGER.isEnabledFor(level):
        moment = time.strftime("%Y-%m-%dT%H:%M:%S%z")
        LOGGER.log(level, json.dumps({"time": moment, "event": event, **facts}, ensure_ascii=False, default=str))


def _without_message(record: logging.LogRecord) -> bool:
    """Let a failure be logged by its class and places: its message may hold what is in the data."""
    if record.exc_info:
        kind, _, trace = record.exc_info
        record.exc_text = "".join(traceback.format_tb(trace)) + (kind.__name__ if kind else "")
        record.exc_info = None
    return True


def log_to_stderr(level: int = logging.INFO, *, literals: bool = False) -> None:
    """Send the log to standard error, one JSON object a line; failures without their messages, unless ``literals``."""
    if not literals:
        logging.getLogger("uvicorn.error").addFilter(_without_message)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    LOGGER.handlers = [handler]
    LOGGER.setLevel(level)
    LOGGER.propagate = False
