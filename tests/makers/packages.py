"""Make Word and Excel packages from raw XML, for what no writing library would write."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def package(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a zip of parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def word(body: str, prolog: str = "", parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """Return a Word file with this body and further parts."""
    document = f"{prolog}<w:document {W}><w:body>{body}</w:body></w:document>"
    return package({"[Content_Types].xml": _TYPES, "word/document.xml": document, **(parts or {})})


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def word_cell(text: str, properties: str = "", inner: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}{inner}</w:tc>"


def word_table(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def workbook(
    sheet: str, styles: str = "", prolog: str = "", properties: str = "", second: str = "", state: str = "visible"
) -> bytes:
    """Return a workbook whose first sheet holds this sheet data (and what follows it), the second another."""
    sheets = f'<sheet name="表一" sheetId="1" r:id="rId1"/><sheet name="表二" sheetId="2" state="{state}" r:id="rId2"/>'
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in (1, 2)
    )
    return package(
        {
            "[Content_Types].xml": _TYPES,
            "xl/workbook.xml": f"<workbook {S} {R}>{properties}<sheets>{sheets}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONSHIPS}">{relations}</Relationships>',
            "xl/worksheets/sheet1.xml": f"{prolog}<worksheet {S}>{sheet}</worksheet>",
            "xl/worksheets/sheet2.xml": f"<worksheet {S}>{second or '<sheetData/>'}</worksheet>",
            "xl/styles.xml": f"<styleSheet {S}>{styles}</styleSheet>",
        }
    )


def sheet_data(*rows: str) -> str:
    """Return sheet data of rows of cells, numbered from 1."""
    numbered = "".join(f'<row r="{number}">{row}</row>' for number, row in enumerate(rows, start=1))
    return f"<sheetData>{numbered}</sheetData>"


def text_cell(reference: str, text: str, style: int = 0) -> str:
    return f'<c r="{reference}" s="{style}" t="inlineStr"><is><t>{text}</t></is></c>'
