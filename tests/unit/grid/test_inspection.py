"""What ``jixiao inspect`` shows of rows that are hard to read and of forms that are not read."""

from __future__ import annotations

from jixiao.grid.doubts import WORDS
from jixiao.grid.weights import weights
from jixiao.inspection import inspect_document
from tests.cases.harness import HERE


def shown(slug: str, line: int | None = None) -> str:
    return "\n".join(inspect_document(HERE / slug / "input.txt", line))


def test_a_shifted_row_shows_its_move_its_cells_and_how_it_was_read() -> None:
    text = shown("body-left-of-header", 8)
    assert "的列 (columns)" in text
    assert "三级指标→三级    表头" in text
    assert "≥1350盏  value  表头 -3.00 标签 -4.00 数值 1.00" in text
    assert "←1  [指标（表身" in text
    assert "↳ 乡村道路亮化工程：产出指标 › 数量指标 › 安装太阳能路灯 = ≥1350盏" in text
    assert "存疑 单元格错位" in text


def test_rows_of_lists_show_their_indicators_and_runner_up() -> None:
    text = shown("list-one-money-column")
    assert text.count("↳ ") >= 4
    assert "（project-target-summary）" in text


def test_a_form_that_is_not_read_says_why() -> None:
    blank = shown("template-with-marked-names")
    assert "表式 (forms): 0" in blank
    assert "[empty-form]" in blank


def test_every_reason_for_doubt_has_chinese_words() -> None:
    assert weights().doubts.keys() <= WORDS.keys()
