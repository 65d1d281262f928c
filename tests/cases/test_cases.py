"""Every case folder: a small document, what a person reads in it, and why it is here (NOTE.md)."""

from __future__ import annotations

import pytest

from tests.cases.harness import (
    Case,
    difference,
    evaluation_rows,
    find_cases,
    fund_rows,
    indicator_rows,
    issue_rows,
    read_case,
)

CASES = find_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, request: pytest.FixtureRequest) -> None:
    if case.xfail:
        request.applymarker(pytest.mark.xfail(reason=case.xfail, strict=True))
    _, read = read_case(case)
    found = [
        difference([{"period": "annual", **row} for row in case.expected("indicators.jsonl")], indicator_rows(read))
    ]
    for name, rows in (("funds.json", fund_rows(read)), ("evaluation.json", evaluation_rows(read))):
        if (stated := case.expected(name)) is not None:
            found.append(difference(stated, rows, sorted({field for row in stated for field in row})))
    issues = case.expected("issues.json") or []
    told_of = ("code",) if case.input.suffix == ".grid" else ("code", "line")  # lines differ between the formats
    found.append(difference(issues, issue_rows(read, (issue["code"] for issue in issues)), told_of))
    told = "\n\n".join(part for part in found if part)
    if told:
        pytest.fail(f"{case.name}\n{told}", pytrace=False)


def test_cases_say_what_they_prove() -> None:
    assert len({case.folder for case in CASES}) >= 24
    assert [case.folder.name for case in CASES if not (case.folder / "NOTE.md").exists()] == []
