"""What indicators of different offices measure: pairs judged by hand, half of them before anything compared them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from jixiao.linking.measures import find_measure

DATA = Path(__file__).parent / "data"


def same(row: dict[str, str]) -> bool:
    one, other = find_measure(row["one"], row["unit"] or None), find_measure(row["other"], row["other_unit"] or None)
    return one is not None and one == other


@pytest.mark.parametrize("name", ["measure-pairs", "measure-pairs-printed"])
def test_pairs_judged_by_hand(name: str) -> None:
    with (DATA / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert len(rows) == 150
    found = [row for row in rows if same(row)]
    right = [row for row in found if row["same"] == "1"]
    assert len(right) >= 0.98 * len(found), [row for row in found if row["same"] == "0"]
    assert len(right) >= 0.8 * sum(row["same"] == "1" for row in rows)


def test_what_is_one_measure() -> None:
    names = ("群众满意度", "服务群众满意率", "群众满意度（%）", "不断提升群众满意度")
    measures = {find_measure(name, unit) for name in names for unit in ("%", None)}
    (measure,) = measures
    assert measure and measure.shown == "群众满意度（%）"
    assert find_measure("学生满意度", "%") not in measures


def test_units_of_one_base_are_one_and_others_never() -> None:
    assert find_measure("造林面积", "亩") == find_measure("完成造林面积", "万亩") != find_measure("造林面积", "处")
    assert find_measure("培训教师", "人") == find_measure("教师培训人数", "人") != find_measure("培训教师", "人次")
    assert find_measure("群众满意人数", None) != find_measure("群众满意度", None)


def test_what_says_too_little_is_no_measure() -> None:
    assert [find_measure(name, "%") for name in ("满意度", "合格率", "（≥90%）")] == [None] * 3
    assert find_measure("清淤长度", None) is None
