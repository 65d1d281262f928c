"""Write property graphs as diagrams: DOT (Graphviz) and Mermaid, both only up to a size they can draw."""

from __future__ import annotations

from typing import BinaryIO

from jixiao.errors import UsageError
from jixiao.exporting.graph import PropertyGraph
from jixiao.exporting.output import text_stream
from jixiao.exporting.text import one_line

DOT_EDGES = 20_000  # dot needs minutes beyond this
MERMAID_EDGES = 500  # maxEdges of Mermaid
MERMAID_CHARACTERS = 50_000  # maxTextSize of Mermaid
_LEAST = 10  # characters of a node
_LABEL = 30
_TOOLTIP = 500
_FONTS = "Noto Sans CJK SC,Microsoft YaHei,PingFang SC,WenQuanYi Zen Hei,sans-serif"
_DOT_HEAD = f"""digraph jixiao {{
charset="UTF-8"; rankdir=LR; fontname="{_FONTS}";
node [shape=box, style="rounded,filled", fontname="{_FONTS}", fontsize=11];
edge [color="#999999", fontname="{_FONTS}", fontsize=9];
"""
# Entities and escapes of dot are taken as plain text.
_DOT_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "&": "&amp;"})
_MERMAID_ESCAPES = str.maketrans({character: f"#{ord(character)};" for character in '"#&<>`\\[]{}()|;%'})


def _check_size(found: int, most: int, what: str, unit: str) -> None:
    if found > most:
        raise UsageError(
            f"{found} 超过 {what} 的上限（{most} {unit}）；"
            "请用 --department、--year、--document 或更小的 --depth 缩小范围"
            f" (too large for {what}: narrow the selection)",
            "too-large",
        )


def write_dot(graph: PropertyGraph, stream: BinaryIO) -> None:
    """Write DOT; labels are cut to what can be drawn, tooltips hold more. Raises UsageError beyond ``DOT_EDGES``."""
    _check_size(graph.edge_count, DOT_EDGES, "DOT", "条边")
    with text_stream(stream) as file:
        file.write(_DOT_HEAD)
        for node in graph.nodes():
            label = _dot_string(one_line(node.label, _LABEL))
            tooltip = _dot_string(one_line(f"{node.type_label}：{node.label}", _TOOLTIP))
            drawn = f'fillcolor="{graph.colors[node.type]}", class={_dot_string(node.type)}'
            file.write(f"{_dot_string(node.id)} [label={label}, tooltip={tooltip}, {drawn}];\n")
        for edge in graph.edges():
            facts = f"id={_dot_string(edge.id)}, label={_dot_string(edge.type_label)}"
            file.write(f"{_dot_string(edge.source)} -> {_dot_string(edge.target)} [{facts}];\n")
        file.write("}\n")


def _dot_string(text: str) -> str:
    return f'"{text.translate(_DOT_ESCAPES)}"'


def write_mermaid(graph: PropertyGraph, stream: BinaryIO) -> None:
    """Write a Mermaid flowchart. Raises UsageError for more than Mermaid draws without being configured."""
    _check_size(graph.edge_count, MERMAID_EDGES, "Mermaid", "条边")
    _check_size(graph.node_count * _LEAST, MERMAID_CHARACTERS, "Mermaid", "个字符")
    lines = ["flowchart LR"]
    ids = {}
    for number, node in enumerate(graph.nodes(), start=1):
        ids[node.id] = f"n{number}"
        lines.append(f'  n{number}["{_mermaid_text(one_line(node.label, _LABEL))}"]:::{node.type}')
    for edge in graph.edges():
        lines.append(f'  {ids[edge.source]} -->|"{_mermaid_text(edge.type_label)}"| {ids[edge.target]}')
    for kind, color in graph.colors.items():
        lines.append(f"  classDef {kind} fill:{color},stroke:#666")
    text = "\n".join(lines) + "\n"
    _check_size(len(text), MERMAID_CHARACTERS, "Mermaid", "个字符")
    stream.write(text.encode())


def _mermaid_text(text: str) -> str:
    return text.translate(_MERMAID_ESCAPES)
