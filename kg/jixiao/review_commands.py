"""The commands of review: ``jixiao review [set | accept | reject | add | status | export | import]``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jixiao.command_options import Output, StoreOption, existing, opened, voice
from jixiao.config import Settings
from jixiao.errors import DocumentError, UsageError

if TYPE_CHECKING:
    from jixiao.review.decisions import Decision
    from jixiao.store.protocol import Store

app = typer.Typer(help="复核拿不准的内容，更正读错的，处理审核发现 (review, correct, deal with findings)。")
Iri = Annotated[str, typer.Argument(metavar="IRI", help="要复核的那一项的标识（表里的 iri 列）。")]
Role = Annotated[str, typer.Option(help="填报、审核或管理。")]
Note = Annotated[str, typer.Option(help="说明或理由。")]


@app.callback(invoke_without_command=True)
def queue(
    context: typer.Context, store: StoreOption = None, output: Output = None,
    format: Annotated[str, typer.Option("--format", "-f", help="text、jsonl、csv、xlsx 或 parquet。")] = "text",  # noqa: A002
) -> None:  # fmt: skip
    """不带子命令时列出待复核的：原文、疑点、位置 (without a command: what is doubtful, with its source)。"""
    if context.invoked_subcommand:
        return
    from jixiao.exporting import named, write_rows
    from jixiao.tables import TABLES, read_table

    with opened(store) as source:
        rows = read_table(source, "review")
        if format != "text":
            write_rows(rows, TABLES["review"].columns, named(format, machine=True), output, "review")
            return
        count = 0
        for count, row in enumerate(rows, 1):  # noqa: B007
            typer.echo(_shown(row))
    voice.progress(f"共 {count} 项 (to review)")


def _shown(row: Mapping[str, Any]) -> str:
    """Return what is doubtful as lines: where, what, why, the printed row, the IRI, which fields may be set right."""
    from jixiao.review.decisions import thing_kinds

    where = row["cell_place"] or f"第{row['line']}行"
    said = "：".join(filter(None, (row["name"], "；".join(row["doubts"] or ()) or row["read_as"])))
    printed = " | ".join((row["source_text"] or "").split("\t"))
    fields = thing_kinds()[{"project": "plan"}.get(row["kind"], row["kind"])].fields
    may = f"\n  可更正 (may be set): {' '.join(fields)}" if fields else ""
    if row["kind"] == "issue" and row["source_text"]:
        may = "\n  若是指标 (if it is an indicator): jixiao review add IRI 名称 指标值"
    return f"{row['document']} {where}  {said}\n  {printed}\n  {row['iri']}{may}"


@app.command("set")
def set_field(
    iri: Iri,
    field: Annotated[
        str,
        typer.Argument(
            metavar="FIELD",
            help="字段（列名）：指标 target_text、level3……，金额 amount、item；review 列出各项可更正的字段。",
        ),
    ],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="应为；金额以元计，或写明万元；'' 表示没有。")],
    role: Role = "审核",
    note: Note = "",
    store: StoreOption = None,
) -> None:
    """更正一个字段 (set a field right)。"""
    _decide(store, iri, "correct", role, field=field, value=value, note=note)


@app.command()
def accept(iri: Iri, role: Role = "审核", note: Note = "", store: StoreOption = None) -> None:
    """核对无误 (it was read right)。"""
    _decide(store, iri, "accept", role, note=note)


@app.command()
def reject(iri: Iri, role: Role = "审核", note: Note = "", store: StoreOption = None) -> None:
    """这不是指标（项目、金额……），不计入 (it is none, and is left out)。"""
    _decide(store, iri, "reject", role, note=note)


@app.command()
def add(
    iri: Annotated[str, typer.Argument(metavar="IRI", help="读取问题的标识：它的那一行没有读成指标。")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="三级指标的名称。")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="指标值；'' 表示没有。")],
    role: Role = "审核",
    note: Note = "",
    store: StoreOption = None,
) -> None:
    """没有读出的那一行是指标，补上 (the row of an issue is an indicator)。"""
    _decide(store, iri, "add", role, field=name, value=value, note=note)


@app.command()
def status(
    iri: Iri,
    word: Annotated[str, typer.Argument(metavar="STATUS", help="open、explained、dismissed 或 fixed。")],
    role: Role = "填报",
    note: Note = "",
    store: StoreOption = None,
) -> None:
    """审核发现怎样处理：待处理、已说明、不采纳、已整改 (how a finding is dealt with)。"""
    _decide(store, iri, word, role, note=note)


def _decide(location: str | None, iri: str, decision: str, role: str, **said: str) -> None:
    from jixiao.ids import Minter
    from jixiao.review.keeping import decide, find_thing

    base = Settings.from_environment().base_iri
    with existing(location) as store:
        thing = find_thing(store, iri if "://" in iri else base + iri, Minter(base))
        _keep(store, [decide(thing, decision, role, **said)], base)


def _keep(store: Store, decisions: Sequence[Decision], base: str, lines: Mapping[Decision, str] | None = None) -> None:
    """Keep decisions; say which were decided otherwise before, and which wait for their document to be lifted."""
    from jixiao.review.decisions import FINDING, superseded
    from jixiao.review.keeping import read_decisions
    from jixiao.reviewing import decide_in_store

    for old, new in superseded((*read_decisions(store), *decisions)):
        if new in decisions:
            where = (lines or {}).get(new, new.file)
            said = f"{old.value or old.decision}（{old.role}，{old.time[:10]}）"
            message = f"{where}：{new.place} 另有 {said}，以后作出的为准，前者保留 (decided twice: the later wins)"
            voice.warn("decided-twice", message)
    shown = decide_in_store(store, decisions, base)
    waiting = sorted({each.file for each in decisions if each.kind != FINDING and each.sha256 not in shown})
    typer.echo(f"已记下 {len(decisions)} 项 (kept)", err=True)
    for file in waiting:
        typer.echo(f"{file}：下次读入这份文件时采用 (takes effect when these bytes are lifted)", err=True)


@app.command("export")
def export_decisions(
    path: Annotated[Path | None, typer.Argument(metavar="FILE", help="缺省写到标准输出。")] = None,
    store: StoreOption = None,
) -> None:
    """把更正和处理写成 JSON Lines，次序固定，便于放进 git (write decisions in a stable order)。"""
    from jixiao.exporting.output import open_output
    from jixiao.review.keeping import read_decisions

    with opened(store) as source:
        decisions = read_decisions(source)
    with open_output(path) as stream:
        stream.writelines(f"{each.as_line()}\n".encode() for each in decisions)


@app.command("import")
def import_decisions(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="review export 写出的文件。", exists=True)],
    store: StoreOption = None,
) -> None:
    """读入别人的更正和处理；有一行不对就一行也不读入 (a bad line refuses the file)。"""
    from jixiao.review.keeping import read_decisions
    from jixiao.reviewing import find_document

    lines = _read_lines(path)
    base = Settings.from_environment().base_iri
    with existing(store) as target:
        held = read_decisions(target)
        unknown = {digest for digest in {each.sha256 for each in lines} if find_document(target, digest) is None}
        for decision, where in lines.items():
            if decision.sha256 in unknown:
                message = f"{where}：库里没有内容相同的 {decision.file}，读入它时采用 (other bytes, for later)"
                voice.warn("other-bytes", message)
        _keep(target, [each for each in lines if each not in held], base, lines)


def _read_lines(path: Path) -> dict[Decision, str]:
    """Return the decisions of a file with the line of each; raise ``DocumentError`` that names every bad line."""
    from jixiao.review.decisions import read_decision

    found: dict[Decision, str] = {}
    faults = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            found[read_decision(json.loads(line))] = f"{path}:{number}"
        except (ValueError, RecursionError) as error:
            faults.append(f"{path}:{number}: 不是一行 JSON (not a line of JSON): {error}")
        except UsageError as error:
            faults.append(f"{path}:{number}: {error.message} [{error.source}]")
    if faults:
        message = "有读不懂的行，什么也没有读入 (bad lines, nothing was kept)"
        raise DocumentError("\n".join((message, *faults)), "bad-decisions")
    return found
