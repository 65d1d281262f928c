"""The command line: ``jixiao lift | table | query | ask | validate | value | inspect | serve | store``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg import __version__, export_commands
from kg.config import Settings
from kg.errors import JixiaoError, QueryError, UsageError

if TYPE_CHECKING:
    from kg.model import Issue
    from kg.pipeline import LiftedDocument, LiftReport
    from kg.store.protocol import Store

app = typer.Typer(
    name="jixiao",
    help="绩效指标知识图谱：读取公开的预算绩效文件，生成、校验并查询知识图谱。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
stores = typer.Typer(help="管理图谱库 (look after the store)。", no_args_is_help=True)
app.add_typer(stores, name="store")
app.add_typer(export_commands.app)

StoreOption = Annotated[
    str | None, typer.Option("--store", help="图谱库：文件夹，或 SPARQL 1.1 端点的网址；也可用 JIXIAO_STORE。")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="不显示进度和小结。")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="写入文件，缺省写到标准输出。")]


def main() -> None:
    """Run the command line; errors a user can act on end with their exit code and one line each."""
    try:
        app()
    except JixiaoError as error:
        typer.echo(f"错误 [{error.code}] {error}", err=True)
        raise SystemExit(error.exit_code) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="显示版本。")] = False) -> None:
    if version:
        typer.echo(f"jixiao {__version__}")
        raise typer.Exit


def _settings() -> Settings:
    return Settings.from_environment()


def _open(location: str | None, *, read_only: bool = True) -> Store:
    from kg.store import open_store

    return open_store(location or _settings().store, read_only=read_only)


# ---------------------------------------------------------------- lift


@app.command()
def lift(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="文件、文件夹或通配符。")],
    store: StoreOption = None,
    workers: Annotated[int | None, typer.Option(help="进程数，缺省每核一个。", min=1)] = None,
    base_iri: Annotated[str | None, typer.Option(help="实例 IRI 的前缀，以 / 结尾。")] = None,
    with_contacts: Annotated[bool, typer.Option(help="保留填表人、负责人和电话。")] = False,
    strict: Annotated[bool, typer.Option(help="有任何一行读不出来就以退出码 3 结束。")] = False,
    report: Annotated[Path | None, typer.Option(help="把所有问题写成 JSON Lines。")] = None,
    audit_settings: Annotated[
        Path | None, typer.Option(help="本单位的审核配置（阈值、静默规则），TOML。", exists=True)
    ] = None,
    quiet: Quiet = False,
    log_format: Annotated[str, typer.Option(help="text 或 json。")] = "text",
) -> None:
    """读取文件，生成图谱，校验并入库 (read, lift, validate, load)。"""
    from kg.pipeline import LiftOptions, find_documents, lift_paths

    base = base_iri or _settings().base_iri
    if not base.startswith(("http://", "https://")) or base[-1] not in "/#":
        raise UsageError("要以 http(s):// 开头、/ 或 # 结尾 (must be an http IRI ending in / or #)", "base-iri", base)
    if log_format not in ("text", "json"):
        raise UsageError("只能是 text 或 json (must be text or json)", "log-format", log_format)
    find_documents(paths)
    opened = _open(store, read_only=False)
    try:
        options = LiftOptions(base_iri=base, contacts=with_contacts, audit_settings=audit_settings)
        result = lift_paths(paths, opened, options, workers=workers, progress=_progress(quiet, log_format))
    finally:
        opened.close()
    if report:
        _write_report(result, report)
    _summarise(result, quiet=quiet, log_format=log_format)
    unread = any(issue.level == "error" for document in result.documents for issue in document.issues)
    if result.failed or not result.documents or (strict and unread):
        raise SystemExit(3)


def _progress(quiet: bool, log_format: str) -> Any:
    if quiet or log_format == "json" or not sys.stderr.isatty():
        return None

    def show(document: LiftedDocument) -> None:
        typer.echo(f"  {document.name}", err=True)

    return show


def _summarise(result: LiftReport, *, quiet: bool, log_format: str) -> None:
    for document in result.documents:
        if log_format == "json":
            typer.echo(json.dumps(_as_log(document), ensure_ascii=False), err=True)
            continue
        if document.error:
            typer.echo(f"错误 [{document.error_code}] {document.path}: {document.error}", err=True)
        elif not quiet:
            typer.echo(
                f"{document.name}  {document.department or '（部门不详）'} {document.fiscal_year or ''}  "
                f"绩效表 {document.forms}，指标 {document.indicators}，金额 {document.amounts}，"
                f"问题 {len(document.issues)}，审核发现 {_counted(document)}"
            )
            for issue in document.issues:
                if issue.level != "info" and issue.source:
                    typer.echo(f"  第{issue.source.line}行 [{issue.code}] {issue.message}", err=True)
                elif issue.level != "info":
                    typer.echo(f"  [{issue.code}] {issue.message}", err=True)
    if not result.documents:
        typer.echo("没有找到可读的文件 (no documents found)", err=True)


def _counted(document: LiftedDocument) -> str:
    """Return the audit's findings by severity: 违规 2、应说明 5、提示 1."""
    names = {"violation": "违规", "warning": "应说明", "info": "提示"}
    return (
        "、".join(f"{name} {document.findings[key]}" for key, name in names.items() if document.findings.get(key))
        or "0"
    )


def _as_log(document: LiftedDocument) -> dict[str, object]:
    return {
        "document": document.name,
        "department": document.department,
        "fiscal_year": document.fiscal_year,
        "forms": document.forms,
        "indicators": document.indicators,
        "amounts": document.amounts,
        "issues": len(document.issues),
        "findings": dict(document.findings),
        "error": document.error,
        "error_code": document.error_code,
    }


def _write_report(result: LiftReport, path: Path) -> None:
    with path.open("w", encoding="utf-8") as stream:
        for document in result.documents:
            rows: list[dict[str, object]] = [_as_row(issue) for issue in document.issues]
            if document.error:
                rows.append({"level": "error", "code": document.error_code, "message": document.error})
            for row in rows:
                stream.write(json.dumps({"document": document.name, **row}, ensure_ascii=False) + "\n")


def _as_row(issue: Issue) -> dict[str, object]:
    source = issue.source
    return {
        "level": issue.level,
        "code": issue.code,
        "message": issue.message,
        "message_en": issue.message_en,
        "line": source.line if source else None,
        "page": source.page if source else None,
        "source_text": source.text if source else None,
    }


# ---------------------------------------------------------------- table, query, validate, value


@app.command()
def table(
    name: Annotated[str, typer.Argument(help="indicators documents departments projects tasks goals evaluations …")],
    store: StoreOption = None,
    format: Annotated[str, typer.Option("--format", "-f", help="jsonl、csv、xlsx 或 parquet。")] = "jsonl",  # noqa: A002
    output: Output = None,
) -> None:
    """输出一张表 (rows of a table)。"""
    from kg.exporting import write_rows
    from kg.tables import TABLES, read_table

    if name not in TABLES:
        raise UsageError(f"没有这张表；可用的有 (tables): {' '.join(TABLES)}", "unknown-table", name)
    opened = _open(store)
    try:
        write_rows(read_table(opened, name), TABLES[name].columns, format, output)
    finally:
        opened.close()


@app.command()
def query(
    sparql: Annotated[str, typer.Argument(metavar="SPARQL|FILE", help="查询语句，或 .rq 文件。")],
    store: StoreOption = None,
    format: Annotated[  # noqa: A002
        str, typer.Option("--format", "-f", help="table json csv tsv xml turtle jsonld nquads …")
    ] = "table",
    output: Output = None,
) -> None:
    """运行 SPARQL 查询；项目的前缀不必声明 (run a SPARQL query)。"""
    from kg.exporting import write_results
    from kg.vocab import PREFIXES

    opened = _open(store)
    try:
        write_results(opened.query(_query_text(sparql), prefixes=PREFIXES), format, output)
    finally:
        opened.close()


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="问题，如：满意度不低于95%的项目有哪些")],
    store: StoreOption = None,
    sparql: Annotated[bool, typer.Option("--sparql", help="也显示得出回答的 SPARQL。")] = False,
    format: Annotated[str, typer.Option("--format", "-f", help="table 或 json。")] = "table",  # noqa: A002
) -> None:
    """用中文提问；没有完全听懂的问题不作答，退出码为 2 (ask in Chinese; exit 2 when not understood)。"""
    from kg.asking import answer, write_answer

    opened = _open(store)
    try:
        found = answer(opened, question)
    finally:
        opened.close()
    write_answer(found, sys.stdout, format, sparql=sparql)
    if not found.understood:
        raise SystemExit(2)


def _query_text(argument: str) -> str:
    path = Path(argument)
    if len(argument) < 1000 and "\n" not in argument and path.suffix in (".rq", ".sparql"):
        if not path.is_file():
            raise QueryError("没有这个查询文件 (no such query file)", "no-such-file", argument)
        return path.read_text("utf-8")
    return argument


@app.command()
def value(
    texts: Annotated[
        list[str] | None, typer.Argument(metavar="[TEXT...]", help="指标值；不给则逐行读标准输入。")
    ] = None,
    year: Annotated[int | None, typer.Option(help="没有年份的日期所属的年度。")] = None,
) -> None:
    """解析指标值，每个一行 JSON (parse target values)。"""
    from kg.values.targets import parse_target

    lines = texts if texts else (line.rstrip("\n") for line in sys.stdin)
    for text in lines:
        parsed = parse_target(text, fiscal_year=year)
        typer.echo(json.dumps(_as_value(text, parsed), ensure_ascii=False))


def _as_value(text: str, target: Any) -> dict[str, object]:
    if target is None:
        return {"text": text, "target_kind": None, "warnings": ["not-a-value"]}
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
    row["warnings"] = list(target.warnings)
    return row


def _plain(number: Any) -> str | None:
    return None if number is None else format(number, "f")


@app.command()
def inspect(
    path: Annotated[Path, typer.Argument(help="要查看的文件。", exists=True, dir_okay=False)],
    line: Annotated[int | None, typer.Option(help="只看这一行。")] = None,
) -> None:
    """显示文件是怎样读懂的：表式、各行的对齐、修复 (what was recognised)。"""
    from kg.inspection import inspect_document

    for text in inspect_document(path, line):
        typer.echo(text)


@app.command()
def validate(
    store: StoreOption = None,
    format: Annotated[  # noqa: A002
        str, typer.Option("--format", "-f", help="text、jsonl、turtle、xlsx 或 html。")
    ] = "text",
    output: Output = None,
    rules: Annotated[str | None, typer.Option(help="只看这些规则，如 R301,R4*。")] = None,
    min_severity: Annotated[str | None, typer.Option(help="violation、warning 或 info。")] = None,
    settings: Annotated[
        Path | None, typer.Option(help="本单位的审核配置（阈值、静默规则），TOML。", exists=True)
    ] = None,
) -> None:
    """列出审核发现，有违规时退出码为 1 (findings; exit 1 when there are violations)。"""
    from kg.audit.report import write_findings

    opened = _open(store)
    try:
        violations = write_findings(opened, format, output, selected=rules, min_severity=min_severity, config=settings)
    finally:
        opened.close()
    if violations:
        raise SystemExit(1)


@app.command()
def serve(
    store: StoreOption = None,
    host: Annotated[str, typer.Option(help="监听地址。")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口。", min=0, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="查询进程数。", min=1)] = 2,
    timeout: Annotated[float, typer.Option(help="每个查询的时限（秒）。", min=0.1)] = 30.0,
    scratch: Annotated[bool, typer.Option(help="空的、可写的内存库，仅限本机，用于协议测试。")] = False,
) -> None:
    """启动 HTTP 服务 (serve over HTTP)。"""
    import importlib

    run = importlib.import_module("service.run")
    run.serve(
        None if scratch else (store or _settings().store),
        host=host,
        port=port,
        workers=workers,
        timeout=timeout,
        scratch=scratch,
    )


# ---------------------------------------------------------------- store


@stores.command()
def info(store: StoreOption = None) -> None:
    """图谱库的位置、版本和大小 (location, version, size)。"""
    opened = _open(store)
    try:
        facts = opened.info()
        for name in ("location", "kind", "version", "graphs", "triples", "disk_bytes"):
            typer.echo(f"{name}: {getattr(facts, name)}")
    finally:
        opened.close()


@stores.command()
def check(store: StoreOption = None) -> None:
    """核对库里的内容与写入时是否一致 (compare what is stored with what was written)。"""
    opened = _open(store)
    try:
        faults = opened.check()
    finally:
        opened.close()
    for fault in faults:
        typer.echo(fault)
    if faults:
        raise SystemExit(4)
    typer.echo("完好 (sound)")


@stores.command()
def compact(store: StoreOption = None) -> None:
    """整理图谱库，使读取更快 (compact)。"""
    opened = _open(store, read_only=False)
    try:
        opened.compact()
    finally:
        opened.close()


@stores.command()
def backup(path: Annotated[Path, typer.Argument(help="备份文件 (.nq 或 .nq.gz)。")], store: StoreOption = None) -> None:
    """备份为 N-Quads 文件 (back up)。"""
    opened = _open(store)
    try:
        opened.backup(path)
    finally:
        opened.close()


@stores.command()
def restore(path: Annotated[Path, typer.Argument(help="备份文件。", exists=True)], store: StoreOption = None) -> None:
    """用备份替换库里的全部内容 (restore)。"""
    opened = _open(store, read_only=False)
    try:
        opened.restore(path)
    finally:
        opened.close()


@stores.command("remove-document")
def remove_document(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="文档的文件名。")],
    store: StoreOption = None,
    base_iri: Annotated[str | None, typer.Option(help="入库时用的 IRI 前缀。")] = None,
) -> None:
    """从库里删去文档 (remove documents)。"""
    from kg.ids import Minter
    from kg.pipeline import link_documents

    base = base_iri or _settings().base_iri
    minter = Minter(base)
    opened = _open(store, read_only=False)
    try:
        missing = [name for name in names if not opened.remove_graph(minter.graph(name))]
        for name in names:
            opened.remove_graph(minter.graph(name, "findings"))
        link_documents(opened, base)
    finally:
        opened.close()
    if missing:
        raise UsageError("库里没有这些文档 (not in the store)", "no-such-document", " ".join(missing))


if __name__ == "__main__":
    main()
