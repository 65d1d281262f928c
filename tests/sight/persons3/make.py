"""Write one document for each line: ``python make.py OUT``. Nothing of the product is used.

Needs openpyxl and python-docx.
"""

import html
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def main() -> None:
    """Write OUT/ID/NAME.EXT for persons.jsonl and keep.jsonl."""
    for name in ("persons", "keep"):
        for line in (HERE / f"{name}.jsonl").read_text("utf-8").splitlines():
            write(json.loads(line), Path(sys.argv[1]))


def write(line: dict[str, Any], out: Path) -> None:
    """Write a line as its carrier says; a form of two rows stands around it, so that there is something to read."""
    kind, context = line["format"], line["context"]
    rows = context if kind == "table" else [context] if kind == "cell" else []
    text = context if kind == "text" else ""
    carrier = line["carrier"]
    name = context if kind == "file" else f"{line['id']}.{carrier}"
    folder = out / line["id"]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    form = [["一级指标", "二级指标", "三级指标", "指标值"], ["产出指标", "数量指标", "维护设备数量", "≥12台"]]
    title = ["项目支出绩效目标表（2024年度）", "项目名称：设备维护经费"]
    if path.suffix == ".xlsx":
        from openpyxl import Workbook

        book = Workbook()
        sheet = book.active
        if kind == "sheet":
            sheet.title = context
        for row in [[t] for t in title] + rows + ([[text]] if text else []) + form:
            sheet.append(row)
        book.save(path)
    elif path.suffix == ".docx":
        from docx import Document

        document = Document()
        for paragraph in [*title, text]:
            document.add_paragraph(paragraph)
        for each in (rows, form):
            if each:
                table = document.add_table(len(each), max(map(len, each)))
                for r, row in enumerate(each):
                    for c, cell in enumerate(row):
                        table.cell(r, c).text = cell
        document.save(path)
    elif path.suffix == ".html":
        tables = "".join(
            "<table>"
            + "".join("<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in row) + "</tr>" for row in each)
            + "</table>"
            for each in (rows, form)
            if each
        )
        head = "".join(f"<p>{html.escape(t)}</p>" for t in [*title, text])
        path.write_text(f"<!DOCTYPE html><meta charset=utf-8><body>{head}{tables}</body>", "utf-8")
    else:
        lines = (
            title + ([text] if text else []) + ["\t".join(c.replace("\n", " ") for c in row) for row in [*rows, *form]]
        )
        path.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
