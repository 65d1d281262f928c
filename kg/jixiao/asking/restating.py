"""Say in Chinese what a question was taken to ask."""

from __future__ import annotations

from decimal import Decimal

from jixiao.asking.lexicon import Selection
from jixiao.asking.questions import Condition, Measure, Question

_SUBJECTS = {
    "project": "项目",
    "indicator": "指标",
    "department": "部门",
    "document": "文件",
    "task": "任务",
    "goal": "目标",
    "finding": "审核发现",
    "issue": "读取问题",
    "figure": "数据",
}
_MEASURES = {
    "amount": "预算金额",
    "spending": "项目支出",
    "initial": "年初预算",
    "adjusted": "全年预算",
    "executed": "全年执行数",
    "rate": "预算执行率",
    "total": "自评得分",
    "indicators": "指标数",
    "projects": "项目数",
    "findings": "审核发现数",
}
_SEVERITIES = {"violation": "违规", "warning": "应说明", "info": "提示"}
_SIGNS = {">=": "不低于", ">": "高于", "<=": "不超过", "<": "低于", "=": "等于"}


def restate(question: Question) -> str:
    """Return the question as it was understood."""
    texts = [_condition_text(each, question) for each in question.conditions]
    conditions = ("或" if question.either else "、且").join(texts)
    scope = _scope_text(question)
    of = f"{scope}{conditions}{'的' if scope or conditions else ''}"
    subject = _subject_text(question)
    what = f"{of}{subject}"
    operation = question.operation
    group = {"department": "按部门", "project": "按项目", "year": "按年度"}.get(question.group or "", "")
    measure = _measure_text(question.measure) if question.measure else ""
    if operation == "share":
        years = "、".join(f"{year}年" for year in question.whole.years) if question.whole else ""
        money = "金额" if question.measure else "个数"
        return f"计算{what}的{money}占{years}全部{_SUBJECTS[question.subject]}{money}的比例"
    if operation == "count":
        return f"{group}统计{what}有多少个"
    if operation in ("sum", "average"):
        return f"{group}计算{what}的{measure}{'合计' if operation == 'sum' else '平均值'}"
    if operation == "rank":
        ranked = f"{'平均' if question.averaged else ''}{measure}"
        if question.best or question.limit:
            first = f"前{question.limit}个" if question.limit else ""
            return f"找出{of}{ranked}{'最高' if question.descending else '最低'}的{first}{subject}"
        return f"列出{what}，按{ranked}从{'高到低' if question.descending else '低到高'}排列"
    shown = "、".join(_measure_text(each) for each in question.show if each.name != "figure")
    more = "、".join(part for part in (shown, "扣分原因" if question.reasons else "") if part)
    return f"列出{what}" + (f"，并给出{more}" if more else "")


def _scope_text(question: Question) -> str:
    scope = question.scope
    places = "、".join((*(word for word, _ in scope.departments), *(region.label for region in scope.regions)))
    years = "、".join(f"{year}年" for year in scope.years)
    named = "、".join(word for word, _ in (*scope.projects, *scope.forms, *scope.documents))
    period = "中期（实施期）" if scope.period != "annual" else ""
    audited = _audited(question) if question.subject == "finding" else ""
    return "".join((places, years, named, period, audited, "、".join(scope.categories)))


def _audited(question: Question) -> str:
    scope = question.scope
    return "、".join((*scope.rules, *(_SEVERITIES[each] for each in scope.severities)))


def _condition_text(condition: Condition, question: Question) -> str:
    lacking = condition.kind == "missing" and condition.measure == Measure("findings")
    if condition.kind == "finding" or lacking:
        return f"{'没有' if lacking else '有'}{_audited(question)}审核发现"
    return condition_text(condition)


def _subject_text(question: Question) -> str:
    if question.subject == "figure":
        return "、".join(each.label or "" for each in question.show)
    if question.of and question.subject == "indicator":
        about = "、".join(f"“{text}”" for text in question.of.texts)
        label = question.of.label.removesuffix("指标")
        named = f"与{about}有关的指标" if about and not question.of.levels else f"{label}指标"
        return ("项目的" if question.of_projects and not question.scope.projects else "") + named
    return _SUBJECTS[question.subject]


def _measure_text(measure: Measure) -> str:
    if measure.name in ("target", "actual"):
        return f"{_label(measure.of)}{'目标' if measure.of else '目标值' if measure.name == 'target' else '实际完成值'}"
    if measure.name == "indicators" and measure.of:
        return f"{_label(measure.of)}指标数"
    return measure.label or _MEASURES[measure.name]


def _label(selection: Selection | None) -> str:
    return selection.label.removesuffix("指标").removesuffix("目标") if selection else ""


def condition_text(condition: Condition) -> str:
    """Return a condition in Chinese."""
    label = _label(condition.of)
    if condition.kind == "missing":
        if condition.measure is None:
            return f"没有{label}指标" if condition.of else "没有指标"
        return f"没有{'目标值' if condition.measure.name == 'target' else _measure_text(condition.measure)}"
    if condition.kind == "over-budget":
        return f"{label}指标的上限高于项目金额"
    if condition.kind == "full":
        return f"{f'{label}指标' if condition.of else ''}得分拿满"
    if condition.kind == "lost":
        return f"{f'{label}指标' if condition.of else ''}有扣分"
    if condition.kind == "has":
        return f"设有{label}指标"
    if condition.kind == "named":
        return f"名称含“{label}”" if condition.of and condition.of.titled else f"与“{label}”有关"
    assert condition.measure is not None and condition.number is not None
    value = _number(condition.number, condition.unit)
    what = _measure_text(condition.measure)
    if condition.upper is not None:
        end = _number(condition.upper, condition.unit)
        if condition.comparator == ">" or condition.end == "<":
            return f"{what}{_SIGNS[condition.comparator]}{value}、{_SIGNS[condition.end]}{end}"
        return f"{what}在{value}与{end}之间"
    return f"{what}{_SIGNS[condition.comparator]}{value}"


def _number(value: Decimal, unit: str) -> str:
    if unit == "元" and value and value % 10000 == 0:
        return f"{value / 10000:f}".rstrip(".") + "万元"
    return f"{value:f}{unit}"
