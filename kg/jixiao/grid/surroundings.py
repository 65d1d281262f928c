"""Read what stands around a table: title, headings, label–value lines, unit of money, year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from jixiao.grid.cells import label_likeness
from jixiao.grid.fields import Witness, field_of
from jixiao.grid.statements import note_below, paragraph_source
from jixiao.grid.words import label_word, plain
from jixiao.model import Block, Paragraph, Table
from jixiao.text.dates import read_year
from jixiao.text.names import join_wraps
from jixiao.values.amounts import money_factor

FAR = 12  # paragraphs above a table that may be about it
TITLE = 60  # characters
_PARTS = re.compile(r"[\u3000\t]+|\s{2,}|\s(?=[^\s:：，。]{2,12}[:：])")
_PAIR = re.compile(r"^(?P<label>[^:：]{2,16})[:：]\s*(?P<value>\S.*)$")
_DAY = re.compile(r"\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?")
_MARKS = re.compile(r"^#+\s*|\*\*|</?p>")
_UNIT = re.compile(r"单位|货币|计量")
_SPOKEN = ("绩效", "自评", "评价", "评分", "目标", "整体", "监控", "批复", "申报", "审核", "审定")


_TABLE = re.compile(r"表(?:[（(].*[)）])?\d*(?:年度)?$")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Hold the lines above a table (nearest last) and below it, its title, what they state, unit, note, year."""

    lines: tuple[Paragraph, ...]
    below: tuple[Paragraph, ...]
    title: str
    witnesses: tuple[Witness, ...]
    unit_line: str | None
    note: str | None
    year: int | None

    @property
    def titled(self) -> bool:
        """Tell whether the title is that of a table, with which a form begins."""
        return _TABLE.search(plain(self.title)) is not None


def surroundings_of(blocks: Sequence[Block], position: int) -> Surroundings:
    """Return what stands above the table at a position, since the table before."""
    lines = list(_paragraphs(reversed(blocks[:position])))[::-1]
    below = list(_paragraphs(blocks[position + 1 :]))
    note = note_below(line.text for line in below)
    if len(below) < FAR and len(blocks) > position + 1 + len(below):
        below = []  # they stand above the next table
    table = blocks[position]
    inner = _inner_titles(table) if isinstance(table, Table) else []
    texts = [*(line.text for line in lines), *inner]
    title = best_title(texts)
    year = next((year for text in (title, *reversed(texts)) if len(text) < TITLE and (year := _year(text))), None)
    return Surroundings(
        tuple(lines),
        tuple(below),
        title,
        tuple(each for line in lines for each in stated_in(line)),
        _unit_line(texts),
        note,
        year,
    )


def _paragraphs(blocks: Iterable[Block]) -> Iterator[Paragraph]:
    """Yield the first blocks that are no table."""
    for block in islice(blocks, FAR):
        if isinstance(block, Table):
            return
        yield block


def best_title(texts: Sequence[str]) -> str:
    """Return the line that is likeliest the title of the form below."""
    scored = [(_titular(text) + 0.25 * index, text) for index, text in enumerate(texts)]
    best = max(scored, default=(0.0, ""))
    return _MARKS.sub("", join_wraps(best[1])) if best[0] > 1.0 else ""


def _titular(text: str) -> float:
    body = plain(text)
    if len(body) > TITLE or "。" in body or body.startswith("附件:"):
        return -9.0
    score = sum(word in body for word in _SPOKEN) * 1.0
    score += 2.0 if _TABLE.search(body) else 0.0
    score -= 2.0 if _PAIR.match(body) and label_likeness(body.partition(":")[0]) > 0 else 0.0
    return score if "绩效" in body or "目标" in body or "自评" in body or "评价" in body else min(score, 0.5)


def _year(text: str) -> int | None:
    """Return the year a line is about; the day on which a form was filled in says nothing of it."""
    undated = _DAY.sub("", text)
    return read_year(undated) if re.search(r"(?:19|20)\d\d|二[〇○零]", undated) else None


def _inner_titles(table: Table) -> list[str]:
    """Return the texts that stand alone in the first rows of a table."""
    titles = []
    for row in table.rows[:3]:
        if len(row.filled) == 1:
            titles.append(row.filled[0].text)
        elif any(_UNIT.search(cell.text) for cell in row.filled):
            titles += [cell.text for cell in row.filled if _UNIT.search(cell.text)]
    return titles


def _unit_line(texts: Sequence[str]) -> str | None:
    for text in reversed(texts):
        for part in _PARTS.split(text):
            if len(part) < 40 and _UNIT.search(part) and money_factor(part):
                return part
    return None


def stated_in(line: Paragraph) -> Iterator[Witness]:
    """Yield what a line states behind labels, one or several side by side (编制单位：… 金额单位：…)."""
    for part in _PARTS.split(line.text):
        found = _PAIR.match(part.strip())
        if not found or len(part) > 2 * TITLE:
            continue
        word = label_word(found["label"])
        name = field_of(word)
        if name and label_likeness(found["label"] + ":") > 0.5:
            weight = word.of(name) * word.known
            yield Witness(name, found["label"], join_wraps(found["value"]), weight, paragraph_source(line))
