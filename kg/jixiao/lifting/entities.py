"""Lift the document itself, its departments and projects, inferred links and issues."""

from __future__ import annotations

from jixiao.lifting.quads import decimal, integer, moment, text, year
from jixiao.lifting.scope import Scope
from jixiao.lifting.sources import Sources
from jixiao.model import Department, Issue, Project
from jixiao.vocab import DCTERMS, JX, RDFS, SKOS, concept


def lift_document(scope: Scope) -> None:
    """Lift the document: title, kind, department, year, publication, checksum, counts."""
    records, quads, document = scope.records, scope.quads, scope.document
    quads.type(document, JX.Document)
    quads.add(document, RDFS.label, text(records.title or records.name))
    quads.add(document, JX.fileName, text(records.name))
    quads.add(document, JX.sha256, text(records.sha256))
    quads.refer(document, JX.documentKind, concept("document", records.kind))
    quads.refer(document, JX.department, scope.department(None))
    quads.add(document, JX.departmentText, text(records.department))
    quads.add(document, JX.year, year(records.fiscal_year))
    quads.add(document, DCTERMS.issued, moment(records.published))
    quads.add(document, JX.tableCount, integer(records.tables))
    quads.add(document, JX.formCount, integer(len(records.forms)))


def lift_department(scope: Scope, department: Department) -> None:
    """Lift one department: name, aliases, code and region."""
    quads, node = scope.quads, scope.departments[department.key]
    quads.type(node, JX.Department)
    quads.add(node, RDFS.label, text(department.name))
    for alias in department.aliases:
        quads.add(node, SKOS.altLabel, text(alias))
    quads.add(node, JX.departmentCode, text(department.code))
    if department.region_code:
        quads.refer(node, JX.region, concept("region", department.region_code))
    quads.add(node, JX.regionName, text(department.region_name))
    quads.add(node, JX.regionKind, text(department.region_kind))


def lift_project(scope: Scope, project: Project) -> None:
    """Lift one project, and what this document records about it: money, category, every place that names it."""
    quads, node = scope.quads, scope.projects[project.key]
    department = scope.ids.department(project.department_key)
    quads.type(node, JX.Project)
    quads.add(node, RDFS.label, text(project.name))
    for alias in project.aliases:
        quads.add(node, SKOS.altLabel, text(alias))
    quads.add(node, JX.projectCode, text(project.code))
    quads.refer(node, JX.department, department)
    quads.refer(department, JX.hasProject, node)

    entry = scope.mint("entry", None, project.department_key, project.key)
    quads.refer(node, JX.hasEntry, entry)
    quads.type(entry, JX.ProjectEntry)
    quads.refer(entry, JX.document, scope.document)
    quads.refer(entry, JX.department, department)
    quads.refer(entry, JX.project, node)
    quads.add(entry, JX.year, year(scope.records.fiscal_year))
    quads.add(entry, JX.category, text(project.category))
    quads.add(entry, JX.amount, decimal(project.amount))
    for reason in project.joined_by:
        quads.add(entry, JX.joinedBy, text(reason))
    for mention in project.mentions:
        place = scope.mint("mention", mention.source, mention.table_kind, mention.printed)
        quads.refer(entry, JX.hasMention, place)
        quads.type(place, JX.Mention)
        scope.derive(place, mention.source)
        quads.add(place, JX.tableKind, text(mention.table_kind))
        quads.add(place, JX.text, text(mention.printed))
        quads.add(place, JX.amount, decimal(mention.amount))
        quads.add(place, JX.score, decimal(mention.score))


def lift_issue(scope: Sources, issue: Issue) -> None:
    """Lift one issue of reading, with the printed row it is about."""
    quads = scope.quads
    node = scope.mint("issue", issue.source, issue.code, issue.message)
    quads.type(node, JX.Issue)
    scope.derive(node, issue.source)
    quads.add(node, JX.code, text(issue.code))
    quads.add(node, JX.issueLevel, text(issue.level))
    quads.add(node, JX.message, text(issue.message, "zh"))
    quads.add(node, JX.message, text(issue.message_en, "en"))
