"""Know the files of a store by size and checksum, so that damage is told before anything is read from them.

The engine checks its blocks, but all its readers except one pass over a bad block in silence: a count goes on with what
is left, or never ends. So every file is summed when its writer closes the store. Files of sorted tables (``.sst``) are
never changed afterwards; the others are, by the next writer, and are known only while nobody has written since.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from zlib import crc32

from jixiao.errors import StoreError
from jixiao.store.lock import FolderLock

RECORD = "files.json"
_LASTING = ".sst"
_NOISE = ("LOG", "LOCK")  # the engine's own diary, and its lock
_PART = 1 << 20
_AT_ONCE = 256 << 20  # bytes that are summed whenever a store is opened: a quarter of a second
_PAUSE = 10.0  # seconds to wait for a moment in which nobody writes

_CAUSES = (
    (
        ("Too many open files", "file descriptors"),
        "store-files",
        "能同时打开的文件太少，不说明库坏了；放宽 ulimit -n 后重试 "
        "(too few file descriptors, which is no damage; raise `ulimit -n` and try again)",
    ),
    (
        ("No space left", "Disk quota"),
        "store-full",
        "磁盘已满，不说明库坏了；腾出空间后重新运行同一命令 "
        "(the disk is full, which is no damage; make room, then run it again)",
    ),
    (
        ("Permission denied", "Operation not permitted", "Read-only file system"),
        "store-permission",
        "没有读写权限，不说明库坏了；请核对文件夹的属主和权限 "
        "(no permission, which is no damage; see who owns the folder and its files)",
    ),
)
_DAMAGED = (
    "库的文件与写入时不同，不再读取：{files}。可先 jixiao store backup 文件名 --readable 存出仍完好的文档，"
    "再 jixiao store restore 到新文件夹，其余重新 lift "
    "(files differ from what was written and are not read; save the sound documents with `store backup FILE "
    "--readable`, restore them into a new folder, lift the others again)"
)


def seal(folder: Path) -> None:
    """Note every file of a store that nobody writes to any more; those noted before and written once are not read."""
    known, record = _recorded(folder).files, {}
    for file in _files(folder):
        lasting = file.suffix == _LASTING and file.name in known
        record[file.name] = known[file.name] if lasting else _sum(file)
    _write(folder, Record(record, closed=True))


def unseal(folder: Path) -> None:
    """Forget the files that a writer changes in place, before it opens the store."""
    if (folder / RECORD).exists():
        lasting = {name: known for name, known in _recorded(folder).files.items() if name.endswith(_LASTING)}
        _write(folder, Record(lasting, closed=False))


def forget(folder: Path) -> None:
    """Forget all files, before others are put in their place."""
    (folder / RECORD).unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Record:
    """Hold what is known of the files of a store: size and checksum by name; ``closed`` when nobody wrote since."""

    files: dict[str, list[int]]
    closed: bool


def damaged_files(folder: Path, at_most: int | None = None) -> list[str]:
    """Return the files that differ from what was written; more than ``at_most`` bytes are compared by size alone."""
    record = _recorded(folder)
    sizes = file_sizes(folder / "data")
    summed = at_most is None or sum(sizes.values()) <= at_most
    damaged: list[str] = []
    for name, known in sorted(record.files.items()):
        try:
            differs = sizes[name] != known[0] or (summed and _sum(folder / "data" / name) != known)
        except (KeyError, FileNotFoundError):  # a writer's engine puts others in its place, even while they are summed
            differs = record.closed
        if differs:
            damaged.append(name)
    return damaged


def file_sizes(folder: Path) -> dict[str, int]:
    """Return the bytes of every file below a folder by its path; without what a writer takes away meanwhile."""
    sizes = {}
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):
            status = file.stat()
            if S_ISREG(status.st_mode):
                sizes[file.relative_to(folder).as_posix()] = status.st_size
    return sizes


def was_closed(folder: Path) -> bool:
    """Say whether the last writer closed the store, and nobody has opened it for writing since."""
    return _recorded(folder).closed


def unknown_files(folder: Path) -> list[str]:
    """Return the files of which nothing was noted: those of earlier versions, or of a writer that was killed."""
    known = _recorded(folder).files
    return sorted(file.name for file in _files(folder) if file.name not in known)


def require_sound(folder: Path, at_most: int | None = _AT_ONCE) -> None:
    """Raise ``StoreError`` where files of a store differ from what was written."""
    damaged = damaged_files(folder, at_most)
    if damaged:
        raise StoreError(_DAMAGED.format(files="、".join(damaged)), "store-damaged", str(folder))


def verify_beside_writers(folder: Path) -> None:
    """Raise ``StoreError`` where files differ from what was written, also while others may write.

    What a writer changes while it is summed looks like damage: what seems damaged is looked at again when none writes.
    A store that is written to without a pause is left for another time.
    """
    try:
        if not damaged_files(folder):
            return
    except FileNotFoundError:
        pass  # a writer has removed it meanwhile
    try:
        lock = FolderLock(folder, exclusive=False, wait=_PAUSE)
    except StoreError as error:
        if error.code == "store-locked":
            return
        raise
    try:
        require_sound(folder, None)
    finally:
        lock.release()


def diagnose(error: Exception, folder: Path) -> StoreError:
    """Return why a store could not be opened or written, with what to do; damage is what nothing else explains."""
    reason = str(error)
    for signs, code, message in _CAUSES:
        if any(sign in reason for sign in signs):
            return StoreError(f"{message}: {reason}", code, str(folder))
    return StoreError(f"{_DAMAGED.format(files=reason)}", "store-damaged", str(folder))


def _recorded(folder: Path) -> Record:
    try:
        held = json.loads((folder / RECORD).read_text())
        return Record(held["files"], held["closed"])
    except (OSError, ValueError, KeyError, TypeError):  # none was written yet, or it says nothing: nothing is known
        return Record({}, closed=False)


def _write(folder: Path, record: Record) -> None:
    fresh = folder / f"{RECORD}.new"
    fresh.write_text(json.dumps({"files": record.files, "closed": record.closed}))
    fresh.replace(folder / RECORD)


def _files(folder: Path) -> Iterator[Path]:
    data = folder / "data"
    if data.is_dir():
        yield from (file for file in data.iterdir() if file.is_file() and not file.name.startswith(_NOISE))


def _sum(file: Path) -> list[int]:
    """Return size and checksum of a file."""
    size, checksum = 0, 0
    with file.open("rb") as stream:
        while part := stream.read(_PART):
            size += len(part)
            checksum = crc32(part, checksum)
    return [size, checksum]
