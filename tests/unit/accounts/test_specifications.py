"""The specifications are sound: known words mean what they should, and nothing shadows anything by accident."""

from __future__ import annotations

import tomllib
from collections import Counter
from importlib.resources import files

import pytest

from jixiao.accounts.lexicon import VALUES, expenditure_of, fund_of, heading, kinds
from jixiao.text.folding import fold_words

ROLES = VALUES | {"code", "part", "label", "text", "serial"}


def test_headings_have_known_roles_and_parents() -> None:
    entries = tomllib.loads((files("jixiao.accounts") / "specifications" / "headings.toml").read_text("utf-8"))[
        "heading"
    ]
    keys = Counter(entry["key"] for entry in entries)
    assert [key for key, count in keys.items() if count > 1] == []
    for entry in entries:
        assert entry["role"] in ROLES
        assert set(entry.get("within", ())) <= set(keys), entry["key"]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("2023 年部门收支预算表", "income-and-expenditure"),
        ("2023年部门收支总体情况表", "income-and-expenditure"),
        ("收入支出决算总表", "income-and-expenditure"),
        ("部门收入总体情况表", "income"),
        ("支出决算表", "expenditure"),
        ("财政拨款收支总表", "fiscal-appropriation"),
        ("财政拨款收入支出决算总表", "fiscal-appropriation"),
        ("一般公共预算支出情况表", "general-budget-expenditure"),
        ("一般公共预算财政拨款支出决算表", "general-budget-expenditure"),
        ("公共财政预算支出表", "general-budget-expenditure"),
        ("一般公共预算财政拨款基本支出决算明细表", "basic-expenditure"),
        ("一般公共预算基本支出表（按部门预算经济分类）", "basic-expenditure"),
        ("支出经济分类汇总表", "economic-classification"),
        ("一般公共预算“三公”经费支出情况表", "three-public"),
        ("财政拨款“三公”经费、会议费、培训费支出表", "three-public"),
        ("政府性基金预算财政拨款收入支出决算表", "government-fund"),
        ("国有资本经营预算支出表", "state-capital"),
        ("项目支出预算表（其他运转类、特定目标类项目）", "project-expenditure"),
        ("部门政府采购预算表", "government-procurement"),
        ("财政专户管理资金支出预算表", "special-account"),
        ("财政拨款支出预算表", "fiscal-appropriation-expenditure"),
        ("国有资产占用情况表", None),
    ],
)
def test_a_title_names_its_kind(title: str, kind: str | None) -> None:
    assert next((each.name for each in kinds() if each.fits_title(fold_words(title))), None) == kind


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("部门 (单 位)代 码", "unit-code"),
        ("单位（科目名称）", "unit-subject"),
        ("科目编码", "subject-code"),
        ("功能分类科目编码", "subject-code"),
        ("经济分类科目编码", "economic"),
        ("政府预算支出经济分类科目编码", "government-economic"),
        ("经济科目名称", "economic-name"),
        ("项目（按功能分类）", "line"),
        ("项目名称", "project-name"),
        ("项目单位", "project-unit"),
        ("项目支出", "project"),
        ("其中：财政拨款", "share"),
        ("“三公”经费合计", "sum-of-table"),
        ("公务用车购置及运行维护费", "vehicle"),
        ("公务用车购置费", "vehicle-part"),
        ("增减%", "percent"),
        ("行次", "serial"),
        ("合 计", "total"),
    ],
)
def test_a_heading_is_known(text: str, key: str) -> None:
    found = heading(text)
    assert found is not None and found.key == key


def test_funds_and_expenditures_follow_the_innermost_heading() -> None:
    assert fund_of(("本年收入", "一般公共预算", "其中：财政拨款")) == "fiscal-appropriation"
    assert fund_of(("上年结转结余", "政府性基金")) == "carry-over-government-fund"
    assert fund_of(("上年结转结余", "合计")) == "carry-over"
    assert fund_of(("合计",)) is None
    assert expenditure_of(("基本支出", "人员经费", "工资福利支出")) == "wages"
    assert expenditure_of(("项目支出", "小计")) == "project"
    assert expenditure_of(("支出", "合计")) is None
