"""The commands that look after a store: ``jixiao store info | check | compact | backup | restore | …``."""

from __future__ import annotations

from contextlib import closing
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jixiao.command_options import StoreOption, opened, voice
from jixiao.config import Settings
from jixiao.errors import UsageError

if TYPE_CHECKING:
    from jixiao.store.protocol import Store

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
    deep: Annotated[bool, typer.Option("--deep", help="逐行核对附表。")] = False,
) -> None:
    """核对库里的内容与写入时是否一致，附表与图谱是否一致 (compare what is stored with what was written)。"""
    from jixiao.lift_command import unfinished_message
    from jixiao.store.unfinished import read_unfinished
    from jixiao.tables.keeping import check_tables

    with opened(store) as target:
        faults = [*target.check(), *check_tables(target, deep=deep)]
        unfinished = read_unfinished(target)
    if unfinished:
        faults.append(unfinished_message(unfinished))
    for fault in faults:
        typer.echo(fault)
    if faults:
        raise SystemExit(4)
    typer.echo("完好 (sound)")


@app.command()
def compact(store: StoreOption = None) -> None:
    """整理图谱库，使读取更快 (compact)。"""
    with _existing(store) as target:
        target.compact()


@app.command()
def backup(path: Annotated[Path, typer.Argument(help="备份文件 (.nq 或 .nq.gz)。")], store: StoreOption = None) -> None:
    """备份为 N-Quads 文件 (back up)。"""
    with opened(store) as target:
        target.backup(path)


@app.command()
def restore(
    path: Annotated[Path, typer.Argument(help="备份文件。", exists=True, dir_okay=False)], store: StoreOption = None
) -> None:
    """用备份替换库里的全部内容 (restore)。"""
    from jixiao.tables.keeping import keep_tables

    with opened(store, read_only=False) as target:
        target.restore(path)
        keep_tables(target)


@app.command("rebuild-tables")
def rebuild_tables(store: StoreOption = None) -> None:
    """从图谱重建附表：清单、筛选、搜索都读它们 (make the side tables anew)。"""
    from jixiao.tables.keeping import rebuild

    with _existing(store) as target:
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
    from jixiao.tables import read_table

    with _existing(store) as target:
        known = [str(row["document"]) for row in read_table(target, "documents")]
        if missing := [name for name in names if name not in known]:
            near = [other for name in missing for other in get_close_matches(name, known, 3, 0.5)]
            hint = f"；是不是 (did you mean): {' '.join(near)}" if near else "；见 jixiao table documents"
            raise UsageError(f"库里没有这些文档 (not in the store){hint}", "no-such-document", " ".join(missing))
        remove_documents(target, names, base_iri or Settings.from_environment().base_iri)


def _existing(location: str | None) -> closing[Store]:
    """Open a store for writing that must be there: nothing but lifting and restoring makes one."""
    with opened(location):
        pass
    return opened(location, read_only=False)
