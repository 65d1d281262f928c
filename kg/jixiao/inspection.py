"""Show how a document was read: blocks, forms, columns and why, the kind of each row, what is in doubt, issues."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from jixiao.audit.figures import shortened
from jixiao.grid import decode_tables
from jixiao.grid.blocks import BODY, END, FIELD, HEAD, kind_scores
from jixiao.grid.cells import header_likeness, kind_of, label_likeness
from jixiao.grid.columns import Column, said
from jixiao.grid.decoding import Decoded, Decoding
from jixiao.grid.doubts import WORDS
from jixiao.grid.rows import HEADING, INDICATOR, LABEL, NOTE, RATE, TOTAL, UNIT, Entry
from jixiao.grid.sheet import Line
from jixiao.grid.words import header_word
from jixiao.model import Document, DocumentRecords, FilledForm, Indicator, Issue, Paragraph, Period, Target
from jixiao.reading import read
from jixiao.values.content import value_likeness

CELL = 36  # characters shown of a cell
ROLES: Mapping[str, str] = {
    "ordinal": "序号", "frame": "框栏", "level1": "一级", "level2": "二级", "level3": "三级", "level4": "四级",
    "target": "指标值", "half": "半年值", "previous": "往年值", "note": "说明", "actual": "完成值",
    "measured": "完成值", "progress": "至今值", "expected": "预计值", "likely": "可能性", "rate": "完成率",
    "weight": "分值", "score": "得分", "deviation": "偏差", "reason": "原因", "sign": "符号", "direction": "方向",
    "unit": "单位", "time": "时限", "threshold": "等级值", "written": "写明的指标", "named": "名目", "region": "地区",
    "project": "项目", "goal": "目标", "code": "项目码", "office": "部门", "officecode": "部门码", "money": "金额",
    "exec": "执行", "category": "类别", "overview": "概况", "person": "人员", "flag": "是否", "other": "未识别",
}  # fmt: skip
ROWS = {FIELD: "栏目", HEAD: "表头", BODY: "表身", END: "收尾"}
KINDS = {
    INDICATOR: "指标", TOTAL: "合计", HEADING: "层级标题", UNIT: "单位行", LABEL: "只有标签", NOTE: "说明",
    RATE: "执行率",
}  # fmt: skip
_Indicators = Mapping[int, list[tuple[str | None, Indicator]]]


def inspect_document(path: Path, line: int | None = None) -> Iterator[str]:
    """Yield what was recognised in a file as lines of text; of one printed line only, if given.

    Columns show why they got their role (what the header says, by how much it beat the next best), rows their kind and
    the runner-up, indicators (``↳``) what is in doubt; of one line the likelihoods of each cell are shown as well.
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
    held: defaultdict[int, list[tuple[str | None, Indicator]]] = defaultdict(list)
    for form in records.forms:
        for plan in form.plans:
            for indicator in plan.indicators:
                held[indicator.source.line].append((plan.project, indicator))
    for decoding, _, _ in decode_tables(document, records.fiscal_year):
        if line is None or any(each.number == line for each in decoding.sheet.lines):
            yield from _table(decoding, held, line)
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


def _table(decoding: Decoding, held: _Indicators, line: int | None) -> Iterator[str]:
    table = decoding.sheet.table
    decoded = {entry.line.index: (block, j) for block in decoding.blocks for j, entry in enumerate(block.entries)}
    for index, row in enumerate(decoding.sheet.lines):
        for block in decoding.blocks:
            if index == block.block.head[0] and (line is None or _reaches(block, line)):
                yield f"\n表 {table.index} 第{row.number}行起的列 (columns)"
                yield from ("  " + _column(each) for each in block.assigned.columns)
        if row.items and (line is None or row.number == line):
            yield from _row(row, decoding.kinds[index], decoded.get(index), held.get(row.number, []), line)


def _reaches(block: Decoded, line: int) -> bool:
    return any(entry.line.number == line for entry in block.entries)


def _column(column: Column) -> str:
    """Show a column: place, header, role, what the header says of it and of the runner-up, the margin."""
    says = {role: said(column, role) for role in header_word(column.leaf).says if role != column.role}
    rival = max(says, key=says.__getitem__, default="")
    other = f"，{ROLES.get(rival, rival)} {says[rival]:.1f}" if rival and says[rival] > 0 else ""
    over = "·".join(" ".join(text.split()) for text in column.path[:-1])
    shown = f"{column.start} {_cut(column.leaf) or '（空）'}→{_role(column)}"
    shown = f"{shown}（{over}）" if over else shown
    return f"{shown}    表头 {said(column, column.role):.1f}{other}；胜出 {column.margin:.1f}"


def _role(column: Column) -> str:
    role = ROLES.get(column.role, column.role)
    return f"{role}{column.block + 1}" if column.block else role


def _row(
    row: Line,
    kind: int,
    decoded: tuple[Decoded, int] | None,
    held: list[tuple[str | None, Indicator]],
    line: int | None,
) -> Iterator[str]:
    scores = kind_scores(row)
    second = max((each for each in scores if each != kind), key=scores.__getitem__)
    told = f"{ROWS[kind]} {scores[kind]:.1f}，次为{ROWS[second]} {scores[second]:.1f}"
    if line is not None:
        yield f"  印出    {' | '.join(f'{item.column}:{item.text}' for item in row.items)}"
        yield from ("    " + _likelihoods(item.text) for item in row.items)
    if decoded:
        block, index = decoded
        yield _entry(block, block.entries[index], f"{KINDS[block.kinds[index]]}（{told}）")
    elif held or line is not None:
        yield f"  第{row.number}行  {told}"
    for project, indicator in held:
        if line is not None or indicator.repairs or not decoded or len(held) > 1:
            yield from _indicator(project, indicator)


def _likelihoods(text: str) -> str:
    shown = (("表头", header_likeness(text)), ("标签", label_likeness(text)), ("数值", value_likeness(text)))
    return f"{_cut(text)}  {kind_of(text)}  " + " ".join(f"{name} {score:.2f}" for name, score in shown)


def _entry(block: Decoded, entry: Entry, told: str) -> str:
    columns = block.assigned.columns
    cells = " | ".join(f"{_role(columns[j])} {_cut(text)}" for j, text in sorted(entry.texts.items()) if text)
    move = "" if entry.shift == 0 else f"  {'→' if entry.shift > 0 else '←'}{abs(entry.shift)}"
    dropped = "、".join(map(_cut, entry.dropped))
    shown = f"  第{entry.line.number}行  {cells}{move}  [{told}]"
    return f"{shown}    ✗ 未取 {dropped}" if dropped else shown


def _cut(text: str) -> str:
    return shortened(" ".join(text.split()), CELL)


def _indicator(project: str | None, indicator: Indicator) -> Iterator[str]:
    levels = " › ".join(filter(None, (indicator.level1, indicator.level2, indicator.level3)))
    whose = project or "（部门整体）"
    if indicator.period != Period.ANNUAL:
        whose += f"（{indicator.period}）"
    if indicator.year:
        whose += f"（{indicator.year}年）"
    yield f"      ↳ {whose}：{levels} = {_value(indicator.target)}"
    doubts = "；".join(WORDS[repair] for repair in indicator.repairs)
    if doubts:
        yield f"        存疑 {doubts}，把握 {indicator.confidence}"


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
