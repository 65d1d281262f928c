"""Resolve what one document names: departments, projects, task links and the concepts of its indicators."""

from __future__ import annotations

from dataclasses import replace

from jixiao.linking.departments import Departments, link_departments
from jixiao.linking.evidence import collect_evidence, collect_hints, heads_projects
from jixiao.linking.owners import owner_names
from jixiao.linking.projects import link_projects
from jixiao.linking.tasks import infer_links, stated_projects
from jixiao.model import DocumentRecords, FilledForm, IndicatorNames, LinkedRecords


def link(records: DocumentRecords) -> LinkedRecords:
    """Return the records of a document with their entities resolved.

    Keys do not depend on any other document, nor on the order of reading.
    """
    records = _with_units(records)
    departments = link_departments(records)
    owners = _owners(departments)
    evidence = collect_evidence(records, owners)
    projects = link_projects(evidence, collect_hints(records, owners), departments, records)
    stated = stated_projects(records, projects.names)
    concepts, objects = _concepts(records)
    return LinkedRecords(
        records=records,
        department=departments.own,
        departments=departments.all,
        projects=projects.projects,
        plan_projects=projects.plans,
        plan_departments=departments.plans,
        concepts=concepts,
        links=(*infer_links(records, projects.projects, stated, owners), *departments.links),
        task_projects=stated,
        concept_objects=objects,
        issues=departments.issues,
    )


def _with_units(records: DocumentRecords) -> DocumentRecords:
    """Return the records with the plans of lists under the units that rows above them name."""
    return replace(records, forms=tuple(map(_under_units, records.forms)))


def _under_units(form: FilledForm) -> FilledForm:
    unit: str | None = None
    plans = []
    for plan in form.plans:
        if heads_projects(form, plan):
            unit = plan.project
        elif unit and not plan.unit_name:
            plan = replace(plan, unit_name=unit)
        plans.append(plan)
    return replace(form, plans=tuple(plans)) if unit else form


def _owners(departments: Departments) -> tuple[str, ...]:
    """Return what a project name of the document may start with."""
    own = departments.own
    if own:
        return owner_names((own.name, *own.aliases), own.region_code)
    return ()


def _concepts(records: DocumentRecords) -> tuple[dict[IndicatorNames, str], dict[IndicatorNames, str]]:
    """Return the concept of every indicator by its printed names, and of whom or what it is."""
    from jixiao.linking.indicators import concept_of

    concepts: dict[IndicatorNames, str] = {}
    objects: dict[IndicatorNames, str] = {}
    for form in records.forms:
        for plan in form.plans:
            for indicator in plan.indicators:
                key, measured = concept_of(*indicator.names)
                if key:
                    concepts[indicator.names] = key
                if measured:
                    objects[indicator.names] = measured
    return concepts, objects
