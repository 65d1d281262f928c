"""Whatever was read with doubt says in words what is in doubt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from jixiao.model import DocumentRecords, Goal, Indicator, Plan, Task
from jixiao.reading import read

ROOT = Path(__file__).parents[3]
SURE = Decimal("0.9")
ENDS = {".txt", ".html", ".docx", ".xlsx", ".pdf"}
PAPERS = sorted(path for path in (ROOT / "tests/data/samples").iterdir() if path.suffix in ENDS)
UNTITLED = """乡村振兴局2024年项目绩效目标

一、蜂蜜加工坊

数量指标：建成加工坊1座；培训蜂农≥60人次。质量指标：设备验收合格率100%。满意度指标：蜂农满意度≥90%。
"""


def records_of(records: DocumentRecords) -> Iterator[Plan | Goal | Task | Indicator]:
    for plan in (plan for form in records.forms for plan in form.plans):
        yield plan
        yield from plan.goals
        yield from plan.tasks
        yield from plan.indicators


def check(path: Path) -> int:
    doubted = [each for each in records_of(read(path).records) if each.confidence < SURE]
    for each in doubted:
        assert each.doubts, each
        assert all(re.search("[一-鿿]", doubt) for doubt in each.doubts), each.doubts
    return len(doubted)


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.stem[:2])
def test_samples(path: Path) -> None:
    check(path)


def test_a_project_that_only_a_heading_names(tmp_path: Path) -> None:
    path = tmp_path / "公示.txt"
    path.write_text(UNTITLED, "utf-8")
    assert check(path) > 0
