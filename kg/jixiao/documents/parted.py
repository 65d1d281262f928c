"""Read tables of plain text whose cells are parted by single blanks, as extractors that keep no layout write them.

A line of column heads shows such a table, or one with two words of the levels, whatever its heads are called. Empty
cells leave nothing behind, so a cell's number in its line is no place: whoever reads the rows tells by what stands in
them. What is left of a cell comes as a line of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from jixiao.documents.spaced import PAGE_NUMBER
from jixiao.model import Cell

_HEAD = re.compile(r"[一二三四]级|指标|[标划成际]值|分值|权重|得分")
_LEVELS = re.compile(
    r"(?<!\S)(?:产出|成本|效益|满意度?|数量|质量|时效|[一-龥]{2,6}(?:效益|成本|影响|满意度))指标(?!\S)"
)
_DRAWN = re.compile(r"[\t|│┃]")  # what other readers know the cells by
_TOKEN = re.compile(r"\S+")
_TITLE = re.compile(r"\S*[表书](?:[(（]\S*)?|[(（].*[)）]|附件?\s*\S{1,4}")
_LEAST, _TOLD = 3, 2  # words of such a line, and those of them that are known
_LONGEST = 14  # characters of a column's head, and of what is left of a cell
_ABOVE = 30  # lines of a form above its columns
_SENTENCE = 60  # characters of running text
Tokens = list[tuple[int, str]]


def parted_tables(lines: Sequence[str], taken: Mapping[int, object]) -> dict[int, list[Cell]]:
    """Return the cells of the lines (by index) of such tables, none where a line only goes on a cell above it.

    ``taken`` are lines that other readers have made tables of.
    """
    rows: dict[int, Tokens] = {}
    end = 0
    for head in range(len(lines)):
        if head >= end and head not in taken and _is_head(lines[head]):
            start = _start(lines, head, end)
            end = _end(lines, head)
            rows.update(_rows(lines, start, end))
    return {
        index: [Cell(text, column, where=where) for column, (where, text) in enumerate(tokens)]
        for index, tokens in rows.items()
    }


def _is_head(line: str) -> bool:
    words = line.split()
    if len(words) < _LEAST or _DRAWN.search(line):
        return False
    if len(_LEVELS.findall(line)) >= _TOLD:
        return True
    headed = max(map(len, words)) <= _LONGEST and not re.search(r"\d", line)
    return headed and sum(bool(_HEAD.search(word)) for word in words) >= _TOLD


def _ends(line: str) -> bool:
    """Tell whether a line stands outside any table: a title, a year in brackets, running text."""
    text = line.strip()
    running = len(text) > _SENTENCE and len(text.split()) == 1
    return running or bool(_TITLE.fullmatch(text) or _DRAWN.search(text))


def _start(lines: Sequence[str], head: int, end: int) -> int:
    for index in range(head - 1, max(end, head - _ABOVE) - 1, -1):
        if _ends(lines[index]):
            return index + 1
    return max(end, head - _ABOVE)


def _end(lines: Sequence[str], head: int) -> int:
    return next((index for index in range(head + 1, len(lines)) if _ends(lines[index])), len(lines))


def _rows(lines: Sequence[str], start: int, end: int) -> Iterator[tuple[int, Tokens]]:
    """Yield the words of each line with their places; a line of one word goes on the cell above that was longest."""
    above: Tokens = []
    for index in range(start, end):
        line = lines[index]
        if not line.strip() or PAGE_NUMBER.fullmatch(line):
            continue
        tokens = [(found.start() + 1, found[0]) for found in _TOKEN.finditer(line)]
        if len(tokens) > 1 or not above or tokens[0][1].endswith("指标"):
            above = tokens
            yield index, tokens
            continue
        told = [at for at, (_, text) in enumerate(above) if not text.endswith("指标")]
        longest = max(told or [0], key=lambda at: len(above[at][1]))
        above[longest] = (above[longest][0], above[longest][1] + tokens[0][1])
        yield index, []
