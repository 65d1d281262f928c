"""The commands that look after a store: ``jixiao store info | check | compact | backup | restore | …``."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jixiao.command_options import AuditSettingsFile, StoreOption, existing, opened, store_location, voice
from jixiao.config import Settings
from jixiao.errors import UsageError
from jixiao.store import MEMORY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jixiao.store.protocol import Store
    from jixiao.upgrade.upgrading import Upgraded

_UNKNOWN = (
    "没有发现问题；{count} 个文件没有登记（旧版所写，或写入时被终止），只核对了其中的文档图，"
    "加 --deep 读遍索引 "
    "(no fault found; of some files nothing was noted when they were written: --deep reads all of them)"
)
app = typer.Typer(help="管理图谱库 (look after the store)。", no_args_is_help=True)


@app.command()
def info(store: StoreOption = None) -> None:
    """图谱库的位置、版本和大小，不计入统计的副本数 (location, version, size, copies)。"""
    from jixiao.copies import copies_message, count_copies

    with opened(store) as target:
        facts = target.info()
        copied = count_copies(target)
    for name in ("location", "kind", "version", "graphs", "triples", "disk_bytes"):
        typer.echo(f"{name}: {getattr(facts, name)}")
    typer.echo(f"copies: {copies_message(copied)}")


@app.command()
def check(
    store: StoreOption = None,
    deep: Annotated[bool, typer.Option("--deep", help="逐行核对附表，并读遍每个索引。")] = False,
) -> None:
    """核对库里的内容与写入时是否一致，附表与图谱是否一致 (compare what is stored with what was written)。"""
    from jixiao.lift_command import unfinished_message
    from jixiao.store.salvage import unreadable
    from jixiao.store.soundness import unknown_files
    from jixiao.store.unfinished import read_unfinished
    from jixiao.tables.keeping import check_tables

    with opened(store) as target:
        faults = [*target.check(), *check_tables(target, deep=deep)]
        unfinished = read_unfinished(target)
        folder: Path | None = getattr(target, "folder", None)
    if unfinished:
        faults.append(unfinished_message(unfinished))
    if deep and folder and (reason := unreadable(folder)):
        faults.append(f"{folder}: 读不完 (cannot be read to its end): {reason}")
    for fault in faults:
        typer.echo(fault)
    if faults:
        raise SystemExit(4)
    unknown = unknown_files(folder) if folder and not deep else []
    typer.echo(_UNKNOWN.format(count=len(unknown)) if unknown else "完好 (sound)")


@app.command()
def compact(store: StoreOption = None) -> None:
    """整理图谱库，使读取更快 (compact)。"""
    with existing(store) as target:
        target.compact()


@app.command()
def backup(
    path: Annotated[Path, typer.Argument(help="备份文件 (.nq 或 .nq.gz)。")],
    store: StoreOption = None,
    readable: Annotated[bool, typer.Option("--readable", help="库已损坏：只存出仍完好的文档。")] = False,
) -> None:
    """备份为 N-Quads 文件 (back up)。"""
    if readable:
        _save_readable(Path(store_location(store)), path)
        return
    with opened(store) as target:
        target.backup(path)


def _save_readable(folder: Path, path: Path) -> None:
    """Save what is sound of a damaged store, and say what is lost; exit 4 where something is."""
    from jixiao.store.salvage import salvage

    found = salvage(folder, path)
    for iri in found.lost:
        typer.echo(f"{iri}: 已损坏，未存出 (damaged, not saved)")
    for iri in found.unknown:
        typer.echo(f"{iri}: 被更新过，无从核对 (changed by an update: nothing to compare it with)")
    typer.echo(f"存出 {len(found.saved)} 个图，失去 {len(found.lost)} 个 (graphs saved, lost)")
    if found.lost:
        raise SystemExit(4)


@app.command()
def restore(
    path: Annotated[Path, typer.Argument(help="备份文件。", exists=True, dir_okay=False)],
    store: StoreOption = None,
    unverified: Annotated[
        bool, typer.Option("--unverified", help="也接受末尾没有校验行的备份（0.1 版或别的程序所写）。")
    ] = False,
) -> None:
    """用备份替换库里的全部内容 (restore)。"""
    from jixiao.tables.keeping import begin_history, keep_tables

    with opened(store, read_only=False) as target:
        before = target.info()
        target.restore(path, verified=not unverified)
        after = target.info()
        begin_history(target)
        keep_tables(target)
    typer.echo(
        f"原有 {before.graphs} 个图、{before.triples} 条，现为 {after.graphs} 个图、{after.triples} 条 "
        f"(graphs and statements before, now)"
    )


@app.command()
def upgrade(
    store: StoreOption = None,
    originals: Annotated[
        Path | None, typer.Option(help="放有原文件的文件夹 (a folder with the files).", exists=True, file_okay=False)
    ] = None,
    workers: Annotated[int | None, typer.Option(help="进程数，缺省每核一个。", min=1)] = None,
    base_iri: Annotated[str | None, typer.Option(help="入库时用的 IRI 前缀。")] = None,
    audit_settings: AuditSettingsFile = None,
) -> None:
    """把 0.1 版所建的库升级到现在的版本；中断后再运行即接着做 (upgrade a store of version 0.1)。"""
    from jixiao.reading import LiftOptions
    from jixiao.upgrade.upgrading import upgrade_store

    location = store_location(store)
    if "://" in location or location == MEMORY:
        message = "只能升级文件夹里的库 (only a store in a folder can be upgraded)"
        raise UsageError(message, "not-a-folder", location)
    options = LiftOptions(base_iri or Settings.from_environment().base_iri, audit_settings=audit_settings)
    done = upgrade_store(
        Path(location),
        options,
        originals=originals,
        workers=workers,
        progress=lambda document: voice.progress(f"  {document.name}"),
    )
    if done is None:
        typer.echo("已是现在的版本，无需升级 (nothing to do: it is of the present version)")
        return
    _tell_upgrade(done)
    if done.failed:
        raise SystemExit(3)


def _tell_upgrade(done: Upgraded) -> None:
    """Say what became of each document."""
    for document in done.failed:
        voice.complain(document.error_code or "", document.error or "", document.path)
    for name in done.carried:
        typer.echo(f"{name}：沿用 0.1 版的读取结果 (carried over as version 0.1 read it)")
    typer.echo(
        f"重新读取 {len(done.lifted)} 份，沿用 {len(done.carried)} 份，{done.redirected} 个旧 IRI 转到新 IRI "
        "(documents read again, carried over; old IRIs that lead to new ones)"
    )


@app.command("rebuild-tables")
def rebuild_tables(store: StoreOption = None) -> None:
    """从图谱重建附表：清单、筛选、搜索都读它们 (make the side tables anew)。"""
    from jixiao.tables.keeping import rebuild

    with existing(store) as target:
        read = rebuild(target, lambda done, total: voice.progress(f"  {done}/{total}"))
    typer.echo(f"已读 {read} 个图 (graphs read)")


@app.command("remove-document")
def remove_document(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="文档的文件名。")],
    store: StoreOption = None,
    base_iri: Annotated[str | None, typer.Option(help="入库时用的 IRI 前缀。")] = None,
) -> None:
    """从库里删去文档；有一个名字不在库里就一个也不删 (remove documents)。"""
    from jixiao.pipeline import remove_documents

    with existing(store) as target:
        _require_stored(target, names)
        remove_documents(target, names, base_iri or Settings.from_environment().base_iri)


@app.command()
def version(
    newer: Annotated[str, typer.Argument(metavar="NEW", help="较新文档的文件名。")],
    older: Annotated[str, typer.Argument(metavar="OLD", help="较旧文档的文件名。")],
    store: StoreOption = None,
    apart: Annotated[bool, typer.Option("--apart", help="不是：两份是不同的文档，都计入。")] = False,
    base_iri: Annotated[str | None, typer.Option(help="入库时用的 IRI 前缀。")] = None,
) -> None:
    """核定一份文档是另一份的新版本；或不是 (decide that a document is a new version of another, or is not)。"""
    from jixiao.pipeline import decide_version

    with existing(store) as target:
        _require_stored(target, (newer, older))
        if newer == older:
            raise UsageError("要给两份不同的文档 (name two documents)", "same-document", newer)
        decide_version(target, (newer, older), base_iri or Settings.from_environment().base_iri, apart=apart)


def _require_stored(target: Store, names: Sequence[str]) -> None:
    """Raise ``UsageError`` for names of no stored document, with the nearest that are."""
    from jixiao.document_names import read_stored

    known = [each.name for each in read_stored(target)]
    if missing := [name for name in names if name not in known]:
        near = [other for name in missing for other in get_close_matches(name, known, 3, 0.5)]
        hint = f"；是不是 (did you mean): {' '.join(near)}" if near else "；见 jixiao table documents"
        raise UsageError(f"库里没有这些文档 (not in the store){hint}", "no-such-document", " ".join(missing))
