"""The analyses themselves: each turns the uses of indicators into the rows of a table."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from jixiao.analysis.networks import (
    PROJECTS,
    Member,
    features,
    measured,
    members,
    similarity_network,
    use_network,
    users,
)
from jixiao.analysis.uses import Use, name_key

if TYPE_CHECKING:
    from networkx import Graph

SEED = 0
_SAMPLED = 400  # nodes from which betweenness is measured in larger networks
_COMMON = 60  # users of one indicator beyond which it makes no two projects suspicious
_SHARE = 5  # examples named
_DIGITS = re.compile(r"\d+")
Row = Mapping[str, Any]


def shared_indicators(uses: Sequence[Use], by: str) -> list[Row]:
    """Return what at least two departments measure, most widely shared first."""
    groups: dict[str, list[Use]] = defaultdict(list)
    for use in uses:
        feature = measured(use, by)
        if feature is not None and use.department is not None:
            groups[feature.iri].append(use)
    rows: list[Row] = []
    for iri, own in groups.items():
        departments = sorted({use.department_name for use in own})
        if len({use.department for use in own}) >= 2:
            feature = min(filter(None, (measured(use, by) for use in own)))
            rows.append(
                {
                    "indicator": feature.name,
                    "department_count": len({use.department for use in own}),
                    "project_count": len({use.project for use in own if use.project}),
                    "use_count": len(own),
                    "department_names": departments,
                    "targets": [text for text, _ in _most(use.target for use in own if use.target)],
                    "concept": iri if by != "names" else None,
                }
            )
    return sorted(rows, key=lambda row: (-row["department_count"], -row["use_count"], row["indicator"]))


def _most(texts: Iterator[str]) -> list[tuple[str, int]]:
    counts = Counter(texts)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_SHARE]


def similar_members(uses: Sequence[Use], of: str, by: str) -> list[Row]:
    """Return pairs of projects or departments that measure the same, most alike first."""
    graph = use_network(uses, of, by)
    alike = similarity_network(graph)
    owners = _owners(uses)
    rows: list[Row] = []
    for pair in alike.edges(data=True):
        one, other = sorted(pair[:2])
        rows.append(
            {
                "one": one.name,
                "other": other.name,
                "similarity": f"{pair[2]['weight']:.4f}",
                "shared": pair[2]["shared"],
                "shared_names": sorted(each.name for each in set(graph[one]) & set(graph[other])),
                "one_department": owners.get(one.iri),
                "other_department": owners.get(other.iri),
                "one_iri": one.iri,
                "other_iri": other.iri,
            }
        )
    return sorted(rows, key=lambda row: (-float(row["similarity"]), row["one"], row["other"], row["one_iri"]))


def _owners(uses: Sequence[Use]) -> dict[str, str]:
    return {use.project: use.department_name for use in reversed(uses) if use.project}


def betweenness(graph: Graph) -> dict[Member, float]:
    """Return how often a node lies between others, 0 to 1; in large networks seen from a fixed sample."""
    import networkx as nx

    sample = None if len(graph) <= _SAMPLED else _SAMPLED
    return dict(nx.betweenness_centrality(graph, k=sample, seed=SEED))


def central_indicators(uses: Sequence[Use], of: str, by: str) -> list[Row]:
    """Return what is measured by how many, and how much it holds the network together."""
    graph = use_network(uses, of, by)
    between = betweenness(graph)
    everyone = len(members(graph))
    rows: list[Row] = [
        {
            "indicator": feature.name,
            "user_count": graph.degree(feature),
            "share": f"{100 * graph.degree(feature) / everyone:.2f}",
            "use_count": sum(count for _, _, count in graph.edges(feature, data="count")),
            "betweenness": f"{between[feature]:.6f}",
            "concept": feature.iri if by != "names" else None,
        }
        for feature in features(graph)
    ]
    return sorted(rows, key=lambda row: (-row["user_count"], -row["use_count"], row["indicator"]))


def orphan_uses(uses: Sequence[Use]) -> dict[str, list[str]]:
    """Return the indicators that stand alone, with why: nobody else has the name; no concept; no target."""
    owners: dict[str, set[str]] = defaultdict(set)
    for use in uses:
        owners[use.key].add(use.project or use.department or use.iri)
    orphans: dict[str, list[str]] = {}
    for use in uses:
        reasons = []
        if len(owners[use.key]) == 1:
            reasons.append("unique-name")
        if use.concept is None:
            reasons.append("no-concept")
        if not use.target:
            reasons.append("no-target")
        # A name of one's own is common; alone it is worth telling where the concept is unknown too.
        if reasons:
            orphans[use.iri] = reasons
    return orphans


def orphan_indicators(uses: Sequence[Use]) -> list[Row]:
    """Return the indicators that stand alone, those with most reasons first."""
    orphans = orphan_uses(uses)
    rows: list[Row] = [
        {
            "indicator": use.name,
            "reasons": orphans[use.iri],
            "project": use.project_name or None,
            "department": use.department_name or None,
            "fiscal_year": None if use.year is None else int(use.year),
            "target_text": use.target,
            "iri": use.iri,
        }
        for use in uses
        if use.iri in orphans
    ]
    return sorted(rows, key=lambda row: (-len(row["reasons"]), row["indicator"], row["iri"]))


def duplicate_projects(uses: Sequence[Use], threshold: float) -> list[Row]:
    """Return pairs of projects with nearly the same name and the same indicators with the same targets.

    ``score`` from 0 to 1 is the mean of ``name_score`` (names without digits) and ``target_score`` (Jaccard index of
    indicators with their targets); pairs below ``threshold`` are left out.
    """
    contents: dict[Member, set[tuple[str, str]]] = defaultdict(set)
    for project, use in users(uses, PROJECTS):
        contents[project].add((use.key, name_key(use.target or "")))
    owners = _owners(uses)
    rows: list[Row] = []
    for one, other in sorted(_candidates(contents)):
        name_score = _name_likeness(one.name, other.name)
        both, either = contents[one] & contents[other], contents[one] | contents[other]
        target_score = len(both) / len(either)
        score = (name_score + target_score) / 2
        if score >= threshold:
            rows.append(
                {
                    "one": one.name,
                    "other": other.name,
                    "score": f"{score:.4f}",
                    "name_score": f"{name_score:.4f}",
                    "target_score": f"{target_score:.4f}",
                    "same_rows": len(both),
                    "one_department": owners.get(one.iri),
                    "other_department": owners.get(other.iri),
                    "one_iri": one.iri,
                    "other_iri": other.iri,
                }
            )
    return sorted(rows, key=lambda row: (-float(row["score"]), row["one"], row["other"], row["one_iri"]))


def _candidates(contents: Mapping[Member, set[tuple[str, str]]]) -> set[tuple[Member, Member]]:
    """Return the pairs worth comparing: they share a row that is not common property, or a name but for digits."""
    groups: dict[object, set[Member]] = defaultdict(set)
    for project, rows in contents.items():
        groups[_bare(project.name)].add(project)
        for row in rows:
            groups[row].add(project)
    return {pair for group in groups.values() if 2 <= len(group) <= _COMMON for pair in combinations(sorted(group), 2)}


def _bare(name: str) -> str:
    return _DIGITS.sub("", name_key(name))


def _name_likeness(one: str, other: str) -> float:
    from rapidfuzz import fuzz

    return float(fuzz.ratio(_bare(one), _bare(other))) / 100


def find_communities(alike: Graph) -> list[list[Member]]:
    """Return groups of users that measure the same (Louvain, always the same for the same data), largest first.

    Those that resemble nobody form no group.
    """
    import networkx as nx

    # Numbers for nodes: the order of sets of names differs from run to run, that of small numbers does not.
    nodes = list(alike)
    numbered = nx.convert_node_labels_to_integers(alike)
    found = nx.community.louvain_communities(numbered, weight="weight", seed=SEED)
    groups = [sorted(nodes[number] for number in group) for group in found if len(group) > 1]
    return sorted(groups, key=lambda group: (-len(group), group))


def communities(uses: Sequence[Use], of: str, by: str) -> list[Row]:
    """Return the groups with what they measure above all and who belongs to them."""
    graph = use_network(uses, of, by)
    rows: list[Row] = []
    for number, group in enumerate(find_communities(similarity_network(graph)), start=1):
        rows.append(
            {
                "community": number,
                "size": len(group),
                "themes": themes(graph, group),
                "member_names": [member.name for member in group],
                "member_iris": [member.iri for member in group],
            }
        )
    return rows


def themes(graph: Graph, group: Sequence[Member]) -> list[str]:
    """Return what a group measures more than the others do."""
    weights: Counter[Member] = Counter()
    for member in group:
        for feature in graph[member]:
            weights[feature] += graph.nodes[feature]["weight"]
    best = sorted(weights.items(), key=lambda item: (-round(item[1], 9), item[0]))
    return [feature.name for feature, _ in best[:_SHARE]]
