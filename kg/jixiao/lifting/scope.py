"""Hold what every part of lifting one document needs: its quads, IRIs, rows, departments and projects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from itertools import count

from jixiao.errors import GraphError
from jixiao.ids import Key, Minter
from jixiao.lifting.nodes import Nodes, Sourced
from jixiao.lifting.quads import DescribedNode, Quads
from jixiao.lifting.sources import CellPlaces, Sources
from jixiao.model import Department, Goal, Indicator, LinkedRecords, Plan, Project, Reviewed, Task
from jixiao.vocab import JX


class Scope(Sources):
    """Lift one document into one named graph, keyed by the document's name."""

    def __init__(self, linked: LinkedRecords, base_iri: str, places: CellPlaces | None = None) -> None:
        ids, name = Minter(base_iri), linked.records.name
        super().__init__(Quads(ids.graph(name)), ids, name, linked.records.persons, places)
        self.linked = linked
        self.records = linked.records
        self.projects = {
            each.key: ids.project(each.department_key, str(self.without_persons(each.key))) for each in linked.projects
        }
        self.departments = {each.key: ids.department(each.key) for each in self.all_departments()}
        self._spellings: dict[str | None, str] = {}
        for each in self.all_departments():
            self._spellings |= dict.fromkeys((*each.aliases, each.name), each.key)
        self.nodes = Nodes(self.document.iri)
        for project in linked.projects:
            self.nodes.keep(project, self.projects[project.key])
        self.order = count(1)  # of what is lifted, in reading order

    def all_departments(self) -> Iterable[Department]:
        """Return the departments the document names and, last, its own."""
        own = self.linked.department
        if own is None:
            return self.linked.departments
        return (*(each for each in self.linked.departments if each != own), own)

    def department(self, printed: str | None) -> str | None:
        """Return the department a form or table prints, else the document's own."""
        own = self.linked.department
        if printed in self._spellings:
            return self.departments[self._spellings[printed]]
        return self.departments[own.key] if own else None

    def plan_department(self, place: tuple[int, int], printed: str | None) -> str | None:
        """Return whose the plan at (form index, plan index) is, else the department that its form prints."""
        key = self.linked.plan_departments.get(place)
        return self.departments[key] if key else self.department(printed)

    def project_node(self, key: str | None) -> str | None:
        """Return the node of the project with a key of the linked records, None for None."""
        return None if key is None else self.projects[key]

    def plans_of(self, project: Project) -> list[Plan]:
        """Return what the forms of the document say about a project."""
        return [
            self.records.forms[form].plans[place]
            for (form, place), key in self.linked.plan_projects.items()
            if key == project.key
        ]

    def confidence_of_amounts(self, project: Project) -> Decimal | None:
        """Return how sure the surest amount of a project was read in the money tables, None where there is none."""
        names = (project.code, project.name, *project.aliases)
        return max((self._read_amounts[name] for name in names if name in self._read_amounts), default=None)

    @cached_property
    def _read_amounts(self) -> Mapping[str | None, Decimal]:
        """Return the confidence of the amounts of projects by code and printed name."""
        found: dict[str | None, Decimal] = {}
        for amount in (each for table in self.records.money_tables for each in table.amounts):
            if amount.item_scheme == "project":
                for name in filter(None, (amount.item_code, amount.item)):
                    found[name] = max(found.get(name, Decimal(0)), amount.confidence)
        return found

    def project(self, code: str | None, printed: str) -> str | None:
        """Return the one project with this code, or, where no code is printed, with this spelling."""
        if code:
            found = {each.key for each in self.linked.projects if each.code == code}
        else:
            found = {each.key for each in self.linked.projects if printed in (each.name, *each.aliases)}
        return self.projects[found.pop()] if len(found) == 1 else None

    def year(self, printed: int | None) -> int | None:
        """Return the year a form or table prints, else the document's own."""
        return self.records.fiscal_year if printed is None else printed

    def mint_record(self, kind: str, record: Sourced, *keys: Key) -> DescribedNode:
        """Mint a record printed in the document, and keep which node it has."""
        node = self.mint(kind, record.source, *keys)
        self.nodes.keep(record, node.iri)
        self.decide(node, record)
        return node

    def decide(self, node: DescribedNode, record: object) -> None:
        """State which decisions of persons a node holds."""
        for decision in record.decided if isinstance(record, Reviewed) else ():
            self.quads.node(decision).refer(JX.corrects, node)

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
