"""Names and telephone numbers of persons never reach the graph, wherever a document prints them."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from jixiao.documents import read_bytes, read_document
from jixiao.grid import read_forms
from jixiao.model import WITHHELD
from jixiao.pipeline import lift_document, lift_paths
from jixiao.privacy import withhold_persons, withhold_text
from jixiao.privacy.texts import find_persons
from jixiao.reading import LiftOptions
from jixiao.store import MEMORY, open_store
from tests.cli import run

PERSONS = ("张三丰", "李四光", "王五一", "赵六", "钱七七", "孙 八", "周九同", "吴十方", "郑十一")
NUMBERS = ("13500001111", "0373-5550101", "5550102", "138 0000 2222", "zhang@example.org", "5550103", "13700003333")

DOCUMENT = """青原县交通运输局2024年度部门预算

项目支出绩效目标申报表

(2024年度)

填报人：张三丰 联系电话：13500001111 填报日期：2024年3月

项目名称|乡村道路养护||主管部门|青原县交通运输局
项目负责人|李四光||联系电话|0373-5550101
单位负责人（签字）：王五一|||填表人：赵六|5550102
项目资金（万元）|年度资金总额：|120.50||
|其中：财政拨款|100.00||
总体目标|年度目标||||
|1：养护道路。 2：更换标牌。||||
绩效指标|一级指标|二级指标|三级指标|指标值
|产出指标|数量指标|养护里程|≥86公里
||质量指标|路面完好率|95%以上
||时效指标|热线电话接听及时率|≥98%
|满意度指标|服务对象满意度指标|村民满意度|≥90%
审核人|钱七七||经办人|孙 八
填报人:郑十一 联系电话:13700003333|||

注：1.得分按比例计算。

填表人： 周九同  手机 138 0000 2222

负责人：

吴十方

如有疑问请联系 zhang@example.org，咨询电话 5550103。
"""


def lifted(tmp_path: Path, *, contacts: bool) -> str:
    path = tmp_path / "some.txt"
    path.write_text(DOCUMENT.replace("|", "\t"), encoding="utf-8")
    document = lift_document(path, LiftOptions(contacts=contacts))
    assert document.error is None
    assert document.indicators == 4
    return (document.nquads + document.findings_nquads).decode()


def test_no_person_is_in_the_graph(tmp_path: Path) -> None:
    graph = lifted(tmp_path, contacts=False)
    assert [each for each in (*PERSONS, *NUMBERS) if each in graph] == []
    assert "热线电话接听及时率" in graph


def test_persons_stay_when_asked_for(tmp_path: Path) -> None:
    assert "李四光" in lifted(tmp_path, contacts=True)


def nodes(graph: str) -> set[str]:
    return {word for line in graph.splitlines() for word in line.split(" ")[:1]}


def test_iris_do_not_tell_whether_persons_were_kept(tmp_path: Path) -> None:
    without, kept = lifted(tmp_path, contacts=False), lifted(tmp_path, contacts=True)
    assert nodes(without) <= nodes(kept)
    assert 'withContacts> "true"' in kept
    assert re.search(r'withheldCount> "[1-9]\d*"', without)


def test_a_sheet_named_after_a_person(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "王建国"
    sheet.append(["项目名称", "道路养护"])
    book.save(tmp_path / "one.xlsx")
    document = withhold_persons(read_document(tmp_path / "one.xlsx"))
    assert "王建国" not in repr(document)
    assert document.persons.places == 1  # so its original is shown to nobody


@pytest.mark.parametrize("hidden", ["row", "column", "sheet"])
def test_what_is_hidden_keeps_the_original_from_being_shown(tmp_path: Path, hidden: str) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["项目名称", "道路养护"])
    if hidden == "row":
        sheet.append(["经办人", "王建国"])
        sheet.row_dimensions[2].hidden = True
    elif hidden == "column":
        sheet["C1"] = "王建国"
        sheet.column_dimensions["C"].hidden = True
    else:
        other = book.create_sheet("王建国")
        other.append(["经办人", "王建国"])
        other.sheet_state = "hidden"
    book.save(tmp_path / "one.xlsx")
    document = withhold_persons(read_document(tmp_path / "one.xlsx"))
    assert "王建国" not in repr(document)
    assert document.persons.places == 1


@pytest.mark.parametrize("text", ["张小丰、", "何小满", "填表人：何小满 ", "经办"])
def test_a_long_text_is_read_in_steps_that_grow_with_it(text: str) -> None:
    def steps(times: int) -> int:
        count = 0

        def tick(*_: object) -> None:
            nonlocal count
            count += 1

        withhold_text.cache_clear()
        find_persons.cache_clear()
        sys.setprofile(tick)
        try:
            withhold_text(text * times)
        finally:
            sys.setprofile(None)
        return count

    steps(50)  # what is loaded once
    assert steps(800) < 3 * steps(400) + 10_000


def test_persons_in_margins_are_counted() -> None:
    document = replace(read_bytes("one.txt", "道路养护".encode()), margins=("填表人：张三丰",))
    assert withhold_persons(document).persons.places == 1


def test_what_lift_prints_names_nobody(tmp_path: Path) -> None:
    (tmp_path / "张三丰-目标.txt").write_text(DOCUMENT.replace("|", "\t"), encoding="utf-8")
    (tmp_path / "13500001111.txt").write_text("受益农户：王五一", encoding="utf-8")
    done = run("lift", str(tmp_path), store=tmp_path / "store")
    assert "3" in done.stdout + done.stderr
    assert [each for each in (*PERSONS, *NUMBERS) if each in done.stdout + done.stderr] == []


@pytest.mark.parametrize("name", ["绩效目标申报表-张三丰.txt", "张三丰 13500001111.txt"])
def test_a_file_named_after_a_person(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(DOCUMENT.replace("|", "\t"), encoding="utf-8")
    store = open_store(MEMORY)
    report = lift_paths([str(tmp_path)], store)
    everything: Any = store.query("CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    dumped = "".join(map(str, everything))
    assert report.documents[0].indicators == 4
    assert "张三丰" not in dumped
    assert "13500001111" not in dumped
    assert WITHHELD in report.documents[0].name


def test_a_name_that_was_found_is_withheld_wherever_it_stands() -> None:
    document = withhold_persons(read_bytes("one.txt", "受益农户：王建国\n\n王建国家庭年增收3000元\n".encode()))
    assert "王建国" not in repr(document)


def test_what_may_be_a_person_is_told_without_its_words() -> None:
    document = withhold_persons(read_bytes("one.txt", "共有 330106199001011230 一项\n".encode()))
    (note,) = document.notes
    assert (note.code, note.source is not None and note.source.text) == ("person-kept-in-doubt", "")


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("填报人：张三丰，审核：单位", "填报人：〔已隐去〕，审核：单位"),
        ("项目负责人：张三丰、李四光 主管部门：青原县水利局", "项目负责人：〔已隐去〕 主管部门：青原县水利局"),
        ("填表人及联系方式: 陈某 63550104", "填表人及联系方式: 〔已隐去〕"),
        ("填 表 人：陈某某", "填 表 人：〔已隐去〕"),
        ("制表人：____　负责人：____", "制表人：____　负责人：____"),
        ("12345热线电话接通率达到95%，群众满意。", "12345热线电话接通率达到95%，群众满意。"),
        ("明确项目负责人职责，加强管理", "明确项目负责人职责，加强管理"),
        ("支出13912345678.00元", "支出13912345678.00元"),
        ("推进林长制落实，健全河长制考核机制。", "推进林长制落实，健全河长制考核机制。"),
        ("嘉措县文物局：卓玛县财政局的来函收悉", "嘉措县文物局：卓玛县财政局的来函收悉"),
        ("产出·数量：清运垃圾2400吨", "产出·数量：清运垃圾2400吨"),
        ("财务负责人（签字）：/2022年2月18日", "财务负责人（签字）：/2022年2月18日"),
    ],
)
def test_what_is_withheld_in_a_line(printed: str, shown: str) -> None:
    document = withhold_persons(read_bytes("some.txt", printed.encode()))
    assert [block.text for block in document.paragraphs] == [shown]


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        (
            "序号|项目名称|项目负责人|联系电话\n1|道路养护|张三丰|5550105\n2|桥梁加固|李四光|5550106",
            "序号|项目名称|项目负责人|联系电话\n1|道路养护|〔已隐去〕|〔已隐去〕\n2|桥梁加固|〔已隐去〕|〔已隐去〕",
        ),
        ("项目负责人|主管部门|某县水利局", "项目负责人|主管部门|某县水利局"),
        ("负责人|张三丰（副局长）|金额|13912345678", "负责人|〔已隐去〕|金额|13912345678"),
        ("产出指标|数量指标|咨询电话|≥300次", "产出指标|数量指标|咨询电话|≥300次"),
        (
            "负责人|张三丰|金额|5万元\n一级指标|二级指标|三级指标|指标值\n成本指标|单栋费用|单栋鉴定费用|≤4600元",
            "负责人|〔已隐去〕|金额|5万元\n一级指标|二级指标|三级指标|指标值\n成本指标|单栋费用|单栋鉴定费用|≤4600元",
        ),
        (
            "项目|数量|联系人|\n一级指标|二级指标|三级指标|指标值\n成本指标|经济成本|单栋鉴定费用|≤4600元",
            "项目|数量|联系人|\n一级指标|二级指标|三级指标|指标值\n成本指标|经济成本|单栋鉴定费用|≤4600元",
        ),
        ("张三丰|干部|E00004716|13912345678", "〔已隐去〕|干部|〔已隐去〕|〔已隐去〕"),
    ],
)
def test_what_is_withheld_in_a_table(printed: str, shown: str) -> None:
    document = withhold_persons(read_bytes("some.txt", printed.replace("|", "\t").encode()))
    assert "\n".join(row.text for table in document.tables for row in table.rows) == shown.replace("|", "\t")


SELF_EVALUATION = """项目绩效自评表

项目名称|道路养护
一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分
产出指标|数量指标|养护里程|≥86公里|90公里|50|50
满意度指标|服务对象满意度指标|村民满意度|≥90%|92%|50|50
总分||||||100|100

注：1.定量指标按照完成值与指标值的比例计分。

2.定性指标分为三档，分别按照100%-80%、80%-60%、60%-

0%确定分值。

填表人：张三丰 13500001111

单位（盖章）：青原县交通运输局
"""


@pytest.mark.parametrize("contacts", [False, True])
def test_a_scoring_note_holds_its_own_text_only(contacts: bool) -> None:
    document = read_bytes("some.txt", SELF_EVALUATION.replace("|", "\t").encode())
    (form,) = read_forms(document, 2024).forms
    evaluation = form.plans[0].evaluation
    assert evaluation is not None
    assert evaluation.scoring_note == (
        "注：1.定量指标按照完成值与指标值的比例计分。 2.定性指标分为三档，分别按照100%-80%、80%-60%、60%- 0%确定分值。"
    )


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("座机（0891）6000 772，另0578-6000 238转3", "座机〔已隐去〕，另〔已隐去〕"),
        ("缺口0578-6000 238元", "缺口0578-6000 238元"),
        ("手机13700006633/660137", "手机〔已隐去〕"),
        ("机序列号18600001027，播种机12台", "机序列号18600001027，播种机12台"),
        ("付至对公户2112000000004173820", "付至对公户2112000000004173820"),
        ("问卷由毛小雨、齐　霞两位同志回收", "问卷由〔已隐去〕、〔已隐去〕两位同志回收"),
        ("合　计　单　位　备　注", "合　计　单　位　备　注"),
        ("同意上报。　叶伟康　2026.1.19", "同意上报。　〔已隐去〕　2026.1.19"),
        (
            "统计：田　野　　乡镇复核：王子安　　档号：A-138",
            "统计：〔已隐去〕　　乡镇复核：〔已隐去〕　　档号：A-138",
        ),
        ("单位：万元　　年度：2025　　负责人：", "单位：万元　　年度：2025　　负责人："),
        ("领队Ms. Helen Whitcombe到场", "领队Ms. 〔已隐去〕到场"),
        ("Dorje Tashi（配偶，护照PA0004173）不属范围", "〔已隐去〕（配偶，护照〔已隐去〕）不属范围"),
        ("材料由Wang Hailan翻译", "材料由〔已隐去〕翻译"),
        ("合作方Siemens Energy、John Deere不领补贴", "合作方Siemens Energy、John Deere不领补贴"),
        ("现住团结路和谐家园7栋1单元402，由其代领", "现住〔已隐去〕，由其代领"),
        ("居民王建国（金色家园D3-1-1101）来信", "居民〔已隐去〕（〔已隐去〕）来信"),
        ("办公地点：幸福路3号楼2单元402室", "办公地点：幸福路3号楼2单元402室"),
        ("搬迁至幸福小区3栋120户", "搬迁至幸福小区3栋120户"),
        ("不搞张冠李戴", "不搞张冠李戴"),
        ("项目名称：罗溪镇杨梅产业强镇建设", "项目名称：罗溪镇杨梅产业强镇建设"),
    ],
)
def test_what_is_told_by_its_shape(printed: str, shown: str) -> None:
    document = withhold_persons(read_bytes("some.txt", printed.encode()))
    assert [block.text for block in document.paragraphs] == [shown]


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("PETROV SERGEI|谢尔盖|s.petrov@example.org|48000", "〔已隐去〕|〔已隐去〕|〔已隐去〕|48000"),
        ("张三丰|向阳乡|团结村三组9号|183 0000 1027", "〔已隐去〕|向阳乡|〔已隐去〕|〔已隐去〕"),
        ("撰稿|王建国|数据提供|李国强、何小满", "撰稿|〔已隐去〕|数据提供|〔已隐去〕"),
        (
            "户主|身份证号|工作单位|银行账号\n卓玛合作社|93632221MA75U2KQ4E|康宁纺织|6212260000000455907",
            "户主|身份证号|工作单位|银行账号\n卓玛合作社|93632221MA75U2KQ4E|康宁纺织|〔已隐去〕",
        ),
    ],
)
def test_what_is_told_by_a_row(printed: str, shown: str) -> None:
    document = withhold_persons(read_bytes("some.txt", printed.replace("|", "\t").encode()))
    assert "\n".join(row.text for table in document.tables for row in table.rows) == shown.replace("|", "\t")
