"""The command ``jixiao lift`` and what it says about every document."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from jixiao.command_options import AuditSettingsFile, LogFormat, Quiet, StoreOption, opened, voice
from jixiao.config import Settings
from jixiao.documents.places import document_name, shown
from jixiao.model import Severity

if TYPE_CHECKING:
    from jixiao.documents.places import Skipped
    from jixiao.model import Issue
    from jixiao.pipeline import LiftedDocument, LiftReport
    from jixiao.versions import Found


Places = Annotated[list[str], typer.Argument(metavar="PATH...", help="文件、文件夹或通配符。")]
Workers = Annotated[int | None, typer.Option(help="进程数，缺省每核一个。", min=1)]
Scheduler = Annotated[str | None, typer.Option(help="由 dask 集群读取，例如 tcp://10.0.0.5:8786 (read on a cluster).")]
Base = Annotated[str | None, typer.Option(help="实例 IRI 的前缀，以 / 或 # 结尾。")]
WithContacts = Annotated[bool, typer.Option("--with-contacts", help="保留填表人、负责人和电话。")]
ReplaceEmpty = Annotated[bool, typer.Option("--replace-empty", help="没有绩效表的文件也可替换库中同名、有表的文件。")]
Kept = Annotated[
    bool, typer.Option("--originals/--no-originals", help="在库旁保存原文件，供证据页显示 (keep the files).")
]
Sources = Annotated[
    Path | None,
    typer.Option(help="来源表：CSV，列 file 或 sha256、source_url (where files are from)。", exists=True),
]
Again = Annotated[bool, typer.Option("--again", help="未改动的文件也重新读取 (read unchanged files again)。")]
Strict = Annotated[bool, typer.Option("--strict", help="有任何一行读不出来就以退出码 3 结束。")]
ReportFile = Annotated[Path | None, typer.Option(help="把所有问题写成 JSON Lines。")]


def lift(
    paths: Places,
    store: StoreOption = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    base_iri: Base = None,
    with_contacts: WithContacts = False,
    replace_empty: ReplaceEmpty = False,
    originals: Kept = True,
    sources: Sources = None,
    again: Again = False,
    strict: Strict = False,
    report: ReportFile = None,
    audit_settings: AuditSettingsFile = None,
    quiet: Quiet = False,
    log_format: LogFormat = None,
) -> None:
    """读取文件，生成图谱，校验并入库 (read, lift, validate, load)。"""
    from jixiao.cluster import brought
    from jixiao.documents.places import find_files
    from jixiao.exporting.output import check_output, open_output
    from jixiao.ids import Minter
    from jixiao.origins import read_origins
    from jixiao.pipeline import lift_paths
    from jixiao.reading import LiftOptions

    voice.adopt(quiet=quiet, log_format=log_format)
    options = LiftOptions(
        Minter(base_iri or Settings.from_environment().base_iri).base,
        contacts=with_contacts,
        audit_settings=audit_settings,
        replace_empty=replace_empty,
        originals=originals,
        skip=not again and not strict,
        sources=read_origins(sources) if sources else {},
    )
    if report:
        check_output(report)
    with brought(paths) as places:
        total = len(find_files(places).files)  # wrong paths are said before a store is made
        with opened(store, read_only=False) as target, open_output(report) if report else nullcontext() as stream:
            teller = _Teller(total, stream)
            result = lift_paths(places, target, options, workers=workers, scheduler=scheduler, progress=teller)
            teller.report(map(_as_skipped, result.skipped))
    _summarise(result)
    teller.end()
    if result.failed or not result.documents or (strict and teller.lost):
        raise SystemExit(3)


class _Teller:
    """Say of every document as it is done what was read, and how long the others may take.

    ``stream`` takes all issues as JSON Lines; ``lost`` says that a document, or a row of one, was not read.
    """

    def __init__(self, total: int, stream: BinaryIO | None) -> None:
        self._total = total
        self._stream = stream
        self._begun = time.monotonic()
        self._done = 0
        self._unchanged = 0
        self._failed = 0
        self.lost = False

    def __call__(self, document: LiftedDocument) -> None:
        """Tell of one document."""
        self._done += 1
        self._unchanged += document.unchanged
        self._failed += bool(document.error)
        self.lost = self.lost or document.lost
        self.report(_rows(document))
        _tell(document)
        read = self._done - self._unchanged
        if read:
            rate = read / (time.monotonic() - self._begun)
            left = (self._total - self._done) / rate
            voice.progress(f"  {self._done}/{self._total}，每秒 {rate:.1f} 份，约剩 {left:.0f} 秒 (seconds left)")

    def report(self, rows: Iterable[dict[str, object]]) -> None:
        """Write rows to the report that was asked for."""
        if self._stream:
            self._stream.writelines(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)

    def end(self) -> None:
        """Say how many files were read, passed over, and not readable."""
        if voice.quiet or voice.json:
            return
        if self._unchanged:
            told = f"未改动 {self._unchanged} 份，没有重读；要重读请加 --again (unchanged, not read again)"
            typer.echo(told, err=True)
        read = self._done - self._unchanged - self._failed
        if self._done > 1 and self._done > self._unchanged:
            typer.echo(f"读入 {read} 份，读不了 {self._failed} 份 (read; could not be read)", err=True)


def _tell(document: LiftedDocument) -> None:
    if voice.json:
        voice.log(**_as_log(document))
    elif document.error:
        voice.complain(document.error_code or "", document.error, document.path)
    elif not voice.quiet and not document.unchanged:
        typer.echo(_line(document))
        listed = [issue for issue in document.issues if issue.level != "info"]
        for issue in listed:
            where = f"第{issue.source.line}行 " if issue.source else ""
            typer.echo(f"  {where}[{issue.code}] {issue.message}", err=True)
        if more := len(document.issues) - len(listed):
            typer.echo(f"  另有 {more} 条提示，--report 文件 写出全部 (more notes)", err=True)


def _summarise(result: LiftReport) -> None:
    from jixiao.copies import copies_message

    if voice.json:
        for skipped in result.skipped:
            voice.log(**_as_skipped(skipped))
    elif not voice.quiet:
        for skipped in result.skipped:
            typer.echo(f"跳过 (skipped) {shown(skipped.path)}：{skipped.message} ({skipped.message_en})", err=True)
    for path, name in result.doubles.items():
        if voice.json:
            voice.log(level="info", code="same-bytes", document=name, path=path)
        elif not voice.quiet:
            typer.echo(f"{path}：与 {name} 逐字节相同，只计一次 (same bytes; counted once)", err=True)
    _tell_versions(result.versions)
    if any(result.copies) and not voice.quiet and not voice.json:
        typer.echo(copies_message(result.copies), err=True)
    if not result.documents:
        voice.complain("no-documents", "没有找到可读的文件；请给出文件，或放有文件的文件夹 (no documents found)")
    if result.unfinished:
        voice.complain("unfinished", unfinished_message(result.unfinished))


def _tell_versions(versions: Sequence[Found]) -> None:
    for version in versions:
        if voice.json:
            voice.log(level="info", code="version", document=version.newer, of=version.older, certain=version.certain)
        elif not voice.quiet:
            typer.echo(_said_of(version), err=True)


def _said_of(version: Found) -> str:
    if version.certain:
        return (
            f"{version.newer}：是 {version.older} 的新版本；旧版不再计入，仍可引用 "
            "(a new version; the old one counts no more and can still be cited)"
        )
    return (
        f"{version.newer}：可能是 {version.older} 的新版本，两份都计入；请用 jixiao store version 核定 "
        "(it may be a new version; both count until you decide)"
    )


def unfinished_message(graphs: frozenset[str]) -> str:
    """Say which documents an interrupted lift left doubtful, and what to do."""
    return (
        "上次入库中断，下列文档的内容、审核发现可能不一致；请重新 lift，或用 store remove-document 删去 "
        f"(a lift was interrupted; lift these documents again or remove them): {' '.join(sorted(graphs))}"
    )


def _line(document: LiftedDocument) -> str:
    counted = (f"{each.label} {document.findings[each]}" for each in Severity if document.findings.get(each))
    persons = f"，个人信息 {document.persons} 处" if document.persons else ""
    return (
        f"{document.name}  {document.department or '（部门不详）'} {document.fiscal_year or ''}  "
        f"绩效表 {document.forms}，指标 {document.indicators}，金额 {document.amounts}，"
        f"问题 {len(document.issues)}，审核发现 {'、'.join(counted) or '0'}{persons}"
    )


def _as_log(document: LiftedDocument) -> dict[str, object]:
    if document.unchanged:
        return {"level": "info", "code": "unchanged", "document": document.name}
    return {
        "level": "error" if document.error else "info",
        "document": document.name,
        "department": document.department,
        "fiscal_year": document.fiscal_year,
        "forms": document.forms,
        "indicators": document.indicators,
        "amounts": document.amounts,
        "issues": len(document.issues),
        "findings": dict(document.findings),
        "persons": document.persons,
        "error": document.error,
        "error_code": document.error_code,
    }


def _as_skipped(skipped: Skipped) -> dict[str, object]:
    return {
        "document": document_name(skipped.path),
        "level": "info",
        "code": "skipped",
        "message": f"{shown(skipped.path)}：{skipped.message}",
        "message_en": f"{shown(skipped.path)}: {skipped.message_en}",
    }


def _rows(document: LiftedDocument) -> Iterator[dict[str, object]]:
    """Yield the rows of a document in the report."""
    for issue in document.issues:
        yield {"document": document.name, **_as_row(issue)}
    if document.error:
        yield {"document": document.name, "level": "error", "code": document.error_code, "message": document.error}
    if document.unchanged:
        message = "未改动，没有重读；问题见库中的 issues 表 (unchanged, not read again: see the table of issues)"
        yield {"document": document.name, "level": "info", "code": "unchanged", "message": message}


def _as_row(issue: Issue) -> dict[str, object]:
    row = {"level": issue.level, "code": issue.code, "message": issue.message, "message_en": issue.message_en}
    if issue.source is None:
        return {**row, "line": None, "page": None, "source_text": None}
    return {**row, "line": issue.source.line, "page": issue.source.page, "source_text": issue.source.text}
