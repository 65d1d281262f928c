"""Find the title at the head of a document, and who signs it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Any

from jixiao.model import Document, Paragraph, Source, Table
from jixiao.prose.offices import clean_office, is_office, office_in_title
from jixiao.prose.sentences import clean_line, ordinal_level, without_markup
from jixiao.text.dates import parse_date, read_fiscal_year
from jixiao.text.vocabulary import word_lists

_HEAD = 40
_LONGEST_TITLE = 90
_JOINED = 3
_SITE = re.compile(r"\s*[-_|—]\s*[^-_|—]*(?:政府|网|网站|局|厅|委员会|中心|院)$")
_BRACKETED = re.compile(r"[（(][^（）()]*[）)]$")


@dataclass(frozen=True, slots=True)
class TextLine:
    """Hold one printed line: its text without blanks and as ``printed``, its cells if it is a row, and its source."""

    text: str
    source: Source
    printed: str = ""
    cells: tuple[str, ...] = ()
    row: int | None = None


@cache
def header_words() -> Mapping[str, Any]:
    """Return the word lists of ``header.toml``."""
    return word_lists("prose/header.toml")


def read_lines(document: Document) -> Iterator[TextLine]:
    """Yield the lines of running text and the rows of tables in reading order; empty ones are left out."""
    for block in document.blocks:
        if isinstance(block, Paragraph):
            place = block.place
            for offset, printed in enumerate(block.text.split("\n")):
                if text := clean_line(printed):
                    source = Source(None, place.line + offset, text, place.page, place.where)
                    yield TextLine(text, source, without_markup(printed))
        else:
            yield from _rows(block)


def _rows(table: Table) -> Iterator[TextLine]:
    for position, row in enumerate(table.rows):
        cells = tuple(clean_line(cell.text.replace("\n", "")) for cell in row.cells)
        if filled := [cell for cell in cells if cell]:
            source = Source(table.index, row.place.line, row.text, row.place.page, row.place.where)
            alone = filled[0] if len(filled) == 1 else ""
            yield TextLine(alone, source, alone and row.filled[0].text, cells, position)


def document_kind(text: str) -> str | None:
    """Return which kind of document a title tells (``budget``, ``final-accounts`` …), None for none."""
    kinds: Mapping[str, list[str]] = header_words()["kinds"]
    return next((kind for kind, cues in kinds.items() if any(cue in text for cue in cues)), None)


def find_title(lines: list[TextLine]) -> TextLine | None:
    """Return the title, its broken lines joined; the first line where nothing looks like a title."""
    head = list(_head(lines))
    best, highest = None, 0.0
    for start in range(len(head)):
        for joined, count in _joined_lines(head[start : start + _JOINED]):
            score = _title_score(joined) - 0.5 * (count - 1) - 0.2 * start
            if score > highest and len(joined) <= _LONGEST_TITLE:
                best, highest = TextLine(joined, head[start].source), score
    if best is None:
        return next((line for line in lines if line.text), None)
    return replace(best, text=_SITE.sub("", best.text))


def _joined_lines(lines: list[TextLine]) -> Iterator[tuple[str, int]]:
    """Yield the first line, the first two and so on as one text, as far as they may be one title."""
    joined = ""
    for count, line in enumerate(lines, start=1):
        if not _titular(line.text) or (count > 1 and not _adjacent(lines[count - 2], line)):
            return
        joined += line.text
        yield joined, count


def _head(lines: list[TextLine]) -> Iterator[TextLine]:
    for line in lines[:_HEAD]:
        if line.text in header_words()["contents"]["words"] or "。" in line.text:
            return
        if line.text:
            yield line


def _titular(text: str) -> bool:
    noise = header_words()["title"]["noise"]
    if text in noise or any(word in text for word in noise if len(word) > 2):
        return False
    return ordinal_level(text) is None and not re.search(r"[：:；>＞]|号$", text) and parse_date(text) is None


def _adjacent(before: TextLine, after: TextLine) -> bool:
    if before.source.table != after.source.table:
        return False
    distance = after.source.line - before.source.line
    return distance == 1 or (distance == 2 and after.row is not None)


def _title_score(text: str) -> float:
    title = header_words()["title"]
    if not any(word in text for word in title["words"]):
        return 0
    return (
        1
        + 2 * (document_kind(text) is not None)
        + 2 * (read_fiscal_year(text) is not None)
        + 2 * (office_in_title(text) is not None)
        + _BRACKETED.sub("", text).endswith(tuple(title["ends"]))
    )


def find_signature(lines: list[TextLine]) -> tuple[TextLine | None, str | None]:
    """Return the office that signs the document and the date below it, None for what is absent."""
    for line, after in pairwise(lines):
        date = parse_date(after.text)
        if date and line.row is None and is_office(line.text) and clean_office(line.text) == line.text:
            return line, date
    return None, None
