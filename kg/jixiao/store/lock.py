"""Let one writer or many readers use a store folder at a time, and say who is in the way."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from jixiao.errors import StoreError

try:
    import fcntl
    import resource
except ImportError:  # Windows: the store's own lock still keeps writers apart, and files are not counted
    fcntl = None  # type: ignore[assignment]
    resource = None  # type: ignore[assignment]

_PAUSE = 0.05
_MANY = 1 << 16  # open files that are enough where the host sets no limit


def raise_descriptor_limit() -> int:
    """Raise the soft limit of open files to the hard one and return it."""
    if resource is None:
        return _MANY
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY:
        hard = max(soft, _MANY)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


class FolderLock:
    """Hold the lock of a store folder: shared for reading, exclusive for writing.

    The lock file is written to only by writers: its time of change says when the data may last have changed.
    """

    def __init__(self, folder: Path, *, exclusive: bool, wait: float) -> None:
        self._path = folder / "lock"
        self._exclusive = exclusive
        access = os.O_RDWR if exclusive else os.O_RDONLY
        try:
            self._file = os.open(self._path, access | os.O_CREAT, 0o666)
        except OSError as error:
            raise StoreError(
                f"图谱库打不开 (the store cannot be opened): {error.strerror}", "store-unreachable", str(folder)
            ) from error
        self._acquire(wait)
        if exclusive:
            holder = {"pid": os.getpid(), "command": Path(sys.argv[0]).name or "python"}
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, json.dumps(holder).encode(), 0)

    def _acquire(self, wait: float) -> None:
        if fcntl is None:
            return
        mode = (fcntl.LOCK_EX if self._exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB
        deadline = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(self._file, mode)
                return
            except OSError as error:
                if time.monotonic() >= deadline:
                    message = self._conflict()
                    os.close(self._file)
                    raise StoreError(message, "store-locked", str(self._path.parent)) from error
            time.sleep(_PAUSE)

    def _conflict(self) -> str:
        """Say who holds the store and what to do."""
        try:
            holder = json.loads(self._path.read_text())
            who = f"process {holder['pid']} ({holder['command']})"
        except (OSError, ValueError, KeyError):
            who = "another process"
        if self._exclusive:
            return f"图谱库正在使用，请稍候 (in use, last written by {who}; wait for it to end, or use a service)"
        return f"图谱库正在写入，请稍候 ({who} is writing to it; wait for it to end, or use a service)"

    def release(self) -> None:
        """Let others in."""
        os.close(self._file)
