"""The grade printed below a form's total is read where it is one, ticked or written."""

from __future__ import annotations

import pytest

from kg.forms.grades import printed_grade
from kg.model import Cell, Place, Row, Table


def table(*rows: str) -> Table:
    return Table(
        1,
        tuple(
            Row(tuple(Cell(text, column) for column, text in enumerate(row.split("|")) if text), Place(line))
            for line, row in enumerate(rows, 1)
        ),
    )


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
    assert printed_grade(table("总分|100|93", row), 1) == grade


def test_the_next_form_keeps_its_grade() -> None:
    assert printed_grade(table("总分|100|93", "项目名称|甲", "自评等级|良"), 1) is None


def test_a_label_above_the_rows_counts() -> None:
    assert printed_grade(table("总分|100|93"), 1, "良") == "良"
