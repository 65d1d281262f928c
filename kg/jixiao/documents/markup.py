"""Parse the XML parts of office files: nothing is fetched, no entity is expanded, a DTD is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jixiao.documents.archive import Archive, Readable, damaged, declares_entities
from jixiao.errors import DocumentError


def parse_part(archive: Archive, part: str) -> Any:
    """Return the root element of an XML part.

    Raises DocumentError: ``external-entity`` where the part declares a DTD, ``damaged`` where it is not XML.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
    )
    with archive.open(part) as stream:
        try:
            tree = etree.parse(stream, parser)
        except etree.XMLSyntaxError as error:
            raise _broken(archive.name, part, error) from error
    _refuse_dtd(archive.name, tree)
    return tree.getroot()


def iterate_part(stream: Readable, name: str, part: str, *tags: str) -> Iterator[Any]:
    """Yield the elements with these local names as they are complete, and free each after use."""
    from lxml import etree

    events = etree.iterparse(
        stream,
        events=("end",),
        tag=[f"{{*}}{tag}" for tag in tags],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
    )
    checked = False
    try:
        for _, element in events:
            if not checked:
                _refuse_dtd(name, element.getroottree())
                checked = True
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise _broken(name, part, error) from error


def local_name(element: Any) -> str:
    """Return an element's name without its namespace ('' for comments and entities)."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, name: str) -> str | None:
    """Return an attribute whatever its namespace is (transitional and strict office files differ)."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return None


def _broken(name: str, part: str, error: Any) -> DocumentError:
    """Return the error for a part that is not XML, or whose entities the parser would not expand."""
    return declares_entities(name) if "ntity amplification" in error.msg else damaged(name, f"{part}: {error.msg}")


def _refuse_dtd(name: str, tree: Any) -> None:
    if tree.docinfo.internalDTD is not None or tree.docinfo.doctype:
        raise declares_entities(name)
