"""Fork processes and end them, on orders from the service.

A forker has no threads: what it forks is whole. Only the parent of a process can be sure that a number still means
that process, so killing goes through here too.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jixiao_service.workers import confinement, wire

Role = Callable[[socket.socket, dict[str, Any], Any], None]


class Forker:
    """Obey orders over ``control``: fork, nice, kill, wait, end (kill and wait). Forked roles share ``context``."""

    def __init__(self, control: socket.socket, roles: Mapping[str, Role], context: Any = None) -> None:
        self._control = control
        self._roles = roles
        self._context = context
        self._children: set[int] = set()
        self._gone: dict[int, int | None] = {}  # processes that ended unasked: the signal that ended them
        self._awaited: dict[int, list[int]] = {}  # process: the orders to answer once it is gone

    def run(self) -> None:
        """Work until the service closes its end; then end every child."""
        gc.collect()
        gc.freeze()  # what is there now stays shared: no collection touches it in a child
        wake, waker = socket.socketpair()
        waker.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
        try:
            while True:
                ready = select.select([self._control, wake], [], [])[0]
                if wake in ready:
                    wake.recv(4096)
                    self._reap()
                if self._control in ready:
                    order = wire.receive_with_descriptor(self._control)
                    if order is None:
                        return
                    self._obey(*order)
        except (BrokenPipeError, ConnectionResetError):
            return  # the service went away before it had read all it was told
        finally:
            for child in self._children:
                self._kill(child)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # they end after the sockets are gone
            signal.set_wakeup_fd(-1)

    def _obey(self, order: dict[str, Any], descriptor: int | None) -> None:
        number, what = order["order"], order["what"]
        if what == "fork":
            assert descriptor is not None
            child = self._fork(order["role"], order["arguments"], descriptor)
            wire.send_json(self._control, wire.DONE, order=number, process=child)
        elif what == "nice":
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, order["process"], order["level"])
            wire.send_json(self._control, wire.DONE, order=number)
        elif what == "kill":
            self._kill(order["process"])
            wire.send_json(self._control, wire.DONE, order=number)
        else:
            process = order["process"]
            if process in self._children:
                if what == "end":
                    self._kill(process)
                self._awaited.setdefault(process, []).append(number)
            else:
                wire.send_json(self._control, wire.DONE, order=number, signal=self._gone.pop(process, None))

    def _kill(self, process: int) -> None:
        if process in self._children:
            with contextlib.suppress(OSError):  # what stepped back is slow to go; not everybody may change that
                os.setpriority(os.PRIO_PROCESS, process, 0)
            for each in (process, *_below(process)):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)

    def _fork(self, role: str, arguments: dict[str, Any], descriptor: int) -> int:
        child = os.fork()
        if child:
            os.close(descriptor)
            self._children.add(child)
            return child
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            confinement.die_with_parent()
            confinement.leave_signals_to_the_service()
            self._control.close()
            self._roles[role](socket.socket(fileno=descriptor), arguments, self._context)
            code = 0
        except (BrokenPipeError, ConnectionResetError):
            code = 0  # the service went away
        except BaseException as error:  # its message may hold what is in the data
            traceback.print_tb(error.__traceback__)
            print(type(error).__name__, file=sys.stderr)
        finally:
            os._exit(code)

    def _reap(self) -> None:
        while self._children:
            process, status = os.waitpid(-1, os.WNOHANG)
            if not process:
                return
            self._children.discard(process)
            ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
            orders = self._awaited.pop(process, [])
            if not orders:
                self._gone[process] = ended_by
            for number in orders:
                wire.send_json(self._control, wire.DONE, order=number, signal=ended_by)


def _below(process: int) -> list[int]:
    """Return the processes that one has started, and those that they have (Linux)."""
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return []
    return [each for child in map(int, children) for each in (child, *_below(child))]
