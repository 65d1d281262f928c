"""What a document says of itself: title, kind, department, year, date, contents."""

from __future__ import annotations

import pytest

from jixiao.documents import read_bytes
from jixiao.model import Document, DocumentKind
from jixiao.prose import read_header, read_witnesses
from jixiao.prose.offices import (
    clean_office,
    is_office,
    office_code,
    office_in_title,
    same_office,
    split_offices,
    take_apart,
)

BUDGET = """

**临江县自然资源和规划
局部门预算公开**

二〇二四年三月

# 目 录

第一部分 临江县自然资源和规划局概况

第二部分 2024年度部门预算表

- 一、部门收支总体情况表
- 二、支出预算分类汇总表（按支出经济分类）
三、项目支出表……12

第一部分

2024年，临江县自然资源和规划局收入总计500万元。

部门名称：临江县自然资源和规划局
"""


def test_a_budget_with_a_broken_title() -> None:
    header = read_header(read_bytes("公开.txt", BUDGET.encode()))
    assert header.title == "临江县自然资源和规划局部门预算公开"
    assert (header.kind, header.fiscal_year, header.published) == (DocumentKind.BUDGET, 2024, "2024-03")
    assert header.source is not None
    assert header.source.line == 3


def test_a_breadcrumb_is_no_title() -> None:
    text = "首页 > 南浦市人民政府 > 通知公告\n南浦市文化馆2025年项目绩效目标\n"
    header = read_header(read_bytes("a.txt", text.encode()))
    assert header.title == "南浦市文化馆2025年项目绩效目标"


def test_the_subject_of_an_approval_is_the_office_it_is_written_to() -> None:
    text = """丰河市财政局文件

丰财绩〔2023〕8号

丰河市财政局关于批复市林业局2023年度项目支出绩效目标的通知

市林业局：

经研究，批复如下。

丰河市财政局

2023年2月9日

项目名称\t封山育林
主管部门\t丰河市林业局
"""
    header = read_header(read_bytes("a.txt", text.encode()))
    assert header.kind is DocumentKind.APPROVAL
    assert header.published == "2023-02-09"


def test_a_web_page_with_surroundings() -> None:
    text = """首页 政务公开 预算公开

您现在的位置：首页 >> 预算公开

关于公开2021年度教育专项绩效目标的公示 - 江澜省教育厅

发布时间：2021-03-05 来源：江澜省教育厅 点击数：3
"""
    header = read_header(read_bytes("a.txt", text.encode()))
    assert header.title == "关于公开2021年度教育专项绩效目标的公示"
    assert header.published == "2021-03-05"


def test_a_document_that_says_nothing_of_itself() -> None:
    header = read_header(read_bytes("无题.txt", "会议于上午召开。".encode()))
    assert (header.kind, header.fiscal_year, header.published) == (DocumentKind.OTHER, None, None)


def test_an_empty_document_is_called_by_its_file() -> None:
    assert read_header(Document("空.pdf", "0", "application/pdf", ())).title == "空.pdf"


@pytest.mark.parametrize(
    ("name", "region", "core"),
    [
        ("广西壮族自治区南宁市青秀区教育局", "广西壮族自治区南宁市青秀区", "教育局"),
        ("碧湖区市场监督管理局", "碧湖区", "市场监督管理局"),
        ("卫水市市民服务中心", "卫水市", "市民服务中心"),
        ("市场监督管理局", "", "市场监督管理局"),
        ("城市管理局", "", "城市管理局"),
        ("县扶贫办", "", "扶贫办"),
        ("区政务服务中心", "", "政务服务中心"),
        ("杞县民政局", "杞县", "民政局"),
        ("澜洲高新区环境卫生中心", "澜洲高新区", "环境卫生中心"),
        ("南浦市青溪区河口镇人民政府", "南浦市青溪区河口镇", "人民政府"),
        ("南浦市东街社区卫生服务中心", "南浦市", "东街社区卫生服务中心"),
        ("860001-白塘镇人民政府", "白塘镇", "人民政府"),
        ("国家税务总局青禾市税务局", "青禾市", "税务局"),
        ("中共青禾市纪律检查委员会", "青禾市", "纪律检查委员会"),
        ("青岛市市南区教育局", "青岛市市南区", "教育局"),
        ("市南区教育局", "市南区", "教育局"),
        ("市教育局", "", "教育局"),
        ("市民政局", "", "民政局"),
        ("阳泉市城区教育局", "阳泉市城区", "教育局"),
        ("旗农牧局", "", "农牧局"),
        ("自治区水利厅", "", "水利厅"),
        ("苏州工业园区社会事业局", "苏州工业园区", "社会事业局"),
        ("政协嵩县委员会", "嵩县", "政协委员会"),
        ("共青团县委员会", "", "共青团委员会"),
    ],
)
def test_names_are_taken_apart(name: str, region: str, core: str) -> None:
    office = take_apart(name)
    assert (office.region, office.core) == (region, core)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("清渡县扶贫开发办公室", "县扶贫办", True),
        ("云溪县文化和旅游局", "云溪县文旅局", True),
        ("石梁区残疾人联合会", "石梁区残联", True),
        ("澜洲高新区环境卫生中心", "环卫中心", True),
        ("洛江区政府服务中心", "泉海市洛江区政务服务中心", True),
        ("临江县自然资源和规划", "临江县自然资源和规划局", True),
        ("临江县民政局本级", "临江县民政局", True),
        ("南浦市民政局", "南浦高新技术产业开发区民政局", False),
        ("青云县第一小学", "青云县第二小学", False),
        ("东城街道办事处", "西城街道办事处", False),
        ("青云县第一中学", "青云县第一实验中学", False),
        ("青云县教育局", "青云县教育局考试中心", False),
        ("水库管理中心", "水质检测中心", False),
        ("州水务局", "黔东南州水务局", True),
        ("州水务局", "台江县水务局", False),
        ("市医疗保障局", "南浦县医疗保障局", False),
        ("南浦市教育局", "北浦市教育局", False),
        ("中国共产党嵩县委员会宣传部", "中共嵩县县委宣传部", True),
        ("中国共产党嵩县委员会宣传部", "嵩县委宣传部", True),
        ("政协嵩县委员会", "中共嵩县委员会", False),
    ],
)
def test_one_office_or_two(one: str, other: str, same: bool) -> None:
    assert (same_office(one, other) is not None) is same
    assert (same_office(other, one) is not None) is same


@pytest.mark.parametrize(
    ("title", "office"),
    [
        ("2024年度鹭海市博物馆临时展览与馆际交流经费项目绩效目标公开", "鹭海市博物馆"),
        ("临岚区公安分局交通警察大队2025年项目绩效目标公开表", "临岚区公安分局交通警察大队"),
        ("松溪县林业局2022年度部门整体绩效自评表", "松溪县林业局"),
        ("嵩县2024年单位预算公开（嵩县第三中学）", "嵩县第三中学"),
        ("嵩县2024年单位预算公开（修订稿）", None),
        ("关于公开2018年度扶贫项目绩效目标的公示", None),
        ("2021年教育发展专项资金绩效目标公开", None),
    ],
)
def test_offices_in_titles(title: str, office: str | None) -> None:
    assert office_in_title(title) == office


def test_what_is_an_office() -> None:
    assert is_office("白塘镇人民政府") and office_code("860001-白塘镇人民政府") == "860001"
    assert not is_office("330-南浦市部门") and not is_office("万元") and not is_office("为了提升的服务中心")
    assert clean_office("临江县民政局（本级）") == "临江县民政局"


@pytest.mark.parametrize(
    ("text", "offices"),
    [
        ("砚湖市财政局砚湖市水务局", ("砚湖市财政局", "砚湖市水务局")),
        ("砚湖市财政局、砚湖市水务局", ("砚湖市财政局", "砚湖市水务局")),
        ("新乡市辉县市农业农村局", ("新乡市辉县市农业农村局",)),
    ],
)
def test_several_signers_are_several_offices(text: str, offices: tuple[str, ...]) -> None:
    assert split_offices(text) == offices


@pytest.mark.parametrize(
    ("sentence", "former"),
    [
        ("2019年3月原丹寨县旅游发展局更名为丹寨县文体广电旅游局。", ["丹寨县旅游发展局"]),
        ("2019年丹寨县旅游发展局更名为丹寨县文体广电旅游局。", ["丹寨县旅游发展局"]),
        ("根据机构改革方案组建封丘县水务局，原水利局职责划入。", ["水利局"]),
        ("原阳县水利局更名为原阳县水务局。", ["原阳县水利局"]),
    ],
)
def test_the_office_before_a_reform(sentence: str, former: list[str]) -> None:
    witnesses = read_witnesses(read_bytes("a.txt", sentence.encode()), "")
    assert [each.text for each in witnesses if each.place == "former"] == former
