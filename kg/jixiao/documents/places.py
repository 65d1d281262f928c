"""Find the files that a user's paths, folders and globs name, and say which files of a folder are passed over."""

from __future__ import annotations

import glob
import os
import stat
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from jixiao.documents.formats import ENDINGS
from jixiao.errors import UsageError

_OTHERS_DATA = {"xml", "jsp", "aspx", "php", "png", "jpg", "jpeg", "bmp", "tif", "tiff"}
_KNOWN = {"xlsb"}
SUFFIXES = frozenset(f".{ending}" for ending in ENDINGS - _OTHERS_DATA | _KNOWN)
"""Endings of the files that a folder is searched for; what they hold decides how, and whether, they are read."""

_BUNDLE = ".zip"
_HIDDEN = ("__macosx", ".", "~$")
_LISTS = (".csv", ".tsv")
_CATALOGUE_BYTES = 1 << 16

OUTPUT = "out"
"""The folder for what Jixiao makes itself, at the top of a folder of documents."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Name a file of a folder that is not lifted, and say why in both languages."""

    path: Path
    message: str
    message_en: str


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """Hold the files to lift, sorted, each once, and those of the folders that are passed over."""

    files: tuple[Path, ...]
    skipped: tuple[Skipped, ...]


def document_name(path: Path) -> str:
    """Return the name by which a document is known: its file name, also where it is not in UTF-8 (GBK archives)."""
    raw = os.fsencode(path.name)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def shown(path: Path) -> str:
    """Return a path as it can be printed."""
    return os.fsencode(path).decode("utf-8", "replace")


def find_files(places: Iterable[str]) -> FoundFiles:
    """Return the files named by paths, folders and globs.

    A file that is named is always lifted; folders are searched for the endings of documents. Hidden files and the
    folder ``out`` are no documents and are not mentioned. Raises UsageError for a place that does not exist.
    """
    found: dict[Path, None] = {}
    skipped: dict[Path, Skipped] = {}
    for place in places:
        path = Path(place)
        if path.is_dir():
            for each in _in_folder(path):
                if why := _passed_over(each):
                    skipped[each] = why
                else:
                    found[each] = None
        elif path.exists():
            found[path] = None
        else:
            matches = sorted(Path(match) for match in glob.glob(place, recursive=True) if Path(match).is_file())  # noqa: PTH207
            if not matches:
                raise UsageError(
                    "没有这个文件或文件夹，请核对路径 (no such file or folder; check the path)", "no-such-file", place
                )
            found.update(dict.fromkeys(matches))
    return FoundFiles(_distinct(found), tuple(why for path, why in sorted(skipped.items()) if path not in found))


def _distinct(found: Iterable[Path]) -> tuple[Path, ...]:
    """Return the paths sorted, each file once."""
    files: dict[Path, Path] = {}
    for path in found:
        files.setdefault(path.resolve(), path)
    return tuple(sorted(files.values()))


def _in_folder(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if parts[0] != OUTPUT and not any(part.startswith((".", "~$")) for part in parts) and not path.is_dir():
            yield path


def _passed_over(path: Path) -> Skipped | None:
    """Say why a file of a folder is not lifted; None when it is."""
    try:
        regular = stat.S_ISREG(path.stat().st_mode)
    except OSError as error:
        return Skipped(path, f"打不开：{error.strerror}", f"cannot be opened: {error.strerror}")
    if not regular:
        return Skipped(path, "不是普通文件", "not a regular file")
    if path.suffix.lower() not in SUFFIXES:
        ending = path.suffix or "无 (none)"
        return Skipped(
            path,
            f"扩展名 {ending} 不是文档；若确是文档，请直接写出文件名读取",
            f"the ending {path.suffix or '(none)'} is no document's; name the file itself to lift it",
        )
    if path.suffix.lower() == _BUNDLE and not _holds_documents(path):
        return Skipped(path, "压缩包里没有文档", "no document in the archive")
    if path.suffix.lower() in _LISTS and _is_catalogue(path):
        return Skipped(path, "是所在文件夹的目录，不是文档", "is the catalogue of its folder, no document")
    return None


def _holds_documents(path: Path) -> bool:
    """Tell a zip that holds a document, or that is damaged: its reader says so."""
    try:
        with zipfile.ZipFile(path) as bundle:
            return bool(documents_in(bundle.namelist()))
    except (zipfile.BadZipFile, OSError, ValueError):
        return True


def documents_in(names: Iterable[str]) -> list[str]:
    """Return the members of a bundle that have the ending of a document, sorted."""
    found = []
    for name in names:
        path = PurePosixPath(name.replace("\\", "/"))
        hidden = any(part.casefold().startswith(_HIDDEN) for part in path.parts)
        if not hidden and path.suffix.lstrip(".").casefold() in ENDINGS:
            found.append(name)
    return sorted(found)


def _is_catalogue(path: Path) -> bool:
    """Tell a list that names files beside it."""
    with path.open("rb") as stream:
        head = stream.read(_CATALOGUE_BYTES)
    others = (os.fsencode(other.name) for other in path.parent.iterdir() if other != path)
    return any(name in head for name in others)
