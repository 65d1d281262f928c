"""Who uses which indicators how often, in an order that puts like beside like."""

from __future__ import annotations

from typing import Any

from jixiao.analysis.figures.drawing import Sketch, new_figure
from jixiao.analysis.findings import find_communities
from jixiao.analysis.networks import CONCEPTS, DEPARTMENTS, Member, features, members, similarity_network, use_network
from jixiao.errors import UsageError
from jixiao.exporting.text import one_line

ROWS, COLUMNS = 60, 40
_LONGEST = 24


def lay_out_heatmap(sketch: Sketch) -> Any:
    """Return the heat map of users and the concepts most of them measure."""
    graph = use_network(sketch.uses, sketch.of, CONCEPTS)
    everyone, measured = members(graph), features(graph)
    if not everyone:
        raise UsageError("没有带概念的指标可画 (no indicators with a concept)", "nothing-to-draw")
    groups = find_communities(similarity_network(graph))
    place = {member: number for number, group in enumerate(groups) for member in group}
    users = sorted(everyone, key=lambda member: (place.get(member, len(groups)), -graph.degree(member), member))
    concepts = sorted(measured, key=lambda each: (-graph.degree(each), each))
    shown, columns = users[:ROWS], concepts[:COLUMNS]
    notes = ["数字为次数；指标相近的排在一起"]
    if len(users) > ROWS:
        notes.append(f"另有 {len(users) - ROWS} 个没有画出，用 --department 或 --document 缩小范围")
    if len(concepts) > COLUMNS:
        notes.append(f"只画了最常见的 {COLUMNS} 个概念（共 {len(concepts)} 个）")
    size = (3.4 + 0.3 * len(columns), 2.6 + 0.27 * len(shown))
    title = "各部门所测内容" if sketch.of == DEPARTMENTS else "各项目所测内容"
    figure, axes = new_figure(max(7.0, size[0]), max(4.0, size[1]), title, "；".join(notes))
    _fill(axes, graph, shown, columns)
    return figure


def _fill(axes: Any, graph: Any, rows: list[Member], columns: list[Member]) -> None:
    counts = [
        [graph.edges[row, column]["count"] if graph.has_edge(row, column) else 0 for column in columns] for row in rows
    ]
    highest = max(map(max, counts))
    axes.imshow(counts, cmap="Blues", aspect="auto", vmin=0, vmax=max(highest, 4))
    axes.set_xticks(
        range(len(columns)), [one_line(each.name, 12) for each in columns], fontsize=8, rotation=60, ha="right"
    )
    axes.set_yticks(range(len(rows)), [one_line(str(each), _LONGEST) for each in rows], fontsize=8)
    axes.set_xticks([place - 0.5 for place in range(1, len(columns))], minor=True)
    axes.set_yticks([place - 0.5 for place in range(1, len(rows))], minor=True)
    axes.grid(which="minor", color="white", linewidth=0.8)
    axes.tick_params(which="both", length=0)
    for number, row in enumerate(counts):
        for place, count in enumerate(row):
            if count:
                color = "white" if count > max(highest, 4) * 0.6 else "#333333"
                axes.text(place, number, str(count), ha="center", va="center", fontsize=7, color=color)
