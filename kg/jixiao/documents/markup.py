"""Parse the XML parts of office files: nothing is fetched, no entity is expanded, a DTD is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from jixiao.documents.archive import Readable, ZipContainer
from jixiao.documents.refusals import damaged, declares_entities
from jixiao.errors import DocumentError

_SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
}


def parse_part(container: ZipContainer, part: str) -> Any:
    """Return the root element of an XML part.

    Raises DocumentError: ``external-entity`` where the part declares a DTD, ``damaged`` where it is not XML.
    """
    with container.open(part) as stream:
        return parse_xml(stream, part)


def parse_xml(stream: Readable, part: str) -> Any:
    """Return the root element of a stream, which errors name ``part``. Raises as ``parse_part`` does."""
    try:
        tree = etree.parse(stream, etree.XMLParser(**_SAFE))
    except etree.XMLSyntaxError as error:
        raise _broken(part, error) from error
    _refuse_dtd(tree)
    return tree.getroot()


def iterate_part(stream: Readable, part: str, *tags: str) -> Iterator[Any]:
    """Yield the elements with these local names as they are complete, and free each after use."""
    events = etree.iterparse(stream, events=("end",), tag=[f"{{*}}{tag}" for tag in tags], **_SAFE)
    checked = False
    try:
        for _, element in events:
            if not checked:
                _refuse_dtd(element.getroottree())
                checked = True
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise _broken(part, error) from error


def tag_of(element: Any) -> str:
    """Return an element's name without its namespace ('' for comments and entities)."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    return tag.rpartition("}")[2]


def children(parent: Any, tag: str) -> list[Any]:
    """Return the child elements of one name."""
    return [child for child in parent if tag_of(child) == tag]


def attribute(element: Any, name: str) -> str | None:
    """Return an attribute whatever its namespace is (transitional and strict office files differ)."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return None


def whole_number(text: str | None, default: int = 0) -> int:
    """Return an attribute's whole number; the default for what is none, or has more than nine digits."""
    if text and text.isdigit() and len(text) < 10:
        return int(text)
    return default


def _broken(part: str, error: Any) -> DocumentError:
    """Return the error for a part that is not XML, or whose entities the parser would not expand."""
    if "ntity amplification" in error.msg:
        return declares_entities()
    return damaged(f"{part}: {error.msg}")


def _refuse_dtd(tree: Any) -> None:
    if tree.docinfo.internalDTD is not None or tree.docinfo.doctype:
        raise declares_entities()
