"""What the grid reader must hold whatever the wording: words by morphemes, columns by body, rows by one test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

import pytest

from jixiao.grid import read_forms
from jixiao.grid.cells import kind_of
from jixiao.grid.naming import project_in_title
from jixiao.grid.segments import cut
from jixiao.grid.words import header_word, label_word
from jixiao.grid.wraps import join_wrapped
from jixiao.grid.written import read_phrases, read_written
from jixiao.model import Block, Cell, Document, FormKind, Indicator, Paragraph, Place, Row, Table

HEADER = ["一级指标", "二级指标", "三级指标", "指标值", "分值", "指标说明"]
BODY = [
    ["产出指标", "数量指标", "维护路灯", "≥320盏", "20", "按台账统计"],
    ["", "质量指标", "亮灯率", "≥98%", "20", "按月抽查"],
    ["效益指标", "社会效益指标", "夜间出行条件", "明显改善", "30", "走访了解"],
    ["满意度指标", "服务对象满意度指标", "居民满意度", "≥90%", "10", "问卷调查"],
]


def table(rows: Sequence[Sequence[str]], index: int = 1, *, merged: bool = True, first: int = 1) -> Table:
    """Return a table of texts; a cell left empty is not printed."""
    made = [
        Row(tuple(Cell(text, column) for column, text in enumerate(row)), Place(first + number))
        for number, row in enumerate(rows)
    ]
    return Table(index, tuple(made), merged)


def document(*blocks: Block) -> Document:
    return Document("form.html", "0" * 64, "text/html", blocks)


def paragraph(text: str) -> Paragraph:
    return Paragraph(text, Place(1))


def rows_of(*blocks: Block) -> list[Indicator]:
    forms = read_forms(document(*blocks), 2024).forms
    return [row for form in forms for plan in form.plans for row in plan.indicators]


def keys(rows: Sequence[Indicator]) -> Counter[tuple[str | None, ...]]:
    return Counter((row.level1, row.level2, row.level3, row.target.text if row.target else None) for row in rows)


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("年初核定目标", "target"),
        ("考核事项", "level3"),
        ("判定符", "sign"),
        ("量纲", "unit"),
        ("1—7月执行情况", "progress"),
        ("失分原因", "reason"),
        ("指标值说明", "note"),
        ("绩效维度", "level1"),
        ("核定得分", "score"),
    ],
)
def test_words_nobody_listed_speak_by_their_morphemes(word: str, role: str) -> None:
    says = header_word(word).says
    assert max(says, key=says.__getitem__) == role


def test_a_misread_character_leaves_a_label_known() -> None:
    assert label_word("项曰名称").of("project") > 3.0


@pytest.mark.parametrize(
    ("text", "kind"),
    [("≥95%", "value"), ("产出指标（50分）", "level1"), ("座", "unit"), ("每季度", "wording"), ("**人", "placeholder")],
)
def test_cells_are_typed_once(text: str, kind: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize("unknown", range(len(HEADER)))
def test_one_header_word_nobody_knows_costs_no_row(unknown: int) -> None:
    header = [*HEADER]
    header[unknown] = "蓁蓂蓃"
    project = ["项目名称", "路灯维护"]
    assert keys(rows_of(table([project, header, *BODY]))) == keys(rows_of(table([project, HEADER, *BODY])))


@pytest.mark.parametrize("cut", range(1, len(BODY)))
def test_a_page_break_between_any_two_rows_costs_no_row(cut: int) -> None:
    rows = [["项目名称", "路灯维护"], HEADER, *BODY]
    whole = keys(rows_of(table(rows)))
    first, second = table(rows[: 2 + cut]), table(rows[2 + cut :], 2, first=20)
    assert keys(rows_of(first, paragraph("— 3 —"), second)) == whole


def test_a_bare_unit_or_placeholder_is_no_value_and_its_row_no_row() -> None:
    blank = [["产出指标", "数量指标", "指标1：维护路灯", "盏", "", ""], ["", "质量指标", "亮灯率", "≧ %", "", ""]]
    assert rows_of(table([["项目名称", "路灯维护"], HEADER, *blank])) == []


def test_a_row_with_points_and_a_sign_without_a_number_is_a_row_without_a_value() -> None:
    held = [["产出指标", "数量指标", "维护路灯", "≥300盏", "10", ""], ["", "质量指标", "亮灯率", "≧ %", "20", ""]]
    found = rows_of(table([["项目名称", "路灯维护"], HEADER, *held]))
    assert [(row.level3, row.target is None) for row in found] == [("维护路灯", False), ("亮灯率", True)]


def test_rows_of_a_register_belong_to_the_project_in_the_middle_of_its_block() -> None:
    header = ["项目名称", "预算数（万元）", "一级指标", "二级指标", "三级指标", "指标值"]
    rows = [
        ["", "", "产出指标", "数量指标", "养护绿地", "≥18公顷"],
        ["绿地养护", "58.5", "", "质量指标", "成活率", "≥95%"],
        ["", "", "满意度指标", "服务对象满意度指标", "居民满意率", "≥90%"],
        ["", "", "产出指标", "数量指标", "巡查次数", "≥52次"],
        ["安全巡查", "130", "效益指标", "社会效益指标", "事故起数", "0起"],
    ]
    (form,) = read_forms(document(table([header, *rows], merged=False)), 2024).forms
    assert [(plan.project, len(plan.indicators)) for plan in form.plans] == [("绿地养护", 3), ("安全巡查", 2)]


def test_regions_as_rows_give_one_row_for_each_name_and_region() -> None:
    top = Row((Cell("县区", 0, 1, 3), Cell("产出指标", 1, 2), Cell("效益指标", 3)), Place(1))
    middle = Row((Cell("数量指标", 1), Cell("质量指标", 2), Cell("社会效益指标", 3)), Place(2))
    names = Row((Cell("修缮文物（处）", 1), Cell("验收合格率", 2), Cell("开放天数", 3)), Place(3))
    body = table([["东湾县", "3", "100%", "≥200天"], ["西岭县", "2", "100%", "—"]], first=4).rows
    rows = rows_of(Table(1, (top, middle, names, *body), merged=True))
    assert [(row.level2, row.level3, row.region) for row in rows] == [
        ("数量指标", "修缮文物（处）", "东湾县"),
        ("质量指标", "验收合格率", "东湾县"),
        ("社会效益指标", "开放天数", "东湾县"),
        ("数量指标", "修缮文物（处）", "西岭县"),
        ("质量指标", "验收合格率", "西岭县"),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [["序号", "姓名", "职务", "工资（元）"], ["1", "某甲", "教师", "5200"], ["合计", "", "", "5200"]],
        [["序号", "品目名称", "计量单位", "数量", "单价（元）"], ["1", "计算机", "台", "20", "4500"]],
        [["节次", "星期一", "星期二"], ["1", "语文", "数学"], ["2", "数学", "体育"]],
        [["资产类别", "单位", "数量", "原值（万元）"], ["房屋", "平方米", "3200", "860"]],
    ],
)
def test_tables_that_are_no_performance_forms_give_no_rows(rows: list[list[str]]) -> None:
    assert rows_of(table(rows)) == []


def test_empty_result_columns_make_no_self_evaluation() -> None:
    header = ["一级指标", "二级指标", "三级指标", "指标值", "实际完成值", "未完成原因"]
    body = [[*row[:4], "", ""] for row in BODY]
    (form,) = read_forms(document(table([["项目名称", "路灯维护"], header, *body])), 2024).forms
    assert form.kind is FormKind.PROJECT_APPLICATION


def test_a_unit_line_inside_the_table_is_the_unit_of_its_money() -> None:
    rows = [["项目名称", "路灯维护"], ["金额单位：元", ""], ["年度资金总额", "1,250,000.00"], HEADER, *BODY]
    (form,) = read_forms(document(table(rows)), 2024).forms
    assert form.plans[0].funds[0].amount == 1250000


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("【产出指标】[数量指标] 租赁点位（≥1460个）；", ("产出指标", "数量指标")),
        ("（一）产出指标。数量指标：新建冷库（≥**立方米）≥1600立方米；", ("产出指标", "数量指标")),
        ("[产出]数量—补助站点：45个；", ("产出", "数量")),
    ],
)
def test_indicators_written_out_are_one_grammar(text: str, levels: tuple[str, str]) -> None:
    ((written,), _) = read_written(text)
    assert (written.level1, written.level2) == levels
    assert written.value


def test_listed_items_without_labels_must_all_state_a_value() -> None:
    assert len(read_phrases("（1）接入单位320家；（2）平台在线率达到99%以上；")) == 2
    assert read_phrases("（1）加强管理；（2）完善制度；") == ()


@pytest.mark.parametrize(
    ("title", "project"),
    [
        ("审计信息系统运维项目绩效评价表", "审计信息系统运维"),
        ("招商推介专项经费绩效评价表", "招商推介专项经费"),
        ("表：困难群众救助项目绩效自评表", "困难群众救助"),
        ("表二：困难群众救助项目绩效自评表", "困难群众救助"),
        ("2024年项目支出绩效目标表", None),
        ("（五）部门整体支出绩效自评表", None),
    ],
)
def test_a_title_names_a_project_only_beside_the_words_of_every_title(title: str, project: str | None) -> None:
    assert project_in_title(title) == project


def test_a_row_read_by_guess_says_so() -> None:
    header = [*HEADER]
    header[3] = "蓁蓂"
    rows = rows_of(table([["项目名称", "路灯维护"], header, *BODY]))
    assert {row.repairs for row in rows} == {("guessed-column",)}
    assert all(row.confidence < 1 for row in rows)


def test_a_row_whose_columns_may_mean_something_else_stands_in_doubt() -> None:
    header = ["一级指标", "二级指标", "三级指标", "蓁蓂", "蓃蓄", "蓁蓄"]
    body = [[*row[:4], value, ""] for row, value in zip(BODY, ("≥300盏", "≥97%", "有所改善", "≥85%"), strict=True)]
    rows = rows_of(table([["项目名称", "路灯维护"], header, *body]))
    assert [row.level3 for row in rows if row.confidence >= Decimal("0.9")] == []
    assert all(row.doubts for row in rows)


@pytest.mark.parametrize("grades", [["优", "良", "中", "差"], ["差", "中", "良", "优"], ["差", "一般", "优"]])
def test_the_target_is_what_the_best_grade_asks_wherever_it_is_printed(grades: list[str]) -> None:
    values = {"优": "≥90%", "良": "≥80%", "中": "≥70%", "一般": "≥70%", "差": "<70%"}
    row = ["产出指标", "质量指标", "管网漏损控制率", *(values[grade] for grade in grades)]
    rows = rows_of(table([["项目名称", "管网改造"], ["一级指标", "二级指标", "三级指标", *grades], row]))
    assert [each.target.text for each in rows if each.target] == ["≥90%"]


def test_a_project_of_a_register_may_fill_one_group_of_columns() -> None:
    """A row that ends in a name and a value is none of an office, however many groups it leaves empty."""
    groups = ["成本指标", "", "产出指标", "", "效益指标", "", "满意度指标", ""]
    register = [
        ["单位编码（项目编码）", "项目单位（项目名称）", "项目金额（万元）", "", "绩效目标", *[""] * 7],
        ["", "", "资金总额", "财政拨款", *groups],
        ["", "", "", "", *["三级指标", "指标值"] * 4],
        ["131001", "获县林业局", "33.00", "33.00", *[""] * 8],
        ["410724240000000011027", "苗圃日常运行", "33.00", "33.00", "", "", "维护苗圃", "=9座", *[""] * 4],
        ["", "", "", "", "", "", "苗木成活率", "≥98%", *[""] * 4],
    ]
    found = rows_of(paragraph("2024年部门预算项目绩效目标汇总表"), table(register, merged=False, first=3))
    assert [(row.level1, row.level3, row.target and row.target.text) for row in found] == [
        ("产出指标", "维护苗圃", "=9座"),
        ("产出指标", "苗木成活率", "≥98%"),
    ]


def test_what_wraps_around_a_row_and_open_brackets_are_joined() -> None:
    drawn = [
        ("一级指标", "二级指标", "三级指标", "指标值", "得分"),
        ("", "", "", "2025年11月", ""),
        ("产出指标（50", "时效指标", "道路完工时间", "", "8"),
        ("", "", "", "底前", ""),
        ("分）", "质量指标", "工程验收合格率", "100%", "8"),
    ]
    rows = [Row(tuple(map(Cell, row, range(5))), Place(line)) for line, row in enumerate(drawn, 1)]
    joined = join_wrapped(Table(1, tuple(rows)))
    assert [[cell.text for cell in row.filled] for row in joined.rows] == [
        ["一级指标", "二级指标", "三级指标", "指标值", "得分"],
        ["产出指标（50分）", "时效指标", "道路完工时间", "2025年11月底前", "8"],
        ["质量指标", "工程验收合格率", "100%", "8"],
    ]


def test_a_total_glued_to_its_word_is_read_beside_the_label_of_the_section() -> None:
    money = ["项目资金", "总额318", "其中：市级资金200", "县级资金118"]
    (form,) = read_forms(document(table([["项目名称", "路灯维护"], money, HEADER, *BODY])), 2024).forms
    assert [(line.fund, str(line.amount)) for plan in form.plans for line in plan.funds] == [
        ("total", "3180000"),
        ("fiscal-appropriation", "2000000"),
        ("fiscal-appropriation", "1180000"),
    ]


def test_a_row_is_weighed_once_under_each_word_however_often_that_is_printed() -> None:
    printed = ["产出指标", None, None, "效益指标", None] * 200
    asked: Counter[tuple[str, int]] = Counter()

    def cost(word: str, row: int) -> float:
        asked[word, row] += 1
        return 0.0 if printed[row] in (None, word) else 4.0

    placed = cut(printed, stated=True, costs=cost)
    assert [each.label for each in placed] == (["产出指标"] * 3 + ["效益指标"] * 2) * 200
    assert len(asked) == 2 * len(printed)
    assert max(asked.values()) == 1
