"""Say where pictures take a good part of a page, so that they may show a form that is not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jixiao.model import Issue

LARGE_SHARE = 0.25
"""Of a page, from which on pictures are told."""

_EMU = 36_000
_PAGE = 210 * 297


def share_of_page(wide: float, high: float, millimetre: float = _EMU) -> float:
    """Return how much of an A4 page a picture takes, its size in units of which so many are a millimetre."""
    return wide * high / (millimetre * millimetre * _PAGE)


def picture_notes(shares: Iterable[float], place: str = "") -> Iterator[Issue]:
    """Yield a note where pictures, each with its share of a page, may show a form."""
    found = list(shares)
    if sum(found) >= LARGE_SHARE:
        share = f"{min(max(found), 1):.0%}"
        yield Issue(
            "pictures-not-read",
            f"{place}有 {len(found)} 张图片未读取，最大的占页面 {share}；图片里若有表格，请先做文字识别 (OCR)",
            f"{place} {len(found)} pictures were not read, the largest takes {share} of a page; "
            "run OCR if they show tables".strip(),
        )
