"""Whole documents of offices nobody has seen, with planted errors and with right figures that look wrong.

``documents/NAME.grid`` is a drawing (tests/cases/grid.py), ``NAME.txt`` what an auditor would write down, made
before the audit ran: a severity (V, W, I), a rule, and words of the message or the project. Nothing else may be a
violation or a warning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from jixiao.model import Finding, Severity
from jixiao.reading import read
from tests.cases.grid import make_file

DRAWINGS = sorted((Path(__file__).parent / "documents").glob("*.grid"))
LEVELS = {"V": Severity.VIOLATION, "W": Severity.WARNING, "I": Severity.INFO}


@dataclass(frozen=True)
class Expected:
    severity: Severity
    rule: str
    words: str

    def fits(self, finding: Finding) -> bool:
        said = f"{finding.message} {finding.project or ''}"
        return (finding.severity, finding.rule) == (self.severity, self.rule) and bool(re.search(self.words, said))


def expected(drawing: Path) -> list[Expected]:
    lines = drawing.with_suffix(".txt").read_text("utf-8").splitlines()
    parts = [line.split(" ", 2) for line in lines if line and not line.startswith("#")]
    return [Expected(LEVELS[level], rule, words) for level, rule, words in parts]


def findings(drawing: Path, kind: str, folder: Path) -> list[Finding]:
    return list(read(make_file(drawing.read_text("utf-8"), kind, folder)).findings)


MISREAD = {
    ("department-by-ninety", "html"): "a row of extra points printed one column to the left is read where it stands",
    ("department-by-ninety", "xlsx"): "a row of extra points printed one column to the left is read where it stands",
}


@pytest.mark.parametrize("kind", ["html", "txt", "xlsx"])
@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda path: path.stem)
def test_what_an_auditor_would_write_and_nothing_else(
    drawing: Path, kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if (drawing.stem, kind) in MISREAD:
        request.applymarker(pytest.mark.xfail(reason=MISREAD[drawing.stem, kind], strict=True))
    found = findings(drawing, kind, tmp_path)
    missed = []
    for each in expected(drawing):
        first = next((finding for finding in found if each.fits(finding)), None)
        if first:
            found.remove(first)
        else:
            missed.append(each)
    extra = [f"{each.severity} {each.rule} {each.message}" for each in found if each.severity != Severity.INFO]
    assert (missed, extra) == ([], [])


def test_the_documents_plant_enough_and_leave_enough_alone() -> None:
    planted = [each for drawing in DRAWINGS for each in expected(drawing)]
    assert len(DRAWINGS) >= 10
    assert len({each.rule for each in planted}) >= 20
