"""Write an answer for people (a table) or programs (JSON)."""

from __future__ import annotations

import json
from typing import TextIO

from jixiao.asking.answering import Answer
from jixiao.errors import UsageError
from jixiao.exporting.results import aligned, shortened


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
        titles = [title for _, title in answer.columns]
        cells = [[shortened(row[name] or "") for name, _ in answer.columns] for row in answer.rows]
        stream.write("\n" + aligned(titles, cells))
    if answer.behind:
        stream.write(f"\n所依据的各行可以这样问：{answer.behind}\n")
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
        "behind": answer.behind,
        "examples": list(answer.examples),
        "others": list(answer.others),
        "chips": [{"part": chip.part, "text": chip.text, "others": list(chip.others)} for chip in answer.chips],
    }
