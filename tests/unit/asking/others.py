"""What other offices' documents answer to the phrasings of ``others.txt``, by the first phrasing of each block."""

from __future__ import annotations

from decimal import Decimal

from tests.unit.asking.reckoning import (
    Answers,
    amounts,
    evaluations,
    lacking,
    mentioning,
    of_department,
    priced,
    projects,
    rates_satisfaction,
    satisfied,
    total,
)

CASES: Answers = {
    "松岭县林业局有哪些项目": ("projectName", lambda t: of_department(t, "松岭县林业局")),
    "临岚区公安局有哪些项目": ("projectName", lambda t: of_department(t, "临岚区公安分局")),
    "安陵县卫健委2024年有哪些项目，各多少钱": (
        "projectName amount",
        lambda t: {(r["name"], r["amount"]) for r in t["projects"] if r["department"] == "安陵县卫生健康委员会"},
    ),
    "预算超过500万元的项目": ("projectName", lambda t: priced(t, lambda x: x > 5000000)),
    "安陵县卫健委项目一共多少钱": ("sum", lambda t: [total(amounts(t, "安陵县卫生健康委员会"))]),
    "青禾市水利局的项目有几个": ("count", lambda t: ["2"]),
    "读者满意度≥92%的项目": (
        "projectName",
        lambda t: {
            r["project"]
            for r in t["indicators"]
            if r["project"] and r["period"] == "annual" and "读者满意" in r["level3"] and Decimal(r["lower"]) >= 92
        },
    ),
    "没有满意度指标的项目": ("projectName", lambda t: lacking(t, "满意度指标")),
    "2022年自评得分低于95分的项目和原因": (
        "projectName",
        lambda t: {
            r["project"] for r in evaluations(t) if r["total"] and Decimal(r["total"]) < 95 and r["fiscal_year"] == 2022
        },
    ),
    "白塘镇2024年有哪些项目": ("projectName", lambda t: of_department(t, "白塘镇人民政府")),
    "松岭县和石梁区项目支出对比": (
        "departmentName sum",
        lambda t: {(n, total(amounts(t, n))) for n in ("松岭县林业局", "石梁区残疾人联合会")},
    ),
    "江澜省教育厅的项目": ("projectName", lambda t: of_department(t, "江澜省教育厅")),
    "高新区环卫中心的项目": ("projectName", lambda t: of_department(t, "澜洲高新区环境卫生中心")),
    "2018年的项目": ("projectName", lambda t: projects(t, lambda r: r["year"] == 2018)),
    "特种设备安全监管的预算是多少": ("projectName amount", lambda t: {("特种设备安全监管", "748500")}),
    "食品安全监督抽检的满意度目标": (
        "indicatorName",
        lambda t: {
            r["level3"] for r in t["indicators"] if r["project"] == "食品安全监督抽检" and rates_satisfaction(r)
        },
    ),
    "残疾人相关的项目": ("projectName", lambda t: mentioning(t, "残疾人")),
    "饮水安全相关的项目": ("projectName", lambda t: mentioning(t, "饮水安全")),
    "垃圾相关的指标": (
        "indicatorName",
        lambda t: {
            r["level3"] for r in t["indicators"] if "垃圾" in f"{r['level3']}{r['project']}" and r["period"] == "annual"
        },
    ),
    "执行率低于95%的项目": (
        "projectName",
        lambda t: {r["project"] for r in evaluations(t) if r["rate"] and Decimal(r["rate"]) < 95},
    ),
    "执行率100%的项目": (
        "projectName",
        lambda t: {r["project"] for r in evaluations(t) if r["rate"] and Decimal(r["rate"]) == 100},
    ),
    "满意度≥95%的项目": ("projectName", lambda t: satisfied(t, lambda x: x >= 95)),
    "满意度低于90%的项目": ("projectName", lambda t: satisfied(t, lambda x: x < 90)),
    "预算最多的项目": (
        "projectName",
        lambda t: {max([r for r in t["projects"] if r["amount"]], key=lambda r: Decimal(r["amount"]))["name"]},
    ),
    "中期指标有多少个": ("count", lambda t: [str(sum(r["period"] == "medium-term" for r in t["indicators"]))]),
    "哪个部门项目最多": (
        "departmentName",
        lambda t: {"碧湖区市场监督管理局", "临岚区公安分局", "安陵县卫生健康委员会"},
    ),
    "碧湖区市场监管局有哪些项目": ("projectName", lambda t: of_department(t, "碧湖区市场监督管理局")),
    "2024年项目总金额": ("sum", lambda t: [total(amounts(t, None, 2024))]),
    "松材线虫病防控有哪些指标": (
        "indicatorName",
        lambda t: {r["level3"] for r in t["indicators"] if r["project"] == "松材线虫病防控"},
    ),
    "残疾人就业技能培训自评得分多少": ("projectName total", lambda t: {("残疾人就业技能培训", "93.5")}),
    "2024年预算超过200万元的项目": (
        "projectName",
        lambda t: projects(t, lambda r: r["year"] == 2024 and r["amount"] and Decimal(r["amount"]) > 2000000),
    ),
    "哪些部门的项目最多": (
        "departmentName",
        lambda t: {"碧湖区市场监督管理局", "临岚区公安分局", "安陵县卫生健康委员会"},
    ),
    "鹭洲市文广旅局的项目": ("projectName", lambda t: of_department(t, "鹭洲市文化广电和旅游局")),
    "清渡县扶贫办的项目": ("projectName", lambda t: of_department(t, "清渡县扶贫开发办公室")),
    "石梁区残联有哪些项目": ("projectName", lambda t: of_department(t, "石梁区残疾人联合会")),
    "汝湖县城管局有哪些项目": ("projectName", lambda t: of_department(t, "汝湖县城市管理局")),
    "白塘镇项目总共多少钱": ("sum", lambda t: [total(amounts(t, "白塘镇人民政府"))]),
    "有村民满意度指标的项目": (
        "projectName",
        lambda t: {
            r["project"]
            for r in t["indicators"]
            if r["project"] and r["period"] == "annual" and "村民满意" in r["level3"]
        },
    ),
}
