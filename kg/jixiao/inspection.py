"""Show how a document was read: blocks, forms, columns, the alignment of each row, repairs, issues."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from jixiao.audit.figures import shortened
from jixiao.forms.continuation import join_tables, join_wrapped_rows
from jixiao.forms.lines import Line, align_lines
from jixiao.forms.recognition import Header, find_headers
from jixiao.forms.turning import turn_upright
from jixiao.model import Document, DocumentRecords, FilledForm, Indicator, Issue, Paragraph, Period, Row, Target
from jixiao.model import Table as PrintedTable
from jixiao.reading import read

CELL = 36  # characters shown of a cell
ROLES: Mapping[str, str] = {
    "ordinal": "序号", "frame": "框栏", "level1": "一级", "level2": "二级", "level3": "三级", "second_name": "又一指标",
    "target": "指标值", "half_target": "半年值", "standard": "参照值", "explanation": "说明", "actual": "完成值",
    "completion": "完成率", "weight": "分值", "score": "得分", "deviation": "偏差", "reason": "原因", "quality": "符号",
    "nature": "性质", "direction": "方向", "unit": "单位", "time_limit": "时限", "project": "项目", "goal": "目标",
    "project_code": "项目码", "department": "部门", "money": "金额", "other": "未识别",
}  # fmt: skip
REPAIRS: Mapping[str, str] = {
    "shifted-cells": "单元格移位", "surplus-cell": "多余单元格", "moved-label": "层级标签移位",
    "guessed-column": "按内容定列", "moved-pair": "名称和值移到别组", "no-value": "没有读出指标值",
    "unnamed-project": "项目没有名称",
}  # fmt: skip
_Indicators = Mapping[tuple[int | None, int], list[tuple[str | None, Indicator]]]


def inspect_document(path: Path, line: int | None = None) -> Iterator[str]:
    """Yield what was recognised in a file as lines of text; of one printed line only, if given.

    A row shows its cells by column; ``←`` and ``→`` say how far a cell stood from its column, ``↳`` how it was read.
    """
    reading = read(path)
    document, records = reading.document, reading.records
    if line is None:
        yield f"文件  {document.name}  {document.media_type}  {document.sha256[:12]}"
        yield f"标题  {records.title or '（无）'}"
        yield f"部门  {records.department or '（未见）'}"
        yield f"年度  {records.fiscal_year or '（未见）'}    类型 {records.kind}"
        yield from _outline(document)
        yield from _forms(records)
    held: defaultdict[tuple[int | None, int], list[tuple[str | None, Indicator]]] = defaultdict(list)
    for form in records.forms:
        for plan in form.plans:
            for indicator in plan.indicators:
                held[indicator.source.table, indicator.source.line].append((plan.project, indicator))
    for block in join_tables(document.blocks):
        if isinstance(block, PrintedTable):
            yield from _table(turn_upright(join_wrapped_rows(block)), held, line)
    yield from _issues(reading.issues, line)


def _outline(document: Document) -> Iterator[str]:
    yield "\n结构 (blocks)"
    prose = 0
    for block in (*document.blocks, None):
        if isinstance(block, Paragraph):
            prose += 1
            continue
        if prose:
            yield f"  文字  {prose} 段"
        prose = 0
        if block:
            first, last = block.rows[0].place, block.rows[-1].place
            said = [f"  表 {block.index}  第{first.line}–{last.line}行"]
            if first.page:
                said.append(f"第{first.page}页")
            said.append(f"{len(block.rows)} 行")
            if block.breaks:
                said.append(f"跨页 {len(block.breaks)} 处")
            yield "，".join(said)


def _forms(records: DocumentRecords) -> Iterator[str]:
    yield f"\n表式 (forms): {len(records.forms)}"
    for form in records.forms:
        yield from _form(form)


def _form(form: FilledForm) -> Iterator[str]:
    said = [f"  表 {form.source.table} 第{form.source.line}行  {form.specification}（{form.kind}）", f"吻合 {form.fit}"]
    if form.printing > 1:
        said.append(f"第{form.printing}次印出")
    yield "，".join(said)
    yield f"      {form.title or '（无标题）'}  {form.fiscal_year or ''}  {form.department or ''}".rstrip()
    for plan in form.plans:
        counts = {"指标": plan.indicators, "资金行": plan.funds, "目标": plan.goals, "任务": plan.tasks}
        shown = "，".join(f"{name} {len(items)}" for name, items in counts.items() if items)
        name = " ".join(filter(None, (plan.project or "（部门整体）", plan.project_code)))
        yield f"      {name}：{shown or '没有内容'}"


def _table(table: PrintedTable, held: _Indicators, line: int | None) -> Iterator[str]:
    if line is not None and all(row.place.line != line for row in table.rows):
        return
    headers = find_headers(table)
    aligned = _aligned(table, headers)
    shown = _shown_headers(table, headers, line)
    for index, row in enumerate(table.rows):
        for header in shown:
            if header.first == index:
                yield f"\n表 {table.index} 第{row.place.line}行起的列 (columns)"
                yield "  " + " | ".join(_column(header, j) for j in range(len(header.columns)))
        if line is None or row.place.line == line:
            yield from _row(row, aligned.get(row.place.line), held.get((table.index, row.place.line), []), line)


def _aligned(table: PrintedTable, headers: Sequence[Header]) -> Mapping[int, tuple[Header, Line]]:
    """Return the rows that were aligned with a header, by their lines."""
    aligned: dict[int, tuple[Header, Line]] = {}
    stops = [*(header.first for header in headers[1:]), len(table.rows)]
    for header, stop in zip(headers, stops, strict=False):
        if header.layout == "rows":
            for each in align_lines(table, header, stop).lines:
                aligned[each.row.place.line] = header, each
    return aligned


def _shown_headers(table: PrintedTable, headers: Sequence[Header], line: int | None) -> Sequence[Header]:
    """Return all headers, or of one line the last above it."""
    if line is None:
        return headers
    return [header for header in headers if table.rows[header.first].place.line <= line][-1:]


def _row(
    row: Row,
    aligned: tuple[Header, Line] | None,
    held: Sequence[tuple[str | None, Indicator]],
    line: int | None,
) -> Iterator[str]:
    if line is not None:
        yield f"  印出    {' | '.join(f'{cell.column}:{cell.text}' for cell in row.filled)}"
    if aligned:
        yield _alignment(*aligned)
    elif held:
        yield f"  第{row.place.line}行"
    for project, indicator in held:
        if line is not None or indicator.repairs or not aligned:
            yield from _indicator(project, indicator)


def _column(header: Header, j: int) -> str:
    column = header.columns[j]
    over = "·".join(filter(None, (column.group, column.subgroup)))
    shown = f"{column.start} {column.header.strip() or '（空）'}→{_role(header, j)}"
    return f"{shown}（{over}）" if over else shown


def _role(header: Header, j: int) -> str:
    column = header.columns[j]
    role = ROLES.get(column.role, column.role)
    return f"{role}{column.block + 1}" if column.block else role


def _alignment(header: Header, aligned: Line) -> str:
    cells = " | ".join(
        f"{_role(header, j)} {_cut(aligned.cells[i].text)}{_move(header, aligned, j, i)}"
        for j, i in sorted(aligned.alignment.chosen.items())
    )
    dropped = "、".join(_cut(aligned.cells[i].text) for i in aligned.alignment.dropped)
    shown = f"  第{aligned.row.place.line}行  {cells}"
    return f"{shown}    ✗ 未取 {dropped}" if dropped else shown


def _cut(text: str) -> str:
    return shortened(" ".join(text.split()), CELL)


def _move(header: Header, aligned: Line, j: int, i: int) -> str:
    move = header.columns[j].displacement(aligned.cells[i].position)
    if move == 0:
        return ""
    return f" →{move}" if move > 0 else f" ←{-move}"


def _indicator(project: str | None, indicator: Indicator) -> Iterator[str]:
    levels = " › ".join(filter(None, (indicator.level1, indicator.level2, indicator.level3)))
    whose = project or "（部门整体）"
    if indicator.period != Period.ANNUAL:
        whose += f"（{indicator.period}）"
    yield f"      ↳ {whose}：{levels} = {_value(indicator.target)}"
    repairs = "、".join(REPAIRS.get(repair, repair) for repair in indicator.repairs)
    if repairs:
        yield f"        修复 {repairs}，把握 {indicator.confidence}"


def _value(target: Target | None) -> str:
    if target is None:
        return "（无指标值）"
    said = (_interval(target), target.unit, target.due, *target.warnings)
    return f"{target.text}  {target.kind} {' '.join(filter(None, said))}".rstrip()


def _interval(target: Target) -> str:
    if target.lower is None and target.upper is None:
        return ""
    low, high = "(−∞", "∞)"
    if target.lower is not None:
        low = "(["[bool(target.lower_inclusive)] + str(target.lower)
    if target.upper is not None:
        high = str(target.upper) + ")]"[bool(target.upper_inclusive)]
    return f"{low}, {high}"


def _issues(issues: tuple[Issue, ...], line: int | None) -> Iterator[str]:
    shown = [issue for issue in issues if line is None or (issue.source and issue.source.line == line)]
    if shown:
        yield f"\n问题 (issues): {len(shown)}"
    for issue in shown:
        yield f"  {issue.level} [{issue.code}] {issue.message}"
