"""Read OFD documents (GB/T 33190), laid out like PDF: texts with the place of each character, and drawn lines."""

from __future__ import annotations

import math
import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from jixiao.documents import limits
from jixiao.documents.archive import ZipContainer
from jixiao.documents.drafts import Content, compose
from jixiao.documents.markup import parse_part, tag_of
from jixiao.documents.page_geometry import Glyph, PageFacts, PageMatrix, Point, PrintedPage, Ruling, box_around
from jixiao.documents.page_layout import PageLayout, draft_pages, lay_out
from jixiao.documents.page_notes import page_notes
from jixiao.documents.refusals import damaged, refuse, too_large
from jixiao.documents.spaced import terminal_width
from jixiao.documents.visibility import Unseen

_POINTS = 72 / 25.4
_PAGE = (0.0, 0.0, 210.0, 297.0)
_PATH = re.compile(r"([SMLQBAC])|(-?\d*\.?\d+(?:[eE]-?\d+)?)")
_UNIT = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_GROUPS = ("Layer", "PageBlock")


def read_content(data: bytes) -> Content:
    """Read an OFD document; signatures, attachments and annotations are left out.

    Raises DocumentError (see ``archive`` and ``markup``; ``no-text``, ``too-large``).
    """
    container = ZipContainer(data)
    layouts: list[PageLayout] = []
    for part, templates, box in _pages(container):
        page = _OfdPage(box)
        for each in (*templates, part):
            page.add(parse_part(container, each))
        before = layouts[-1] if layouts else None
        layouts.append(lay_out(page.printed(len(layouts) + 1), before))
    blocks = compose(draft_pages(layouts))
    if not blocks:
        raise refuse("no-text", "OFD 文件里没有文字，应是扫描件；请先做文字识别 (OCR)", "no text; run OCR first")
    return Content(blocks, tuple(page_notes(layouts)))


def _pages(container: ZipContainer) -> Iterator[tuple[str, list[str], tuple[float, ...]]]:
    """Yield the parts of the pages with their templates and their boxes in millimetres."""
    for root in _texts(parse_part(container, "OFD.xml"), "DocRoot"):
        document = parse_part(container, root.lstrip("/"))
        folder = posixpath.dirname(root.lstrip("/"))
        default = next(_texts(document, "PhysicalBox"), "")
        templates = {each.get("ID"): _located(folder, each) for each in document.iter("{*}TemplatePage")}
        pages = [_located(folder, page) for pages in document.iter("{*}Pages") for page in pages]
        if len(pages) > limits.MAX_PAGES:
            raise too_large(f"OFD 有 {len(pages)} 页，超过 {limits.MAX_PAGES} 页的上限", "too many pages")
        for part in pages:
            page = parse_part(container, part)
            used = (templates.get(each.get("TemplateID")) for each in page.iter("{*}Template"))
            box = _numbers(next(_texts(page, "PhysicalBox"), default), _PAGE)
            yield part, [each for each in used if each], box


def _located(folder: str, element: Any) -> str:
    path = element.get("BaseLoc") or ""
    if path.startswith("/"):
        return path.lstrip("/")
    return posixpath.normpath(posixpath.join(folder, path))


class _OfdPage:
    """Gather what is printed on a page, in points."""

    def __init__(self, box: tuple[float, ...]) -> None:
        self._box = box
        self._glyphs: list[Glyph] = []
        self._lines, self._areas = Ruling(), Ruling()
        self._images = 0
        self._picture = 0.0
        self._runs = 0
        self._unseen: Counter[Unseen] = Counter()

    def add(self, root: Any) -> None:
        """Add the objects of a page or of its template."""
        for content in root.iter("{*}Content"):
            self._add_objects(content)

    def printed(self, number: int) -> PrintedPage:
        """Return the page."""
        _, _, width, height = self._box
        size = width * _POINTS, height * _POINTS
        facts = PageFacts(number, *size, self._images, left_out=self._unseen, picture=self._picture)
        return PrintedPage(facts, tuple(self._glyphs), self._lines, self._areas)

    def _add_objects(self, parent: Any) -> None:
        for element in parent:
            kind = tag_of(element)
            hidden = element.get("Visible") == "false" or element.get("Alpha") == "0"
            if kind in _GROUPS:
                self._add_objects(element)
            elif kind == "TextObject" and hidden:
                self._unseen[Unseen.TEXT] += 1
            elif kind == "TextObject":
                self._add_text(element)
            elif kind == "PathObject" and not hidden:
                self._add_path(element)
            elif kind == "ImageObject":
                self._images += 1
                *_, wide, high = _numbers(element.get("Boundary"), _PAGE)
                self._picture = max(self._picture, wide * high / (self._box[2] * self._box[3] or 1.0))

    def _placing(self, element: Any) -> Callable[[float, float], Point]:
        """Return what says where a point of an object lies: by its matrix, then by the corner of its boundary."""
        left, top, _, _ = (side * _POINTS for side in _numbers(element.get("Boundary"), _PAGE))
        corner = PageMatrix(_POINTS, 0.0, 0.0, _POINTS, left - self._box[0] * _POINTS, top - self._box[1] * _POINTS)
        return corner.after(PageMatrix(*_numbers(element.get("CTM"), _UNIT))).apply

    def _add_text(self, element: Any) -> None:
        place = self._placing(element)
        scale = math.dist(place(0, 0), place(1, 0)) or _POINTS
        size = (_number(element.get("Size")) or 1.0) * scale
        for code in element.iter("{*}TextCode"):
            self._runs += 1
            x, y = _number(code.get("X")), _number(code.get("Y"))
            steps = _steps(code.get("DeltaX") or "")
            for character in code.text or "":
                left, base = place(x, y)
                step = next(steps, size / scale * terminal_width(character) / 2)
                box = left, base - size, left + min(step * scale, size), base
                self._glyphs.append(Glyph(character, *box, base, size, 0, self._runs))
                x += step

    def _add_path(self, element: Any) -> None:
        place = self._placing(element)
        stroked, filled = element.get("Stroke") != "false", element.get("Fill") == "true"
        for path in _texts(element, "AbbreviatedData"):
            for outline in _outlines(path):
                points = [place(x, y) for x, y in outline]
                if stroked:
                    for start, end in pairwise(points):
                        self._lines.add_line(start, end)
                elif filled and len(points) > 2 and not self._lines.add_thin(box_around(points)):
                    self._areas.add_sides(box_around(points))


def _outlines(path: str) -> Iterator[list[Point]]:
    """Yield the outlines of a path (§11.4) as lists of points; curves break an outline."""
    points: list[Point] = []
    numbers: list[float] = []
    operator = ""
    for letter, number in _PATH.findall(path):
        if number:
            numbers.append(float(number))
        else:
            operator, numbers = letter, []
        if operator == "C" and points:
            points.append(points[0])
        elif operator in "SM" and len(numbers) == 2:
            yield points
            points = [(numbers[0], numbers[1])]
        elif operator == "L" and len(numbers) == 2:
            points.append((numbers[0], numbers[1]))
        elif operator in ("Q", "B", "A"):
            yield points
            points = []
    yield points


def _steps(text: str) -> Iterator[float]:
    """Yield the distances between characters; ``g 5 4.2`` stands for five of 4.2."""
    words = iter(text.split())
    for word in words:
        count = 1
        if word == "g":
            count, word = int(_number(next(words, ""))), next(words, "")
        yield from [_number(word)] * min(count, limits.MAX_PAGE_GLYPHS)


def _texts(root: Any, tag: str) -> Iterator[str]:
    return (element.text or "" for element in root.iter(f"{{*}}{tag}"))


def _numbers(text: str | None, default: tuple[float, ...]) -> tuple[float, ...]:
    """Return as many numbers as the default has, and that where a text holds others."""
    try:
        numbers = tuple(map(float, (text or "").split()))
    except ValueError as error:
        raise damaged(f"数字有误：{text} (not a number)") from error
    return numbers if len(numbers) == len(default) else default


def _number(text: str | None) -> float:
    return _numbers(text, (0.0,))[0]
