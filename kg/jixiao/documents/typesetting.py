"""Put printed characters back into lines, cells' texts and paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from jixiao.documents.page_geometry import Bounds, Glyph, Turn

_SAME_LINE = 0.45
_SAME_GLYPH = 0.25
_LATIN_GAP = 0.22
_WIDE_GAP = 0.75
_FULL = 2.2
_PITCH = 2.0
_SAME_SIZE = 0.12
_INDENT = 0.8
_LEADING = 1.7
_PADDING = 1.2
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
class PrintedLine:
    """Hold one printed line: its text, box, type size and page.

    ``first_width`` is the width its unbreakable beginning takes.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    page: int
    first_width: float = 0.0

    @property
    def width(self) -> float:
        """Return how wide the line is."""
        return self.x1 - self.x0


def bounds_of(printed: Iterable[Glyph | PrintedLine]) -> Bounds:
    """Return the box around what is printed: left, top, right, bottom."""
    lefts, tops, rights, bottoms = zip(*((item.x0, item.y0, item.x1, item.y1) for item in printed), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def set_lines(glyphs: Iterable[Glyph], page: int) -> list[PrintedLine]:
    """Return upright characters as lines from top to bottom."""
    found = (_set_line(line, page) for line in baselines(glyphs))
    return [line for line in found if line is not None]


def baselines(glyphs: Iterable[Glyph], same: float = _SAME_LINE) -> list[list[Glyph]]:
    """Return the characters of each line from top to bottom; ``same`` is how far one may stray, in type sizes."""
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: (glyph.base, glyph.x0)):
        if lines and glyph.base - lines[-1][0].base <= same * min(glyph.size, lines[-1][0].size):
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    return _with_raised(lines)


def _with_raised(lines: Iterable[list[Glyph]]) -> list[list[Glyph]]:
    """Put small raised or lowered characters (m², footnote marks) into the line they stand in."""
    result: list[list[Glyph]] = []
    for line in lines:
        if result and _overlaps(result[-1], line):
            result[-1].extend(line)
        else:
            result.append(line)
    return result


def _overlaps(above: list[Glyph], below: list[Glyph]) -> bool:
    small, large = sorted((max(g.size for g in above), max(g.size for g in below)))
    return small < 0.75 * large and below[0].base - above[0].base < 0.6 * large


def _set_line(glyphs: Iterable[Glyph], page: int) -> PrintedLine | None:
    """Set one line from its characters; None where nothing is printed."""
    glyphs = sorted(glyphs, key=lambda glyph: glyph.x0)
    printed = [glyph for glyph in glyphs if not glyph.text.isspace()]
    if not printed:
        return None
    size = sorted(glyph.size for glyph in printed)[len(printed) // 2]
    return PrintedLine(_spell(glyphs), *bounds_of(printed), size, page, first_width(printed))


def _spell(glyphs: Iterable[Glyph]) -> str:
    """Return the text of a line's characters, with the blanks that the gaps between them mean."""
    text = ""
    last: Glyph | None = None
    for glyph in glyphs:
        if glyph.text.isspace():
            text += " "
            continue
        if last is not None and _is_same(last, glyph):
            continue  # printed twice to look bold
        if last is not None and not text[-1].isspace():
            text += _blank(last, glyph)
        text += glyph.text
        last = glyph
    return text.strip()


def _is_same(left: Glyph, right: Glyph) -> bool:
    return right.text == left.text and right.x0 - left.x0 < min(_SAME_GLYPH * right.size, (left.x1 - left.x0) / 2)


def _blank(left: Glyph, right: Glyph) -> str:
    gap = (right.x0 - left.x1) / max(left.size, right.size)
    if gap > 2:
        return "  "
    latin = _LATIN.match(left.text) and _LATIN.match(right.text)
    return " " * (gap > _WIDE_GAP or bool(latin and gap > _LATIN_GAP))


def first_width(glyphs: Sequence[Glyph]) -> float:
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


class CellText(NamedTuple):
    """Hold the text of a cell, the room left behind its last line, and the width its first line's start needs.

    ``foot`` is where on the page one more line would have ended.
    """

    text: str = ""
    room: float = 0.0
    head: float = 0.0
    foot: float = 0.0


def set_cell(glyphs: Sequence[Glyph], width: float, page: int) -> CellText:
    """Return the text of a cell: lines that only wrap are joined, lines that were broken on purpose stay apart."""
    turns = Counter(glyph.turn for glyph in glyphs)
    quarters = max(turns, key=turns.__getitem__, default=0)
    if not quarters:
        return _set_upright(set_lines(glyphs, page), width)
    reach = max(max(glyph.x1, glyph.y1) for glyph in glyphs)
    turned = list(Turn(quarters, reach, reach).glyphs(glyphs))
    left, _, right, _ = bounds_of(turned)
    return _set_upright(set_lines(turned, page), right - left)._replace(foot=0.0)


def _set_upright(lines: Sequence[PrintedLine], width: float) -> CellText:
    """Join the lines of a cell.

    A line was broken on purpose when the next line's first word would still have fitted behind it, or when a
    sentence ends and the next line opens with an item number.
    """
    if not lines:
        return CellText()
    if len(lines) > 1 and all(len(line.text) == 1 for line in lines):
        return CellText("".join(line.text for line in lines), width)  # stacked characters of a narrow label
    first, last = lines[0], lines[-1]
    room = width - _padding(lines, width)
    text = first.text
    for above, line in pairwise(lines):
        broken = room - above.width > line.first_width + _INDENT * line.size
        listed = text[-1:] in _ENDED and _ITEM.match(line.text)
        gap = join_gap(text, line.text)
        if broken or listed:
            gap = "\n"
        text += gap + line.text
    head = first.first_width + _INDENT * first.size
    return CellText(text, room - last.width, head, last.y1 + _LEADING * last.size)


def _padding(lines: Iterable[PrintedLine], width: float) -> float:
    """Return the room a cell keeps free at its sides, as its widest line shows it."""
    widest = max(lines, key=lambda line: line.width)
    return min(max(width - widest.width, 0.0), _PADDING * next(iter(lines)).size)


def join_gap(left: str, right: str) -> str:
    """Return what stands between two lines of one text: a blank between Latin words, nothing in Chinese."""
    return " " * bool(_WORD.match(left[-1:]) and _WORD.match(right))


# ---------------------------------------------------------------- running text


class TextEdges(NamedTuple):
    """Hold the left and right edge of a page's running text."""

    left: float
    right: float


def set_paragraphs(lines: Iterable[PrintedLine], edges: Mapping[int, TextEdges]) -> Iterator[list[PrintedLine]]:
    """Yield the lines of each paragraph; a paragraph goes on behind a full line, also on the next page."""
    paragraph: list[PrintedLine] = []
    for line in lines:
        if paragraph and not _goes_on(paragraph[-1], line, edges):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _goes_on(above: PrintedLine, below: PrintedLine, edges: Mapping[int, TextEdges]) -> bool:
    if above.page not in edges or abs(above.size - below.size) > _SAME_SIZE * above.size:
        return False
    labelled = _LABEL.match(below.text) and above.text[-1] in _ENDED
    if labelled or _OPENING.match(below.text):
        return False
    if above.page == below.page and below.y1 - above.y1 > _PITCH * max(above.y1 - above.y0, above.size):
        return False
    left = edges.get(below.page, edges[above.page]).left
    full = edges[above.page].right - above.x1 < _FULL * above.size
    return full and below.x0 <= left + _INDENT * below.size


def paragraph_text(lines: Sequence[PrintedLine]) -> str:
    """Return the text of a paragraph's lines."""
    text = ""
    for line in lines:
        text += join_gap(text, line.text) + line.text
    return text
