"""Write a report as the workbook an office works through (整改清单), the gravest first, with a sheet of notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import ceil
from typing import Any, BinaryIO

from rich.cells import cell_len

from jixiao.audit.registry import SEVERITIES, rules
from jixiao.audit.report import Report, StoredFinding
from jixiao.exporting.text import shown_text
from jixiao.model import Severity

_HEAD_ROW = 3
_FONT = "Microsoft YaHei"
_CREATED = datetime(2000, 1, 1)  # no clock: the same findings give the same bytes
_HEADS = (
    ("序号", 5), ("程度", 8), ("单位", 14), ("项目", 16), ("指标", 16), ("问题", 40), ("整改建议", 26), ("位置", 16),
    ("原文", 36), ("规则", 16), ("依据", 20), ("整改情况", 14),
)  # fmt: skip
_LINE = 15  # points of a line of text
_PAPER_A3 = 8
_CELL: dict[str, Any] = {"border": 1, "text_wrap": True, "valign": "top"}
_STYLES: Mapping[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "head": {"bold": True, "bg_color": "#D9E1F2", "border": 1, "text_wrap": True},
    "cell": _CELL,
    "note": {"text_wrap": True, "valign": "top"},
    Severity.VIOLATION: {**_CELL, "bold": True, "bg_color": "#F8CBAD"},
    Severity.WARNING: {**_CELL, "bold": True, "bg_color": "#FFE699"},
    Severity.INFO: {**_CELL, "bold": True, "bg_color": "#DDEBF7"},
}
_MEANING = "程度：错误＝按印出的数字和文字可以断定；需说明＝应当说明或核对；提示＝写法上的建议。"
_NOTES_HEADS = (("规则", 10), ("名称", 30), ("依据", 80))
_ROWS = 5
"""Printed rows of a finding that are shown; the graph has all of them."""


def write_checklist(report: Report, stream: BinaryIO, *, title: str, notes: Sequence[str] = ()) -> None:
    """Write the findings of a report as a workbook of two sheets: the list, and notes with the rules and their basis.

    ``title`` heads both; ``notes`` (what was checked, when, by which version) stand on the second.
    """
    from xlsxwriter import Workbook

    safe = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    book = Workbook(stream, {"in_memory": True, **safe})
    book.set_properties({"created": _CREATED, "author": "jixiao", "title": title})
    styles = {name: book.add_format({"font_name": _FONT, **style}) for name, style in _STYLES.items()}
    _write_list(_Sheet(book.add_worksheet("整改清单"), styles, _HEADS), report, title)
    lines = (title, *notes, _MEANING, *report.settings_lines())
    _write_notes(_Sheet(book.add_worksheet("说明"), styles, _NOTES_HEADS), report, lines)
    book.close()


class _Sheet:
    """Hold a sheet with the styles of its workbook and its columns (head, width)."""

    def __init__(self, sheet: Any, styles: Mapping[str, Any], heads: Sequence[tuple[str, int]]) -> None:
        self.sheet, self.styles = sheet, styles
        self.heads = [head for head, _ in heads]
        for column, (_, width) in enumerate(heads):
            sheet.set_column(column, column, width)

    def write(self, line: int, texts: Sequence[str], style: str) -> None:
        """Write a row of texts, which are never read as formulas."""
        for column, text in enumerate(texts):
            self.sheet.write_string(line, column, shown_text(text), self.styles[style])


def _write_list(sheet: _Sheet, report: Report, title: str) -> None:
    """Write the sheet of the findings."""
    sheet.write(0, [title], "title")
    sheet.write(1, [report.summary], "title")
    sheet.write(_HEAD_ROW, sheet.heads, "head")
    ordered = sorted(report.findings, key=lambda finding: SEVERITIES.index(finding.severity))
    for number, finding in enumerate(ordered, 1):
        cells, line = _cells(number, finding), _HEAD_ROW + number
        sheet.write(line, cells, "cell")
        sheet.sheet.write_string(line, 1, cells[1], sheet.styles[finding.severity])
        sheet.sheet.set_row(line, _LINE * max(map(_lines, cells, (width for _, width in _HEADS))))
    page = sheet.sheet
    page.freeze_panes(_HEAD_ROW + 1, 3)
    page.autofilter(_HEAD_ROW, 0, _HEAD_ROW + len(ordered), len(_HEADS) - 1)
    page.set_landscape()
    page.set_paper(_PAPER_A3)
    page.fit_to_pages(1, 0)
    page.repeat_rows(_HEAD_ROW)


def _write_notes(sheet: _Sheet, report: Report, lines: Sequence[str]) -> None:
    """Write the sheet of notes: what was checked, and every rule that found something with its basis."""
    for place, text in enumerate(lines):
        sheet.write(place, [text], "note" if place else "title")
    start = len(lines) + 1
    sheet.write(start, sheet.heads, "head")
    for place, rule in enumerate(report.by_rule(), start + 1):
        described = rules()[rule]
        sheet.write(place, (rule, described.label, described.source), "note")


def _lines(text: str, width: int) -> int:
    """Return how many lines a text takes in a column, a Chinese character counting two."""
    return sum(max(1, ceil(cell_len(line) / width)) for line in text.splitlines() or [""])


def _cells(number: int, finding: StoredFinding) -> tuple[str, ...]:
    """Return the cells of a finding's row."""
    rule, row = rules()[finding.rule], finding.row
    printed = finding.printed[:_ROWS]
    return (
        str(number),
        finding.severity.label,
        finding.department,
        row.get("project") or "",
        row.get("indicator") or "",
        str(row["message"]),
        row.get("fix") or "",
        "\n".join([str(row["document"]), *(each.place for each in printed)]),
        "\n".join(each.shown for each in printed),
        f"{rule.id} {rule.label}",
        rule.source,
        finding.progress,
    )
