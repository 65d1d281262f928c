"""Rows of lost, surplus and shifted cells find their columns."""

from __future__ import annotations

from jixiao.forms.alignment import Placed, align_row
from jixiao.forms.columns import Column

SCHEMES = frozenset({"2015", "2021"})
ROLES = ("level1", "level2", "level3", "target", "explanation")
COLUMNS = tuple(Column(role, position, position + 1) for position, role in enumerate(ROLES))
DOUBLE = (
    *COLUMNS[:4],
    Column("level2", 4, 5, block=1),
    Column("level3", 5, 6, block=1),
    Column("target", 6, 7, block=1),
)


def read(printed: str, columns: tuple[Column, ...] = COLUMNS, *, stated: bool = False) -> dict[str, str]:
    """Align a row of cells separated by | (empty ones too) and name what stands in each role."""
    cells = [Placed(text.strip(), i) for i, text in enumerate(printed.split("|")) if text.strip()]
    chosen = align_row(cells, columns, SCHEMES, stated=stated).chosen
    return {f"{columns[j].role}{columns[j].block or ''}": cells[i].text for j, i in sorted(chosen.items())}


def test_a_row_in_its_place_stays() -> None:
    assert read("产出指标|数量指标|修补道路面积|≥3万平方米|按合同约定的道路清单逐条核对验收") == {
        "level1": "产出指标",
        "level2": "数量指标",
        "level3": "修补道路面积",
        "target": "≥3万平方米",
        "explanation": "按合同约定的道路清单逐条核对验收",
    }


def test_a_lost_cell_shifts_the_row_left() -> None:
    assert read("质量指标|验收合格率|100%") == {"level2": "质量指标", "level3": "验收合格率", "target": "100%"}
    assert read("培训人次|≥300人次") == {"level3": "培训人次", "target": "≥300人次"}


def test_a_surplus_cell_shifts_the_row_right() -> None:
    assert read("|产出指标||数量指标|培训人次|≥300人次")["level3"] == "培训人次"


def test_label_and_value_may_shift_apart() -> None:
    assert read("满意度指标|学员满意度||≥90%|") == {"level1": "满意度指标", "level3": "学员满意度", "target": "≥90%"}


def test_a_doubled_name_is_one_name() -> None:
    assert read("时效指标|完成时间|完成时间|12月底前") == {
        "level2": "时效指标",
        "level3": "完成时间",
        "target": "12月底前",
    }


def test_a_taxonomy_word_is_a_name_where_only_a_name_fits() -> None:
    assert read("||社会效益|提升|")["level3"] == "社会效益"


def test_blocks_shift_each_by_itself() -> None:
    row = read("产出指标|时效指标|资金到位率||100%|时效指标|资金到位率|100%", DOUBLE)
    assert row["target"] == "100%"
    assert row["level31"] == "资金到位率"
    assert row["target1"] == "100%"


def test_a_value_of_another_item_is_a_name_of_the_next_block() -> None:
    row = read("||指标1：设备使用率达到100%|||指标2：投诉办结率达到95%以上|", DOUBLE)
    assert row == {"level3": "指标1：设备使用率达到100%", "level31": "指标2：投诉办结率达到95%以上"}


def test_a_stated_grid_is_believed_more() -> None:
    cells = "860-某镇部门||3,122,300.50"
    columns = (
        Column("department", 0, 1),
        Column("project", 1, 2),
        Column("money", 2, 3),
        Column("level3", 3, 4),
        Column("target", 4, 5),
    )
    assert read(cells, columns, stated=True) == {"department": "860-某镇部门", "money": "3,122,300.50"}
