"""Hold what every part of lifting one document needs: its quads, IRIs, rows, departments and projects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import count

from jixiao.errors import GraphError
from jixiao.ids import Key, Minter
from jixiao.lifting.nodes import Nodes, Sourced
from jixiao.lifting.quads import DescribedNode, Quads
from jixiao.lifting.sources import Sources
from jixiao.model import Department, Goal, Indicator, LinkedRecords, Project, Task


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
        self.nodes = Nodes(self.document.iri)
        for each in linked.projects:
            self.nodes.keep(each, self.projects[each.key])
        self.order = count(1)  # of what is lifted, in reading order

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

    def mint_record(self, kind: str, record: Sourced, *keys: Key) -> DescribedNode:
        """Mint a record printed in the document, and keep which node it has."""
        node = self.mint(kind, record.source, *keys)
        self.nodes.keep(record, node.iri)
        return node

    def named(self, reference: str) -> list[str]:
        """Return the nodes a link's end names; raise ``GraphError`` when there is none."""
        if reference not in self._named:
            raise GraphError(f"推断关系的一端 {reference!r} 在文件中没有", "unknown-link-end", self.name)
        return self._named[reference]

    @cached_property
    def _named(self) -> Mapping[str, list[str]]:
        """Return the nodes by the names links use for them, once all records are lifted."""
        found = defaultdict(list, {f"department:{key}": [node] for key, node in self.departments.items()})
        for node, record in self.nodes:
            if isinstance(record, Project):
                found[f"project:{record.key}"].append(node)
            elif isinstance(record, Task):
                found[f"task:{record.name}"].append(node)
            elif isinstance(record, Goal):
                found[f"goal:{record.text}"].append(node)
            elif isinstance(record, Indicator):
                found[f"indicator:{record.level3}"].append(node)
        return dict(found)
