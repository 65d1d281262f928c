"""Check drafts without a store: what ``jixiao check`` finds in files that nobody has published yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from jixiao.audit.registry import SEVERITIES
from jixiao.audit.report import PrintedRow, Report, StoredFinding
from jixiao.model import DocumentRecords, Finding, Issue


def reach_of(records: DocumentRecords, issues: Iterable[Issue]) -> str:
    """Say how much of a draft was read, and so checked."""
    indicators = sum(len(plan.indicators) for form in records.forms for plan in form.plans)
    amounts = sum(len(table.amounts) for table in records.money_tables)
    if not is_checked(records):
        return "没有读出绩效表，也没有金额，等于没有检查 (no form was read: nothing was checked)"
    lost = sum(issue.level == "error" for issue in issues)
    left = f"；有 {lost} 处没有读出，未经检查，用 jixiao inspect 查看 (places not read)" if lost else ""
    return f"检查了绩效表 {len(records.forms)}，指标 {indicators}，收支表金额 {amounts}{left}"


def is_checked(records: DocumentRecords) -> bool:
    """Tell whether there was anything to check in a draft."""
    return bool(records.forms or records.money_tables)


def report_of(findings: Iterable[Finding]) -> Report:
    """Return findings that are in no store as a report, by department and project, the gravest first."""
    stored = [_stored(finding) for finding in findings]
    stored.sort(key=lambda each: (each.department, each.project, SEVERITIES.index(each.severity)))
    return Report(tuple(stored))


def compare(before: Iterable[Finding], after: Iterable[Finding]) -> Report:
    """Return the findings on a draft, each said to be new, left, or left and changed since an earlier one.

    The same is what has the same content, else what the same rule says of the same thing.
    """
    former, now = list(before), list(after)
    same = {finding.key for finding in former} & {finding.key for finding in now}
    gone = [finding for finding in former if finding.key not in same]
    told = []
    for finding in now:
        word = "仍在" if finding.key in same else "新增"
        earlier = next((each for each in gone if word == "新增" and _about(each) == _about(finding)), None)
        if earlier is not None:
            gone.remove(earlier)
            word = "仍在，内容已变"
        told.append(replace(finding, message=f"【{word}】{finding.message}"))
    return replace(report_of(told), mended=tuple(f"{finding.rule} {finding.message}" for finding in gone))


def _about(finding: Finding) -> tuple[object, ...]:
    return finding.rule, finding.department, finding.project, finding.indicator


def _stored(finding: Finding) -> StoredFinding:
    """Return a finding as a report holds it."""
    row = {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "department": finding.department,
        "project": finding.project,
        "indicator": finding.indicator,
        "message": finding.message,
        "message_en": finding.message_en,
        "fix": finding.fix,
        "document": finding.document,
        "iri": finding.focus,
    }
    printed = tuple(PrintedRow(finding.document, each.line, each.page, each.text) for each in finding.evidence)
    return StoredFinding(row, finding.severity, printed)


def annotate(path: Path, findings: Sequence[Finding], folder: Path) -> Path:
    """Write a copy of an xlsx or docx draft into a folder, with a comment at each row that a finding shows first.

    Raises ``UsageError`` for another format, and where the libraries of the extra ``annotate`` are missing.
    """
    from jixiao.errors import UsageError

    kind = path.suffix.lower()
    if kind not in _WRITERS:
        raise UsageError(
            "只能在 .xlsx 和 .docx 上加批注 (comments: only .xlsx and .docx)", "cannot-annotate", str(path)
        )
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{path.stem}（批注）{kind}"
    remarks: dict[str, list[str]] = {}
    for finding in findings:
        place = next((row.where for row in finding.evidence if row.where), None)
        if place:
            said = f"{finding.severity.label} {finding.rule}：{finding.message}\n建议：{finding.fix}"
            remarks.setdefault(place, []).append(said)
    try:
        _WRITERS[kind](path, target, remarks)
    except ImportError as error:
        raise UsageError(
            "加批注需要 pip install 'jixiao-kg[annotate]' (comments need the extra annotate)",
            "missing-extra",
            str(path),
        ) from error
    return target


def _annotate_xlsx(path: Path, target: Path, remarks: dict[str, list[str]]) -> None:
    """Put the remarks at cells (``sheet!A1``) of a workbook."""
    from openpyxl import load_workbook
    from openpyxl.comments import Comment

    book = load_workbook(path)
    for place, texts in remarks.items():
        sheet, _, cell = place.rpartition("!")
        if sheet not in book.sheetnames:
            continue
        comment = Comment("\n\n".join(texts), "绩效审核")
        comment.width, comment.height = 420, 60 + 60 * len(texts)
        book[sheet][cell].comment = comment
    book.save(target)


def _annotate_docx(path: Path, target: Path, remarks: dict[str, list[str]]) -> None:
    """Put the remarks at rows (``table1/tr9``) of a text document."""
    from docx import Document

    document = Document(str(path))
    for place, texts in remarks.items():
        table, _, row = place.removeprefix("table").partition("/tr")
        if not (table.isdigit() and row.isdigit() and int(table) <= len(document.tables)):
            continue
        rows = document.tables[int(table) - 1].rows
        if not 0 < int(row) <= len(rows):
            continue
        cells = rows[int(row) - 1].cells
        paragraph = next((cell.paragraphs[0] for cell in cells if cell.text.strip()), cells[0].paragraphs[0])
        runs = paragraph.runs or [paragraph.add_run("")]
        document.add_comment(runs, text="\n\n".join(texts), author="绩效审核", initials="审")
    document.save(str(target))


_WRITERS = {".xlsx": _annotate_xlsx, ".docx": _annotate_docx}
