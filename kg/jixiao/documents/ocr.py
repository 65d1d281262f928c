"""Read pictures of pages by character recognition, an extra: ``pip install '.[ocr]'`` (rapidocr, its models inside)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

from jixiao.documents import limits
from jixiao.documents.drafts import Content, compose
from jixiao.documents.page_geometry import Glyph, PageFacts, PrintedPage, PrintedRule, Ruling
from jixiao.documents.page_layout import draft_pages, lay_out
from jixiao.documents.refusals import damaged, refuse
from jixiao.model import Issue

DPI = 200
HINT = "请先做文字识别 (OCR)，或安装识别组件 pip install '.[ocr]' 后再读取"
HINT_ENGLISH = "run OCR first, or install the extra: pip install '.[ocr]'"
_POINTS = 72 / DPI
_SHORTEST_RULES = (0.03, 0.022)
_BRIDGE = 3
_LEVEL = 0.003
_STEEPEST = 5.0
_A4_WIDTH = 595.0
_TYPE = 0.8
_BASE = 0.88
_LOOSE = 0.6


def can_recognise() -> bool:
    """Tell whether the extra is installed and may be called."""
    return limits.OTHER_PROGRAMS and all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "cv2"))


def read_content(data: bytes) -> Content:
    """Read a picture of one page. Raises DocumentError: ``scanned-image`` (no extra is installed), ``damaged``."""
    if not can_recognise():
        raise refuse("scanned-image", f"这是图片，没有文字；{HINT}", f"an image holds no text; {HINT_ENGLISH}")
    import cv2
    import numpy

    picture = cv2.imdecode(numpy.frombuffer(data, numpy.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise damaged("图片打不开 (the picture cannot be opened)")
    scale = _A4_WIDTH / _POINTS / min(picture.shape[:2])
    picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    blocks = compose(draft_pages([lay_out(recognise(picture, 1))]))
    if not blocks:
        raise refuse("no-text", "图片里没有识别出文字", "no text was recognised in the picture")
    return Content(blocks, (recognised([1]),))


def recognised(pages: list[int]) -> Issue:
    """Return the note that pages were read by character recognition."""
    listed = "、".join(map(str, pages))
    message = f"第 {listed} 页是图片，由文字识别 (OCR) 读出，请与原件核对"
    return Issue("read-by-ocr", message, f"pages {listed} were read by OCR; compare with the original", level="warning")


def recognise(picture: Any, number: int) -> PrintedPage:
    """Return what a picture of a page (200 dpi, blue-green-red) shows: characters and drawn lines, in points."""
    picture = _levelled(picture)
    height, width = picture.shape[:2]
    facts = PageFacts(number, width * _POINTS, height * _POINTS, images=1, doubt="ocr")
    return PrintedPage(facts, tuple(_glyphs(picture)), _rules(picture), Ruling())


def picture_of(pixels: bytes, rows: int, stride: int, width: int) -> Any:
    """Return pixels of blue, green and red as a picture."""
    import numpy

    lines = numpy.frombuffer(pixels, numpy.uint8).reshape(rows, stride)[:, : 3 * width]
    return numpy.ascontiguousarray(lines).reshape(rows, width, 3)


@lru_cache(maxsize=1)
def _engine() -> Any:
    """Return the recogniser; its direction classifier turns short labels upside down, so it is off."""
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.use_cls": False, "Global.log_level": "error"})


def _glyphs(picture: Any) -> Iterator[Glyph]:
    """Yield the recognised characters, each where the recogniser saw it, on the baseline of its line."""
    found = _engine()(picture, return_word_box=True, return_single_char_box=True)
    for line in found.word_results or ():
        corners = [corner for _, _, box in line for corner in box]
        top, bottom = (pick(y for _, y in corners) * _POINTS for pick in (min, max))
        size = (bottom - top) * _TYPE
        base = top + (bottom - top) * _BASE
        boxes = [(text, min(x for x, _ in box) * _POINTS, max(x for x, _ in box) * _POINTS) for text, _, box in line]
        starts = [left for _, left, _ in boxes[1:]]
        for number, (text, left, right) in enumerate(boxes):
            after = starts[number] if number < len(starts) else right
            if after - right < _LOOSE * size:  # the recogniser's boxes leave gaps between the digits of one number
                right = after
            yield Glyph(text, left, base - size, right, base, base, size, run=number)


def _ink(picture: Any) -> Any:
    """Return where something dark is drawn."""
    import cv2

    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    return cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 12)


def _levelled(picture: Any) -> Any:
    """Return a picture turned so that its long lines run level."""
    import cv2
    import numpy

    height, width = picture.shape[:2]
    lines = cv2.HoughLinesP(_ink(picture), 1, numpy.pi / 1800, 200, minLineLength=width // 4, maxLineGap=10)
    ends = [] if lines is None else lines.reshape(-1, 4)
    angles = [math.degrees(math.atan2(y1 - y0, x1 - x0)) for x0, y0, x1, y1 in ends]
    level = sorted(angle for angle in angles if abs(angle) < _STEEPEST)
    if not level or abs(level[len(level) // 2]) < math.degrees(_LEVEL):
        return picture
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), level[len(level) // 2], 1.0)
    return cv2.warpAffine(picture, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))


def _rules(picture: Any) -> Ruling:
    """Return the straight lines along the axes that are longer than characters are."""
    import cv2

    ink = _ink(picture)
    ruling = Ruling()
    for across, rules, share in zip((True, False), (ruling.across, ruling.upright), _SHORTEST_RULES, strict=True):
        shortest = int(share * min(picture.shape[:2]))
        bridge, length = (1, _BRIDGE), (shortest, 1)
        if not across:
            bridge, length = bridge[::-1], length[::-1]
        closed = cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_RECT, bridge))
        kept = cv2.morphologyEx(closed, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, length))
        for outline in cv2.findContours(kept, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]:
            x, y, wide, high = (side * _POINTS for side in cv2.boundingRect(outline))
            if across:
                rules.append(PrintedRule(y + high / 2, x, x + wide))
            else:
                rules.append(PrintedRule(x + wide / 2, y, y + high))
    return ruling
