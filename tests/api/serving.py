"""Services as processes of their own, forked from one in which everything they import is there already."""

from __future__ import annotations

import multiprocessing
import os
import sys
import warnings
from collections.abc import Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

_FORKED = multiprocessing.get_context("forkserver")
_FORKED.set_forkserver_preload([__name__, "jixiao_service.app", "jixiao_service.listening", "uvicorn.protocols.utils"])


def start(store: str | None, environment: Mapping[str, str], log: Path, options: Mapping[str, Any]) -> BaseProcess:
    """Start a service that finds ``environment`` and writes what it says to ``log``."""
    process = _FORKED.Process(target=_serve, args=(store, dict(environment), log, dict(options)))
    process.start()
    return process


def _serve(store: str | None, environment: dict[str, str], log: Path, options: dict[str, Any]) -> None:
    from jixiao_service.run import serve

    warnings.simplefilter("error")
    os.environ.clear()
    os.environ.update(environment)
    with log.open("w") as stream:
        os.dup2(stream.fileno(), 2)
    sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
    serve(store, port=0, **options)
