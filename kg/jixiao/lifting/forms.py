"""Lift the filled-in forms: plans with their money, goals, tasks, indicators, judgements and totals."""

from __future__ import annotations

from dataclasses import dataclass

from jixiao.lifting.fields import lift_field
from jixiao.lifting.indicators import lift_indicator
from jixiao.lifting.quads import decimal, integer, text, year
from jixiao.lifting.scope import Scope
from jixiao.model import Evaluation, FilledForm, FormKind, FundLine, Goal, ManagementItem, Plan, Task
from jixiao.vocab import JX, RDFS, concept


@dataclass(frozen=True, slots=True)
class PlanNode:
    """Hold a plan's IRI and what everything below it says too: form kind, department, project, year."""

    iri: str
    kind: FormKind
    department: str | None
    project: str | None
    fiscal_year: int | None


def lift_form(scope: Scope, index: int, form: FilledForm) -> None:
    """Lift one form and its plans; ``index`` is its 0-based position in the document."""
    quads = scope.quads
    node = scope.mint_record("form", form, form.kind, form.title)
    quads.type(node, JX.FilledForm)
    scope.derive(node, form.source)
    quads.refer(node, JX.formKind, concept("form", form.kind))
    quads.add(node, RDFS.label, text(form.title or None))
    quads.add(node, JX.specification, text(form.specification))
    quads.add(node, JX.departmentText, text(form.department))
    quads.add(node, JX.printing, integer(form.printing))
    quads.add(node, JX.fit, decimal(form.fit))
    for position, plan in enumerate(form.plans):
        lift_plan(scope, node, form, plan, scope.linked.plan_projects.get((index, position)))


def lift_plan(scope: Scope, form_iri: str, form: FilledForm, plan: Plan, project_key: str | None) -> None:
    """Lift one plan and hang it below its project or department."""
    quads = scope.quads
    fiscal_year = form.fiscal_year if form.fiscal_year is not None else scope.records.fiscal_year
    project = scope.projects[project_key] if project_key is not None else None
    department = scope.department(form.department)
    of_project = not form.kind.startswith("department")
    node = scope.mint_record("plan", plan, form.kind, plan.project, plan.project_code)
    quads.type(node, JX.ProjectPlan if of_project else JX.DepartmentPlan)
    owner = project if of_project else department
    if owner:
        quads.refer(owner, JX.hasPlan, node)
    scope.derive(node, plan.source)
    quads.refer(node, JX.form, form_iri)
    below = PlanNode(node, form.kind, department, project, fiscal_year)
    state_place(scope, below, node)
    quads.add(node, RDFS.label, text(plan.project or form.title or None))
    quads.add(node, JX.projectCode, text(plan.project_code))
    quads.add(node, JX.unitName, text(plan.unit_name))
    quads.add(node, JX.supervisor, text(plan.supervisor))
    for key in sorted(plan.attributes):
        field = scope.mint("field", plan.source, plan.project, key)
        lift_field(scope, node, field, plan.source, (key, plan.attributes[key]))
    lift_contents(scope, below, plan)


def lift_contents(scope: Scope, plan_node: PlanNode, plan: Plan) -> None:
    """Lift everything that hangs below a plan."""
    for fund in plan.funds:
        lift_fund(scope, plan_node, fund)
    for goal in plan.goals:
        lift_goal(scope, plan_node, goal)
    for task in plan.tasks:
        lift_task(scope, plan_node, task)
    for indicator in plan.indicators:
        node = lift_indicator(scope, plan.project, plan_node.kind, indicator)
        scope.quads.refer(plan_node.iri, JX.hasIndicator, node)
        state_place(scope, plan_node, node)
    for item in plan.management:
        lift_management(scope, plan_node, item)
    if plan.evaluation:
        lift_evaluation(scope, plan_node, plan, plan.evaluation)


def state_place(scope: Scope, plan_node: PlanNode, node: str) -> None:
    """State on ``node`` what users filter by: form kind, department, project, year."""
    quads = scope.quads
    quads.refer(node, JX.formKind, concept("form", plan_node.kind))
    quads.refer(node, JX.department, plan_node.department)
    quads.refer(node, JX.project, plan_node.project)
    quads.add(node, JX.year, year(plan_node.fiscal_year))


def lift_fund(scope: Scope, plan_node: PlanNode, fund: FundLine) -> None:
    """Lift one line of the money block."""
    quads = scope.quads
    node = scope.mint_record("fund", fund, plan_node.iri, fund.fund, fund.label, fund.period)
    quads.refer(plan_node.iri, JX.hasFundLine, node)
    quads.type(node, JX.FundLine)
    scope.derive(node, fund.source)
    state_place(scope, plan_node, node)
    quads.refer(node, JX.fund, concept("fund", fund.fund))
    quads.refer(node, JX.period, concept("period", fund.period))
    quads.add(node, RDFS.label, text(fund.label))
    for term in ("amount", "initial", "adjusted", "executed", "rate", "weight", "score"):
        quads.add(node, JX[term], decimal(getattr(fund, term)))


def lift_goal(scope: Scope, plan_node: PlanNode, goal: Goal) -> None:
    """Lift one goal."""
    quads = scope.quads
    node = scope.mint_record("goal", goal, plan_node.iri, goal.period, goal.text)
    quads.refer(plan_node.iri, JX.hasGoal, node)
    quads.type(node, JX.Goal)
    scope.derive(node, goal.source)
    state_place(scope, plan_node, node)
    quads.refer(node, JX.period, concept("period", goal.period))
    quads.add(node, RDFS.label, text(goal.text))
    scope.name_node("goal", goal.text, node)
    quads.add(node, JX.achieved, text(goal.achieved))


def lift_task(scope: Scope, plan_node: PlanNode, task: Task) -> None:
    """Lift one main task."""
    quads = scope.quads
    node = scope.mint_record("task", task, plan_node.iri, task.name)
    quads.refer(plan_node.iri, JX.hasTask, node)
    quads.type(node, JX.Task)
    scope.derive(node, task.source)
    state_place(scope, plan_node, node)
    quads.add(node, RDFS.label, text(task.name))
    scope.name_node("task", task.name, node)
    stated = scope.linked.task_projects.get(task.name)
    quads.refer(node, JX.implementedBy, scope.projects[stated] if stated else None)
    quads.add(node, JX.content, text(task.content))
    quads.add(node, JX.amount, decimal(task.amount))
    quads.add(node, JX.achieved, text(task.achieved))


def lift_management(scope: Scope, plan_node: PlanNode, item: ManagementItem) -> None:
    """Lift one judgement of fund management."""
    quads = scope.quads
    node = scope.mint_record("management", item, plan_node.iri, item.name)
    quads.refer(plan_node.iri, JX.hasManagementItem, node)
    quads.type(node, JX.ManagementItem)
    scope.derive(node, item.source)
    state_place(scope, plan_node, node)
    quads.add(node, RDFS.label, text(item.name))
    quads.add(node, JX.statement, text(item.statement))
    quads.add(node, JX.weight, decimal(item.weight))
    quads.add(node, JX.score, decimal(item.score))
    quads.add(node, JX.problem, text(item.problem))


def lift_evaluation(scope: Scope, plan_node: PlanNode, plan: Plan, evaluation: Evaluation) -> None:
    """Lift the totals of a self-evaluation."""
    quads = scope.quads
    source = evaluation.source or plan.source
    node = scope.mint("evaluation", source, plan_node.iri)
    scope.nodes.keep(evaluation, node)
    quads.refer(plan_node.iri, JX.hasEvaluation, node)
    quads.type(node, JX.SelfEvaluation)
    scope.derive(node, source)
    state_place(scope, plan_node, node)
    quads.add(node, JX.total, decimal(evaluation.total))
    quads.add(node, JX.totalWeight, decimal(evaluation.total_weight))
    quads.add(node, JX.grade, text(evaluation.grade))
    quads.add(node, JX.scoringNote, text(evaluation.scoring_note))
