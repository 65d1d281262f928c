"""Every structure shape lets its good graph pass and objects to its bad one, and pySHACL says the same of both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from jixiao.audit.shacl import run_shapes
from jixiao.audit.shapes import ShapeResult, constraints, run_constraints
from jixiao.errors import GraphError
from jixiao.model import Severity
from jixiao.reading import read
from jixiao.resources import resource
from jixiao.vocab import JX, RDF, XSD
from tests.shapes.loading import canonical, loaded

HERE = Path(__file__).parent
STRUCTURE = resource("shapes", "structure.ttl")
NT = RdfFormat.N_TRIPLES
SHAPES = "https://w3id.org/jixiao/shapes#"
RULES = dict(re.findall(r'^jxs:([\w-]+) jx:rule "(\w+)"', STRUCTURE.read_text("utf-8"), re.MULTILINE))
DATA = HERE.parents[1] / "data"


def example(shape: str, which: str) -> bytes:
    """Return an example as a store holds it, numbers in their canonical spelling."""
    return canonical(serialize((quad.triple for quad in parse(path=HERE / shape / f"{which}.ttl")), format=NT) or b"")


def direct(data: bytes, *shapes: Path) -> list[ShapeResult]:
    return run_constraints(loaded(data), constraints(shapes or (STRUCTURE,)))


def test_every_shape_has_its_id_and_its_examples() -> None:
    assert len(RULES) > 30
    assert len(set(RULES.values())) == len(RULES)
    folders = {path.parent.name for path in HERE.glob("*/good.ttl") if (path.parent / "bad.ttl").exists()}
    assert set(RULES) <= folders


def test_every_shape_has_a_severity_and_messages_in_both_languages() -> None:
    text = STRUCTURE.read_text("utf-8")
    for shape in RULES:
        (body,) = re.findall(rf"^jxs:{shape} jx:rule.*?\.$", text, re.MULTILINE | re.DOTALL)
        assert re.search(r"sh:severity sh:(Violation|Warning|Info) ;", body), shape
        assert re.search(r'sh:message "[^"]+"@zh, "[^"]+"@en', body), shape


def test_the_shapes_name_only_terms_of_the_ontology() -> None:
    assert set(re.findall(r"\bjx:(\w+)", STRUCTURE.read_text("utf-8"))) <= JX.terms


@pytest.mark.parametrize("shape", sorted(RULES))
def test_the_good_graph_passes(shape: str) -> None:
    assert [result for result in direct(example(shape, "good")) if result.shape == SHAPES + shape] == []


@pytest.mark.parametrize("shape", sorted(RULES))
def test_the_bad_graph_is_objected_to(shape: str) -> None:
    """Each subject of a bad graph breaks the shape in a way of its own."""
    found = [result for result in direct(example(shape, "bad")) if result.shape == SHAPES + shape]
    subjects = {
        line.split()[0] for line in (HERE / shape / "bad.ttl").read_text("utf-8").splitlines() if line[:3] == "ex:"
    }
    subjects -= {"ex:p", "ex:q"} if shape == "indicator-plan" else set()
    assert {"ex:" + result.focus.rpartition("/")[2] for result in found} == subjects
    for result in found:
        assert result.rule == RULES[shape]
        assert re.search("[一-鿿]", result.message)
        assert result.message_en.isascii() or "≥" in result.message_en


@pytest.mark.parametrize("which", ["good", "bad"])
@pytest.mark.parametrize("shape", sorted(RULES))
def test_pyshacl_says_the_same_of_the_examples(shape: str, which: str) -> None:
    data = example(shape, which)
    assert direct(data) == run_shapes(data, [STRUCTURE])


@pytest.mark.long
@pytest.mark.parametrize("path", sorted(DATA.glob("*.txt")), ids=lambda path: path.stem[:3])
def test_pyshacl_says_the_same_of_the_published_documents(path: Path) -> None:
    """Whole, and without the statements of every ninth line, which breaks many shapes."""
    whole = read(path).triples
    broken = b"".join(line for number, line in enumerate(whole.splitlines(keepends=True)) if number % 9)
    assert direct(whole) == run_shapes(whole, [STRUCTURE])
    assert len(direct(broken)) > 30
    assert direct(broken) == run_shapes(broken, [STRUCTURE])


CORE = """
@prefix jx: <https://w3id.org/jixiao/ontology#> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <https://example.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:node a sh:NodeShape ; sh:targetClass ex:C ; sh:property ex:shape .
ex:shape jx:rule "R999" ; sh:path ex:p ; sh:severity sh:Info ; sh:message "某"@zh, "some"@en ; {component} .
"""
VALUES = """
@prefix ex: <https://example.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:none a ex:C . ex:one a ex:C ; ex:p 1 . ex:two a ex:C ; ex:p 1, 2 . ex:three a ex:C ; ex:p 1, 2, 3 .
ex:text a ex:C ; ex:p "abc", "", "abc"@en . ex:iri a ex:C ; ex:p ex:x ; ex:q 1 .
ex:decimal a ex:C ; ex:p 1.5 ; ex:q 1.0 .
ex:wrong a ex:C ; ex:p "x"^^xsd:decimal, "x"^^xsd:gYear . ex:right a ex:C ; ex:p "2024"^^xsd:gYear .
"""
BOOLEANS = (
    'ex:false a ex:C ; ex:p "maybe"^^xsd:boolean . ex:true a ex:C ; ex:p true .'  # pySHACL takes them for numbers
)


@pytest.mark.parametrize(
    "component",
    [
        "sh:minCount 2", "sh:maxCount 0", "sh:maxCount 2", "sh:minCount 0", "sh:datatype xsd:decimal",
        "sh:datatype xsd:boolean", "sh:datatype xsd:gYear", "sh:nodeKind sh:IRI", "sh:minLength 2", "sh:pattern '^a'",
        "sh:minInclusive 2", "sh:maxInclusive 1.5", "sh:in (1 'abc' ex:x)", "sh:lessThanOrEquals ex:q",
    ],
)  # fmt: skip
def test_each_component_says_what_it_says_in_pyshacl(component: str, tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(CORE.format(component=component), encoding="utf-8")
    values = VALUES + BOOLEANS if "datatype" in component else VALUES
    data = canonical(serialize(parse(values, RdfFormat.TURTLE), format=NT) or b"")
    if component == "sh:minCount 0":
        assert direct(data, shapes) == []
    else:
        assert direct(data, shapes) != []
    assert direct(data, shapes) == run_shapes(data, [shapes])


@pytest.mark.parametrize(
    "component", ["sh:maxLength 3", "sh:datatype xsd:dateTime", "sh:nodeKind sh:Literal", "sh:or ([ sh:minCount 1 ])"]
)
def test_a_component_that_is_not_compiled_is_refused(component: str, tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(CORE.format(component=component), encoding="utf-8")
    with pytest.raises(GraphError, match="尚未支持"):
        constraints((shapes,))


def test_rules_with_a_query_look_at_everything(tmp_path: Path) -> None:
    """A SPARQL constraint reads the whole graph, fills its message in, and pySHACL says the same."""
    shapes = tmp_path / "rule.ttl"
    shapes.write_text(
        f'''@prefix jx: <{JX.iri}> . @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <https://example.org/> .
        ex:rule jx:rule "R999" ; a sh:NodeShape ; sh:targetClass jx:Goal ; sh:severity sh:Warning ; sh:sparql [
            sh:message "金额 {{?value}} 过大"@zh, "amount {{?value}} is too large"@en ;
            sh:select """SELECT $this ?value WHERE {{
                $this <{JX.hasFundLine}>/<{JX.amount}> ?value FILTER(?value > 7) }}""" ] .''',
        encoding="utf-8",
    )
    goal, line, graph = (f"<https://example.org/{name}>" for name in ("g", "f", "graph"))
    data = "".join(
        f"{subject} <{predicate}> {value} {graph} .\n"
        for subject, predicate, value in (
            (goal, RDF.type, f"<{JX.Goal}>"),
            (goal, JX.hasFundLine, line),
            (line, JX.amount, f'"9"^^<{XSD.decimal}>'),
        )
    ).encode()
    for (result,) in (run_shapes(data, [shapes]), direct(data, shapes)):
        assert (result.rule, result.focus, result.value) == ("R999", "https://example.org/g", "9")
        assert (result.message, result.message_en) == ("金额 9 过大", "amount 9 is too large")
        assert result.severity == Severity.WARNING


def test_nothing_has_no_results() -> None:
    assert direct(b"") == run_shapes(b"", [STRUCTURE]) == []


def test_data_that_is_no_graph_is_refused() -> None:
    with pytest.raises(GraphError):
        run_shapes(b"<a> <b> .", [STRUCTURE])


def test_shapes_that_are_no_turtle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.ttl").write_text("not turtle", encoding="utf-8")
    with pytest.raises(GraphError, match=r"bad\.ttl"):
        constraints((tmp_path / "bad.ttl",))
