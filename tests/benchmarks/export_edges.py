"""Write one large graph and say what it took: ``python -m tests.benchmarks.export_edges WRITER EDGES OUT``.

A process of its own, so that its peak of memory is the writer's. ``ours-FORMAT`` writes with this project,
``networkx-graphml`` with networkx.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from jixiao.exporting.formats import FORMATS
from jixiao.exporting.graph import NewEdge, NewNode, NodeType, PropertyGraph

EDGES_PER_NODE = 10
KIND = NodeType("Indicator", "指标", "#4c78a8", 4)


def pairs(edges: int) -> Iterator[tuple[int, int]]:
    """Yield the ends of as many different edges as wanted."""
    nodes = max(edges // EDGES_PER_NODE, EDGES_PER_NODE + 1)
    for number in range(edges):
        source, step = divmod(number, EDGES_PER_NODE)
        yield source, (source + 1 + step * step) % nodes


def write_ours(name: str, edges: int, path: Path) -> None:
    """Fill the property graph as a lifted store would, and write it."""
    with PropertyGraph() as graph:
        for number in range(max(edges // EDGES_PER_NODE, EDGES_PER_NODE + 1)):
            values = {"lowerBound": [("double", str(number % 100))], "unitText": [("string", "百分比")]}
            graph.add_node(NewNode(KIND, f"n{number}", f"https://example.org/{number}", f"满意度{number}", (), values))
        for source, target in pairs(edges):
            graph.add_edge(NewEdge("sameConcept", "同一概念", f"n{source}", f"n{target}"))
        graph.finish()
        with path.open("wb") as stream:
            FORMATS[name].load()(graph, stream)


def write_networkx(edges: int, path: Path) -> None:
    """Do the same with networkx."""
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for number in range(max(edges // EDGES_PER_NODE, EDGES_PER_NODE + 1)):
        graph.add_node(f"n{number}", label=f"满意度{number}", lowerBound=float(number % 100), unitText="百分比")
    graph.add_edges_from((f"n{source}", f"n{target}", {"type": "sameConcept"}) for source, target in pairs(edges))
    nx.write_graphml(graph, path)


def main() -> None:
    """Write, and print seconds, peak of memory in MB, and bytes written."""
    writer, edges, path = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    started = time.perf_counter()
    if writer == "networkx-graphml":
        write_networkx(edges, path)
    else:
        write_ours(writer.removeprefix("ours-"), edges, path)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": round(seconds, 1), "peak": peak, "bytes": path.stat().st_size}))


if __name__ == "__main__":
    main()
