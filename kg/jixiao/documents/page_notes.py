"""Say what may be missing of the pages of a document that is laid out in print (PDF, OFD)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from jixiao.documents.ocr import HINT, HINT_ENGLISH, recognised
from jixiao.documents.page_layout import PageLayout
from jixiao.documents.pictures import LARGE_SHARE
from jixiao.documents.visibility import LeftOut
from jixiao.model import Issue

UNREADABLE_SHARE = 0.3
_FEW_CHARACTERS = 10
_CAPTION = 100
_LISTED = 20


def is_picture(layout: PageLayout) -> bool:
    """Tell a page that shows a picture and prints nothing."""
    return layout.facts.images > 0 and layout.characters < _FEW_CHARACTERS


def _shows_more(layout: PageLayout) -> bool:
    """Tell a page whose picture takes a good part of it beside few words: it may show a form."""
    return _FEW_CHARACTERS <= layout.characters < _CAPTION and layout.facts.picture >= LARGE_SHARE


class _PageNote(NamedTuple):
    """Say what may be wrong with pages, and of which it is to be said."""

    code: str
    level: str
    applies: Callable[[PageLayout], bool]
    message: str
    english: str


_NOTES = (
    _PageNote(
        "scanned-pages",
        "error",
        is_picture,
        f"是图片，没有文字，未读取；{HINT}",
        f"hold pictures and no text; {HINT_ENGLISH}",
    ),
    _PageNote(
        "pictures-not-read",
        "warning",
        _shows_more,
        "文字很少，图片最多占页面 {share:.0%}，未读取；图片里若有表格，请先做文字识别 (OCR)",
        "hold few words beside a picture of up to {share:.0%} of the page; run OCR if it shows a table",
    ),
    _PageNote(
        "unreadable-text",
        "error",
        lambda page: page.unreadable > UNREADABLE_SHARE * max(page.characters, 1),
        "的文字多为乱码 (字体没有字符编码)，请核对",
        "hold mostly unreadable text (fonts without character codes)",
    ),
    _PageNote(
        "drawing-skipped",
        "warning",
        lambda page: page.facts.crowded,
        "打不开或线条过多，表格可能不全",
        "cannot be opened or hold too many lines; tables may be missing",
    ),
    _PageNote(
        "text-off-page",
        "warning",
        lambda page: page.facts.cut,
        "有文字在页面之外，未读取；表格若横向分页打印，请设为一页宽后重新导出",
        "hold text beyond their sides, which was not read; if a wide table was cut, export it one page wide",
    ),
)


def page_notes(layouts: Sequence[PageLayout]) -> Iterator[Issue]:
    """Yield what may be wrong with pages, what is not seen on them, and which were read by character recognition."""
    for note in _NOTES:
        pages = [layout for layout in layouts if note.applies(layout)]
        if pages:
            share = min(max(layout.facts.picture for layout in pages), 1.0)
            listed = "、".join(str(layout.facts.number) for layout in pages[:_LISTED]) + "…" * (len(pages) > _LISTED)
            message, english = (text.format(share=share) for text in (note.message, note.english))
            yield Issue(note.code, f"第 {listed} 页{message}", f"pages {listed} {english}", level=note.level)
    left_out = LeftOut()
    for layout in layouts:
        for what, count in layout.facts.left_out.items():
            left_out.add(what, count=count)
    yield from left_out.notes()
    if doubted := [layout.facts.number for layout in layouts if layout.facts.doubt]:
        yield recognised(doubted)
