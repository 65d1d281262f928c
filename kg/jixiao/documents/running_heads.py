"""Tell page numbers and running heads from the text of a document."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from jixiao.documents.page_geometry import PageFacts
from jixiao.documents.typesetting import PrintedLine

_MARGIN = 0.12
_HEAD = 0.09
_REPEATED = 3
_PAGE_NUMBER = re.compile(
    r"[\s\-—–―·.~]*(第\s*)?(\d{1,4}|[ivxIVX]{1,6})(\s*页)?([\s/,，、]*(共|of)?\s*\d{1,4}\s*页?)?[\s\-—–―·.~]*"
)
_BROWSER = re.compile(
    r"(https?|file|about|chrome)\W.*|\d{1,4}[/-]\d{1,2}[/-]\d{1,4},?\s*((上|下)午\s*)?\d{1,2}:\d{2}(:\d{2})?(\s*[AP]M)?(\s.*)?"
)
"""What a browser prints above and below a page: date and title, address and page number."""
_TITLE = re.compile(r"表|指标|单位|附件")


def running_heads(pages: Sequence[Sequence[PrintedLine]], facts: Mapping[int, PageFacts]) -> set[PrintedLine]:
    """Return the lines that only number pages or repeat a head; the first print of a head is not among them.

    What a browser prints around pages is not kept at all. Heads are lines in the margin that at least three pages print
    alike; the title of a form never counts as one.
    """
    found: set[PrintedLine] = set()
    prints: dict[tuple[bool, str], list[PrintedLine]] = defaultdict(list)
    for lines in pages:
        for line in lines:
            middle = (line.y0 + line.y1) / 2 / facts[line.page].height
            if _MARGIN < middle < 1 - _MARGIN:
                continue
            if _PAGE_NUMBER.fullmatch(line.text) or _BROWSER.fullmatch(line.text):
                found.add(line)
            elif not _HEAD < middle < 1 - _HEAD and not _TITLE.search(line.text):
                prints[middle < 0.5, re.sub(r"\d+", "#", line.text)].append(line)
    for lines in prints.values():
        if len({line.page for line in lines}) >= max(_REPEATED, len(pages) / 2):
            found.update(lines[1:])
    return found
