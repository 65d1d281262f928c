"""The clients that people use, as they are."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from tests.api.conftest import Service

SELECT = "SELECT ?s ?label { ?s rdfs:label ?label } ORDER BY ?s LIMIT 3"
CONSTRUCT = "CONSTRUCT { ?s rdfs:label ?label } WHERE { ?s rdfs:label ?label } LIMIT 3"
PREFIXED = f"PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> {SELECT}"
WARNED = PREFIXED.replace("}", "OPTIONAL { ?s a <https://w3id.org/jixiao/ontology#Indicater> } }", 1)
READERS = Path(os.environ.get("JIXIAO_READERS") or Path(__file__).parents[1] / "unit" / "exporting" / "readers")


def test_rdflib_reads_an_answer_with_warnings(service: Service) -> None:
    from rdflib import Graph
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    assert service.ask(WARNED).json()["warnings"]
    assert len(list(Graph(SPARQLStore(f"{service.url}/sparql", returnFormat="json")).query(WARNED))) == 3


@pytest.mark.parametrize("returned", ["xml", "json", "csv", "tsv"])
def test_rdflib_asks(service: Service, returned: str) -> None:
    from rdflib import Graph
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    for method in ("GET", "POST", "POST_FORM"):
        graph = Graph(SPARQLStore(f"{service.url}/sparql", method=method, returnFormat=returned))
        rows = list(graph.query(PREFIXED))
        assert [str(row[1]) for row in rows] == service.column(SELECT.replace("?s ?label", "?label", 1))  # type: ignore[index]


def test_rdflib_writes(scratch: Service) -> None:
    from rdflib import Dataset, Literal, URIRef
    from rdflib.plugins.stores.sparqlstore import SPARQLUpdateStore

    store = SPARQLUpdateStore(f"{scratch.url}/sparql", f"{scratch.url}/update")
    graph = Dataset(store).graph(URIRef("urn:g"))
    for number in range(300):
        graph.add((URIRef("urn:s"), URIRef("urn:p"), Literal(f"值 {number}")))
    store.commit()
    assert len(graph) == 300
    graph.remove((None, None, Literal("值 7")))
    assert len(list(graph)) == 299


@pytest.mark.filterwarnings("ignore")  # it uses what rdflib calls deprecated, and leaves connections open
@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv", "turtle", "n3", "rdf+xml", "json-ld"])
def test_sparqlwrapper_asks_in_every_format(service: Service, form: str) -> None:
    module = pytest.importorskip("SPARQLWrapper", reason="pip install SPARQLWrapper")
    wrapper = module.SPARQLWrapper(f"{service.url}/sparql")
    wrapper.setQuery(CONSTRUCT if form in ("turtle", "n3", "rdf+xml", "json-ld") else SELECT)
    wrapper.setReturnFormat(form)
    answer = wrapper.query().convert()
    if form in ("rdf+xml", "json-ld"):
        assert len(answer) == 3
    elif form == "json":
        assert len(answer["results"]["bindings"]) == 3
    elif form != "xml":
        assert len(answer.decode().splitlines()) >= 3


def test_pandas_reads_the_address_of_a_query(service: Service) -> None:
    pandas = pytest.importorskip("pandas", reason="pip install pandas")
    address = httpx.URL(f"{service.url}/sparql", params={"query": SELECT, "format": "csv"})
    frame = pandas.read_csv(io.BytesIO(httpx.get(address, trust_env=False).content))
    assert (list(frame.columns), len(frame)) == (["s", "label"], 3)


def test_roqet_asks(service: Service) -> None:
    roqet = shutil.which("roqet")
    if roqet is None:
        pytest.skip("apt-get install rasqal-utils")
    call = [roqet, "-q", "-r", "csv", "-p", f"{service.url}/sparql", "-e", PREFIXED]
    done = subprocess.run(call, capture_output=True, text=True, timeout=60)
    assert len(done.stdout.splitlines()) == 4, done.stderr


def test_perl_asks(service: Service, tmp_path: Path) -> None:
    perl = shutil.which("perl")
    if perl is None or subprocess.run([perl, "-MRDF::Query::Client", "-e", "1"], capture_output=True).returncode:
        pytest.skip("apt-get install librdf-query-client-perl")
    script = tmp_path / "ask.pl"
    script.write_text(
        "use RDF::Query::Client; my $query = RDF::Query::Client->new($ARGV[1]);"
        "my $rows = $query->execute($ARGV[0]) or die $query->error; my $count = 0;"
        "while (my $row = $rows->next) { $count++ if $row->{label}; } print $count;"
    )
    done = subprocess.run([perl, str(script), f"{service.url}/sparql", PREFIXED], capture_output=True, text=True)
    assert done.stdout == "3", done.stderr


FETCHER = """
import { SparqlEndpointFetcher } from "fetch-sparql-endpoint";
const rows = await new SparqlEndpointFetcher().fetchBindings(process.argv[2], process.argv[3]);
let count = 0; for await (const row of rows) count += 1; console.log(count);
"""
COMUNICA = """
import { QueryEngine } from "@comunica/query-sparql";
const sources = [{ type: "sparql", value: process.argv[2] }];
const rows = await new QueryEngine().queryBindings(process.argv[3], { sources });
let count = 0; for await (const row of rows) count += 1; console.log(count);
"""


@pytest.mark.parametrize(
    ("package", "script"), [("fetch-sparql-endpoint", FETCHER), ("@comunica/query-sparql", COMUNICA)]
)
@pytest.mark.parametrize("text", [PREFIXED, WARNED])
def test_programs_of_node_ask(service: Service, tmp_path: Path, package: str, script: str, text: str) -> None:
    node = shutil.which("node")
    if node is None or not (READERS / "node_modules" / package).is_dir():
        pytest.skip(f"npm install in {READERS}, with node")
    (tmp_path / "node_modules").symlink_to(READERS.resolve() / "node_modules")
    (tmp_path / "ask.mjs").write_text(script)
    call = [node, str(tmp_path / "ask.mjs"), f"{service.url}/sparql", text]
    done = subprocess.run(call, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "3", done.stderr
