"""Put printed characters back into lines, cells' texts and paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from jixiao.documents.pdf_page import Glyph, turn_glyph

_SAME_LINE = 0.45
_SAME_GLYPH = 0.25
_LATIN_GAP = 0.22
_WIDE_GAP = 0.75
_PIECE_GAP = 1.2
_FULL = 2.2
_PITCH = 2.0
_INDENT = 0.8
_LEADING = 1.7
_LATIN = re.compile(r"[A-Za-z0-9]")
_WORD = re.compile(r"[A-Za-z]")
_CLOSING = "，。、；：？！）》〉」』】〕”’%％,.;:?!)]}"
_ITEM = re.compile(
    r"[（(]?[一二三四五六七八九十]{1,3}[）)、.．]|第[一二三四五六七八九十]{1,3}[章节部分条]|[（(]?\d{1,2}[）)、.．](?!\d)|[①-⑳]|"
    r"(目标|指标|任务|措施|注)\s*\d{0,2}\s*[：:]"
)
_OPENING = re.compile(_ITEM.pattern + r"|附件|附表|目录")
_LABEL = re.compile(r"[\w（）()/]{2,12}[：:]")
_OPENERS = "（《〈「『【〔“‘([{"
_SIGNS = "≥≤＞＜>=<±~～-—+￥¥$"
_ENDED = "。；;！!？?…"


@dataclass(frozen=True, slots=True)
class Line:
    """Hold one printed line: its text, box, type size and page.

    ``first_width`` is the width its unbreakable beginning takes, ``pieces`` are its texts between wide gaps with the
    x they begin at.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    page: int
    first_width: float = 0.0
    pieces: tuple[tuple[str, float], ...] = ()


def set_lines(glyphs: Iterable[Glyph], page: int) -> list[Line]:
    """Return upright characters as lines from top to bottom."""
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: (glyph.base, glyph.x0)):
        if lines and glyph.base - lines[-1][0].base <= _SAME_LINE * min(glyph.size, lines[-1][0].size):
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    found = (_line(line, page) for line in _with_raised(lines))
    return [line for line in found if line is not None]


def _with_raised(lines: list[list[Glyph]]) -> list[list[Glyph]]:
    """Put small raised or lowered characters (m², footnote marks) into the line they stand in."""
    result: list[list[Glyph]] = []
    for line in lines:
        if result and _overlaps(result[-1], line):
            result[-1].extend(line)
        else:
            result.append(line)
    return result


def _overlaps(above: list[Glyph], below: list[Glyph]) -> bool:
    sizes = max(g.size for g in above), max(g.size for g in below)
    small, large = sorted(sizes)
    return small < 0.75 * large and below[0].base - above[0].base < 0.6 * large


def _line(glyphs: list[Glyph], page: int) -> Line | None:
    """Set one line from its characters, with the blanks that the gaps between them mean."""
    glyphs = sorted(glyphs, key=lambda glyph: glyph.x0)
    text = ""
    starts: list[tuple[int, float]] = []
    last: Glyph | None = None
    for glyph in glyphs:
        if glyph.text.isspace():
            text += " "
            continue
        if last is not None:
            if glyph.text == last.text and glyph.x0 - last.x0 < _SAME_GLYPH * glyph.size:
                continue  # printed twice to look bold
            text += _blank(last, glyph) if text and not text[-1].isspace() else ""
        if last is None or glyph.x0 - last.x1 > _PIECE_GAP * glyph.size:
            starts.append((len(text), glyph.x0))
        text += glyph.text
        last = glyph
    ends = [start for start, _ in starts[1:]] + [len(text)]
    pieces = tuple((text[start:end].strip(), x) for (start, x), end in zip(starts, ends, strict=True))
    printed = [glyph for glyph in glyphs if not glyph.text.isspace()]
    if not printed:
        return None
    size = Counter(round(glyph.size, 1) for glyph in printed).most_common(1)[0][0]
    return Line(
        text.strip(),
        printed[0].x0,
        min(glyph.y0 for glyph in printed),
        max(glyph.x1 for glyph in printed),
        max(glyph.y1 for glyph in printed),
        size,
        page,
        _first_width(printed),
        pieces,
    )


def _blank(left: Glyph, right: Glyph) -> str:
    gap = right.x0 - left.x1
    size = max(left.size, right.size)
    latin = _LATIN.match(left.text) and _LATIN.match(right.text)
    if gap > 2 * size:
        return "  "
    return " " if gap > (_LATIN_GAP if latin else _WIDE_GAP) * size else ""


def _first_width(glyphs: Sequence[Glyph]) -> float:
    """Return the width of the piece at a line's start that could not have been parted from itself."""
    end = 1
    while end < len(glyphs) and _holds_together(glyphs[end - 1].text, glyphs[end].text):
        end += 1
    return glyphs[end - 1].x1 - glyphs[0].x0


def _holds_together(left: str, right: str) -> bool:
    """Tell whether no line may break between two characters: brackets, slashes, signs, Latin words and numbers."""
    if right in _CLOSING or left in _OPENERS or "/" in (left, right):
        return True
    latin = _LATIN.match(right) or right in _SIGNS
    return bool(latin and (_LATIN.match(left) or left in _SIGNS))


@dataclass(frozen=True, slots=True)
class CellText:
    """Hold the text of a cell, the room left behind its last line, and the width its first line's start needs.

    ``foot`` is where on the page one more line would have ended.
    """

    text: str = ""
    room: float = 0.0
    head: float = 0.0
    foot: float = 0.0


def set_cell(glyphs: Sequence[Glyph], width: float, page: int) -> CellText:
    """Return the text of a cell: lines that only wrap are joined, lines that were broken on purpose stay apart.

    A line was broken on purpose when the next line's first word would still have fitted behind it, or when a
    sentence ends and the next line opens with an item number.
    """
    turn = Counter(glyph.turn for glyph in glyphs).most_common(1)[0][0] if glyphs else 0
    if turn:
        reach = max(max(glyph.x1, glyph.y1) for glyph in glyphs)
        glyphs = [turn_glyph(glyph, turn, reach, reach) for glyph in glyphs]
        width = max(glyph.x1 for glyph in glyphs) - min(glyph.x0 for glyph in glyphs)
    lines = set_lines(glyphs, page)
    if not lines:
        return CellText()
    if len(lines) > 1 and all(len(line.text) == 1 for line in lines):
        return CellText("".join(line.text for line in lines), width, 0.0)  # stacked characters of a narrow label
    padding = _padding(lines, width)
    text = lines[0].text
    for above, line in pairwise(lines):
        broken = width - (above.x1 - above.x0) - padding > line.first_width + _INDENT * line.size
        listed = text[-1:] in _ENDED and _ITEM.match(line.text)
        text += ("\n" if broken or listed else join_gap(text, line.text)) + line.text
    last, first = lines[-1], lines[0]
    foot = last.y1 + _LEADING * last.size if not turn else 0.0
    return CellText(text, width - (last.x1 - last.x0) - padding, first.first_width + _INDENT * first.size, foot)


def _padding(lines: list[Line], width: float) -> float:
    """Return the room a cell keeps free at its sides, as its widest line shows it."""
    widest = max(line.x1 - line.x0 for line in lines)
    return min(max(width - widest, 0.0), 1.2 * lines[0].size)


def join_gap(left: str, right: str) -> str:
    """Return what stands between two lines of one text: a blank between Latin words, nothing in Chinese."""
    return " " if left and right and _WORD.match(left[-1]) and _WORD.match(right[0]) else ""


# ---------------------------------------------------------------- running text


@dataclass(frozen=True, slots=True)
class Measure:
    """Hold the left and right edge of a page's running text."""

    left: float
    right: float


def set_paragraphs(lines: Sequence[Line], measures: Mapping[int, Measure]) -> Iterator[list[Line]]:
    """Yield the lines of each paragraph; a paragraph goes on behind a full line, also on the next page."""
    paragraph: list[Line] = []
    for line in lines:
        if paragraph and not _goes_on(paragraph[-1], line, measures.get(paragraph[-1].page), measures.get(line.page)):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _goes_on(above: Line, below: Line, room: Measure | None, next_room: Measure | None) -> bool:
    if room is None or abs(above.size - below.size) > 0.12 * above.size or _OPENING.match(below.text):
        return False
    if _LABEL.match(below.text) and above.text[-1] in _ENDED:
        return False
    if above.page == below.page and below.y1 - above.y1 > _PITCH * max(above.y1 - above.y0, above.size):
        return False
    indented = below.x0 > (next_room or room).left + _INDENT * below.size
    return room.right - above.x1 < _FULL * above.size and not indented


def paragraph_text(lines: Sequence[Line]) -> str:
    """Return the text of a paragraph's lines."""
    text = ""
    for line in lines:
        text += join_gap(text, line.text) + line.text
    return text
