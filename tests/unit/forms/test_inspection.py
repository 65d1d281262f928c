"""What ``jixiao inspect`` shows of rows that are hard to read and of forms that are not read."""

from __future__ import annotations

from jixiao.forms.doubts import COST
from jixiao.inspection import REPAIRS, inspect_document
from tests.cases.harness import HERE


def shown(slug: str, line: int | None = None) -> str:
    return "\n".join(inspect_document(HERE / slug / "input.txt", line))


def test_a_shifted_row_shows_its_moves_and_how_it_was_read() -> None:
    text = shown("body-left-of-header", 8)
    assert "的列 (columns)" in text
    assert "印出" in text
    assert "←1" in text
    assert "↳ " in text


def test_rows_of_lists_show_their_indicators() -> None:
    text = shown("list-one-money-column")
    assert text.count("↳ ") >= 4
    assert "项目绩效目标汇总表（并列）" in text


def test_a_form_that_is_not_read_says_why() -> None:
    unknown, blank = shown("indicators-without-a-header"), shown("template-with-marked-names")
    assert "表式 (forms): 0" in unknown
    assert "[unknown-form]" in unknown
    assert "绩效指标 | 指标值" in unknown
    assert "[empty-form]" in blank


def test_every_reason_for_doubt_has_a_chinese_name() -> None:
    assert COST.keys() <= REPAIRS.keys()
