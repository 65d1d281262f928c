"""The parts of a container are found by their relations, whatever their names, and read with it."""

from __future__ import annotations

import io
import zipfile

import pytest

from jixiao.documents import read_bytes
from jixiao.errors import DocumentError
from tests.makers.grids import only_table, rows, texts
from tests.makers.packages import R, W, package, paragraph, sheet_data, text_cell, word, word_cell, word_table, workbook

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TABLE = word_table(word_cell("指标") + word_cell("值"), word_cell("绿化面积") + word_cell("≥3亩"))


def renamed(data: bytes, old: str, new: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return package({name.replace(old, new): source.read(name) for name in source.namelist()})


def relations(**targets: str) -> str:
    each = (
        f'<Relationship Id="{kind}1" Type="{_OFFICE}/{kind}" Target="{target}"/>' for kind, target in targets.items()
    )
    return f'<Relationships xmlns="{_RELATIONS}">{"".join(each)}</Relationships>'


@pytest.mark.parametrize(("old", "new"), [("/", "\\"), ("word/", "Word/"), ("document.xml", "DOCUMENT.XML")])
def test_slashes_and_case_of_names_do_not_matter(old: str, new: str) -> None:
    assert rows(only_table(read_bytes("a.docx", renamed(word(TABLE), old, new))))[1] == ["绿化面积", "≥3亩"]


def test_styles_stand_where_the_relations_say() -> None:
    formats = '<cellXfs><xf numFmtId="0"/><xf numFmtId="9"/></cellXfs>'
    cell = text_cell("A1", "合格率") + '<c r="B1" s="1"><v>0.95</v></c>'
    data = renamed(
        workbook(sheet_data(cell, text_cell("A2", "甲") + text_cell("B2", "乙")), formats), "styles.xml", "s2.xml"
    )
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    name = "xl/_rels/workbook.xml.rels"
    added = f'<Relationship Id="s" Type="{_OFFICE}/styles" Target="/xl/s2.xml"/></Relationships>'
    parts[name] = parts[name].replace(b"</Relationships>", added.encode())
    assert rows(only_table(read_bytes("a.xlsx", package(parts))))[0] == ["合格率", "95%"]


def chunk(content: bytes, name: str = "afchunk.bin") -> bytes:
    """Return a Word file that has another document as a part."""
    body = paragraph("上文") + f'<w:altChunk {R} r:id="aFChunk1"/>' + paragraph("下文")
    return word(body, parts={f"word/{name}": content, "word/_rels/document.xml.rels": relations(aFChunk=name)})


PAGE = "<table><tr><td>指标</td><td>值</td></tr><tr><td>绿化面积</td><td>≥3亩</td></tr></table>".encode("gb18030")


@pytest.mark.parametrize("content", [PAGE, word(TABLE)])
def test_a_document_put_in_as_a_part_is_read_in_its_place(content: bytes) -> None:
    document = read_bytes("a.docx", chunk(content))
    assert texts(document) == ["上文", "下文"]
    assert rows(only_table(document))[1] == ["绿化面积", "≥3亩"]
    assert document.blocks[1] is only_table(document)


def test_documents_in_documents_have_an_end() -> None:
    data = word(TABLE)
    for _ in range(5):
        data = chunk(data)
    with pytest.raises(DocumentError) as caught:
        read_bytes("a.docx", data)
    assert caught.value.code == "damaged"


def test_a_table_in_the_page_headers_is_read_once() -> None:
    header = f"<w:hdr {W}>{TABLE}</w:hdr>"
    parts = {"word/header1.xml": header, "word/header2.xml": header}
    parts["word/footer1.xml"] = f"<w:ftr {W}>{paragraph('第 1 页')}</w:ftr>"
    targets = relations(header="header1.xml", footer="footer1.xml").replace(
        "</Relationships>", f'<Relationship Id="h2" Type="{_OFFICE}/header" Target="header2.xml"/></Relationships>'
    )
    document = read_bytes("a.docx", word(paragraph("正文"), parts={**parts, "word/_rels/document.xml.rels": targets}))
    assert rows(only_table(document))[1] == ["绿化面积", "≥3亩"]
    assert texts(document) == ["正文"]


def picture(width: int, height: int) -> str:
    drawing = f'<x:extent xmlns:x="x" cx="{width}" cy="{height}"/><a:blip xmlns:a="a"/>'
    return f"<w:p><w:r><w:drawing>{drawing}</w:drawing></w:r></w:p>"


def test_large_pictures_are_told_with_their_share_of_the_page() -> None:
    (note,) = read_bytes("a.docx", word(paragraph("见附图") + picture(7_560_000, 5_346_000))).notes
    assert note.code == "pictures-not-read"
    assert "50%" in note.message
    assert not read_bytes("a.docx", word(paragraph("见附图") + picture(900_000, 900_000))).notes
