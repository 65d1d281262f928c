"""Define what lifting gives back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from jixiao.lifting.entities import lift_issue
from jixiao.lifting.quads import Quads
from jixiao.lifting.scope import Scope
from jixiao.lifting.sources import Sources
from jixiao.model import Issue
from jixiao.vocab import JX

if TYPE_CHECKING:
    from pyoxigraph import Store


@dataclass(frozen=True, slots=True)
class LiftedGraph:
    """Hold one named graph as sorted, unique N-Quads (UTF-8)."""

    graph_iri: str
    nquads: bytes


class LiftedRecords:
    """Hold one document's records as statements, the node of each, and let issues be added to them.

    What the structure shapes object to becomes issues of the same graph, so these come last.
    """

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self.linked = scope.linked
        self.nodes = scope.nodes
        self.graph_iri = scope.quads.graph

    @cached_property
    def graph(self) -> Store:
        """Return the statements, but for issues, to be queried."""
        from pyoxigraph import RdfFormat, Store

        store = Store()
        store.bulk_load(self._scope.quads.nquads(), RdfFormat.N_QUADS, lenient=True)  # our own minted IRIs
        return store

    @cached_property
    def nquads(self) -> bytes:
        """Return the document's graph, its issues those of reading, as sorted N-Quads."""
        return self.with_issues(self.linked.records.issues)

    def with_issues(self, issues: Iterable[Issue]) -> bytes:
        """Return the document's graph with these issues as sorted N-Quads."""
        scope, counted = self._scope, tuple(issues)
        said = Sources(Quads(self.graph_iri), scope.ids, scope.name, scope.records.persons)
        said.document.say(JX.issueCount, len(counted))
        for issue in counted:
            lift_issue(said, issue)
        return scope.quads.nquads(said.quads)
