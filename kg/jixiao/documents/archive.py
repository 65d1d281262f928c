"""Open zip containers (docx, xlsx) without trusting what they say about themselves."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Protocol

from jixiao.documents import limits
from jixiao.documents.refusals import bombed, damaged, encrypted, truncated

_UTF8 = 0x800


class Readable(Protocol):
    """Stand for a stream of bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to ``size`` bytes, all for −1."""
        ...


class ZipContainer:
    """Read the parts of a zip container within the limits; their names differ neither by case nor by slashes.

    Raises DocumentError: ``truncated``, ``damaged``, ``encrypted``, ``zip-bomb``.
    """

    def __init__(self, data: bytes) -> None:
        self._spent = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            members = self._zip.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise truncated() from error
        if len(members) > limits.MAX_ARCHIVE_MEMBERS:
            raise bombed()
        if any(member.flag_bits & 0x1 for member in members):
            raise encrypted()
        self.members = {_key(member.filename): member for member in reversed(members)}

    def __contains__(self, part: str) -> bool:
        return _key(part) in self.members

    def named(self, pattern: str) -> list[str]:
        """Return the parts whose whole names match a pattern (in small letters), sorted."""
        return sorted(filter(re.compile(pattern).fullmatch, self.members))

    def shown(self, part: str) -> str:
        """Return the name of a part as its maker wrote it: in GBK where it does not say UTF-8."""
        member = self.members[_key(part)]
        if member.flag_bits & _UTF8:
            return member.filename
        try:
            return member.filename.encode("cp437").decode("gb18030", "replace")
        except UnicodeEncodeError:
            return member.filename

    @contextmanager
    def open(self, part: str) -> Iterator[Readable]:
        """Open a part for reading; every byte counts against the limits."""
        member = self.members.get(_key(part))
        if member is None:
            raise damaged(f"缺少部件 {part} (a part is missing)")
        with self.guarded(part):
            stream = self._zip.open(member)
        with stream:
            yield _Metered(stream, self, member)

    def read(self, part: str) -> bytes:
        """Return all that a part holds."""
        with self.open(part) as stream:
            return stream.read()

    @contextmanager
    def guarded(self, part: str) -> Iterator[None]:
        """Turn whatever a broken zip container makes zipfile stumble over into an error that names the part."""
        try:
            yield
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
            raise damaged(f"部件 {part} 无法解压 (a part cannot be unpacked)") from error
        except RuntimeError as error:  # zipfile says so when a member needs a password
            raise encrypted() from error

    def spend(self, part_bytes: int, packed: int, total: int) -> None:
        """Count inflated bytes; raise ``zip-bomb`` beyond the limits."""
        self._spent += part_bytes
        inflated = total > limits.FREE_BYTES and total > limits.MAX_INFLATION * max(packed, 1)
        if inflated or total > limits.MAX_PART_BYTES or self._spent > limits.MAX_ARCHIVE_BYTES:
            raise bombed()


def _key(part: str) -> str:
    return part.replace("\\", "/").lstrip("/").casefold()


class _Metered:
    """Pass a stream on and count what comes out of it."""

    def __init__(self, stream: IO[bytes], container: ZipContainer, member: zipfile.ZipInfo) -> None:
        self._stream = stream
        self._container = container
        self._member = member
        self._total = 0

    def read(self, size: int = -1, /) -> bytes:
        if size >= 0:
            return self._piece(size)
        pieces = []
        while piece := self._piece(limits.CHUNK_BYTES):
            pieces.append(piece)
        return b"".join(pieces)

    def _piece(self, size: int) -> bytes:
        with self._container.guarded(self._member.filename):
            piece = self._stream.read(size)
        self._total += len(piece)
        self._container.spend(len(piece), self._member.compress_size, self._total)
        return piece
