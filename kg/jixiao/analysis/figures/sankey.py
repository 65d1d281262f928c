"""The flow of indicators from departments over first levels to what they measure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

from jixiao.analysis.figures.drawing import GRAY, PALETTE, Sketch, new_figure
from jixiao.analysis.uses import Use
from jixiao.exporting.text import one_line

_PLACES = 18  # of a column; what is smaller is gathered as 其他
_GAP = 0.02
_WIDTH = 0.035
_OTHER = "其他"
_NONE = "（未归类）"
_COLUMNS = ("部门", "一级指标", "所测内容")
_LONGEST = 20
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _NameBox:
    """Hold one name of a column: how many indicators it has, and where it stands."""

    count: int
    top: float
    height: float


Boxes = dict[str, _NameBox]


def lay_out_sankey(sketch: Sketch) -> Any:
    """Return the flows; the width of a band is a number of indicators."""
    paths = [_path(use) for use in sketch.uses]
    names = [_largest(column) for column in zip(*paths, strict=True)]
    flows = [_gathered(path, names) for path in paths]
    columns = [_stack(own, Counter(column)) for own, column in zip(names, zip(*flows, strict=True), strict=True)]
    height = max(6.0, 0.42 * max(map(len, names)) + 1.6)
    figure, axes = new_figure(13, height, sketch.title, f"共 {len(paths)} 个指标")
    _draw_heads(axes)
    colors = {name: PALETTE[number % len(PALETTE)] for number, name in enumerate(names[1])}
    for place, (left, right) in enumerate(pairwise(columns)):
        counts = Counter(flow[place : place + 2] for flow in flows)
        _draw_bands(axes, place, _bands(counts, left, right), colors)
    for place, boxes in enumerate(columns):
        _draw_boxes(axes, place, boxes, colors)
    return figure


def _draw_heads(axes: Any) -> None:
    """Fix the limits of the drawing and write what the columns are."""
    axes.set_xlim(-0.42, 1.42)
    axes.set_ylim(1.0, -0.06)
    axes.axis("off")
    for place, title in enumerate(_COLUMNS):
        axes.text(place / 2, -0.035, title, ha="center", fontsize=11, color=GRAY)


def _path(use: Use) -> Path:
    """Return where an indicator stands in each column."""
    return use.department_name or _NONE, use.level1_name or _NONE, use.concept_name or _NONE


def _largest(names: Iterable[str]) -> list[str]:
    """Return the names of a column, largest first, as many as stay legible, and 其他 when there are more."""
    counts = Counter(names)
    ordered = sorted(counts, key=lambda name: (-counts[name], name))
    if len(ordered) <= _PLACES:
        return ordered
    return [*ordered[: _PLACES - 1], _OTHER]


def _gathered(path: Path, names: Sequence[Sequence[str]]) -> Path:
    """Return a path with 其他 for names too small to have a box."""
    return tuple(name if name in own else _OTHER for name, own in zip(path, names, strict=True))


def _stack(names: Sequence[str], counts: Counter[str]) -> Boxes:
    """Return the boxes of a column, together one high."""
    room = 1 - _GAP * (len(names) - 1)
    top = 0.0
    boxes: Boxes = {}
    for name in names:
        height = room * counts[name] / counts.total()
        boxes[name] = _NameBox(counts[name], top, height)
        top += height + _GAP
    return boxes


@dataclass(frozen=True, slots=True)
class _Band:
    """Hold one flow: the names it joins, and where it begins and ends at the left and at the right."""

    start: str
    end: str
    left: tuple[float, float]
    right: tuple[float, float]


def _bands(counts: Counter[Path], left: Boxes, right: Boxes) -> Iterator[_Band]:
    """Yield the flows between two columns, each beginning where the one before it ended."""
    leaving = {name: box.top for name, box in left.items()}
    arriving = {name: box.top for name, box in right.items()}
    for start, end in product(left, right):
        count = counts[start, end]
        if not count:
            continue
        a, b = leaving[start], arriving[end]
        leaving[start] += count * (left[start].height / left[start].count)
        arriving[end] += count * (right[end].height / right[end].count)
        yield _Band(start, end, (a, leaving[start]), (b, arriving[end]))


def _draw_bands(axes: Any, place: int, bands: Iterable[_Band], colors: dict[str, str]) -> None:
    """Draw the flows from one column to the next in the colours of the first levels."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    curve = [Outline.CURVE4] * 3
    codes = [Outline.MOVETO, *curve, Outline.LINETO, *curve, Outline.CLOSEPOLY]
    x0, x1 = place / 2 + _WIDTH / 2, (place + 1) / 2 - _WIDTH / 2
    middle = (x0 + x1) / 2
    for band in bands:
        (a, c), (b, d) = band.left, band.right
        points = [(x0, a), (middle, a), (middle, b), (x1, b), (x1, d), (middle, d), (middle, c), (x0, c), (x0, a)]
        color = colors[band.end if place == 0 else band.start]
        axes.add_patch(PathPatch(Outline(points, codes), facecolor=color, alpha=0.35, linewidth=0))


def _draw_boxes(axes: Any, place: int, boxes: Boxes, colors: dict[str, str]) -> None:
    """Draw a column of boxes with their names, at the left of the first and at the right of the others."""
    from matplotlib.patches import Rectangle

    left = place / 2 - _WIDTH / 2
    x, side = left + _WIDTH + 0.008, "left"
    if place == 0:
        x, side = left - 0.008, "right"
    for name, box in boxes.items():
        color = colors.get(name, GRAY)
        axes.add_patch(Rectangle((left, box.top), _WIDTH, box.height, facecolor=color, linewidth=0))
        label = f"{one_line(name, _LONGEST)} {box.count}"
        axes.text(x, box.top + box.height / 2, label, ha=side, va="center", fontsize=9)
