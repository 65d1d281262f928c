"""Who uses which indicators how often, in an order that puts like beside like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jixiao.analysis.figures.drawing import Sketch, left_out, new_figure, nothing_to_draw
from jixiao.analysis.findings import find_communities
from jixiao.analysis.networks import CONCEPTS, DEPARTMENTS, Member, features, members, similarity_network, use_network
from jixiao.exporting.text import one_line

if TYPE_CHECKING:
    from networkx import Graph

ROWS, COLUMNS = 60, 40
_LEAST_HIGHEST = 4  # the darkest colour stands for at least so many
_LONGEST = 24


def lay_out_heatmap(sketch: Sketch) -> Any:
    """Return the heat map of users and the concepts most of them measure."""
    graph = use_network(sketch.uses, sketch.of, CONCEPTS)
    users = _in_groups(graph)
    if not users:
        raise nothing_to_draw()
    concepts = sorted(features(graph), key=lambda each: (-graph.degree(each), each))
    notes = ["数字为次数；指标相近的排在一起"]
    if len(users) > ROWS:
        notes.append(left_out(len(users) - ROWS))
    if len(concepts) > COLUMNS:
        notes.append(f"只画了最常见的 {COLUMNS} 个概念（共 {len(concepts)} 个）")
    rows, columns = users[:ROWS], concepts[:COLUMNS]
    width, height = 3.4 + 0.3 * len(columns), 2.6 + 0.27 * len(rows)
    title = "各部门所测内容" if sketch.of == DEPARTMENTS else "各项目所测内容"
    figure, axes = new_figure(max(7.0, width), max(4.0, height), title, "；".join(notes))
    _label_axes(axes, rows, columns)
    _draw_counts(axes, [[_count(graph, row, column) for column in columns] for row in rows])
    return figure


def _in_groups(graph: Graph) -> list[Member]:
    """Return the users, those of a community together, in each the busiest first."""
    groups = find_communities(similarity_network(graph))
    places = {member: number for number, group in enumerate(groups) for member in group}
    last = len(groups)
    return sorted(members(graph), key=lambda member: (places.get(member, last), -graph.degree(member), member))


def _count(graph: Graph, row: Member, column: Member) -> int:
    """Return how often a user measures something."""
    edge = graph.get_edge_data(row, column) or {"count": 0}
    return int(edge["count"])


def _label_axes(axes: Any, rows: list[Member], columns: list[Member]) -> None:
    """Write the names of users and concepts, and draw lines between them."""
    names = [one_line(each.name, 12) for each in columns]
    axes.set_xticks(range(len(columns)), names, fontsize=8, rotation=60, ha="right")
    axes.set_yticks(range(len(rows)), [one_line(str(each), _LONGEST) for each in rows], fontsize=8)
    axes.set_xticks([place - 0.5 for place in range(1, len(columns))], minor=True)
    axes.set_yticks([place - 0.5 for place in range(1, len(rows))], minor=True)
    axes.grid(which="minor", color="white", linewidth=0.8)
    axes.tick_params(which="both", length=0)


def _draw_counts(axes: Any, counts: list[list[int]]) -> None:
    """Colour the cells and write the counts into them."""
    highest = max(_LEAST_HIGHEST, *map(max, counts))
    axes.imshow(counts, cmap="Blues", aspect="auto", vmin=0, vmax=highest)
    for number, row in enumerate(counts):
        for place, count in enumerate(row):
            if not count:
                continue
            color = "white" if count > highest * 0.6 else "#333333"
            axes.text(place, number, str(count), ha="center", va="center", fontsize=7, color=color)
