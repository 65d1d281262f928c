"""Lift the document itself, its departments and projects, inferred links and issues."""

from __future__ import annotations

from jixiao.lifting.quads import DescribedNode
from jixiao.lifting.scope import Scope
from jixiao.lifting.sources import Sources
from jixiao.lifting.sureness import say_sureness
from jixiao.model import Department, Issue, Mention, Project
from jixiao.vocab import DCTERMS, JX, ORG, RDFS, SKOS, concept


def lift_document(scope: Scope) -> None:
    """Lift the document: title, kind, department, year, publication, checksum, counts."""
    records, document = scope.records, scope.document
    document.type(JX.Document)
    document.say(RDFS.label, records.title or records.name)
    document.say(JX.fileName, records.name)
    for label in records.labels:
        document.say(SKOS.altLabel, label)
    document.say(JX.sha256, records.sha256)
    document.refer(JX.documentKind, concept("document", records.kind))
    document.refer(JX.department, scope.department(None))
    document.say(JX.departmentText, records.department)
    document.say_year(JX.year, records.fiscal_year)
    document.say_moment(DCTERMS.issued, records.published)
    document.say(JX.tableCount, records.tables)
    document.say(JX.formCount, len(records.forms))
    document.say(JX.withheldCount, 0 if records.persons.kept else records.persons.places)
    document.say(JX.withContacts, records.persons.kept is not None)


def lift_department(scope: Scope, department: Department) -> None:
    """Lift one department: name, aliases, code and region."""
    node = scope.quads.node(scope.departments[department.key])
    node.type(JX.Department)
    node.say(RDFS.label, department.name)
    for alias in department.aliases:
        node.say(SKOS.altLabel, alias)
    node.say(JX.departmentCode, department.code)
    if department.region_code:
        node.refer(JX.region, concept("region", department.region_code))
    node.say(JX.regionName, department.region_name)
    node.say(JX.regionKind, department.region_kind)
    if department.part_of:
        node.refer(ORG.subOrganizationOf, scope.departments[department.part_of])
    for reason in department.decided_by:
        node.say(JX.decidedBy, reason)
    if department.place_confidence is not None:
        lift_placing(scope, department, node)


def lift_placing(scope: Scope, department: Department, node: DescribedNode) -> None:
    """Lift what this document says of where its department is: how surely, from which words, and where they stand."""
    placing = scope.mint("placing", None, department.key)
    placing.type(JX.Placing)
    placing.refer(JX.department, node)
    if department.region_code:
        placing.refer(JX.region, concept("region", department.region_code))
    placing.say(JX.regionName, department.region_name)
    placing.say(JX.confidence, department.place_confidence)
    for reason in department.decided_by:
        placing.say(JX.decidedBy, reason)
    scope.derive(placing, *department.placed_at)


def lift_project(scope: Scope, project: Project) -> None:
    """Lift one project, and what this document records about it: money, category, every place that names it."""
    node = scope.quads.node(scope.projects[project.key])
    department = scope.quads.node(scope.ids.department(project.department_key))
    node.type(JX.Project)
    node.say(RDFS.label, project.name)
    for alias in project.aliases:
        node.say(SKOS.altLabel, alias)
    node.say(JX.projectCode, project.code)
    node.refer(JX.department, department)
    department.refer(JX.hasProject, node)
    entry = scope.mint("entry", None, project.department_key, project.key)
    node.refer(JX.hasEntry, entry)
    entry.type(JX.ProjectEntry)
    entry.refer(JX.document, scope.document)
    entry.refer(JX.department, department)
    entry.refer(JX.project, node)
    entry.say_year(JX.year, scope.records.fiscal_year)
    entry.say(JX.category, project.category)
    entry.say(JX.amount, project.amount)
    for reason in project.joined_by:
        entry.say(JX.joinedBy, reason)
    plans = scope.plans_of(project)
    for programme in sorted({plan.programme for plan in plans if plan.programme}):
        entry.say(JX.programmeText, programme)
    if plans:
        say_sureness(entry, max(plans, key=lambda plan: plan.confidence))
    else:
        entry.say(JX.confidence, scope.confidence_of_amounts(project))
    for mention in project.mentions:
        entry.refer(JX.hasMention, lift_mention(scope, mention))


def lift_mention(scope: Scope, mention: Mention) -> DescribedNode:
    """Lift one place where a project is named."""
    node = scope.mint("mention", mention.source, mention.table_kind, mention.printed)
    node.type(JX.Mention)
    scope.derive(node, mention.source)
    node.say(JX.tableKind, mention.table_kind)
    node.say(JX.text, mention.printed)
    node.say(JX.amount, mention.amount)
    node.say(JX.score, mention.score)
    return node


def lift_issue(scope: Sources, issue: Issue) -> None:
    """Lift one issue of reading, with the printed row it is about."""
    node = scope.mint("issue", issue.source, issue.code, issue.message)
    node.type(JX.Issue)
    scope.derive(node, issue.source)
    node.say(JX.code, issue.code)
    node.say(JX.issueLevel, issue.level)
    node.say(JX.message, issue.message, "zh")
    node.say(JX.message, issue.message_en, "en")
