"""Build the property graph from a store, one document after another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from jixiao.config import BASE_IRI
from jixiao.exporting.documents import (
    FINDINGS,
    Resource,
    Resources,
    find_documents,
    find_link_graphs,
    gather,
    local_name,
    read_codes,
    read_terms,
    read_triples,
)
from jixiao.exporting.filters import Filters, kept, resolve_filters
from jixiao.exporting.graph import NewEdge, NewNode, NodeType, PropertyGraph, Values, kind_of
from jixiao.exporting.selection import NodeClass, Selection, node_classes, relations, shown_classes
from jixiao.exporting.text import node_id
from jixiao.vocab import JX, PREFIXES, RDFS, SKOS

if TYPE_CHECKING:
    from jixiao.tables import SupportsQuery

_LINK_TYPES = {"implemented-by": "likelyImplementedBy"}
_LINK = (JX.linkSubject, JX.linkObject)
Marks = Mapping[str, Mapping[str, tuple[str, str]]]  # IRI → attribute → (kind, text)


def build_graph(
    store: SupportsQuery, selection: Selection, *, base_iri: str = BASE_IRI, marks: Marks | None = None
) -> PropertyGraph:
    """Return the property graph of a selection, finished; close it after use.

    ``selection`` is suited to a format (``Selection.suited``). ``marks`` are further attributes of nodes by IRI, such
    as what an analysis found. Raises UsageError for filters that name nothing.
    """
    graph = PropertyGraph()
    try:
        _Builder(store, selection, base_iri, marks or {}, graph).build()
        graph.finish()
    except BaseException:
        graph.close()
        raise
    return graph


class _Builder:
    """Hold what all documents share while a graph is built."""

    def __init__(
        self, store: SupportsQuery, selection: Selection, base_iri: str, marks: Marks, graph: PropertyGraph
    ) -> None:
        self.store = store
        self.selection = selection
        self.base = base_iri
        self.marks = marks
        self.graph = graph
        self.codes = read_codes(store)
        self.terms = read_terms(store)
        self.filters: Filters = resolve_filters(store, selection, self.codes)
        self.shown = shown_classes(selection)
        self.relations = relations()

    def build(self) -> None:
        """Add every document, then the links across documents."""
        documents = find_documents(self.store, self.selection)
        for document in documents:
            graphs = [document.graph, document.graph + FINDINGS]
            self.add_document(gather(read_triples(self.store, graphs)))
        for name in find_link_graphs(self.store, documents):
            self.add_links(gather(read_triples(self.store, [name])).values())

    def add_document(self, resources: Resources) -> None:
        """Add what one document says, as far as it passes."""
        passed = kept(resources, self.filters)
        shown = {iri: kind for iri in passed if (kind := self.class_of(resources[iri])) is not None}
        years = _years(passed, resources)
        for iri in sorted(shown):
            resource = resources[iri]
            self.add_node(resource, shown[iri], years.get(iri, ()), resources)
            self.add_edges(resource, shown, years.get(iri, ()))
        self.add_links(resource for iri, resource in sorted(resources.items()) if JX.Link in resource.types)

    def class_of(self, resource: Resource) -> NodeClass | None:
        """Return the class a node is shown as, None when it is not shown."""
        classes = node_classes()
        own = [classes[iri] for iri in resource.types if iri in self.shown]
        return min(own, key=lambda each: each.rank, default=None)

    def node_type(self, kind: NodeClass) -> NodeType:
        """Return the class as exports name it."""
        label = "指标概念" if kind.iri == SKOS.Concept else self.terms.get(kind.iri, kind.name)
        return NodeType(kind.name, label, kind.color, kind.rank)

    def id(self, iri: str) -> str:
        """Return the id of a node."""
        return node_id(iri, self.base)

    def add_node(self, resource: Resource, kind: NodeClass, years: Iterable[int], resources: Resources) -> None:
        """Add a node with everything that is said of it."""
        values = self.values(resource, kind, resources)
        label = resource.first(RDFS.label) or next(
            (texts[0][1] for name, texts in sorted(values.items()) if name == kind.label), ""
        )
        self.graph.add_node(NewNode(self.node_type(kind), self.id(resource.iri), resource.iri, label, years, values))

    def values(self, resource: Resource, kind: NodeClass, resources: Resources) -> Values:
        """Return the attributes of a node: its literals, and the names of codes and of what it belongs to."""
        values: Values = {}
        for name, terms in resource.literals.items():
            if name != RDFS.label and (self.selection.targets or name not in _TARGET):
                for term in terms:
                    key = local_name(name) + (f"_{term.language}" if term.language not in (None, "zh") else "")
                    values.setdefault(key, []).append((kind_of(term.value, term.datatype.value), term.value))
        for name, targets in resource.links.items():
            for target in targets:
                self._name_target(values, local_name(name), target, kind, resources)
        for name, mark in self.marks.get(resource.iri, {}).items():
            values[name] = [mark]
        return values

    def _name_target(self, values: Values, name: str, target: str, kind: NodeClass, resources: Resources) -> None:
        code = self.codes.get(target)
        if code is not None:
            values.setdefault(name, []).append(("string", code.label))
            values.setdefault(f"{name}Code", []).append(("string", _compact(target)))
        elif name in self.relations.codes:
            values.setdefault(name, []).append(("string", _compact(target)))
        elif name in self.relations.shortcuts and target in resources:
            label = resources[target].first(RDFS.label) or resources[target].first(JX.fileName)
            values.setdefault(name, []).append(("string", label or self.id(target)))

    def add_edges(self, resource: Resource, shown: Mapping[str, NodeClass], years: Iterable[int]) -> None:
        """Add the relations of a node to other nodes, and the concepts it points to."""
        kind = shown[resource.iri]
        for property_iri, targets in resource.links.items():
            name = local_name(property_iri)
            if name in self.relations.codes or (name in self.relations.shortcuts and not self._anchors(kind, resource)):
                continue
            for target in targets:
                if target not in shown and not self._add_code(target, years):
                    continue
                label = self.terms.get(property_iri, name)
                self.graph.add_edge(NewEdge(name, label, self.id(resource.iri), self.id(target)))

    def _anchors(self, kind: NodeClass, resource: Resource) -> bool:
        lone_row = kind.iri == JX.SourceRow and JX.inTable not in resource.links
        return lone_row or kind.name in self.relations.anchored

    def _add_code(self, iri: str, years: Iterable[int]) -> bool:
        """Add a concept or region of the code lists, if such nodes are shown; say whether it is one."""
        code = self.codes.get(iri)
        if code is None:
            return False
        kind = node_classes()[JX.Region if JX.Region in code.types else SKOS.Concept]
        if kind.iri not in self.shown:
            return False
        values: Values = {"code": [("string", code.notation)]} if code.notation else {}
        values |= {name: [mark] for name, mark in self.marks.get(iri, {}).items()}
        self.graph.add_node(NewNode(self.node_type(kind), self.id(iri), iri, code.label, years, values))
        for broader in sorted(code.broader):
            self.graph.add_edge(NewEdge("broader", "上位概念", self.id(iri), self.id(broader), loose=True))
        return True

    def add_links(self, links: Iterable[Resource]) -> None:
        """Add inferred relations as edges with score and reason."""
        for link in links:
            ends = [link.links.get(name, [None])[0] for name in _LINK]
            if JX.Link not in link.types or None in ends:
                continue
            kind = link.first(JX.linkKind) or "link"
            values: Values = {"inferred": [("boolean", "true")]}
            for name, iri in (("score", JX.linkScore), ("reason", JX.linkReason)):
                terms = link.literals.get(iri, ())
                values[name] = [(kind_of(term.value, term.datatype.value), term.value) for term in terms]
            name = _LINK_TYPES.get(kind) or _camel(kind)
            label = self.terms.get(JX.iri + name, kind)
            source, target = (self.id(str(end)) for end in ends)
            self.graph.add_edge(NewEdge(name, label, source, target, values, loose=True))


def _years(passed: set[str], resources: Resources) -> dict[str, set[int]]:
    """Return the fiscal years of each node: its own, and for what facts belong to those of the facts."""
    years: dict[str, set[int]] = {}
    for iri in passed:
        resource = resources[iri]
        own = {int(term.value) for term in resource.literals.get(JX.year, ()) if term.value.isdecimal()}
        if own:
            for each in (iri, *resource.links.get(JX.department, ()), *resource.links.get(JX.project, ())):
                years.setdefault(each, set()).update(own)
    return years


def _compact(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def _camel(words: str) -> str:
    first, *rest = [word for word in words.replace("_", "-").split("-") if word] or ["link"]
    return first + "".join(word.capitalize() for word in rest)


_TARGET = frozenset(
    {
        JX.targetText,
        JX.comparator,
        JX.comparatorStated,
        JX.lowerBound,
        JX.lowerInclusive,
        JX.upperBound,
        JX.upperInclusive,
        JX.unitText,
        JX.due,
        JX.recurrence,
        JX.halfYearTargetText,
    }
)
