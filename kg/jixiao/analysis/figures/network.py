"""The network of projects or departments that measure the same, in the colours of their groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jixiao.analysis.figures.drawing import GRAY, PALETTE, Sketch, new_figure
from jixiao.analysis.findings import SEED, find_communities, themes
from jixiao.analysis.networks import CONCEPTS, DEPARTMENTS, Member, part_of, similarity_network, use_network
from jixiao.errors import UsageError
from jixiao.exporting.text import one_line

if TYPE_CHECKING:
    from networkx import Graph

NODES = 150
_NEIGHBOURS = 4  # edges drawn from a node: its closest; all of them would hide the picture
_LONGEST = 20
_ALONE = "#bbbbbb"
_POINTS = 7.5  # size of the labels
_USED = 0.74  # share of the figure's width that the axes have beside the legend


def lay_out_network(sketch: Sketch) -> Any:
    """Return the network; near means alike, size is the number of links."""
    two_sided = use_network(sketch.uses, sketch.of, CONCEPTS)
    alike = similarity_network(two_sided)
    if not alike:
        raise UsageError("没有带概念的指标可画 (no indicators with a concept)", "nothing-to-draw")
    left_out = max(0, len(alike) - NODES)
    if left_out:
        busiest = sorted(alike, key=lambda node: (-alike.degree(node, weight="weight"), node))
        alike = part_of(alike, busiest[:NODES])
    groups = find_communities(alike)
    shown = _closest(alike)
    notes = ["连线：所测内容相同（按稀有程度加权），每个只画最相近的 4 个；颜色：群组；灰色：与谁都不相近"]
    if left_out:
        notes.append(f"另有 {left_out} 个没有画出，用 --department 或 --document 缩小范围")
    side = max(8.0, min(18.0, 1.35 * len(shown) ** 0.5 + 3))
    title = "指标相似的部门" if sketch.of == DEPARTMENTS else sketch.title
    figure, axes = new_figure(side * 1.25, side, title, "；".join(notes))
    axes.axis("off")
    _draw(axes, shown, _positions(shown, groups), groups)
    _legend(axes, two_sided, groups)
    return figure


def _closest(alike: Graph) -> Graph:
    """Return the network with the closest neighbours of each node only."""
    kept = set()
    for node in alike:
        ranked = sorted(alike[node].items(), key=lambda item: (-item[1]["weight"], item[0]))
        kept |= {frozenset((node, other)) for other, _ in ranked[:_NEIGHBOURS]}
    shown = alike.copy()
    shown.remove_edges_from([pair for pair in alike.edges if frozenset(pair) not in kept])
    return shown


def _positions(graph: Graph, groups: list[list[Member]]) -> dict[Member, tuple[float, float]]:
    """Place each group round a centre of its own, so that groups stay apart and labels legible."""
    import networkx as nx

    alone = [node for node in graph if not any(node in group for group in groups)]
    parts = [*groups, *([alone] if alone else [])]
    circle: Any = nx.circular_layout
    centres = circle(range(len(parts))) if len(parts) > 1 else {0: (0.0, 0.0)}
    places: dict[Member, tuple[float, float]] = {}
    for number, part in enumerate(parts):
        middle = (1.75 * float(centres[number][0]), 1.5 * float(centres[number][1]))
        radius = 0.95 * (len(part) / max(map(len, parts))) ** 0.5
        inner = nx.spring_layout(part_of(graph, part), k=2.2 / len(part) ** 0.5, iterations=200, seed=SEED)
        for node, (x, y) in inner.items():
            places[node] = (middle[0] + radius * float(x), middle[1] + radius * float(y))
    return places


def _draw(axes: Any, graph: Graph, places: dict[Member, tuple[float, float]], groups: list[list[Member]]) -> None:
    color = {node: PALETTE[number % len(PALETTE)] for number, group in enumerate(groups) for node in group}
    for one, other, weight in graph.edges(data="weight"):
        (x0, y0), (x1, y1) = places[one], places[other]
        same = color.get(one) == color.get(other)
        axes.plot([x0, x1], [y0, y1], color=color.get(one, GRAY) if same else "#cccccc",
                  linewidth=0.4 + 2.2 * weight, alpha=0.55 if same else 0.5, zorder=1)  # fmt: skip
    for node, (x, y) in places.items():
        axes.scatter(
            [x], [y], s=40 + 22 * graph.degree(node), color=color.get(node, _ALONE), edgecolors="white", zorder=2
        )
    labels = [(places[node], one_line(str(node), _LONGEST)) for node in graph]
    for (x, y), label in _apart(labels, *_letter(axes, places)):
        axes.text(x, y, label, ha="center", va="top", fontsize=_POINTS, zorder=3,
                  bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "alpha": 0.65, "linewidth": 0})  # fmt: skip


def _letter(axes: Any, places: dict[Member, tuple[float, float]]) -> tuple[float, float]:
    """Fix the limits of the drawing; return the width and height of a letter in its coordinates."""
    xs, ys = zip(*places.values(), strict=True)
    left, right, low, high = min(xs) - 0.6, max(xs) + 0.6, min(ys) - 0.4, max(ys) + 0.2
    axes.set_xlim(left, right)
    axes.set_ylim(low, high)
    width, height = axes.figure.get_size_inches()
    inch = _POINTS / 72
    return inch * (right - left) / (width * _USED), inch * (high - low) / (height * 0.9)


def _apart(
    labels: list[tuple[tuple[float, float], str]], width: float, height: float
) -> list[tuple[tuple[float, float], str]]:
    """Move labels that would cover each other down, a little at a time."""
    done: list[tuple[tuple[float, float], str]] = []
    for (x, y), label in sorted(labels, key=lambda item: (-item[0][1], item[0][0], item[1])):
        y -= height
        while any(
            abs(y - b) < 1.4 * height and abs(x - a) < width * (len(label) + len(text)) / 2 for (a, b), text in done
        ):
            y -= height / 4
        done.append(((x, y), label))
    return done


def _legend(axes: Any, two_sided: Graph, groups: list[list[Member]]) -> None:
    from matplotlib.lines import Line2D

    handles = []
    for number, group in enumerate(groups[:10]):
        label = one_line(f"{number + 1}. {'、'.join(themes(two_sided, group)[:3])}", 34)
        color = PALETTE[number % len(PALETTE)]
        handles.append(Line2D([], [], marker="o", linestyle="", color=color, label=label))
    if handles:
        axes.legend(handles=handles, title="群组及其主题", loc="upper left", bbox_to_anchor=(1.0, 1.0),
                    fontsize=8, title_fontsize=9, frameon=False)  # fmt: skip
