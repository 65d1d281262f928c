"""Place an office by its sister files: the attachments of one announcement lie in one folder, and one tells where.

Only another document of an office of that name, in the same folder and the same run, counts, and only where all such
tell the same place.
"""

from __future__ import annotations

import pickle
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, TypeVar

from jixiao.document_names import NamedFile
from jixiao.prose.offices import same_office

_SURE = 0.9


class Placed(Protocol):
    """Hold a lifted document: its file, its department's name, and where that is (None for not known)."""

    @property
    def path(self) -> str:
        """Return the file as it is shown."""

    @property
    def department(self) -> str | None:
        """Return the name of the document's department."""

    @property
    def place(self) -> str | None:
        """Return the printed region of that department, with all it lies in."""

    @property
    def sister(self) -> str | None:
        """Return what a sister told when the document was lifted."""


Lifted = TypeVar("Lifted", bound=Placed)


def place_by_sisters(
    documents: Iterable[Lifted], files: Mapping[str, NamedFile], lift: Callable[[NamedFile], Lifted]
) -> Iterator[Lifted]:
    """Yield the documents; those whose office has no place come last, lifted again where sisters tell it.

    ``files`` are the files by the documents' paths. What waits is kept on disk.
    """
    crowded = _crowded(files.values())
    told: defaultdict[Path, dict[str, str]] = defaultdict(dict)
    waiting: list[tuple[NamedFile, str, str | None, Path]] = []
    with TemporaryDirectory() as folder:
        for document in documents:
            file = files[document.path]
            if not document.department or file.path.parent not in crowded:
                yield document
            elif document.place:
                told[file.path.parent][document.department] = f"{document.place}（{file.path.name}）"
                yield document
            else:
                kept = Path(folder, str(len(waiting)))
                kept.write_bytes(pickle.dumps(document))
                waiting.append((file, document.department, document.sister, kept))
        for file, department, before, kept in waiting:
            sister = _agreed(department, told[file.path.parent])
            if sister != before:
                yield lift(replace(file, sister=sister))
            else:
                yield pickle.loads(kept.read_bytes())


def _crowded(files: Iterable[NamedFile]) -> set[Path]:
    """Return the folders that hold several of the files."""
    counts: defaultdict[Path, int] = defaultdict(int)
    for file in files:
        counts[file.path.parent] += 1
    return {folder for folder, count in counts.items() if count > 1}


def _agreed(department: str, told: Mapping[str, str]) -> str | None:
    """Return what the namesakes of a department tell, None where they tell different places or there are none."""
    found: dict[str, str] = {}
    for name in sorted(told):
        same = same_office(department, name)
        if same and same[0] >= _SURE:
            found.setdefault(told[name].partition("（")[0], told[name])
    if len(found) == 1:
        return next(iter(found.values()))
    return None
