"""Printed target values of many offices, read as a person would."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from kg.model import Target
from kg.values.targets import join_split_target, parse_actual, parse_target

HERE = Path(__file__).parent
YEAR = 2023
MINIMUM = Decimal("0.97")


def printed() -> list[tuple[str, dict[str, object], str]]:
    """Return (text, expected fields, expected warning) of every line of targets.tsv."""
    cases = []
    for line in HERE.joinpath("targets.tsv").read_text("utf-8").splitlines()[1:]:
        text, kind, comparator, stated, lower, upper, unit, due, warning = (line + "\t" * 8).split("\t")[:9]
        expected: dict[str, object] = {
            "kind": kind,
            "comparator": comparator or None,
            "stated": stated == "y",
            "lower": Decimal(lower) if lower else None,
            "upper": Decimal(upper) if upper else None,
            "unit": unit or None,
            "due": due or None,
        }
        cases.append((text, expected, warning))
    return cases


def fields(target: Target | None) -> dict[str, object]:
    if target is None:
        return {
            "kind": "none",
            "comparator": None,
            "stated": False,
            "lower": None,
            "upper": None,
            "unit": None,
            "due": None,
        }
    return {
        "kind": target.kind.value,
        "comparator": target.comparator,
        "stated": target.comparator_stated,
        "lower": target.lower,
        "upper": target.upper,
        "unit": target.unit,
        "due": target.due,
    }


def test_printed_texts_are_read_right() -> None:
    cases = printed()
    wrong = []
    for text, expected, warning in cases:
        target = parse_target(text, fiscal_year=YEAR)
        if fields(target) != expected or (warning and warning not in (target.warnings if target else ())):
            wrong.append(f"{text!r}: expected {expected} {warning}, got {fields(target)} {target and target.warnings}")
    assert len(cases) >= 300
    assert Decimal(len(cases) - len(wrong)) / len(cases) >= MINIMUM, "\n".join(wrong)


@pytest.mark.parametrize("text", [text for text, _, _ in printed()])
def test_full_width_reads_as_half_width(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "0" <= c <= "9" or c in "%<>=+" else c for c in text)
    assert fields(parse_target(wide, fiscal_year=YEAR)) == fields(parse_target(text, fiscal_year=YEAR))


def test_every_bound_has_its_inclusiveness() -> None:
    for text, _, _ in printed():
        target = parse_target(text, fiscal_year=YEAR)
        if target:
            assert (target.lower is None) == (target.lower_inclusive is None), text
            assert (target.upper is None) == (target.upper_inclusive is None), text


def test_a_unit_comes_from_its_own_cell_or_the_brackets_after_the_name() -> None:
    assert fields(parse_target("12", name="改建学校（所）"))["unit"] == "所"
    assert fields(parse_target("≥80", unit="百分比"))["unit"] == "%"
    assert fields(parse_target("30", name="完成时限（天）"))["kind"] == "duration"
    assert fields(parse_target("≥5", name="苗木成活（≥**%）"))["unit"] is None


def test_split_columns_join() -> None:
    joined = join_split_target("≥", None, "95", "%")
    assert joined is not None
    assert (joined.text, joined.lower, joined.unit) == ("≥95%", Decimal(95), "%")
    assert join_split_target("定性", None, "良好", None) == parse_target("良好")
    assert join_split_target("定性", None, None, "明显改善") == parse_target("明显改善")
    assert join_split_target("稳定", None, None, "定性") == parse_target("稳定")
    assert join_split_target(None, None, None, "个") is None
    signed = join_split_target("≤", "反向指标", "≤3", "天")
    assert signed is not None
    assert signed.text == "≤3天"


def test_an_actual_value_is_in_the_measure_of_its_target() -> None:
    assert parse_actual("574辆", parse_target("≥620辆")) == 574
    assert parse_actual("98%", parse_target("≥95%")) == 98
    assert parse_actual("15800元", parse_target("≤1.58万元")) == Decimal("1.58")
    assert parse_actual("100%", parse_target("2022年12月")) is None or parse_target("2022年12月").unit is None  # type: ignore[union-attr]
    assert parse_actual("已完成", parse_target("≥95%")) is None


def test_nothing_raises() -> None:
    for text in (
        "",
        "\0",
        "≥" * 500,
        "9" * 400,
        "%" * 50,
        "（" * 200,
        "2023年99月99日前",
        "每月99日前",
        "≥1e5",
        "٣",
        "1.2.3",
    ):
        parse_target(text, fiscal_year=YEAR)


def gold_folders() -> list[Path]:
    shared = HERE.parents[3] / "shared"
    return [folder for name in ("gold", "samples") if (folder := shared / name).is_dir()]


@pytest.mark.skipif(not gold_folders(), reason="no gold rows beside the checkout")
def test_gold_rows_agree() -> None:
    wrong, count = [], 0
    for path in sorted(path for folder in gold_folders() for path in folder.glob("*.indicators.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            gold = row["target"]
            if not row["target_text"] or gold is None:
                continue
            count += 1
            target = parse_target(row["target_text"], fiscal_year=row["year"], name=row["level3"])
            if target is None or target.kind != gold["kind"] or (gold["unit"] or None) != target.unit:
                wrong.append((path.name, row["target_text"], gold, target))
    assert count > 800
    assert len(wrong) <= count * Decimal("0.005"), wrong
