"""Several files in one: a ZIP that is the same for the same content, written as it goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from jixiao.exporting.rows import write_csv_lines

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment ZIP knows


class ZipWriter:
    """Write files into a ZIP one after another."""

    def __init__(self, stream: BinaryIO) -> None:
        self._zip = ZipFile(stream, "w", ZIP_DEFLATED, allowZip64=True)

    def __enter__(self) -> ZipWriter:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._zip.close()

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open the next file for writing."""
        info = ZipInfo(name, _EPOCH)
        info.compress_type = ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        with self._zip.open(info, "w", force_zip64=True) as stream:
            yield stream

    def write(self, name: str, text: str) -> None:
        """Write a whole file."""
        with self.open(name) as stream:
            stream.write(text.encode())

    def write_csv(self, name: str, header: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
        """Write a CSV file with line ends of Unix."""
        with self.open(name) as stream:
            write_csv_lines(header, lines, stream, "\n")
