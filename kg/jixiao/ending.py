"""How a command ends: by itself, at a limit, by a signal or a fault; always with a sentence, never with a traceback."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from jixiao.command_options import INTERRUPTED, SYSTEM, refused, tell_interrupted, voice
from jixiao.errors import QueryError

_TRACEBACK = "JIXIAO_TRACEBACK"
_GRACE = 0.5  # seconds a command has to end by itself
_LOOK = 0.05  # seconds between two looks at the limits of a query


def open_closed_streams() -> None:
    """Open what is closed of standard input, output and error to nothing: the next file opened would take its place."""
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            nothing = os.open(os.devnull, os.O_RDWR)
            if nothing != descriptor:
                os.dup2(nothing, descriptor)
                os.close(nothing)
            setattr(sys, name, os.fdopen(descriptor, "r" if descriptor == 0 else "w", closefd=False))


def end_at_signals() -> None:
    """End the process at Ctrl-C and SIGTERM within a second, also while the engine is at work and Python is not."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    os.register_at_fork(after_in_child=leave_signals)
    Thread(target=_end_at, args=(heard,), daemon=True).start()


def _end_at(heard: int) -> None:
    """Wait for a signal, let the command end by itself, and otherwise end the process."""
    while os.read(heard, 1)[0] not in (signal.SIGINT, signal.SIGTERM):
        pass
    Event().wait(_GRACE)
    tell_interrupted()
    os._exit(INTERRUPTED)


def leave_signals() -> None:
    """Let somebody else hear the signals: a service, and each process that was forked, ends in its own way."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def tell_unexpected(error: Exception) -> int:
    """Say in a sentence what nobody has foreseen, and return the exit code; raise it where its traceback is wanted."""
    if _TRACEBACK in os.environ:
        raise error
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError):  # wrapped by a library, as a full disk is while a workbook is written
            return refused(cause)
        cause = cause.__cause__ or cause.__context__
    voice.complain(
        "internal",
        f"程序出错，库里内容未受影响；请报告此错误，加 {_TRACEBACK}=1 可看到详情 "
        f"(a fault of the program, nothing stored is harmed; please report it, {_TRACEBACK}=1 shows details): "
        f"{type(error).__name__}: {error}",
    )
    return SYSTEM


@contextmanager
def limited(seconds: float, memory: int) -> Iterator[None]:
    """Let limits in seconds and bytes end the process of a query: the engine, once at work, listens to nothing."""
    done = Event()
    Thread(target=_watch, args=(done, seconds, memory), daemon=True).start()
    try:
        yield
    finally:
        done.set()


def _watch(done: Event, seconds: float, memory: int) -> None:
    """End the process when a query is not done in time, or has taken more memory (bytes) than it may."""
    deadline, held = time.monotonic() + seconds, _most_memory()
    while not done.wait(min(_LOOK, max(0.0, deadline - time.monotonic()))):
        if time.monotonic() >= deadline:
            message = f"{seconds:g} 秒内没有查完，已停止；可用 --timeout 放宽 (stopped; raise --timeout)"
            voice.complain("time-limit", message)
            os._exit(QueryError.exit_code)
        if _most_memory() - held > memory:
            message = f"用了超过 {memory >> 20} MB 内存，已停止；可用 --memory 放宽 (stopped; raise --memory)"
            voice.complain("memory-limit", message)
            os._exit(QueryError.exit_code)


def _most_memory() -> int:
    """Return the most memory, in bytes, that the process has held so far."""
    try:
        import resource
    except ImportError:  # Windows does not tell
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
