"""The flow of indicators from departments over first levels to what they measure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from jixiao.analysis.figures.drawing import GRAY, PALETTE, Sketch, new_figure
from jixiao.exporting.text import one_line

_PLACES = 18  # of a column; what is smaller is gathered as 其他
_GAP = 0.02
_WIDTH = 0.035
_OTHER = "其他"
_NONE = "（未归类）"
_COLUMNS = ("部门", "一级指标", "所测内容")
_LONGEST = 20
Sums = Counter[tuple[str, ...]]
Boxes = dict[str, tuple[float, float]]  # top and height by name


def lay_out_sankey(sketch: Sketch) -> Any:
    """Return the flows; the width of a band is a number of indicators."""
    paths = [(use.department_name or _NONE, use.level1_name or _NONE, use.concept_name or _NONE) for use in sketch.uses]
    columns = [_largest(path[place] for path in paths) for place in range(3)]
    flows = Counter(
        tuple(name if name in columns[place] else _OTHER for place, name in enumerate(path)) for path in paths
    )
    figure, axes = new_figure(
        13, max(6.0, 0.42 * max(map(len, columns)) + 1.6), sketch.title, f"共 {len(paths)} 个指标"
    )
    axes.set_xlim(-0.42, 1.42)
    axes.set_ylim(1.0, -0.06)
    axes.axis("off")
    boxes = [_stack(columns[place], _sums(flows, (place,))) for place in range(3)]
    for place, title in enumerate(_COLUMNS):
        axes.text(place / 2, -0.035, title, ha="center", fontsize=11, color=GRAY)
    colors = {name: PALETTE[number % len(PALETTE)] for number, name in enumerate(columns[1])}
    for place in range(2):
        _bands(axes, place, _sums(flows, (place, place + 1)), boxes, colors)
    for place in range(3):
        _boxes(axes, place, boxes[place], colors, _sums(flows, (place,)))
    return figure


def _largest(names: Any) -> list[str]:
    """Return the names of a column, largest first, as many as stay legible, and 其他 when there are more."""
    counts = Counter(names)
    ordered = sorted(counts, key=lambda name: (-counts[name], name))
    return ordered if len(ordered) <= _PLACES else [*ordered[: _PLACES - 1], _OTHER]


def _sums(flows: Sums, places: Sequence[int]) -> Sums:
    sums: Sums = Counter()
    for path, count in flows.items():
        sums[tuple(path[place] for place in places)] += count
    return sums


def _stack(names: Sequence[str], counts: Sums) -> Boxes:
    """Return top and height of each box of a column, together one high."""
    total = sum(counts.values())
    room = 1 - _GAP * (len(names) - 1)
    top, boxes = 0.0, {}
    for name in names:
        height = room * counts[name,] / total
        boxes[name] = (top, height)
        top += height + _GAP
    return boxes


def _bands(
    axes: Any,
    place: int,
    sums: Sums,
    boxes: list[Boxes],
    colors: dict[str, str],
) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    left, right = boxes[place], boxes[place + 1]
    out = {name: top for name, (top, _) in left.items()}
    into = {name: top for name, (top, _) in right.items()}
    scale = {name: height / sum(c for (a, _), c in sums.items() if a == name) for name, (_, height) in left.items()}
    arrive = {name: height / sum(c for (_, b), c in sums.items() if b == name) for name, (_, height) in right.items()}
    x0, x1 = place / 2 + _WIDTH / 2, (place + 1) / 2 - _WIDTH / 2
    middle = (x0 + x1) / 2
    for start in left:
        for end in right:
            count = sums[start, end]
            if not count:
                continue
            a, b = out[start], into[end]
            c, d = a + count * scale[start], b + count * arrive[end]
            out[start], into[end] = c, d
            points = [(x0, a), (middle, a), (middle, b), (x1, b), (x1, d), (middle, d), (middle, c), (x0, c), (x0, a)]
            codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
            color = colors[end if place == 0 else start]
            axes.add_patch(PathPatch(Path(points, codes), facecolor=color, alpha=0.35, linewidth=0))


def _boxes(
    axes: Any,
    place: int,
    boxes: Boxes,
    colors: dict[str, str],
    counts: Sums,
) -> None:
    from matplotlib.patches import Rectangle

    for name, (top, height) in boxes.items():
        x = place / 2 - _WIDTH / 2
        axes.add_patch(Rectangle((x, top), _WIDTH, height, facecolor=colors.get(name, GRAY), linewidth=0))
        label = f"{one_line(name, _LONGEST)} {counts[name,]}"
        side = {0: (x - 0.008, "right"), 1: (x + _WIDTH + 0.008, "left"), 2: (x + _WIDTH + 0.008, "left")}[place]
        axes.text(side[0], top + height / 2, label, ha=side[1], va="center", fontsize=9)
