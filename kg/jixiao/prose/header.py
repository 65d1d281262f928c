"""Read what a document says of itself: title, kind, fiscal year, publication."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from jixiao.model import Document, DocumentKind, Source
from jixiao.prose.head import TextLine, document_kind, find_signature, find_title, header_words, read_lines
from jixiao.text.dates import find_date, parse_date, read_fiscal_year

_YEAR_LINE = re.compile(r"[（(]?\s*(?:19|20)\d\d\s*年度?\s*[）)]?")


@dataclass(frozen=True, slots=True)
class DocumentHeader:
    """Hold what a document says of itself: ``published`` is an ISO date or month, ``source`` where the title stands."""

    title: str
    kind: DocumentKind
    fiscal_year: int | None = None
    published: str | None = None
    source: Source | None = None


def read_header(document: Document) -> DocumentHeader:
    """Return what a document says of itself; nothing is taken from the file name, except as a title of last resort."""
    lines = list(read_lines(document))
    title = find_title(lines)
    return DocumentHeader(
        title=title.text if title else document.name,
        kind=_kind(title, lines),
        fiscal_year=_fiscal_year(title, lines),
        published=_published(lines),
        source=title.source if title else None,
    )


def _kind(title: TextLine | None, lines: list[TextLine]) -> DocumentKind:
    kind = document_kind(title.text) if title else None
    if kind:
        return DocumentKind(kind)
    told = Counter(document_kind(line.text) for line in lines if line.text.endswith("表"))
    del told[None]
    return DocumentKind(min(told, key=lambda kind: (-told[kind], kind or ""), default=None) or DocumentKind.OTHER)


# ---------------------------------------------------------------- year and date


def _fiscal_year(title: TextLine | None, lines: list[TextLine]) -> int | None:
    year = read_fiscal_year(title.text) if title else None
    if year:
        return year
    votes: Counter[int] = Counter()
    for line in lines:
        text = line.text or " ".join(filter(None, line.cells))
        year = read_fiscal_year(text)
        if year and len(text) < 200:
            votes[year] += 1
            if _YEAR_LINE.fullmatch(text) or "年度" in text:
                votes[year] += 2
    return min(votes, key=lambda year: (-votes[year], -year), default=None)


def _published(lines: list[TextLine]) -> str | None:
    """Return the date of publication, the surest first: labelled, on the cover, below the signature."""
    found = chain(_labelled_dates(lines), _cover_dates(lines))
    return next(filter(None, found), find_signature(lines)[1])


def _labelled_dates(lines: list[TextLine]) -> Iterator[str | None]:
    label = re.compile(rf"(?:{'|'.join(header_words()['published']['labels'])})\s*[:：]\s*(.{{6,12}})")
    for line in lines:
        match = label.search(line.printed)
        if match and line.row is None:
            yield find_date(match.group(1))


def _cover_dates(lines: list[TextLine]) -> Iterator[str | None]:
    contents = header_words()["contents"]["words"]
    for line in lines[:12]:
        if line.text in contents or line.row is not None or "：" in line.text:
            return
        yield parse_date(line.text)
