"""What OpenDocument, RTF and web archives hold besides plain tables."""

from __future__ import annotations

import pytest

from jixiao.documents import read_bytes
from jixiao.errors import DocumentError
from jixiao.model import Document
from tests.makers.grids import only_table, rows, spots, texts
from tests.makers.packages import package
from tests.makers.texts import FURTHER_MAKERS

OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
NAMES = " ".join(f'xmlns:{name}="{OFFICE}:{name}:1.0"' for name in ("office", "table", "text", "style"))
STYLES = (
    '<style:style style:name="h"><style:text-properties text:display="none"/></style:style>'
    '<style:style style:name="s"><style:text-properties style:text-line-through-style="solid"/></style:style>'
    '<style:style style:name="t"><style:table-properties table:display="false"/></style:style>'
)


def opened(kind: str, body: str) -> Document:
    mimetype = f"application/vnd.oasis.opendocument.{kind}"
    root = f'<office:document {NAMES} office:mimetype="{mimetype}"><office:styles>{STYLES}</office:styles>'
    return read_bytes("a", f"{root}<office:body>{body}</office:body></office:document>".encode())


def row(*cells: str, more: str = "") -> str:
    made = (f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in cells)
    return f"<table:table-row {more}>{''.join(made)}</table:table-row>"


def test_hidden_sheets_rows_and_columns_of_opendocument() -> None:
    hidden = 'table:visibility="collapse"'
    columns = f"<table:table-column/><table:table-column {hidden}/><table:table-column/>"
    body = row("指标", "上年", "值") + row("旧", "1", "2", more=hidden) + row("绿化", "2亩", "3亩")
    head = f"<table:table-header-rows>{body}</table:table-header-rows>"
    sheets = f'<table:table table:name="公开">{columns}{head}</table:table>'
    sheets += f'<table:table table:name="底稿" table:style-name="t">{row("草稿")}</table:table>'
    document = opened("spreadsheet", f"<office:spreadsheet>{sheets}</office:spreadsheet>")
    assert rows(only_table(document)) == [["指标", "值"], ["绿化", "3亩"]]
    assert [note.code for note in document.notes] == ["hidden-sheets", "hidden-rows", "hidden-columns"]


def test_repeated_rows_and_cells_of_opendocument() -> None:
    repeated = '<table:table-cell table:number-columns-repeated="2"><text:p>同</text:p></table:table-cell>'
    last = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    body = row("甲", "乙", "丙") + f'<table:table-row table:number-rows-repeated="2">{repeated}</table:table-row>{last}'
    document = opened(
        "spreadsheet", f'<office:spreadsheet><table:table table:name="一">{body}</table:table></office:spreadsheet>'
    )
    assert rows(only_table(document)) == [["甲", "乙", "丙"], ["同", "同", ""], ["同", "同", ""]]


def test_text_of_opendocument_as_it_is_seen() -> None:
    body = (
        '<text:p>一<text:tab/>二<text:s text:c="1"/>三<text:line-break/>四</text:p>'
        '<text:p text:style-name="h">底稿</text:p><text:list><text:list-item>'
        '<text:p><text:span text:style-name="s">旧</text:span>新</text:p></text:list-item></text:list>'
        "<text:p><text:ruby><text:ruby-base>字</text:ruby-base><text:ruby-text>zì</text:ruby-text></text:ruby></text:p>"
    )
    document = opened("text", f"<office:text>{body}</office:text>")
    assert texts(document) == ["一 二 三", "四", "新", "字"]
    assert [note.code for note in document.notes] == ["hidden-text", "struck-out-text"]


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"mimetype": "application/vnd.oasis.opendocument.presentation", "content.xml": "<a/>"}, "unsupported"),
        (
            {
                "mimetype": "application/vnd.oasis.opendocument.text",
                "content.xml": "x",
                "META-INF/manifest.xml": "<manifest:encryption-data/>",
            },
            "encrypted",
        ),
    ],
)
def test_opendocument_that_cannot_be_read(parts: dict[str, str], code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_bytes("a.odt", package(parts))
    assert caught.value.code == code


def rtf(body: str) -> Document:
    return read_bytes(
        "a.rtf", rf"{{\rtf1\ansi\ansicpg936{{\fonttbl{{\f0\fcharset134 x;}}}}\f0 {body}}}".encode("gb18030")
    )


def test_rtf_leaves_out_what_is_hidden_and_skips_what_is_no_text() -> None:
    document = rtf(r"{\*\unknown x}{\pict 00ff}a{\v b}{\strike c}\u32511?{\uc0\u25928}{\fldinst d}{\fldrslt e}\par f")
    assert texts(document) == ["a绿效e", "f"]
    assert [note.code for note in document.notes] == ["hidden-text", "struck-out-text"]


def test_rtf_cells_merged_sideways_and_a_second_byte_that_is_a_letter() -> None:
    head = r"\trowd\clmgf\cellx1000\clmrg\cellx2000\cellx3000\intbl \'90k\cell\cell b\cell\row"
    line = r"\trowd\cellx1000\cellx2000\cellx3000\intbl c\cell d\cell e\cell\row"
    table = only_table(rtf(head + line + r"\pard"))
    assert [(spot.text, spot.colspan) for spot in spots(table)][:2] == [(b"\x90k".decode("gb18030"), 2), ("b", 1)]


@pytest.mark.parametrize("kind", sorted(FURTHER_MAKERS))
def test_a_file_cut_off_is_read_or_refused(kind: str) -> None:
    from tests.makers.examples import APPLICATION

    data = FURTHER_MAKERS[kind]([APPLICATION])
    for share in (0.3, 0.6, 0.9):
        try:
            read_bytes("a", data[: int(share * len(data))])
        except DocumentError as error:
            assert error.code in {"damaged", "truncated", "no-text", "binary-file"}
