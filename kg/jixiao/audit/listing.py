"""Write the findings as text for a terminal: by department, project and severity, with the printed rows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len, chop_cells

from jixiao.audit.registry import SEVERITIES
from jixiao.audit.report import Card, Report, StoredFinding
from jixiao.model import Severity

WIDTH = 100
"""Columns of the lines where no terminal says how wide it is."""
_ROWS = {Severity.VIOLATION: 4, Severity.WARNING: 2, Severity.INFO: 1}
_PIECE = re.compile(r"(?:[A-Za-z0-9.,%×]+|.)[，。；：、”’）》〕\] ]*", re.DOTALL)
_MARKS = {Severity.VIOLATION: "✗", Severity.WARNING: "!", Severity.INFO: "·"}


def text_lines(report: Report, width: int = WIDTH) -> Iterator[str]:
    """Yield the report as lines of at most ``width`` columns, a Chinese character counting two.

    Of a violation four printed rows are shown, of a warning two, of a hint one; the other formats hold all.
    """
    last = None
    for group in report.groups():
        if group.department != last:
            if last is not None:
                yield ""
            yield group.department
            yield "─" * min(width, max(20, cell_len(group.department)))
            last = group.department
        documents = f"（{group.documents}）" if group.documents else ""
        yield from _folded(f"{group.project}{documents}", "▍", " ", width)
        for card in group.cards():
            yield from _card(card, width)
    yield ""
    yield report.summary
    yield from _by_rule(report, width)
    yield from report.settings_lines()


def _card(card: Card, width: int) -> Iterator[str]:
    """Yield the findings of one rule on a project."""
    many = f"（{len(card.findings)} 处）" if len(card.findings) > 1 else ""
    yield f"  {_MARKS[card.severity]} {card.severity.label} {card.rule.id} {card.rule.label}{many}"
    for finding in card.findings:
        yield from _folded(str(finding.row["message"]), "    ", "    ", width)
        if finding.row.get("fix"):
            yield from _folded(str(finding.row["fix"]), "    → ", "      ", width)
        yield from _rows(finding, card.severity, width)


def _rows(finding: StoredFinding, severity: Severity, width: int) -> Iterator[str]:
    """Yield the first printed rows of a finding."""
    shown = finding.printed[: _ROWS[severity]]
    for row in shown:
        line = f"      │ {row.place} {row.shown}"
        if cell_len(line) > width:
            line = chop_cells(line, width - 1)[0] + "…"
        yield line
    more = len(finding.printed) - len(shown)
    if more:
        yield f"      │ …… 另有 {more} 行"


def _folded(text: str, first: str, further: str, width: int) -> Iterator[str]:
    """Yield the lines of a text; neither figures nor words of letters are broken, and none begins with a comma."""
    line = first
    for piece in _PIECE.findall(text):
        if cell_len(line) + cell_len(piece) > width and line not in (first, further):
            yield line
            line = further
        line += piece
    yield line


def _by_rule(report: Report, width: int) -> Iterator[str]:
    """Yield how often each rule was broken, by severity."""
    broken = report.by_rule().items()
    for severity in SEVERITIES:
        found = [f"{rule}×{counts[severity]} " for rule, counts in broken if counts[severity]]
        if found:
            yield from _folded("".join(found), f"  {severity.label}：", "        ", width)
