"""Keep the files that were lifted beside a store: by their digest, for their owner alone.

Whether one may be shown is what the graph says of its document: not where persons were withheld from it.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from hashlib import sha256
from pathlib import Path

FOLDER = "originals"


class Originals:
    """Hold the originals of one store folder: files named by SHA-256, readable by their owner only."""

    def __init__(self, store: Path) -> None:
        self._folder = store / FOLDER

    def keep(self, content: bytes) -> None:
        """Keep a file; it is there whole or not at all. Raises ``OSError``."""
        digest = sha256(content).hexdigest()
        if self.read(digest) is not None:
            return
        path = self._place(digest)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)

    def read(self, digest: str) -> bytes | None:
        """Return the file of a digest, None where it is not kept, or is no longer what it was."""
        try:
            content = self._place(digest).read_bytes()
        except (OSError, ValueError):
            return None
        if sha256(content).hexdigest() != digest:
            return None
        return content

    def keep_only(self, digests: Collection[str]) -> None:
        """Delete every file but those with these digests, and what an interruption left."""
        for path in self._folder.glob("??/*"):
            if path.name not in digests:
                path.unlink(missing_ok=True)

    def adopt(self, others: Originals) -> None:
        """Take over the files that are kept elsewhere in the same file system."""
        for path in others._folder.glob("??/*"):
            place = self._folder / path.parent.name / path.name
            self._folder.mkdir(mode=0o700, exist_ok=True)
            place.parent.mkdir(mode=0o700, exist_ok=True)
            path.replace(place)

    def _place(self, digest: str) -> Path:
        if len(digest) != 64 or not digest.isalnum():
            raise ValueError(digest)
        return self._folder / digest[:2] / digest


def originals_of(store: object) -> Originals | None:
    """Return the originals of a store in a folder, None for other stores."""
    folder = getattr(store, "folder", None)
    return Originals(Path(folder)) if folder is not None else None
