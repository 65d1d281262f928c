"""Find the parts of an office package (docx, xlsx) by the relations that name them (ECMA-376 Part 2)."""

from __future__ import annotations

import posixpath
from typing import NamedTuple

from jixiao.documents.archive import ZipContainer
from jixiao.documents.markup import attribute, parse_part

_EXTERNAL = "External"


class PartRelation(NamedTuple):
    """Hold how a part is named by another: its identifier, the last word of its type, and its path."""

    identifier: str
    kind: str
    part: str


def relations_of(container: ZipContainer, part: str = "") -> list[PartRelation]:
    """Return the parts that a part names, or the whole package; what lies outside of it is none of them."""
    folder, name = posixpath.split(part)
    source = posixpath.join(folder, "_rels", f"{name}.rels")
    if source not in container:
        return []
    found = []
    for element in parse_part(container, source):
        if attribute(element, "TargetMode") != _EXTERNAL:
            target = (attribute(element, "Target") or "").replace("\\", "/")
            path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            kind = (attribute(element, "Type") or "").rpartition("/")[2]
            found.append(PartRelation(attribute(element, "Id") or "", kind, path))
    return found


def find_part(container: ZipContainer, kind: str, default: str, source: str = "") -> str:
    """Return the path of the one part of a kind: where it is usually, or where the relations say."""
    if default in container:
        return default
    return next((relation.part for relation in relations_of(container, source) if relation.kind == kind), default)
