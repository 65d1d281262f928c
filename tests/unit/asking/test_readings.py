"""What an answer may not do: pass a word over, tell unknown as none, answer for everyone, hide a reading."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jixiao.asking import Answer, answer
from jixiao.pipeline import LiftReport
from jixiao.store import open_store
from jixiao.store.protocol import Store
from jixiao.vocab import PREFIXES

Lifted = tuple[Store, LiftReport]


def ask(lifted: Lifted, question: str) -> Answer:
    found = answer(lifted[0], question)
    assert found.understood, found.text
    return found


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("满意度最高的窗口", "窗口"),
        ("卫辉市的漂亮项目", "漂亮"),
        ("哪些项目花了一半以上的钱", "一半"),
        ("除了审核发现还有什么", "除"),
        ("鹭洲市的临时展览办几场", "临时展览"),
        ("R999是什么意思", "R999"),
    ],
)
def test_a_word_without_a_part_is_named(lifted: Lifted, question: str, word: str) -> None:
    found = answer(lifted[0], question)
    assert not found.understood, found.restated
    assert word in found.text and word in "".join(found.not_understood)


@pytest.mark.parametrize("question", ["预算全部花完、执行率100%的项目有哪些", "没花完、执行率高于90%的项目"])
def test_several_conditions_on_one_rate_are_one_query(lifted: Lifted, question: str) -> None:
    assert ask(lifted, question).rows


@pytest.mark.parametrize("question", ["满意度高于95%且低于90%的项目", "预算超过500万又低于100万的项目"])
def test_nothing_meets_conditions_that_exclude_each_other(lifted: Lifted, question: str) -> None:
    assert not ask(lifted, question).rows


@pytest.mark.parametrize("question", ["哪个部门花钱最多", "哪个部门执行率最高"])
def test_what_an_order_passes_over_is_said(lifted: Lifted, question: str) -> None:
    assert "个部门没有印出" in ask(lifted, question).text


def test_a_refusal_proposes_questions_that_work_with_names_of_the_graph(lifted: Lifted) -> None:
    found = answer(lifted[0], "孟津区的人头费多少")
    assert not found.understood
    assert any("孟津区" in example for example in found.examples)
    for example in found.examples:
        assert answer(lifted[0], example).understood, example


@pytest.mark.parametrize(
    ("question", "whose"),
    [
        ("洛阳市预算执行率", "只来自洛阳市洛龙区政务服务中心，不是洛阳市全部的"),
        ("孟津区有哪些项目，各多少钱", "只来自洛阳市孟津区政务服务和大数据管理局，不是孟津区全部的"),
        ("孟津区的预算总额是多少", "只来自一个部门，不是孟津区全部的"),
        ("洛阳市洛龙区政务服务中心的预算执行率", ""),
        ("洛阳市的预算总额是多少", ""),
        ("洛阳市有哪些部门", ""),
    ],
)
def test_what_one_office_has_is_not_told_as_its_regions(lifted: Lifted, question: str, whose: str) -> None:
    found = ask(lifted, question)
    assert whose in found.text if whose else "只来自" not in found.text


@pytest.mark.parametrize(
    ("question", "column"),
    [("洛阳市的项目预算一共多少", "amount"), ("洛阳市的预算总额是多少", "amount"), ("卫辉市有多少个项目", "")],
)
def test_a_number_leads_to_the_rows_it_is_made_of(lifted: Lifted, question: str, column: str) -> None:
    whole = ask(lifted, question)
    rows = ask(lifted, whole.behind).rows
    made = sum(Decimal(row[column] or 0) for row in rows) if column else len(rows)
    assert made == Decimal(next(iter(whole.rows[0].values())) or 0)
    assert all(row["document"] and row["line"] for row in rows)
    assert not ask(lifted, "卫辉市的项目有哪些").behind


@pytest.mark.parametrize(
    ("question", "restated"),
    [
        ("哪个部门警告最多", "按部门统计应说明的审核发现有多少个，取最高的"),
        ("2022年比2023年多几个项目", "计算2022年的项目的个数与2023年的项目的个数相差多少"),
        ("洛龙区项目支出占卫辉市的百分之几", "计算洛龙区的项目的预算金额合计占卫辉市的项目的预算金额合计的比例"),
        ("哪些指标的目标是提升", "列出目标写有“提升”的指标"),
        ("时效要求20天内的指标", "列出目标不超过20天的时效指标"),
        (
            "劳务派遣费占洛龙区项目支出的比例",
            "计算洛龙区劳务派遣费的项目的预算金额合计占洛龙区的项目的预算金额合计的比例",
        ),
        ("得分最低的项目和原因", "找出自评得分最低的项目，并给出原因"),
        ("产出指标没完成的项目", "列出产出指标完成值未达到目标值的项目"),
    ],
)
def test_the_restatement_says_what_is_asked(lifted: Lifted, question: str, restated: str) -> None:
    assert ask(lifted, question).restated == restated


def test_unknown_is_not_zero(lifted: Lifted) -> None:
    found = ask(lifted, "各部门数量指标有多少个")
    unprinted = {row["departmentName"]: row["unprinted"] for row in found.rows}
    assert unprinted["卫辉市政务服务和大数据管理局"] == "33"
    assert unprinted["洛阳市洛龙区政务服务中心"] == "0"
    assert "卫辉市政务服务和大数据管理局 未印二级" in found.text
    assert not ask(lifted, "没有质量指标的部门").rows


def test_a_reading_with_rows_goes_before_an_empty_one(lifted: Lifted) -> None:
    found = ask(lifted, "卫辉市有哪些生态效益指标")
    assert [row["indicatorName"] for row in found.rows] == ["生态效益"]
    assert found.restated == "列出卫辉市的名称为“生态效益”的指标"


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("网络维护和值班费差多少钱", "值班费比网络维护多 3.65 万元"),
        ("封丘县和孟津区的项目数差几个", "多 4"),
        ("成本指标平均是多少", "各计量单位分开计算"),
        ("洛龙区有几个指标没达标", "9 个"),
        ("卫辉市封丘县项目支出相差多少", "卫辉市比封丘县多 10,969.45 万元"),
        ("孟津和洛龙项目金额差多少", "洛龙区比孟津区多 487.24 万元"),
        ("卫辉市项目支出占预算总额多少", "98.36%"),
        ("封丘的工作经费是工装的几倍", "6.63 倍"),
        ("劳务派遣费实际执行比预算少多少钱", "20.39 万元"),
        ("孟津和封丘两家2023年预算加起来多少", "1,452.26 万元"),
        ("老百姓满意度定得最高的部门是哪个", "洛阳市洛龙区政务服务中心的群众满意度（100%）"),
        ("封丘县哪条满意度指标写成了上限", "工作人员满意度"),
        ("服务免费项目花了多少钱", "40.96 万元"),
        ("产出指标有多少个", "163 个（另有中期指标 17 个）"),
        ("各部门的平均自评得分", "洛阳市洛龙区政务服务中心 95.4"),
        ("封丘第二贵的项目", "线下服务能力提升"),
        ("洛龙区政务服务中心的项目里执行率倒数第二的是谁", "16.67"),
        ("信用体系建设中期资金比年度资金多多少", "4 万元"),
        ("结转结余率没达标的原因是什么", "因疫情原因财政紧张"),
        ("三公经费控制率是怎么算的", "3 个指标"),
        ("编号41078122000000023197对应哪个项目", "1 个项目"),
        ("预算调整率目标是30%的单位", "2 个部门"),
        ("卫辉最大的三个项目合计多少钱", "8,831 万元"),
        ("其他运转类和特定目标类各多少钱", "特定目标类 11,191 万元"),
        ("卫辉和孟津哪家的指标更多", "卫辉市政务服务和大数据管理局（93）"),
        ("工资社保每人每月多少钱", "≤3287 元"),
        ("封丘政务大厅多大面积呀", "5670平方米"),
        ("债券利息什么时候要付完", "12月底前"),
        ("免费刻章预估采购多少套印章", "≤5200 套"),
        ("洛龙区预算执行率为什么没达标", "预算执行率"),
        ("洛龙区哪些指标的实际值比目标值低", "9 个指标"),
        ("封丘县的部门预算是孟津区的百分之几", "59.34%"),
    ],
)
def test_what_people_ask(lifted: Lifted, question: str, told: str) -> None:
    assert told in ask(lifted, question).text


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("卫辉结转的那几个项目加起来多少", "10,331 万元"),
        ("卫辉其他运转类多少钱", "154.15 万元"),
        ("卫辉项目绩效指标共多少", "66 个"),
        ("卫辉市灾后重建项目有几个", "6 个"),
        ("洛龙区劳务派遣费预算和执行差多少", "20.39 万元"),
        ("洛龙区哪个指标扣分最多", "结转结余率"),
        ("洛龙区产出指标总分值多少", "445分"),
        ("哪些指标的截止时间在2022年", "1 个指标"),
        ("R203是什么", "分项之和不等于合计"),
        ("卫辉除了结转，金额最大的是哪个项目", "（860 万元）"),
        ("洛龙区除了劳务派遣费还有哪些项目超过50万", "4 个项目"),
        ("除了封丘县和卫辉市，哪些部门有项目", "3 个部门"),
        ("洛龙2022年项目支出决算多少", "366.35 万元"),
        ("孟津基本支出比项目支出多多少", "多 699.52 万元"),
        ("今年封丘有几个项目", "6 个"),
        ("洛龙值班费花了预算的百分之几", "75.4%"),
        ("哪些指标没写数值", "11 个指标"),
        ("卫辉成本指标没写≤的有几个", "11 个"),
        ("洛龙中心2022年支出多少", "支出总计：583.63 万元"),
        ("孟津哪个项目没有绩效", "1 个项目"),
        ("封丘除了工装其他项目一共多少钱", "338.5 万元（共 5 个）"),
    ],
)
def test_every_word_has_its_part(lifted: Lifted, question: str, told: str) -> None:
    assert told in ask(lifted, question).text


@pytest.mark.parametrize(
    "question",
    [
        "孟津区有几个项目没拿满分",  # no points are printed there: none is not known
        "封丘县劳务派遣人员多少",  # a rate is printed, no number
        "封丘县前三大的项目占多少",  # the first three would be lost
        "卫辉市政务局采购多少钱",  # the office's whole budget is no answer
        "卫辉市综窗人员工资多少套",  # a target without a number is no answer
        "卫辉市办公费多少",  # 费 would be lost
        "封丘县哪些指标没有指标",  # nothing can be meant
        "封丘县的工装的中期指标",  # what is named is taken to have them: none is no answer
        "卫辉综窗购岗",  # parts of names, and nothing that is asked
    ],
)
def test_a_number_of_something_else_is_not_told(lifted: Lifted, question: str) -> None:
    found = answer(lifted[0], question)
    assert not found.understood, (found.restated, found.text)


def test_each_part_that_can_be_changed_makes_a_question_that_is_understood(lifted: Lifted) -> None:
    chips = ask(lifted, "封丘县2023年有多少个产出指标").chips
    assert [chip.part for chip in chips] == ["place", "year", "level"]
    for chip in chips:
        for other, question in chip.others:
            assert other in question and ask(lifted, question).restated


def test_a_count_agrees_with_its_list(lifted: Lifted) -> None:
    listed, counted = ask(lifted, "产出指标"), ask(lifted, "产出指标有多少个")
    assert str(len(listed.rows)) == counted.rows[0]["count"]


def test_a_place_does_not_hold_for_documents_without_department() -> None:
    nowhere = "https://example.org/"
    quads = " .\n".join(
        f"<{nowhere}{node}> <{PREFIXES[prefix]}{name}> {value} <{nowhere}graph>"
        for node, prefix, name, value in (
            ("entry", "rdf", "type", f"<{PREFIXES['jx']}ProjectEntry>"),
            ("entry", "jx", "project", f"<{nowhere}project>"),
            ("entry", "jx", "document", f"<{nowhere}document>"),
            ("project", "rdf", "type", f"<{PREFIXES['jx']}Project>"),
            ("project", "rdfs", "label", '"无部门项目"'),
            ("document", "jx", "fileName", '"x.txt"'),
            ("department", "rdf", "type", f"<{PREFIXES['jx']}Department>"),
            ("department", "rdfs", "label", '"卫辉市水利局"'),
            ("department", "jx", "region", f"<{PREFIXES['jxc']}region-410781>"),
        )
    )
    store = open_store(":memory:")
    store.replace_graphs([(f"{nowhere}graph", f"{quads} .\n".encode())])
    assert [row["projectName"] for row in answer(store, "有哪些项目").rows] == ["无部门项目"]
    assert answer(store, "卫辉市有哪些项目").rows == ()
    store.close()


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("洛龙花钱最多的项目", ["1058300"]),  # as evaluated, not as granted
        ("洛龙哪个项目花钱最少", ["0"]),
        ("洛龙劳务派遣费花了多少钱", ["1058300"]),
    ],
)
def test_what_was_spent_is_what_was_executed(lifted: Lifted, question: str, told: list[str]) -> None:
    assert list(dict.fromkeys(row["executed"] for row in ask(lifted, question).rows)) == told


@pytest.mark.parametrize("question", ["卫辉花钱最多的项目", "封丘工装花了多少钱", "封丘工装比外网多花多少钱"])
def test_a_budget_in_the_place_of_what_was_spent_is_said_to_be_one(lifted: Lifted, question: str) -> None:
    assert ask(lifted, question).text.startswith("没有印出执行数")


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("洛龙实体大厅改造年中追加了多少", "年中追加"),
        ("洛龙劳务派遣费比值班费多花了多少", "94.03 万元"),
        ("各家单位预算执行率的目标值都是多少", "4 个指标"),  # the rate is what the target is of
        ("洛龙哪个项目自评垫底", "110 联动办经费"),
        ("这些单位里谁的项目最多", "洛龙区政务服务中心（14）"),
        ("封丘招商引资是怎么要求的", "目标"),  # written in goals alone
        ("哪些指标没有写单位", "125 个指标"),
        ("洛龙劳务派遣费的主管部门是谁", "洛龙区政务服务中心"),
        ("洛龙劳务派遣费的实施单位是哪家", "实施单位"),
        ("洛龙跟封丘比，哪家项目多", "洛龙区政务服务中心（14）"),
        ("R402在洛龙一共报了几次", "5"),
        ("麻烦帮我查一下封丘一共有几个项目", "6"),
    ],
)
def test_ways_to_ask(lifted: Lifted, question: str, told: str) -> None:
    assert told in ask(lifted, question).text
