"""Remember across a crash which documents were being lifted, in a graph that is there only meanwhile.

Each graph is replaced whole or not at all, but a lift replaces several that belong together: a document, its findings,
and the links between all documents. What is named here may not fit together until it is lifted again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jixiao.store.protocol import Store

UNFINISHED = "https://w3id.org/jixiao/store/unfinished"
_PENDING = "https://w3id.org/jixiao/store/terms#pending"


def read_unfinished(store: Store) -> frozenset[str]:
    """Return the graphs of the documents whose lift has begun and has not been completed."""
    lines = store.read_graph(UNFINISHED).decode().splitlines()
    return frozenset(line.split()[2].strip("<>") for line in lines)


def note_unfinished(store: Store, graphs: Iterable[str]) -> None:
    """Put these graphs in place of those noted before; none ends the note."""
    lines = [f"<{UNFINISHED}> <{_PENDING}> <{graph}> <{UNFINISHED}> .\n" for graph in sorted(graphs)]
    if lines:
        store.replace_graph(UNFINISHED, "".join(lines).encode())
    else:
        store.remove_graph(UNFINISHED)
