"""What the analyses say of single nodes, as further attributes for graph exports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jixiao.analysis.findings import betweenness, find_communities, orphan_uses, themes
from jixiao.analysis.networks import CONCEPTS, PROJECTS, features, similarity_network, use_network
from jixiao.analysis.uses import read_uses

if TYPE_CHECKING:
    from jixiao.exporting.building import Marks
    from jixiao.exporting.selection import Selection
    from jixiao.tables import SupportsQuery


def mark_nodes(store: SupportsQuery, selection: Selection) -> Marks:
    """Return attributes by IRI: community of projects, use and betweenness of concepts, orphans among indicators."""
    uses = read_uses(store, selection)
    graph = use_network(uses, PROJECTS, CONCEPTS)
    marks: dict[str, dict[str, tuple[str, str]]] = {}
    for number, group in enumerate(find_communities(similarity_network(graph)), start=1):
        theme = "、".join(themes(graph, group))
        for member in group:
            marks[member.iri] = {"community": ("integer", str(number)), "communityThemes": ("string", theme)}
    between = betweenness(graph)
    for feature in features(graph):
        marks[feature.iri] = {
            "projectCount": ("integer", str(graph.degree(feature))),
            "betweenness": ("double", f"{between[feature]:.6f}"),
        }
    for iri, reasons in orphan_uses(uses).items():
        marks[iri] = {"orphan": ("string", "|".join(reasons))}
    return marks
