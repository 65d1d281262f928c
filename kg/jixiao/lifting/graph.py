"""Define what lifting gives back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LiftedGraph:
    """Hold one named graph as sorted, unique N-Quads (UTF-8)."""

    graph_iri: str
    nquads: bytes
