"""Networks of the uses: who uses which indicator, and how alike two users are."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jixiao.analysis.uses import Use
from jixiao.errors import UsageError

if TYPE_CHECKING:
    from networkx import Graph

PROJECTS, DEPARTMENTS = "projects", "departments"
CONCEPTS, NAMES = "concepts", "names"


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """Hold one node of a network: a project, a department, or what they measure."""

    name: str
    iri: str

    def __str__(self) -> str:
        return self.name or self.iri


def users(uses: Iterable[Use], of: str) -> list[tuple[Member, Use]]:
    """Return each use with its project or department; uses without one are left out. ``of`` says which."""
    if of not in (PROJECTS, DEPARTMENTS):
        raise UsageError(f"只能是 {PROJECTS} 或 {DEPARTMENTS}", "unknown-members", of)
    pairs = []
    for use in uses:
        iri, name = use.project, use.project_name
        if of == DEPARTMENTS:
            iri, name = use.department, use.department_name
        if iri is not None:
            pairs.append((Member(name, iri), use))
    return pairs


def measured(use: Use, by: str) -> Member | None:
    """Return what a use measures: its concept, or its name."""
    if by not in (CONCEPTS, NAMES):
        raise UsageError(f"只能是 {CONCEPTS} 或 {NAMES}", "unknown-features", by)
    if by == NAMES:
        return Member(use.name, use.key)
    if use.concept is None:
        return None
    return Member(use.concept_name or use.concept, use.concept)


def use_network(uses: Sequence[Use], of: str, by: str) -> Graph:
    """Return the two-sided network of users (``bipartite`` 0) and what they measure (1).

    An edge's ``count`` is how often; ``weight`` of what is measured is its rarity: what everybody measures tells
    nobody apart. Nodes are ``Member`` and added in order.
    """
    import networkx as nx

    pairs: list[tuple[Member, Member]] = []
    labels: dict[str, Member] = {}
    for user, use in users(uses, of):
        feature = measured(use, by)
        if feature is None:
            continue
        # Names that differ in blanks only are one: the smallest spelling stands for them.
        labels[feature.iri] = min(feature, labels.get(feature.iri, feature))
        pairs.append((user, feature))
    counts = Counter((user, labels[feature.iri]) for user, feature in pairs)
    everyone = sorted({user for user, _ in counts})
    graph: Graph = nx.Graph()
    graph.add_nodes_from(everyone, bipartite=0)
    graph.add_nodes_from(sorted({feature for _, feature in counts}), bipartite=1)
    for user, feature in sorted(counts):
        graph.add_edge(user, feature, count=counts[user, feature])
    for node in features(graph):
        rarity = math.log((1 + len(everyone)) / graph.degree(node))
        graph.nodes[node]["weight"] = rarity or 1e-9
    return graph


def members(graph: Graph) -> list[Member]:
    """Return the users of a two-sided network."""
    return [node for node, side in graph.nodes(data="bipartite") if side == 0]


def features(graph: Graph) -> list[Member]:
    """Return what is measured in a two-sided network."""
    return [node for node, side in graph.nodes(data="bipartite") if side == 1]


def similarity_network(graph: Graph) -> Graph:
    """Return the network of users that measure the same: ``weight`` from 0 to 1, ``shared`` the number in common.

    The weight is the Jaccard index of what both measure, each weighted by its rarity (``use_network``).
    """
    from networkx.algorithms import bipartite

    alike = bipartite.generic_weighted_projected_graph(graph, members(graph), weight_function=_weighted_jaccard)
    # Projecting goes through sets: sorted anew, the same data gives the same order in every run.
    sorted_network: Graph = type(alike)()
    sorted_network.add_nodes_from(members(graph))
    for one, other in sorted(tuple(sorted(pair)) for pair in alike.edges):
        shared = len(set(graph[one]) & set(graph[other]))
        sorted_network.add_edge(one, other, weight=alike.edges[one, other]["weight"], shared=shared)
    return sorted_network


def _weighted_jaccard(graph: Graph, one: Member, other: Member) -> float:
    """Return the weight of what both measure as a share of the weight of what either measures."""
    mine, theirs = set(graph[one]), set(graph[other])
    weights = graph.nodes(data="weight")
    common = math.fsum(weights[each] for each in mine & theirs)
    either = math.fsum(weights[each] for each in mine | theirs)
    return round(common / either, 4)


def part_of(network: Graph, nodes: Iterable[Member]) -> Graph:
    """Return the part of a network between some nodes, in the order of the network."""
    wanted = set(nodes)
    part: Graph = type(network)()
    part.add_nodes_from(node for node in network if node in wanted)
    for one, other, facts in network.edges(data=True):
        if one in wanted and other in wanted:
            part.add_edge(one, other, **facts)
    return part
