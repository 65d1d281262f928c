"""Text is read in the encoding whose Chinese makes sense, with the cells that spreadsheets write into it."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path

import pytest

from jixiao.documents import read_bytes
from jixiao.documents.encodings import is_garbled
from jixiao.documents.places import find_files
from jixiao.reading import read_records
from tests.makers.grids import only_table

SIMPLE = "项目支出绩效自评表\n项目名称\t老旧小区改造工程\n一级指标\t三级指标\t指标值\n产出指标\t改造小区数量\t≥6个\n"
TRADITIONAL = (
    "項目支出績效自評表\n項目名稱\t老舊小區改造工程\n一級指標\t三級指標\t指標值\n產出指標\t改造小區數量\t6個\n"
)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(SIMPLE, "gb18030"), (SIMPLE, "utf-8"), (SIMPLE, "utf-16"), (TRADITIONAL, "big5"), (TRADITIONAL, "gb18030")],
)
def test_the_encoding_is_the_one_whose_chinese_makes_sense(text: str, encoding: str) -> None:
    table = only_table(read_bytes("a.txt", text.encode(encoding)))
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        line.split("\t") for line in text.splitlines()[1:]
    ]


def test_mojibake_is_told_apart_from_rare_words() -> None:
    assert is_garbled(SIMPLE.encode("gb18030").decode("latin-1"))
    assert is_garbled(TRADITIONAL.encode("big5").decode("gb18030", "replace"))
    assert not is_garbled("鹦鹉螺、麒麟、饕餮")
    assert not is_garbled("Plain words only, 95 %.")


def test_mojibake_is_noted() -> None:
    text = SIMPLE.encode("gb18030").decode("latin-1")
    assert [note.code for note in read_bytes("a.txt", text.encode()).notes] == ["unreadable-text"]
    assert not read_bytes("a.txt", SIMPLE.encode()).notes


def test_radicals_that_fonts_put_in_the_place_of_characters_become_these() -> None:
    table = only_table(read_bytes("a.txt", "主管部⻔\t⽔务局\t⼾籍\n项⽬\t⾦额\t⻓度\n".encode()))
    assert [cell.text for row in table.rows for cell in row.cells] == [
        "主管部门", "水务局", "户籍", "项目", "金额", "长度",
    ]  # fmt: skip


def test_a_quoted_cell_goes_on_over_lines() -> None:
    text = '指标\t指标值\t说明\n绿化面积\t≥3亩\t"一期2亩\n二期1亩"\n补植株数\t"1,200株"\t"称为""行道树"""\n'
    text += '"仿宋"\t引号照旧\t无\n'
    table = only_table(read_bytes("a.txt", text.encode()))
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["指标", "指标值", "说明"],
        ["绿化面积", "≥3亩", "一期2亩\n二期1亩"],
        ["补植株数", "1,200株", '称为"行道树"'],
        ['"仿宋"', "引号照旧", "无"],
    ]
    assert [row.place.line for row in table.rows] == [1, 2, 4, 5]


def test_a_quote_that_never_closes_is_a_mark_like_any_other() -> None:
    table = only_table(read_bytes("a.txt", '指标\t值\n"绿化\t3\n补植\t"4\n栽种\t5\n'.encode()))
    assert [row.cells[1].text for row in table.rows] == ["值", "3", '"4', "5"]


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_values_kept_apart_have_titles_and_several_tables(delimiter: str) -> None:
    lines = ["支出明细", "单位：万元", "科目,金额,备注", "教育支出,120,甲", "卫生支出,80,乙", "绩效目标"]
    lines += ["", "指标,指标值,备注,来源", "入学率,≥99%,,年鉴", "接种率,≥95%,,台账"]
    document = read_bytes("a.csv", "\n".join(lines).replace(",", delimiter).encode("gb18030"))
    assert document.media_type == "text/csv"
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert {"教育支出", "接种率", "台账"} <= set(cells)
    assert not any(delimiter in text for text in cells)


def test_a_folder_gives_its_lists_but_not_its_catalogue(tmp_path: Path) -> None:
    (tmp_path / "表.csv").write_text("指标,指标值,备注\n", "utf-8")
    (tmp_path / "目录.csv").write_text("file,title\n表.csv,绩效目标\n", "utf-8")
    found = find_files([str(tmp_path)])
    assert [path.name for path in found.files] == ["表.csv"]
    assert [skipped.path.name for skipped in found.skipped] == ["目录.csv"]


@pytest.mark.parametrize("cell", ['"' + "," * 300_000, '"' + '""' * 150_000 + "x", '\t"' * 100_000])
def test_hostile_quotes_cost_no_more_than_their_length(cell: str) -> None:
    started = time.process_time()
    read_bytes("a.txt", f"指标\t{cell}\t值\n绿化\t3\t4\n".encode())
    assert time.process_time() - started < 4


@pytest.mark.parametrize("two", [1, 2], ids=["a character is one place", "a Chinese character is two"])
def test_columns_are_found_by_either_way_of_counting_characters(two: int) -> None:
    rows = [
        ("二级指标", "三级指标", "目标值", "分值"),
        ("数量指标", "疏浚沟渠长度", "≥18公里", "20"),
        ("", "更换闸门", "6座", "10"),
        ("质量指标", "工程验收合格率", "100%", "15"),
    ]
    lines = []
    for row in rows:
        cells = (cell + " " * (24 - len(cell) - (two - 1) * sum("一" <= each <= "龥" for each in cell)) for cell in row)
        lines.append("".join(cells).rstrip())
    table = only_table(read_bytes("form.txt", "\n".join(lines).encode()))
    assert [tuple(cell.text for cell in row.cells) for row in table.rows] == rows


SINGLE_BLANKS = """安澜县水利局 2025 年部门预算
项目支出绩效目标表
（2025 年度）
项目名称 河堤养护
项目资金（万元） 资金总额 96.40
年度目标 养护河堤86公里，
保障行洪安全。
一级指标 二级指标 三级指标 指标值 分值
产出指标 数量指标 设置标志标线及警示 ≥1250处 15
桩数量
质量指标 工程验收合格率 100% 10
- 18 -
一级指标 二级指标 三级指标 指标值 分值
满意度指标 服务对象满意度指标 沿线群众满意度 ≥90% 10
填表说明：本表由项目单位填写，一式三份，报送主管部门和财政部门各一份，自留一份，逾期未报的不予安排下一年度的项目资金。
"""


def test_cells_parted_by_single_blanks_are_read_and_doubted() -> None:
    """Extractors that keep no layout leave one blank between cells, and nothing where a cell is empty."""
    document = read_bytes("a.txt", SINGLE_BLANKS.encode())
    table = only_table(document)
    assert [row.text.split("\t") for row in table.rows][3:6] == [
        ["一级指标", "二级指标", "三级指标", "指标值", "分值"],
        ["产出指标", "数量指标", "设置标志标线及警示桩数量", "≥1250处", "15"],
        ["质量指标", "工程验收合格率", "100%", "10"],
    ]
    assert "\t".join(table.rows[2].text.split()) == "年度目标\t养护河堤86公里，保障行洪安全。"
    records = read_records(document)
    (plan,) = (plan for form in records.forms for plan in form.plans)
    assert (plan.project, len(plan.indicators)) == ("河堤养护", 3)
    assert [row.level2 for row in plan.indicators] == ["数量指标", "质量指标", "服务对象满意度指标"]
    assert all(row.confidence < Decimal("0.9") and "single-blanks" in row.repairs for row in plan.indicators)


def test_running_text_with_blanks_is_no_table() -> None:
    text = "本单位 2025 年 绩效 目标 如下 说明\n产出 较好 质量 合格\n"
    assert not list(read_bytes("a.txt", text.encode()).tables)


def test_tables_drawn_with_box_characters() -> None:
    lines = [
        "┌────────┬────────┬──────┐",
        "│ 一级指标 │ 三级指标 │ 指标值 │",
        "├────────┼────────┼──────┤",
        "│ 产出指标 │ 保洁道路面积   │ ≥512万平方米│",
        "│　　　　　├────────┼──────┤",
        "│        │ 清运垃圾 │ ≥14.6万吨 │",
        "└────────┴────────┴──────┘",
    ]
    rows = [
        [cell.text for cell in row.cells] for row in only_table(read_bytes("a.txt", "\n".join(lines).encode())).rows
    ]
    assert rows == [
        ["一级指标", "三级指标", "指标值"],
        ["产出指标", "保洁道路面积", "≥512万平方米"],
        ["", "清运垃圾", "≥14.6万吨"],
    ]
