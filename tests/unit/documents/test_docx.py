"""What Word files hold besides plain tables."""

from __future__ import annotations

import pytest

from jixiao.documents import limits, read_bytes
from jixiao.documents.numbering import format_number
from jixiao.errors import DocumentError
from jixiao.model import Paragraph, Table
from tests.makers.grids import only_table, rows, spots, texts
from tests.makers.packages import W, package, paragraph, word, word_cell, word_table

RESTART, GOES_ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def test_body_order_is_kept() -> None:
    table = word_table(word_cell("指标") + word_cell("值"), word_cell("甲") + word_cell("1"))
    document = read_bytes("a.docx", word(paragraph("上文") + table + paragraph("下文")))
    assert [type(block) for block in document.blocks] == [Paragraph, Table, Paragraph]


def test_merges_that_break_off_and_begin_anew() -> None:
    table = word_table(
        word_cell("产出", RESTART) + word_cell("甲"),
        word_cell("", GOES_ON) + word_cell("乙"),
        word_cell("效益", RESTART) + word_cell("丙"),
        word_cell("", GOES_ON) + word_cell("丁"),
        word_cell("满意", GOES_ON) + word_cell("戊"),
    )
    found = {spot.text: spot.rowspan for spot in spots(only_table(read_bytes("a.docx", word(table))))}
    assert (found["产出"], found["效益"]) == (2, 3)


def test_a_merge_without_beginning_is_a_cell() -> None:
    table = word_table(word_cell("产出", GOES_ON) + word_cell("甲"), word_cell("效益") + word_cell("乙"))
    assert rows(only_table(read_bytes("a.docx", word(table))))[0] == ["产出", "甲"]


def test_rows_may_begin_further_right_and_cells_span_columns() -> None:
    head = word_cell("指标") + word_cell("目标", '<w:gridSpan w:val="2"/>')
    below = '<w:trPr><w:gridBefore w:val="1"/></w:trPr>' + word_cell("半年") + word_cell("全年")
    table = word_table(head, below)
    found = [(spot.text, spot.column, spot.colspan) for spot in spots(only_table(read_bytes("a.docx", word(table))))]
    assert found == [("指标", 0, 1), ("目标", 1, 2), ("半年", 1, 1), ("全年", 2, 1)]


def test_horizontal_merges_of_old_files() -> None:
    table = word_table(
        word_cell("项目名称", '<w:hMerge w:val="restart"/>') + word_cell("", "<w:hMerge/>") + word_cell("河道保洁"),
        word_cell("甲") + word_cell("乙") + word_cell("丙"),
    )
    first = only_table(read_bytes("a.docx", word(table))).rows[0].cells
    assert [(cell.text, cell.column, cell.colspan) for cell in first] == [("项目名称", 0, 2), ("河道保洁", 2, 1)]


def test_a_table_in_a_cell_stands_beside_its_form() -> None:
    inner = word_table(word_cell("批次") + word_cell("3"), word_cell("样品") + word_cell("9"))
    table = word_table(
        word_cell("项目名称") + word_cell("食品安全监督抽检与检验检测能力建设"),
        word_cell("数量明细") + word_cell("见下", inner=inner),
        word_cell("年度目标") + word_cell("完成全部抽检任务，及时处置不合格产品"),
    )
    outer, nested = read_bytes("a.docx", word(table)).tables
    assert rows(outer)[1] == ["数量明细", "见下"]
    assert rows(nested) == [["批次", "3"], ["样品", "9"]]


def test_a_frame_around_a_form_dissolves() -> None:
    form = word_table(word_cell("指标") + word_cell("值"), word_cell("满意度") + word_cell("≥90%"))
    document = read_bytes("a.docx", word(word_table(word_cell("绩效目标表", inner=form))))
    assert texts(document) == ["绩效目标表"]
    assert rows(only_table(document)) == [["指标", "值"], ["满意度", "≥90%"]]


def test_breaks_tabs_and_several_paragraphs_in_a_cell() -> None:
    cell = (
        "<w:tc><w:p><w:r><w:t>产出指标</w:t><w:br/><w:t>(50分)</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t></w:r></w:p></w:tc>"
    )
    table = only_table(read_bytes("a.docx", word(word_table(cell + word_cell("值")))))
    assert table.rows[0].cells[0].text == "产出指标\n(50分)\n甲 乙"


def test_tracked_changes_and_hidden_text_read_as_printed() -> None:
    body = (
        "<w:p><w:r><w:t>指标值</w:t></w:r><w:del><w:r><w:delText>≥80%</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>≥90%</w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>内部</w:t></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>以上</w:t></w:r></w:p>'
    )
    assert texts(read_bytes("a.docx", word(body))) == ["指标值≥90%以上"]


def test_fields_print_their_result_and_symbols_their_sign() -> None:
    body = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText></w:r>'
        "<w:r><w:t>满意度</w:t></w:r>"
        '<w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:t>90%</w:t></w:r></w:p>'
    )
    assert texts(read_bytes("a.docx", word(body))) == ["满意度≥90%"]


def test_text_boxes_and_content_controls_are_read_once() -> None:
    box = f"<w:txbxContent>{paragraph('附件1')}</w:txbxContent>"
    choice = f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    anchored = f'<mc:AlternateContent xmlns:mc="urn:mc">{choice}</mc:AlternateContent>'
    control = f"<w:sdt><w:sdtContent>{paragraph('控件内')}</w:sdtContent></w:sdt>"
    body = f"<w:p><w:r><w:t>正文</w:t>{anchored}</w:r></w:p>{control}"
    assert texts(read_bytes("a.docx", word(body))) == ["正文", "附件1", "控件内"]


NUMBERING = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="7">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/><w:isLgl/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="8">
<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="●"/></w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="7"/>
<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="8"/></w:num>
</w:numbering>"""
STYLES = (
    f'<w:styles {W}><w:style w:styleId="H"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>'
)


def test_automatic_numbers_are_printed() -> None:
    def numbered(number: int, level: int = 0) -> str:
        return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'

    body = (
        paragraph("产出指标", numbered(1))
        + paragraph("数量指标", numbered(1, 1))
        + paragraph("质量指标", numbered(1, 1))
        + paragraph("效益指标", '<w:pStyle w:val="H"/>')
        + paragraph("社会效益", numbered(1, 1))
        + paragraph("另一清单", numbered(2))
        + paragraph("项目符号", numbered(3))
        + paragraph("不编号", '<w:pStyle w:val="H"/>' + numbered(0))
    )
    parts = {"word/numbering.xml": NUMBERING, "word/styles.xml": STYLES}
    assert texts(read_bytes("a.docx", word(body, parts=parts))) == [
        "一、产出指标",
        "1.1 数量指标",
        "1.2 质量指标",
        "二、效益指标",
        "2.1 社会效益",
        "一、另一清单",
        "项目符号",
        "不编号",
    ]


@pytest.mark.parametrize(
    ("value", "style", "printed"),
    [
        (10, "chineseCounting", "十"), (21, "chineseCountingThousand", "二十一"), (100, "chineseCounting", "100"),
        (3, "decimalEnclosedCircle", "③"), (25, "decimalEnclosedCircle", "25"),
        (4, "upperRoman", "IV"), (19, "lowerRoman", "xix"), (2, "upperLetter", "B"), (3, "ideographTraditional", "丙"),
        (7, "decimal", "7"),
    ],
)  # fmt: skip
def test_number_formats_of_word(value: int, style: str, printed: str) -> None:
    assert format_number(value, style) == printed


def test_the_main_part_may_have_another_name() -> None:
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    link = f'<Relationship Type="{relation}" Target="/word/document2.xml"/>'
    data = package(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": f"<Relationships>{link}</Relationships>",
            "word/document2.xml": f"<w:document {W}><w:body>{paragraph('绩效目标')}</w:body></w:document>",
        }
    )
    assert texts(read_bytes("a.docx", data)) == ["绩效目标"]


def test_macros_are_carried_by_no_one() -> None:
    data = word(paragraph("绩效目标"), parts={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0 Sub AutoOpen()"})
    assert texts(read_bytes("a.docm", data)) == ["绩效目标"]


def test_a_document_of_pictures_says_so() -> None:
    with pytest.raises(DocumentError, match="2 张图片") as caught:
        read_bytes("a.docx", word("", parts={"word/media/image1.jpg": b"1", "word/media/image2.jpg": b"2"}))
    assert caught.value.code == "no-text"


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
        "<!DOCTYPE x [" + "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9)) + "]>",
    ],
)
def test_entities_are_refused(prolog: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_bytes("a.docx", word(paragraph("甲"), prolog=prolog))
    assert caught.value.code == "external-entity"


def test_a_zip_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FREE_BYTES", 1 << 20)
    with pytest.raises(DocumentError) as caught:
        read_bytes("a.docx", word(paragraph("0" * (8 << 20))))
    assert caught.value.code == "zip-bomb"


def test_a_zip_that_lies_about_its_content_is_damaged() -> None:
    data = bytearray(word(paragraph("绩效目标" * 400)))
    start = data.find(b"word/document.xml") + 40
    data[start : start + 60] = bytes(60)
    with pytest.raises(DocumentError) as caught:
        read_bytes("a.docx", bytes(data))
    assert caught.value.code == "damaged"


def test_a_zip_with_a_password_is_encrypted() -> None:
    data = bytearray(word(paragraph("绩效目标")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    with pytest.raises(DocumentError) as caught:
        read_bytes("a.docx", bytes(data))
    assert caught.value.code == "encrypted"


def test_tables_nested_without_end_are_read_as_text() -> None:
    nested = paragraph("最深处")
    for _ in range(40):
        nested = word_table(f"<w:tc>{nested}</w:tc><w:tc>{paragraph('旁')}</w:tc>")
    document = read_bytes("a.docx", word(nested))
    assert any(
        "最深处" in text
        for text in [*texts(document), *(cell.text for t in document.tables for r in t.rows for cell in r.cells)]
    )


def test_a_form_whose_cells_were_lost_is_named() -> None:
    glued = "项目名称河道保洁一级指标二级指标三级指标指标值产出指标数量指标清运垃圾≥12吨"
    document = read_bytes("a.docx", word(paragraph("上文") + paragraph(glued)))
    assert [(note.code, note.source and note.source.line) for note in document.notes] == [("flattened-form", 2)]
    told = "设一级指标3个、二级指标8个、三级指标20个，一级指标、二级指标、三级指标和指标值都已填写"
    assert not read_bytes("a.docx", word(paragraph(told))).notes
