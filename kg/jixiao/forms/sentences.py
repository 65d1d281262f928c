"""Read indicators printed as running text: headings of 一级 and 二级, then statements."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from jixiao.forms.lexicon import lexicon
from jixiao.forms.statements import split_statement, split_statements
from jixiao.model import Block, FundLine, Indicator, Paragraph, Source
from jixiao.text.names import join_wraps
from jixiao.values.amounts import parse_money
from jixiao.values.targets import parse_target

_NUMBERING = re.compile(r"^\s*(?:[(（]?[一二三四五六七八九十]{1,3}[)）、.．]|[(（]?\d{1,2}[)）、.．]|[①-⑳])\s*")
_LABELLED = re.compile(r"^(?P<label>[^：:，,。]{2,16})[：:]\s*(?P<body>.+)$")
_NAMED = re.compile(r"项目(?:名称)?\s*[：:]\s*(?P<name>[^，,。；;：:]{2,60})")
_HEADING = re.compile(r"^(?P<name>[^，,。；;：:]{2,50}?)(?:项目|专项|经费|资金)$")
_MONEY = re.compile(r"[^，。；;]*?(?:资金|预算|金额)[^，。；;\d]*[\d,.]+\s*[亿万千]*元")
MINIMUM_ROWS = 2


@dataclass(slots=True)
class StatedProject:
    """Collect one project that running text describes."""

    name: str
    source: Source
    funds: list[FundLine] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)


def read_sentences(blocks: Sequence[Block], fiscal_year: int | None) -> list[StatedProject]:
    """Return the projects whose indicators stand in paragraphs such as 数量指标：…不少于320人次；….

    Only paragraphs that begin with a 二级 label and follow a heading that names a project count; single ones do not.
    """
    projects: list[StatedProject] = []
    current: StatedProject | None = None
    level1: str | None = None
    for block in blocks:
        if not isinstance(block, Paragraph):
            current, level1 = None, None
            continue
        text = _NUMBERING.sub("", join_wraps(block.text))
        source = Source(None, block.place.line, block.text, block.place.page, block.place.where)
        name = _project_name(block.text, text)
        if name:
            current, level1 = StatedProject(name, source), None
            projects.append(current)
        elif current is not None:
            if lexicon().level(1, text) and len(text) <= 12:
                level1 = text
            elif (found := _LABELLED.match(text)) and lexicon().level(2, found["label"]):
                current.indicators += _statements(found["body"], level1, found["label"], source, fiscal_year)
            elif not current.indicators and (money := _MONEY.search(text)):
                amount = parse_money(money.group())
                current.funds.append(FundLine("total", "项目预算资金", source, amount=amount))
    return [project for project in projects if len(project.indicators) >= MINIMUM_ROWS]


def _project_name(printed: str, text: str) -> str | None:
    found = _NAMED.match(text)
    if found:
        return found["name"].strip()
    if _NUMBERING.match(printed) and _HEADING.match(text) and not lexicon().level(1, text):
        return text
    return None


def _statements(body: str, level1: str | None, level2: str, source: Source, fiscal_year: int | None) -> list[Indicator]:
    indicators = []
    for statement in split_statements(body):
        name, value = split_statement(statement)
        target = parse_target(value, fiscal_year=fiscal_year, name=name) if value else None
        indicators.append(Indicator(level1=level1, level2=level2, level3=name, target=target, source=source))
    return indicators
