"""Build the property graph from a store, one document after another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from jixiao.config import BASE_IRI
from jixiao.exporting.documents import (
    Resource,
    Resources,
    find_documents,
    gather,
    property_name,
    read_code_lists,
    read_documents,
    read_links,
    read_terms,
)
from jixiao.exporting.filters import kept, resolve_filters
from jixiao.exporting.graph import NewEdge, NewNode, NodeType, PropertyGraph, Values, attribute_kind
from jixiao.exporting.selection import NodeClass, Selection, node_classes, relations, shown_classes
from jixiao.exporting.text import compact_iri, node_id
from jixiao.vocab import JX, RDFS, SKOS

if TYPE_CHECKING:
    from jixiao.tables import SupportsQuery

_LINK_TYPES = {"implemented-by": "likelyImplementedBy"}
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


@dataclass(frozen=True, slots=True)
class _ShownNode:
    resource: Resource
    kind: NodeClass
    years: Iterable[int]


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
        self.codes = read_code_lists(store)
        self.terms = read_terms(store)
        self.filters = resolve_filters(store, selection, self.codes)
        self.shown = shown_classes(selection)
        self.relations = relations()

    def build(self) -> None:
        """Add every document, then the links across documents."""
        documents = find_documents(self.store, self.selection)
        for triples in read_documents(self.store, documents):
            self.add_document(gather(triples))
        for triples in read_links(self.store, documents):
            self.add_links(gather(triples).values())

    def add_document(self, resources: Resources) -> None:
        """Add what one document says, as far as it passes."""
        passed = kept(resources, self.filters)
        shown = self._shown_nodes(passed, resources)
        years = _years(passed, resources)
        for iri in sorted(shown):
            node = _ShownNode(resources[iri], shown[iri], years.get(iri, set()))
            self.add_node(node, resources)
            self.add_edges(node, shown)
        self.add_links(resource for _, resource in sorted(resources.items()))

    def _shown_nodes(self, iris: Iterable[str], resources: Resources) -> dict[str, NodeClass]:
        """Return the nodes that are shown, each with the first of its classes."""
        classes = node_classes()
        shown = {}
        for iri in iris:
            own = [classes[name] for name in resources[iri].types & self.shown]
            if own:
                shown[iri] = min(own, key=attrgetter("rank"))
        return shown

    def node_type(self, kind: NodeClass) -> NodeType:
        """Return the class as exports name it."""
        label = self.terms.get(kind.iri, kind.name)
        if kind.iri == SKOS.Concept:
            label = "指标概念"
        return NodeType(kind.name, label, kind.color, kind.rank)

    def id(self, iri: str) -> str:
        """Return the id of a node."""
        return node_id(iri, self.base)

    def add_node(self, node: _ShownNode, resources: Resources) -> None:
        """Add a node with everything that is said of it."""
        resource, kind = node.resource, node.kind
        values = self.values(resource, resources)
        label = resource.first(RDFS.label)
        if not label and kind.label in values:
            (_, label), *_ = values[kind.label]
        new = NewNode(self.node_type(kind), self.id(resource.iri), resource.iri, label or "", node.years, values)
        self.graph.add_node(new)

    def values(self, resource: Resource, resources: Resources) -> Values:
        """Return the attributes of a node: its literals, and the names of codes and of what it belongs to."""
        values: Values = defaultdict(list)
        for prop, terms in resource.literals.items():
            if prop == RDFS.label or (prop in _TARGET and not self.selection.targets):
                continue
            for term in terms:
                name = property_name(prop)
                if term.language not in (None, "zh"):
                    name += f"_{term.language}"
                values[name].append(_typed(term))
        for prop, targets in resource.links.items():
            for target in targets:
                self._name_target(values, property_name(prop), target, resources)
        values |= self._marks(resource.iri)
        return values

    def _marks(self, iri: str) -> Values:
        marks = self.marks.get(iri, {})
        return {name: [mark] for name, mark in marks.items()}

    def _name_target(self, values: Values, name: str, target: str, resources: Resources) -> None:
        if target in self.codes:
            values[name].append(("string", self.codes[target].label))
            values[f"{name}Code"].append(("string", compact_iri(target)))
        elif name in self.relations.codes:
            values[name].append(("string", compact_iri(target)))
        elif name in self.relations.shortcuts and target in resources:
            named = resources[target]
            label = named.first(RDFS.label) or named.first(JX.fileName) or self.id(target)
            values[name].append(("string", label))

    def add_edges(self, node: _ShownNode, shown: Mapping[str, NodeClass]) -> None:
        """Add the relations of a node to other nodes, and the concepts it points to."""
        source = self.id(node.resource.iri)
        hidden = self.relations.codes
        if not self._is_anchored(node):
            hidden |= self.relations.shortcuts
        for prop, targets in node.resource.links.items():
            name = property_name(prop)
            if name in hidden:
                continue
            for target in targets:
                if target in shown or self._add_code(target, node.years):
                    self.graph.add_edge(NewEdge(name, self.terms.get(prop, name), source, self.id(target)))

    def _is_anchored(self, node: _ShownNode) -> bool:
        """Say whether shortcuts are the only way up, so that they are edges."""
        if node.kind.iri == JX.SourceRow:
            return JX.inTable not in node.resource.links
        return node.kind.name in self.relations.anchored

    def _add_code(self, iri: str, years: Iterable[int]) -> bool:
        """Add a concept or region of the code lists, if such nodes are shown; say whether it is one."""
        code = self.codes.get(iri)
        if code is None:
            return False
        kind = node_classes()[JX.Region if JX.Region in code.types else SKOS.Concept]
        if kind.iri not in self.shown:
            return False
        values = self._marks(iri)
        if code.notation:
            values.setdefault("code", [("string", code.notation)])
        self.graph.add_node(NewNode(self.node_type(kind), self.id(iri), iri, code.label, years, values))
        for broader in sorted(code.broader):
            self.graph.add_edge(NewEdge("broader", "上位概念", self.id(iri), self.id(broader), loose=True))
        return True

    def add_links(self, resources: Iterable[Resource]) -> None:
        """Add inferred relations, of what is one, as edges with score and reason."""
        for link in resources:
            source = link.links.get(JX.linkSubject)
            target = link.links.get(JX.linkObject)
            if JX.Link not in link.types or not source or not target:
                continue
            kind = link.first(JX.linkKind) or "link"
            name = _LINK_TYPES.get(kind) or _camel(kind)
            values: Values = {"inferred": [("boolean", "true")]}
            for attribute, prop in (("score", JX.linkScore), ("reason", JX.linkReason)):
                values[attribute] = list(map(_typed, link.literals.get(prop, ())))
            label = self.terms.get(JX.iri + name, kind)
            ends = self.id(source[0]), self.id(target[0])
            self.graph.add_edge(NewEdge(name, label, *ends, values, loose=True))


def _typed(term: Any) -> tuple[str, str]:
    return attribute_kind(term.value, term.datatype.value), term.value


def _years(passed: set[str], resources: Resources) -> dict[str, set[int]]:
    """Return the fiscal years of each node: its own, and for what facts belong to those of the facts."""
    years: dict[str, set[int]] = defaultdict(set)
    for iri in passed:
        resource = resources[iri]
        own = {int(term.value) for term in resource.literals.get(JX.year, ()) if term.value.isdecimal()}
        if own:
            for each in (iri, *resource.links.get(JX.department, ()), *resource.links.get(JX.project, ())):
                years[each] |= own
    return years


def _camel(words: str) -> str:
    first, *rest = words.replace("_", "-").strip("-").split("-")
    return first + "".join(map(str.capitalize, rest)) or "link"


_TARGET_PROPERTIES = """
    targetText comparator comparatorStated lowerBound lowerInclusive upperBound upperInclusive unitText due recurrence
    halfYearTargetText previousText
"""
_TARGET = frozenset(JX[name] for name in _TARGET_PROPERTIES.split())
