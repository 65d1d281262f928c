"""The commands that write the graph for other programs: ``jixiao export | analyse | figure``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jixiao.command_options import Machine, Output, StoreOption, WithoutCopies, opened
from jixiao.config import Settings
from jixiao.exporting.formats import FORMATS

app = typer.Typer()

Document = Annotated[str | None, typer.Option("--document", "--graph", help="一份文件：文件名或 IRI (one document)。")]
Department = Annotated[str | None, typer.Option(help="部门名称、代码或 IRI，也可只写一部分 (department)。")]
Year = Annotated[int | None, typer.Option(help="预算年度 (fiscal year)。")]
Region = Annotated[str | None, typer.Option(help="行政区划名称或代码，含下级 (region)。")]
Level = Annotated[str | None, typer.Option(help="一级或二级指标，如 满意度指标 (level)。")]
Concept = Annotated[str | None, typer.Option(help="所测内容，含下位概念，如 满意度 或 satisfaction (concept)。")]
Depth = Annotated[int | None, typer.Option(min=1, max=5, help="1 部门，2 项目，3 计划，4 指标，5 表内各项 (depth)。")]


@app.command()
def export(
    format: Annotated[str, typer.Argument(metavar="FORMAT", help=" ".join(FORMATS))],  # noqa: A002
    output: Output = None,
    store: StoreOption = None,
    document: Document = None,
    department: Department = None,
    year: Year = None,
    region: Region = None,
    level: Level = None,
    concept: Concept = None,
    depth: Depth = None,
    targets: Annotated[bool | None, typer.Option(help="目标值 (target values)。")] = None,
    sources: Annotated[bool | None, typer.Option(help="出处：文件、表、行 (sources)。")] = None,
    findings: Annotated[bool | None, typer.Option(help="审核发现和读取问题 (findings)。")] = None,
    figures: Annotated[bool | None, typer.Option(help="收支表和文字中的数 (money tables, facts)。")] = None,
    without_copies: WithoutCopies = False,
    analysis: Annotated[bool, typer.Option("--analysis", help="节点带上分析结果：群组、中介度、孤立。")] = False,
    compress: Annotated[str | None, typer.Option(help="gzip 或 zstd；文件名以 .gz、.zst 结尾时不必写。")] = None,
    machine: Machine = False,
) -> None:
    """导出为其他程序的文件：Gephi、yEd、Neo4j、ECharts、RDF、Excel 等 (export for other programs)。"""
    from jixiao.exporting import Selection, named
    from jixiao.exporting import export as write

    selection = Selection(
        document, department, year, region, level, concept, depth, targets, sources, findings, figures, without_copies
    )
    with opened(store) as source:
        marks = None
        if analysis:
            from jixiao.analysis import mark_nodes

            marks = mark_nodes(source, selection)
        base = Settings.from_environment().base_iri
        write(
            source, named(format, machine=machine), selection, output, compression=compress, base_iri=base, marks=marks
        )


@app.command()
def analyse(
    name: Annotated[str, typer.Argument(metavar="NAME", help="shared similar central orphans duplicates communities")],
    store: StoreOption = None,
    of: Annotated[str, typer.Option(help="比较 projects 或 departments。")] = "projects",
    by: Annotated[str, typer.Option(help="按 concepts（所测内容）或 names（指标名称）。")] = "concepts",
    threshold: Annotated[float, typer.Option(min=0, max=1, help="duplicates 的下限，0 至 1。")] = 0.6,
    document: Document = None,
    department: Department = None,
    year: Year = None,
    region: Region = None,
    level: Level = None,
    concept: Concept = None,
    format: Annotated[  # noqa: A002
        str, typer.Option("--format", "-f", help="table、jsonl、csv、csv-excel、xlsx 或 parquet。")
    ] = "table",
    output: Output = None,
) -> None:
    """分析：共有的、核心的、孤立的指标，相似和疑似重复的项目，群组 (analyse)。"""
    from jixiao.analysis import ANALYSES
    from jixiao.analysis import analyse as find
    from jixiao.analysis.analysing import AnalysisOptions
    from jixiao.exporting import Selection, write_rows
    from jixiao.exporting.results import write_table

    selection = Selection(document, department, year, region, level, concept)
    with opened(store) as source:
        rows = find(source, name, selection, AnalysisOptions(of, by, threshold))
    columns = ANALYSES[name].columns
    if format == "table":
        write_table(rows, [column for column in columns if not column.endswith(("iri", "iris", "concept"))], output)
    else:
        write_rows(rows, columns, format, output)


@app.command()
def figure(
    name: Annotated[str, typer.Argument(metavar="NAME", help="tree sankey heatmap network")],
    output: Annotated[Path, typer.Option("--output", "-o", help="要写的 .svg 或 .png 文件。")],
    store: StoreOption = None,
    of: Annotated[str, typer.Option(help="heatmap 和 network 画 projects 或 departments。")] = "projects",
    document: Document = None,
    department: Department = None,
    year: Year = None,
    region: Region = None,
    level: Level = None,
    concept: Concept = None,
    depth: Depth = None,
    font: Annotated[Path | None, typer.Option(help="中文字体文件；缺省自行寻找 (font file)。")] = None,
) -> None:
    """画图：树、桑基图、热力图、网络 (draw a figure as SVG or PNG)。"""
    from jixiao.analysis.figures import draw
    from jixiao.exporting import Selection
    from jixiao.exporting.output import open_output

    kind = output.suffix.removeprefix(".").lower()
    selection = Selection(document, department, year, region, level, concept, depth)
    with opened(store) as source, open_output(output) as stream:
        missing = draw(source, name, selection, stream, format=kind, of=of, font=font)
    if missing:
        typer.echo(f"字体里没有这些字，图上为方框 (no font has these): {' '.join(missing)}", err=True)
