"""Look at documents that are to be stored before a parser does: what would make it use all memory or time."""

from __future__ import annotations

import re

from jixiao_service.problems import Problem

DEEPEST = 200  # levels of brackets
_BRACKETS = re.compile(
    rb'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|<[^<>\s"{}|^`\\]*>|#[^\n]*|([\[({])|([\])}])',
    re.DOTALL,
)
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)


def refuse_bombs(body: bytes, extension: str) -> None:
    """Refuse RDF/XML with a document type (entities grow without end) and brackets nested beyond ``DEEPEST``."""
    if extension == "rdf":
        found = _DOCTYPE.search(body)
        if found:
            raise Problem("bad-data", reason=f"RDF/XML 不能有 DOCTYPE，第 {_line(body, found)} 行 (no DOCTYPE)")
        return
    depth = 0
    for bracket in _BRACKETS.finditer(body):
        if bracket[1]:
            depth += 1
        elif bracket[2]:
            depth -= 1
        if depth > DEEPEST:
            where = f"第 {_line(body, bracket)} 行 (line {_line(body, bracket)})"
            raise Problem("bad-data", reason=f"括号嵌套超过 {DEEPEST} 层，{where}：nested too deeply")


def _line(body: bytes, found: re.Match[bytes]) -> int:
    return body.count(b"\n", 0, found.start()) + 1
