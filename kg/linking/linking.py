"""Resolve what one document names: departments, projects, task links and the concepts of its indicators."""

from __future__ import annotations

from collections.abc import Iterable

from kg.linking.departments import Departments, link_departments
from kg.linking.evidence import collect_evidence, collect_hints
from kg.linking.projects import link_projects
from kg.linking.regions import region_name
from kg.linking.tasks import infer_links, stated_projects
from kg.model import Department, DocumentRecords, LinkedRecords
from kg.prose.header import DocumentHeader
from kg.prose.offices import take_apart
from kg.values.names import fold


def link(records: DocumentRecords, header: DocumentHeader | None = None) -> LinkedRecords:
    """Return the records of a document with their entities resolved.

    Keys do not depend on any other document, nor on the order of reading. ``header`` adds the department's aliases
    where the records do not carry them.
    """
    departments = link_departments(records, header.aliases if header else ())
    owners = _owners(departments)
    evidence = collect_evidence(records, owners)
    projects = link_projects(evidence, collect_hints(records, owners), departments)
    stated = stated_projects(records, projects.names)
    concepts, objects = _concepts(records)
    return LinkedRecords(
        records=records,
        department=departments.own,
        departments=departments.all,
        projects=projects.projects,
        plan_projects=projects.plans,
        concepts=concepts,
        links=infer_links(records, projects.projects, stated, owners),
        task_projects=stated,
        concept_objects=objects,
    )


def _owners(departments: Departments) -> tuple[str, ...]:
    """Return what a project name of the document may start with: its region and department, the longest first."""
    names: set[str] = set()
    own: Iterable[Department] = (departments.own,) if departments.own else ()
    for department in own:
        for printed in (department.name, *department.aliases):
            office = take_apart(printed)
            names |= {office.name, office.region, office.region.rstrip("市县区")}
        if department.region_code and (name := region_name(department.region_code)):
            names |= {name, name.rstrip("市县区")}
    return tuple(sorted({fold(name) for name in names if len(name) > 1}, key=lambda name: (-len(name), name)))


def _concepts(records: DocumentRecords) -> tuple[dict[str, str], dict[str, str]]:
    """Return the concept of every printed indicator name, and of whom or what it is."""
    from kg.linking.indicators import concept_of

    concepts: dict[str, str] = {}
    objects: dict[str, str] = {}
    for form in records.forms:
        for plan in form.plans:
            for indicator in plan.indicators:
                key, measured = concept_of(indicator.level1, indicator.level2, indicator.level3)
                if key:
                    concepts.setdefault(indicator.level3, key)
                if measured:
                    objects.setdefault(indicator.level3, measured)
    return concepts, objects
