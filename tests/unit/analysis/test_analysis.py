"""The analyses, over made uses whose answers can be worked out by hand, and over published documents."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jixiao.analysis import ANALYSES, Use, analyse, mark_nodes, read_uses
from jixiao.analysis.analysing import AnalysisOptions
from jixiao.analysis.findings import (
    central_indicators,
    communities,
    duplicate_projects,
    orphan_indicators,
    shared_indicators,
    similar_members,
)
from jixiao.analysis.networks import CONCEPTS, DEPARTMENTS, NAMES, PROJECTS, use_network
from jixiao.analysis.uses import name_key
from jixiao.errors import UsageError
from jixiao.exporting import Selection, export
from jixiao.store.protocol import Store
from jixiao.vocab import PREFIXES

DATA = Path(__file__).resolve().parents[3] / "data"


def use(number: int, project: str | None, department: str, name: str, concept: str | None, target: str | None) -> Use:
    return Use(
        iri=f"i{number:03}",
        name=name,
        key=name_key(name),
        concept=concept,
        concept_name=concept,
        level1_name=None,
        target=target,
        year="2024",
        project=project,
        project_name=f"{project}项目" if project else "",
        department=department,
        department_name=f"{department}局",
    )


@pytest.fixture
def uses() -> list[Use]:
    """Return uses: A and B alike but for one, C apart with D, E alone."""
    rows = [
        ("A", "甲", "群众满意度", "满意度", "≥95%"),
        ("A", "甲", "总 成本", "成本", "≤10万元"),
        ("A", "甲", "完成时限", "时效", "12月底前"),
        ("B", "乙", "群众满意度", "满意度", "≥95%"),
        ("B", "乙", "总成本", "成本", "≤10万元"),
        ("B", "乙", "培训次数", "数量", "5次"),
        ("C", "乙", "水质", "水质", "Ⅲ类"),
        ("C", "乙", "满意度", "满意度", "≥90%"),
        ("D", "丙", "水质", "水质", "Ⅱ类"),
        ("E", "丙", "特别之事", None, None),
        (None, "丙", "预算执行率", "预算", "≥90%"),
        (None, "甲", "预算执行率", "预算", "≥95%"),
    ]
    return [use(number, *row) for number, row in enumerate(rows)]


def test_shared_indicators_name_the_departments(uses: list[Use]) -> None:
    rows = {row["indicator"]: row for row in shared_indicators(uses, CONCEPTS)}
    assert set(rows) == {"满意度", "成本", "水质", "预算"}
    assert rows["满意度"]["department_names"] == ["乙局", "甲局"] and rows["满意度"]["project_count"] == 3
    assert rows["预算"]["project_count"] == 0 and rows["预算"]["use_count"] == 2
    assert rows["满意度"]["targets"][0] == "≥95%"  # the most frequent first
    names = {row["indicator"] for row in shared_indicators(uses, NAMES)}
    assert names == {"群众满意度", "总成本", "水质", "预算执行率"} or "总 成本" in names  # blanks do not count


def test_similarity_weighs_what_is_rare(uses: list[Use]) -> None:
    rows = {(row["one"], row["other"]): row for row in similar_members(uses, PROJECTS, CONCEPTS)}
    assert set(rows) == {("A项目", "B项目"), ("A项目", "C项目"), ("B项目", "C项目"), ("C项目", "D项目")}
    pair = rows["A项目", "B项目"]

    def rarity(count: int) -> float:
        return math.log((1 + 4) / count)  # four projects have concepts

    both = rarity(3) + rarity(2)  # satisfaction in three projects, cost in two
    assert float(pair["similarity"]) == pytest.approx(both / (both + 2 * rarity(1)), abs=1e-4)
    assert pair["shared"] == 2 and pair["shared_names"] == ["成本", "满意度"]
    assert (pair["one_department"], pair["other_department"]) == ("甲局", "乙局")
    assert float(pair["similarity"]) > float(rows["A项目", "C项目"]["similarity"])
    assert {(row["one"], row["other"]) for row in similar_members(uses, DEPARTMENTS, CONCEPTS)} == {
        ("乙局", "甲局"),
        ("丙局", "乙局"),
        ("丙局", "甲局"),
    }


def test_central_indicators_are_those_of_most_projects(uses: list[Use]) -> None:
    first, *rest = central_indicators(uses, PROJECTS, CONCEPTS)
    assert (first["indicator"], first["user_count"], first["share"]) == ("满意度", 3, "75.00")
    assert float(first["betweenness"]) == max(float(row["betweenness"]) for row in [first, *rest]) > 0


def test_orphans_say_why(uses: list[Use]) -> None:
    rows = {row["indicator"]: row["reasons"] for row in orphan_indicators(uses)}
    assert rows["特别之事"] == ["unique-name", "no-concept", "no-target"]
    assert rows["完成时限"] == ["unique-name"]
    assert "群众满意度" not in rows and "水质" not in rows


def test_duplicates_have_like_names_and_the_same_rows(uses: list[Use]) -> None:
    twin = [
        replace(each, iri=f"{each.iri}t", project="A2", project_name="A项目（2023）")
        for each in uses
        if each.project == "A"
    ]
    first, *rest = duplicate_projects([*uses, *twin], 0.5)
    assert {first["one"], first["other"]} == {"A项目", "A项目（2023）"}
    assert (first["target_score"], first["same_rows"]) == ("1.0000", 3) and float(first["name_score"]) == 1
    assert all(float(row["score"]) >= 0.5 for row in rest)
    assert not any("D项目" in (row["one"], row["other"]) for row in (first, *rest))


def test_communities_hold_together_what_is_alike(uses: list[Use]) -> None:
    rows = communities(uses, PROJECTS, CONCEPTS)
    assert [set(row["member_names"]) for row in rows] == [{"A项目", "B项目"}, {"C项目", "D项目"}]
    assert "水质" in rows[1]["themes"]


def test_the_network_is_two_sided(uses: list[Use]) -> None:
    graph = use_network(uses, PROJECTS, CONCEPTS)
    sides = dict(graph.nodes(data="bipartite"))
    assert all(sides[one] != sides[other] for one, other in graph.edges)
    assert sum(count for *_, count in graph.edges(data="count")) == 9  # uses with project and concept


@pytest.fixture(scope="module")
def store(two_documents: Store) -> Store:
    return two_documents


def column(store: Store, query: str) -> list[str]:
    results: Any = store.query(query, prefixes=PREFIXES)
    return [row[0].value for row in results]


def test_every_indicator_is_one_use(store: Store) -> None:
    uses = read_uses(store, Selection())
    assert [each.iri for each in uses] == sorted(column(store, "SELECT DISTINCT ?i { ?i a jx:Indicator }"))
    some = read_uses(store, Selection(department="封丘县", concept="satisfaction"))
    wanted = "?i a jx:Indicator ; jx:concept/skos:broader* jxc:satisfaction ; jx:department/rdfs:label ?d"
    assert len(some) == len(column(store, f"SELECT ?i {{ {wanted} FILTER(CONTAINS(?d, '封丘县')) }}")) > 0


@pytest.mark.parametrize("name", sorted(ANALYSES))
@pytest.mark.parametrize("of", [PROJECTS, DEPARTMENTS])
def test_every_analysis_answers_with_its_columns(name: str, of: str, store: Store) -> None:
    rows = analyse(store, name, Selection(), AnalysisOptions(of=of, by=NAMES))
    assert rows or name == "communities"
    for row in rows:
        assert tuple(row) == ANALYSES[name].columns
        assert None not in row.values() or name in ("shared", "central", "orphans", "similar", "duplicates")


def test_shared_concepts_are_those_a_query_finds(store: Store) -> None:
    query = """SELECT ?c { ?i a jx:Indicator ; jx:concept ?c ; jx:department ?d }
               GROUP BY ?c HAVING(COUNT(DISTINCT ?d) > 1)"""
    assert {row["concept"] for row in analyse(store, "shared", Selection())} == set(column(store, query)) != set()


def test_unknown_questions_are_errors(store: Store) -> None:
    with pytest.raises(UsageError, match="analyses"):
        analyse(store, "nothing", Selection())
    with pytest.raises(UsageError, match="projects"):
        analyse(store, "central", Selection(), AnalysisOptions(of="people"))


def test_results_stand_on_the_nodes_of_exports(store: Store, tmp_path: Path) -> None:
    import networkx as nx

    path = tmp_path / "marked.gexf"
    export(store, "gexf", Selection(), path, marks=mark_nodes(store, Selection()))
    nodes = dict(nx.read_gexf(path, version="1.3").nodes(data=True))
    groups = analyse(store, "communities", Selection())
    found = {facts["iri"]: facts["community"] for facts in nodes.values() if "community" in facts}
    assert found == {iri: row["community"] for row in groups for iri in row["member_iris"]} != {}
    central = {row["concept"]: row["user_count"] for row in analyse(store, "central", Selection())}
    assert {facts["iri"]: facts["projectCount"] for facts in nodes.values() if "projectCount" in facts} == central
    orphans = {row["iri"] for row in analyse(store, "orphans", Selection())}
    assert {facts["iri"] for facts in nodes.values() if "orphan" in facts} == orphans != set()
