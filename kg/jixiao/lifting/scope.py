"""Hold what every part of lifting one document needs: its quads, IRIs, rows, departments and projects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from jixiao.errors import GraphError
from jixiao.ids import Key, Minter
from jixiao.lifting.nodes import Nodes, Sourced
from jixiao.lifting.quads import Quads
from jixiao.lifting.sources import Sources
from jixiao.model import Department, LinkedRecords


class Scope(Sources):
    """Lift one document into one named graph, keyed by the document's name."""

    def __init__(self, linked: LinkedRecords, base_iri: str) -> None:
        ids, name = Minter(base_iri), linked.records.name
        super().__init__(Quads(ids.graph(name)), ids, name)
        self.linked = linked
        self.records = linked.records
        self.projects = {each.key: ids.project(each.department_key, each.key) for each in linked.projects}
        self.departments = {each.key: ids.department(each.key) for each in self.all_departments()}
        self._spellings = {name: each.key for each in self.all_departments() for name in (*each.aliases, each.name)}
        self.nodes = Nodes(self.document)
        for each in linked.projects:
            self.nodes.keep(each, self.projects[each.key])
        self._order = 0
        self._named: defaultdict[str, list[str]] = defaultdict(list)
        for sort, nodes in (("project", self.projects), ("department", self.departments)):
            for key, node in nodes.items():
                self.name_node(sort, key, node)

    def all_departments(self) -> Iterable[Department]:
        """Return the departments the document names and, last, its own."""
        own = (self.linked.department,) if self.linked.department else ()
        return (*(each for each in self.linked.departments if each not in own), *own)

    def department(self, printed: str | None) -> str | None:
        """Return the department a form or table prints, else the document's own."""
        key = self._spellings.get(printed) if printed else None
        if key is None and self.linked.department:
            key = self.linked.department.key
        return None if key is None else self.departments[key]

    def project(self, code: str | None, printed: str) -> str | None:
        """Return the one project with this code, or, where no code is printed, with this spelling."""
        found = {
            self.projects[each.key]
            for each in self.linked.projects
            if (each.code == code if code else printed in (each.name, *each.aliases))
        }
        return found.pop() if len(found) == 1 else None

    def mint_record(self, kind: str, record: Sourced, *keys: Key) -> str:
        """Mint the IRI of a record printed in the document, and keep it."""
        node = self.mint(kind, record.source, *keys)
        self.nodes.keep(record, node)
        return node

    def next_order(self) -> int:
        """Return the running number of what is lifted in reading order."""
        self._order += 1
        return self._order

    def name_node(self, sort: str, key: str, node: str) -> None:
        """Remember a node by the name links use for it."""
        self._named[f"{sort}:{key}"].append(node)

    def named(self, reference: str) -> list[str]:
        """Return the nodes a link's end names; raise ``GraphError`` when there is none."""
        if reference not in self._named:
            raise GraphError(f"推断关系的一端 {reference!r} 在文件中没有", "unknown-link-end", self.name)
        return self._named[reference]
