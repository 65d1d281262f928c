"""Make one drawn table into a workbook, a Word document, a web page, a PDF and a text, so that a case stays readable.

A drawing has a line a row: ``| a | b |``; ``^`` is covered by the cell above, ``<`` by the cell to the left, ``⏎`` is a
line break inside a cell. ``== name`` begins a sheet; every other line that is not blank is a paragraph.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import escape
from io import BytesIO
from pathlib import Path

from tests.makers.forms import Form, Spot
from tests.makers.pdf import make_pdf

FORMATS = ("docx", "html", "pdf", "txt", "xlsx")
_DATED = (2024, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Hold one cell: text, 0-based row and column in its table, and how far it spans."""

    text: str
    row: int
    column: int
    rowspan: int
    colspan: int


Rows = list[list[str]]
Block = str | Rows


def read_grid(drawing: str) -> list[tuple[str, list[Block]]]:
    """Return the sheets of a drawing: name and blocks (paragraphs and tables)."""
    sheets: list[tuple[str, list[Block]]] = []
    for line in drawing.splitlines():
        if line.startswith("== "):
            sheets.append((line[3:].strip(), []))
            continue
        if not sheets:
            sheets.append(("Sheet1", []))
        blocks = sheets[-1][1]
        if line.startswith("|"):
            row = [cell.strip().replace("⏎", "\n") for cell in line.strip().strip("|").split("|")]
            if blocks and isinstance(blocks[-1], list):
                blocks[-1].append(row)
            else:
                blocks.append([row])
        elif line.strip():
            blocks.append(line.strip())
    return sheets


def cells(rows: Rows) -> Iterator[Drawn]:
    """Yield the cells of a table with their spans, row by row. Raises ValueError where spans do not fit together."""
    covered: Counter[tuple[int, int]] = Counter()
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if text in ("^", "<"):
                continue
            across = _run(row[c + 1 :], "<")
            down = _run([below[c] if c < len(below) else "" for below in rows[r + 1 :]], "^")
            covered.update((r + i, c + j) for i in range(1 + down) for j in range(1 + across))
            yield Drawn(text, r, c, 1 + down, 1 + across)
    wrong = sorted(
        place for place in {(r, c) for r, row in enumerate(rows) for c in range(len(row))} if covered[place] != 1
    )
    if wrong:
        raise ValueError(f"spans overlap or leave a gap at (row, column) {wrong[:3]}")


def _run(following: Iterable[str], mark: str) -> int:
    count = 0
    for text in following:
        if text != mark:
            break
        count += 1
    return count


def make_file(drawing: str, kind: str, folder: Path) -> Path:
    """Write the drawing as a file of the kind (one of FORMATS) and return its path."""
    path = folder / f"input.{kind}"
    path.write_bytes(_WRITERS[kind](read_grid(drawing)))
    return path


# ---------------------------------------------------------------- writers


def _text(sheets: list[tuple[str, list[Block]]]) -> bytes:
    lines: list[str] = []
    for _, blocks in sheets:
        for block in blocks:
            if isinstance(block, str):
                lines += [block, ""]
                continue
            for row in block:
                plain = ("" if text in ("^", "<") else text.replace("\n", " ") for text in row)
                lines.append("\t".join(plain))
            lines.append("")
    return "\n".join(lines).encode()


def _html(sheets: list[tuple[str, list[Block]]]) -> bytes:
    parts = ["<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>"]
    for _, blocks in sheets:
        for block in blocks:
            parts.append(f"<p>{escape(block)}</p>" if isinstance(block, str) else _html_table(block))
    return "\n".join([*parts, "</body></html>"]).encode()


def _html_table(rows: Rows) -> str:
    drawn = list(cells(rows))
    lines = []
    for r in range(len(rows)):
        tds = (
            f"<td rowspan='{cell.rowspan}' colspan='{cell.colspan}'>{escape(cell.text).replace(chr(10), '<br>')}</td>"
            for cell in drawn
            if cell.row == r
        )
        lines.append(f"<tr>{''.join(tds)}</tr>")
    return "<table border='1'>" + "\n".join(lines) + "</table>"


def _pdf(sheets: list[tuple[str, list[Block]]]) -> bytes:
    forms: list[Form] = []
    above: list[str] = []
    for block in (block for _, blocks in sheets for block in blocks):
        if isinstance(block, str):
            above.append(block)
        else:
            spots = (Spot(cell.text, cell.row, cell.column, cell.rowspan, cell.colspan) for cell in cells(block))
            forms.append(Form(tuple(spots), titles=tuple(above)))
            above = []
    return make_pdf([*forms, Form((), titles=tuple(above))] if above else forms)


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument"


def _docx(sheets: list[tuple[str, list[Block]]]) -> bytes:
    body = "".join(
        _paragraph(block) if isinstance(block, str) else _word_table(block) + "<w:p/>"
        for _, blocks in sheets
        for block in blocks
    )
    document = f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    types = f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.wordprocessingml.document.main+xml"/>'
    return _package(
        {
            "[Content_Types].xml": _types(types),
            "_rels/.rels": _office("word/document.xml"),
            "word/document.xml": document,
        }
    )


def _paragraph(text: str) -> str:
    runs = '</w:t><w:br/><w:t xml:space="preserve">'.join(escape(text).split("\n"))
    return f'<w:p><w:r><w:t xml:space="preserve">{runs}</w:t></w:r></w:p>'


def _word_table(rows: Rows) -> str:
    starts = {(cell.row, cell.column): cell for cell in cells(rows)}
    owner = {(cell.row + down, cell.column): cell for cell in starts.values() for down in range(cell.rowspan)}
    lines = []
    for r in range(len(rows)):
        tcs = []
        for c in range(len(rows[r])):
            cell = owner.get((r, c))
            if cell is None:
                continue
            span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
            first = (r, c) in starts
            merge = f'<w:vMerge w:val="{"restart" if first else "continue"}"/>' if cell.rowspan > 1 else ""
            tcs.append(f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{_paragraph(cell.text if first else '')}</w:tc>")
        lines.append(f"<w:tr>{''.join(tcs)}</w:tr>")
    return f"<w:tbl>{''.join(lines)}</w:tbl>"


def _xlsx(sheets: list[tuple[str, list[Block]]]) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts: dict[str, str] = {}
    listed, related, types = (
        [],
        [],
        [f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.spreadsheetml.sheet.main+xml"/>'],
    )
    for number, (name, blocks) in enumerate(sheets, start=1):
        parts[f"xl/worksheets/sheet{number}.xml"] = f'<worksheet xmlns="{main}">{_sheet(blocks)}</worksheet>'
        listed.append(f'<sheet name="{escape(name)}" sheetId="{number}" r:id="r{number}"/>')
        related.append(f'<Relationship Id="r{number}" Type="{_REL}/worksheet" Target="worksheets/sheet{number}.xml"/>')
        types.append(
            f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_TYPE}.spreadsheetml.worksheet+xml"/>'
        )
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{main}" xmlns:r="{_REL}"><sheets>{"".join(listed)}</sheets></workbook>'
    )
    parts["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(related)}</Relationships>'
    )
    return _package({"[Content_Types].xml": _types("".join(types)), "_rels/.rels": _office("xl/workbook.xml"), **parts})


def _sheet(blocks: list[Block]) -> str:
    width = max((len(row) for block in blocks if isinstance(block, list) for row in block), default=1)
    lines: list[list[str]] = []
    merges: list[str] = []
    for block in blocks:
        top = len(lines)
        rows = [[block, *["<"] * (width - 1)]] if isinstance(block, str) else block
        for cell in cells(rows):
            if cell.rowspan > 1 or cell.colspan > 1:
                last = f"{_letter(cell.column + cell.colspan - 1)}{top + cell.row + cell.rowspan}"
                merges.append(f'<mergeCell ref="{_letter(cell.column)}{top + cell.row + 1}:{last}"/>')
        lines += rows
    data = "".join(
        f'<row r="{r}">{"".join(_value(text, r, c) for c, text in enumerate(row) if text not in ("", "^", "<"))}</row>'
        for r, row in enumerate(lines, start=1)
    )
    return f"<sheetData>{data}</sheetData>" + (f"<mergeCells>{''.join(merges)}</mergeCells>" if merges else "")


def _value(text: str, row: int, column: int) -> str:
    return f'<c r="{_letter(column)}{row}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def _letter(column: int) -> str:
    return (chr(64 + column // 26) if column >= 26 else "") + chr(65 + column % 26)


def _types(overrides: str) -> str:
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    xml = '<Default Extension="xml" ContentType="application/xml"/>'
    return f'<Types xmlns="{_PACKAGE}/content-types">{rels}{xml}{overrides}</Types>'


def _office(target: str) -> str:
    link = f'<Relationship Id="r1" Type="{_REL}/officeDocument" Target="{target}"/>'
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{link}</Relationships>'


def _package(parts: dict[str, str]) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _DATED), '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return held.getvalue()


_WRITERS: dict[str, Callable[[list[tuple[str, list[Block]]]], bytes]] = {
    "docx": _docx,
    "html": _html,
    "pdf": _pdf,
    "txt": _text,
    "xlsx": _xlsx,
}
