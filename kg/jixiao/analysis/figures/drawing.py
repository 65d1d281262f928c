"""Draw a figure into a file: find the font, lay the figure out, write SVG or PNG that is the same for the same data.

Matplotlib draws, since it writes SVG and PNG from one drawing, and in SVG the outlines of the letters: the Chinese
text looks the same on a machine without Chinese fonts.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Mapping
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


@dataclass(frozen=True, slots=True)
class Figure:
    """Describe a figure: Chinese title and the function that lays it out."""

    title: str
    layout: str

    def load(self) -> Callable[..., Any]:
        """Return the function that lays it out."""
        module, _, function = self.layout.partition(":")
        found: Callable[..., Any] = getattr(import_module(f"jixiao.analysis.figures.{module}"), function)
        return found


FIGURES: Mapping[str, Figure] = {
    "tree": Figure("部门、项目与指标", "tree:lay_out_tree"),
    "sankey": Figure("部门 → 一级指标 → 所测内容", "sankey:lay_out_sankey"),
    "heatmap": Figure("谁用哪些指标", "heatmap:lay_out_heatmap"),
    "network": Figure("指标相似的项目", "network:lay_out_network"),
}


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
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.backends.backend_svg import FigureCanvasSVG
    except ImportError:
        raise UsageError("画图需要 pip install 'jixiao-kg[figures]' (figures need an extra)", "missing-extra") from None
    families = find_fonts(font)
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # it remarks on weights fonts do not have
    settings: Any = {
        "font.family": families,
        "svg.hashsalt": "jixiao",
        "svg.fonttype": "path",
        "text.parse_math": False,
        "axes.unicode_minus": False,
        "axes.linewidth": 0.6,
    }
    sketch = Sketch(uses, of or "projects", selection.depth, FIGURES[name].title)
    canvas: Any
    metadata: dict[str, str | None]
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # what is missing is returned, letter by letter
        figure = FIGURES[name].load()(sketch)
        missing = undrawable(_texts(figure), families)
        if format == "png":
            canvas, metadata = FigureCanvasAgg(figure), {"Software": "jixiao", "Title": sketch.title}
        else:
            canvas, metadata = FigureCanvasSVG(figure), {"Date": None, "Creator": "jixiao", "Title": sketch.title}
        canvas.print_figure(stream, format=format, metadata=metadata)
    return missing


def new_figure(width: float, height: float, title: str, note: str = "") -> tuple[Any, Any]:
    """Return an empty figure of so many inches and its axes, with a title and a note in small print."""
    from matplotlib.figure import Figure as Canvas

    figure = Canvas(figsize=(width, height), dpi=_DPI, layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title, fontsize=14, pad=12)
    if note:
        figure.supxlabel(note, fontsize=8, color=GRAY)
    return figure, axes


def _texts(figure: Any) -> list[str]:
    from matplotlib.text import Text

    return [text.get_text() for text in figure.findobj(Text)]
