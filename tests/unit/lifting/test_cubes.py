"""Budget figures are a well-formed data cube: the integrity constraints of the RDF Data Cube Vocabulary that apply.

The queries are those of https://www.w3.org/TR/vocab-data-cube/#wf-rules, each true where something is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from jixiao.pipeline import LiftReport
from jixiao.store.protocol import Store
from jixiao.vocab import PREFIXES

BROKEN = {
    "IC-1 every observation is in one data set": """
        { ?o a qb:Observation FILTER NOT EXISTS { ?o qb:dataSet ?d } }
        UNION { ?o a qb:Observation ; qb:dataSet ?d , ?e FILTER(?d != ?e) }""",
    "IC-2 every data set has one structure": """
        { ?d a qb:DataSet FILTER NOT EXISTS { ?d qb:structure ?s } }
        UNION { ?d a qb:DataSet ; qb:structure ?s , ?t FILTER(?s != ?t) }""",
    "IC-2 the structure is defined": "?d qb:structure ?s FILTER NOT EXISTS { ?s a qb:DataStructureDefinition }",
    "IC-3 every structure has a measure": """
        ?s a qb:DataStructureDefinition
        FILTER NOT EXISTS { ?s qb:component/qb:measure ?m . ?m a qb:MeasureProperty }""",
    "IC-4 every dimension has a range": """
        ?s qb:component/qb:dimension ?p
        FILTER NOT EXISTS { ?p a qb:DimensionProperty ; rdfs:range ?r }""",
    "IC-11 every dimension has a value": """
        ?o qb:dataSet/qb:structure/qb:component/qb:dimension ?p FILTER NOT EXISTS { ?o ?p ?v }""",
    "IC-14 every measure has a value": """
        ?o qb:dataSet/qb:structure/qb:component/qb:measure ?p FILTER NOT EXISTS { ?o ?p ?v }""",
    "a component property is defined as what it is": """
        ?c a qb:ComponentSpecification .
        { ?c qb:dimension ?p FILTER NOT EXISTS { ?p a qb:DimensionProperty } }
        UNION { ?c qb:measure ?p FILTER NOT EXISTS { ?p a qb:MeasureProperty } }
        UNION { ?c qb:attribute ?p FILTER NOT EXISTS { ?p a qb:AttributeProperty } }""",
    "a class is a concept of its list, with a name": """
        ?o jx:functionalClass|jx:economicClass ?c
        FILTER NOT EXISTS { ?c a skos:Concept ; skos:inScheme ?s ; skos:notation ?n ; skos:prefLabel ?l }""",
    "a figure says no amount twice": "?o a qb:Observation ; jx:amount ?a , ?b FILTER(?a < ?b)",
}


@pytest.fixture(scope="module")
def store(lifted: tuple[Store, LiftReport]) -> Iterator[Store]:
    yield lifted[0]


@pytest.mark.parametrize("rule", BROKEN)
def test_the_cube_is_well_formed(store: Store, rule: str) -> None:
    found: Any = store.query(f"SELECT * {{ {BROKEN[rule]} }} LIMIT 3", prefixes=PREFIXES)
    assert [str(row) for row in found] == []


def test_no_two_observations_have_the_same_dimensions(store: Store) -> None:
    """IC-12, whose query takes quadratic time as written there."""
    query = """SELECT ?d ?p ?v ?o {
        ?o qb:dataSet ?d . ?d qb:structure/qb:component/qb:dimension ?p . ?o ?p ?v }"""
    keys: dict[str, set[tuple[str, str]]] = {}
    for row in store.query(query, prefixes=PREFIXES):  # type: ignore[union-attr]
        keys.setdefault(row["o"].value, {("d", row["d"].value)}).add((row["p"].value, row["v"].value))
    assert len(keys) > 1000
    assert len({frozenset(key) for key in keys.values()}) == len(keys)


def test_a_class_is_one_concept_for_all_departments(store: Store) -> None:
    query = """SELECT ?c (COUNT(DISTINCT ?department) AS ?n) {
        ?o a jx:BudgetFigure ; jx:functionalClass ?c ; jx:department ?department } GROUP BY ?c"""
    shared = {row["c"].value.rpartition("/")[2]: int(row["n"].value) for row in store.query(query, prefixes=PREFIXES)}  # type: ignore[union-attr]
    assert shared["func-2080505"] == 5  # every office pays into the basic pension
    assert shared["func-2210201"] == 4
