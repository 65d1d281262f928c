"""The reader is chosen by content, and every file that cannot be read says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from jixiao.documents import limits, read_bytes, read_document
from jixiao.documents.formats import FileFormat
from jixiao.errors import DocumentError
from tests.makers.examples import APPLICATION
from tests.makers.files import MAKERS, make_docx, make_html
from tests.makers.packages import package
from tests.makers.pdf import make_pdf

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("kind", "media"),
    [("docx", FileFormat.DOCX), ("xlsx", FileFormat.XLSX), ("html", FileFormat.HTML), ("pdf", FileFormat.PDF)],
)
def test_a_misleading_name_does_not_matter(kind: str, media: FileFormat) -> None:
    document = read_bytes("form.txt", MAKERS[kind]([APPLICATION]))
    assert document.media_type == media.media_type
    assert [note.code for note in document.notes] == ["mislabelled"]
    assert kind.upper() in document.notes[0].message


@pytest.mark.parametrize("name", ["form.pdf", "form", "绩效目标.PDF"])
def test_a_fitting_or_absent_ending_gives_no_note(name: str) -> None:
    assert read_bytes(name, make_pdf([APPLICATION])).notes == ()


def test_text_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "form.txt"
    path.write_bytes("项目名称\t河道保洁\n绩效指标\t≥95%\n".encode("gb18030"))
    document = read_document(path)
    assert document.media_type == FileFormat.TEXT.media_type
    assert document.name == "form.txt"
    assert next(document.tables).rows[1].cells[1].text == "≥95%"


@pytest.mark.parametrize(
    "text",
    [
        "每亩<500元，<p>注：以上为示例",
        "BM25 算法\n说明",
        "II 类水质\n达标",
        "From: 财政局\nSubject: 绩效目标\n\n请填报",
    ],
)
def test_text_that_looks_a_little_like_something_else(text: str) -> None:
    assert read_bytes("note.txt", text.encode()).media_type == FileFormat.TEXT.media_type


@pytest.mark.parametrize(
    "head",
    [
        b"<!DOCTYPE html><body>",
        b"\xef\xbb\xbf  <HTML><BODY>",
        b'<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><body>',
        b"<!-- saved page --><table><tr><td>",
        b"<div class='TRS_Editor'>",
    ],
)
def test_web_pages_begin_in_many_ways(head: bytes) -> None:
    assert read_bytes("page", head + "<p>绩效目标</p>".encode()).media_type == FileFormat.HTML.media_type


def test_a_utf16_web_page() -> None:
    page = "<html><body><table><tr><td>指标</td><td>≥95%</td></tr><tr><td>甲</td><td>乙</td></tr></table></body></html>"
    document = read_bytes("page.html", page.encode("utf-16"))
    assert document.media_type == FileFormat.HTML.media_type
    assert next(document.tables).rows[0].cells[1].text == "≥95%"


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("empty-file", b""),
        ("empty-file", b" \r\n\t "),
        ("empty-file", bytes(5000)),
        ("binary-file", bytes(range(256)) * 40),
        ("scanned-image", b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(900)),
        ("scanned-image", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(900)),
        ("archive", b"Rar!\x1a\x07\x00" + bytes(100)),
        ("archive", package({"program.exe": "指标"})),
        ("archive", package({"坏.docx": bytes(range(256)) * 40, "__MACOSX/._a.docx": "指标"})),
        ("unsupported", OLE + "VisioDocument".encode("utf-16-le")),
        ("encrypted", OLE + "EncryptedPackage".encode("utf-16-le")),
        ("damaged", OLE + "Workbook".encode("utf-16-le")),
        ("no-text", b"{\\rtf1\\ansi\\ansicpg936 }"),
        ("no-text", package({"OFD.xml": "<OFD/>"})),
        ("unsupported", package({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"})),
        ("unsupported", package({"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<a/>"})),
        ("no-text", b'<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
         b'<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" '
         b'xmlns:o="urn:schemas-microsoft-com:office:office"/>'),
        ("external-entity", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        ("unsupported", '<?xml version="1.0"?><list><item>绩效</item></list>'.encode()),
        ("damaged", MAKERS["xml"]([APPLICATION])[:-900]),
        ("external-entity", MAKERS["xml"]([APPLICATION]).replace(b"<Workbook", b"<!DOCTYPE Workbook><Workbook", 1)),
        ("truncated", make_docx([APPLICATION])[:-900]),
        ("truncated", make_pdf([APPLICATION])[:-900]),
        ("no-text", make_html([])),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(code: str, data: bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        read_bytes("附件1.dat", data)
    assert caught.value.code == code
    assert caught.value.source == "附件1.dat"
    assert caught.value.exit_code == 3
    assert any("\u4e00" <= character <= "\u9fff" for character in caught.value.message)


def test_comma_separated_values_are_a_table() -> None:
    text = (
        "项目绩效目标表,,,\r\n,,,\r\n一级指标,二级指标,三级指标,指标值\r\n"
        '产出指标,数量指标,"保洁,清运",≥95%\r\n,质量指标,合格率,≥90%\r\n'
    )
    for encoding in ("utf-8-sig", "gb18030"):
        document = read_bytes("表.csv", text.encode(encoding))
        assert [paragraph.text for paragraph in document.paragraphs] == ["项目绩效目标表"]
        (table,) = document.tables
        assert [cell.text for cell in table.rows[1].cells] == ["产出指标", "数量指标", "保洁,清运", "≥95%"]
        assert [row.place.where for row in table.rows] == ["CSV!A3", "CSV!A4", "CSV!B5"]
        assert not table.merged


@pytest.mark.parametrize(
    "text", ["各单位,请于3月,前报送。\n联系人,某某\n", "1,234,567\n2,345,678\n3,456,789\n", 'a,"b,c\nd,e,f\ng,h,i\n']
)
def test_text_with_commas_stays_text(text: str) -> None:
    assert read_bytes("a.txt", text.encode()).media_type == FileFormat.TEXT.media_type


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "none.pdf", "cannot-open"), (tmp_path, "not-a-file")):
        with pytest.raises(DocumentError) as caught:
            read_document(path)
        assert caught.value.code == code


@pytest.mark.parametrize("data", [b"a\tb\n" * 10, b"<html><body><p>1</p></body></html>"])
def test_texts_and_pages_have_a_limit_of_their_own(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_TEXT_BYTES", 20)
    with pytest.raises(DocumentError, match="拆分") as caught:
        read_bytes("large", data)
    assert caught.value.code == "too-large"


def test_a_file_above_the_limit_is_not_even_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 10)
    path = tmp_path / "large.txt"
    path.write_text("绩效目标", encoding="utf-8")
    with pytest.raises(DocumentError, match="上限") as caught:
        read_document(path)
    assert caught.value.code == "too-large"
