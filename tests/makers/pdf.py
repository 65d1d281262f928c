"""Print forms as PDF files with ruled tables, as an office's print-outs look."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.makers.forms import Form, Spot

_FONT = "STSong-Light"
_SIZE = 9.0
_LEADING = 12.0
_PADDING = 3.0
_MARGIN = 48.0


@dataclass(frozen=True)
class Layout:
    """Say how a PDF is printed.

    ``repeat`` rows at a table's head are printed again on every page; ``rotate`` is the page's own rotation entry;
    ``turned`` prints the text itself along the long side of the page; ``password`` encrypts the file. ``ruling`` says
    which lines are drawn: full, none, rows, columns, three (above, below the row ``head_row``, below) or bands (every
    other row filled); ``at_top`` sets texts at the top of their cells, ``padding`` what is free above and below them.
    """

    width: float = 842.0
    height: float = 595.0
    repeat: int = 0
    rotate: int = 0
    turned: bool = False
    open_sides: bool = False
    filled_rules: bool = False
    ruling: str = "full"
    head_row: int = 0
    at_top: bool = False
    padding: float = _PADDING
    page_numbers: bool = False
    new_page_each: bool = False
    head: str = ""
    watermark: str = ""
    password: str = ""


def make_pdf(forms: Sequence[Form], layout: Layout | None = None) -> bytes:
    """Print forms one after the other; rows go on to the next page where one is full."""
    return _Printer(layout or Layout()).print(forms)


class _Printer:
    def __init__(self, layout: Layout) -> None:
        from reportlab.lib import pdfencrypt
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont
        from reportlab.pdfgen import canvas

        pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
        self._width_of = pdfmetrics.stringWidth
        self._layout = layout
        self._buffer = io.BytesIO()
        sheet = (layout.height, layout.width) if layout.turned else (layout.width, layout.height)
        if layout.rotate % 180:
            sheet = sheet[::-1]  # reportlab takes the size of the page as it is displayed
        secret = pdfencrypt.StandardEncryption(layout.password) if layout.password else None
        self._canvas: Any = canvas.Canvas(self._buffer, pagesize=sheet, invariant=1, encrypt=secret)
        self._page = 0
        self._y = 0.0

    def print(self, forms: Sequence[Form]) -> bytes:
        self._begin_page()
        for number, form in enumerate(forms):
            if number and self._layout.new_page_each:
                self._end_page()
                self._begin_page()
            self._lines(form.titles)
            self._table(form)
            self._lines(form.notes)
            self._y += _LEADING
        self._end_page()
        self._canvas.save()
        return self._buffer.getvalue()

    def _begin_page(self) -> None:
        layout = self._layout
        self._page += 1
        self._y = _MARGIN
        self._canvas.setPageRotation(layout.rotate)
        if layout.turned:
            self._canvas.translate(layout.height, 0)
            self._canvas.rotate(90)
        if layout.watermark:
            self._canvas.saveState()
            self._canvas.setFont(_FONT, 40)
            self._canvas.translate(200, 150)
            self._canvas.rotate(40)
            self._canvas.drawString(0, 0, layout.watermark)
            self._canvas.restoreState()
        if layout.head:
            self._text(_MARGIN, 30, layout.head)
        if layout.page_numbers:
            self._text(layout.width / 2, layout.height - 25, f"- {self._page} -")

    def _end_page(self) -> None:
        self._canvas.showPage()

    def _text(self, x: float, y: float, text: str) -> None:
        self._canvas.setFont(_FONT, _SIZE)
        self._canvas.drawString(x, self._layout.height - y, text)

    def _lines(self, texts: Sequence[str]) -> None:
        room = self._layout.width - 2 * _MARGIN
        for text in texts:
            for line in self._wrap(text, room):
                if self._y + _LEADING > self._layout.height - _MARGIN:
                    self._end_page()
                    self._begin_page()
                self._y += _LEADING
                self._text(_MARGIN, self._y - 3, line)
            self._y += 4

    def _wrap(self, text: str, room: float) -> list[str]:
        lines = []
        for part in text.split("\n"):
            line = ""
            for character in part:
                if line and self._width_of(line + character, _FONT, _SIZE) > room:
                    lines.append(line)
                    line = ""
                line += character
            lines.append(line)
        return lines

    # ------------------------------------------------------------ tables

    def _table(self, form: Form) -> None:
        if not form.cells:
            return
        room = self._layout.width - 2 * _MARGIN
        total = sum(form.widths) if form.widths else form.width
        widths = [room * part / total for part in form.widths or [1.0] * form.width]
        xs = [_MARGIN + sum(widths[:index]) for index in range(form.width + 1)]
        heights = self._heights(form, xs)
        first = 0
        while first < form.height:
            head = list(range(self._layout.repeat)) if first else []
            rows, last = self._fitting(heights, head, first)
            self._piece(form, xs, heights, head, rows)
            first = last
            if first < form.height:
                self._end_page()
                self._begin_page()

    def _heights(self, form: Form, xs: list[float]) -> list[float]:
        padding = self._layout.padding
        heights = [_LEADING + 2 * padding] * form.height
        for spot in sorted(form.cells, key=lambda spot: spot.rowspan):
            lines = self._wrap(spot.text, xs[spot.column + spot.colspan] - xs[spot.column] - 2 * _PADDING)
            need = len(lines) * _LEADING + 2 * padding
            span = slice(spot.row, spot.row + spot.rowspan)
            lacking = need - sum(heights[span])
            if lacking > 0:
                heights[spot.row + spot.rowspan - 1] += lacking
        return heights

    def _fitting(self, heights: list[float], head: list[int], first: int) -> tuple[list[int], int]:
        y = self._y + sum(heights[row] for row in head)
        last = first
        while last < len(heights) and (last == first or y + heights[last] <= self._layout.height - _MARGIN):
            y += heights[last]
            last += 1
        return list(range(first, last)), last

    def _piece(self, form: Form, xs: list[float], heights: list[float], head: list[int], rows: list[int]) -> None:
        """Print rows of a form on this page; a merged cell cut by the page is framed on both, labelled on the first."""
        for group in (head, rows):
            ys = {}
            for row in group:
                ys[row] = self._y
                self._y += heights[row]
            for spot, top, bottom in self._visible(form, group, ys, heights):
                box = xs[spot.column], top, xs[spot.column + spot.colspan], bottom
                self._frame(form, spot, *box)
                if spot.row in ys:
                    self._fill(spot.text, *box)

    @staticmethod
    def _visible(
        form: Form, rows: list[int], ys: dict[int, float], heights: list[float]
    ) -> Iterator[tuple[Spot, float, float]]:
        for spot in form.cells:
            here = [row for row in range(spot.row, spot.row + spot.rowspan) if row in ys]
            if rows and here:
                yield spot, ys[here[0]], ys[here[-1]] + heights[here[-1]]

    def _frame(self, form: Form, spot: Spot, left: float, top: float, right: float, bottom: float) -> None:
        ruling = self._layout.ruling
        if ruling == "bands" and spot.row % 2 and spot.rowspan == 1:
            self._shade(left, top, right, bottom)
        if ruling in ("none", "bands", "three"):
            last = spot.row + spot.rowspan - 1
            for y, row in ((top, spot.row - 1), (bottom, last)) if ruling == "three" else ():
                if row in (-1, self._layout.head_row, form.height - 1):
                    self._rule(left, y, right, y)
            return
        open_left = self._layout.open_sides and spot.column == 0
        open_right = self._layout.open_sides and spot.column + spot.colspan == form.width
        if ruling != "columns":
            self._rule(left, top, right, top)
            self._rule(left, bottom, right, bottom)
        if not open_left and ruling != "rows":
            self._rule(left, top, left, bottom)
        if not open_right and ruling != "rows":
            self._rule(right, top, right, bottom)

    def _shade(self, left: float, top: float, right: float, bottom: float) -> None:
        self._canvas.setFillGray(0.9)
        self._canvas.rect(left, self._layout.height - bottom, right - left, bottom - top, stroke=0, fill=1)
        self._canvas.setFillGray(0)

    def _rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        height = self._layout.height
        if self._layout.filled_rules:
            self._canvas.rect(x0, height - y1, max(x1 - x0, 0.6), max(y1 - y0, 0.6), stroke=0, fill=1)
        else:
            self._canvas.setLineWidth(0.5)
            self._canvas.line(x0, height - y0, x1, height - y1)

    def _fill(self, text: str, left: float, top: float, right: float, bottom: float) -> None:
        lines = self._wrap(text, right - left - 2 * _PADDING)
        y = top + self._layout.padding
        if not self._layout.at_top:
            y = (top + bottom) / 2 - len(lines) * _LEADING / 2
        for line in lines:
            y += _LEADING
            self._text(left + _PADDING, y - 3, line)
