"""What the rules on targets say of single rows of many offices' forms, above all of right ones that look odd."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jixiao.model import Severity
from tests.unit.audit.builders import ROAD, applied, indicator

LEVELS = {
    "成本指标": "成本指标", "经济效益指标": "效益指标", "社会效益指标": "效益指标", "生态效益指标": "效益指标",
    "可持续影响指标": "效益指标", "服务对象满意度指标": "满意度指标",
}  # fmt: skip
TEXT = (Path(__file__).parent / "targets.txt").read_text("utf-8")
ROWS = [tuple(re.split(r"\s*\|\s*", line)) for line in TEXT.splitlines() if line and line[0] != "#"]


@pytest.mark.parametrize(("level2", "name", "target", "rule"), ROWS, ids=[f"{row[1]} {row[2]}" for row in ROWS])
def test_one_row(level2: str, name: str, target: str, rule: str) -> None:
    second = "经济成本指标" if level2 == "成本指标" else level2
    row = indicator(name, target, LEVELS.get(level2, "产出指标"), second, line=20)
    said = {
        each.rule
        for each in applied(ROAD, row).findings()
        if each.rule.startswith("R3") and each.severity != Severity.INFO and each.indicator == name
    }
    assert said == ({rule} if rule != "-" else set())
