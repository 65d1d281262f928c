"""Give every file the name of its document: a document is its bytes, file names are labels.

The name makes the IRIs, so one that is given stays. A file whose bytes are stored keeps the name they have there; other
bytes under a stored file name get a name with their digest, be they a new version of what is stored or another document
(``jixiao.versions``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import file_digest
from pathlib import Path, PurePath

from jixiao.documents.places import document_name
from jixiao.linking.stored import Answering, rows_of
from jixiao.privacy import withhold_name
from jixiao.vocab import JX, SKOS

_STORED = f"""
SELECT ?graph ?name ?digest ?label {{
  GRAPH ?graph {{ ?document <{JX.fileName}> ?name ; <{JX.sha256}> ?digest .
    OPTIONAL {{ ?document <{SKOS.altLabel}> ?label }} }}
}}"""
_FORMS = f"""
ASK {{{{
  GRAPH <{{graph}}> {{{{ VALUES ?class {{{{ <{JX.Indicator}> <{JX.Project}> }}}} ?thing a ?class }}}}
}}}}"""
_DIGITS = 8


@dataclass(frozen=True, slots=True)
class StoredName:
    """Hold a stored document: its graph, its name, the digest of its bytes and the other file names they had."""

    graph: str
    name: str
    digest: str
    labels: frozenset[str]

    def goes_by(self, name: str) -> bool:
        """Tell whether the document has, or had, a file name."""
        return name == self.name or name in self.labels


@dataclass(frozen=True, slots=True)
class NamedFile:
    """Hold a file to lift: the name of its document, the digest of its bytes and other file names they have.

    ``rivals`` are the stored documents that had its file name: it may be a new version of one of them; ``sister`` is
    the region that other files of its folder tell, with their name.
    """

    path: Path
    name: str
    digest: str
    labels: tuple[str, ...] = ()
    rivals: tuple[StoredName, ...] = ()
    sister: str | None = None

    @property
    def size(self) -> int:
        """Return the bytes of the file; none where it is gone."""
        return self.path.stat().st_size if self.path.exists() else 0


@dataclass(frozen=True, slots=True)
class NamedFiles:
    """Hold the files to lift, by path the name of the document whose bytes another file has too, and what is stored."""

    files: tuple[NamedFile, ...]
    doubles: Mapping[Path, str]
    stored: tuple[StoredName, ...]


def name_files(paths: Iterable[Path], store: Answering) -> NamedFiles:
    """Return the files to lift, one for the same bytes, each with the name of its document."""
    stored = read_stored(store)
    by_bytes: defaultdict[str, list[Path]] = defaultdict(list)
    for path in sorted(paths):
        by_bytes[_digest(path)].append(path)
    files = {held.digest: _stored_file(by_bytes[held.digest], held) for held in stored if held.digest in by_bytes}
    files |= _new_files({digest: same for digest, same in by_bytes.items() if digest not in files}, by_bytes, stored)
    doubles = {other: files[digest].name for digest, same in by_bytes.items() for other in same[1:]}
    return NamedFiles(tuple(files[digest] for digest in by_bytes), doubles, tuple(stored))


def _new_files(
    new: Mapping[str, Sequence[Path]], given: Container[str], stored: Sequence[StoredName]
) -> dict[str, NamedFile]:
    """Return the files of bytes that are not stored, by digest; stored documents that are ``given`` are no rivals."""
    wanted: defaultdict[str, list[str]] = defaultdict(list)
    for digest, same in new.items():
        wanted[min(_shown_names(same, digest))].append(digest)
    files: dict[str, NamedFile] = {}
    for name, digests in wanted.items():
        known = [each for each in stored if each.goes_by(name)]
        rivals = tuple(each for each in known if each.digest not in given and each.labels <= {name})
        for digest in digests:
            path, *others = new[digest]
            labels = tuple(sorted(_shown_names(others, digest) - {name}))
            file = NamedFile(path, name, digest, labels, rivals)
            files[digest] = _named(file, free=len(digests) == 1 and not known)
    return files


def _stored_file(same: Sequence[Path], held: StoredName) -> NamedFile:
    """Return files of stored bytes as the document they are, with the file names they have now."""
    labels = held.labels.union(_shown_names(same, held.digest)) - {held.name}
    return NamedFile(same[0], held.name, held.digest, tuple(sorted(labels)))


def _named(file: NamedFile, *, free: bool) -> NamedFile:
    """Return the file under its own name where that is free, else under one with its digest."""
    if free:
        return file
    return replace(file, name=with_digest(file.name, file.digest), labels=tuple(sorted({*file.labels, file.name})))


def with_digest(name: str, digest: str) -> str:
    """Return a file name with the first digits of the SHA-256 of its bytes: 附件1~1a2b3c4d.docx."""
    parts = PurePath(name)
    return f"{parts.stem}~{digest[:_DIGITS]}{parts.suffix}"


def shown_name(path: Path, digest: str) -> str:
    """Return the name a file goes by: its own, or, where that names a person, one without and with a digest."""
    name = PurePath(document_name(path))
    shown = withhold_name(name.stem)
    return name.name if shown == name.stem else with_digest(f"{shown}{name.suffix}", digest)


def _shown_names(paths: Iterable[Path], digest: str) -> set[str]:
    return {shown_name(path, digest) for path in paths}


def _digest(path: Path) -> str:
    """Return the SHA-256 of a file; of one that cannot be read, a word of its own: reading it tells what is wrong."""
    try:
        if not path.is_file():
            return str(path)
        with path.open("rb") as stream:
            return file_digest(stream, "sha256").hexdigest()
    except OSError:
        return str(path)


def read_stored(store: Answering) -> list[StoredName]:
    """Return the stored documents, versions that were replaced too."""
    labels: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in rows_of(store, _STORED):
        labels[row["graph"], row["name"], row["digest"]] |= {row["label"]} if "label" in row else set()
    return [StoredName(*key, frozenset(labels[key])) for key in sorted(labels)]


def holds_forms(store: Answering, graph: str) -> bool:
    """Tell whether the stored document of a graph has indicators or projects."""
    return bool(store.query(_FORMS.format(graph=graph)))
