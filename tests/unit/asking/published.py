"""What the published documents answer to the phrasings of ``reckoned.txt``, by the first phrasing of each block."""

from __future__ import annotations

from decimal import Decimal

from tests.unit.asking.reckoning import (
    Answers,
    amounts,
    average,
    evaluated,
    evaluations,
    figures,
    full_output,
    having,
    lacking,
    largest,
    least,
    mentioning,
    most,
    named,
    of_level,
    of_project,
    priced,
    projects,
    rates_satisfaction,
    satisfied,
    short,
    slow,
    topic,
    total,
    unprinted,
    violations,
)

MENG = "洛阳市孟津区政务服务和大数据管理局"
WEI = "卫辉市政务服务和大数据管理局"
LUO = "洛阳市洛龙区政务服务中心"
GAO = "洛阳高新技术产业开发区政务服务局"
FENG = "封丘县政务服务和大数据管理局"
DEPTS = [MENG, WEI, LUO, GAO, FENG]

CASES: Answers = {
    "满意度在百分之九十五以上的都有哪些项目？": ("projectName", lambda t: satisfied(t, lambda x: x >= 95)),
    "满意度比95%高的项目": ("projectName", lambda t: satisfied(t, lambda x: x > 95)),
    "满意度没到95%的项目": ("projectName", lambda t: satisfied(t, lambda x: x < 95)),
    "满意度达到或超过95%的项目有几个?": ("count", lambda t: [str(len(satisfied(t, lambda x: x >= 95)))]),
    "一共有多少个项目": ("count", lambda t: ["37"]),
    "都有哪些单位？": ("departmentName", lambda t: DEPTS),
    "有几个部门": ("count", lambda t: ["5"]),
    "洛龙区的项目有哪些": ("projectName", lambda t: projects(t, lambda r: r["department"] == LUO)),
    "2023年有哪些项目": ("projectName", lambda t: projects(t, lambda r: r["year"] == 2023)),
    "预算五百万元以上的项目": ("projectName", lambda t: priced(t, lambda x: x > 5000000)),
    "预算超过500万元的项目有几个": ("count", lambda t: [str(len(priced(t, lambda x: x > 5000000)))]),
    "10万元以下的项目": ("projectName", lambda t: priced(t, lambda x: x <= 100000)),
    "预算低于十万元的项目有几个": ("count", lambda t: [str(len(priced(t, lambda x: x < 100000)))]),
    "预算介于50万和100万之间的项目": ("projectName", lambda t: priced(t, lambda x: 500000 <= x <= 1000000)),
    "2022年预算超过50万且满意度不低于95%的项目": (
        "projectName",
        lambda t: (
            projects(t, lambda r: r["year"] == 2022 and Decimal(r["amount"]) > 500000)
            & satisfied(t, lambda x: x >= 95, year=2022)
        ),
    ),
    "洛龙区预算不低于50万元并且执行率低于60%的项目": (
        "projectName",
        lambda t: projects(t, lambda r: r["department"] == LUO and Decimal(r["amount"]) >= 500000) & slow(t),
    ),
    "卫辉市金额在1000万以上的项目": (
        "projectName",
        lambda t: projects(t, lambda r: r["department"] == WEI and Decimal(r["amount"]) >= 10000000),
    ),
    "封丘县预算低于20万元的项目": (
        "projectName",
        lambda t: projects(t, lambda r: r["department"] == FENG and Decimal(r["amount"]) < 200000),
    ),
    "自评得分在95分以上而且执行率低于80%的项目": (
        "projectName",
        lambda t: evaluated(t, lambda r: Decimal(r["total"]) >= 95) & evaluated(t, lambda r: Decimal(r["rate"]) < 80),
    ),
    "满意度达到100%而且预算低于20万的项目": (
        "projectName",
        lambda t: satisfied(t, lambda x: x >= 100) & priced(t, lambda x: x < 200000),
    ),
    "预算最高的五个项目": ("projectName", lambda t: largest(t, None, None, 5)),
    "洛龙区预算最大的项目": ("projectName", lambda t: largest(t, LUO)),
    "2022年预算最多的3个项目": ("projectName", lambda t: largest(t, None, 2022, 3)),
    "得分最高的项目": (
        "projectName",
        lambda t: evaluated(t, lambda r: Decimal(r["total"]) == max(Decimal(r["total"]) for r in evaluations(t))),
    ),
    "执行率最高的项目": (
        "projectName",
        lambda t: evaluated(t, lambda r: Decimal(r["rate"]) == max(Decimal(r["rate"]) for r in evaluations(t))),
    ),
    "执行率为零的项目": ("projectName", lambda t: evaluated(t, lambda r: Decimal(r["rate"]) == 0)),
    "项目最多的部门": ("departmentName", lambda t: [LUO]),
    "哪个部门项目最少": ("departmentName", lambda t: [MENG]),
    "哪个部门指标最多": ("departmentName", lambda t: [most(t, "indicators")]),
    "项目平均预算是多少": ("average", lambda t: [average(amounts(t))]),
    "洛龙区项目的平均金额": ("average", lambda t: [average(amounts(t, LUO))]),
    "洛龙区项目预算总额": ("sum", lambda t: [total(amounts(t, LUO))]),
    "卫辉市所有项目一共多少钱": ("sum", lambda t: [total(amounts(t, WEI))]),
    "2022年项目总金额": ("sum", lambda t: [total(amounts(t, None, 2022))]),
    "各部门项目预算合计": ("departmentName sum", lambda t: {(n, total(amounts(t, n))) for n in DEPTS}),
    "项目的平均预算执行率是多少": ("average", lambda t: [average([r["rate"] for r in evaluations(t)])]),
    "比较一下卫辉和封丘两地的项目金额": (
        "departmentName sum",
        lambda t: {(WEI, total(amounts(t, WEI))), (FENG, total(amounts(t, FENG)))},
    ),
    "洛龙区和孟津区的项目数量对比": ("departmentName count", lambda t: {(LUO, "14"), (MENG, "2")}),
    "2022年和2023年的项目个数对比": ("year count", lambda t: {("2022", "14"), ("2023", "8")}),
    "各年度项目金额": ("year sum", lambda t: {(str(y), total(amounts(t, None, y))) for y in (2021, 2022, 2023, 2024)}),
    "各年项目数量": (
        "year count",
        lambda t: {(str(y), str(sum(r["year"] == y for r in t["projects"]))) for y in (2021, 2022, 2023, 2024)},
    ),
    "哪个项目没有产出指标": ("projectName", lambda t: lacking(t, "产出指标")),
    "没有成本指标的项目": ("projectName", lambda t: projects(t) - having(t, "成本指标")),
    "没定满意度的项目": ("projectName", lambda t: lacking(t, "满意度指标")),
    "未设置满意度指标的项目有多少个": ("count", lambda t: [str(len(lacking(t, "满意度指标")))]),
    "哪些部门没有自评": ("departmentName", lambda t: [n for n in DEPTS if n != LUO]),
    "没有自评得分的项目": ("projectName", lambda t: projects(t) - evaluated(t, lambda r: r["total"])),
    "审核发现有多少条": ("count", lambda t: [str(len(t["findings"]))]),
    "违规有多少条": ("count", lambda t: [str(len(violations(t)))]),
    "R408有几条": ("count", lambda t: [str(sum(r["rule"] == "R408" for r in t["findings"]))]),
    "洛龙区有多少条违规": ("count", lambda t: [str(sum(r["department"] == LUO for r in violations(t)))]),
    "R301有哪些": (
        "rule projectName",
        lambda t: {(r["rule"], r["project"] or "") for r in t["findings"] if r["rule"] == "R301"},
    ),
    "封丘县的审核发现": (
        "rule projectName",
        lambda t: {(r["rule"], r["project"] or "") for r in t["findings"] if r["department"] == FENG},
    ),
    "有R301问题的项目": (
        "projectName",
        lambda t: {r["project"] for r in t["findings"] if r["rule"] == "R301" and r["project"]},
    ),
    "哪个部门问题最多": ("departmentName", lambda t: [LUO]),
    "2022年自评得分不到95分的有哪些项目？为什么？": (
        "projectName total",
        lambda t: {
            (p, next(r["total"] for r in evaluations(t) if r["project"] == p))
            for p in evaluated(t, lambda r: Decimal(r["total"]) < 95)
        },
    ),
    "得分低于九十五分的项目有几个": ("count", lambda t: ["4"]),
    "得分在90到95分之间的项目": ("projectName", lambda t: evaluated(t, lambda r: 90 <= Decimal(r["total"]) <= 95)),
    "自评得分95分以上的项目": ("projectName", lambda t: evaluated(t, lambda r: Decimal(r["total"]) >= 95)),
    "网络维护自评了多少分": ("projectName total", lambda t: {("网络维护", "95.33")}),
    "为什么政务大厅标准化配置被扣分": ("projectName", lambda t: ["政务大厅标准化配置"]),
    "钱没花完的项目": ("projectName", lambda t: evaluated(t, lambda r: Decimal(r["rate"]) < 100)),
    "预算执行率超过90%的项目": ("projectName", lambda t: evaluated(t, lambda r: Decimal(r["rate"]) > 90)),
    "执行率低于60%的项目": ("projectName", lambda t: slow(t)),
    "执行率50%到70%的项目": ("projectName", lambda t: evaluated(t, lambda r: 50 <= Decimal(r["rate"]) <= 70)),
    "实际支出超过50万元的项目": ("projectName", lambda t: evaluated(t, lambda r: Decimal(r["executed"]) > 500000)),
    "全年执行数最高的项目": ("projectName", lambda t: ["劳务派遣费"]),
    "超支的项目": ("projectName", lambda t: []),
    "跟劳务派遣有关的指标": ("indicatorName", lambda t: topic(t, "劳务派遣")),
    "提到停车场的项目": ("projectName", lambda t: mentioning(t, "停车场")),
    "涉及灾后重建的项目有几个": ("count", lambda t: [str(len(mentioning(t, "灾后重建")))]),
    "疫情防控相关项目": ("projectName", lambda t: mentioning(t, "疫情防控")),
    "和网络安全有关的项目": ("projectName", lambda t: mentioning(t, "网络安全")),
    "中心劳务派遣人员工资的满意度目标是多少": (
        "indicatorName",
        lambda t: of_project(t, "中心劳务派遣人员工资", rates_satisfaction),
    ),
    "劳务派遣费项目的指标有哪些": ("indicatorName", lambda t: of_project(t, "劳务派遣费")),
    "网络维护有哪些产出指标": ("indicatorName", lambda t: of_project(t, "网络维护", lambda r: of_level(r, "产出指标"))),
    "值班费的时效指标": ("indicatorName", lambda t: of_project(t, "值班费", lambda r: of_level(r, "时效"))),
    "孟津区的投入管理指标有多少个": (
        "count",
        lambda t: [str(sum(r["department"] == MENG and "投入管理" in (r["level1"] or "") for r in t["indicators"]))],
    ),
    "卫辉市的产出指标有几个": (
        "count",
        lambda t: [str(sum(r["department"] == WEI and (r["level1"] or "") == "产出指标" for r in t["indicators"]))],
    ),
    "卫辉市的机关运行经费": ("departmentName", lambda t: {x[0] for x in figures(t, "机关运行经费", WEI)}),
    "各部门三公经费分别是多少": ("departmentName", lambda t: {x[0] for x in figures(t, "“三公”经费")}),
    "洛龙区公务接待费多少": ("departmentName", lambda t: {x[0] for x in figures(t, "公务接待费", LUO)}),
    "有哪些文件": ("document", lambda t: {r["document"] for r in t["documents"]}),
    "有多少份文件": ("count", lambda t: ["5"]),
    "2023年的预算文件": ("document", lambda t: {"000_730e7f7b4d077a28.txt", "004_6e11c6bb15f38ee1.txt"}),
    "封丘县的主要任务": ("text", lambda t: {r["task"] for r in t["tasks"] if r["department"] == FENG}),
    "哪些项目的成本指标超预算了": (
        "projectName",
        lambda t: {"上年结转（新财预[2021]183号）卫辉市群众文化综合体灾后重建项目", "洛龙财预(2022)9号就业补助资金"},
    ),
    "成本指标大于预算金额的项目有几个": ("count", lambda t: ["2"]),
    "哪些项目执行率不到六成，产出却拿了满分": ("projectName", lambda t: slow(t) & full_output(t)),
    "孟津区2023年项目及金额": (
        "projectName amount",
        lambda t: {("中心劳务派遣人员工资", "1059600"), ("网络通信费及邮电费", "297100")},
    ),
    "满意度目标不到九成，或者压根没设满意度的部门": ("departmentName", lambda t: set()),
    "满意度平均目标最高的是哪个部门": ("departmentName", lambda t: [LUO]),
    "窗口服务专项经费多少钱": ("projectName amount", lambda t: {("窗口服务专项经费", "600000")}),
    "实体大厅改造的执行率是多少": ("projectName rate", lambda t: {("实体大厅改造", "69.71")}),
    "数量指标最多的部门": ("departmentName", lambda t: [LUO]),
    "网络维护和值班费各多少钱": ("projectName amount", lambda t: {("网络维护", "120000"), ("值班费", "156500")}),
    "卫辉市和封丘县的项目有哪些": ("projectName", lambda t: projects(t, lambda r: r["department"] in (WEI, FENG))),
    "请把满意度目标在95%（含）以上的项目都列出来": ("projectName", lambda t: satisfied(t, lambda x: x >= 95)),
    "满意度不低于98%的项目": ("projectName", lambda t: satisfied(t, lambda x: x >= 98)),
    "洛龙区满意度不低于98%的项目有哪些": ("projectName", lambda t: satisfied(t, lambda x: x >= 98, dept=LUO)),
    "满意度100%的项目有多少个": ("count", lambda t: [str(len(satisfied(t, lambda x: x >= 100)))]),
    "百万以上的项目": ("projectName", lambda t: priced(t, lambda x: x >= 1000000)),
    "预算二十万到三十万的项目": ("projectName", lambda t: priced(t, lambda x: 200000 <= x <= 300000)),
    "预算大于两千万元的项目": ("projectName", lambda t: priced(t, lambda x: x > 20000000)),
    "2022年预算超过50万元的项目有几个": (
        "count",
        lambda t: [str(len(projects(t, lambda r: r["year"] == 2022 and Decimal(r["amount"]) > 500000)))],
    ),
    "卫辉市预算不超过10万元的项目": (
        "projectName",
        lambda t: projects(t, lambda r: r["department"] == WEI and Decimal(r["amount"]) <= 100000),
    ),
    "洛阳高新技术产业开发区有哪些项目": ("projectName", lambda t: projects(t, lambda r: r["department"] == GAO)),
    "洛阳市有哪些项目": ("projectName", lambda t: projects(t, lambda r: r["department"] in (LUO, MENG, GAO))),
    "项目超过10个的部门": ("departmentName", lambda t: {LUO, WEI}),
    "项目不足3个的部门": ("departmentName", lambda t: {MENG}),
    "满意度不低于98%的部门": (
        "departmentName",
        lambda t: {
            n
            for n in DEPTS
            if any(
                r["department"] == n
                and rates_satisfaction(r)
                and r["period"] == "annual"
                and r["unit"] == "%"
                and r["lower"]
                and Decimal(r["lower"]) >= 98
                for r in t["indicators"]
            )
        },
    ),
    "灾后重建相关项目总共多少钱": (
        "sum",
        lambda t: [total([r["amount"] for r in t["projects"] if "灾后重建" in r["name"]])],
    ),
    "所有项目一共多少钱": ("sum", lambda t: [total(amounts(t))]),
    "封丘县2023年项目共多少钱": ("sum", lambda t: [total(amounts(t, FENG))]),
    "2022年项目平均预算": ("average", lambda t: [average(amounts(t, None, 2022))]),
    "洛龙区项目的平均执行率": ("average", lambda t: [average([r["rate"] for r in evaluations(t)])]),
    "自评得分最高的三个项目": (
        "projectName",
        lambda t: {r["project"] for r in sorted(evaluations(t), key=lambda r: -Decimal(r["total"]))[:3]},
    ),
    "得分最低的3个项目": (
        "projectName",
        lambda t: {r["project"] for r in sorted(evaluations(t), key=lambda r: Decimal(r["total"]))[:3]},
    ),
    "封丘县最贵的项目": ("projectName", lambda t: largest(t, FENG)),
    "洛龙区预算最少的项目": ("projectName", lambda t: [least(t, LUO)]),
    "洛龙区与孟津区的项目经费对比": (
        "departmentName sum",
        lambda t: {(LUO, total(amounts(t, LUO))), (MENG, total(amounts(t, MENG)))},
    ),
    "洛龙区和孟津区谁的项目更多": ("departmentName", lambda t: [LUO]),
    "卫辉市和封丘县谁的项目支出更高": ("departmentName", lambda t: [WEI]),
    "2022年和2023年项目支出对比": (
        "year sum",
        lambda t: {("2022", total(amounts(t, None, 2022))), ("2023", total(amounts(t, None, 2023)))},
    ),
    "2022年到2024年各年度项目金额": (
        "year sum",
        lambda t: {(str(y), total(amounts(t, None, y))) for y in (2022, 2023, 2024)},
    ),
    "没有产出指标的项目有多少个": ("count", lambda t: [str(len(lacking(t, "产出指标")))]),
    "没有效益指标的项目": ("projectName", lambda t: lacking(t, "效益指标")),
    "有时效指标的项目": (
        "projectName",
        lambda t: {r["project"] for r in t["indicators"] if r["project"] and of_level(r, "时效")},
    ),
    "没有时效指标的项目": (
        "projectName",
        lambda t: (
            projects(t) - {r["project"] for r in t["indicators"] if r["project"] and of_level(r, "时效")} - unprinted(t)
        ),
    ),
    "洛龙区有哪些时效指标": (
        "indicatorName",
        lambda t: {
            r["level3"]
            for r in t["indicators"]
            if r["department"] == LUO and r["period"] == "annual" and of_level(r, "时效")
        },
    ),
    "R202查出了什么": (
        "rule projectName",
        lambda t: {(r["rule"], r["project"] or "") for r in t["findings"] if r["rule"] == "R202"},
    ),
    "有哪些违规": ("rule projectName", lambda t: {(r["rule"], r["project"] or "") for r in violations(t)}),
    "卫辉市有哪些违规": (
        "rule projectName",
        lambda t: {(r["rule"], r["project"] or "") for r in violations(t) if r["department"] == WEI},
    ),
    "问题最多的部门是哪个": (
        "departmentName count",
        lambda t: {(n, str(sum(r["department"] == n for r in t["findings"]))) for n in [LUO]},
    ),
    "执行率低于60%但自评得分不低于95分的项目": (
        "projectName",
        lambda t: {r["project"] for r in evaluations(t) if Decimal(r["rate"]) < 60 and Decimal(r["total"]) >= 95},
    ),
    "窗口服务专项经费自评得了多少分": ("projectName total", lambda t: {("窗口服务专项经费", "95")}),
    "劳务派遣费实际花了多少钱": ("projectName executed", lambda t: {("劳务派遣费", "1058300")}),
    "实体大厅改造设了哪些产出指标": (
        "indicatorName",
        lambda t: {r["level3"] for r in t["indicators"] if r["project"] == "实体大厅改造" and of_level(r, "产出")},
    ),
    "劳务派遣费有多少个指标": ("count", lambda t: [str(len(of_project(t, "劳务派遣费")))]),
    "名称包含“电子”的项目": ("projectName", lambda t: named(t, "电子")),
    "特定目标类项目": ("projectName", lambda t: projects(t, lambda r: r["category"] == "特定目标类")),
    "其他运转类项目有几个": ("count", lambda t: [str(sum(r["category"] == "其他运转类" for r in t["projects"]))]),
    "封丘县项目金额占比": (
        "share",
        lambda t: [short(100 * Decimal(total(amounts(t, FENG))) / Decimal(total(amounts(t))))],
    ),
    "满意度不低于95%的项目占全部项目的百分之几": (
        "share",
        lambda t: [short(Decimal(100 * len(satisfied(t, lambda x: x >= 95))) / 37)],
    ),
    "洛龙区的项目数占全部项目的比例": ("share", lambda t: [short(Decimal(1400) / 37)]),
    "各单位“三公”经费是多少": ("departmentName", lambda t: {x[0] for x in figures(t, "“三公”经费")}),
    "哪些项目的金额不止500万元": ("projectName", lambda t: priced(t, lambda x: x > 5000000)),
    "孟津有啥项目呀": ("projectName", lambda t: projects(t, lambda r: r["department"] == MENG)),
}
