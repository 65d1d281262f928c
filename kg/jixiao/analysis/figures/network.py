"""The network of projects or departments that measure the same, in the colours of their groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jixiao.analysis.figures.drawing import GRAY, PALETTE, Sketch, left_out, new_figure, nothing_to_draw
from jixiao.analysis.findings import SEED, find_communities, themes
from jixiao.analysis.networks import CONCEPTS, DEPARTMENTS, Member, part_of, similarity_network, use_network
from jixiao.exporting.text import one_line

if TYPE_CHECKING:
    from networkx import Graph

NODES = 150
_NEIGHBOURS = 4  # edges drawn from a node: its closest; all of them would hide the picture
_LONGEST = 20
_ALONE = "#bbbbbb"
_POINTS = 7.5  # size of the labels
_NAME_BOX = {"boxstyle": "round,pad=0.1", "facecolor": "white", "alpha": 0.65, "linewidth": 0}
_USED = 0.74  # share of the figure's width that the axes have beside the legend


Point = tuple[float, float]
Label = tuple[Point, str]


def lay_out_network(sketch: Sketch) -> Any:
    """Return the network; near means alike, size is the number of links."""
    two_sided = use_network(sketch.uses, sketch.of, CONCEPTS)
    alike = similarity_network(two_sided)
    if not alike:
        raise nothing_to_draw()
    notes = ["连线：所测内容相同（按稀有程度加权），每个只画最相近的 4 个；颜色：群组；灰色：与谁都不相近"]
    if len(alike) > NODES:
        notes.append(left_out(len(alike) - NODES))
        alike = _busiest(alike)
    groups = find_communities(alike)
    shown = _closest(alike)
    side = max(8.0, min(18.0, 1.35 * len(shown) ** 0.5 + 3))
    title = "指标相似的部门" if sketch.of == DEPARTMENTS else sketch.title
    figure, axes = new_figure(side * 1.25, side, title, "；".join(notes))
    axes.axis("off")
    places = _positions(shown, groups)
    colors = {node: _color(number) for number, group in enumerate(groups) for node in group}
    _draw_links(axes, shown, places, colors)
    _draw_nodes(axes, shown, places, colors)
    _draw_names(axes, places, {node: one_line(str(node), _LONGEST) for node in shown})
    _legend(axes, two_sided, groups)
    return figure


def _busiest(alike: Graph) -> Graph:
    """Return the part of the network that has most in common."""
    ranked = sorted(alike, key=lambda node: (-alike.degree(node, weight="weight"), node))
    return part_of(alike, ranked[:NODES])


def _color(number: int) -> str:
    """Return the colour of a group."""
    return PALETTE[number % len(PALETTE)]


def _closest(alike: Graph) -> Graph:
    """Return the network with the closest neighbours of each node only."""
    kept = set()
    for node in alike:
        ranked = sorted(alike[node].items(), key=lambda item: (-item[1]["weight"], item[0]))
        kept |= {frozenset((node, other)) for other, _ in ranked[:_NEIGHBOURS]}
    shown = alike.copy()
    shown.remove_edges_from([pair for pair in alike.edges if frozenset(pair) not in kept])
    return shown


def _positions(graph: Graph, groups: list[list[Member]]) -> dict[Member, Point]:
    """Place each group round a centre of its own, so that groups stay apart and labels legible."""
    import networkx as nx

    alone = set(graph).difference(*groups)
    parts = [*groups]
    if alone:
        parts.append([*alone])
    circle: Any = nx.circular_layout
    centres = circle(range(len(parts))) if len(parts) > 1 else {0: (0.0, 0.0)}
    largest = max(map(len, parts))
    places: dict[Member, Point] = {}
    for number, part in enumerate(parts):
        left, low = 1.75 * float(centres[number][0]), 1.5 * float(centres[number][1])
        radius = 0.95 * (len(part) / largest) ** 0.5
        inner = nx.spring_layout(part_of(graph, part), k=2.2 / len(part) ** 0.5, iterations=200, seed=SEED)
        for node, (x, y) in inner.items():
            places[node] = (left + radius * float(x), low + radius * float(y))
    return places


def _draw_links(axes: Any, graph: Graph, places: dict[Member, Point], colors: dict[Member, str]) -> None:
    """Draw the links, those inside a group in its colour."""
    for one, other, weight in graph.edges(data="weight"):
        xs, ys = zip(places[one], places[other], strict=True)
        color, alpha = "#cccccc", 0.5
        if colors.get(one) == colors.get(other):
            color, alpha = colors.get(one, GRAY), 0.55
        axes.plot(xs, ys, color=color, linewidth=0.4 + 2.2 * weight, alpha=alpha, zorder=1)


def _draw_nodes(axes: Any, graph: Graph, places: dict[Member, Point], colors: dict[Member, str]) -> None:
    """Draw the nodes, the more links the larger."""
    for node, (x, y) in places.items():
        size = 40 + 22 * graph.degree(node)
        axes.scatter([x], [y], s=size, color=colors.get(node, _ALONE), edgecolors="white", zorder=2)


def _draw_names(axes: Any, places: dict[Member, Point], names: dict[Member, str]) -> None:
    """Write the names below their nodes."""
    labels = [(places[node], name) for node, name in names.items()]
    width, height = _letter(axes, places)
    for (x, y), label in _apart(labels, width, height):
        axes.text(x, y, label, ha="center", va="top", fontsize=_POINTS, zorder=3, bbox=_NAME_BOX)


def _letter(axes: Any, places: dict[Member, Point]) -> tuple[float, float]:
    """Fix the limits of the drawing; return the width and height of a letter in its coordinates."""
    xs, ys = zip(*places.values(), strict=True)
    left, right, low, high = min(xs) - 0.6, max(xs) + 0.6, min(ys) - 0.4, max(ys) + 0.2
    axes.set_xlim(left, right)
    axes.set_ylim(low, high)
    width, height = axes.figure.get_size_inches()
    inch = _POINTS / 72
    return inch * (right - left) / (width * _USED), inch * (high - low) / (height * 0.9)


def _apart(labels: list[Label], width: float, height: float) -> list[Label]:
    """Move labels that would cover each other down, a little at a time."""
    done: list[Label] = []
    for (x, y), text in sorted(labels, key=lambda item: (-item[0][1], item[0][0], item[1])):
        y -= height
        while any(_covers((x, y), text, other, width, height) for other in done):
            y -= height / 4
        done.append(((x, y), text))
    return done


def _covers(place: Point, text: str, other: Label, width: float, height: float) -> bool:
    """Tell whether a label at a place covers another one."""
    (x, y), written = other
    if abs(place[1] - y) >= 1.4 * height:
        return False
    return abs(place[0] - x) < width * (len(text) + len(written)) / 2


def _legend(axes: Any, two_sided: Graph, groups: list[list[Member]]) -> None:
    """Write what the largest groups measure beside the network."""
    from matplotlib.lines import Line2D

    handles = []
    for number, group in enumerate(groups[:10]):
        label = one_line(f"{number + 1}. {'、'.join(themes(two_sided, group)[:3])}", 34)
        handles.append(Line2D([], [], marker="o", linestyle="", color=_color(number), label=label))
    if handles:
        axes.legend(handles=handles, title="群组及其主题", loc="upper left", bbox_to_anchor=(1.0, 1.0),
                    fontsize=8, title_fontsize=9, frameon=False)  # fmt: skip
