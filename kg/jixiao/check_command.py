"""The command ``jixiao check``: what an audit would say of drafts that are in no store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jixiao import __version__
from jixiao.command_options import AuditSettingsFile, Output, StoreOption, opened, voice
from jixiao.errors import DocumentError, UsageError
from jixiao.model import Severity

if TYPE_CHECKING:
    from jixiao.analysis.reference import ReferenceFigures
    from jixiao.audit.report import Report
    from jixiao.model import Finding
    from jixiao.reading import LiftOptions, Reading

_ENDINGS = ("", ".xlsx", ".html", ".htm", ".txt", ".md")  # without one it is text, or a pipe

Drafts = Annotated[list[str], typer.Argument(metavar="PATH...", help="要检查的文件、文件夹或通配符。")]
Annotate = Annotated[
    Path | None, typer.Option(help="把 xlsx、docx 的副本连同批注写进这个文件夹 (copies with comments)。")
]
Before = Annotated[
    Path | None, typer.Option(help="前一稿：说明已改、仍在、新增 (an earlier draft to compare with)。", exists=True)
]


def check(
    paths: Drafts,
    output: Output = None,
    annotate: Annotate = None,
    before: Before = None,
    settings: AuditSettingsFile = None,
    store: StoreOption = None,
) -> None:
    """检查自己的稿子，不入库；有错误时退出码为 1；-o 整改清单.xlsx (check drafts; exit 1 when there are errors)。"""
    from jixiao.audit.checking import annotate as write_copy
    from jixiao.audit.checking import compare, is_checked, reach_of, report_of
    from jixiao.reading import LiftOptions, read

    _check_ending(output)
    options = LiftOptions(audit_settings=settings)
    earlier = _findings(before, options)
    findings: list[Finding] = []
    titles: list[str] = []
    peers: list[str] = []
    reference = _reference(store)
    files = _files(paths)
    failed = not files
    for path in files:
        try:
            reading = read(path, options)
        except DocumentError as error:
            failed = True
            voice.complain(error.code, error.message, str(path))
            continue
        reach = reach_of(reading.records, reading.issues)
        typer.echo(f"{path.name}：{reach}", err=True)
        failed = failed or not is_checked(reading.records)
        titles.append(f"{_title(reading, path)}：{reach}")
        findings += reading.findings
        peers += _beside(reading, reference)
        if annotate:
            typer.echo(f"批注写在 (comments in) {write_copy(path, reading.findings, annotate)}", err=True)
    if titles:
        _write(compare(earlier, findings) if before else report_of(findings), output, titles, peers)
    if failed:
        raise SystemExit(3)
    if any(finding.severity == Severity.VIOLATION for finding in findings):
        raise SystemExit(1)


def _files(paths: list[str]) -> tuple[Path, ...]:
    """Return the files to check; say so where there are none."""
    from jixiao.documents.places import find_files

    files = find_files(paths).files
    if not files:
        voice.complain("no-documents", "没有找到可检查的文件；请给出文件，或放有文件的文件夹 (no documents found)")
    return files


def _check_ending(output: Path | None) -> None:
    """Refuse a file that programs would take for what it is not."""
    if output is not None and output.suffix.lower() not in _ENDINGS:
        message = "只能写成 .xlsx、.html 或 .txt (only these can be written)"
        raise UsageError(message, "unknown-ending", str(output))


def _findings(path: Path | None, options: LiftOptions) -> list[Finding]:
    """Return what is found in an earlier draft, a file or a folder of them; nothing for none."""
    from jixiao.documents.places import find_files
    from jixiao.reading import read

    if path is None:
        return []
    return [finding for file in find_files([str(path)]).files for finding in read(file, options).findings]


def _reference(store: str | None) -> ReferenceFigures | None:
    """Return what offices of a store set; None where none is named."""
    if store is None:
        return None
    from jixiao.analysis.reference import ReferenceFigures
    from jixiao.tables import read_table

    with opened(store) as source:
        return ReferenceFigures(read_table(source, "reference-indicators"))


def _beside(reading: Reading, reference: ReferenceFigures | None) -> Iterator[str]:
    """Yield what others set beside the targets of a draft that differ."""
    if reference is None:
        return
    for form in reading.records.forms:
        for plan in form.plans:
            for indicator in plan.indicators:
                key, target = reading.linked.concepts.get(indicator.names), indicator.target
                if target is None:
                    continue
                told = {"target": target.text, "lower": target.lower, "upper": target.upper, "unit": target.unit}
                said = reference.beside(indicator.level3, key, told)
                if said is not None:
                    yield f"第 {indicator.source.line} 行 {indicator.level3}：{said}"


def _title(reading: Reading, path: Path) -> str:
    """Return what a draft is called: its title with its file name."""
    title = reading.records.title or ""
    return f"{title}（{path.name}）" if title else path.name


def _write(report: Report, output: Path | None, titles: list[str], peers: list[str]) -> None:
    """Write the report: a workbook or a page by the ending of the file, else text."""
    from jixiao.exporting.output import open_output

    ending = output.suffix.lower() if output else ""
    if ending == ".xlsx":
        from jixiao.audit.checklist import write_checklist

        notes = (f"检查的文件：{'；'.join(titles)}", f"检查日期：{date.today():%Y-%m-%d}；绩效 {__version__}", *peers)
        with open_output(output) as stream:
            write_checklist(report, stream, title="绩效目标整改清单", notes=notes)
        typer.echo(report.summary, err=True)
        return
    if ending in (".html", ".htm"):
        from jixiao.audit.page import page_lines as lines_of
    else:
        from jixiao.audit.listing import text_lines as lines_of
    with open_output(output) as stream:
        for line in lines_of(report):
            stream.write(f"{line}\n".encode())
    for line in peers:
        typer.echo(line, err=output is not None)
