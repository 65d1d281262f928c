"""Examples of the rules R4: self-evaluations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.unit.audit.builders import (
    ROAD,
    Case,
    Example,
    applied,
    at,
    evaluated,
    evaluation,
    fact,
    form,
    goal,
    indicator,
    plan,
    scored,
    task,
    total,
)

NOTE = (
    "预算执行率10分、资金管理情况20分、成本指标10分、产出指标30分、效益指标25分、满意度指标5分；"
    "不需设置成本指标的，产出指标调增10分。"
)
PROPORTION = "定量指标完成指标值的，记满分；未完成的，按照完成值与指标值的比例计分。"


def row(
    target: str, actual: str, score: str = "10", *, name: str = "维护道路", weight: str = "10", **more: Any
) -> Case:
    noted = more.pop("note", None)
    found = indicator(name, target, actual_text=actual, weight=weight, score=score, **more)
    return evaluated(found, evaluation=evaluation("90", scoring_note=noted))


def executed(rate: str, score: str, kind: str = "project-self-evaluation") -> Case:
    return evaluated(ROAD, kind=kind, funds=(total(adjusted="10", executed="5", rate=rate, weight="10", score=score),))


def spending(wan: str, **more: Any) -> Case:
    done = indicator("维护道路", "≥12公里", actual_text="12公里", weight="10", score="10", **more)
    rate = str(int(wan) * 10)
    return evaluated(done, funds=(total(initial="10", adjusted="10", executed=wan, rate=rate),))


def graded(grade: str) -> Case:
    return evaluated(ROAD, evaluation=evaluation("92", grade=grade))


def counted(excellent: str, good: str) -> Case:
    forms = [form("project-self-evaluation", plan(ROAD, project=name, evaluation=evaluation(score)))
             for name, score in (("甲", "95"), ("乙", "85"))]  # fmt: skip
    facts = [fact("graded-project-count", value, "个", item=item) for item, value in (("优", excellent), ("良", good))]
    return Case(forms, facts=facts)


def printed_twice(second_total: str, actual: str = "12公里") -> Case:
    forms = [
        form("department-self-evaluation", plan(indicator("维护道路", "≥12公里", actual_text=value), project=None,
             evaluation=evaluation(score)), printing=printing)
        for printing, score, value in ((1, "97.37", "12公里"), (2, second_total, actual))
    ]  # fmt: skip
    return Case(forms)


def twice(first: str, second: str) -> Case:
    return evaluated(
        indicator("完成系统建设", ">90%", actual_text=first),
        indicator("完成系统建设", ">90%", actual_text=second, line=11),
    )


def sectioned(points: str, kind: str = "project-application") -> Case:
    rows = [indicator(f"维护道路{way}", "≥12公里", "产出指标（30分）", weight=points, line=line)
            for line, way in enumerate(("甲段", "乙段"), 10)]  # fmt: skip
    return Case([form(kind, plan(*rows))])


def weighted(points: str) -> Case:
    rows = [indicator(f"维护道路{way}", "≥12公里", weight=points, line=line)
            for line, way in enumerate(("甲段", "乙段", "丙段"), 10)]  # fmt: skip
    return applied(*rows)


def equal(actual: str) -> Case:
    rows = [indicator(name, "≥12处", actual_text="12处", line=line) for line, name in enumerate("甲乙丙", 10)]
    return evaluated(*rows, indicator("丁", "≥9处", actual_text=actual, line=20))


def blank(actual: str | None) -> Case:
    rows = [indicator(name, "≥12处", actual_text=text, weight="10", score="10", line=line)
            for line, (name, text) in enumerate((("甲", "12处"), ("乙", actual)), 10)]  # fmt: skip
    return evaluated(*rows)


def limited(grade: str) -> Case:
    note = "95分（含）以上为优，85分（含）至95分为良，70分（含）至85分为中，70分以下为差。"
    return evaluated(ROAD, evaluation=evaluation("92", grade=grade, scoring_note=note))


def dated(done: str, reason: str | None = None) -> Case:
    return evaluated(indicator("完工时间", "2023年6月底前", *TIME, actual_text=done, reason=reason))


def excess(actual: str) -> Case:
    return row("≥40公里", actual, note="完成值达到指标值150%以上的，扣减该指标分值的20%。")


def reasoned(cell: str) -> Case:
    missed = indicator("维护道路", "≥12公里", actual_text="9公里")
    return evaluated(replace(missed, source=at(10, f"维护道路\t≥12公里\t9公里\t{cell}")))


def grown(rate: str) -> Case:
    said = f"{rate}（2022年50亿元，2023年53亿元）"
    return evaluated(indicator("贸易额增长率", "≥5%", "效益指标", "经济效益指标", actual_text=said))


TIME = ("产出指标", "时效指标")


def pointed(last: str, total_row: str) -> Case:
    rows = [
        indicator(name, "≥5次", weight=points, line=150)
        for name, points in (("巡查", "50"), ("演练", "40"), ("培训", last))
    ]
    held = [replace(each, source=at(150 + number, table=9)) for number, each in enumerate(rows)]
    return replace(
        applied(*held),
        rows=(total_row,),
        forms=[form("project-application", replace(plan(*held), source=at(9, table=9)))],
    )


def watched(progress: str, *, reason: str | None = None) -> Case:
    held = indicator("培训农民", "≥300人", actual_text="确定能", progress_text=progress, reason=reason)
    return Case([form("project-monitoring", plan(held))])


def full(points: str) -> Case:
    held = row("≥12公里", "12公里", points, weight=points)
    (only,) = held.forms
    return Case([replace(only, plans=(replace(only.plans[0], evaluation=evaluation(points, weight=points)),))])


EXAMPLES = (
    Example("R418", watched("12人"), watched("120人"), "不到10%"),
    Example("R418", watched("12人"), watched("12人", reason="秋季集中开班"), "不到10%"),
    Example("R401", full("98"), full("100"), "相加为98分"),
    Example(
        "R404",
        row("≥40公里", "30公里", "7.5", further=(("完成率", "95%"),)),
        row("≥40公里", "30公里", "7.5", further=(("完成率", "75%"),)),
        "完成率印为95%，应为75%",
    ),
    Example("R406", row("≥40吨", "40人"), row("≥40吨", "42吨"), "完成值却是“40人”"),
    Example("R401", pointed("5", "合计\t100"), pointed("10", "合计\t100"), "合计印为100分"),
    Example(
        "R417", dated("2023年9月1日", "已按期完成"), dated("2023年5月20日", "已按期完成"), "原因栏却是“已按期完成”"
    ),
    Example("R414", excess("70公里"), excess("44公里"), "表下注规定要扣分"),
    Example("R409", reasoned("无"), row("≥12公里", "12公里"), "写“无”"),
    Example("R206", grown("8.5%"), grown("6%"), "应为6%"),
    Example(
        "R406", row("1份", "1万元", name="编制观测年报"), row("1份", "1份", name="编制观测年报"), "完成值却是“1万元”"
    ),
    Example(
        "R417",
        row("2023年11月底前", "2023年12月20日", name="完成时间"),
        row("2023年11月底前", "2023年11月20日", name="完成时间"),
        "应在2023年11月底前完成",
    ),
    Example("R417", blank(None), blank("12处"), "没有填完成值"),
    Example("R401", sectioned("12"), sectioned("15"), "印为30分"),
    Example("R401", weighted("25"), weighted("30"), "相加为75分"),
    Example("R407", limited("优"), limited("良"), "按95分、85分、70分应为“良”"),
    Example("R414", row("≥100人次", "360人次"), row("≥100人次", "120人次"), "3.6倍"),
    Example(
        "R414",
        row("≤10万元", "3万元", name="养护成本", level1="成本指标", level2="经济成本指标"),
        row("≤10万元", "9万元", name="养护成本", level1="成本指标", level2="经济成本指标"),
        "只有上限的30%",
    ),
    Example("R415", row("健全", "基本健全", "7"), row("健全", "基本健全", "7", reason="人员未到位"), "7/10分"),
    Example(
        "R415",
        row("健全", "基本健全", "7", reason="全部完成。"),
        row("健全", "基本健全", "7", reason="人员未到位"),
        "说明却是",
    ),
    Example("R416", equal("9处"), equal("11处"), "完全相同"),
    Example("R401", scored("10", "96", points="66", road="66"), scored("10", "100"), "分值合计96"),
    Example("R402", scored("10", "95"), scored("10", "100"), "相差5"),
    Example("R402", scored("5.39", "95"), scored("5.39", "95.39"), "95.39"),
    Example("R403", executed("53.92", "9"), executed("53.92", "5.39"), "应为5.39"),
    Example(
        "R403",
        executed("66.36", "9", "department-self-evaluation"),
        executed("66.36", "7.37", "department-self-evaluation"),
        "7.37",
    ),
    Example("R403", row("≥12公里", "12公里", "11"), row("≥12公里", "12公里", "10"), "大于分值"),
    Example("R403", row("≥12公里", "13公里", "9"), row("≥12公里", "13公里", "10"), "低于分值"),
    Example(
        "R403",
        row("≥12公里", "9公里", "10", note=PROPORTION),
        row("≥12公里", "9公里", "7.5", note=PROPORTION),
        "应为7.5",
    ),
    Example("R403", row("≤20%", "33.64%", "9"), row("≤20%", "33.64%", "3.18"), "按比例应为3.18"),
    Example(
        "R404",
        row("≥90%", "66.36%", "7.37", deviation_text="26%", deviation="20"),
        row("≥90%", "66.36%", "7.37", deviation_text="-26.27%", deviation="-26.27"),
        "应为-26.27%",
    ),
    Example("R405", row(">98%", "98%"), row("≥98%", "98%"), "只是等于"),
    Example(
        "R406",
        row("2023年12月底前", "100%", name="完成时间"),
        row("2023年12月底前", "2023年11月", name="完成时间"),
        "期限",
    ),
    Example("R406", row("全市排名前五", "100%", name="排名"), row("全市排名前五", "第4名", name="排名"), "名次"),
    Example("R407", graded("良"), graded("优"), "应为“优”"),
    Example("R407", counted("0", "2"), counted("1", "1"), "1个优、1个良"),
    Example("R408", spending("0"), spending("9"), "执行率0%"),
    Example("R409", spending("5"), spending("5", reason="财政资金紧张"), "执行率50%"),
    Example("R409", row("≥12公里", "9公里", "7.5"), row("≥12公里", "9公里", "7.5", reason="雨季"), "没有原因分析"),
    Example(
        "R410",
        evaluated(ROAD, goals=(goal("完成道路维护", "完成道路维护。"),)),
        evaluated(ROAD, goals=(goal("完成道路维护", "已维护道路12公里"),)),
        "完成道路维护",
    ),
    Example(
        "R410",
        evaluated(ROAD, tasks=(replace(task("修路", "维护道路12公里"), achieved="维护道路12公里"),)),
        evaluated(ROAD, tasks=(replace(task("修路", "维护道路12公里"), achieved="已完工"),)),
        "修路",
    ),
    Example("R411", twice("95%", "90%"), twice("95%", "95%"), "“95%”、“90%”"),
    Example("R412", printed_twice("97.4"), printed_twice("97.37"), "97.37 / 97.4"),
    Example("R412", printed_twice("97.37", "11公里"), printed_twice("97.37"), "值不同"),
    Example("R413", row("效果显著", "100%", name="营商环境"), row("效果显著", "效果显著", name="营商环境"), "营商环境"),
)
