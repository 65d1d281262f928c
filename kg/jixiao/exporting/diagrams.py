"""Write property graphs as diagrams: DOT (Graphviz) and Mermaid, both only up to a size they can draw."""

from __future__ import annotations

from typing import BinaryIO

from jixiao.errors import UsageError
from jixiao.exporting.graph import PropertyGraph
from jixiao.exporting.text import one_line

DOT_EDGES = 20_000  # dot needs minutes beyond this
MERMAID_EDGES = 500  # maxEdges of Mermaid
MERMAID_CHARACTERS = 50_000  # maxTextSize of Mermaid
_LABEL = 30
_TOOLTIP = 500
_FONTS = "Noto Sans CJK SC,Microsoft YaHei,PingFang SC,WenQuanYi Zen Hei,sans-serif"
_MERMAID = str.maketrans({character: f"#{ord(character)};" for character in '"#&<>`\\[]{}()|;%'})


def _too_large(what: str, limit: str, found: int) -> UsageError:
    return UsageError(
        f"{found} 超过 {what} 的上限（{limit}）；请用 --department、--year、--document 或更小的 --depth 缩小范围"
        f" (too large for {what}: narrow the selection)",
        "too-large",
    )


def write_dot(graph: PropertyGraph, stream: BinaryIO) -> None:
    """Write DOT; labels are cut to what can be drawn, tooltips hold more. Raises UsageError beyond ``DOT_EDGES``."""
    if graph.edge_count > DOT_EDGES:
        raise _too_large("DOT", f"{DOT_EDGES} 条边", graph.edge_count)
    colors = {kind.name: kind.color for kind in graph.node_types}
    stream.write(
        f'digraph jixiao {{\ncharset="UTF-8"; rankdir=LR; fontname="{_FONTS}";\n'
        f'node [shape=box, style="rounded,filled", fontname="{_FONTS}", fontsize=11];\n'
        f'edge [color="#999999", fontname="{_FONTS}", fontsize=9];\n'.encode()
    )
    for node in graph.nodes():
        label, tooltip = (
            _dot(one_line(node.label, _LABEL)),
            _dot(one_line(f"{node.type_label}：{node.label}", _TOOLTIP)),
        )
        stream.write(
            f'{_dot(node.id)} [label={label}, tooltip={tooltip}, fillcolor="{colors[node.type]}", '
            f"class={_dot(node.type)}];\n".encode()
        )
    for edge in graph.edges():
        facts = f"id={_dot(edge.id)}, label={_dot(edge.type_label)}"
        stream.write(f"{_dot(edge.source)} -> {_dot(edge.target)} [{facts}];\n".encode())
    stream.write(b"}\n")


def _dot(text: str) -> str:
    """Return a quoted string of DOT; entities and escapes of dot are taken as plain text."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;") + '"'


def write_mermaid(graph: PropertyGraph, stream: BinaryIO) -> None:
    """Write a Mermaid flowchart. Raises UsageError for more than Mermaid draws without being configured."""
    if graph.edge_count > MERMAID_EDGES:
        raise _too_large("Mermaid", f"{MERMAID_EDGES} 条边", graph.edge_count)
    lines = ["flowchart LR"]
    ids = {}
    for number, node in enumerate(graph.nodes(), start=1):
        ids[node.id] = f"n{number}"
        lines.append(f'  n{number}["{_mermaid(one_line(node.label, _LABEL))}"]:::{node.type}')
        if number * 10 > MERMAID_CHARACTERS:
            raise _too_large("Mermaid", f"{MERMAID_CHARACTERS} 个字符", graph.node_count * 10)
    lines += [f'  {ids[e.source]} -->|"{_mermaid(e.type_label)}"| {ids[e.target]}' for e in graph.edges()]
    lines += [f"  classDef {kind.name} fill:{kind.color},stroke:#666" for kind in graph.node_types]
    text = "\n".join(lines) + "\n"
    if len(text) > MERMAID_CHARACTERS:
        raise _too_large("Mermaid", f"{MERMAID_CHARACTERS} 个字符", len(text))
    stream.write(text.encode())


def _mermaid(text: str) -> str:
    return text.translate(_MERMAID)
