"""Where output goes: standard output, or a file that is whole or not there; compressed when asked."""

from __future__ import annotations

import gzip
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BufferedIOBase, TextIOWrapper
from pathlib import Path
from typing import IO, Any, BinaryIO, TextIO

from jixiao.errors import UsageError
from jixiao.vocab import PREFIXES

_SUFFIXES = {".gz": "gzip", ".zst": "zstd"}


@contextmanager
def open_output(path: Path | None, compression: str | None = None) -> Iterator[BinaryIO]:
    """Open standard output (None) or a file; a plain file is written beside its place and renamed when complete.

    ``compression`` is gzip, zstd or None; a name that ends in ``.gz`` or ``.zst`` asks for it too. The same content
    gives the same bytes.
    """
    compression = compression or (_SUFFIXES.get(path.suffix) if path else None)
    if path is None:
        with _compressed(sys.stdout.buffer, compression) as stream:
            yield stream
        sys.stdout.buffer.flush()
        return
    if path.exists() and not path.is_file() and not path.is_dir():  # a pipe or device is written to, never replaced
        with path.open("wb") as file, _compressed(file, compression) as stream:
            yield stream
        return
    check_output(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:60]}.")
    try:
        with os.fdopen(handle, "wb") as file, _compressed(file, compression) as stream:
            yield stream
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def check_output(path: Path) -> None:
    """Make the folder of an output file; raise UsageError where no file of this name can be written."""
    reason = "这是文件夹，请写出文件名 (a folder; name a file in it)" if path.is_dir() else ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not os.access(path.parent, os.W_OK):
            reason = "没有写权限 (permission denied)"
    except OSError as error:
        reason = f"文件夹建不了 (its folder cannot be made): {error.strerror}"
    if reason:
        raise UsageError(f"写不了：{reason}", "cannot-write", str(path))


class SequentialFile(BufferedIOBase):
    """Pass bytes on in order, and say that nobody can go back: gzip claims to seek, and then ZIPs in it fail."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, data: Any) -> int:
        """Pass bytes on."""
        self._stream.write(data)
        return len(data)


@contextmanager
def text_stream(stream: IO[bytes]) -> Iterator[TextIO]:
    """Write text to a stream, in UTF-8 and with line ends as they are; the stream stays open."""
    text = TextIOWrapper(stream, encoding="utf-8", newline="")
    try:
        yield text
    finally:
        text.detach()


def serialize_rdf(statements: Iterable[Any], stream: BinaryIO, name: str) -> None:
    """Write triples or quads of pyoxigraph in a format by its name there (``TURTLE``), with prefixes if it has any."""
    from pyoxigraph import RdfFormat, serialize

    prefixes = PREFIXES if name in ("TURTLE", "TRIG", "RDF_XML") else None
    serialize(statements, stream, format=getattr(RdfFormat, name), prefixes=prefixes)


@contextmanager
def _compressed(stream: BinaryIO, compression: str | None) -> Iterator[Any]:
    if compression is None:
        yield stream
    elif compression not in _PACKERS:
        raise UsageError("只能是 gzip 或 zstd (must be gzip or zstd)", "unknown-compression", compression)
    else:
        with _PACKERS[compression](stream) as packer:
            yield SequentialFile(packer)


def _gzip(stream: BinaryIO) -> Any:
    return gzip.GzipFile(filename="", mode="wb", fileobj=stream, mtime=0)


def _zstd(stream: BinaryIO) -> Any:
    try:
        import pyarrow
    except ImportError:
        message = "zstd 压缩需要 pip install 'jixiao-kg[parquet]'；或改用 gzip"
        raise UsageError(message, "missing-extra", "zstd") from None
    return pyarrow.CompressedOutputStream(pyarrow.PythonFile(stream, mode="w"), "zstd")


_PACKERS = {"gzip": _gzip, "zstd": _zstd}
