"""The analyses themselves: each turns the uses of indicators into the rows of a table."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from jixiao.analysis.networks import (
    NAMES,
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
    groups: defaultdict[str, list[tuple[Member, Use]]] = defaultdict(list)
    for use in uses:
        feature = measured(use, by)
        if feature is not None and use.department is not None:
            groups[feature.iri].append((feature, use))
    rows: list[Row] = []
    for group in groups.values():
        if len({use.department for _, use in group}) >= 2:
            rows.append(_shared(min(feature for feature, _ in group), [use for _, use in group], by))
    return sorted(rows, key=lambda row: (-row["department_count"], -row["use_count"], row["indicator"]))


def _shared(feature: Member, uses: Sequence[Use], by: str) -> Row:
    """Return the row on what several departments measure."""
    targets = Counter(use.target for use in uses if use.target)
    return {
        "indicator": feature.name,
        "department_count": len({use.department for use in uses}),
        "project_count": len({use.project for use in uses if use.project}),
        "use_count": len(uses),
        "department_names": sorted({use.department_name for use in uses}),
        "targets": sorted(targets, key=lambda text: (-targets[text], text))[:_SHARE],
        "concept": _concept(feature.iri, by),
    }


def _concept(iri: str, by: str) -> str | None:
    """Return the IRI of what is measured, None for a bare name."""
    if by == NAMES:
        return None
    return iri


def similar_members(uses: Sequence[Use], of: str, by: str) -> list[Row]:
    """Return pairs of projects or departments that measure the same, most alike first."""
    graph = use_network(uses, of, by)
    owners = _owners(uses)
    rows: list[Row] = []
    for *pair, facts in similarity_network(graph).edges(data=True):
        one, other = sorted(pair)
        common = set(graph[one]) & set(graph[other])
        scores = {
            "similarity": f"{facts['weight']:.4f}",
            "shared": facts["shared"],
            "shared_names": sorted(each.name for each in common),
        }
        rows.append(_pair(one, other, scores, owners))
    return sorted(rows, key=lambda row: (-float(row["similarity"]), row["one"], row["other"], row["one_iri"]))


def _pair(one: Member, other: Member, scores: Row, owners: Mapping[str, str]) -> Row:
    """Return the row on two projects or departments."""
    return {
        "one": one.name,
        "other": other.name,
        **scores,
        "one_department": owners.get(one.iri),
        "other_department": owners.get(other.iri),
        "one_iri": one.iri,
        "other_iri": other.iri,
    }


def _owners(uses: Sequence[Use]) -> dict[str, str]:
    """Return the department's name of each project."""
    return {use.project: use.department_name for use in reversed(uses) if use.project}


def betweenness(graph: Graph) -> dict[Member, float]:
    """Return how often a node lies between others, 0 to 1; in large networks seen from a fixed sample."""
    import networkx as nx

    if len(graph) <= _SAMPLED:
        return dict(nx.betweenness_centrality(graph, seed=SEED))
    return dict(nx.betweenness_centrality(graph, k=_SAMPLED, seed=SEED))


def central_indicators(uses: Sequence[Use], of: str, by: str) -> list[Row]:
    """Return what is measured by how many, and how much it holds the network together."""
    graph = use_network(uses, of, by)
    between = betweenness(graph)
    everyone = len(members(graph))
    rows: list[Row] = []
    for feature in features(graph):
        counts = [count for _, _, count in graph.edges(feature, data="count")]
        rows.append(
            {
                "indicator": feature.name,
                "user_count": len(counts),
                "share": f"{100 * len(counts) / everyone:.2f}",
                "use_count": sum(counts),
                "betweenness": f"{between[feature]:.6f}",
                "concept": _concept(feature.iri, by),
            }
        )
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
    rows: list[Row] = []
    for use in uses:
        if use.iri not in orphans:
            continue
        rows.append(
            {
                "indicator": use.name,
                "reasons": orphans[use.iri],
                "project": use.project_name or None,
                "department": use.department_name or None,
                "fiscal_year": use.year and int(use.year),
                "target_text": use.target,
                "iri": use.iri,
            }
        )
    return sorted(rows, key=lambda row: (-len(row["reasons"]), row["indicator"], row["iri"]))


def duplicate_projects(uses: Sequence[Use], threshold: float) -> list[Row]:
    """Return pairs of projects with nearly the same name and the same indicators with the same targets.

    ``score`` from 0 to 1 is the mean of ``name_score`` (names without digits) and ``target_score`` (Jaccard index of
    indicators with their targets); pairs below ``threshold`` are left out.
    """
    contents: defaultdict[Member, set[tuple[str, str]]] = defaultdict(set)
    for project, use in users(uses, PROJECTS):
        contents[project].add((use.key, name_key(use.target or "")))
    owners = _owners(uses)
    rows: list[Row] = []
    for one, other in sorted(_candidates(contents)):
        name_score = _name_likeness(one.name, other.name)
        both = len(contents[one] & contents[other])
        target_score = both / len(contents[one] | contents[other])
        score = (name_score + target_score) / 2
        if score < threshold:
            continue
        scores = {
            "score": f"{score:.4f}",
            "name_score": f"{name_score:.4f}",
            "target_score": f"{target_score:.4f}",
            "same_rows": both,
        }
        rows.append(_pair(one, other, scores, owners))
    return sorted(rows, key=lambda row: (-float(row["score"]), row["one"], row["other"], row["one_iri"]))


def _candidates(contents: Mapping[Member, set[tuple[str, str]]]) -> set[tuple[Member, Member]]:
    """Return the pairs worth comparing: they share a row that is not common property, or a name but for digits."""
    groups: dict[object, set[Member]] = defaultdict(set)
    for project, rows in contents.items():
        groups[_bare(project.name)].add(project)
        for row in rows:
            groups[row].add(project)
    pairs: set[tuple[Member, Member]] = set()
    for group in groups.values():
        if len(group) <= _COMMON:
            pairs.update(combinations(sorted(group), 2))
    return pairs


def _bare(name: str) -> str:
    """Return a name without digits, as equal names have it."""
    return _DIGITS.sub("", name_key(name))


def _name_likeness(one: str, other: str) -> float:
    """Return how alike two names are but for digits, 0 to 1."""
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
    groups: list[list[Member]] = []
    for numbers in found:
        if len(numbers) > 1:
            groups.append(sorted(nodes[number] for number in numbers))
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
