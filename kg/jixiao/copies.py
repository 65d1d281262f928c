"""Count once what is published twice: set copies aside in the stored graphs, and bring back what is none any more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from jixiao.linking.copies import Copy, find_copies
from jixiao.linking.stored import Answering, rows_of
from jixiao.store import aside
from jixiao.store.aside import Triple
from jixiao.vocab import JX

if TYPE_CHECKING:
    from jixiao.store.protocol import Store

_ASIDE = f"""
SELECT ?graph ?office ?other {{
  GRAPH ?graph {{ ?copy <{JX.copyOf}> ?original . ?document <{JX.sha256}> ?digest
    OPTIONAL {{ ?document <{JX.department}> ?office }} }}
  OPTIONAL {{ ?original <{JX.department}> ?other }}
}}"""
_COUNT = (
    f"SELECT ?document ?copy {{ GRAPH ?graph {{ ?copy <{JX.copyOf}> ?original . ?document <{JX.sha256}> ?digest }} }}"
)


def set_copies_aside(store: Store, departments: frozenset[str] | None = None) -> None:
    """Find the copies among the stored documents and change the graphs for which that differs from before.

    ``departments`` are those of which documents have come, changed or gone, None for all.
    """
    graphs, departments = _concerned(store, departments)
    before = {graph: aside.restored(store.read_graph(graph)) for graph in graphs}
    copies: defaultdict[str, list[Copy]] = defaultdict(list)
    for copy in find_copies((store, _loaded(before)), departments):
        copies[_graph(copy.document)].append(copy)
    changed: list[tuple[str, bytes]] = []
    for graph in sorted({*before, *copies}):
        triples = before.get(graph) or aside.restored(store.read_graph(graph))
        changed += _without_copies(store, graph, triples, copies[graph])
    store.replace_graphs(changed)


def _without_copies(store: Store, graph: str, triples: list[Triple], copies: list[Copy]) -> Iterator[tuple[str, bytes]]:
    """Yield a document's graph, and that of the findings on it, with its copies set aside."""
    nodes = _nodes(triples, copies)
    whole = next((copy.document for copy in copies if not copy.plan), None)
    said = aside.copies_of({copy.plan or copy.document: copy.original for copy in copies})
    yield graph, aside.as_nquads([*aside.set_aside(triples, nodes, whole), *said], graph)
    findings = f"{graph}/findings"
    found = aside.restored(store.read_graph(findings))
    if found:
        hidden = aside.findings_on(found, nodes) | _nodes(found, [each for each in copies if not each.plan])
        yield findings, aside.as_nquads(aside.set_aside(found, hidden), findings)


def _concerned(store: Answering, departments: frozenset[str] | None) -> tuple[list[str], frozenset[str] | None]:
    """Return the graphs with copies of, or in, the departments' documents, and all departments these are of."""
    offices: defaultdict[str, set[str | None]] = defaultdict(set)
    for row in rows_of(store, _ASIDE):
        offices[row["graph"]] |= {row.get("office"), row.get("other")}
    if departments is None:
        return sorted(offices), None
    found: set[str] = set()
    while more := {graph for graph in offices.keys() - found if offices[graph] & {None, *departments}}:
        found |= more
        departments |= {office for graph in more for office in offices[graph] if office}
    return sorted(found), departments


def count_copies(store: Answering) -> tuple[int, int]:
    """Return how many documents, and how many forms of other documents, are left out of every count."""
    found = {(row["document"], row["copy"]) for row in rows_of(store, _COUNT)}
    documents = {copy for document, copy in found if document == copy}
    return len(documents), len({copy for _, copy in found} - documents)


def copies_message(copies: tuple[int, int]) -> str:
    """Say how many copies are left out of every count."""
    documents, forms = copies
    return f"另有副本 {documents} 份文件、{forms} 张表，不重复计数 ({documents} documents and {forms} forms are copies)"


def _graph(document: str) -> str:
    base, _, name = document.rpartition("document/")
    return f"{base}graph/{name}"


def _nodes(triples: list[Triple], copies: list[Copy]) -> frozenset[str]:
    plans = [copy.plan for copy in copies if copy.plan]
    whole = [aside.nodes_of_document(triples, copy.document) for copy in copies if not copy.plan]
    return frozenset().union(aside.nodes_of_plans(triples, plans) if plans else (), *whole)


def _loaded(graphs: dict[str, list[Triple]]) -> Any:
    """Return the restored graphs as one to be queried."""
    from pyoxigraph import RdfFormat, Store

    store = Store()
    for graph, triples in graphs.items():
        lines = aside.as_nquads(triples, graph).replace(f" <{graph}> .\n".encode(), b" .\n")
        store.bulk_load(lines, RdfFormat.N_TRIPLES)
    return store
