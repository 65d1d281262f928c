"""Make a test case out of corrections: the file they are on, and its rows as they were set right.

usage: correction_case.py DECISIONS.jsonl FILE SLUG

DECISIONS is what ``jixiao review export`` wrote, FILE the document (.txt, .md, .html, .xlsx or .docx). The new folder
tests/cases/SLUG holds the input, indicators.jsonl and a NOTE.md to be completed; the case fails until the program reads
what a person saw. Look for persons in the file first: a case is published.
"""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from jixiao.reading import LiftOptions, read
from jixiao.review.decisions import CORRECT, REJECT, Decision, read_decision
from tests.cases.harness import HERE, indicator_rows, read_forms_of
from tests.make_case import shown_row

KINDS = (".txt", ".md", ".html", ".xlsx", ".docx")


def make_case(decisions: Path, document: Path, folder: Path) -> list[str]:
    """Write the case of what was decided on a document into a new folder; return what it proves, a line each."""
    digest = sha256(document.read_bytes()).hexdigest()
    every = [read_decision(json.loads(line)) for line in decisions.read_text("utf-8").splitlines() if line.strip()]
    own = tuple(each for each in every if each.sha256 == digest and each.decision in (CORRECT, REJECT))
    if not own or document.suffix not in KINDS:
        raise SystemExit(f"no correction of these bytes, or none of {' '.join(KINDS)}: {document}")
    folder.mkdir()
    shutil.copyfile(document, folder / f"input{document.suffix}")
    reading = read(document, LiftOptions(decisions=own))
    right = replace(read_forms_of(reading.document), forms=reading.records.forms)
    rows = "".join(f"{shown_row(row)}\n" for row in indicator_rows(right))
    (folder / "indicators.jsonl").write_text(rows, "utf-8")
    proves = [_said(each) for each in own]
    (folder / "NOTE.md").write_text("\n".join(("TODO: one sentence, what this case proves.", *proves)) + "\n", "utf-8")
    return proves


def _said(decision: Decision) -> str:
    if decision.decision == REJECT:
        return f"- {decision.place}: {decision.item} is no {decision.kind}."
    return f"- {decision.place} prints {decision.printed!r}: {decision.field} of {decision.item} is {decision.value!r}."


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    for line in make_case(Path(sys.argv[1]), Path(sys.argv[2]), HERE / sys.argv[3]):
        print(line)
