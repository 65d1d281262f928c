"""Examples of the rules R3: target values."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.audit.builders import (
    BUDGET,
    COST,
    HAPPY,
    ROAD,
    SATISFACTION,
    Case,
    Example,
    applied,
    at,
    evaluated,
    fact,
    form,
    goal,
    indicator,
    of_office,
    plan,
    total,
)

SOCIAL = ("效益指标", "社会效益指标")
QUALITY = ("产出指标", "质量指标")


def one(name: str, target: str, *levels: str) -> Case:
    return applied(indicator(name, target, *(levels or ("产出指标", "数量指标"))))


def controlled(value: str) -> Case:
    row = indicator("“三公经费”控制率", "≤100%", *BUDGET)
    return Case(of_office(row).forms, facts=[fact("three-public", value)])


def special(sentence: str) -> Case:
    return Case(of_office(indicator("专项资金细化率", "≥90%", *BUDGET)).forms, text=(sentence,))


def funding_lines(second: str) -> Case:
    plans = [
        plan(
            indicator("新建文化中心大楼", output, line=line), project=name, line=line, funds=(total("100", line=line),)
        )
        for name, output, line in (("中央资金", "1座", 9), ("省级资金", second, 19))
    ]
    return Case([form("project-target-summary", *plans)])


def levels(target: str) -> Case:
    return Case(
        [
            *of_office(indicator("服务对象满意度", target, "效益指标", "满意度")).forms,
            form("project-application", plan(HAPPY)),
        ]
    )


def natured(nature: str, target: str) -> Case:
    row = indicator("道路完好率", target, *QUALITY)
    return applied(replace(row, source=at(10, f"道路完好率\t{nature}\t{target}")))


def with_funds(name: str, target: str, *levels: str, funds: str = "10") -> Case:
    return applied(ROAD, indicator(name, target, *levels, line=12), funds=(total(funds),))


def aimed(words: str, target: str, achieved: str | None = None, actual: str | None = None) -> Case:
    held = indicator("开展普法讲座场次", target, actual_text=actual)
    return evaluated(held, goals=(goal(words, achieved),))


def of_school(name: str) -> Case:
    row = indicator(name, "≥3000头", *SOCIAL)
    return applied(ROAD, row, project="学校课桌更新", goals=(goal("为全县学校更新课桌。"),))


def above(kind: str, target: str, wanted: str) -> Case:
    return Case(
        [
            *of_office(indicator(kind, target)).forms,
            form("project-application", plan(indicator(kind, wanted))),
        ]
    )


ECOLOGY = ("效益指标", "生态效益指标")
ECONOMY = ("效益指标", "经济效益指标")

EXAMPLES = (
    Example("R304", one("利用便利程度", "提升", *SOCIAL), one("利用便利程度", "明显提升", *SOCIAL), "到什么程度"),
    Example("R311", above("维修校舍", "≥10栋", "≥12栋"), above("维修校舍", "≥12栋", "≥12栋"), "部门目标更宽"),
    Example("R311", above("全省考核名次", "前10名", "前3名"), above("全省考核名次", "前3名", "前3名"), "部门目标更宽"),
    Example("R301", one("投诉办结时限", "≥45天"), one("投诉办结时限", "≤45天"), "再晚也达标"),
    Example("R308", one("管理制度健全性", "健全"), one("维护道路", "≥12公里"), "管理过程"),
    Example("R308", one("新建广场", "≥3个", *SOCIAL), one("新建广场", "≥3个"), "产出数量"),
    Example("R308", one("企业产值", "≥300万元", *SOCIAL), one("企业产值", "≥300万元", *ECONOMY), "说的是经济效益"),
    Example("R308", one("污染物削减", "≥20吨", *SOCIAL), one("污染物削减", "≥20吨", *ECOLOGY), "说的是生态效益"),
    Example("R308", one("新增就业岗位", "≥20个", *ECOLOGY), one("新增就业岗位", "≥20个", *SOCIAL), "说的是社会效益"),
    Example("R318", aimed("举办普法讲座不少于30场", "≥20场"), aimed("举办普法讲座30场", "≥30场"), "30场"),
    Example(
        "R318",
        aimed("开展普法讲座", "≥20场", "举办普法讲座12场。", "21场"),
        aimed("开展普法讲座", "≥20场", "举办普法讲座21场。", "21场"),
        "的完成值是“21场”",
    ),
    Example("R319", of_school("生猪出栏数"), of_school("课桌合用率"), "说的是畜牧"),
    Example(
        "R302",
        applied(indicator("草原植被盖度", "≥58%", *QUALITY, actual_text="158.2%")),
        applied(indicator("草原植被盖度", "≥58%", *QUALITY, actual_text="58.2%")),
        "不可能",
    ),
    Example("R302", one("全年供暖天数", "≥400天"), one("全年供暖天数", "≥180天"), "超过一年的天数"),
    Example("R304", one("培训监测员", "若干人"), one("培训监测员", "≥3人"), "没有数字"),
    Example("R307", one("救灾帐篷数量", "≥350元"), one("救灾帐篷数量", "≥350顶"), "不是数量"),
    Example(
        "R309",
        applied(indicator("参训教师数量", "≥320人"), indicator("参加培训教师人数", "≥320人", line=12)),
        applied(indicator("参训教师数量", "≥320人"), indicator("参加培训学校数", "≥12所", line=12)),
        "名称相近",
    ),
    Example("R301", one("群众安全感", "≤90%", *SATISFACTION), one("投诉退单率", "≤3%", *SATISFACTION), "应为≥"),
    Example("R307", one("水稻种植面积", "≥85户"), one("水稻种植面积", "≥85亩"), "量不出名称所说的面积"),
    Example("R307", one("队伍稳定性", "100%", *SOCIAL), one("队伍稳定率", "100%", *SOCIAL), "说的是性质"),
    Example("R307", one("新建停车场3个", "2个"), one("新建停车场3个", "3个"), "写明3个"),
    Example("R313", one("培训乡村医生", "≥120"), one("培训乡村医生人数", "≥120"), "没有计量单位"),
    Example("R314", natured("正向", "≤90%"), natured("正向", "≥90%"), "印为“正向”"),
    Example("R314", natured("反向指标", "≥90%"), natured("反向指标", "≤90%"), "印为“反向指标”"),
    Example("R314", natured("定量", "良好"), natured("定性", "良好"), "印为“定量”"),
    Example("R314", natured("定性", "≥90%"), natured("定量", "≥90%"), "印为“定性”"),
    Example("R315", one("群众满意度", "≥75%", *SATISFACTION), one("群众满意度", "≥80%", *SATISFACTION), "低于80%"),
    Example("R316", with_funds("养护成本", "≤100%", *COST), with_funds("成本节约率", "≥5%", *COST), "应写明金额"),
    Example(
        "R317",
        applied(indicator("养护里程", "≥10公里", previous_text="12公里")),
        applied(indicator("养护里程", "≥12公里", previous_text="10公里")),
        "低于上年的12公里",
    ),
    Example("R301", one("群众满意度", "≤100%", *SATISFACTION), one("群众满意度", "≥95%", *SATISFACTION), "应为≥"),
    Example("R301", one("采购设备", "≤101套"), one("采购设备", "≥101套"), "一件不做也达标"),
    Example("R301", one("采购设备", "≤101套"), one("安全事故", "≤2起"), "采购设备"),
    Example("R301", one("验收合格率", "≤98%", *QUALITY), one("超限率", "≤98%", *QUALITY), "越高越好"),
    Example("R301", one("投诉件数", "≥10件", *SOCIAL), one("投诉办结件数", "≥10件", *SOCIAL), "越低越好"),
    Example("R301", one("项目成本", "≥10万元", *COST), one("节约成本", "≥10万元", *COST), "花得越多越好"),
    Example("R302", one("验收合格率", ">100%", *QUALITY), one("产值增长率", ">100%", *SOCIAL), "不可能达到"),
    Example("R302", one("民生实事", ">100%", *SOCIAL), one("民生实事", "≥100%", *SOCIAL), "高于100%"),
    Example("R302", one("完成时间", "2023年2月30日前"), one("完成时间", "2023年2月28日前"), "不存在"),
    Example("R303", one("总成本", "10万元", *COST), one("总成本", "≤10万元", *COST), "没有≤"),
    Example("R304", one("便民物品", "免费提供"), one("便民物品", "≥3种"), "没有数量"),
    Example(
        "R304",
        one("节俭办事", "合理支出", *COST),
        one("空气污染", "不增加", "成本指标", "生态环境成本指标"),
        "没有金额",
    ),
    Example("R304", one("群众满意度", "达到要求", *SATISFACTION), one("群众满意度", "≥90%", *SATISFACTION), "没有数值"),
    Example(
        "R304",
        of_office(indicator("重点工作任务1计划完成率", "100%", "产出指标", "重点工作任务完成")),
        of_office(
            indicator("重点工作任务1计划完成率", "100%", "产出指标", "重点工作任务完成", explanation="建成3个窗口")
        ),
        "通用行",
    ),
    Example("R305", one("保障大厅运转", "保障", *SOCIAL), one("保障大厅运转", "≥95%", *SOCIAL), "重复名称"),
    Example("R306", controlled("0"), controlled("3"), "0万元"),
    Example(
        "R306", special("本部门无负责管理的专项转移支付项目。"), special("本部门管理专项转移支付项目3个。"), "专项"
    ),
    Example("R307", one("年度宣传不少于3次", "100%"), one("年度宣传", "≥3次"), "不少于3次"),
    Example("R307", one("培训人数", "95%"), one("培训人数", "≥95人"), "不是数量"),
    Example("R307", one("培训合格率", "≥95人", *QUALITY), one("培训合格率", "≥95%", *QUALITY), "不是比率"),
    Example("R307", one("完成时间", "3个"), one("完成时间", "2023年12月底前"), "不是时间"),
    Example("R307", one("优化营商环境", "≥98%", *SOCIAL), one("环境改善达标率", "≥98%", *SOCIAL), "定性"),
    Example(
        "R307", one("落实防控策略", "明显提高", *SOCIAL), one("落实措施提升办事效率", "明显提高", *SOCIAL), "答非所问"
    ),
    Example("R308", one("提高群众满意度", "提升", *SOCIAL), one("提高办事效率", "提升", *SOCIAL), "满意度指标"),
    Example("R308", one("短信服务费", "0.07元"), one("短信条数", "7条"), "成本指标"),
    Example("R308", one("按时完成任务", "及时", *QUALITY), one("按标准完成任务", "合格", *QUALITY), "时效"),
    Example("R308", one("工程合格率", "≥95%"), one("工程合格率", "≥95%", *QUALITY), "质量指标"),
    Example(
        "R309",
        of_office(
            indicator("完善乡镇服务体系完成率", "100%", "产出指标", "重点工作任务完成"),
            indicator("完善乡镇服务体系实现率", "≥95%", "产出指标", "履职目标实现", line=11),
        ),
        of_office(
            indicator("完善乡镇服务体系完成率", "100%", "产出指标", "重点工作任务完成"),
            indicator("建设审批服务大厅实现率", "≥95%", "产出指标", "履职目标实现", line=11),
        ),
        "完善乡镇服务体系",
    ),
    Example("R309", funding_lines("1座"), funding_lines("2座"), "重复计算2次"),
    Example(
        "R310", one("大厅服务", "志愿者服务1000次，组织培训15次"), one("大厅服务", "志愿者服务1000次"), "含2个目标"
    ),
    Example(
        "R310", one("提升整体形象，提高服务质量", "提升", *SOCIAL), one("提升整体形象", "提升", *SOCIAL), "并列2件事"
    ),
    Example("R311", levels("≥85%"), levels("≥90%"), "最低90%"),
    Example("R312", one("工资发放时间", "每月30日前"), one("工资发放时间", "每月28日前"), "2月"),
    Example("R313", one("采购设备", "≥225台/个/套"), one("采购设备", "≥225台/套"), "台/个/套"),
    Example(
        "R303",
        applied(ROAD, indicator("租金", "5万元", *COST)),
        applied(ROAD, indicator("补助标准", "5万元", *COST)),
        "租金",
    ),
)
