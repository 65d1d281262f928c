"""Read the rows of copies back: they are set aside in the graph, so that everything but the tables counts once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jixiao.store import aside
from jixiao.tables.specs import SupportsQuery, TableSpec, solve
from jixiao.vocab import JX, RDF, RDFS

if TYPE_CHECKING:
    from pyoxigraph import Quad, Store

_COPIES = f"""
SELECT ?graph ?document ?name ?copy ?original ?counted {{
  GRAPH ?graph {{ ?copy <{JX.copyOf}> ?same . ?document <{JX.sha256}> ?digest ; <{JX.fileName}> ?name }}
  OPTIONAL {{ ?same <{JX.document}> ?holder }}
  BIND(COALESCE(?holder, ?same) AS ?original)
  ?original <{JX.fileName}> ?counted
}} ORDER BY ?name ?copy"""
_TRIPLES = "SELECT ?subject ?predicate ?object {{ GRAPH <{graph}> {{ ?subject ?predicate ?object }} }}"
_NAMES = f"SELECT ?node ?name {{{{ VALUES ?node {{{{ {{nodes}} }}}} ?node <{RDFS.label}> ?name }}}}"
# What tells a printed thing from others of its document: its class, name, value, and what it belongs to.
_TELLING = (
    f"?node <{RDFS.label}>|<{JX.itemText}> ?name",
    f"?node <{JX.targetText}>|<{JX.amount}>|<{JX.value}> ?value",
    f"?node <{JX.actualText}>|<{JX.executed}>|<{JX.columnText}> ?result",
    f"?node <{JX.formKind}>|<{JX.tableKind}>|<{JX.factKind}> ?kind",
    f"?node <{JX.project}> ?project",
    f"?node <{JX.period}> ?period",
)
_OPTIONAL = " ".join(f"OPTIONAL {{{{ {each} }}}}" for each in _TELLING)
_THINGS = f"""
SELECT * {{{{
  ?node <{JX.document}> <{{document}}> ; a ?class {_OPTIONAL}
  FILTER(STRSTARTS(STR(?class), "{JX.iri}") && ?class NOT IN (<{JX.SourceRow}>, <{JX.SourceTable}>))
}}}} ORDER BY ?node"""
_TOLD_BY = ("class", "name", "value", "result", "kind", "project", "period")

Things = Mapping[tuple[object, ...], list[str]]
"""The IRIs of what a document prints by what tells it from others."""


@dataclass(slots=True)
class CopiedDocument:
    """Hold a document that is a copy, or that holds copies of forms of other documents.

    ``originals`` are the documents that count, with their names, by the document or plan that is the copy.
    """

    name: str
    graph: str
    document: str
    originals: dict[str, tuple[str, str]] = field(default_factory=dict)
    _restored: tuple[Store, Mapping[str, str]] | None = None

    def restored(self, store: SupportsQuery) -> tuple[Store, Mapping[str, str]]:
        """Return what the document says as it was lifted, and for what is copied the IRI of what counts in its place.

        Each copied node says of which document it is a copy.
        """
        from pyoxigraph import Literal, NamedNode, Quad, Store

        found = [row for row in store.query(_TRIPLES.format(graph=self.graph)) if row["predicate"].value != JX.copyOf]
        quads = [Quad(row["subject"], NamedNode(aside.lifted(row["predicate"].value)), row["object"]) for row in found]
        hidden = {row["subject"].value for row in found if row["predicate"].value == aside.predicate(RDF.type)}
        copies = self._copies(quads, hidden)
        quads += [Quad(NamedNode(node), NamedNode(JX.copyOf), NamedNode(iri)) for node, iri in copies.items()]
        quads += [Quad(NamedNode(iri), NamedNode(JX.fileName), Literal(name)) for iri, name in self.originals.values()]
        owners = {quad.subject for quad in quads if quad.object in (NamedNode(JX.Department), NamedNode(JX.Project))}
        names = store.query(_NAMES.format(nodes=" ".join(map(str, owners))))
        quads += [Quad(row["node"], NamedNode(RDFS.label), row["name"]) for row in names]
        restored = Store()
        restored.bulk_extend(quads)
        return restored, self._counterparts(store, restored, copies)

    def rows(self, store: SupportsQuery, spec: TableSpec) -> Iterator[dict[str, object]]:
        """Yield the rows of a table as the document was lifted; copies have the IRI of what counts in their place."""
        if self._restored is None:
            self._restored = self.restored(store)
        restored, counterparts = self._restored
        for row in solve(restored, spec):
            yield {**row, "iri": counterparts.get(str(row["iri"]), row["iri"])}

    def _copies(self, quads: Iterable[Quad], hidden: Iterable[str]) -> Mapping[str, str]:
        """Return the IRI of the document that counts by the IRI of the copied node."""
        if self.document in self.originals:
            original, _ = self.originals[self.document]
            return dict.fromkeys((*hidden, self.document), original)
        triples = [aside.as_triple(quad) for quad in quads]
        plans: defaultdict[str, list[str]] = defaultdict(list)
        for plan, (original, _) in self.originals.items():
            plans[original].append(plan)
        # an entry that plans of several documents share is of the first of them
        counted = dict.fromkeys(hidden, min(plans))
        for original, copied in plans.items():
            counted |= dict.fromkeys(aside.nodes_of_plans(triples, copied), original)
        return counted

    def _counterparts(self, store: SupportsQuery, restored: Store, copies: Mapping[str, str]) -> Mapping[str, str]:
        things = {original: _things(store, original) for original in set(copies.values())}
        found: dict[str, str] = {}
        for told, nodes in _things(restored, self.document).items():
            for original, others in things.items():
                mine = [node for node in nodes if copies.get(node) == original]
                found |= dict(zip(mine, others.get(told, ()), strict=False))
        return found


def _things(store: SupportsQuery, document: str) -> Things:
    found: defaultdict[tuple[object, ...], list[str]] = defaultdict(list)
    for row in store.query(_THINGS.format(document=document)):
        found[tuple(row[name] for name in _TOLD_BY)].append(row["node"].value)
    return found


def copied_documents(store: SupportsQuery, graph: str | None = None) -> list[CopiedDocument]:
    """Return the stored documents that hold copies, by name; of one ``graph`` if given."""
    found: dict[str, CopiedDocument] = {}
    query = _COPIES
    if graph is not None:
        query = query.replace("?graph {", f"<{graph}> {{").replace("SELECT ?graph", f"SELECT (<{graph}> AS ?graph)")
    for row in store.query(query):
        graph = row["graph"].value
        held = found.setdefault(graph, CopiedDocument(row["name"].value, graph, row["document"].value))
        held.originals[row["copy"].value] = row["original"].value, row["counted"].value
    return list(found.values())
