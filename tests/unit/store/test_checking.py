"""Queries that are right SPARQL and can find nothing are told of, and no query that can find something."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import pytest

from jixiao.store.syntax.checking import check_vocabulary
from jixiao.store.syntax.schema import schema
from jixiao.vocab import JX, PREFIXES
from jixiao_service.library import example_queries
from tests.conftest import ROOT


def told(text: str) -> list[tuple[str, str, str]]:
    return [(warning.code, warning.word, warning.nearest) for warning in check_vocabulary(text)]


@pytest.mark.parametrize(
    ("text", "code", "word", "nearest"),
    [
        ("ASK { ?i a jx:Indicater }", "unknown-term", "jx:Indicater", "jx:Indicator"),
        ("ASK { ?i jx:unit unit:percent }", "unknown-term", "unit:percent", "unit:PERCENT"),
        ("ASK { ?i <https://w3id.org/jixiao/ontology#targettext> ?t }", "unknown-term", "<https", "jx:targetText"),
        ("PREFIX k: <https://w3id.org/jixiao/ontology#> ASK { ?i k:yeer ?y }", "unknown-term", "k:yeer", "jx:year"),
        ("ASK { ?i jx:level1 jxc:level-satisfactoin }", "unknown-term", "jxc:", "jxc:level-satisfaction"),
        ("ASK { ?i rdfs:lable ?n }", "unknown-term", "rdfs:lable", "rdfs:label"),
        ("DESCRIBE jx:Indicater", "unknown-term", "jx:Indicater", "jx:Indicator"),
        ("ASK { ?i jx:year 2023 }", "wrong-datatype", "2023", '"2023"^^xsd:gYear'),
        ("ASK { ?i jx:year '2023' }", "wrong-datatype", "'2023'", '"2023"^^xsd:gYear'),
        ("ASK { ?i jx:year ?y FILTER(?y >= 2023) }", "wrong-datatype", "2023", '"2023"^^xsd:gYear'),
        ("ASK { ?i jx:year ?y FILTER(2023 = ?y) }", "wrong-datatype", "2023", '"2023"^^xsd:gYear'),
        ("ASK { ?i jx:year ?y FILTER(?y IN (2023)) }", "wrong-datatype", "2023", '"2023"^^xsd:gYear'),
        ("ASK { VALUES ?y { 2023 } ?i jx:year ?y }", "wrong-datatype", "2023", '"2023"^^xsd:gYear'),
        ("ASK { VALUES (?x ?y) { (1 2023) } ?i jx:year ?y }", "wrong-datatype", "2023", '"2023"^^xsd:gYear'),
        ("ASK { ?i jx:lowerBound 95 }", "wrong-datatype", "95", "95.0"),
        ("ASK { ?i jx:lowerBound ?b FILTER(?b >= '95') }", "wrong-datatype", "'95'", "95"),
        ("ASK { ?i jx:isTotal 'true' }", "wrong-datatype", "'true'", '"true"^^xsd:boolean'),
        ("ASK { ?d jx:departmentCode 410727 }", "wrong-datatype", "410727", '"410727"'),
        ('ASK { ?i jx:level1 "满意度指标" }', "thing-not-text", '"满意度指标"', 'jx:level1Text "满意度指标"'),
        ('ASK { ?f jx:fund "财政拨款" }', "thing-not-text", '"财政拨款"', "jx:fund jxc:fund-fiscal-appropriation"),
        ('ASK { ?i jx:department "某局" }', "thing-not-text", '"某局"', 'jx:department/rdfs:label "某局"'),
        ('ASK { ?i jx:level1 ?l FILTER(?l = "产出指标") }', "thing-not-text", '"产出', 'jx:level1Text "产出指标"'),
        ('ASK { ?i jx:level1 ?l FILTER(CONTAINS(?l, "满意")) }', "not-text", "?l", "jx:level1Text"),
        ('ASK { ?i jx:line ?l FILTER(REGEX(?l, "4")) }', "not-text", "?l", "STR(?l)"),
        ('ASK { ?i rdfs:label "群众满意度"@zh }', "untagged", '"群众满意度"@zh', '"群众满意度"'),
        ('ASK { ?i jx:targetText ?t FILTER(?t = "95%"@zh) }', "untagged", '"95%"@zh', '"95%"'),
        ('ASK { ?i a jx:Project ; rdfs:label ?n FILTER(LANG(?n) = "zh") }', "untagged", "?n", ""),
        ('ASK { ?c skos:prefLabel "满意度" }', "tagged", '"满意度"', '"满意度"@zh'),
        ("ASK { ?p a jx:Project ; jx:amount ?a }", "never-there", "jx:amount", "jx:hasEntry/jx:amount"),
        ("ASK { ?p jx:amount ?a . ?p a jx:Project }", "never-there", "jx:amount", "jx:hasEntry/jx:amount"),
        ("ASK { ?i jx:project/jx:amount ?a }", "never-there", "jx:amount", "jx:hasEntry/jx:amount"),
        (
            "ASK { ?d jx:hasProject ?p . ?p jx:hasIndicator ?i }",
            "never-there",
            "jx:hasIn",
            "jx:hasPlan/jx:hasIndicator",
        ),
        ("ASK { ?p ^jx:hasProject ?d . ?p jx:totalWeight ?w }", "never-there", "jx:totalWeight", ""),
        ("ASK { ?p a jx:Project OPTIONAL { ?p jx:amount ?a } }", "never-there", "jx:amount", "jx:hasEntry/jx:amount"),
        ("ASK { ?i jx:targetText ?t ; jx:hasPlan ?p }", "never-there", "jx:hasPlan", "jx:department/jx:hasPlan"),
        ("ASK { ?i a jx:Indicator, jx:Project }", "two-classes", "jx:Indicator", ""),
        ("ASK { ?p a jx:Plan }", "no-instances", "jx:Plan", "jx:DepartmentPlan / jx:ProjectPlan"),
        ("ASK { ?d a org:FormalOrganization }", "no-instances", "org:FormalOrganization", "jx:Department"),
        ("ASK { ?x jx:Indicator ?y }", "not-a-property", "jx:Indicator", ""),
        ("ASK { ?x a jx:targetText }", "not-a-class", "jx:targetText", ""),
        ("SELECT ?naem { ?i rdfs:label ?name }", "unbound", "?naem", "?name"),
        ("SELECT ?n { ?i rdfs:label ?n FILTER(?lower > 3) }", "unbound", "?lower", ""),
        ("SELECT ?x { { SELECT ?n { ?x rdfs:label ?n } } }", "unbound", "?x", ""),
        ("SELECT ?t，?i { ?i jx:targetText ?t }", "full-width", "?t，", "?t,"),
        ("SELECT * { ?i jx:year。 ?t }", "full-width", "jx:year。", "jx:year."),
    ],
)
def test_what_can_find_nothing_is_told_with_what_to_write(text: str, code: str, word: str, nearest: str) -> None:
    found = told(text)
    assert [each for each in found if each[0] == code and each[1].startswith(word) and each[2] == nearest], found


@pytest.mark.parametrize(
    "text",
    [
        "not SPARQL",
        "ASK { ?i jx:year ?y FILTER(YEAR(?y) = 2023) }",
        'ASK { ?i jx:year "2023"^^xsd:gYear ; jx:lowerBound 95.0 ; jx:order 3 }',
        "ASK { ?i jx:lowerBound ?b FILTER(?b >= 95) }",
        "ASK { VALUES ?minimum { 95 } ?i jx:lowerBound ?b FILTER(?b >= ?minimum) }",
        'ASK { ?d jx:due ?x FILTER(?x > "2024-01-01"^^xsd:date) }',
        'ASK { ?x rdfs:label "指标"@zh }',
        'ASK { ?x rdfs:label ?n FILTER(LANG(?n) = "zh") }',
        'ASK { ?c skos:prefLabel ?n FILTER(LANG(?n) = "zh" && CONTAINS(?n, "满意")) }',
        'ASK { ?x ?p ?v FILTER(CONTAINS(?v, "满意")) }',
        'ASK { ?i jx:level1|jx:level1Text ?v FILTER(CONTAINS(?v, "满意")) }',
        'ASK { { ?i jx:level1 ?v } UNION { ?i jx:level1Text ?v } FILTER(?v = "满意度指标") }',
        "ASK { { ?x a jx:Project } UNION { ?x a jx:Department ; jx:departmentCode ?c } }",
        "ASK { ?x rdfs:label ?n OPTIONAL { ?x jx:hasEntry ?e } OPTIONAL { ?x jx:departmentCode ?c } }",
        "ASK { ?p a jx:Project . { SELECT ?n { ?p jx:targetText ?n } } }",
        "ASK { ?i jx:concept/skos:broader* jxc:satisfaction }",
        "ASK { ?x skos:definition ?d ; foaf:name ?n ; prov:wasGeneratedBy ?a ; sh:minExclusive ?m }",
        "PREFIX foaf: <http://xmlns.com/foaf/0.1/> ASK { ?x foaf:nam ?n }",
        "ASK { ?f jx:functionalClass jxc:func-2999999 ; jx:economicClass jxc:econ-39999 }",
        "ASK { ?i jx:targetText ?t FILTER(jx:search(?t, '满意')) }",
        "CONSTRUCT { ?i jx:madeUp 1 } WHERE { ?i a jx:Indicator }",
        "CONSTRUCT WHERE { ?i a jx:Indicator ; jx:targetText ?t }",
        "ASK { SERVICE <https://example.org/> { ?x jx:madeUp 2023 } }",
        "SELECT (COUNT(?i) AS ?n) ?y { ?i jx:year ?y } GROUP BY ?y HAVING(?n > 2) ORDER BY DESC(?n)",
        "SELECT ?m { { SELECT (MAX(?b) AS ?m) { ?i jx:lowerBound ?b } } }",
        "SELECT ?l { ?i jx:year ?y BIND(STR(?y) AS ?l) FILTER(?l = '2023') }",
        "SELECT (STR(?y) AS ?text) (COUNT(*) AS ?n) { ?i jx:year ?y } GROUP BY (STR(?y) AS ?text) ?y",
        "SELECT ?x { ?x jx:hasPlan [ a jx:ProjectPlan ; jx:hasIndicator/jx:targetText ?t ] }",
        "ASK { ?plan a jx:ProjectPlan ; jx:hasIndicator ?i . ?project jx:hasPlan ?plan ; a jx:Project }",
        "DESCRIBE ?p { ?p a jx:Project }",
        "SELECT ?p { ?s ?p ?o FILTER(STRSTARTS(STR(?p), STR(jx:))) }",
        'ASK { ?i jx:targetText "全角，标点。" }',
    ],
)
def test_what_can_find_something_is_not_told(text: str) -> None:
    assert told(text) == []


def test_no_query_of_the_project_is_told() -> None:
    for name, example in example_queries().items():
        assert told(example.text) == [], name
    for path in sorted({*(ROOT / "kg").rglob("*.rq"), *(ROOT / "service").rglob("*.rq")}):
        text = re.sub(r"\$(\w+)", r"?\1", path.read_text("utf-8"))
        filled = re.sub(r"(VALUES \?\w+ \{) \?\w+ (\})", r"\1 UNDEF \2", text)
        assert [each for each in told(filled) if each[0] != "unbound"] == [], path


def test_a_long_query_is_held_against_the_vocabulary_too() -> None:
    patterns = "".join(f"?i{number} a jx:Indicator ; jx:year ?y{number} . " for number in range(800))
    found = told(f"ASK {{ {patterns} ?x a jx:Indicater }}")
    assert found == [("unknown-term", "jx:Indicater", "jx:Indicator")]


def test_the_ontology_says_where_every_property_stands(lifted: Any) -> None:
    """What stands somewhere in the graph and not in the ontology would be told of wrongly."""
    rows = lifted[0].query(
        "SELECT DISTINCT ?class ?property (DATATYPE(?o) AS ?datatype) { GRAPH ?g { ?s a ?class ; ?property ?o } }",
        prefixes=PREFIXES,
    )
    known, seen = schema(), defaultdict(set)
    for row in rows:
        kind, prop, datatype = row["class"].value, row["property"].value, row["datatype"]
        if kind.startswith(JX.iri) and prop.startswith(JX.iri) and "?p=" not in prop:
            assert kind in known.domains[prop], f"{prop} stands on {kind}"
            seen[kind].add(prop)
            if datatype is None:
                assert prop in known.objects, prop
            else:
                assert datatype.value in known.ranges[prop], f"{prop} holds {datatype.value}"
    assert len(seen) > 20
    assert all(not known.parts_of(kind) for kind in seen), "a class with instances is said to have none"


def test_words_are_told_in_both_languages_with_their_place() -> None:
    (warning,) = check_vocabulary("SELECT ?i {\n  ?i a jx:Indicater }")
    assert (warning.line, warning.column) == (2, 8)
    details = warning.details()
    assert details["message"] == "词汇表里没有 jx:Indicater，这里什么也找不到；可写 jx:Indicator"
    assert details["message_en"] == "there is no term jx:Indicater, so nothing is found here; write jx:Indicator"
