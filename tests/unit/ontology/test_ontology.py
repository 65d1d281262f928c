"""The ontology, its code lists and the vocabulary agree with each other and with the code."""

from __future__ import annotations

import ast
import csv
import importlib.util
import re
import tomllib
from collections import Counter
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, parse

from jixiao import vocab
from jixiao.config import BASE_IRI
from jixiao.lifting.codes import fold_level, levels, unit, unit_iri
from jixiao.model import DocumentKind, FormKind, Period, TargetKind
from jixiao.resources import resource
from jixiao.store.syntax.checking import check_vocabulary
from jixiao.store.syntax.schema import schema
from jixiao.text.vocabulary import code_rows, spellings_of
from jixiao.vocab import CODES, JX, NAMESPACES, RDF, RDFS, SKOS, Namespace, concept

ROOT = Path(__file__).parents[3]
LISTS = ("levels", "concepts", "kinds", "units", "functional", "economic", "regions")


def triples(*parts: str) -> list[Any]:
    return list(parse(path=resource("ontology", *parts), format=RdfFormat.TURTLE))


@pytest.fixture(scope="module")
def core() -> list[Any]:
    return triples("core.ttl")


@pytest.fixture(scope="module")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("ontology_build", resource("ontology", "build.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_vocabulary_has_the_terms_of_the_ontology_and_no_other(core: list[Any]) -> None:
    defined = {t.subject.value.removeprefix(JX.iri) for t in core if t.predicate.value == RDF.type}
    defined = {term for term in defined if not term.startswith("http")}
    assert defined == JX.terms


def test_every_term_has_a_label_and_a_comment_in_both_languages(core: list[Any]) -> None:
    said = {(t.subject.value, t.predicate.value, t.object.language) for t in core if isinstance(t.object, Literal)}
    for term in JX.terms:
        for predicate in (RDFS.label, RDFS.comment):
            for language in ("zh", "en"):
                assert (JX[term], predicate, language) in said, term


def test_no_two_terms_share_a_label(core: list[Any]) -> None:
    labels = Counter((t.object.value, t.object.language) for t in core if t.predicate.value == RDFS.label)
    assert [label for label, count in labels.items() if count > 1] == []


def test_domains_and_ranges_are_defined_classes(core: list[Any]) -> None:
    ends = {t.object.value for t in core if t.predicate.value.rpartition("#")[2] in ("domain", "range")}
    assert {end.removeprefix(JX.iri) for end in ends if end.startswith(JX.iri)} <= JX.terms


def test_the_ontology_has_no_blank_nodes() -> None:
    for parts in (("core.ttl",), *(("codes", f"{name}.ttl") for name in LISTS)):
        for triple in triples(*parts):
            assert not isinstance(triple.subject, BlankNode)
            assert not isinstance(triple.object, BlankNode)


def test_a_misspelt_term_raises() -> None:
    assert JX.targetText == "https://w3id.org/jixiao/ontology#targetText"
    with pytest.raises(AttributeError, match="targetTxt"):
        _ = JX.targetTxt


@pytest.mark.parametrize("folder", ["kg/jixiao", "service/jixiao_service"])
def test_the_code_uses_no_term_that_does_not_exist(folder: str) -> None:
    namespaces = {name: value for name, value in vars(vocab).items() if isinstance(value, Namespace)}
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in namespaces:
                namespace = namespaces[node.value.id]
                assert node.attr in namespace.terms | {"iri", "prefix", "terms"}, f"{path}: {node.attr}"


def test_iris_stand_in_the_vocabulary_only() -> None:
    """Other modules ask the vocabulary, so that a namespace can change in one place."""
    for path in sorted((ROOT / "kg").rglob("*.py")):
        if path.name != "vocab.py":
            text = path.read_text("utf-8")
            assert not [n.iri for n in NAMESPACES if n.iri in text], path


@pytest.mark.parametrize("name", LISTS)
def test_the_turtle_is_what_the_table_gives(name: str, build: ModuleType) -> None:
    written = resource("ontology", "codes", f"{name}.ttl").read_text("utf-8")
    assert written == build.build(name), "run: make codes"


@pytest.mark.parametrize("name", LISTS)
def test_every_concept_is_named_once_and_hangs_below_a_concept_of_its_list(name: str) -> None:
    quads = triples("codes", f"{name}.ttl")
    concepts = {t.subject for t in quads if t.predicate.value == RDF.type and "ConceptScheme" not in t.object.value}
    labels = Counter((t.subject, t.object.language) for t in quads if t.predicate.value == SKOS.prefLabel)
    broader = [(t.subject, t.object) for t in quads if t.predicate.value == SKOS.broader]
    assert {(each, "zh") for each in concepts} <= set(labels)
    if name != "regions":  # places have the names the standard gives them
        assert {(each, "en") for each in concepts} <= set(labels)
    assert max(labels.values()) == 1
    assert {end for pair in broader for end in pair} <= concepts
    assert max(Counter(subject for subject, _ in broader).values(), default=1) == 1


@pytest.mark.parametrize("name", LISTS)
def test_every_line_of_a_table_is_whole(name: str) -> None:
    with resource("ontology", "codes", f"{name}.csv").open(encoding="utf-8", newline="") as file:
        header, *lines = list(csv.reader(file))
    assert {len(line) for line in lines} == {len(header)}


def test_the_kinds_are_those_of_the_model() -> None:
    enums: dict[str, type[StrEnum]] = {
        "kind": TargetKind,
        "form": FormKind,
        "document": DocumentKind,
        "period": Period,
    }
    for scheme, enum in enums.items():
        assert {row["key"] for row in code_rows("kinds") if row["scheme"] == scheme} == set(enum)


def test_every_usual_form_of_a_unit_is_a_concept() -> None:
    values = tomllib.loads((ROOT / "kg" / "jixiao" / "values" / "units.toml").read_text("utf-8"))
    assert [form for form in values["usual"] if unit(form) is None] == []


def test_a_spelling_names_one_unit() -> None:
    names = Counter(name for row in code_rows("units") for name in spellings_of(row))
    assert [name for name, count in names.items() if count > 1] == []
    iris = Counter(map(unit_iri, code_rows("units")))
    assert max(iris.values()) == 1


def test_a_unit_is_so_many_of_one_that_is_a_base_itself() -> None:
    rows = {row["key"]: row for row in code_rows("units")}
    for row in rows.values():
        assert bool(row["factor"]) == bool(row["base"]), row
        assert not row["base"] or not rows[row["base"]]["base"], row


def test_a_spelling_names_one_concept() -> None:
    names = Counter(name for row in code_rows("concepts") for name in {*spellings_of(row)})
    assert [name for name, count in names.items() if count > 1] == []


def test_levels_match_concepts_and_hang_below_their_parents() -> None:
    rows = code_rows("levels")
    concepts = {row["key"] for row in code_rows("concepts")}
    labels = {(row["level"], row["label"]) for row in rows}
    assert {row["match"] for row in rows} - concepts == {""}
    for row in rows:
        assert row["level"] == "1" or (str(int(row["level"]) - 1), row["parent"]) in labels, row
    keys = Counter(row["key"] for row in rows)
    assert max(keys.values()) == 1


@pytest.mark.parametrize(
    ("level1", "level2", "first", "second"),
    [
        ("产出指标", "数量指标", "output", "output-quantity"),
        ("产出指标（50分）", "数量 指标", "output", "output-quantity"),
        ("产 出\n指 标", "产出数量", "output", "evaluation-quantity"),
        ("一、产出指标", "时效", "output", "output-timeliness"),
        ("项目完成指标", "进度指标", "output", "output-timeliness"),
        ("效益指标", "环境效益指标", "benefit", "benefit-ecological"),
        ("产出指标", "成本指标", "output", "output-cost"),
        ("成本指标", "经济成本指标", "cost", "cost-economic"),
        ("成本指标", None, "cost", None),
        ("效益指标", "满意度", "benefit", "benefit-satisfaction"),
        ("满意度指标", "服务对象满意度指标", "satisfaction", "satisfaction-served"),
        ("服务对象满意度指标", None, "satisfaction", None),
        ("社会公众或服务对象满意度指标", None, "satisfaction", None),
        ("投入管理指标", "预算和财务管理", "input-management", "budget-finance"),
        ("决策", "项目立项", "decision", "decision-approval"),
        ("投入", "项目立项", "input", "input-approval"),
        (None, "数量指标", "output", "output-quantity"),
        ("数量指标", None, "output", "output-quantity"),
        (None, "项目立项", None, None),
        ("结果目标", "满意度目标", "objective-outcome", "objective-satisfaction"),
        (None, None, None, None),
        ("不是指标", "也不是", None, None),
    ],
)
def test_printed_levels_resolve(level1: str | None, level2: str | None, first: str | None, second: str | None) -> None:
    expected = tuple(None if key is None else concept("level", key) for key in (first, second))
    assert levels().resolve(level1, level2) == expected


def test_every_spelling_of_a_level_resolves_to_it() -> None:
    rows = code_rows("levels")
    for row in rows:
        for name in spellings_of(row):
            if row["level"] == "1":
                assert levels().resolve(name, None)[0] == concept("level", row["key"]), name
            elif row["level"] == "2":
                assert concept("level", row["key"]) in levels().resolve(row["parent"], name), name


def test_folding_keeps_different_labels_apart() -> None:
    for level in ("1", "2"):
        labels = [row["label"] for row in code_rows("levels") if row["level"] == level]
        assert len({fold_level(label) for label in labels}) == len(set(labels))


def test_a_level_2_spelling_is_unambiguous_below_its_level_1() -> None:
    names = Counter(
        (row["parent"], fold_level(name))
        for row in code_rows("levels")
        if row["level"] == "2"
        for name in {*spellings_of(row)}
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_cost_is_one_concept_across_the_eras() -> None:
    quads = triples("codes", "levels.ttl")
    matches = {
        t.subject.value for t in quads if t.predicate.value == SKOS.broadMatch and t.object == NamedNode(CODES + "cost")
    }
    assert {CODES + "level-cost", CODES + "level-output-cost"} <= matches


def test_the_classifications_are_complete_above_their_items() -> None:
    for name, count in (("functional", 28), ("economic", 25)):
        codes = {row["code"] for row in code_rows(name)}
        assert sum(len(code) == 3 for code in codes) >= count
        assert {code[:-2] for code in codes if len(code) > 3} <= codes
        assert {len(code) for code in codes} <= {3, 5, 7}


def test_the_regions_hold_new_districts_and_their_parents() -> None:
    regions = {row["code"]: row for row in code_rows("regions")}
    assert (regions["410308"]["name"], regions["410308"]["parent"]) == ("孟津区", "410300")
    assert regions["110101"]["parent"] == "110000", "municipalities have no prefecture in between"
    assert all(re.fullmatch(r"[0-9]{6}", code) for code in regions)
    assert resource("ontology", "codes", "regions.LICENSE").read_text("utf-8")


def test_the_prefixes_are_those_the_ontology_declares() -> None:
    declared = dict(re.findall(r"@prefix (\w+): <([^>]+)>", resource("ontology", "core.ttl").read_text("utf-8")))
    for prefix, iri in declared.items():
        assert vocab.PREFIXES.get(prefix, iri) == iri


def test_the_glossary_is_what_the_ontology_gives(build: ModuleType) -> None:
    written = resource("ontology", "GLOSSARY.md").read_text("utf-8")
    assert written == build.build_glossary(), "run: make codes"
    listed = re.findall(r"^\| [^|]+ \| [^|]+ \| `jx:(\w+)` \|", written, re.M)
    assert Counter(listed) == Counter(JX.terms)


def test_every_query_of_the_glossary_can_find_something(lifted: Any) -> None:
    queries = re.findall(r"`(SELECT \* [^`]+)` \|$", resource("ontology", "GLOSSARY.md").read_text("utf-8"), re.M)
    assert len(queries) == len(schema().domains)
    for query in queries:
        assert check_vocabulary(query) == (), query
        next(iter(lifted[0].query(query, prefixes=vocab.PREFIXES)), None)


CHECKS = {
    "labels in both languages": "?t rdfs:label ?zh, ?en FILTER(LANG(?zh) = 'zh' && LANG(?en) = 'en')",
    "comments in both languages": "?t rdfs:comment ?zh, ?en FILTER(LANG(?zh) = 'zh' && LANG(?en) = 'en')",
    "defined by the ontology": f"?t rdfs:isDefinedBy <{vocab.ONTOLOGY_GRAPH}>",
}
PROPERTY_CHECKS = {
    "where it stands": "?t rdfs:domain|dcam:domainIncludes ?class . ?class a owl:Class",
    "what it holds": "?t rdfs:range|dcam:rangeIncludes ?value",
    "an example": "?t skos:example ?example",
}
PREFIXED = {
    **vocab.PREFIXES,
    "owl": "http://www.w3.org/2002/07/owl#",
    "dcam": "http://purl.org/dc/dcam/",
    "vann": "http://purl.org/vocab/vann/",
}


@pytest.fixture(scope="module")
def graph() -> Store:
    store = Store()
    store.bulk_load(path=resource("ontology", "core.ttl"), format=RdfFormat.TURTLE)
    return store


@pytest.mark.parametrize("check", [*CHECKS, *PROPERTY_CHECKS])
def test_every_term_says(graph: Store, check: str) -> None:
    kinds, pattern = "owl:Class owl:ObjectProperty owl:DatatypeProperty", CHECKS.get(check)
    if pattern is None:
        kinds, pattern = "owl:ObjectProperty owl:DatatypeProperty", PROPERTY_CHECKS[check]
    text = f"SELECT ?t {{ VALUES ?kind {{ {kinds} }} ?t a ?kind FILTER NOT EXISTS {{ {pattern} }} }}"
    rows: Any = graph.query(text, prefixes=PREFIXED)
    assert [row["t"].value for row in rows] == []


@pytest.mark.parametrize(
    ("fault", "pattern"),
    [
        ("two terms of one label", "?t rdfs:label ?l . ?other rdfs:label ?l FILTER(?t != ?other)"),
        ("a domain and alternatives", "?t rdfs:domain ?d ; dcam:domainIncludes ?e"),
        ("a class that nothing refers to", "?t a owl:Class FILTER NOT EXISTS { ?other ?p ?t } "
         "FILTER NOT EXISTS { ?t rdfs:subClassOf ?above FILTER(STRSTARTS(STR(?above), STR(jx:))) }"),
        ("an object property of literals", "?t a owl:ObjectProperty ; rdfs:range|dcam:rangeIncludes ?r "
         "FILTER(STRSTARTS(STR(?r), STR(xsd:)))"),
        ("a datatype property of things", "?t a owl:DatatypeProperty ; rdfs:range ?r . ?r a owl:Class"),
    ],
)  # fmt: skip
def test_the_ontology_has_no(graph: Store, fault: str, pattern: str) -> None:
    rows: Any = graph.query(f"SELECT DISTINCT ?t {{ {pattern} }}", prefixes=PREFIXED)
    assert [row["t"].value for row in rows] == [], fault


def test_examples_are_values_of_their_properties(core: list[Any]) -> None:
    examples = {t.subject.value: t.object for t in core if t.predicate.value.endswith("#example")}
    for prop, example in examples.items():
        if prop in schema().objects:
            assert example.value.startswith(("<…/id/", "jxc:", "unit:")), prop
            name = example.value.replace("jxc:", CODES).replace("unit:", vocab.UNIT.iri)
            assert name.startswith("<") or not schema().is_unknown(name), name
        else:
            assert example.datatype.value in schema().ranges[prop], prop


def test_the_ontology_says_what_it_is(graph: Store) -> None:
    what = (
        "ASK { ?o a owl:Ontology ; dcterms:license ?l ; owl:versionInfo ?v ; owl:versionIRI ?i ; dcterms:title ?t ; "
        f"vann:preferredNamespacePrefix 'jx' ; vann:preferredNamespaceUri '{JX.iri}' "
        "FILTER(STRENDS(STR(?i), CONCAT('/', ?v))) }"
    )
    assert graph.query(what, prefixes=PREFIXED)


def test_redirects_cover_every_namespace_of_ours() -> None:
    rules = re.findall(
        r"^RewriteRule (\S+) ", resource("ontology", "w3id", "jixiao", ".htaccess").read_text("utf-8"), re.M
    )
    for iri in (JX.iri.rstrip("#"), f"{JX.iri.rstrip('#')}/0.1", CODES + "level-cost", BASE_IRI + "project/1"):
        path = iri.removeprefix("https://w3id.org/jixiao/")
        assert any(re.match(rule, path) for rule in rules), iri


def test_the_data_set_is_described_for_catalogues() -> None:
    described = triples("w3id", "void.ttl")
    said = {t.predicate.value.rpartition("#")[2].rpartition("/")[2] for t in described}
    assert {"title", "license", "distribution", "sparqlEndpoint", "dataDump", "vocabulary", "uriSpace"} <= said
    (space,) = (t.object.value for t in described if t.predicate.value.endswith("uriSpace"))
    assert space == BASE_IRI
