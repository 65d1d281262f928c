"""End a document that takes more processor time than any should, so that one file does not hold up a whole lift."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from jixiao.documents import limits
from jixiao.documents.refusals import refuse
from jixiao.model import Document

_AGAIN = 1.0  # seconds until it is said again to what did not listen
_LEAST = 0.01


class OutOfTimeError(BaseException):
    """Leave whatever is being done: no reader that catches its own faults may go on."""


@contextmanager
def limited_time(path: Path) -> Iterator[Callable[[Document], None]]:
    """Raise ``took-too-long`` (DocumentError) in what takes too much processor time for a file.

    What is yielded takes the document, once it is known how much text there is. Elsewhere than in the first thread of
    a process, and where the system has no such clock, nothing is limited.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield lambda document: None
        return
    started = time.process_time()

    def allow(size: int) -> None:
        seconds = limits.MAX_SECONDS + limits.SECONDS_A_MEGABYTE * size / (1 << 20)
        left = seconds - (time.process_time() - started)
        signal.setitimer(signal.ITIMER_VIRTUAL, max(_LEAST, left), _AGAIN)

    former = signal.signal(signal.SIGVTALRM, _end)
    try:
        allow(path.stat().st_size if path.is_file() else 0)
        yield lambda document: allow(_text_size(document))
    except OutOfTimeError:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        used = time.process_time() - started
        raise refuse(
            "took-too-long",
            f"读取用了 {used:.0f} 秒处理器时间仍未完成，已停止，库里原有内容不变；请拆分后再读取",
            "stopped after so many seconds of processor time, what is stored is as before; split it",
        ) from None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, former)


def _text_size(document: Document) -> int:
    """Return the bytes of all text of a document."""
    size = sum(len(paragraph.text.encode()) for paragraph in document.paragraphs)
    return size + sum(len(cell.text.encode()) for table in document.tables for row in table.rows for cell in row.cells)


def _end(number: int, frame: FrameType | None) -> None:
    raise OutOfTimeError
