"""Every structure shape lets its good graph pass and objects to its bad one, in both engines alike."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from jixiao.audit.shacl import Engine, ShapeResult, run_shapes
from jixiao.errors import GraphError, UsageError
from jixiao.model import Severity
from jixiao.resources import resource
from jixiao.vocab import JX, RDF, XSD

HERE = Path(__file__).parent
STRUCTURE = resource("shapes", "structure.ttl")
SHAPES = "https://w3id.org/jixiao/shapes#"
RULES = dict(re.findall(r'^jxs:([\w-]+) jx:rule "(\w+)"', STRUCTURE.read_text("utf-8"), re.MULTILINE))
ENGINES: tuple[Engine, ...] = ("pyshacl", "pyrudof")


def ntriples(path: Path) -> bytes:
    return serialize((quad.triple for quad in parse(path=path)), format=RdfFormat.N_TRIPLES) or b""


def results(shape: str, which: str, engine: Engine) -> list[ShapeResult]:
    return run_shapes(ntriples(HERE / shape / f"{which}.ttl"), [STRUCTURE], engine)


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
    assert [result for result in results(shape, "good", "pyshacl") if result.shape == SHAPES + shape] == []


@pytest.mark.parametrize("shape", sorted(RULES))
def test_the_bad_graph_is_objected_to(shape: str) -> None:
    """Each subject of a bad graph breaks the shape in a way of its own."""
    found = [result for result in results(shape, "bad", "pyshacl") if result.shape == SHAPES + shape]
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
def test_both_engines_agree(shape: str, which: str) -> None:
    reference, fast = (results(shape, which, engine) for engine in ENGINES)
    assert fast == reference


def test_rules_with_a_query_look_at_everything(tmp_path: Path) -> None:
    """A SPARQL constraint reads the whole graph, fills its message in, and both engines say the same."""
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
    for engine in ENGINES:
        (result,) = run_shapes(data, [shapes], engine)
        assert (result.rule, result.focus, result.value) == ("R999", "https://example.org/g", "9")
        assert (result.message, result.message_en) == ("金额 9 过大", "amount 9 is too large")
        assert result.severity == Severity.WARNING


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_has_no_results(engine: Engine) -> None:
    assert run_shapes(b"", [STRUCTURE], engine) == []


def test_data_that_is_no_graph_is_refused() -> None:
    with pytest.raises(GraphError):
        run_shapes(b"<a> <b> .", [STRUCTURE])


def test_shapes_that_are_no_turtle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.ttl").write_text("not turtle", encoding="utf-8")
    with pytest.raises(GraphError, match=r"bad\.ttl"):
        run_shapes(b"", [tmp_path / "bad.ttl"])


def test_an_engine_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UsageError, match="pyshacl"):
        run_shapes(b"", [STRUCTURE], "jena")  # type: ignore[arg-type]
