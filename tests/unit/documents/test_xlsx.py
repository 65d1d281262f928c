"""What workbooks hold besides a plain table."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from jixiao.documents import limits, read_bytes
from jixiao.errors import DocumentError
from tests.makers.examples import APPLICATION
from tests.makers.files import make_xlsx
from tests.makers.grids import only_table, rows, texts
from tests.makers.packages import S, sheet_data, text_cell, workbook

STYLES = (
    '<numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts>'
    "<borders><border/>"
    '<border><left style="thin"/><right style="thin"/><top style="thin"/><bottom style="thin"/></border>'
    '<border><left style="thin"/><right style="thin"/></border></borders>'
    '<cellXfs><xf numFmtId="0" borderId="0"/><xf numFmtId="0" borderId="1"/><xf numFmtId="9" borderId="1"/>'
    '<xf numFmtId="170" borderId="1"/><xf numFmtId="0" borderId="2"/></cellXfs>'
)


def test_numbers_dates_booleans_and_errors() -> None:
    data = workbook(
        sheet_data(
            text_cell("A1", "指标") + text_cell("B1", "值"),
            text_cell("A2", "合格率") + '<c r="B2" s="2"><v>0.95</v></c>',
            text_cell("A3", "完成时间") + '<c r="B3" s="3"><v>45291</v></c>',
            text_cell("A4", "是否完成") + '<c r="B4" t="b"><v>1</v></c>',
            text_cell("A5", "执行率") + '<c r="B5" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
            text_cell("A6", "编码") + '<c r="B6" t="str"><f>"0"&amp;1</f><v>01</v></c>',
            text_cell("A7", "日期") + '<c r="B7" t="d"><v>2024-05-01</v></c>',
        ),
        STYLES,
    )
    values = [row[1] for row in rows(only_table(read_bytes("a.xlsx", data)))]
    assert values == ["值", "95%", "2023年12月", "TRUE", "#DIV/0!", "01", "2024-05-01"]


def test_a_formula_is_its_saved_value_and_its_absence_is_noted() -> None:
    row = (
        text_cell("A1", "总额") + '<c r="B1"><f>SUM(C1:C9)</f><v>12.5</v></c><c r="C1"><f>HYPERLINK("http://x")</f></c>'
    )
    document = read_bytes("a.xlsx", workbook(sheet_data(row, text_cell("A2", "甲") + text_cell("C2", "乙"))))
    assert rows(only_table(document))[0] == ["总额", "12.5", ""]
    (note,) = document.notes
    assert note.code == "formula-without-value"
    assert 'C1 =HYPERLINK("http://x")' in note.message


@pytest.mark.parametrize(
    ("formula", "shown"),
    [("100%", "100%"), ("1200/3", "400"), ("-(2+3)*4", "-20"), ('"≥"', "≥"), ('"a""b"', 'a"b'), ("97.5%", "97.5%")],
)
def test_a_formula_of_constants_needs_no_saved_value(formula: str, shown: str) -> None:
    row = text_cell("A1", "合格率") + f"<c r='B1'><f>{formula}</f></c>"
    document = read_bytes("a.xlsx", workbook(sheet_data(row, text_cell("A2", "甲") + text_cell("B2", "乙"))))
    assert rows(only_table(document))[0] == ["合格率", shown]
    assert not document.notes


@pytest.mark.parametrize("formula", ["1/0", "2**9", "(" * 60, "A1*2", "9" * 99 + "*9"])
def test_other_formulas_are_named(formula: str) -> None:
    row = text_cell("A1", "合格率") + f"<c r='B1'><f>{formula}</f></c>"
    document = read_bytes("a.xlsx", workbook(sheet_data(row, text_cell("A2", "甲") + text_cell("B2", "乙"))))
    assert formula[:9] in "".join(note.message for note in document.notes) or rows(only_table(document))[0][1]


def test_hidden_sheets_are_left_out_with_a_note() -> None:
    data = workbook(sheet_data(text_cell("A1", "公开")), second=sheet_data(text_cell("A1", "底稿")), state="hidden")
    document = read_bytes("a.xlsx", data)
    assert texts(document) == ["公开"]
    assert [(note.code, note.level) for note in document.notes] == [("hidden-sheets", "info")]
    assert "表二" in document.notes[0].message


def test_shared_strings_lose_their_phonetic_hints() -> None:
    strings = (
        f"<sst {S}><si><r><t>数量</t></r><r><t>指标</t></r><rPh><t>shuliang</t></rPh></si><si><t>≥3</t></si></sst>"
    )
    data = workbook(sheet_data('<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>9</v></c>'))
    buffer = BytesIO(data)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", strings)
    assert rows(only_table(read_bytes("a.xlsx", buffer.getvalue()))) == [["数量指标", "≥3"]]


def test_a_bloated_range_is_trimmed() -> None:
    styled = "".join(f'<c r="{letter}1" s="1"/>' for letter in "CDEFGHIJ")
    empty = "".join(f'<row r="{number}"><c r="A{number}" s="1"/></row>' for number in range(3, 2000))
    first = f'<row r="1">{text_cell("A1", "指标", 1)}{text_cell("B1", "值", 1)}{styled}</row>'
    second = f'<row r="2">{text_cell("A2", "满意度", 1)}{text_cell("B2", "≥90%", 1)}</row>'
    merges = '<mergeCells><mergeCell ref="A1048570:XFD1048576"/></mergeCells>'
    data = workbook(f"<sheetData>{first}{second}{empty}</sheetData>{merges}", STYLES)
    assert rows(only_table(read_bytes("a.xlsx", data))) == [["指标", "值"], ["满意度", "≥90%"]]


def test_a_cell_far_to_the_right_becomes_a_note() -> None:
    data = workbook(sheet_data(text_cell("A1", "指标") + text_cell("B1", "值") + text_cell("XFD1", "迷路")))
    document = read_bytes("a.xlsx", data)
    assert rows(only_table(document)) == [["指标", "值"]]
    assert [note.code for note in document.notes] == ["cells-beyond-limit"]
    assert "XFD1" in document.notes[0].message


def test_forms_below_one_another_come_apart_at_blank_rows_before_a_title() -> None:
    data = workbook(
        sheet_data(
            text_cell("A1", "表一"),
            text_cell("A2", "指标") + text_cell("B2", "值"),
            text_cell("A3", "甲") + text_cell("B3", "1"),
            "",
            text_cell("A5", "乙") + text_cell("B5", "2"),
            "",
            text_cell("A7", "表二"),
            text_cell("A8", "指标") + text_cell("B8", "值"),
            text_cell("A9", "丙") + text_cell("B9", "3"),
        )
    )
    document = read_bytes("a.xlsx", data)
    assert texts(document) == ["表一", "表二"]
    assert [rows(table) for table in document.tables] == [
        [["指标", "值"], ["甲", "1"], ["乙", "2"]],
        [["指标", "值"], ["丙", "3"]],
    ]


@pytest.mark.parametrize(
    ("prolog", "content"),
    [
        ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', "&e;"),
        ('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">', "甲"),
        ('<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>', "&b;"),
    ],
)
def test_entities_are_refused(prolog: str, content: str) -> None:
    data = workbook(sheet_data(text_cell("A1", content)), prolog=prolog)
    with pytest.raises(DocumentError) as caught:
        read_bytes("a.xlsx", data)
    assert caught.value.code == "external-entity"


def test_a_zip_bomb_is_refused_before_it_fills_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FREE_BYTES", 1 << 20)
    data = workbook(sheet_data(text_cell("A1", "0" * (8 << 20))))
    assert len(data) < 60_000
    with pytest.raises(DocumentError) as caught:
        read_bytes("a.xlsx", data)
    assert caught.value.code == "zip-bomb"


@pytest.mark.parametrize(
    ("limit", "value"),
    [("MAX_SHEETS", 1), ("MAX_SHEET_ROWS", 3), ("MAX_DOCUMENT_CELLS", 10), ("MAX_ARCHIVE_MEMBERS", 2)],
)
def test_workbooks_beyond_the_limits_are_refused(limit: str, value: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from jixiao.documents import sheets, xlsx

    for module in (limits, sheets, xlsx):
        if hasattr(module, limit):
            monkeypatch.setattr(module, limit, value)
    with pytest.raises(DocumentError) as caught:
        read_bytes("a.xlsx", make_xlsx([APPLICATION, APPLICATION]))
    assert caught.value.code in ("too-large", "zip-bomb")


def test_a_part_that_is_not_xml_is_named() -> None:
    with pytest.raises(DocumentError, match=r"sheet1\.xml") as caught:
        read_bytes("a.xlsx", workbook("<sheetData><row>"))
    assert caught.value.code == "damaged"


def test_an_old_workbook_reads_like_a_new_one() -> None:
    document = read_bytes("a.xls", (Path(__file__).parent / "data" / "self_evaluation.xls").read_bytes())
    assert texts(document) == ["项目支出绩效自评表"]
    assert rows(only_table(document)) == [
        ["一级指标", "三级指标", "指标值", "完成值"],
        ["产出指标", "合格率", "95%", "97.5%"],
        ["项目成本", "1,846,200.00", ""],
        ["完成时间", "2023年12月31日", "≤12月"],
    ]
    assert only_table(document).rows[1].cells[0].rowspan == 3
    assert [note.code for note in document.notes] == ["hidden-sheets"]
