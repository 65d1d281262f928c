"""Join the running text of a document into sentences that know their lines and sections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from jixiao.model import Document, Source, Table

_TAGS = r"</?(?:p|b|strong|em|span|div|br)\b[^>]*>"
_MARKUP = re.compile(rf"{_TAGS}|\*\*|__|^\s*#{{1,6}}\s+|^\s*[-*•]\s+(?=\S)|[\u200b\ufeff]")
_CJK = r"[\u3400-\u9fff，。；：、（）“”‘’《》〈〉【】！？％0-9]"
_BLANK = re.compile(rf"(?<={_CJK})[ \t\u3000\xa0]+(?={_CJK})")
_FINAL = "。！？；：;:!?"
_LABEL = r"(?:部门|单位|填报|编制|金额)[^，。]{0,10}[:：]"
_NOTE = re.compile(r"备?注\s*\d?[:：]")
_FRESH = re.compile(rf"{_NOTE.pattern}|附件|附表|{_LABEL}|[^，。]{{0,40}}表$|[（(]?\d{{4}}年度?[）)]?$")
_SENTENCE = re.compile(r"[^。！？]{0,3000}[。！？][”’）)]?|[^。！？]{1,3000}")  # a longer one is no sentence but a dump
_ORDINALS = (
    re.compile(r"第[一二三四五六七八九十]+(?:部分|章)"),
    re.compile(r"[一二三四五六七八九十]+\s*[、.．]"),
    re.compile(r"[（(][一二三四五六七八九十]+[）)]"),
    re.compile(r"\d{1,2}\s*[.．、](?=(?:19|20)\d\d\s*年|\D|$)"),
    re.compile(r"[（(]\d{1,2}[）)]"),
)
_NO_HEADING = re.compile(r"[，。；;,]|\d\s*(?:万?元|%)|[:：]$")
_HEADING_LENGTH = 60
_PART_LENGTH = 6
_WRAPPED_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Sentence:
    """Hold one sentence, its blanks and markup removed and page breaks joined.

    ``lines`` gives the 1-based line of each character; ``block`` numbers the joined paragraph; ``section`` holds
    the headings above it, outermost first; ``opens`` says that the block ends in a colon after this sentence.
    """

    text: str
    lines: tuple[int, ...]
    block: int
    section: tuple[str, ...] = ()
    page: int | None = None
    opens: bool = False

    def source(self, at: int = 0) -> Source:
        """Return the sentence as a source, at the line of its ``at``-th character."""
        return Source(table=None, line=self.lines[min(at, len(self.lines) - 1)], text=self.text, page=self.page)


@dataclass(slots=True)
class _JoinedParagraph:
    """Collect the characters of one joined paragraph."""

    page: int | None
    section: tuple[str, ...]
    chars: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.chars)

    def add(self, text: str, line: int) -> None:
        self.chars.extend(text)
        self.lines.extend([line] * len(text))


def clean_line(text: str) -> str:
    """Return a printed line without markup, and without blanks between Chinese characters and figures."""
    return _BLANK.sub("", without_markup(text)).strip()


def without_markup(text: str) -> str:
    """Return a printed line without markup, blanks as printed."""
    return _MARKUP.sub("", text).strip()


def ordinal_level(text: str) -> int | None:
    """Return how deep the ordinal stands that a line starts with (第一部分 0, 一、 1, （一） 2, 1. 3), or None."""
    for level, pattern in enumerate(_ORDINALS):
        if pattern.match(text):
            return level
    return None


def without_ordinal(text: str) -> str:
    """Return a line without the ordinal it starts with."""
    level = ordinal_level(text)
    if level is None:
        return text
    return _ORDINALS[level].sub("", text, count=1).strip()


def is_heading(text: str) -> bool:
    """Tell whether a line is a heading: an ordinal and a short title that is no sentence."""
    if ordinal_level(text) is None or len(text) > _HEADING_LENGTH:
        return False
    return not _NO_HEADING.search(text)


def is_note(sentence: Sentence) -> bool:
    """Tell whether a sentence opens a note below a table (注：, 备注：)."""
    return bool(_NOTE.match(sentence.text))


def read_sentences(document: Document) -> tuple[Sentence, ...]:
    """Return the sentences of the running text in reading order.

    Paragraphs that a page break cut in mid-sentence are joined; headings are kept as the section of what follows.
    """
    sentences = []
    for number, block in enumerate(_paragraphs(document), start=1):
        text = block.text
        for match in _SENTENCE.finditer(text):
            lines = tuple(block.lines[match.start() : match.end()])
            opens = match.end() == len(text) and match.group().endswith((":", "："))
            sentences.append(Sentence(match.group(), lines, number, block.section, block.page, opens))
    return tuple(sentences)


def _paragraphs(document: Document) -> Iterator[_JoinedParagraph]:
    headings: list[tuple[int, str]] = []
    current: _JoinedParagraph | None = None
    for text, line, page in _lines(document):
        if current and text and _continues(current.text, text):
            current.add(text, line)
            continue
        if current:
            yield current
        current = None
        if not text:
            continue
        if is_heading(text) or text.startswith("附件"):
            level = ordinal_level(text) or 0
            headings = [*(pair for pair in headings if pair[0] < level), (level, text)]
        elif headings and _names_part(*headings[-1], text):
            headings[-1] = (0, headings[-1][1] + text)
        else:
            current = _JoinedParagraph(page, tuple(heading for _, heading in headings))
            current.add(text, line)
    if current:
        yield current


def _lines(document: Document) -> Iterator[tuple[str, int, int | None]]:
    """Yield the lines of running text with line and page; a table stands as an empty line."""
    for block in document.blocks:
        if isinstance(block, Table):
            yield "", 0, None
            continue
        for offset, line in enumerate(block.text.split("\n")):
            text = clean_line(line)
            if text:
                yield text, block.place.line + offset, block.place.page


def _names_part(level: int, heading: str, text: str) -> bool:
    """Tell whether a line is the title of the bare ``第二部分`` printed on the line above it."""
    if level or len(heading) > _PART_LENGTH or len(text) > _HEADING_LENGTH:
        return False
    return ordinal_level(text) is None and text[-1] not in _FINAL


def _continues(before: str, after: str) -> bool:
    """Tell whether a line goes on with the sentence of the line before (wrapped, or cut by a page break)."""
    if before[-1] in _FINAL or len(before) < _WRAPPED_LENGTH or _FRESH.match(before) or _FRESH.match(after):
        return False
    if ordinal_level(after) is not None and not before.endswith(("，", "、", ",")):
        return False
    return re.search(r"[，。；、,;]", before) is not None or re.search(r"[，。；,;]", after) is not None
