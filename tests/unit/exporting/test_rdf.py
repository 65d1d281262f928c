"""The RDF formats, read by rdflib: the same statements as in the store."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from rdflib import Dataset, Graph

from jixiao.exporting import Selection, export
from jixiao.exporting.text import legal_xml
from jixiao.store.protocol import Store
from jixiao.vocab import JX, ONTOLOGY_GRAPH, PREFIXES, RDFS

from .conftest import HOSTILE

pytestmark = pytest.mark.filterwarnings(  # rdflib warns of itself
    "ignore:Dataset.default_context:DeprecationWarning", "ignore:ConjunctiveGraph:DeprecationWarning"
)
Written = Callable[..., Path]
SMALL = Selection(document="001_f4d0f210b1239352.txt")
FORMATS = {
    "turtle": "turtle",
    "ntriples": "nt",
    "nquads": "nquads",
    "trig": "trig",
    "rdfxml": "xml",
    "jsonld": "json-ld",
}


@pytest.fixture(scope="module")
def stated(store: Store) -> set[tuple[str, ...]]:
    """Return what the store holds of the document and of the findings on it."""
    return set().union(
        *(triples(Graph().parse(BytesIO(store.read_graph(graph)), format="nt")) for graph in graphs(store))
    )


def graphs(store: Store) -> set[str]:
    """Return the graphs of the document."""
    found = {name for name in store.graphs() if "/001_f4d0f210b1239352.txt" in name}
    assert found
    return found


def read(path: Path, name: str) -> list[Any]:
    """Return the statements of a file with their graphs, as rdflib reads them."""
    data = Dataset()
    data.parse(BytesIO(path.read_bytes()), format=FORMATS[name])
    return list(data.quads())


def triples(graph: Any) -> set[tuple[str, ...]]:
    found = graph.triples((None, None, None)) if isinstance(graph, Graph) else graph
    return {tuple(term.n3() for term in each[:3]) for each in found}


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_rdflib_reads_the_statements_of_the_store(
    name: str, written: Written, store: Store, stated: set[tuple[str, ...]]
) -> None:
    quads = read(written(name, SMALL), name)
    assert triples(quads) == stated
    if name in ("nquads", "trig", "jsonld"):
        assert {str(graph) for *_, graph in quads} == graphs(store)


def test_nquads_hold_every_document_and_nothing_else(written: Written, store: Store) -> None:
    lines = written("nquads").read_text("utf-8").splitlines()
    size = sum(len(store.read_graph(graph).splitlines()) for graph in store.graphs() if graph != ONTOLOGY_GRAPH)
    assert len(lines) == len(set(lines)) == size


def test_jsonld_needs_no_network_and_is_short_for_people(written: Written) -> None:
    import json

    data = json.loads(written("jsonld", SMALL).read_text("utf-8"))
    assert isinstance(data["@context"], dict)
    graph = data["@graph"][0]
    indicator = next(node for node in graph["@graph"] if node["type"] == "jx:Indicator" and "lowerBound" in node)
    assert isinstance(indicator["lowerBound"], str) and isinstance(indicator["department"], str)


def test_a_filter_keeps_whole_descriptions(written: Written, store: Store) -> None:
    path = written("turtle", Selection(concept="satisfaction"))
    graph = Graph().parse(BytesIO(path.read_bytes()), format="turtle")
    query = f"SELECT DISTINCT ?i {{ ?i a <{JX.Indicator}> }}"
    results: Any = store.query(
        "SELECT ?i { ?i a jx:Indicator ; jx:concept/skos:broader* jxc:satisfaction }", prefixes=PREFIXES
    )
    assert {str(row[0]) for row in graph.query(query)} == {row["i"].value for row in results}  # type: ignore[index]
    row = f"<http://www.w3.org/ns/prov#wasDerivedFrom>/<{JX.line}>"
    trace = f"SELECT ?i {{ ?i a <{JX.Indicator}> FILTER NOT EXISTS {{ ?i {row} ?line }} }}"
    assert not list(graph.query(trace))


@pytest.mark.parametrize("name", ["turtle", "jsonld", "rdfxml", "nquads"])
def test_hostile_texts_survive(name: str, written: Written, hostile_store: Store) -> None:
    quads = read(written(name, of=hostile_store), name)
    labels = {str(each[2]) for each in quads if str(each[1]) == RDFS.label}
    exact = {text.replace("\r", "") for text in HOSTILE}
    assert ({legal_xml(text) for text in HOSTILE} if name == "rdfxml" else exact) <= labels


def test_compressed_files_hold_the_same_and_are_the_same_each_time(store: Store, tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="pip install pyarrow")
    plain = tmp_path / "a.nq"
    export(store, "nquads", SMALL, plain)
    for place in ("1", "2"):
        export(store, "nquads", SMALL, tmp_path / place / "a.nq.gz")
        export(store, "nquads", SMALL, tmp_path / place / "a.nq.zst")
    assert gzip.decompress((tmp_path / "1" / "a.nq.gz").read_bytes()) == plain.read_bytes()
    with pyarrow.input_stream(str(tmp_path / "1" / "a.nq.zst"), compression="zstd") as stream:
        assert stream.read() == plain.read_bytes()
    for name in ("a.nq.gz", "a.nq.zst"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


@pytest.mark.parametrize("name", ["neo4j", "csv", "xlsx"])
def test_what_is_a_zip_can_be_compressed_too(store: Store, tmp_path: Path, name: str) -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="pip install pyarrow")
    export(store, name, SMALL, tmp_path / "a.zip")
    export(store, name, SMALL, tmp_path / "a.zip.gz")
    export(store, name, SMALL, tmp_path / "a.zip.zst")
    with pyarrow.input_stream(str(tmp_path / "a.zip.zst"), compression="zstd") as stream:
        packed = [gzip.decompress((tmp_path / "a.zip.gz").read_bytes()), stream.read()]
    with ZipFile(tmp_path / "a.zip") as plain:
        wanted = {name: plain.read(name) for name in plain.namelist()}
    for data in packed:
        with ZipFile(BytesIO(data)) as found:
            assert {name: found.read(name) for name in found.namelist()} == wanted
