"""Printed target values of many offices, read as a person would (``targets.jsonl``), and the rows read by hand.

A line of ``targets.jsonl`` holds the text, the evidence beside it (``name``, ``unit_column``, ``year``) and what it
means: ``interval`` in the usual notation (``[95,)``), ``kind`` null for what is no value.
"""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from jixiao.model import Target, TargetKind
from jixiao.values import targets
from jixiao.values.targets import is_comparator, join_split_target, parse_actual, parse_target
from tests.conftest import READ_BY_HAND, SAMPLES

HERE = Path(__file__).parent
CASES = [json.loads(line) for line in HERE.joinpath("targets.jsonl").read_text("utf-8").splitlines()]
FOLDERS = (READ_BY_HAND, SAMPLES)
SIGNS = {">=": "≥", "<=": "≤", ">": ">", "<": "<", "=": "="}
_INTERVAL = re.compile(r"([\[(])(.*),(.*)([\])])")
Bounds = tuple[Decimal | None, bool | None, Decimal | None, bool | None]


def parsed(case: dict[str, Any]) -> Target | None:
    year = case.get("year") or None
    return parse_target(case["text"], fiscal_year=year, name=case.get("name"), unit=case.get("unit_column"))


def bounds(interval: str | None) -> Bounds:
    found = _INTERVAL.fullmatch(interval or "(,)")
    assert found, interval
    low, high = (Decimal(text) if text else None for text in found.group(2, 3))
    return (low, None if low is None else found[1] == "[", high, None if high is None else found[4] == "]")


def read_bounds(target: Target) -> Bounds:
    return (target.lower, target.lower_inclusive, target.upper, target.upper_inclusive)


def differences(case: dict[str, Any], target: Target | None) -> dict[str, object]:
    """Return what was read otherwise than expected, by field."""
    if target is None or case["kind"] is None:
        return {} if target is case["kind"] else {"kind": (case["kind"], target)}
    fields: dict[str, tuple[object, object]] = {
        "kind": (case["kind"], target.kind.value),
        "comparator": (case["comparator"], target.comparator),
        "stated": (case["stated"], target.comparator_stated),
        "interval": (bounds(case["interval"]), read_bounds(target)),
        "unit": (case["unit"], target.unit),
        "due": (case.get("due"), target.due),
    }
    if "recurrence" in case:
        fields["recurrence"] = (case["recurrence"], target.recurrence)
    if "parts" in case:
        fields["parts"] = (case["parts"], len(target.parts))
    wrong: dict[str, object] = {field: pair for field, pair in fields.items() if pair[0] != pair[1]}
    if case.get("warning", next(iter(target.warnings), None)) not in (*target.warnings, None):
        wrong["warning"] = (case["warning"], target.warnings)
    return wrong


# ---------------------------------------------------------------- printed texts


def test_printed_texts_are_read_right() -> None:
    wrong = [(case["text"], case.get("name"), found) for case in CASES if (found := differences(case, parsed(case)))]
    assert len({case["text"] for case in CASES}) >= 600
    assert len(wrong) <= len(CASES) * Decimal("0.03"), "\n".join(map(str, wrong))


def test_full_width_reads_as_half_width() -> None:
    for case in CASES:
        wide = "".join(
            chr(ord(c) + 0xFEE0) if (c.isascii() and c.isalnum()) or c in "%<>=+()" else c for c in case["text"]
        )
        assert differences(case, parsed({**case, "text": wide})) == differences(case, parsed(case)), wide


def test_blanks_beside_chinese_characters_change_nothing() -> None:
    for case in CASES:
        spaced = re.sub(r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])", " ", case["text"])
        assert differences(case, parsed({**case, "text": spaced})) == differences(case, parsed(case)), spaced


def test_every_target_is_consistent() -> None:
    for case in CASES:
        target = parsed(case)
        for one in (target, *target.parts) if target else ():
            assert one.comparator in ("≥", ">", "≤", "<", "=", None), one
            assert (one.lower is None) == (one.lower_inclusive is None), one
            assert (one.upper is None) == (one.upper_inclusive is None), one
            assert one.lower is None or one.upper is None or one.lower <= one.upper, one
            assert one.due is None or re.fullmatch(r"(\d{4}|-)-\d\d(-\d\d)?", one.due), one
            assert len(set(one.warnings)) == len(one.warnings), one


def test_printed_words_stay() -> None:
    target = parse_target("全市排名前 五\n名")
    assert target is not None
    assert target.text == "全市排名前五名"
    several = parse_target("志愿者服务 1000 次, 组织业务培训 15 次；参训率≥90%。")
    assert several is not None
    assert [part.text for part in several.parts] == ["志愿者服务 1000 次", "组织业务培训 15 次", "参训率≥90%"]
    assert [part.lower for part in several.parts] == [1000, 15, 90]


ALPHABET = (
    "≥≤><=0123456789.,%‰年月日前底末以上下内不少于低超过每按第名次个万元人/()（）*xX—-~至到且或"
    "，；。：、 \n\t百分之一二十半约左右Zz》《①Ⅲ²㎡Ａ🙂\0"
)


def random_texts() -> Iterator[str]:
    generator = random.Random(101)
    for _ in range(4000):
        yield "".join(generator.choice(ALPHABET) for _ in range(generator.randint(0, 24)))
    for case in CASES:
        text = list(case["text"])
        if text:
            text[generator.randrange(len(text))] = generator.choice(ALPHABET)
        yield "".join(text)
    yield from (
        "≥" * 500,
        "9" * 400,
        "%" * 50,
        "（" * 200,
        "每月" * 100,
        "1-" * 300,
        "第一" * 200,
        "2023年" * 100,
        "٣%",
    )


def test_no_text_raises() -> None:
    for text in random_texts():
        target = parse_target(text, fiscal_year=2023, name="群众满意度（%）")
        assert target is None or target.kind in TargetKind


def test_reading_is_fast() -> None:
    texts = sorted({case["text"] for case in CASES})
    targets._parse.cache_clear()
    started = time.perf_counter()
    for text in texts:
        parse_target(text, fiscal_year=2023)
    assert time.perf_counter() - started < len(texts) / 500  # ten times slower than it is


# ---------------------------------------------------------------- evidence beside the value


def test_a_placeholder_in_the_name_is_no_unit() -> None:
    target = parse_target("≥80", name="苗木成活（≥**%）")
    assert target is not None
    assert (target.unit, target.warnings) == (None, ("unit-missing",))


def test_a_misread_sign_is_flagged_whether_mended_or_not() -> None:
    for text in ("2 90%", "》90%", "290%"):
        for name in ("服务对象满意度", None, "设备数量"):
            target = parse_target(text, name=name)
            assert target is not None
            assert any(code.startswith("ocr-") for code in target.warnings), (text, name, target)


@pytest.mark.parametrize("text", ["1亿2000万元", "3万5千元", "100±5克", "1小时30分钟内", "≥10个，<20个"])
def test_numbers_that_are_not_read_as_one_are_told(text: str) -> None:
    target = parse_target(text)
    assert target is not None
    assert {"number-left", "several-targets"} & set(target.warnings)


def test_split_columns_join() -> None:
    joined = join_split_target("≥", "正向指标", "95", "%")
    assert joined is not None
    assert (joined.text, joined.lower, joined.unit, joined.warnings) == ("≥95%", Decimal(95), "%", ())
    assert join_split_target("定性", None, "良好", None) == parse_target("良好")
    assert join_split_target("定性", None, None, "明显改善") == parse_target("明显改善")
    assert join_split_target("稳定", None, None, "定性") == parse_target("稳定")
    assert join_split_target("≥", None, "8", "月底") is not None
    dated = [join_split_target("≤", None, value, None) for value in ("2025年5月底", "2025年5月底前", "≤2025年5月底")]
    assert [each.text for each in dated if each] == ["≤2025年5月底", "2025年5月底前", "≤2025年5月底"]
    for blank in ((None, None, None, "个"), ("≥", "正向指标", "/", "%"), ("定性", None, "/", "/"), (None,) * 4):
        assert join_split_target(*blank) is None, blank


def test_split_columns_repeat_neither_sign_nor_unit() -> None:
    for quality, value, unit, text in (
        ("≤", "≤3", "天", "≤3天"),
        ("≥", "不少于30", "人", "不少于30人"),
        ("≥", "95%", "%", "≥95%"),
        ("＝", "100", "百分比", "＝100百分比"),
        ("定量", "20-25", "家", "20-25家"),
        (None, "2024年11月底前", "/", "2024年11月底前"),
        ("≥", "1.2万", "人", "≥1.2万人"),
    ):
        target = join_split_target(quality, None, value, unit)
        assert target is not None
        assert target.text == text
        assert target.unit in (None, "天", "人", "%", "家", "万人")


def test_a_number_of_months_is_no_month_of_the_year() -> None:
    months = join_split_target("＝", None, "12", "月", name="服务时长")
    assert months is not None
    assert (months.text, months.kind, months.lower, months.unit) == ("＝12月", TargetKind.DURATION, Decimal(12), "月")
    month = join_split_target("≤", None, "11", "月", name="完成时间", fiscal_year=2024)
    assert month is not None
    assert (month.kind, month.due) == (TargetKind.DEADLINE, "2024-11")


def test_a_direction_column_may_hold_the_sign() -> None:
    target = join_split_target("定量", "≤", "5", "%")
    assert target is not None
    assert (target.text, target.comparator, target.upper) == ("≤5%", "≤", Decimal(5))


def test_units_that_contradict_are_told() -> None:
    target = join_split_target("≥", None, "95%", "个")
    assert target is not None
    assert (target.unit, target.warnings) == ("%", ("unit-conflict",))


def test_comparators() -> None:
    assert all(map(is_comparator, ("≥", "＝", " 不少于 ", "<=", "大于等于")))
    assert not any(map(is_comparator, ("定性", "95", "", "正向指标")))


@pytest.mark.parametrize(
    ("actual", "target", "expected"),
    [
        ("574辆", "≥620辆", 574),
        ("98%", "≥95%", 98),
        ("98", "≥95%", 98),
        ("15800元", "≤1.58万元", Decimal("1.58")),
        ("0.96 万元", "≤1 万元", Decimal("0.96")),
        ("97%", "≥0.95比例", Decimal("0.97")),
        ("36小时", "≤2880分钟", 2160),
        ("20天内", "20天内", 20),
        ("1.05万人次", "≥9800人次", 10500),
        ("第二名", "全市排名前三", 2),
        ("5 天", "3-7 天", 5),
        ("100%", "2022年12月", None),
        ("100%", "≥20个", None),
        ("100%", "优化", None),
        ("已完成", "≥95%", None),
        ("3-5天", "≤7天", None),
        ("/", "≥95%", None),
        ("培训3次，宣传5次", "≥3次", None),
    ],
)
def test_an_actual_value_is_in_the_measure_of_its_target(actual: str, target: str, expected: Decimal | None) -> None:
    assert parse_actual(actual, parse_target(target)) == expected


# ---------------------------------------------------------------- rows read by hand


def test_rows_read_by_hand_agree() -> None:
    count, wrong = 0, []
    for path in sorted(path for folder in FOLDERS for path in folder.glob("*.indicators.jsonl")):
        for row in map(json.loads, path.read_text("utf-8").splitlines()):
            gold, cells = row["target"], row.get("target_parts") or {}
            if gold is None:
                continue
            count += 1
            name = row.get("raw3") or row["level3"]
            if "nature" in cells:
                split = (cells["nature"], cells.get("direction"), cells["value"], cells["unit"])
                target = join_split_target(*split, fiscal_year=row["year"], name=name)
            else:
                target = parse_target(row["target_text"], fiscal_year=row["year"], name=name)
            if target is None or not agrees(gold, row["target_text"], target):
                wrong.append((path.name, row["target_text"], gold, target))
    assert count > 800
    assert len(wrong) <= count * Decimal("0.005"), wrong


def agrees(gold: dict[str, Any], text: str, target: Target) -> bool:
    """Tell whether a target says what the row read by hand says."""
    value, upper, sign = gold["value"], gold["upper"], gold["op"]
    low = None if value is None or sign in ("<=", "<") else Decimal(str(value))
    high = upper if upper is not None else None if sign in (">=", ">") else value
    same = {
        (target.kind.value, gold["kind"]),
        (target.comparator, SIGNS.get(sign) if sign else None),
        (target.comparator_stated, gold["op_explicit"]),
        (target.lower, low),
        (target.upper, None if high is None else Decimal(str(high))),
        (target.unit, gold["unit"]),
        (target.due, gold["date"]),
        (re.sub(r"\s", "", target.text), re.sub(r"\s", "", text)),
    }
    return all(one == other for one, other in same)
