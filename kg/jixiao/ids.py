"""Mint the IRIs of instances: deterministic, readable, ASCII without percent signs.

The same keys give the same IRI in every run and on every machine; parts are length-prefixed before hashing, so that
("1", "23") and ("12", "3") differ. A name made only of safe characters stands as it is; any other keeps its safe
characters and ends in ``~`` and a digest, which no safe name contains.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from jixiao.errors import UsageError

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_NATIONAL_CODE = re.compile(r"[0-9]{18,}")
_IRI = re.compile(r"[a-z][a-z0-9+.-]*://[A-Za-z0-9._~:/?#@!$&'()*+,;=-]+[/#]", re.IGNORECASE)

Key = str | int | None


def digest(*parts: Key) -> str:
    """Return thirteen letters and digits (64 bits) for the parts; None and the empty string differ."""
    hashed = blake2b(digest_size=8)
    for part in parts:
        if part is None:
            hashed.update(b"-")
            continue
        data = str(part).encode("utf-8", "surrogatepass")
        hashed.update(b"%d:" % len(data))
        hashed.update(data)
    return base64.b32encode(hashed.digest()).decode("ascii").rstrip("=").lower()


@lru_cache(maxsize=1024)
def slug(name: str) -> str:
    """Return ``name`` as one path segment: itself when it is safe, else its safe characters, ``~`` and a digest."""
    safe = _UNSAFE.sub("-", name).strip("-.")
    if name and safe == name:
        return name
    return f"{safe[:40]}~{digest(name)}"


@dataclass(frozen=True, slots=True)
class Minter:
    """Mint IRIs below ``base``, which ends in ``/`` or ``#``."""

    base: str

    def __post_init__(self) -> None:
        if not _IRI.fullmatch(self.base):
            raise UsageError(
                f"基础 IRI 应为以 / 或 # 结尾的 ASCII 绝对地址，例如 https://example.org/id/，而不是 {self.base!r}",
                "bad-base-iri",
            )

    def document(self, name: str) -> str:
        """Return the IRI of the document ``name``."""
        return f"{self.base}document/{slug(name)}"

    def graph(self, name: str, part: str | None = None) -> str:
        """Return the named graph that holds what the document says, or a ``part`` of its own (findings)."""
        whole = f"{self.base}graph/{slug(name)}"
        return f"{whole}/{part}" if part else whole

    def table(self, document: str, index: int) -> str:
        """Return the IRI of the ``index``-th printed table of a document."""
        return f"{self.base}table/{slug(document)}/{index}"

    def department(self, key: str) -> str:
        """Return the IRI of a department by its stable key."""
        return f"{self.base}department/{slug(key)}"

    def measure(self, name: str, unit: str) -> str:
        """Return the IRI of what indicators measure, by its name in one spelling and the key of its unit."""
        return f"{self.base}measure/{digest(name, unit)}"

    def project(self, department: str, key: str) -> str:
        """Return the IRI of a project: its code where that names the project nationwide, else both keys' digest.

        A code of the integrated budget system starts with region and year and has 18 digits or more; a shorter one, or
        a name, is only known within its department.
        """
        if _NATIONAL_CODE.fullmatch(key):
            return f"{self.base}project/{key}"
        readable = _UNSAFE.sub("-", key).strip("-.")[:40]
        return f"{self.base}project/{readable}~{digest(department, key)}"

    def correction(self, *keys: Key) -> str:
        """Return the IRI of what somebody decided, by all that it says."""
        return f"{self.base}correction/{digest(*keys)}"

    def local(self, kind: str, document: str, table: int | None, line: int, *keys: Key) -> str:
        """Return the IRI of something of ``kind`` printed in a document: table, line and a digest of its keys."""
        place = f"{self.base}{kind}/{slug(document)}/{table or 0}-{line}"
        return f"{place}-{digest(*keys)}" if keys else place
