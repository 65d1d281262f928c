"""Drafts are checked without a store: the list an office works through, and comments at the rows of a copy."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook, load_workbook

from tests.cli import run

ROWS = (
    ("项目支出绩效自评表",),
    ("（2023年度）",),
    ("项目名称", "校园安防升级"),
    ("主管部门", "青桥区教育局", "实施单位", "青桥区教育装备中心"),
    ("项目资金（万元）", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"),
    ("年度资金总额：", "200", "200", "156", "10", "88%", "10"),
    ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"),
    ("产出指标", "数量指标", "更新设备学校数", "≥50所", "52所", "40", "40"),
    ("", "质量指标", "设备验收合格率", "100%", "100%", "20", "22"),
    ("效益指标", "社会效益指标", "受益学生人数", "≥900人", "950人", "20", "20"),
    ("满意度指标", "服务对象满意度指标", "师生满意度", "≤95%", "95%", "10", "10"),
)


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "自评表"
    for row in ROWS:
        sheet.append(row)
    book.save(tmp_path / "稿子.xlsx")
    return tmp_path / "稿子.xlsx"


@pytest.fixture
def text_document(tmp_path: Path) -> Path:
    document = Document()
    document.add_paragraph("项目支出绩效自评表")
    document.add_paragraph("（2023年度）")
    table = document.add_table(0, 7)
    for row in ROWS[2:]:
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=False):
            cell.text = text
    document.save(str(tmp_path / "稿子.docx"))
    return tmp_path / "稿子.docx"


def test_errors_are_told_with_their_remedy_and_the_exit_code_says_so(workbook: Path) -> None:
    done = run("check", str(workbook))
    assert done.returncode == 1
    assert "✗ 错误 R206 比率计算不符" in done.stdout
    assert "→ 执行率改为78%" in done.stdout
    assert "→ 改为“≥95%”" in done.stdout


def test_a_draft_without_errors_ends_with_0(tmp_path: Path) -> None:
    path = tmp_path / "好稿.txt"
    rows = [list(row) for row in ROWS]
    rows[5][5:] = ["78%", "7.8"]
    rows[8][6] = "20"
    rows[10][3] = "≥95%"
    path.write_text("\n".join("\t".join(row) for row in rows), "utf-8")
    done = run("check", str(path))
    assert done.returncode == 0, done.stdout


def test_a_second_draft_is_told_what_was_mended_what_is_left_and_what_is_new(workbook: Path, tmp_path: Path) -> None:
    book = load_workbook(workbook)
    sheet = book["自评表"]
    sheet.insert_rows(2)
    for cell, value in (("F7", "78%"), ("G7", "7.8"), ("G10", "21"), ("D11", "≤900人")):
        sheet[cell] = value
    book.save(tmp_path / "二稿.xlsx")
    done = run("check", str(tmp_path / "二稿.xlsx"), "--before", str(workbook))
    said = done.stdout
    assert "【已改】R206" in said and "R206 比率计算不符" not in said
    assert "【仍在】" in said and "【仍在，内容已变】" in said and "【新增】" in said
    lines = [line for line in said.splitlines() if "≤95%" in line]
    assert any("【仍在】" in line for line in lines)  # a row further down, and the same


def test_the_workbook_says_what_where_and_what_to_do(workbook: Path, tmp_path: Path) -> None:
    out = tmp_path / "整改清单.xlsx"
    assert run("check", str(workbook), "-o", str(out)).returncode == 1
    book = load_workbook(out)
    assert book.sheetnames == ["整改清单", "说明"]
    rows = list(book["整改清单"].iter_rows(min_row=4, values_only=True))
    heads = rows[0]
    cells = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert heads[:7] == ("序号", "程度", "单位", "项目", "指标", "问题", "整改建议")
    assert [row["程度"] for row in cells] == sorted(
        (row["程度"] for row in cells), key=["错误", "需说明", "提示"].index
    )
    found = next(row for row in cells if row["指标"] == "师生满意度")
    assert found["整改建议"] == "改为“≥95%”"
    assert "稿子.xlsx" in str(found["位置"]) and "师生满意度 | ≤95%" in str(found["原文"])
    assert not any(cell.data_type == "f" for sheet in book for row in sheet for cell in row)


def test_a_copy_carries_comments_at_the_cells(workbook: Path, text_document: Path, tmp_path: Path) -> None:
    folder = tmp_path / "批注"
    assert run("check", str(workbook), str(text_document), "--annotate", str(folder)).returncode == 1
    sheet = load_workbook(folder / "稿子（批注）.xlsx")["自评表"]
    comments = {cell.coordinate: cell.comment.text for row in sheet for cell in row if cell.comment}
    assert "执行率改为78%" in comments["A6"]
    assert "改为“≥95%”" in comments["A11"]
    told = [comment.text for comment in Document(str(folder / "稿子（批注）.docx")).comments]
    assert any("执行率改为78%" in text for text in told)
    assert load_workbook(workbook)["自评表"]["A6"].comment is None


def test_what_cannot_be_annotated_or_read_is_named(tmp_path: Path) -> None:
    text = tmp_path / "稿子.txt"
    text.write_text("\n".join("\t".join(row) for row in ROWS), "utf-8")
    done = run("check", str(text), "--annotate", str(tmp_path / "批注"))
    assert done.returncode == 2
    assert "cannot-annotate" in done.stderr
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK\x03\x04 nothing")
    done = run("check", str(broken))
    assert done.returncode == 3
    assert "坏.xlsx" in done.stderr


def test_a_file_without_a_form_is_not_called_sound(tmp_path: Path) -> None:
    (tmp_path / "说明.txt").write_text("关于开会的通知\n\n请准时参加。\n", "utf-8")
    done = run("check", str(tmp_path / "说明.txt"))
    assert done.returncode == 3
    assert "没有读出绩效表" in done.stderr


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    done = run("check", str(tmp_path))
    assert (done.returncode, done.stdout) == (3, "")
    assert "[no-documents]" in done.stderr


def test_how_much_was_checked_is_said(workbook: Path) -> None:
    assert "稿子.xlsx：检查了绩效表 1，指标 4" in run("check", str(workbook)).stderr


def test_no_text_is_written_under_the_ending_of_another_format(workbook: Path, tmp_path: Path) -> None:
    done = run("check", str(workbook), "-o", str(tmp_path / "清单.docx"))
    assert done.returncode == 2
    assert "只能写成 .xlsx、.html 或 .txt" in done.stderr
    assert not (tmp_path / "清单.docx").exists()
