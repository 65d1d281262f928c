"""The questions a researcher asks of what was read, with answers worked out from the documents."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from jixiao.pipeline import LiftReport, lift_paths
from jixiao.store import open_store
from jixiao.store.protocol import Store
from jixiao.vocab import PREFIXES
from tests.conftest import ROOT


def answer(store: Store, name: str) -> list[dict[str, str | None]]:
    """Return the rows of a query of the library as plain texts."""
    query = (ROOT / "service" / "queries" / f"{name}.rq").read_text("utf-8")
    results: Any = store.query(query, prefixes=PREFIXES)
    names = [variable.value for variable in results.variables]
    return [{name: row[name].value if row[name] is not None else None for name in names} for row in results]


def test_budget_against_final_accounts(lifted: tuple[Store, LiftReport]) -> None:
    rows = {row["departmentName"]: row for row in answer(lifted[0], "budget-and-final-accounts")}
    # 整体自评表: 866.01, 899.42, 596.87 万元; 支出决算表 合计 583.63 万元
    evaluated = rows["洛阳市洛龙区政务服务中心"]
    assert (evaluated["initial"], evaluated["adjusted"], evaluated["executed"]) == ("8660100", "8994200", "5968700")
    assert evaluated["final"] == "5836300"
    assert Decimal(str(evaluated["percent"])) == Decimal("64.89")
    # 支出总体情况表 合计 540.82 万元, no final accounts published with it
    assert (rows["封丘县政务服务和大数据管理局"]["budget"], rows["封丘县政务服务和大数据管理局"]["final"]) == (
        "5408200",
        None,
    )
    assert len(rows) == 5


def test_projects_whose_name_differs_say_why_they_were_joined(lifted: tuple[Store, LiftReport]) -> None:
    reasons = {(row["projectName"], str(row["reason"])) for row in answer(lifted[0], "project-names-joined")}
    misprinted = [reason for name, reason in reasons if name == "工作经费（含22年16.75万）" and "工作经历" in reason]
    assert misprinted  # 工作经历 in the summary, 工作经费 in 项目支出表, both 246.75 万元
    assert "金额" in misprinted[0]
    cut = [reason for name, reason in reasons if str(name).startswith("上年结转（新财预[2021]183号）")]
    assert any("截断" in reason for reason in cut)
    carried = {name for name, _ in reasons if "群众文化综合体灾后重建项目" in str(name) and "上年结转" in str(name)}
    assert len(carried) == 5  # five projects that differ in the document number only
    files = Counter(str(row["fileName"])[:3] for row in answer(lifted[0], "project-names-joined"))
    # each other spelling once: 000 one project of two amounts; 001 seven cut names and six of the prose; 003 six of
    # the prose; 004 two misprints (工作经历) and four of the prose
    assert files == {"000": 1, "001": 13, "003": 6, "004": 6}


def test_satisfaction_by_whom_it_asks(lifted: tuple[Store, LiftReport]) -> None:
    """Counted in the five documents by eye: a form printed twice counts twice, 中期 and 年度 are two targets."""
    rows = {
        row["whom"]: (row["indicators"], row["projects"], row["lowest"], row["highest"])
        for row in answer(lifted[0], "satisfaction-by-whom")
    }
    assert rows == {
        "群众": ("36", "24", "95", "100"),  # 1 + 8 + 7 + 16 + 4, with 办事群众, 公众, 人民
        "工作人员": ("16", "15", "95", "100"),  # 2 + 1 + 0 + 11 + 2, with 派遣人员, 驻村人员
        "单位": ("8", "4", "95", "100"),  # 3 + 5: 对口部门, 监督部门, 相关单位
        "企业": ("3", "1", "98", "100"),  # 企业满意度 100% twice, 服务企业满意度 ≥98%
        "服务对象": ("3", "1", "90", "95"),
        "社会组织": ("2", "0", "100", "100"),
        "（未写明）": ("5", "3", "95", "95"),  # 服务场地环境满意度, 诚实守信的良好氛围, 满意率 95% 以上
    }


def test_share_of_money_with_targets(lifted: tuple[Store, LiftReport]) -> None:
    rows = {
        str(row["departmentName"]): (row["total"], row["withTargets"], row["percentOfTotal"], row["percentOfProjects"])
        for row in answer(lifted[0], "money-with-targets")
    }
    assert rows == {
        # one project, 105.96 of 911.44 万元
        "洛阳市孟津区政务服务和大数据管理局": ("9114400", "1059600", "11.63", "100"),
        # eleven projects, 11,345.15 of 11,534.22 万元
        "卫辉市政务服务和大数据管理局": ("115342200", "113451500", "98.36", "100"),
        # one form for all fourteen projects, 110.39 of 590.09 万元; three of them have a form of their own beside it
        "洛阳高新技术产业开发区政务服务局": ("5900900", "1103900", "18.71", "100"),
        # fourteen self-evaluations, 622.91 of 899.42 万元
        "洛阳市洛龙区政务服务中心": ("8994200", "6229100", "69.26", None),
        # six projects, 375.70 of 540.82 万元
        "封丘县政务服务和大数据管理局": ("5408200", "3757000", "69.47", "100"),
    }


BUDGET = """2022年嵩县水利局部门预算公开

2022年部门收支预算总表

部门名称：嵩县水利局

单位：万元

收入||支出|
项目|金额|项目|金额
一、一般公共预算|900.00|一、农林水支出|1,000.00
本年收入合计|900.00|本年支出合计|1,000.00
上年结转结余|100.00|年终结转结余|
收入总计|1,000.00|支出总计|1,000.00
"""
FINAL = """2022年度嵩县水利局部门决算公开

支出决算表

公开03表

部门名称：嵩县水利局

单位：元

2022年度

项目||本年支出合计|基本支出|项目支出
科目代码|科目名称|||
栏次||1|2|3
合计||8,750,000.00|6,000,000.00|2,750,000.00
213|农林水支出|8,750,000.00|6,000,000.00|2,750,000.00
"""


@pytest.mark.parametrize("order", [("budget", "final"), ("final", "budget")])
def test_budget_and_final_accounts_of_one_department_meet(tmp_path: Path, order: tuple[str, str]) -> None:
    texts = {"budget": BUDGET, "final": FINAL}
    store = open_store(str(tmp_path / "store"), read_only=False)
    try:
        for name in order:
            path = tmp_path / f"{name}.txt"
            path.write_text(texts[name].replace("|", "\t"), encoding="utf-8")
            lift_paths([str(path)], store)
        (row,) = answer(store, "budget-and-final-accounts")
    finally:
        store.close()
    assert (row["departmentName"], row["year"]) == ("嵩县水利局", "2022")
    assert (row["budget"], row["final"], row["percent"]) == ("10000000", "8750000", "87.5")
