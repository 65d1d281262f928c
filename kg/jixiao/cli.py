"""The command line: ``jixiao lift | check | table | query | ask | validate | value | inspect | serve | store …``."""

from __future__ import annotations

import codecs
import gc
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from jixiao import (
    __version__,
    check_command,
    diff_command,
    doctor_command,
    explain_command,
    export_commands,
    lift_command,
    review_commands,
    store_commands,
)
from jixiao.command_options import (
    AuditSettingsFile,
    Commands,
    LogFormat,
    Machine,
    Output,
    Quiet,
    StoreOption,
    WithoutCopies,
    guard_terminal,
    opened,
    refuse_first_version,
    store_location,
    voice,
)
from jixiao.ending import end_at_signals, leave_signals, limited, open_closed_streams, tell_unexpected
from jixiao.errors import QueryError, UsageError, did_you_mean
from jixiao.model import Target, TargetKind

app = typer.Typer(
    name="jixiao",
    cls=Commands,
    help="绩效指标知识图谱：读取公开的预算绩效文件，生成、校验并查询知识图谱。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command()(lift_command.lift)
app.command()(check_command.check)
app.command()(explain_command.explain)
app.command()(diff_command.diff)
app.command()(doctor_command.doctor)
app.add_typer(store_commands.app, name="store")
app.add_typer(review_commands.app, name="review")
app.add_typer(export_commands.app)

_UNREACHABLE = 50_000  # objects before circles are looked for, which takes a tenth of a short command


def main() -> None:
    """Run the command line."""
    gc.set_threshold(_UNREACHABLE)
    open_closed_streams()
    guard_terminal()
    end_at_signals()
    try:
        app()
    except Exception as error:
        sys.exit(tell_unexpected(error))


@app.callback(invoke_without_command=True)
def _common(
    version: Annotated[bool, typer.Option("--version", help="显示版本。")] = False,
    quiet: Quiet = False,
    log_format: LogFormat = None,
) -> None:
    if version:
        typer.echo(f"jixiao {__version__}")
        raise typer.Exit
    voice.adopt(quiet=quiet, log_format=log_format)


@app.command()
def table(
    name: Annotated[str, typer.Argument(help="indicators documents departments projects tasks goals evaluations …")],
    store: StoreOption = None,
    format: Annotated[str, typer.Option("--format", "-f", help="jsonl、csv、xlsx、parquet 或 skos。")] = "jsonl",  # noqa: A002
    output: Output = None,
    without_copies: WithoutCopies = False,
    machine: Machine = False,
) -> None:
    """输出一张表 (rows of a table)。"""
    from jixiao.exporting import named, write_rows
    from jixiao.tables import read_table
    from jixiao.tables.schemas import COLUMNS

    if name not in COLUMNS:
        raise UsageError(
            f"没有这张表{did_you_mean(name, COLUMNS)}；可用的有 (tables): {' '.join(COLUMNS)}", "unknown-table", name
        )
    with opened(store) as source:
        rows = read_table(source, name, copies=not without_copies)
        write_rows(rows, COLUMNS[name], named(format, machine=machine), output, name)


@app.command()
def query(
    sparql: Annotated[str, typer.Argument(metavar="SPARQL|FILE", help="查询语句，或 .rq 文件。")],
    store: StoreOption = None,
    format: Annotated[  # noqa: A002
        str, typer.Option("--format", "-f", help="table json csv tsv xml turtle jsonld nquads …")
    ] = "table",
    output: Output = None,
    timeout: Annotated[float, typer.Option(help="时限（秒）。", min=0.1)] = 60.0,
    memory: Annotated[int, typer.Option(help="查询可用的内存（MB）。", min=1)] = 4096,
    strict_vocabulary: Annotated[
        bool, typer.Option("--strict-vocabulary", help="查询里有词汇表没有的词等，就不查。")
    ] = False,
) -> None:
    """运行 SPARQL 查询；项目的前缀不必声明 (run a SPARQL query)。"""
    from jixiao.exporting import write_results
    from jixiao.store.syntax.checking import check_vocabulary
    from jixiao.vocab import PREFIXES

    text = _query_text(sparql)
    os.environ["JIXIAO_STORE_TIMEOUT"] = str(timeout)
    with opened(store) as source, limited(timeout, memory << 20):
        warnings = check_vocabulary(text)
        if warnings and strict_vocabulary:
            raise QueryError("\n".join(map(str, warnings)), "vocabulary")
        for warning in warnings:
            voice.warn(warning.code, str(warning))
        write_results(source.query(text, prefixes=PREFIXES), format, output)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="问题，如：满意度不低于95%的项目有哪些")],
    store: StoreOption = None,
    sparql: Annotated[bool, typer.Option("--sparql", help="也显示得出回答的 SPARQL。")] = False,
    format: Annotated[str, typer.Option("--format", "-f", help="table 或 json。")] = "table",  # noqa: A002
) -> None:
    """用中文提问；没有完全听懂的问题不作答，退出码为 2 (ask in Chinese; exit 2 when not understood)。"""
    from jixiao.asking import answer, write_answer
    from jixiao.copies import copies_message, count_copies

    with opened(store) as source:
        found = answer(source, question)
        copied = count_copies(source)
    write_answer(found, sys.stdout, format, sparql=sparql)
    if not found.understood:
        raise SystemExit(2)
    if any(copied):
        typer.echo(copies_message(copied), err=True)


def _query_text(argument: str) -> str:
    """Return a query that is given as such, as a file, or on standard input (``-``)."""
    if argument == "-":
        return _decoded(sys.stdin.buffer.read())
    path = Path(argument)
    named = len(argument) < 1000 and "{" not in argument
    if named and path.is_file():
        return _decoded(path.read_bytes())
    if named and path.suffix in (".rq", ".sparql"):
        raise QueryError("没有这个查询文件，请核对路径 (no such query file)", "no-such-file", argument)
    return argument


def _decoded(data: bytes) -> str:
    """Decode what comes from a terminal or a file of any common Chinese encoding."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


@app.command(context_settings={"ignore_unknown_options": True})  # -5% is a value and no option
def value(
    texts: Annotated[
        list[str] | None, typer.Argument(metavar="[TEXT...]", help="指标值；不给则逐行读标准输入。")
    ] = None,
    year: Annotated[int | None, typer.Option(help="没有年份的日期所属的年度。")] = None,
) -> None:
    """解析指标值，每个一行 JSON (parse target values)。"""
    from jixiao.values.targets import parse_target

    for text in texts or _typed_lines():
        parsed = parse_target(text, fiscal_year=year)
        typer.echo(json.dumps(_as_value(text, parsed), ensure_ascii=False))


def _typed_lines() -> Iterator[str]:
    if sys.stdin.isatty():
        voice.progress("逐行输入指标值，Ctrl-D 结束 (type one target value a line, Ctrl-D ends)")
    lines: Iterable[bytes] = sys.stdin.buffer
    return (_decoded(line).rstrip("\r\n") for line in lines)


def _as_value(text: str, target: Target | None) -> dict[str, object]:
    """Return a parsed target with every field; a text that is no value has them empty."""
    if target is None:
        return _as_value(text, Target(text, TargetKind.OTHER, warnings=("not-a-value",))) | {"target_kind": None}
    row: dict[str, object] = {
        "text": target.text,
        "target_kind": target.kind,
        "comparator": target.comparator,
        "comparator_stated": target.comparator_stated,
        "lower": _plain(target.lower),
        "lower_inclusive": target.lower_inclusive,
        "upper": _plain(target.upper),
        "upper_inclusive": target.upper_inclusive,
        "unit": target.unit,
        "due": target.due,
    }
    if target.parts:
        row["targets"] = [_as_value(part.text, part) for part in target.parts]
    return row | {"warnings": list(target.warnings)}


def _plain(number: Any) -> str | None:
    return None if number is None else format(number, "f")


@app.command()
def inspect(
    path: Annotated[Path, typer.Argument(help="要查看的文件。")],
    line: Annotated[int | None, typer.Option(help="只看这一行。")] = None,
) -> None:
    """显示文件是怎样读懂的：表式、各行的对齐、修复 (what was recognised)。"""
    from jixiao.inspection import inspect_document

    shown = 0
    for shown, text in enumerate(inspect_document(path, line), start=1):  # noqa: B007
        typer.echo(text)
    if not shown:
        voice.complain(
            "nothing-there", f"第 {line} 行不在任何表里，也没有问题 (no table and no issue on this line)", str(path)
        )


@app.command()
def validate(
    store: StoreOption = None,
    format: Annotated[  # noqa: A002
        str, typer.Option("--format", "-f", help="text、jsonl、turtle、xlsx 或 html。")
    ] = "text",
    output: Output = None,
    rules: Annotated[str | None, typer.Option(help="只看这些规则，如 R301,R4*。")] = None,
    min_severity: Annotated[str | None, typer.Option(help="violation、warning 或 info。")] = None,
    settings: AuditSettingsFile = None,
    fresh: Annotated[bool, typer.Option("--new", help="只看新的：还没有说明、不采纳或整改的。")] = False,
    engine: Annotated[str | None, typer.Option(help="pyshacl：改用 pySHACL 逐份核对全部形状（慢）。")] = None,
) -> None:
    """列出审核发现，有错误时退出码为 1 (findings; exit 1 when there are violations)。"""
    from jixiao.audit.writing import write_findings

    if engine not in (None, "pyshacl"):
        raise UsageError("只有 pyshacl (the only other engine is pyshacl)", "unknown-engine", engine)
    if engine and (rules or settings):
        raise UsageError("--engine 核对全部形状，不能与 --rules、--settings 同用 (runs every shape)", "engine-options")
    with opened(store) as source:
        if engine:
            from jixiao.audit.shacl import write_reference

            violations = write_reference(source, format, output, min_severity=min_severity)
        else:
            violations = write_findings(
                source, format, output, selected=rules, min_severity=min_severity, config=settings, fresh=fresh
            )
    if violations:
        raise SystemExit(1)


def _service(name: str) -> Callable[..., None]:
    """Return what the service offers to the command line."""
    from importlib.metadata import entry_points

    services = entry_points(group="jixiao.service", name=name)
    if not services:
        raise UsageError("没有安装网页服务，请重新安装 jixiao-kg (the service is not installed)", "no-service")
    try:
        offered: Callable[..., None] = services[name].load()
    except ImportError as error:
        message = f"没有安装 {error.name}：pip install 'jixiao-kg[{name}]' ({error.name} is not installed)"
        raise UsageError(message, "not-installed", str(error.name)) from error
    return offered


@app.command()
def mcp(store: StoreOption = None) -> None:
    """用标准输入输出向语言模型提供工具 (tools for language models: Model Context Protocol over stdio)。"""
    leave_signals()
    _service("mcp")(store_location(store))


@app.command()
def serve(
    store: StoreOption = None,
    host: Annotated[str, typer.Option(help="监听地址。")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口。", min=0, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="查询进程数。", min=1)] = 2,
    timeout: Annotated[float, typer.Option(help="每个查询的时限（秒）。", min=0.1)] = 30.0,
    scratch: Annotated[bool, typer.Option(help="空的、可写的内存库，仅限本机，用于协议测试。")] = False,
    convert: Annotated[bool, typer.Option(help="检查文件时，旧格式和扫描件也用 LibreOffice 等读取。")] = False,
) -> None:
    """启动 HTTP 服务 (serve over HTTP)。"""
    location = store_location(store)
    if not scratch and "://" not in location:
        if not Path(location).exists():
            voice.complain(
                "no-store", "图谱库还没有；请另开窗口运行 jixiao lift (no store yet; lift documents)", location
            )
        refuse_first_version(location)
    run_service = _service("serve")
    leave_signals()
    run_service(
        None if scratch else location,
        host=host,
        port=port,
        workers=workers,
        timeout=timeout,
        scratch=scratch,
        convert=convert,
    )
