"""Confine a process: its memory, its files and sockets, its life."""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import resource
import signal
import socket
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_LARGEST_FILE = 512 << 20


def die_with_parent() -> None:
    """Let the kernel kill this process when the one that forked it ends (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def leave_signals_to_the_service() -> None:
    """Ignore the keyboard, which reaches every process of the group; the service ends its processes itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def used_memory() -> int:
    """Return the address space in use, in bytes; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def limit_memory(extra: int) -> None:
    """Let this process use ``extra`` bytes beyond what it uses now; an allocation beyond that fails."""
    used = used_memory()
    if used:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (used + extra, used + extra))


def die_first() -> None:
    """Let the kernel end this process before others when memory is short (Linux)."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")


def limit_seconds(seconds: float) -> None:
    """Let this process, and each one it starts, use so many seconds of a processor; write no file without end."""
    whole = math.ceil(seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (whole, whole))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
    leave_no_image()


def leave_no_image() -> None:
    """Let no image of the memory be written when this process is ended."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def leave_the_network() -> None:
    """Move this process to where no network is, as far as the system lets us (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def keep_only(sock: socket.socket, *, silent: bool = False, files: int = 0) -> socket.socket:
    """Close every file but standard error and ``sock``, and open no other: no file can be read, no socket made.

    What must be read later has to be read before; ``silent`` closes standard error as well. ``files`` may be
    open beside them, where the kernel says which (``walls``). Returns the socket under
    its new number.
    """
    sys.stdin.close()
    nothing = os.open(os.devnull, os.O_RDWR)
    for low in (0, 1, 2)[: 3 if silent else 2]:
        os.dup2(nothing, low)
    os.dup2(sock.fileno(), 3)
    sock.detach()
    os.closerange(4, resource.getrlimit(resource.RLIMIT_NOFILE)[0] if nothing < 1024 else nothing + 1)
    limit_files(files)
    return socket.socket(fileno=3)


def limit_files(files: int) -> None:
    """Let so many files be open beside those that ``keep_only`` keeps."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (4 + files, 4 + files))
