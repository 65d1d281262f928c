"""Look at documents that are to be stored before a parser does: what would make it use all memory or time."""

from __future__ import annotations

import re

from jixiao.errors import GraphError

DEEPEST = 200  # levels of brackets
_BRACKETS = re.compile(  # what has matched is never tried again: long literals would take many times their memory
    rb'"""(?:[^"\\]++|\\.|"(?!""))*+"""|"(?:[^"\\\n]++|\\.)*+"'
    rb"|'''(?:[^'\\]++|\\.|'(?!''))*+'''|'(?:[^'\\\n]++|\\.)*+'"
    rb'|<(?:[^<>\s"{}|^`\\]++|\\[uU])*+>|#[^\n]*+|\\.|([\[({])|([\])}])',  # \\. in a name: a# is no comment there
    re.DOTALL,
)
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)


def refuse_bombs(body: bytes, extension: str) -> None:
    """Refuse RDF/XML with a document type (entities grow without end) and brackets nested beyond ``DEEPEST``."""
    if extension == "rdf":
        found = _DOCTYPE.search(body)
        if found:
            line = _line(body, found)
            raise GraphError(f"RDF/XML 不能有 DOCTYPE，第 {line} 行 (no DOCTYPE, line {line})", "bad-data")
        return
    depth = 0
    for bracket in _BRACKETS.finditer(body):
        if bracket[1]:
            depth += 1
        elif bracket[2]:
            depth -= 1
        if depth > DEEPEST:
            where = f"第 {_line(body, bracket)} 行 (line {_line(body, bracket)})"
            raise GraphError(f"括号嵌套超过 {DEEPEST} 层，{where}：nested too deeply", "bad-data")


def _line(body: bytes, found: re.Match[bytes]) -> int:
    return body.count(b"\n", 0, found.start()) + 1
