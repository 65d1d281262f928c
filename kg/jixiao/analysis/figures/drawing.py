"""Draw a figure into a file: find the font, lay the figure out, write SVG or PNG that is the same for the same data.

Matplotlib draws, since it writes SVG and PNG from one drawing, and in SVG the outlines of the letters: the Chinese
text looks the same on a machine without Chinese fonts.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from jixiao.analysis.figures.fonts import find_fonts, undrawable
from jixiao.analysis.uses import Use, read_uses
from jixiao.errors import UsageError

if TYPE_CHECKING:
    from jixiao.exporting.selection import Selection
    from jixiao.tables import SupportsQuery

FORMATS = ("svg", "png")
GRAY = "#555555"
PALETTE = (
    "#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf",
)  # fmt: skip
_DPI = 150
_SETTINGS: Any = {
    "svg.hashsalt": "jixiao",
    "svg.fonttype": "path",
    "text.parse_math": False,
    "axes.unicode_minus": False,
    "axes.linewidth": 0.6,
}


FIGURES: Mapping[str, str] = {
    "tree": "部门、项目与指标",
    "sankey": "部门 → 一级指标 → 所测内容",
    "heatmap": "谁用哪些指标",
    "network": "指标相似的项目",
}
"""The Chinese titles of the figures; each is laid out by the function ``lay_out_NAME`` of its module."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """Hold what a figure is drawn from: the uses, whether of projects or departments, and how deep."""

    uses: list[Use]
    of: str
    depth: int | None
    title: str


def draw(
    store: SupportsQuery,
    name: str,
    selection: Selection,
    stream: BinaryIO,
    *,
    format: str = "svg",  # noqa: A002
    of: str | None = None,
    font: Path | None = None,
) -> list[str]:
    """Draw a figure; return the characters that no font has and that therefore show as boxes.

    Raises UsageError for an unknown figure or format, when there is nothing to draw, without matplotlib, and without a
    font that has Chinese characters.
    """
    if name not in FIGURES:
        raise UsageError(f"没有这种图；可用的有 (figures): {' '.join(FIGURES)}", "unknown-figure", name)
    if format not in FORMATS:
        raise UsageError(f"只能是 svg 或 png (must be {' or '.join(FORMATS)})", "unknown-format", format)
    uses = read_uses(store, selection)
    if not uses:
        raise UsageError("没有指标可画 (no indicators to draw)；请放宽筛选条件", "nothing-to-draw")
    try:
        import matplotlib
    except ImportError:
        raise UsageError("画图需要 pip install 'jixiao-kg[figures]' (figures need an extra)", "missing-extra") from None
    families = find_fonts(font)
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # it remarks on weights fonts do not have
    sketch = Sketch(uses, of or "projects", selection.depth, FIGURES[name])
    with matplotlib.rc_context({**_SETTINGS, "font.family": families}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # what is missing is returned, letter by letter
        figure = getattr(import_module(f"jixiao.analysis.figures.{name}"), f"lay_out_{name}")(sketch)
        missing = undrawable(_texts(figure), families)
        _print_figure(figure, stream, format, sketch.title)
    return missing


def _print_figure(figure: Any, stream: BinaryIO, format: str, title: str) -> None:  # noqa: A002
    """Write a figure without the day and the versions that would make it differ from run to run."""
    canvas: Any
    if format == "png":
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        canvas = FigureCanvasAgg(figure)
        canvas.print_figure(stream, format=format, metadata={"Software": "jixiao", "Title": title})
        return
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    canvas = FigureCanvasSVG(figure)
    canvas.print_figure(stream, format=format, metadata={"Date": None, "Creator": "jixiao", "Title": title})


def new_figure(width: float, height: float, title: str, note: str = "") -> tuple[Any, Any]:
    """Return an empty figure of so many inches and its axes, with a title and a note in small print."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=_DPI, layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title, fontsize=14, pad=12)
    if note:
        figure.supxlabel(note, fontsize=8, color=GRAY)
    return figure, axes


def nothing_to_draw() -> UsageError:
    """Return the error of figures that need indicators with a concept."""
    return UsageError("没有带概念的指标可画 (no indicators with a concept)", "nothing-to-draw")


def left_out(count: int) -> str:
    """Return the note on what a figure leaves out."""
    return f"另有 {count} 个没有画出，用 --department 或 --document 缩小范围"


def _texts(figure: Any) -> list[str]:
    """Return every text of a figure."""
    from matplotlib.text import Text

    return [text.get_text() for text in figure.findobj(Text)]
