"""Lift the filled-in forms: plans with their money, goals, tasks, indicators, judgements and totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from jixiao.ids import Key
from jixiao.lifting.indicators import lift_field, lift_indicator
from jixiao.lifting.quads import DescribedNode
from jixiao.lifting.scope import Scope
from jixiao.lifting.stating import state
from jixiao.model import Evaluation, FilledForm, FormKind, FundLine, Goal, ManagementItem, Plan, Task
from jixiao.vocab import JX, RDFS

BelowPlan = FundLine | Goal | Task | ManagementItem
_BELOW: Mapping[type[BelowPlan], tuple[str, str]] = {
    FundLine: ("fund", JX.hasFundLine),
    Goal: ("goal", JX.hasGoal),
    Task: ("task", JX.hasTask),
    ManagementItem: ("management", JX.hasManagementItem),
}


@dataclass(frozen=True, slots=True)
class PlanNode:
    """Hold a plan's node and what everything below it says too: form kind, department, project, year."""

    node: DescribedNode
    kind: FormKind
    department: str | None
    project: str | None
    fiscal_year: int | None


def lift_form(scope: Scope, index: int, form: FilledForm) -> None:
    """Lift one form and its plans; ``index`` is its 0-based position in the document."""
    node = scope.mint_record("form", form, form.kind, form.title)
    state(node, form)
    scope.derive(node, form.source)
    for position, plan in enumerate(form.plans):
        lift_plan(scope, node, form, plan, (index, position))


def lift_plan(scope: Scope, form_node: DescribedNode, form: FilledForm, plan: Plan, place: tuple[int, int]) -> None:
    """Lift one plan, the one at ``place`` (form index, plan index), and hang it below its project or department."""
    project = scope.project_node(scope.linked.plan_projects.get(place))
    department = scope.plan_department(place, form.department)
    owner, of_class = project, JX.ProjectPlan
    if form.kind.startswith("department"):
        owner, of_class = department, JX.DepartmentPlan
    node = scope.mint_record("plan", plan, form.kind, plan.first.project, plan.first.project_code)
    node.type(of_class)
    if owner:
        scope.quads.node(owner).refer(JX.hasPlan, node)
    scope.derive(node, plan.source)
    node.refer(JX.form, form_node)
    node.say(RDFS.label, plan.project or form.title or None)
    state(node, plan)
    below = PlanNode(node, form.kind, department, project, scope.year(form.fiscal_year))
    state(node, below)
    for key in sorted(plan.attributes):
        field = scope.mint("field", plan.source, plan.first.project, key)
        lift_field(scope, node, field, plan.source, (key, plan.attributes[key]))
    lift_contents(scope, below, plan)


def lift_contents(scope: Scope, plan_node: PlanNode, plan: Plan) -> None:
    """Lift everything that hangs below a plan."""
    for fund in plan.funds:
        lift_below(scope, plan_node, fund, fund.fund, fund.first.label, fund.period)
    for goal in plan.goals:
        lift_below(scope, plan_node, goal, goal.period, goal.first.text)
    for task in plan.tasks:
        node = lift_below(scope, plan_node, task, task.first.name)
        node.refer(JX.implementedBy, scope.project_node(scope.linked.task_projects.get(task.name)))
    for indicator in plan.indicators:
        node = lift_indicator(scope, plan.first.project, plan_node.kind, indicator)
        plan_node.node.refer(JX.hasIndicator, node)
        state(node, replace(plan_node, fiscal_year=indicator.year) if indicator.year else plan_node)
    for item in plan.management:
        lift_below(scope, plan_node, item, item.first.name)
    if plan.evaluation:
        lift_evaluation(scope, plan_node, plan, plan.evaluation)


def lift_below(scope: Scope, plan_node: PlanNode, record: BelowPlan, *keys: Key) -> DescribedNode:
    """Mint a record of a plan, hang it below the plan, and state what it says, its printed row and its place."""
    kind, relation = _BELOW[type(record)]
    node = scope.mint_record(kind, record, plan_node.node.iri, *keys)
    plan_node.node.refer(relation, node)
    scope.derive(node, record.source)
    state(node, record)
    state(node, plan_node)
    return node


def lift_evaluation(scope: Scope, plan_node: PlanNode, plan: Plan, evaluation: Evaluation) -> None:
    """Lift the totals of a self-evaluation."""
    source = evaluation.source or plan.source
    node = scope.mint("evaluation", source, plan_node.node.iri)
    scope.nodes.keep(evaluation, node.iri)
    plan_node.node.refer(JX.hasEvaluation, node)
    scope.derive(node, source)
    state(node, evaluation)
    state(node, plan_node)
