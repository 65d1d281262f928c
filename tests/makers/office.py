"""Print filled-in forms the way an office does: merged labels, one row a 三级指标, pairs side by side in lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, zip_longest

from jixiao.model import FilledForm, FormKind, Indicator, Period, Plan
from tests.makers.forms import Entry, Form, form

GROUPS = ("成本指标", "产出指标", "效益指标", "满意度指标")
EVALUATED = ("实际完成值", "分值", "得分", "偏差度", "偏差原因分析及改进措施")


def printed(filled: FilledForm) -> Form:
    """Return a form that holds the indicators of a filled-in form, laid out afresh."""
    titles = [filled.title, f"（{filled.fiscal_year}年度）"]
    if filled.kind == FormKind.PROJECT_TARGET_SUMMARY:
        return replace(form(*_list(filled.plans), titles=titles), widths=(2.6, 5.2, 1.4, *(1.5, 1.1) * len(GROUPS)))
    plan = filled.plans[0]
    evaluated = any(indicator.actual_text for indicator in plan.indicators)
    whole = filled.kind in (FormKind.DEPARTMENT_TARGET, FormKind.DEPARTMENT_SELF_EVALUATION)
    double = any(indicator.period == Period.MEDIUM_TERM for indicator in plan.indicators)
    rows = _double(plan.indicators) if double else _single(plan.indicators, evaluated)
    width = sum(entry[1] if isinstance(entry, tuple) else 1 for entry in rows[0])
    head: list[list[Entry]] = [["部门名称" if whole else "项目名称", (plan.project or "某某局", width - 1)]]
    if whole:
        head.append(["年度履职目标", ("做好年度工作。", width - 1)])
    if double:
        head.append(["总体目标", ("中期目标", 3), ("年度目标", width - 4)])
        head.append(["", ("长期做好。", 3), ("今年做好。", width - 4)])
    return form(*head, *rows, titles=titles)


def _single(indicators: Sequence[Indicator], evaluated: bool) -> list[list[Entry]]:
    rows: list[list[Entry]] = [["一级指标", "二级指标", "三级指标", "指标值", *(EVALUATED if evaluated else ("说明",))]]
    for line, indicator in zip(_labels(indicators), indicators, strict=True):
        row = [*line, indicator.level3, _target(indicator)]
        if evaluated:
            numbers = (indicator.weight, indicator.score)
            row += [indicator.actual_text or "", *("" if n is None else str(n) for n in numbers)]
            row += [indicator.deviation_text or "", indicator.reason or ""]
        else:
            row.append("")
        rows.append(row)
    return rows


def _double(indicators: Sequence[Indicator]) -> list[list[Entry]]:
    medium = [indicator for indicator in indicators if indicator.period == Period.MEDIUM_TERM]
    annual = [indicator for indicator in indicators if indicator.period == Period.ANNUAL]
    rows: list[list[Entry]] = [["一级指标", "二级指标", "三级指标", "指标值", "三级指标", "指标值"]]
    for line, one, two in zip(_labels(medium), medium, annual, strict=True):
        rows.append([*line, one.level3, _target(one), two.level3, _target(two)])
    return rows


def _labels(indicators: Sequence[Indicator]) -> list[list[Entry]]:
    """Return the label cells of each row: a merged one where its run begins, none below it."""
    lines: list[list[Entry]] = [[] for _ in indicators]
    first = list(_runs([(i.level1,) for i in indicators]))
    second = list(_runs([(i.level1, i.level2) for i in indicators]))
    for runs, part in ((first, 0), (second, 1)):
        for start, length, key in runs:
            lines[start].append((key[part] or "", 1, length))
    return lines


def _runs(keys: Sequence[tuple[str | None, ...]]) -> list[tuple[int, int, tuple[str | None, ...]]]:
    runs = []
    start = 0
    for key, group in groupby(keys):
        length = len(list(group))
        runs.append((start, length, key))
        start += length
    return runs


def _list(plans: Sequence[Plan]) -> list[list[Entry]]:
    width = 3
    rows: list[list[Entry]] = [
        [("项目编码", 1, 2), ("项目名称", 1, 2), ("资金总额", 1, 2), *((group, 2) for group in GROUPS)],
        [word for _ in GROUPS for word in ("三级指标", "指标值")],
    ]
    for plan in plans:
        columns = [[i for i in plan.indicators if i.level1 == group] for group in GROUPS]
        lines = list(zip_longest(*columns))
        amount = plan.funds[0].amount if plan.funds else None
        money = "" if amount is None else f"{amount / 10000:.2f}"
        head: list[Entry] = [(text, 1, len(lines)) for text in (plan.project_code or "", plan.project or "", money)]
        assert len(head) == width
        for number, line in enumerate(lines):
            pairs = [text for each in line for text in ((each.level3, _target(each)) if each else ("", ""))]
            rows.append([*(head if number == 0 else ()), *pairs])
    return rows


def _target(indicator: Indicator) -> str:
    return indicator.target.text if indicator.target else ""
