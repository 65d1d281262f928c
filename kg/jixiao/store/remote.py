"""The store behind any SPARQL 1.1 endpoint, for data that outgrows a machine or a server that is there already.

A graph is replaced by one update where the server takes it whole; a larger one is written beside and moved in place.
The digest is written last: what was interrupted is done again. The rest is as in the embedded store.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, parse, parse_query_results

from jixiao.errors import QueryError, StoreError
from jixiao.store import graphs as text
from jixiao.store.endpoints import Endpoint
from jixiao.store.files import read_backup, write_backup
from jixiao.store.graphs import CATALOGUE, MERGED, DocumentGraph
from jixiao.store.protocol import Progress, StoreInfo
from jixiao.store.searching import spell_out_search
from jixiao.store.syntax.analysis import find_external_references, writes_default_graph
from jixiao.store.syntax.explaining import explain
from jixiao.store.syntax.parsing import SparqlSyntaxError, SyntaxNode, parse_sparql
from jixiao.store.syntax.tokens import unescape

if TYPE_CHECKING:
    from pyoxigraph import QueryTriples

    from jixiao.store.protocol import GraphText, Results

RESULTS = "application/sparql-results+json"
TRIPLES = "application/n-triples"
_STAGE = "https://w3id.org/jixiao/store/stage/"
_PREFIXED = re.compile(r"(?<![\w<])([A-Za-z][\w.-]*):")
_BOOLEAN = re.compile(rb'("datatype": "http://www\.w3\.org/2001/XMLSchema#boolean", "value": )"([01])"')
_LAYOUTS = {"default": text.IN_DEFAULT, "named": text.IN_NAMED, "server": text.BY_SERVER}
_ASKED = "__ASK_RETVAL"  # Virtuoso answers ASK with a table of one number


class RemoteStore:
    """Keep graphs behind a SPARQL 1.1 endpoint."""

    def __init__(self, endpoint: Endpoint, *, read_only: bool = False) -> None:
        self._endpoint = endpoint
        self._read_only = read_only
        self._digests: dict[str, str] | None = None
        self.dialect = endpoint.dialect
        self._layout = _LAYOUTS[self.dialect.merge]

    @property
    def location(self) -> str:
        """Return the address for queries."""
        return self._endpoint.address

    def close(self) -> None:
        """Close the connections."""
        self._endpoint.close()

    # ------------------------------------------------------------ reading

    def query(
        self,
        sparql: str,
        *,
        prefixes: Mapping[str, str] | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> Results:
        """Answer a query; the answer is read as it comes."""
        known = dict(prefixes or {})
        sparql = unescape(sparql)  # what the server resolves first must be resolved before it is judged
        tree = _parse(sparql, "QueryUnit", known)
        self._check_sources(tree, known, (*default_graphs, *named_graphs))
        data_set = {"default-graph-uri": list(default_graphs), "named-graph-uri": list(named_graphs)}
        if self._layout.merge and not default_graphs and not named_graphs and not any(tree.find("DatasetClause")):
            data_set["default-graph-uri"] = [self._layout.merge]
            if any(tree.find("GraphGraphPattern")):  # the merge itself is no document
                data_set["named-graph-uri"] = self.graphs()
        graph = any(tree.find("ConstructQuery", "DescribeQuery"))
        if self.dialect.name != "jixiao":
            sparql = spell_out_search(sparql, tree, known)
        return self._ask(_declare(sparql, known), TRIPLES if graph else RESULTS, data_set)

    def _check_sources(self, tree: SyntaxNode, prefixes: Mapping[str, str], graphs: Sequence[str]) -> None:
        """Let FROM name graphs that are there: some servers would fetch any other."""
        named = [
            access.address or "?"
            for access in find_external_references(tree, None, prefixes)
            if access.keyword == "FROM"
        ]
        for graph in {*named, *graphs} - {CATALOGUE, MERGED}:
            if graph not in self._catalogue():
                raise QueryError(f"没有图 (there is no graph) <{graph}>", "no-graph", self.location)

    def _ask(self, sparql: str, accept: str, data_set: Mapping[str, list[str]]) -> Results:
        """Return results that read from the open answer."""
        answer = self._endpoint.query(sparql, accept, data_set)
        limit = answer.headers.get("x-sparql-maxrows")
        if limit is not None:
            answer.close()
            message = f"服务器只给 {limit} 行，请调高 ResultSetMaxRows (the endpoint cuts results; raise it there)"
            raise QueryError(message, "result-cut", self.location)
        if accept == TRIPLES:
            quads = parse(cast("IO[bytes]", answer), RdfFormat.from_media_type(answer.kind))
            return cast("QueryTriples", (quad.triple for quad in quads))
        if self.dialect.name == "virtuoso":
            return _from_virtuoso(answer.read())
        return parse_query_results(cast("IO[bytes]", answer), QueryResultsFormat.from_media_type(answer.kind))

    def _column(self, sparql: str) -> list[str]:
        return [row[0].value for row in self._ask(sparql, RESULTS, {})]  # type: ignore[union-attr]

    def _catalogue(self) -> dict[str, str]:
        if self._digests is None:
            rows = self._ask(text.DIGESTS_QUERY, RESULTS, {})
            self._digests = {row[0].value: row[1].value for row in rows}  # type: ignore[union-attr]
        return self._digests

    def digests(self) -> Mapping[str, str]:
        """Return the digest of every graph."""
        return self._catalogue()

    def graphs(self) -> list[str]:
        """Return the IRIs of the graphs in the catalogue, sorted."""
        return sorted(self._catalogue())

    def read_graph(self, graph: str) -> bytes:
        """Return a graph as N-Triples."""
        sparql = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
        lines = (str(triple) + " .\n" for triple in self._ask(sparql, TRIPLES, {}))  # type: ignore[union-attr]
        return "".join(lines).encode()

    def dump(self, output: IO[bytes]) -> None:
        """Write the graphs as N-Quads, sorted by graph and line."""
        for iri in self.graphs():
            output.write(text.canonical_graph(iri, self.read_graph(iri)).nquads)

    def data_version(self) -> str:
        """Return the data version; what others wrote since this store last looked counts too."""
        self._digests = None
        return text.version_of(self._catalogue(), "".join(self._column(text.REVISION_QUERY)))

    def info(self) -> StoreInfo:
        """Describe the store."""
        count = self.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        (row,) = count  # type: ignore[misc]
        kind = f"SPARQL endpoint ({self.dialect.name})"
        return StoreInfo(self.location, kind, self.data_version(), len(self.graphs()), int(row[0].value))

    def check(self) -> list[str]:
        """Count the triples of every graph and compare with the catalogue; digests differ by server in spelling."""
        sparql = (
            f"SELECT ?g ?size (COUNT(?s) AS ?n) {{ GRAPH <{CATALOGUE}> {{ ?g <{text.SIZE}> ?size }} "
            "GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ?size"
        )
        found = {row[0].value: (row[1].value, row[2].value) for row in self._ask(sparql, RESULTS, {})}  # type: ignore[union-attr]
        faults = [
            f"{iri}: 有 {count} 条三元组，应有 {size} 条，请重新 lift 该文档 (lift the document again)"
            for iri, (size, count) in sorted(found.items())
            if size != count
        ]
        filled = {iri for iri, digest in self._catalogue().items() if digest != text.EMPTY}
        return faults + [
            f"{iri}: 不见了，请重新 lift 该文档 (is gone; lift the document again)"
            for iri in sorted(filled - set(found))
        ]

    # ------------------------------------------------------------ writing

    def replace_graph(self, graph: str, nquads: bytes) -> bool:
        """Put a graph in place; an unchanged graph is passed over."""
        return self.put_graph(text.read_graph(graph, nquads))

    def replace_graphs(
        self, documents: Iterable[GraphText | tuple[str, bytes]], progress: Progress | None = None
    ) -> int:
        """Replace many graphs, one after another; those that stand complete are passed over."""
        changed = 0
        for iri, nquads, *origin in documents:
            different = self.put_graph(text.read_graph(iri, nquads, *origin))
            changed += different
            if progress:
                progress(iri, different)
        return changed

    def put_graph(self, graph: DocumentGraph) -> bool:
        """Put a graph in place; an unchanged graph is passed over."""
        self._require_writing()
        digests = self._catalogue()
        if digests.get(graph.iri) == graph.digest:
            if graph.origin:
                self._endpoint.update(text.origin_update(graph))
            return False
        if graph.size <= self.dialect.batch:
            self._endpoint.update(text.replace_update(graph, self._layout))
        else:
            self._replace_in_parts(graph)
        self._catalogue()[graph.iri] = graph.digest
        return True

    def _replace_in_parts(self, graph: DocumentGraph) -> None:
        """Write a large graph beside its place, part by part, then move it there.

        A second move would find nothing and leave the graph empty: when no answer comes, the catalogue tells.
        """
        stage = _STAGE + graph.digest
        self._endpoint.update(f"DROP SILENT GRAPH <{stage}>")
        lines = graph.triples.splitlines(keepends=True)
        for start in range(0, len(lines), self.dialect.batch):
            part = b"".join(lines[start : start + self.dialect.batch]).decode()
            self._endpoint.update(f"INSERT DATA {{ GRAPH <{stage}> {{\n{part}}} }}")
        try:
            self._endpoint.update(text.move_update(stage, graph, self._layout), repeatable=False)
        except StoreError:
            self._digests = None
            if self._catalogue().get(graph.iri) != graph.digest:
                raise

    def remove_graph(self, graph: str) -> bool:
        """Remove a graph."""
        self._require_writing()
        if graph not in self._catalogue():
            return False
        self._endpoint.update(text.remove_update(graph, self._layout))
        self._catalogue().pop(graph)
        return True

    def update(self, sparql: str, *, prefixes: Mapping[str, str] | None = None, base_iri: str | None = None) -> None:
        """Run an update and bring the merge up to date; whether it is one transaction is up to the server."""
        self._require_writing()
        prepared = self._prepared(sparql, dict(prefixes or {}), base_iri)
        self._endpoint.update(
            " ;\n".join([prepared, *self._layout.merge_update(), *text.revision_update()]), repeatable=False
        )
        self._digests = None

    def _prepared(self, sparql: str, known: Mapping[str, str], base_iri: str | None) -> str:
        """Return an update as it is sent; one that writes to the default graph is refused."""
        sparql = unescape(sparql)
        if writes_default_graph(_parse(sparql, "UpdateUnit", known)):
            raise QueryError(text.MERGED_ONLY, "merged-default-graph", self.location)
        base = f"BASE <{base_iri}> " if base_iri else ""
        return base + _declare(sparql, known)

    def _require_writing(self) -> None:
        if self._read_only:
            raise StoreError(text.READING_ONLY, "read-only", self.location)

    def compact(self) -> None:
        """Leave it to the server."""

    def backup(self, path: Path) -> None:
        """Write all graphs to an N-Quads file."""
        write_backup(self, path)

    def restore(self, path: Path, *, verified: bool = True) -> None:
        """Put the graphs of a backup in place and remove all others; it can be repeated after an interruption."""
        kept = set()
        for iri, nquads in read_backup(path, verified=verified):
            self.replace_graph(iri, nquads)
            kept.add(iri)
        for iri in set(self.graphs()) - kept:
            self.remove_graph(iri)


def _parse(sparql: str, unit: str, prefixes: Mapping[str, str]) -> SyntaxNode:
    try:
        return parse_sparql(sparql, unit)
    except SparqlSyntaxError as error:
        raise QueryError(str(explain(sparql, unit, prefixes, str(error))), "query-syntax") from error


def _declare(sparql: str, prefixes: Mapping[str, str]) -> str:
    """Return the text with the prefixes it may use declared before it, on its first line."""
    used = {name for name in _PREFIXED.findall(sparql) if name in prefixes}
    return "".join(f"PREFIX {name}: <{prefixes[name]}> " for name in sorted(used)) + sparql


def _from_virtuoso(body: bytes) -> Results:
    """Return results with booleans spelt as they were, and ASK as a boolean."""
    body = _BOOLEAN.sub(lambda found: found[1] + (b'"true"' if found[2] == b"1" else b'"false"'), body)
    parsed = parse_query_results(body, QueryResultsFormat.JSON)
    if isinstance(parsed, QuerySolutions) and [each.value for each in parsed.variables] == [_ASKED]:
        told = b"true" if any(row[0].value == "1" for row in parsed) else b"false"
        return parse_query_results(b'{"head":{},"boolean":' + told + b"}", QueryResultsFormat.JSON)
    return parsed
