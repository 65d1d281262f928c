"""Lift the filled-in forms: plans with their money, goals, tasks, indicators, judgements and totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jixiao.ids import Key
from jixiao.lifting.fields import lift_field
from jixiao.lifting.indicators import lift_indicator
from jixiao.lifting.quads import DescribedNode
from jixiao.lifting.scope import Scope
from jixiao.lifting.sureness import say_sureness
from jixiao.model import Evaluation, FilledForm, FormKind, FundLine, Goal, ManagementItem, Plan, Task
from jixiao.vocab import JX, RDFS, concept

BelowPlan = FundLine | Goal | Task | ManagementItem
_BELOW: Mapping[type[BelowPlan], tuple[str, str, str]] = {
    FundLine: ("fund", JX.hasFundLine, JX.FundLine),
    Goal: ("goal", JX.hasGoal, JX.Goal),
    Task: ("task", JX.hasTask, JX.Task),
    ManagementItem: ("management", JX.hasManagementItem, JX.ManagementItem),
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
    node.type(JX.FilledForm)
    scope.derive(node, form.source)
    node.refer(JX.formKind, concept("form", form.kind))
    node.say(RDFS.label, form.title or None)
    node.say(JX.specification, form.specification)
    node.say(JX.departmentText, form.department)
    node.say(JX.printing, form.printing)
    node.say(JX.fit, form.fit)
    for position, plan in enumerate(form.plans):
        lift_plan(scope, node, form, plan, (index, position))


def lift_plan(scope: Scope, form_node: DescribedNode, form: FilledForm, plan: Plan, place: tuple[int, int]) -> None:
    """Lift one plan, the one at ``place`` (form index, plan index), and hang it below its project or department."""
    project = scope.project_node(scope.linked.plan_projects.get(place))
    department = scope.plan_department(place, form.department)
    owner, of_class = project, JX.ProjectPlan
    if form.kind.startswith("department"):
        owner, of_class = department, JX.DepartmentPlan
    node = scope.mint_record("plan", plan, form.kind, plan.project, plan.project_code)
    node.type(of_class)
    if owner:
        scope.quads.node(owner).refer(JX.hasPlan, node)
    scope.derive(node, plan.source)
    node.refer(JX.form, form_node)
    below = PlanNode(node, form.kind, department, project, scope.year(form.fiscal_year))
    state_place(below, node)
    node.say(RDFS.label, plan.project or form.title or None)
    node.say(JX.projectCode, plan.project_code)
    node.say(JX.programmeText, plan.programme)
    say_sureness(node, plan)
    node.say(JX.unitName, plan.unit_name)
    node.say(JX.supervisor, plan.supervisor)
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
        plan_node.node.refer(JX.hasIndicator, node)
        state_place(plan_node, node)
    for item in plan.management:
        lift_management(scope, plan_node, item)
    if plan.evaluation:
        lift_evaluation(scope, plan_node, plan, plan.evaluation)


def state_place(plan_node: PlanNode, node: DescribedNode) -> None:
    """State on ``node`` what users filter by: form kind, department, project, year."""
    node.refer(JX.formKind, concept("form", plan_node.kind))
    node.refer(JX.department, plan_node.department)
    node.refer(JX.project, plan_node.project)
    node.say_year(JX.year, plan_node.fiscal_year)


def lift_below(scope: Scope, plan_node: PlanNode, record: BelowPlan, *keys: Key) -> DescribedNode:
    """Mint a record of a plan, hang it below the plan, and state its printed row and its place."""
    kind, relation, of_class = _BELOW[type(record)]
    node = scope.mint_record(kind, record, plan_node.node.iri, *keys)
    plan_node.node.refer(relation, node)
    node.type(of_class)
    scope.derive(node, record.source)
    state_place(plan_node, node)
    return node


def lift_fund(scope: Scope, plan_node: PlanNode, fund: FundLine) -> None:
    """Lift one line of the money block."""
    node = lift_below(scope, plan_node, fund, fund.fund, fund.label, fund.period)
    node.refer(JX.fund, concept("fund", fund.fund))
    node.refer(JX.period, concept("period", fund.period))
    node.say(RDFS.label, fund.label)
    node.say(JX.amount, fund.amount)
    node.say(JX.initial, fund.initial)
    node.say(JX.adjusted, fund.adjusted)
    node.say(JX.executed, fund.executed)
    node.say(JX.rate, fund.rate)
    node.say(JX.weight, fund.weight)
    node.say(JX.score, fund.score)


def lift_goal(scope: Scope, plan_node: PlanNode, goal: Goal) -> None:
    """Lift one goal."""
    node = lift_below(scope, plan_node, goal, goal.period, goal.text)
    node.refer(JX.period, concept("period", goal.period))
    node.say(RDFS.label, goal.text)
    node.say(JX.achieved, goal.achieved)
    say_sureness(node, goal)


def lift_task(scope: Scope, plan_node: PlanNode, task: Task) -> None:
    """Lift one main task."""
    node = lift_below(scope, plan_node, task, task.name)
    node.say(RDFS.label, task.name)
    node.refer(JX.implementedBy, scope.project_node(scope.linked.task_projects.get(task.name)))
    node.say(JX.content, task.content)
    node.say(JX.amount, task.amount)
    node.say(JX.achieved, task.achieved)
    say_sureness(node, task)


def lift_management(scope: Scope, plan_node: PlanNode, item: ManagementItem) -> None:
    """Lift one judgement of fund management."""
    node = lift_below(scope, plan_node, item, item.name)
    node.say(RDFS.label, item.name)
    node.say(JX.statement, item.statement)
    node.say(JX.weight, item.weight)
    node.say(JX.score, item.score)
    node.say(JX.problem, item.problem)


def lift_evaluation(scope: Scope, plan_node: PlanNode, plan: Plan, evaluation: Evaluation) -> None:
    """Lift the totals of a self-evaluation."""
    source = evaluation.source or plan.source
    node = scope.mint("evaluation", source, plan_node.node.iri)
    scope.nodes.keep(evaluation, node.iri)
    plan_node.node.refer(JX.hasEvaluation, node)
    node.type(JX.SelfEvaluation)
    scope.derive(node, source)
    state_place(plan_node, node)
    node.say(JX.total, evaluation.total)
    node.say(JX.totalWeight, evaluation.total_weight)
    node.say(JX.grade, evaluation.grade)
    node.say(JX.scoringNote, evaluation.scoring_note)
