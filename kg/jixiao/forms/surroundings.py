"""Read what stands around the indicators of a table: title, money unit, office, year, the note below."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jixiao.forms.fields import Fields, read_fields
from jixiao.forms.labels import label_pairs
from jixiao.model import Block, FundLine, Paragraph, Row, Table
from jixiao.text.dates import read_year
from jixiao.text.folding import fold_words
from jixiao.text.names import join_wraps

_NAMED_IN_TITLE = re.compile(
    r"[“\x22「《]([^“”\x22「」《》]{4,40})[”\x22」》](?:项目|专项资金|专项|资金|经费)?(?:支出)?(?:预算)?(?:绩效|自评)"
)
FACT_ROWS = 20  # rows of a table of facts about one project
TITLE_REACH = 8  # paragraphs before a table that may hold its title
_TITLE = re.compile(r"(绩效|自评|目标).*(表|书|情况)|整体.*(目标|自评)|批复表|申报表")
_MONEY_LINE = re.compile(r"单\s*位\s*[:：]\s*(人民币)?\s*[百千万亿]*\s*元")
_OFFICE_LINE = re.compile(
    r"^\s*(?:项目实施单位|部门名称|单位名称|填报单位|部门单位名称|预算单位|项目单位|部门\(单位\)名称|部门（单位）名称|填报部门|申报单位|编制单位)\s*(?:\(盖章\)|（盖章）|（公章）)?\s*[:：]\s*(\S.*)$"
)
_OFFICE_END = re.compile(r"\s{2,}|\u3000|\t|\s*(?:金额)?单位\s*[:：]|\s*(?:填报|编制)?日期")
PART_HEADING = re.compile(
    r"\s*#*\s*(?:[(（][一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}[、.．])\s*[^，。；：:]{2,20}$"
)
_MONTHS = re.compile(r"[(（](?:19|20)\d\d年(?:\d{1,2}月?[-—–~～至到]+(?:(?:19|20)\d\d年)?\d{1,2}月(?:底|末)?)[)）]")
_NOTE = re.compile(r"^\s*(<p>)?\s*注\s*[:：]")
_NOTE_ITEM = re.compile(r"\s*(?:\d{1,2}\s*[.．、)）](?!\d)|[(（][\d一二三四五六七八九十]{1,3}[)）]|[①-⑳])")
_SENTENCE_END = re.compile(r"[。；;!！?？.)）]\s*$")
_LINE_LABEL = re.compile(r"#|[^，。；;]{1,16}[:：]")


@dataclass(frozen=True, slots=True)
class Context:
    """Hold what stands around a table: its title, money unit line, office line, year, and the notes below."""

    title: str
    unit_line: str | None
    office: str | None
    year: int | None
    note: str | None
    values: Mapping[str, str]
    funds: tuple[FundLine, ...] = ()


def labelled(table: Table, *, contacts: bool) -> Fields:
    """Return what a table states that holds no indicators (项目基本情况 printed apart from the indicators)."""
    fields = read_fields(table, table.rows[: FACT_ROWS + 1], None, contacts=contacts)
    return fields if "project" in fields.values and len(table.rows) <= FACT_ROWS else Fields()


def read_context(blocks: Sequence[Block], position: int, held: Fields) -> Context:
    """Return what stands around the table at ``position``; ``held`` is what a table of facts above it states."""
    before: list[str] = []
    for block in reversed(blocks[max(0, position - TITLE_REACH) : position]):
        if isinstance(block, Table):
            break
        before.append(plain(block.text))
    title = next((text for text in before if _TITLE.search(fold_words(text)) and len(text) <= 60), "")
    unit_line = next((text for text in before if _MONEY_LINE.search(text)), None)
    office = next(
        (_OFFICE_END.split(found.group(1))[0].strip() for text in before if (found := _OFFICE_LINE.match(text))), None
    )
    near = before[: before.index(title) + 1] if title in before else before[:3]
    year = next((year for text in near if _states_year(text) and (year := read_year(text))), None)
    values: dict[str, str] = dict(held.values)
    for text in near:
        for label, value in label_pairs(text):
            values.setdefault(label, value)
    return Context(
        join_wraps(title), unit_line, office, year, _note_below(blocks[position + 1 :]), values, tuple(held.funds)
    )


def _states_year(text: str) -> bool:
    """Tell whether a line states the year of a form: a 年度, or months in brackets below the title (2024年1—7月)."""
    return "年度" in text.replace(" ", "") or _MONTHS.fullmatch(text.replace(" ", "").strip()) is not None


def _note_below(blocks: Sequence[Block]) -> str | None:
    """Return the note printed below a table: its own items, and lines that go on with a sentence a page broke."""
    lines: list[str] = []
    for block in blocks:
        if not isinstance(block, Paragraph):
            break
        text = plain(block.text)
        if not lines and not _NOTE.match(block.text):
            break
        broken = bool(lines) and not _SENTENCE_END.search(lines[-1]) and not _LINE_LABEL.match(text)
        if lines and not _NOTE_ITEM.match(text) and (not broken or _TITLE.search(fold_words(text))):
            break
        lines.append(text)
    return " ".join(lines) or None


def plain(text: str) -> str:
    """Return a line without heading marks, bold marks and paragraph tags."""
    return re.sub(r"^#+\s*|\*\*|</?p>", "", text).strip()


def inner_title(rows: Sequence[Row]) -> str | None:
    """Return the title that stands in a row of its own among the rows above an indicator block."""
    for row in reversed(rows):
        if len(row.filled) == 1 and _TITLE.search(fold_words(row.filled[0].text)) and len(row.filled[0].text) <= 60:
            return join_wraps(row.filled[0].text)
    return None


def is_part_heading(row: Row) -> bool:
    """Tell whether a row holds nothing but a numbered heading (（二）…), as it stands above a form or part of one."""
    return len(row.filled) == 1 and PART_HEADING.match(row.filled[0].text) is not None


def unit_line_of(rows: Sequence[Row]) -> str | None:
    """Return the cell 单位：… of a money unit."""
    return next((cell.text for row in rows for cell in row.filled if _MONEY_LINE.search(cell.text)), None)


def year_of(rows: Sequence[Row], fields: Fields) -> int | None:
    """Return the year a form prints in a field or a line of its own (2024年度)."""
    if "year" in fields.values:
        return read_year(fields.values["year"])
    for row in rows:
        if len(row.filled) <= 2 and _states_year(text := row.text.replace(" ", "")) and len(text.strip()) <= 40:
            year = read_year(text)
            if year:
                return year
    return None


def project_in(title: str) -> str | None:
    """Return the project that a title names in quotation marks (“…”项目绩效目标表)."""
    found = _NAMED_IN_TITLE.search(re.sub(r"\s", "", title))
    return found.group(1) if found else None
