"""Lift the document itself, its departments and projects, inferred links and issues."""

from __future__ import annotations

from jixiao.lifting.quads import DescribedNode
from jixiao.lifting.scope import Scope
from jixiao.lifting.sources import Sources
from jixiao.lifting.stating import state
from jixiao.model import CHECKED, Department, Issue, Mention, Project
from jixiao.vocab import JX, ORG, RDFS


def lift_document(scope: Scope) -> None:
    """Lift the document: title, kind, department, year, publication, checksum, counts."""
    records, document = scope.records, scope.document
    state(document, records)
    document.say(RDFS.label, records.title or records.name)
    document.refer(JX.department, scope.department(None))
    document.say(JX.formCount, len(records.forms))
    document.say(JX.withheldCount, 0 if records.persons.kept else records.persons.places)
    document.say(JX.withContacts, records.persons.kept is not None)


def lift_department(scope: Scope, department: Department) -> None:
    """Lift one department, and what this document says of where it is: how surely, and from which words."""
    node = scope.quads.node(scope.departments[department.key])
    state(node, department)
    if department.part_of:
        node.refer(ORG.subOrganizationOf, scope.departments[department.part_of])
    if department.place_confidence is not None:
        placing = scope.mint("placing", None, department.key)
        state(placing, department, "Placing")
        placing.refer(JX.department, node)
        scope.derive(placing, *department.placed_at)


def lift_project(scope: Scope, project: Project) -> None:
    """Lift one project, and what this document records about it: money, category, every place that names it."""
    node = scope.quads.node(scope.projects[project.key])
    department = scope.quads.node(scope.ids.department(project.department_key))
    state(node, project)
    node.refer(JX.department, department)
    department.refer(JX.hasProject, node)
    entry = scope.mint("entry", None, project.department_key, project.key)
    state(entry, project, "ProjectEntry")
    node.refer(JX.hasEntry, entry)
    entry.refer(JX.document, scope.document)
    entry.refer(JX.department, department)
    entry.refer(JX.project, node)
    entry.say_year(JX.year, scope.records.fiscal_year)
    plans = scope.plans_of(project)
    for plan in plans:
        entry.say(JX.programmeText, plan.programme or None)
    if plans:
        state(entry, max(plans, key=lambda plan: plan.confidence), "Sureness")
    else:
        entry.say(JX.confidence, scope.confidence_of_amounts(project))
    for mention in project.mentions:
        entry.refer(JX.hasMention, lift_mention(scope, mention))


def lift_mention(scope: Scope, mention: Mention) -> DescribedNode:
    """Lift one place where a project is named."""
    node = scope.mint("mention", mention.source, mention.table_kind, mention.printed)
    state(node, mention)
    scope.derive(node, mention.source)
    return node


def lift_issue(scope: Sources, issue: Issue) -> None:
    """Lift one issue of reading, with the printed row it is about."""
    node = scope.mint("issue", issue.source, issue.code, issue.message.removesuffix(CHECKED))
    state(node, issue)
    scope.derive(node, issue.source)
