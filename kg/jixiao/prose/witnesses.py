"""Collect what may tell where a document's office is: title, file name, publisher, breadcrumb, margins, codes …

Nothing is decided here: ``jixiao.linking.whereabouts`` weighs the words against the list of divisions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, pairwise
from pathlib import PurePath

from jixiao.documents.coordinates import sheet_of
from jixiao.model import Document, Source, Witness
from jixiao.prose.head import TextLine, find_signature, read_lines

_HEAD = 40
_PROSE = 400
_LONGEST_HEADING = 60
_PUBLISHERS = ("发布机构", "来源", "信息来源")
_PUBLISHED = re.compile(rf"(?<!\S)(?:{'|'.join(_PUBLISHERS)})\s*[:：]\s*([^\s：:]+)")
_CODE = re.compile(r"(?<!\d)\d{12,24}(?!\d)")
_GOVERNMENT = re.compile(r"[\u3400-\u9fff]{2,16}?(?:人民政府|[县市区]委)")
_REFORM = re.compile(r"机构改革|组建|更名|改名|职责划入|职责整合")
_OFFICE = r"([\u3400-\u9fff]{2,20}?(?:局|委员会|办公室|厅))"
_BEFORE = r"原(?!阳县|平市|州区)"  # these divisions begin with the word
_FORMER = re.compile(rf"{_BEFORE}{_OFFICE}|(?<![\u3400-\u9fff])(?:[^原年月日]*[年月日])?(?:{_BEFORE})?{_OFFICE}更名为")
_DISTRICT_DIGITS = 6


def read_witnesses(document: Document, title: str, source: Source | None = None) -> tuple[Witness, ...]:
    """Return the words that may tell where the document's office is, those of a place in reading order, each once.

    ``source`` is where the title is printed.
    """
    lines = list(read_lines(document))
    found = [Witness("title", title, source), Witness("file", PurePath(document.name).stem)]
    found += [Witness("margin", text) for text in document.margins]
    found += chain(
        _sheets(lines), _head(lines), _publishers(lines), _signature(lines), _codes(lines), _sentences(lines)
    )
    found += _former_names(lines)
    if document.sister:
        found.append(Witness("sister", document.sister))
    return tuple({(each.place, each.text): each for each in reversed(found)}.values())[::-1]


def _sheets(lines: list[TextLine]) -> Iterator[Witness]:
    for line in lines:
        if sheet := sheet_of(line.source.where):
            yield Witness("sheet", sheet)


def _head(lines: list[TextLine]) -> Iterator[Witness]:
    for line in lines[:_HEAD]:
        if not line.text or line.row is not None or "。" in line.text:
            continue
        if ">" in line.text or "＞" in line.text:
            yield Witness("breadcrumb", line.text, line.source)
        elif len(line.text) <= _LONGEST_HEADING:
            yield Witness("title" if line.source.where == "title" else "heading", line.text, line.source)


def _publishers(lines: list[TextLine]) -> Iterator[Witness]:
    for line in lines:
        for found in _PUBLISHED.finditer(line.printed):
            yield Witness("publisher", found[1], line.source)
        for label, value in pairwise(filter(None, line.cells)):
            if label.strip("：:") in _PUBLISHERS:
                yield Witness("publisher", value, line.source)


def _signature(lines: list[TextLine]) -> Iterator[Witness]:
    signer, _ = find_signature(lines)
    if signer:
        yield Witness("signature", signer.text, signer.source)


def _codes(lines: list[TextLine]) -> Iterator[Witness]:
    """Yield the first long code that begins with each six digits: codes of offices and projects begin with a place."""
    seen: set[str] = set()
    for line in lines:
        for match in _CODE.finditer(line.source.text):
            digits = match.group()[:_DISTRICT_DIGITS]
            if digits not in seen:
                seen.add(digits)
                yield Witness("code", match.group(), line.source)


def _sentences(lines: list[TextLine]) -> Iterator[Witness]:
    for line in lines[:_PROSE]:
        if line.row is None and "。" in line.text:
            for match in _GOVERNMENT.finditer(line.text):
                yield Witness("sentence", match.group(), line.source)


def _former_names(lines: list[TextLine]) -> Iterator[Witness]:
    """Yield the offices that a sentence about a reform says were there before (原水利局)."""
    for line in lines[:_PROSE]:
        if line.row is None and _REFORM.search(line.text):
            for match in _FORMER.finditer(line.text):
                yield Witness("former", match[1] or match[2], line.source)
