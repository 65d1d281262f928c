"""Write a report as the workbook an office works through (整改清单), the gravest first, with a sheet of notes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import Any, BinaryIO

from rich.cells import cell_len

from jixiao.audit.registry import SEVERITIES, rules
from jixiao.audit.report import Report, StoredFinding
from jixiao.exporting.rows import printable
from jixiao.model import Severity

_FONT = "Microsoft YaHei"
_CREATED = datetime(2000, 1, 1)  # no clock: the same findings give the same bytes
_HEADS = (
    ("序号", 5), ("程度", 8), ("单位", 14), ("项目", 16), ("指标", 16), ("问题", 40), ("整改建议", 26), ("位置", 16),
    ("原文", 36), ("规则", 16), ("依据", 20), ("整改情况", 14),
)  # fmt: skip
_LINE = 15  # points of a line of text
_PAPER_A3 = 8
_COLOURS = {Severity.VIOLATION: "#F8CBAD", Severity.WARNING: "#FFE699", Severity.INFO: "#DDEBF7"}
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
    _write_list(book, report, title)
    _write_notes(book, report, title, notes)
    book.close()


def _write_list(book: Any, report: Report, title: str) -> None:
    """Write the sheet of the findings."""
    sheet = book.add_worksheet("整改清单")
    head = book.add_format({"bold": True, "bg_color": "#D9E1F2", "border": 1, "font_name": _FONT, "text_wrap": True})
    plain = book.add_format({"border": 1, "font_name": _FONT, "text_wrap": True, "valign": "top"})
    marked = {
        severity: book.add_format({"border": 1, "font_name": _FONT, "valign": "top", "bold": True, "bg_color": colour})
        for severity, colour in _COLOURS.items()
    }
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14, "font_name": _FONT}))
    sheet.write_string(1, 0, report.summary, book.add_format({"font_name": _FONT}))
    for column, (name, width) in enumerate(_HEADS):
        sheet.set_column(column, column, width)
        sheet.write_string(3, column, name, head)
    ordered = sorted(report.findings, key=lambda finding: SEVERITIES.index(finding.severity))
    for number, finding in enumerate(ordered, 1):
        cells = _cells(number, finding)
        sheet.set_row(number + 3, _LINE * max(map(_lines, cells, (width for _, width in _HEADS))))
        for column, text in enumerate(cells):
            sheet.write_string(number + 3, column, printable(text), marked[finding.severity] if column == 1 else plain)
    sheet.freeze_panes(4, 3)
    sheet.autofilter(3, 0, 3 + len(ordered), len(_HEADS) - 1)
    sheet.set_landscape()
    sheet.set_paper(_PAPER_A3)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(3)


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
        "",
    )


def _write_notes(book: Any, report: Report, title: str, notes: Sequence[str]) -> None:
    """Write the sheet of notes: what was checked, and every rule that found something with its basis."""
    sheet = book.add_worksheet("说明")
    plain = book.add_format({"font_name": _FONT, "text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "font_name": _FONT})
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 1, 30)
    sheet.set_column(2, 2, 80)
    lines = (
        title,
        *notes,
        "程度：错误＝按印出的数字和文字可以断定；需说明＝应当说明或核对；提示＝写法上的建议。",
        *report.settings_lines(),
    )
    for place, text in enumerate(lines):
        sheet.write_string(place, 0, printable(text), bold if place == 0 else book.add_format({"font_name": _FONT}))
    start = len(lines) + 1
    for column, name in enumerate(("规则", "名称", "依据")):
        sheet.write_string(start, column, name, bold)
    for place, rule in enumerate(report.by_rule(), start + 1):
        described = rules()[rule]
        for column, text in enumerate((rule, described.label, described.source)):
            sheet.write_string(place, column, text, plain)
