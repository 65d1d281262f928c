"""Write an answer for people (a table) or programs (JSON)."""

from __future__ import annotations

import json
import unicodedata
from typing import TextIO

from jixiao.asking.answering import Answer
from jixiao.errors import UsageError

_WIDEST = 40  # columns of a terminal, two for each Chinese character


def write_answer(answer: Answer, stream: TextIO, format: str = "table", *, sparql: bool = False) -> None:  # noqa: A002
    """Write an answer; ``table`` is for people, ``json`` holds everything. Raises UsageError for another format."""
    if format == "json":
        json.dump(as_json(answer), stream, ensure_ascii=False, indent=1)
        stream.write("\n")
        return
    if format != "table":
        raise UsageError("可用的格式有 table、json (formats: table, json)", "unknown-format", format)
    if not answer.understood:
        stream.write(answer.text + "\n可以这样问：\n" + "".join(f"  {example}\n" for example in answer.examples))
        return
    stream.write(f"问：{answer.restated}\n答：{answer.text}\n")
    if answer.rows:
        stream.write("\n" + "\n".join(_lines(answer)) + "\n")
    if sparql:
        stream.write(f"\n{answer.sparql}\n")


def as_json(answer: Answer) -> dict[str, object]:
    """Return an answer as JSON members."""
    return {
        "question": answer.question,
        "understood": answer.understood,
        "answer": answer.text,
        "restated": answer.restated,
        "not_understood": list(answer.not_understood),
        "columns": [{"name": name, "title": title} for name, title in answer.columns],
        "rows": list(answer.rows),
        "sparql": answer.sparql,
        "examples": list(answer.examples),
        "others": list(answer.others),
        "chips": [{"part": chip.part, "text": chip.text, "others": list(chip.others)} for chip in answer.chips],
    }


def _lines(answer: Answer) -> list[str]:
    head = [title for _, title in answer.columns]
    body = [[_cut(" ".join((row[name] or "").split())) for name, _ in answer.columns] for row in answer.rows]
    widths = [max(_width(line[place]) for line in (head, *body)) for place in range(len(head))]
    rows = [head, ["─" * width for width in widths], *body]
    return ["  ".join(c + " " * (w - _width(c)) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _cut(text: str) -> str:
    if _width(text) <= _WIDEST:
        return text
    while _width(text) > _WIDEST - 2:
        text = text[:-1]
    return text + "…"
