"""Write the program's present reading of a new case's input as a draft, to be corrected by eye against the input.

    python -m tests.make_case SLUG

The folder tests/cases/SLUG must hold input.txt, .md, .html, .xlsx, .docx or .grid (see grid.py). What it writes is what
the program reads, right or wrong: read every row in the document before it becomes an expectation.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.cases.harness import HERE, evaluation_rows, find_cases, fund_rows, indicator_rows, issue_rows, read_case


def make_case(slug: str) -> list[Path]:
    """Write the drafts of a case and return their paths; a file that exists is kept."""
    case = next((case for case in find_cases() if case.folder.name == slug), None)
    if case is None:
        raise SystemExit(f"no input.* in {HERE / slug}")
    _, read = read_case(case)
    rows = indicator_rows(read)
    if case.input.suffix == ".grid":
        rows = [{key: value for key, value in row.items() if key != "line"} for row in rows]
    drafts = {
        "indicators.jsonl": "".join(f"{shown_row(row)}\n" for row in rows),
        "funds.json": _list(fund_rows(read)),
        "evaluation.json": _list(evaluation_rows(read)),
        "issues.json": _list(issue_rows(read, ())),
        "NOTE.md": "TODO: one sentence, what this case proves.\n",
    }
    written = []
    for name, text in drafts.items():
        path = case.folder / name
        if text and not path.exists():
            path.write_text(text, "utf-8")
            written.append(path)
    return written


def shown_row(row: Mapping[str, Any]) -> str:
    """Return a row as one line of JSON, without what is absent."""
    kept = {key: value for key, value in row.items() if value is not None and (key, value) != ("period", "annual")}
    return json.dumps(
        {key: value if isinstance(value, int) else str(value) for key, value in kept.items()}, ensure_ascii=False
    )


def _list(rows: Iterable[Mapping[str, Any]]) -> str:
    lines = [shown_row(row) for row in rows]
    return "[\n" + ",\n".join(lines) + "\n]\n" if lines else ""


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    for made in make_case(sys.argv[1]):
        print(made)
