"""Open zip containers (docx, xlsx) without trusting what they say about themselves."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Protocol

from jixiao.documents import limits
from jixiao.errors import DocumentError


class Readable(Protocol):
    """Stand for a stream of bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to ``size`` bytes, all for −1."""
        ...


class Archive:
    """Read the parts of a zip container within the limits.

    Raises DocumentError: ``truncated``, ``damaged``, ``encrypted``, ``zip-bomb``.
    """

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self._spent = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            members = self._zip.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise truncated(name) from error
        if len(members) > limits.MAX_ARCHIVE_MEMBERS:
            raise bombed(name)
        if any(member.flag_bits & 0x1 for member in members):
            raise encrypted(name)
        self.members = {member.filename: member for member in reversed(members)}

    def __contains__(self, part: str) -> bool:
        return part in self.members

    @contextmanager
    def open(self, part: str) -> Iterator[Readable]:
        """Open a part for reading; every byte counts against the limits."""
        if part not in self.members:
            raise damaged(self.name, f"缺少部件 {part} (a part is missing)")
        member = self.members[part]
        with self.guarded(part):
            stream = self._zip.open(member)
        with stream:
            yield _Metered(stream, self, member)

    @contextmanager
    def guarded(self, part: str) -> Iterator[None]:
        """Turn whatever a broken zip container makes zipfile stumble over into an error that names the part."""
        try:
            yield
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
            raise damaged(self.name, f"部件 {part} 无法解压 (a part cannot be unpacked)") from error
        except RuntimeError as error:  # zipfile says so when a member needs a password
            raise encrypted(self.name) from error

    def read(self, part: str) -> bytes:
        """Return a whole part."""
        with self.open(part) as stream:
            return stream.read()

    def spend(self, part_bytes: int, packed: int, total: int) -> None:
        """Count inflated bytes; raise ``zip-bomb`` beyond the limits."""
        self._spent += part_bytes
        inflated = total > limits.FREE_BYTES and total > limits.MAX_INFLATION * max(packed, 1)
        if inflated or total > limits.MAX_PART_BYTES or self._spent > limits.MAX_ARCHIVE_BYTES:
            raise bombed(self.name)


class _Metered:
    """Pass a stream on and count what comes out of it."""

    def __init__(self, stream: IO[bytes], archive: Archive, member: zipfile.ZipInfo) -> None:
        self._stream = stream
        self._archive = archive
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
        with self._archive.guarded(self._member.filename):
            piece = self._stream.read(size)
        self._total += len(piece)
        self._archive.spend(len(piece), self._member.compress_size, self._total)
        return piece


def truncated(name: str) -> DocumentError:
    """Return the error for a file whose end is missing."""
    return DocumentError(
        "文件不完整，末尾缺失；请重新下载 (the file is cut off; download it again)",
        "truncated",
        name,
    )


def damaged(name: str, detail: str) -> DocumentError:
    """Return the error for a file that breaks its own format."""
    return DocumentError(
        f"文件已损坏：{detail}；请用原软件打开后另存 (the file is damaged; open it in its program and save it again)",
        "damaged",
        name,
    )


def encrypted(name: str) -> DocumentError:
    """Return the error for a file behind a password."""
    return DocumentError(
        "文件有密码保护；请去掉密码后另存再读取 (the file needs a password; save a copy without one)",
        "encrypted",
        name,
    )


def bombed(name: str) -> DocumentError:
    """Return the error for packed content that inflates beyond the limits."""
    return DocumentError(
        "压缩内容展开后过大，疑似压缩炸弹，已拒绝读取 (the packed content inflates beyond all measure; refused)",
        "zip-bomb",
        name,
    )


def declares_entities(name: str) -> DocumentError:
    """Return the error for a file that declares XML entities."""
    return DocumentError(
        "文件内部含有实体声明 (DTD)，正常的办公文档没有，已拒绝读取 "
        "(the file declares XML entities, which office files never do; refused)",
        "external-entity",
        name,
    )
