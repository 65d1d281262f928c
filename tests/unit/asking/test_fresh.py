"""Questions whose answers were written down before anything read them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from jixiao.asking import answer
from jixiao.pipeline import LiftReport
from jixiao.store.protocol import Store

CASES = tomllib.loads(Path(__file__).with_name("fresh.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["question"] for case in CASES])
def test_fresh_questions(lifted: tuple[Store, LiftReport], case: dict[str, Any]) -> None:
    found = answer(lifted[0], case["question"])
    if "declined" in case:
        assert not found.understood and set(found.not_understood) == set(case["declined"])
        return
    assert found.understood, found.text
    if "column" in case:
        assert {row[case["column"]] for row in found.rows} == set(case["values"]), found.restated
    cells = (value for row in found.rows for value in row.values() if value)
    told = "\n".join((found.text.replace(",", ""), *cells))
    assert [each for each in case.get("says", ()) if each not in told] == [], found.restated
