"""Every rule shape objects to its bad graph only, and pySHACL agrees, on examples and on a published document."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from jixiao.audit.registry import rules
from jixiao.audit.shacl import run_shapes
from jixiao.audit.shapes import ShapeResult, constraints, rule_files, run_constraints
from jixiao.errors import GraphError
from jixiao.reading import read
from jixiao.vocab import JX
from tests.shapes.loading import loaded

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "data"
SHAPES = "https://w3id.org/jixiao/shapes#"
NAMES = sorted(each.shape.removeprefix(SHAPES) for each in constraints(rule_files()))


def direct(data: bytes) -> list[ShapeResult]:
    return run_constraints(loaded(data), constraints(rule_files()))


def quads(path: Path) -> bytes:
    return serialize((quad.triple for quad in parse(path=path)), format=RdfFormat.N_TRIPLES) or b""


def spoken(results: list[ShapeResult]) -> set[tuple[str, str, str, str]]:
    """Return what both must agree on; pySHACL spells the numbers in messages its own way."""
    return {(result.rule, result.shape, result.focus, result.severity) for result in results}


def test_every_rule_shape_has_examples_and_belongs_to_a_rule_of_its_file() -> None:
    assert len(NAMES) >= 15
    for each in constraints(rule_files()):
        rule = rules()[each.rule]
        assert rule.shape
        assert each.shape.removeprefix("https://w3id.org/jixiao/shapes#") in NAMES
        assert set(re.findall(r"{\?(\w+)}", each.message)) == set(re.findall(r"{\?(\w+)}", each.message_en))
    for name in NAMES:
        assert (HERE / name / "good.ttl").exists(), name
        assert (HERE / name / "bad.ttl").exists(), name


def test_the_shapes_name_only_terms_of_the_ontology() -> None:
    for path in rule_files():
        assert set(re.findall(r"\bjx:(\w+)", path.read_text("utf-8"))) <= JX.terms


@pytest.mark.parametrize("name", NAMES)
def test_the_good_graph_passes(name: str) -> None:
    found = [result for result in direct(quads(HERE / name / "good.ttl")) if result.shape == SHAPES + name]
    assert found == []


@pytest.mark.parametrize("name", NAMES)
def test_the_bad_graph_is_objected_to(name: str) -> None:
    """Each indicator of a bad graph but ``ex:z`` breaks the shape in a way of its own."""
    found = [result for result in direct(quads(HERE / name / "bad.ttl")) if result.shape == SHAPES + name]
    text = (HERE / name / "bad.ttl").read_text("utf-8")
    assert {result.focus for result in found} == {
        f"https://example.org/{key}" for key in re.findall(r"^ex:([a-y]) ", text, re.MULTILINE)
    }
    assert all(re.search("[一-鿿]", result.message) and "{" not in result.message_en for result in found)


@pytest.mark.long
@pytest.mark.parametrize("which", ["bad", "good"])
def test_pyshacl_agrees_on_the_examples(which: str) -> None:
    """All examples of a kind in one run each: their nodes are told apart by their folder."""
    data = b"".join(
        quads(HERE / name / f"{which}.ttl").replace(b"https://example.org/", f"https://example.org/{name}/".encode())
        for name in NAMES
    )
    found = direct(data)
    reference = run_shapes(data, rule_files())
    assert spoken(reference) == spoken(found)
    assert {each.message for each in reference} <= {text for each in found for text in (each.message, each.message_en)}


def lifted(path: Path) -> bytes:
    return read(path).triples


@pytest.mark.parametrize(
    "path",
    # pySHACL needs a minute or two for most of them: one in each long run, all with the benchmarks
    [
        pytest.param(path, id=path.stem[:3], marks=pytest.mark.slow if number else pytest.mark.long)
        for number, path in enumerate(sorted(DATA.glob("*.txt")))
    ],
)
def test_pyshacl_agrees_on_the_published_documents(path: Path) -> None:
    data = lifted(path)
    assert spoken(run_shapes(data, rule_files())) == spoken(direct(data))


def test_a_shape_without_its_rule_is_refused(tmp_path: Path) -> None:
    shapes = tmp_path / "rule.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix jx: <https://w3id.org/jixiao/ontology#> .\n"
        "jx:x a sh:NodeShape ; sh:targetClass jx:Goal ; sh:severity sh:Info ;\n"
        'sh:sparql [ sh:select "SELECT $this WHERE {}" ] .',
        encoding="utf-8",
    )
    with pytest.raises(GraphError):
        constraints((shapes,))
