"""Give every file the name of its document: a document is its bytes, file names are labels.

The name makes the IRIs, so one that is given stays. A file whose bytes are stored keeps the name they have there; other
bytes under a stored file name are a new version of what is stored, or a document beside it (``is_new_version``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path, PurePath

from jixiao.documents.places import document_name
from jixiao.linking.stored import Answering, rows_of
from jixiao.privacy import withhold_name
from jixiao.vocab import JX, RDFS, SKOS

_STORED = f"""
SELECT ?graph ?name ?digest ?label {{
  GRAPH ?graph {{ ?document <{JX.fileName}> ?name ; <{JX.sha256}> ?digest .
    OPTIONAL {{ ?document <{SKOS.altLabel}> ?label }} }}
}}"""
_ABOUT = f"""
SELECT ?title ?kind ?department ?year {{{{
  GRAPH <{{graph}}> {{{{ ?document <{JX.sha256}> ?digest ; <{RDFS.label}> ?title ; <{JX.documentKind}> ?kind ;
    <{JX.department}> ?department ; <{JX.year}> ?year }}}}
}}}}"""
_CONTENT = f"""
SELECT ?name {{{{
  GRAPH <{{graph}}> {{{{
    VALUES ?class {{{{ <{JX.Indicator}> <{JX.Project}> }}}} ?thing a ?class ; <{RDFS.label}> ?name }}}}
}}}}"""
_REISSUE = re.compile(r"[\d\s年月日（）()〔〕\[\]【】·.\-—_]|更正|修订|修改|更新|最新|重新|公开|公示|稿|版")
_DIGITS = 8
_MOST = 0.5


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
    """Hold a file to lift: the name of its document, other file names of the same bytes, and how it may stand alone.

    ``rivals`` are the stored documents that had its file name: it may be a new version of one of them; ``apart`` is the
    name it takes when it is not; ``sister`` is the region that other files of its folder tell, with their name.
    """

    path: Path
    name: str
    labels: tuple[str, ...] = ()
    rivals: tuple[StoredName, ...] = ()
    apart: str = ""
    sister: str | None = None


@dataclass(frozen=True, slots=True)
class NamedFiles:
    """Hold the files to lift, and by path the name of the document whose bytes another file has too."""

    files: tuple[NamedFile, ...]
    doubles: Mapping[Path, str]


def name_files(paths: Iterable[Path], store: Answering) -> NamedFiles:
    """Return the files to lift, one for the same bytes, each with the name of its document."""
    stored = _read_stored(store)
    by_bytes: defaultdict[str, list[Path]] = defaultdict(list)
    for path in sorted(paths):
        by_bytes[_digest(path)].append(path)
    files = {held.digest: _stored_file(by_bytes[held.digest], held) for held in stored if held.digest in by_bytes}
    files |= _new_files({digest: same for digest, same in by_bytes.items() if digest not in files}, by_bytes, stored)
    doubles = {other: files[digest].name for digest, same in by_bytes.items() for other in same[1:]}
    return NamedFiles(tuple(files[digest] for digest in by_bytes), doubles)


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
            file = NamedFile(path, name, labels, rivals)
            files[digest] = _named(file, digest, free=len(digests) == 1 and not known)
    return files


def _stored_file(same: Sequence[Path], held: StoredName) -> NamedFile:
    """Return files of stored bytes as the document they are, with the file names they have now."""
    labels = held.labels.union(_shown_names(same, held.digest)) - {held.name}
    return NamedFile(same[0], held.name, tuple(sorted(labels)))


def _named(file: NamedFile, digest: str, *, free: bool) -> NamedFile:
    """Return the file under its own name where that is free, else under that of a rival or one with a digest."""
    if free:
        return file
    apart = with_digest(file.name, digest)
    labels = tuple(sorted({*file.labels, file.name}))
    if not file.rivals:
        return NamedFile(file.path, apart, labels)
    first = file.rivals[0].name
    return NamedFile(file.path, first, tuple(label for label in labels if label != first), file.rivals, apart)


def set_apart(file: NamedFile) -> NamedFile:
    """Return the file as a document of its own, beside those that have its file name."""
    labels = {*_shown_names((file.path,), _digest(file.path)), *file.labels} - {file.apart}
    return NamedFile(file.path, file.apart, tuple(sorted(labels)), sister=file.sister)


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


def _read_stored(store: Answering) -> list[StoredName]:
    labels: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in rows_of(store, _STORED):
        labels[row["graph"], row["name"], row["digest"]] |= {row["label"]} if "label" in row else set()
    return [StoredName(*key, frozenset(labels[key])) for key in sorted(labels)]


def holds_forms(store: Answering, graph: str) -> bool:
    """Tell whether the stored document of a graph has indicators or projects."""
    return bool(_content(store, graph))


def is_new_version(store: Answering, graph: str, nquads: bytes) -> bool:
    """Tell whether a lifted document is a new version of the stored one of a graph.

    Office, year and kind agree, so do the titles but for dates and words of reissue, and they share most of their
    projects and indicators. Where office or year is not known both stay: a correction is then a document beside.
    """
    from pyoxigraph import RdfFormat, Store

    lifted = Store()
    lifted.bulk_load(nquads, RdfFormat.N_QUADS)
    new = next(iter(lifted.named_graphs())).value
    if (about := _about(store, graph)) is None or about != _about(lifted, new):
        return False
    old_names, new_names = _content(store, graph), _content(lifted, new)
    shared = len(old_names & new_names)
    return shared >= _MOST * max(len(old_names), len(new_names))


def _about(store: Answering, graph: str) -> tuple[str, ...] | None:
    row = next(rows_of(store, _ABOUT.format(graph=graph)), None)
    if row is None:
        return None
    return _REISSUE.sub("", row["title"]), row["kind"], row["department"], row["year"]


def _content(store: Answering, graph: str) -> set[str]:
    return {row["name"] for row in rows_of(store, _CONTENT.format(graph=graph))}
