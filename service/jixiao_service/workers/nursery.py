"""The nursery: the process everything else is forked from, with all that is needed already imported."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from importlib import import_module
from typing import Any

_START = """import sys, json, importlib
sys.path[:] = json.loads(sys.argv[3])
importlib.import_module(sys.argv[1]).run(int(sys.argv[2]), *sys.argv[4:])"""


# Lookups jump about in a gigabyte of small pieces. In pages of 2 MB instead of 4 KB queries take 0.7 to 0.8 of the
# time, and forking a worker copies a page table that is five hundred times smaller. Only glibc takes notice.
_HUGE_PAGES = "glibc.malloc.hugetlb=1"


def start(location: str) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start the nursery for a store; return its process and the socket to order it by."""
    tunables = ":".join(filter(None, (os.environ.get("GLIBC_TUNABLES"), _HUGE_PAGES)))
    return start_forker(__name__, {**os.environ, "GLIBC_TUNABLES": tunables}, location)


def start_forker(module: str, environment: dict[str, str], *told: str) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start the process that ``run`` of a module is, ``told`` more; return it and the socket to order it by."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-c", _START, module, str(theirs.fileno()), json.dumps(sys.path), *told],
            pass_fds=[theirs.fileno()],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    return process, ours


def run(descriptor: int, location: str) -> None:
    """Be the nursery of the store at ``location``."""
    from jixiao.store import open_store
    from jixiao.store.syntax.grammar import grammar
    from jixiao.store.syntax.messages import texts
    from jixiao.store.syntax.schema import schema
    from jixiao.text.vocabulary import plain_tokenizer
    from jixiao_service.workers import answering, confinement, view, writing
    from jixiao_service.workers.data import DiskData, StoreData
    from jixiao_service.workers.forker import Forker

    confinement.die_with_parent()
    confinement.leave_signals_to_the_service()
    for load in (grammar, schema, texts, plain_tokenizer):
        load()  # a confined worker cannot open a file any more

    def work_on_disk(sock: socket.socket, arguments: dict[str, Any], context: object) -> None:
        answering.work(sock, arguments, DiskData(arguments["folder"]))

    if location.startswith(("http://", "https://")):
        import_module("jixiao.store.endpoints")  # its client takes as long to load as everything else

    def work_elsewhere(sock: socket.socket, arguments: dict[str, Any], context: object) -> None:
        from jixiao.store.endpoints import TIMEOUT

        os.environ[TIMEOUT] = str(arguments["seconds"])
        answering.work(sock, arguments, StoreData(arguments["location"], open_store))

    def hold_view(sock: socket.socket, arguments: dict[str, Any], context: object) -> None:
        view.hold(sock, arguments, {"worker": answering.work})

    roles = {
        "view": hold_view,
        "snapshot": view.take_snapshot,
        "verify": view.verify_files,
        "dump": view.dump_graphs,
        "tables": view.keep_side_tables,
        "disk-worker": work_on_disk,
        "remote-worker": work_elsewhere,
        "remote-version": view.tell_version,
        "writer": writing.write_changes,
    }
    Forker(socket.socket(fileno=descriptor), roles).run()
    os._exit(0)
