"""Show how a document was read: blocks, forms, columns, the alignment of each row, repairs, issues."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.documents import read_document
from kg.forms.lines import Line, align_lines
from kg.forms.reading import read_forms
from kg.forms.recognition import Header, find_headers
from kg.model import Document, FilledForm, Indicator, Paragraph, Table
from kg.prose import read_header

CELL = 36  # characters shown of a cell


def inspect_document(path: Path, line: int | None = None) -> Iterator[str]:
    """Yield what was recognised in a file as lines of text; of one printed line only, if given."""
    document = read_document(path)
    header = read_header(document)
    read = read_forms(document, header.fiscal_year)
    if line is None:
        yield f"{document.name}  {document.media_type}  {document.sha256[:12]}"
        yield f"标题 {header.title}  部门 {header.department}  年度 {header.fiscal_year}  类型 {header.kind}"
        yield from _outline(document)
        for form in read.forms:
            yield from _form(form)
    for table in document.tables:
        yield from _table(table, line)
    for form in read.forms:
        for plan in form.plans:
            for indicator in plan.indicators:
                if indicator.source.line == line:
                    yield from _indicator(plan.project, indicator)
    for issue in (*document.notes, *read.issues):
        if line is None or (issue.source and issue.source.line == line):
            yield f"问题 [{issue.code}] {issue.message}"


def _outline(document: Document) -> Iterator[str]:
    prose = 0
    for block in document.blocks:
        if isinstance(block, Paragraph):
            prose += 1
            continue
        if prose:
            yield f"  文字 {prose} 段"
        prose = 0
        first, last = block.rows[0].place, block.rows[-1].place
        page = f" 第{first.page}页" if first.page else ""
        size = f"{len(block.rows)} 行，跨页 {len(block.breaks)} 处"
        yield f"  表 {block.index}{page} 第{first.line}–{last.line}行，{size}"
    if prose:
        yield f"  文字 {prose} 段"


def _form(form: FilledForm) -> Iterator[str]:
    yield (
        f"表 {form.source.table} 第{form.source.line}行 → {form.kind}（{form.specification}，吻合 {form.fit}）"
        f" {form.title} {form.fiscal_year or ''} {form.department or ''} 第{form.printing}次印出"
    )
    for plan in form.plans:
        yield (
            f"    {plan.project or '（部门整体）'} {plan.project_code or ''}  指标 {len(plan.indicators)}，"
            f"资金行 {len(plan.funds)}，目标 {len(plan.goals)}，任务 {len(plan.tasks)}"
        )


def _table(table: Table, line: int | None) -> Iterator[str]:
    for header in find_headers(table):
        shown = [row for row in table.rows if row.place.line == line]
        if line is not None and not shown:
            continue
        yield f"表 {table.index} 表头 第{table.rows[header.first].place.line}行 {header.layout}: " + " | ".join(
            f"{column.start}:{column.header.strip()}→{column.role}{'·' + str(column.block) if column.block else ''}"
            f"{'（' + column.group + '）' if column.group else ''}"
            for column in header.columns
        )
        for row in shown:
            yield "印出 " + " | ".join(f"{cell.column}:{cell.text}" for cell in row.filled)
        if header.layout == "rows":
            for aligned in align_lines(table, header, len(table.rows)).lines:
                if line is None or aligned.row.place.line == line:
                    yield _alignment(header, aligned)


def _alignment(header: Header, aligned: Line) -> str:
    cells = " | ".join(
        f"{header.columns[j].role}{'·' + str(header.columns[j].block) if header.columns[j].block else ''}="
        f"{aligned.cells[i].text[:CELL]}{_move(header, aligned, j, i)}"
        for j, i in sorted(aligned.alignment.chosen.items())
    )
    dropped = "；多余 " + "、".join(aligned.cells[i].text[:CELL] for i in aligned.alignment.dropped)
    return f"  第{aligned.row.place.line}行 代价 {aligned.alignment.cost:.2f}  {cells}" + (
        dropped if aligned.alignment.dropped else ""
    )


def _move(header: Header, aligned: Line, j: int, i: int) -> str:
    move = header.columns[j].displacement(aligned.cells[i].position)
    return f"({move:+d})" if move else ""


def _indicator(project: str | None, indicator: Indicator) -> Iterator[str]:
    target = indicator.target
    yield (
        f"读作 {project or '（部门整体）'} · {indicator.period} · "
        f"{indicator.level1} › {indicator.level2} › {indicator.level3} = {target.text if target else '（无指标值）'}"
    )
    if target:
        low = f"{'[' if target.lower_inclusive else '('}{target.lower}" if target.lower is not None else "(−∞"
        high = f"{target.upper}{']' if target.upper_inclusive else ')'}" if target.upper is not None else "∞)"
        interval = f" {low}, {high}" if target.lower is not None or target.upper is not None else ""
        warnings = " ".join(target.warnings)
        yield f"     {target.kind}{interval} {target.unit or ''} {target.due or ''} {warnings}".rstrip()
    yield f"     修复 {'、'.join(indicator.repairs) or '无'}，把握 {indicator.confidence}"
