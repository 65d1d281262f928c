"""The grade printed below a form's total is read where it is one, ticked or written."""

from __future__ import annotations

from pathlib import Path

import pytest

from jixiao.documents import read_document
from jixiao.grid import read_forms
from jixiao.grid.grades import printed_grade
from tests.cases.grid import make_file


@pytest.mark.parametrize(
    ("row", "grade"),
    [
        ("自评等级|优", "优"),
        ("自评等级：良好", "良好"),
        ("评价结论|本项目自评等级为良", "良"),
        ("评价等级|□优 ☑良 □中 □差", "良"),
        ("评价等级|优□ 良□ 中√ 差□", "中"),
        ("评价等级|□优 □良 □中 □差", None),
        ("评价等级|☑优 ☑良", None),
        ("等级划分：优（90分以上）、良、中、差", None),
        ("自评等级|优、良、中、差", None),
        ("自评等级|优|自评得分|93", "优"),
        ("填表人|李某", None),
    ],
)
def test_a_grade_below_the_total(row: str, grade: str | None) -> None:
    assert printed_grade(None, [row.replace("|", " ")]) == grade


def test_a_label_above_the_rows_counts() -> None:
    assert printed_grade("良", []) == "良"


FORM = """| 项目名称 | < | 甲项目 | < | < |
| 主管部门 | < | 某局 | < | < |
| 一级指标 | 三级指标 | 年度指标值 | 分值 | 得分 |
| 产出指标 | 开展培训 | ≥3期 | 100 | 95 |
| 总分 | < | < | 100 | 95 |
"""


def test_a_form_without_a_grade_does_not_take_that_of_the_form_above(tmp_path: Path) -> None:
    drawing = f"项目自评表\n{FORM}| 自评等级 | < | 优 | < | < |\n项目自评表\n{FORM.replace('甲', '乙')}"
    forms = read_forms(read_document(make_file(drawing, "xlsx", tmp_path))).forms
    plans = [plan for form in forms for plan in form.plans]
    assert [(plan.project, plan.evaluation and plan.evaluation.grade) for plan in plans] == [
        ("甲项目", "优"),
        ("乙项目", None),
    ]
